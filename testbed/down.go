package main

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"breakwater.dev/testbed/internal/node"
	"breakwater.dev/testbed/internal/process"
)

func down(arguments []string) error {
	flags := flag.NewFlagSet("down", flag.ExitOnError)
	folder := flags.String("state", "", "`folder` of the run")
	_ = flags.Parse(arguments)
	if *folder == "" {
		return errors.New("--state is needed")
	}
	folderName, err := filepath.Abs(*folder)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(folderName, supervisorFile)); err != nil {
		return errors.New("no run in " + folderName)
	}
	if supervisor, alive := process.Read(filepath.Join(folderName, supervisorFile)); alive {
		return endSupervisor(supervisor, folderName)
	}
	return sweep(folderName)
}

// endSupervisor lets the supervisor do the work.
func endSupervisor(supervisor process.Record, folder string) error {
	if err := syscall.Kill(supervisor.Pid, syscall.SIGTERM); err != nil {
		return err
	}
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if !supervisor.Alive() {
			return nil
		}
	}
	return errors.New("the run did not end within two minutes; its logs are in " + folder)
}

// sweep ends what a killed supervisor left.
func sweep(folder string) error {
	records, err := process.Recorded(folder)
	if err != nil {
		return err
	}
	for _, record := range slices.Backward(records) {
		process.End(record)
	}
	node.EndContainers(folder)
	if err := node.Sweep(folder); err != nil {
		return err
	}
	return os.RemoveAll(folder)
}
