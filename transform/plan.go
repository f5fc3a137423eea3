package transform

import (
	"cmp"
	"context"
	"slices"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// Plan is what a run would do.
type Plan struct {
	Nothing  bool      `json:"nothing"` // the current snapshot has these inputs already
	Unread   []string  `json:"unread"`  // files that would be read first; what they hold isn't known yet
	Files    []Change  `json:"files"`   // what becomes of files and reference data
	Totals   []Delta   `json:"totals"`  // payers' years that change
	Bounds   []Bound   `json:"undecided"`
	Refusals []Refusal `json:"refused"`
	Write    []string  `json:"write"` // partition files that would be written, not linked
}

// Delta is the change of a payer's year.
type Delta struct {
	Payer      police.PayerKey      `json:"payer"`
	FinYear    police.FinancialYear `json:"financial_year"`
	Rows       int64                `json:"payments"`
	RowsWas    int64                `json:"payments_before"`
	Pence      police.Pence         `json:"pence"`
	PenceWas   police.Pence         `json:"pence_before"`
	RowsDelta  int64                `json:"payments_delta"`
	PenceDelta police.Pence         `json:"pence_delta"`
}

// MakePlan says what Build would publish, with the rows and pounds that change. It
// changes nothing: not even the cache is written. Arrivals whose fragment isn't made
// yet are listed as unread and otherwise left out.
func MakePlan(ctx context.Context, lk *lake.Lake, in Inputs, opt Options) (Plan, error) {
	opt = opt.withDefaults()
	base, err := lk.Current()
	if err != nil {
		return Plan{}, err
	}
	var p Plan
	in.Arrivals = slices.DeleteFunc(slices.Clone(in.standing()), func(a Arrival) bool {
		unread := a.Key != "" && !lk.HasFragment(a.Key) || a.Key == "" && a.Refused == ""
		if unread {
			p.Unread = append(p.Unread, a.Path)
		}
		return unread
	})
	slices.Sort(p.Unread)
	var was lake.Manifest
	if base != nil {
		was = base.Manifest()
		p.Nothing = len(p.Unread) == 0 && was.Versions[inputsVersion] == in.ID()
	}
	if p.Nothing {
		return p, nil
	}
	c := openCache(lk)
	c.readOnly = true
	f, err := understand(ctx, lk, c, in, opt)
	if err != nil {
		return Plan{}, err
	}
	p.Bounds, p.Refusals = f.found.bounds, f.refused
	now := lake.Manifest{Totals: totalsOf(f.cells, f.repeats, f.found.bounds), Inputs: f.inputs(in), Versions: in.versions()}
	p.Totals = deltas(was.Totals, now.Totals)
	p.Files = changedInputs(was, now)
	p.Write = f.wouldWrite(base)
	return p, nil
}

func deltas(was, now []lake.Total) []Delta {
	at := map[partition]*Delta{}
	get := func(t lake.Total) *Delta {
		k := partition{t.Payer, t.FinYear}
		if at[k] == nil {
			at[k] = &Delta{Payer: t.Payer, FinYear: t.FinYear}
		}
		return at[k]
	}
	for _, t := range was {
		d := get(t)
		d.RowsWas, d.PenceWas = t.Payments, t.Pence
	}
	for _, t := range now {
		d := get(t)
		d.Rows, d.Pence = t.Payments, t.Pence
	}
	var out []Delta
	for _, d := range at {
		d.RowsDelta, d.PenceDelta = d.Rows-d.RowsWas, d.Pence-d.PenceWas
		if d.RowsDelta != 0 || d.PenceDelta != 0 {
			out = append(out, *d)
		}
	}
	slices.SortFunc(out, func(a, b Delta) int { return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.FinYear, b.FinYear)) })
	return out
}

// wouldWrite lists the partition files that are neither a fragment's as it is nor
// in the base.
func (f *findings) wouldWrite(base *lake.Snapshot) []string {
	have := map[string]bool{}
	if base != nil {
		for _, table := range []string{"payments", "superseded"} {
			for _, e := range base.Files(table) {
				have[e.Path] = true
			}
		}
	}
	var out []string
	add := func(rel string) {
		if !have[rel] {
			out = append(out, rel)
		}
	}
	for at, pieces := range partitionsOf(f.sources, f.found) {
		whole, packs := packPieces(pieces)
		for _, p := range pieces {
			if len(p.drops) > 0 {
				add(lake.PartitionPath("superseded", at.payer, at.year, p.name()))
			}
		}
		for _, p := range whole {
			if len(p.drops) > 0 {
				add(lake.PartitionPath("payments", at.payer, at.year, p.name()))
			}
		}
		for _, p := range packs {
			add(lake.PartitionPath("payments", at.payer, at.year, packName(p)))
		}
	}
	slices.Sort(out)
	return out
}
