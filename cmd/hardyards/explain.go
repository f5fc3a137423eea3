package main

import (
	"context"

	"github.com/spf13/cobra"

	"hardyards/ingest"
)

// newExplain says how a file is understood, and why.
func newExplain(a *app) *cobra.Command {
	var f readFlags
	c := &cobra.Command{
		Use:   "explain FILE",
		Short: "How a file is understood, and the evidence: encoding, header, columns, dates, amounts, ledger",
		Long: `Reads the file as ingest would and writes nothing: container, encoding, delimiter, header, layout, each
column's role with the reason, date and amount style, counts of rows and pounds, what was rejected and
excluded, and a ledger proved by a second count. Ends with 3 where the file is refused, else with 0.`,
		Example: "  hardyards explain spend.xlsx\n  hardyards explain --json --no-layouts unknown.csv",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.explain(c.Context(), args[0], f) },
	}
	f.add(c)
	return c
}

func (a *app) explain(ctx context.Context, path string, f readFlags) error {
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	s, err := c.oneFile(path, f.publisher)
	if err != nil {
		return err
	}
	opt, err := a.readOptions(c, f)
	if err != nil {
		return err
	}
	e, err := ingest.Explain(ctx, inputOf(s), opt)
	if err != nil {
		return err
	}
	a.refusedFile(e)
	if a.json {
		return a.printJSON(e)
	}
	return e.Print(a.stdout)
}
