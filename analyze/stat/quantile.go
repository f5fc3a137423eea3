package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// madNormal makes the median absolute deviation estimate the standard
// deviation of a normal sample: 1/Φ⁻¹(3/4).
const madNormal = 1.482602218505602

// ErrEmpty says that there is no value to work on.
var ErrEmpty = errors.New("no values")

// ErrNotFinite says that a value is NaN or infinite.
var ErrNotFinite = errors.New("not a finite number")

// Quantile is the p-quantile of x, 0 ≤ p ≤ 1, by type 7 of Hyndman & Fan
// (1996), R's default: linear between the order statistics at (n−1)p. x need
// not be sorted and is not changed. NaN when x is empty, p is outside [0, 1]
// or any value is NaN.
func Quantile(x []float64, p float64) float64 {
	if len(x) == 0 || !(p >= 0 && p <= 1) || slices.ContainsFunc(x, math.IsNaN) {
		return math.NaN()
	}
	s := slices.Clone(x)
	slices.Sort(s)
	return sortedQuantile(s, p)
}

// sortedQuantile is Quantile on sorted values without NaN.
func sortedQuantile(s []float64, p float64) float64 {
	h := float64(len(s)-1) * p
	lo := int(math.Floor(h))
	if lo+1 >= len(s) || s[lo] == s[lo+1] || h == float64(lo) {
		return s[lo]
	}
	f := h - float64(lo)
	return s[lo]*(1-f) + s[lo+1]*f
}

// Median is the middle value, or the mean of the two middle ones. NaN when x
// is empty or holds a NaN.
func Median(x []float64) float64 { return Quantile(x, 0.5) }

// MAD is the median absolute deviation from the median, times 1.4826 so that
// it estimates the standard deviation of a normal sample (R's mad). It is 0
// when more than half of the values are equal.
func MAD(x []float64) float64 { return madNormal * RawMAD(x) }

// RawMAD is the median absolute deviation from the median, unscaled.
func RawMAD(x []float64) float64 {
	m := Median(x)
	d := make([]float64, len(x))
	for i, v := range x {
		d[i] = math.Abs(v - m)
	}
	return Median(d)
}

// RobustScores are the robust z of every value: (x − median) / MAD.
type RobustScores struct {
	Centre   float64   // median
	Spread   float64   // MAD × 1.4826
	Z        []float64 // NaN where undefined
	Warnings []string
}

// RobustZ scores every value against the median and MAD of all of them. NaN
// values keep a NaN score and count for nothing. Where the MAD is 0 (more than
// half of the values equal) no score is defined: all are NaN, with a warning.
func RobustZ(x []float64) RobustScores {
	known := finiteOnly(x)
	r := RobustScores{Centre: Median(known), Spread: MAD(known), Z: make([]float64, len(x))}
	if n := len(x) - len(known); n > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d values are missing or not finite and are left out", n, len(x)))
	}
	switch {
	case len(known) == 0:
		r.Warnings = append(r.Warnings, "no finite value: no robust z")
	case len(known) < 5:
		r.Warnings = append(r.Warnings, fmt.Sprintf("only %d values: median and MAD say little", len(known)))
	}
	if r.Spread == 0 {
		r.Warnings = append(r.Warnings, "median absolute deviation is 0 (more than half of the values are equal): no robust z")
	}
	for i, v := range x {
		r.Z[i] = math.NaN()
		if r.Spread > 0 && !math.IsInf(r.Spread, 0) && isFinite(v) {
			r.Z[i] = (v - r.Centre) / r.Spread
		}
	}
	return r
}

// RobustZAgainst scores one value against others that don't include it, as a
// force against its peers. NaN, with the reason, where the peers have no
// spread or are fewer than 3.
func RobustZAgainst(value float64, peers []float64) (z float64, warning string) {
	known := finiteOnly(peers)
	switch spread := MAD(known); {
	case !isFinite(value):
		return math.NaN(), "the value itself is missing"
	case len(known) < 3:
		return math.NaN(), fmt.Sprintf("only %d peers with a value: no robust z", len(known))
	case spread == 0:
		return math.NaN(), "the peers' median absolute deviation is 0: no robust z"
	default:
		return (value - Median(known)) / spread, ""
	}
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func finiteOnly(x []float64) []float64 {
	out := make([]float64, 0, len(x))
	for _, v := range x {
		if isFinite(v) {
			out = append(out, v)
		}
	}
	return out
}
