package report

import "math"

// scale places values between lo and hi on 0 to 100 per cent of a plot's width.
type scale struct {
	lo, hi float64
	ticks  []float64
	step   float64
}

// scaleFor covers the values with round ticks, at most about want of them; with from
// zero it starts there, as bars must.
func scaleFor(values []float64, want int, fromZero bool) scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if fromZero {
		lo, hi = min(lo, 0), max(hi, 0)
	}
	if math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		lo, hi = 0, 1
	}
	if lo == hi {
		hi = lo + 1
	}
	return rounded(lo, hi, want)
}

// rounded widens lo to hi to multiples of 1, 2 or 5 times a power of ten.
func rounded(lo, hi float64, want int) scale {
	rough := (hi - lo) / float64(want)
	unit := math.Pow(10, math.Floor(math.Log10(rough)))
	step := unit
	for _, m := range []float64{1, 2, 5, 10} {
		step = m * unit
		if step >= rough {
			break
		}
	}
	first, last := math.Floor(lo/step+1e-9), math.Ceil(hi/step-1e-9)
	s := scale{lo: first * step, hi: last * step, step: step}
	for k := first; k <= last; k++ {
		s.ticks = append(s.ticks, k*step)
	}
	return s
}

// symmetric is a scale with nought in its middle.
func symmetric(values []float64, want int) scale {
	most := 0.0
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			most = max(most, math.Abs(v))
		}
	}
	if most == 0 {
		most = 1
	}
	return rounded(-most, most, want)
}

// at gives the place of v in per cent, held within the plot.
func (s scale) at(v float64) float64 {
	return min(100, max(0, 100*(v-s.lo)/(s.hi-s.lo)))
}

// beyond reports whether v lies outside the scale and is drawn at its edge.
func (s scale) beyond(v float64) bool { return v < s.lo || v > s.hi }

// places gives the decimals that tell two ticks apart.
func (s scale) places() int {
	if s.step >= 1 {
		return 0
	}
	return int(math.Ceil(-math.Log10(s.step) - 1e-9))
}
