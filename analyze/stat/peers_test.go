package stat

import (
	"math"
	"testing"
)

func TestNearestNeighbours(t *testing.T) {
	// Two features of standard deviation 1 and 1,000: scaled, unit 1 is nearest to
	// unit 0 although the second feature's raw distance is largest.
	f := [][]float64{{0, 0.1, 3, 2.9, math.NaN()}, {1000, 1300, 1000, 4000, 1000}, {7, 7, 7, 7, 7}}
	got, warnings, err := NearestNeighbours(f, 0, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Unit != 1 || got[1].Unit != 2 || len(warnings) != 2 {
		t.Errorf("%v, %v", got, warnings)
	}
	scaled := [][]float64{{0, 100, 3000, 2900, math.NaN()}, {0.001, 0.0013, 0.001, 0.004, 0.001}}
	again, _, err := NearestNeighbours(scaled, 0, 2)
	if err != nil || math.Abs(again[0].Distance-got[0].Distance) > 1e-12 {
		t.Errorf("other units of measurement: %v and %v", again, got)
	}
	if _, _, err := NearestNeighbours(f, 4, 1); err == nil {
		t.Error("a unit with a missing feature is accepted")
	}
	if _, _, err := NearestNeighbours([][]float64{{1, 1}}, 0, 1); err == nil {
		t.Error("features that don't vary are accepted")
	}
	if n, w, err := NearestNeighbours(f[:1], 0, 9); err != nil || len(n) != 3 || len(w) != 2 {
		t.Errorf("9 of 3: %v, %v, %v", n, w, err)
	}
}

func TestWeightedMean(t *testing.T) {
	if got := WeightedMean([]float64{1, 3, math.NaN()}, []float64{3, 1, 9}); got != 1.5 {
		t.Errorf("%v, want 1.5", got)
	}
	if got := WeightedMean([]float64{1}, []float64{0}); !math.IsNaN(got) {
		t.Errorf("no weight: %v", got)
	}
}

func TestRankIntervals(t *testing.T) {
	value := []float64{10, 20, 30, math.NaN()}
	draws := [][]float64{{1, 2, 3, 4}, {2, 1, 3, 4}, {1, 2, 3, math.NaN()}}
	r, err := RankIntervals(value, draws, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if r[0].Rank != 1 || r[0].Lo != 1 || r[0].Hi != 2 || r[2].Lo != 3 || r[2].Hi != 3 || !math.IsNaN(r[3].Rank) {
		t.Errorf("%+v", r)
	}
	if _, err := RankIntervals(value, nil, 0.95); err == nil {
		t.Error("no draws are accepted")
	}
	d, err := NormalDraws([]float64{0, 100, 0.1}, []float64{1, 1, 1}, 500, 1)
	if err != nil {
		t.Fatal(err)
	}
	r, err = RankIntervals([]float64{0, 100, 0.1}, d, 0.95)
	if err != nil || r[0].Lo != 1 || r[0].Hi != 2 || r[1].Lo != 3 || r[2].Hi != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}
