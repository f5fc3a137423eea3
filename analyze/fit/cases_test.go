package fit

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/testenv"
)

// caseFile reads a file of ../shared/cases.
func caseFile(t testing.TB, name, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testenv.Shared(t, "cases", name), file))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// expected decodes a case's expected.json.
func expected(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(caseFile(t, name, "expected.json"), into); err != nil {
		t.Fatal(err)
	}
}

// answer is the JSON of fit, as another program reads it.
type answer struct {
	Method string
	N      int
	Terms  []struct {
		Name      string
		Estimate  *float64
		SE        *float64
		DF        *float64
		Statistic *float64
		P         *float64
		Lo, Hi    *float64
	}
	R2, Sigma *float64
	Warnings  []string
	own       map[string]json.RawMessage
}

func (a answer) number(t testing.TB, key string) float64 {
	t.Helper()
	var x *float64
	if err := json.Unmarshal(a.own[key], &x); err != nil {
		t.Fatalf("key %q: %v", key, err)
	}
	return value(x)
}

func value(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}

// term is the place of a term.
func (a answer) term(t testing.TB, name string) int {
	t.Helper()
	for i, x := range a.Terms {
		if x.Name == name {
			return i
		}
	}
	t.Fatalf("no term %q in %v", name, a.Terms)
	return 0
}

// runFit calls fit as the command line does, on a file in a temporary folder.
func runFit(t testing.TB, csv []byte, args ...string) answer {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.csv")
	if err := os.WriteFile(path, csv, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := Main(append(args, "--data", path, "--json"), &out, &errs); code != 0 {
		t.Fatalf("fit %s: exit %d: %s", strings.Join(args, " "), code, errs.String())
	}
	var a answer
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, out.String())
	}
	if err := json.Unmarshal(out.Bytes(), &a.own); err != nil {
		t.Fatal(err)
	}
	return a
}

// lre is the log relative error, the number of right digits: 15 at most, the
// number of digits certified. For a certified 0 it is the log absolute error.
func lre(got, want float64) float64 {
	if math.IsNaN(got) {
		return 0
	}
	e := math.Abs(got - want)
	if want != 0 {
		e /= math.Abs(want)
	}
	if e < 1e-15 {
		return 15
	}
	return max(0, -math.Log10(e))
}
