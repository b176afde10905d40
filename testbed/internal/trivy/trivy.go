// Package trivy gives a run what scans need: a Trivy server, an image with Trivy, and the sample database in the registry.
package trivy

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"breakwater.dev/testbed/internal/image"
	"breakwater.dev/testbed/internal/process"
	"breakwater.dev/testbed/internal/trivydb"
)

// Trivy is where the run has what scans need.
type Trivy struct {
	// Program is the binary on this machine.
	Program string `json:"program"`
	// Image holds Trivy, a shell and the usual small programs.
	Image string `json:"image"`
	// Database is for --db-repository.
	Database string `json:"database"`
	// Server is for --server; host and pods reach it by this URL.
	Server string `json:"server"`
}

// Media types of a Trivy database in a registry.
const (
	configType   = "application/vnd.aquasec.trivy.config.v1+json"
	databaseType = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
)

// Start pushes image and database to the registry, and starts a server with the same database.
func Start(group *process.Group, program, folder, address, registry string) (*Trivy, error) {
	made, err := image.Trivy(program)
	if err != nil {
		return nil, err
	}
	if _, err := image.Push(registry, made); err != nil {
		return nil, err
	}
	cache := filepath.Join(folder, "trivy")
	if err := trivydb.Write(cache, 1); err != nil {
		return nil, err
	}
	if err := PushDatabase(registry, 1); err != nil {
		return nil, err
	}
	server, err := startServer(group, program, cache, address)
	return &Trivy{program, registry + "/" + made.Name, registry + "/" + databaseName, server}, err
}

const databaseName = "breakwater/trivy-db:2"

// PushDatabase puts a version of the sample database where Trivy downloads it.
func PushDatabase(registry string, version int) error {
	folder, err := os.MkdirTemp("", "breakwater-trivydb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := trivydb.Write(folder, version); err != nil {
		return err
	}
	var blob bytes.Buffer
	compressed := gzip.NewWriter(&blob)
	archive := tar.NewWriter(compressed)
	for _, name := range []string{"metadata.json", "trivy.db"} {
		text, err := os.ReadFile(filepath.Join(folder, "db", name))
		if err != nil {
			return err
		}
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			return err
		}
		if _, err := archive.Write(text); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	if err := compressed.Close(); err != nil {
		return err
	}
	_, err = image.PushArtifact(registry, databaseName, configType, databaseType, "db.tar.gz", blob.Bytes())
	return err
}

func startServer(group *process.Group, program, cache, address string) (string, error) {
	ports, err := process.FreePorts(address, 1)
	if err != nil {
		return "", err
	}
	host := net.JoinHostPort(address, ports[0])
	server := "http://" + host
	if _, err := group.Start("trivy-server", nil, program, "server",
		"--listen", host, "--cache-dir", cache, "--skip-db-update"); err != nil {
		return "", err
	}
	return server, group.Await("the Trivy server", time.Minute, func() error {
		answer, err := http.Get(server + "/healthz")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("/healthz: %s", answer.Status)
		}
		return nil
	})
}
