// Breakwater-testbed gives tests a real Kubernetes on one machine without Docker: a control plane, a node that runs
// pods, a registry, images to scan and a Trivy database to scan them with.
package main

import (
	"fmt"
	"os"
	"runtime"
)

func init() {
	// The kernel ends the children of a run when the thread that started them ends: the main thread lives as long as
	// the process does.
	runtime.LockOSThread()
}

const usage = `usage: breakwater-testbed COMMAND [FLAG...]

  up       start a control plane, and a node with it; runs until it is told to end
  down     end a run, also one whose supervisor was killed
  user     write a kubeconfig for a user of a run
  trivydb  write a sample vulnerability database for Trivy
  image    push images that a file describes to a registry

Each command has --help.
`

func main() {
	commands := map[string]func([]string) error{
		"up":      up,
		"down":    down,
		"user":    user,
		"trivydb": writeTrivyDB,
		"image":   pushImages,
		"pause":   pause,
	}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "breakwater-testbed %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}
