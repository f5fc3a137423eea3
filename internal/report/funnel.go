package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// allForces and withoutLondon are the populations of a funnel as its table names them.
const (
	allForces     = "all forces with both figures"
	withoutLondon = "without London"
)

// funnels draws each count of the latest year against the limits of its own group,
// with London and, folded, without.
func (b *book) funnels() (shown, folded []*Figure) {
	for _, m := range distinct(b.Funnels, func(r police.FunnelRow) string { return r.Measure }) {
		rows := pick(b.Funnels, func(r police.FunnelRow) bool { return r.Measure == m })
		year := int32(0)
		for _, r := range rows {
			year = max(year, r.Year)
		}
		latest := func(population string) []police.FunnelRow {
			return pick(rows, func(r police.FunnelRow) bool { return r.Year == year && r.Population == population })
		}
		if f := b.funnel(latest(allForces)); f != nil {
			shown = append(shown, f)
		}
		if f := b.funnel(latest(withoutLondon)); f != nil {
			folded = append(folded, f)
		}
	}
	return shown, folded
}

// funnel draws forces by size and rate, with the limits of chance alone and the limits
// widened by over-dispersion. Sizes stand on a logarithmic scale: one force has more
// residents than twenty others.
func (b *book) funnel(rows []police.FunnelRow) *Figure {
	rows = pick(rows, func(r police.FunnelRow) bool { return r.Denominator > 0 && r.Value == r.Value })
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(x, y police.FunnelRow) int {
		return cmp.Or(cmp.Compare(x.Denominator, y.Denominator), cmp.Compare(x.Force, y.Force))
	})
	first := rows[0]
	id := "funnel-" + slug(first.Measure)
	if first.Population != allForces {
		id += "-" + slug(first.Population)
	}
	sx, sy := b.sizes(rows), scaleFor(b.funnelHeights(rows), 5, false)
	const top, bottom = 10.0, 290.0
	p := newPlot(346, 46, 18)
	y := upTo(sy, top, bottom)
	x := func(r police.FunnelRow) float64 { return sx.at(math.Log10(r.Denominator)) }
	limit := func(of func(police.FunnelRow) float64) []spot {
		var out []spot
		for _, r := range rows {
			if !sx.beyond(math.Log10(r.Denominator)) {
				out = append(out, spot{x(r), y(of(r))})
			}
		}
		return out
	}
	p.stretched(bottom+1, between(limit(func(r police.FunnelRow) float64 { return r.Hi998 }), limit(func(r police.FunnelRow) float64 { return r.Lo998 })), "funnel-wide")
	p.stretched(bottom+1, between(limit(func(r police.FunnelRow) float64 { return r.Hi95 }), limit(func(r police.FunnelRow) float64 { return r.Lo95 })), "funnel-inner")
	p.upright(sy, y, func(v float64) string { return decimal(v, sy.places()) })
	p.axis(sx, top, bottom, func(v float64) string { return shortCount(math.Pow(10, v)) })
	p.line(0, y(first.Centre), 100, y(first.Centre), "median")
	p.stretched(bottom+1, through(limit(func(r police.FunnelRow) float64 { return r.ExactHi95 })), "chance")
	p.stretched(bottom+1, through(limit(func(r police.FunnelRow) float64 { return r.ExactLo95 })), "chance")
	p.text(50, 0, bottom+40, "middle", "axis-name", b.denominatorName(first)+", logarithmic scale")
	inside := 0
	for _, r := range byForceName(b, rows) {
		p.mark(string(r.Force), b.funnelWords(r), func() {
			drawFunnelForce(p, r, x(r), y, sy.beyond(r.Value) || sx.beyond(math.Log10(r.Denominator)))
		})
		inside += btoi(r.Value >= r.Lo95 && r.Value <= r.Hi95)
	}
	shared, _ := common(distinct(rows, func(r police.FunnelRow) string { return r.Warnings }))
	title := b.measure(first.Measure)
	return &Figure{
		ID:       id,
		Message:  fmt.Sprintf("%s: %d of %d forces lie within limits that allow for forces differing by more than chance", title, inside, len(rows)),
		Subtitle: fmt.Sprintf("%s, %s, by size of force; %s", capital(first.Unit), first.Period, first.Population),
		Source:   b.source(first.Measure), N: fmt.Sprintf("%d forces; over-dispersion φ = %s, where 1 is what chance gives", len(rows), decimal(first.Phi, 1)),
		Keys: []Key{{"k-disc", "a force"}, {"k-edge", "beyond the scale, drawn at its edge"}, {"k-median", "rate of all together"}, {"k-inner", "95 % limits, widened"}, {"k-wide", "99.8 % limits, widened"}, {"k-chance", "95 % limits of chance alone"}},
		Notes: append([]string{fmt.Sprintf("Of %d forces about %s would lie outside 95 %% limits by chance.", len(rows), decimal(float64(len(rows))/20, 0)) + " A place outside is a reason to ask how it is counted and policed, no verdict; the order of forces within the limits means nothing."},
			append(withoutPhi(shared), b.funnelBeyond(sx, sy, rows)...)...),
		Fine:    []string{first.Method},
		Picture: p.svg(id, title+" by size of force, with funnel limits", fmt.Sprintf("A dot for each force: across its size, upright its rate, between limits that narrow as forces grow. %d of %d lie within the widened 95 %% limits. Numbers are in the table below.", inside, len(rows))),
		Table:   b.funnelTable(id, rows),
	}
}

func byForceName(b *book, rows []police.FunnelRow) []police.FunnelRow {
	out := slices.Clone(rows)
	slices.SortFunc(out, func(x, y police.FunnelRow) int { return cmp.Compare(b.force(x.Force), b.force(y.Force)) })
	return out
}

// withoutPhi drops the warning that the line of n says in its own words.
func withoutPhi(warnings []string) []string {
	return pick(warnings, func(w string) bool { return !strings.HasPrefix(w, "over-dispersion phi") })
}

// sizes is the scale of a funnel's denominators, in powers of ten. A force that is an
// outlier by construction and far smaller than all others (City of London) would take
// half the picture, with limits drawn across a gap that holds nobody: it stands at the
// edge.
func (b *book) sizes(rows []police.FunnelRow) scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		if b.forces[r.Force].PeerOutlier == "" {
			lo = min(lo, r.Denominator)
		}
		hi = max(hi, r.Denominator)
	}
	for _, r := range rows {
		if r.Denominator > lo/3 || math.IsInf(lo, 1) {
			lo = min(lo, r.Denominator)
		}
	}
	s := scale{lo: math.Log10(lo) - 0.05, hi: math.Log10(hi) + 0.05}
	for k := math.Floor(s.lo); k <= math.Ceil(s.hi); k++ {
		steps := []float64{1, 2, 5}
		if s.hi-s.lo > 1.7 {
			steps = []float64{1}
		}
		for _, m := range steps {
			if v := k + math.Log10(m); v >= s.lo && v <= s.hi {
				s.ticks = append(s.ticks, v)
			}
		}
	}
	return s
}

// funnelHeights are rates and limits of forces that aren't outliers by construction:
// the City's limits would leave the others a sliver.
func (b *book) funnelHeights(rows []police.FunnelRow) []float64 {
	var out []float64
	for _, r := range rows {
		if b.forces[r.Force].PeerOutlier == "" {
			out = append(out, r.Value, r.Lo95, r.Hi95)
		}
	}
	if len(out) == 0 {
		for _, r := range rows {
			out = append(out, r.Value)
		}
	}
	return out
}

func (b *book) funnelBeyond(sx, sy scale, rows []police.FunnelRow) []string {
	var out []string
	for _, r := range byForceName(b, rows) {
		if sy.beyond(r.Value) || sx.beyond(math.Log10(r.Denominator)) {
			out = append(out, fmt.Sprintf("%s (%s, of %s) lies beyond the scales: %s", b.force(r.Force), decimal(r.Value, 1), shortCount(r.Denominator), or(b.forces[r.Force].PeerOutlier, "drawn at its edge")))
		}
	}
	return out
}

func drawFunnelForce(p *plot, r police.FunnelRow, x float64, y func(float64) float64, beyond bool) {
	if beyond {
		p.diamond(x, y(r.Value), 5.5, "edge")
		return
	}
	p.dot(x, y(r.Value), 4.5, "see-through")
}

func (b *book) funnelWords(r police.FunnelRow) string {
	place := "within"
	switch {
	case r.Value < r.Lo998 || r.Value > r.Hi998:
		place = "outside the 99.8 % limits too, against"
	case r.Value < r.Lo95 || r.Value > r.Hi95:
		place = "outside"
	}
	return fmt.Sprintf("%s: %s %s, %s 95 %% limits %s to %s for its size (chance alone %s to %s)", b.force(r.Force), decimal(r.Value, 1), r.Unit, place,
		decimal(r.Lo95, 1), decimal(r.Hi95, 1), decimal(r.ExactLo95, 1), decimal(r.ExactHi95, 1))
}

func (b *book) denominatorName(r police.FunnelRow) string {
	if strings.HasPrefix(r.Against, "people") {
		return "residents"
	}
	return strings.ToLower(r.Against[:1]) + r.Against[1:]
}

// shortCount writes 1,200,000 as 1.2m for axes.
func shortCount(v float64) string {
	switch {
	case v >= 999_500:
		return strings.TrimSuffix(decimal(v/1e6, 1), ".0") + "m"
	case v >= 9_995:
		return decimal(v/1e3, 0) + "k"
	}
	return decimal(v, 0)
}

func (b *book) funnelTable(id string, rows []police.FunnelRow) *Table {
	first := rows[0]
	t := newTable(id+"-table", fmt.Sprintf("%s, %s, %s: count, rate and limits by force", b.measure(first.Measure), first.Period, first.Population), words("Force"), numbers("Count"), numbers("Against"), numbers("Rate"), numbers("Rate of all"),
		numbers("95 % from"), numbers("to"), numbers("99.8 % from"), numbers("to"), numbers("Chance alone from"), numbers("to"), words("Finding"))
	for _, r := range byForceName(b, rows) {
		t.add(string(r.Force), text(b.force(r.Force)), measured(r.Count, 0), measured(r.Denominator, 0), measured(r.Value, 2), measured(r.Centre, 2),
			measured(r.Lo95, 2), measured(r.Hi95, 2), measured(r.Lo998, 2), measured(r.Hi998, 2), measured(r.ExactLo95, 2), measured(r.ExactHi95, 2), code(r.FindingID))
	}
	return t
}
