package analyze

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/data"
	"hardyards/internal/police"
)

// embedded are the findings on the embedded tables, computed once for all tests, with
// two years of made-up coverage and flows so that every headline has data.
var embedded = sync.OnceValues(func() (Findings, error) {
	in, err := embeddedInput()
	if err != nil {
		return Findings{}, err
	}
	return Run(context.Background(), in)
})

func embeddedInput() (in Input, err error) {
	if in.Forces, err = data.Forces(); err != nil {
		return in, err
	}
	if in.Catalogue, err = data.Catalogue(); err != nil {
		return in, err
	}
	if in.Measures, err = data.Measures(); err != nil {
		return in, err
	}
	a, err := data.Register()
	in.Register = Register{Collaborations: a.Collaborations, Members: a.Members, Events: a.Events, Claims: a.Claims}
	payer := police.PayerKey("E23000003")
	for _, y := range []int{2021, 2022} {
		for m := range 12 {
			in.Coverage = append(in.Coverage, police.CoverageRow{Payer: payer, Month: fmt.Sprintf("%d-%02d", y+(m+3)/12, (m+3)%12+1), State: "published", Payments: 10, Pence: 1_000_000, Redacted: 50_000})
		}
		in.Flows = append(in.Flows, police.Flow{Payer: payer, Payee: "E23000004", PayeeName: "Merseyside", FinYear: police.FinancialYearStarting(y), Payments: 3, Pence: 300_000_000, PenceOnce: 200_000_000})
	}
	return in, err
}

func real(t testing.TB) Findings {
	t.Helper()
	f, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// tables are the findings by table, as slices of rows.
func tables(f Findings) map[string]any {
	return map[string]any{
		"cost_per_head": f.CostPerHead, "peer_comparison": f.Peers, "peer_comparison_all": f.PeersAll, "function_comparison": f.Functions,
		"association": f.Association, "effect": f.Effects.Effects, "effect_path": f.Effects.Paths, "effect_sensitivity": f.Effects.Sensitivity,
		"efficiency": f.Efficiency, "claim_check": f.Claims, "funnel": f.Funnels, "missing_bound": f.Bounds, "headline": f.Headlines,
	}
}

// banned are the words of METHODS that no finding may use. The register quotes its
// sources, whose words are theirs.
var banned = regexp.MustCompile(`(?i)\b(caused|causes|because of the (alliance|collaboration)|saved|failed|fails|failing|fair|unfair|fairly|unlawful|lawful|inefficient|wasteful|waste|best|worst)\b`)

func TestNoBannedWordInAnyFinding(t *testing.T) {
	quoted := []string{"Text:claim_check", "Source:claim_check", "Collaboration:", "Against:", "ClaimedBy:", "When:"}
	for name, rows := range tables(real(t)) {
		v := reflect.ValueOf(rows)
		if v.Len() == 0 {
			t.Errorf("%s has no row", name)
		}
		for i := range v.Len() {
			row := v.Index(i)
			for k := range row.NumField() {
				field := row.Type().Field(k).Name
				if row.Field(k).Kind() != reflect.String || slices.ContainsFunc(quoted, func(q string) bool { return strings.HasPrefix(field+":"+name, q) }) {
					continue
				}
				if w := banned.FindString(row.Field(k).String()); w != "" {
					t.Errorf("%s row %d, %s: %q in %q", name, i+1, field, w, row.Field(k).String())
				}
			}
		}
	}
}

func TestEveryRowHasItsNAndMethodAndAnIDOfItsOwn(t *testing.T) {
	for name, rows := range tables(real(t)) {
		v := reflect.ValueOf(rows)
		ids := map[string]bool{}
		for i := range v.Len() {
			row := v.Index(i)
			if m := row.FieldByName("Method"); m.IsValid() && m.String() == "" {
				t.Fatalf("%s row %d has no method: %+v", name, i+1, row.Interface())
			}
			for _, n := range []string{"N", "NDonors", "NWith"} {
				if f := row.FieldByName(n); f.IsValid() && f.Int() < 0 {
					t.Fatalf("%s row %d: %s is %d", name, i+1, n, f.Int())
				}
			}
			id := row.FieldByName("FindingID")
			if !id.IsValid() || name == "effect_path" || name == "effect_sensitivity" {
				continue
			}
			if ids[id.String()] || id.String() == "" {
				t.Fatalf("%s row %d: id %q is empty or twice there: %+v", name, i+1, id.String(), row.Interface())
			}
			ids[id.String()] = true
		}
	}
}

func TestNoInfinityInAnyFinding(t *testing.T) {
	for name, rows := range tables(real(t)) {
		v := reflect.ValueOf(rows)
		for i := range v.Len() {
			for k := range v.Index(i).NumField() {
				if f := v.Index(i).Field(k); f.Kind() == reflect.Float64 && math.IsInf(f.Float(), 0) {
					t.Errorf("%s row %d: %s is infinite", name, i+1, v.Index(i).Type().Field(k).Name)
				}
			}
		}
	}
}

// TestVerdictsFollowIntervals: the interval and the placebo p say the same, and a
// verdict is given by the main estimator's primary rows alone.
func TestVerdictsFollowIntervals(t *testing.T) {
	words := []police.Verdict{police.LowerThanComparison, police.HigherThanComparison, police.NotRobust, police.NoDetectable, police.CantBeEstimated, police.Exploratory}
	for _, e := range real(t).Effects.Effects {
		if !slices.Contains(words, e.Verdict) {
			t.Errorf("%s: verdict %q", e.FindingID, e.Verdict)
		}
		if math.IsNaN(e.PPlacebo) {
			if e.Verdict != police.CantBeEstimated || e.Reason == "" {
				t.Errorf("%s: without a p-value %q, %q", e.FindingID, e.Verdict, e.Reason)
			}
			continue
		}
		if outside := e.Lo > 0 || e.Hi < 0; outside != (e.PPlacebo <= 0.05) {
			t.Errorf("%s: interval %v to %v, p %v", e.FindingID, e.Lo, e.Hi, e.PPlacebo)
		}
		if (e.Verdict != police.Exploratory) != (e.Role == "primary" && e.Estimator == "sdid") {
			t.Errorf("%s: %s %s gives %q", e.FindingID, e.Role, e.Estimator, e.Verdict)
		}
		if e.Pre < minPre || e.Post < minPost || e.NDonors < minDonors {
			t.Errorf("%s: tried with %d before, %d after, %d donors", e.FindingID, e.Pre, e.Post, e.NDonors)
		}
		if math.Abs(e.Detectable/e.LevelBefore*100-e.DetectablePct) > 1e-9 {
			t.Errorf("%s: smallest detectable %v and %v %%", e.FindingID, e.Detectable, e.DetectablePct)
		}
	}
}

// TestNoSpendingEffectCanBeEstimated: issue 7 says so, and the counts why.
func TestNoSpendingEffectCanBeEstimated(t *testing.T) {
	f := real(t)
	for _, e := range f.Effects.Effects {
		if (e.Measure == NetExpenditure || strings.HasPrefix(e.Measure, FunctionGross)) && e.Verdict != police.CantBeEstimated {
			t.Errorf("%s %s on %s: %q", e.Collaboration, e.Phase, e.Measure, e.Verdict)
		}
	}
	for _, c := range f.Claims {
		if c.Kind == "saving" && c.Verdict != string(police.CantBeEstimated) {
			t.Errorf("claim %s: %q", c.ClaimID, c.Verdict)
		}
	}
}

// TestMarkedStepsAreNoDonors: the forces that METHODS names, though their steps are
// marked as breaks in the measures' own tables.
func TestMarkedStepsAreNoDonors(t *testing.T) {
	in, err := embeddedInput()
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPanel(in.Measures, in.Catalogue, in.Forces)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		measure, force string
		year           int
	}{
		{"fte_staff_total", "Cleveland", 2011}, {"fte_staff_total", "Cleveland", 2020}, {"fte_staff_total", "Cleveland", 2021},
		{"fte_staff_total", "Lincolnshire", 2013}, {Officers, "Essex", 2008},
	} {
		for _, m := range effectMeasures() {
			if m.id != c.measure {
				continue
			}
			found := false
			for f, years := range p.unexplainedSteps(m, in.Register) {
				found = found || p.Name(f) == c.force && slices.Contains(years, c.year)
			}
			if !found {
				t.Errorf("%s %s %d isn't an unexplained step", c.measure, c.force, c.year)
			}
		}
	}
}

// TestAllianceWindows: entry from agreed to merged, exit from notice to the end.
func TestAllianceWindows(t *testing.T) {
	for _, e := range real(t).Effects.Effects {
		if e.Collaboration != theAlliance || e.Measure != "fte_staff_total" {
			continue
		}
		want := "before 2007–2011 / left out 2012–2013 / after 2014–2018"
		if e.Phase == "exit" {
			want = "before 2014–2018 / left out 2019–2020 / after 2021–2022"
		}
		if !strings.HasPrefix(e.Window, want) {
			t.Errorf("%s: %s", e.Phase, e.Window)
		}
	}
}

func TestFiveHeadlinesCoveredFirstUnknownLast(t *testing.T) {
	h := real(t).Headlines
	if len(h) != headlineCount || h[0].Section != "covered" || h[len(h)-1].Section != "unknown" {
		t.Fatalf("%d headlines: %+v", len(h), h)
	}
	if !strings.Contains(h[1].Text, "£3.0m as published, £2.0m counting repeated invoice totals once") {
		t.Errorf("flows: %s", h[1].Text)
	}
	for _, x := range h {
		if strings.Contains(x.Text, "%!") || strings.Contains(x.Text, "NaN") || strings.Contains(x.Text, "1 periods") || x.Inputs == "" {
			t.Errorf("%s: %s", x.FindingID, x.Text)
		}
	}
}

// TestHigherAndExitAreFound: a planted rise of a fifth at the exit of two members.
func TestHigherAndExitAreFound(t *testing.T) {
	t.Parallel()
	p := staffPanel(t, 11, math.Log(1.2)) // moved from 2013 on
	reg := alliance()
	reg.Events = []police.Event{
		{Collaboration: "a", Phase: "entry", Event: "live", Date: "2006"},
		{Collaboration: "a", Phase: "exit", Event: "notice", Date: "2012-06"}, {Collaboration: "a", Phase: "exit", Event: "ended", Date: "2012-12"},
	}
	for _, e := range p.Effects(reg, "", false).Effects {
		if e.Phase == "exit" && e.Measure == "fte_staff_total" && e.Estimator == "sdid" {
			if e.Verdict != police.HigherThanComparison || e.LoPct > 20 || e.HiPct < 20 {
				t.Errorf("%s: %q, %.1f %% to %.1f %% (%s)", e.DonorRule, e.Verdict, e.LoPct, e.HiPct, e.Reason)
			}
		}
	}
}

// TestPlantedEffectsLieInTheirIntervals: of 40 panels with ±10 % planted, the
// interval holds it in at least 95 % less three Monte Carlo errors.
func TestPlantedEffectsLieInTheirIntervals(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("40 panels")
	}
	const panels = 40
	held := 0
	for seed := range uint64(panels) {
		planted := 0.1
		if seed%2 == 1 {
			planted = -0.1
		}
		p := staffPanel(t, 500+seed, math.Log1p(planted))
		d := p.designOf(alliance(), alliance().Collaborations[0], "entry", effectMeasures()[0])
		e, _ := p.estimate(d, allDonors, d.donorsOf, "sdid")
		if e.LoPct <= 100*planted && 100*planted <= e.HiPct {
			held++
		}
	}
	if share, limit := float64(held)/panels, 0.95-3*math.Sqrt(0.05*0.95/panels); share < limit {
		t.Errorf("%d of %d intervals hold what was planted: %.2f, at least %.2f", held, panels, share, limit)
	}
}

// TestUnitsAndOrderDontMatter: FTE in thousands gives the same p and per cent; rows in
// another order the same findings.
func TestUnitsAndOrderDontMatter(t *testing.T) {
	t.Parallel()
	p := staffPanel(t, 21, math.Log(0.9))
	want := mainEffect(t, p, alliance())
	var scaled, shuffled []police.MeasureValue
	for _, v := range p.values {
		shuffled = append(shuffled, v)
		v.Value /= 1000
		scaled = append(scaled, v)
	}
	slices.SortFunc(shuffled, func(a, b police.MeasureValue) int {
		return strings.Compare(string(a.Force)+a.ValueText, string(b.Force)+b.ValueText)
	})
	rand.New(rand.NewPCG(5, 5)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	got := mainEffect(t, mustPanel(t, scaled, 40), alliance())
	for _, c := range []struct {
		what      string
		got, want float64
	}{{"per cent", got.EstimatePct, want.EstimatePct}, {"p", got.PPlacebo, want.PPlacebo}, {"lower", got.LoPct, want.LoPct},
		{"detectable", got.DetectablePct, want.DetectablePct}, {"estimate", 1000 * got.Estimate, want.Estimate}} {
		if math.Abs(c.got-c.want) > 1e-7*math.Max(1, math.Abs(c.want)) {
			t.Errorf("in thousands: %s %v, want %v", c.what, c.got, c.want)
		}
	}
	if diff := cmp.Diff(want, mainEffect(t, mustPanel(t, shuffled, 40), alliance()), floats()); diff != "" {
		t.Errorf("rows in another order (-want +got):\n%s", diff)
	}
}

func floats() cmp.Option {
	return cmp.Comparer(func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
}

// TestScoresAreAveragedByPopulation by hand: scores 10 and 20 of 300 and 100 people
// are 12.5 together.
func TestScoresAreAveragedByPopulation(t *testing.T) {
	rows := [][]float64{{math.Log(10)}, {math.Log(20)}}
	if got := math.Exp(weightedMean(rows, []float64{300, 100})(rows)[0]); math.Abs(got-12.5) > 1e-12 {
		t.Errorf("got %v, want 12.5", got)
	}
}

func TestMissingYearsLeaveOutAMember(t *testing.T) {
	p := staffPanel(t, 1, 0)
	var values []police.MeasureValue
	for _, v := range p.values {
		if v.Force == code(1) && v.Year == 2009 {
			v.Value = math.NaN()
		}
		values = append(values, v)
	}
	e := mainEffect(t, mustPanel(t, values, 40), alliance())
	if e.Verdict != police.CantBeEstimated || !strings.Contains(e.Reason, "Force 1 has gaps") {
		t.Errorf("%q: %s", e.Verdict, e.Reason)
	}
}

func TestClaimYears(t *testing.T) {
	reg := Register{Events: []police.Event{{Collaboration: "a", Phase: "entry", Event: "live", Date: "2012"}}}
	for _, c := range []struct {
		claim police.Claim
		want  int
	}{
		{police.Claim{Per: "annual"}, 1}, {police.Claim{Per: ""}, 1},
		{police.Claim{Per: "cumulative", Period: "first five years"}, 5}, {police.Claim{Per: "cumulative", Period: "over 10 years"}, 10},
		{police.Claim{Per: "cumulative", Period: "since 2010", When: "2020"}, 10}, {police.Claim{Per: "cumulative"}, 1},
		{police.Claim{Per: "cumulative", Period: "since it came into force", When: "2018-10", Collaboration: "a"}, 6},
	} {
		if got, _ := claimYears(reg, c.claim); got != c.want {
			t.Errorf("%+v: %d years, want %d", c.claim, got, c.want)
		}
	}
}

func TestReadPeers(t *testing.T) {
	all := []police.Force{{Code: "E1", Name: "West Mercia", Slug: "west-mercia"}, {Code: "E2", Name: "Cumbria", Slug: "cumbria", Aliases: "Cumbria Constabulary"}}
	g, err := ReadPeers(strings.NewReader("force,peer\nwest-mercia,Cumbria Constabulary\nE2,E1\n"), "peers.csv", all)
	if err != nil || !slices.Equal(g.Groups["E1"], []police.ForceCode{"E2"}) || !slices.Equal(g.Groups["E2"], []police.ForceCode{"E1"}) {
		t.Errorf("%+v, %v", g, err)
	}
	for text, want := range map[string]string{
		"":                       "no header",
		"force,like\n":           "want force and peer",
		"force,peer\nE1,Narnia":  "peers.csv:2",
		"force,peer\nE1,E1\n":    "its own peer",
		"force,peer\nE1,E2,E3\n": "wrong number of fields",
	} {
		if _, err := ReadPeers(strings.NewReader(text), "peers.csv", all); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	nearest := PeerGroups{Rule: "nearest", Groups: map[police.ForceCode][]police.ForceCode{"E1": {"E3"}, "E3": {"E1"}}}
	both := g.or(nearest)
	if both.rule("E1") != "groups of peers.csv" || both.rule("E3") != "nearest" || !slices.Equal(both.Groups["E1"], []police.ForceCode{"E2"}) {
		t.Errorf("%+v", both)
	}
}

// TestDoubtfulMembersAreInNeitherGroup: an agreement without a date, or that began
// within the year, makes a force neither a member nor one of the others.
func TestDoubtfulMembersAreInNeitherGroup(t *testing.T) {
	reg := Register{
		Collaborations: []police.Collaboration{{ID: "old", Functions: "road policing", HostForce: string(code(0))}, {ID: "new", Functions: "road policing"}, {ID: "undated", Functions: "road policing"}, {ID: "wide", ForceWide: true}},
		Events:         []police.Event{{Collaboration: "old", Phase: "entry", Date: "2010"}, {Collaboration: "new", Phase: "entry", Date: "2016-09"}, {Collaboration: "wide", Phase: "entry", Date: "2010"}},
		Members: []police.Member{{Collaboration: "old", Force: code(0)}, {Collaboration: "old", Force: code(1), To: "2013"}, {Collaboration: "new", Force: code(2)},
			{Collaboration: "undated", Force: code(3)}, {Collaboration: "wide", Force: code(4)}, {Collaboration: "old", Force: code(5), From: "2016-10"}},
	}
	in, unsure := reg.collaboratingIn("road_policing", 2017)
	if len(in) != 1 || !strings.Contains(in[code(0)], "host in old since 2010") {
		t.Errorf("members: %v", in)
	}
	for i, want := range map[int]bool{0: false, 1: false, 2: true, 3: true, 4: true, 5: true} {
		if unsure[code(i)] != want {
			t.Errorf("force %d in doubt: %v, want %v", i, unsure[code(i)], want)
		}
	}
}

func TestMedianWithMissing(t *testing.T) {
	v := []float64{1, 2, 3, 4, 5}
	if got := medianWith(v, 2, 0); got != 2 {
		t.Errorf("two more below: %v, want 2", got)
	}
	if got := medianWith(v, 0, 1); got != 3.5 {
		t.Errorf("one more above: %v, want 3.5", got)
	}
	if got := medianWith(v, 6, 0); !math.IsNaN(got) {
		t.Errorf("more missing than held: %v, want none", got)
	}
}
