package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"hardyards/ingest"
	"hardyards/internal/police"
)

// newLayout holds the verbs for layouts: files that say how a publisher's files are
// laid out.
func newLayout(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "layout",
		Short:   "Layouts: how a publisher's files are laid out",
		Example: "  hardyards layout suggest odd.csv > layouts/odd.toml\n  hardyards layout test layouts/odd.toml odd.csv",
	}
	c.AddCommand(newLayoutSuggest(a), newLayoutTest(a))
	return c
}

func newLayoutSuggest(a *app) *cobra.Command {
	var publisher string
	c := &cobra.Command{
		Use:     "suggest FILE",
		Short:   "A draft of a layout for a file that no layout fits",
		Example: "  hardyards layout suggest --publisher west-mercia odd.csv > layouts/west-mercia.toml",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			s, err := cfg.oneFile(args[0], publisher)
			if err != nil {
				return err
			}
			text, err := ingest.SuggestLayout(c.Context(), inputOf(s), ingest.Options{})
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.stdout, text)
			return err
		},
	}
	c.Flags().StringVar(&publisher, "publisher", "", "slug of who published the file")
	return c
}

func newLayoutTest(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "test LAYOUT FILE…",
		Short:   "Read files by one layout and say what becomes of their rows",
		Example: "  hardyards layout test layouts/west-mercia.toml spend/west-mercia/*.csv",
		Args:    cobra.MinimumNArgs(2),
		RunE:    func(c *cobra.Command, args []string) error { return a.layoutTest(c.Context(), args[0], args[1:]) },
	}
}

func (a *app) layoutTest(ctx context.Context, layoutPath string, paths []string) error {
	text, err := os.ReadFile(layoutPath)
	if err != nil {
		return police.Exitf(police.ExitUsage, "check the path of the layout", "%w", err)
	}
	layouts, err := ingest.ParseLayouts(map[string]string{layoutPath: string(text)})
	if err != nil {
		return err
	}
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	files, err := c.filesOf(paths, "")
	if err != nil {
		return err
	}
	p, err := a.newPipeline(c, nil)
	if err != nil {
		return err
	}
	var fits []ingest.LayoutFit
	var rows [][]string
	for _, s := range files {
		fit, err := ingest.TestLayout(ctx, layouts[0], inputOf(s), ingest.Options{Forces: p.forces})
		if err != nil {
			return err
		}
		if !fit.Fits {
			a.raise(police.ExitRejections)
		}
		fits = append(fits, fit)
		rows = append(rows, fitRow(fit))
	}
	if a.json {
		return a.printJSON(fits)
	}
	return a.printTable([]string{"file", "fits", "read", "payments", "rejected", "excluded", "amount", "refused"},
		map[string]bool{"read": true, "payments": true, "rejected": true, "excluded": true, "amount": true}, rows)
}

func fitRow(fit ingest.LayoutFit) []string {
	var n ingest.RowCounts
	var pence int64
	for _, p := range fit.Explanation.Parts {
		n.Read += p.Rows.Read
		n.Payments += p.Rows.Payments
		n.Rejections += p.Rows.Rejections
		n.Exclusions += p.Rows.Exclusions
		pence += p.Pence.Payments
	}
	fitsText, refused := "yes", ""
	if !fit.Fits {
		fitsText = "no"
	}
	if fit.Explanation.Refused != nil {
		refused = *fit.Explanation.Refused
	}
	return []string{filepath.Base(fit.File), fitsText, count(n.Read), count(n.Payments), count(n.Rejections), count(n.Exclusions), police.Pence(pence).Pounds(), refused}
}
