package analyze

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// staffPanel is a synthetic panel of 40 forces and 16 years of staff: a level of its
// own, a common path, AR(1) noise of 2 % a year; planted says by how much the log of
// members 0 and 1 is moved from 2013 on.
func staffPanel(t testing.TB, seed uint64, planted float64) *Panel {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	var values []police.MeasureValue
	for i := range 40 {
		level, noise := 6+rng.Float64(), 0.0
		for y := 2007; y <= 2022; y++ {
			noise = 0.5*noise + 0.02*rng.NormFloat64()
			log := level + noise + 0.01*float64(y-2007)
			if i < 2 && y >= 2013 {
				log += planted
			}
			values = append(values, value(code(i), "fte_staff_total", "", y, "AT_31_MAR", "FTE", math.Exp(log)))
		}
	}
	return mustPanel(t, values, 40)
}

func alliance() Register {
	return Register{
		Collaborations: []police.Collaboration{{ID: "a", ForceWide: true, Primary: "fte_staff_total"}},
		Members:        []police.Member{{Collaboration: "a", Force: code(0)}, {Collaboration: "a", Force: code(1)}},
		Events: []police.Event{
			{Collaboration: "a", Phase: "entry", Event: "agreed", Date: "2012-01"},
			{Collaboration: "a", Phase: "entry", Event: "live", Date: "2012-06-01"},
		},
	}
}

func mainEffect(t testing.TB, p *Panel, reg Register) police.Effect {
	t.Helper()
	for _, e := range p.Effects(reg, "", false).Effects {
		if e.Measure == "fte_staff_total" && e.Phase == "entry" && e.DonorRule == allDonors && (e.Estimator == "sdid" || e.Verdict == police.CantBeEstimated) {
			return e
		}
	}
	t.Fatal("no effect on staff")
	return police.Effect{}
}

func TestPlantedEffectIsFound(t *testing.T) {
	e := mainEffect(t, staffPanel(t, 1, math.Log(0.8)), alliance())
	if e.Verdict != police.LowerThanComparison {
		t.Errorf("verdict %q (%s), want lower: a fifth of staff was taken away", e.Verdict, e.Reason)
	}
	level := e.Estimate / (0.8 - 1)
	if lo, hi := e.Lo/level, e.Hi/level; lo > -0.2 || hi < -0.2 {
		t.Errorf("interval %.3f to %.3f of the level doesn't hold the planted −0.2", lo, hi)
	}
	if e.Pre != 5 || e.Post != 10 || e.NDonors < 30 || e.NTreated != 2 {
		t.Errorf("before %d, after %d, donors %d, treated %d", e.Pre, e.Post, e.NDonors, e.NTreated)
	}
}

// TestNullGivesNoVerdict: of 60 panels without effect, the share with any verdict
// lower or higher is at most 5 % plus three Monte Carlo errors.
func TestNullGivesNoVerdict(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("60 panels")
	}
	const panels = 60
	alarms := 0
	for seed := range uint64(panels) {
		p := staffPanel(t, 100+seed, 0)
		d := p.designOf(alliance(), alliance().Collaborations[0], "entry", effectMeasures()[0])
		e, _ := p.estimate(d, allDonors, p.donors(d.measure, alliance(), "a", d.window, allDonors), stat.SyntheticDiD)
		if e.Verdict == police.LowerThanComparison || e.Verdict == police.HigherThanComparison {
			alarms++
		}
	}
	if share, limit := float64(alarms)/panels, 0.05+3*math.Sqrt(0.05*0.95/panels); share > limit {
		t.Errorf("%d of %d null panels got a verdict: %.3f, at most %.3f", alarms, panels, share, limit)
	}
}

func TestSmallEffectIsReportedAsUndetectable(t *testing.T) {
	e := mainEffect(t, staffPanel(t, 3, math.Log(0.995)), alliance())
	if e.Verdict != police.NoDetectable || e.DetectablePct < 0.5 || !strings.Contains(e.Reason, "4 in 5 times") {
		t.Errorf("verdict %q, detectable %.2f %%, %q", e.Verdict, e.DetectablePct, e.Reason)
	}
}

func TestWhyNot(t *testing.T) {
	p := staffPanel(t, 1, 0)
	for name, c := range map[string]struct {
		change func(*Register)
		want   string
	}{
		"national":  {func(r *Register) { r.Collaborations[0].National = true }, "no force to compare with"},
		"no date":   {func(r *Register) { r.Events = nil }, "no date of entry"},
		"too late":  {func(r *Register) { r.Events[1].Date = "2022" }, "0 after"},
		"too early": {func(r *Register) { r.Events[0].Date = "2009" }, "2 periods before"},
		"too small": {func(r *Register) { r.Collaborations[0].ForceWide = false }, "no force-wide alliance"},
		"no member": {func(r *Register) { r.Members = nil }, "no member"},
		"few donors": {func(r *Register) {
			for i := 2; i < 25; i++ {
				r.Members = append(r.Members, police.Member{Collaboration: "a", Force: code(i), From: "2018"})
			}
		}, "15 donors"},
	} {
		t.Run(name, func(t *testing.T) {
			reg := alliance()
			c.change(&reg)
			e := mainEffect(t, p, reg)
			if e.Verdict != police.CantBeEstimated || !strings.Contains(e.Reason, c.want) {
				t.Errorf("verdict %q, reason %q; want it to say %q", e.Verdict, e.Reason, c.want)
			}
			if !math.IsNaN(e.PPlacebo) || !math.IsNaN(e.Q) {
				t.Error("a p-value stands beside what can't be estimated")
			}
		})
	}
}

func TestSteppingForceIsNoDonor(t *testing.T) {
	p := staffPanel(t, 1, 0)
	var values []police.MeasureValue
	for _, v := range p.values {
		if v.Force == code(20) && v.Year >= 2015 {
			v.Value /= 3
		}
		values = append(values, v)
	}
	q := mustPanel(t, values, 40)
	w, _ := windowFor(alliance(), "a", "entry", q.effectYears(effectMeasures()[0]), "AT_31_MAR")
	if slices.Contains(q.donors(effectMeasures()[0], alliance(), "a", w, allDonors), code(20)) {
		t.Error("a force that lost two thirds of its staff in a year stands as a donor")
	}
}

func TestWindowLeavesOutTheYearsBetween(t *testing.T) {
	w, ok := windowFor(alliance(), "a", "entry", []int{2010, 2011, 2012, 2013, 2014}, "AT_31_MAR")
	if !ok || !slices.Equal(w.pre, []int{2010, 2011}) || !slices.Equal(w.out, []int{2012}) || !slices.Equal(w.post, []int{2013, 2014}) {
		t.Errorf("31 March: %+v", w)
	}
	// A financial year that began before the start isn't wholly after it.
	w, _ = windowFor(alliance(), "a", "entry", []int{2011, 2012, 2013, 2014}, "FY_END_MAR")
	if !slices.Equal(w.pre, []int{2011}) || !slices.Equal(w.out, []int{2012, 2013}) || !slices.Equal(w.post, []int{2014}) {
		t.Errorf("financial years: %+v", w)
	}
}

func TestExitCutsTheEntrysYears(t *testing.T) {
	reg := alliance()
	reg.Events = append(reg.Events, police.Event{Collaboration: "a", Phase: "exit", Event: "notice", Date: "2015-10"},
		police.Event{Collaboration: "a", Phase: "exit", Event: "ended", Date: "2017"})
	years := []int{2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019}
	entry, _ := windowFor(reg, "a", "entry", years, "AT_31_MAR")
	if !slices.Equal(entry.post, []int{2013, 2014, 2015}) {
		t.Errorf("entry after: %v, want to 2015, before notice", entry.post)
	}
	exit, _ := windowFor(reg, "a", "exit", years, "AT_31_MAR")
	if !slices.Equal(exit.pre, []int{2013, 2014, 2015}) || !slices.Equal(exit.out, []int{2016, 2017}) || !slices.Equal(exit.post, []int{2018, 2019}) {
		t.Errorf("exit: %+v", exit)
	}
}

func TestOnlySavingsAreClaims(t *testing.T) {
	p := staffPanel(t, 1, 0)
	reg := alliance()
	reg.Claims = []police.Claim{
		{ID: "a-1", Collaboration: "a", Kind: "budget", Text: "£22m budget"},
		{ID: "a-2", Collaboration: "a", Kind: "saving", Text: "£30m", Low: 3_000_000_000, High: 3_000_000_000},
	}
	rows := p.Claims(reg, nil)
	if rows[0].Verdict != "no claim of a saving" || rows[1].Verdict != string(police.CantBeEstimated) {
		t.Errorf("%q, %q", rows[0].Verdict, rows[1].Verdict)
	}
}

func TestClaimAgainstInterval(t *testing.T) {
	claim := police.Claim{Kind: "saving", Low: 300_000_00, High: 300_000_00, Per: "annual", Basis: "net"}
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{
		{-500_000, -100_000, claimConsistent}, {-500_000, 100_000, claimOpen},
		{-200_000, 100_000, claimNotConsistent}, {-900_000, -400_000, claimNotConsistent},
	} {
		var row police.ClaimCheck
		judgeClaim(&row, claim, police.Effect{Lo: c.lo, Hi: c.hi, Post: 3}, 1)
		if row.Verdict != c.want {
			t.Errorf("interval %.0f to %.0f: %q, want %q", c.lo, c.hi, row.Verdict, c.want)
		}
	}
}
