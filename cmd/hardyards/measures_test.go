package main

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"hardyards/data"
	"hardyards/ingest"
	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/internal/testenv"
	"hardyards/transform"
)

// rederived is what a snapshot of the raw official tables alone holds.
type rederived struct {
	files     map[string][]police.MeasureValue // by raw file: what it gave, before anything was joined
	values    []police.MeasureValue
	revisions []police.MeasureRevision
	refused   map[string]string // file → why
	warnings  []string
}

var rederiveOnce struct {
	sync.Once
	r   rederived
	err error
}

// rederive reads every raw table of the shared folder with the embedded layouts and
// joins them, without any embedded value.
func rederive(t *testing.T) rederived {
	t.Helper()
	dir := filepath.Join(testenv.Shared(t), "data", "measures", "raw")
	rederiveOnce.Do(func() { rederiveOnce.r, rederiveOnce.err = readRaw(t.Context(), dir) })
	if rederiveOnce.err != nil {
		t.Fatal(rederiveOnce.err)
	}
	return rederiveOnce.r
}

func readRaw(ctx context.Context, dir string) (rederived, error) {
	r := rederived{refused: map[string]string{}, files: map[string][]police.MeasureValue{}}
	tmp, err := os.MkdirTemp("", "hardyards-measures-*")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(tmp)
	l, err := lake.Open(tmp, lake.Options{})
	if err != nil {
		return r, err
	}
	opt, ref, err := measureReference()
	if err != nil {
		return r, err
	}
	in := transform.Inputs{Reference: ref}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		res, err := ingest.Read(ctx, l, ingest.Input{Path: path, Name: filepath.ToSlash(rel), Yields: "measures"}, opt)
		if err != nil {
			return err
		}
		if res.Refused != "" {
			r.refused[filepath.ToSlash(rel)] = res.Refused + ": " + res.Advice
			return nil
		}
		f, err := l.Fragment(res.Key)
		if err != nil {
			return err
		}
		if r.files[filepath.Base(path)], err = f.Measures(); err != nil {
			return err
		}
		in.Arrivals = append(in.Arrivals, transform.Arrival{Path: rel, Publisher: res.Publisher, SHA256: res.Explanation.SHA256, Key: res.Key, Order: 1})
		return nil
	})
	if err != nil {
		return r, err
	}
	b, rep, err := transform.Build(ctx, l, in, transform.Options{Workers: 2})
	if err != nil {
		return r, err
	}
	defer b.Abort()
	for _, x := range rep.Refusals {
		r.refused[x.Path] = x.Reason
	}
	r.warnings = rep.Manifest.Warnings
	if r.values, err = lake.ReadAll[police.MeasureValue](b, "measures"); err != nil {
		return r, err
	}
	r.revisions, err = lake.ReadAll[police.MeasureRevision](b, "measure_revision")
	return r, err
}

func measureReference() (ingest.Options, transform.Reference, error) {
	forces, err := data.Forces()
	if err != nil {
		return ingest.Options{}, transform.Reference{}, err
	}
	texts, err := data.Layouts()
	if err != nil {
		return ingest.Options{}, transform.Reference{}, err
	}
	layouts, err := ingest.ParseLayouts(texts)
	if err != nil {
		return ingest.Options{}, transform.Reference{}, err
	}
	catalogue, err := data.Catalogue()
	return ingest.Options{Layouts: layouts, Forces: forces}, transform.Reference{Forces: forces, Catalogue: catalogue}, err
}

// published gives what one raw file says of each force; population, by local authority
// there, only joined.
func (r rederived) published(file string) map[string]float64 {
	out := map[string]float64{}
	for _, v := range r.values {
		if strings.Contains(v.Source, file) {
			out[valueKey(v.Force, v.Measure, v.Function, v.Year, v.Period)] = v.Value
		}
	}
	for _, v := range r.files[file] {
		out[valueKey(v.Force, v.Measure, v.Function, v.Year, v.Period)] = v.Value
	}
	return out
}

func valueKey(f police.ForceCode, measure, function string, year int32, period string) string {
	return fmt.Sprintf("%s %s %s %d %s", f, measure, function, year, period)
}

// agreement counts how an assembled table compares with what was re-derived. The
// tables were rounded when they were assembled, each to its own number of decimals.
type agreement struct{ total, exact, rounded, absent, differ int }

// exactly is the number of decimals of a table that wasn't rounded.
const exactly = -1

func (a *agreement) add(want, got float64, ok bool, decimals int) bool {
	a.total++
	unit := 1e-9 * max(1, math.Abs(want)) // sums of binary numbers, made in another order
	if decimals != exactly {
		unit += 0.5 * math.Pow10(-decimals)
	}
	switch {
	case !ok || math.IsNaN(got):
		a.absent++
		return false
	case want == got:
		a.exact++
	case math.Abs(want-got) <= unit:
		a.rounded++
	default:
		a.differ++
		return false
	}
	return true
}

func (a agreement) String() string {
	return fmt.Sprintf("%6d rows: %6d equal, %4d equal as rounded, %4d absent, %4d differ", a.total, a.exact, a.rounded, a.absent, a.differ)
}

func assembled(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(testenv.Shared(t), "data", "measures", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return byHeading(rows)
}

func byValueKey(values []police.MeasureValue) map[string]float64 {
	by := map[string]float64{}
	for _, v := range values {
		by[valueKey(v.Force, v.Measure, v.Function, v.Year, v.Period)] = v.Value
	}
	return by
}

func rowKey(t *testing.T, r map[string]string, measure, function string) (string, float64) {
	t.Helper()
	year, err := strconv.Atoi(r["year"])
	if err != nil {
		t.Fatal(err)
	}
	v, err := strconv.ParseFloat(r["value"], 64)
	if err != nil {
		t.Fatal(err)
	}
	return valueKey(police.ForceCode(r["force_code"]), measure, function, int32(year), r["period_type"]), v
}

// rawFileOf is the raw file a row of panel.csv says it is from.
func rawFileOf(source string) string {
	source, _, _ = strings.Cut(source, " + ")
	source, _, _ = strings.Cut(source, " (via")
	source = source[strings.LastIndex(source, "/")+1:]
	return strings.Replace(source, "pf.Rds", "pf.derived.csv", 1) // the Rds as a CSV
}

// TestPanelRederived re-derives panel.csv, which others assembled, from the raw
// tables, value for value. What can't be are the rows of forces.extract.csv, which
// isn't at hand, and those of binary .xls, which are refused.
func TestPanelRederived(t *testing.T) {
	r := rederive(t)
	renamed := map[string]string{"police_net_current_expenditure": "police_services_line"}
	by := map[string]*agreement{}
	files := map[string]map[string]float64{}
	missing := 0
	for _, row := range assembled(t, "panel.csv") {
		file := rawFileOf(row["source"])
		kind := row["measure"]
		switch {
		case file == "forces.extract.csv":
			kind += " (forces.extract.csv: not at hand)"
		case strings.HasSuffix(file, ".xls"):
			kind += " (binary .xls: refused)"
		}
		if by[kind] == nil {
			by[kind] = &agreement{}
		}
		if files[file] == nil {
			files[file] = r.published(file)
		}
		measure := row["measure"]
		if m := renamed[measure]; m != "" {
			measure = m
		}
		key, want := rowKey(t, row, measure, "")
		got, ok := files[file][key]
		decimals := exactly
		switch row["unit"] {
		case "FTE":
			decimals = 2
		case "GBP_thousand_nominal":
			decimals = 3
		}
		same := by[kind].add(want, got, ok, decimals)
		if strings.Contains(kind, "(") {
			missing++
			continue
		}
		if !same {
			t.Errorf("%s of %s: %v, want %v", key, file, got, want)
		}
	}
	if want := 128 + 5*39; missing != want {
		t.Errorf("%d rows can't be re-derived, want the %d of forces.extract.csv and of five binary workbooks", missing, want)
	}
	logAgreement(t, by)
}

func logAgreement(t *testing.T, by map[string]*agreement) {
	t.Helper()
	for _, k := range sortedKeys(by) {
		t.Logf("%-72s %s", k, by[k])
	}
}

// TestFunctionTableRederived re-derives the 20,984 values of cost and FTE by function
// from the value-for-money workbooks, those derived included.
func TestFunctionTableRederived(t *testing.T) {
	r := rederive(t)
	got := byValueKey(r.values)
	by := map[string]*agreement{}
	for _, row := range assembled(t, "police_cost_and_fte_by_function.csv.gz") {
		measure, function := row["measure"], ""
		for _, m := range []string{"earned_income", "gre", "nre", "officers_fte", "staff_fte", "pcso_fte", "total_workforce_fte"} {
			if f, ok := strings.CutPrefix(row["measure"], m+"_"); ok {
				measure, function = m, f
			}
		}
		kind := row["year"] + " " + measure
		if by[kind] == nil {
			by[kind] = &agreement{}
		}
		key, want := rowKey(t, row, measure, function)
		v, ok := got[key]
		if !by[kind].add(want, v, ok, 4) {
			t.Errorf("%s: %v, want %v (%s)", key, v, want, row["source"])
		}
	}
	logAgreement(t, by)
}

// TestRoadCasualtiesRederived re-derives casualties and collisions of 2015 from the
// incident rows of STATS19.
func TestRoadCasualtiesRederived(t *testing.T) {
	r := rederive(t)
	got := byValueKey(r.values)
	by := map[string]*agreement{}
	for _, row := range assembled(t, "ksi_by_force_year.csv") {
		if row["year"] != "2015" || row["basis"] == "collisions_ras10015" { // a published table, of no incident rows
			continue
		}
		basis := "casualties"
		if row["basis"] != "casualties" {
			basis = "collisions"
		}
		for _, severity := range []string{"fatal", "serious", "slight", "ksi"} {
			kind := row["basis"] + " " + severity
			if by[kind] == nil {
				by[kind] = &agreement{}
			}
			want, err := strconv.ParseFloat(row[severity], 64)
			if err != nil {
				t.Fatal(err)
			}
			key := valueKey(police.ForceCode(row["force_code"]), severity+"_"+basis, "", 2015, "CAL_YEAR")
			v, ok := got[key]
			if !by[kind].add(want, v, ok, exactly) {
				t.Errorf("%s: %v, want %v (%s)", key, v, want, row["source"])
			}
		}
	}
	logAgreement(t, by)
}

// TestOutturnRederived re-derives the whole Revenue Outturn of the police bodies for
// the one year that is no binary workbook, and the calendar-year deflator.
func TestOutturnRederived(t *testing.T) {
	r := rederive(t)
	embedded, err := data.Measures()
	if err != nil {
		t.Fatal(err)
	}
	got := byValueKey(r.values)
	by := map[string]*agreement{}
	for _, v := range embedded {
		outturn := strings.Contains(v.Source, "RS_2017-18_data_by_LA.xlsx, sheet")
		if !outturn && v.Measure != "gdp_deflator" {
			continue
		}
		if by[v.Measure] == nil {
			by[v.Measure] = &agreement{}
		}
		key := valueKey(v.Force, v.Measure, v.Function, v.Year, v.Period)
		g, ok := got[key]
		decimals := exactly
		if outturn {
			decimals = 0
		}
		if !by[v.Measure].add(v.Value, g, ok, decimals) {
			t.Errorf("%s: %v, want %v (%s)", key, g, v.Value, v.Source)
		}
	}
	logAgreement(t, by)
}

// TestRawTablesRefused says which raw files give nothing, and why: binary workbooks,
// and those for which nobody wrote a layout.
func TestRawTablesRefused(t *testing.T) {
	r := rederive(t)
	for _, f := range sortedKeys(r.refused) {
		why := r.refused[f]
		switch {
		case strings.HasSuffix(f, ".xls"):
			if !strings.Contains(why, "save it as XLSX") {
				t.Errorf("%s: %s: doesn't say what to do", f, why)
			}
		case strings.Contains(strings.ToLower(f), "adr"): // demand data of the value-for-money profiles
			if !strings.Contains(why, "docs/measures.md") {
				t.Errorf("%s: %s: doesn't say what to do", f, why)
			}
		default:
			t.Errorf("%s: refused: %s", f, why)
		}
	}
	if len(r.warnings) > 0 {
		t.Errorf("warnings: %s", strings.Join(r.warnings, "\n"))
	}
}

// TestRevisionsKept: the council tax workbook of 2015-16 gives 2014-15 too, and that
// of 2016-17 gives 2015-16 again; what differs is kept, and the later one counts.
func TestRevisionsKept(t *testing.T) {
	r := rederive(t)
	n := 0
	for _, v := range r.revisions {
		if v.Measure != "police_council_tax_requirement" || v.Why != "later release" {
			continue
		}
		n++
		if v.Is == v.Was || releaseOf(v.IsSource) <= releaseOf(v.WasSource) {
			t.Errorf("%s %d: %v of %s over %v of %s", v.Force, v.Year, v.Is, v.IsSource, v.Was, v.WasSource)
		}
	}
	if n == 0 {
		t.Error("no revision of the council tax requirement: each workbook repeats the year before, revised")
	}
	states := map[string]int{}
	for _, v := range r.values {
		states[v.Measure+" "+v.State]++
	}
	if got := states["crime_severity_score suppressed"]; got != 20 {
		t.Errorf("%d suppressed scores, want the City's 20 years", got)
	}
	if got := slices.Collect(valuesOf(r.values, "force_of_area")); len(got) != 0 {
		t.Errorf("%d links of a lookup among the measures", len(got))
	}
}

// releaseOf is the year of a council tax workbook: ctr_1718.xlsx, CTR_Table_9_2023-24.
func releaseOf(source string) string {
	if _, year, ok := strings.Cut(source, "CTR_Table_9_20"); ok {
		return year[:2]
	}
	_, year, _ := strings.Cut(source, "ctr_")
	return year[:min(2, len(year))]
}

func valuesOf(all []police.MeasureValue, measure string) func(func(police.MeasureValue) bool) {
	return func(yield func(police.MeasureValue) bool) {
		for _, v := range all {
			if v.Measure == measure && !yield(v) {
				return
			}
		}
	}
}

// TestUserAddsMeasures: a source that yields measures and a layout file of the user's
// own put a table into the snapshot, beside the embedded values and before them.
func TestUserAddsMeasures(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"hardyards.toml": "[[source]]\npublisher = \"home-office\"\nyields = \"measures\"\npaths = [\"tables/*.csv\"]\n[files]\nlayouts = \"layouts\"\n",
		"layouts/mine.toml": "id = \"mine\"\nversion = 1\nyields = \"measures\"\nfiles = [\"mine-*.csv\"]\n[[table]]\nheader = [\"force\"]\nmeasure = \"fte_officers\"\nperiod_type = \"AT_31_MAR\"\nunit = \"FTE\"\n" +
			"force = { column = \"force\", by = \"name\" }\n[[table.value]]\nheading = \"{year}\"\n",
		"tables/mine-2024.csv": "force,2022,2024\nLancashire,3400.5,3500\nBritish Transport Police,1,2\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs strings.Builder
	code := run(t.Context(), []string{"run", "--only", "lake", "--config", filepath.Join(dir, "hardyards.toml"), "--lake", filepath.Join(dir, "lake"), "--out", filepath.Join(dir, "report")}, os.Stdin, &out, &errs)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	l, err := lake.OpenExisting(filepath.Join(dir, "lake"), lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	values, err := lake.ReadAll[police.MeasureValue](s, "measures")
	if err != nil {
		t.Fatal(err)
	}
	var mine []string
	others := 0
	for _, v := range values {
		if v.PartID != 0 {
			mine = append(mine, fmt.Sprintf("%s %s %d %v %s", v.Force, v.Measure, v.Year, v.Value, v.Source))
		} else if v.Force == "E23000003" && v.Measure == "fte_officers" {
			others++
		}
	}
	slices.Sort(mine)
	if len(mine) != 2 || !strings.HasPrefix(mine[0], "E23000003 fte_officers 2022 3400.5") || !strings.Contains(mine[0], "mine-2024.csv, line 2, column 2 (2022)") {
		t.Errorf("values of the user's table: %q", mine)
	}
	if others != 16 { // 2007 to 2021 and the secondary 2026; 2022 gave way
		t.Errorf("%d embedded years of Lancashire's officers, want 16", others)
	}
	revisions, err := lake.ReadAll[police.MeasureRevision](s, "measure_revision")
	if err != nil || len(revisions) != 1 || revisions[0].Year != 2022 || revisions[0].Is != 3400.5 {
		t.Errorf("revisions %+v, %v", revisions, err)
	}
}
