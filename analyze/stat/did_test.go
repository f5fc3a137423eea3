package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
)

type csCell struct {
	Group, T, ATT, SE float64
}

type csAggregates struct {
	Simple         struct{ Est, SE float64 }
	Dynamic        []struct{ E, ATT, SE float64 }
	DynamicOverall struct{ Est, SE float64 } `json:"dynamic_overall"`
	Group          []struct{ Group, ATT, SE float64 }
	GroupOverall   struct{ Est, SE float64 } `json:"group_overall"`
}

type mpdtaExpected struct {
	Never     []csCell     `json:"att_gt_never"`
	NotYet    []csCell     `json:"att_gt_notyet"`
	AggNever  csAggregates `json:"agg_never"`
	AggNotYet csAggregates `json:"agg_notyet"`
	TWFE      float64      `json:"twfe_post_coef"`
	TWFESE    float64      `json:"twfe_se_cluster_county"`
	Published struct {
		PretestP float64 `json:"pretest_p"`
	}
}

func mpdta(t testing.TB) (Staggered, mpdtaExpected) {
	t.Helper()
	var want mpdtaExpected
	c := readCase(t, "callaway_santanna_mpdta", &want)
	return Staggered{Unit: c.text(t, "countyreal"), Time: c.numbers(t, "year"), Y: c.numbers(t, "lemp"),
		First: c.numbers(t, "first.treat")}, want
}

// TestCallawaySantAnna reproduces the R package did on its own data: cells,
// averages and analytic standard errors.
func TestCallawaySantAnna(t *testing.T) {
	s, want := mpdta(t)
	for _, c := range []struct {
		control ControlGroup
		cells   []csCell
		agg     csAggregates
	}{{NeverTreated, want.Never, want.AggNever}, {NotYet, want.NotYet, want.AggNotYet}} {
		f, err := CallawaySantAnna(s, CSOptions{Control: c.control})
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Cells) != len(c.cells) {
			t.Fatalf("%d cells, want %d", len(f.Cells), len(c.cells))
		}
		for i, w := range c.cells {
			g := f.Cells[i]
			what := fmt.Sprintf("%s ATT(%v, %v)", c.control, w.Group, w.T)
			if g.Group != w.Group || g.Time != w.T {
				t.Fatalf("cell %d is (%v, %v), want %s", i, g.Group, g.Time, what)
			}
			near(t, what, g.ATT, w.ATT, 1e-11)
			near(t, what+" se", g.SE, w.SE, 1e-11)
		}
		near(t, "simple", f.Simple.ATT, c.agg.Simple.Est, 1e-11)
		near(t, "simple se", f.Simple.SE, c.agg.Simple.SE, 1e-11)
		for i, w := range c.agg.Dynamic {
			near(t, fmt.Sprint("event ", w.E), f.Dynamic[i].ATT, w.ATT, 1e-11)
			near(t, fmt.Sprint("event se ", w.E), f.Dynamic[i].SE, w.SE, 1e-11)
		}
		near(t, "dynamic", f.DynamicOverall.ATT, c.agg.DynamicOverall.Est, 1e-11)
		near(t, "dynamic se", f.DynamicOverall.SE, c.agg.DynamicOverall.SE, 1e-11)
		for i, w := range c.agg.Group {
			near(t, fmt.Sprint("group ", w.Group), f.Groups[i].ATT, w.ATT, 1e-11)
			near(t, fmt.Sprint("group se ", w.Group), f.Groups[i].SE, w.SE, 1e-11)
		}
		near(t, "groups", f.GroupOverall.ATT, c.agg.GroupOverall.Est, 1e-11)
		near(t, "groups se", f.GroupOverall.SE, c.agg.GroupOverall.SE, 1e-11)
		if c.control == NeverTreated && math.Abs(f.PretestP-want.Published.PretestP) > 6e-6 {
			t.Errorf("pre-test p %v, published %v", f.PretestP, want.Published.PretestP)
		}
	}
}

// TestCallawaySantAnnaCovariates: lpop as covariate, doubly robust, against the
// table in the documentation of Stata's csdid (method dripw, seven decimals).
func TestCallawaySantAnnaCovariates(t *testing.T) {
	s, _ := mpdta(t)
	var x any
	c := readCase(t, "callaway_santanna_mpdta", &x)
	s.Covariates = [][]float64{c.numbers(t, "lpop")}
	f, err := CallawaySantAnna(s, CSOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ att, se float64 }{{-.0145297, .0221292}, {-.0764219, .0286713}, {-.1404483, .0353782},
		{-.1069039, .0328865}, {-.0004721, .0222234}, {-.0062025, .0184957}, {.0009606, .0194002}}
	for i, w := range want {
		if math.Abs(f.Cells[i].ATT-w.att) > 6e-8 || math.Abs(f.Cells[i].SE-w.se) > 6e-8 {
			t.Errorf("cell %d: %v ± %v, want %v ± %v", i, f.Cells[i].ATT, f.Cells[i].SE, w.att, w.se)
		}
	}
	reg, err := CallawaySantAnna(s, CSOptions{Method: OutcomeRegression})
	if err != nil || math.Abs(reg.Simple.ATT-f.Simple.ATT) > 0.01 {
		t.Errorf("outcome regression %v beside %v, %v", reg.Simple, f.Simple, err)
	}
}

func TestTWFE(t *testing.T) {
	s, want := mpdta(t)
	f, err := TWFE(s, "")
	if err != nil {
		t.Fatal(err)
	}
	near(t, "twfe", f.Term.Estimate, want.TWFE, 1e-11)
	near(t, "twfe se", f.Term.SE, want.TWFESE, 1e-11)
}

type sunabTerm struct {
	Term     string
	Estimate float64
	SE       float64 `json:"Std..Error"`
	T        float64 `json:"t.value"`
	P        float64 `json:"Pr...t.."`
}

type sunabATT struct {
	Estimate float64
	SE       float64 `json:"Std. Error"`
	T        float64 `json:"t value"`
	P        float64 `json:"Pr(>|t|)"`
}

type sunabExpected struct {
	EventStudy []sunabTerm `json:"event_study"`
	Cluster    []sunabTerm `json:"cluster_id"`
	ATT        sunabATT    `json:"att"`
	ATTCluster sunabATT    `json:"att_cluster_id"`
}

func baseStagg(t testing.TB) (Staggered, sunabExpected) {
	t.Helper()
	var want sunabExpected
	c := readCase(t, "sunab_base_stagg", &want)
	return Staggered{Unit: c.text(t, "id"), Time: c.numbers(t, "year"), Y: c.numbers(t, "y"),
		First: c.numbers(t, "year_treated"), Covariates: [][]float64{c.numbers(t, "x1")}}, want
}

// TestSunAbraham reproduces fixest's sunab on its own data, with errors of equal
// variance and clustered by unit.
func TestSunAbraham(t *testing.T) {
	s, want := baseStagg(t)
	for _, c := range []struct {
		kind  Kind
		terms []sunabTerm
		att   sunabATT
	}{{IID, want.EventStudy, want.ATT}, {"", want.Cluster, want.ATTCluster}} {
		f, err := SunAbraham(s, c.kind)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]CoefTest{"x1": f.Covariates[0]}
		for _, e := range f.Events {
			got[fmt.Sprintf("year::%v", e.Event)] = e.CoefTest
		}
		for _, w := range c.terms {
			g := got[w.Term]
			what := string(f.Covariance) + " " + w.Term
			near(t, what, g.Estimate, w.Estimate, 1e-10)
			near(t, what+" se", g.SE, w.SE, 1e-10)
			near(t, what+" p", g.P, w.P, 1e-8)
		}
		near(t, "att", f.ATT.Estimate, c.att.Estimate, 1e-11)
		near(t, "att se", f.ATT.SE, c.att.SE, 1e-11)
		near(t, "att p", f.ATT.P, c.att.P, 1e-9)
	}
}

type baconExpected struct {
	TWFE          float64
	TWFESE        float64 `json:"twfe_se_cluster_state"`
	Decomposition []struct {
		Treated, Untreated, Estimate, Weight float64
		Type                                 string
	}
}

func castle(t testing.TB) (Staggered, baconExpected) {
	t.Helper()
	var want baconExpected
	c := readCase(t, "bacon_castle", &want)
	s := Staggered{Unit: c.text(t, "state"), Time: c.numbers(t, "year"), Y: c.numbers(t, "l_homicide")}
	first := map[string]float64{}
	for i, post := range c.numbers(t, "post") {
		u := s.Unit[i]
		if post == 1 && (first[u] == 0 || s.Time[i] < first[u]) {
			first[u] = s.Time[i]
		}
	}
	for _, u := range s.Unit {
		s.First = append(s.First, first[u])
	}
	return s, want
}

// TestBacon reproduces bacondecomp on the castle-doctrine panel.
func TestBacon(t *testing.T) {
	s, want := castle(t)
	f, err := Bacon(s)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "twfe", f.TWFE, want.TWFE, 1e-11)
	if len(f.Pairs) != len(want.Decomposition) {
		t.Errorf("%d pairs, want %d", len(f.Pairs), len(want.Decomposition))
	}
	for _, w := range want.Decomposition {
		found := false
		for _, p := range f.Pairs {
			if p.Treated == w.Treated && p.Untreated == w.Untreated {
				found = true
				near(t, fmt.Sprint(w), p.Estimate, w.Estimate, 1e-10)
				near(t, fmt.Sprint(w, " weight"), p.Weight, w.Weight, 1e-11)
				if string(p.Kind) != w.Type {
					t.Errorf("%v is %s", w, p.Kind)
				}
			}
		}
		if !found {
			t.Errorf("no pair %v", w)
		}
	}
	r, err := TWFE(s, "")
	if err != nil {
		t.Fatal(err)
	}
	near(t, "regression", r.Term.Estimate, want.TWFE, 1e-11)
	near(t, "regression se", r.Term.SE, want.TWFESE, 1e-11)
}

// staggeredPanel has units starting at the given periods of 1 to 6, 0 for never,
// and a true effect of 2 from the start on.
func staggeredPanel(firsts ...float64) Staggered {
	var s Staggered
	for u, g := range firsts {
		for t := 1.0; t <= 6; t++ {
			y := float64(u*u%7) + t*t/5 + math.Sin(float64(u)*3+t*7)/100
			if g > 0 && t >= g {
				y += 2
			}
			s.Unit, s.Time = append(s.Unit, fmt.Sprint("u", u)), append(s.Time, t)
			s.Y, s.First = append(s.Y, y), append(s.First, g)
		}
	}
	return s
}

// TestStaggeredEffect: with one true effect of 2 all estimators find it, in any
// order of rows, and never treated may be written in four ways.
func TestStaggeredEffect(t *testing.T) {
	s := staggeredPanel(0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 5, 5, 5, 5, 5)
	r := s
	r.Unit, r.Time, r.Y, r.First = slices.Clone(s.Unit), slices.Clone(s.Time), slices.Clone(s.Y), slices.Clone(s.First)
	slices.Reverse(r.Unit)
	slices.Reverse(r.Time)
	slices.Reverse(r.Y)
	slices.Reverse(r.First)
	for i, g := range r.First {
		if g == 0 {
			r.First[i] = map[string]float64{"u0": math.NaN(), "u1": 99, "u2": math.Inf(1)}[r.Unit[i]]
		}
	}
	for _, p := range []Staggered{s, r} {
		cs, err := CallawaySantAnna(p, CSOptions{Control: NotYet})
		if err != nil {
			t.Fatal(err)
		}
		sa, err := SunAbraham(p, "")
		if err != nil {
			t.Fatal(err)
		}
		tw, err := TWFE(p, "")
		if err != nil {
			t.Fatal(err)
		}
		b, err := Bacon(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range []float64{cs.Simple.ATT, sa.ATT.Estimate, tw.Term.Estimate, b.TWFE} {
			if math.Abs(got-2) > 0.02 {
				t.Errorf("effect %v, want 2", got)
			}
		}
		near(t, "decomposition", b.TWFE, tw.Term.Estimate, 1e-11)
	}
}

func TestStaggeredRefusals(t *testing.T) {
	s := staggeredPanel(0, 3, 5)
	changed := staggeredPanel(0, 3, 5)
	changed.First[8] = 5 // unit 1 names two starts
	gap := staggeredPanel(0, 3, 5)
	gap.Y[0] = math.NaN()
	for name, c := range map[string]struct {
		s    Staggered
		want error
	}{
		"two starts":    {changed, ErrFirstTreatedVaries},
		"empty":         {Staggered{}, ErrEmpty},
		"lengths":       {Staggered{Y: s.Y}, ErrLengths},
		"nobody":        {staggeredPanel(0, 0), nil},
		"all from 1":    {staggeredPanel(1, 1), nil},
		"one start":     {staggeredPanel(3, 3), nil},
		"infinite time": {Staggered{Unit: []string{"a"}, Time: []float64{math.Inf(1)}, Y: []float64{1}, First: []float64{1}}, ErrNotFinite},
	} {
		_, e1 := CallawaySantAnna(c.s, CSOptions{})
		_, e2 := SunAbraham(c.s, "")
		_, e3 := Bacon(c.s)
		for i, err := range []error{e1, e2, e3} {
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("%s, estimator %d: %v, want %v", name, i, err, c.want)
			}
		}
	}
	if _, err := Bacon(gap); err == nil {
		t.Error("a gap is accepted by the decomposition")
	}
	if f, err := CallawaySantAnna(staggeredPanel(0, 0, 3), CSOptions{}); err != nil || len(f.Warnings) == 0 {
		t.Errorf("one treated unit: no warning: %v %v", f.Warnings, err)
	}
	if _, err := CallawaySantAnna(staggeredPanel(3, 3, 5, 5), CSOptions{}); !errors.Is(err, ErrNoControls) {
		t.Errorf("no never-treated units: %v", err)
	}
	if f, err := CallawaySantAnna(staggeredPanel(3, 3, 5, 5), CSOptions{Control: NotYet}); err != nil || f.Periods != 4 {
		t.Errorf("not yet treated alone: %+v, %v", f, err)
	}
	if _, err := SunAbraham(staggeredPanel(3, 3, 5, 5), ""); err != nil {
		t.Errorf("last cohort as reference: %v", err)
	}
}

// FuzzStaggered: no panic, and no estimate that isn't a number without an error.
func FuzzStaggered(f *testing.F) {
	f.Add([]byte{0, 3, 5, 1, 2, 3, 4, 5, 6, 7, 8, 9}, uint8(4))
	f.Add([]byte{2, 0, 250, 251, 252, 253, 254, 255, 1, 1}, uint8(2))
	special := []float64{math.NaN(), math.Inf(1), 1e300, -1e300, 1e-300, 0}
	f.Fuzz(func(t *testing.T, raw []byte, units uint8) {
		if len(raw) > 150 || units == 0 {
			return
		}
		var s Staggered
		for i, b := range raw {
			y := float64(b)
			if b >= 250 {
				y = special[b-250]
			}
			u := i % int(units)
			s.Unit, s.Time = append(s.Unit, fmt.Sprint(u)), append(s.Time, float64(1+i/int(units)))
			s.Y, s.First = append(s.Y, y), append(s.First, float64(raw[u]%6))
		}
		if c, err := CallawaySantAnna(s, CSOptions{Control: NotYet}); err == nil && math.IsNaN(c.Simple.ATT) && len(c.Warnings) == 0 {
			t.Fatalf("%+v", c)
		}
		if w, err := TWFE(s, ""); err == nil && !isFinite(w.Term.Estimate) {
			t.Fatalf("%+v", w)
		}
		if b, err := Bacon(s); err == nil && !isFinite(b.TWFE) {
			t.Fatalf("%+v", b)
		}
		SunAbraham(s, "")
	})
}
