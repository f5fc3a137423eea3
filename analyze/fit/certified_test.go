package fit

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/testenv"
)

var update = flag.Bool("update", false, "write the table of certified cases into docs/statistics.md")

// certified is a published case with what to compare.
type certified struct {
	name, reference string
	data            []byte
	calls           []certifiedCall
}

type certifiedCall struct {
	args  []string
	pairs func(a answer) []pair
}

// pair is a computed and a published number.
type pair struct{ got, want float64 }

// double runs the same call on float64 inputs: what a caller of analyze/stat
// without low-order parts gets.
func double(t testing.TB, data []byte, args []string) answer {
	t.Helper()
	f, err := ReadCSV(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range f.Names() {
		if c, err := f.Number(name); err == nil {
			clear(c.Lo)
		}
	}
	var o Options
	set := flag.NewFlagSet("fit", flag.ContinueOnError)
	done := o.Declare(set)
	if err := set.Parse(args[1:]); err != nil {
		t.Fatal(err)
	}
	done()
	res, err := Run(args[0], f, o.Request)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := res.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var a answer
	if json.Unmarshal(out.Bytes(), &a) != nil || json.Unmarshal(out.Bytes(), &a.own) != nil {
		t.Fatal("the result is no JSON")
	}
	return a
}

// worst is the least LRE over a case's calls.
func (c certified) worst(run func(data []byte, args []string) answer) float64 {
	least := 15.0
	for _, call := range c.calls {
		for _, p := range call.pairs(run(c.data, call.args)) {
			least = min(least, lre(p.got, p.want))
		}
	}
	return least
}

// TestCertifiedCases writes one line a case and compares docs/statistics.md with it,
// so that no number there is typed by hand: go test -run Certified -update.
func TestCertifiedCases(t *testing.T) {
	testenv.Shared(t)
	var b strings.Builder
	b.WriteString("| case | reference | on float64 inputs | through `fit` |\n|---|---|---:|---:|\n")
	for _, c := range certifiedCases(t) {
		api := c.worst(func(data []byte, args []string) answer { return double(t, data, args) })
		fit := c.worst(func(data []byte, args []string) answer { return runFit(t, data, args...) })
		// Rounded down, so that the table never claims more than is true.
		fmt.Fprintf(&b, "| %s | %s | %.1f | %.1f |\n", c.name, c.reference, math.Floor(api*10)/10, math.Floor(fit*10)/10)
	}
	compareSection(t, filepath.Join(testenv.Root(t), "docs", "statistics.md"), b.String())
}

const (
	beginTable = "<!-- certified cases: made by go test ./analyze/fit -run Certified -update -->\n"
	endTable   = "<!-- end of certified cases -->\n"
)

func compareSection(t *testing.T, path, table string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), beginTable)
	old, after, closed := strings.Cut(rest, endTable)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", path)
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+beginTable+table+endTable+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != table {
		t.Errorf("%s is out of date; run with -update. Now:\n%s", path, table)
	}
}

func certifiedCases(t *testing.T) []certified {
	var out []certified
	out = append(out, linearCases(t)...)
	out = append(out, univariateCases(t)...)
	out = append(out, anovaCases(t)...)
	return append(out, regressionCases(t)...)
}

// estimates pairs coefficients and standard errors with lists of decimals.
func estimates(t testing.TB, coef, se []string) func(answer) []pair {
	return func(a answer) []pair {
		var out []pair
		for j, x := range a.Terms {
			out = append(out, pair{value(x.Estimate), parse(t, coef[j])}, pair{value(x.SE), parse(t, se[j])})
		}
		return out
	}
}

func linearCases(t *testing.T) []certified {
	var out []certified
	for _, c := range []struct{ name, title, formula string }{
		{"longley", "Longley", "y ~ x1 + x2 + x3 + x4 + x5 + x6"}, {"norris", "Norris", "y ~ x"},
		{"pontius", "Pontius", "y ~ poly(x, 2)"}, {"noint1", "NoInt1", "y ~ x - 1"}, {"noint2", "NoInt2", "y ~ x - 1"},
		{"wampler1", "Wampler1", "y ~ poly(x, 5)"}, {"wampler2", "Wampler2", "y ~ poly(x, 5)"},
		{"wampler3", "Wampler3", "y ~ poly(x, 5)"}, {"wampler4", "Wampler4", "y ~ poly(x, 5)"},
	} {
		var want struct{ Coef, SE []string }
		expected(t, "nist_"+c.name, &want)
		out = append(out, certified{"NIST " + c.title, "certified, 15 digits", caseFile(t, "nist_"+c.name, "input.csv"),
			[]certifiedCall{{[]string{"ols", "--formula", c.formula}, estimates(t, want.Coef, want.SE)}}})
	}
	return append(out, hardestCases(t)...)
}

func univariateCases(t *testing.T) []certified {
	var out []certified
	for _, name := range []string{"PiDigits", "Lottery", "Lew", "Mavro", "Michelso", "NumAcc1", "NumAcc2", "NumAcc3", "NumAcc4"} {
		source := "nist_univ_" + strings.ToLower(name)
		var want struct {
			Certified struct{ Mean, StandardDeviation, AutocorrelationCoefficient string }
		}
		var data []byte
		if name == "NumAcc4" {
			// As NIST made it: 10000000.2, then 10000000.1 and 10000000.3 in turn, 1001 values.
			data = []byte("y\n10000000.2\n" + strings.Repeat("10000000.1\n10000000.3\n", 500))
			want.Certified.Mean, want.Certified.StandardDeviation, want.Certified.AutocorrelationCoefficient = "10000000.2", "0.1", "-0.999"
		} else {
			expected(t, source, &want)
			data = caseFile(t, source, "input.csv")
		}
		out = append(out, certified{"NIST " + name, "certified, 15 digits", data, []certifiedCall{{[]string{"describe", "--y", "y"},
			func(a answer) []pair {
				return []pair{{a.number(t, "mean"), parse(t, want.Certified.Mean)}, {a.number(t, "sd"), parse(t, want.Certified.StandardDeviation)},
					{a.number(t, "autocorrelation"), parse(t, want.Certified.AutocorrelationCoefficient)}}
			}}}})
	}
	return out
}

func anovaCases(t *testing.T) []certified {
	var out []certified
	for _, name := range []string{"SiRstv", "AtmWtAg", "SmLs01", "SmLs02", "SmLs04", "SmLs05", "SmLs07", "SmLs08"} {
		source := "nist_anova_" + strings.ToLower(name)
		far := name == "SmLs07" || name == "SmLs08"
		if far {
			source = fmt.Sprintf("nist_anova_smls0%c", name[5]-3)
		}
		data := caseFile(t, source, "input.csv")
		if far { // NIST's SmLs07 and 08 are SmLs04 and 05 with 10¹² in place of 10⁶
			data = bytes.ReplaceAll(data, []byte(",1000000."), []byte(",1000000000000."))
		}
		var want struct{ Between struct{ F string } }
		expected(t, source, &want)
		out = append(out, certified{"NIST " + name, "certified F, 15 digits", data, []certifiedCall{{[]string{"anova", "--formula", "y ~ group"},
			func(a answer) []pair { return []pair{{a.number(t, "f"), parse(t, want.Between.F)}} }}}})
	}
	return out
}

// byName pairs terms with maps of coefficients and standard errors.
func byName(t testing.TB, coef, se map[string]float64) func(answer) []pair {
	return func(a answer) []pair {
		var out []pair
		for name := range se {
			x := a.Terms[a.term(t, name)]
			out = append(out, pair{value(x.Estimate), coef[name]}, pair{value(x.SE), se[name]})
		}
		if len(out) == 0 {
			t.Fatal("nothing to compare")
		}
		return out
	}
}

func call(line string, formula string, pairs func(answer) []pair) certifiedCall {
	args := strings.Fields(line)
	return certifiedCall{append([]string{args[0], "--formula", formula}, args[1:]...), pairs}
}

func regressionCases(t *testing.T) []certified {
	type m = map[string]float64
	var petersen struct {
		Coef m
		SE   map[string]m
		Year map[string]struct{ SE m } `json:"year_clubSandwich"`
		Firm struct{ SE m }            `json:"firm_clubSandwich_CR2"`
	}
	expected(t, "petersen_cluster", &petersen)
	p := certified{name: "Petersen, HC0–3, CR0–3, two-way", reference: "R sandwich, clubSandwich", data: caseFile(t, "petersen_cluster", "input.csv")}
	for line, se := range map[string]m{
		"ols": petersen.SE["ols"], "ols --vcov HC0": petersen.SE["HC0"], "ols --vcov HC1": petersen.SE["HC1"],
		"ols --vcov HC2": petersen.SE["HC2"], "ols --vcov HC3": petersen.SE["HC3"], "ols --cluster firm --vcov CR0": petersen.SE["firm_CR0"],
		"ols --cluster firm": petersen.SE["firm_stata"], "ols --cluster year": petersen.SE["year_stata"],
		"ols --cluster firm,year --factor each": petersen.SE["firm_year_twoway"],
		"ols --cluster year --vcov CR2":         petersen.Year["CR2"].SE, "ols --cluster year --vcov CR3": petersen.Year["CR3"].SE,
		"ols --cluster firm --vcov CR2": petersen.Firm.SE,
	} {
		p.calls = append(p.calls, call(line, "y ~ x", byName(t, petersen.Coef, se)))
	}
	return append([]certified{p, grunfeldCase(t), fixestCase(t), stataCase(t), cardKruegerCase(t)}, shipsCase(t), insuranceCase(t), boottestCase(t))
}

func grunfeldCase(t *testing.T) certified {
	type part struct {
		Coef, SE map[string]float64
		HC0      map[string]float64 `json:"se_arellano_HC0"`
		Cluster  map[string]float64 `json:"se_cluster_HC0"`
	}
	var w struct{ Pooling, Within, Twoways part }
	expected(t, "grunfeld_panel", &w)
	f := "inv ~ value + capital"
	return certified{"Grunfeld, pooled, within, two-way", "R plm", caseFile(t, "grunfeld_panel", "input.csv"), []certifiedCall{
		call("ols", f, byName(t, w.Pooling.Coef, w.Pooling.SE)),
		call("ols --cluster firm --vcov CR0", f, byName(t, w.Pooling.Coef, w.Pooling.HC0)),
		call("ols --fe firm", f, byName(t, w.Within.Coef, w.Within.SE)),
		call("ols --fe firm --cluster firm --vcov CR0", f, byName(t, w.Within.Coef, w.Within.HC0)),
		call("ols --fe firm,year", f, byName(t, w.Twoways.Coef, w.Twoways.SE)),
		call("ols --fe firm,year --cluster firm --vcov CR0", f, byName(t, w.Twoways.Coef, w.Twoways.Cluster)),
	}}
}

func fixestCase(t *testing.T) certified {
	var w map[string][]struct {
		Coef, SE float64
		Row      string `json:"_row"`
	}
	expected(t, "grunfeld_twfe_fixest", &w)
	out := certified{name: "Grunfeld, two-way, robust", reference: "R fixest", data: caseFile(t, "grunfeld_twfe_fixest", "input.csv")}
	for name, line := range map[string]string{"iid": "ols --fe firm,year", "hetero": "ols --fe firm,year --vcov HC1",
		"cluster_firm": "ols --fe firm,year --cluster firm", "twoway": "ols --fe firm,year --cluster firm,year", "one_way_cluster": "ols --fe firm --cluster firm"} {
		coef, se := map[string]float64{}, map[string]float64{}
		for _, l := range w[name] {
			coef[l.Row], se[l.Row] = l.Coef, l.SE
		}
		out.calls = append(out.calls, call(line, "inv ~ value + capital", byName(t, coef, se)))
	}
	return out
}

func cardKruegerCase(t *testing.T) certified {
	var w struct {
		OLS struct {
			Coef, SE, HC1, HC2 map[string]float64
			Cluster            map[string]float64 `json:"cluster_store_HC1"`
		}
	}
	expected(t, "card_krueger_did", &w)
	f := "fte ~ nj * d"
	return certified{"Card & Krueger, OLS", "R lm, sandwich", caseFile(t, "card_krueger_did", "input.csv"), []certifiedCall{
		call("ols", f, byName(t, w.OLS.Coef, w.OLS.SE)), call("ols --vcov HC1", f, byName(t, w.OLS.Coef, w.OLS.HC1)),
		call("ols --vcov HC2", f, byName(t, w.OLS.Coef, w.OLS.HC2)), call("ols --cluster id", f, byName(t, w.OLS.Coef, w.OLS.Cluster)),
	}}
}

func shipsCase(t *testing.T) certified {
	var w struct{ Coef, SE map[string]float64 }
	expected(t, "poisson_ships_mass", &w)
	return certified{"McCullagh & Nelder's ships, Poisson", "R glm (its errors have 5 digits)", caseFile(t, "poisson_ships_mass", "input.csv"),
		[]certifiedCall{call("poisson --offset log(service)", "incidents ~ type + factor(year) + factor(period)", byName(t, w.Coef, w.SE))}}
}

func stataCase(t *testing.T) certified {
	var w struct{ Stata []stataResults }
	expected(t, "grunfeld_stata_cluster", &w)
	out := certified{name: "Grunfeld, clustered and weighted", reference: "Stata (data in single precision: 7 digits)", data: stataGrunfeld(t)}
	for _, s := range w.Stata {
		if line, ok := stataCalls[s.Name]; ok {
			coef, se := map[string]float64{}, map[string]float64{}
			for name, r := range s.Rows {
				if name == "_cons" {
					name = "(Intercept)"
				}
				coef[name], se[name] = r.B, r.SE
			}
			out.calls = append(out.calls, call("ols "+line, "invest ~ mvalue + kstock", byName(t, coef, se)))
		}
	}
	return out
}

func insuranceCase(t *testing.T) certified {
	var w struct{ Coef, SE map[string]float64 }
	expected(t, "poisson_insurance_offset", &w)
	coef, se := map[string]float64{}, map[string]float64{}
	for _, term := range []string{"(Intercept)", "factor(District)2", "factor(District)3", "factor(District)4", "GL", "GQ", "GC", "AL", "AQ", "AC"} {
		coef[term], se[term] = w.Coef[insuranceName(term)], w.SE[insuranceName(term)]
	}
	return certified{"MASS's insurance claims, Poisson", "R glm (its errors are those one step early)", insurance(t),
		[]certifiedCall{call("poisson --offset log(Holders)", "Claims ~ factor(District) + GL + GQ + GC + AL + AQ + AC", byName(t, coef, se))}}
}

func boottestCase(t *testing.T) certified {
	var w struct {
		T   float64 `json:"t_H0_0.04"`
		WCR struct {
			P  float64   `json:"p_strict_greater"`
			CI []float64 `json:"ci95"`
		} `json:"rademacher_WCR_full_enumeration_256"`
	}
	expected(t, "wildboot_boottest_collapsed", &w)
	return certified{"Roodman et al., wild bootstrap", "boottest, enumerated in R", caseFile(t, "wildboot_boottest_collapsed", "input.csv"),
		[]certifiedCall{call("wildboot --cluster year --param post_self --null 0.04", "hasinsurance ~ selfemployed + post + post_self",
			func(a answer) []pair {
				return []pair{{value(a.Terms[0].Statistic), w.T}, {a.number(t, "p_restricted"), w.WCR.P}, {a.number(t, "set_lo"), w.WCR.CI[0]}, {a.number(t, "set_hi"), w.WCR.CI[1]}}
			})}}
}
