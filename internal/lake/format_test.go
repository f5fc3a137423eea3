package lake

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/google/go-cmp/cmp"

	"hardyards/internal/police"
)

// TestDeterministicBytes writes the same rows 25 times: Arrow v17's footer differs
// from write to write where a dictionary overflows (7 hashes in 25 runs).
func TestDeterministicBytes(t *testing.T) {
	rows := payments(30_000)
	sums := make(map[string]bool)
	for i := range 25 {
		facts, err := WriteTable(filepath.Join(t.TempDir(), "p.parquet"), rows, WriteOptions{})
		if err != nil {
			t.Fatal(i, err)
		}
		sums[facts.SHA256] = true
	}
	if len(sums) != 1 {
		t.Errorf("%d different files of the same rows", len(sums))
	}
}

// TestBatchesDoNotShow: the file is the same however the rows are cut up.
func TestBatchesDoNotShow(t *testing.T) {
	rows := payments(rowGroupRows + 1000)
	whole, err := WriteTable(filepath.Join(t.TempDir(), "p.parquet"), rows, WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cut := func(yield func([]police.Payment) bool) {
		for i := 0; i < len(rows); i += 777 {
			if !yield(rows[i:min(i+777, len(rows))]) {
				return
			}
		}
	}
	parts, err := WriteBatches(filepath.Join(t.TempDir(), "p.parquet"), cut, WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if whole.SHA256 != parts.SHA256 {
		t.Error("the file depends on the batches its rows came in")
	}
}

// describe prints schema and footer facts of a file.
func describe(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pr, err := file.NewParquetReader(f)
	if err != nil {
		t.Fatal(err)
	}
	md := pr.MetaData()
	var b strings.Builder
	fmt.Fprintf(&b, "created by %s, %d row group(s)\n", md.GetCreatedBy(), pr.NumRowGroups())
	for i := range md.Schema.NumColumns() {
		c := md.Schema.Column(i)
		fmt.Fprintf(&b, "%s %v %v required=%v", c.Name(), c.PhysicalType(), c.LogicalType(), c.MaxDefinitionLevel() == 0)
		for g := range pr.NumRowGroups() {
			chunk, err := md.RowGroup(g).ColumnChunk(i)
			if err != nil {
				t.Fatal(err)
			}
			stats, err := chunk.Statistics()
			if err != nil || stats == nil {
				t.Fatalf("column %s has no statistics (%v)", c.Name(), err)
			}
			fmt.Fprintf(&b, " %v values=%d null_count=%d minmax=%v dictionary=%v", chunk.Compression(), chunk.NumValues(), stats.NullCount(), stats.HasMinMax(), chunk.HasDictionaryPage())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestGoldenFooter holds what readers of the lake rely on. It changes only on
// purpose: columns are added at the end, types never change.
func TestGoldenFooter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.parquet")
	if _, err := WriteTable(path, payments(110), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	checkGolden(t, "payments.footer", describe(t, path))
	mart := filepath.Join(t.TempDir(), "m.parquet")
	if _, err := WriteTable(mart, []police.Flow{{FlowID: 1, Payer: "E23000003"}}, WriteOptions{Codec: Snappy}); err != nil {
		t.Fatal(err)
	}
	checkGolden(t, "fact_flow.footer", describe(t, mart))
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("HARDYARDS_UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", name, diff)
	}
}

// TestEmptyFileHasTheFullSchema compares the schema of an empty file with that of a
// full one.
func TestEmptyFileHasTheFullSchema(t *testing.T) {
	schemaOf := func(rows []police.Payment) string {
		path := filepath.Join(t.TempDir(), "p.parquet")
		if _, err := WriteTable(path, rows, WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		pr, err := file.NewParquetReader(f)
		if err != nil {
			t.Fatal(err)
		}
		return pr.MetaData().Schema.String()
	}
	if diff := cmp.Diff(schemaOf(payments(5)), schemaOf(nil)); diff != "" {
		t.Errorf("(-full +empty)\n%s", diff)
	}
}

// TestEmptyTextIsWithinTheStatistics: Arrow's own minimum from a dictionary leaves
// the empty string out, so that a reader looking for it would skip the row group.
func TestEmptyTextIsWithinTheStatistics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.parquet")
	if _, err := WriteTable(path, []police.Category{{CategoryID: 1, Category: "b"}, {CategoryID: 2, Category: ""}}, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pr, err := file.NewParquetReader(f)
	if err != nil {
		t.Fatal(err)
	}
	chunk, err := pr.MetaData().RowGroup(0).ColumnChunk(1)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := chunk.Statistics()
	if err != nil {
		t.Fatal(err)
	}
	if stats.HasMinMax() && string(stats.EncodeMin()) != "" {
		t.Errorf("minimum is %q, the column holds the empty string", stats.EncodeMin())
	}
}

func TestAmountsThatDoNotFit(t *testing.T) {
	for name, rows := range map[string][]police.Payment{
		"too large":     {{Amount: maxDecimal + 1}},
		"too small":     {{Amount: -maxDecimal - 1}},
		"sum overflows": slicesOf(police.Payment{Amount: maxDecimal}, 10),
	} {
		path := filepath.Join(t.TempDir(), "p.parquet")
		if _, err := WriteTable(path, rows, WriteOptions{}); err == nil {
			t.Errorf("%s: written", name)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: left a file", name)
		}
	}
}

func slicesOf[T any](v T, n int) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = v
	}
	return s
}

func TestFormulaSafe(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+44": "'+44", "-x": "'-x", "@a": "'@a", "\tx": "'\tx", "\rx": "'\rx",
		"a=b": "a=b", "": "", " =1": " =1", "£5": "£5",
	} {
		if got := formulaSafe(in); got != want {
			t.Errorf("formulaSafe(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCSVTwin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.csv")
	rows := []police.Part{{PartID: 7, SourceFile: "=cmd()", SHA256: `a"b`, Pence: -1205, FirstPaid: 17000, LastPaid: police.NoDate, Confidence: 0.25}}
	if _, err := writeCSV(disk{}, path, rows); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	if want := "part_id,fragment,source_file,sha256,sheet"; !strings.HasPrefix(lines[0], want) {
		t.Errorf("heading %q, want %q…", lines[0], want)
	}
	if want := `7,,'=cmd(),"a""b",,,,,,0,,,,,0,0,-12.05,0.00,2016-07-18,,,,,,,0.25,`; lines[1] != want {
		t.Errorf("row  %s\nwant %s", lines[1], want)
	}
}
