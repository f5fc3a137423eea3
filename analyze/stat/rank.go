package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// RankInterval is a unit's place among others with what it could as well be.
// Rank 1 is the smallest value.
type RankInterval struct {
	Rank   float64 // of the values themselves; ties share the mean
	Lo, Hi float64 // quantiles of the rank over the draws
}

// RankIntervals ranks units by value, and again in each of the draws; the
// interval is from the draws' (1−level)/2 and (1+level)/2 quantiles, rounded
// outwards to whole ranks. draws[b][i] is unit i in draw b: one draw for each
// year or definition of a complete figure, or simulated ones for an estimate
// (NormalDraws). What the draws are is what the interval says; it must stand
// beside it.
//
// A unit whose value is missing gets NaN; in a draw it is left out. Without
// draws, or with values of one unit only: an error.
func RankIntervals(value []float64, draws [][]float64, level float64) ([]RankInterval, error) {
	if len(value) < 2 || len(draws) == 0 {
		return nil, fmt.Errorf("rank intervals: %d units, %d draws: %w", len(value), len(draws), ErrEmpty)
	}
	if level == 0 {
		level = 0.95
	}
	if !(level > 0 && level < 1) {
		return nil, fmt.Errorf("level %v: want between 0 and 1", level)
	}
	seen := make([][]float64, len(value))
	for b, d := range draws {
		if len(d) != len(value) {
			return nil, fmt.Errorf("draw %d has %d units of %d: %w", b+1, len(d), len(value), ErrLengths)
		}
		for i, r := range ranksKnown(d) {
			if !math.IsNaN(r) {
				seen[i] = append(seen[i], r)
			}
		}
	}
	out := make([]RankInterval, len(value))
	for i, r := range ranksKnown(value) {
		out[i] = RankInterval{Rank: r, Lo: math.NaN(), Hi: math.NaN()}
		if !math.IsNaN(r) && len(seen[i]) > 0 {
			slices.Sort(seen[i])
			out[i].Lo = math.Floor(sortedQuantile(seen[i], (1-level)/2))
			out[i].Hi = math.Ceil(sortedQuantile(seen[i], (1+level)/2))
		}
	}
	return out, nil
}

// ranksKnown are the mid-ranks of the finite values, NaN for the others.
func ranksKnown(x []float64) []float64 {
	out := make([]float64, len(x))
	var known []float64
	for _, v := range x {
		if isFinite(v) {
			known = append(known, v)
		}
	}
	ranks := MidRanks(known)
	k := 0
	for i, v := range x {
		out[i] = math.NaN()
		if isFinite(v) {
			out[i] = ranks[k]
			k++
		}
	}
	return out
}

// NormalDraws are n simulated sets of values, each unit normal about its
// estimate with its standard error, for RankIntervals. A unit's draws depend on
// the seed and on its estimate, not on its place: equal estimates get draws by
// place.
func NormalDraws(estimate, se []float64, n int, seed uint64) ([][]float64, error) {
	if len(estimate) != len(se) {
		return nil, fmt.Errorf("%d estimates, %d errors: %w", len(estimate), len(se), ErrLengths)
	}
	draws := make([][]float64, n)
	for b := range draws {
		draws[b] = make([]float64, len(estimate))
	}
	for _, i := range sortedOrder(estimate) {
		rng := rand.New(rand.NewPCG(seed, math.Float64bits(estimate[i])))
		for b := range draws {
			draws[b][i] = estimate[i] + se[i]*rng.NormFloat64()
		}
	}
	return draws, nil
}
