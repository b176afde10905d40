package trivydb

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// releasesSince is where the history of versions begins: images are made of packages as they were on a day after it.
var releasesSince = time.Date(2021, 8, 1, 0, 0, 0, 0, time.UTC)

// Extract reads the changelogs below a folder (/usr/share/doc of a Debian) and writes one line for each release:
// source package, version, date, and the CVEs which that version fixed. Packages whose changelog names no CVE are left
// out, and so are releases before 2021-08 that fixed none.
//
// A CVE that several releases of a package name counts for the oldest of them.
func Extract(folder string, output io.Writer) error {
	files, err := filepath.Glob(filepath.Join(folder, "*", "changelog.Debian.gz"))
	if err != nil {
		return err
	}
	all := map[string][]Release{}
	for _, file := range files {
		releases, err := readChangelog(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		// Packages of one source carry the same changelog; the longest is the whole one.
		if len(releases) > 0 && len(releases) > len(all[releases[0].Source]) {
			all[releases[0].Source] = releases
		}
	}
	var fixes []Release
	for _, releases := range all {
		fixes = append(fixes, firstMentions(releases)...)
	}
	slices.SortFunc(fixes, func(a, b Release) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), a.Date.Compare(b.Date))
	})
	for _, fix := range fixes {
		if _, err := fmt.Fprintf(output, "%s\t%s\t%s\t%s\n",
			fix.Source, fix.Version, fix.Date.Format(time.DateOnly), strings.Join(fix.Fixed, " ")); err != nil {
			return err
		}
	}
	return nil
}

var (
	heading = regexp.MustCompile(`^(\S+) \(([^)]+)\) `)
	trailer = regexp.MustCompile(`^ -- .*>  (.*)$`)
	cve     = regexp.MustCompile(`\bCVE-\d{4}-\d{4,7}\b`)
)

// readChangelog reads releases, newest first, as the file has them (deb-changelog(5)).
func readChangelog(file string) ([]Release, error) {
	compressed, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer compressed.Close()
	text, err := gzip.NewReader(compressed)
	if err != nil {
		return nil, err
	}
	var releases []Release
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if match := heading.FindStringSubmatch(line); match != nil {
			releases = append(releases, Release{Source: match[1], Version: match[2]})
			continue
		}
		if len(releases) == 0 {
			continue
		}
		last := &releases[len(releases)-1]
		last.Fixed = append(last.Fixed, cve.FindAllString(line, -1)...)
		if match := trailer.FindStringSubmatch(line); match != nil {
			if date, err := time.Parse(time.RFC1123Z, strings.TrimSpace(match[1])); err == nil {
				last.Date = date.UTC()
			}
		}
	}
	return releases, lines.Err()
}

// firstMentions leaves each CVE with the oldest release that names it. It is empty where no release names any.
func firstMentions(newestFirst []Release) []Release {
	var kept []Release
	seen := map[string]bool{}
	for _, release := range slices.Backward(newestFirst) {
		var first []string
		for _, id := range release.Fixed {
			if !seen[id] {
				seen[id] = true
				first = append(first, id)
			}
		}
		release.Fixed = first
		if !release.Date.IsZero() && (len(first) > 0 || release.Date.After(releasesSince)) {
			kept = append(kept, release)
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return kept
}
