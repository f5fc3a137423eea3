package stat

import (
	"fmt"
	"math"
	"slices"
)

// BaconKind says who is compared with whom.
type BaconKind string

// The comparisons that a two-way fixed-effects estimate is made of, in the words
// of the R package bacondecomp.
const (
	EarlierVsLater BaconKind = "Earlier vs Later Treated"
	LaterVsEarlier BaconKind = "Later vs Earlier Treated"
	TreatedVsNever BaconKind = "Treated vs Untreated"
	LaterVsAlways  BaconKind = "Later vs Always Treated"
)

// BaconNeverMarker stands for "never treated" as a first treated period, as in
// bacondecomp.
const BaconNeverMarker = 99999.0

// BaconPair is one two-group comparison.
type BaconPair struct {
	Treated   float64 // first treated period of the group whose treatment changes
	Untreated float64 // that of its comparison; BaconNeverMarker for never treated
	Estimate  float64 // difference in differences
	Weight    float64 // all weights sum to 1
	Kind      BaconKind
}

// BaconFit is a two-way fixed-effects estimate taken apart.
type BaconFit struct {
	Pairs    []BaconPair
	TWFE     float64 // Σ weight × estimate, equal to the regression's coefficient
	Warnings []string
}

// Bacon decomposes the two-way fixed-effects estimate into all comparisons of
// two groups (Goodman-Bacon 2021, J. Econometrics 225:254, theorem 1). With n_k
// the groups' shares of units and D_k of periods treated, s = n_k/(n_k+n_l):
//
//	against never treated      (n_k+n_u)²·s(1−s)·D_k(1−D_k)
//	earlier k, before l starts ((n_k+n_l)(1−D_l))²·s(1−s)·(D_k−D_l)(1−D_k)/(1−D_l)²
//	later l, after k started   ((n_k+n_l)D_k)²·s(1−s)·D_l(D_k−D_l)/D_k²
//
// each over their sum. Weight on "Later vs Earlier" is where growing effects
// turn the estimate wrong. Needs a balanced panel, one row a unit and period, no
// covariates; else an error.
func Bacon(s Staggered) (BaconFit, error) {
	if len(s.Covariates) > 0 {
		return BaconFit{}, fmt.Errorf("the decomposition takes no covariates")
	}
	d, err := s.prepare()
	if err != nil {
		return BaconFit{}, err
	}
	b, err := newBacon(&d)
	if err != nil {
		return BaconFit{}, err
	}
	for i := range b.groups {
		for j := range b.groups {
			b.compare(b.groups[i], b.groups[j])
		}
	}
	return b.fit(d.warn)
}

type baconGroup struct {
	first float64
	share float64   // of units
	on    float64   // share of periods treated
	mean  []float64 // outcome by period
}

type bacon struct {
	times  []float64
	groups []baconGroup
	pairs  []BaconPair
}

func newBacon(d *didRows) (*bacon, error) {
	rows := make([]int, len(d.units))
	for i, u := range d.unit {
		rows[u]++
		if i > 0 && d.unit[i-1] == u && d.time[i-1] == d.time[i] {
			return nil, fmt.Errorf("unit %s, period %v: %w", d.units[u], d.times[d.time[i]], ErrDuplicateRow)
		}
	}
	for u, n := range rows {
		if n != len(d.times) {
			return nil, fmt.Errorf("unit %s has %d of %d periods: the decomposition needs a balanced panel", d.units[u], n, len(d.times))
		}
	}
	b := &bacon{times: d.times}
	for _, g := range append(d.groups(), never) {
		if d.size(g) > 0 {
			b.groups = append(b.groups, newBaconGroup(d, g))
		}
	}
	if len(b.groups) < 2 {
		return nil, fmt.Errorf("all units have the same start: %w", ErrNoControls)
	}
	return b, nil
}

func newBaconGroup(d *didRows, first float64) baconGroup {
	g := baconGroup{first: first, share: float64(d.size(first)) / float64(len(d.units))}
	byTime := make([][]float64, len(d.times))
	for i, u := range d.unit {
		if d.first[u] == first {
			byTime[d.time[i]] = append(byTime[d.time[i]], d.y[i])
		}
	}
	for t, y := range byTime {
		g.mean = append(g.mean, average(y))
		if d.times[t] >= first {
			g.on += 1 / float64(len(d.times))
		}
	}
	return g
}

// compare adds k as treated against l, where k's treatment changes within the
// window in which l's does not.
func (b *bacon) compare(k, l baconGroup) {
	start := b.times[0]
	if k.first == l.first || k.first == never || k.first <= start {
		return
	}
	s := k.share / (k.share + l.share)
	v := (k.share + l.share) * (k.share + l.share) * s * (1 - s)
	p := BaconPair{Treated: k.first, Untreated: l.first}
	from, to := 0, len(b.times)
	switch {
	case l.first == never:
		p.Kind, p.Untreated = TreatedVsNever, BaconNeverMarker
		p.Weight = v * k.on * (1 - k.on)
	case l.first <= start:
		p.Kind = LaterVsAlways
		p.Weight = v * k.on * (1 - k.on)
	case k.first < l.first:
		p.Kind = EarlierVsLater
		p.Weight = v * (k.on - l.on) * (1 - k.on)
		to, _ = slices.BinarySearch(b.times, l.first)
	default:
		p.Kind = LaterVsEarlier
		p.Weight = v * k.on * (l.on - k.on)
		from, _ = slices.BinarySearch(b.times, l.first)
	}
	change, _ := slices.BinarySearch(b.times, k.first)
	p.Estimate = (average(k.mean[change:to]) - average(k.mean[from:change])) -
		(average(l.mean[change:to]) - average(l.mean[from:change]))
	b.pairs = append(b.pairs, p)
}

func (b *bacon) fit(warnings []string) (BaconFit, error) {
	total := 0.0
	for _, p := range b.pairs {
		total += p.Weight
	}
	f := BaconFit{Pairs: b.pairs, Warnings: warnings}
	if !(total > 0) {
		return f, fmt.Errorf("no comparison in which treatment changes: %w", ErrNoControls)
	}
	forbidden := 0.0
	for i := range f.Pairs {
		p := &f.Pairs[i]
		p.Weight /= total
		f.TWFE += p.Weight * p.Estimate
		if p.Kind == LaterVsEarlier || p.Kind == LaterVsAlways {
			forbidden += p.Weight
		}
	}
	if forbidden > 0 {
		f.Warnings = append(f.Warnings, fmt.Sprintf("%.3g of the weight compares with units already treated: right only if effects neither differ nor grow", forbidden))
	}
	if math.IsNaN(f.TWFE) || math.IsInf(f.TWFE, 0) {
		return f, fmt.Errorf("decomposition: %w", ErrNotFinite)
	}
	return f, nil
}
