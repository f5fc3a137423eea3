package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// minPlacebos is the least number of single donors with which a placebo test at
// 5 % can reject: 1/(19+1).
const minPlacebos = 19

// PlaceboOptions choose the placebo sets. The zero value is: all sets of as
// many donors as there are treated units, a seeded 2,000 of them where there
// are more, intervals at 95 %, seed 1.
type PlaceboOptions struct {
	MaxSets int
	Seed    uint64
	Level   float64
}

func (o PlaceboOptions) withDefaults() PlaceboOptions {
	if o.MaxSets == 0 {
		o.MaxSets = 2000
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	return o
}

// Placebo is the estimate for one set of donors taken as treated.
type Placebo struct {
	Units  []int // in the panel
	Effect float64
	Ratio  float64 // post/pre RMSPE
}

// PlaceboTest sets an effect against those of donors taken as treated.
type PlaceboTest struct {
	Fit        SynthFit
	Placebos   []Placebo
	Sets       int  // of all possible sets
	Enumerated bool // every possible set was used
	Donors     int  // single donors; sets of several overlap, so that they hold no more evidence than these
	// Stretch is what placebo sizes are multiplied by before they are ranked: 1
	// for single units, whose rank is exact; for sets of several the ratio of
	// Student's to the normal quantile on donors−1 degrees of freedom, since all
	// sets are made of so few donors.
	Stretch    float64
	Level      float64
	Floor      float64 // the smallest p there can be: 1/(placebos+1)
	RankEffect int     // 1: no placebo effect is as large in size
	RankRatio  int     // the same for the RMSPE ratio; 0 where there is no ratio
	P          float64 // RankEffect/(placebos+1), two-sided; NaN when refused
	PRatio     float64 // RankRatio/(placebos+1); NaN when refused or without a ratio
	SE         float64 // standard deviation of the placebo effects
	Lo, Hi     float64 // all effects that the test would not reject at 1−Level; NaN when refused
	// BySize is the same test with placebos rescaled by size; nil without sizes.
	BySize   *SizeCorrected
	Warnings []string
}

// PlaceboEffects runs the placebo test in space (Abadie, Diamond & Hainmueller
// 2010): every donor, or every set of as many donors as there are treated
// units, is taken as treated in turn, the treated units themselves left out;
// p = (1 + placebos at least as large in size)/(1 + placebos). The interval
// holds all effects τ that the same test would not reject once τ is taken off
// the treated units: |ATT − τ| no larger than the m-th largest placebo, m =
// ⌊(1−Level)(placebos+1)⌋.
//
// Sets of several overlap: their effects are a sample of donors, not of sets, and
// ranked as they are the test rejects 6 % at a nominal 5 % (docs/simulations.md).
// Their sizes are therefore stretched as in a prediction from so many donors.
//
// Assumed: under no effect the treated units are like the donors, above all in
// the variance of their changes. Where they are noisier or quieter, no placebo
// test holds its level: see docs/simulations.md and BySize.
//
// Refused (P, Lo, Hi are NaN, with a warning): fewer than 19 single donors, or a
// level whose 1−Level is below 1/(placebos+1).
func PlaceboEffects(p SynthPanel, m SynthMethod, o PlaceboOptions) (PlaceboTest, error) {
	o = o.withDefaults()
	if !(o.Level > 0 && o.Level < 1) {
		return PlaceboTest{}, fmt.Errorf("level %v: want between 0 and 1", o.Level)
	}
	fit, err := Synth(p, m)
	if err != nil {
		return PlaceboTest{}, err
	}
	t := PlaceboTest{Fit: fit, Donors: fit.NDonors, Level: o.Level, P: math.NaN(), PRatio: math.NaN(),
		SE: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Floor: math.NaN(), Warnings: slices.Clone(fit.Warnings)}
	if t.Donors <= p.treatedUnits() {
		t.warn("%d donors for %d treated units: no placebo set leaves a donor over", t.Donors, p.treatedUnits())
		return t, nil
	}
	t.Stretch = 1
	if p.treatedUnits() > 1 {
		t.Stretch = QuantileT(o.Level, float64(t.Donors-1)) / QuantileT(o.Level, math.Inf(1))
	}
	if err := t.run(p, m, o); err != nil {
		return t, err
	}
	t.rank()
	t.invert()
	if p.Size != nil {
		t.BySize = t.correctBySize(p)
	}
	return t, nil
}

func (t *PlaceboTest) warn(format string, args ...any) {
	t.Warnings = append(t.Warnings, fmt.Sprintf(format, args...))
}

func (t *PlaceboTest) run(p SynthPanel, m SynthMethod, o PlaceboOptions) error {
	_, donors := p.split()
	byContent := slices.Clone(donors) // so that draws don't depend on the order of rows
	slices.SortStableFunc(byContent, func(a, b int) int { return slices.Compare(p.Y[a], p.Y[b]) })
	var sets [][]int
	sets, t.Sets, t.Enumerated = placeboSets(len(donors), p.treatedUnits(), o)
	if !t.Enumerated {
		t.warn("%d of the possible sets of %d donors, drawn with seed %d", len(sets), p.treatedUnits(), o.Seed)
	}
	if k := p.treatedUnits(); k > 1 {
		t.warn("placebo sets of %d overlap: %d sets from %d single donors", k, len(sets), t.Donors)
	}
	for _, set := range sets {
		units := make([]int, len(set))
		for k, j := range set {
			units[k] = byContent[j]
		}
		f, err := placeboFit(p, byContent, units, m)
		if err != nil {
			return fmt.Errorf("placebo %s: %w", p.unit(units[0]), err)
		}
		t.Placebos = append(t.Placebos, Placebo{Units: units, Effect: f.ATT, Ratio: f.Ratio})
	}
	return nil
}

// placeboFit takes some of the donors as treated, the rest as their donors.
func placeboFit(p SynthPanel, donors, units []int, m SynthMethod) (SynthFit, error) {
	var rest []int
	for _, j := range donors {
		if !slices.Contains(units, j) {
			rest = append(rest, j)
		}
	}
	f, _, err := synthCore(p.pooled(units), p.rows(rest), p.Pre, m)
	return f, err
}

// placeboSets are all k-sets of 0…n−1, or MaxSets different ones drawn with the
// seed where there are more.
func placeboSets(n, k int, o PlaceboOptions) (sets [][]int, all int, enumerated bool) {
	all = choose(n, k)
	if all <= o.MaxSets {
		set := make([]int, k)
		for i := range set {
			set[i] = i
		}
		for {
			sets = append(sets, slices.Clone(set))
			if !nextSet(set, n) {
				return sets, all, true
			}
		}
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x5851f42d4c957f2d))
	seen := map[string]bool{}
	for len(sets) < o.MaxSets {
		set := rng.Perm(n)[:k]
		sort.Ints(set)
		if key := fmt.Sprint(set); !seen[key] {
			seen[key] = true
			sets = append(sets, set)
		}
	}
	return sets, all, false
}

// nextSet moves to the next k-set in lexicographic order, false after the last.
func nextSet(set []int, n int) bool {
	k := len(set)
	for i := k - 1; i >= 0; i-- {
		if set[i] < n-k+i {
			set[i]++
			for j := i + 1; j < k; j++ {
				set[j] = set[j-1] + 1
			}
			return true
		}
	}
	return false
}

// choose is n over k, capped at a billion.
func choose(n, k int) int {
	c := 1.0
	for i := range k {
		c = c * float64(n-i) / float64(i+1)
	}
	return int(min(math.Round(c), 1e9))
}

func (t *PlaceboTest) rank() {
	n := float64(len(t.Placebos))
	t.Floor = 1 / (n + 1)
	effects := make([]float64, len(t.Placebos))
	t.RankEffect, t.RankRatio = 1, 1
	for i, p := range t.Placebos {
		effects[i] = p.Effect
		if atLeast(t.Stretch*math.Abs(p.Effect), math.Abs(t.Fit.ATT)) {
			t.RankEffect++
		}
		if math.IsNaN(p.Ratio) || atLeast(p.Ratio, t.Fit.Ratio) {
			t.RankRatio++
		}
	}
	t.SE = rootMeanSquare(centredIf(true, effects))
	if math.IsNaN(t.Fit.Ratio) {
		t.RankRatio = 0
	}
	if t.Donors < minPlacebos {
		t.warn("%d donors: a placebo test at 5 %% needs %d; rank %d of %d is no p-value to act on", t.Donors, minPlacebos, t.RankEffect, len(t.Placebos)+1)
		return
	}
	t.P = float64(t.RankEffect) / (n + 1)
	if t.RankRatio > 0 {
		t.PRatio = float64(t.RankRatio) / (n + 1)
	}
	t.warn("p can't be below %.3g (%d placebos)", t.Floor, len(t.Placebos))
}

// atLeast is a ≥ b, equal up to rounding: the same placebo reached by another
// order of sums must count the same.
func atLeast(a, b float64) bool { return a >= b-1e-12*math.Abs(b) }

func (t *PlaceboTest) invert() {
	if math.IsNaN(t.P) {
		return
	}
	sizes := make([]float64, len(t.Placebos))
	for i, p := range t.Placebos {
		sizes[i] = t.Stretch * math.Abs(p.Effect)
	}
	half, ok := criticalSize(sizes, t.Level)
	if !ok {
		t.warn("%d placebos can't give an interval at level %v", len(t.Placebos), t.Level)
		return
	}
	t.Lo, t.Hi = t.Fit.ATT-half, t.Fit.ATT+half
}

// criticalSize is the m-th largest size, m = ⌊(1−level)(n+1)⌋: an effect beyond
// it has p ≤ 1−level. False when m is 0.
func criticalSize(sizes []float64, level float64) (float64, bool) {
	m := int(math.Floor((1-level)*float64(len(sizes)+1) + 1e-9))
	if m < 1 {
		return math.NaN(), false
	}
	s := slices.Clone(sizes)
	slices.Sort(s)
	return s[len(s)-m], true
}

// Significant says whether the placebo test rejects no effect at its level.
func (t PlaceboTest) Significant() bool { return t.P <= 1-t.Level+1e-12 }
