package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"breakwater.dev/testbed/internal/controlplane"
	"breakwater.dev/testbed/internal/process"
)

// Files of a run's folder.
const (
	supervisorFile  = "supervisor"
	descriptionFile = "testbed.json"
)

// kubernetesVersion is that of the module kube.
const kubernetesVersion = "v1.34.2"

// maxFolder keeps the sockets below the folder under the 107 bytes that a socket's name may have.
const maxFolder = 50

// Description is what up prints, and writes to testbed.json, when the run is ready.
type Description struct {
	Folder      string `json:"folder"`
	Kubernetes  string `json:"kubernetes"`
	Kube        string `json:"kube"`
	HostAddress string `json:"hostAddress"`
	*controlplane.ControlPlane
}

func up(arguments []string) error {
	flags := flag.NewFlagSet("up", flag.ExitOnError)
	folder := flags.String("state", "", "`folder` of the run, made when missing: certificates, logs, data")
	kube := flags.String("kube", os.Getenv("BREAKWATER_KUBE"), "the breakwater-kube `program`")
	leash := flags.Bool("until-stdin-closes", false, "end when standard input ends, as it does when the parent dies")
	fsync := flags.Bool("fsync", false, "let etcd write its data to the disk for good, as a benchmark must")
	keep := flags.Bool("keep", false, "leave the folder when the run ends")
	_ = flags.Parse(arguments)
	end := make(chan os.Signal, 2)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	if *leash {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end <- syscall.SIGHUP
		}()
	}
	run, err := newRun(*folder, *kube, end)
	if err != nil {
		return err
	}
	run.fsync = *fsync
	err = run.start()
	if err == nil {
		err = run.announce()
	}
	if err == nil {
		err = run.wait(end)
	}
	run.stop()
	if (err == nil || errors.Is(err, process.ErrTold)) && !*keep {
		return os.RemoveAll(run.folder)
	}
	return err
}

// run is one testbed while its supervisor runs.
type run struct {
	folder  string
	kube    string
	group   *process.Group
	address string
	fsync   bool
	plane   *controlplane.ControlPlane
}

func newRun(folder, kube string, end <-chan os.Signal) (*run, error) {
	if folder == "" || kube == "" {
		return nil, errors.New("--state and --kube are needed")
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if len(folder) > maxFolder {
		return nil, fmt.Errorf("--state: %s is longer than %d characters, too long for the sockets below it", folder, maxFolder)
	}
	if record, alive := process.Read(filepath.Join(folder, supervisorFile)); alive {
		return nil, fmt.Errorf("a run of process %d is up in %s", record.Pid, folder)
	}
	group, err := process.NewGroup(folder, end)
	if err != nil {
		return nil, err
	}
	return &run{folder: folder, kube: kube, group: group},
		process.Self("breakwater-testbed").Write(filepath.Join(folder, supervisorFile))
}

func (r *run) start() error {
	began := time.Now()
	r.address = "127.0.0.1"
	plane, err := controlplane.Start(r.group, controlplane.Settings{
		Kube:           r.kube,
		Folder:         r.folder,
		Address:        r.address,
		ServiceCIDR:    "10.96.0.0/16",
		ServiceAddress: "10.96.0.1",
		Fsync:          r.fsync,
	})
	if err != nil {
		return err
	}
	r.plane = plane
	progress("control plane ready after %.1f s: %s", time.Since(began).Seconds(), plane.Server)
	return nil
}

func (r *run) announce() error {
	text, err := json.Marshal(Description{
		Folder:       r.folder,
		Kubernetes:   kubernetesVersion,
		Kube:         r.kube,
		HostAddress:  r.address,
		ControlPlane: r.plane,
	})
	if err != nil {
		return err
	}
	// Renamed into place: whoever waits for the file never reads half of it.
	file := filepath.Join(r.folder, descriptionFile)
	if err := os.WriteFile(file+".new", append(text, '\n'), 0o644); err != nil {
		return err
	}
	if err := os.Rename(file+".new", file); err != nil {
		return err
	}
	fmt.Println(string(text))
	return nil
}

// wait returns when the run is told to end, or when one of its programs ended by itself.
func (r *run) wait(end <-chan os.Signal) error {
	ended := make(chan *process.Child, len(r.group.Children()))
	for _, child := range r.group.Children() {
		go func() {
			<-child.Exited()
			ended <- child
		}()
	}
	select {
	case <-end:
		return nil
	case child := <-ended:
		return child.Failure()
	}
}

func (r *run) stop() {
	r.group.StopAll()
}

// progress prints a line for whoever waits: standard output holds the description alone.
func progress(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "testbed: "+format+"\n", values...)
}
