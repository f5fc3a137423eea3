package data

import (
	"math"
	"testing"

	"hardyards/internal/police"
)

// TestKnownFigures checks values against figures that DATA.md states in words, so
// that a column read wrongly or a measure named wrongly shows. Grants are negative
// there: income in an account of spending.
func TestKnownFigures(t *testing.T) {
	type cell struct {
		force    police.ForceCode
		measure  string
		function string
		year     int32
	}
	values := map[cell]float64{}
	for _, v := range must[[]police.MeasureValue](t)(Measures()) {
		values[cell{v.Force, v.Measure, v.Function, v.Year}] = v.Value
	}
	at := func(f police.ForceCode, m string, y int32) float64 {
		v, ok := values[cell{f, m, "", y}]
		if !ok {
			t.Fatalf("no %s of %s in %d", m, f, y)
		}
		return v
	}
	const westMercia, warwickshire, met, southYorkshire = "E23000016", "E23000017", "E23000001", "E23000011"
	change := func(f police.ForceCode, y int32, measures ...string) float64 {
		before, after := 0.0, 0.0
		for _, m := range measures {
			before, after = before+at(f, m, y-1), after+at(f, m, y)
		}
		return 100 * (after/before - 1)
	}
	for _, c := range []struct {
		name            string
		got, want, give float64
	}{
		{"West Mercia's two lines together, 2014-15", change(westMercia, 2015, "police_services_line", "central_services_line"), 2.9, 0.05},
		{"Warwickshire's two lines together, 2014-15", change(warwickshire, 2015, "police_services_line", "central_services_line"), -2.1, 0.05},
		{"West Mercia's Police services line falls 23 to 24 %", change(westMercia, 2015, "police_services_line"), -23, 0.5},
		{"Warwickshire's Police services line falls 23 to 24 %", change(warwickshire, 2015, "police_services_line"), -24, 0.6},
		{"the Met's KSI casualties 2015", at(met, "ksi_casualties", 2015), 2051, 0},
		{"the Met's KSI casualties 2019", at(met, "ksi_casualties", 2019), 3840, 0},
		{"South Yorkshire's KSI casualties 2015", at(southYorkshire, "ksi_casualties", 2015), 401, 0},
		{"South Yorkshire's KSI casualties 2019", at(southYorkshire, "ksi_casualties", 2019), 977, 0},
		{"Dorset's specific grants 2013-14, £m", (at("E23000039", "outturn_specific_grants_inside_aef", 2014) + at("E23000039", "outturn_specific_grants_outside_aef", 2014)) / 1000, -34, 0.5},
		{"Dorset's specific grants 2014-15, £m", (at("E23000039", "outturn_specific_grants_inside_aef", 2015) + at("E23000039", "outturn_specific_grants_outside_aef", 2015)) / 1000, -8, 0.5},
	} {
		if math.Abs(c.got-c.want) > c.give {
			t.Errorf("%s: %.2f, want %.2f", c.name, c.got, c.want)
		}
	}
	bodies, forces := 0, map[police.ForceCode]bool{}
	for c := range values {
		if c.measure == "net_expenditure" && c.year == 2015 {
			bodies++
		}
		if c.measure == "gre" && c.function == "total_excl_national" && c.year == 2018 {
			forces[c.force] = true
		}
	}
	if bodies != 37 || len(forces) != 43 {
		t.Errorf("net_expenditure of %d bodies, gross budgets of %d forces; want 37 and 43", bodies, len(forces))
	}
}
