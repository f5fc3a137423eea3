package stat

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestFunnelLimits: at the interpolated limit r − a with r the least count of
// cumulative probability above p (Spiegelhalter 2005, appendix A.1), by summing
// the probabilities one by one.
func TestFunnelLimits(t *testing.T) {
	count, n := []float64{8, 30, 12, 41, 20}, []float64{100, 250, 130, 400, 160}
	for _, kind := range []FunnelKind{FunnelPoisson, FunnelBinomial} {
		f, err := Funnel(count, n, kind)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "centre", f.Centre, 111.0/1040, 1e-15)
		for i, u := range f.Units {
			prob := func(r float64) float64 { return distuv.Poisson{Lambda: n[i] * f.Centre}.Prob(r) }
			if kind == FunnelBinomial {
				prob = distuv.Binomial{N: n[i], P: f.Centre}.Prob
			}
			for p, got := range map[float64]float64{0.025: u.Lo95, 0.975: u.Hi95, 0.001: u.Lo998, 0.999: u.Hi998} {
				cum, r := prob(0), 0.0
				for cum <= p {
					r++
					cum += prob(r)
				}
				want := math.Max(0, r-(cum-p)/prob(r)) / n[i]
				near(t, string(kind), got, want, 1e-9)
			}
		}
	}
}

// TestFunnelPhi: phi is the mean of z² with the ends pulled in to the 10 % and
// 90 % quantiles; ten units, one of them far out, must not make it explode.
func TestFunnelPhi(t *testing.T) {
	count, n := make([]float64, 10), make([]float64, 10)
	for i := range count {
		count[i], n[i] = float64(95+i), 1000
	}
	count[9] = 200
	f, err := Funnel(count, n, FunnelPoisson)
	if err != nil {
		t.Fatal(err)
	}
	z := make([]float64, 10)
	centre := 0.0
	for _, k := range count {
		centre += k / 10000
	}
	for i, k := range count {
		z[i] = (k/1000 - centre) / math.Sqrt(centre/1000)
		near(t, "z", f.Units[i].Z, z[i], 1e-12)
	}
	lo, hi := Quantile(z, 0.1), Quantile(z, 0.9)
	want := 0.0
	for _, v := range z {
		v = math.Min(math.Max(v, lo), hi)
		want += v * v / 10
	}
	near(t, "phi", f.Phi, want, 1e-12)
}

// TestFunnelEqual: with equal rates phi is far below 1 and not applied.
func TestFunnelEdges(t *testing.T) {
	f, err := Funnel([]float64{1, 2, 3}, []float64{10, 20, 30}, FunnelPoisson)
	if err != nil || f.Applied || f.Phi > 1e-20 {
		t.Errorf("equal rates: %+v, %v", f, err)
	}
	for _, c := range []struct {
		k, n []float64
		kind FunnelKind
	}{
		{[]float64{1.5}, []float64{10}, FunnelPoisson},
		{[]float64{-1}, []float64{10}, FunnelPoisson},
		{[]float64{1}, []float64{-10}, FunnelPoisson},
		{[]float64{11}, []float64{10}, FunnelBinomial},
		{[]float64{1, 2}, []float64{10}, FunnelPoisson},
		{[]float64{1}, []float64{10}, "normal"},
	} {
		if _, err := Funnel(c.k, c.n, c.kind); err == nil {
			t.Errorf("%v of %v, %s: accepted", c.k, c.n, c.kind)
		}
	}
	for _, c := range [][2][]float64{{{0, 0}, {10, 20}}, {{1}, {0}}, {{math.NaN()}, {3}}, {nil, nil}} {
		f, err := Funnel(c[0], c[1], FunnelBinomial)
		if err != nil || len(f.Warnings) == 0 {
			t.Errorf("%v: %+v, %v", c, f, err)
		}
		for _, u := range f.Units {
			if !math.IsNaN(u.Lo95) || !math.IsNaN(u.Z) {
				t.Errorf("%v: a silent number: %+v", c, u)
			}
		}
	}
	big, err := Funnel([]float64{1e15, 1e15 + 5e8}, []float64{1e9, 1e9}, FunnelPoisson)
	if err != nil || !(big.Units[0].Lo95 < big.Centre && big.Centre < big.Units[0].Hi95) {
		t.Errorf("huge counts: %+v, %v", big, err)
	}
}
