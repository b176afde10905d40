// Package image makes container images from files and pushes them to a registry that speaks plain HTTP: no builder and
// no base image is needed.
package image

import (
	"archive/tar"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path"
	"slices"
	"time"
)

// File is an entry of a layer. Exactly one of Text, Source and Target says what it is; none makes a folder.
type File struct {
	Path   string
	Text   string // content
	Source string // file of this machine with the content
	Target string // of a symbolic link
	Mode   int64  // 0644 for files and 0755 for folders where it is 0
}

// layer is an uncompressed tar archive. Its bytes depend on its files alone, so that the same files have the same digest
// and are kept once.
type layer struct {
	digest string
	size   int64
	// Where the bytes are: in memory, or in a temporary file for a layer with a large program in it.
	text []byte
	file string
}

// inMemory is the size up to which a layer is kept there.
const inMemory = 16 << 20

func newLayer(files []File) (*layer, error) {
	var size int64
	for _, file := range files {
		size += int64(len(file.Text))
		if file.Source != "" {
			status, err := os.Stat(file.Source)
			if err != nil {
				return nil, err
			}
			size += status.Size()
		}
	}
	made := &layer{}
	hash := sha256.New()
	if size <= inMemory {
		var buffer bytes.Buffer
		if err := archive(io.MultiWriter(&buffer, hash), files); err != nil {
			return nil, err
		}
		made.text, made.size = buffer.Bytes(), int64(buffer.Len())
	} else {
		output, err := os.CreateTemp("", "breakwater-layer-")
		if err != nil {
			return nil, err
		}
		defer output.Close()
		made.file = output.Name()
		if err := archive(io.MultiWriter(output, hash), files); err != nil {
			made.remove()
			return nil, err
		}
		if made.size, err = output.Seek(0, io.SeekCurrent); err != nil {
			return nil, err
		}
	}
	made.digest = "sha256:" + hex.EncodeToString(hash.Sum(nil))
	return made, nil
}

func (l *layer) open() (io.ReadCloser, error) {
	if l.file != "" {
		return os.Open(l.file)
	}
	return io.NopCloser(bytes.NewReader(l.text)), nil
}

func (l *layer) remove() {
	if l.file != "" {
		_ = os.Remove(l.file)
	}
}

func archive(output io.Writer, files []File) error {
	archive := tar.NewWriter(output)
	for _, file := range withFolders(files) {
		if err := add(archive, file); err != nil {
			return err
		}
	}
	return archive.Close()
}

func add(archive *tar.Writer, file File) error {
	header := &tar.Header{Name: file.Path, Mode: file.Mode, ModTime: time.Unix(1767225600, 0), Format: tar.FormatPAX}
	switch {
	case file.Target != "":
		header.Typeflag, header.Linkname, header.Mode = tar.TypeSymlink, file.Target, 0o777
		return archive.WriteHeader(header)
	case file.Source != "":
		content, err := os.Open(file.Source)
		if err != nil {
			return err
		}
		defer content.Close()
		status, err := content.Stat()
		if err != nil {
			return err
		}
		header.Size, header.Mode = status.Size(), cmp.Or(file.Mode, 0o755)
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err = io.Copy(archive, content)
		return err
	case file.Text != "":
		header.Size, header.Mode = int64(len(file.Text)), cmp.Or(file.Mode, 0o644)
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err := io.WriteString(archive, file.Text)
		return err
	default:
		header.Typeflag, header.Name, header.Mode = tar.TypeDir, file.Path+"/", cmp.Or(file.Mode, 0o755)
		return archive.WriteHeader(header)
	}
}

// withFolders adds the folders above the files, and orders all by name: a folder comes before what is in it.
func withFolders(files []File) []File {
	all := map[string]File{}
	for _, file := range files {
		for folder := path.Dir(file.Path); folder != "." && folder != "/"; folder = path.Dir(folder) {
			if _, there := all[folder]; !there {
				all[folder] = File{Path: folder}
			}
		}
		all[file.Path] = file
	}
	ordered := make([]File, 0, len(all))
	for _, file := range all {
		ordered = append(ordered, file)
	}
	slices.SortFunc(ordered, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return ordered
}
