package image

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Image is what is pushed: layers from the bottom up, and how to run it.
type Image struct {
	// Name is repository and tag: shop/cart:1.4.2.
	Name       string
	Layers     [][]File
	Entrypoint []string
	Env        []string
	User       string
	Labels     map[string]string
}

// Media types of the OCI image specification.
const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar"
)

type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
	// Annotations name the file that an artifact's blob is.
	Annotations map[string]string `json:"annotations,omitempty"`
}

type manifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        descriptor   `json:"config"`
	Layers        []descriptor `json:"layers"`
}

// Push pushes an image for linux/amd64 and returns the digest of its manifest.
func Push(registry string, image Image) (string, error) {
	repository, tag, found := strings.Cut(image.Name, ":")
	if !found {
		return "", fmt.Errorf("image %s has no tag", image.Name)
	}
	target := target{registry, repository}
	var layers []descriptor
	var diffs []string
	for _, files := range image.Layers {
		layer, err := newLayer(files)
		if err != nil {
			return "", err
		}
		err = target.blob(layer)
		layer.remove()
		if err != nil {
			return "", err
		}
		layers = append(layers, descriptor{MediaType: layerType, Digest: layer.digest, Size: layer.size})
		diffs = append(diffs, layer.digest) // Uncompressed: the layer's digest is that of its content.
	}
	config, err := json.Marshal(map[string]any{
		"architecture": "amd64",
		"os":           "linux",
		"created":      "2026-01-01T00:00:00Z",
		"config": map[string]any{
			"Entrypoint": image.Entrypoint, "Env": image.Env, "User": image.User, "Labels": image.Labels},
		"rootfs": map[string]any{"type": "layers", "diff_ids": diffs},
	})
	if err != nil {
		return "", err
	}
	return target.manifest(tag, configType, config, layers)
}

// PushArtifact pushes a manifest with one blob that is no image, such as a Trivy database; file is the blob's name.
func PushArtifact(registry, name, configType, blobType, file string, blob []byte) (string, error) {
	repository, tag, _ := strings.Cut(name, ":")
	target := target{registry, repository}
	only := inline(blob)
	if err := target.blob(only); err != nil {
		return "", err
	}
	return target.manifest(tag, configType, []byte("{}"), []descriptor{{
		blobType, only.digest, only.size, map[string]string{"org.opencontainers.image.title": file}}})
}

type target struct{ registry, repository string }

func (t target) manifest(tag, configType string, config []byte, layers []descriptor) (string, error) {
	configLayer := inline(config)
	if err := t.blob(configLayer); err != nil {
		return "", err
	}
	text, err := json.Marshal(manifest{
		2, manifestType, descriptor{configType, configLayer.digest, configLayer.size, nil}, layers})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequest(http.MethodPut, t.url("manifests/"+tag), bytes.NewReader(text))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", manifestType)
	return inline(text).digest, send(request, http.StatusCreated)
}

// blob uploads a layer unless the registry has it: ask, open an upload, send (OCI distribution specification).
func (t target) blob(layer *layer) error {
	known, err := http.Head(t.url("blobs/" + layer.digest))
	if err != nil {
		return err
	}
	known.Body.Close()
	if known.StatusCode == http.StatusOK {
		return nil
	}
	opened, err := http.Post(t.url("blobs/uploads/"), "", nil)
	if err != nil {
		return err
	}
	opened.Body.Close()
	if opened.StatusCode != http.StatusAccepted {
		return fmt.Errorf("POST %s: %s", opened.Request.URL, opened.Status)
	}
	upload, err := opened.Location()
	if err != nil {
		return err
	}
	query := upload.Query()
	query.Set("digest", layer.digest)
	upload.RawQuery = query.Encode()
	content, err := layer.open()
	if err != nil {
		return err
	}
	defer content.Close()
	request, err := http.NewRequest(http.MethodPut, upload.String(), content)
	if err != nil {
		return err
	}
	request.ContentLength = layer.size
	request.Header.Set("Content-Type", "application/octet-stream")
	return send(request, http.StatusCreated)
}

func (t target) url(rest string) string {
	return (&url.URL{Scheme: "http", Host: t.registry, Path: "/v2/" + t.repository + "/" + rest}).String()
}

func send(request *http.Request, expected int) error {
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != expected {
		body, _ := io.ReadAll(io.LimitReader(answer.Body, 1000))
		return fmt.Errorf("%s %s: %s %s", request.Method, request.URL, answer.Status, body)
	}
	return nil
}

func inline(text []byte) *layer {
	sum := sha256.Sum256(text)
	return &layer{digest: "sha256:" + hex.EncodeToString(sum[:]), size: int64(len(text)), text: text}
}
