// Command retabulate makes the tables of package data from the published files
// in the shared folder: the sample of payments, the forces and police bodies, the
// register of collaborations, the measures and their catalogue.
//
//	go run ./data/retabulate -shared ../shared
//
// It copies no file: it re-tabulates facts, each row with its source, and gives
// the same bytes for the same input. What had to be judged by a person (which
// payees are natural persons, what a sentence about an agreement means) stands in
// this program as tables, and the program checks each against the source text.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	shared := flag.String("shared", "../shared", "folder of the published files")
	out := flag.String("out", "data", "folder to write the tables into")
	only := flag.String("only", "", "make this table alone: "+stepNames())
	flag.Parse()
	if err := run(*shared, *out, *only); err != nil {
		fmt.Fprintln(os.Stderr, "retabulate:", err)
		os.Exit(1)
	}
}

// A step makes one group of tables.
type step struct {
	name string
	make func(s *shelf) ([]table, error)
}

func steps() []step {
	return []step{
		{"lancashire", lancashire},
		{"home-office", homeOffice},
		{"forces", forces},
		{"bodies", bodies},
		{"measures", measures},
		{"catalogue", catalogue},
		{"register", register},
	}
}

func stepNames() string {
	names := ""
	for _, s := range steps() {
		names += " " + s.name
	}
	return names
}

// run makes every table, or those of one step, below out.
func run(shared, out, only string) error {
	known := only == ""
	files := &shelf{dir: shared}
	for _, s := range steps() {
		if only != "" && only != s.name {
			continue
		}
		known = true
		tables, err := s.make(files)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for _, t := range tables {
			if err := t.write(filepath.Join(out, filepath.FromSlash(t.path))); err != nil {
				return err
			}
		}
	}
	if !known {
		return fmt.Errorf("no step %q; there are%s", only, stepNames())
	}
	return nil
}
