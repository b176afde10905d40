// Package node runs a Kubernetes node on this machine: containerd, kubelet and kube-proxy in a network namespace of
// their own.
package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"breakwater.dev/testbed/internal/controlplane"
	"breakwater.dev/testbed/internal/process"
)

// Settings say what a node belongs to.
type Settings struct {
	Kube string
	// Registry is HOST:PORT of the registry that speaks plain HTTP.
	Registry string
	// PauseImage is the image of a pod's sandbox, with its registry.
	PauseImage string
	// ShellImage is only told to whoever asks for the node.
	ShellImage string
	Plane      *controlplane.ControlPlane
}

// Node is a running node.
type Node struct {
	Name             string `json:"name"`
	Address          string `json:"address"`
	NetworkNamespace string `json:"networkNamespace"`
	Containerd       string `json:"containerdSocket"`
	ShellImage       string `json:"shellImage"`
	folder           string
	plugins          string
	network          *Network
	settings         Settings
}

// Needs returns what a node needs and this machine does not have, or nil.
func Needs() error {
	if os.Geteuid() != 0 {
		return errors.New("a node needs root")
	}
	for _, program := range []string{"containerd", "runc", "iptables", "ip", "nsenter"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("a node needs %s; testbed/packages.txt lists the Debian packages", program)
		}
	}
	if networkPlugins() == "" {
		return errors.New("a node needs the CNI plugins: apt-get install containernetworking-plugins")
	}
	return nil
}

// Start starts a node in a network and returns when it is ready for pods.
func Start(group *process.Group, folder string, network *Network, settings Settings) (*Node, error) {
	node := &Node{
		Name:             "node",
		Address:          network.Node,
		NetworkNamespace: network.Namespace,
		ShellImage:       settings.ShellImage,
		folder:           filepath.Join(folder, "node"),
		plugins:          networkPlugins(),
		network:          network,
		settings:         settings,
	}
	node.Containerd = node.socket()
	if err := os.MkdirAll(node.folder, 0o755); err != nil {
		return nil, err
	}
	if err := node.startContainerd(group); err != nil {
		return nil, err
	}
	if err := node.startKubelet(group); err != nil {
		return nil, err
	}
	if err := node.startProxy(group); err != nil {
		return nil, err
	}
	return node, group.Await("the node", time.Minute, node.isReady)
}

func (n *Node) startContainerd(group *process.Group) error {
	configuration, err := n.writeContainerd()
	if err != nil {
		return err
	}
	if err := n.writeNetworkPlugins(); err != nil {
		return err
	}
	if err := n.start(group, "containerd", "containerd", "--config", configuration); err != nil {
		return err
	}
	return group.Await("containerd", 30*time.Second, func() error {
		_, err := os.Stat(n.socket())
		return err
	})
}

func (n *Node) startKubelet(group *process.Group) error {
	kubeconfig, err := n.settings.Plane.User("kubelet", "system:node:"+n.Name, "system:nodes")
	if err != nil {
		return err
	}
	serving, err := n.settings.Plane.SigningAuthority().Server("kubelet", n.Address, n.Name)
	if err != nil {
		return err
	}
	configuration, err := n.writeKubelet(serving)
	if err != nil {
		return err
	}
	return n.start(group, "kubelet", n.settings.Kube, "kubelet",
		"--config="+configuration,
		"--kubeconfig="+kubeconfig,
		"--root-dir="+filepath.Join(n.folder, "kubelet"),
		"--cert-dir="+filepath.Join(n.folder, "kubelet-pki"),
		"--hostname-override="+n.Name,
		"--node-ip="+n.Address)
}

func (n *Node) startProxy(group *process.Group) error {
	kubeconfig, err := n.settings.Plane.User("kube-proxy", "system:kube-proxy")
	if err != nil {
		return err
	}
	configuration, err := n.writeProxy(kubeconfig)
	if err != nil {
		return err
	}
	return n.start(group, "kube-proxy", n.settings.Kube, "kube-proxy", "--config="+configuration)
}

func (n *Node) start(group *process.Group, name string, program ...string) error {
	_, err := group.Start(name, nil, n.network.Command(program...)...)
	return err
}

func (n *Node) isReady() error {
	text, err := n.settings.Plane.Get("/api/v1/nodes/" + n.Name)
	if err != nil {
		return err
	}
	var node struct {
		Status struct {
			Conditions []struct{ Type, Status, Message string }
		}
	}
	if err := json.Unmarshal(text, &node); err != nil {
		return err
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == "Ready" && condition.Status == "True" {
			return nil
		} else if condition.Type == "Ready" {
			return errors.New(condition.Message)
		}
	}
	return errors.New("its kubelet has not reported")
}

func (n *Node) socket() string { return filepath.Join(n.folder, "containerd.sock") }

// networkPlugins is the folder of the CNI plugins: Debian's, or the one that most installers use.
func networkPlugins() string {
	for _, folder := range []string{"/usr/lib/cni", "/opt/cni/bin"} {
		if _, err := os.Stat(filepath.Join(folder, "bridge")); err == nil {
			return folder
		}
	}
	return ""
}
