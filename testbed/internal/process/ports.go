package process

import (
	"net"
	"strconv"
)

// FreePorts finds ports of an address that nobody listens on. They are taken together before they are let go, so that
// they differ from one another.
func FreePorts(address string, count int) ([]string, error) {
	var ports []string
	for range count {
		listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		ports = append(ports, strconv.Itoa(listener.Addr().(*net.TCPAddr).Port))
	}
	return ports, nil
}
