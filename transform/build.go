package transform

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform/payee"
)

// Options say how Build works; none of them changes its result.
type Options struct {
	Workers     int            // 0: one a processor
	Force       bool           // build even where the current snapshot has the same inputs
	AllowShrink bool           // let tables and years lose rows
	Today       police.Date    // for freshness; 0: not looked at
	Cadence     map[string]int // publisher → months between files, for freshness and volume
	Log         *slog.Logger   // nil: silent
	Ahead       *Ahead         // of the same lake, for one Build; nil: read when it is needed
}

// Report is what Build found, for the manifest, the run record, plan and people.
type Report struct {
	ID        string        // hash of the inputs; in the manifest as versions["inputs"]
	Nothing   bool          // the current snapshot has these inputs already
	Manifest  lake.Manifest // for Building.Publish; analyze may set Findings and add guards
	Bounds    []Bound       // undecided overlaps
	Refusals  []Refusal     // files not taken
	Guards    []lake.Guard  // guards that depend on the day or on the snapshot before; not in the manifest
	Code      int           // worst exit code of the guards
	Blocked   bool          // the code forbids publication
	Rewritten []string      // files written, not linked
}

// Build makes a snapshot of the inputs: nil where there is nothing to do. The caller
// adds marts to the Building, verifies and publishes it, or aborts it; Build aborts
// it on an error. Money that does not reconcile is police.ExitMoney.
func Build(ctx context.Context, lk *lake.Lake, in Inputs, opt Options) (*lake.Building, Report, error) {
	rep := Report{ID: in.ID()}
	base, err := lk.Current()
	if err != nil {
		return nil, rep, err
	}
	if base != nil && base.Manifest().Versions[inputsVersion] == rep.ID && !opt.Force {
		rep.Nothing, rep.Manifest = true, base.Manifest()
		return nil, rep, nil
	}
	b, err := lk.Begin(base)
	if err != nil {
		return nil, rep, err
	}
	if err := build(ctx, lk, b, in, opt.withDefaults(), &rep); err != nil {
		b.Abort()
		return nil, rep, err
	}
	return b, rep, nil
}

// inputsVersion is the key of Report.ID among the manifest's versions.
const inputsVersion = "inputs"

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func build(ctx context.Context, lk *lake.Lake, b *lake.Building, in Inputs, opt Options, rep *Report) error {
	c := opt.openCache(lk)
	f, err := understand(ctx, lk, c, in, opt)
	if err != nil {
		return err
	}
	rep.Refusals, rep.Bounds = f.refused, f.found.bounds
	w := newBuilder(b)
	if err := w.writePartitions(ctx, f.sources, f.found, opt.Workers); err != nil {
		return err
	}
	if err := w.writeRejections(f.sources); err != nil {
		return err
	}
	ledger, err := account(b, f.sources, f.found)
	if err != nil {
		return err
	}
	// payment_month is a third of the work left: beside the rest, on another processor.
	var tables *Tables
	group, beside := errgroup.WithContext(ctx)
	group.SetLimit(opt.Workers)
	group.Go(func() error { return writePaymentMonths(beside, b, f.sources) })
	group.Go(func() (err error) {
		if tables, err = makeTables(beside, c, b.Base(), in, f, opt.Workers); err != nil {
			return err
		}
		return writeTables(b, tables)
	})
	if err := group.Wait(); err != nil {
		return err
	}
	rep.Manifest = f.manifest(in, rep.ID, ledger, tables.Coverage, opt)
	rep.Manifest.Versions[payeesVersion] = tables.PayeeRules
	if tables.MeasureRules != "" {
		rep.Manifest.Versions[measuresVersion] = tables.MeasureRules
	}
	rep.guard(b, in, f, tables.Coverage, opt)
	return nil
}

// findings is what is known before anything is written.
type findings struct {
	sources     []*source
	refused     []Refusal
	found       *decision
	cells       []cellRef // of the rows that count
	repeats     map[*partInfo]string
	repeatsWhy  map[*partInfo]string
	status, why map[*partInfo]string
	arrivals    []Arrival
	warnings    []string // of the join of measures
	reference   []lake.Input
}

// understand reads what must be read to decide everything.
func understand(ctx context.Context, lk *lake.Lake, c cache, in Inputs, opt Options) (*findings, error) {
	f := &findings{arrivals: canonicalArrivals(in.standing()), reference: referenceInputs(in.Reference)}
	open, err := openFragments(ctx, lk, c.index, f.arrivals, opt.Workers)
	if err != nil {
		return nil, err
	}
	if f.sources, f.refused, err = selectSources(f.arrivals, in.Limits.withDefaults(), open); err != nil {
		return nil, err
	}
	if err := summarizeAll(ctx, c, f.sources, nil, opt.Workers); err != nil {
		return nil, err
	}
	c.keepIndex(f.sources)
	if f.found, err = findOverlaps(ctx, f.sources, in.Prefer, opt.Workers); err != nil {
		return nil, err
	}
	full := cellsOf(f.sources)
	if err := summarizeAll(ctx, c, f.sources, f.found.drops, opt.Workers); err != nil {
		return nil, err
	}
	f.cells = cellsOf(f.sources)
	f.repeats, f.repeatsWhy = repeatsOf(f.cells)
	f.describe(full)
	return f, nil
}

// openFragments opens the fragments of all arrivals, several at a time.
func openFragments(ctx context.Context, lk *lake.Lake, x *index, arrivals []Arrival, workers int) (func(key string) (*lake.Fragment, error), error) {
	frags := make([]*lake.Fragment, len(arrivals))
	at := map[string]int{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i, a := range arrivals {
		if _, twice := at[a.Key]; a.Key == "" || twice {
			continue
		}
		at[a.Key] = i
		group.Go(func() (err error) {
			if frags[i], err = x.fragment(lk, a.Key); err != nil {
				return fmt.Errorf("%s: %w", a.Path, err)
			}
			return ctx.Err()
		})
	}
	return func(key string) (*lake.Fragment, error) { return frags[at[key]], nil }, group.Wait()
}

// summarizeAll sets the summaries of the sources: of all those that lose rows, or
// where drops is nil, of all.
func summarizeAll(ctx context.Context, c cache, sources []*source, drops map[fileRef][]drop, workers int) error {
	losing := map[string]bool{}
	for f := range drops {
		losing[f.fragment] = true
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for _, s := range sources {
		if drops != nil && !losing[s.key] {
			continue
		}
		group.Go(func() (err error) {
			if s.sum, err = c.summarize(ctx, s.frag, drops); err != nil {
				return err
			}
			if drops == nil {
				s.count()
			}
			c.lighten(s, dropsName(s.key, drops))
			return nil
		})
	}
	return group.Wait()
}

// Status words of dim_part and of the manifest's inputs.
const (
	statusCurrent    = "current"
	statusDuplicate  = "duplicate"
	statusSuperseded = "superseded"
	statusWithdrawn  = "withdrawn"
	statusUndecided  = "undecided"
	statusRefused    = "refused"
)

// describe sets the status of every part.
func (f *findings) describe(full []cellRef) {
	f.status, f.why = map[*partInfo]string{}, map[*partInfo]string{}
	left := map[*partInfo]int64{}
	for _, c := range f.cells {
		left[c.part] += c.Rows
	}
	had := map[*partInfo]int64{}
	for _, c := range full {
		had[c.part] += c.Rows
	}
	superseded := f.supersededParts()
	undecided := map[partRef]bool{}
	for _, b := range f.found.bounds {
		for _, p := range b.concerning {
			undecided[p] = true
		}
	}
	for _, s := range f.sources {
		for _, p := range s.parts {
			at := partRef{s.key, p.PartID}
			f.status[p] = statusCurrent
			switch {
			case had[p] > 0 && left[p] == 0 && superseded[at]:
				f.status[p] = statusSuperseded
			case had[p] > 0 && left[p] == 0:
				f.status[p] = statusDuplicate
			case undecided[at]:
				f.status[p] = statusUndecided
			case !s.atSource:
				f.status[p] = statusWithdrawn
			}
			f.why[p] = strings.Join(f.notesOf(s, at, f.status[p]), "; ")
		}
	}
}

// supersededParts are those that lost a row to a later version, not merely to a
// duplicate.
func (f *findings) supersededParts() map[partRef]bool {
	out := map[partRef]bool{}
	for at, notes := range f.found.notes {
		for _, n := range notes {
			if strings.Contains(n, "(superseded:") {
				out[at] = true
			}
		}
	}
	return out
}

func (f *findings) notesOf(s *source, at partRef, status string) []string {
	notes := slices.Clone(f.found.notes[at])
	for _, b := range f.found.bounds {
		if slices.Contains(b.concerning, at) {
			notes = append(notes, fmt.Sprintf("%s undecided with %s: %s", b.Month, strings.Join(b.Parts, " and "), b.Why))
		}
	}
	for _, c := range s.copies {
		notes = append(notes, "the same bytes also at "+c.arrivals[0].Path)
	}
	if !s.atSource && (status == statusWithdrawn || status == statusUndecided) {
		notes = append(notes, "its source no longer holds this file; its payments stay")
	}
	return notes
}

// makeTables makes all small tables.
func makeTables(ctx context.Context, c cache, base *lake.Snapshot, in Inputs, f *findings, workers int) (*Tables, error) {
	ref := in.Reference
	resolver, err := payee.New(payee.Tables{Forces: ref.Forces, Bodies: ref.Bodies, Aliases: ref.Aliases, Overrides: ref.Overrides})
	if err != nil {
		return nil, err
	}
	t := &Tables{Forces: ref.Forces, Collaborations: ref.Collaborations, Members: ref.Members, Events: ref.Events,
		Claims: ref.Claims, Catalogue: ref.Catalogue}
	t.PayeeRules = resolver.Fingerprint()
	names, err := payeeNames(f.sources)
	if err != nil {
		return nil, err
	}
	reusePayees(resolver, base)
	if t.Payees, err = resolver.Links(names, workers); err != nil {
		return nil, err
	}
	t.Days = days(monthsOf(f.cells))
	if t.MeasureRules = measureRules(f.reference, f.sources); !t.sameMeasures(base) {
		joined, err := joinMeasures(ref, f.sources)
		if err != nil {
			return nil, err
		}
		t.Measures, t.Revisions, t.Catalogue, f.warnings = joined.values, joined.revisions, joined.catalogue, joined.warnings
	}
	t.Parts, t.Ledger = f.parts()
	t.Coverage = coverage(f.cells, f.ledgers(), f.found, in.AsOf)
	t.Flows, err = flowsOf(ctx, c, in, f, t.Payees, t.Coverage, workers)
	return t, err
}

// payeesVersion is the key, among the manifest's versions, of the rules and tables
// that dim_payee was decided by.
const payeesVersion = "payees"

// reusePayees has the resolver take the base's decisions over where they were made
// under the same rules. A base that can't be read saves nothing.
func reusePayees(r *payee.Resolver, base *lake.Snapshot) {
	if base == nil || base.Manifest().Versions[payeesVersion] != r.Fingerprint() {
		return
	}
	if links, err := lake.ReadAll[police.PayeeLink](base, "dim_payee"); err == nil {
		r.Reuse(r.Fingerprint(), links)
	}
}

func monthsOf(cells []cellRef) []int32 {
	seen := map[int32]bool{}
	for _, c := range cells {
		seen[c.knownMonth()] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// parts gives dim_part and fact_ledger, by part. A part that stands in two
// fragments (a retabulated file read again) is described by the one that counts.
func (f *findings) parts() ([]police.Part, []police.Ledger) {
	ledgers := f.ledgers()
	best := map[int64]*partInfo{}
	for _, s := range f.sources {
		for _, p := range s.parts {
			if b := best[p.PartID]; b == nil || f.rank(p) < f.rank(b) || f.rank(p) == f.rank(b) && p.FragmentKey < b.FragmentKey {
				best[p.PartID] = p
			}
		}
	}
	var parts []police.Part
	var rows []police.Ledger
	for _, id := range sortedOf(best) {
		p := best[id]
		row := p.Part
		row.Status, row.StatusWhy = f.status[p], f.why[p]
		row.Repeats, row.RepeatsWhy = f.repeats[p], f.repeatsWhy[p]
		parts = append(parts, row)
		if l, ok := ledgers[partRef{p.FragmentKey, id}]; ok {
			rows = append(rows, l)
		}
	}
	return parts, rows
}

func (f *findings) rank(p *partInfo) int {
	return slices.Index([]string{statusCurrent, statusUndecided, statusWithdrawn, statusSuperseded, statusDuplicate}, f.status[p])
}

func (f *findings) ledgers() map[partRef]police.Ledger {
	out := map[partRef]police.Ledger{}
	for _, s := range f.sources {
		for _, l := range s.frag.Record.Ledgers {
			out[partRef{s.key, l.PartID}] = l
		}
	}
	return out
}

// manifest says what the snapshot is made from and what it sums to.
func (f *findings) manifest(in Inputs, id string, ledger lake.LedgerTotals, cover []police.CoverageRow, opt Options) lake.Manifest {
	m := lake.Manifest{Ledger: ledger, Totals: totalsOf(f.cells, f.repeats, f.found.bounds), Inputs: f.inputs(in), Versions: in.versions()}
	m.Versions[inputsVersion] = id
	for _, r := range f.refused {
		m.Guards = append(m.Guards, lake.Guard{Name: "rejected", Code: police.ExitRejections, Text: r.String()})
	}
	m.Warnings = append(m.Warnings, f.warnings...)
	for _, b := range f.found.bounds {
		m.Warnings = append(m.Warnings, "undecided overlap: "+b.String())
	}
	return m
}

func (r Refusal) String() string {
	if r.Former == "" {
		return r.Path + ": " + r.Reason + "; nothing of it is in the lake"
	}
	return r.Path + ": " + r.Reason + "; its former rows stand"
}

// inputs lists all that arrived, with what became of it.
func (f *findings) inputs(in Inputs) []lake.Input {
	why := map[string]string{}
	for _, r := range f.refused {
		why[r.Path+"\x00"+r.SHA256] = r.Reason
	}
	by, copies := map[string]*source{}, map[string]*source{}
	for _, s := range f.sources {
		by[s.key] = s
		for _, c := range s.copies {
			copies[c.key] = s
		}
	}
	var out []lake.Input
	for _, a := range f.arrivals {
		i := lake.Input{Kind: "file", Name: a.Path, SHA256: a.SHA256, Publisher: a.Publisher, Fragment: a.Key}
		s := by[a.Key]
		switch reason, refused := why[a.Path+"\x00"+a.SHA256]; {
		case refused || a.Key == "":
			i.Status, i.Note = statusRefused, cmp.Or(reason, a.Refused)
		case s == nil && copies[a.Key] != nil:
			i.Status, i.Note = statusDuplicate, "the same bytes as "+copies[a.Key].arrivals[0].Path
		case s == nil || !slices.ContainsFunc(s.arrivals, func(b Arrival) bool { return b.Path == a.Path }):
			i.Status = statusRefused
		case s.arrivals[0].Path != a.Path:
			i.Status, i.Note, i.Layout = statusDuplicate, "the same bytes as "+s.arrivals[0].Path, s.frag.Record.Layout
		default:
			i.Status, i.Note = f.sourceStatus(s)
			i.Layout = s.frag.Record.Layout
		}
		out = append(out, i)
	}
	return append(out, f.reference...)
}

// sourceStatus sums the parts' states up: one state where all agree, else the
// number of parts of each.
func (f *findings) sourceStatus(s *source) (status, note string) {
	count := map[string]int{}
	var notes []string
	for _, p := range s.parts {
		count[f.status[p]]++
		if w := f.why[p]; w != "" {
			notes = append(notes, partName(p)+": "+w)
		}
	}
	for _, st := range []string{statusUndecided, statusCurrent, statusWithdrawn, statusSuperseded, statusDuplicate} {
		if status == "" && count[st] > 0 {
			status = st
		}
	}
	const shown = 5 // the rest stands in dim_part
	if len(notes) > shown {
		notes = append(notes[:shown], fmt.Sprintf("and %d parts more: see dim_part", len(notes)-shown))
	}
	return cmp.Or(status, statusCurrent), strings.Join(notes, " | ")
}

// referenceInputs names the reference tables by the hash of what they hold.
func referenceInputs(r Reference) []lake.Input {
	return []lake.Input{
		{Kind: "forces", Name: "forces", SHA256: hashOf(r.Forces)},
		{Kind: "bodies", Name: "bodies and aliases", SHA256: hashOf(r.Bodies, r.Aliases)},
		{Kind: "overrides", Name: "overrides", SHA256: hashOf(r.Overrides)},
		{Kind: "register", Name: "register", SHA256: hashOf(r.Collaborations, r.Members, r.Events, r.Claims)},
		{Kind: "measures", Name: "measures", SHA256: hashOf(r.Catalogue, r.Measures)},
	}
}
