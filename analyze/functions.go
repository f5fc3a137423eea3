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
	years    []int // nil: all
	caveat   string
}

// functionMeasures are what members and others are set beside each other by. A
// recharge stands twice among members' gross budgets, in the host's whole unit and in
// the partner's payment; net of earned income it counts once, but net is comparable
// within these years only: in 2012-13 and 2016-17 it seems to be after grants.
var functionMeasures = []functionMeasure{
	{[]string{FunctionGross}, "£ a head, gross", 1, nil, "budget estimate, not outturn | gross: a recharge counts twice, in the host's unit and in the partner's payment"},
	{[]string{"nre"}, "£ a head, net of earned income", 1, []int{2014, 2015, 2016, 2018}, "budget estimate, not outturn | net of earned income: a recharge counts once"},
	{[]string{"officers_fte", "staff_fte"}, "FTE per 100,000 people", 1e5, nil, "budget estimate | officers and staff, without PCSOs | people of a joint unit stand at its host"},
}

const permutations = 1999

// CompareFunctions sets, for every function and year, the forces that the register
// has collaborating in that function beside those that don't. Members are summed:
// a host shows the whole unit, a partner one recharge, so that single members
// mislead; hosts and partners are given beside. The interval is the difference with
// the spread it takes under permuted labels: how unusual the grouping is, no cause.
func (p *Panel) CompareFunctions(reg Register) []police.FunctionComparison {
	var out []police.FunctionComparison
	for _, m := range functionMeasures {
		for _, f := range p.Functions(m.measures[0]) {
			if strings.HasPrefix(f, "total") || f == "national_policing" {
				continue // national policing is grant-funded and sits in its hosts' figures
			}
			for _, y := range p.Years(m.measures[0], f) {
				if m.years != nil && !slices.Contains(m.years, y) {
					continue
				}
				if row, ok := p.compareFunction(reg, m, f, y); ok {
					out = append(out, row)
				}
			}
		}
	}
	for i := range out {
		out[i].Warnings = joinWarnings(out[i].Warnings, fmt.Sprintf("exploratory: one of %d comparisons, p not adjusted for their number", len(out)))
	}
	return out
}

// functionForce is one force's figure of a function.
type functionForce struct {
	force         police.ForceCode
	value, people float64
	host          bool
}

func (p *Panel) compareFunction(reg Register, m functionMeasure, function string, year int) (police.FunctionComparison, bool) {
	in, unsure := reg.collaboratingIn(function, year)
	var with, without []functionForce
	var aside []string
	for _, f := range p.Forces(m.measures[0], function) {
		v, ok := p.functionValue(m, function, f, year)
		n, _, known := p.People(f, year, "FY_END_MAR")
		if !ok || !known || f == metropolitan || f == cityOfLondon {
			continue
		}
		q := functionForce{f, v * m.scale, n, strings.Contains(in[f], "host in")}
		switch {
		case in[f] != "":
			with = append(with, q)
		case unsure[f]:
			aside = append(aside, p.Name(f))
		default:
			without = append(without, q)
		}
	}
	if len(with) < 2 || len(without) < 5 {
		return police.FunctionComparison{}, false
	}
	hosts := slices.DeleteFunc(slices.Clone(with), func(q functionForce) bool { return !q.host })
	partners := slices.DeleteFunc(slices.Clone(with), func(q functionForce) bool { return q.host })
	fy := yearName(year, "FY_END_MAR")
	left := ""
	if len(aside) > 0 {
		left = "in neither group, since the register has them in an agreement of unknown dates or functions, or for part of the year: " + strings.Join(aside, ", ")
	}
	row := police.FunctionComparison{
		FindingID: findingID("function", m.measures[0], function, fy), Function: function, FinYear: fy,
		Measure: strings.Join(m.measures, "+"), Unit: m.unit, NWith: int32(len(with)), NWithout: int32(len(without)),
		With:     rolesText(with, in),
		MeanWith: pooledRate(with), MeanOthers: pooledRate(without), MedWith: medianRate(with), MedOthers: medianRate(without),
		NHosts: int32(len(hosts)), MeanHosts: pooledRate(hosts), MeanPartners: pooledRate(partners),
		Method: fmt.Sprintf("members summed less others summed, each sum over its people; London left out; interval: the difference ± the 95 %% point of its size under %d random labellings of the same forces; p: share of labellings, the found one among them, at least as far from zero; seed 1",
			permutations),
		Warnings: joinWarnings(m.caveat, "who collaborates wasn't drawn by lot: no cause",
			fmt.Sprintf("the register holds %d of many more agreements: others may collaborate too", len(reg.Collaborations)), left),
	}
	row.Difference = row.MeanWith - row.MeanOthers
	spread, share := permuted(slices.Concat(with, without), len(with), row.Difference)
	row.Lo, row.Hi, row.P = row.Difference-spread, row.Difference+spread, share
	return row, true
}

func (p *Panel) functionValue(m functionMeasure, function string, f police.ForceCode, year int) (float64, bool) {
	sum := 0.0
	for _, id := range m.measures {
		v, ok := p.Pounds(id, function, f, year)
		if !ok {
			return 0, false
		}
		sum += v
	}
	return sum, true
}

// pooledRate is the sum over the people of all; NaN of none.
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
// role, agreement and since when; and which are in one for part of the year, at
// unknown dates, or in a force-wide one whose functions aren't said: those belong
// neither to the members nor to the others.
func (r Register) collaboratingIn(function string, year int) (in map[police.ForceCode]string, unsure map[police.ForceCode]bool) {
	in, unsure = map[police.ForceCode]string{}, map[police.ForceCode]bool{}
	p := period(year, "FY_END_MAR")
	for _, c := range r.Collaborations {
		said := touches(c, function)
		if c.National || !said && !(c.ForceWide && c.Functions == "") {
			continue
		}
		for _, f := range r.everMembers(c.ID) {
			whole, part := r.memberFor(c.ID, f, p)
			if !whole || !said {
				unsure[f] = unsure[f] || part || whole
				continue
			}
			role := "partner"
			if strings.Contains(c.HostForce, string(f)) {
				role = "host"
			}
			entry, _ := transitionOf(r.Events, c.ID, "entry")
			in[f] = strings.TrimSpace(in[f] + " " + role + " in " + c.ID + " since " + yearOf(entry.first))
		}
	}
	for f := range in {
		delete(unsure, f)
	}
	return in, unsure
}

// memberFor reports whether a force was a member for the whole of a span, and
// whether it may have been for a part of it. An agreement without a date of entry may
// have run at any time.
func (r Register) memberFor(id string, f police.ForceCode, p span) (whole, part bool) {
	entry, dated := transitionOf(r.Events, id, "entry")
	exit, ended := transitionOf(r.Events, id, "exit")
	if dated && entry.first > p.last || ended && exit.last < p.first {
		return false, false
	}
	all := dated && entry.last <= p.first && !(ended && exit.first < p.last)
	for _, m := range r.Members {
		if m.Collaboration != id || m.Force != f {
			continue
		}
		from, hasFrom := parseSpan(m.From)
		to, hasTo := parseSpan(m.To)
		if hasFrom && from.first > p.last || hasTo && to.last < p.first {
			continue
		}
		part = true
		late := hasFrom && from.last > p.first && !(dated && from.first <= entry.last)
		early := hasTo && to.first < p.last
		whole = whole || all && !late && !early
	}
	return whole, part
}

func yearOf(d police.Date) string {
	y, _, _ := d.Civil()
	return fmt.Sprint(y)
}
