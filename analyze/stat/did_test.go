package stat

import (
	"fmt"
	"math"
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

// TestCallawaySantAnnaCovariates: lpop as covariate; values of Stata's csdid
// (its help file prints the doubly robust estimates) and of did.
func TestCallawaySantAnnaCovariates(t *testing.T) {
	s, _ := mpdta(t)
	var x any
	c := readCase(t, "callaway_santanna_mpdta", &x)
	s.Covariates = [][]float64{c.numbers(t, "lpop")}
	for _, m := range []DiDMethod{DoublyRobust, OutcomeRegression} {
		f, err := CallawaySantAnna(s, CSOptions{Method: m})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range f.Cells {
			t.Logf("%s %v %v %.7f %.7f", m, c.Group, c.Time, c.ATT, c.SE)
		}
		t.Log(f.Simple)
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
