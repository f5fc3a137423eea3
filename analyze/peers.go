package analyze

import (
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// PeerGroups says which forces a force is compared with.
type PeerGroups struct {
	Rule   string
	Groups map[police.ForceCode][]police.ForceCode
	// Rules of single forces, where they differ from Rule.
	Rules map[police.ForceCode]string
}

func (g PeerGroups) rule(f police.ForceCode) string {
	if r := g.Rules[f]; r != "" {
		return r
	}
	return g.Rule
}

// or fills in the groups of forces that have none from another rule's.
func (g PeerGroups) or(other PeerGroups) PeerGroups {
	out := PeerGroups{Rule: g.Rule, Groups: map[police.ForceCode][]police.ForceCode{}, Rules: map[police.ForceCode]string{}}
	for f, peers := range other.Groups {
		out.Groups[f], out.Rules[f] = peers, other.rule(f)
	}
	for f, peers := range g.Groups {
		out.Groups[f], out.Rules[f] = peers, g.rule(f)
	}
	return out
}

// neighbourCount is the size of a peer group: the official most similar groups
// have seven others or fewer.
const neighbourCount = 7

// NearestNeighbours groups every force with the seven others nearest in log
// population and crime severity (mean of the last three years to March at hand), each
// standardised. The official most-similar groups use data not at hand; these are no
// substitute where a user has them. London's two forces have no neighbours and are
// nobody's.
func (p *Panel) NearestNeighbours() PeerGroups {
	g := PeerGroups{Rule: "7 nearest in log population and crime severity score, not the official most similar groups",
		Groups: map[police.ForceCode][]police.ForceCode{}}
	size, severity := make([]float64, len(p.codes)), make([]float64, len(p.codes))
	for i, c := range p.codes {
		n, ok1 := p.lastMean(Population, c, 1)
		s, ok2 := p.lastMean(CrimeSeverity, c, 3)
		size[i], severity[i] = math.Log(n), s
		if !ok1 || !ok2 || n <= 0 || c == metropolitan || c == cityOfLondon {
			size[i], severity[i] = math.NaN(), math.NaN()
		}
	}
	for i, c := range p.codes {
		near, _, err := stat.NearestNeighbours([][]float64{size, severity}, i, neighbourCount)
		if err != nil {
			continue // a force without the figures has no neighbours, and says so
		}
		for _, n := range near {
			g.Groups[c] = append(g.Groups[c], p.codes[n.Unit])
		}
		slices.Sort(g.Groups[c])
	}
	return g
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

// rate is one force's figure with what it is divided by.
type rate struct {
	force       police.ForceCode
	value       float64 // pounds a head or an officer
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
		out = append(out, rate{f, pounds / d, d})
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
			if q, ok := byForce[f]; ok && f != r.force {
				peers = append(peers, q)
			}
		}
		row := p.compareOne(c, r, peers, groups.rule(r.force), ranks[r.force])
		row.Population = "the force's peers only" + withLondon(peers)
		out = append(out, row)
	}
	return out
}

// withLondon says which of London's forces are among peers.
func withLondon(peers []rate) string {
	for _, q := range peers {
		if q.force == metropolitan || q.force == cityOfLondon {
			return ", London among them"
		}
	}
	return ""
}

// CompareAll sets every force beside all the others, with and without London's two
// forces, for the whole-force cost measures a head.
func (p *Panel) CompareAll() []police.PeerComparison {
	var out []police.PeerComparison
	for _, s := range []series{{NetExpenditure, ""}, {NetRevenue, ""}, {FunctionGross, TotalFunctions}} {
		for _, real := range []bool{false, true} {
			ranks := p.rankRanges(s, "head")
			for _, y := range p.Years(s.measure, s.function) {
				c := comparison{s, y, "head", real}
				all := p.rates(c)
				for i, set := range sets {
					out = append(out, p.compareSet(c, all, set.keep, set.name, ranks, i > 0)...)
				}
			}
		}
	}
	return out
}

// compareSet sets each force beside all others that keep lets in. A set without
// London that is the same as the whole (London has no figure) isn't given twice.
func (p *Panel) compareSet(c comparison, all []rate, keep func(police.ForceCode) bool, name string, ranks map[police.ForceCode]rankRange, second bool) []police.PeerComparison {
	var in []rate
	for _, r := range all {
		if keep(r.force) {
			in = append(in, r)
		}
	}
	if second && len(in) == len(all) {
		return nil
	}
	var out []police.PeerComparison
	for _, r := range in {
		others := slices.DeleteFunc(slices.Clone(in), func(q rate) bool { return q.force == r.force })
		row := p.compareOne(c, r, others, "all others, "+name, ranks[r.force])
		row.FindingID = findingID("peer", c.measure, c.function, string(r.force), row.FinYear, c.per, row.Prices, name)
		row.Population = name
		out = append(out, row)
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
		Value: r.value, Unit: "£ per " + c.per,
		PeerRule: rule, N: int32(len(peers)),
		MeanWeighted: math.NaN(), MeanSimple: math.NaN(), Median: math.NaN(), MAD: math.NaN(), RobustZ: math.NaN(),
		Lo95: math.NaN(), Hi95: math.NaN(), Difference: math.NaN(),
		RankLo: int32(ranks.lo), RankHi: int32(ranks.hi), RankOf: int32(ranks.of),
		Method: "band: peers' median ± 1.96 × 1.4826 MAD, a range of forces and not an error margin; difference: pounds a year above what the peers' weighted mean would give; ranks: " + ranks.text(),
	}
	warnings := []string{p.costWarnings(c.series, r.force, c.year)}
	if len(peers) < 3 {
		row.Warnings = joinWarnings(append(warnings, "fewer than 3 peers with a figure: no comparison")...)
		return row
	}
	values := make([]float64, len(peers))
	codes := make([]police.ForceCode, len(peers))
	weights := make([]float64, len(peers))
	for i, q := range peers {
		values[i], codes[i], weights[i] = q.value, q.force, q.denominator
	}
	row.Peers = codesText(codes)
	row.MeanWeighted = stat.WeightedMean(values, weights)
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
type rankRange struct{ lo, hi, of, draws int }

func (r rankRange) text() string {
	if r.draws == 0 {
		return "none, fewer than two forces"
	}
	return fmt.Sprintf("middle 95 %% over %d years and definitions at hand, rounded outwards, 1 is the highest", r.draws)
}

// rankRanges ranks every force in every year at hand, and for the two definitions
// of a body's whole cost in both. Money counted in full has no sampling error: the
// range over years and definitions is what a rank is worth.
func (p *Panel) rankRanges(s series, per string) map[police.ForceCode]rankRange {
	definitions := []series{s}
	if s.function == "" {
		definitions = []series{{NetExpenditure, ""}, {NetRevenue, ""}}
	}
	var draws [][]float64
	latest, of := make([]float64, len(p.codes)), 0
	for _, d := range definitions {
		for _, y := range p.Years(d.measure, d.function) {
			draw := make([]float64, len(p.codes))
			for i := range draw {
				draw[i] = math.NaN()
			}
			rates := p.rates(comparison{series: d, year: y, per: per})
			for _, r := range rates {
				i, _ := slices.BinarySearch(p.codes, r.force)
				draw[i] = -r.value // rank 1 is the highest
			}
			if len(rates) > 1 {
				draws, of = append(draws, draw), max(of, len(rates))
				latest = draw
			}
		}
	}
	out := map[police.ForceCode]rankRange{}
	intervals, err := stat.RankIntervals(latest, draws, 0.95)
	if err != nil {
		return out
	}
	for i, r := range intervals {
		if !math.IsNaN(r.Lo) {
			out[p.codes[i]] = rankRange{int(r.Lo), int(r.Hi), of, len(draws)}
		}
	}
	return out
}
