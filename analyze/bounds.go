package analyze

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// Answers of a bound: whether what is missing could change what a finding says.
const (
	boundHolds = "holds"
	boundTurns = "could change"
	boundOpen  = "open"
)

// Bounds says for each kind of finding what the missing data could do to it: how far
// the figure could move, and whether that could change the answer.
func (p *Panel) Bounds(in Input, f Findings) []police.Bound {
	out := p.flowBounds(in)
	out = append(out, p.spreadBounds(in, f)...)
	out = append(out, p.associationBounds(in, f)...)
	return append(out, p.effectBounds(in, f)...)
}

// flowBounds: each payer's and year's payments to police bodies, were every repeated
// total a repeat (lower) and every name the publisher withholds a police body (upper). Months that
// aren't held have no bound.
func (p *Panel) flowBounds(in Input) []police.Bound {
	var out []police.Bound
	for _, payer := range forcePayers(in.Coverage) {
		held := map[police.FinancialYear]int{}
		for _, c := range in.Coverage {
			if s, ok := parseSpan(c.Month); ok && c.Payer == payer && c.Payments > 0 {
				held[police.FinancialYearOf(s.first)]++
			}
		}
		for _, y := range sortedYears(held) {
			sum, withheld := toPolice(in.Flows, payer, y), redactedIn(in.Coverage, payer, y)
			b := police.Bound{
				FindingID: findingID("bound", "fact_flow", string(payer), string(y)), Table: "fact_flow", About: string(payer) + " " + string(y),
				Finding: fmt.Sprintf("payments of %s to other police bodies in %s", p.Name(payer.Force()), y), Unit: "£",
				Missing: fmt.Sprintf("%s to names the publisher withholds and pseudonyms; %s of 12 held", withheld.Pounds(), plural(held[y], "month")), NMissing: int32(12 - held[y]), N: int32(sum.payments),
				Value: sum.published.Float(), Lo: sum.once.Float(), Hi: (sum.published + withheld).Float(), Answer: boundHolds,
				Method: "lower: repeated invoice totals once; upper: all names the publisher withholds and pseudonyms taken for police bodies; months not held have no bound",
			}
			switch {
			case held[y] < 12:
				b.Answer = boundOpen
				b.Warnings = "a part of the year: no total of the year can be given"
			case b.Hi > 1.1*b.Value || b.Lo < 0.9*b.Value:
				b.Answer = boundTurns
				b.Warnings = "more than a tenth either way: compare years with care"
			}
			out = append(out, b)
		}
	}
	return out
}

func sortedYears(m map[police.FinancialYear]int) []police.FinancialYear {
	var out []police.FinancialYear
	for y := range m {
		out = append(out, y)
	}
	slices.Sort(out)
	return out
}

// spreadBounds: the median of cost a head in each year, were all the missing forces
// below, or all above, every one that is held.
func (p *Panel) spreadBounds(in Input, f Findings) []police.Bound {
	var out []police.Bound
	for _, y := range p.Years(NetExpenditure, "") {
		fy := yearName(y, "FY_END_MAR")
		var v []float64
		for _, c := range f.CostPerHead {
			if c.Measure == NetExpenditure && c.FinYear == fy {
				v = append(v, c.Nominal)
			}
		}
		missing := len(in.Forces) - len(v)
		if len(v) == 0 || missing < 0 {
			continue
		}
		b := police.Bound{
			FindingID: findingID("bound", "cost_per_head", NetExpenditure, fy), Table: "cost_per_head", About: NetExpenditure + " " + fy,
			Finding: "median of total service expenditure a head in " + fy, Unit: "£ a head",
			Missing: fmt.Sprintf("%d of %d forces", missing, len(in.Forces)), NMissing: int32(missing), N: int32(len(v)),
			Value: stat.Median(v), Answer: boundHolds,
			Method: "median of all forces, were the missing ones all below, or all above, those held",
		}
		slices.Sort(v)
		b.Lo, b.Hi = medianWith(v, missing, 0), medianWith(v, 0, missing)
		if math.IsNaN(b.Lo) || b.Hi > 1.1*b.Value || b.Lo < 0.9*b.Value {
			b.Answer = boundTurns
		}
		out = append(out, b)
	}
	return out
}

// medianWith is the median of sorted values with so many more below and above them
// all; NaN where it would fall among those.
func medianWith(v []float64, below, above int) float64 {
	n := len(v) + below + above
	at := func(i int) float64 {
		if i < below || i >= below+len(v) {
			return math.NaN()
		}
		return v[i-below]
	}
	return (at((n-1)/2) + at(n/2)) / 2
}

// associationBounds: Pearson correlations across forces, were the missing forces at
// the corners of what the others show that push it furthest up, or down. Not where the
// City is in: it is an outlier a head, and its corner would bound nothing.
func (p *Panel) associationBounds(in Input, f Findings) []police.Bound {
	var out []police.Bound
	for _, a := range f.Association {
		if a.Method != string(stat.Pearson) || a.Scope != "across forces" || math.IsNaN(a.Estimate) {
			continue
		}
		keep, all := sets[0].keep, len(in.Forces)
		if a.Set == sets[1].name {
			keep, all = sets[1].keep, len(in.Forces)-2
		}
		q, ok := p.pairsOf(a, keep)
		if !ok || slices.Contains(q.forces, cityOfLondon) {
			continue
		}
		missing := all - len(q.forces)
		b := police.Bound{
			FindingID: findingID("bound", a.FindingID), Table: "association", About: a.FindingID,
			Finding: fmt.Sprintf("correlation of %s with %s across forces, %s", a.Cost, a.Outcome, a.FinYear), Unit: "correlation",
			Missing: fmt.Sprintf("%d of %d forces (%s)", missing, all, a.Set), NMissing: int32(missing), N: a.N,
			Value: a.Estimate, Lo: a.Estimate, Hi: a.Estimate, Answer: boundHolds,
			Method: "the missing forces placed at two opposite corners of what those held show, in the split that makes the correlation smallest, then largest; nothing bounds forces beyond those corners",
		}
		if missing > 0 {
			b.Lo, b.Hi = withCorners(q, missing, -1), withCorners(q, missing, 1)
		}
		if (b.Lo < 0) != (b.Hi < 0) {
			b.Answer = boundTurns
		}
		out = append(out, b)
	}
	return out
}

// pairsOf finds again what an association was computed from.
func (p *Panel) pairsOf(a police.Association, keep func(police.ForceCode) bool) (pairs, bool) {
	measure, function, _ := strings.Cut(a.Cost, ":")
	for _, o := range outcomesTested {
		if o.id() != a.Outcome {
			continue
		}
		q := p.pairs(series{measure, function}, o, police.FinancialYear(a.FinYear).End(), keep)
		return q, len(q.forces) == int(a.N)
	}
	return pairs{}, false
}

// withCorners is the smallest correlation with m more units at the corners of high
// cost with low outcome and low cost with high (sign −1), or the largest at those of
// both high and both low (sign 1), over every split between the two.
func withCorners(q pairs, m int, sign float64) float64 {
	best := math.NaN()
	x0, x1, y0, y1 := slices.Min(q.cost), slices.Max(q.cost), slices.Min(q.outcome), slices.Max(q.outcome)
	if sign < 0 {
		y0, y1 = y1, y0
	}
	for high := range m + 1 {
		x, y := slices.Clone(q.cost), slices.Clone(q.outcome)
		for k := range m {
			if k < high {
				x, y = append(x, x1), append(y, y1)
			} else {
				x, y = append(x, x0), append(y, y0)
			}
		}
		r, err := stat.Correlate(x, y, stat.CorrOptions{Method: stat.Pearson})
		if err == nil && (math.IsNaN(best) || sign*r.Estimate > sign*best) {
			best = r.Estimate
		}
	}
	return best
}

// effectBounds: for what could be estimated the range over every variant of donors,
// dates and definitions; for what couldn't, the periods that are missing.
func (p *Panel) effectBounds(in Input, f Findings) []police.Bound {
	byEffect := map[string][]police.Sensitivity{}
	for _, s := range f.Effects.Sensitivity {
		byEffect[s.FindingID] = append(byEffect[s.FindingID], s)
	}
	var out []police.Bound
	for _, e := range f.Effects.Effects {
		if e.Estimator == string(stat.SyntheticDiD) && e.DonorRule == allDonors && !math.IsNaN(e.EstimatePct) {
			out = append(out, p.variantBound(in, e, byEffect[e.FindingID]))
		} else if math.IsNaN(e.PPlacebo) && e.DonorRule == allDonors && strings.Contains(e.Reason, "needed ") && couldMoveID(in.Register, e) {
			short := max(0, minPre-int(e.Pre)) + max(0, minPost-int(e.Post))
			out = append(out, police.Bound{
				FindingID: findingID("bound", e.FindingID), Table: "effect", About: e.FindingID,
				Finding: fmt.Sprintf("effect of %s (%s) on %s", e.Collaboration, e.Phase, e.Measure), Unit: "%",
				Missing:  fmt.Sprintf("%s before and %s after", plural(max(0, minPre-int(e.Pre)), "period"), plural(max(0, minPost-int(e.Post)), "period")),
				NMissing: int32(short), N: e.Pre + e.Post, Value: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Answer: boundOpen,
				Method: "periods at hand against those needed: nothing bounds an effect that can't be estimated",
			})
		}
	}
	return out
}

func couldMoveID(reg Register, e police.Effect) bool {
	for _, c := range reg.Collaborations {
		if c.ID == e.Collaboration {
			for _, m := range effectMeasures() {
				if m.id == e.Measure {
					return couldMove(c, m)
				}
			}
		}
	}
	return false
}

func (p *Panel) variantBound(in Input, e police.Effect, variants []police.Sensitivity) police.Bound {
	b := police.Bound{
		FindingID: findingID("bound", e.FindingID), Table: "effect", About: e.FindingID,
		Finding: fmt.Sprintf("effect of %s (%s) on %s", e.Collaboration, e.Phase, e.Measure), Unit: "% of the level before",
		NMissing: int32(len(in.Forces)) - e.NTreated - e.NDonors, N: e.NTreated + e.NDonors,
		Value: e.EstimatePct, Lo: e.EstimatePct, Hi: e.EstimatePct, Answer: boundHolds,
		Method: "smallest and largest estimate over all variants of donors, dates, definition and members; single members alone left out",
	}
	b.Missing = fmt.Sprintf("%d of %d forces are neither member nor donor (London, gaps, steps)", b.NMissing, len(in.Forces))
	tried, excludes := 0, 0
	for _, v := range variants {
		if math.IsNaN(v.Estimate) || strings.HasSuffix(v.Variant, " alone") {
			continue
		}
		tried++
		b.Lo, b.Hi = min(b.Lo, v.Estimate), max(b.Hi, v.Estimate)
		if v.Lo > 0 || v.Hi < 0 {
			excludes++
		}
	}
	found := e.LoPct > 0 || e.HiPct < 0
	if !found && excludes > 0 || found && (b.Lo < 0) != (b.Hi < 0) {
		b.Answer = boundTurns
	}
	b.Warnings = fmt.Sprintf("%s; in %d of them the interval excludes zero", plural(tried, "variant"), excludes)
	return b
}
