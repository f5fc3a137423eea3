package analyze

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// unexplained is how the measures' own tables mark a step found by the screen: a mark
// of a step, not a reason for it.
const unexplained = "nothing at hand explains"

// steps lists, by force, the years in which its series steps: a relabelling or a
// transfer more likely than a year's business. The screen runs once a measure.
func (p *Panel) stepsOf(m effectMeasure) map[police.ForceCode][]int {
	if known, ok := p.steps.Load(m.id); ok {
		return known.(map[police.ForceCode][]int)
	}
	found := p.screenSteps(m)
	p.steps.Store(m.id, found)
	return found
}

// unexplainedSteps are the steps that neither a break of that force's own series nor
// the register explains. Such a force is no donor over that year.
func (p *Panel) unexplainedSteps(m effectMeasure, reg Register) map[police.ForceCode][]int {
	out := map[police.ForceCode][]int{}
	for f, years := range p.stepsOf(m) {
		for _, y := range years {
			if !p.breakExplains(m, f, y) && !reg.explains(f, period(y-1, m.period).first, period(y, m.period).last) {
				out[f] = append(out[f], y)
			}
		}
	}
	return out
}

// breakExplains reports whether the catalogue has a reason for a step of this force
// in this year. What holds of most forces in a year (Covid) is no reason for one of
// them to stand out, since the screen is against the others.
func (p *Panel) breakExplains(m effectMeasure, f police.ForceCode, year int) bool {
	s := m.parts[0]
	text := p.Break(s.measure, s.function, f, year)
	if text == "" || strings.Contains(text, unexplained) {
		return false
	}
	same, all := 0, 0
	for _, g := range p.effectForces(m) {
		if _, ok := p.At(s.measure, s.function, g, year); ok {
			all++
			if p.Break(s.measure, s.function, g, year) == text {
				same++
			}
		}
	}
	return 2*same <= all
}

// explains reports whether a force entered or left a force-wide collaboration within
// two days: a reason for its series to step.
func (r Register) explains(f police.ForceCode, first, last police.Date) bool {
	for _, c := range r.Collaborations {
		if !c.ForceWide || !slices.Contains(r.everMembers(c.ID), f) {
			continue
		}
		for _, phase := range []string{"entry", "exit"} {
			if t, ok := transitionOf(r.Events, c.ID, phase); ok && t.first <= last && t.last >= first {
				return true
			}
		}
	}
	return false
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
		out[forces[s.Unit]] = append(out[forces[s.Unit]], years[s.Period])
	}
	return out
}

// stepWarnings shows the steps in a window: of forces that are no donors for it, and
// of members, whose own step can be the finding or a relabelling.
func (p *Panel) stepWarnings(m effectMeasure, reg Register, members []police.ForceCode, w window) []string {
	var out, left []string
	open := p.unexplainedSteps(m, reg)
	for _, f := range p.effectForces(m) {
		if years := yearsIn(open[f], w); len(years) > 0 && !slices.Contains(members, f) && f != metropolitan && f != cityOfLondon {
			left = append(left, fmt.Sprintf("%s %s", p.Name(f), yearRange(years)))
		}
	}
	if len(left) > 0 {
		out = append(out, "no donors, since their series step without a known reason: "+strings.Join(left, "; "))
	}
	for _, f := range members {
		if years := yearsIn(p.stepsOf(m)[f], w); len(years) > 0 {
			out = append(out, fmt.Sprintf("the series of the member %s steps in %s", p.Name(f), yearRange(years)))
		}
	}
	return out
}

// yearsIn are the steps that fall between the first and the last year of a window.
func yearsIn(years []int, w window) []int {
	all := slices.Concat(w.pre, w.out, w.post)
	if len(all) == 0 {
		return nil
	}
	first, last := slices.Min(all), slices.Max(all)
	var out []int
	for _, y := range years {
		if y > first && y <= last {
			out = append(out, y)
		}
	}
	return out
}
