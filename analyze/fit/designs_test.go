package fit

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/analyze/stat"
	"hardyards/internal/testenv"
)

// worst is the largest error of a case, through the API and through fit, as a
// share of the reference value (of 1 where that is 0).
type worst struct {
	name, reference, what string
	api, fit              float64
	values                int
}

func (w *worst) add(t *testing.T, what string, api, fit, want, tolerance float64) {
	t.Helper()
	a, f := relative(api, want), relative(fit, want)
	w.api, w.fit = max(w.api, a), max(w.fit, f)
	w.values++
	if !(a <= tolerance) || !(f <= tolerance) {
		t.Errorf("%s: %s: API %.17g, fit %.17g, want %.17g (allowed %.0e)", w.name, what, api, fit, want, tolerance)
	}
}

func relative(got, want float64) float64 {
	switch {
	case math.IsNaN(got) != math.IsNaN(want):
		return math.Inf(1)
	case math.IsNaN(want):
		return 0
	case want == 0:
		return math.Abs(got)
	}
	return math.Abs(got-want) / math.Abs(want)
}

// TestDesignCases reproduces the published and recomputed cases of correlation,
// multiplicity, differences in differences, synthetic control and efficiency,
// through the API and through fit, and checks that the table in the docs says
// how well. HARDYARDS_WRITE_DOCS=1 writes the table.
func TestDesignCases(t *testing.T) {
	var rows []*worst
	for _, run := range []func(*testing.T) *worst{
		hollanderWolfe, mtcars, mtcarsMatrices, benjaminiHochberg, mpdtaCells, mpdtaCovariates, mpdtaTWFE,
		baseStagg, castleBacon, castleTWFE, cardKrueger, prop99Estimates, prop99Placebos,
		func(t *testing.T) *worst { return deaScores(t, "dea_coelli_1998") },
		func(t *testing.T) *worst { return deaScores(t, "dea_golany_roll_1989") },
		func(t *testing.T) *worst { return deaScores(t, "dea_tone2001") },
	} {
		rows = append(rows, run(t))
	}
	if !t.Failed() {
		checkDocs(t, rows)
	}
}

func checkDocs(t *testing.T, rows []*worst) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Estimators: associations, designs, efficiency\n\n")
	b.WriteString("Written by `HARDYARDS_WRITE_DOCS=1 go test ./analyze/fit -run TestDesignCases`; the test fails when an error\n")
	b.WriteString("grows beyond its class. Cases are in `../shared/cases`; errors are shares of the reference value, rounded\n")
	b.WriteString("up to a power of ten.\n\n")
	b.WriteString("| case | reference | what | values | worst error, API | worst error, fit |\n|---|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %s | %s |\n", r.name, r.reference, r.what, r.values, class(r.api), class(r.fit))
	}
	b.WriteString(designNotes)
	path := filepath.Join(testenv.Root(t), "docs", "statistics-designs.md")
	if os.Getenv("HARDYARDS_WRITE_DOCS") != "" {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Errorf("docs/statistics-designs.md is out of date: HARDYARDS_WRITE_DOCS=1 go test ./analyze/fit -run TestDesignCases")
	}
}

// class rounds an error up to a power of ten, at least 1e-12: digits beyond that
// depend on the machine and on the reference's own rounding (15 digits printed,
// iterative solvers).
func class(e float64) string {
	if e <= 1e-12 {
		return "≤ 1e-12"
	}
	return fmt.Sprintf("≤ 1e%d", int(math.Ceil(math.Log10(e))))
}

const designNotes = `
Where the error is larger than rounding, the reference is the cause:

* Proposition 99, synthetic control: the reference's effect is 5e-9 off the optimum's;
  solved in exact rational arithmetic from the published decimals the effect is −19.51362976842086
  (analyze/stat, TestProp99Exact).
* Proposition 99, placebo effects: the reference's are from synthdid's default Frank–Wolfe iteration,
  which stops early (its −15.6038 for California is −15.6054 at the optimum).
* Callaway–Sant'Anna with a covariate: seven published decimals.

Standard errors: Sun–Abraham as fixest (CR1 by unit, nested effects not counted); two-way effects as Stata's
areg and R's lm with sandwich (CR1, all effects counted); Callaway–Sant'Anna from influence functions.
Left out, as METHODS doesn't name them: Hommel's adjustment, power_ttest_r.
`

func frameOf(t *testing.T, name string) *Frame {
	t.Helper()
	f, err := ReadCSV(bytes.NewReader(caseFile(t, name, "input.csv")))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func numbersOf(t *testing.T, f *Frame, name string) []float64 {
	t.Helper()
	c, err := f.Number(name)
	if err != nil {
		t.Fatal(err)
	}
	return c.Hi
}

func textOf(t *testing.T, f *Frame, name string) []string {
	t.Helper()
	c, err := f.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	return c.Text
}

// own decodes a key of an answer.
func own[T any](t *testing.T, a answer, key string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(a.own[key], &v); err != nil {
		t.Fatalf("key %s: %v", key, err)
	}
	return v
}

func correlate(t *testing.T, f *Frame, x, y string, o stat.CorrOptions) stat.Correlation {
	t.Helper()
	c, err := stat.Correlate(numbersOf(t, f, x), numbersOf(t, f, y), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func hollanderWolfe(t *testing.T) *worst {
	const name = "correlation_hollander_wolfe"
	w := &worst{name: name, reference: "R cor.test; Hollander & Wolfe (1973)", what: "r, rho, tau, exact and normal p, interval"}
	var e struct {
		Kendall struct {
			T, Tau  float64
			PExact  float64 `json:"p_exact"`
			ZNormal float64 `json:"z_normal"`
			PNormal float64 `json:"p_normal"`
		}
		Spearman struct {
			S, Rho float64
			PExact float64 `json:"p_exact"`
		}
		Pearson struct {
			R, T, DF, P float64
			CI95        [2]float64
		}
	}
	expected(t, name, &e)
	data := caseFile(t, name, "input.csv")
	f := frameOf(t, name)
	k, ka := correlate(t, f, "x", "y", stat.CorrOptions{Method: stat.Kendall}), runFit(t, data, "corr", "--x", "x", "--y", "y", "--method", "kendall")
	w.add(t, "T", k.Statistic, value(ka.Terms[0].Statistic), e.Kendall.T, 1e-13)
	w.add(t, "tau", k.Estimate, value(ka.Terms[0].Estimate), e.Kendall.Tau, 1e-13)
	w.add(t, "kendall p", k.P, value(ka.Terms[0].P), e.Kendall.PExact, 1e-12)
	n := correlate(t, f, "x", "y", stat.CorrOptions{Method: stat.Kendall, Asymptotic: true})
	w.add(t, "kendall z", n.Statistic, ka.number(t, "statistic_asymptotic"), e.Kendall.ZNormal, 1e-12)
	w.add(t, "kendall normal p", n.P, ka.number(t, "p_asymptotic"), e.Kendall.PNormal, 1e-12)
	s, sa := correlate(t, f, "x", "y", stat.CorrOptions{Method: stat.Spearman}), runFit(t, data, "corr", "--x", "x", "--y", "y", "--method", "spearman")
	w.add(t, "S", s.Statistic, value(sa.Terms[0].Statistic), e.Spearman.S, 1e-13)
	w.add(t, "rho", s.Estimate, value(sa.Terms[0].Estimate), e.Spearman.Rho, 1e-13)
	w.add(t, "spearman p", s.P, value(sa.Terms[0].P), e.Spearman.PExact, 1e-12)
	p, pa := correlate(t, f, "x", "y", stat.CorrOptions{}), runFit(t, data, "corr", "--x", "x", "--y", "y", "--method", "pearson")
	w.pearson(t, p, pa, e.Pearson.R, e.Pearson.T, e.Pearson.P, e.Pearson.CI95)
	w.add(t, "df", p.DF, value(pa.Terms[0].DF), e.Pearson.DF, 0)
	return w
}

func (w *worst) pearson(t *testing.T, c stat.Correlation, a answer, r, stat, p float64, ci [2]float64) {
	t.Helper()
	x := a.Terms[0]
	w.add(t, "r", c.Estimate, value(x.Estimate), r, 1e-13)
	w.add(t, "t", c.Statistic, value(x.Statistic), stat, 1e-12)
	w.add(t, "p", c.P, value(x.P), p, 1e-11)
	w.add(t, "lo", c.Lo, value(x.Lo), ci[0], 1e-12)
	w.add(t, "hi", c.Hi, value(x.Hi), ci[1], 1e-12)
}

func mtcars(t *testing.T) *worst {
	const name = "correlation_ties_mtcars"
	w := &worst{name: name, reference: "R cor.test", what: "r, rho, tau-b under ties, p, interval"}
	var e struct {
		Kendall struct {
			TauB float64 `json:"tau_b"`
			Z, P float64
		} `json:"kendall_mpg_cyl"`
		Spearman struct {
			S, Rho float64
			P      float64 `json:"p_t"`
		} `json:"spearman_mpg_cyl"`
		Pearson struct {
			R, T, P float64
			CI95    [2]float64
		} `json:"pearson_mpg_wt"`
	}
	expected(t, name, &e)
	f, data := frameOf(t, name), caseFile(t, name, "input.csv")
	k, ka := correlate(t, f, "mpg", "cyl", stat.CorrOptions{Method: stat.Kendall}), runFit(t, data, "corr", "--x", "mpg", "--y", "cyl", "--method", "kendall")
	w.add(t, "tau-b", k.Estimate, value(ka.Terms[0].Estimate), e.Kendall.TauB, 1e-13)
	w.add(t, "z", k.Statistic, value(ka.Terms[0].Statistic), e.Kendall.Z, 1e-12)
	w.add(t, "kendall p", k.P, value(ka.Terms[0].P), e.Kendall.P, 1e-11)
	s, sa := correlate(t, f, "mpg", "cyl", stat.CorrOptions{Method: stat.Spearman}), runFit(t, data, "corr", "--x", "mpg", "--y", "cyl", "--method", "spearman")
	w.add(t, "S", s.Statistic, value(sa.Terms[0].Statistic), e.Spearman.S, 1e-12)
	w.add(t, "rho", s.Estimate, value(sa.Terms[0].Estimate), e.Spearman.Rho, 1e-13)
	w.add(t, "spearman p", s.P, value(sa.Terms[0].P), e.Spearman.P, 1e-11)
	w.pearson(t, correlate(t, f, "mpg", "wt", stat.CorrOptions{}), runFit(t, data, "corr", "--x", "mpg", "--y", "wt"),
		e.Pearson.R, e.Pearson.T, e.Pearson.P, e.Pearson.CI95)
	return w
}

func mtcarsMatrices(t *testing.T) *worst {
	const name = "correlation_ties_mtcars"
	w := &worst{name: name, reference: "R cor", what: "Spearman and Kendall matrices"}
	var e struct {
		Spearman [][]float64 `json:"spearman_matrix"`
		Kendall  [][]float64 `json:"kendall_matrix"`
	}
	expected(t, name, &e)
	f, data := frameOf(t, name), caseFile(t, name, "input.csv")
	for m, want := range map[stat.CorrMethod][][]float64{stat.Spearman: e.Spearman, stat.Kendall: e.Kendall} {
		for i, x := range f.Names() {
			for j, y := range f.Names()[:i] {
				c := correlate(t, f, x, y, stat.CorrOptions{Method: m})
				a := runFit(t, data, "corr", "--x", x, "--y", y, "--method", string(m), "--reps", "199")
				w.add(t, fmt.Sprint(m, x, y), c.Estimate, value(a.Terms[0].Estimate), want[i][j], 1e-13)
			}
		}
	}
	return w
}

func benjaminiHochberg(t *testing.T) *worst {
	const name = "padjust_bh1995"
	w := &worst{name: name, reference: "R p.adjust; Benjamini & Hochberg (1995)", what: "BH, BY, Holm, Hochberg, Bonferroni"}
	var e map[string]any
	expected(t, name, &e)
	f, data := frameOf(t, name), caseFile(t, name, "input.csv")
	for _, m := range []stat.PAdjustment{stat.BH, stat.BY, stat.Holm, stat.Hochberg, stat.Bonferroni} {
		a, err := stat.AdjustP(numbersOf(t, f, "p"), m)
		if err != nil {
			t.Fatal(err)
		}
		got := own[[]float64](t, runFit(t, data, "adjust", "--p", "p", "--method", string(m)), "adjusted")
		for i, want := range e[string(m)].([]any) {
			w.add(t, fmt.Sprint(m, i), a.P[i], got[i], want.(float64), 1e-13)
		}
	}
	return w
}

type fitCell struct{ Group, Time, ATT, SE, Event float64 }

func mpdta(t *testing.T) (stat.Staggered, []byte) {
	t.Helper()
	const name = "callaway_santanna_mpdta"
	f := frameOf(t, name)
	return stat.Staggered{Unit: textOf(t, f, "countyreal"), Time: numbersOf(t, f, "year"), Y: numbersOf(t, f, "lemp"),
		First: numbersOf(t, f, "first.treat")}, caseFile(t, name, "input.csv")
}

var mpdtaFlags = []string{"did", "--outcome", "lemp", "--unit", "countyreal", "--time", "year", "--first-treated", "first.treat"}

func mpdtaCells(t *testing.T) *worst {
	w := &worst{name: "callaway_santanna_mpdta", reference: "R did 2.x", what: "group-time effects, averages, standard errors; never and not yet treated"}
	type effect struct{ E, Group, T, ATT, SE, Est float64 }
	var e map[string]json.RawMessage
	expected(t, w.name, &e)
	s, data := mpdta(t)
	for _, control := range []string{"never", "notyet"} {
		var cells []effect
		var agg struct {
			Simple         effect
			Dynamic, Group []effect
			DynamicOverall effect `json:"dynamic_overall"`
			GroupOverall   effect `json:"group_overall"`
		}
		if json.Unmarshal(e["att_gt_"+control], &cells) != nil || json.Unmarshal(e["agg_"+control], &agg) != nil {
			t.Fatal("expected.json")
		}
		c, err := stat.CallawaySantAnna(s, stat.CSOptions{Control: stat.ControlGroup(control)})
		if err != nil {
			t.Fatal(err)
		}
		a := runFit(t, data, append(mpdtaFlags, "--estimator", "cs", "--control", control)...)
		got := own[[]fitCell](t, a, "cells")
		for i, x := range cells {
			w.add(t, "cell", c.Cells[i].ATT, got[i].ATT, x.ATT, 1e-11)
			w.add(t, "cell se", c.Cells[i].SE, got[i].SE, x.SE, 1e-11)
			w.add(t, "cell time", c.Cells[i].Time, got[i].Time, x.T, 0)
		}
		dynamic := own[[]fitCell](t, a, "dynamic")
		for i, x := range agg.Dynamic {
			w.add(t, "event", c.Dynamic[i].ATT, dynamic[i].ATT, x.ATT, 1e-11)
			w.add(t, "event se", c.Dynamic[i].SE, dynamic[i].SE, x.SE, 1e-11)
		}
		groups := own[[]fitCell](t, a, "groups")
		for i, x := range agg.Group {
			w.add(t, "group", c.Groups[i].ATT, groups[i].ATT, x.ATT, 1e-11)
			w.add(t, "group se", c.Groups[i].SE, groups[i].SE, x.SE, 1e-11)
		}
		w.add(t, "simple key", c.Simple.ATT, a.number(t, "simple"), agg.Simple.Est, 1e-11)
		for i, x := range []struct {
			got  stat.EventEffect
			want effect
		}{{c.Simple, agg.Simple}, {c.DynamicOverall, agg.DynamicOverall}, {c.GroupOverall, agg.GroupOverall}} {
			w.add(t, "average", x.got.ATT, value(a.Terms[i].Estimate), x.want.Est, 1e-11)
			w.add(t, "average se", x.got.SE, value(a.Terms[i].SE), x.want.SE, 1e-11)
		}
	}
	return w
}

// csdidTable is the doubly robust table with covariate lpop in the documentation
// of Stata's csdid, method(dripw): the cells shown there in full.
var csdidTable = []fitCell{
	{Group: 2004, Time: 2004, ATT: -.0145297, SE: .0221292}, {Group: 2004, Time: 2005, ATT: -.0764219, SE: .0286713},
	{Group: 2004, Time: 2006, ATT: -.1404483, SE: .0353782}, {Group: 2004, Time: 2007, ATT: -.1069039, SE: .0328865},
	{Group: 2006, Time: 2004, ATT: -.0004721, SE: .0222234}, {Group: 2006, Time: 2005, ATT: -.0062025, SE: .0184957},
	{Group: 2006, Time: 2006, ATT: .0009606, SE: .0194002},
}

func mpdtaCovariates(t *testing.T) *worst {
	w := &worst{name: "callaway_santanna_mpdta", reference: "Stata csdid documentation, method(dripw)", what: "doubly robust with a covariate"}
	s, data := mpdta(t)
	s.Covariates = [][]float64{numbersOf(t, frameOf(t, w.name), "lpop")}
	c, err := stat.CallawaySantAnna(s, stat.CSOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := own[[]fitCell](t, runFit(t, data, append(mpdtaFlags, "--estimator", "cs", "--covariates", "lpop")...), "cells")
	for i, x := range csdidTable {
		w.add(t, "cell", c.Cells[i].ATT, got[i].ATT, x.ATT, 6e-8/math.Abs(x.ATT))
		w.add(t, "cell se", c.Cells[i].SE, got[i].SE, x.SE, 6e-8/x.SE)
	}
	return w
}

func mpdtaTWFE(t *testing.T) *worst {
	w := &worst{name: "callaway_santanna_mpdta", reference: "R lm with sandwich", what: "two-way effects, CR1 by county"}
	var e struct {
		Coef float64 `json:"twfe_post_coef"`
		SE   float64 `json:"twfe_se_cluster_county"`
	}
	expected(t, w.name, &e)
	s, data := mpdta(t)
	w.twfe(t, s, runFit(t, data, append(mpdtaFlags, "--estimator", "twfe")...), e.Coef, e.SE)
	return w
}

func (w *worst) twfe(t *testing.T, s stat.Staggered, a answer, coef, se float64) {
	t.Helper()
	f, err := stat.TWFE(s, "")
	if err != nil {
		t.Fatal(err)
	}
	w.add(t, "twfe", f.Term.Estimate, value(a.Terms[0].Estimate), coef, 1e-11)
	w.add(t, "twfe se", f.Term.SE, value(a.Terms[0].SE), se, 1e-11)
}

func baseStagg(t *testing.T) *worst {
	w := &worst{name: "sunab_base_stagg", reference: "R fixest sunab", what: "event study and ATT, iid and CR1 by unit"}
	type term struct {
		Term     string
		Estimate float64
		SE       float64 `json:"Std..Error"`
		P        float64 `json:"Pr...t.."`
	}
	type att struct {
		Estimate float64
		SE       float64 `json:"Std. Error"`
		P        float64 `json:"Pr(>|t|)"`
	}
	var e struct {
		IID     []term `json:"event_study"`
		Cluster []term `json:"cluster_id"`
		ATT     att
		ByUnit  att `json:"att_cluster_id"`
	}
	expected(t, w.name, &e)
	f, data := frameOf(t, w.name), caseFile(t, w.name, "input.csv")
	s := stat.Staggered{Unit: textOf(t, f, "id"), Time: numbersOf(t, f, "year"), Y: numbersOf(t, f, "y"),
		First: numbersOf(t, f, "year_treated"), Covariates: [][]float64{numbersOf(t, f, "x1")}}
	flags := []string{"did", "--outcome", "y", "--unit", "id", "--time", "year", "--first-treated", "year_treated",
		"--covariates", "x1", "--estimator", "sunab"}
	for _, c := range []struct {
		kind  stat.Kind
		flags []string
		terms []term
		att   att
	}{{stat.IID, []string{"--vcov", "iid"}, e.IID, e.ATT}, {stat.CR1, []string{"--cluster", "id"}, e.Cluster, e.ByUnit}} {
		g, err := stat.SunAbraham(s, c.kind)
		if err != nil {
			t.Fatal(err)
		}
		a := runFit(t, data, append(flags, c.flags...)...)
		api := map[string]stat.CoefTest{"x1": g.Covariates[0]}
		for _, x := range g.Events {
			api[fmt.Sprintf("year::%v", x.Event)] = x.CoefTest
		}
		for _, x := range c.terms {
			got := a.Terms[a.term(t, x.Term)]
			w.add(t, x.Term, api[x.Term].Estimate, value(got.Estimate), x.Estimate, 1e-10)
			w.add(t, x.Term+" se", api[x.Term].SE, value(got.SE), x.SE, 1e-10)
			w.add(t, x.Term+" p", api[x.Term].P, value(got.P), x.P, 1e-9)
		}
		w.add(t, "att", g.ATT.Estimate, a.number(t, "simple"), c.att.Estimate, 1e-11)
		w.add(t, "att se", g.ATT.SE, value(a.Terms[0].SE), c.att.SE, 1e-11)
		w.add(t, "att p", g.ATT.P, value(a.Terms[0].P), c.att.P, 1e-9)
	}
	return w
}

// castle derives the first treated year from the column post, as the case says.
func castle(t *testing.T) (stat.Staggered, []byte) {
	t.Helper()
	f := frameOf(t, "bacon_castle")
	s := stat.Staggered{Unit: textOf(t, f, "state"), Time: numbersOf(t, f, "year"), Y: numbersOf(t, f, "l_homicide")}
	first := map[string]float64{}
	for i, post := range numbersOf(t, f, "post") {
		if g := first[s.Unit[i]]; post == 1 && (g == 0 || s.Time[i] < g) {
			first[s.Unit[i]] = s.Time[i]
		}
	}
	for _, u := range s.Unit {
		s.First = append(s.First, first[u])
	}
	return s, withColumn(t, "bacon_castle", "first", s.First)
}

// withColumn is a case's input with a column more.
func withColumn(t *testing.T, name, column string, values []float64) []byte {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(caseFile(t, name, "input.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows[0] = append(rows[0], column)
	for i, v := range values {
		rows[i+1] = append(rows[i+1], fmt.Sprint(v))
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	if err := out.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var castleFlags = []string{"did", "--outcome", "l_homicide", "--unit", "state", "--time", "year", "--first-treated", "first"}

func castleBacon(t *testing.T) *worst {
	w := &worst{name: "bacon_castle", reference: "R bacondecomp", what: "25 estimates and weights, their sum"}
	var e struct {
		TWFE          float64
		Decomposition []struct {
			Treated, Untreated, Estimate, Weight float64
			Type                                 string
		}
	}
	expected(t, w.name, &e)
	s, data := castle(t)
	b, err := stat.Bacon(s)
	if err != nil {
		t.Fatal(err)
	}
	a := runFit(t, data, append(castleFlags, "--estimator", "bacon")...)
	type pair struct {
		Treated, Untreated, Estimate, Weight float64
		Type                                 string
	}
	key := func(treated, untreated float64, kind string) string { return fmt.Sprint(treated, untreated, kind) }
	api, fit := map[string]stat.BaconPair{}, map[string]pair{}
	for _, p := range b.Pairs {
		api[key(p.Treated, p.Untreated, string(p.Kind))] = p
	}
	for _, p := range own[[]pair](t, a, "decomposition") {
		fit[key(p.Treated, p.Untreated, p.Type)] = p
	}
	for _, x := range e.Decomposition {
		k := key(x.Treated, x.Untreated, x.Type)
		w.add(t, k, api[k].Estimate, fit[k].Estimate, x.Estimate, 1e-10)
		w.add(t, k+" weight", api[k].Weight, fit[k].Weight, x.Weight, 1e-11)
	}
	w.add(t, "sum", b.TWFE, a.number(t, "simple"), e.TWFE, 1e-11)
	return w
}

func castleTWFE(t *testing.T) *worst {
	w := &worst{name: "bacon_castle", reference: "R lm with sandwich", what: "two-way effects, CR1 by state"}
	var e struct {
		TWFE float64
		SE   float64 `json:"twfe_se_cluster_state"`
	}
	expected(t, w.name, &e)
	s, data := castle(t)
	w.twfe(t, s, runFit(t, data, append(castleFlags, "--estimator", "twfe")...), e.TWFE, e.SE)
	return w
}

// cardKrueger: a repeated cross-section; the states are the units, so that two-way
// effects are the four cell means.
func cardKrueger(t *testing.T) *worst {
	w := &worst{name: "card_krueger_did", reference: "R lm, sandwich HC2; Card & Krueger (1994)", what: "difference in differences, equal and unequal variances"}
	var e struct {
		DiD     float64
		Unequal float64 `json:"se_unequal_var"`
		OLS     struct{ SE map[string]float64 }
	}
	expected(t, w.name, &e)
	f := frameOf(t, w.name)
	s := stat.Staggered{Unit: textOf(t, f, "nj"), Time: numbersOf(t, f, "d"), Y: numbersOf(t, f, "fte"), First: numbersOf(t, f, "nj")}
	for kind, se := range map[stat.Kind]float64{stat.HC2: e.Unequal, stat.IID: e.OLS.SE["nj:d"]} {
		g, err := stat.TWFE(s, kind)
		if err != nil {
			t.Fatal(err)
		}
		a := runFit(t, caseFile(t, w.name, "input.csv"), "did", "--outcome", "fte", "--unit", "nj", "--time", "d",
			"--first-treated", "nj", "--estimator", "twfe", "--vcov", string(kind))
		w.add(t, "did", g.Term.Estimate, value(a.Terms[0].Estimate), e.DiD, 1e-12)
		w.add(t, "se "+string(kind), g.Term.SE, value(a.Terms[0].SE), se, 1e-12)
	}
	return w
}

func prop99(t *testing.T) (stat.SynthPanel, []byte) {
	t.Helper()
	f := frameOf(t, "prop99_synthdid")
	p, err := stat.NewSynthPanel(stat.LongPanel{Unit: textOf(t, f, "State"), Period: textOf(t, f, "Year"),
		Y: numbersOf(t, f, "PacksPerCapita"), D: numbersOf(t, f, "treated")})
	if err != nil {
		t.Fatal(err)
	}
	return p, caseFile(t, "prop99_synthdid", "input.csv")
}

var prop99Flags = []string{"synth", "--outcome", "PacksPerCapita", "--unit", "State", "--time", "Year", "--treated", "treated", "--estimator"}

func prop99Estimates(t *testing.T) *worst {
	w := &worst{name: "prop99_synthdid", reference: "exact quadratic programmes (sdid, sc), closed form (did)", what: "effect by sdid, sc, did; time weights"}
	var e struct {
		DiD    float64 `json:"did"`
		SDID   float64 `json:"sdid_exactQP"`
		SC     float64 `json:"sc_exactQP"`
		Lambda map[string]float64
	}
	expected(t, w.name, &e)
	p, data := prop99(t)
	for m, want := range map[stat.SynthMethod]float64{stat.SyntheticDiD: e.SDID, stat.SyntheticControl: e.SC, stat.DiffInDiff: e.DiD} {
		f, err := stat.Synth(p, m)
		if err != nil {
			t.Fatal(err)
		}
		a := runFit(t, data, append(prop99Flags, string(m))...)
		w.add(t, string(m), f.ATT, a.number(t, "att"), want, 5e-10)
		if m != stat.SyntheticDiD {
			continue
		}
		weights := own[map[string]float64](t, a, "time_weights")
		for k, year := range p.Periods[:p.Pre] {
			if e.Lambda[year] > 1e-9 {
				w.add(t, "lambda "+year, f.TimeWeights[k], weights[year], e.Lambda[year], 1e-9)
			}
		}
	}
	return w
}

func prop99Placebos(t *testing.T) *worst {
	w := &worst{name: "prop99_synthdid", reference: "R synthdid, default iteration", what: "38 placebo effects (as shares of the largest, 32), rank p"}
	var e struct {
		Placebo map[string]float64 `json:"in_space_placebo_sdid"`
		Rank    float64            `json:"placebo_rank_two_sided"`
	}
	expected(t, w.name, &e)
	p, data := prop99(t)
	test, err := stat.PlaceboEffects(p, stat.SyntheticDiD, stat.PlaceboOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a := runFit(t, data, append(prop99Flags, "sdid", "--placebo")...)
	fit := map[string]float64{}
	for _, x := range own[[]struct {
		Units  []string
		Effect float64
	}](t, a, "placebos") {
		fit[x.Units[0]] = x.Effect
	}
	for _, x := range test.Placebos {
		u := p.Units[x.Units[0]]
		w.add(t, u, 1+(x.Effect-e.Placebo[u])/32, 1+(fit[u]-e.Placebo[u])/32, 1, 2e-3)
	}
	w.add(t, "rank p", test.P, a.number(t, "p_placebo"), e.Rank, 1e-14)
	return w
}

func deaScores(t *testing.T, name string) *worst {
	w := &worst{name: name, reference: "R Benchmarking 0.33", what: "CCR and BCC input, CCR output, super-efficiency"}
	var e struct {
		Inputs  []string
		Outputs any
		CRSIn   []float64 `json:"crs_in"`
		VRSIn   []float64 `json:"vrs_in"`
		CRSOut  []float64 `json:"crs_out"`
		Super   []float64 `json:"super_crs_in"`
	}
	expected(t, name, &e)
	var outputs []string
	switch o := e.Outputs.(type) {
	case string:
		outputs = []string{o}
	case []any:
		for _, x := range o {
			outputs = append(outputs, x.(string))
		}
	}
	f, data := frameOf(t, name), caseFile(t, name, "input.csv")
	var p stat.DEA
	for _, n := range e.Inputs {
		p.Inputs = append(p.Inputs, numbersOf(t, f, n))
	}
	for _, n := range outputs {
		p.Outputs = append(p.Outputs, numbersOf(t, f, n))
	}
	for _, c := range []struct {
		returns     stat.Returns
		orientation stat.Orientation
		super       bool
		want        []float64
	}{{stat.CRS, stat.InputOriented, false, e.CRSIn}, {stat.VRS, stat.InputOriented, false, e.VRSIn},
		{stat.CRS, stat.OutputOriented, false, e.CRSOut}, {stat.CRS, stat.InputOriented, true, e.Super}} {
		p.Returns, p.Orientation, p.Super = c.returns, c.orientation, c.super
		r, err := p.Scores()
		if err != nil {
			t.Fatal(err)
		}
		flags := []string{"dea", "--inputs", strings.Join(e.Inputs, ","), "--outputs", strings.Join(outputs, ","),
			"--returns", string(c.returns), "--orientation", string(c.orientation)}
		if c.super {
			flags = append(flags, "--super")
		}
		scores := own[[]float64](t, runFit(t, data, flags...), "scores")
		for i, want := range c.want {
			w.add(t, fmt.Sprint(c.returns, c.orientation, i+1), r.Units[i].Score, scores[i], want, 1e-12)
		}
	}
	return w
}
