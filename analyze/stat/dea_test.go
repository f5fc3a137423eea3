package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

type deaExpected struct {
	Inputs  []string
	Outputs any
	CRSIn   []float64 `json:"crs_in"`
	VRSIn   []float64 `json:"vrs_in"`
	CRSOut  []float64 `json:"crs_out"`
	Super   []float64 `json:"super_crs_in"`
}

func deaCase(t testing.TB, name string) (inputs, outputs [][]float64, want deaExpected) {
	t.Helper()
	c := readCase(t, name, &want)
	for _, n := range want.Inputs {
		inputs = append(inputs, c.numbers(t, n))
	}
	switch o := want.Outputs.(type) {
	case string:
		outputs = append(outputs, c.numbers(t, o))
	case []any:
		for _, n := range o {
			outputs = append(outputs, c.numbers(t, n.(string)))
		}
	}
	return inputs, outputs, want
}

// TestDEA reproduces the R package Benchmarking on three textbook data sets.
func TestDEA(t *testing.T) {
	for _, name := range []string{"dea_coelli_1998", "dea_golany_roll_1989", "dea_tone2001"} {
		in, out, want := deaCase(t, name)
		for _, c := range []struct {
			p    DEA
			want []float64
		}{
			{DEA{Inputs: in, Outputs: out}, want.CRSIn},
			{DEA{Inputs: in, Outputs: out, Returns: VRS}, want.VRSIn},
			{DEA{Inputs: in, Outputs: out, Orientation: OutputOriented}, want.CRSOut},
			{DEA{Inputs: in, Outputs: out, Super: true}, want.Super},
		} {
			r, err := c.p.Scores()
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range c.want {
				// the reference's own solver leaves errors of up to 4e-14
				near(t, fmt.Sprintf("%s %s %s super %v unit %d", name, c.p.Returns, c.p.Orientation, c.p.Super, i+1), r.Units[i].Score, w, 1e-12)
			}
		}
	}
}

// deaSample is a random problem: whole numbers with many ties, so that bases
// degenerate, or values over six powers of ten.
func deaSample(rng *rand.Rand, n, in, out int, whole bool) DEA {
	column := func() []float64 {
		c := make([]float64, n)
		for i := range c {
			if whole {
				c[i] = float64(1 + rng.IntN(4))
			} else {
				c[i] = math.Exp(3 * rng.NormFloat64())
			}
		}
		return c
	}
	var p DEA
	for range in {
		p.Inputs = append(p.Inputs, column())
	}
	for range out {
		p.Outputs = append(p.Outputs, column())
	}
	return p
}

func scores(t testing.TB, p DEA) []DEAUnit {
	t.Helper()
	r, err := p.Scores()
	if err != nil {
		t.Fatal(err)
	}
	return r.Units
}

// TestDEAProperties on 60 random problems of up to 70 units: every unit has a
// score; under constant returns the two orientations are reciprocal (two
// different programmes); variable returns never score lower; the peers' mix
// with its slacks is the unit's target; peers are efficient; super-efficiency
// agrees with the score below 1; rescaling or reordering changes nothing.
func TestDEAProperties(t *testing.T) {
	for s := range 60 {
		rng := rand.New(rand.NewPCG(uint64(s), 5))
		p := deaSample(rng, 5+rng.IntN(66), 1+rng.IntN(5), 1+rng.IntN(3), s%2 == 0)
		crs := scores(t, p)
		p.Orientation = OutputOriented
		out := scores(t, p)
		p.Orientation, p.Returns = InputOriented, VRS
		vrs := scores(t, p)
		p.Returns, p.Super = CRS, true
		super := scores(t, p)
		p.Super = false
		scaled := scores(t, rescaled(p))
		reversed := scores(t, reversedUnits(p))
		for i, u := range crs {
			what := fmt.Sprintf("problem %d unit %d", s, i+1)
			if !(u.Score > 0 && u.Score <= 1) {
				t.Fatalf("%s: score %v", what, u.Score)
			}
			near(t, what+" reciprocal", u.Score*out[i].Score, 1, 1e-9)
			near(t, what+" rescaled", scaled[i].Score, u.Score, 1e-10)
			near(t, what+" reordered", reversed[len(crs)-1-i].Score, u.Score, 1e-12)
			if vrs[i].Score < u.Score-1e-9 || vrs[i].Score > 1 {
				t.Errorf("%s: variable returns %v, constant %v", what, vrs[i].Score, u.Score)
			}
			if u.Score < 1-1e-9 {
				near(t, what+" super", super[i].Score, u.Score, 1e-9)
			} else if super[i].Score < 1-1e-9 {
				t.Errorf("%s: efficient, super %v", what, super[i].Score)
			}
			checkTarget(t, what, p, crs, i)
		}
	}
}

func checkTarget(t *testing.T, what string, p DEA, units []DEAUnit, i int) {
	t.Helper()
	u := units[i]
	mix := func(c []float64) float64 {
		sum := 0.0
		for k, j := range u.Peers {
			sum += u.PeerWeights[k] * c[j]
		}
		return sum
	}
	for k, c := range p.Inputs {
		if d := mix(c) + u.InputSlacks[k] - u.Score*c[i]; math.Abs(d) > 1e-7*(1+mix(c)) {
			t.Errorf("%s: input %d is %v off its target", what, k+1, d)
		}
	}
	for k, c := range p.Outputs {
		if d := mix(c) - u.OutputSlacks[k] - c[i]; math.Abs(d) > 1e-7*(1+mix(c)) {
			t.Errorf("%s: output %d is %v off its target", what, k+1, d)
		}
	}
	for _, j := range u.Peers {
		if units[j].Score < 1-1e-9 {
			t.Errorf("%s: peer %d scores %v", what, j+1, units[j].Score)
		}
	}
}

func rescaled(p DEA) DEA {
	q := p
	q.Inputs, q.Outputs = nil, nil
	factor := 1e-7
	for _, c := range p.Inputs {
		q.Inputs = append(q.Inputs, times(c, factor))
		factor *= 1e5
	}
	for _, c := range p.Outputs {
		q.Outputs = append(q.Outputs, times(c, factor))
		factor /= 1e4
	}
	return q
}

func times(c []float64, by float64) []float64 {
	out := make([]float64, len(c))
	for i, v := range c {
		out[i] = v * by
	}
	return out
}

func reversedUnits(p DEA) DEA {
	q := p
	q.Inputs, q.Outputs = nil, nil
	for _, c := range p.Inputs {
		r := slices.Clone(c)
		slices.Reverse(r)
		q.Inputs = append(q.Inputs, r)
	}
	for _, c := range p.Outputs {
		r := slices.Clone(c)
		slices.Reverse(r)
		q.Outputs = append(q.Outputs, r)
	}
	return q
}

// TestDEASuperInfeasible: under variable returns a unit that alone produces the
// most has no score by inputs without itself: NaN and a warning.
func TestDEASuperInfeasible(t *testing.T) {
	p := DEA{Inputs: [][]float64{{1, 2, 3, 4}}, Outputs: [][]float64{{1, 3, 4, 9}}, Returns: VRS, Super: true}
	r, err := p.Scores()
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(r.Units[3].Score) || !strings.Contains(strings.Join(r.Warnings, " "), "unit 4") {
		t.Errorf("score %v, warnings %v", r.Units[3].Score, r.Warnings)
	}
	near(t, "first", r.Units[0].Score, 2, 1e-12)
}

func TestDEAEdges(t *testing.T) {
	nan := math.NaN()
	for _, p := range []DEA{
		{}, {Inputs: [][]float64{{1}}}, {Inputs: [][]float64{{}}, Outputs: [][]float64{{}}},
		{Inputs: [][]float64{{1, 2}}, Outputs: [][]float64{{1}}},
		{Inputs: [][]float64{{1, -2}}, Outputs: [][]float64{{1, 1}}},
		{Inputs: [][]float64{{1, math.Inf(1)}}, Outputs: [][]float64{{1, 1}}},
		{Inputs: [][]float64{{1}}, Outputs: [][]float64{{1}}, Returns: "irs"},
		{Inputs: [][]float64{{1}}, Outputs: [][]float64{{1}}, Orientation: "both"},
	} {
		if _, err := p.Scores(); err == nil {
			t.Errorf("%+v is accepted", p)
		}
	}
	r, err := DEA{Inputs: [][]float64{{1, nan, 0, 2}}, Outputs: [][]float64{{1, 1, 1, 1}}}.Scores()
	if err != nil || r.Units[0].Score != 1 || !math.IsNaN(r.Units[1].Score) || !math.IsNaN(r.Units[2].Score) || r.Units[3].Score != 0.5 {
		t.Errorf("missing and zero inputs: %+v, %v", r, err)
	}
	one, err := DEA{Inputs: [][]float64{{5}}, Outputs: [][]float64{{7}}, Super: true}.Scores()
	if err != nil || !math.IsNaN(one.Units[0].Score) || len(one.Warnings) == 0 {
		t.Errorf("one unit without itself: %+v, %v", one, err)
	}
}

// FuzzDEA: whatever the numbers, every run ends with an error or with scores that
// are NaN or in range.
func FuzzDEA(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9}, uint8(1), uint8(0))
	f.Add([]byte{0, 0, 0, 1, 1, 1, 2, 2, 2, 250, 251, 252}, uint8(2), uint8(7))
	special := []float64{math.NaN(), 1e300, 1e-300, 1e12, 1e-12, 0}
	f.Fuzz(func(t *testing.T, raw []byte, inputs, mode uint8) {
		if len(raw) > 200 {
			return
		}
		const columns = 4
		p := DEA{Super: mode&1 > 0}
		if mode&2 > 0 {
			p.Returns = VRS
		}
		if mode&4 > 0 {
			p.Orientation = OutputOriented
		}
		n := len(raw) / columns
		for k := range columns {
			c := make([]float64, n)
			for i := range c {
				c[i] = float64(raw[k*n+i])
				if b := raw[k*n+i]; b >= 250 {
					c[i] = special[b-250]
				}
			}
			if k <= int(inputs)%3 {
				p.Inputs = append(p.Inputs, c)
			} else {
				p.Outputs = append(p.Outputs, c)
			}
		}
		r, err := p.Scores()
		if err != nil {
			return
		}
		for i, u := range r.Units {
			bad := math.IsInf(u.Score, 0) || u.Score < 0
			if !p.Super {
				bad = bad || p.Orientation != OutputOriented && u.Score > 1+1e-9 || p.Orientation == OutputOriented && u.Score < 1-1e-9
			}
			if bad || math.IsNaN(u.Score) && len(r.Warnings) == 0 {
				t.Fatalf("unit %d of %+v: score %v, warnings %v", i+1, p, u.Score, r.Warnings)
			}
		}
	})
}

// BenchmarkDEA70 is a problem of the size of Charnes, Cooper & Rhodes (1981): 70
// units, 5 inputs, 3 outputs.
func BenchmarkDEA70(b *testing.B) {
	p := deaSample(rand.New(rand.NewPCG(1, 2)), 70, 5, 3, false)
	for range b.N {
		if _, err := p.Scores(); err != nil {
			b.Fatal(err)
		}
	}
}
