package stat

import (
	"fmt"
	"math"
	"slices"
)

// PAdjustment names a correction of p-values for the number of tests.
type PAdjustment string

// The corrections of R's p.adjust. Holm, Hochberg and Bonferroni bound the
// chance of any false rejection; BH and BY the expected share of false ones
// among the rejections.
const (
	BH         PAdjustment = "BH"         // Benjamini & Hochberg (1995): independent or positively dependent tests
	BY         PAdjustment = "BY"         // Benjamini & Yekutieli (2001): any dependence
	Holm       PAdjustment = "holm"       // Holm (1979): any dependence
	Hochberg   PAdjustment = "hochberg"   // Hochberg (1988): independent or positively dependent tests
	Bonferroni PAdjustment = "bonferroni" // any dependence; never better than Holm
)

// Adjusted holds p-values adjusted for their number.
type Adjusted struct {
	P        []float64 // in the order given; NaN where the p-value was NaN
	Tests    int       // the number of tests adjusted for
	Warnings []string
}

// AdjustP adjusts p-values for their number, as R's p.adjust does: NaN is no
// test and stays NaN. A p-value outside [0, 1] is an error, with its position
// (1 for the first).
//
// With p sorted ascending and m tests:
//
//	Bonferroni  min(1, m·p)
//	Holm        cumulative maximum of (m−i+1)·p₍ᵢ₎
//	Hochberg    cumulative minimum from the largest of (m−i+1)·p₍ᵢ₎
//	BH          cumulative minimum from the largest of m/i·p₍ᵢ₎
//	BY          BH times 1 + 1/2 + … + 1/m
func AdjustP(p []float64, method PAdjustment) (Adjusted, error) {
	out := Adjusted{P: make([]float64, len(p))}
	var order []int
	for i, v := range p {
		if v < 0 || v > 1 {
			return Adjusted{}, fmt.Errorf("p-value %d is %v: outside 0 to 1", i+1, v)
		}
		out.P[i] = math.NaN()
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	out.Tests = len(order)
	if missing := len(p) - len(order); missing > 0 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%d of %d p-values are missing: not counted as tests", missing, len(p)))
	}
	if len(order) == 0 {
		out.Warnings = append(out.Warnings, "no p-value to adjust")
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareFloat(p[a], p[b]) })
	factor, fromTop, err := adjustmentRule(method, len(order))
	if err != nil {
		return Adjusted{}, err
	}
	cumulate(p, out.P, order, factor, fromTop)
	return out, nil
}

// adjustmentRule is the factor of the i-th smallest p-value (i from 1) and
// whether the running bound starts at the largest.
func adjustmentRule(method PAdjustment, m int) (factor func(i int) float64, fromTop bool, err error) {
	n := float64(m)
	switch method {
	case Bonferroni:
		return func(int) float64 { return n }, false, nil
	case Holm:
		return func(i int) float64 { return n - float64(i) + 1 }, false, nil
	case Hochberg:
		return func(i int) float64 { return n - float64(i) + 1 }, true, nil
	case BH:
		return func(i int) float64 { return n / float64(i) }, true, nil
	case BY:
		h := 0.0
		for i := m; i >= 1; i-- {
			h += 1 / float64(i)
		}
		return func(i int) float64 { return h * n / float64(i) }, true, nil
	}
	return nil, false, fmt.Errorf("p-value adjustment %q: want BH, BY, holm, hochberg or bonferroni", method)
}

func cumulate(p, out []float64, order []int, factor func(int) float64, fromTop bool) {
	if fromTop {
		bound := 1.0
		for k := len(order) - 1; k >= 0; k-- {
			bound = min(bound, factor(k+1)*p[order[k]])
			out[order[k]] = bound
		}
		return
	}
	bound := 0.0
	for k, i := range order {
		bound = max(bound, min(1, factor(k+1)*p[i]))
		out[i] = bound
	}
}

// SmallestAttainable is the smallest adjusted p-value that a family of placebo
// tests could show if every one of them sat on its floor, the floors being
// 1/(placebos+1). With it a reader sees at once that a family could not have
// rejected at all.
func SmallestAttainable(floors []float64, method PAdjustment) (float64, error) {
	a, err := AdjustP(floors, method)
	if err != nil {
		return math.NaN(), err
	}
	best := math.NaN()
	for _, v := range a.P {
		if math.IsNaN(best) || v < best {
			best = v
		}
	}
	return best, nil
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
