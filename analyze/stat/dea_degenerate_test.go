package stat

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestDEAManyTies: every unit that belongs to its own reference set has a score.
// With whole numbers from 1 to 4 most vertices are degenerate, and the rounding
// that an artificial variable keeps once made such units look infeasible.
func TestDEAManyTies(t *testing.T) {
	for seed := range uint64(20) {
		p := deaSample(rand.New(rand.NewPCG(seed, 6)), 70, 3, 3, true)
		for _, p.Returns = range []Returns{CRS, VRS} {
			for _, p.Orientation = range []Orientation{InputOriented, OutputOriented} {
				r, err := p.Scores()
				if err != nil || len(r.Warnings) > 0 {
					t.Fatalf("seed %d %s %s: %v %v", seed, p.Returns, p.Orientation, err, r.Warnings)
				}
				for i, u := range r.Units {
					bounded := u.Score > 0 && u.Score <= 1 || p.Orientation == OutputOriented && u.Score >= 1
					if !bounded || math.IsInf(u.Score, 0) {
						t.Errorf("seed %d %s %s unit %d: score %v", seed, p.Returns, p.Orientation, i+1, u.Score)
					}
				}
			}
		}
	}
}

// TestDEANoneMade: unit 3 alone makes the second output. Left out of its own
// reference set the optimum is 0 (R 4.2.2, lpSolve 5.6.18: max φ, objval 0), which
// is an answer and no failure.
func TestDEANoneMade(t *testing.T) {
	p := DEA{Inputs: [][]float64{{1, 2, 2}}, Outputs: [][]float64{{1, 2, 0}, {0, 0, 1}}, Orientation: OutputOriented, Super: true}
	r, err := p.Scores()
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Units[2].Score; got != 0 {
		t.Errorf("score %v, want 0", got)
	}
	if !strings.Contains(strings.Join(r.Warnings, "\n"), "unit 3: score 0") {
		t.Errorf("warnings %q", r.Warnings)
	}
}
