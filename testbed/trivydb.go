package main

import (
	"errors"
	"flag"
	"os"

	"breakwater.dev/testbed/internal/trivydb"
)

// writeTrivyDB writes the sample database into a Trivy cache folder, or extracts it anew from a Debian's changelogs.
func writeTrivyDB(arguments []string) error {
	flags := flag.NewFlagSet("trivydb", flag.ExitOnError)
	folder := flags.String("cache-dir", "", "Trivy cache `folder` that gets db/trivy.db and db/metadata.json")
	version := flags.Int("version", 1, "1, or 2: a week later, some CVEs more")
	docs := flags.String("extract", "", "print the extract of the changelogs below this `folder` instead (/usr/share/doc)")
	_ = flags.Parse(arguments)
	switch {
	case *docs != "":
		return trivydb.Extract(*docs, os.Stdout)
	case *folder != "":
		return trivydb.Write(*folder, *version)
	default:
		return errors.New("--cache-dir or --extract is needed")
	}
}
