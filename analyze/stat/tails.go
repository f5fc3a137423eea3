package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Tail probabilities are computed as complements of themselves: the regularised
// incomplete beta and gamma functions give a tail of 1e-40 to full relative
// precision, where 1 − CDF gives 0 (gonum's F.Survival and Normal.Survival do).

// TwoSidedT is P(|T| ≥ |t|) for Student's t on df degrees of freedom,
// I_{df/(df+t²)}(df/2, 1/2) (Abramowitz & Stegun 26.7.1, 26.5.27). df = +Inf is
// the normal distribution. NaN for df ≤ 0 or NaN arguments.
func TwoSidedT(t, df float64) float64 {
	t = math.Abs(t)
	switch {
	case math.IsNaN(t) || math.IsNaN(df) || df <= 0:
		return math.NaN()
	case math.IsInf(t, 0):
		return 0
	case math.IsInf(df, 1):
		return math.Erfc(t / math.Sqrt2)
	}
	// df/(df+t²) written so that t² can't overflow.
	r := t / math.Sqrt(df)
	return mathext.RegIncBeta(df/2, 0.5, 1/(1+r*r))
}

// UpperF is P(F ≥ f) on d1 and d2 degrees of freedom, I_{d2/(d2+d1·f)}(d2/2, d1/2)
// (Abramowitz & Stegun 26.6.2). d2 = +Inf is χ²(d1)/d1. NaN for negative f.
func UpperF(f, d1, d2 float64) float64 {
	switch {
	case math.IsNaN(f) || f < 0 || !(d1 > 0) || !(d2 > 0):
		return math.NaN()
	case math.IsInf(f, 1):
		return 0
	case math.IsInf(d2, 1):
		return UpperChi2(f*d1, d1)
	}
	return mathext.RegIncBeta(d2/2, d1/2, 1/(1+d1/d2*f))
}

// UpperChi2 is P(χ² ≥ x) on df degrees of freedom, the complemented regularised
// gamma function. NaN for negative x or df ≤ 0.
func UpperChi2(x, df float64) float64 {
	switch {
	case math.IsNaN(x) || x < 0 || !(df > 0):
		return math.NaN()
	case math.IsInf(x, 1):
		return 0
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// QuantileT is the t ≥ 0 with P(|T| ≤ t) = level, the multiplier of an interval.
// df = +Inf is the normal distribution. Found by bisection on TwoSidedT.
func QuantileT(level, df float64) float64 {
	if !(level > 0 && level < 1) || math.IsNaN(df) || df <= 0 {
		return math.NaN()
	}
	tail := 1 - level
	if math.IsInf(df, 1) {
		return math.Sqrt2 * math.Erfcinv(tail)
	}
	lo, hi := 0.0, 1.0
	for TwoSidedT(hi, df) > tail {
		lo, hi = hi, hi*2
		if math.IsInf(hi, 1) {
			return hi
		}
	}
	for mid := lo + (hi-lo)/2; lo < mid && mid < hi; mid = lo + (hi-lo)/2 {
		if TwoSidedT(mid, df) > tail {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}
