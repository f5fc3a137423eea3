package stat

import (
	"fmt"
	"math"
	"slices"
)

// Neighbour is a unit near another.
type Neighbour struct {
	Unit     int
	Distance float64 // Euclidean, over features divided by their standard deviations
}

// NearestNeighbours are the k units nearest to unit of, by Euclidean distance
// over features each divided by its standard deviation over all complete units,
// nearest first, ties in the order of the units' features. features[f][i] is
// feature f of unit i.
//
// Left out, with a warning: units with a missing feature, constant features.
// Refused: a unit of with a missing feature, no feature that varies, k < 1.
// Fewer than k others: all of them, with a warning. The features decide the
// peers: strongly correlated ones count double.
func NearestNeighbours(features [][]float64, of, k int) ([]Neighbour, []string, error) {
	if len(features) == 0 {
		return nil, nil, fmt.Errorf("neighbours: no features: %w", ErrEmpty)
	}
	if of < 0 || of >= len(features[0]) || k < 1 {
		return nil, nil, fmt.Errorf("neighbours: unit %d of %d, k %d", of, len(features[0]), k)
	}
	var warnings []string
	complete, err := completeUnits(features)
	if err != nil {
		return nil, nil, err
	}
	if !slices.Contains(complete, of) {
		return nil, nil, fmt.Errorf("neighbours: the unit itself has a missing feature: %w", ErrNotFinite)
	}
	if left := len(features[0]) - len(complete); left > 0 {
		warnings = append(warnings, fmt.Sprintf("%d units have a missing feature and can't be neighbours", left))
	}
	scaled, dropped := standardised(features, complete)
	if dropped > 0 {
		warnings = append(warnings, fmt.Sprintf("%d features are the same everywhere and are left out", dropped))
	}
	if len(scaled) == 0 {
		return nil, nil, fmt.Errorf("neighbours: no feature varies: %w", ErrEmpty)
	}
	out := distances(scaled, complete, of)
	if len(out) < k {
		warnings = append(warnings, fmt.Sprintf("only %d other units for %d neighbours", len(out), k))
		k = len(out)
	}
	return out[:k], warnings, nil
}

func completeUnits(features [][]float64) ([]int, error) {
	var out []int
	for _, f := range features {
		if len(f) != len(features[0]) {
			return nil, fmt.Errorf("neighbours: features of %d and %d units: %w", len(features[0]), len(f), ErrLengths)
		}
	}
	for i := range features[0] {
		if !slices.ContainsFunc(features, func(f []float64) bool { return !isFinite(f[i]) }) {
			out = append(out, i)
		}
	}
	return out, nil
}

// standardised divides each feature by its standard deviation over the units
// named; the result is indexed by feature and by unit.
func standardised(features [][]float64, units []int) (out [][]float64, dropped int) {
	for _, f := range features {
		known := make([]float64, len(units))
		for k, i := range units {
			known[k] = f[i]
		}
		d := deviations(known)
		sd := norm2(d) / math.Sqrt(float64(max(len(d)-1, 1)))
		if sd == 0 || constant(known) {
			dropped++
			continue
		}
		col := make([]float64, len(f))
		for k, i := range units {
			col[i] = d[k] / sd
		}
		out = append(out, col)
	}
	return out, dropped
}

func distances(scaled [][]float64, units []int, of int) []Neighbour {
	var out []Neighbour
	for _, i := range units {
		if i == of {
			continue
		}
		d := 0.0
		for _, f := range scaled {
			d = math.Hypot(d, f[i]-f[of])
		}
		out = append(out, Neighbour{i, d})
	}
	slices.SortStableFunc(out, func(a, b Neighbour) int {
		if c := compareFloat(a.Distance, b.Distance); c != 0 {
			return c
		}
		for _, f := range scaled {
			if c := compareFloat(f[a.Unit], f[b.Unit]); c != 0 {
				return c
			}
		}
		return 0
	})
	return out
}

// WeightedMean is Σ w·x / Σ w over the rows where both are finite and w > 0, NaN
// when there is none. With w the denominators of ratios x it is the ratio of the
// sums, which the simple mean isn't.
func WeightedMean(x, w []float64) float64 {
	if len(x) != len(w) {
		return math.NaN()
	}
	top, bottom := 0.0, 0.0
	for i := range x {
		if isFinite(x[i]) && isFinite(w[i]) && w[i] > 0 {
			top += w[i] * x[i]
			bottom += w[i]
		}
	}
	return top / bottom
}
