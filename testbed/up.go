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
	"breakwater.dev/testbed/internal/image"
	"breakwater.dev/testbed/internal/node"
	"breakwater.dev/testbed/internal/process"
	"breakwater.dev/testbed/internal/registry"
	"breakwater.dev/testbed/internal/trivy"
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

// Description is what up prints, and writes to testbed.json, when the run is ready. Files are absolute.
type Description struct {
	Folder     string `json:"folder"`
	Kubernetes string `json:"kubernetes"`
	Kube       string `json:"kube"`
	// HostAddress is where kube-apiserver, node and pods reach servers of this machine.
	HostAddress string `json:"hostAddress"`
	*controlplane.ControlPlane
	// Registry is HOST:PORT of a registry that speaks plain HTTP; a run without node and Trivy has none.
	Registry string       `json:"registry,omitempty"`
	Node     *node.Node   `json:"node,omitempty"`
	Trivy    *trivy.Trivy `json:"trivy,omitempty"`
}

// parts is what a run is to have beside a control plane.
type parts struct {
	node  bool
	trivy string // the program, or empty
	fsync bool
}

func up(arguments []string) error {
	flags := flag.NewFlagSet("up", flag.ExitOnError)
	folder := flags.String("state", "", "`folder` of the run, made when missing: certificates, logs, data")
	kube := flags.String("kube", os.Getenv("BREAKWATER_KUBE"), "the breakwater-kube `program`")
	trivyProgram := flags.String("trivy-program", os.Getenv("BREAKWATER_TRIVY"), "the Trivy `program`")
	withNode := flags.Bool("node", false, "start a node that runs pods, and a registry; needs root, containerd and runc")
	withTrivy := flags.Bool("trivy", false, "start a registry and a Trivy server with the sample database, and push an image with Trivy")
	leash := flags.Bool("until-stdin-closes", false, "end when standard input ends, as it does when the parent dies")
	fsync := flags.Bool("fsync", false, "let etcd write its data to the disk for good, as a benchmark must")
	keep := flags.Bool("keep", false, "leave the folder when the run ends")
	_ = flags.Parse(arguments)
	wanted := parts{node: *withNode, fsync: *fsync}
	if *withTrivy {
		if wanted.trivy = *trivyProgram; wanted.trivy == "" {
			return errors.New("--trivy needs --trivy-program")
		}
	}
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
	if err = run.start(wanted); err == nil {
		err = run.announce()
	}
	if err == nil {
		err = run.wait(end)
	}
	if stopped := run.stop(); err == nil || errors.Is(err, process.ErrTold) {
		err = stopped
		if err == nil && !*keep {
			err = os.RemoveAll(run.folder)
		}
	}
	return err
}

// run is one testbed while its supervisor runs.
type run struct {
	folder      string
	kube        string
	group       *process.Group
	description Description
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

// start starts everything in order: each part finds those before it running.
func (r *run) start(wanted parts) error {
	began := time.Now()
	settings := controlplane.Settings{
		Kube:           r.kube,
		Folder:         r.folder,
		Address:        "127.0.0.1",
		ServiceCIDR:    "10.96.0.0/16",
		ServiceAddress: "10.96.0.1",
		Node:           wanted.node,
		Fsync:          wanted.fsync,
	}
	var network *node.Network
	var err error
	if wanted.node {
		if err = node.Needs(); err != nil {
			return err
		}
		if network, err = node.NewNetwork(r.folder); err != nil {
			return err
		}
		settings.Address, settings.ServiceCIDR, settings.ServiceAddress =
			network.Host, network.ServiceCIDR, network.ServiceAddress
	}
	plane, err := controlplane.Start(r.group, settings)
	if err != nil {
		return err
	}
	r.description = Description{
		Folder: r.folder, Kubernetes: kubernetesVersion, Kube: r.kube, HostAddress: settings.Address, ControlPlane: plane}
	progress(began, "control plane ready: %s", plane.Server)
	if wanted.node || wanted.trivy != "" {
		if r.description.Registry, err = registry.Start(r.group, r.folder, settings.Address); err != nil {
			return err
		}
	}
	if wanted.node {
		if err := r.startNode(network); err != nil {
			return err
		}
		progress(began, "node ready: %s", network.Node)
	}
	if wanted.trivy != "" {
		if r.description.Trivy, err = trivy.Start(r.group, wanted.trivy, r.folder, settings.Address, r.description.Registry); err != nil {
			return err
		}
		progress(began, "Trivy ready: %s", r.description.Trivy.Server)
	}
	return nil
}

func (r *run) startNode(network *node.Network) error {
	pause, err := image.Pause()
	if err != nil {
		return err
	}
	shell, err := image.Busybox()
	if err != nil {
		return err
	}
	for _, made := range []image.Image{pause, shell} {
		if _, err := image.Push(r.description.Registry, made); err != nil {
			return err
		}
	}
	r.description.Node, err = node.Start(r.group, r.folder, network, node.Settings{
		Kube:       r.kube,
		Registry:   r.description.Registry,
		PauseImage: r.description.Registry + "/" + pause.Name,
		ShellImage: r.description.Registry + "/" + shell.Name,
		Plane:      r.description.ControlPlane,
	})
	return err
}

func (r *run) announce() error {
	text, err := json.Marshal(r.description)
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

// stop ends everything in the opposite order.
func (r *run) stop() error {
	if kubelet := r.group.Child("kubelet"); kubelet != nil {
		kubelet.Stop()
		node.EndContainers(r.folder)
	}
	r.group.StopAll()
	return node.Sweep(r.folder)
}

// progress prints a line for whoever waits: standard output holds the description alone.
func progress(began time.Time, format string, values ...any) {
	fmt.Fprintf(os.Stderr, "testbed: %4.1f s  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, values...))
}
