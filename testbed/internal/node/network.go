package node

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// Network is the node's own network namespace and the addresses that a run took: one 10.N.0.0/16.
//
//	10.N.0.1   this machine, as node and pods see it
//	10.N.0.2   the node
//	10.N.1.0/24    pods
//	10.N.128.0/17  Services
type Network struct {
	Namespace      string
	Host           string
	Node           string
	PodCIDR        string
	ServiceCIDR    string
	ServiceAddress string
	link           string
}

// NewNetwork finds a free 10.N.0.0/16 and builds the namespace.
func NewNetwork(folder string) (*Network, error) {
	// Between looking and taking, another run would find the same addresses free.
	lock, err := os.OpenFile(filepath.Join(os.TempDir(), "breakwater-testbed-network.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	taken, err := takenNetworks()
	if err != nil {
		return nil, err
	}
	for range 200 {
		number := 64 + rand.IntN(180)
		if isFree(number, taken) {
			network := newNetwork(number)
			if err := os.WriteFile(namespaceFile(folder), []byte(network.Namespace), 0o644); err != nil {
				return nil, err
			}
			return network, network.build()
		}
	}
	return nil, errors.New("no free 10.N.0.0/16 between 10.64 and 10.243")
}

// RemoveNetwork removes the namespace that a run made, and with it its link, addresses, routes and rules.
func RemoveNetwork(folder string) error {
	name, err := os.ReadFile(namespaceFile(folder))
	if err != nil {
		return nil // The run had none.
	}
	if _, err := os.Stat("/run/netns/" + string(name)); err != nil {
		return nil
	}
	return ip("netns", "delete", string(name))
}

// Command is a command that runs a program in the namespace. Not "ip netns exec": that one mounts another /sys, in which
// the kubelet finds no cgroups.
func (n *Network) Command(program ...string) []string {
	return append([]string{"nsenter", "--net=/run/netns/" + n.Namespace, "--"}, program...)
}

func newNetwork(number int) *Network {
	return &Network{
		Namespace:      fmt.Sprintf("breakwater-%d", number),
		Host:           fmt.Sprintf("10.%d.0.1", number),
		Node:           fmt.Sprintf("10.%d.0.2", number),
		PodCIDR:        fmt.Sprintf("10.%d.1.0/24", number),
		ServiceCIDR:    fmt.Sprintf("10.%d.128.0/17", number),
		ServiceAddress: fmt.Sprintf("10.%d.128.1", number),
		link:           fmt.Sprintf("breakwater%d", number),
	}
}

func (n *Network) build() error {
	steps := [][]string{
		{"netns", "add", n.Namespace},
		{"link", "add", n.link, "type", "veth", "peer", "name", "eth0", "netns", n.Namespace},
		{"address", "add", n.Host + "/24", "dev", n.link},
		{"link", "set", n.link, "up"},
		{"-netns", n.Namespace, "link", "set", "lo", "up"},
		{"-netns", n.Namespace, "address", "add", n.Node + "/24", "dev", "eth0"},
		{"-netns", n.Namespace, "link", "set", "eth0", "up"},
		{"-netns", n.Namespace, "route", "add", "default", "via", n.Host},
		{"route", "add", n.PodCIDR, "via", n.Node},
		{"route", "add", n.ServiceCIDR, "via", n.Node},
	}
	for _, step := range steps {
		if err := ip(step...); err != nil {
			return err
		}
	}
	forward := n.Command("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
	return run(forward...)
}

// takenNetworks is every network that this machine routes to or has an address in.
func takenNetworks() ([]*net.IPNet, error) {
	output, err := exec.Command("ip", "-4", "-o", "route", "show", "table", "all").Output()
	if err != nil {
		return nil, fmt.Errorf("ip route: %w", err)
	}
	var taken []*net.IPNet
	for word := range strings.FieldsSeq(string(output)) {
		if _, network, err := net.ParseCIDR(word); err == nil {
			taken = append(taken, network)
		} else if address := net.ParseIP(word); address != nil {
			taken = append(taken, &net.IPNet{IP: address, Mask: net.CIDRMask(32, 32)})
		}
	}
	return taken, nil
}

func isFree(number int, taken []*net.IPNet) bool {
	_, wanted, _ := net.ParseCIDR(fmt.Sprintf("10.%d.0.0/16", number))
	for _, network := range taken {
		if wanted.Contains(network.IP) || network.Contains(wanted.IP) {
			return false
		}
	}
	_, err := os.Stat(fmt.Sprintf("/run/netns/breakwater-%d", number))
	return os.IsNotExist(err)
}

func namespaceFile(folder string) string { return filepath.Join(folder, "network-namespace") }

func ip(arguments ...string) error {
	return run(append([]string{"ip"}, arguments...)...)
}

func run(command ...string) error {
	output, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, strings.TrimSpace(string(output)))
	}
	return nil
}
