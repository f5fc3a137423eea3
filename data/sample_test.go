package data

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"regexp"
	"strconv"
	"testing"

	"hardyards/internal/testenv"
)

// sampleRows reads a table of the sample as maps by column.
func sampleRows(t *testing.T, dir fs.FS, name string) []map[string]string {
	t.Helper()
	f, err := dir.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]map[string]string, 0, len(records)-1)
	for _, rec := range records[1:] {
		m := map[string]string{}
		for i, h := range records[0] {
			m[h] = rec[i]
		}
		rows = append(rows, m)
	}
	return rows
}

// TestLancashireSums compares rows and pence of every sheet of the sample with the
// control totals that two other parsers computed (shared/gold).
func TestLancashireSums(t *testing.T) {
	gold := sampleRows(t, os.DirFS(testenv.Shared(t, "gold")), "lancashire_sheet_totals.csv")
	type totals struct {
		rows, blank int
		pence       int64
	}
	got := map[string]totals{}
	for i, r := range sampleRows(t, Sample(), "lancashire.csv") {
		key := r["source_file"] + " " + r["sheet"]
		s := got[key]
		if r["category"]+r["date"]+r["amount"]+r["payee"] == "" {
			s.blank++
		} else {
			s.rows++
			p, ok := halfUp(r["amount"])
			if !ok {
				t.Fatalf("lancashire.csv:%d: amount %q", i+2, r["amount"])
			}
			s.pence += p
		}
		got[key] = s
	}
	if len(gold) != 82 || len(got) != 82 {
		t.Errorf("%d sheets of control totals and %d of the sample, want 82", len(gold), len(got))
	}
	var all int64
	for _, g := range gold {
		key := g["file"] + " " + g["sheet"]
		pence, ok := halfUp(g["sum_amount"])
		if !ok {
			t.Fatalf("%s: sum %q", key, g["sum_amount"])
		}
		rows, _ := strconv.Atoi(g["data_rows"])
		blank, _ := strconv.Atoi(g["blank_rows"])
		if want := (totals{rows, blank, pence}); got[key] != want {
			t.Errorf("%s: %+v, want %+v", key, got[key], want)
		}
		all += got[key].pence
	}
	if all != 53205318926 { // DATA.md: £532,053,189.26
		t.Errorf("%d pence in all, want 53205318926", all)
	}
}

// halfUp reads an amount of a workbook, binary noise included, as pence.
func halfUp(s string) (int64, bool) {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, false
	}
	r.Mul(r, big.NewRat(100, 1))
	twice := new(big.Int).Mul(new(big.Int).Abs(r.Num()), big.NewInt(2))
	twice.Add(twice, r.Denom())
	n := twice.Quo(twice, new(big.Int).Mul(r.Denom(), big.NewInt(2))).Int64()
	return n * int64(r.Sign()), true
}

func TestSampleProvenance(t *testing.T) {
	hash := regexp.MustCompile(`^[0-9a-f]{64}$`)
	for _, c := range []struct {
		table       string
		rows, files int
	}{
		{"lancashire.csv", 51976 + 91, 7}, // DATA.md, and the blank rows of shared/gold
		{"home-office.csv", 16458, 78},    // DATA.md
	} {
		rows := sampleRows(t, Sample(), c.table)
		if len(rows) != c.rows {
			t.Errorf("%s: %d rows, want %d", c.table, len(rows), c.rows)
		}
		files, hashes, places := map[string]string{}, map[string]bool{}, map[string]bool{}
		for _, r := range rows {
			if !hash.MatchString(r["source_sha256"]) {
				t.Fatalf("%s: hash %q", c.table, r["source_sha256"])
			}
			if h, ok := files[r["source_file"]]; ok && h != r["source_sha256"] {
				t.Fatalf("%s: %s has two hashes", c.table, r["source_file"])
			}
			files[r["source_file"]], hashes[r["source_sha256"]] = r["source_sha256"], true
			line, err1 := strconv.Atoi(r["line"])
			header, err2 := strconv.Atoi(r["header_line"])
			if err1 != nil || err2 != nil || line <= header || header < 1 {
				t.Fatalf("%s: line %q below header %q", c.table, r["line"], r["header_line"])
			}
			place := fmt.Sprintf("%s %s %d", r["source_file"], r["sheet"], line)
			if places[place] {
				t.Errorf("%s: %s stands twice", c.table, place)
			}
			places[place] = true
		}
		if len(files) != c.files {
			t.Errorf("%s: %d files, want %d", c.table, len(files), c.files)
		}
	}
}

// TestIndividuals counts the names withheld: numbers run from 1 without a gap.
func TestIndividuals(t *testing.T) {
	withheld := regexp.MustCompile(`^\[individual (\d+)\]$`)
	top, rows, seen := 0, 0, map[int]bool{}
	for _, r := range sampleRows(t, Sample(), "lancashire.csv") {
		m := withheld.FindStringSubmatch(r["payee"])
		if m == nil {
			continue
		}
		rows++
		n, err := strconv.Atoi(m[1])
		if err != nil || n > top+1 {
			t.Fatalf("%s comes before number %d", m[0], top+1)
		}
		top, seen[n] = max(top, n), true
	}
	if top != 252 || len(seen) != 252 || rows != 1692 {
		t.Errorf("%d names withheld on %d rows, want 252 on 1692 (data/README.md says so)", top, rows)
	}
}
