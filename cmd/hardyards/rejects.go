package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/gocarina/gocsv"
	"github.com/spf13/cobra"

	"hardyards/ingest"
	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// newRejects lists rejections and exclusions.
func newRejects(a *app) *cobra.Command {
	var f readFlags
	var export string
	var exclusions bool
	var most int
	c := &cobra.Command{
		Use:   "rejects [FILE…]",
		Short: "Rejections and exclusions, by file and reason, with the line as published",
		Long: `Without a file: those of the current snapshot. With files: those of the files as they would be read now.
Rows of one reason are counted together; all are counted, the first few are shown, --export csv gives every one.`,
		Example: "  hardyards rejects\n  hardyards rejects spend/april-2011.xls\n  hardyards rejects --export csv > rejects.csv",
		RunE: func(c *cobra.Command, args []string) error {
			if export != "" && export != "csv" {
				return police.Exitf(police.ExitUsage, "--export csv", "can't export %q", export)
			}
			groups, err := a.rejectGroups(c.Context(), args, f)
			if err != nil {
				return err
			}
			if !exclusions && export == "" {
				groups = onlyRejections(groups)
			}
			return a.printRejects(groups, export, most)
		},
	}
	f.add(c)
	c.Flags().StringVar(&export, "export", "", "csv: every row, for a spreadsheet")
	c.Flags().BoolVar(&exclusions, "exclusions", false, "rows that are rightly no payments too: blank, totals, repeated headers")
	c.Flags().IntVar(&most, "show", 3, "rows shown of each reason")
	return c
}

func (a *app) rejectGroups(ctx context.Context, paths []string, f readFlags) ([]ingest.RejectGroup, error) {
	if len(paths) == 0 {
		return a.publishedRejects()
	}
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	files, err := c.filesOf(paths, f.publisher)
	if err != nil {
		return nil, err
	}
	opt, err := a.readOptions(c, f)
	if err != nil {
		return nil, err
	}
	var all []ingest.RejectGroup
	for _, s := range files {
		groups, e, err := ingest.FileRejects(ctx, inputOf(s), opt)
		if err != nil {
			return nil, err
		}
		a.refusedFile(e)
		all = append(all, groups...)
	}
	return all, nil
}

// publishedRejects are those of the current snapshot, by published file.
func (a *app) publishedRejects() ([]ingest.RejectGroup, error) {
	s, err := a.currentSnapshot()
	if err != nil {
		return nil, err
	}
	parts, err := lake.ReadAll[police.Part](s, "dim_part")
	if err != nil {
		return nil, err
	}
	rows, err := lake.ReadAll[police.Reject](s, "rejections")
	if err != nil {
		return nil, err
	}
	return ingest.GroupRejects("", parts, rows), nil
}

func onlyRejections(groups []ingest.RejectGroup) []ingest.RejectGroup {
	var out []ingest.RejectGroup
	for _, g := range groups {
		if g.Kind == police.Rejection {
			out = append(out, g)
		}
	}
	return out
}

// rejectLine is a row of the export.
type rejectLine struct {
	File   string `csv:"file"`
	Kind   string `csv:"kind"`
	Reason string `csv:"reason"`
	First  int32  `csv:"line_first"`
	Last   int32  `csv:"line_last"`
	Rows   int32  `csv:"rows"`
	Column string `csv:"column"`
	Detail string `csv:"detail"`
	Amount string `csv:"amount"`
	Raw    string `csv:"as_published"`
}

func (a *app) printRejects(groups []ingest.RejectGroup, export string, most int) error {
	switch {
	case a.json:
		if groups == nil {
			groups = []ingest.RejectGroup{}
		}
		return a.printJSON(groups)
	case export == "csv":
		return exportRejects(a.stdout, groups)
	}
	if len(groups) == 0 {
		a.say("no rejections")
	}
	for _, g := range groups {
		fmt.Fprintf(a.stdout, "%s: %s rows: %s (%s), %s\n", g.Part, count(int64(g.Rows)), g.Reason, g.Kind, g.Pence.Pounds())
		for _, r := range g.Entries[:min(most, len(g.Entries))] {
			where := fmt.Sprintf("line %d", r.LineFirst)
			if r.LineLast > r.LineFirst {
				where += fmt.Sprintf("–%d", r.LineLast)
			}
			fmt.Fprintf(a.stdout, "  %s %s\n    %s\n", where, r.Detail, shortRaw(r.Raw))
		}
		if more := len(g.Entries) - most; more > 0 {
			fmt.Fprintf(a.stdout, "  and %d more: --show %d, or --export csv\n", more, len(g.Entries))
		}
	}
	return nil
}

func shortRaw(raw string) string {
	raw = strings.ReplaceAll(raw, "\n", "⏎")
	if r := []rune(raw); len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return raw
}

func exportRejects(w io.Writer, groups []ingest.RejectGroup) error {
	lines := []rejectLine{}
	for _, g := range groups {
		for _, r := range g.Entries {
			l := rejectLine{File: g.Part, Kind: r.Kind, Reason: r.Reason, First: r.LineFirst, Last: r.LineLast, Rows: r.Rows,
				Column: harmless(r.Column), Detail: harmless(r.Detail), Raw: harmless(r.Raw)}
			if r.AmountKnown {
				l.Amount = r.Amount.String()
			}
			lines = append(lines, l)
		}
	}
	return gocsv.Marshal(lines, w)
}

// harmless keeps a spreadsheet from running a published cell as a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
