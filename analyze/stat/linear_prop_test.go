package stat_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hardyards/analyze/stat"
	"hardyards/analyze/stat/dd"
)

// closeTo allows a relative difference, or an absolute one of the same share of scale.
func closeTo(got, want, tol, scale float64) bool {
	return math.Abs(got-want) <= tol*max(math.Abs(want), scale) || math.IsNaN(got) && math.IsNaN(want)
}

// anyModel draws a small regression with a constant, weights and one or two
// effects, sometimes none.
func anyModel(t *rapid.T) (stat.Linear, [][]int) {
	n, p := rapid.IntRange(12, 40).Draw(t, "n"), rapid.IntRange(1, 3).Draw(t, "p")
	number := rapid.Float64Range(-100, 100)
	column := func(name string) dd.Vec {
		return dd.Vec{Hi: rapid.SliceOfN(number, n, n).Draw(t, name)}
	}
	one := make([]float64, n)
	for i := range one {
		one[i] = 1
	}
	m := stat.Linear{Y: column("y"), X: []dd.Vec{{Hi: one}}, Constant: true}
	for range p {
		m.X = append(m.X, column("x"))
	}
	if rapid.Bool().Draw(t, "weighted") {
		m.Weights = dd.Vec{Hi: rapid.SliceOfN(rapid.Float64Range(0.1, 10), n, n).Draw(t, "w")}
	}
	g := rapid.SliceOfN(rapid.IntRange(0, 3), n, n).Draw(t, "g")
	h := rapid.SliceOfN(rapid.IntRange(0, 2), n, n).Draw(t, "h")
	switch rapid.IntRange(0, 2).Draw(t, "effects") {
	case 1:
		m.Absorb, m.X = [][]int{g}, m.X[1:]
	case 2:
		m.Absorb, m.X = [][]int{g, h}, m.X[1:]
	}
	return m, [][]int{rapid.SliceOfN(rapid.IntRange(0, 4), n, n).Draw(t, "cluster")}
}

// permuted is the model with its rows in another order.
func permuted(m stat.Linear, clusters [][]int, order []int) (stat.Linear, [][]int) {
	out := m
	out.Y = m.Y.Take(order)
	out.X = nil
	for _, x := range m.X {
		out.X = append(out.X, x.Take(order))
	}
	if m.Weights.Hi != nil {
		out.Weights = m.Weights.Take(order)
	}
	take := func(all [][]int) [][]int {
		var moved [][]int
		for _, g := range all {
			h := make([]int, len(order))
			for k, i := range order {
				h[k] = g[i]
			}
			moved = append(moved, h)
		}
		return moved
	}
	out.Absorb = take(m.Absorb)
	return out, take(clusters)
}

// scaled multiplies y by a and every column by b.
func scaled(m stat.Linear, a, b float64) stat.Linear {
	times := func(v dd.Vec, f float64) dd.Vec {
		out := dd.NewVec(v.Len())
		for i := range v.Hi {
			out.Set(i, v.At(i).Scale(f))
		}
		return out
	}
	out := m
	out.Y, out.X = times(m.Y, a), nil
	for _, x := range m.X {
		out.X = append(out.X, times(x, b))
	}
	return out
}

func estimate(t interface{ Fatal(...any) }, m stat.Linear, clusters [][]int, k stat.Kind) (*stat.LinearFit, stat.Covariance, bool) {
	f, err := m.Fit()
	if errors.Is(err, stat.ErrNoColumns) || errors.Is(err, stat.ErrTooFew) {
		return nil, stat.Covariance{}, false
	}
	if err != nil {
		t.Fatal(err)
	}
	ask := stat.VCov{Kind: k}
	if strings.HasPrefix(string(k), "CR") {
		ask.Clusters = clusters
	}
	c, err := f.Covariance(ask)
	if errors.Is(err, stat.ErrClusters) {
		return nil, c, false
	}
	if err != nil {
		t.Fatal(err)
	}
	return f, c, true
}

// TestOrderAndUnits: coefficients and standard errors follow the units and don't
// see the order of rows.
func TestOrderAndUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, clusters := anyModel(t)
		k := rapid.SampledFrom(stat.Kinds()).Draw(t, "kind")
		f, c, ok := estimate(t, m, clusters, k)
		if !ok || len(f.Aliased) > 0 || f.DF < 2 || f.Condition > 1e6 || f.Sigma < 1e-6 {
			return
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0))
		m2, clusters2 := permuted(m, clusters, rng.Perm(m.Y.Len()))
		f2, c2, _ := estimate(t, m2, clusters2, k)
		a, b := math.Ldexp(1.7, rapid.IntRange(-600, 300).Draw(t, "a")), math.Ldexp(1.3, rapid.IntRange(-300, 300).Draw(t, "b"))
		f3, c3, _ := estimate(t, scaled(m, a, b), clusters, k)
		for j := range f.Coef {
			scale := c.SE[j]
			if math.IsNaN(scale) || scale == 0 {
				scale = math.Abs(f.Coef[j])
			}
			if !closeTo(f2.Coef[j], f.Coef[j], 1e-9, scale) || !closeTo(f3.Coef[j]/a*b, f.Coef[j], 1e-9, scale) {
				t.Fatalf("coefficient %d: %v, other order %v, other units %v", j, f.Coef[j], f2.Coef[j], f3.Coef[j]/a*b)
			}
			if !closeTo(c2.SE[j], c.SE[j], 1e-6, scale) || !closeTo(c3.SE[j]/a*b, c.SE[j], 1e-6, scale) {
				t.Fatalf("%s se %d: %v, other order %v, other units %v", k, j, c.SE[j], c2.SE[j], c3.SE[j]/a*b)
			}
		}
	})
}

// TestAbsorbedEqualsDummies: absorbing effects gives what their dummies give.
func TestAbsorbedEqualsDummies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, clusters := anyModel(t)
		if len(m.Absorb) == 0 {
			return
		}
		k := rapid.SampledFrom([]stat.Kind{stat.IID, stat.HC0, stat.HC1, stat.HC3, stat.CR0, stat.CR2}).Draw(t, "kind")
		f, c, ok := estimate(t, m, clusters, k)
		if !ok || f.Singletons > 0 || len(f.Aliased) > 0 || f.DF < 2 || f.Condition > 1e6 {
			return
		}
		long := m
		long.Absorb, long.Constant = nil, true
		for _, groups := range m.Absorb {
			for level := range 4 {
				d := make([]float64, len(groups))
				for i, g := range groups {
					if g == level {
						d[i] = 1
					}
				}
				long.X = append(long.X, dd.Vec{Hi: d})
			}
		}
		f2, c2, _ := estimate(t, long, clusters, k)
		if f2.DF != f.DF {
			t.Fatalf("df %d, with dummies %d", f.DF, f2.DF)
		}
		for j := range f.Coef {
			if !closeTo(f2.Coef[j], f.Coef[j], 1e-8, c.SE[j]) || !closeTo(c2.SE[j], c.SE[j], 1e-5, 0) {
				t.Fatalf("%s column %d: %v ± %v, with dummies %v ± %v", k, j, f.Coef[j], c.SE[j], f2.Coef[j], c2.SE[j])
			}
		}
	})
}

// FuzzLinear: whatever the numbers, an error or a result without a panic, and no
// NaN without a warning or an alias.
func FuzzLinear(f *testing.F) {
	f.Add(uint64(1), 3, 1.0, 0.0, 1e300)
	f.Add(uint64(2), 1, math.Inf(1), math.NaN(), 0.0)
	f.Add(uint64(3), 0, 0.0, 0.0, 0.0)
	f.Add(uint64(4), 9, 5e-324, -1e308, 1e-320)
	f.Fuzz(func(t *testing.T, seed uint64, n int, a, b, c float64) {
		n = min(max(n, 0), 30)
		rng := rand.New(rand.NewPCG(seed, 0))
		pick := func() float64 {
			switch rng.IntN(6) {
			case 0:
				return a
			case 1:
				return b
			case 2:
				return c
			}
			return rng.NormFloat64()
		}
		column := func() dd.Vec {
			v := make([]float64, n)
			for i := range v {
				v[i] = pick()
			}
			return dd.Vec{Hi: v}
		}
		groups := make([]int, n)
		for i := range groups {
			groups[i] = rng.IntN(4)
		}
		m := stat.Linear{Y: column(), X: []dd.Vec{column(), column()}}
		if rng.IntN(2) == 0 {
			m.Absorb = [][]int{groups}
		}
		fit, err := m.Fit()
		if err != nil {
			return
		}
		for _, k := range stat.Kinds() {
			ask := stat.VCov{Kind: k}
			if strings.HasPrefix(string(k), "CR") {
				ask.Clusters = [][]int{groups}
			}
			cov, err := fit.Covariance(ask)
			if err != nil {
				continue
			}
			for j, x := range fit.Coef {
				silent := len(fit.Warnings)+len(cov.Warnings)+len(fit.Aliased) == 0
				if silent && (math.IsNaN(x) || math.IsNaN(cov.SE[j])) {
					t.Fatalf("%s: %v ± %v without a word", k, x, cov.SE[j])
				}
			}
		}
	})
}

// TestSeparation: counts of group 0 are all 0, so its rate has no finite logarithm.
func TestSeparation(t *testing.T) {
	y := []float64{0, 0, 0, 3, 4, 5, 2, 7, 1}
	x := []float64{1, 2, 3, 4, 2, 3, 1, 3, 2}
	one, g := make([]float64, 9), make([]float64, 9)
	for i := range one {
		one[i] = 1
		if i < 3 {
			g[i] = 1
		}
	}
	c := stat.Counts{Y: dd.Vec{Hi: y}, X: []dd.Vec{{Hi: one}, {Hi: x}, {Hi: g}}, Constant: true}
	f, err := c.Poisson()
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Separated) != 3 || f.N != 6 || !math.IsNaN(f.Coef[2]) || len(f.Warnings) == 0 {
		t.Errorf("separated %v, n %d, coefficients %v, warnings %q; want the rows of group 0 out and its coefficient NaN", f.Separated, f.N, f.Coef, f.Warnings)
	}
	if _, err := (stat.Counts{Y: dd.Vec{Hi: make([]float64, 9)}, X: c.X}).Poisson(); !errors.Is(err, stat.ErrSeparated) {
		t.Errorf("all counts 0: %v, want ErrSeparated", err)
	}
}

// TestTails: far tails against R 4.2.2; 1 − CDF gives 0 there.
func TestTails(t *testing.T) {
	for _, c := range []struct{ got, want float64 }{
		{stat.TwoSidedT(40, 30), 1.372604519440636e-27},
		{stat.TwoSidedT(12, math.Inf(1)), 3.552964224155358e-33},
		{stat.UpperF(500, 3, 40), 9.915760575405809e-32},
		{stat.UpperChi2(400, 3), 2.213886593101118e-86},
		{stat.TwoSidedT(1e-3, 5), 9.992407867721976e-01},
	} {
		if !closeTo(c.got, c.want, 1e-11, 0) {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	if q := stat.QuantileT(0.95, 10); !closeTo(q, 2.228138851986274, 1e-13, 0) { // qt(0.975, 10) of R 4.2.2
		t.Errorf("QuantileT(0.95, 10) = %.16g", q)
	}
}
