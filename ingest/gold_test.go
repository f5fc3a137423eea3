package ingest

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/police"
	"hardyards/internal/testenv"
)

// readCSV reads one of the gold tables as rows by heading.
func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, c := range r {
			m[rows[0][i]] = c
		}
		out = append(out, m)
	}
	return out
}

func pence(t *testing.T, s string) police.Pence {
	t.Helper()
	p, err := police.ParsePence(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func itoa64(n int64) string { return strings.TrimSuffix(police.Pence(n*100).String(), ".00") }

// delivered reads a file as Read would, payments included, and gives its parts.
func delivered(t *testing.T, in Input, opt Options) *fileReader {
	t.Helper()
	r, err := openReading(t.Context(), in, &opt)
	if err != nil {
		t.Fatalf("%s: %v", in.Path, err)
	}
	t.Cleanup(r.close)
	if r.refused == "" {
		if err := r.readAll(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if r.refused != "" {
		t.Fatalf("%s is refused: %s", in.Path, r.refused)
	}
	if err := r.fr.deliver(nil); err != nil {
		t.Fatal(err)
	}
	return r.fr
}

// Source of the expected values: ../shared/gold/control_totals.csv, made by two
// parsers that share nothing with this one. Payments and rejections with a readable
// amount together are its DATA rows.
func TestControlTotals(t *testing.T) {
	gold := readCSV(t, filepath.Join(testenv.Shared(t, "gold"), "control_totals.csv"))
	if len(gold) != 14 {
		t.Fatalf("%d gold rows, want 14", len(gold))
	}
	for _, g := range gold {
		for _, layouts := range []string{"inference", "layouts"} {
			t.Run(g["file"]+"/"+layouts, func(t *testing.T) {
				opt := Options{}
				if layouts == "layouts" {
					opt.Layouts = projectLayouts(t)
				}
				fr := delivered(t, Input{Path: filepath.Join(testenv.Shared(t, "data", "spend"), filepath.FromSlash(g["file"]))}, opt)
				st := fr.parts[0]
				got := st.lines.PencePayments + st.lines.PenceRejections
				if want := pence(t, g["sum_amount"]); got != want {
					t.Errorf("payments and rejections sum to %s, want %s", got, want)
				}
				readable := st.lines.Payments
				for _, reason := range []string{reasonSubPenny, reasonDate, reasonWide, reasonCurrency} {
					readable += int64(st.rejections[reason])
				}
				if itoa64(readable) != g["data_rows"] {
					t.Errorf("%d rows with an amount, want %s; rejections %v exclusions %v", readable, g["data_rows"], st.rejections, st.exclusions)
				}
				if itoa64(st.lines.RowsRead) != g["records_after_header"] {
					t.Errorf("%d records read, want %s", st.lines.RowsRead, g["records_after_header"])
				}
				if !st.lines.Balances() {
					t.Errorf("ledger: %+v", st.lines)
				}
			})
		}
	}
}

// Source of the expected values: ../shared/gold/lancashire_sheet_totals.csv.
func TestLancashireSheets(t *testing.T) {
	gold := map[string]map[string]string{}
	for _, g := range readCSV(t, filepath.Join(testenv.Shared(t, "gold"), "lancashire_sheet_totals.csv")) {
		gold[g["file"]+" "+g["sheet"]] = g
	}
	if len(gold) != 82 {
		t.Fatalf("%d gold sheets, want 82", len(gold))
	}
	for _, layouts := range []string{"inference", "layouts"} {
		opt := Options{}
		if layouts == "layouts" {
			opt.Layouts = projectLayouts(t)
		}
		seen := 0
		files, _ := filepath.Glob(filepath.Join(testenv.Shared(t, "data", "spend", "lancashire-pcc"), "*.xlsx"))
		for _, path := range files {
			for _, st := range delivered(t, Input{Path: path}, opt).parts {
				seen++
				checkSheet(t, layouts, st, gold[filepath.Base(path)+" "+st.sheet])
			}
		}
		if seen != len(gold) {
			t.Errorf("%s: %d sheets read, want %d", layouts, seen, len(gold))
		}
	}
}

func checkSheet(t *testing.T, how string, st *partState, g map[string]string) {
	t.Helper()
	if g == nil {
		t.Errorf("%s: sheet %q is in no gold row", how, st.sheet)
		return
	}
	for _, c := range []struct{ what, got, want string }{
		{"rows", itoa64(st.lines.Payments + st.lines.Rejections), g["data_rows"]},
		{"sum", (st.lines.PencePayments + st.lines.PenceRejections).String(), pence(t, g["sum_amount"]).String()},
		{"sum counted once", st.once.String(), pence(t, g["sum_distinct_date_amount_payee"]).String()},
		{"first date", st.first.String(), g["min_date"]},
		{"last date", st.last.String(), g["max_date"]},
		{"month", st.period.Text, g["sheet_month"]},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s %s: %s is %s, want %s", how, st.file, st.sheet, c.what, c.got, c.want)
		}
	}
}

// projectLayouts reads data/layouts.
func projectLayouts(t testing.TB) []Layout {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testenv.Root(t), "data", "layouts", "*.toml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no layouts in data/layouts: ", err)
	}
	texts := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(f)] = string(b)
	}
	layouts, err := ParseLayouts(texts)
	if err != nil {
		t.Fatal(err)
	}
	return layouts
}
