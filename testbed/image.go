package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"

	"breakwater.dev/testbed/internal/image"
)

// pushImages pushes images that a file describes, and prints the name and the digest of each.
func pushImages(arguments []string) error {
	flags := flag.NewFlagSet("image", flag.ExitOnError)
	registry := flags.String("registry", "", "`HOST:PORT` of a registry that speaks plain HTTP")
	file := flags.String("file", "", "descriptions as in testbed/demo/images.json")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: breakwater-testbed image --registry HOST:PORT --file images.json [NAME:TAG...]")
		flags.PrintDefaults()
	}
	_ = flags.Parse(arguments)
	if *registry == "" || *file == "" {
		return errors.New("--registry and --file are needed")
	}
	descriptions, err := image.ReadDescriptions(*file)
	if err != nil {
		return err
	}
	for _, description := range descriptions {
		if flags.NArg() > 0 && !slices.Contains(flags.Args(), description.Name) {
			continue
		}
		made, err := image.FromDescription(description)
		if err != nil {
			return err
		}
		digest, err := image.Push(*registry, made)
		if err != nil {
			return err
		}
		fmt.Println(description.Name, digest)
	}
	return nil
}
