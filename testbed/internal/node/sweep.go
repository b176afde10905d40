package node

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// EndContainers ends the containers of a run's node and returns when they are gone. The kubelet has ended before, or it
// would start them again; containerd still runs, so that it takes their mounts and networks down.
func EndContainers(folder string) {
	socket := filepath.Join(folder, "node", "containerd.sock")
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		shims := shimsOf(socket)
		if len(shims) == 0 {
			return
		}
		for _, shim := range shims {
			for _, container := range descendants(shim) {
				_ = syscall.Kill(container, syscall.SIGKILL)
			}
		}
	}
	for _, shim := range shimsOf(socket) {
		_ = syscall.Kill(shim, syscall.SIGKILL)
	}
}

// Sweep removes a run's network, what is mounted below its folder, and the links to its logs. All its processes have
// ended. An error means that the folder must not be removed: a mount in it may be of a folder that is not ours.
func Sweep(folder string) error {
	if err := RemoveNetwork(folder); err != nil {
		return err
	}
	for _, mount := range slices.Backward(mountsBelow(folder)) {
		if err := syscall.Unmount(mount, syscall.MNT_DETACH); err != nil {
			return fmt.Errorf("unmount %s: %w", mount, err)
		}
	}
	// The kubelet keeps them there whatever its settings say.
	links, _ := filepath.Glob("/var/log/containers/*.log")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, folder+"/") {
			_ = os.Remove(link)
		}
	}
	if left := mountsBelow(folder); len(left) > 0 {
		return fmt.Errorf("still mounted: %s", strings.Join(left, ", "))
	}
	return nil
}

// shimsOf is the processes that hold the containers of the containerd at a socket.
func shimsOf(socket string) []int {
	var shims []int
	for _, pid := range processes() {
		command, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
		if bytes.Contains(command, []byte("containerd-shim")) && bytes.Contains(command, []byte("\x00"+socket+"\x00")) {
			shims = append(shims, pid)
		}
	}
	return shims
}

func descendants(parent int) []int {
	var found []int
	for _, pid := range processes() {
		if parentOf(pid) == parent {
			found = append(append(found, pid), descendants(pid)...)
		}
	}
	return found
}

func processes() []int {
	entries, _ := os.ReadDir("/proc")
	var pids []int
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// parentOf is field 4 of /proc/PID/stat, counted behind the program's name (proc(5)).
func parentOf(pid int) int {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return -1
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 2 {
		return -1
	}
	parent, _ := strconv.Atoi(string(fields[1]))
	return parent
}

// mountsBelow is the mount points below a folder, in the order in which they were mounted.
func mountsBelow(folder string) []string {
	file, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil
	}
	defer file.Close()
	var mounts []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 4 && strings.HasPrefix(fields[4], folder+"/") {
			mounts = append(mounts, fields[4])
		}
	}
	return mounts
}
