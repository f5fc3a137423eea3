package transform

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/police"
)

func measureOf(force, measure string, year int32, value float64, source string) police.MeasureValue {
	v := police.MeasureValue{Force: police.ForceCode(force), Measure: measure, Year: year, Period: "MID_YEAR", Value: value,
		ValueText: fmt.Sprint(value), Unit: "persons", Source: source, PartID: 1, Line: 2}
	if math.IsNaN(value) {
		v.State = police.StateMissing
	}
	return v
}

func linkOf(area, force string, year int32) police.MeasureValue {
	return police.MeasureValue{Force: police.ForceCode(force), Measure: police.MeasureForceOfArea, Function: area, Year: year, Value: 1, Source: "lookup", PartID: 9}
}

func releaseOf(publisher string, rows ...police.MeasureValue) *release {
	r := &release{publisher: publisher, latest: map[string]int32{}, values: rows}
	for _, v := range rows {
		r.latest[v.Measure] = max(r.latest[v.Measure], v.Year)
	}
	return r
}

var threeForces = map[police.ForceCode]bool{"": true, "E23000001": true, "E23000003": true, "E23000034": true}

func textOfMeasures(rows []police.MeasureValue) []string {
	var out []string
	for _, v := range rows {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %d %v %q %s", v.Force, v.Measure, v.Year, v.Value, v.ValueText, v.State)))
	}
	return out
}

func TestAreasToForces(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name     string
		rows     []police.MeasureValue
		want     []string
		warnings int
		broken   bool
	}{
		{"added up", []police.MeasureValue{measureOf("E07000117", "population", 2019, 10, "p"), measureOf("E07000118", "population", 2019, 5, "p"), measureOf("E09000001", "population", 2019, 3, "p")},
			[]string{`E23000003 population 2019 15 "sum over 2 local authorities"`, `E23000034 population 2019 3 "sum over 1 local authorities"`}, 0, false},
		{"one is missing", []police.MeasureValue{measureOf("E07000117", "population", 2019, 10, "p"), measureOf("E07000118", "population", 2019, nan, "p")},
			[]string{`E23000003 population 2019 NaN "sum over 2 local authorities, 1 of them without a value" missing`}, 0, false},
		{"one is of no known force", []police.MeasureValue{measureOf("E07000117", "population", 2019, 10, "p"), measureOf("E06999999", "population", 2019, 7, "p")},
			[]string{`E23000003 population 2019 10 "sum over 1 local authorities"`}, 1, true},
		{"forces stay, and are added to", []police.MeasureValue{measureOf("E23000034", "fatal_casualties", 2015, 2, "s"), measureOf("2015010X", "fatal_casualties", 2015, 1, "s"), measureOf("E23000003", "fatal_casualties", 2015, 9, "s")},
			[]string{`E23000003 fatal_casualties 2015 9 "9"`, `E23000034 fatal_casualties 2015 3 "sum over 2 incidents"`}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			areas, clash := lookupOf([]*release{releaseOf("ons", linkOf("E07000117", "E23000003", 2016), linkOf("E07000118", "E23000003", 2016),
				linkOf("E09000001", "E23000034", 2016), linkOf("2015010X", "E23000034", 2015), linkOf("E07000117", "E23000001", 2010))})
			if len(clash) != 1 {
				t.Errorf("two lookups that differ: %q", clash)
			}
			r := releaseOf("ons", append(c.rows, linkOf("E07000117", "E23000003", 2016))...)
			warnings := r.toForces(threeForces, areas)
			if d := cmp.Diff(c.want, textOfMeasures(r.values)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if len(warnings) != c.warnings || (r.values[0].Break != "") != c.broken {
				t.Errorf("warnings %q, break %q", warnings, r.values[0].Break)
			}
		})
	}
}

// TestMeasuresSettled: whichever order the releases come in, the later one counts,
// what is equal keeps its first source, and what gives way is kept.
func TestMeasuresSettled(t *testing.T) {
	releases := func() []*release {
		return []*release{
			releaseOf("dluhc", measureOf("E23000003", "ctr", 2016, 100, "ctr_1516"), measureOf("E23000034", "ctr", 2016, 7, "ctr_1516")),
			releaseOf("dluhc", measureOf("E23000003", "ctr", 2016, 101, "ctr_1617"), measureOf("E23000003", "ctr", 2017, 110, "ctr_1617"), measureOf("E23000034", "ctr", 2016, 7, "ctr_1617")),
			releaseOf("dluhc", measureOf("E23000003", "ctr", 2017, math.NaN(), "ctr_1718"), measureOf("E23000003", "ctr", 2018, 120, "ctr_1718")),
		}
	}
	embedded := []police.MeasureValue{
		{Force: "E23000003", Measure: "ctr", Year: 2017, Period: "MID_YEAR", Value: 109, ValueText: "109", Break: "known", Source: "panel"},
		{Force: "E23000003", Measure: "ctr", Year: 2018, Period: "MID_YEAR", Value: 120, ValueText: "120", Source: "panel"},
		{Force: "E23000001", Measure: "ctr", Year: 2016, Period: "MID_YEAR", Value: 5, ValueText: "5", Source: "panel"},
	}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {1, 2, 0}} {
		all := releases()
		j := joinedMeasures{}
		best, by := map[measureCell]*police.MeasureValue{}, map[measureCell]*release{}
		for _, i := range order {
			for k := range all[i].values {
				j.settle(best, by, all[i], &all[i].values[k])
			}
		}
		j.overEmbedded(best, embedded)
		at := func(force string, year int32) police.MeasureValue {
			return *best[measureCell{police.ForceCode(force), "ctr", "", year, "MID_YEAR"}]
		}
		if v := at("E23000003", 2016); v.Value != 101 || v.State != police.StateRevised || v.Source != "ctr_1617" {
			t.Errorf("order %v: revised value %+v", order, v)
		}
		if v := at("E23000003", 2017); v.Value != 110 || v.Break != "known" || v.Source != "ctr_1617" {
			t.Errorf("order %v: a later blank must not replace a value, and the known break stays: %+v", order, v)
		}
		if v := at("E23000034", 2016); v.Value != 7 || v.State != "" || v.Source != "ctr_1516" {
			t.Errorf("order %v: an unrevised value keeps its first source: %+v", order, v)
		}
		if v := at("E23000001", 2016); v.Source != "panel" {
			t.Errorf("order %v: an embedded value that no file gives: %+v", order, v)
		}
		var gone []string
		for _, r := range j.revisions {
			gone = append(gone, fmt.Sprintf("%d %v → %v %s", r.Year, r.Was, r.Is, r.Why))
		}
		if !strings.Contains(strings.Join(gone, "; "), "2016 100 → 101 later release") || !strings.Contains(strings.Join(gone, "; "), "2017 109 → 110 over the embedded value") {
			t.Errorf("order %v: revisions %q", order, gone)
		}
	}
}

func TestUnknownMeasuresGetAnEntry(t *testing.T) {
	got := withUnknown([]police.MeasureDef{{ID: "ctr"}}, []police.MeasureValue{measureOf("E23000003", "ctr", 2016, 1, "x"), measureOf("E23000003", "mine", 2016, 1, "my file"), measureOf("E23000003", "mine", 2017, 1, "my file")})
	if len(got) != 2 || got[1].ID != "mine" || got[1].Kind != "other" || got[1].Source != "my file" {
		t.Errorf("catalogue %+v", got)
	}
}

func TestRoundedIsNotRevised(t *testing.T) {
	for _, c := range []struct {
		value, embedded float64
		text            string
		want            bool
	}{
		{663.775279999999, 663.78, "663.78", true},
		{663.7749, 663.78, "663.78", false},
		{100.2049, 100.21, "70.1 + 30.11", true}, // two terms, each rounded to hundredths
		{100.19, 100.21, "70.1 + 30.11", false},
		{315105.4, 315105, "315105", true},
		{5, 6, "good", false},
	} {
		if got := roundsTo(c.value, &police.MeasureValue{Value: c.embedded, ValueText: c.text}); got != c.want {
			t.Errorf("%v beside %s: %v, want %v", c.value, c.text, got, c.want)
		}
	}
}
