package stat

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// BootInterval is a bootstrap interval.
type BootInterval struct {
	Lo, Hi   float64
	Level    float64
	Draws    int
	Seed     uint64
	Warnings []string
}

// BootOptions set the size and the seed of a bootstrap. The zero value is
// 1,999 draws, 95 %, seed 1.
type BootOptions struct {
	Draws int
	Level float64
	Seed  uint64
}

func (o BootOptions) withDefaults() BootOptions {
	if o.Draws == 0 {
		o.Draws = 1999
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	return o
}

// BootCorrelation is the bias-corrected and accelerated (BCa) bootstrap
// interval of a correlation (Efron 1987): pairs are drawn with replacement,
// the bias z₀ is from the share of draws below the estimate, the acceleration
// from the jackknife, and the percentiles are moved by both.
//
// Pairs are assumed independent. The pairs are sorted before drawing, so that
// the result does not depend on the order of rows. Fewer than 10 pairs, a
// constant column, or fewer than 199 draws: NaN with a warning.
func BootCorrelation(x, y []float64, m CorrMethod, o BootOptions) (BootInterval, error) {
	if len(x) != len(y) {
		return BootInterval{}, fmt.Errorf("%d and %d values: %w", len(x), len(y), ErrLengths)
	}
	o = o.withDefaults()
	if !(o.Level > 0 && o.Level < 1) {
		return BootInterval{}, fmt.Errorf("level %v: want between 0 and 1", o.Level)
	}
	estimate, err := plainCorrelation(m)
	if err != nil {
		return BootInterval{}, err
	}
	b := BootInterval{Lo: math.NaN(), Hi: math.NaN(), Level: o.Level, Draws: o.Draws, Seed: o.Seed}
	x, y, _ = completePairs(x, y)
	switch {
	case len(x) < 10:
		b.Warnings = append(b.Warnings, fmt.Sprintf("%d complete pairs: too few for a bootstrap interval (10)", len(x)))
		return b, nil
	case o.Draws < 199:
		b.Warnings = append(b.Warnings, fmt.Sprintf("%d draws: too few for an interval (199)", o.Draws))
		return b, nil
	case constant(x) || constant(y):
		b.Warnings = append(b.Warnings, "a column is constant: no interval")
		return b, nil
	}
	x, y = sortedPairs(x, y)
	draws, degenerate := bootDraws(x, y, estimate, o)
	if degenerate > 0 {
		b.Warnings = append(b.Warnings, fmt.Sprintf("%d of %d draws had a constant column and are left out", degenerate, o.Draws))
	}
	b.Lo, b.Hi = bca(draws, estimate(x, y), jackknife(x, y, estimate), o.Level)
	if math.IsNaN(b.Lo) {
		b.Warnings = append(b.Warnings, "all draws lie on one side of the estimate: no BCa interval")
	}
	return b, nil
}

// plainCorrelation is the bare estimator, NaN where a column is constant.
func plainCorrelation(m CorrMethod) (func(x, y []float64) float64, error) {
	var f func(x, y []float64) float64
	switch m {
	case Pearson, "":
		f = pearsonR
	case Spearman:
		f = func(x, y []float64) float64 { return pearsonR(MidRanks(x), MidRanks(y)) }
	case Kendall:
		f = func(x, y []float64) float64 { return countPairs(x, y).tauB() }
	default:
		return nil, fmt.Errorf("correlation %q: want pearson, spearman or kendall", m)
	}
	return func(x, y []float64) float64 {
		if constant(x) || constant(y) {
			return math.NaN()
		}
		return f(x, y)
	}, nil
}

func bootDraws(x, y []float64, estimate func(x, y []float64) float64, o BootOptions) (draws []float64, degenerate int) {
	rng := rand.New(rand.NewPCG(o.Seed, 0x9e3779b97f4a7c15))
	bx, by := make([]float64, len(x)), make([]float64, len(x))
	for range o.Draws {
		for i := range bx {
			k := rng.IntN(len(x))
			bx[i], by[i] = x[k], y[k]
		}
		if r := estimate(bx, by); math.IsNaN(r) {
			degenerate++
		} else {
			draws = append(draws, r)
		}
	}
	slices.Sort(draws)
	return draws, degenerate
}

func jackknife(x, y []float64, estimate func(x, y []float64) float64) []float64 {
	var out []float64
	for i := range x {
		r := estimate(without(x, i), without(y, i))
		if !math.IsNaN(r) {
			out = append(out, r)
		}
	}
	return out
}

// bca moves the percentiles of the sorted draws by bias and acceleration.
func bca(draws []float64, estimate float64, jack []float64, level float64) (lo, hi float64) {
	below := 0.0
	for _, d := range draws {
		if d < estimate {
			below++
		} else if d == estimate {
			below += 0.5
		}
	}
	share := below / float64(len(draws))
	if len(draws) == 0 || share <= 0 || share >= 1 {
		return math.NaN(), math.NaN()
	}
	z0, a := normalQuantile(share), acceleration(jack)
	at := func(p float64) float64 {
		z := z0 + normalQuantile(p)
		return sortedQuantile(draws, 1-upperNormal(z0+z/(1-a*z)))
	}
	return at((1 - level) / 2), at((1 + level) / 2)
}

func acceleration(jack []float64) float64 {
	m := average(jack)
	var s2, s3 float64
	for _, v := range jack {
		d := m - v
		s2 += d * d
		s3 += d * d * d
	}
	if s2 == 0 {
		return 0
	}
	return s3 / (6 * math.Pow(s2, 1.5))
}

func sortedPairs(x, y []float64) (sx, sy []float64) {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(compareFloat(x[a], x[b]), compareFloat(y[a], y[b]))
	})
	for _, i := range order {
		sx, sy = append(sx, x[i]), append(sy, y[i])
	}
	return sx, sy
}

func without[T any](x []T, i int) []T {
	return slices.Delete(slices.Clone(x), i, i+1)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
