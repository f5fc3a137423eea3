package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform"
)

// runFlags are the flags of run.
type runFlags struct {
	out         string
	only        string
	metrics     string
	rehash      bool
	allowShrink bool
	wait        bool
}

func newRun(a *app) *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run",
		Short: "Everything: read, join, analyse, verify, publish, report",
		Long: `Reads what is new in the sources, makes a snapshot of the lake with findings, has a second reader check it,
publishes it whole or not at all, and writes the report. With nothing new it does nothing.

` + exitCodes,
		Example: "  hardyards run                       the embedded real sample, or ./hardyards.toml\n  hardyards run --config nightly.toml --wait --log-format json",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.run(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.out, "out", "report", "directory of the report")
	fl.StringVar(&f.only, "only", "", "lake: publish a snapshot without findings, and no report")
	fl.StringVar(&f.metrics, "metrics", "", "write metrics for Prometheus' textfile collector to this file")
	fl.BoolVar(&f.rehash, "rehash", false, "read every file's bytes, whatever its time stamps say")
	fl.BoolVar(&f.allowShrink, "allow-shrink", false, "publish although a table or a force's year lost rows or pounds")
	fl.BoolVar(&f.wait, "wait", false, "wait for another run instead of ending with 6")
	return c
}

// run is the main job. Whatever happens a run record says what it read, wrote and
// checked, and how it ended.
func (a *app) run(ctx context.Context, f runFlags) (err error) {
	if f.only != "" && f.only != "lake" {
		return police.Exitf(police.ExitUsage, "--only lake, or leave it out", "--only %q is not lake", f.only)
	}
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	return a.locked(ctx, c, f.wait, func(l *lake.Lake) error {
		rec := newRunRecord("run", l, c)
		err := a.runLocked(ctx, c, l, f, rec)
		rec.end(a, ctx, err)
		if e := l.WriteRun(rec.RunRecord); e != nil && err == nil {
			err = e
		}
		if f.metrics != "" {
			if e := writeMetrics(f.metrics, rec.metrics()); e != nil {
				a.warn("metrics: %v", e)
			}
		}
		return err
	})
}

// outsideHeap is what the process takes besides Go's heap: its own code (some 50 MB
// once touched), pages of files, stacks.
const outsideHeap = 64 << 20

// garbage is how much of the live heap may lie about as garbage before it is
// collected, in per cent. At Go's default of 100 a run over ten million rows holds
// 70 MB and takes 300; a limit alone has the runtime hand pages back and fetch them
// again (a sixth of all CPU).
const garbage = 60

// limitMemory has the collector work harder, and harder still as the heap nears
// --memory. It is a help, no guarantee: what must be in memory is.
func (a *app) limitMemory() (restore func()) {
	n, err := a.memoryBytes()
	if err != nil {
		return func() {}
	}
	limit, percent := debug.SetMemoryLimit(max(n-outsideHeap, n/2)), debug.SetGCPercent(garbage)
	return func() {
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
	}
}

func (a *app) runLocked(ctx context.Context, c *config, l *lake.Lake, f runFlags, rec *runRecord) error {
	p, err := a.newPipeline(c, l)
	if err != nil {
		return err
	}
	p.rehash = f.rehash
	done := rec.timing("read")
	if err := p.ingestAll(ctx); err != nil {
		return err
	}
	done()
	p.tellRefused(rec)
	err = p.snapshot(ctx, rec, transform.Options{Workers: a.workers, AllowShrink: f.allowShrink}, f.only != "lake")
	if err != nil || f.only == "lake" {
		return err
	}
	s, err := l.Current()
	if err != nil {
		return err
	}
	defer rec.timing("report")()
	return a.reportRun(ctx, s, f.out, rec.RunRecord)
}

// ingestAll brings every file of the sources to a fragment or a refusal.
func (p *pipeline) ingestAll(ctx context.Context) error {
	files, err := p.gather(ctx)
	if err != nil {
		return err
	}
	if err := p.readAll(ctx, files); err != nil {
		return err
	}
	return p.arrive()
}

// tellRefused names every refused file with its reason and what to do.
func (p *pipeline) tellRefused(rec *runRecord) {
	for _, r := range p.read {
		rec.file(r)
		if r.result.Refused == "" || r.result.Refused == forgottenFile {
			continue
		}
		p.raise(police.ExitRejections)
		p.warn("%s: refused: %s", r.Name, r.result.Refused)
		if r.result.Advice != "" {
			p.say("  what to do: %s; see also: hardyards explain %s", r.result.Advice, r.Path)
		}
	}
}

// snapshot builds, verifies and publishes, or does nothing where nothing is new.
func (p *pipeline) snapshot(ctx context.Context, rec *runRecord, opt transform.Options, findings bool) error {
	state := p.state(findings)
	if known, ok := p.unchanged(state); ok && !opt.Force {
		p.say("nothing new: snapshot %s is current", known.Snapshot)
		rec.published(known, false)
		return nil
	}
	opt.Ahead = transform.ReadAhead(p.lake)
	if err := p.loadReference(); err != nil {
		return err
	}
	opt.Cadence = p.config.cadences()
	opt.Today = today()
	done := rec.timing("transform")
	opt.Force = true // whether anything changed was decided above, findings included
	b, rep, err := transform.Build(ctx, p.lake, p.inputs(), opt)
	if err != nil {
		return err
	}
	done()
	defer b.Abort()
	rec.guards(rep)
	p.tellGuards(rep)
	if rep.Blocked {
		return police.Exitf(rep.Code, "if it is right, run again with --allow-shrink; what was published stays", "not published: a guard stopped it")
	}
	if findings {
		done = rec.timing("analyse")
		p.say("computing findings")
		if err := p.analyzeInto(ctx, b); err != nil {
			return err
		}
		done()
	}
	done = rec.timing("verify")
	if err := b.Verify(ctx, false); err != nil {
		return err
	}
	done()
	done = rec.timing("publish")
	rep.Manifest.Findings = findings
	s, err := b.Publish(ctx, rep.Manifest)
	if err != nil {
		return err
	}
	done()
	known := stateOf(state, s)
	rec.published(known, true)
	p.raise(rep.Code)
	p.say("published snapshot %s: %s payments, %s; both readers agree", s.ID(), count(s.Manifest().Tables["payments"].Rows), s.Manifest().Tables["payments"].Pence.Pounds())
	return p.saveState(known)
}

func today() police.Date { return police.Date(time.Now().Unix() / 86400) }

// tellGuards prints what the checks say; a refused file was named when it was read.
func (p *pipeline) tellGuards(rep transform.Report) {
	told := map[string]bool{}
	for _, r := range p.read {
		told[r.Name] = r.result.Refused != ""
	}
	for _, g := range append(rep.Manifest.Guards, rep.Guards...) {
		name, _, _ := strings.Cut(g.Text, ":")
		switch {
		case told[name]:
		case g.OK:
			p.say("%s: %s", g.Name, g.Text)
		default:
			p.warn("%s: %s", g.Name, g.Text)
		}
	}
}

// reportRun writes the report and prints where it is, with the first findings.
func (a *app) reportRun(ctx context.Context, s *lake.Snapshot, out string, now lake.RunRecord) error {
	page, err := a.writeReport(ctx, s, out, "", now)
	if err != nil {
		return err
	}
	rows, err := readTable[police.Headline](s, "headline")
	if err != nil {
		return err
	}
	for _, h := range rows {
		fmt.Fprintf(a.stdout, "%s  %s\n", h.FindingID, h.Text)
	}
	fmt.Fprintf(a.stdout, "report: %s\n", page)
	return nil
}
