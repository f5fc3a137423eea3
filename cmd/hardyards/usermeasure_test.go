package main

import (
	"archive/zip"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeODS writes a workbook of one sheet: the shape of the Home Office's tables.
func writeODS(t *testing.T, path, sheet string, rows [][]string) {
	t.Helper()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="` + sheet + `">`)
	for _, row := range rows {
		b.WriteString("<table:table-row>")
		for _, cell := range row {
			b.WriteString(`<table:table-cell office:value-type="string"><text:p>` + html.EscapeString(cell) + `</text:p></table:table-cell>`)
		}
		b.WriteString("</table:table-row>")
	}
	b.WriteString("</table:table></office:spreadsheet></office:body></office:document-content>")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for _, part := range [][2]string{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", b.String()}} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Store})
		if err == nil {
			_, err = w.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

const fundingLayout = `id = "my-police-funding"
version = 1
yields = "measures"
files = ["police-funding-*"]

[[measure]] # what its values are
id = "police_funding_total"
label = "Police funding, all sources"
unit = "GBP million"
kind = "funding"
period_type = "FY_END_MAR"
basis = "statistic"
breaks = ["2016: precept of the fire service left out"]
traps = ["nominal", "grants follow assessed need"]
denominator = "population of the mid-year before"
source = "Home Office: Police funding, table 3"

[[table]]
parts = ["Table_*"]
header = ["Police force area", "2015 to 2016"]
period_type = "FY_END_MAR"
measure = "police_funding_total"
unit = "GBP million"

[table.force]
column = "Police force area"
by = "name"

[[table.value]]
heading = "{year}"
`

const gradesLayout = `id = "my-grades"
version = 1
yields = "measures"
files = ["peel-*"]

[[table]]
header = ["Force", "Cycle", "Grade"]
period_type = "PEEL_CYCLE"
measure = "peel_overall_2021"
unit = "grade 1 to 5"
year_column = "Cycle"

[table.force]
column = "Force"
by = "name"

[[table.value]]
heading = "Grade"

[[measure]]
id = "peel_overall_2021"
label = "PEEL 2021/22, five grades"
unit = "grade 1 to 5"
kind = "outcome"
direction = "lower"
period_type = "PEEL_CYCLE"
traps = "five grades: not to be set beside the four of 2015 to 2019"
source = "HMICFRS: PEEL assessments"
`

// TestUserMeasures: a user adds the Home Office's funding table (ODS), and grades of a
// later cycle, each with its catalogue entry in the layout: values and entries are in
// the published snapshot.
func TestUserMeasures(t *testing.T) {
	dir := userMeasures(t, fundingLayout)
	_, stderr, code := invoke(t, "run", "--only", "lake", "--quiet", "--config", filepath.Join(dir, "hardyards.toml"), "--lake", filepath.Join(dir, "lake"))
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	marts := filepath.Join(dir, "lake", "snapshots")
	found, err := filepath.Glob(filepath.Join(marts, "*", "marts", "dim_measure.csv"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v %v", found, err)
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`police_funding_total,"Police funding, all sources",GBP million,funding,none,FY_END_MAR,false,statistic,2016: precept of the fire service left out,nominal | grants follow assessed need | denominator: population of the mid-year before,"Home Office: Police funding, table 3",unknown`,
		`peel_overall_2021,"PEEL 2021/22, five grades",grade 1 to 5,outcome,lower,PEEL_CYCLE,false,,,five grades: not to be set beside the four of 2015 to 2019,HMICFRS: PEEL assessments,unknown`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("dim_measure.csv lacks %s", want)
		}
	}
	values, err := os.ReadFile(filepath.Join(filepath.Dir(found[0]), "fact_measure.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"258.4", "56.1"} {
		if !strings.Contains(string(values), want) {
			t.Errorf("fact_measure.csv lacks %s", want)
		}
	}
	if n := strings.Count(string(values), "police_funding_total"); n != 4 {
		t.Errorf("%d values of funding, want 4, one of them missing", n)
	}
}

// TestUserMeasureFaults: a wrong entry stops the run with exit 2, file and line.
func TestUserMeasureFaults(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{`kind = "funding"`, `kind = "money"`, `police-funding.toml:6: measure "police_funding_total": kind "money" is none of cost`},
		{`unit = "GBP million"` + "\n" + `kind`, `kind`, `police-funding.toml:6: measure "police_funding_total" needs label, unit and source`},
		{`id = "police_funding_total"`, `id = "net_expenditure"`, `police-funding.toml:6: measure "net_expenditure" is in the embedded catalogue already`},
		{`id = "police_funding_total"`, `id = "peel_overall_2021"`, `police-funding.toml:6: measure "peel_overall_2021" is in my-grades.toml already`},
		{`basis = "statistic"`, `bases = "statistic"`, `police-funding.toml:12: unknown key "measure.bases"`},
	} {
		dir := userMeasures(t, strings.Replace(fundingLayout, c.from, c.to, 1))
		_, stderr, code := invoke(t, "run", "--only", "lake", "--quiet", "--config", filepath.Join(dir, "hardyards.toml"), "--lake", filepath.Join(dir, "lake"))
		if code != 2 || !strings.Contains(stderr, c.want) {
			t.Errorf("exit %d, %s; want 2 and %s", code, stderr, c.want)
		}
	}
}

func userMeasures(t *testing.T, funding string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"hardyards.toml":              "[[source]]\npublisher = \"home-office\"\nyields = \"measures\"\npaths = [\"tables/police-funding-2025.ods\", \"tables/peel-2022.csv\"]\n\n[files]\nlayouts = \"layouts\"\n",
		"layouts/police-funding.toml": funding, "layouts/my-grades.toml": gradesLayout,
		"tables/peel-2022.csv": "Force,Cycle,Grade\nLancashire,2022,2\nWest Mercia,2022,3\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	writeODS(t, filepath.Join(dir, "tables", "police-funding-2025.ods"), "Table_3", [][]string{
		{"Table 3: police funding by force"}, {"Police force area", "2015 to 2016", "2016 to 2017 [note 1]"},
		{"Lancashire", "257.9", "258.4 [r]"}, {"London, City of [note 2]", "[x]", "56.1"},
	})
	return dir
}
