package analyze

import (
	"cmp"
	"math"
	"slices"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// PeerGroups says which forces a force is compared with.
type PeerGroups struct {
	Rule   string
	Groups map[police.ForceCode][]police.ForceCode
}

// neighbourCount is the size of a peer group: the official most similar groups
// have seven others or fewer.
const neighbourCount = 7

// NearestNeighbours groups every force with the seven others nearest in log
// population and crime severity (mean of the last three years to March at hand), each
// standardised. The official most-similar groups use data not at hand; these are no
// substitute where a user has them. London's two forces are nobody's neighbour.
func (p *Panel) NearestNeighbours() PeerGroups {
	g := PeerGroups{Rule: "7 nearest in log population and crime severity score, not the official most similar groups",
		Groups: map[police.ForceCode][]police.ForceCode{}}
	codes, x := p.neighbourSpace()
	if len(codes) < 2 {
		return g
	}
	for i, c := range codes {
		others := make([]int, 0, len(codes)-1)
		for j := range codes {
			if j != i && codes[j] != metropolitan {
				others = append(others, j)
			}
		}
		slices.SortFunc(others, func(a, b int) int {
			return cmp.Or(cmp.Compare(distance(x[i], x[a]), distance(x[i], x[b])), cmp.Compare(codes[a], codes[b]))
		})
		for _, j := range others[:min(neighbourCount, len(others))] {
			g.Groups[c] = append(g.Groups[c], codes[j])
		}
		slices.Sort(g.Groups[c])
	}
	return g
}

func distance(a, b []float64) float64 {
	d := 0.0
	for i := range a {
		d += (a[i] - b[i]) * (a[i] - b[i])
	}
	return d
}

// neighbourSpace gives the standardised coordinates of the forces that have both.
func (p *Panel) neighbourSpace() ([]police.ForceCode, [][]float64) {
	var codes []police.ForceCode
	var size, severity []float64
	for _, c := range p.codes {
		s, ok1 := p.lastMean(CrimeSeverity, c, 3)
		n, ok2 := p.lastMean(Population, c, 1)
		if ok1 && ok2 && n > 0 {
			codes, size, severity = append(codes, c), append(size, math.Log(n)), append(severity, s)
		}
	}
	standardise(size)
	standardise(severity)
	x := make([][]float64, len(codes))
	for i := range codes {
		x[i] = []float64{size[i], severity[i]}
	}
	return codes, x
}

// lastMean is the mean of a force's last n values of a measure.
func (p *Panel) lastMean(measure string, c police.ForceCode, n int) (float64, bool) {
	years := p.Years(measure, "")
	sum, k := 0.0, 0
	for i := len(years) - 1; i >= 0 && k < n; i-- {
		if v, ok := p.At(measure, "", c, years[i]); ok {
			sum, k = sum+v, k+1
		}
	}
	return sum / float64(k), k > 0
}

func standardise(x []float64) {
	mean, ss := 0.0, 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		ss += (v - mean) * (v - mean)
	}
	sd := math.Sqrt(ss / float64(len(x)-1))
	for i := range x {
		if sd > 0 {
			x[i] = (x[i] - mean) / sd
		}
	}
}

// rate is one force's figure with what it is divided by.
type rate struct {
	force       police.ForceCode
	value       float64 // pounds a head or an officer
	pounds      float64
	denominator float64
}

// comparison says what is compared: one measure, year, denominator and prices.
type comparison struct {
	series
	year int
	per  string // head or officer
	real bool
}

// rates gives the figures of every force that has cost and denominator.
func (p *Panel) rates(c comparison) []rate {
	var out []rate
	for _, f := range p.Forces(c.measure, c.function) {
		pounds, ok := p.Pounds(c.measure, c.function, f, c.year)
		d, known := p.denominator(c.per, f, c.year)
		if !ok || !known {
			continue
		}
		if c.real {
			if pounds, ok = p.Real(pounds, c.year, p.BaseYear()); !ok {
				continue
			}
		}
		out = append(out, rate{f, pounds / d, pounds, d})
	}
	return out
}

// denominator is the people or officers that belong with a financial year ending
// in year; officers are those at its last day.
func (p *Panel) denominator(per string, f police.ForceCode, year int) (float64, bool) {
	if per == "officer" {
		v, ok := p.At(Officers, "", f, year)
		return v, ok && v > 0
	}
	v, _, ok := p.People(f, year, "FY_END_MAR")
	return v, ok
}

// Compare sets every force beside its peers, for every cost measure and year, a
// head nominal and real and an officer.
func (p *Panel) Compare(groups PeerGroups) []police.PeerComparison {
	var out []police.PeerComparison
	for _, s := range p.costSeries() {
		for _, per := range []string{"head", "officer"} {
			for _, real := range []bool{false, true} {
				ranks := p.rankRanges(s, per)
				for _, y := range p.Years(s.measure, s.function) {
					out = append(out, p.compareYear(comparison{s, y, per, real}, groups, ranks)...)
				}
			}
		}
	}
	return out
}

func (p *Panel) compareYear(c comparison, groups PeerGroups, ranks map[police.ForceCode]rankRange) []police.PeerComparison {
	all := p.rates(c)
	byForce := map[police.ForceCode]rate{}
	for _, r := range all {
		byForce[r.force] = r
	}
	var out []police.PeerComparison
	for _, r := range all {
		var peers []rate
		for _, f := range groups.Groups[r.force] {
			if q, ok := byForce[f]; ok {
				peers = append(peers, q)
			}
		}
		out = append(out, p.compareOne(c, r, peers, groups.Rule, ranks[r.force]))
	}
	return out
}

func (p *Panel) compareOne(c comparison, r rate, peers []rate, rule string, ranks rankRange) police.PeerComparison {
	prices := "nominal"
	if c.real {
		prices = "real, prices of " + yearName(p.BaseYear(), "FY_END_MAR")
	}
	fy := yearName(c.year, "FY_END_MAR")
	row := police.PeerComparison{
		FindingID: findingID("peer", c.measure, c.function, string(r.force), fy, c.per, prices),
		Force:     r.force, Measure: c.measure, Function: c.function, FinYear: fy, Per: c.per, Prices: prices,
		Population: "the force's peers only", Value: r.value, Unit: "£ per " + c.per,
		PeerRule: rule, N: int32(len(peers)),
		MeanWeighted: math.NaN(), MeanSimple: math.NaN(), Median: math.NaN(), MAD: math.NaN(), RobustZ: math.NaN(),
		Lo95: math.NaN(), Hi95: math.NaN(), Difference: math.NaN(),
		RankLo: int32(ranks.lo), RankHi: int32(ranks.hi), RankOf: int32(ranks.of),
		Method: "band: peers' median ± 1.96 × 1.4826 MAD, a range of forces and not an error margin; ranks: over all years and both definitions of cost at hand, 1 is the highest",
	}
	warnings := []string{p.costWarnings(c.series, r.force, c.year)}
	if len(peers) < 3 {
		row.Warnings = joinWarnings(append(warnings, "fewer than 3 peers with a figure: no comparison")...)
		return row
	}
	values := make([]float64, len(peers))
	codes := make([]police.ForceCode, len(peers))
	pounds, denominator := 0.0, 0.0
	for i, q := range peers {
		values[i], codes[i] = q.value, q.force
		pounds, denominator = pounds+q.pounds, denominator+q.denominator
	}
	row.Peers = codesText(codes)
	row.MeanWeighted = pounds / denominator
	row.MeanSimple = mean(values)
	row.Median, row.MAD = stat.Median(values), stat.MAD(values)
	z, why := stat.RobustZAgainst(r.value, values)
	row.RobustZ = z
	if row.MAD > 0 {
		row.Lo95, row.Hi95 = row.Median-1.96*row.MAD, row.Median+1.96*row.MAD
	}
	row.Difference = (r.value - row.MeanWeighted) * r.denominator
	row.Warnings = joinWarnings(append(warnings, why)...)
	return row
}

func mean(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}

// rankRange is the range of ranks a force takes over years and definitions.
type rankRange struct{ lo, hi, of int }

// rankRanges ranks every force in every year at hand, and for the two definitions
// of a body's whole cost in both. Money counted in full has no sampling error: the
// range over years and definitions is what a rank is worth.
func (p *Panel) rankRanges(s series, per string) map[police.ForceCode]rankRange {
	definitions := []series{s}
	if s.function == "" {
		definitions = []series{{NetExpenditure, ""}, {NetRevenue, ""}}
	}
	out := map[police.ForceCode]rankRange{}
	for _, d := range definitions {
		for _, y := range p.Years(d.measure, d.function) {
			rates := p.rates(comparison{series: d, year: y, per: per})
			slices.SortFunc(rates, func(a, b rate) int {
				return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.force, b.force))
			})
			for i, r := range rates {
				q, seen := out[r.force]
				if !seen {
					q = rankRange{lo: i + 1, hi: i + 1}
				}
				out[r.force] = rankRange{min(q.lo, i+1), max(q.hi, i+1), max(q.of, len(rates))}
			}
		}
	}
	return out
}
