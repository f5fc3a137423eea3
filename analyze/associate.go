package analyze

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// grantsFollowNeed stands with every association of cost with crime: without it a
// positive coefficient reads as waste, or a negative one as value.
const grantsFollowNeed = "police grants follow assessed need, so that a positive association is expected and shows nothing about value"

// outcome is an outcome measure and how its year is matched to a financial year
// ending in Y.
type outcome struct {
	measure  string
	period   string
	lag      int  // the outcome's year is Y − lag
	perHead  bool // counts are divided by the population that belongs with them
	ordinal  bool // grades: ranks only
	warnings string
	cost     *series // set beside this cost alone; nil: beside the whole force's
	less     *series // budget that is set beside: the total less this, a head
}

// id is the outcome's name in the table.
func (o outcome) id() string {
	if o.less != nil {
		return o.measure + ":" + TotalFunctions + " less " + o.less.function
	}
	return o.measure
}

// beside reports whether an outcome is set beside a cost.
func (o outcome) beside(c series) bool {
	if o.cost != nil {
		return *o.cost == c
	}
	return c.function == "" || c.function == TotalFunctions
}

var (
	roadPolicing     = series{FunctionGross, "road_policing"}
	supportFunctions = series{FunctionGross, "support_functions"}
)

// outcomesTested are the outcome measures that have values beside cost. Unadjusted
// serious injuries aren't comparable across the move to injury-based recording;
// fatal ones are.
var outcomesTested = []outcome{
	{measure: CrimeSeverity, period: "YE_MAR", warnings: grantsFollowNeed},
	{measure: "fatal_collisions", period: "CAL_YEAR", lag: 1, perHead: true, warnings: "calendar year before the financial year's end"},
	{measure: "ksi_cyclists_adjusted", period: "CAL_YEAR", lag: 1, perHead: true, warnings: "calendar year before the financial year's end | cyclists are few"},
	{measure: "recorded_offences_incl_all_codes", period: "FY_END_MAR", perHead: true, warnings: grantsFollowNeed + " | recording practice differs between forces and years"},
	{measure: "fatal_collisions", period: "CAL_YEAR", lag: 1, perHead: true, cost: &roadPolicing,
		warnings: "calendar year before the financial year's end | budgets may follow collisions as well as prevent them | a host's budget holds the whole unit"},
	{measure: "fatal_casualties", period: "CAL_YEAR", lag: 1, perHead: true, cost: &roadPolicing,
		warnings: "calendar year before the financial year's end | budgets may follow deaths as well as prevent them | a host's budget holds the whole unit"},
	{measure: FunctionGross, period: "FY_END_MAR", cost: &supportFunctions, less: &supportFunctions,
		warnings: "support functions a head beside the rest of the budget a head | no outcome: two parts of one budget"},
	{measure: "peel_effectiveness", period: "PEEL_CYCLE", ordinal: true, warnings: "grades copied by hand from pages: secondary"},
	{measure: "peel_efficiency", period: "PEEL_CYCLE", ordinal: true, warnings: "grades copied by hand from pages: secondary"},
}

// associationCosts are the cost measures that are set beside outcomes: the whole
// force's, and two functions beside what belongs with them.
var associationCosts = []series{{NetExpenditure, ""}, {NetRevenue, ""}, {FunctionGross, TotalFunctions}, roadPolicing, supportFunctions}

// Associate correlates cost a head with outcomes across forces, year by year, with
// and without London where London is in, and within forces over years. Q adjusts
// for everything in the table (Benjamini–Hochberg).
func (p *Panel) Associate() []police.Association {
	var out []police.Association
	for _, c := range associationCosts {
		for _, o := range outcomesTested {
			if !o.beside(c) {
				continue
			}
			for _, y := range p.Years(c.measure, c.function) {
				out = append(out, p.associateYear(c, o, y)...)
			}
			out = append(out, p.associateWithin(c, o)...)
		}
	}
	adjust(out)
	return out
}

// pairs are the forces with both a cost and an outcome in a year.
type pairs struct {
	forces        []police.ForceCode
	cost, outcome []float64
	size          []float64 // log population
}

func (p *Panel) pairs(c series, o outcome, year int, keep func(police.ForceCode) bool) pairs {
	var q pairs
	for _, r := range p.rates(comparison{series: c, year: year, per: "head"}) {
		v, ok := p.outcomeAt(o, r.force, year)
		if !ok || !keep(r.force) {
			continue
		}
		q.forces = append(q.forces, r.force)
		q.cost = append(q.cost, r.value)
		q.outcome = append(q.outcome, v)
		q.size = append(q.size, math.Log(r.denominator))
	}
	return q
}

func (p *Panel) outcomeAt(o outcome, f police.ForceCode, year int) (float64, bool) {
	if o.less != nil {
		whole, ok1 := p.Pounds(FunctionGross, TotalFunctions, f, year)
		part, ok2 := p.Pounds(o.less.measure, o.less.function, f, year)
		n, _, ok3 := p.People(f, year, o.period)
		return (whole - part) / n, ok1 && ok2 && ok3
	}
	v, ok := p.At(o.measure, "", f, year-o.lag)
	if !ok || !o.perHead {
		return v, ok
	}
	n, _, ok := p.People(f, year-o.lag, o.period)
	return v / n * 1000, ok
}

// sets are the populations of forces that an association is computed for.
var sets = []struct {
	name string
	keep func(police.ForceCode) bool
}{
	{"all forces with both figures", func(police.ForceCode) bool { return true }},
	{"without London", func(f police.ForceCode) bool { return f != metropolitan && f != cityOfLondon }},
}

func (p *Panel) associateYear(c series, o outcome, year int) []police.Association {
	var out []police.Association
	whole := 0
	for i, set := range sets {
		q := p.pairs(c, o, year, set.keep)
		if i == 0 {
			whole = len(q.forces)
		}
		if len(q.forces) < 10 {
			continue
		}
		name := set.name
		if i == 1 && len(q.forces) == whole {
			continue // London isn't in: the same numbers under another name would count twice
		}
		if i == 0 && !slices.Contains(q.forces, metropolitan) {
			name = "all forces with both figures, London not among them"
		}
		out = append(out, p.correlations(c, o, year, name, q)...)
	}
	return out
}

func (p *Panel) correlations(c series, o outcome, year int, set string, q pairs) []police.Association {
	methods := []stat.CorrMethod{stat.Pearson, stat.Spearman}
	if o.ordinal {
		methods = []stat.CorrMethod{stat.Spearman, stat.Kendall}
	}
	if slices.Contains(q.forces, cityOfLondon) {
		o.warnings = joinWarnings(o.warnings, "the City of London is among them, an outlier a head by construction: read the row without London")
	}
	var out []police.Association
	for _, m := range methods {
		r, err := stat.Correlate(q.cost, q.outcome, stat.CorrOptions{Method: m})
		row := p.association(c, o, yearName(year, "FY_END_MAR"), "across forces", set, string(m), len(q.cost))
		if err != nil {
			row.Warnings = joinWarnings(row.Warnings, err.Error())
			out = append(out, row)
			continue
		}
		row.Estimate, row.P, row.Lo, row.Hi, row.Interval = r.Estimate, r.P, r.Lo, r.Hi, "Fisher z, 95 %"
		if m != stat.Pearson {
			b, err := stat.BootCorrelation(q.cost, q.outcome, m, stat.BootOptions{})
			if err == nil {
				row.Lo, row.Hi, row.Interval = b.Lo, b.Hi, fmt.Sprintf("BCa bootstrap, 95 %%, %d draws, seed %d", b.Draws, b.Seed)
				row.Warnings = joinWarnings(append([]string{row.Warnings}, b.Warnings...)...)
			}
		}
		row.Warnings = joinWarnings(append([]string{row.Warnings}, r.Warnings...)...)
		out = append(out, row)
	}
	if partial, err := stat.PartialCorrelation(q.cost, q.outcome, [][]float64{q.size}, 0.95); err == nil && !o.ordinal {
		row := p.association(c, o, yearName(year, "FY_END_MAR"), "across forces", set, "pearson, partial on log population", len(q.cost))
		row.Estimate, row.P, row.Lo, row.Hi, row.Interval = partial.Estimate, partial.P, partial.Lo, partial.Hi, "Fisher z, 95 %"
		row.Warnings = joinWarnings(append([]string{row.Warnings}, partial.Warnings...)...)
		out = append(out, row)
	}
	return out
}

func (p *Panel) associateWithin(c series, o outcome) []police.Association {
	if o.ordinal {
		return nil
	}
	var cost, result []float64
	var group []string
	years := p.Years(c.measure, c.function)
	used := map[int]bool{}
	for _, y := range years {
		q := p.pairs(c, o, y, sets[0].keep)
		for i, f := range q.forces {
			real, ok := p.Real(q.cost[i], y, p.BaseYear())
			if !ok {
				continue
			}
			cost, result, group = append(cost, real), append(result, q.outcome[i]), append(group, string(f))
			used[y] = true
		}
	}
	if len(used) < 3 {
		return nil
	}
	span := spanOf(used)
	row := p.association(c, o, span, "within forces", sets[0].name, "pearson of deviations from each force's mean", len(cost))
	r, err := stat.WithinCorrelation(cost, result, group, 0.95)
	if err != nil {
		row.Warnings = joinWarnings(row.Warnings, err.Error())
		return []police.Association{row}
	}
	row.Estimate, row.P, row.Lo, row.Hi, row.Interval = r.Estimate, r.P, r.Lo, r.Hi, "Fisher z on within degrees of freedom, 95 %"
	row.Warnings = joinWarnings(append([]string{row.Warnings,
		"national changes move all forces at once: common trends are in this figure"}, r.Warnings...)...)
	return []police.Association{row}
}

// spanOf names the years that are in a figure, and how many of the span they are where
// some are not.
func spanOf(used map[int]bool) string {
	years := slices.Sorted(maps.Keys(used))
	first, last := years[0], years[len(years)-1]
	span := yearName(first, "FY_END_MAR") + " to " + yearName(last, "FY_END_MAR")
	if all := last - first + 1; len(years) < all {
		span += fmt.Sprintf(", %d of %d years", len(years), all)
	}
	return span
}

func (p *Panel) association(c series, o outcome, year, scope, set, method string, n int) police.Association {
	basis := ""
	if c.measure == FunctionGross {
		basis = "budget estimate, not outturn"
	}
	cost := c.measure
	if c.function != "" {
		cost += ":" + c.function
	}
	return police.Association{
		FindingID: findingID("assoc", cost, o.id(), year, scope, set, method),
		Cost:      cost, Outcome: o.id(), FinYear: year, Scope: scope, Set: set, Method: method, N: int32(n),
		Estimate: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), P: math.NaN(), Q: math.NaN(),
		Warnings: joinWarnings(o.warnings, basis, missingText(n, len(p.codes), scope), "an association, never a cause"),
	}
}

// missingText says how many forces are missing from a correlation across forces.
func missingText(n, all int, scope string) string {
	if scope != "across forces" || n >= all {
		return ""
	}
	return fmt.Sprintf("%d of %d forces missing or left out", all-n, all)
}

// adjust fills Q and Tests over every p-value of the table.
func adjust(rows []police.Association) {
	ps := make([]float64, len(rows))
	for i, r := range rows {
		ps[i] = r.P
	}
	a, err := stat.AdjustP(ps, stat.BH)
	for i := range rows {
		if err == nil {
			rows[i].Q, rows[i].Tests = a.P[i], int32(a.Tests)
		}
	}
}
