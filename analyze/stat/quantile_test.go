package stat

import (
	"math"
	"testing"
)

// TestQuantile: type 7 of Hyndman & Fan (1996), m = 1−p: the quantile of n values
// lies at (n−1)p from the first.
func TestQuantile(t *testing.T) {
	ten := []float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
	for p, want := range map[float64]float64{0: 1, 0.25: 3.25, 0.5: 5.5, 0.9: 9.1, 1: 10} {
		near(t, "quantile", Quantile(ten, p), want, 1e-15)
	}
	for _, bad := range []float64{Quantile(nil, 0.5), Quantile(ten, -1), Quantile(ten, math.NaN()), Quantile([]float64{1, math.NaN()}, 0.5)} {
		if !math.IsNaN(bad) {
			t.Errorf("%v, want NaN", bad)
		}
	}
	if got := Quantile([]float64{math.Inf(-1), math.Inf(-1), 3}, 0.25); !math.IsInf(got, -1) {
		t.Errorf("between equal infinities: %v", got)
	}
}

// TestRobustZ: 1, 2, 3, 4, 100 has median 3 and raw MAD 1.
func TestRobustZ(t *testing.T) {
	r := RobustZ([]float64{1, 2, 3, 4, 100, math.NaN()})
	near(t, "spread", r.Spread, 1.482602218505602, 1e-15)
	near(t, "z", r.Z[4], 97/1.482602218505602, 1e-15)
	if !math.IsNaN(r.Z[5]) || len(r.Warnings) != 1 {
		t.Errorf("missing value: %+v", r)
	}
	for _, x := range [][]float64{nil, {1}, {2, 2, 2, 5}} {
		r := RobustZ(x)
		if len(r.Warnings) == 0 {
			t.Errorf("%v: no warning: %+v", x, r)
		}
		for _, z := range r.Z {
			if !math.IsNaN(z) {
				t.Errorf("%v: z %v", x, z)
			}
		}
	}
	if z, w := RobustZAgainst(3, []float64{1, 1, 1}); !math.IsNaN(z) || w == "" {
		t.Errorf("peers without spread: %v %q", z, w)
	}
}
