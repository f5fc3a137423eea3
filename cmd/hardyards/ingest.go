package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hardyards/ingest"
	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// readFlags are the flags of verbs that read files given on the command line.
type readFlags struct {
	publisher string
	noLayouts bool
}

func (f *readFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.publisher, "publisher", "", "slug of who published the files; default: the [[source]] that holds them, else as the files say")
	c.Flags().BoolVar(&f.noLayouts, "no-layouts", false, "inference alone, as for a publisher that nobody knows")
}

// newIngest reads files into fragments of the lake; nothing is published.
func newIngest(a *app) *cobra.Command {
	var f readFlags
	var wait bool
	c := &cobra.Command{
		Use:   "ingest PATH…",
		Short: "Read files into the lake's fragments, each proved to the penny; publish nothing",
		Example: "  hardyards ingest spend/lancashire/*.xlsx\n  hardyards ingest --publisher west-mercia inbox/\n" +
			"  hardyards ingest --no-layouts unknown.csv",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.ingest(c.Context(), args, f, wait) },
	}
	f.add(c)
	c.Flags().BoolVar(&wait, "wait", false, "wait for another run instead of ending with 6")
	return c
}

func (a *app) ingest(ctx context.Context, args []string, f readFlags, wait bool) error {
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	files, err := c.filesOf(args, f.publisher)
	if err != nil {
		return err
	}
	return a.locked(ctx, c, wait, func(l *lake.Lake) error {
		p, err := a.newPipeline(c, l)
		if err != nil {
			return err
		}
		if f.noLayouts {
			p.layouts = nil
		}
		if err := p.readAll(ctx, files); err != nil {
			return err
		}
		if err := p.arrive(); err != nil {
			return err
		}
		return p.printIngested(l)
	})
}

// filesOf lists the files of paths given on the command line, each with the source
// of the configuration that holds it.
func (c *config) filesOf(paths []string, publisher string) ([]sourceFile, error) {
	bySource := map[string]sourceConfig{}
	if !c.sample {
		known, _, err := c.files()
		if err != nil && publisher == "" {
			known = nil // a source without files is no matter of this verb
		}
		for _, k := range known {
			if abs, err := filepath.Abs(k.Path); err == nil {
				bySource[abs] = k.Source
			}
		}
	}
	var out []sourceFile
	for _, path := range paths {
		found, err := expandPath(path)
		if err != nil {
			return nil, err
		}
		for _, file := range found {
			s := sourceFile{Name: filepath.ToSlash(file), Path: file}
			if abs, err := filepath.Abs(file); err == nil {
				if source, ok := bySource[abs]; ok {
					s.Source, s.Name = source, c.nameOf(file)
				}
			}
			if publisher != "" {
				s.Source.Publisher = publisher
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// ingested is a line of what the verb prints.
type ingested struct {
	File      string `json:"file"`
	Fragment  string `json:"fragment,omitempty"`
	Existing  bool   `json:"existing"`
	Publisher string `json:"publisher"`
	Read      int64  `json:"read"`
	Payments  int64  `json:"payments"`
	Used      int64  `json:"rows_used,omitempty"` // rows that gave measures
	Rejected  int64  `json:"rejections"`
	Excluded  int64  `json:"exclusions"`
	Pence     int64  `json:"pence"`
	Refused   string `json:"refused,omitempty"`
}

func (p *pipeline) printIngested(l *lake.Lake) error {
	var out []ingested
	for _, r := range p.read {
		row, err := accountOf(l, r)
		if err != nil {
			return err
		}
		out = append(out, row)
		if row.Refused != "" {
			p.raise(police.ExitRejections)
			p.warn("%s: refused: %s", r.Name, row.Refused)
			if r.result.Advice != "" {
				p.say("  what to do: %s; see also: hardyards explain %s", r.result.Advice, r.Path)
			}
		} else if float64(row.Rejected) > p.config.Limits.Rejected*float64(row.Payments+row.Rejected) {
			p.raise(police.ExitRejections)
			p.warn("%s: %d of %d rows were rejected, over the limit; see hardyards rejects %s", r.Name, row.Rejected, row.Read, r.Path)
		}
	}
	if p.json {
		return p.printJSON(out)
	}
	var rows [][]string
	for _, r := range out {
		state := "read"
		switch {
		case r.Refused != "":
			state = "refused"
		case r.Existing:
			state = "nothing new"
		}
		rows = append(rows, []string{filepath.Base(r.File), r.Publisher, state, count(r.Read), count(r.Payments), count(r.Used), count(r.Rejected), count(r.Excluded), police.Pence(r.Pence).Pounds()})
	}
	right := map[string]bool{"read": true, "payments": true, "used": true, "rejected": true, "excluded": true, "amount": true}
	return p.printTable([]string{"file", "publisher", "state", "read", "payments", "used", "rejected", "excluded", "amount"}, right, rows)
}

// accountOf sums the ledgers of a file's fragment.
func accountOf(l *lake.Lake, r readFile) (ingested, error) {
	row := ingested{File: r.Name, Fragment: r.result.Key, Existing: r.result.Existing, Publisher: r.result.Publisher, Refused: r.result.Refused}
	if r.result.Key == "" {
		return row, nil
	}
	f, err := l.Fragment(r.result.Key)
	if err != nil {
		return row, err
	}
	for _, led := range f.Record.Ledgers {
		row.Read += led.RowsRead
		row.Payments += led.Payments
		row.Used += led.Used
		row.Rejected += led.Rejections
		row.Excluded += led.Exclusions
		row.Pence += int64(led.PencePayments)
	}
	return row, nil
}

// readOptions are those of a reading that writes nothing to the lake.
func (a *app) readOptions(c *config, f readFlags) (ingest.Options, error) {
	p, err := a.newPipeline(c, nil)
	if err != nil {
		return ingest.Options{}, err
	}
	opt := ingest.Options{Layouts: p.layouts, Forces: p.forces}
	if f.noLayouts {
		opt.Layouts = nil
	}
	return opt, nil
}

// inputOf is a file given on the command line, with its source's publisher.
func inputOf(s sourceFile) ingest.Input {
	return ingest.Input{Path: s.Path, Name: strings.TrimPrefix(s.Name, "./"), Publisher: s.Source.Publisher, Basis: s.Source.Basis, Yields: s.Source.Yields}
}

// oneFile finds the one file that a path names.
func (c *config) oneFile(path, publisher string) (sourceFile, error) {
	files, err := c.filesOf([]string{path}, publisher)
	if err != nil {
		return sourceFile{}, err
	}
	if len(files) != 1 {
		return sourceFile{}, police.Exitf(police.ExitUsage, "name one file", "%s: %d files", path, len(files))
	}
	return files[0], nil
}

// refusedFile raises exit 3, which explain gives for a refused file and for nothing
// else.
func (a *app) refusedFile(e ingest.Explanation) {
	if e.Refused != nil {
		a.raise(police.ExitRejections)
		a.say("refused: %s", *e.Refused)
		if e.Advice != "" {
			a.say("  what to do: %s", e.Advice)
		}
		a.say("  next: %s", fmt.Sprintf("hardyards layout suggest %s", e.File))
	}
}
