package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"hardyards/analyze/stat/dd"
)

// Reasons why a staggered design can't be estimated.
var (
	// ErrFirstTreatedVaries says that a unit names more than one first treated
	// period: a treatment that ends and begins again is not absorbing, and each
	// spell has to be estimated on its own.
	ErrFirstTreatedVaries = errors.New("a unit has two first treated periods")
	// ErrNoControls says that there is no unit to compare with.
	ErrNoControls = errors.New("no comparison units")
)

// Staggered is a panel in long form in which units become treated at different
// periods and stay so. Rows with a missing outcome or covariate are left out.
type Staggered struct {
	Unit []string
	Time []float64
	Y    []float64
	// First is the unit's first treated period, the same on all its rows; NaN, 0,
	// an infinity or a period after the last: never treated.
	First      []float64
	Covariates [][]float64 // columns; nil: none
	Cluster    []string    // for standard errors; nil: the unit
}

// never marks a unit that isn't treated within the panel.
const never = math.MaxFloat64

// didRows is a Staggered made ready: units and times numbered in sorted order.
type didRows struct {
	units   []string
	times   []float64
	first   []float64 // by unit; never where not treated
	cluster []int     // by unit
	names   []string  // of clusters
	unit    []int     // by row
	time    []int
	y       []float64
	x       [][]float64 // columns
	treated []bool
	warn    []string
}

// prepare checks the panel, drops rows without a value and sorts the rest by
// unit and time, so that no later sum depends on the order given.
func (s Staggered) prepare() (didRows, error) {
	n := len(s.Y)
	if n == 0 {
		return didRows{}, fmt.Errorf("panel: %w", ErrEmpty)
	}
	if len(s.Unit) != n || len(s.Time) != n || len(s.First) != n || s.Cluster != nil && len(s.Cluster) != n {
		return didRows{}, fmt.Errorf("panel: %d outcomes, %d units, %d times, %d first treated: %w", n, len(s.Unit), len(s.Time), len(s.First), ErrLengths)
	}
	for _, x := range s.Covariates {
		if len(x) != n {
			return didRows{}, fmt.Errorf("covariate with %d rows of %d: %w", len(x), n, ErrLengths)
		}
	}
	keep, missing, err := s.complete()
	if err != nil {
		return didRows{}, err
	}
	d := didRows{x: make([][]float64, len(s.Covariates))}
	if missing > 0 {
		d.warn = append(d.warn, fmt.Sprintf("%d rows have a missing outcome or covariate and are left out", missing))
	}
	if len(keep) == 0 {
		return d, fmt.Errorf("panel: no complete row: %w", ErrEmpty)
	}
	if err := d.fill(s, keep); err != nil {
		return d, err
	}
	return d, nil
}

// complete are the rows with a value, sorted by unit and time.
func (s Staggered) complete() (keep []int, missing int, err error) {
	for i, y := range s.Y {
		if !isFinite(s.Time[i]) {
			return nil, 0, fmt.Errorf("row %d: time %v: %w", i+1, s.Time[i], ErrNotFinite)
		}
		ok := isFinite(y)
		for _, x := range s.Covariates {
			ok = ok && isFinite(x[i])
		}
		if ok {
			keep = append(keep, i)
		} else {
			missing++
		}
	}
	slices.SortFunc(keep, func(a, b int) int {
		switch {
		case s.Unit[a] != s.Unit[b]:
			return strings.Compare(s.Unit[a], s.Unit[b])
		case s.Time[a] != s.Time[b]:
			return compareFloat(s.Time[a], s.Time[b])
		}
		return compareFloat(s.Y[a], s.Y[b])
	})
	return keep, missing, nil
}

func (d *didRows) fill(s Staggered, keep []int) error {
	last := math.Inf(-1)
	for _, i := range keep {
		d.times = append(d.times, s.Time[i])
		last = max(last, s.Time[i])
	}
	slices.Sort(d.times)
	d.times = slices.Compact(d.times)
	number := map[string]int{}
	for _, i := range keep {
		first := firstOrNever(s.First[i], last)
		u := len(d.units)
		if u == 0 || d.units[u-1] != s.Unit[i] {
			d.units, d.first = append(d.units, s.Unit[i]), append(d.first, first)
			d.cluster = append(d.cluster, clusterNumber(number, s, i))
		} else if u--; d.first[u] != first {
			return fmt.Errorf("unit %s: first treated in %s and in %s: %w; treatment that ends has to be estimated spell by spell",
				s.Unit[i], firstText(d.first[u]), firstText(first), ErrFirstTreatedVaries)
		} else if d.cluster[u] != clusterNumber(number, s, i) {
			return fmt.Errorf("unit %s is in two clusters", s.Unit[i])
		}
		u = len(d.units) - 1
		t, _ := slices.BinarySearch(d.times, s.Time[i])
		d.unit, d.time, d.y = append(d.unit, u), append(d.time, t), append(d.y, s.Y[i])
		d.treated = append(d.treated, s.Time[i] >= first)
		for k, x := range s.Covariates {
			d.x[k] = append(d.x[k], x[i])
		}
	}
	d.names = make([]string, len(number))
	for name, c := range number {
		d.names[c] = name
	}
	return nil
}

func clusterNumber(number map[string]int, s Staggered, i int) int {
	name := s.Unit[i]
	if s.Cluster != nil {
		name = s.Cluster[i]
	}
	if _, ok := number[name]; !ok {
		number[name] = len(number)
	}
	return number[name]
}

func firstOrNever(first, last float64) float64 {
	if !isFinite(first) || first == 0 || first > last {
		return never
	}
	return first
}

func firstText(first float64) string {
	if first == never {
		return "no period"
	}
	return fmt.Sprint(first)
}

func (d *didRows) warnf(format string, args ...any) {
	d.warn = append(d.warn, fmt.Sprintf(format, args...))
}

// groups are the first treated periods that occur, sorted, never left out.
func (d *didRows) groups() []float64 {
	var g []float64
	for _, f := range d.first {
		if f != never {
			g = append(g, f)
		}
	}
	slices.Sort(g)
	return slices.Compact(g)
}

// size is the number of units of a group.
func (d *didRows) size(g float64) int {
	n := 0
	for _, f := range d.first {
		if f == g {
			n++
		}
	}
	return n
}

// rowClusters is the cluster of every row.
func (d *didRows) rowClusters() []int {
	out := make([]int, len(d.unit))
	for i, u := range d.unit {
		out[i] = d.cluster[u]
	}
	return out
}

// dummies is a column that is 1 where the rows' condition holds.
func (d *didRows) dummies(holds func(i int) bool) []float64 {
	out := make([]float64, len(d.y))
	for i := range out {
		if holds(i) {
			out[i] = 1
		}
	}
	return out
}

// TWFEFit is a two-way fixed-effects estimate.
type TWFEFit struct {
	Term                   CoefTest
	Covariates             []CoefTest
	Covariance             Kind
	N, Units, Periods      int
	TreatedUnits, Clusters int
	Warnings               []string
}

// CoefTest is a coefficient with its test. DF is that of its t distribution.
type CoefTest struct {
	Estimate, SE, DF, Statistic, P float64
}

// TWFE regresses the outcome on "treated by now", the covariates and effects of
// unit and period. kind is CR1 ("" too: Stata's and fixest's cluster errors, by
// Staggered.Cluster) or any other covariance of Linear.
//
// The small-sample factor of CR1 is G/(G−1)·(n−1)/(n−K) with K counting every
// effect, those nested in clusters too, as a regression on dummies has it
// (Stata's areg, R's lm with sandwich; fixest and SunAbraham don't count nested
// ones and have smaller errors).
//
// With effects that differ by start or grow with time it is no mean of them:
// later starters are compared with earlier ones, with negative weights (Goodman-
// Bacon 2021; see Bacon). With few treated units the cluster error is far too
// small (three in four tests reject with one treated: docs/simulations.md); the
// warning says so. Several rows for one unit and period (repeated cross-sections
// by area) are allowed.
//
// Source: the regression of Card & Krueger (1994), extended to many periods.
func TWFE(s Staggered, kind Kind) (TWFEFit, error) {
	d, err := s.prepare()
	if err != nil {
		return TWFEFit{}, err
	}
	treated := d.dummies(func(i int) bool { return d.treated[i] })
	if constant(treated) {
		return TWFEFit{}, fmt.Errorf("all rows are %s: %w", map[bool]string{true: "treated", false: "untreated"}[d.treated[0]], ErrNoControls)
	}
	d.warnFewTreated()
	fit, cov, err := d.regress(append([][]float64{treated}, d.x...), kind)
	if err != nil {
		return TWFEFit{}, err
	}
	out := TWFEFit{Covariance: cov.Kind, N: fit.N, Units: len(d.units), Periods: len(d.times), Clusters: len(d.names)}
	for _, g := range d.groups() {
		out.TreatedUnits += d.size(g)
	}
	allEffectsCounted(fit, &cov)
	out.Term = coefTest(fit.Coef[0], cov.SE[0], cov.DF[0])
	for k := range d.x {
		out.Covariates = append(out.Covariates, coefTest(fit.Coef[k+1], cov.SE[k+1], cov.DF[k+1]))
	}
	if math.IsNaN(out.Term.Estimate) {
		return out, fmt.Errorf("treatment is a sum of unit and period effects: %w", ErrNoControls)
	}
	out.Warnings = append(append(d.warn, fit.Warnings...), cov.Warnings...)
	return out, nil
}

// allEffectsCounted changes CR1's factor to one that counts nested effects.
func allEffectsCounted(fit *LinearFit, cov *Covariance) {
	if cov.Kind != CR1 || fit.DF <= 0 {
		return
	}
	g := float64(cov.Clusters[0])
	factor := g / (g - 1) * float64(fit.N-1) / float64(fit.DF)
	for j := range cov.SE {
		cov.SE[j] *= math.Sqrt(factor / cov.Factor)
	}
}

func (d *didRows) warnFewTreated() {
	n := 0
	for _, g := range d.groups() {
		n += d.size(g)
	}
	if n < 5 {
		d.warnf("%d treated units: standard errors by cluster or influence function are far too small; use placebos (synth, sdid)", n)
	}
}

// regress absorbs unit and period effects.
func (d *didRows) regress(columns [][]float64, kind Kind) (*LinearFit, Covariance, error) {
	m := Linear{Y: dd.Vec{Hi: d.y}, Absorb: [][]int{d.unit, d.time}}
	for _, c := range columns {
		m.X = append(m.X, dd.Vec{Hi: c})
	}
	fit, err := m.Fit()
	if err != nil {
		return nil, Covariance{}, err
	}
	if kind == "" {
		kind = CR1
	}
	ask := VCov{Kind: kind}
	if kind.clustered() {
		ask.Clusters = [][]int{d.rowClusters()}
	}
	cov, err := fit.Covariance(ask)
	return fit, cov, err
}

func coefTest(estimate, se, df float64) CoefTest {
	c := CoefTest{Estimate: estimate, SE: se, DF: df, Statistic: math.NaN(), P: math.NaN()}
	if se > 0 {
		c.Statistic = estimate / se
		c.P = TwoSidedT(c.Statistic, df)
	}
	return c
}
