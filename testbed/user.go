package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"breakwater.dev/testbed/internal/pki"
)

// user writes a kubeconfig with a client certificate of its own for a user of a run, and prints the file's name.
func user(arguments []string) error {
	flags := flag.NewFlagSet("user", flag.ExitOnError)
	folder := flags.String("state", "", "`folder` of the run")
	name := flags.String("name", "", "the user's name, as RBAC sees it")
	groups := flags.String("groups", "", "the user's groups, separated by commas")
	_ = flags.Parse(arguments)
	if *folder == "" || *name == "" {
		return errors.New("--state and --name are needed")
	}
	text, err := os.ReadFile(filepath.Join(*folder, descriptionFile))
	if err != nil {
		return err
	}
	var description Description
	if err := json.Unmarshal(text, &description); err != nil {
		return err
	}
	authority, err := pki.LoadAuthority(filepath.Join(*folder, "pki"), "ca")
	if err != nil {
		return err
	}
	file := strings.Map(func(r rune) rune {
		if r == '/' || r == ':' {
			return '_'
		}
		return r
	}, *name)
	pair, err := authority.Client("user-"+file, *name, strings.FieldsFunc(*groups, func(r rune) bool { return r == ',' })...)
	if err != nil {
		return err
	}
	kubeconfig := filepath.Join(*folder, file+".kubeconfig")
	fmt.Println(kubeconfig)
	return pki.WriteKubeconfig(kubeconfig, description.Server, description.Authority, pair)
}
