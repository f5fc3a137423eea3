package stat

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// ControlGroup names whom group-time effects are compared with.
type ControlGroup string

// Units never treated within the panel, or also those not yet treated in the
// later of the two periods compared.
const (
	NeverTreated ControlGroup = "never"
	NotYet       ControlGroup = "notyet"
)

// DiDMethod names how covariates enter a group-time effect.
type DiDMethod string

// Doubly robust (Sant'Anna & Zhao 2020: logit of treatment and outcome
// regression; the default with covariates) or outcome regression alone.
const (
	DoublyRobust      DiDMethod = "dr"
	OutcomeRegression DiDMethod = "reg"
)

// CSOptions choose the comparison. The zero value: never treated, doubly robust.
type CSOptions struct {
	Control ControlGroup
	Method  DiDMethod
}

// GroupTime is the average effect on a group (first treated period) in a period.
// Before treatment it is the change since the period before: a test of parallel
// paths.
type GroupTime struct {
	Group, Time float64
	ATT, SE     float64
	Controls    int
}

// EventEffect is an effect by periods since the start, or by group.
type EventEffect struct {
	At      float64 // periods since the first treated one; or the group
	ATT, SE float64
}

// CSFit are group-time effects and their averages.
type CSFit struct {
	Cells          []GroupTime
	Simple         EventEffect   // all cells from the start on, weighted by group size
	Dynamic        []EventEffect // by event time, weighted by group size
	DynamicOverall EventEffect   // plain mean of Dynamic from 0 on
	Groups         []EventEffect // by group, mean over its periods
	GroupOverall   EventEffect   // Groups weighted by size
	PretestP       float64       // Wald test that all effects before are 0; NaN without any
	Units, Periods int
	Warnings       []string
}

// CallawaySantAnna estimates group-time average effects of Callaway & Sant'Anna
// (2021, J. Econometrics 225:200) as the R package did does: for group g and
// period t ≥ g the change since g−1 (the last period before g), less that of the
// controls; before g the change since t−1 (varying base). With covariates,
// taken from the earlier period, by doubly robust estimation or by regression.
//
// Standard errors are analytic, from the influence functions clustered by
// Staggered.Cluster; those of averages include the estimation of the groups'
// shares. They ignore what a group of one or two units could have done by
// itself, so with fewer than 5 units in a group they are too small; a warning
// names the groups.
//
// Assumed: treatment is absorbing (a unit with two first treated periods is
// refused), no anticipation, parallel paths given covariates. Units treated in the
// first period are left out, as are units without a row in every period, with a
// warning. Without never-treated units: NeverTreated is refused; NotYet
// compares with the last group and ends where that is treated.
func CallawaySantAnna(s Staggered, o CSOptions) (CSFit, error) {
	if o.Control == "" {
		o.Control = NeverTreated
	}
	if o.Method == "" {
		o.Method = DoublyRobust
	}
	if o.Control != NeverTreated && o.Control != NotYet {
		return CSFit{}, fmt.Errorf("control group %q: want never or notyet", o.Control)
	}
	if o.Method != DoublyRobust && o.Method != OutcomeRegression {
		return CSFit{}, fmt.Errorf("method %q: want dr or reg", o.Method)
	}
	d, err := s.prepare()
	if err != nil {
		return CSFit{}, err
	}
	c, err := newCSPanel(&d, o)
	if err != nil {
		return CSFit{}, err
	}
	if err := c.cells(); err != nil {
		return CSFit{}, err
	}
	return c.fit(), nil
}

// csPanel is a balanced panel with influence functions in the making.
type csPanel struct {
	o       CSOptions
	times   []float64
	first   []float64     // by unit
	cluster []int         // by unit
	y       [][]float64   // [unit][time]
	x       [][][]float64 // [unit][time][covariate]
	groups  []float64
	out     []GroupTime
	inf     [][]float64 // by cell: the influence of every unit
	warn    []string
}

func newCSPanel(d *didRows, o CSOptions) (*csPanel, error) {
	c := &csPanel{o: o, times: d.times, warn: d.warn}
	rows := make([][]int, len(d.units))
	for i, u := range d.unit {
		rows[u] = append(rows[u], i)
		if k := len(rows[u]); k > 1 && d.time[rows[u][k-2]] == d.time[i] {
			return nil, fmt.Errorf("unit %s, period %v: %w", d.units[u], d.times[d.time[i]], ErrDuplicateRow)
		}
	}
	gaps, early := 0, 0
	for u, at := range rows {
		switch {
		case len(at) < len(d.times):
			gaps++
		case d.first[u] <= d.times[0]:
			early++
		default:
			c.addUnit(d, u, at)
		}
	}
	if gaps > 0 {
		c.warnf("%d of %d units have no row in some period and are left out (a balanced panel is needed)", gaps, len(d.units))
	}
	if early > 0 {
		c.warnf("%d units are treated from the first period on and are left out", early)
	}
	return c, c.settleControls()
}

func (c *csPanel) warnf(format string, args ...any) {
	c.warn = append(c.warn, fmt.Sprintf(format, args...))
}

func (c *csPanel) addUnit(d *didRows, u int, at []int) {
	y, x := make([]float64, len(at)), make([][]float64, len(at))
	for t, i := range at {
		y[t] = d.y[i]
		for _, col := range d.x {
			x[t] = append(x[t], col[i])
		}
	}
	c.first, c.cluster = append(c.first, d.first[u]), append(c.cluster, d.cluster[u])
	c.y, c.x = append(c.y, y), append(c.x, x)
}

// settleControls lists the groups and, without never-treated units, ends the
// panel where the last group is treated.
func (c *csPanel) settleControls() error {
	hasNever := slices.Contains(c.first, never)
	c.groups = slices.Clone(c.first)
	slices.Sort(c.groups)
	c.groups = slices.DeleteFunc(slices.Compact(c.groups), func(g float64) bool { return g == never })
	if len(c.groups) == 0 {
		return fmt.Errorf("no unit is treated after the first period: %w", ErrNoTreated)
	}
	if !hasNever {
		last := c.groups[len(c.groups)-1]
		if c.o.Control == NeverTreated || len(c.groups) < 2 {
			return fmt.Errorf("no unit is never treated: %w; compare with units not yet treated", ErrNoControls)
		}
		end, _ := slices.BinarySearch(c.times, last)
		c.times, c.groups = c.times[:end], c.groups[:len(c.groups)-1]
		c.warnf("no unit is never treated: the group first treated in %v is the comparison and the panel ends before it", last)
		for i, f := range c.first {
			if f == last {
				c.first[i] = never
			}
		}
	}
	for _, g := range c.groups {
		if n := count(c.first, g); n < 5 {
			c.warnf("group %v has %d units: its standard errors ignore their own noise and are too small; use placebos", g, n)
		}
	}
	return nil
}

func count(x []float64, v float64) int {
	n := 0
	for _, f := range x {
		if f == v {
			n++
		}
	}
	return n
}

// cells estimates every group in every period after the first.
func (c *csPanel) cells() error {
	for _, g := range c.groups {
		for t := 1; t < len(c.times); t++ {
			base := t - 1
			if c.times[t] >= g {
				base, _ = slices.BinarySearch(c.times, g)
				base--
			}
			if err := c.cell(g, t, base); err != nil {
				return err
			}
		}
	}
	if len(c.out) == 0 {
		return fmt.Errorf("no group-time effect can be estimated: %w", ErrNoControls)
	}
	return nil
}

// cell estimates one effect and keeps its influence function.
func (c *csPanel) cell(g float64, t, base int) error {
	var at []int
	var treated []bool
	controls := 0
	for i, f := range c.first {
		switch {
		case f == g:
			at, treated = append(at, i), append(treated, true)
		case f == never || c.o.Control == NotYet && f > c.times[t]:
			at, treated = append(at, i), append(treated, false)
			controls++
		}
	}
	if controls == 0 {
		c.warnf("group %v, period %v: no unit to compare with", g, c.times[t])
		return nil
	}
	change, x := make([]float64, len(at)), make([][]float64, len(at))
	for k, i := range at {
		change[k] = c.y[i][t] - c.y[i][base]
		x[k] = append([]float64{1}, c.x[i][min(base, t)]...)
	}
	att, inf, warning := twoByTwo(change, treated, x, c.o.Method)
	if warning != "" {
		c.warnf("group %v, period %v: %s", g, c.times[t], warning)
		return nil
	}
	whole := make([]float64, len(c.first))
	scale := float64(len(c.first)) / float64(len(at))
	for k, i := range at {
		whole[i] = inf[k] * scale
	}
	c.inf = append(c.inf, whole)
	c.out = append(c.out, GroupTime{Group: g, Time: c.times[t], ATT: att, SE: c.se(whole), Controls: controls})
	return nil
}

// se is the standard error from an influence function: the root of Σ(cluster
// sums)²/n². A standard error of 0 is NaN.
func (c *csPanel) se(inf []float64) float64 {
	sums := map[int]float64{}
	for i, v := range inf {
		sums[c.cluster[i]] += v
	}
	total := 0.0
	for _, k := range sortedKeys(sums) {
		total = math.Hypot(total, sums[k])
	}
	if total == 0 {
		return math.NaN()
	}
	return total / float64(len(inf))
}

func (c *csPanel) fit() CSFit {
	f := CSFit{Cells: c.out, PretestP: c.pretest(), Units: len(c.first), Periods: len(c.times)}
	from := func(keep func(GroupTime) bool) EventEffect { return c.shareWeighted(keep) }
	f.Simple = from(func(k GroupTime) bool { return k.Time >= k.Group })
	f.Dynamic, f.DynamicOverall = c.dynamic()
	f.Groups, f.GroupOverall = c.byGroup()
	f.Warnings = c.warn
	return f
}

// shareWeighted averages the kept cells with weights ∝ group size. The weights
// are estimated too: their influence is (1{G=g} − p_g)/Σp − p_g Σ(1{G=g'} − p_g')/(Σp)².
func (c *csPanel) shareWeighted(keep func(GroupTime) bool) EventEffect {
	var cells []int
	for k, cell := range c.out {
		if keep(cell) {
			cells = append(cells, k)
		}
	}
	att, inf := c.weigh(cells)
	return EventEffect{ATT: att, SE: c.se(inf)}
}

func (c *csPanel) weigh(cells []int) (att float64, inf []float64) {
	n := float64(len(c.first))
	p, total := make([]float64, len(cells)), 0.0
	for j, k := range cells {
		p[j] = float64(count(c.first, c.out[k].Group)) / n
		total += p[j]
	}
	inf = make([]float64, len(c.first))
	if len(cells) == 0 {
		return math.NaN(), inf
	}
	for j, k := range cells {
		att += c.out[k].ATT * p[j] / total
	}
	for i, f := range c.first {
		off := 0.0
		for j, k := range cells {
			off += indicator(f == c.out[k].Group) - p[j]
		}
		for j, k := range cells {
			w := p[j] / total
			inf[i] += w*c.inf[k][i] +
				c.out[k].ATT*((indicator(f == c.out[k].Group)-p[j])/total-off*p[j]/(total*total))
		}
	}
	return att, inf
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// dynamic averages by event time, counted in periods of the panel's unit of time.
func (c *csPanel) dynamic() ([]EventEffect, EventEffect) {
	cells := map[float64][]int{}
	for k, cell := range c.out {
		e := cell.Time - cell.Group
		cells[e] = append(cells[e], k)
	}
	var out []EventEffect
	var after [][]float64
	overall := 0.0
	for _, e := range sortedKeys(cells) {
		att, inf := c.weigh(cells[e])
		out = append(out, EventEffect{At: e, ATT: att, SE: c.se(inf)})
		if e >= 0 {
			overall += att
			after = append(after, inf)
		}
	}
	return out, EventEffect{ATT: overall / float64(len(after)), SE: c.se(meanRows(after, len(c.first)))}
}

// byGroup averages each group's periods from the start on, and the groups by size.
func (c *csPanel) byGroup() ([]EventEffect, EventEffect) {
	n := float64(len(c.first))
	var out []EventEffect
	var infs [][]float64
	var p []float64
	total := 0.0
	for _, g := range c.groups {
		att := 0.0
		var rows [][]float64
		for k, cell := range c.out {
			if cell.Group == g && cell.Time >= g {
				att += cell.ATT
				rows = append(rows, c.inf[k])
			}
		}
		if len(rows) == 0 {
			continue
		}
		inf := meanRows(rows, len(c.first))
		out = append(out, EventEffect{At: g, ATT: att / float64(len(rows)), SE: c.se(inf)})
		infs, p = append(infs, inf), append(p, float64(count(c.first, g))/n)
		total += p[len(p)-1]
	}
	return out, c.overGroups(out, infs, p, total)
}

func (c *csPanel) overGroups(groups []EventEffect, infs [][]float64, p []float64, total float64) EventEffect {
	att, inf := 0.0, make([]float64, len(c.first))
	for j, g := range groups {
		att += g.ATT * p[j] / total
	}
	for i, f := range c.first {
		off := 0.0
		for j, g := range groups {
			off += indicator(f == g.At) - p[j]
		}
		for j, g := range groups {
			inf[i] += p[j]/total*infs[j][i] + g.ATT*((indicator(f == g.At)-p[j])/total-off*p[j]/(total*total))
		}
	}
	if len(groups) == 0 {
		att = math.NaN()
	}
	return EventEffect{ATT: att, SE: c.se(inf)}
}

func meanRows(rows [][]float64, n int) []float64 {
	out := make([]float64, n)
	for _, r := range rows {
		for i, v := range r {
			out[i] += v / float64(len(rows))
		}
	}
	return out
}

// pretest is the Wald test that all cells before treatment are 0; NaN where
// there are none or their covariance is singular.
func (c *csPanel) pretest() float64 {
	var pre []int
	for k, cell := range c.out {
		if cell.Time < cell.Group && cell.SE > 0 {
			pre = append(pre, k)
		}
	}
	if len(pre) == 0 {
		return math.NaN()
	}
	v := mat.NewDense(len(pre), len(pre), nil)
	att := mat.NewVecDense(len(pre), nil)
	for a, j := range pre {
		att.SetVec(a, c.out[j].ATT)
		for b, k := range pre {
			v.Set(a, b, c.covariance(j, k))
		}
	}
	var x mat.VecDense
	if err := x.SolveVec(v, att); err != nil {
		c.warnf("no joint test of the periods before: their covariance is singular")
		return math.NaN()
	}
	return UpperChi2(mat.Dot(att, &x), float64(len(pre)))
}

func (c *csPanel) covariance(j, k int) float64 {
	a, b := map[int]float64{}, map[int]float64{}
	for i, cl := range c.cluster {
		a[cl] += c.inf[j][i]
		b[cl] += c.inf[k][i]
	}
	sum := 0.0
	for _, cl := range sortedKeys(a) {
		sum += a[cl] * b[cl]
	}
	n := float64(len(c.first))
	return sum / (n * n)
}
