package stat

import (
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat/dd"
)

// Description sums up one column. What needs more values than there are is NaN,
// with a warning.
type Description struct {
	N               int
	Mean            float64
	SD              float64 // root of Σ(y−ȳ)²/(n−1)
	Median          float64 // mean of the two middle values when n is even
	MAD             float64 // median of |y − median|, not scaled to the normal's σ
	Autocorrelation float64 // lag 1, in the order given: Σ(yᵢ−ȳ)(yᵢ₋₁−ȳ) / Σ(yᵢ−ȳ)²
	Min, Max        float64
	Warnings        []string
}

// Describe computes a Description in double-double, in two passes, so that a mean
// of 10 million with a spread of 0.1 keeps every digit (NIST's NumAcc4).
//
// Source of the definitions: NIST StRD, univariate summary statistics. Refuses an
// empty column, NaN and infinities.
func Describe(y dd.Vec) (Description, error) {
	n := y.Len()
	if n == 0 {
		return Description{}, fmt.Errorf("%w: no values", ErrTooFew)
	}
	if err := checkVec("y", y, n); err != nil {
		return Description{}, err
	}
	y, scale := unscaled(y)
	mean := y.Sum().Div(dd.Int(n))
	mean = mean.Add(awayFrom(y, mean).Sum().Div(dd.Int(n)))
	d := awayFrom(y, mean)
	squares := d.Dot(d)
	out := Description{N: n, Mean: mean.Ldexp(scale).Float(), SD: math.NaN(), Autocorrelation: math.NaN()}
	sorted := y.Take(order(y))
	median := middle(sorted)
	away := awayFrom(y, median)
	for i := range away.Hi {
		away.Set(i, away.At(i).Abs())
	}
	out.Median = median.Ldexp(scale).Float()
	out.MAD = middle(away.Take(order(away))).Ldexp(scale).Float()
	out.Min, out.Max = sorted.At(0).Ldexp(scale).Float(), sorted.At(n-1).Ldexp(scale).Float()
	if n < 2 {
		out.Warnings = append(out.Warnings, "one value has no standard deviation")
		return out, nil
	}
	out.SD = squares.Div(dd.Int(n - 1)).Sqrt().Ldexp(scale).Float()
	if !(squares.Hi > 0) {
		out.Warnings = append(out.Warnings, "all values are equal: the autocorrelation is undefined")
		return out, nil
	}
	lagged := rowsOf(d, 1, n).Dot(rowsOf(d, 0, n-1))
	out.Autocorrelation = lagged.Div(squares).Float()
	return out, nil
}

func awayFrom(v dd.Vec, from dd.Num) dd.Vec {
	out := dd.NewVec(v.Len())
	for i := range v.Hi {
		out.Set(i, v.At(i).Sub(from))
	}
	return out
}

// order are the places of the values from least to greatest.
func order(v dd.Vec) []int {
	at := make([]int, v.Len())
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int { return v.At(i).Cmp(v.At(j)) })
	return at
}

// middle is the median of sorted values.
func middle(sorted dd.Vec) dd.Num {
	n := sorted.Len()
	a, b := sorted.At((n-1)/2), sorted.At(n/2)
	return a.Add(b).Scale(0.5)
}
