// Package registry runs Debian's docker-registry with its images in a folder of the run.
package registry

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"breakwater.dev/testbed/internal/process"
)

// Start starts a registry that speaks plain HTTP on a free port of address, and returns HOST:PORT.
func Start(group *process.Group, folder, address string) (string, error) {
	program, err := exec.LookPath("docker-registry")
	if err != nil {
		return "", errors.New("there is no docker-registry: apt-get install docker-registry")
	}
	ports, err := process.FreePorts(address, 1)
	if err != nil {
		return "", err
	}
	host := net.JoinHostPort(address, ports[0])
	configuration := filepath.Join(folder, "registry.yaml")
	text := fmt.Sprintf(`version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: %s}
  delete: {enabled: true}
http: {addr: "%s"}
`, filepath.Join(folder, "registry"), host)
	if err := os.WriteFile(configuration, []byte(text), 0o644); err != nil {
		return "", err
	}
	if _, err := group.Start("docker-registry", nil, program, "serve", configuration); err != nil {
		return "", err
	}
	return host, group.Await("docker-registry", 30*time.Second, func() error {
		answer, err := http.Get("http://" + host + "/v2/")
		if err != nil {
			return err
		}
		return answer.Body.Close()
	})
}
