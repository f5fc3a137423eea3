package stat

import (
	"math"
	"slices"
)

// Detectable is the smallest effect that a design would have shown.
type Detectable struct {
	Power float64 // share of the placebo units that would have shown it
	// Up and Down are the smallest positive and negative effects (Down is
	// negative) shown by at least that share; Size is the larger of the two in
	// size: an effect of either sign beyond it would have been shown. NaN when
	// there are too few donors.
	Up, Down, Size float64
	// Percent is Size in per cent of the treated units' mean before; NaN unless
	// that is positive.
	Percent  float64
	Placebos int
	Warnings []string
}

// SmallestDetectable plants an effect on the periods after of every placebo set
// in turn and asks for the smallest that at least the given share (0.8 when 0)
// would have shown: the placebo test of that set against the others, at the
// test's own level, rejects, and the estimate has the planted sign.
//
// The estimates are linear in the outcomes after treatment, so a planted effect
// δ moves a set's estimate by δ, and set s shows δ > 0 from c_s − estimate_s on,
// c_s being the critical size among the sets that share no unit with s. The
// answer is an order statistic of these; a bisection over δ finds the same
// number (tested). Estimates of the placebos are those of the test, computed
// once with all other donors.
//
// It is the power of this design with these data's noise, not of the estimate
// found: read it beside a null, next to the size that is claimed.
func SmallestDetectable(t PlaceboTest, power float64) Detectable {
	if power == 0 {
		power = 0.8
	}
	nan := math.NaN()
	d := Detectable{Power: power, Up: nan, Down: nan, Size: nan, Percent: nan, Placebos: len(t.Placebos)}
	if !(power > 0 && power <= 1) {
		d.Warnings = append(d.Warnings, "power is a share between 0 and 1")
		return d
	}
	if math.IsNaN(t.P) {
		d.Warnings = append(d.Warnings, "too few donors: no effect of any size could be shown by a placebo test")
		return d
	}
	up, down := t.thresholds()
	if len(up) == 0 {
		d.Warnings = append(d.Warnings, "with one donor set aside too few are left for a test: no detectable size")
		return d
	}
	slices.Sort(up)
	slices.Sort(down)
	at := max(int(math.Ceil(power*float64(len(up))-1e-9)), 1) - 1
	d.Up, d.Down = math.Max(0, up[at]), -math.Max(0, down[at])
	d.Size = math.Max(d.Up, -d.Down)
	if t.Fit.PreLevel > 0 {
		d.Percent = 100 * d.Size / t.Fit.PreLevel
	}
	return d
}

// thresholds are, by placebo set, the sizes of planted effects, up and down,
// from which on the set shows them.
func (t PlaceboTest) thresholds() (up, down []float64) {
	for i, s := range t.Placebos {
		var others []float64
		for j, o := range t.Placebos {
			if i != j && !shareUnit(s.Units, o.Units) {
				others = append(others, t.Stretch*math.Abs(o.Effect))
			}
		}
		if c, ok := criticalSize(others, t.Level); ok {
			up, down = append(up, c-s.Effect), append(down, c+s.Effect)
		}
	}
	return up, down
}

func shareUnit(a, b []int) bool {
	for _, i := range a {
		if slices.Contains(b, i) {
			return true
		}
	}
	return false
}
