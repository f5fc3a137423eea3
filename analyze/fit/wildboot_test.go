package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestBoottest: Roodman et al. (2019), "unit tests.log" of boottest on
// collapsed.dta, recomputed by full enumeration of 256 sign vectors in R.
func TestBoottest(t *testing.T) {
	var want struct {
		Coef []float64
		T    float64 `json:"t_H0_0.04"`
		WCR  struct {
			Strict float64   `json:"p_strict_greater"`
			Equal  float64   `json:"p_greater_equal"`
			CI     []float64 `json:"ci95"`
		} `json:"rademacher_WCR_full_enumeration_256"`
		Published struct {
			Webb float64 `json:"webb_999reps_p"`
		}
	}
	expected(t, "wildboot_boottest_collapsed", &want)
	data := caseFile(t, "wildboot_boottest_collapsed", "input.csv")
	args := []string{"wildboot", "--formula", "hasinsurance ~ selfemployed + post + post_self", "--cluster", "year", "--param", "post_self", "--null", "0.04"}
	a := runFit(t, data, append(args, "--reps", "all")...)
	near(t, "estimate", value(a.Terms[0].Estimate), want.Coef[3], 1e-12)
	near(t, "t", value(a.Terms[0].Statistic), want.T, 1e-11)
	near(t, "p", a.number(t, "p_restricted"), want.WCR.Strict, 0)
	near(t, "p with ties", a.number(t, "p_restricted_with_ties"), want.WCR.Equal, 0)
	near(t, "set_lo", a.number(t, "set_lo"), want.WCR.CI[0], 1e-10)
	near(t, "set_hi", a.number(t, "set_hi"), want.WCR.CI[1], 1e-10)
	near(t, "draws", a.number(t, "draws"), 256, 0)
	near(t, "ties", a.number(t, "ties"), 2, 0)
	w := runFit(t, data, append(args, "--weights", "webb", "--reps", "99999")...)
	// boottest's 999 draws have a Monte Carlo error of 0.009.
	if p := w.number(t, "p_restricted"); math.Abs(p-want.Published.Webb) > 0.03 {
		t.Errorf("Webb p = %v, boottest's %v", p, want.Published.Webb)
	}
}

// panel is 43 forces by 20 years with serial correlation, treated of them from
// the eleventh year on, without any effect.
func panel(treated int, seed uint64) []byte {
	rng := rand.New(rand.NewPCG(seed, 0))
	var b strings.Builder
	b.WriteString("force,year,y,d\n")
	for g := range 43 {
		level, e := rng.NormFloat64(), 0.0
		for year := range 20 {
			e = 0.6*e + rng.NormFloat64()
			d := 0
			if g < treated && year >= 10 {
				d = 1
			}
			fmt.Fprintf(&b, "f%02d,%d,%.6f,%d\n", g, 2000+year, level+0.1*float64(year)+e, d)
		}
	}
	return []byte(b.String())
}

// TestOneTreated: with one treated cluster the cluster t and the unrestricted
// bootstrap reject what the restricted and subcluster ones and randomisation don't,
// and the result says so (MacKinnon & Webb 2017, 2018).
func TestOneTreated(t *testing.T) {
	a := runFit(t, panel(1, 3), "wildboot", "--formula", "y ~ d", "--fe", "force,year", "--cluster", "force", "--param", "d", "--time", "year", "--reps", "9999")
	if p := a.number(t, "p_cluster"); p > 0.01 {
		t.Errorf("cluster p = %v: the test's data should make it small", p)
	}
	if p := a.number(t, "p_unrestricted"); p > 0.01 {
		t.Errorf("unrestricted p = %v, want nearly 0", p)
	}
	for _, key := range []string{"p_restricted", "p_subcluster", "p_randomisation"} {
		if p := a.number(t, key); p < 0.05 {
			t.Errorf("%s = %v: rejects without an effect", key, p)
		}
	}
	if got := a.number(t, "assignments"); got != 43 {
		t.Errorf("%v assignments, want 43", got)
	}
	for _, word := range []string{"1 of 43 clusters", "disagree", "estimates, not t", "CR2 is undefined"} {
		if !slices.ContainsFunc(a.Warnings, func(w string) bool { return strings.Contains(w, word) }) {
			t.Errorf("no warning with %q in %q", word, a.Warnings)
		}
	}
}

// TestWildBootOrderAndUnits: rows in another order and y in another unit give the
// same p-values and a set in that unit.
func TestWildBootOrderAndUnits(t *testing.T) {
	data := string(panel(5, 4))
	lines := strings.Split(strings.TrimSpace(data), "\n")
	slices.Reverse(lines[1:])
	args := []string{"wildboot", "--formula", "y ~ d", "--fe", "force,year", "--cluster", "force", "--param", "d", "--time", "year", "--reps", "1999"}
	a, b := runFit(t, []byte(data), args...), runFit(t, []byte(strings.Join(lines, "\n")+"\n"), args...)
	args[2] = "I(y * 1000) ~ d"
	c := runFit(t, []byte(data), args...)
	for _, key := range []string{"p_restricted", "p_unrestricted", "p_subcluster", "p_randomisation", "p_cluster"} {
		near(t, "reversed "+key, b.number(t, key), a.number(t, key), 1e-9)
		near(t, "scaled "+key, c.number(t, key), a.number(t, key), 1e-9)
	}
	near(t, "set in thousandths", c.number(t, "set_hi"), 1000*a.number(t, "set_hi"), 1e-7)
}

func BenchmarkWildBoot99999(b *testing.B) {
	data := panel(5, 1)
	for range b.N {
		runFit(b, data, "wildboot", "--formula", "y ~ d", "--fe", "force,year", "--cluster", "force", "--param", "d", "--time", "year", "--reps", "99999")
	}
}

func BenchmarkTwoWayEffects(b *testing.B) {
	data := panel(5, 1)
	for range b.N {
		runFit(b, data, "ols", "--formula", "y ~ d", "--fe", "force,year", "--cluster", "force")
	}
}
