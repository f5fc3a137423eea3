package stat

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAdjustP: R's p.adjust on the 15 p-values of Benjamini & Hochberg (1995,
// sec. 4.1), and how many hypotheses they say are rejected at 5 %.
func TestAdjustP(t *testing.T) {
	var want map[string]any
	c := readCase(t, "padjust_bh1995", &want)
	p := c.numbers(t, "p")
	for _, m := range []PAdjustment{BH, BY, Holm, Hochberg, Bonferroni} {
		a, err := AdjustP(p, m)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want[string(m)].([]any) {
			near(t, string(m), a.P[i], w.(float64), 1e-14)
		}
	}
	for m, published := range map[PAdjustment]int{BH: 4, Bonferroni: 3} {
		a, _ := AdjustP(p, m)
		if n := len(slices.DeleteFunc(a.P, func(v float64) bool { return v > 0.05 })); n != published {
			t.Errorf("%s rejects %d, published %d", m, n, published)
		}
	}
}

func TestAdjustPEdges(t *testing.T) {
	a, err := AdjustP([]float64{0.02, math.NaN(), 0.01}, Bonferroni)
	if err != nil || a.Tests != 2 || a.P[0] != 0.04 || !math.IsNaN(a.P[1]) || len(a.Warnings) != 1 {
		t.Errorf("a missing p-value: %+v, %v", a, err)
	}
	for _, bad := range [][]float64{{-0.1}, {1.1}, {math.Inf(1)}} {
		if _, err := AdjustP(bad, BH); err == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
	if _, err := AdjustP([]float64{0.5}, "tukey"); err == nil {
		t.Error("an unknown method is accepted")
	}
	if a, err := AdjustP(nil, BH); err != nil || len(a.Warnings) == 0 {
		t.Errorf("no p-values: %+v, %v", a, err)
	}
	// METHODS 8: with 37 donors BH at 5 % rejects nothing unless half of all
	// tests sit on the floor of 1/38.
	floor := 1.0 / 38
	half := []float64{floor, floor, floor, 0.9, 0.9, 0.9}
	fewer := []float64{floor, floor, 0.9, 0.9, 0.9, 0.9}
	h, _ := AdjustP(half, BH)
	f, _ := AdjustP(fewer, BH)
	if h.P[0] > 0.053 || f.P[0] < 0.075 {
		t.Errorf("on the floor: half %v, a third %v", h.P[0], f.P[0])
	}
}

// TestAdjustPProperties: adjusted values are at least the raw ones, keep their
// order, and don't depend on the order given.
func TestAdjustPProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 30).Draw(t, "p")
		m := rapid.SampledFrom([]PAdjustment{BH, BY, Holm, Hochberg, Bonferroni}).Draw(t, "method")
		a, err := AdjustP(p, m)
		if err != nil {
			t.Fatal(err)
		}
		r := slices.Clone(p)
		slices.Reverse(r)
		b, _ := AdjustP(r, m)
		for i := range p {
			if a.P[i] < p[i] || a.P[i] > 1 || a.P[i] != b.P[len(p)-1-i] {
				t.Fatalf("%v → %v, reversed %v", p, a.P, b.P)
			}
			for j := range p {
				if p[i] < p[j] && a.P[i] > a.P[j] {
					t.Fatalf("order of %v lost in %v", p, a.P)
				}
			}
		}
	})
}
