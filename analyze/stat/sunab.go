package stat

import (
	"fmt"
	"math"
	"slices"
)

// SunAbFit is an interaction-weighted event study.
type SunAbFit struct {
	Events     []EventTest // by periods since the start; −1 is the reference
	ATT        CoefTest    // all effects from the start on, weighted by rows
	Cells      []GroupTime // by cohort and period
	Covariates []CoefTest
	Covariance Kind
	N, Units   int
	Clusters   int
	Warnings   []string
}

// EventTest is the effect at an event time.
type EventTest struct {
	Event float64
	CoefTest
}

// SunAbraham estimates the event study of Sun & Abraham (2021, J. Econometrics
// 225:175) as fixest's sunab does: the outcome is regressed on cohort × event-time
// dummies (event time −1 the reference), covariates and effects of unit and
// period; effects of one event time are averaged over cohorts by their share of
// rows, the shares taken as fixed. kind is CR1 by Staggered.Cluster ("" too) or
// another covariance of Linear, as IID.
//
// Never-treated units are the reference cohort; cohorts treated from the first
// period on are left out. Without never-treated units the last cohort is the
// reference and its rows from its start on are left out (their proposal), with a
// warning. Assumed: absorbing treatment (a unit with two first treated periods is
// refused), no anticipation, parallel paths. Few treated units: as in TWFE the
// errors are too small; a warning says so.
func SunAbraham(s Staggered, kind Kind) (SunAbFit, error) {
	d, err := s.prepare()
	if err != nil {
		return SunAbFit{}, err
	}
	d, err = d.withReference()
	if err != nil {
		return SunAbFit{}, err
	}
	d.warnFewTreated()
	cells := d.cohortEvents()
	columns := make([][]float64, 0, len(cells)+len(d.x))
	for _, c := range cells {
		columns = append(columns, d.dummies(func(i int) bool {
			return d.first[d.unit[i]] == c.Group && d.times[d.time[i]] == c.Time
		}))
	}
	fit, cov, err := d.regress(append(columns, d.x...), kind)
	if err != nil {
		return SunAbFit{}, err
	}
	return d.sunab(cells, columns, fit, cov), nil
}

// withReference leaves out cohorts treated from the first period on and, without
// never-treated units, ends the panel at the last cohort's start.
func (d didRows) withReference() (didRows, error) {
	groups := d.groups()
	groups = slices.DeleteFunc(groups, func(g float64) bool { return g <= d.times[0] })
	if len(groups) == 0 {
		return d, fmt.Errorf("no unit is treated after the first period: %w", ErrNoTreated)
	}
	last := math.Inf(1)
	if !slices.Contains(d.first, never) {
		if last = groups[len(groups)-1]; len(groups) < 2 {
			return d, fmt.Errorf("all units start in %v: %w", last, ErrNoControls)
		}
		d.warnf("no unit is never treated: the cohort of %v is the reference, and periods from then on are left out", last)
	}
	first := d.times[0]
	early := 0
	for _, f := range d.first {
		if f <= first {
			early++
		}
	}
	if early > 0 {
		d.warnf("%d units are treated from the first period on and are left out", early)
	}
	return d.subset(func(i int) bool {
		return d.first[d.unit[i]] > first && d.times[d.time[i]] < last
	}), nil
}

// subset keeps the rows that hold, renumbering units and times; a cohort whose
// start falls after the last period kept is never treated.
func (d didRows) subset(holds func(i int) bool) didRows {
	var s Staggered
	s.Covariates = make([][]float64, len(d.x))
	for i := range d.y {
		if !holds(i) {
			continue
		}
		u := d.unit[i]
		s.Unit, s.Time, s.Y = append(s.Unit, d.units[u]), append(s.Time, d.times[d.time[i]]), append(s.Y, d.y[i])
		s.First, s.Cluster = append(s.First, d.first[u]), append(s.Cluster, d.names[d.cluster[u]])
		for k, x := range d.x {
			s.Covariates[k] = append(s.Covariates[k], x[i])
		}
	}
	out := didRows{x: make([][]float64, len(d.x)), warn: d.warn}
	keep := make([]int, len(s.Y))
	for i := range keep {
		keep[i] = i
	}
	if err := out.fill(s, keep); err != nil {
		panic(err) // rows of a checked panel can't disagree
	}
	return out
}

// cohortEvents are the cohort × period cells with rows, event time −1 (the last
// period before the start) left out.
func (d *didRows) cohortEvents() []GroupTime {
	var out []GroupTime
	for _, g := range d.groups() {
		start, _ := slices.BinarySearch(d.times, g)
		for t, time := range d.times {
			if t == start-1 || !d.hasRow(g, t) {
				continue
			}
			out = append(out, GroupTime{Group: g, Time: time})
		}
	}
	return out
}

func (d *didRows) hasRow(g float64, t int) bool {
	for i, u := range d.unit {
		if d.first[u] == g && d.time[i] == t {
			return true
		}
	}
	return false
}

func (d *didRows) sunab(cells []GroupTime, columns [][]float64, fit *LinearFit, cov Covariance) SunAbFit {
	f := SunAbFit{Covariance: cov.Kind, N: fit.N, Units: len(d.units), Clusters: len(d.names)}
	rows := make([]float64, len(cells))
	byEvent := map[float64][]int{}
	var after []int
	for j := range cells {
		for _, v := range columns[j] {
			rows[j] += v
		}
		if math.IsNaN(fit.Coef[j]) {
			d.warnf("cohort %v, period %v: not identified", cells[j].Group, cells[j].Time)
			continue
		}
		c := cells[j]
		c.ATT, c.SE = fit.Coef[j], cov.SE[j]
		f.Cells = append(f.Cells, c)
		e := c.Time - c.Group
		byEvent[e] = append(byEvent[e], j)
		if e >= 0 {
			after = append(after, j)
		}
	}
	for _, e := range sortedKeys(byEvent) {
		f.Events = append(f.Events, EventTest{e, averageCoef(byEvent[e], rows, fit, cov)})
	}
	f.ATT = averageCoef(after, rows, fit, cov)
	for k := range d.x {
		j := len(cells) + k
		f.Covariates = append(f.Covariates, coefTest(fit.Coef[j], cov.SE[j], cov.DF[j]))
	}
	f.Warnings = append(append(d.warn, fit.Warnings...), cov.Warnings...)
	return f
}

// averageCoef is the mean of coefficients with fixed weights ∝ rows.
func averageCoef(cols []int, rows []float64, fit *LinearFit, cov Covariance) CoefTest {
	total := 0.0
	for _, j := range cols {
		total += rows[j]
	}
	if total == 0 {
		return coefTest(math.NaN(), math.NaN(), math.NaN())
	}
	estimate, variance := 0.0, 0.0
	for _, j := range cols {
		estimate += rows[j] / total * fit.Coef[j]
		for _, k := range cols {
			variance += rows[j] * rows[k] / (total * total) * cov.V[j][k]
		}
	}
	return coefTest(estimate, math.Sqrt(variance), cov.DF[cols[0]])
}
