package fit

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestShips: McCullagh & Nelder's wave damage, R glm. R stops at a relative change
// of the deviance of 1e-8 and takes standard errors from the step before: they
// have five digits (with epsilon = 1e-14 R agrees with ours to 11).
func TestShips(t *testing.T) {
	var want struct {
		Coef, SE map[string]float64
		Deviance float64
		DF       float64
		Pearson  float64 `json:"pearson_dispersion"`
	}
	expected(t, "poisson_ships_mass", &want)
	a := runFit(t, caseFile(t, "poisson_ships_mass", "input.csv"), "poisson", "--formula",
		"incidents ~ type + factor(year) + factor(period)", "--offset", "log(service)")
	if len(a.Terms) != len(want.Coef) {
		t.Fatalf("%d terms, want %d", len(a.Terms), len(want.Coef))
	}
	for _, x := range a.Terms {
		near(t, x.Name, value(x.Estimate), want.Coef[x.Name], 1e-6)
		near(t, "se "+x.Name, value(x.SE), want.SE[x.Name], 1e-5)
	}
	near(t, "deviance", a.number(t, "deviance"), want.Deviance, 1e-11)
	near(t, "dispersion", a.number(t, "dispersion"), want.Pearson, 1e-6)
	near(t, "df", a.number(t, "df_residual"), want.DF, 0)
}

// insurance is MASS's car insurance claims with R's polynomial contrasts of 4
// levels made here: L (−3, −1, 1, 3)/√20, Q (1, −1, −1, 1)/2, C (−1, 3, −3, 1)/√20.
func insurance(t testing.TB) []byte {
	contrast := func(level int) []string {
		r := math.Sqrt(20)
		l := [4][3]float64{{-3 / r, 0.5, -1 / r}, {-1 / r, -0.5, 3 / r}, {1 / r, -0.5, -3 / r}, {3 / r, 0.5, 1 / r}}[level]
		return []string{fmt.Sprintf("%.17g", l[0]), fmt.Sprintf("%.17g", l[1]), fmt.Sprintf("%.17g", l[2])}
	}
	groups := []string{"<1l", "1-1.5l", "1.5-2l", ">2l"}
	ages := []string{"<25", "25-29", "30-35", ">35"}
	return rewrite(t, caseFile(t, "poisson_insurance_offset", "input.csv"),
		[]string{"Claims", "Holders", "District", "GL", "GQ", "GC", "AL", "AQ", "AC"}, func(r map[string]string) []string {
			out := []string{r["Claims"], r["Holders"], r["District"]}
			out = append(out, contrast(slices.Index(groups, r["Group"]))...)
			return append(out, contrast(slices.Index(ages, r["Age"]))...)
		})
}

// insuranceName is R's name of a term.
func insuranceName(term string) string {
	return strings.NewReplacer("factor(District)", "District", "GL", "Group.L", "GQ", "Group.Q", "GC", "Group.C", "AL", "Age.L", "AQ", "Age.Q", "AC", "Age.C").Replace(term)
}

func TestInsurance(t *testing.T) {
	var want struct {
		Coef, SE                  map[string]float64
		Deviance, DF, AIC, Loglik float64
	}
	expected(t, "poisson_insurance_offset", &want)
	data := insurance(t)
	a := runFit(t, data, "poisson", "--formula", "Claims ~ factor(District) + GL + GQ + GC + AL + AQ + AC", "--offset", "log(Holders)")
	for _, x := range a.Terms {
		name := insuranceName(x.Name)
		near(t, name, value(x.Estimate), want.Coef[name], 1e-7)
		near(t, "se "+name, value(x.SE), want.SE[name], 1e-6)
	}
	near(t, "deviance", a.number(t, "deviance"), want.Deviance, 1e-11)
	near(t, "loglik", a.number(t, "loglik"), want.Loglik, 1e-12)
	// The same model with the districts absorbed.
	b := runFit(t, data, "poisson", "--formula", "Claims ~ GL + GQ + GC + AL + AQ + AC", "--fe", "District", "--offset", "log(Holders)")
	for _, x := range b.Terms {
		name := insuranceName(x.Name)
		near(t, "absorbed "+name, value(x.Estimate), want.Coef[name], 1e-7)
		near(t, "absorbed se "+name, value(x.SE), want.SE[name], 1e-6)
	}
}

// TestNegBin: MASS 7.3-58's glm.nb on counts made by a formula (bench/r/negbin.R),
// epsilon 1e-14; theta there is right to about 1e-9, its standard error to 1e-5.
func TestNegBin(t *testing.T) {
	var b strings.Builder
	b.WriteString("y,x,g\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d,%d,%c\n", i*i*7%23*(i%5)/2, i%7, 'a'+i%3)
	}
	a := runFit(t, []byte(b.String()), "negbin", "--formula", "y ~ x + g")
	want := map[string][2]float64{
		"(Intercept)": {2.62675998284288, 0.372570312073154}, "x": {0.00251535492224783, 0.0821407672133800},
		"gb": {0.151266002740545, 0.399574982914736}, "gc": {-0.127446958097192, 0.400877765493311},
	}
	near(t, "theta", a.number(t, "theta"), 0.653728025101496, 1e-8)
	near(t, "loglik", a.number(t, "loglik"), -218.447844719642, 1e-12)
	near(t, "deviance", a.number(t, "deviance"), 71.7923760251033, 1e-8)
	for _, x := range a.Terms {
		near(t, x.Name, value(x.Estimate), want[x.Name][0], 1e-8)
		near(t, "se "+x.Name, value(x.SE), want[x.Name][1], 1e-8)
	}
}
