package stat

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type prop99Expected struct {
	DiD     float64            `json:"did"`
	SDID    float64            `json:"sdid_exactQP"`
	SC      float64            `json:"sc_exactQP"`
	Omega   map[string]float64 `json:"omega"`
	Noise   float64            `json:"noise_level"`
	Zeta    float64            `json:"zeta_omega"`
	Placebo map[string]float64 `json:"in_space_placebo_sdid"`
	Rank    float64            `json:"placebo_rank_two_sided"`
}

func prop99(t testing.TB) (SynthPanel, prop99Expected) {
	t.Helper()
	var want prop99Expected
	c := readCase(t, "prop99_synthdid", &want)
	p, err := NewSynthPanel(LongPanel{Unit: c.text(t, "State"), Period: c.text(t, "Year"),
		Y: c.numbers(t, "PacksPerCapita"), D: c.numbers(t, "treated")})
	if err != nil {
		t.Fatal(err)
	}
	return p, want
}

func mustSynth(t testing.TB, p SynthPanel, m SynthMethod) SynthFit {
	t.Helper()
	f, err := Synth(p, m)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestProp99 reproduces the optimum of the quadratic programmes on California's
// Proposition 99, computed for the case with an independent exact solver.
func TestProp99(t *testing.T) {
	p, want := prop99(t)
	near(t, "did", mustSynth(t, p, DiffInDiff).ATT, want.DiD, 1e-13)
	f := mustSynth(t, p, SyntheticDiD)
	near(t, "sdid", f.ATT, want.SDID, 1e-11)
	near(t, "noise level", f.NoiseLevel, want.Noise, 1e-13)
	near(t, "zeta", f.ZetaOmega, want.Zeta, 1e-13)
	for i, u := range p.Units { // the reference's unit weights are an iteration's, good to 1e-4
		if math.Abs(f.UnitWeights[i]-want.Omega[u]) > 1e-4 {
			t.Errorf("weight of %s is %v, want %v", u, f.UnitWeights[i], want.Omega[u])
		}
	}
}

// TestProp99Exact: the optimum solved in rational arithmetic from the decimals of
// input.csv (equality system on the six states with weight; every other state's
// gradient is larger): the solver's own digits, beyond the reference's.
func TestProp99Exact(t *testing.T) {
	p, want := prop99(t)
	f := mustSynth(t, p, SyntheticControl)
	near(t, "sc", f.ATT, -19.51362976842086, 1e-12)
	near(t, "sc, reference", f.ATT, want.SC, 5e-10)
	exact := map[string]float64{"Colorado": 0.01481077185220809, "Connecticut": 0.10908962465957302, "Montana": 0.23183995059344586,
		"Nevada": 0.2049225834962203, "New Hampshire": 0.04542904641104241, "Utah": 0.3939080229875103}
	for i, u := range p.Units {
		if math.Abs(f.UnitWeights[i]-exact[u]) > 1e-11 {
			t.Errorf("weight of %s is %.17g, want %.17g", u, f.UnitWeights[i], exact[u])
		}
	}
	if f.KKT > 1e-14 {
		t.Errorf("optimality gap %v", f.KKT)
	}
}

func TestProp99Placebos(t *testing.T) {
	p, want := prop99(t)
	test, err := PlaceboEffects(p, SyntheticDiD, PlaceboOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, pl := range test.Placebos { // reference: Frank–Wolfe stopped early
		if u := p.Units[pl.Units[0]]; math.Abs(pl.Effect-want.Placebo[u]) > 0.06 {
			t.Errorf("placebo %s is %v, want %v", u, pl.Effect, want.Placebo[u])
		}
	}
	near(t, "p", test.P, want.Rank, 1e-14)
	if !test.Enumerated || len(test.Placebos) != 38 || test.Floor != 1.0/39 {
		t.Errorf("placebos: %d, enumerated %v, floor %v", len(test.Placebos), test.Enumerated, test.Floor)
	}
	if test.Lo > 0 || test.Hi < 0 {
		t.Errorf("interval %v to %v excludes 0 with p %v", test.Lo, test.Hi, test.P)
	}
}

// TestUnitsAndOrder: estimates follow the outcome's unit and origin, and don't
// depend on the order of units.
func TestUnitsAndOrder(t *testing.T) {
	p, _ := prop99(t)
	rng := rand.New(rand.NewPCG(3, 4))
	for _, m := range []SynthMethod{SyntheticControl, SyntheticDiD, DiffInDiff} {
		base := mustSynth(t, p, m)
		shuffled := p
		order := rng.Perm(len(p.Y))
		shuffled.Units, shuffled.Y, shuffled.Treated = nil, nil, nil
		for _, i := range order {
			shuffled.Y, shuffled.Treated = append(shuffled.Y, p.Y[i]), append(shuffled.Treated, p.Treated[i])
		}
		near(t, string(m)+" shuffled", mustSynth(t, shuffled, m).ATT, base.ATT, 1e-12)
		for _, scale := range []float64{1e-9, 1000, 1e12} {
			scaled := p
			scaled.Y = nil
			for _, y := range p.Y {
				row := make([]float64, len(y))
				for k, v := range y {
					row[k] = (v - 50) * scale
				}
				scaled.Y = append(scaled.Y, row)
			}
			near(t, fmt.Sprint(m, " times ", scale), mustSynth(t, scaled, m).ATT/scale, base.ATT, 1e-8)
		}
	}
}

// TestSimplexOptimal: the solution meets the Karush–Kuhn–Tucker conditions and no
// random share vector does better, whatever the shape of the problem: more
// points than coordinates, equal points, a target among the points, none at all.
func TestSimplexOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(1, 30).Draw(t, "points"), rapid.IntRange(1, 20).Draw(t, "coordinates")
		value := rapid.OneOf(rapid.Float64Range(-10, 10), rapid.Map(rapid.IntRange(-2, 2), func(i int) float64 { return float64(i) }))
		scale := math.Pow(10, float64(rapid.IntRange(-100, 100).Draw(t, "scale")))
		row := func(name string) []float64 {
			out := rapid.SliceOfN(value, m, m).Draw(t, name)
			for i := range out {
				out[i] *= scale
			}
			return out
		}
		q := SimplexProblem{Target: row("target")}
		for range n {
			q.Points = append(q.Points, row("point"))
		}
		q.Ridge = rapid.SampledFrom([]float64{0, 1e-12, 1e-3, 1}).Draw(t, "ridge") * scale * scale
		s, err := SimplexLeastSquares(q)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, w := range s.Weights {
			if !(w >= 0) {
				t.Fatalf("weight %v", w)
			}
			sum += w
		}
		if math.Abs(sum-1) > 1e-12 || s.Gap > 1e-11 {
			t.Fatalf("weights sum to %v, gap %v", sum, s.Gap)
		}
		rng := rand.New(rand.NewPCG(1, uint64(n)))
		for range 20 {
			if other := simplexValue(q, randomShares(rng, n)); other < s.Objective-1e-9*scale*scale {
				t.Fatalf("objective %v, a random vector has %v", s.Objective, other)
			}
		}
	})
}

func randomShares(rng *rand.Rand, n int) []float64 {
	w, sum := make([]float64, n), 0.0
	for i := range w {
		w[i] = rng.ExpFloat64()
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

func simplexValue(q SimplexProblem, w []float64) float64 {
	total := 0.0
	for i, b := range q.Target {
		d := -b
		for j, p := range q.Points {
			d += w[j] * p[i]
		}
		total += d * d
	}
	for _, v := range w {
		total += q.Ridge * v * v
	}
	return total
}

// TestSimplexOrder: points given in another order get the same weights to the
// last bit.
func TestSimplexOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(2, 20).Draw(t, "points"), rapid.IntRange(1, 8).Draw(t, "coordinates")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		q := SimplexProblem{Target: make([]float64, m), Ridge: 1e-6}
		for range n {
			p := make([]float64, m)
			for i := range p {
				p[i] = rng.NormFloat64()
			}
			q.Points = append(q.Points, p)
		}
		a, err := SimplexLeastSquares(q)
		if err != nil {
			t.Fatal(err)
		}
		r := q
		r.Points = slices.Clone(q.Points)
		slices.Reverse(r.Points)
		b, err := SimplexLeastSquares(r)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(b.Weights)
		if !slices.Equal(a.Weights, b.Weights) {
			t.Fatalf("%v and %v", a.Weights, b.Weights)
		}
	})
}

// simPanel is a panel of 1 + donors units, 10 periods, 5 before.
func simPanel(seed uint64, donors, treated int) SynthPanel {
	rng := rand.New(rand.NewPCG(seed, 9))
	p := SynthPanel{Pre: 5}
	for i := range donors + treated {
		y, e := make([]float64, 10), rng.NormFloat64()
		for t := range y {
			e = 0.5*e + rng.NormFloat64()
			y[t] = float64(i) + float64(t)/3 + e
		}
		p.Y, p.Treated = append(p.Y, y), append(p.Treated, i < treated)
	}
	return p
}

// TestPlantedEffect: an effect added after treatment moves every estimate by
// itself, and the test finds a large one.
func TestPlantedEffect(t *testing.T) {
	for _, m := range []SynthMethod{SyntheticControl, SyntheticDiD, DiffInDiff} {
		p := simPanel(1, 42, 1)
		before := mustSynth(t, p, m).ATT
		for k := p.Pre; k < 10; k++ {
			p.Y[0][k] += 25
		}
		near(t, string(m), mustSynth(t, p, m).ATT, before+25, 1e-12)
		test, err := PlaceboEffects(p, m, PlaceboOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !test.Significant() || test.Lo <= 0 || test.RankEffect != 1 || test.P != 1.0/43 {
			t.Errorf("%s: effect of 25 has p %v, interval %v to %v", m, test.P, test.Lo, test.Hi)
		}
	}
}

// TestPooled: two treated units are tested against all pairs of donors, five
// against a seeded sample of the sets, the same at every call.
func TestPooled(t *testing.T) {
	two, err := PlaceboEffects(simPanel(2, 41, 2), DiffInDiff, PlaceboOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(two.Placebos) != 41*40/2 || !two.Enumerated {
		t.Errorf("%d sets of two of 41", len(two.Placebos))
	}
	five := func() PlaceboTest {
		f, err := PlaceboEffects(simPanel(2, 38, 5), DiffInDiff, PlaceboOptions{MaxSets: 500})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	a, b := five(), five()
	if len(a.Placebos) != 500 || a.Enumerated || a.P != b.P || a.Sets != 501942 {
		t.Errorf("%d sets of %d, p %v and %v", len(a.Placebos), a.Sets, a.P, b.P)
	}
}

// TestTooFewDonors: below 19 donors no placebo test at 5 % can reject, so none is
// given.
func TestTooFewDonors(t *testing.T) {
	for _, donors := range []int{1, 2, 18} {
		test, err := PlaceboEffects(simPanel(3, donors, 1), DiffInDiff, PlaceboOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !math.IsNaN(test.P) || !math.IsNaN(test.Lo) || len(test.Warnings) == 0 {
			t.Errorf("%d donors: p %v, interval from %v, warnings %v", donors, test.P, test.Lo, test.Warnings)
		}
		if d := SmallestDetectable(test, 0); !math.IsNaN(d.Size) || len(d.Warnings) == 0 {
			t.Errorf("%d donors: detectable %v", donors, d)
		}
	}
	test, err := PlaceboEffects(simPanel(3, 19, 1), DiffInDiff, PlaceboOptions{})
	if err != nil || math.IsNaN(test.P) || math.IsNaN(test.Hi) {
		t.Errorf("19 donors: p %v, to %v, %v", test.P, test.Hi, err)
	}
}

// TestDetectableByBisection: the order statistic is what a bisection over planted
// effects finds.
func TestDetectableByBisection(t *testing.T) {
	test, err := PlaceboEffects(simPanel(5, 40, 1), SyntheticDiD, PlaceboOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := SmallestDetectable(test, 0.8)
	shown := func(delta float64) float64 {
		n := 0.0
		for i, s := range test.Placebos {
			var others []float64
			for j, o := range test.Placebos {
				if i != j {
					others = append(others, math.Abs(o.Effect))
				}
			}
			larger := 1
			for _, o := range others {
				if o > math.Abs(s.Effect+delta) {
					larger++
				}
			}
			if float64(larger)/float64(len(others)+1) <= 0.05 && (s.Effect+delta > 0) == (delta > 0) {
				n++
			}
		}
		return n / float64(len(test.Placebos))
	}
	for sign, want := range map[float64]float64{1: d.Up, -1: -d.Down} {
		lo, hi := 0.0, 1000.0
		for range 100 {
			if mid := (lo + hi) / 2; shown(sign*mid) >= 0.8 {
				hi = mid
			} else {
				lo = mid
			}
		}
		near(t, fmt.Sprint("sign ", sign), hi, want, 1e-9)
	}
	if d.Size != max(d.Up, -d.Down) {
		t.Errorf("size %v of %v, %v", d.Size, d.Up, d.Down)
	}
}

func TestSynthChecks(t *testing.T) {
	p := simPanel(6, 25, 1)
	inTime, err := InTimePlacebos(p, SyntheticDiD)
	if err != nil || len(inTime) != 3 {
		t.Errorf("in-time placebos %v, %v", inTime, err)
	}
	out, err := LeaveOneDonorOut(p, DiffInDiff)
	if err != nil || len(out) != 25 {
		t.Errorf("%d left out, %v", len(out), err)
	}
	sc := mustSynth(t, p, SyntheticControl)
	used := 0
	for _, w := range sc.UnitWeights {
		used += int(math.Ceil(w))
	}
	if out, err := LeaveOneDonorOut(p, SyntheticControl); err != nil || len(out) != used {
		t.Errorf("%d left out of %d with weight, %v", len(out), used, err)
	}
	if !strings.Contains(strings.Join(sc.Warnings, " "), "25 donors and 5 periods before") {
		t.Errorf("no warning of too many donors: %v", sc.Warnings)
	}
}

// long is a long panel of 4 units and 4 periods in which unit a is treated as
// given.
func long(d ...float64) LongPanel {
	var l LongPanel
	for i, u := range []string{"a", "b", "c", "d"} {
		for k, period := range []string{"1", "2", "3", "4"} {
			l.Unit, l.Period = append(l.Unit, u), append(l.Period, period)
			l.Y, l.D = append(l.Y, float64(i*i+k)), append(l.D, 0)
			if u == "a" {
				l.D[len(l.D)-1] = d[k]
			}
		}
	}
	return l
}

func TestPanelRefusals(t *testing.T) {
	staggered := long(0, 0, 1, 1)
	staggered.D[4+3] = 1
	twice := long(0, 0, 1, 1)
	twice.Period[1] = "1"
	infinite := long(0, 0, 1, 1)
	infinite.Y[0] = math.Inf(1)
	all := long(0, 0, 1, 1)
	for i := range all.D {
		all.D[i] = indicator(i%4 >= 2)
	}
	for _, c := range []struct {
		name string
		long LongPanel
		want error
	}{
		{"switches off", long(0, 1, 1, 0), ErrSwitchesOff},
		{"on and off and on", long(0, 1, 0, 1), ErrSwitchesOff},
		{"from the first period", long(1, 1, 1, 1), ErrNoBefore},
		{"nobody treated", long(0, 0, 0, 0), ErrNoTreated},
		{"all treated", all, ErrNoDonors},
		{"two starts", staggered, ErrStaggered},
		{"two rows", twice, ErrDuplicateRow},
		{"empty", LongPanel{}, ErrEmpty},
	} {
		if _, err := NewSynthPanel(c.long); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := NewSynthPanel(infinite); err == nil {
		t.Error("an infinite outcome of the treated unit is accepted")
	}
	gap := long(0, 0, 1, 1)
	gap.Y[4] = math.NaN()
	p, err := NewSynthPanel(gap)
	if err != nil || len(p.Units) != 3 || len(p.Warnings) != 1 {
		t.Errorf("a donor with a gap: %v, %v", p, err)
	}
}

// TestSizeCorrection: with noise that falls with size, the correction scales
// placebos to the treated unit's; with sizes all equal it changes nothing.
func TestSizeCorrection(t *testing.T) {
	p := simPanel(8, 42, 1)
	p.Size = make([]float64, len(p.Y))
	for i := range p.Size {
		p.Size[i] = 7
	}
	test, err := PlaceboEffects(p, DiffInDiff, PlaceboOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if test.BySize == nil || test.BySize.P != test.P || test.BySize.Lo != test.Lo {
		t.Errorf("equal sizes: %+v beside p %v, lo %v", test.BySize, test.P, test.Lo)
	}
	p.Size[3] = 0
	if test, err = PlaceboEffects(p, DiffInDiff, PlaceboOptions{}); err != nil || test.BySize != nil {
		t.Errorf("size 0: %v %v", test.BySize, err)
	}
}

// TestNullLevel is docs/simulations.md in short: the placebo test rejects about
// 2/43 of the time without an effect, and its interval covers.
func TestNullLevel(t *testing.T) {
	const draws = 1500
	reject, cover := 0, 0
	for i := range draws {
		test, err := PlaceboEffects(simPanel(uint64(1000+i), 42, 1), DiffInDiff, PlaceboOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if test.Significant() {
			reject++
		}
		if test.Lo <= 0 && 0 <= test.Hi {
			cover++
		}
	}
	level := float64(reject) / draws
	se := math.Sqrt(0.0465 * (1 - 0.0465) / draws)
	if level > 0.06+2*se || level < 0.0365-2*se {
		t.Errorf("rejects %.4f without an effect, want 0.0365 to 0.06", level)
	}
	if c := float64(cover) / draws; c < 0.94-2*se {
		t.Errorf("interval covers %.4f", c)
	}
}

// FuzzSynth: whatever the numbers, an error, a warning or a finite estimate.
func FuzzSynth(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, uint8(3), uint8(2))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0}, uint8(2), uint8(1))
	f.Add([]byte{255, 254, 253, 252, 251, 250, 1, 1, 1}, uint8(3), uint8(2))
	special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e300, 1e-300, 0}
	f.Fuzz(func(t *testing.T, raw []byte, units, pre uint8) {
		if units == 0 || units > 24 || len(raw) > 400 {
			return
		}
		p := SynthPanel{Pre: int(pre)}
		periods := len(raw) / int(units)
		for i := range int(units) {
			row := make([]float64, periods)
			for k := range row {
				b := raw[i*periods+k]
				row[k] = float64(b)
				if b >= 249 {
					row[k] = special[b-249]
				}
			}
			p.Y, p.Treated = append(p.Y, row), append(p.Treated, i == 0)
		}
		for _, m := range []SynthMethod{SyntheticControl, SyntheticDiD, DiffInDiff} {
			test, err := PlaceboEffects(p, m, PlaceboOptions{})
			if err == nil && (!isFinite(test.Fit.ATT) || test.Fit.KKT > 1e-9) {
				t.Fatalf("%s: ATT %v, gap %v without an error", m, test.Fit.ATT, test.Fit.KKT)
			}
		}
	})
}

func BenchmarkPlaceboSDID43(b *testing.B) {
	p := simPanel(1, 42, 1)
	for range b.N {
		if _, err := PlaceboEffects(p, SyntheticDiD, PlaceboOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlaceboSC43(b *testing.B) {
	p := simPanel(1, 42, 1)
	for range b.N {
		if _, err := PlaceboEffects(p, SyntheticControl, PlaceboOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlaceboFivePooled(b *testing.B) {
	p := simPanel(1, 38, 5)
	for range b.N {
		if _, err := PlaceboEffects(p, SyntheticDiD, PlaceboOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
