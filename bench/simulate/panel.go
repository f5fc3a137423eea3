package main

import (
	"math"
	"math/rand/v2"

	"hardyards/analyze/stat"
)

// design is one kind of panel: 43 units × 10 periods unless it says otherwise,
// treatment from period 6 on (5 before, 5 after), no true effect.
type design struct {
	donors, treated int
	rho             float64 // of the AR(1) errors
	// noise says how a unit's standard deviation follows its place among all, 0
	// the largest unit; nil: 1 everywhere.
	noise func(place, units int) float64
	// first is the place of the first treated unit, where noise differs.
	first func(units int, rng *rand.Rand) int
	seed  uint64
}

const (
	periods = 10
	before  = 5
)

// panel draws y_it = a_i + b_t + e_it, a ~ N(0, 3²), b ~ N(0, 1), e stationary
// AR(1) with the unit's standard deviation.
func (d design) panel(rng *rand.Rand) stat.SynthPanel {
	units := d.donors + d.treated
	p := stat.SynthPanel{Pre: before}
	common := make([]float64, periods)
	for t := range common {
		common[t] = rng.NormFloat64()
	}
	start := 0
	if d.first != nil {
		start = d.first(units, rng)
	}
	for i := range units {
		sd := 1.0
		if d.noise != nil {
			sd = d.noise(i, units)
			p.Size = append(p.Size, 1/(sd*sd))
		}
		p.Y = append(p.Y, series(rng, d.rho, sd, common))
		p.Treated = append(p.Treated, i >= start && i < start+d.treated)
	}
	return p
}

func series(rng *rand.Rand, rho, sd float64, common []float64) []float64 {
	level, e := 3*rng.NormFloat64(), rng.NormFloat64()
	y := make([]float64, len(common))
	for t := range y {
		if t > 0 {
			e = rho*e + math.Sqrt(1-rho*rho)*rng.NormFloat64()
		}
		y[t] = level + common[t] + sd*e
	}
	return y
}

// unequal is a noise that grows from 0.5 for the largest to 1.5 for the smallest
// unit, as one over the square root of size would for sizes 9 : 1.
func unequal(place, units int) float64 {
	return 0.5 + float64(place)/float64(units-1)
}

// third puts the treated unit in a random place of the first (quietest) or last
// (noisiest) third.
func third(noisiest bool) func(units int, rng *rand.Rand) int {
	return func(units int, rng *rand.Rand) int {
		k := units / 3
		if noisiest {
			return units - k + rng.IntN(k)
		}
		return rng.IntN(k)
	}
}
