package stat

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// mildSample is a problem of units of like size, as forces are.
func mildSample(rng *rand.Rand, n, in, out int) DEA {
	p := deaSample(rng, n, in, out, false)
	for _, c := range append(append([][]float64{}, p.Inputs...), p.Outputs...) {
		for i := range c {
			c[i] = math.Exp(math.Log(c[i]) / 4)
		}
	}
	return p
}

// TestFastFrontierAgrees: the float64 solver of the bootstrap gives what the
// double-double one gives, on reference sets that are the units themselves: like
// sizes, whole numbers with ties, and (every fourth problem) values over six powers
// of ten, most of which it must hand on.
func TestFastFrontierAgrees(t *testing.T) {
	slow, all := 0, 0
	for s := range 40 {
		rng := rand.New(rand.NewPCG(uint64(s), 11))
		n, in, out := 5+rng.IntN(40), 1+rng.IntN(4), 1+rng.IntN(3)
		p := mildSample(rng, n, in, out)
		if s%4 > 1 {
			p = deaSample(rng, n, in, out, s%4 == 2)
		}
		for _, returns := range []Returns{CRS, VRS} {
			for _, o := range []Orientation{InputOriented, OutputOriented} {
				p.Returns, p.Orientation = returns, o
				want := scores(t, p)
				f := newFrontier(returns, o, p.Inputs, p.Outputs)
				for i, u := range want {
					near(t, fmt.Sprintf("problem %d %s %s unit %d", s, returns, o, i+1), f.score(i, at(p.Inputs, i), at(p.Outputs, i)), u.Score, 1e-8)
				}
				if s%4 != 3 {
					slow, all = slow+f.slow, all+len(want)
				}
			}
		}
	}
	t.Logf("%d of %d programmes went to double-double", slow, all)
	if slow*20 > all {
		t.Errorf("%d of %d programmes went to double-double: the fast solver is not worth its name", slow, all)
	}
}

// TestDEABandwidth against DataEnvelopmentAnalysis.jl (test/deaboot.jl, which
// prints 0.1341004 by inputs and 0.1398634 by outputs for these five units).
func TestDEABandwidth(t *testing.T) {
	in, out := [][]float64{{2, 4, 3, 5, 6}}, [][]float64{{1, 2, 3, 4, 5}}
	for _, c := range []struct {
		o    Orientation
		want float64
	}{{OutputOriented, 0.1398634}, {InputOriented, 0.1341004}} {
		b := DEABootstrap{DEA: DEA{Inputs: in, Outputs: out, Returns: VRS, Orientation: c.o}, Reps: 100}
		if c.o == InputOriented {
			// That program takes the reflected set from θ, not from 1/θ; scale-free
			// against it, h on δ is this rule on the same distances.
			d := []float64{1, 1 / 0.625, 1, 1 / 0.9, 1}
			theta := []float64{0.625, 2 - 0.625, 0.9, 2 - 0.9}
			s, iqr := sampleSD(theta), Quantile(theta, 0.75)-Quantile(theta, 0.25)
			h := 0.9 * min(s, iqr/1.349) * math.Pow(4, -0.2) * math.Pow(4.0/5, 0.2) * sampleSD(d) / s
			near(t, "their rule by inputs", h, c.want, 1e-6)
			continue
		}
		r, err := b.Intervals()
		if err != nil {
			t.Fatal(err)
		}
		near(t, "by outputs", r.Bandwidth, c.want, 1e-6)
	}
}

// frontierSample draws n units under a known frontier: m inputs with the
// Cobb–Douglas aggregate X = Πx^(1/m), s outputs in random proportions with
// Euclidean norm Y; frontier Y = X^power; one-sided inefficiency exp(|N(0, 0.3²)|).
// It returns the problem and each unit's true score.
func frontierSample(rng *rand.Rand, n, m, s int, power float64, o Orientation) (DEA, []float64) {
	p := DEA{Inputs: make([][]float64, m), Outputs: make([][]float64, s), Orientation: o, Returns: VRS}
	if power == 1 {
		p.Returns = CRS
	}
	truth := make([]float64, n)
	for i := range n {
		delta := math.Exp(math.Abs(0.3 * rng.NormFloat64()))
		aggregate, norm := 1.0, 0.0
		x, y := make([]float64, m), make([]float64, s)
		for k := range x {
			x[k] = 1 + 8*rng.Float64()
			aggregate *= math.Pow(x[k], 1/float64(m))
		}
		for k := range y {
			y[k] = 0.2 + rng.Float64()
			norm += y[k] * y[k]
		}
		made := math.Pow(aggregate, power) / math.Sqrt(norm)
		for k := range y {
			if y[k] *= made; o == OutputOriented {
				y[k] /= delta
			}
			p.Outputs[k] = append(p.Outputs[k], y[k])
		}
		for k := range x {
			if o == InputOriented {
				x[k] *= delta
			}
			p.Inputs[k] = append(p.Inputs[k], x[k])
		}
		if truth[i] = delta; o == InputOriented {
			truth[i] = 1 / delta
		}
	}
	return p, truth
}

// TestDEABootstrapCovers draws 40 samples under a known frontier and counts how
// often the 95 % interval holds a unit's true score. A unit's intervals in one
// sample share a frontier, so the Monte Carlo error is taken over samples. The
// study at full size, with what it falls short of 95 %, is docs/simulations-dea.md.
func TestDEABootstrapCovers(t *testing.T) {
	for _, c := range []struct {
		n       int
		power   float64
		o       Orientation
		least   float64 // what the study finds, rounded down
		samples int
	}{
		{40, 1, OutputOriented, 0.85, 40},
		{40, 0.5, InputOriented, 0.75, 40},
	} {
		rng := rand.New(rand.NewPCG(9, 21))
		var shares []float64
		biasBefore, biasAfter := 0.0, 0.0
		for s := range c.samples {
			p, truth := frontierSample(rng, c.n, 1, 1, c.power, c.o)
			r, err := DEABootstrap{DEA: p, Reps: 200, Seed: uint64(s)}.Intervals()
			if err != nil {
				t.Fatal(err)
			}
			held := 0.0
			for i, u := range r.Units {
				if u.Lo <= truth[i] && truth[i] <= u.Hi {
					held++
				}
				biasBefore += u.Score - truth[i]
				biasAfter += u.Corrected - truth[i]
			}
			shares = append(shares, held/float64(c.n))
		}
		cover, se := meanOf(shares), sampleSD(shares)/math.Sqrt(float64(c.samples))
		t.Logf("power %v %s: covers %.3f ± %.3f; mean error of the score %.4f, corrected %.4f", c.power, c.o, cover, se,
			biasBefore/float64(c.samples*c.n), biasAfter/float64(c.samples*c.n))
		if cover < c.least-2*se {
			t.Errorf("power %v %s: covers %.3f ± %.3f, want at least %.2f", c.power, c.o, cover, se, c.least)
		}
		if math.Abs(biasAfter) > 0.6*math.Abs(biasBefore) {
			t.Errorf("power %v %s: the correction leaves %.4f of %.4f", c.power, c.o, biasAfter, biasBefore)
		}
	}
}

// TestDEABootstrapProperties: the point scores are those of Scores; one seed, one
// result; neither the order of rows nor the units of measurement change anything;
// by inputs lo ≤ hi ≤ score, by outputs score ≤ lo ≤ hi; two orientations are
// reciprocal under constant returns in everything that is a quantile of δ.
func TestDEABootstrapProperties(t *testing.T) {
	for s := range 4 {
		rng := rand.New(rand.NewPCG(uint64(s), 31))
		p := mildSample(rng, 25, 2, 2)
		for _, returns := range []Returns{CRS, VRS} {
			for _, o := range []Orientation{InputOriented, OutputOriented} {
				p.Returns, p.Orientation = returns, o
				run := func(q DEA) DEAIntervals {
					r, err := DEABootstrap{DEA: q, Reps: 100, Seed: 5}.Intervals()
					if err != nil {
						t.Fatal(err)
					}
					return r
				}
				first, again, scaled, reversed := run(p), run(p), run(rescaled(p)), run(reversedUnits(p))
				point := scores(t, p)
				for i, u := range first.Units {
					what := fmt.Sprintf("problem %d %s %s unit %d", s, returns, o, i+1)
					if u != again.Units[i] || u.Score != point[i].Score {
						t.Errorf("%s: %+v, again %+v, point %v", what, u, again.Units[i], point[i].Score)
					}
					near(t, what+" rescaled", scaled.Units[i].Lo, u.Lo, 1e-7)
					near(t, what+" reversed", reversed.Units[24-i].Lo, u.Lo, 1e-7)
					low, mid, high := u.Lo, u.Hi, u.Score
					if o == OutputOriented {
						low, mid, high = u.Score, u.Lo, u.Hi
					}
					if !(low <= mid+1e-9 && mid <= high+1e-9) {
						t.Errorf("%s: %+v", what, u)
					}
				}
			}
		}
	}
}

func TestDEABootstrapRefuses(t *testing.T) {
	p := DEA{Inputs: [][]float64{{1, 2, 3, 4}}, Outputs: [][]float64{{1, 2, 2, 3}}}
	for _, b := range []DEABootstrap{
		{DEA: p, Reps: 99}, {DEA: p, Level: 1}, {DEA: p, Bandwidth: -1}, {DEA: p, Bandwidth: math.NaN()},
		{DEA: DEA{Inputs: p.Inputs, Outputs: p.Outputs, Super: true}}, {},
		{DEA: DEA{Inputs: p.Inputs, Outputs: [][]float64{{1, -2, 3, 4}}}},
	} {
		if _, err := b.Intervals(); err == nil {
			t.Errorf("%+v is accepted", b)
		}
	}
	flat := DEABootstrap{DEA: DEA{Inputs: [][]float64{{1, 2, 3, 4}}, Outputs: [][]float64{{1, 2, 3, 4}}}}
	if _, err := flat.Intervals(); !errors.Is(err, ErrNoSpread) {
		t.Errorf("all efficient: %v", err)
	}
	r, err := DEABootstrap{DEA: DEA{Inputs: [][]float64{{1, math.NaN(), 3, 4, 5, 2}}, Outputs: [][]float64{{1, 2, 2, 3, 0, 2}}}, Reps: 100}.Intervals()
	if err != nil || !math.IsNaN(r.Units[1].Lo) || math.IsNaN(r.Units[2].Lo) || !math.IsNaN(r.Units[4].Hi) {
		t.Errorf("missing values: %+v, %v", r.Units, err)
	}
}

// TestDEABootstrapWarns of few units for many columns and of a noisy correction.
func TestDEABootstrapWarns(t *testing.T) {
	p := deaSample(rand.New(rand.NewPCG(4, 4)), 9, 3, 2, false)
	r, err := DEABootstrap{DEA: p, Reps: 200}.Intervals()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(r.Warnings, "\n")
	for _, want := range []string{"fewer than 2 for each", "tell as much of the frontier as 2 units", "homogeneous"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	near(t, "constant returns: 9^(2/5)", r.SameRate, math.Pow(9, 0.4), 1e-15)
}

// BenchmarkDEABootstrap is the size of the findings: 41 forces, one input, three
// outputs, 2,000 draws.
func BenchmarkDEABootstrap(b *testing.B) {
	p, _ := frontierSample(rand.New(rand.NewPCG(1, 2)), 41, 1, 3, 0.5, InputOriented)
	for range b.N {
		if _, err := (DEABootstrap{DEA: p}).Intervals(); err != nil {
			b.Fatal(err)
		}
	}
}
