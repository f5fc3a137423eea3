package fit

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDesignErrors: what is wrong is said, with an exit code that isn't 0;
// never a panic.
func TestDesignErrors(t *testing.T) {
	panel := "u,t,y,d,g,k,n,p\n" +
		"a,1,1,0,3,1,10,0.01\na,2,2,0,3,2,20,0.02\na,3,3,1,3,3,30,NA\na,4,4,0,3,4,40,0.9\n" +
		"b,1,2,0,0,5,50,0.5\nb,2,1,0,0,6,60,0.6\nb,3,4,0,0,7,70,0.7\nb,4,3,0,0,8,80,0.8\n"
	two := strings.Replace(panel, "a,4,4,0,3", "a,4,4,1,4", 1)
	for _, c := range []struct {
		name, data string
		args       []string
		says       string
	}{
		{"switches off", panel, []string{"synth", "--outcome", "y", "--unit", "u", "--time", "t", "--treated", "d", "--estimator", "sdid"}, "switches off"},
		{"two starts", two, []string{"did", "--outcome", "y", "--unit", "u", "--time", "t", "--first-treated", "g", "--estimator", "cs"}, "two first treated periods"},
		{"no estimator", panel, []string{"did", "--outcome", "y", "--unit", "u", "--time", "t", "--first-treated", "g"}, "cs, sunab, twfe or bacon"},
		{"no outcome", panel, []string{"did", "--estimator", "cs"}, "--outcome"},
		{"no column", panel, []string{"corr", "--x", "y", "--y", "z"}, "z"},
		{"no method", panel, []string{"corr", "--x", "k", "--y", "y", "--method", "tau"}, "pearson"},
		{"text", panel, []string{"corr", "--x", "u", "--y", "y"}, "number"},
		{"bad p", panel, []string{"adjust", "--p", "y", "--method", "BH"}, "outside 0 to 1"},
		{"no adjustment", panel, []string{"adjust", "--p", "p"}, "--method"},
		{"funnel", panel, []string{"funnel", "--count", "n", "--denominator", "k", "--kind", "binomial"}, "count ≤ denominator"},
		{"dea", panel, []string{"dea", "--inputs", "k"}, "--outputs"},
		{"returns", panel, []string{"dea", "--inputs", "k", "--outputs", "n", "--returns", "drs"}, "crs or vrs"},
	} {
		path := filepath.Join(t.TempDir(), "data.csv")
		if err := os.WriteFile(path, []byte(c.data), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		if code := Main(append(c.args, "--data", path, "--json"), &out, &errs); code == 0 || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%s: exit %d, want one saying %q: %s", c.name, code, c.says, errs.String())
		}
	}
}

// TestFunnelAnswer: keys of the contract, units named by the first text column.
func TestFunnelAnswer(t *testing.T) {
	a := runFit(t, []byte("force,k,n\nx,8,100\ny,30,250\nz,12,130\n"), "funnel", "--count", "k", "--denominator", "n", "--kind", "poisson")
	units := own[[]map[string]any](t, a, "units")
	if len(units) != 3 || units[1]["name"] != "y" {
		t.Fatalf("units %v", units)
	}
	for _, key := range []string{"value", "lo95", "hi95", "lo998", "hi998", "z"} {
		if _, ok := units[0][key].(float64); !ok {
			t.Errorf("no number %q in %v", key, units[0])
		}
	}
	if c := a.number(t, "centre"); c != 50.0/480 {
		t.Errorf("centre %v", c)
	}
}

// TestPeriodsAsText: financial years are ordered as text.
func TestPeriodsAsText(t *testing.T) {
	data := "u,t,y,g\n"
	for i, u := range []string{"a", "b", "c", "d", "e", "f"} {
		for k, year := range []string{"2014-15", "2015-16", "2016-17"} {
			first, y := "", float64(i+k*k)
			if i < 3 {
				first = "2016-17"
				if k == 2 {
					y += 5
				}
			}
			data += u + "," + year + "," + strings.TrimSpace(short(y)) + "," + first + "\n"
		}
	}
	a := runFit(t, []byte(data), "did", "--outcome", "y", "--unit", "u", "--time", "t", "--first-treated", "g", "--estimator", "cs")
	if got := a.number(t, "simple"); got < 4.999 || got > 5.001 {
		t.Errorf("effect %v, want 5", got)
	}
}
