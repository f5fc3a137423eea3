package analyze

import (
	"math"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// unexplainedSteps lists, by force, the years in which its series steps: a
// relabelling or a transfer more likely than a year's business. Such a force is no
// donor over that year, unless a break in the catalogue explains it. The screen runs
// once for each measure.
func (p *Panel) unexplainedSteps(m effectMeasure) map[police.ForceCode][]int {
	if known, ok := p.steps.Load(m.id); ok {
		return known.(map[police.ForceCode][]int)
	}
	found := p.screenSteps(m)
	p.steps.Store(m.id, found)
	return found
}

func (p *Panel) screenSteps(m effectMeasure) map[police.ForceCode][]int {
	forces, years := p.effectForces(m), p.effectYears(m)
	y := make([][]float64, len(forces))
	for i, f := range forces {
		y[i] = make([]float64, len(years))
		for t, year := range years {
			v, ok := p.effectValue(m, f, year)
			if !ok {
				v = math.NaN()
			}
			y[i][t] = v
		}
	}
	out := map[police.ForceCode][]int{}
	steps, _, err := stat.Steps(y, stat.StepOptions{Log: true})
	if err != nil {
		return out
	}
	for _, s := range steps {
		f, year := forces[s.Unit], years[s.Period]
		if p.Break(m.parts[0].measure, m.parts[0].function, f, year) == "" {
			out[f] = append(out[f], year)
		}
	}
	return out
}
