package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

type hollanderWolfe struct {
	Kendall struct {
		T, Tau  float64
		PExact  float64 `json:"p_exact"`
		ZNormal float64 `json:"z_normal"`
		PNormal float64 `json:"p_normal"`
	}
	Spearman struct {
		S, Rho float64
		PExact float64 `json:"p_exact"`
	}
	Pearson struct {
		R, T, DF, P float64
		CI95        [2]float64
	}
}

// TestHollanderWolfe: R's cor.test on the data of its help page.
func TestHollanderWolfe(t *testing.T) {
	var want hollanderWolfe
	c := readCase(t, "correlation_hollander_wolfe", &want)
	x, y := c.numbers(t, "x"), c.numbers(t, "y")
	get := func(o CorrOptions) Correlation {
		r, err := Correlate(x, y, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	k := get(CorrOptions{Method: Kendall})
	near(t, "T", k.Statistic, want.Kendall.T, 1e-14)
	near(t, "tau", k.Estimate, want.Kendall.Tau, 1e-14)
	near(t, "p", k.P, want.Kendall.PExact, 1e-12)
	if !k.Exact {
		t.Error("9 untied pairs: the p-value should be exact")
	}
	n := get(CorrOptions{Method: Kendall, Asymptotic: true})
	near(t, "z", n.Statistic, want.Kendall.ZNormal, 1e-13)
	near(t, "normal p", n.P, want.Kendall.PNormal, 1e-13)
	s := get(CorrOptions{Method: Spearman})
	near(t, "S", s.Statistic, want.Spearman.S, 1e-13)
	near(t, "rho", s.Estimate, want.Spearman.Rho, 1e-14)
	near(t, "spearman p", s.P, want.Spearman.PExact, 1e-13)
	p := get(CorrOptions{})
	near(t, "r", p.Estimate, want.Pearson.R, 1e-14)
	near(t, "t", p.Statistic, want.Pearson.T, 1e-13)
	near(t, "pearson p", p.P, want.Pearson.P, 1e-13)
	near(t, "lo", p.Lo, want.Pearson.CI95[0], 1e-13)
	near(t, "hi", p.Hi, want.Pearson.CI95[1], 1e-13)
}

// TestSpearmanEdgeworth: the value that the help page of the R package
// pspearman prints for AS 89, S = 36 of 10 pairs, lower tail.
func TestSpearmanEdgeworth(t *testing.T) {
	if got := rhoLower(38, 10); math.Abs(got-0.005825634) > 5e-10 {
		t.Errorf("P(S ≤ 36) of 10 pairs by AS 89 is %v, want 0.005825634", got)
	}
}

// TestExactDistributions: both exact tails sum to one and agree with a count of
// all permutations of 5.
func TestExactDistributions(t *testing.T) {
	d := inversionDensity(5)
	want := []float64{1, 4, 9, 15, 20, 22, 20, 15, 9, 4, 1} // Mahonian numbers, OEIS A008302
	for k, w := range want {
		near(t, "inversions of 5", d[k], w/120, 1e-14)
	}
	for s := 0.0; s <= 40; s += 2 {
		near(t, "tails", rhoUpper(s, 5)+rhoLower(s, 5), 1, 1e-15)
	}
	near(t, "S ≥ 40 of 5", rhoUpper(40, 5), 1.0/120, 1e-15)
}

// TestCorrelationProperties: no order of rows, unit or sign of a column matters
// beyond what it must.
func TestCorrelationProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 40).Draw(t, "n")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = math.Round(4*rng.NormFloat64()), math.Round(4*rng.NormFloat64())
		}
		if constant(x) || constant(y) {
			return
		}
		for _, m := range []CorrMethod{Pearson, Spearman, Kendall} {
			a := correlation(t, x, y, m)
			b := correlation(t, y, x, m)
			order := rng.Perm(n)
			px, py := make([]float64, n), make([]float64, n)
			for k, i := range order {
				px[k], py[k] = 1e9*x[i]+7, -1e-9*y[i]
			}
			c := correlation(t, px, py, m)
			for _, d := range []float64{a.Estimate - b.Estimate, a.Estimate + c.Estimate, a.P - b.P, a.P - c.P} {
				if math.Abs(d) > 1e-7 {
					t.Fatalf("%s: %v %v; %v %v; %v %v", m, a.Estimate, a.P, b.Estimate, b.P, c.Estimate, c.P)
				}
			}
			if !(a.P >= 0 && a.P <= 1) || math.Abs(a.Estimate) > 1 {
				t.Fatalf("%s: estimate %v, p %v", m, a.Estimate, a.P)
			}
		}
	})
}

func correlation(t interface{ Fatal(...any) }, x, y []float64, m CorrMethod) Correlation {
	c, err := Correlate(x, y, CorrOptions{Method: m})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCorrelationEdges: where there is no correlation, NaN and the reason.
func TestCorrelationEdges(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name string
		x, y []float64
	}{
		{"empty", nil, nil},
		{"one pair", []float64{1}, []float64{2}},
		{"constant", []float64{1, 1, 1, 1}, []float64{1, 2, 3, 4}},
		{"all missing", []float64{nan, inf, 1}, []float64{1, 2, nan}},
	} {
		for _, m := range []CorrMethod{Pearson, Spearman, Kendall} {
			r := correlation(t, c.x, c.y, m)
			if !math.IsNaN(r.Estimate) || !math.IsNaN(r.P) || len(r.Warnings) == 0 {
				t.Errorf("%s, %s: %+v", c.name, m, r)
			}
		}
	}
	line := correlation(t, []float64{1, 2, 3, 4}, []float64{2, 4, 6, 8}, Pearson)
	if line.Estimate != 1 || line.P != 0 || len(line.Warnings) == 0 {
		t.Errorf("a straight line: %+v", line)
	}
	// One rounding short of 1 (5 points, y = 2x): without care t is 1.2e8, p 1.4e-24.
	five := []float64{1, 2, 3, 4, 5}
	line = correlation(t, five, []float64{2, 4, 6, 8, 10}, Pearson)
	if line.Estimate != 1 || line.P != 0 || len(line.Warnings) == 0 {
		t.Errorf("a straight line of five points: %+v", line)
	}
	if s := correlation(t, five, []float64{2, 4, 6, 8, 10}, Spearman); s.Statistic != 0 || s.Estimate != 1 {
		t.Errorf("five pairs in order: %+v", s)
	}
	if _, err := Correlate([]float64{1}, nil, CorrOptions{}); err == nil {
		t.Error("unequal lengths are accepted")
	}
	huge := correlation(t, []float64{1e308, -1e308, 1e307}, []float64{1e-308, -1e-308, 1e-309}, Pearson)
	if !(huge.Estimate > 0.99) {
		t.Errorf("huge and tiny units: %+v", huge)
	}
}

// TestPartialCorrelation against the textbook formula for one control,
// (r_xy − r_xz r_yz)/√((1−r_xz²)(1−r_yz²)).
func TestPartialCorrelation(t *testing.T) {
	var want any
	c := readCase(t, "correlation_ties_mtcars", &want)
	x, y, z := c.numbers(t, "mpg"), c.numbers(t, "hp"), c.numbers(t, "wt")
	xy, xz, yz := pearsonR(x, y), pearsonR(x, z), pearsonR(y, z)
	p, err := PartialCorrelation(x, y, [][]float64{z}, 0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "partial", p.Estimate, (xy-xz*yz)/math.Sqrt((1-xz*xz)*(1-yz*yz)), 1e-12)
	if p.DF != 29 {
		t.Errorf("df %v, want 29", p.DF)
	}
	twice, err := PartialCorrelation(x, y, [][]float64{z, z, make([]float64, len(z))}, 0)
	if err != nil || math.Abs(twice.Estimate-p.Estimate) > 1e-12 || twice.DF != 29 || len(twice.Warnings) != 1 {
		t.Errorf("a control given twice: %+v, %v", twice, err)
	}
	all, err := PartialCorrelation(x, y, [][]float64{x}, 0)
	if err != nil || !math.IsNaN(all.Estimate) || len(all.Warnings) == 0 {
		t.Errorf("x among the controls: %+v, %v", all, err)
	}
}

// TestWithinCorrelation: levels that differ between groups make a correlation
// over all rows, none within.
func TestWithinCorrelation(t *testing.T) {
	x := []float64{1, 2, 3, 11, 12, 13, 21, 22, 23, 40}
	y := []float64{3, 2, 1, 13, 12, 11, 23, 22, 21, 40}
	g := []string{"a", "a", "a", "b", "b", "b", "c", "c", "c", "alone"}
	w, err := WithinCorrelation(x, y, g, 0)
	if err != nil {
		t.Fatal(err)
	}
	if w.Estimate != -1 || w.N != 9 || len(w.Warnings) < 2 {
		t.Errorf("within: %+v", w)
	}
	if all := pearsonR(x, y); all < 0.9 {
		t.Errorf("over all rows: %v", all)
	}
}

// TestBootCorrelation: seeded, independent of row order, and covering: of 300
// normal samples with r = 0.5, about 95 % of intervals hold it.
func TestBootCorrelation(t *testing.T) {
	covered := 0
	const samples = 300
	for s := range samples {
		rng := rand.New(rand.NewChaCha8([32]byte{byte(s), byte(s >> 8), 1}))
		x, y := make([]float64, 40), make([]float64, 40)
		for i := range x {
			x[i] = rng.NormFloat64()
			y[i] = 0.5*x[i] + math.Sqrt(0.75)*rng.NormFloat64()
		}
		b, err := BootCorrelation(x, y, Pearson, BootOptions{Draws: 399})
		if err != nil {
			t.Fatal(err)
		}
		if b.Lo <= 0.5 && 0.5 <= b.Hi {
			covered++
		}
		if s == 0 {
			slices.Reverse(x)
			slices.Reverse(y)
			again, _ := BootCorrelation(x, y, Pearson, BootOptions{Draws: 399})
			if again.Lo != b.Lo || again.Hi != b.Hi {
				t.Errorf("reversed rows: %v and %v", again, b)
			}
		}
	}
	if share := float64(covered) / samples; share < 0.89 || share > 0.99 {
		t.Errorf("the interval covers in %.3f of samples", share)
	}
}

// FuzzCorrelate: no panic, and a number only where it is one.
func FuzzCorrelate(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8})
	f.Add([]byte{250, 251, 252, 253, 254, 255})
	special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308, -1e308, 5e-324}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 120 {
			return
		}
		var x, y []float64
		for i, b := range raw {
			v := float64(b)
			if b >= 250 {
				v = special[b-250]
			}
			if i%2 == 0 {
				x = append(x, v)
			} else {
				y = append(y, v)
			}
		}
		x = x[:len(y)]
		for _, m := range []CorrMethod{Pearson, Spearman, Kendall} {
			c, err := Correlate(x, y, CorrOptions{Method: m})
			if err != nil {
				t.Fatal(err)
			}
			if math.IsNaN(c.Estimate) && len(c.Warnings) == 0 || math.Abs(c.Estimate) > 1 || c.P < 0 || c.P > 1 {
				t.Fatalf("%s of %v, %v: %+v", m, x, y, c)
			}
		}
	})
}
