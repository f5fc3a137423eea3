package fit

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fails runs fit and returns its message; it must exit 2.
func fails(t *testing.T, csv string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "d.csv")
	if err := os.WriteFile(path, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := Main(append(args, "--data", path), &out, &errs); code != 2 {
		t.Fatalf("fit %s: exit %d, want 2; stdout %s", strings.Join(args, " "), code, out.String())
	}
	if out.Len() > 0 {
		t.Errorf("fit %s: wrote %q beside its error", strings.Join(args, " "), out.String())
	}
	return errs.String()
}

const small = "y,officers,g,w\n1,2,a,1\n2,3,b,1\n4,7,a,2\n3,5,b,1\n7,6,a,3\n"

// TestRefusals: every wrong request says what is wrong and where.
func TestRefusals(t *testing.T) {
	for _, c := range []struct{ name, data, args, says string }{
		{"unknown method", small, "olss", `no method "olss"`},
		{"no formula", small, "ols", "--formula is missing"},
		{"near column", small, "ols --formula y~oficers", `did you mean "officers"?`},
		{"bad formula", small, "ols --formula y~officers+", "character 12"},
		{"text response", small, "ols --formula g~officers", "holds text"},
		{"unknown covariance", small, "ols --formula y~officers --vcov HC9", `no covariance "HC9"`},
		{"clusters with HC", small, "ols --formula y~officers --vcov HC1 --cluster g", "takes no clusters"},
		{"CR without clusters", small, "ols --formula y~officers --vcov CR2", "needs a clustering"},
		{"alone in each effect", small, "ols --formula y~officers --fe officers", "every row is alone"},
		{"anova without formula", small, "anova", "--formula is missing"},
		{"a power", small, "ols --formula y~officers^2", "I(x^2)"},
		{"a ratio", small, "ols --formula y~officers/w", "I(a/b)"},
		{"semicolons", "y;x\n1,5;2\n2;3\n", "ols --formula y~x", "separated by commas"},
		{"two ways with CR2", small, "ols --formula y~officers --vcov CR2 --cluster g,w", "one clustering"},
		{"one cluster", "y,x,c\n1,2,a\n2,3,a\n4,4,a\n", "ols --formula y~x --cluster c", "one cluster"},
		{"negative weight", "y,x,w\n1,2,1\n2,3,-1\n4,4,1\n", "ols --formula y~x --weights w", "negative"},
		{"three effects", small, "ols --formula y~officers --fe g,w,y", "at most two"},
		{"infinite", "y,x\n1,2\n3,Inf\n4,5\n", "ols --formula y~x", "record 2 (line 3)"},
		{"slip in a number", "y,x\n1,2\n3,4\n4,l5\n", "ols --formula y~x", `"l5" is no finite number`},
		{"no rows", "y,x\n", "ols --formula y~x", "no rows"},
		{"all missing", "y,x\n1,NA\n2,\n", "ols --formula y~x", "no row has a value"},
		{"empty file", "", "ols --formula y~x", "empty"},
		{"twice the same name", "y,y\n1,2\n", "describe --y y", "two columns"},
		{"negative count", "y,x\n1,2\n-3,4\n4,5\n", "poisson --formula y~x", "negative"},
		{"no counts", "y,x\n0,2\n0,4\n0,5\n", "poisson --formula y~x", "every count is 0"},
		{"fraction in negbin", "y,x\n1.5,2\n3,4\n4,5\n", "negbin --formula y~x", "no whole number"},
		{"offset of 0", "y,x,e\n1,2,1\n3,4,0\n4,5,1\n", "poisson --formula y~x --offset log(e)", "record 2"},
		{"wildboot without param", small, "wildboot --formula y~officers --cluster g", "--param is missing"},
		{"wildboot wrong param", small, "wildboot --formula y~officers --cluster g --param oficers", `did you mean "officers"?`},
		{"wildboot wrong signs", small, "wildboot --formula y~officers --cluster g --param officers --weights normal", "rademacher and webb"},
		{"anova of two", small, "anova --formula y~g+w", "one-way"},
		{"anova, one group", "y,g\n1,a\n2,a\n", "anova --formula y~g", "at least two groups"},
		{"level", small, "ols --formula y~officers --level 95", "between 0 and 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fails(t, c.data, strings.Fields(c.args)...); !strings.Contains(got, c.says) {
				t.Errorf("%q, want %q in it", got, c.says)
			}
		})
	}
}

// TestSingular: a collinear column stays in the terms, null, with a warning that
// names the combination.
func TestSingular(t *testing.T) {
	a := runFit(t, []byte("y,x,z,c\n1,2,4,5\n2,3,6,5\n3.5,5,10,5\n4,7,14,5\n"), "ols", "--formula", "y ~ x + z + c")
	if len(a.Terms) != 4 || a.Terms[2].Estimate != nil || a.Terms[3].Estimate != nil {
		t.Fatalf("terms %+v, want z and c null", a.Terms)
	}
	for _, text := range []string{"z is collinear and not estimated: it equals 2*x", "c is collinear and not estimated: it equals 5*(Intercept)"} {
		if !slices.Contains(a.Warnings, text) {
			t.Errorf("no %q in %q", text, a.Warnings)
		}
	}
}

// TestSingletons: rows alone in an absorbed group are left out and counted.
func TestSingletons(t *testing.T) {
	a := runFit(t, []byte("y,x,g\n1,2,a\n2,3,a\n4,1,b\n3,5,b\n9,9,c\n5,6,b\n"), "ols", "--formula", "y ~ x", "--fe", "g")
	if a.N != 5 || a.number(t, "singletons") != 1 {
		t.Errorf("n %d, singletons %v; want 5 and 1", a.N, a.number(t, "singletons"))
	}
}

// FuzzFit: any table and request end in an error or in JSON whose nulls have a
// warning; never in a panic.
func FuzzFit(f *testing.F) {
	for i := range 8 {
		f.Add("y,x,g\n1,2,a\n2,3.5,b\n4,1e300,a\n0,-7,c\n3,NA,c\n", "y ~ x + g", uint8(i))
	}
	f.Add("y,x,g\n0,0,a\n0,0,a\n", "y ~ poly(x, 3)*g - 1", uint8(2))
	f.Add("y,x,g\n1e-320,1e308,a\n5,1e-308,b\n1,1,c\n", "y ~ x", uint8(9))
	f.Fuzz(func(t *testing.T, table, formula string, pick uint8) {
		if len(table) > 2000 || len(formula) > 200 {
			return
		}
		frame, err := ReadCSV(strings.NewReader(table))
		if err != nil {
			return
		}
		names := frame.Names()
		method := []string{"describe", "anova", "ols", "poisson", "negbin", "wildboot"}[int(pick)%6]
		r := Request{Formula: formula, Y: names[0], Reps: "99", Param: "x"}
		if pick&8 != 0 {
			r.FE = names[len(names)-1:]
		}
		if pick&16 != 0 || method == "wildboot" {
			r.Cluster = names[len(names)-1:]
		}
		res, err := Run(method, frame, r)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := res.WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
		var a answer
		if err := json.Unmarshal(out.Bytes(), &a); err != nil {
			t.Fatalf("%v: %s", err, out.String())
		}
		for _, x := range a.Terms {
			if x.Estimate == nil && len(a.Warnings) == 0 {
				t.Fatalf("a null without a warning: %s", out.String())
			}
		}
		if err := res.WriteTable(&out); err != nil {
			t.Fatal(err)
		}
	})
}

// TestByteOrderMark: before a quoted header too, with CRLF and names with blanks.
func TestByteOrderMark(t *testing.T) {
	a := runFit(t, []byte("\ufeff\"y\",\"the x\",\"x.dot\"\r\n1,2,3\r\n2,3,4\r\n3,7,1\r\n4,4,4\r\n"), "ols", "--formula", "y ~ `the x` + x.dot")
	// R 4.2.2, coef(lm(c(1,2,3,4) ~ c(2,3,7,4) + c(3,4,1,4))).
	for j, want := range []float64{-3.92857142857143, 0.857142857142857, 1} {
		near(t, a.Terms[j].Name, value(a.Terms[j].Estimate), want, 1e-12)
	}
	if a.Terms[1].Name != "the x" || a.Terms[2].Name != "x.dot" {
		t.Errorf("names %q, %q", a.Terms[1].Name, a.Terms[2].Name)
	}
}

// TestBeyondFloat64: a standard error that overflows gives no t and no p; p = 1 for
// an unknown error would be a number made up.
func TestBeyondFloat64(t *testing.T) {
	a := runFit(t, []byte("y,x\n1e308,1e-308\n-1e308,2e-308\n1.7e308,3e-308\n"), "ols", "--formula", "y ~ x")
	for _, x := range a.Terms {
		if x.SE != nil || x.Statistic != nil || x.P != nil {
			t.Errorf("%s: se %v, t %v, p %v, want null", x.Name, x.SE, x.Statistic, x.P)
		}
	}
}
