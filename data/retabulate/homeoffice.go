package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// homeOfficeHead: the cells as published stand from entity on.
var homeOfficeHead = []string{"source_file", "source_sha256", "sheet", "header_line", "line",
	"entity", "date", "expense_type", "expense_area", "supplier", "transaction_number", "amount_heading", "amount"}

// homeOfficeHeadings gives, for each column of the sample, the headings that the
// 78 files use for it, spaces and case aside. Further columns (VAT number,
// postcode, project code, description in single files) are left out.
var homeOfficeHeadings = map[string][]string{
	"entity":             {"entity"},
	"date":               {"date", "payment date"},
	"expense_type":       {"expense type"},
	"expense_area":       {"expense area"},
	"supplier":           {"supplier", "supplier name"},
	"transaction_number": {"transaction number", "transactions number"},
	"amount":             {"amount", "spend", "amount £", "amount (£)", "amount (œ)"},
}

// homeOffice re-tabulates the Home Office's payments to police bodies: of the
// central government files those whose department column mostly says Home Office,
// and of them every row whose supplier is, letter by letter, one of the spellings
// in home_office_police_payee_name_variants.csv. Rows are kept whatever their
// date, amount or sign; two files of the same bytes are both kept.
func homeOffice(files *shelf) ([]table, error) {
	listed, err := readRows(files.path("data/" + payeesFile))
	if err != nil {
		return nil, err
	}
	spellings := map[string]bool{}
	for _, r := range listed {
		spellings[r["payee_as_published"]] = true
	}
	dir := files.path("data/spend/uk25k-central-gov")
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, err
	}
	t := table{path: "sample/home-office.csv", head: homeOfficeHead}
	for _, e := range entries {
		f, err := readSpendCSV(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if f == nil || !f.fromHomeOffice() {
			continue
		}
		rows, err := f.rowsPaidTo(spellings)
		if err != nil {
			return nil, err
		}
		t.rows = append(t.rows, rows...)
	}
	return []table{t}, nil
}

// A spendCSV is a central government file; records[0] is its header.
type spendCSV struct {
	file, sha256 string
	records      [][]string
	lines        []int // first physical line of each record
	broken       error // why the rest could not be split into records; nil at the end of the file
}

// readSpendCSV reads a file from the header on that starts with Department; nil
// where it has none in its first six records or is no CSV.
func readSpendCSV(path string) (*spendCSV, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(decode(raw)))
	r.FieldsPerRecord = -1
	f := &spendCSV{file: filepath.Base(path), sha256: sha256Hex(raw)}
	for n := 0; ; n++ {
		rec, err := r.Read()
		if err != nil {
			if err != io.EOF {
				f.broken = fmt.Errorf("%s: %w", f.file, err)
			}
			break
		}
		if len(f.records) == 0 && !strings.HasPrefix(heading(rec[0]), "department") {
			if n == 5 {
				return nil, nil
			}
			continue
		}
		line, _ := r.FieldPos(0)
		f.records, f.lines = append(f.records, rec), append(f.lines, line)
	}
	if len(f.records) < 2 {
		return nil, nil
	}
	return f, nil
}

// decode gives UTF-8 without a byte order mark: the bytes where they are valid
// UTF-8, else read as Windows-1252, which all of the Home Office's others are
// except for a pound sign in one header (CP437's, read here as œ).
func decode(raw []byte) []byte {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if utf8.Valid(raw) {
		return raw
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return raw // cannot happen: charmap decodes any byte
	}
	return text
}

func heading(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// fromHomeOffice reports whether most records that name a department name it.
func (f *spendCSV) fromHomeOffice() bool {
	named, home := 0, 0
	for _, r := range f.records[1:] {
		if d := heading(r[0]); d != "" {
			named++
			if d == "home office" {
				home++
			}
		}
	}
	return home*2 > named
}

func (f *spendCSV) rowsPaidTo(spellings map[string]bool) ([][]string, error) {
	if f.broken != nil {
		return nil, f.broken
	}
	at, err := f.columns()
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for i, rec := range f.records[1:] {
		cell := func(column string) string {
			if c := at[column]; c >= 0 && c < len(rec) {
				return rec[c]
			}
			return ""
		}
		if !spellings[cell("supplier")] {
			continue
		}
		if i+2 < len(f.lines) && f.lines[i+2] != f.lines[i+1]+1 {
			return nil, fmt.Errorf("%s:%d: the record is longer than a line", f.file, f.lines[i+1])
		}
		row := []string{f.file, f.sha256, "", strconv.Itoa(f.lines[0]), strconv.Itoa(f.lines[i+1])}
		for _, column := range homeOfficeHead[5:] {
			if column == "amount_heading" {
				row = append(row, f.records[0][at["amount"]])
				continue
			}
			row = append(row, cell(column))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// columns finds each column of the sample in the file's header; −1 for one that
// the file lacks, an error where it lacks date, supplier or amount.
func (f *spendCSV) columns() (map[string]int, error) {
	at := map[string]int{}
	for column, headings := range homeOfficeHeadings {
		at[column] = -1
		for i, h := range f.records[0] {
			for _, want := range headings {
				if heading(h) == want && at[column] < 0 {
					at[column] = i
				}
			}
		}
	}
	for _, column := range []string{"date", "supplier", "amount"} {
		if at[column] < 0 {
			return nil, fmt.Errorf("%s:%d: no column for the %s in %q", f.file, f.lines[0], column, f.records[0])
		}
	}
	return at, nil
}
