package fit

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

func parse(t testing.TB, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestNISTLinear: NIST's certified coefficients and standard errors from the
// decimal text (issue 6: at least 13.5 digits).
func TestNISTLinear(t *testing.T) {
	for _, c := range []struct{ name, formula string }{
		{"longley", "y ~ x1 + x2 + x3 + x4 + x5 + x6"},
		{"noint1", "y ~ x - 1"},
		{"noint2", "y ~ x - 1"},
		{"norris", "y ~ x"},
		{"pontius", "y ~ poly(x, 2)"},
		{"wampler1", "y ~ poly(x, 5)"},
		{"wampler2", "y ~ poly(x, 5)"},
		{"wampler3", "y ~ poly(x, 5)"},
		{"wampler4", "y ~ poly(x, 5)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want struct {
				Coef, SE []string
				R2       string
				Resid    string `json:"resid_sd"`
				Anova    struct{ F string }
			}
			expected(t, "nist_"+c.name, &want)
			a := runFit(t, caseFile(t, "nist_"+c.name, "input.csv"), "ols", "--formula", c.formula)
			if len(a.Terms) != len(want.Coef) {
				t.Fatalf("%d terms, want %d", len(a.Terms), len(want.Coef))
			}
			worst := lre(value(a.R2), parse(t, want.R2))
			worst = min(worst, lre(value(a.Sigma), parse(t, want.Resid)))
			for j, x := range a.Terms {
				worst = min(worst, lre(value(x.Estimate), parse(t, want.Coef[j])), lre(value(x.SE), parse(t, want.SE[j])))
			}
			if !strings.HasPrefix(want.Anova.F, "Inf") {
				worst = min(worst, lre(a.number(t, "f"), parse(t, want.Anova.F)))
			}
			t.Logf("worst LRE %.2f", worst)
			if worst < 13.5 {
				t.Errorf("worst LRE %.2f, want at least 13.5\n%+v", worst, a)
			}
		})
	}
}

// hardest are the two sets of higher difficulty that ../shared/cases lacks
// (testdata/SOURCE.md), with certified values as published.
type hardest struct {
	name, formula string
	coef, se      []float64
	r2, sigma, f  float64
}

func hardestSets() []hardest {
	return []hardest{
		{"filip", "y ~ poly(x, 10)",
			[]float64{-1467.48961422980, -2772.17959193342, -2316.37108160893, -1127.97394098372, -354.478233703349,
				-75.1242017393757, -10.8753180355343, -1.06221498588947, -0.670191154593408e-01, -0.246781078275479e-02, -0.402962525080404e-04},
			[]float64{298.084530995537, 559.779865474950, 466.477572127796, 227.204274477751, 71.6478660875927,
				15.2897178747400, 2.23691159816033, 0.221624321934227, 0.142363763154724e-01, 0.535617408889821e-03, 0.896632837373868e-05},
			0.996727416185620, 0.334801051324544e-02, 2162.43954511489},
		{"wampler5", "y ~ poly(x, 5)",
			[]float64{1, 1, 1, 1, 1, 1},
			[]float64{21523262.4678170, 23635517.3469681, 7793435.24331583, 1014755.07550350, 56456.6512170752, 1123.24854679312},
			0.224668921574940e-02, 23601450.2379268, 6.7552445824012241e-03},
	}
}

func (h hardest) data(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/nist_" + h.name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func hardestCases(t testing.TB) []certified {
	var out []certified
	for _, h := range hardestSets() {
		out = append(out, certified{"NIST " + strings.ToUpper(h.name[:1]) + h.name[1:], "certified, 15 digits", h.data(t),
			[]certifiedCall{{[]string{"ols", "--formula", h.formula}, func(a answer) []pair {
				var pairs []pair
				for j, x := range a.Terms {
					pairs = append(pairs, pair{value(x.Estimate), h.coef[j]}, pair{value(x.SE), h.se[j]})
				}
				return pairs
			}}}})
	}
	return out
}

// TestNISTHardest: R's lm drops a coefficient of Filip and scores 5.5 on Wampler5.
func TestNISTHardest(t *testing.T) {
	for _, c := range hardestSets() {
		t.Run(c.name, func(t *testing.T) {
			a := runFit(t, c.data(t), "ols", "--formula", c.formula)
			worst := min(lre(value(a.R2), c.r2), lre(value(a.Sigma), c.sigma), lre(a.number(t, "f"), c.f))
			for j, x := range a.Terms {
				worst = min(worst, lre(value(x.Estimate), c.coef[j]), lre(value(x.SE), c.se[j]))
			}
			t.Logf("worst LRE %.2f", worst)
			if worst < 13.5 {
				t.Errorf("worst LRE %.2f, want at least 13.5\n%+v", worst, a)
			}
		})
	}
}

// TestNISTUnivariate: at least 14 digits of mean, sd and autocorrelation.
func TestNISTUnivariate(t *testing.T) {
	for _, name := range []string{"lew", "lottery", "mavro", "michelso", "numacc1", "numacc2", "numacc3", "pidigits"} {
		t.Run(name, func(t *testing.T) {
			var want struct {
				Certified struct{ Mean, StandardDeviation, AutocorrelationCoefficient string }
			}
			expected(t, "nist_univ_"+name, &want)
			a := runFit(t, caseFile(t, "nist_univ_"+name, "input.csv"), "describe", "--y", "y")
			for key, text := range map[string]string{
				"mean": want.Certified.Mean, "sd": want.Certified.StandardDeviation,
				"autocorrelation": want.Certified.AutocorrelationCoefficient,
			} {
				if got := lre(a.number(t, key), parse(t, text)); got < 14 {
					t.Errorf("%s: LRE %.2f, want at least 14 (%v, certified %s)", key, got, a.number(t, key), text)
				}
			}
		})
	}
}

// TestNISTANOVA: at least 13 digits of F. SmLs07 is SmLs04 with 10¹² in place of
// 10⁶, as NIST made it; its certified F is the same 21.
func TestNISTANOVA(t *testing.T) {
	for _, name := range []string{"atmwtag", "sirstv", "smls01", "smls02", "smls04", "smls05", "smls07", "smls08"} {
		t.Run(name, func(t *testing.T) {
			var want struct {
				Between struct{ F, SS string }
				Within  struct{ SS string }
				R2      string
				Resid   string `json:"resid_sd"`
			}
			source := "nist_anova_" + name
			far := name == "smls07" || name == "smls08"
			if far {
				source = fmt.Sprintf("nist_anova_smls0%c", name[5]-3)
			}
			expected(t, source, &want)
			data := string(caseFile(t, source, "input.csv"))
			if far {
				data = strings.ReplaceAll(data, ",1000000.", ",1000000000000.")
			}
			a := runFit(t, []byte(data), "anova", "--formula", "y ~ group")
			for key, text := range map[string]string{"f": want.Between.F, "ss_between": want.Between.SS, "ss_within": want.Within.SS} {
				if got := lre(a.number(t, key), parse(t, text)); got < 13 {
					t.Errorf("%s: LRE %.2f, want at least 13 (%v, certified %s)", key, got, a.number(t, key), text)
				}
			}
		})
	}
}
