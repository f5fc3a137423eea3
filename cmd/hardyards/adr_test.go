package main

import (
	"strings"
	"testing"
)

// TestDemandRederived re-derives demand and satisfaction, which others assembled, from
// the workbooks of the Annual Data Return. What can't be: the 2015 workbook isn't at
// hand, and the population of the 2012 profile is of no stated year. The assembled table
// is rounded to 4 decimals.
func TestDemandRederived(t *testing.T) {
	r := rederive(t)
	by := map[string]*agreement{}
	files := map[string]map[string]float64{}
	absent := 0
	for _, row := range assembled(t, "adr_calls_incidents_satisfaction_population.csv") {
		source, _, _ := strings.Cut(row["source"], "#")
		file := source[strings.LastIndex(source, "/")+1:]
		kind := row["year"] + " " + row["measure"]
		switch {
		case strings.HasPrefix(file, "value-for-money-profile-2015-adr"):
			kind += " (2015 workbook: not at hand)"
		case row["period_type"] == "HMIC_PROFILE_YEAR":
			kind += " (of no stated year)"
		case row["measure"] == "calls_999_received" && row["force_code"] == "E23000034" && row["year"] == "2013":
			kind += " (City, 0: its calls are in the row of both London forces)"
		}
		if by[kind] == nil {
			by[kind] = &agreement{}
		}
		if files[file] == nil {
			files[file] = r.published(file)
		}
		key, want := rowKey(t, row, row["measure"], "")
		got, ok := files[file][key]
		if strings.Contains(kind, "(") {
			absent++
			continue
		}
		if !by[kind].add(want, got, ok, 4) {
			t.Errorf("%s of %s: %v (%v), want %v", key, file, got, ok, want)
		}
	}
	if absent != 41+42+43+1 {
		t.Errorf("%d rows can't be re-derived, want the 83 of the 2015 workbook, 43 populations of 2012 and the City's 999 calls of 2013", absent)
	}
	logAgreement(t, by)
}
