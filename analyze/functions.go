package analyze

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// functionMeasure is a measure by function, divided by people.
type functionMeasure struct {
	measures []string // summed
	unit     string
	scale    float64
	caveat   string
}

var functionMeasures = []functionMeasure{
	{[]string{FunctionGross}, "£ a head", 1, "budget estimate, not outturn"},
	{[]string{"officers_fte", "staff_fte", "pcso_fte"}, "FTE per 100,000 people", 1e5, "budget estimate | staff of a joint unit stand at its host"},
}

const permutations = 1999

// CompareFunctions sets, for every function and year, the forces that the register
// has collaborating in that function beside those that don't. Members are summed:
// a host shows the whole unit, a partner one recharge, so that single members
// mislead. The interval is the difference with the spread it takes under permuted
// labels; it describes how unusual the grouping is, and no cause.
func (p *Panel) CompareFunctions(reg Register) []police.FunctionComparison {
	var out []police.FunctionComparison
	for _, m := range functionMeasures {
		for _, f := range p.Functions(m.measures[0]) {
			if strings.HasPrefix(f, "total") {
				continue
			}
			for _, y := range p.Years(m.measures[0], f) {
				if row, ok := p.compareFunction(reg, m, f, y); ok {
					out = append(out, row)
				}
			}
		}
	}
	return out
}

// functionForce is one force's figure of a function.
type functionForce struct {
	force         police.ForceCode
	value, people float64
}

func (p *Panel) compareFunction(reg Register, m functionMeasure, function string, year int) (police.FunctionComparison, bool) {
	collaborating := reg.collaboratingIn(function, year)
	var with, without []functionForce
	for _, f := range p.Forces(m.measures[0], function) {
		v, ok := p.functionValue(m, function, f, year)
		n, _, known := p.People(f, year, "FY_END_MAR")
		if !ok || !known || f == metropolitan || f == cityOfLondon {
			continue
		}
		q := functionForce{f, v * m.scale, n}
		if collaborating[f] != "" {
			with = append(with, q)
		} else {
			without = append(without, q)
		}
	}
	if len(with) < 2 || len(without) < 5 {
		return police.FunctionComparison{}, false
	}
	fy := yearName(year, "FY_END_MAR")
	row := police.FunctionComparison{
		FindingID: findingID("function", m.measures[0], function, fy), Function: function, FinYear: fy,
		Measure: strings.Join(m.measures, "+"), Unit: m.unit, NWith: int32(len(with)), NWithout: int32(len(without)),
		With:     rolesText(with, collaborating),
		MeanWith: pooledRate(with), MeanOthers: pooledRate(without), MedWith: medianRate(with), MedOthers: medianRate(without),
		Method:   fmt.Sprintf("members summed against others summed, London left out; interval by %d permutations of the labels, seed 1", permutations),
		Warnings: joinWarnings(m.caveat, "who collaborates wasn't drawn by lot: no cause", "the register holds 36 of many more agreements: others may collaborate too"),
	}
	row.Difference = row.MeanWith - row.MeanOthers
	spread, share := permuted(slices.Concat(with, without), len(with), row.Difference)
	row.Lo, row.Hi, row.P = row.Difference-spread, row.Difference+spread, share
	return row, true
}

func (p *Panel) functionValue(m functionMeasure, function string, f police.ForceCode, year int) (float64, bool) {
	sum := 0.0
	for i, id := range m.measures {
		v, ok := p.Pounds(id, function, f, year)
		if !ok && i == 0 {
			return 0, false
		}
		sum += v
	}
	return sum, true
}

func pooledRate(q []functionForce) float64 {
	v, n := 0.0, 0.0
	for _, f := range q {
		v, n = v+f.value, n+f.people
	}
	return v / n
}

func medianRate(q []functionForce) float64 {
	x := make([]float64, len(q))
	for i, f := range q {
		x[i] = f.value / f.people
	}
	return stat.Median(x)
}

// permuted gives the 95 % point of |difference| under random labels, and the share
// of them at least as far from zero as the difference found.
func permuted(all []functionForce, k int, found float64) (spread, share float64) {
	slices.SortFunc(all, func(a, b functionForce) int { return strings.Compare(string(a.force), string(b.force)) })
	rng := rand.New(rand.NewPCG(1, 1))
	sizes := make([]float64, permutations)
	beyond := 1
	for i := range sizes {
		rng.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
		sizes[i] = math.Abs(pooledRate(all[:k]) - pooledRate(all[k:]))
		if sizes[i] >= math.Abs(found)-1e-12 {
			beyond++
		}
	}
	return stat.Quantile(sizes, 0.95), float64(beyond) / float64(permutations+1)
}

func rolesText(with []functionForce, agreement map[police.ForceCode]string) string {
	s := make([]string, len(with))
	for i, f := range with {
		s[i] = string(f.force) + " " + agreement[f.force]
	}
	slices.Sort(s)
	return strings.Join(s, "|")
}

// collaboratingIn says, for a function and the financial year ending in year, which
// forces the register has in an agreement that runs it for the whole year, with
// role, agreement and since when.
func (r Register) collaboratingIn(function string, year int) map[police.ForceCode]string {
	out := map[police.ForceCode]string{}
	p := period(year, "FY_END_MAR")
	for _, c := range r.Collaborations {
		if c.National || !touches(c, function) {
			continue
		}
		entry, ok := transitionOf(r.Events, c.ID, "entry")
		if !ok || entry.last > p.first {
			continue
		}
		if exit, dated := transitionOf(r.Events, c.ID, "exit"); dated && exit.first < p.last {
			continue
		}
		members, _ := r.lasting(c.ID)
		for _, f := range members {
			role := "partner"
			if strings.Contains(c.HostForce, string(f)) {
				role = "host"
			}
			out[f] = strings.TrimSpace(out[f] + " " + role + " in " + c.ID + " since " + yearOf(entry.first))
		}
	}
	return out
}

func yearOf(d police.Date) string {
	y, _, _ := d.Civil()
	return fmt.Sprint(y)
}
