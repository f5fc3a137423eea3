package analyze

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hardyards/internal/police"
)

// claimCost is the cost measure a claimed saving is set beside: outturn of the
// whole body, since a saving is said of the members' spending.
var claimCost = effectMeasure{id: NetExpenditure, parts: []series{{NetExpenditure, ""}}, period: "FY_END_MAR", unit: "£", money: true, kind: "cost"}

// Claims sets every sum of the register beside what data can say. Only savings are
// claims; budgets, contributions, shares, bids and exit payments are listed as what
// they are. An estimate is used only on the claim's own basis, and there is none
// while a cost series is too short: then the verdict says so, with the counts.
func (p *Panel) Claims(reg Register, effects []police.Effect) []police.ClaimCheck {
	var out []police.ClaimCheck
	for _, c := range reg.Claims {
		out = append(out, p.claim(reg, c, effects))
	}
	slices.SortFunc(out, func(a, b police.ClaimCheck) int { return cmp.Compare(a.ClaimID, b.ClaimID) })
	return out
}

func (p *Panel) claim(reg Register, c police.Claim, effects []police.Effect) police.ClaimCheck {
	row := police.ClaimCheck{
		ClaimID: c.ID, Collaboration: c.Collaboration, Kind: c.Kind, ClaimedBy: c.By, When: c.When, Text: c.Text,
		Low: c.Low, High: c.High, Per: c.Per, Basis: c.Basis, Timing: c.Timing, Against: c.Against, Source: c.Source,
		PerHead: math.NaN(), OfSpend: math.NaN(), MembersPct: math.NaN(), PeersPct: math.NaN(),
		Estimate: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), DetectablePct: math.NaN(),
		Verdict: string(police.CantBeEstimated),
		Method:  "claim beside the members' spend (total service expenditure, prices of " + yearName(p.BaseYear(), "FY_END_MAR") + ") and an estimate on the same basis, where there is one",
	}
	if c.Kind != "saving" {
		row.Verdict, row.Reason = "no claim of a saving", "the source gives a "+c.Kind+", not a saving"
		return row
	}
	p.claimScale(&row, reg, c)
	e, found := costEffect(effects, c.Collaboration)
	row.N = e.Pre + e.Post
	switch {
	case !found:
		row.Reason = "no cost series of its members was tried"
	case e.Verdict == police.CantBeEstimated:
		row.Reason = "no spending effect: " + e.Reason
	case c.Per == "" || c.Basis == "":
		row.Reason = "the claim doesn't say whether it is a year's or cumulative, gross or net: nothing to set an estimate against"
		row.Estimate, row.Lo, row.Hi, row.DetectablePct = e.Estimate, e.Lo, e.Hi, e.DetectablePct
	default:
		judgeClaim(&row, c, e)
	}
	row.Warnings = joinWarnings(
		notSaid("claimed by whom", c.By), notSaid("when it was claimed", c.When), notSaid("annual or cumulative", c.Per),
		notSaid("gross or net", c.Basis), notSaid("before or after the fact", c.Timing), notSaid("against what", c.Against),
		"a fall in a force's own budget is no evidence for or against a saving when all forces fell")
	return row
}

func notSaid(what, said string) string {
	if said != "" {
		return ""
	}
	return "the source doesn't say " + what
}

// claimScale puts the claim in pounds a head and in per cent of the members' spend,
// with the raw change of members and peers over the longest span at hand.
func (p *Panel) claimScale(row *police.ClaimCheck, reg Register, c police.Claim) {
	members, _ := reg.lasting(c.Collaboration)
	years := p.effectYears(claimCost)
	if len(years) == 0 || len(members) == 0 {
		return
	}
	w := window{pre: years[:1], post: years[len(years)-1:]}
	var donors []police.ForceCode
	for _, f := range p.effectForces(claimCost) {
		if !slices.Contains(members, f) && p.complete(claimCost, f, w) {
			donors = append(donors, f)
		}
	}
	row.MembersPct, row.PeersPct = p.changePct(claimCost, members, w), p.changePct(claimCost, donors, w)
	row.RawYears = yearName(years[0], "FY_END_MAR") + " to " + yearName(years[len(years)-1], "FY_END_MAR")
	spend, ok := p.sumOver(claimCost, members, years[:1], years[:1])
	people := 0.0
	for _, f := range members {
		n, _, known := p.People(f, years[0], "FY_END_MAR")
		ok = ok && known
		people += n
	}
	if ok && c.Low != 0 {
		row.PerHead = c.Low.Float() / people
		row.OfSpend = 100 * c.Low.Float() / spend
	}
}

// costEffect finds the spending effect of a collaboration's beginning.
func costEffect(effects []police.Effect, id string) (police.Effect, bool) {
	for _, e := range effects {
		if e.Collaboration == id && e.Phase == "entry" && e.Measure == NetExpenditure && e.DonorRule == allDonors {
			return e, true
		}
	}
	return police.Effect{}, false
}

// judgeClaim compares an annual claim with the interval of a year's effect; a saving
// is a negative effect. A cumulative claim is divided by the periods after.
func judgeClaim(row *police.ClaimCheck, c police.Claim, e police.Effect) {
	low, high := -c.High.Float(), -c.Low.Float()
	if c.High == 0 {
		low = high
	}
	if c.Per == "cumulative" && e.Post > 0 {
		low, high = low/float64(e.Post), high/float64(e.Post)
	}
	row.Estimate, row.Lo, row.Hi, row.DetectablePct = e.Estimate, e.Lo, e.Hi, e.DetectablePct
	zero := e.Lo <= 0 && e.Hi >= 0
	inside := high >= e.Lo && low <= e.Hi
	switch {
	case inside && zero:
		row.Verdict = "not distinguishable from no change"
	case inside:
		row.Verdict = "inside the interval"
	default:
		row.Verdict = "outside the interval"
	}
	row.Reason = fmt.Sprintf("estimate %.0f to %.0f pounds a year against %d donors", e.Lo, e.Hi, e.NDonors)
}
