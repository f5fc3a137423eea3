package fit

import (
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat"
)

// did estimates a staggered design. Periods are numbers, or else ordered as
// text; --vcov and --cluster are as for ols, CR1 by unit when not given. For cs
// --method chooses dr (default) or reg.
func did(f *Frame, r Request) (Result, error) {
	s, dropped, err := staggered(f, r)
	if err != nil {
		return Result{}, err
	}
	out := Result{N: len(s.Y) - dropped}
	switch r.Estimator {
	case "cs":
		err = callaway(s, r, &out)
	case "sunab":
		err = sunab(s, r, &out)
	case "twfe":
		err = twfe(s, r, &out)
	case "bacon":
		err = baconPairs(s, r, &out)
	default:
		return Result{}, usagef("--estimator %q: want cs, sunab, twfe or bacon", r.Estimator)
	}
	return out, err
}

// staggered reads the panel. Rows without a value in a needed column stay in,
// as NaN, and are counted; the estimator leaves them out.
func staggered(f *Frame, r Request) (s stat.Staggered, missing int, err error) {
	if slices.Contains([]string{r.Outcome, r.Unit, r.Time, r.FirstTreated}, "") {
		return s, 0, usagef("did needs --outcome, --unit, --time and --first-treated")
	}
	if len(r.Cluster) > 1 {
		return s, 0, usagef("did takes one --cluster")
	}
	y, err := f.Number(r.Outcome)
	if err != nil {
		return s, 0, err
	}
	unit, err := f.Column(r.Unit)
	if err != nil {
		return s, 0, err
	}
	if s.Time, s.First, err = periods(f, r); err != nil {
		return s, 0, err
	}
	s.Y, s.Unit = slices.Clone(y.Hi), unit.Text
	for _, name := range r.Covariates {
		x, err := f.Number(name)
		if err != nil {
			return s, 0, err
		}
		s.Covariates = append(s.Covariates, x.Hi)
	}
	if len(r.Cluster) == 1 {
		c, err := f.Column(r.Cluster[0])
		if err != nil {
			return s, 0, err
		}
		s.Cluster = c.Text
	}
	for i := range s.Y {
		if unit.Missing[i] {
			s.Y[i] = math.NaN()
		}
		if whole := finite(s.Y[i]); !whole || slices.ContainsFunc(s.Covariates, func(x []float64) bool { return !finite(x[i]) }) {
			missing++
		}
	}
	return s, missing, nil
}

// periods are the time of every row and the unit's first treated period, as
// numbers; periods that are no numbers get their place in the order of text.
func periods(f *Frame, r Request) (time, first []float64, err error) {
	t, err := f.Column(r.Time)
	if err != nil {
		return nil, nil, err
	}
	if i := slices.Index(t.Missing, true); i >= 0 {
		return nil, nil, usagef("%s: column %s has no period", f.place(i), r.Time)
	}
	if f.IsNumeric(r.Time) {
		g, err := f.Number(r.FirstTreated)
		if err != nil {
			return nil, nil, err
		}
		return t.Hi, g.Hi, nil
	}
	g, err := f.Column(r.FirstTreated)
	if err != nil {
		return nil, nil, err
	}
	levels := slices.Compact(slices.Sorted(slices.Values(t.Text)))
	time, first = make([]float64, f.Rows()), make([]float64, f.Rows())
	for i := range time {
		at, _ := slices.BinarySearch(levels, t.Text[i])
		time[i] = float64(at + 1)
		if g.Missing[i] || g.Text[i] == "0" || g.Text[i] > levels[len(levels)-1] {
			first[i] = math.NaN()
			continue
		}
		at, _ = slices.BinarySearch(levels, g.Text[i])
		first[i] = float64(at + 1)
	}
	return time, first, nil
}

// put adds the keys that every estimator has, empty where it has nothing.
func (r *Result) putDiD(cells []stat.GroupTime, simple, se float64, dynamic []Object, pairs []stat.BaconPair) {
	list := make([]Object, len(cells))
	for i, c := range cells {
		list[i] = Object{{"group", c.Group}, {"time", c.Time}, {"att", c.ATT}, {"se", c.SE}}
	}
	decomposition := make([]Object, len(pairs))
	for i, p := range pairs {
		decomposition[i] = Object{{"treated", p.Treated}, {"untreated", p.Untreated},
			{"estimate", p.Estimate}, {"weight", p.Weight}, {"type", string(p.Kind)}}
	}
	if dynamic == nil {
		dynamic = []Object{}
	}
	r.Put("cells", list)
	r.Put("simple", simple)
	r.Put("simple_se", se)
	r.Put("dynamic", dynamic)
	r.Put("decomposition", decomposition)
}

// tested is a term with its interval.
func tested(name string, c stat.CoefTest, level float64) Term {
	half := stat.QuantileT(level, c.DF) * c.SE
	return Term{Name: name, Estimate: c.Estimate, SE: c.SE, DF: c.DF, Statistic: c.Statistic, P: c.P,
		Lo: c.Estimate - half, Hi: c.Estimate + half}
}

// asymptotic is a term whose reference distribution is the normal one.
func asymptotic(name string, e stat.EventEffect, level float64) Term {
	c := stat.CoefTest{Estimate: e.ATT, SE: e.SE, DF: math.Inf(1), Statistic: e.ATT / e.SE}
	c.P = stat.TwoSidedT(c.Statistic, c.DF)
	return tested(name, c, level)
}

func callaway(s stat.Staggered, r Request, out *Result) error {
	if r.VCov != "" {
		return usagef("--vcov does not apply to cs: its errors are from influence functions, clustered by unit or --cluster")
	}
	c, err := stat.CallawaySantAnna(s, stat.CSOptions{Control: stat.ControlGroup(r.Control), Method: stat.DiDMethod(r.Method)})
	if err != nil {
		return err
	}
	level := r.ConfidenceLevel()
	out.Terms = []Term{asymptotic("simple", c.Simple, level), asymptotic("dynamic_overall", c.DynamicOverall, level),
		asymptotic("group_overall", c.GroupOverall, level)}
	out.N, out.Warnings = c.Units*c.Periods, c.Warnings // a balanced panel of the units kept
	dynamic := make([]Object, len(c.Dynamic))
	for i, e := range c.Dynamic {
		dynamic[i] = Object{{"event", e.At}, {"att", e.ATT}, {"se", e.SE}}
	}
	out.putDiD(c.Cells, c.Simple.ATT, c.Simple.SE, dynamic, nil)
	groups := make([]Object, len(c.Groups))
	for i, g := range c.Groups {
		groups[i] = Object{{"group", g.At}, {"att", g.ATT}, {"se", g.SE}}
	}
	out.Put("groups", groups)
	out.Put("pretest_p", c.PretestP)
	return nil
}

func sunab(s stat.Staggered, r Request, out *Result) error {
	f, err := stat.SunAbraham(s, stat.Kind(r.VCov))
	if err != nil {
		return err
	}
	level := r.ConfidenceLevel()
	out.N, out.Warnings = f.N, f.Warnings
	out.Terms = []Term{tested("att", f.ATT, level)}
	for k, c := range f.Covariates {
		out.Terms = append(out.Terms, tested(r.Covariates[k], c, level))
	}
	dynamic := make([]Object, len(f.Events))
	for i, e := range f.Events {
		out.Terms = append(out.Terms, tested(fmt.Sprintf("%s::%v", r.Time, e.Event), e.CoefTest, level))
		dynamic[i] = Object{{"event", e.Event}, {"att", e.Estimate}, {"se", e.SE}, {"p", e.P}}
	}
	out.putDiD(f.Cells, f.ATT.Estimate, f.ATT.SE, dynamic, nil)
	out.Put("vcov", string(f.Covariance))
	out.Put("clusters", f.Clusters)
	return nil
}

func twfe(s stat.Staggered, r Request, out *Result) error {
	f, err := stat.TWFE(s, stat.Kind(r.VCov))
	if err != nil {
		return err
	}
	level := r.ConfidenceLevel()
	out.N, out.Warnings = f.N, f.Warnings
	out.Terms = []Term{tested("treated", f.Term, level)}
	for k, c := range f.Covariates {
		out.Terms = append(out.Terms, tested(r.Covariates[k], c, level))
	}
	out.putDiD(nil, f.Term.Estimate, f.Term.SE, nil, nil)
	out.Put("vcov", string(f.Covariance))
	out.Put("clusters", f.Clusters)
	return nil
}

func baconPairs(s stat.Staggered, r Request, out *Result) error {
	b, err := stat.Bacon(s)
	if err != nil {
		return err
	}
	out.Warnings = b.Warnings
	out.Terms = []Term{{Name: "treated", Estimate: b.TWFE, SE: math.NaN(), DF: math.NaN(), Statistic: math.NaN(),
		P: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}}
	out.putDiD(nil, b.TWFE, math.NaN(), nil, b.Pairs)
	return nil
}
