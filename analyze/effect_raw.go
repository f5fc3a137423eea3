package analyze

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// rawChanges puts the members' and the peers' own change beside a finding that
// can't be estimated, from the last year before to the first year after.
func (p *Panel) rawChanges(row *police.Effect, d design) {
	if len(d.window.pre) == 0 || len(d.window.post) == 0 {
		return
	}
	var donors []police.ForceCode
	for _, f := range p.effectForces(d.measure) {
		if f != metropolitan && f != cityOfLondon && !slices.Contains(d.members, f) && p.complete(d.measure, f, d.window) {
			donors = append(donors, f)
		}
	}
	p.rawChangesOf(row, d, donors)
}

// rawChangesOf compares means over the years before with means over those after.
func (p *Panel) rawChangesOf(row *police.Effect, d design, donors []police.ForceCode) {
	row.RawMembers = p.changePct(d.measure, d.members, d.window)
	row.RawPeers = p.changePct(d.measure, donors, d.window)
}

func (p *Panel) changePct(m effectMeasure, forces []police.ForceCode, w window) float64 {
	before, ok1 := p.sumOver(m, forces, w.pre)
	after, ok2 := p.sumOver(m, forces, w.post)
	if !ok1 || !ok2 || before <= 0 {
		return math.NaN()
	}
	return 100 * (after/before - 1)
}

// sumOver is the mean over years of the forces' sum.
func (p *Panel) sumOver(m effectMeasure, forces []police.ForceCode, years []int) (float64, bool) {
	if len(forces) == 0 || len(years) == 0 {
		return 0, false
	}
	sum := 0.0
	for _, f := range forces {
		for _, y := range years {
			v, ok := p.effectValue(m, f, y)
			if !ok {
				return 0, false
			}
			sum += v
		}
	}
	return sum / float64(len(years)), true
}

// exploratory adds, where a series is too short for a verdict but has 2 periods
// before and 1 after, the plain difference in differences with the spread of its
// placebos: marked, and without a verdict.
func (p *Panel) exploratory(row *police.Effect, d design) {
	tooShort := len(d.window.pre) < minPre || len(d.window.post) < minPost
	if !tooShort || d.collaboration.National || len(d.window.pre) < 2 || len(d.window.post) < 1 || len(d.members) == 0 || !couldMove(d.collaboration, d.measure) {
		return
	}
	var donors []police.ForceCode
	for _, f := range p.effectForces(d.measure) {
		if f != metropolitan && f != cityOfLondon && !slices.Contains(d.members, f) && p.complete(d.measure, f, d.window) {
			donors = append(donors, f)
		}
	}
	for _, f := range d.members {
		if !p.complete(d.measure, f, d.window) {
			return
		}
	}
	if len(donors) < minDonors {
		return
	}
	q := p.synthPanel(d.measure, d.members, donors, d.window.pre, d.window.post)
	t, err := stat.PlaceboEffects(q, stat.DiffInDiff, stat.PlaceboOptions{})
	if err != nil {
		return
	}
	level := p.levelBefore(d)
	row.Estimator = string(stat.DiffInDiff)
	row.FindingID = findingID("effect", d.collaboration.ID, d.phase, d.measure.id, row.Estimator, row.DonorRule)
	row.Estimate, row.Lo, row.Hi = level*math.Expm1(t.Fit.ATT), level*math.Expm1(t.Lo), level*math.Expm1(t.Hi)
	row.Level, row.Placebos, row.NDonors = t.Level, int32(len(t.Placebos)), int32(len(donors))
	row.Reason += fmt.Sprintf("; the difference in differences with the spread of %d placebos stands beside it as exploratory, without a verdict", len(t.Placebos))
	row.Warnings = joinWarnings(append([]string{row.Warnings, "exploratory: too few periods to judge the comparison by"}, t.Warnings...)...)
}

// path is the event-study picture of an estimate: members, comparison and gap by
// year, the years left out among them, with the band of single-donor placebos.
func (p *Panel) path(d design, id string, donors []police.ForceCode, t *stat.PlaceboTest) []police.EffectPath {
	base := 0.0
	for i, g := range t.Fit.Gap[:len(d.window.pre)] {
		w := 1 / float64(len(d.window.pre))
		if len(t.Fit.TimeWeights) > i && t.Fit.Method == stat.SyntheticDiD {
			w = t.Fit.TimeWeights[i]
		}
		base += w * g
	}
	years := slices.Concat(d.window.pre, d.window.out, d.window.post)
	slices.Sort(years)
	var out []police.EffectPath
	for _, y := range years {
		row := police.EffectPath{FindingID: id, Year: int32(y), Phase: phaseOf(y, d.window),
			Treated: math.NaN(), Comparison: math.NaN(), Gap: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
		members, ok := p.pooledLog(d.measure, d.members, y)
		comparison, complete := p.weightedLog(d.measure, donors, t.Fit.UnitWeights[len(d.members):], y)
		if ok {
			row.Treated = math.Exp(members)
		}
		if ok && complete {
			row.Gap = 100 * math.Expm1(members-comparison-base)
			row.Comparison = math.Exp(comparison + base)
			row.Lo, row.Hi = p.placeboBand(d.measure, donors, y, d.window.pre)
		}
		out = append(out, row)
	}
	return out
}

func phaseOf(y int, w window) string {
	switch {
	case slices.Contains(w.pre, y):
		return "before"
	case slices.Contains(w.post, y):
		return "after"
	}
	return "left out"
}

func (p *Panel) pooledLog(m effectMeasure, forces []police.ForceCode, year int) (float64, bool) {
	sum, logs := 0.0, 0.0
	for _, f := range forces {
		v, ok := p.effectValue(m, f, year)
		if !ok || v <= 0 {
			return 0, false
		}
		sum, logs = sum+v, logs+math.Log(v)
	}
	if m.rate {
		return logs / float64(len(forces)), true
	}
	return math.Log(sum), true
}

func (p *Panel) weightedLog(m effectMeasure, forces []police.ForceCode, weights []float64, year int) (float64, bool) {
	sum := 0.0
	for i, f := range forces {
		if weights[i] == 0 {
			continue
		}
		v, ok := p.effectValue(m, f, year)
		if !ok || v <= 0 {
			return 0, false
		}
		sum += weights[i] * math.Log(v)
	}
	return sum, true
}

// placeboBand is the middle 95 % of single donors' own gaps to the other donors'
// mean, in per cent, each less its mean before: what a force that entered nothing
// looks like.
func (p *Panel) placeboBand(m effectMeasure, donors []police.ForceCode, year int, pre []int) (lo, hi float64) {
	var gaps []float64
	for _, f := range donors {
		v, ok := p.effectValue(m, f, year)
		if !ok || v <= 0 {
			continue
		}
		gaps = append(gaps, math.Log(v)-p.meanLog(m, f, pre))
	}
	centre := mean(gaps)
	for i := range gaps {
		gaps[i] = 100 * math.Expm1(gaps[i]-centre)
	}
	return stat.Quantile(gaps, 0.025), stat.Quantile(gaps, 0.975)
}

func (p *Panel) meanLog(m effectMeasure, f police.ForceCode, years []int) float64 {
	s := 0.0
	for _, y := range years {
		v, _ := p.effectValue(m, f, y)
		s += math.Log(v)
	}
	return s / float64(len(years))
}

// sensitivity varies an estimate: each donor left out, each member left out or
// alone, years dropped, transition widened, logs against the mean of members.
func (p *Panel) sensitivity(reg Register, d design, id string, donors []police.ForceCode) []police.Sensitivity {
	var out []police.Sensitivity
	add := func(name string, m effectMeasure, members, donors []police.ForceCode, pre, post []int, more ...string) {
		row := police.Sensitivity{FindingID: id, Variant: name, Estimate: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), P: math.NaN()}
		t, err := stat.PlaceboEffects(p.synthPanel(m, members, donors, pre, post), stat.SyntheticDiD, stat.PlaceboOptions{MaxSets: 200})
		if err != nil {
			row.Warnings = joinWarnings(append(more, err.Error())...)
		} else {
			row.Estimate, row.Lo, row.Hi, row.P = 100*math.Expm1(t.Fit.ATT), 100*math.Expm1(t.Lo), 100*math.Expm1(t.Hi), t.P
			row.Warnings = joinWarnings(append(append(more, "per cent of the level before"), t.Warnings...)...)
		}
		out = append(out, row)
	}
	w, m := d.window, d.measure
	add("as reported, 200 placebo sets", m, d.members, donors, w.pre, w.post)
	add("other donor rule", m, d.members, p.donors(m, reg, d.collaboration.ID, w, calmDonors), w.pre, w.post, calmDonors)
	add("the nearest 20 donors in size", m, d.members, p.nearestInSize(d.members, donors, 20), w.pre, w.post)
	if len(d.members) > 1 {
		for _, f := range d.members {
			add(p.Name(f)+" alone", m, []police.ForceCode{f}, donors, w.pre, w.post, "people moved between members are no change")
		}
	}
	if len(w.pre) > minPre {
		add("without the first year", m, d.members, donors, w.pre[1:], w.post)
		add("one year more left out before", m, d.members, donors, w.pre[:len(w.pre)-1], w.post)
	}
	if len(w.post) > minPost {
		add("one year more left out after", m, d.members, donors, w.pre, w.post[1:])
		add("without the last year", m, d.members, donors, w.pre, w.post[:len(w.post)-1])
		if slices.Contains(w.post, 2021) {
			post := slices.DeleteFunc(slices.Clone(w.post), func(y int) bool { return y == 2021 })
			add("without 2021 (Covid)", m, d.members, donors, w.pre, post)
		}
	}
	if m.money {
		nominal := m
		nominal.money = false
		add("nominal prices", nominal, d.members, donors, w.pre, w.post)
	}
	return out
}

func (p *Panel) nearestInSize(members, donors []police.ForceCode, n int) []police.ForceCode {
	size := 0.0
	for _, f := range members {
		v, _ := p.lastMean(Population, f, 1)
		size += v / float64(len(members))
	}
	out := slices.Clone(donors)
	slices.SortFunc(out, func(a, b police.ForceCode) int {
		x, _ := p.lastMean(Population, a, 1)
		y, _ := p.lastMean(Population, b, 1)
		return cmp.Or(cmp.Compare(math.Abs(math.Log(x/size)), math.Abs(math.Log(y/size))), cmp.Compare(a, b))
	})
	out = out[:min(n, len(out))]
	slices.Sort(out)
	return out
}
