package analyze

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hardyards/internal/police"
)

// TestMemberThatLeftIsNotLasting: who left an agreement that goes on isn't treated over
// the whole window, and is no donor either.
func TestMemberThatLeftIsNotLasting(t *testing.T) {
	reg := alliance()
	reg.Members = append(reg.Members, police.Member{Collaboration: "a", Force: code(2), To: "2016-05"})
	members, others := reg.lasting("a")
	if !slices.Equal(members, []police.ForceCode{code(0), code(1)}) || !slices.Equal(others, []police.ForceCode{code(2)}) {
		t.Errorf("members %v, others %v", members, others)
	}
	e := mainEffect(t, staffPanel(t, 3, 0), reg)
	if e.NTreated != 2 || e.NDonors != 37 || !strings.Contains(e.Warnings, "in neither group") {
		t.Errorf("%d members, %d donors, warnings %s", e.NTreated, e.NDonors, e.Warnings)
	}
}

// TestExitWithoutEntryIsRefused: without a date of entry no year is known to lie inside.
func TestExitWithoutEntryIsRefused(t *testing.T) {
	reg := alliance()
	reg.Events = []police.Event{{Collaboration: "a", Phase: "exit", Event: "ended", Date: "2015-06"}}
	for _, e := range staffPanel(t, 3, 0).Effects(reg, "", false).Effects {
		if e.Phase == "exit" && e.Measure == "fte_staff_total" && (e.Verdict != police.CantBeEstimated || !strings.Contains(e.Reason, "no date of entry")) {
			t.Errorf("%s %s: %q, %q", e.Estimator, e.DonorRule, e.Verdict, e.Reason)
		}
	}
}

// TestOpenClaims: "up to £10m" isn't contradicted by an effect of £2m, nor "more than
// £1m" by one of £5m; and an effect that hangs on one donor is no yardstick.
func TestOpenClaims(t *testing.T) {
	const m = 1e6
	for _, c := range []struct {
		name      string
		low, high police.Pence
		effect    police.Effect
		want      string
	}{
		{"up to, less seen", 0, 10 * m * 100, police.Effect{Lo: -3 * m, Hi: -1 * m}, claimConsistent},
		{"up to, more seen", 0, 10 * m * 100, police.Effect{Lo: -30 * m, Hi: -11 * m}, claimNotConsistent},
		{"up to, a rise seen", 0, 10 * m * 100, police.Effect{Lo: 1 * m, Hi: 2 * m}, claimNotConsistent},
		{"more than, more seen", 1 * m * 100, 0, police.Effect{Lo: -6 * m, Hi: -4 * m}, claimConsistent},
		{"more than, less seen", 5 * m * 100, 0, police.Effect{Lo: -3 * m, Hi: -1 * m}, claimNotConsistent},
		{"not robust", 2 * m * 100, 2 * m * 100, police.Effect{Lo: -3 * m, Hi: -1 * m, Verdict: police.NotRobust, Reason: hangsOn + "Kent"}, string(police.Exploratory)},
		{"exploratory, not robust", 2 * m * 100, 2 * m * 100, police.Effect{Lo: -3 * m, Hi: -1 * m, Verdict: police.Exploratory, Reason: intervalWords(police.NotRobust)}, string(police.Exploratory)},
	} {
		var row police.ClaimCheck
		judgeClaim(&row, police.Claim{Kind: "saving", Low: c.low, High: c.high}, c.effect, 1)
		if row.Verdict != c.want {
			t.Errorf("%s: %q, want %q (%s)", c.name, row.Verdict, c.want, row.Reason)
		}
	}
}

// TestClaimOnAnotherBasisIsNotJudged: of one member, over unknown years, without a sum:
// none can be set beside a year's effect of all members. Per force, it is multiplied.
func TestClaimOnAnotherBasisIsNotJudged(t *testing.T) {
	p, reg := staffPanel(t, 1, 0), alliance()
	e := police.Effect{Estimate: -2e6, Lo: -3e6, Hi: -1e6, PPlacebo: 0.03}
	const two = police.Pence(2e8)
	name := p.Name(code(0))
	for _, c := range []struct {
		claim police.Claim
		want  string
	}{
		{police.Claim{Low: two, High: two, Per: "annual", Text: name + " saved £2m"}, "said of " + name},
		{police.Claim{Low: two, High: two, Per: "cumulative", Text: "£2m"}, "over how many years"},
		{police.Claim{Per: "annual", Text: "savings"}, "no sum"},
	} {
		c.claim.Collaboration = "a"
		row := police.ClaimCheck{Verdict: string(police.CantBeEstimated)}
		p.judge(&row, reg, c.claim, e)
		if row.Verdict != string(police.CantBeEstimated) || !strings.Contains(row.Reason, c.want) {
			t.Errorf("%s: %q, %q; want it to say %q", c.claim.Text, row.Verdict, row.Reason, c.want)
		}
	}
}

// TestSpanOfUsedYears: the years named are those in the figure.
func TestSpanOfUsedYears(t *testing.T) {
	for want, used := range map[string]map[int]bool{
		"2015-16 to 2017-18":               {2016: true, 2017: true, 2018: true},
		"2010-11 to 2017-18, 3 of 8 years": {2011: true, 2012: true, 2018: true},
	} {
		if got := spanOf(used); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestCornersAreTheWorstSplit: with one held pair at each end, both missing forces at
// one corner move the correlation further than one at each.
func TestCornersAreTheWorstSplit(t *testing.T) {
	q := pairs{cost: []float64{1, 2, 3, 4, 5, 6, 7, 20}, outcome: []float64{1, 2, 3, 4, 5, 6, 7, 20}}
	lo, hi := withCorners(q, 2, -1), withCorners(q, 2, 1)
	for high := range 3 {
		x, y := slices.Clone(q.cost), slices.Clone(q.outcome)
		for k := range 2 {
			if k < high {
				x, y = append(x, 20), append(y, 1)
			} else {
				x, y = append(x, 1), append(y, 20)
			}
		}
		if r := pearson(x, y); r < lo-1e-12 {
			t.Errorf("%d at high cost and low outcome: %v is below the bound %v", high, r, lo)
		}
	}
	if !(lo < hi) || hi > 1 {
		t.Errorf("bounds %v to %v", lo, hi)
	}
}

// pearson is the textbook formula.
func pearson(x, y []float64) float64 {
	mx, my, xx, yy, xy := mean(x), mean(y), 0.0, 0.0, 0.0
	for i := range x {
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
		xy += (x[i] - mx) * (y[i] - my)
	}
	return xy / math.Sqrt(xx*yy)
}
