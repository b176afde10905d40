package process

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Below the range from which Linux takes ports for outgoing connections (32768 and up): there, a port that is free now
// may be somebody's connection when the program that is to listen on it has started.
const (
	firstPort = 20000
	lastPort  = 32000
)

// FreePorts finds ports of an address that nobody listens on. They are taken together before they are let go, so that
// they differ from one another.
func FreePorts(address string, count int) ([]string, error) {
	var ports []string
	for range 1000 {
		if len(ports) == count {
			return ports, nil
		}
		port := strconv.Itoa(firstPort + rand.IntN(lastPort-firstPort))
		if listener, err := net.Listen("tcp", net.JoinHostPort(address, port)); err == nil {
			defer listener.Close()
			ports = append(ports, port)
		}
	}
	return nil, fmt.Errorf("%s has no %d free ports between %d and %d", address, count, firstPort, lastPort)
}
