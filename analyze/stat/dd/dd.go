// Package dd is double-double arithmetic: a number held as the unevaluated sum
// of two float64, about 32 significant digits with the exponents of float64.
//
// It exists because published figures are decimals. Rounding them to float64
// already caps what an exact solver can reach (8.3 digits of the standard
// deviation of NIST's NumAcc4), so data are read into double-double and sums,
// polynomials and factorisations are done there. It offers no transcendental
// functions, no extra exponent range, and no correct rounding: errors are a few
// units of 2^-104.
//
// Source: T. J. Dekker, "A floating-point technique for extending the available
// precision", Numer. Math. 18 (1971); D. E. Knuth, TAOCP 2, 4.2.2 (two-sum);
// Y. Hida, X. S. Li, D. H. Bailey, "Algorithms for quad-double precision
// floating point arithmetic", ARITH-15 (2001), the accurate variants.
package dd

import "math"

// Num is the number Hi + Lo, with |Lo| at most half a unit in the last place of Hi.
// The zero value is 0. A NaN or infinite Hi makes every result NaN or infinite.
type Num struct{ Hi, Lo float64 }

// Of is x exactly.
func Of(x float64) Num { return Num{Hi: x} }

// Int is n exactly, also beyond 2^53.
func Int(n int) Num {
	hi := float64(n)
	return Num{hi, float64(n - int(hi))}
}

// Float is the nearest float64.
func (a Num) Float() float64 { return a.Hi + a.Lo }

// TwoSum is a+b without error: the rounded sum and what rounding lost.
func TwoSum(a, b float64) Num {
	s := a + b
	v := s - a
	return Num{s, (a - (s - v)) + (b - v)}
}

// quickTwoSum is TwoSum for |a| ≥ |b| (or a = 0).
func quickTwoSum(a, b float64) Num {
	s := a + b
	return Num{s, b - (s - a)}
}

// TwoProd is a·b without error, short of underflow.
func TwoProd(a, b float64) Num {
	p := a * b
	return Num{p, math.FMA(a, b, -p)}
}

// Add is a + b, accurate also when the high parts cancel.
func (a Num) Add(b Num) Num {
	s := TwoSum(a.Hi, b.Hi)
	t := TwoSum(a.Lo, b.Lo)
	s = quickTwoSum(s.Hi, s.Lo+t.Hi)
	return settled(quickTwoSum(s.Hi, s.Lo+t.Lo))
}

// Sub is a − b.
func (a Num) Sub(b Num) Num { return a.Add(b.Neg()) }

// Neg is −a.
func (a Num) Neg() Num { return Num{-a.Hi, -a.Lo} }

// Mul is a · b.
func (a Num) Mul(b Num) Num {
	p := TwoProd(a.Hi, b.Hi)
	return settled(quickTwoSum(p.Hi, p.Lo+(a.Hi*b.Lo+a.Lo*b.Hi)))
}

// Scale is a · f.
func (a Num) Scale(f float64) Num {
	p := TwoProd(a.Hi, f)
	return settled(quickTwoSum(p.Hi, math.FMA(a.Lo, f, p.Lo)))
}

// Div is a / b; a/0 follows float64.
func (a Num) Div(b Num) Num {
	q1 := a.Hi / b.Hi
	if q1 == 0 && a.Hi == 0 || math.IsInf(q1, 0) || math.IsNaN(q1) {
		return Num{Hi: q1}
	}
	r := a.Sub(b.Scale(q1))
	q2 := r.Hi / b.Hi
	r = r.Sub(b.Scale(q2))
	q3 := r.Hi / b.Hi
	q := quickTwoSum(q1, q2)
	return settled(q.Add(Of(q3)))
}

// Sqrt is the square root; NaN for a negative number.
func (a Num) Sqrt() Num {
	x := math.Sqrt(a.Hi)
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return Num{Hi: x}
	}
	// One Newton step from float64's root doubles its 53 bits (Karp & Markstein 1997).
	r := a.Sub(TwoProd(x, x))
	return settled(TwoSum(x, r.Hi/(2*x)))
}

// Abs is |a|.
func (a Num) Abs() Num {
	if a.Hi < 0 || a.Hi == 0 && a.Lo < 0 {
		return a.Neg()
	}
	return a
}

// Cmp is −1, 0 or 1 as a is less than, equal to or greater than b.
// NaN compares equal to everything: test for it first.
func (a Num) Cmp(b Num) int {
	switch {
	case a.Hi < b.Hi || a.Hi == b.Hi && a.Lo < b.Lo:
		return -1
	case a.Hi > b.Hi || a.Hi == b.Hi && a.Lo > b.Lo:
		return 1
	}
	return 0
}

// IsZero says whether a is exactly 0.
func (a Num) IsZero() bool { return a.Hi == 0 && a.Lo == 0 }

// Pow is a to the power n ≥ 0, by repeated squaring.
func (a Num) Pow(n int) Num {
	out := Of(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = out.Mul(a)
		}
		a = a.Mul(a)
	}
	return out
}

// Ldexp is a · 2^e, exact short of over- and underflow.
func (a Num) Ldexp(e int) Num { return Num{math.Ldexp(a.Hi, e), math.Ldexp(a.Lo, e)} }

// settled keeps an infinite or NaN high part from leaving NaN in the low part
// of an infinity, which Float would turn into NaN.
func settled(a Num) Num {
	if a.Lo != a.Lo {
		return Num{Hi: a.Hi}
	}
	return a
}
