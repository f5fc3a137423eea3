package analyze

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// rawChanges puts the members' and the donors' own change beside a finding that
// can't be estimated.
func (p *Panel) rawChanges(row *police.Effect, d design) {
	if len(d.window.pre) == 0 || len(d.window.post) == 0 {
		return
	}
	p.rawChangesOf(row, d, d.donorsOf)
}

// rawChangesOf compares means over the years before with means over those after.
func (p *Panel) rawChangesOf(row *police.Effect, d design, donors []police.ForceCode) {
	row.RawMembers = p.changePct(d.measure, d.members, d.window)
	row.RawPeers = p.changePct(d.measure, donors, d.window)
}

func (p *Panel) changePct(m effectMeasure, forces []police.ForceCode, w window) float64 {
	before, ok1 := p.sumOver(m, forces, w.pre, w.pre)
	after, ok2 := p.sumOver(m, forces, w.post, w.pre)
	if !ok1 || !ok2 || before <= 0 {
		return math.NaN()
	}
	return 100 * (after/before - 1)
}

// sumOver is the mean over years of the forces' sum, or for a score of their mean by
// population.
func (p *Panel) sumOver(m effectMeasure, forces []police.ForceCode, years, pre []int) (float64, bool) {
	if len(years) == 0 {
		return math.NaN(), false
	}
	sum := 0.0
	for _, y := range years {
		v, ok := p.together(m, forces, y, pre)
		if !ok {
			return math.NaN(), false
		}
		sum += v
	}
	return sum / float64(len(years)), true
}

// together is what forces show as one body in a year: their sum, or for a score the
// mean by the population beside the last year before.
func (p *Panel) together(m effectMeasure, forces []police.ForceCode, year int, pre []int) (float64, bool) {
	sum, weights := 0.0, 0.0
	for _, f := range forces {
		v, ok := p.effectValue(m, f, year)
		if !ok || v <= 0 {
			return math.NaN(), false
		}
		w := 1.0
		if m.rate {
			if w = p.weight(m, f, pre); !(w > 0) {
				w = 1
			}
		}
		sum, weights = sum+w*v, weights+w
	}
	if m.rate {
		sum /= weights
	}
	return sum, len(forces) > 0
}

// exploratory adds, where a series is too short for a verdict but has 2 periods
// before and 1 after, the plain difference in differences with the spread of its
// placebos: marked, and without a verdict.
func (p *Panel) exploratory(row *police.Effect, d design) {
	tooShort := len(d.window.pre) < minPre || len(d.window.post) < minPost
	if !tooShort || d.collaboration.National || len(d.window.pre) < 2 || len(d.window.post) < 1 || len(d.members) == 0 || !couldMove(d.collaboration, d.measure) {
		return
	}
	for _, f := range d.members {
		if !p.complete(d.measure, f, d.window) {
			return
		}
	}
	donors := d.donorsOf
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
	row.Method = methodText(row.Estimator, d.measure)
	row.FindingID = findingID("effect", d.collaboration.ID, d.phase, d.measure.id, row.Estimator, row.DonorRule)
	row.Estimate, row.Lo, row.Hi = level*math.Expm1(t.Fit.ATT), level*math.Expm1(t.Lo), level*math.Expm1(t.Hi)
	row.LevelBefore = level
	row.EstimatePct, row.LoPct, row.HiPct = 100*math.Expm1(t.Fit.ATT), 100*math.Expm1(t.Lo), 100*math.Expm1(t.Hi)
	row.Level, row.Placebos, row.NDonors = t.Level, int32(len(t.Placebos)), int32(len(donors))
	row.Reason += fmt.Sprintf("; the difference in differences with the spread of %d placebos stands beside it as exploratory, without a verdict", len(t.Placebos))
	row.Warnings = joinWarnings(append([]string{row.Warnings, "exploratory: too few periods to judge the comparison by"}, t.Warnings...)...)
}

// path is the event-study picture of an estimate: members, comparison and gap by
// year, the years left out among them, with the band of placebo sets pooled like the
// members.
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
	sets := placeboUnits(t, donors, len(d.members))
	var out []police.EffectPath
	for _, y := range years {
		row := police.EffectPath{FindingID: id, Year: int32(y), Phase: phaseOf(y, d.window),
			Treated: math.NaN(), Comparison: math.NaN(), Gap: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
		members, ok := p.together(d.measure, d.members, y, d.window.pre)
		members = math.Log(members)
		comparison, complete := p.weightedLog(d.measure, donors, t.Fit.UnitWeights[len(d.members):], y)
		if ok {
			row.Treated = math.Exp(members)
		}
		if ok && complete {
			row.Gap = 100 * math.Expm1(members-comparison-base)
			row.Comparison = math.Exp(comparison + base)
			row.Lo, row.Hi = p.placeboBand(d, donors, sets, y, t.Stretch)
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

// placeboUnits are the placebo sets of a test as places among the donors; rows of the
// panel begin with the members.
func placeboUnits(t *stat.PlaceboTest, donors []police.ForceCode, members int) [][]int {
	var out [][]int
	for _, q := range t.Placebos {
		set := make([]int, len(q.Units))
		for k, u := range q.Units {
			set[k] = u - members
		}
		out = append(out, set)
	}
	return out
}

// placeboBand is the middle 95 % of the gaps of placebo sets, made one body like the
// members, to all donors' mean, in per cent, each less its mean before: what as many
// forces that entered nothing look like. It is wider than a band from the estimator's
// own weights, and stretched like the test.
func (p *Panel) placeboBand(d design, donors []police.ForceCode, sets [][]int, year int, stretch float64) (lo, hi float64) {
	m, pre := d.measure, d.window.pre
	change := make([]float64, len(donors)) // of the logs, from the mean before
	value, base, weight := make([]float64, len(donors)), make([]float64, len(donors)), make([]float64, len(donors))
	for i, f := range donors {
		v, ok := p.effectValue(m, f, year)
		if !ok || v <= 0 {
			return math.NaN(), math.NaN()
		}
		weight[i] = 1
		if w := p.weight(m, f, pre); m.rate && w > 0 {
			weight[i] = w
		}
		value[i], base[i] = v, math.Exp(p.meanLog(m, f, pre))
		change[i] = math.Log(v / base[i])
	}
	centre := mean(change)
	gaps := make([]float64, len(sets))
	for k, set := range sets {
		now, before := 0.0, 0.0
		for _, i := range set {
			now, before = now+weight[i]*value[i], before+weight[i]*base[i]
		}
		gaps[k] = 100 * math.Expm1(stretch*(math.Log(now/before)-centre))
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
	out = append(out, p.donorsLeftOut(d, id, donors)...)
	for _, v := range otherDefinitions(m) {
		members, others := d.members, slices.DeleteFunc(slices.Clone(donors), func(f police.ForceCode) bool { return !p.complete(v.measure, f, w) })
		add(v.name, v.measure, members, others, w.pre, w.post)
	}
	if m.money {
		nominal := m
		nominal.money = false
		add("nominal prices", nominal, d.members, donors, w.pre, w.post)
	}
	return out
}

// definition is another reading of a measure.
type definition struct {
	name    string
	measure effectMeasure
}

// otherDefinitions are the readings of a measure that an estimate is varied over.
func otherDefinitions(m effectMeasure) []definition {
	v := m
	switch m.id {
	case "fte_staff_total":
		v.parts = []series{{"fte_staff", ""}}
		return []definition{{"definition: staff without designated officers", v}}
	case Officers:
		v.parts = []series{{Officers, ""}, {"fte_staff_total", ""}}
		return []definition{{"definition: officers and staff together", v}}
	case CrimeSeverity:
		v.rate = false
		return []definition{{"definition: scores summed, each member alike", v}}
	}
	return nil
}

// donorsLeftOut are the smallest and the largest estimate with one donor left out,
// without intervals of their own.
func (p *Panel) donorsLeftOut(d design, id string, donors []police.ForceCode) []police.Sensitivity {
	q := p.synthPanel(d.measure, d.members, donors, d.window.pre, d.window.post)
	outs, err := stat.LeaveOneDonorOut(q, stat.SyntheticDiD)
	if err != nil || len(outs) == 0 {
		return nil
	}
	byATT := func(a, b stat.DonorOut) int { return cmp.Or(cmp.Compare(a.ATT, b.ATT), cmp.Compare(a.Unit, b.Unit)) }
	row := func(name string, o stat.DonorOut) police.Sensitivity {
		return police.Sensitivity{FindingID: id, Variant: fmt.Sprintf("one donor left out, %s: without %s", name, p.Name(police.ForceCode(q.Units[o.Unit]))),
			Estimate: 100 * math.Expm1(o.ATT), Lo: math.NaN(), Hi: math.NaN(), P: math.NaN(),
			Warnings: fmt.Sprintf("per cent of the level before | %d donors tried, no interval", len(outs))}
	}
	return []police.Sensitivity{row("lowest", slices.MinFunc(outs, byATT)), row("highest", slices.MaxFunc(outs, byATT))}
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
