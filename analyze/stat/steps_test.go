package stat

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"hardyards/internal/testenv"
)

// workforce reads one measure of ../shared/data/measures/panel.csv.
func workforce(t testing.TB, measure string) (forces []string, years []int, y [][]float64) {
	t.Helper()
	f, err := os.Open(filepath.Join(testenv.Shared(t, "data", "measures"), "panel.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	value := map[string]map[int]float64{}
	for _, r := range rows[1:] {
		if r[4] != measure {
			continue
		}
		year, _ := strconv.Atoi(r[2])
		v, err := strconv.ParseFloat(r[5], 64)
		if err != nil {
			continue
		}
		if value[r[1]] == nil {
			value[r[1]] = map[int]float64{}
		}
		value[r[1]][year] = v
		years = append(years, year)
	}
	slices.Sort(years)
	years = slices.Compact(years)
	forces = sortedKeys(value)
	for _, force := range forces {
		row := make([]float64, len(years))
		for k, year := range years {
			v, ok := value[force][year]
			if !ok {
				v = math.NaN()
			}
			row[k] = v
		}
		y = append(y, row)
	}
	return forces, years, y
}

// TestStepsWorkforce finds the steps that METHODS 10 names, in the forces'
// published workforce.
func TestStepsWorkforce(t *testing.T) {
	want := map[string][]string{
		"fte_staff":    {"Cleveland 2011", "Cleveland 2020", "Cleveland 2021", "Lincolnshire 2013"},
		"fte_officers": {"Essex 2008"},
	}
	for _, m := range sortedKeys(want) {
		forces, years, y := workforce(t, m)
		steps, _, err := Steps(y, StepOptions{Log: true})
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, s := range steps {
			found = append(found, fmt.Sprint(forces[s.Unit], " ", years[s.Period]))
		}
		for _, w := range want[m] {
			if !slices.Contains(found, w) {
				t.Errorf("%s: no step %s among %v", m, w, found)
			}
		}
		if len(found) > 15 {
			t.Errorf("%s: %d steps: the screen finds too many: %v", m, len(found), found)
		}
	}
}

func TestStepsEdges(t *testing.T) {
	flat := make([][]float64, 8)
	for i := range flat {
		flat[i] = []float64{1, 2, 3}
	}
	if steps, _, err := Steps(flat, StepOptions{}); err != nil || len(steps) != 0 {
		t.Errorf("equal changes: %v %v", steps, err)
	}
	flat[3] = []float64{1, 2, 30}
	steps, _, err := Steps(flat, StepOptions{})
	if err != nil || len(steps) != 1 || steps[0].Unit != 3 || steps[0].Period != 2 || !math.IsInf(steps[0].Z, 1) {
		t.Errorf("one jump among equal changes: %v %v", steps, err)
	}
	if _, w, err := Steps(flat[:4], StepOptions{}); err != nil || len(w) == 0 {
		t.Errorf("4 units: want a warning, got %v %v", w, err)
	}
	if _, _, err := Steps(nil, StepOptions{}); err == nil {
		t.Error("no units: want an error")
	}
}
