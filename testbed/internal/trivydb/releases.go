// Package trivydb writes a vulnerability database that Trivy reads, from what Debian's changelogs say.
//
// The triples (source package, CVE, fixed version) are real. Everything that a changelog does not say is ours and says
// so in its text: severity, score, title.
package trivydb

import (
	_ "embed"
	"fmt"
	"strings"
	"time"
)

// Release is a version of a source package, and the CVEs that it fixed.
type Release struct {
	Source  string
	Version string
	Date    time.Time
	Fixed   []string
}

//go:embed debian.tsv
var debian string

// Releases is the committed extract of Debian's changelogs, by source package, each in the order of its file.
func Releases() ([]Release, error) {
	var releases []Release
	for number, line := range strings.Split(strings.TrimSuffix(debian, "\n"), "\n") {
		fields := strings.Split(line, "\t")
		if len(fields) != 4 {
			return nil, fmt.Errorf("debian.tsv, line %d: %d fields instead of 4", number+1, len(fields))
		}
		date, err := time.Parse(time.DateOnly, fields[2])
		if err != nil {
			return nil, fmt.Errorf("debian.tsv, line %d: %w", number+1, err)
		}
		releases = append(releases, Release{fields[0], fields[1], date, strings.Fields(fields[3])})
	}
	return releases, nil
}
