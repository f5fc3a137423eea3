package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// lancashireHead: the cells as published stand between header_line and line, the
// reading of no one.
var lancashireHead = []string{"source_file", "source_sha256", "sheet", "header_line", "line",
	"category", "date", "amount_heading", "amount", "payee"}

// lancashire re-tabulates the monthly sheets of the Police and Crime Commissioner
// for Lancashire: every row below each header, blank ones too, with the raw value
// of each cell (a date is its serial number, an amount keeps its binary noise).
func lancashire(files *shelf) ([]table, error) {
	sheets, err := files.lancashireSheets()
	if err != nil {
		return nil, err
	}
	w, err := newWithholding(sheets)
	if err != nil {
		return nil, err
	}
	t := table{path: "sample/lancashire.csv", head: lancashireHead}
	for _, s := range sheets {
		rows, err := s.rows(w)
		if err != nil {
			return nil, err
		}
		t.rows = append(t.rows, rows...)
	}
	return []table{t}, nil
}

// A sheet is one month as published; cells[0] is its first row.
type sheet struct {
	file, sha256, name string
	cells              [][]string
}

func readWorkbook(path string) ([]sheet, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer book.Close()
	if p, err := book.GetWorkbookProps(); err != nil || (p.Date1904 != nil && *p.Date1904) {
		return nil, fmt.Errorf("%s: serial dates do not count from 1900 (%v)", path, err)
	}
	var sheets []sheet
	for _, name := range book.GetSheetList() {
		s := sheet{file: filepath.Base(path), sha256: sha256Hex(raw), name: name}
		rows, err := book.Rows(name)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", path, name, err)
		}
		for rows.Next() {
			cells, err := rows.Columns()
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", path, name, err)
			}
			s.cells = append(s.cells, cells)
		}
		if err := rows.Close(); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", path, name, err)
		}
		sheets = append(sheets, s)
	}
	return sheets, nil
}

// The published order of columns in every one of the 82 sheets.
const (
	categoryColumn = iota
	dateColumn
	amountColumn
	payeeColumn
	publishedColumns
)

// checkHeader makes sure that the sheet has the columns this program takes it to
// have. The headings differ only in stars, case, SUPPLIER or SUPPLIER FINAL, and
// in what the amount is called.
func (s sheet) checkHeader() error {
	if len(s.cells) == 0 || len(s.cells[0]) < publishedColumns {
		return fmt.Errorf("%s, %s: no header of four columns", s.file, s.name)
	}
	want := [publishedColumns]string{"Expenditure Category", "Date", "", "SUPPLIER"}
	for i, w := range want {
		if got := strings.TrimLeft(s.cells[0][i], "* "); !strings.HasPrefix(got, w) {
			return fmt.Errorf("%s, %s: column %d is headed %q, want %q", s.file, s.name, i+1, got, w)
		}
	}
	switch h := strings.TrimLeft(s.cells[0][amountColumn], "* "); h {
	case "Total Invoice Amount", "TOTAL":
		return nil
	default:
		return fmt.Errorf("%s, %s: the amount is headed %q", s.file, s.name, h)
	}
}

func (s sheet) rows(w *withholding) ([][]string, error) {
	if err := s.checkHeader(); err != nil {
		return nil, err
	}
	var rows [][]string
	for i, cells := range s.cells[1:] {
		// Columns beyond the fourth are helper columns of sheet Sep 2023 (date,
		// amount and payee run together, and a count): they repeat what stands here.
		c := make([]string, publishedColumns)
		copy(c, cells)
		rows = append(rows, []string{s.file, s.sha256, s.name, "1", strconv.Itoa(i + 2),
			c[categoryColumn], c[dateColumn], s.cells[0][amountColumn], c[amountColumn], w.payee(c[payeeColumn])})
	}
	return rows, nil
}
