package transform

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// Backfill is which files a payer's span of months comes from.
type Backfill struct {
	Arrivals   []Arrival // files to read again: those with rows or a claimed period in the span, and those never read
	Partitions []string  // payer/year that will change, and no other
}

// SelectBackfill finds the files behind a payer's months from and to (2018-04, both
// included). Publishers other than forces are named by their payer key.
func SelectBackfill(ctx context.Context, lk *lake.Lake, in Inputs, of police.PayerKey, from, to string, opt Options) (Backfill, error) {
	lo, hi := parseMonth(from), parseMonth(to)
	if lo == 0 || hi == 0 || hi < lo {
		return Backfill{}, police.Exitf(police.ExitUsage, "write months as 2018-04", "backfill from %q to %q is no span of months", from, to)
	}
	var out Backfill
	c := openCache(lk)
	for _, a := range canonicalArrivals(in.standing()) {
		wanted, err := inSpan(ctx, lk, c, a, of, lo, hi)
		if err != nil {
			return Backfill{}, fmt.Errorf("%s: %w", a.Path, err)
		}
		if wanted {
			out.Arrivals = append(out.Arrivals, a)
		}
	}
	for m := lo; m <= hi; m++ {
		if p := string(of) + "/" + string(finYearOfMonth(m)); !slices.Contains(out.Partitions, p) {
			out.Partitions = append(out.Partitions, p)
		}
	}
	return out, nil
}

func inSpan(ctx context.Context, lk *lake.Lake, c cache, a Arrival, of police.PayerKey, lo, hi int32) (bool, error) {
	if a.Key == "" || !lk.HasFragment(a.Key) {
		return true, nil // nothing is known of it: it may hold anything
	}
	frag, err := c.index.fragment(lk, a.Key)
	if err != nil {
		return false, err
	}
	sum, err := c.summarize(ctx, frag, nil)
	if err != nil {
		return false, err
	}
	periods := map[int64]int32{}
	for _, p := range frag.Record.Parts {
		periods[p.PartID] = parseMonth(p.Period)
	}
	return slices.ContainsFunc(sum.Cells, func(x Cell) bool {
		m := cmp.Or(x.Month, periods[x.PartID])
		return x.Payer == of && (m >= lo && m <= hi || m == 0 && x.FinYear >= finYearOfMonth(lo) && x.FinYear <= finYearOfMonth(hi))
	}), nil
}
