package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform"
)

func newPlan(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "plan",
		Short:   "What run would read, replace and publish, with row and £ deltas; changes nothing",
		Example: "  hardyards plan\n  hardyards plan --json",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.plan(c.Context()) },
	}
}

// plan reads no file that isn't known: it lists them as unread.
func (a *app) plan(ctx context.Context) error {
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	l, err := lake.OpenExisting(a.lakeDir, lake.Options{})
	if err != nil {
		return err
	}
	p, err := a.newPipeline(c, l)
	if err != nil {
		return err
	}
	files, err := p.gather(ctx)
	if err != nil {
		return err
	}
	if err := p.recall(files); err != nil {
		return err
	}
	if err := p.loadReference(); err != nil {
		return err
	}
	plan, err := transform.MakePlan(ctx, l, p.inputs(), transform.Options{Workers: a.workers})
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(plan)
	}
	return a.printPlan(plan)
}

// recall sets arrivals as they would be, without reading: a file that the stat cache
// doesn't know arrives without a fragment.
func (p *pipeline) recall(files []sourceFile) error {
	all, err := p.lake.Arrivals()
	if err != nil {
		return err
	}
	cache := p.lake.StatCache()
	book := lake.NewArrivals(all)
	for _, f := range files {
		known, ok := cache.Lookup(f.Name, f.Path, p.readContext(f))
		now := lake.Arrival{Path: f.Name, Publisher: f.Source.Publisher}
		if ok {
			m := readMemo(known.Memo)
			now.SHA256, now.Fragment, now.Refused, now.Publisher = known.SHA256, m.Key, m.Refused, m.Publisher
		} else if now.SHA256, _, err = lake.HashFile(f.Path); err != nil {
			return err
		} else if was := lastArrival(all, f.Name); was.SHA256 == now.SHA256 {
			now = was
		}
		book.Arrive(now)
		p.read = append(p.read, readFile{sourceFile: f})
	}
	p.arrivals = book.All()
	return nil
}

func lastArrival(all []lake.Arrival, path string) lake.Arrival {
	var last lake.Arrival
	for _, a := range all {
		if a.Path == path && a.Order > last.Order {
			last = a
		}
	}
	return last
}

func (a *app) printPlan(p transform.Plan) error {
	if p.Nothing && len(p.Unread) == 0 {
		_, err := fmt.Fprintln(a.stdout, "nothing to do: the current snapshot was made from the same")
		return err
	}
	for _, u := range p.Unread {
		fmt.Fprintf(a.stdout, "read     %s\n", u)
	}
	for _, f := range p.Files {
		fmt.Fprintf(a.stdout, "%-8s %s %s\n", f.Kind, f.Name, f.Why)
	}
	for _, r := range p.Refusals {
		fmt.Fprintf(a.stdout, "refuse   %s: %s\n", r.Path, r.Reason)
	}
	for _, w := range p.Write {
		fmt.Fprintf(a.stdout, "write    %s\n", w)
	}
	return a.printDeltas(p.Totals)
}

func (a *app) printDeltas(deltas []transform.Delta) error {
	var rows [][]string
	for _, d := range deltas {
		rows = append(rows, []string{string(d.Payer), string(d.FinYear), count(d.RowsWas), count(d.Rows), signed(d.RowsDelta), d.PenceWas.Pounds(), d.Pence.Pounds(), signedPounds(d.PenceDelta)})
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(a.stdout, "no payer's year changes")
		return err
	}
	return a.printTable([]string{"payer", "year", "payments before", "after", "change", "amount before", "amount after", "£ change"},
		map[string]bool{"payments before": true, "after": true, "change": true, "amount before": true, "amount after": true, "£ change": true}, rows)
}

func signed(n int64) string {
	if n > 0 {
		return "+" + count(n)
	}
	return count(n)
}

func signedPounds(p police.Pence) string {
	if p > 0 {
		return "+" + p.Pounds()
	}
	return p.Pounds()
}

func newDiff(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "diff A B",
		Short:   "What changed between two snapshots and why: new file, revised file, register, rules",
		Example: "  hardyards diff previous current",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			from, err := a.openSnapshot(args[0])
			if err != nil {
				return err
			}
			to, err := a.openSnapshot(args[1])
			if err != nil {
				return err
			}
			d, err := transform.Diff(c.Context(), from, to)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(d)
			}
			return a.printDiff(d)
		},
	}
}

func (a *app) printDiff(d transform.Difference) error {
	fmt.Fprintf(a.stdout, "from %s to %s\n", d.From, d.To)
	if d.From == d.To {
		_, err := fmt.Fprintln(a.stdout, "the same snapshot")
		return err
	}
	for _, c := range d.Causes {
		fmt.Fprintf(a.stdout, "%s: %s%s\n", c.Kind, c.Name, because(c.Why))
	}
	if err := a.printDeltas(d.Totals); err != nil {
		return err
	}
	for _, p := range d.Parts {
		fmt.Fprintf(a.stdout, "%s %s %s %s: %s payments, %s, %s%s\n", p.Payer, p.FinYear, p.File, p.Sheet, signed(p.Rows), signedPounds(p.Pence), p.Kind, because(p.Why))
	}
	for _, t := range d.Tables {
		fmt.Fprintf(a.stdout, "table %s: %s%s\n", t.Table, signed(t.Rows-t.RowsWas), because(t.Why))
	}
	return nil
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + strings.TrimSuffix(why, ".") + ")"
}

func newBackfill(a *app) *cobra.Command {
	var force, from, to, out string
	c := &cobra.Command{
		Use:   "backfill --force F --from 2018-04 --to 2019-03",
		Short: "Read the files behind some months of one payer again, and publish",
		Long: `Finds the files that hold rows of a payer's months (or that claim them by their name, or were never read), reads
their bytes again whatever the stat cache says, and publishes. No other file is read and no other partition changes.`,
		Example: "  hardyards backfill --force lancashire --from 2018-04 --to 2019-03",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.backfill(c.Context(), force, from, to, out) },
	}
	c.Flags().StringVar(&force, "force", "", "payer: force, or x-<publisher>")
	c.Flags().StringVar(&from, "from", "", "first month, as 2018-04")
	c.Flags().StringVar(&to, "to", "", "last month, as 2019-03")
	c.Flags().StringVar(&out, "out", "report", "directory of the report")
	for _, f := range []string{"force", "from", "to"} {
		c.MarkFlagRequired(f)
	}
	return c
}

func (a *app) backfill(ctx context.Context, force, from, to, out string) error {
	payer, err := payerKey(force)
	if err != nil {
		return err
	}
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	return a.locked(ctx, c, false, func(l *lake.Lake) error {
		rec := newRunRecord("backfill", l, c)
		err := a.backfillLocked(ctx, c, l, rec, payer, from, to)
		rec.end(a, ctx, err)
		if e := l.WriteRun(rec.RunRecord); e != nil && err == nil {
			err = e
		}
		return err
	})
}

func (a *app) backfillLocked(ctx context.Context, c *config, l *lake.Lake, rec *runRecord, payer police.PayerKey, from, to string) error {
	p, err := a.newPipeline(c, l)
	if err != nil {
		return err
	}
	files, err := p.gather(ctx)
	if err != nil {
		return err
	}
	if err := p.recall(files); err != nil {
		return err
	}
	found, err := transform.SelectBackfill(ctx, l, p.inputs(), payer, from, to, transform.Options{Workers: a.workers})
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, f := range found.Arrivals {
		wanted[f.Path] = true
	}
	var chosen []sourceFile
	for _, f := range files {
		if wanted[f.Name] {
			chosen = append(chosen, f)
		}
	}
	a.say("reading %d of %d files again, for %s", len(chosen), len(files), joinWords(found.Partitions))
	p.rehash, p.read = true, nil
	if err := p.readAll(ctx, chosen); err != nil {
		return err
	}
	if err := p.arrive(); err != nil {
		return err
	}
	p.tellRefused(rec)
	p.listed = namesOf(files) // files outside the span weren't read: they aren't gone
	return p.snapshot(ctx, rec, transform.Options{Workers: a.workers}, true)
}

func newForget(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "forget FILE|SHA",
		Short: "Remove a published file's rows everywhere, for good: a publisher redacted it",
		Long: `Removes a file's rows, fragment, rejected lines and superseded copies, builds and publishes a snapshot without it,
removes the kept snapshots that hold it, and leaves a tombstone (its hash alone), so that the same bytes are never
read in again.`,
		Example: "  hardyards forget spend/april-2018.csv",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.forget(c.Context(), args[0]) },
	}
}

func (a *app) forget(ctx context.Context, target string) error {
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	return a.locked(ctx, c, false, func(l *lake.Lake) error {
		rec := newRunRecord("forget", l, c)
		err := a.forgetLocked(ctx, c, l, rec, target)
		rec.end(a, ctx, err)
		if e := l.WriteRun(rec.RunRecord); e != nil && err == nil {
			err = e
		}
		return err
	})
}

func (a *app) forgetLocked(ctx context.Context, c *config, l *lake.Lake, rec *runRecord, target string) error {
	f, err := transform.FindForgotten(l, target)
	if err != nil {
		return err
	}
	if err := transform.BeginForgetting(l, f); err != nil {
		return err
	}
	if err := a.forgetFiles(ctx, c, l, rec, f); err != nil {
		return err
	}
	a.say("forgotten: %s; its hash stays in tombstones.csv", target)
	a.say("  next: hardyards report, if a report was made that names what it held; and remove the file itself from where you keep it")
	return nil
}

// forgetFiles does all of a forgetting that was begun. Each step may follow itself.
func (a *app) forgetFiles(ctx context.Context, c *config, l *lake.Lake, rec *runRecord, f transform.Forgotten) error {
	if err := transform.LeaveTombstone(l, f, today()); err != nil {
		return err
	}
	p, err := a.newPipeline(c, l)
	if err != nil {
		return err
	}
	if err := p.atHand(); err != nil {
		return err
	}
	s, err := l.Current()
	if err != nil {
		return err
	}
	findings := s == nil || s.Manifest().Findings
	if err := p.snapshot(ctx, rec, transform.Options{Workers: a.workers, AllowShrink: true}, findings); err != nil {
		return err
	}
	if err := p.downloads().Remove(f.SHA256); err != nil {
		return err
	}
	if err := transform.Erase(l, f); err != nil {
		return err
	}
	return transform.EndForgetting(l)
}

// finishForgetting ends what a killed forget began, before anything else is done.
func (a *app) finishForgetting(ctx context.Context, c *config, l *lake.Lake) error {
	f, pending, err := transform.Forgetting(l)
	if err != nil || !pending {
		return err
	}
	a.say("finishing what was begun: forgetting %s", joinWords(f.Names))
	return a.forgetFiles(ctx, c, l, newRunRecord("forget", l, c), f)
}
