package main

import (
	"errors"
	"flag"
	"os"

	"breakwater.dev/testbed/internal/trivy"
	"breakwater.dev/testbed/internal/trivydb"
)

// writeTrivyDB writes the sample database into a Trivy cache folder or a registry, or extracts it anew from a Debian's changelogs.
func writeTrivyDB(arguments []string) error {
	flags := flag.NewFlagSet("trivydb", flag.ExitOnError)
	folder := flags.String("cache-dir", "", "Trivy cache `folder` that gets db/trivy.db and db/metadata.json")
	registry := flags.String("registry", "", "`HOST:PORT` of the registry of a run: put it where scans download it")
	version := flags.Int("version", 1, "1, or 2: a week later, some CVEs more")
	docs := flags.String("extract", "", "print the extract of the changelogs below this `folder` instead (/usr/share/doc)")
	_ = flags.Parse(arguments)
	switch {
	case *docs != "":
		return trivydb.Extract(*docs, os.Stdout)
	case *registry != "":
		return trivy.PushDatabase(*registry, *version)
	case *folder != "":
		return trivydb.Write(*folder, *version)
	default:
		return errors.New("--cache-dir, --registry or --extract is needed")
	}
}
