package main

import "github.com/spf13/cobra"

// verbs lists every verb; each has a file of its own.
func (a *app) verbs() []*cobra.Command {
	return []*cobra.Command{
		newFit(a),
		newVerify(a),
		newSnapshots(a),
		newSchema(a),
		newVersion(a),
	}
}
