package lake

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/police"
	"hardyards/internal/testenv"
)

// duckDB runs the setup and the queries in dir, with DuckDB's own Parquet reader.
func duckDB(t *testing.T, dir, setup string, queries ...string) [][][]any {
	t.Helper()
	node := testenv.Node(t)
	here := testenv.NodeModules(t, "bench", "duckdb")
	ask, err := json.Marshal(map[string]any{"setup": setup, "queries": queries})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join(here, "query.mjs"))
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, strings.NewReader(string(ask)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("duckdb: %v %s", err, out)
	}
	var answers [][][]any
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatalf("duckdb: %v %s", err, out)
	}
	return answers
}

// TestDuckDBAgreesWithManifest reads a snapshot through its own catalog.sql.
func TestDuckDBAgreesWithManifest(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	fragment(t, l, "k1", 5000)
	fragment(t, l, "k2", 300)
	s := publish(t, l, "k1", "k2")
	sql, err := os.ReadFile(s.FilePath("catalog.sql"))
	if err != nil {
		t.Fatal(err)
	}
	m := s.Manifest()
	var queries []string
	var want [][][]any
	for _, e := range m.Totals {
		queries = append(queries, fmt.Sprintf("SELECT count(*), sum(amount), sum(amount_once) FROM fact_payment WHERE p_payer = '%s' AND p_fy = '%s'", e.Payer, e.FinYear))
		want = append(want, [][]any{{fmt.Sprint(e.Payments), e.Pence.String(), e.PenceOnce.String()}})
	}
	for _, table := range []string{"superseded", "rejections", "measures", "parts", "ledger", "dim_date"} {
		queries = append(queries, "SELECT count(*) FROM "+table)
		want = append(want, [][]any{{fmt.Sprint(m.Tables[table].Rows)}})
	}
	queries = append(queries, "SELECT count(*), sum(amount) FROM fact_payment")
	want = append(want, [][]any{{fmt.Sprint(m.Tables["payments"].Rows), m.Tables["payments"].Pence.String()}})
	if diff := cmp.Diff(want, duckDB(t, l.Dir(), string(sql), queries...)); diff != "" {
		t.Errorf("(-manifest +duckdb)\n%s", diff)
	}
}

// everyKind has a column of every kind, nullable and not.
type everyKind struct {
	Money    police.Pence `col:"money"`
	MoneyOpt police.Pence `col:"money_opt,opt"`
	Day      police.Date  `col:"day"`
	DayOpt   police.Date  `col:"day_opt,opt"`
	Text     string       `col:"text_a"`
	TextOpt  string       `col:"text_opt,opt"`
	Small    int32        `col:"small"`
	SmallOpt int32        `col:"small_opt,opt"`
	Big      int64        `col:"big"`
	BigOpt   int64        `col:"big_opt,opt"`
	Flag     bool         `col:"flag"`
	FlagOpt  bool         `col:"flag_opt,opt"`
	Real     float64      `col:"real_a"`
	RealOpt  float64      `col:"real_opt,opt"`
	Ref      string       `col:"reference,opt"`
}

// TestDuckDBTypes: what each kind is to DuckDB, and that money is INT64 in the file,
// which DESCRIBE alone does not show.
func TestDuckDBTypes(t *testing.T) {
	dir := t.TempDir()
	day, _ := police.DateOf(2019, 4, 1)
	rows := []everyKind{
		{-1205, 7, day, day, "a", "b", -1, 2, -3, 4, true, true, 0.5, 1.5, "r"},
		{Day: day, DayOpt: police.NoDate, RealOpt: math.NaN()},
	}
	if _, err := WriteTable(filepath.Join(dir, "k.parquet"), rows, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	got := duckDB(t, dir, "",
		"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM 'k.parquet')",
		"SELECT name, type FROM parquet_schema('k.parquet') WHERE name IN ('money', 'money_opt')",
		"SELECT * FROM 'k.parquet'",
		"SELECT path_in_schema, stats_null_count FROM parquet_metadata('k.parquet') WHERE stats_null_count IS NULL OR stats_null_count NOT IN (0, 1)")
	want := [][][]any{
		{{"money", "DECIMAL(18,2)"}, {"money_opt", "DECIMAL(18,2)"}, {"day", "DATE"}, {"day_opt", "DATE"},
			{"text_a", "VARCHAR"}, {"text_opt", "VARCHAR"}, {"small", "INTEGER"}, {"small_opt", "INTEGER"}, {"big", "BIGINT"}, {"big_opt", "BIGINT"},
			{"flag", "BOOLEAN"}, {"flag_opt", "BOOLEAN"}, {"real_a", "DOUBLE"}, {"real_opt", "DOUBLE"}, {"reference", "VARCHAR"}},
		{{"money", "INT64"}, {"money_opt", "INT64"}},
		{{"-12.05", "0.07", "2019-04-01", "2019-04-01", "a", "b", "-1", "2", "-3", "4", "true", "true", "0.5", "1.5", "r"},
			{"0.00", nil, "2019-04-01", nil, "", nil, "0", nil, "0", nil, "false", nil, "0", nil, nil}},
		{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
