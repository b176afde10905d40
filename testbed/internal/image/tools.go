package image

import (
	"errors"
	"os"
	"os/exec"
	"strings"
)

// Pause is the image whose container holds the namespaces of a pod: this program, which then only waits.
func Pause() (Image, error) {
	self, err := os.Executable()
	if err != nil {
		return Image{}, err
	}
	return Image{
		Name:       "breakwater/pause:1",
		Layers:     [][]File{{{Path: "pause", Source: self}}},
		Entrypoint: []string{"/pause", "pause"},
		User:       "65535:65535",
	}, nil
}

// Busybox is the image of a shell and the usual small programs, from the Debian package busybox-static. It has no
// entrypoint: a container says what it runs.
func Busybox() (Image, error) {
	shell, err := shellLayer()
	return Image{
		Name:   "breakwater/busybox:1",
		Layers: [][]File{shell},
		Env:    []string{"PATH=/usr/local/bin:/usr/bin:/bin"},
	}, err
}

// Trivy is the image that scan jobs run: Trivy, a shell and a /tmp that anybody may write.
func Trivy(program string) (Image, error) {
	shell, err := shellLayer()
	return Image{
		Name: "breakwater/trivy:0.72.0",
		Layers: [][]File{shell, {
			{Path: "usr/local/bin/trivy", Source: program},
			{Path: "tmp", Mode: 0o1777},
			{Path: "etc/ssl/certs"},
			{Path: "etc/passwd", Text: "root:x:0:0:root:/:/bin/sh\nscanner:x:10000:10000:scanner:/tmp:/bin/sh\n"},
		}},
		Entrypoint: []string{"trivy"},
		Env:        []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp"},
		Labels:     map[string]string{"org.opencontainers.image.version": "0.72.0"},
	}, err
}

// shellLayer is busybox and a link for each program that it is.
func shellLayer() ([]File, error) {
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		return nil, errors.New("there is no busybox: apt-get install busybox-static")
	}
	names, err := exec.Command(busybox, "--list").Output()
	if err != nil {
		return nil, err
	}
	files := []File{{Path: "bin/busybox", Source: busybox}}
	for name := range strings.FieldsSeq(string(names)) {
		if name != "busybox" {
			files = append(files, File{Path: "bin/" + name, Target: "busybox"})
		}
	}
	return files, nil
}
