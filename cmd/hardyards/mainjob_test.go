package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"hardyards/ingest"
	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/internal/testenv"
	"hardyards/transform/payee"
)

// mainJob runs the main job on the embedded sample once for all tests of this file.
var mainJob = sync.OnceValues(func() (job struct{ dir, stdout, stderr string }, err error) {
	job.dir, err = os.MkdirTemp("", "hardyards-mainjob-*")
	if err != nil {
		return job, err
	}
	var out, errs strings.Builder
	code := run(context.Background(), []string{"run", "--lake", job.dir + "/lake", "--out", job.dir + "/report", "--config", ""}, os.Stdin, &out, &errs)
	job.stdout, job.stderr = out.String(), errs.String()
	if code != 0 {
		return job, fmt.Errorf("exit %d: %s", code, job.stderr)
	}
	return job, nil
})

func mainLake(t testing.TB) string {
	t.Helper()
	job, err := mainJob()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(job.dir, "lake")
}

func mainSnapshot(t testing.TB) *lake.Snapshot {
	t.Helper()
	l, err := lake.OpenExisting(mainLake(t), lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestMainJobPrintsFindings: the README promises where the report is and the
// findings, at least one of which says what can't be known.
func TestMainJobPrintsFindings(t *testing.T) {
	job, err := mainJob()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"F1  ", "F5  ", "can't be known", "report: ", "not cost"} {
		if !strings.Contains(job.stdout, want) {
			t.Errorf("output lacks %q:\n%s", want, job.stdout)
		}
	}
	_, page, _ := strings.Cut(job.stdout, "report: ")
	html, err := os.ReadFile(strings.TrimSpace(page))
	if err != nil {
		t.Fatalf("the page isn't where it says: %v", err)
	}
	if !strings.Contains(string(html), "grants follow assessed need") {
		t.Error("the page shows cost beside crime without saying that grants follow assessed need")
	}
}

// TestSecondRunDoesNothing: no reading, no new snapshot.
func TestSecondRunDoesNothing(t *testing.T) {
	before := mainSnapshot(t).ID()
	_, stderr, code := invoke(t, "run", "--lake", mainLake(t), "--out", t.TempDir())
	if code != 0 || !strings.Contains(stderr, "nothing new") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if mainSnapshot(t).ID() != before {
		t.Error("a second run published another snapshot")
	}
}

// TestSameInputsSameBytes builds the lake again with one worker: every file of the
// snapshot is the same, the manifest too.
func TestSameInputsSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("a second main job")
	}
	first := mainSnapshot(t)
	dir := filepath.Join(t.TempDir(), "lake")
	if _, stderr, code := invoke(t, "run", "--lake", dir, "--workers", "1", "--out", t.TempDir(), "--quiet"); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	second := filepath.Join(dir, "snapshots", first.ID())
	if diff := cmp.Diff(treeHashes(t, first.Dir()), treeHashes(t, second)); diff != "" {
		t.Errorf("snapshots differ (-first +second):\n%s", diff)
	}
}

func treeHashes(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		out[rel], _, err = lake.HashFile(p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSheetsEqualControlTotals compares every sheet of Lancashire with totals that two
// other parsers made (shared/gold): rows, sum, and the sum counting repeats once.
func TestSheetsEqualControlTotals(t *testing.T) {
	gold := readCSV(t, testenv.Shared(t, "gold", "lancashire_sheet_totals.csv"))
	parts, err := lake.ReadAll[police.Part](mainSnapshot(t), "parts")
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]police.Part{}
	for _, p := range parts {
		of[p.SourceFile+" "+p.Sheet] = p
	}
	if len(gold) != 82 {
		t.Fatalf("%d sheets in the control totals, want 82", len(gold))
	}
	for _, g := range gold {
		p, ok := of[g["file"]+" "+g["sheet"]]
		if !ok {
			t.Errorf("%s %s: no such part", g["file"], g["sheet"])
			continue
		}
		if got, want := strconv.Itoa(int(p.Payments)), g["data_rows"]; got != want {
			t.Errorf("%s %s: %s payments, want %s", g["file"], g["sheet"], got, want)
		}
		if got, want := p.Pence.String(), g["sum_amount"]; got != want {
			t.Errorf("%s %s: %s, want %s", g["file"], g["sheet"], got, want)
		}
		if got, want := p.PenceOnce.String(), g["sum_distinct_date_amount_payee"]; got != want {
			t.Errorf("%s %s: once %s, want %s", g["file"], g["sheet"], got, want)
		}
	}
}

func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return byHeading(all)
}

// byHeading gives the rows below the first by its headings.
func byHeading(all [][]string) []map[string]string {
	out := make([]map[string]string, 0, len(all))
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[h] = r[i]
		}
		out = append(out, m)
	}
	return out
}

// TestFlowsEqualRawSheets sums Lancashire's payments to forces by year straight from
// the published workbooks, with another XLSX reader and no code of ingest, and
// compares with fact_flow to the penny. Who a name denotes is the resolver's say.
func TestFlowsEqualRawSheets(t *testing.T) {
	dir := testenv.Shared(t, "data", "spend", "lancashire-pcc")
	resolver := testResolver(t)
	want := map[string]police.Pence{}
	files, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
	if err != nil || len(files) != 7 {
		t.Fatalf("%d workbooks, %v", len(files), err)
	}
	for _, path := range files {
		addSheets(t, path, resolver, want)
	}
	flows, err := lake.ReadAll[police.Flow](mainSnapshot(t), "fact_flow")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]police.Pence{}
	for _, f := range flows {
		if f.Payer == "E23000003" && f.PayeeKind == payee.Force {
			got[f.Payee+" "+string(f.FinYear)] += f.Pence
		}
	}
	if len(got) < 100 {
		t.Errorf("only %d force-years", len(got))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flows differ from the raw sheets (-raw +lake):\n%s", diff)
	}
}

func testResolver(t *testing.T) *payee.Resolver {
	t.Helper()
	a := &app{}
	r, err := a.resolver()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func addSheets(t *testing.T, path string, resolver *payee.Resolver, sums map[string]police.Pence) {
	t.Helper()
	book, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		addRows(t, rows, resolver, sums)
	}
}

// addRows finds the three columns by their headings and adds up payments to forces.
func addRows(t *testing.T, rows [][]string, resolver *payee.Resolver, sums map[string]police.Pence) {
	t.Helper()
	if len(rows) == 0 {
		return
	}
	date, amount, name := -1, -1, -1
	for i, h := range rows[0] {
		switch h := strings.ToLower(strings.TrimSpace(h)); {
		case strings.Contains(h, "date"):
			date = i
		case strings.Contains(h, "amount") || h == "total":
			amount = i
		case strings.Contains(h, "supplier") || strings.Contains(h, "payee") || strings.Contains(h, "name"):
			name = i
		}
	}
	if date < 0 || amount < 0 || name < 0 {
		t.Fatalf("headings %q: no date, amount or payee", rows[0])
	}
	for _, r := range rows[1:] {
		if len(r) <= max(date, amount, name) {
			continue
		}
		who := resolver.Resolve(r[name])
		if who.Kind != payee.Force {
			continue
		}
		serial, err := strconv.ParseFloat(r[date], 64)
		if err != nil {
			t.Fatalf("date %q: %v", r[date], err)
		}
		pounds, err := strconv.ParseFloat(r[amount], 64)
		if err != nil {
			t.Fatalf("amount %q: %v", r[amount], err)
		}
		day := police.Date(int(serial) - 25569) // Excel's day 25569 is 1970-01-01
		pence := pounds * 100
		if pence < 0 {
			pence -= 0.5
		} else {
			pence += 0.5
		}
		sums[string(who.Force)+" "+string(police.FinancialYearOf(day))] += police.Pence(pence)
	}
}

// TestDuckDBReadsTheLake: an engine that nobody here wrote finds the manifest's sums
// and the documented types.
func TestDuckDBReadsTheLake(t *testing.T) {
	s := mainSnapshot(t)
	m := s.Manifest()
	dir := filepath.ToSlash(s.Dir())
	once := police.Pence(0)
	for _, total := range m.Totals {
		once += total.PenceOnce
	}
	queries := []string{
		"select sum(amount), sum(amount_once), count(*) from read_parquet('" + dir + "/payments/**/*.parquet', hive_partitioning = true)",
		"select typeof(amount), typeof(paid_on), typeof(payee), typeof(line_first), typeof(part_id) from read_parquet('" + dir + "/payments/**/*.parquet') limit 1",
		"select distinct name, type from parquet_schema('" + dir + "/payments/*/*/*.parquet') where name in ('amount', 'amount_once') order by name",
	}
	want := [][][]any{
		{{m.Tables["payments"].Pence.String(), once.String(), strconv.FormatInt(m.Tables["payments"].Rows, 10)}},
		{{"DECIMAL(18,2)", "DATE", "VARCHAR", "INTEGER", "BIGINT"}},
		{{"amount", "INT64"}, {"amount_once", "INT64"}},
	}
	for _, table := range sortedKeys(m.Tables) {
		var paths []string
		for _, f := range s.Files(table) {
			paths = append(paths, "'"+filepath.ToSlash(s.FilePath(f.Path))+"'")
		}
		queries = append(queries, "select count(*) from read_parquet(["+strings.Join(paths, ",")+"], hive_partitioning = false)")
		want = append(want, [][]any{{strconv.FormatInt(m.Tables[table].Rows, 10)}})
	}
	if diff := cmp.Diff(want, duckdb(t, ".", "", queries...)); diff != "" {
		t.Errorf("(-manifest +DuckDB):\n%s", diff)
	}
}

// TestCatalogIsRead: catalog.sql makes views relative to the lake.
func TestCatalogIsRead(t *testing.T) {
	s := mainSnapshot(t)
	setup, err := os.ReadFile(filepath.Join(s.Dir(), "catalog.sql"))
	if err != nil {
		t.Fatal(err)
	}
	got := duckdb(t, mainLake(t), string(setup), "select sum(amount) from fact_payment", "select count(*) from headline")
	want := [][][]any{{{s.Manifest().Tables["payments"].Pence.String()}}, {{strconv.FormatInt(s.Manifest().Tables["headline"].Rows, 10)}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-manifest +DuckDB):\n%s", diff)
	}
}

// duckdb runs queries in dir after setup; every value is given as text.
func duckdb(t *testing.T, dir, setup string, queries ...string) [][][]any {
	t.Helper()
	node, modules := testenv.Node(t), testenv.NodeModules(t, "bench", "duckdb")
	ask, err := json.Marshal(map[string]any{"setup": setup, "queries": queries})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join(modules, "query.mjs"))
	var errs strings.Builder
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, strings.NewReader(string(ask)), &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("DuckDB: %v: %s", err, errs.String())
	}
	var rows [][][]any
	if err := json.Unmarshal(out, &rows); err != nil {
		t.Fatalf("DuckDB: %v: %s", err, out)
	}
	return rows
}

// TestTraceEndsAtThePublishersLines follows the finding on flows to a flow, and the flow
// to lines of the publisher's sheets, whose sum is the flow's.
func TestTraceEndsAtThePublishersLines(t *testing.T) {
	var finding struct{ Next []string }
	decode(t, &finding, "trace", "F2", "--json", "--lake", mainLake(t))
	if len(finding.Next) == 0 {
		t.Fatal("the finding leads nowhere")
	}
	var flow struct {
		Payments []struct {
			File, SHA256, Sheet string
			LineFirst           int   `json:"line_first"`
			Pence               int64 `json:"pence"`
		}
		Pence int64 `json:"pence"`
	}
	decode(t, &flow, "trace", finding.Next[0], "--json", "--lake", mainLake(t))
	sum := int64(0)
	for _, p := range flow.Payments {
		sum += p.Pence
		if !strings.HasPrefix(p.File, "pcc-20") || len(p.SHA256) != 64 || p.Sheet == "" || p.LineFirst < 2 {
			t.Errorf("a line without its place: %+v", p)
		}
	}
	if sum != flow.Pence || sum == 0 {
		t.Errorf("lines sum to %d, the flow to %d", sum, flow.Pence)
	}
}

func decode(t *testing.T, v any, args ...string) {
	t.Helper()
	stdout, stderr, code := invoke(t, args...)
	if code != 0 {
		t.Fatalf("%v: exit %d: %s", args, code, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), v); err != nil {
		t.Fatalf("%v: %v: %s", args, err, stdout)
	}
}

// TestEightQuestions asks the questions of the README in one line each.
func TestEightQuestions(t *testing.T) {
	for name, q := range map[string]struct {
		args []string
		want string
	}{
		"who is paid":      {[]string{"flows", "--payer", "lancashire"}, "West Yorkshire"},
		"air service":      {[]string{"flows", "--collaboration", "npas", "--per", "head"}, "certain"},
		"peers":            {[]string{"compare", "--force", "west-mercia", "--measure", "net_expenditure", "--per", "head", "--real"}, "2017-18"},
		"effect":           {[]string{"effect", "--collaboration", "wm-war-alliance", "--measure", "fte_staff"}, "no detectable difference"},
		"claims":           {[]string{"claims", "--collaboration", "wm-war-alliance"}, "can't be estimated"},
		"sensitivity":      {[]string{"effect", "--collaboration", "wm-war-alliance", "--measure", "fte_staff", "--sensitivity"}, "other donor rule"},
		"what is missing":  {[]string{"coverage"}, "10 of 12"},
		"what has changed": {[]string{"diff", "current", "current"}, "the same snapshot"},
	} {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, code := invoke(t, append(q.args, "--lake", mainLake(t))...)
			if code != 0 || !strings.Contains(stdout, q.want) {
				t.Errorf("exit %d, want %q in:\n%s%s", code, q.want, stdout, stderr)
			}
		})
	}
}

// TestNearMissSuggestsTheForce and other wrong words.
func TestNearMisses(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"compare", "--force", "west-merica"}, "did you mean west-mercia"},
		{[]string{"compare", "--force", "west"}, "may be west-"},
		{[]string{"effect", "--collaboration", "wm-war-aliance"}, "did you mean wm-war-alliance"},
		{[]string{"coverage", "--payer", "kent"}, "payers held: E23000003, x-home-office"},
		{[]string{"trace", "nothing-1"}, "finding_id"},
	} {
		_, stderr, code := invoke(t, append(c.args, "--lake", mainLake(t))...)
		if code != police.ExitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit %d: %s; want 2 and %q", c.args, code, stderr, c.want)
		}
	}
}

// TestNoPersonInMarts: the sample withholds natural persons' names, and no mart holds
// a title that a person's name would start with.
func TestNoPersonInMarts(t *testing.T) {
	links, err := lake.ReadAll[police.PayeeLink](mainSnapshot(t), "dim_payee")
	if err != nil {
		t.Fatal(err)
	}
	individuals := 0
	for _, l := range links {
		first, _, _ := strings.Cut(l.Published, " ")
		if slices.Contains([]string{"MR", "MRS", "MISS", "MS", "MR.", "MRS."}, strings.ToUpper(first)) {
			t.Errorf("a person's name in dim_payee: payee_id %d", l.PayeeID)
		}
		if l.Kind == "individual" {
			individuals++
		}
	}
	if individuals == 0 {
		t.Error("no payee is an individual: were they withheld at all?")
	}
}

// TestReaderVersionIsRecorded: the manifest says by which code it was made.
func TestReaderVersionIsRecorded(t *testing.T) {
	m := mainSnapshot(t).Manifest()
	if m.Versions["reader"] != ingest.ReaderVersion || !m.Ledger.Balances || !m.Findings {
		t.Errorf("versions %v, balances %v, findings %v", m.Versions, m.Ledger.Balances, m.Findings)
	}
}
