package main

import (
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// measuresHead: police.MeasureValue without part and line, which the reader gives.
var measuresHead = []string{"force_code", "measure", "function", "year", "period_type", "value", "value_text",
	"state", "unit", "series_break", "source"}

// A value is one row of a measures table.
type value struct {
	force, measure, function string
	year                     int
	period, text, unit       string
	number                   string // where the text is no number: a grade's
	state, seriesBreak, from string
}

func (v value) row() ([]string, error) {
	if v.number == "" && v.state == "" {
		v.number = v.text
	}
	if v.number != "" {
		if n, err := strconv.ParseFloat(v.number, 64); err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, fmt.Errorf("%s %s %d: %q is not a number", v.force, v.measure, v.year, v.number)
		}
	}
	if v.from == "" {
		return nil, fmt.Errorf("%s %s %d: no source", v.force, v.measure, v.year)
	}
	return []string{v.force, v.measure, v.function, strconv.Itoa(v.year), v.period, v.number, v.text,
		v.state, v.unit, v.seriesBreak, v.from}, nil
}

// measures makes the tables of values, each from one assembled file of the shared
// folder, with the breaks of single values that DATA.md and METHODS.md name.
func measures(files *shelf) ([]table, error) {
	dir := files.path("data/measures")
	var tables []table
	for _, m := range []struct {
		path string
		read func(dir string) ([]value, error)
	}{
		{"measures/panel.csv", panel},
		{"measures/revenue_outturn.csv", revenueOutturn},
		{"measures/functions.csv", functions},
		{"measures/funding_poa.csv", fundingPOA},
		{"measures/demand_and_satisfaction.csv", demand},
		{"measures/road_casualties.csv", roadCasualties},
		{"measures/peel_grades.csv", peelGrades},
		{"measures/deflators.csv", deflators},
	} {
		values, err := m.read(dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.path, err)
		}
		t := table{path: m.path, head: measuresHead}
		for _, v := range values {
			v.seriesBreak = joinBreaks(v.seriesBreak, knownBreak(v))
			row, err := v.row()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.path, err)
			}
			t.rows = append(t.rows, row)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

func joinBreaks(a, b string) string {
	if a != "" && b != "" {
		return a + " | " + b
	}
	return a + b
}

// readValues reads an assembled table whose columns are those of panel.csv, more
// or less, and lets edit change or drop each value.
func readValues(path string, edit func(*value, map[string]string) (keep bool)) ([]value, error) {
	rows, err := readRows(path)
	if err != nil {
		return nil, err
	}
	var values []value
	for i, r := range rows {
		year, err := strconv.Atoi(r["year"])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: year %q", path, i+2, r["year"])
		}
		v := value{force: r["force_code"], measure: r["measure"], year: year, period: r["period_type"],
			text: r["value"], unit: r["unit"], from: r["source"]}
		if edit(&v, r) {
			values = append(values, v)
		}
	}
	return values, nil
}

// panelUnits gives units that differ from the panel's: a rounded count is still of
// the same unit, and says that it is rounded in its break.
var panelUnits = map[string]string{
	"FTE_rounded": "FTE", "persons_rounded_100": "persons", "count_adjusted": "adjusted count",
	"GBP_nominal": "GBP", "GBP_thousand_nominal": "GBP thousand", "per_1000": "per 1,000 people",
}

// panel re-tabulates panel.csv. The Police services line of the 37 police bodies
// comes from revenueOutturn, so that only the Met's and the City's stay; staff and
// designated officers are also added up, as they are one group that forces re-label.
func panel(dir string) ([]value, error) {
	bodies, err := readRows(filepath.Join(dir, "ro_police_bodies.csv"))
	if err != nil {
		return nil, err
	}
	single := map[string]bool{}
	for _, r := range bodies {
		single[r["force_code"]] = true
	}
	values, err := readValues(filepath.Join(dir, "panel.csv"), func(v *value, r map[string]string) bool {
		if u := panelUnits[v.unit]; u != "" {
			v.unit = u
		}
		switch r["unit"] {
		case "FTE_rounded":
			v.seriesBreak = "rounded, from a secondary extract; 2023 to 2025 are absent"
		case "persons_rounded_100":
			v.seriesBreak = "rounded to hundreds, rests on another census, and 2021 to 2023 are absent: not comparable with 2020"
		}
		if v.measure == "police_net_current_expenditure" {
			v.measure = "police_services_line"
			return !single[v.force]
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return append(values, staffTotals(values)...), nil
}

// staffTotals adds designated officers to staff, force by force and year by year;
// a year in which one of the two is missing has no sum.
func staffTotals(values []value) []value {
	type cell struct {
		force string
		year  int
	}
	designated := map[cell]string{}
	for _, v := range values {
		if v.measure == "fte_designated" {
			designated[cell{v.force, v.year}] = v.text
		}
	}
	var sums []value
	for _, v := range values {
		if v.measure != "fte_staff" {
			continue
		}
		d, ok := designated[cell{v.force, v.year}]
		a, err1 := strconv.ParseFloat(v.text, 64)
		b, err2 := strconv.ParseFloat(d, 64)
		if !ok || err1 != nil || err2 != nil {
			continue
		}
		v.measure, v.seriesBreak = "fte_staff_total", ""
		v.number = strconv.FormatFloat(math.Round((a+b)*1e4)/1e4, 'f', -1, 64) // parts have two decimals, and binary noise
		v.text = v.text + " + " + d
		v.from = "sum of fte_staff and fte_designated: " + v.from
		sums = append(sums, v)
	}
	return sums
}

// outturnMeasures renames measures of ro_police_bodies.csv so that the one that is
// a force's spending is the one called so.
var outturnMeasures = map[string]string{
	"total_service_expenditure":     "net_expenditure",
	"net_current_expenditure_total": "net_current_expenditure",
	"earmarked_reserves_level":      "earmarked_reserves",
	"unallocated_reserves_level":    "unallocated_reserves",
	"council_tax_requirement":       "outturn_council_tax_requirement",
	"police_grant":                  "outturn_police_grant",
	"specific_grants_inside_aef":    "outturn_specific_grants_inside_aef",
	"specific_grants_outside_aef":   "outturn_specific_grants_outside_aef",
}

func revenueOutturn(dir string) ([]value, error) {
	return readValues(filepath.Join(dir, "ro_police_bodies.csv"), func(v *value, r map[string]string) bool {
		if m := outturnMeasures[v.measure]; m != "" {
			v.measure = m
		}
		v.period, v.unit = "FY_END_MAR", "GBP thousand"
		v.from = fmt.Sprintf("%s, sheet %s, row %s, column %s (%s), authority %s",
			r["file"], r["sheet"], r["row"], r["column"], r["heading"], r["e_code"])
		return true
	})
}

// functionMeasures are the measures of the function table; what follows one of
// them is the function.
var functionMeasures = []string{"earned_income", "gre", "nre", "officers_fte", "staff_fte", "pcso_fte", "total_workforce_fte"}

func functions(dir string) ([]value, error) {
	var unknown string
	values, err := readValues(filepath.Join(dir, "police_cost_and_fte_by_function.csv.gz"), func(v *value, r map[string]string) bool {
		known := false
		for _, m := range functionMeasures {
			if f, ok := strings.CutPrefix(v.measure, m+"_"); ok {
				v.measure, v.function, known = m, f, true
				break
			}
		}
		if !known {
			unknown = v.measure
		}
		if s := r["status"]; s != "budget estimate" {
			v.from += " (" + s + ")"
		}
		return true
	})
	if unknown != "" {
		return nil, fmt.Errorf("measure %s is of no known kind", unknown)
	}
	return values, err
}

var notWord = regexp.MustCompile(`[^a-z0-9]+`)

// fundingPOA names each of the labels of the inspectorate's funding sheets by a
// slug; labels that differ only in case are one.
func fundingPOA(dir string) ([]value, error) {
	return readValues(filepath.Join(dir, "police_funding_poa.csv"), func(v *value, r map[string]string) bool {
		label := strings.ToLower(strings.TrimPrefix(v.measure, "funding: "))
		v.measure = "funding_" + strings.Trim(notWord.ReplaceAllString(label, "_"), "_")
		return true
	})
}

// demand leaves out the 43 populations of HMIC_PROFILE_YEAR: which mid-year they
// are isn't known.
func demand(dir string) ([]value, error) {
	return readValues(filepath.Join(dir, "adr_calls_incidents_satisfaction_population.csv"), func(v *value, r map[string]string) bool {
		return v.period != "HMIC_PROFILE_YEAR"
	})
}

// roadCasualties makes four measures of casualties and four of collisions.
func roadCasualties(dir string) ([]value, error) {
	rows, err := readRows(filepath.Join(dir, "ksi_by_force_year.csv"))
	if err != nil {
		return nil, err
	}
	if rows, err = oneBasisOfCollisions(rows); err != nil {
		return nil, err
	}
	serious := map[string]float64{}
	for _, r := range rows {
		n, err := strconv.ParseFloat(r["serious"], 64)
		if err != nil {
			return nil, fmt.Errorf("%s %s: serious %q", r["force"], r["year"], r["serious"])
		}
		serious[roadBasis(r)+r["force_code"]+r["year"]] = n
	}
	var values []value
	for _, r := range rows {
		year, err := strconv.Atoi(r["year"])
		if err != nil {
			return nil, fmt.Errorf("%s: year %q", r["force"], r["year"])
		}
		series := roadBasis(r) + r["force_code"]
		jump := severityJump(serious[series+strconv.Itoa(year-1)], serious[series+r["year"]])
		for _, severity := range []string{"fatal", "serious", "slight", "ksi"} {
			v := value{force: r["force_code"], measure: severity + "_" + roadBasis(r), year: year, period: "CAL_YEAR",
				text: r[severity], unit: roadBasis(r), from: r["source"]}
			if severity != "fatal" {
				v.seriesBreak = jump
			}
			values = append(values, v)
		}
	}
	return values, nil
}

// roadBasis is what a row counts: casualties or collisions, never to be mixed.
func roadBasis(r map[string]string) string {
	if r["basis"] == "casualties" {
		return "casualties"
	}
	return "collisions"
}

// oneBasisOfCollisions drops rows of table RAS10015 where STATS19 files give the
// same force and year. The two are one basis: their fatal counts must agree there.
func oneBasisOfCollisions(rows []map[string]string) ([]map[string]string, error) {
	stats19 := map[string]string{}
	for _, r := range rows {
		if r["basis"] == "collisions" {
			stats19[r["force_code"]+r["year"]] = r["fatal"]
		}
	}
	var kept []map[string]string
	for _, r := range rows {
		fatal, both := stats19[r["force_code"]+r["year"]]
		if r["basis"] != "collisions_ras10015" || !both {
			kept = append(kept, r)
			continue
		}
		if fatal != r["fatal"] {
			return nil, fmt.Errorf("%s %s: %s fatal collisions in STATS19, %s in RAS10015", r["force"], r["year"], fatal, r["fatal"])
		}
	}
	return kept, nil
}

// severityJump marks a rise of serious injuries by two fifths or more in a year.
// Two fifths is a screen, chosen so that the Met's and South Yorkshire's known moves
// to injury-based recording show; it may mark others, and miss gradual ones.
func severityJump(before, after float64) string {
	if before < 100 || after < 1.4*before {
		return ""
	}
	return fmt.Sprintf("serious up %.0f %% on the year before: may be a move to injury-based recording (CRaSH, COPA)", 100*(after/before-1))
}

func peelGrades(dir string) ([]value, error) {
	return readValues(filepath.Join(dir, "peel_grades.csv"), func(v *value, r map[string]string) bool {
		v.number, v.text, v.unit = r["value"], r["grade"], "grade 1 to 4"
		if v.number == "" {
			v.state = "missing"
		}
		return true
	})
}

// deflators joins ONS's implied deflator (means of quarters by financial year, and
// calendar years) and the World Bank's annual change.
func deflators(dir string) ([]value, error) {
	values, err := readValues(filepath.Join(dir, "gdp_deflator_fy.csv"), func(*value, map[string]string) bool { return true })
	if err != nil {
		return nil, err
	}
	change, err := readValues(filepath.Join(dir, "gdp_deflator_gbr.csv"), func(v *value, r map[string]string) bool {
		v.measure, v.period, v.unit = "gdp_deflator_annual_change", "CAL_YEAR", "per cent"
		v.text, v.from = r["annual_pct_change"], r["source"]+" ("+r["series"]+")"
		return true
	})
	return append(values, change...), err
}
