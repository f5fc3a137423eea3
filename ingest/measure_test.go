package ingest

import (
	"archive/zip"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/police"
	"hardyards/internal/testenv"
)

// measureForces have the spellings that official tables trip over.
func measureForces() []police.Force {
	return []police.Force{
		{Code: "E23000003", Name: "Lancashire", ForceName: "Lancashire Constabulary", Slug: "lancashire", STATS19: 4},
		{Code: "E23000014", Name: "West Midlands", ForceName: "West Midlands Police", Slug: "west-midlands", STATS19: 20},
		{Code: "E23000030", Name: "Hampshire", ForceName: "Hampshire Constabulary", Slug: "hampshire", Aliases: "Hampshire and Isle of Wight", STATS19: 44},
		{Code: "E23000034", Name: "City of London", ForceName: "City of London Police", Slug: "city-of-london", Aliases: "London, City of", STATS19: 48},
		{Code: "E23000035", Name: "Devon and Cornwall", ForceName: "Devon & Cornwall Police", Slug: "devon-and-cornwall", STATS19: 50},
		{Code: "W15000004", Name: "Dyfed-Powys", ForceName: "Dyfed-Powys Police", Slug: "dyfed-powys", STATS19: 63},
	}
}

func TestReadMeasureCell(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  float64
		state string
		ok    bool
	}{
		{" 66776 ", 66776, "", true},
		{"-00 ", 0, "", true},
		{"-3", -3, "", true}, // a negative count: a correction of an earlier quarter
		{"1,234.5", 1234.5, "", true},
		{"(12)", -12, "", true},
		{"-£1,000", -1000, "", true},
		{"£12.50", 12.5, "", true},
		{"12.5%", 12.5, "", true},
		{"3429.5300000000002", 3429.53, "", true},
		{"1.9977330688580333E-2", 0.019977330688580333, "", true},
		{"\u00a012\u00a0", 12, "", true},
		{"104.2 [r]", 104.2, police.StateRevised, true},
		{"104.2[p]", 104.2, police.StateProvisional, true},
		{":", math.NaN(), police.StateMissing, true},
		{"NA", math.NaN(), police.StateMissing, true},
		{"[x]", math.NaN(), police.StateMissing, true},
		{"[z]", math.NaN(), police.StateMissing, true},
		{"[c]", math.NaN(), police.StateSuppressed, true},
		{"*", math.NaN(), police.StateSuppressed, true},
		{"-", math.NaN(), police.StateMissing, true},
		{"", math.NaN(), police.StateMissing, true},
		{"twelve", 0, "", false},
		{"1,23", 0, "", false}, // a decimal comma, or a slip: not guessed
		{"12 13", 0, "", false},
		{"1.2.3", 0, "", false},
		{"--5", 0, "", false},
		{"NaN", 0, "", false},
		{"Inf", 0, "", false},
	} {
		got := readMeasureCell(c.text, nil)
		switch {
		case got.ok != c.ok || got.state != c.state:
			t.Errorf("%q: ok %v state %q, want %v %q", c.text, got.ok, got.state, c.ok, c.state)
		case c.ok && got.isValue() == math.IsNaN(c.want):
			t.Errorf("%q: value %v, want %v", c.text, got.isValue(), c.want)
		case c.ok && !math.IsNaN(c.want) && got.value != c.want:
			t.Errorf("%q: %v, want %v", c.text, got.value, c.want)
		}
	}
	if c := readMeasureCell("..", map[string]string{"..": "zero"}); !c.isValue() || c.value != 0 {
		t.Errorf("a layout's mark: %+v, want 0", c)
	}
}

func TestYearForms(t *testing.T) {
	for _, c := range []struct {
		form, text string
		want       int
	}{
		{"", "2018", 2018}, {"", "2017/18", 2018}, {"", "2017-18", 2018}, {"", "2017–2018", 2018}, {"", "2015 to 2016", 2016}, {"", "1999-00", 2000},
		{"", "2015 to 2016 [note 2]", 2016},
		{"", "Apr '02 to Mar '03...4", 2003}, {"", "Apr '21 to Mar '22...23", 2022}, {"", "year ending March 2019", 2019}, {"", "31 March 2017", 2017},
		{"", "2007-03-01", 2007}, {"", "2018-03-31T00:00:00", 2018}, {"", "12/01/2015", 2015},
		{"start", "2017/18", 2017}, {"month", "2019-01", 201901}, {"year", "2018", 2018},
		{"", "2017/19", 0}, {"", "perbkm_2010", 0}, {"", "2024 Q3", 0}, {"", "", 0}, {"", "12345", 0}, {"month", "2019-13", 0}, {"year", "2017/18", 0},
	} {
		got, ok := yearForms[c.form](c.text)
		if ok != (c.want != 0) || ok && got != c.want {
			t.Errorf("%s %q: %d %v, want %d", c.form, c.text, got, ok, c.want)
		}
	}
}

func TestForcesOfCells(t *testing.T) {
	book := newForceBook(measureForces())
	for _, c := range []struct {
		name  string
		col   ForceColumn
		cells []string
		want  []string // slug's code, "-" rightly none, "?" unknown
	}{
		{"names", ForceColumn{By: "name"}, []string{"London, City of", "Devon & Cornwall", "Hampshire and Isle of Wight", "Dyfed Powys", "LANCASHIRE CONSTABULARY", "City of London*", "London, City of3"},
			[]string{"E23000034", "E23000035", "E23000030", "W15000004", "E23000003", "E23000034", "E23000034"}},
		{"others", ForceColumn{By: "name"}, []string{"British Transport Police", "Action Fraud", "Strathclyde", "Yorkshire and the Humber ", "ENGLAND AND WALES", "Ruritania", ""},
			[]string{"-", "-", "-", "-", "-", "?", "-"}},
		{"region above force", ForceColumn{By: "name", RegionAbove: true}, []string{"West Midlands ", "West Midlands", "West Midlands"}, []string{"-", "E23000014", "E23000014"}},
		{"codes", ForceColumn{By: "code"}, []string{"E23000003", "E12000005", "E92000001", "K04000001", "W15000004\u00a0", "E99999999"}, []string{"E23000003", "-", "-", "-", "W15000004", "?"}},
		{"areas", ForceColumn{By: "area"}, []string{"E06000062\u00a0", "W06000001", "E12000001", "Adur"}, []string{"E06000062", "W06000001", "-", "?"}},
		{"stats19", ForceColumn{By: "stats19"}, []string{"4", "48", "97", "99", "x"}, []string{"E23000003", "E23000034", "-", "?", "?"}},
		{"pattern", ForceColumn{By: "stats19", Pattern: `^\d{4}(\d\d)`, Linked: []string{"48"}}, []string{"201504A", "201548B", "x"}, []string{"E23000003", "201548B", "?"}},
		{"endings", ForceColumn{By: "name", Strip: []string{"PCC", "Police and Crime Commissioner"}, Names: map[string]string{"CoL": "city-of-london"}, Ignore: []string{"police authorities*"}},
			[]string{"Lancashire PCC", "Devon & Cornwall Police and Crime Commissioner", "CoL", "Police authorities ex Met", "Kent PCC"}, []string{"E23000003", "E23000035", "E23000034", "-", "?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.col.Column = "x"
			if err := c.col.check(); err != nil {
				t.Fatal(err)
			}
			r, err := newForceReader(book, &c.col)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, cell := range c.cells {
				f := r.of(cell)
				switch {
				case f.none != "":
					got = append(got, "-")
				case f.reason != "":
					got = append(got, "?")
				default:
					got = append(got, string(f.force))
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%q (-want +got):\n%s", c.cells, d)
			}
		})
	}
}

// fundingLayout is the example of docs/measures.md: the shape of the Home Office's
// police funding tables, years across, notes and marks among the cells.
func fundingLayout(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "measures.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(text), "`layouts/police-funding.toml` that reads them:\n")
	if !ok {
		t.Fatal("docs/measures.md shows no layout")
	}
	var b strings.Builder
	for line := range strings.Lines(after) {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			b.WriteString(code)
		} else if strings.TrimSpace(line) != "" {
			break
		}
	}
	return b.String()
}

var fundingRows = [][]string{
	{"Table 1: Police funding, £ million"},
	{"Police force area", "2015 to 2016", "2016 to 2017 [note 1]", "Change"},
	{"Lancashire", "257.9", "258.4 [r]", "0.5"},
	{"London, City of [note 2]", "[x]", "56.1", "[z]"},
	{"Hampshire and Isle of Wight", "1,302.25", "[c]", "-"},
	{"Ruritania", "1", "2", "1"},
	{"West Midlands", "512 or so", "513", "1"},
	{"England and Wales", "11,000", "11,100", "100"},
	{},
	{"Note 1: revised."},
}

func TestUsersOwnTable(t *testing.T) {
	text := strings.Replace(fundingLayout(t), `parts = ["Table_*"]`, `parts = ["Table_*", "*.csv"]`, 1)
	layouts, err := ParseLayouts(map[string]string{"police-funding.toml": text})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"police-funding-2024.csv", "police-funding-2024.ods"} {
		t.Run(name, func(t *testing.T) {
			path := file(t, name, csvOf(fundingRows))
			if strings.HasSuffix(name, ".ods") {
				path = odsFile(t, name, "Table_1", fundingRows)
			}
			lk := openLake(t)
			res, err := Read(t.Context(), lk, Input{Path: path}, Options{Layouts: layouts, Forces: measureForces()})
			if err != nil || res.Refused != "" {
				t.Fatal(err, res.Refused)
			}
			f, err := lk.Fragment(res.Key)
			if err != nil {
				t.Fatal(err)
			}
			values, err := f.Measures()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, v := range values {
				got = append(got, fmt.Sprintf("%s %d %v %q %s line %d", v.Force, v.Year, v.Value, v.ValueText, v.State, v.Line))
				if !strings.Contains(v.Source, name) || !strings.Contains(v.Source, "column") || v.PartID != f.Record.Parts[0].PartID {
					t.Errorf("where it stands: %q, part %d", v.Source, v.PartID)
				}
			}
			want := []string{
				`E23000003 2016 257.9 "257.9"  line 3`, `E23000003 2017 258.4 "258.4 [r]" revised line 3`,
				`E23000030 2016 1302.25 "1,302.25"  line 5`, `E23000030 2017 NaN "[c]" suppressed line 5`,
				`E23000034 2016 NaN "[x]" missing line 4`, `E23000034 2017 56.1 "56.1"  line 4`,
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("values (-want +got):\n%s", d)
			}
			l := f.Record.Ledgers[0]
			if l.Used != 3 || l.Rejections != 2 || !l.Balances() || l.Payments != 0 {
				t.Errorf("ledger %+v: want 3 used, 2 rejected (an unknown force, an unreadable value)", l)
			}
			rejects, err := f.Rejects()
			if err != nil {
				t.Fatal(err)
			}
			var reasons []string
			for _, r := range rejects {
				if r.Kind == police.Rejection {
					reasons = append(reasons, fmt.Sprintf("%d %s: %s", r.LineFirst, r.Reason, r.Detail))
				}
			}
			if d := cmp.Diff([]string{"6 unknown force: Ruritania", "7 unreadable value: 512 or so"}, reasons); d != "" {
				t.Errorf("rejections (-want +got):\n%s", d)
			}
			again, err := Read(t.Context(), lk, Input{Path: path}, Options{Layouts: layouts, Forces: measureForces()})
			if err != nil || !again.Existing || again.Key != res.Key {
				t.Errorf("read again: existing %v, %v", again.Existing, err)
			}
		})
	}
}

func csvOf(rows [][]string) string {
	var b strings.Builder
	for _, r := range rows {
		for i, c := range r {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%q", c)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// odsFile is the least an OpenDocument sheet consists of.
func odsFile(t *testing.T, name, sheet string, rows [][]string) string {
	t.Helper()
	var body strings.Builder
	fmt.Fprintf(&body, `<?xml version="1.0"?><office:document-content><office:body><office:spreadsheet><table:table table:name=%q>`, sheet)
	for _, r := range rows {
		body.WriteString("<table:table-row>")
		for _, c := range r {
			fmt.Fprintf(&body, `<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>`, c)
		}
		if len(r) == 0 {
			body.WriteString("<table:table-cell/>")
		}
		body.WriteString("</table:table-row>")
	}
	body.WriteString(`</table:table></office:spreadsheet></office:body></office:document-content>`)
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for _, m := range [][2]string{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"META-INF/manifest.xml", "<manifest:manifest/>"}, {"content.xml", body.String()}} {
		w, err := z.Create(m[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(m[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// readTable reads a CSV by one layout and gives its values as text.
func readTable(t *testing.T, layout, name, text string) (values []string, e Explanation) {
	t.Helper()
	layouts, err := ParseLayouts(map[string]string{"x.toml": layout})
	if err != nil {
		t.Fatal(err)
	}
	m, err := openMeasures(t.Context(), Input{Path: file(t, name, text), Yields: "measures"}, &Options{Layouts: layouts, Forces: measureForces()})
	if err != nil {
		t.Fatal(err)
	}
	defer m.file.Close()
	if err := m.readAll(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, p := range m.parts {
		for _, v := range p.values {
			values = append(values, strings.TrimSpace(fmt.Sprintf("%s %s%s %d %v %s", v.Force, v.Measure, "/"+v.Function, v.Year, v.Value, v.State)))
		}
	}
	return values, m.explanation()
}

const tableHead = "id = \"x\"\nversion = 1\nyields = \"measures\"\nfiles = [\"*\"]\n[[table]]\nunit = \"count\"\nperiod_type = \"FY_END_MAR\"\n"

func TestMeasureTables(t *testing.T) {
	for _, c := range []struct {
		name, layout, text string
		want               []string
		rejected, excluded int64
	}{
		{"years broken over lines, one value column",
			tableHead + "header = [\"code\"]\nmeasure = \"m\"\nyear_column = \"year\"\nforce = { column = \"code\", by = \"code\" }\n[[table.value]]\nheading = \"score\"\n",
			"code,year,score\nE23000003,\"Apr '02 to \nMar '03...4\",1.5\nE12000005,\"Apr '02 to \nMar '03...4\",2\nE23000034,2003,:\n",
			[]string{"E23000003 m/ 2003 1.5", "E23000034 m/ 2003 NaN missing"}, 0, 1},
		{"the same key twice without combine",
			tableHead + "header = [\"force\"]\nmeasure = \"m\"\nyear = 2018\nforce = { column = \"force\", by = \"name\" }\n[[table.value]]\nheading = \"n\"\n",
			"force,n\nWest Midlands,9\nWest Midlands,5\n", []string{"E23000014 m/ 2018 9"}, 1, 0},
		{"sums, by a column of measures, chosen by another, absent is none, and derived",
			tableHead + "header = [\"force\", \"kind\"]\nyear = 2018\ncombine = \"sum\"\nabsent_is_none = true\nwhere = { age = \"all\" }\nmeasure_column = \"kind\"\nmeasures = { A = \"a\", B = \"b\" }\n" +
				"force = { column = \"force\", by = \"name\" }\n[[table.value]]\nheading = \"n\"\n[[table.derive]]\nmeasure = \"a_less_b\"\nterms = [\"a\", \"-b\"]\n",
			"force,kind,age,n\nLancashire,A,all,0.1\nLancashire,A,all,0.2\nLancashire,a,young,7\nLancashire,C,all,7\nLancashire,B,all,-1\nHampshire,A,all,4\n",
			[]string{"E23000003 a/ 2018 0.3", "E23000030 a/ 2018 4", "E23000003 a_less_b/ 2018 1.3", "E23000030 a_less_b/ 2018 4", "E23000003 b/ 2018 -1", "E23000030 b/ 2018 0"}, 0, 2},
		{"a missing row makes a sum unknown",
			tableHead + "header = [\"force\"]\nyear = 2018\ncombine = \"sum\"\nmeasure = \"m\"\nforce = { column = \"force\", by = \"name\" }\n[[table.value]]\nheading = \"n\"\n",
			"force,n\nLancashire,1\nLancashire,[x]\n", []string{"E23000003 m/ 2018 NaN missing"}, 0, 0},
		{"forces across, functions down, marks of the header's own",
			tableHead + "header = [\"POA category\"]\nyear_in_name = true\nyear_shift = 1\nmeasure = \"gre\"\nfunction_column = \"POA category\"\nfunctions = { \"TOTAL Road Policing\" = \"road_policing\" }\n[[table.value]]\nheading = \"{force}\"\n",
			"POA category,Devon & Cornwall,\"London, City of\",England\nTotal road policing,5,-00 ,9\nTraffic Units,4,0,9\n",
			[]string{"E23000034 gre/road_policing 2018 0", "E23000035 gre/road_policing 2018 5"}, 0, 1},
		{"incidents counted",
			tableHead + "header = [\"force\", \"kind\"]\nyear_column = \"month\"\nyear_form = \"month\"\ncombine = \"sum\"\nmeasure_column = \"kind\"\nmeasure = \"street_{slug}\"\nforce = { column = \"force\", by = \"name\" }\n" +
				"[[table.value]]\ncount = true\nperiod_type = \"MONTH\"\n",
			"month,force,kind\n2019-01,Lancashire Constabulary,Bicycle theft\n2019-01,Lancashire Constabulary,Bicycle theft\n2019-01,British Transport Police,Drugs\nsoon,Lancashire Constabulary,Drugs\n",
			[]string{"E23000003 street_bicycle_theft/ 201901 2"}, 1, 1},
		{"a header of two rows, groups carried to the right",
			tableHead + "header = [\"Ecode\"]\nheader_rows = 2\nmeasure = \"ctr\"\nforce = { column = \"Authority\", by = \"name\" }\n[[table.value]]\nheading = \"1. Requirement* | {year}\"\n",
			"Ecode,Authority,1. Requirement incl. all,,2. Parish\n,,2014-15,2015-16,2015-16\nE1,Lancashire,1,2,3\n",
			[]string{"E23000003 ctr/ 2015 1", "E23000003 ctr/ 2016 2"}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, e := readTable(t, c.layout, "table-2017.csv", c.text)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("values (-want +got):\n%s", d)
			}
			r := e.Parts[0].Rows
			if r.Rejections != c.rejected || r.Exclusions != c.excluded || r.Read != r.Measures+r.Rejections+r.Exclusions {
				t.Errorf("rows %+v, want %d rejected, %d excluded, and a balance: %v %v", r, c.rejected, c.excluded, e.Parts[0].Rejections, e.Parts[0].Exclusions)
			}
		})
	}
}

func TestMeasureLayoutErrors(t *testing.T) {
	good := tableHead + "header = [\"force\"]\nmeasure = \"m\"\nyear = 2018\n[[table.value]]\nheading = \"n\"\n"
	for _, c := range []struct{ name, from, to, want string }{
		{"good", "", "", ""},
		{"no header", `header = ["force"]`, "", "header is missing"},
		{"no year", "year = 2018", "", "nothing says the year"},
		{"no measure", `measure = "m"`, "", "measure is missing"},
		{"no values", "[[table.value]]\nheading = \"n\"\n", "", "no [[table.value]]"},
		{"period", `"FY_END_MAR"`, `"FY"`, `period_type "FY" is none of`},
		{"placeholder", `"n"`, `"{thing}"`, "{thing} is neither"},
		{"no files", `files = ["*"]`, "", "needs files"},
		{"unknown key", "year = 2018", "years = 2018", `unknown key "table.years"`},
		{"combine", "year = 2018", "year = 2018\ncombine = \"mean\"", `combine "mean" is not sum`},
		{"marker", "year = 2018", "year = 2018\nmarkers = { x = \"gone\" }", `"gone" is none of`},
		{"force", "year = 2018", "year = 2018\nforce = { column = \"force\", by = \"guess\" }", `by "guess" is none of`},
	} {
		_, err := ParseLayouts(map[string]string{"x.toml": strings.Replace(good, c.from, c.to, 1)})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "x.toml:")):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		case err != nil && police.ExitCode(err) != police.ExitUsage:
			t.Errorf("%s: exit %d", c.name, police.ExitCode(err))
		}
	}
}

// TestNoLayoutOfMeasures: a source of measures is refused where no layout fits, and
// payments stay payments where none is meant for their name.
func TestNoLayoutOfMeasures(t *testing.T) {
	path := file(t, "other.csv", "a,b\n1,2\n")
	res, err := Read(t.Context(), openLake(t), Input{Path: path, Yields: "measures"}, Options{Forces: measureForces()})
	if err != nil || !strings.Contains(res.Refused, "no layout of measures") || !strings.Contains(res.Advice, "docs/measures.md") {
		t.Errorf("refused %q, %q, %v", res.Refused, res.Advice, err)
	}
	layouts, err := ParseLayouts(map[string]string{"x.toml": tableHead + "header = [\"force\"]\nmeasure = \"m\"\nyear = 2018\n[[table.value]]\nheading = \"n\"\n"})
	if err != nil {
		t.Fatal(err)
	}
	spend := file(t, "spend.csv", "Date,Supplier,Amount\n01/02/2019,Acme Ltd,10.00\n02/02/2019,Bolt Ltd,20.00\n13/02/2019,Cog Ltd,30.00\n")
	e, err := Explain(t.Context(), Input{Path: spend}, Options{Layouts: layouts, Forces: measureForces()})
	if err != nil || e.Refused != nil || e.Parts[0].Rows.Payments != 3 {
		t.Errorf("a spend file beside a layout of measures for any name: %+v, %v", e, err)
	}
}
