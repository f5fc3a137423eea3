package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"hardyards/internal/police"
	"hardyards/internal/testenv"
)

// realMonth is a month as Lancashire published it: a sheet of pcc-2020-21.xlsx, with
// rows and sum as two parsers counted them independently (gold, see DATA.md).
type realMonth struct {
	sheet string
	rows  [][]string // as stored, header first
	count int64
	sum   police.Pence
}

const realBook = "pcc-2020-21.xlsx"

// realMonths reads some sheets of the real workbook.
func realMonths(t *testing.T, sheets ...string) []realMonth {
	t.Helper()
	book, err := excelize.OpenFile(testenv.Shared(t, "data", "spend", "lancashire-pcc", realBook))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	file, err := os.Open(testenv.Shared(t, "gold", "lancashire_sheet_totals.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	gold, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []realMonth
	for _, sheet := range sheets {
		m := realMonth{sheet: sheet}
		if m.rows, err = book.GetRows(sheet, excelize.Options{RawCellValue: true}); err != nil {
			t.Fatal(err)
		}
		for _, g := range gold { // file, sheet, header row, rows, blank rows, sum
			if g[0] == realBook && g[1] == sheet {
				m.count, _ = strconv.ParseInt(g[3], 10, 64)
				pence, err := strconv.ParseInt(strings.ReplaceAll(g[5], ".", ""), 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				m.sum = police.Pence(pence)
			}
		}
		if m.count == 0 || int(m.count) != len(m.rows)-1 {
			t.Fatalf("%s: %d rows, the gold says %d", sheet, len(m.rows)-1, m.count)
		}
		out = append(out, m)
	}
	return out
}

// workbookOf puts months into a workbook, a sheet each, as they were.
func workbookOf(t *testing.T, months ...realMonth) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, m := range months {
		if i == 0 {
			book.SetSheetName("Sheet1", m.sheet)
		} else if _, err := book.NewSheet(m.sheet); err != nil {
			t.Fatal(err)
		}
		for y, row := range m.rows {
			for x, text := range row {
				cell, _ := excelize.CoordinatesToCellName(x+1, y+1)
				var value any = text
				if n, err := strconv.ParseFloat(text, 64); err == nil && y > 0 && (x == 1 || x == 2) {
					value = n
				}
				if err := book.SetCellValue(m.sheet, cell, value); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// csvOf writes months as one CSV file, days and amounts as text.
func csvOf(t *testing.T, comma rune, crlf bool, e encoding.Encoding, months ...realMonth) string {
	t.Helper()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = comma, crlf
	w.Write(months[0].rows[0])
	for _, m := range months {
		for _, row := range m.rows[1:] {
			day, err1 := strconv.ParseFloat(row[1], 64)
			amount, err2 := strconv.ParseFloat(row[2], 64)
			when, err3 := excelize.ExcelDateToTime(day, false)
			if err1 != nil || err2 != nil || err3 != nil {
				t.Fatalf("%s: %q: %v %v %v", m.sheet, row, err1, err2, err3)
			}
			w.Write([]string{row[0], when.Format("02/01/2006"), strconv.FormatFloat(amount, 'f', 2, 64), row[3]})
		}
	}
	w.Flush()
	if e == nil {
		return out.String()
	}
	text, err := e.NewEncoder().String(out.String())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestRealMonthAgain injects a real month again in the ways that publishers do: the
// total stays what it was, each payment counts once, what doesn't count is kept as
// superseded, and diff says why.
func TestRealMonthAgain(t *testing.T) {
	months := realMonths(t, "May 20", "Jun 20", "Aug 20")
	may, june, august := months[0], months[1], months[2]
	revised := may
	revised.rows = append([][]string{}, may.rows...)
	row := append([]string{}, may.rows[7]...)
	was, err := strconv.ParseFloat(row[2], 64)
	if err != nil {
		t.Fatal(err)
	}
	row[2] = strconv.FormatFloat(was+100, 'f', 2, 64) // £100 more
	revised.rows[7] = row

	const why = "current → duplicate: 2020-05: 301 of 301 rows stand in"
	const at = "spend/over-500-may-2020.xlsx"
	book := workbookOf(t, may)
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	base := newFolder(t, "[[source]]\npublisher = \"lancashire\"\npaths = [\"spend\"]\n")
	base.write(at, book)
	base.hardyards(0, "run", "--only", "lake")
	if rows, pence := base.counted(); rows != may.count || pence != may.sum {
		t.Fatalf("the month alone: %d payments of %s, the gold says %d of %s", rows, pence.Pounds(), may.count, may.sum.Pounds())
	}
	for _, c := range []struct {
		name, file, text string
		rows             int64
		pence            police.Pence
		gone             int64  // duplicates and superseded rows
		why              string // in the output of diff
	}{
		{"UTF-16", "spend/may-2020.csv", csvOf(t, ',', false, utf16, may), may.count, may.sum, may.count, why},
		{"Windows-1252, semicolons", "spend/may-2020.csv", csvOf(t, ';', false, charmap.Windows1252, may), may.count, may.sum, may.count, why},
		{"CRLF", "spend/may-2020.csv", csvOf(t, ',', true, nil, may), may.count, may.sum, may.count, why},
		{"doubled in one file", "spend/may-2020.csv", csvOf(t, ',', false, nil, may, may), may.count, may.sum, 2 * may.count, why},
		{"the same workbook under another name", "spend/copy-of-may.xlsx", book, may.count, may.sum, 0, "the same bytes"},
		{"corrected", "spend/over-500-may-2020-corrected.xlsx", workbookOf(t, revised), may.count, may.sum + 100_00, may.count, "superseded: the names say which version is later"},
		{"corrected in its place", at, workbookOf(t, revised), may.count, may.sum + 100_00, may.count, "superseded: newer bytes at the same path"},
		{"a quarter that overlaps", "spend/quarter-2020.csv", csvOf(t, ',', false, nil, may, june), may.count + june.count, may.sum + june.sum, may.count, "301 of 301 rows stand in spend/over-500-may-2020.xlsx [May 20] too"},
		{"a sheet more", at, workbookOf(t, may, august), may.count + august.count, may.sum + august.sum, may.count, "(duplicate: the same month in two files; 301 of them equal in date, amount and payee, 0 in date and amount)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := base.copied(t)
			f.write(c.file, c.text)
			f.hardyards(0, "run", "--only", "lake")
			if rows, pence := f.counted(); rows != c.rows || pence != c.pence {
				t.Errorf("%d payments of %s, want %d of %s", rows, pence.Pounds(), c.rows, c.pence.Pounds())
			}
			m := f.current().Manifest()
			if got := m.Ledger.Duplicates + m.Ledger.Superseded; got != c.gone || m.Tables["superseded"].Rows != c.gone {
				t.Errorf("%d rows don't count, %d of them kept; want %d: %+v", got, m.Tables["superseded"].Rows, c.gone, m.Ledger)
			}
			told, _ := f.hardyards(0, "diff", "previous", "current")
			if !strings.Contains(told, c.why) || !strings.Contains(told, filepath.Base(c.file)) {
				t.Errorf("diff doesn't say %q of %s:\n%s", c.why, c.file, told)
			}
		})
	}
}
