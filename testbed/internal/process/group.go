// Package process starts the programs of one run, remembers them in a file, and ends exactly those.
package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Group is the programs of one run, in the order in which they were started.
//
// Threading: Start and Stop are called from one goroutine, and that one must stay on the main thread
// (runtime.LockOSThread in an init function): the kernel ends the children when the thread that made them ends.
type Group struct {
	folder   string
	end      <-chan os.Signal
	children []*Child
}

// Child is a program that was started.
type Child struct {
	Name    string
	command *exec.Cmd
	log     string
	exited  chan struct{}
}

// Record is a line of the file of processes: enough to know a process again when its parent is gone.
type Record struct {
	Name string `json:"name"`
	Pid  int    `json:"pid"`
	// Born is the process's start in clock ticks since boot: a number that is given to another process later has another.
	Born string `json:"born"`
}

// NewGroup keeps logs and the file of processes in folder. A signal on end stops waiting for programs to get ready.
func NewGroup(folder string, end <-chan os.Signal) (*Group, error) {
	return &Group{folder: folder, end: end}, os.MkdirAll(filepath.Join(folder, "logs"), 0o755)
}

// Start starts a program with its output in logs/NAME.log.
func (g *Group) Start(name string, environment []string, command ...string) (*Child, error) {
	log := filepath.Join(g.folder, "logs", name+".log")
	output, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	started := exec.Command(command[0], command[1:]...)
	started.Stdout, started.Stderr = output, output
	started.Dir = g.folder
	started.Env = append(os.Environ(), environment...)
	// A group of its own: Ctrl-C in a terminal reaches the parent alone, which ends the rest in the right order.
	started.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := started.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	child := &Child{Name: name, command: started, log: log, exited: make(chan struct{})}
	go func() {
		_ = started.Wait()
		close(child.exited)
	}()
	g.children = append(g.children, child)
	return child, g.record(child)
}

// Children is what was started, oldest first.
func (g *Group) Children() []*Child { return g.children }

// Child finds a started program by its name.
func (g *Group) Child(name string) *Child {
	for _, child := range g.children {
		if child.Name == name {
			return child
		}
	}
	return nil
}

// StopAll ends what still runs, youngest first, each one before the next.
func (g *Group) StopAll() {
	for i := len(g.children) - 1; i >= 0; i-- {
		g.children[i].Stop()
	}
}

func (g *Group) record(child *Child) error {
	line, err := json.Marshal(Record{child.Name, child.Pid(), born(child.Pid())})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(recordsFile(g.folder), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.Write(append(line, '\n'))
	return err
}

// Pid is the child's process id.
func (c *Child) Pid() int { return c.command.Process.Pid }

// Exited is closed when the program has ended.
func (c *Child) Exited() <-chan struct{} { return c.exited }

// Stop asks the program to end, insists after ten seconds, and returns when it is gone.
func (c *Child) Stop() {
	_ = c.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.exited:
	case <-time.After(10 * time.Second):
		_ = c.command.Process.Kill()
		<-c.exited
	}
}

// Failure tells why the program ended: its name and the last lines of its log.
func (c *Child) Failure() error {
	return fmt.Errorf("%s ended: %v\n%s", c.Name, c.command.ProcessState, Tail(c.log, 15))
}

// Tail is the last lines of a file.
func Tail(file string, lines int) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// ErrTold says that the run was told to end while it was still starting.
var ErrTold = errors.New("told to end")

// Await calls ready every 50 ms until it returns nil. It gives up when a program of the group ends, when the time is
// over, or when the run is told to end.
func (g *Group) Await(what string, limit time.Duration, ready func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		for _, child := range g.children {
			select {
			case <-child.exited:
				return child.Failure()
			default:
			}
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s was not ready after %s: %w", what, limit, err)
		}
		select {
		case <-g.end:
			return ErrTold
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Recorded reads the processes of a run from its folder; those that have ended, or whose number now belongs to
// another process, are left out.
func Recorded(folder string) ([]Record, error) {
	file, err := os.Open(recordsFile(folder))
	if os.IsNotExist(err) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer file.Close()
	var alive []Record
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var record Record
		if json.Unmarshal(lines.Bytes(), &record) == nil && record.Alive() {
			alive = append(alive, record)
		}
	}
	return alive, nil
}

// End ends a recorded process whose parent is gone, and returns when it is.
func End(record Record) {
	_ = syscall.Kill(record.Pid, syscall.SIGTERM)
	deadline := time.Now().Add(10 * time.Second)
	for record.Alive() {
		if time.Now().After(deadline) {
			_ = syscall.Kill(record.Pid, syscall.SIGKILL)
			deadline = time.Now().Add(10 * time.Second)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Alive says that the process still runs, and not another that was given its number.
func (r Record) Alive() bool { return r.Born != "" && born(r.Pid) == r.Born }

// Self is the record of the calling process.
func Self(name string) Record {
	return Record{name, os.Getpid(), born(os.Getpid())}
}

// Write puts a record of its own into a file; Read reads it back, and ok says that the process still runs.
func (r Record) Write(file string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// Read is the counterpart of Write.
func Read(file string) (record Record, ok bool) {
	text, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(text, &record) != nil {
		return record, false
	}
	return record, record.Alive()
}

func recordsFile(folder string) string { return filepath.Join(folder, "processes") }

// born is field 22 of /proc/PID/stat (proc(5)), or "" when the process has ended.
func born(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The second field is the program's name in parentheses and may hold anything, parentheses included.
	rest := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(rest) < 20 || rest[0] == "Z" || rest[0] == "X" {
		return ""
	}
	return rest[19]
}
