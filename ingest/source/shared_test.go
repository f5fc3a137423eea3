package source

import (
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hardyards/internal/testenv"
)

// Every published file opens or is refused with advice; every byte of text is in a
// record or a line end, and the proof agrees with Read on every record.
func TestPublishedFiles(t *testing.T) {
	root := testenv.Shared(t, "data", "spend")
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		f, err := Open(context.Background(), path, Limits{})
		if err != nil {
			if !isRefusal(err) {
				t.Errorf("%s: %v", path, err)
			} else {
				t.Logf("%s: refused: %v", path, err)
			}
			return nil
		}
		defer f.Close()
		for _, p := range f.Parts {
			if _, ok := p.(*text); ok {
				in, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				checkText(t, in, Limits{})
				continue
			}
			checkWorkbookProof(t, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", files)
	if files == 0 {
		t.Error("no file")
	}
}

func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, v := range r {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

// The number of records below the header, the delimiter and the encoding of 14 files,
// as two other parsers found them (gold/control_totals_RULES.md).
func TestControlTotalsOfText(t *testing.T) {
	names := map[string]string{"ascii": "utf-8", "utf-8": "utf-8", "cp1252": "windows-1252", "cp437": "cp437", "mac_roman": "macintosh", "latin-1": "iso-8859-1"}
	for _, want := range readCSV(t, testenv.Shared(t, "gold", "control_totals.csv")) {
		t.Run(want["file"], func(t *testing.T) {
			f, err := Open(context.Background(), testenv.Shared(t, "data", "spend", want["file"]), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			p := f.Parts[0]
			header, _ := strconv.Atoi(want["header_row"])
			records := readAll(t, p)
			if got := fmt.Sprint(len(records) - header); got != want["records_after_header"] {
				t.Errorf("%s records after the header, want %s", got, want["records_after_header"])
			}
			ev := p.Evidence()
			if ev.Delimiter != want["delimiter"] || ev.Encoding != names[want["encoding"]] {
				t.Errorf("delimiter %q, encoding %s; want %q, %s", ev.Delimiter, ev.Encoding, want["delimiter"], want["encoding"])
			}
		})
	}
}

// Rows and sums of Lancashire's 82 month sheets against the gold, of which
// rows are those with an amount.
func TestLancashireSheets(t *testing.T) {
	gold := readCSV(t, testenv.Shared(t, "gold", "lancashire_sheet_totals.csv"))
	open := map[string]*File{}
	for _, want := range gold {
		name := want["file"]
		if open[name] == nil {
			f, err := Open(context.Background(), testenv.Shared(t, "data", "spend", "lancashire-pcc", filepath.Base(name)), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			open[name] = f
		}
		checkSheet(t, open[name], want)
	}
}

func checkSheet(t *testing.T, f *File, want map[string]string) {
	t.Helper()
	for _, p := range f.Parts {
		if strings.TrimSpace(p.Name()) != strings.TrimSpace(want["sheet"]) {
			continue
		}
		col := amountColumn(t, p)
		proof, err := p.Proof(context.Background(), ProofSpec{Columns: []ColumnFrom{{0, col}}, From: 2, Parse: exactPence})
		if err != nil {
			t.Fatal(err)
		}
		if rows := want["data_rows"]; fmt.Sprint(proof.Amounts) != rows {
			t.Errorf("%s %s: %d amounts, want %s", f.Name, p.Name(), proof.Amounts, rows)
		}
		sum, _ := new(big.Rat).SetString(want["sum_amount"])
		if got := big.NewRat(proof.Pence, 100); sum == nil || got.Cmp(sum) != 0 {
			t.Errorf("%s %s: %s, want %s", f.Name, p.Name(), got.FloatString(2), want["sum_amount"])
		}
		return
	}
	t.Errorf("%s has no sheet %q", f.Name, want["sheet"])
}

func amountColumn(t *testing.T, p Part) int {
	t.Helper()
	for i, c := range cellsOf(t, p)[0] {
		if h := strings.ToLower(c); strings.Contains(h, "amount") || strings.Contains(h, "total") {
			return i
		}
	}
	t.Fatalf("%s: no amount column", p.Name())
	return -1
}

// exactPence reads a stored number, rounding float noise half up.
func exactPence(cell []byte) (int64, bool) {
	r, ok := new(big.Rat).SetString(strings.TrimSpace(string(cell)))
	if !ok {
		return 0, false
	}
	s := new(big.Rat).Mul(r, big.NewRat(100, 1)).FloatString(0)
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
