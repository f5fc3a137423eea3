package stat

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"hardyards/internal/testenv"
)

// caseTable is the input of one of ../shared/cases.
type caseTable struct {
	header []string
	rows   [][]string
}

func readCase(t testing.TB, name string, expected any) caseTable {
	t.Helper()
	dir := testenv.Shared(t, "cases", name)
	f, err := os.Open(filepath.Join(dir, "input.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, expected); err != nil {
		t.Fatal(err)
	}
	return caseTable{rows[0], rows[1:]}
}

func (c caseTable) text(t testing.TB, name string) []string {
	t.Helper()
	for k, h := range c.header {
		if h != name {
			continue
		}
		out := make([]string, len(c.rows))
		for i, r := range c.rows {
			out[i] = r[k]
		}
		return out
	}
	t.Fatalf("no column %s", name)
	return nil
}

func (c caseTable) numbers(t testing.TB, name string) []float64 {
	t.Helper()
	text := c.text(t, name)
	out := make([]float64, len(text))
	for i, s := range text {
		v, err := strconv.ParseFloat(s, 64)
		if s == "NA" || s == "" {
			v, err = math.NaN(), nil
		}
		if err != nil {
			t.Fatal(err)
		}
		out[i] = v
	}
	return out
}

// near fails the test when got is off want by more than rel of it (or, at 0, by
// more than rel).
func near(t testing.TB, what string, got, want, rel float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > rel*max(math.Abs(want), 1e-300) && math.Abs(got-want) > rel*1e-3 {
		t.Errorf("%s = %.16g, want %.16g (off by %.2g of it, allowed %.2g)", what, got, want, math.Abs(got-want)/math.Abs(want), rel)
	}
}
