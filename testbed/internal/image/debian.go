package image

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"breakwater.dev/testbed/internal/trivydb"
)

// Description is an image as images.json describes it: a Debian 12 as it was on a day, with the packages of some
// sources, and files of an application.
type Description struct {
	Name string `json:"name"`
	// AsOf is a day: each package has the newest version that its changelog has on that day.
	AsOf string `json:"asOf"`
	// Sources are source packages; the base of every Debian comes with them.
	Sources []string `json:"sources"`
	// Files by path; a text may hold {{NAME}} for a secret of the table in secrets.go.
	Files map[string]string `json:"files"`
	// Node has packages of the application in node_modules, by name, with their version.
	Node map[string]string `json:"node"`
	User string            `json:"user"`
}

// ReadDescriptions reads images.json.
func ReadDescriptions(file string) ([]Description, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var descriptions []Description
	if err := json.Unmarshal(text, &descriptions); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return descriptions, nil
}

// FromDescription makes the image. It runs: its container waits until it is told to end.
func FromDescription(description Description) (Image, error) {
	shell, err := shellLayer()
	if err != nil {
		return Image{}, err
	}
	status, err := dpkgStatus(description)
	if err != nil {
		return Image{}, fmt.Errorf("%s: %w", description.Name, err)
	}
	application := []File{{Path: "srv/README", Text: "An image for tests. It does nothing.\n"}}
	for path, text := range description.Files {
		application = append(application, File{Path: path, Text: withSecrets(text)})
	}
	for name, version := range description.Node {
		text := fmt.Sprintf("{\"name\": %q, \"version\": %q, \"license\": \"Apache-2.0\"}\n", name, version)
		application = append(application, File{Path: "srv/node_modules/" + name + "/package.json", Text: text})
	}
	return Image{
		Name: description.Name,
		Layers: [][]File{shell, {
			{Path: "etc/os-release", Text: "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n" +
				"VERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n"},
			{Path: "etc/debian_version", Text: "12.5\n"},
			{Path: "etc/passwd", Text: "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/srv:/bin/sh\n"},
			{Path: "tmp", Mode: 0o1777},
			{Path: "var/lib/dpkg/status", Text: status},
		}, application},
		// A shell that is process 1 ends at SIGTERM only where it says so.
		Entrypoint: []string{"/bin/sh", "-c", "echo started; trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"},
		Env:        []string{"PATH=/usr/local/bin:/usr/bin:/bin"},
		User:       description.User,
	}, nil
}

// base is what every Debian has, as far as its changelogs name CVEs.
var base = []string{
	"bzip2", "e2fsprogs", "gcc-12", "glibc", "gmp", "gnupg2", "gnutls28", "gzip", "libcap2", "libgcrypt20", "libidn2",
	"libseccomp", "libtasn1-6", "lz4", "ncurses", "nettle", "p11-kit", "perl", "shadow", "systemd", "tar", "util-linux",
	"xz-utils", "zlib",
}

// binaries names the binary packages of sources whose names are others.
var binaries = map[string][]string{
	"e2fsprogs":     {"e2fsprogs", "libext2fs2", "libcom-err2", "logsave"},
	"bzip2":         {"libbz2-1.0"},
	"curl":          {"curl", "libcurl4"},
	"expat":         {"libexpat1"},
	"freetype":      {"libfreetype6"},
	"gcc-12":        {"gcc-12-base", "libgcc-s1", "libstdc++6"},
	"git":           {"git", "git-man"},
	"glib2.0":       {"libglib2.0-0"},
	"glibc":         {"libc6", "libc-bin"},
	"gmp":           {"libgmp10"},
	"gnupg2":        {"gpgv"},
	"gnutls28":      {"libgnutls30"},
	"icu":           {"libicu72"},
	"krb5":          {"libkrb5-3", "libk5crypto3", "libkrb5support0", "libgssapi-krb5-2"},
	"libcap2":       {"libcap2"},
	"libgcrypt20":   {"libgcrypt20"},
	"libidn2":       {"libidn2-0"},
	"libpng1.6":     {"libpng16-16"},
	"libseccomp":    {"libseccomp2"},
	"libssh2":       {"libssh2-1"},
	"libtasn1-6":    {"libtasn1-6"},
	"libwebp":       {"libwebp7", "libwebpdemux2"},
	"libxslt":       {"libxslt1.1"},
	"libyaml":       {"libyaml-0-2"},
	"linux":         {"linux-libc-dev"},
	"lz4":           {"liblz4-1"},
	"ncurses":       {"libtinfo6", "ncurses-base", "ncurses-bin"},
	"nettle":        {"libnettle8", "libhogweed6"},
	"nghttp2":       {"libnghttp2-14"},
	"openjdk-17":    {"openjdk-17-jre-headless"},
	"openldap":      {"libldap-2.5-0"},
	"openssh":       {"openssh-client"},
	"openssl":       {"openssl", "libssl3"},
	"p11-kit":       {"libp11-kit0"},
	"perl":          {"perl-base"},
	"postgresql-15": {"postgresql-15", "postgresql-client-15"},
	"python3.11":    {"python3.11", "python3.11-minimal", "libpython3.11-stdlib"},
	"shadow":        {"login", "passwd"},
	"sqlite3":       {"libsqlite3-0"},
	"systemd":       {"libsystemd0", "libudev1"},
	"tiff":          {"libtiff6"},
	"util-linux":    {"util-linux", "libblkid1", "libmount1", "libuuid1", "mount"},
	"xz-utils":      {"liblzma5"},
	"zlib":          {"zlib1g"},
}

// dpkgStatus is /var/lib/dpkg/status (dpkg's own list of installed packages), as far as Trivy reads it.
func dpkgStatus(description Description) (string, error) {
	day, err := time.Parse(time.DateOnly, description.AsOf)
	if err != nil {
		return "", err
	}
	releases, err := trivydb.Releases()
	if err != nil {
		return "", err
	}
	sources := slices.Concat(base, description.Sources)
	slices.Sort(sources)
	var status strings.Builder
	for _, source := range slices.Compact(sources) {
		version := versionOn(releases, source, day)
		if version == "" {
			return "", fmt.Errorf("the changelogs know no version of %s on %s", source, description.AsOf)
		}
		names := binaries[source]
		if names == nil {
			names = []string{source}
		}
		for _, name := range names {
			fmt.Fprintf(&status, "Package: %s\nStatus: install ok installed\nPriority: optional\nSection: misc\n"+
				"Maintainer: Nobody <nobody@registry.example>\nArchitecture: amd64\n", name)
			if name != source {
				fmt.Fprintf(&status, "Source: %s\n", source)
			}
			fmt.Fprintf(&status, "Version: %s\nDescription: %s\n\n", version, name)
		}
	}
	return status.String(), nil
}

// versionOn is the newest version of a source on a day; releases are ordered by day.
func versionOn(releases []trivydb.Release, source string, day time.Time) string {
	version := ""
	for _, release := range releases {
		if release.Source == source && !release.Date.After(day) {
			version = release.Version
		}
	}
	return version
}
