package trivydb

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Buckets of a Trivy database, schema version 2.
const (
	schemaVersion = 2
	platform      = "debian 12"
)

// The numbers of Trivy's severities.
const (
	low = iota + 1
	medium
	high
	critical
)

// score is a CVSS 3.1 base score and a vector that has it, one for each severity.
var score = map[int]struct {
	value  float64
	vector string
}{
	low:      {3.3, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:L"},
	medium:   {5.5, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H"},
	high:     {7.5, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"},
	critical: {9.8, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
}

// Write makes FOLDER/db/trivy.db and FOLDER/db/metadata.json, as a Trivy cache folder has them.
//
// There are two versions, one week apart: the second knows a dozen CVEs that the first does not, and rates some others
// differently, so that tests can let a new database arrive.
func Write(folder string, version int) error {
	if version != 1 && version != 2 {
		return fmt.Errorf("there is no version %d of the sample database: 1 or 2", version)
	}
	releases, err := Releases()
	if err != nil {
		return err
	}
	folder = filepath.Join(folder, "db")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	file := filepath.Join(folder, "trivy.db")
	if err := os.RemoveAll(file); err != nil {
		return err
	}
	database, err := bolt.Open(file, 0o644, &bolt.Options{NoSync: true})
	if err != nil {
		return err
	}
	err = database.Update(func(tx *bolt.Tx) error { return fill(tx, releases, version) })
	if closed := database.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	updated := time.Date(2026, 11, 7+7*version, 0, 0, 0, 0, time.UTC)
	metadata, err := json.Marshal(map[string]any{
		"Version":      schemaVersion,
		"UpdatedAt":    updated,
		"NextUpdate":   updated.AddDate(10, 0, 0), // Trivy asks nobody for a newer one.
		"DownloadedAt": updated,
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "metadata.json"), metadata, 0o644)
}

func fill(tx *bolt.Tx, releases []Release, version int) error {
	described := map[string]bool{}
	source := map[string]any{"ID": "debian", "Name": "Breakwater's sample from Debian changelogs", "URL": "https://salsa.debian.org"}
	if err := put(tx, source, "data-source", platform); err != nil {
		return err
	}
	for _, release := range releases {
		for _, id := range release.Fixed {
			if version == 1 && isNew(id) {
				continue
			}
			advisory := map[string]any{"FixedVersion": release.Version}
			if isOpen(id) {
				advisory = map[string]any{"Status": 2} // affected
			}
			if err := put(tx, advisory, platform, release.Source, id); err != nil {
				return err
			}
			if described[id] {
				continue
			}
			described[id] = true
			if err := put(tx, describe(id, release, version), "vulnerability", id); err != nil {
				return err
			}
		}
	}
	return nil
}

func describe(id string, release Release, version int) map[string]any {
	severity := severityOf(id)
	if version == 2 && draw(id+" rated again", 40) == 0 {
		severity = severity%critical + 1
	}
	return map[string]any{
		"Title": fmt.Sprintf("%s: %s (sample entry)", release.Source, id),
		"Description": fmt.Sprintf("Debian's changelog of %s names %s as fixed in %s. This is an entry of a sample database: "+
			"package, identifier and version are real; severity, score and dates of publication are invented for tests.",
			release.Source, id, release.Version),
		"VendorSeverity": map[string]int{"debian": severity, "nvd": severity},
		"CVSS": map[string]any{"nvd": map[string]any{
			"V3Score": score[severity].value, "V3Vector": score[severity].vector}},
		"References": []string{
			"https://security-tracker.debian.org/tracker/" + id,
			"https://www.cve.org/CVERecord?id=" + id,
		},
		"PublishedDate":    release.Date,
		"LastModifiedDate": release.Date,
	}
}

// severityOf spreads the CVEs over the severities, the same way on every machine.
func severityOf(id string) int {
	switch share := draw(id, 100); {
	case share < 6:
		return critical
	case share < 30:
		return high
	case share < 75:
		return medium
	default:
		return low
	}
}

// isOpen says that the sample knows no fixed version, so that tests have findings without one.
func isOpen(id string) bool { return draw(id+" open", 20) == 0 }

// isNew says that only the second version of the sample knows a CVE.
func isNew(id string) bool { return draw(id+" new", 300) == 0 }

func draw(text string, below uint32) uint32 {
	hash := fnv.New32a()
	hash.Write([]byte(text))
	// FNV's low bits hardly depend on the first characters: fold the high ones in.
	sum := hash.Sum32()
	return (sum ^ sum>>15) % below
}

func put(tx *bolt.Tx, value any, path ...string) error {
	bucket, err := tx.CreateBucketIfNotExists([]byte(path[0]))
	if err != nil {
		return err
	}
	key := path[len(path)-1]
	for _, name := range path[1 : len(path)-1] {
		if bucket, err = bucket.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return bucket.Put([]byte(key), text)
}
