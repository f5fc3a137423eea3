package stat

import (
	"fmt"
	"math"

	"hardyards/analyze/stat/dd"
)

// ANOVA is a one-way analysis of variance.
type ANOVA struct {
	N                   int
	DFBetween, DFWithin int
	SSBetween, SSWithin float64
	F, P                float64
	R2, Sigma           float64 // SSB/(SSB+SSW); root of the mean square within
	Warnings            []string
}

// OneWay compares the means of groups: F = (SSB/(k−1)) / (SSW/(n−k)),
// SSB = Σ n_g(ȳ_g − ȳ)², SSW = Σ(y − ȳ_g)², in double-double and two passes.
//
// Source: NIST StRD, analysis of variance. Assumes independent errors of equal
// variance. Refuses fewer than two groups, n = number of groups, NaN, infinities.
func OneWay(y dd.Vec, group []int) (ANOVA, error) {
	n := y.Len()
	if n == 0 {
		return ANOVA{}, fmt.Errorf("%w: no values", ErrTooFew)
	}
	if err := checkVec("y", y, n); err != nil {
		return ANOVA{}, err
	}
	if err := checkGroups(group, n); err != nil {
		return ANOVA{}, err
	}
	g := newGrouping(group)
	if g.count < 2 || n <= g.count {
		return ANOVA{}, fmt.Errorf("%w: %d groups in %d rows: at least two groups are needed, and one of them with two rows", ErrTooFew, g.count, n)
	}
	y, scale := unscaled(y)
	mean := y.Sum().Div(dd.Int(n))
	mean = mean.Add(awayFrom(y, mean).Sum().Div(dd.Int(n)))
	// Deviations first: group means of 1e12 + 0.2 would lose what they differ by.
	d := awayFrom(y, mean)
	var between, within dd.Num
	for _, rows := range g.rows {
		part := d.Take(rows)
		m := part.Sum().Div(dd.Int(len(rows)))
		between = between.Add(m.Mul(m).Mul(dd.Int(len(rows))))
		e := awayFrom(part, m)
		within = within.Add(e.Dot(e))
	}
	out := ANOVA{N: n, DFBetween: g.count - 1, DFWithin: n - g.count,
		SSBetween: between.Ldexp(2 * scale).Float(), SSWithin: within.Ldexp(2 * scale).Float()}
	ms := within.Div(dd.Int(out.DFWithin))
	out.Sigma = ms.Sqrt().Ldexp(scale).Float()
	out.R2 = between.Div(between.Add(within)).Float()
	out.F = between.Div(dd.Int(out.DFBetween)).Div(ms).Float()
	out.P = UpperF(out.F, float64(out.DFBetween), float64(out.DFWithin))
	if !(within.Hi > 0) {
		out.F, out.P = math.NaN(), math.NaN()
		out.Warnings = append(out.Warnings, "no value differs from its group's mean: F is undefined")
	}
	return out, nil
}
