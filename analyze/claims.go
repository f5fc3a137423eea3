package analyze

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hardyards/analyze/stat"
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

// Verdicts on a claim, beside "can't be estimated" and "exploratory, no verdict".
const (
	claimConsistent    = "consistent with this estimate"
	claimNotConsistent = "not consistent with this estimate"
	claimOpen          = "not distinguishable from no change"
	notAClaim          = "no claim of a saving"
)

func (p *Panel) claim(reg Register, c police.Claim, effects []police.Effect) police.ClaimCheck {
	row := police.ClaimCheck{
		ClaimID: c.ID, Collaboration: c.Collaboration, Kind: c.Kind, ClaimedBy: c.By, When: c.When, Text: c.Text,
		Low: c.Low, High: c.High, Per: c.Per, Basis: c.Basis, Timing: c.Timing, Against: c.Against, Source: c.Source,
		PerHead: math.NaN(), OfSpend: math.NaN(), MembersPct: math.NaN(), PeersPct: math.NaN(),
		Estimate: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), DetectablePct: math.NaN(),
		Verdict: string(police.CantBeEstimated),
		Method:  "claim beside a year's spend of the members (total service expenditure, nominal, of the outturn year nearest to the claim); raw changes in prices of " + yearName(p.BaseYear(), "FY_END_MAR"),
	}
	if c.Kind != "saving" {
		row.Verdict, row.Reason = notAClaim, "the source gives "+article(c.Kind)+", not a saving"
		return row
	}
	said := p.claimScale(&row, reg, c)
	e, found := costEffect(effects, c.Collaboration)
	row.N = e.Pre + e.Post
	switch {
	case !found:
		row.Reason = "no cost series of its members was tried"
	case math.IsNaN(e.PPlacebo):
		row.Reason = "no spending effect: " + e.Reason
	case c.Per == "" || c.Basis == "":
		row.Reason = "the claim doesn't say whether it is a year's or cumulative, gross or net: nothing to set an estimate against"
		row.Estimate, row.Lo, row.Hi = e.Estimate, e.Lo, e.Hi
	case c.Basis == "gross":
		row.Reason = "the claim is gross, the estimate is of spending net of partners' payments: not the same thing"
		row.Estimate, row.Lo, row.Hi = e.Estimate, e.Lo, e.Hi
	default:
		p.judge(&row, reg, c, e)
	}
	row.Warnings = joinWarnings(append([]string{
		notSaid("claimed by whom", c.By), notSaid("when it was claimed", c.When), notSaid("annual or cumulative", c.Per),
		notSaid("gross or net", c.Basis), notSaid("before or after the fact", c.Timing), notSaid("against what", c.Against)},
		append(said, "a fall in a force's own budget is no evidence for or against a saving when all forces fell")...)...)
	return row
}

// article puts a or an before a kind of sum; mass nouns go without.
func article(kind string) string {
	switch {
	case kind == "staffing":
		return "a number of staff"
	case kind == "other":
		return "another kind of statement"
	case kind != "" && strings.ContainsRune("aeiou", rune(kind[0])):
		return "an " + kind
	}
	return "a " + kind
}

func notSaid(what, said string) string {
	if said != "" {
		return ""
	}
	return "the source doesn't say " + what
}

// claimScale puts the claim in pounds a head and in per cent of a year's spend, with
// the raw change of members and peers over the longest span at hand and the smallest
// change that the series could show; it returns what must be said with them.
func (p *Panel) claimScale(row *police.ClaimCheck, reg Register, c police.Claim) (said []string) {
	members, _ := reg.lasting(c.Collaboration)
	years := p.effectYears(claimCost)
	if len(years) == 0 || len(members) == 0 {
		return nil
	}
	w := window{pre: years[:len(years)-1], post: years[len(years)-1:]}
	ends := window{pre: years[:1], post: w.post}
	donors := p.donors(claimCost, reg, c.Collaboration, w, allDonors)
	row.MembersPct, row.PeersPct = p.changePct(claimCost, members, ends), p.changePct(claimCost, donors, ends)
	row.RawYears = yearName(years[0], "FY_END_MAR") + " to " + yearName(years[len(years)-1], "FY_END_MAR")
	if d, ok := p.detectableSpend(members, donors, w); ok {
		row.DetectablePct = d
		said = append(said, fmt.Sprintf("smallest detectable: the fall in spending that %s pooled would have shown 4 in 5 times, had all of %s been before and %s after: a guide to size, no test of this claim",
			plural(len(members), "force"), yearRange(w.pre), yearRange(w.post)))
	}
	return append(said, p.claimOfSpend(row, reg, c, members, years)...)
}

// detectableSpend is the smallest fall in spending, in per cent, that as many forces
// pooled would have shown with the series held.
func (p *Panel) detectableSpend(members, donors []police.ForceCode, w window) (float64, bool) {
	if len(donors) < minDonors || len(w.pre) < 2 {
		return math.NaN(), false
	}
	for _, f := range members {
		if !p.complete(claimCost, f, w) {
			return math.NaN(), false
		}
	}
	t, err := stat.PlaceboEffects(p.synthPanel(claimCost, members, donors, w.pre, w.post), stat.DiffInDiff, stat.PlaceboOptions{MaxSets: 500})
	if err != nil {
		return math.NaN(), false
	}
	down := stat.SmallestDetectable(t, 0.8).Down
	return -100 * math.Expm1(down), !math.IsNaN(down)
}

// claimOfSpend sets a year's worth of the claim beside a year's spend.
func (p *Panel) claimOfSpend(row *police.ClaimCheck, reg Register, c police.Claim, members []police.ForceCode, years []int) (said []string) {
	amount := c.Low.Float()
	if amount == 0 {
		amount = c.High.Float()
	}
	if amount == 0 {
		return nil
	}
	switch {
	case c.Low == 0:
		said = append(said, "the source gives an upper figure only")
	case c.High == 0:
		said = append(said, "the source gives a lower figure only")
	}
	if one, ok := p.named(c.Text, members); ok {
		members = []police.ForceCode{one}
		said = append(said, "said of "+p.Name(one)+" and set beside that force's spend alone")
	} else if strings.Contains(c.Text, "per force") {
		amount *= float64(len(members))
		said = append(said, fmt.Sprintf("said per force: taken %d times", len(members)))
	}
	n, how := claimYears(reg, c)
	row.Years = int32(n)
	said = append(said, how)
	year := nearestYear(years, c.When)
	row.SpendYear = yearName(year, "FY_END_MAR")
	spend, people, ok := 0.0, 0.0, true
	for _, f := range members {
		v, has := p.Pounds(NetExpenditure, "", f, year)
		k, _, known := p.People(f, year, "FY_END_MAR")
		ok = ok && has && known
		spend, people = spend+v, people+k
	}
	if ok {
		row.PerHead = amount / float64(n) / people
		row.OfSpend = 100 * amount / float64(n) / spend
	}
	return said
}

// named is the one member that a claim's words name; false for none or several.
func (p *Panel) named(text string, members []police.ForceCode) (police.ForceCode, bool) {
	var found []police.ForceCode
	for _, f := range members {
		if strings.Contains(text, p.Name(f)) {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// claimYears is the number of years that a claim is spread over, and how that is
// known: 1 for a year's, and where nothing says it.
func claimYears(reg Register, c police.Claim) (int, string) {
	switch c.Per {
	case "annual", "one year":
		return 1, ""
	case "":
		return 1, "set beside one year's spend; if it is cumulative, a year of it is a smaller share"
	}
	if n := yearsSaid(c.Period); n > 1 {
		return n, fmt.Sprintf("cumulative: divided by %d years", n)
	}
	from := sinceYear(c.Period)
	if from == 0 && strings.Contains(c.Period, "came into force") {
		from = liveYear(reg, c.Collaboration)
	}
	if to := firstYear(c.When); from > 0 && to > from {
		return to - from, fmt.Sprintf("cumulative since %d: divided by %d years", from, to-from)
	}
	return 1, "cumulative, over how many years the source doesn't say: set beside one year's spend, so that a year of it is a smaller share"
}

// yearsSaid reads "four years", "first five years", "over 10 years"; 0 otherwise.
func yearsSaid(s string) int {
	words := strings.Fields(s)
	for i, w := range words[:max(len(words)-1, 0)] {
		if !strings.HasPrefix(words[i+1], "year") {
			continue
		}
		if n := slices.Index([]string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}, w); n > 0 {
			return n
		}
		if n, err := strconv.Atoi(w); err == nil && n < 100 {
			return n
		}
	}
	return 0
}

func sinceYear(s string) int {
	if rest, ok := strings.CutPrefix(s, "since "); ok {
		return firstYear(rest)
	}
	return 0
}

// firstYear reads the year that a date of the register begins with; 0 otherwise.
func firstYear(s string) int {
	if len(s) < 4 {
		return 0
	}
	n, err := strconv.Atoi(s[:4])
	if err != nil {
		return 0
	}
	return n
}

// liveYear is the year in which a collaboration first went live; 0 unknown.
func liveYear(reg Register, id string) int {
	year := 0
	for _, e := range reg.Events {
		if y := firstYear(e.Date); e.Collaboration == id && e.Phase == "entry" && e.Event == "live" && y > 0 && (year == 0 || y < year) {
			year = y
		}
	}
	return year
}

// nearestYear is the year of outturn nearest to a claim's; the first without a date.
func nearestYear(years []int, when string) int {
	y := firstYear(when)
	best := years[0]
	for _, v := range years {
		if y > 0 && max(v-y, y-v) < max(best-y, y-best) {
			best = v
		}
	}
	return best
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

// judge sets a claim, in the estimate's prices and a year of it, beside the estimate;
// where the measure has a break among the members' years it is exploratory only.
func (p *Panel) judge(row *police.ClaimCheck, reg Register, c police.Claim, e police.Effect) {
	n, how := claimYears(reg, c)
	members, _ := reg.lasting(c.Collaboration)
	factor := 1 / float64(n)
	one, single := p.named(c.Text, members)
	switch {
	case c.Low == 0 && c.High == 0:
		row.Reason = "the source gives no sum"
		return
	case c.Per == "cumulative" && n == 1:
		row.Reason = how + "; nothing to set an estimate of a year beside"
		row.Estimate, row.Lo, row.Hi = e.Estimate, e.Lo, e.Hi
		return
	case single && len(members) > 1:
		row.Reason = "said of " + p.Name(one) + ", the estimate is of all members together: not the same thing"
		row.Estimate, row.Lo, row.Hi = e.Estimate, e.Lo, e.Hi
		return
	case strings.Contains(c.Text, "per force"):
		factor *= float64(len(members))
	}
	if f, ok := p.Real(1, nearestYear(p.effectYears(claimCost), c.When), p.BaseYear()); ok {
		factor *= f
	}
	judgeClaim(row, c, e, factor)
	for _, f := range members {
		for _, y := range p.effectYears(claimCost) {
			if b := p.Break(NetExpenditure, "", f, y); b != "" {
				row.Reason = joinWarnings("the measure has a break: "+b, row.Verdict, row.Reason)
				row.Verdict = string(police.Exploratory)
				return
			}
		}
	}
}

// judgeClaim compares a claim, times a factor, with the interval of a year's effect; a
// saving is a negative effect. "Up to" a sum is anything from nothing to it, "more than"
// a sum anything from it on. A claim is consistent only with an effect that stands
// every check: one that hangs on a donor or a donor rule is no yardstick.
func judgeClaim(row *police.ClaimCheck, c police.Claim, e police.Effect, factor float64) {
	small, large := c.Low.Float(), c.High.Float()
	if large == 0 {
		large = math.Inf(1)
	}
	low, high := -large*factor, -small*factor
	row.Estimate, row.Lo, row.Hi = e.Estimate, e.Lo, e.Hi
	if !math.IsNaN(e.DetectablePct) {
		row.DetectablePct = e.DetectablePct
	}
	zero := e.Lo <= 0 && e.Hi >= 0
	inside := high >= e.Lo && low <= e.Hi
	switch {
	case inside && zero:
		row.Verdict = claimOpen
	case notRobust(e):
		row.Verdict = string(police.Exploratory)
	case inside:
		row.Verdict = claimConsistent
	default:
		row.Verdict = claimNotConsistent
	}
	row.Reason = joinWarnings(fmt.Sprintf("estimate %+.0f pounds a year, interval %+.0f to %+.0f, against %s", e.Estimate, e.Lo, e.Hi, plural(int(e.NDonors), "donor")), robustText(e))
}

// notRobust reports whether an effect's interval excludes zero but not under every
// check; of exploratory ones the reason alone says so.
func notRobust(e police.Effect) bool {
	return e.Verdict == police.NotRobust || strings.Contains(e.Reason, intervalWords(police.NotRobust))
}

// robustText says why an effect that excludes zero is no yardstick for a claim.
func robustText(e police.Effect) string {
	if !notRobust(e) {
		return ""
	}
	return "the effect doesn't stand every check: " + e.Reason
}
