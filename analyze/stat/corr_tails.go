package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// twoSidedT is P(|T| ≥ |t|) for Student's t with df degrees of freedom, from
// the incomplete beta function, so that small tails keep their digits.
func twoSidedT(t, df float64) float64 {
	switch {
	case math.IsNaN(t) || !(df > 0):
		return math.NaN()
	case math.IsInf(t, 0):
		return 0
	case math.IsInf(df, 1):
		return twoSidedNormal(t)
	case t*t < 1: // near the centre df/(df+t²) has lost the digits of t
		return 1 - mathext.RegIncBeta(0.5, df/2, t*t/(df+t*t))
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
}

// twoSidedNormal is P(|Z| ≥ |z|) for a standard normal Z.
func twoSidedNormal(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// upperNormal is P(Z > z) for a standard normal Z.
func upperNormal(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// normalQuantile is Φ⁻¹(p).
func normalQuantile(p float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*p) }
