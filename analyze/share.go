package analyze

import (
	"fmt"
	"math"
	"strings"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// registerName is how the register writes a function of the budgets by function.
func registerName(function string) string {
	switch function {
	case "criminal_justice":
		return "criminal justice arrangements"
	case "dealing_with_public":
		return "dealing with the public"
	}
	return strings.ReplaceAll(function, "_", " ")
}

// functionShare is what a collaboration's functions cost its members, in per cent of
// their gross budgets without national policing: the most that its unit can be. The
// year is the last budget year before the window ends its time before, else the
// first at hand. National policing is left out, as everywhere. False without budgets
// of every member.
func (p *Panel) functionShare(c police.Collaboration, members []police.ForceCode, before int) (pct float64, year int, ok bool) {
	years := p.Years(FunctionGross, TotalFunctions)
	if len(years) == 0 || len(members) == 0 || c.Functions == "" {
		return math.NaN(), 0, false
	}
	year = years[0]
	for _, y := range years {
		if y <= before {
			year = y
		}
	}
	part, whole := 0.0, 0.0
	for _, f := range members {
		total, has := p.Pounds(FunctionGross, TotalFunctions, f, year)
		if !has {
			return math.NaN(), year, false
		}
		whole += total
		for _, function := range p.Functions(FunctionGross) {
			if v, has := p.Pounds(FunctionGross, function, f, year); has && function != "national_policing" && touches(c, function) {
				part += v
			}
		}
	}
	return 100 * part / whole, year, whole > 0
}

// touches reports whether the register has a collaboration in a function of the
// budgets.
func touches(c police.Collaboration, function string) bool {
	name := registerName(function)
	for _, f := range strings.Split(c.Functions, "|") {
		if f == name {
			return true
		}
	}
	return false
}

// tooSmall says why a collaboration of some functions isn't tried on a measure of the
// whole force: its functions are at most a share of the members' budgets, and a
// change of that size could, or couldn't, be seen. "" without a reason to refuse.
func (p *Panel) tooSmall(d *design) string {
	m := d.measure
	if couldMove(d.collaboration, m) {
		return ""
	}
	if m.kind == "outcome" {
		return "no force-wide alliance: a whole force's " + strings.ToLower(p.Label(m.id, "")) + " is no outcome of its functions"
	}
	if len(m.touches) > 0 {
		return "the register doesn't have it in " + strings.Join(m.touches, ", ")
	}
	if m.kind == "funding" {
		return "no force-wide alliance: its functions don't set its members' council tax"
	}
	before := 0
	if n := len(d.window.pre); n > 0 {
		before = d.window.pre[n-1]
	}
	share, year, ok := p.functionShare(d.collaboration, d.members, before)
	if !ok {
		return "no force-wide alliance, and no budgets to say what share of its members its functions are"
	}
	d.share = share
	text := fmt.Sprintf("no force-wide alliance: its functions are at most %.1f %% of its members' gross budget (%s, budget estimates)", share, yearName(year, "FY_END_MAR"))
	seen, ok := p.detectableFor(*d)
	switch {
	case !ok:
		return text + ", and " + d.counts()
	case share < seen:
		return fmt.Sprintf("%s, less than the smallest fall that would be seen 4 in 5 times, %.1f %%", text, seen)
	}
	return fmt.Sprintf("%s; the unit itself is a part of that which isn't published, and a fall below %.1f %% wouldn't be seen 4 in 5 times", text, seen)
}

// detectableFor is the smallest fall, in per cent, that difference in differences
// would have shown for as many forces pooled over the same years: what a share is
// held against before anything is estimated. False where the window is too short.
func (p *Panel) detectableFor(d design) (float64, bool) {
	if len(d.window.pre) < minPre || len(d.window.post) < minPost || d.donorsAll < minDonors {
		return 0, false
	}
	for _, f := range d.members {
		if !p.complete(d.measure, f, d.window) {
			return 0, false
		}
	}
	q := p.synthPanel(d.measure, d.members, d.donorsOf, d.window.pre, d.window.post)
	t, err := stat.PlaceboEffects(q, stat.DiffInDiff, stat.PlaceboOptions{MaxSets: 500})
	if err != nil {
		return 0, false
	}
	down := stat.SmallestDetectable(t, 0.8).Down
	return -100 * math.Expm1(down), !math.IsNaN(down)
}
