package collaboration

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"hardyards/internal/police"
)

// allForces is the number of territorial forces of England and Wales.
const allForces = 43

// fewestForEstimate is the number of payers below which no national figure is
// estimated, and fewestPerThird the number of them in each third by size.
const (
	fewestForEstimate = 15
	fewestPerThird    = 3
)

// National is what the payers whose files are held paid to police bodies in a
// year; never scaled up unless there are payers enough, of mixed size.
type National struct {
	FinYear  police.FinancialYear
	Payers   []police.ForceCode // with all 12 months of the year
	Partial  []police.ForceCode // with fewer
	Pence    police.Pence       // paid by Payers, invoice totals once
	Estimate float64            // pounds, all 43; NaN where none is offered
	Lo, Hi   float64            // 95 % limits
	Method   string
	Why      string // why no estimate is offered
}

// NationalOf sums a year's flows between forces and to national bodies. size is a
// size of every force (officers, say), for a ratio estimate; it may be nil.
//
// Method: ratio estimator Σy/Σx × ΣX with the delete-one jackknife's standard
// error, finite population correction 1 − n/43, and Student's t with n − 1 degrees
// of freedom (Cochran, Sampling Techniques, 3rd ed. 1977, ch. 6 and 11).
func NationalOf(flows []police.Flow, fy police.FinancialYear, size map[police.ForceCode]float64) National {
	n := National{FinYear: fy, Estimate: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
	paid := map[police.ForceCode]police.Pence{}
	months := map[police.ForceCode]int32{}
	for _, f := range flows {
		c := f.Payer.Force()
		if c == "" || f.FinYear != fy || f.Payee == string(c) {
			continue
		}
		paid[c] += f.PenceOnce
		months[c] = max(months[c], f.Months)
	}
	for _, c := range sortedKeys(paid) {
		if months[c] < 12 {
			n.Partial = append(n.Partial, c)
			continue
		}
		n.Payers = append(n.Payers, c)
		n.Pence += paid[c]
	}
	if n.Why = whyNone(n.Payers, size); n.Why == "" {
		n.estimate(paid, size)
	}
	return n
}

func whyNone(payers []police.ForceCode, size map[police.ForceCode]float64) string {
	if len(payers) < fewestForEstimate {
		return fmt.Sprintf("%d of %d forces' payments are held for the whole year; a national figure is estimated from %d on", len(payers), allForces, fewestForEstimate)
	}
	if len(size) < allForces {
		return fmt.Sprintf("a size is known of %d of %d forces", len(size), allForces)
	}
	order := sortedKeys(size)
	slices.SortStableFunc(order, func(a, b police.ForceCode) int { return cmpFloat(size[a], size[b]) })
	var thirds [3]int
	for i, c := range order {
		if slices.Contains(payers, c) {
			thirds[i*3/len(order)]++
		}
	}
	if slices.Min(thirds[:]) < fewestPerThird {
		return fmt.Sprintf("the payers aren't of mixed size: %d small, %d middling, %d large", thirds[0], thirds[1], thirds[2])
	}
	return ""
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (n *National) estimate(paid map[police.ForceCode]police.Pence, size map[police.ForceCode]float64) {
	var y, x, all float64
	for _, c := range n.Payers {
		y += paid[c].Float()
		x += size[c]
	}
	for _, c := range sortedKeys(size) {
		all += size[c]
	}
	k := float64(len(n.Payers))
	mean, ratios := 0.0, make([]float64, 0, len(n.Payers))
	for _, c := range n.Payers {
		r := (y - paid[c].Float()) / (x - size[c])
		ratios = append(ratios, r)
		mean += r / k
	}
	ss := 0.0
	for _, r := range ratios {
		ss += (r - mean) * (r - mean)
	}
	se := all * math.Sqrt((k-1)/k*ss*(1-k/allForces))
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: k - 1}.Quantile(0.975)
	n.Estimate = all * y / x
	n.Lo, n.Hi = n.Estimate-t*se, n.Estimate+t*se
	n.Method = fmt.Sprintf("ratio to size over %d of %d forces, jackknife, t with %d degrees of freedom; the payers held are no random sample", len(n.Payers), allForces, len(n.Payers)-1)
}
