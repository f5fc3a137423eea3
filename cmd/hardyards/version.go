package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version of the program, for run records; the snapshot holds the versions of the
// reading code and the rules instead, which change its contents.
const version = "0.1.0"

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and what it was built with",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info := map[string]string{"hardyards": version, "go": runtime.Version()}
			if b, ok := debug.ReadBuildInfo(); ok {
				for _, d := range b.Deps {
					info[d.Path] = d.Version
				}
			}
			if a.json {
				return a.printJSON(info)
			}
			_, err := fmt.Fprintf(a.stdout, "hardyards %s, %s\n", version, runtime.Version())
			return err
		},
	}
}
