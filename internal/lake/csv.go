package lake

import (
	"encoding/csv"
	"math"
	"reflect"
	"strconv"

	"hardyards/internal/police"
)

// writeCSV writes the CSV twin of a mart: UTF-8, a heading, amounts as 1234.56,
// days as 2018-04-03, true and false, nothing for null.
//
// A spreadsheet runs a cell that starts with = + - @, tab or carriage return as a
// formula, whoever wrote it there. Such a cell of a text column gets an apostrophe
// in front, which a spreadsheet takes as "this is text"; numbers and days never do,
// so that -12.00 stays a number. Readers that want the exact text read the Parquet.
func writeCSV[T any](d disk, path string, rows []T) (Document, error) {
	w, err := newCSV(d, path, Schema[T]())
	if err != nil {
		return Document{}, err
	}
	appendCSV(w, rows)
	return w.end()
}

// csvWriter writes a CSV twin row by row. Errors of the disk come out at the end.
type csvWriter struct {
	out   *newFile
	w     *csv.Writer
	table Table
	cells []string
}

func newCSV(d disk, path string, t Table) (*csvWriter, error) {
	out, err := d.create(path)
	if err != nil {
		return nil, err
	}
	w := &csvWriter{out: out, w: csv.NewWriter(out), table: t, cells: make([]string, len(t.Columns))}
	for i, c := range t.Columns {
		w.cells[i] = c.Name
	}
	w.w.Write(w.cells)
	return w, nil
}

func appendCSV[T any](w *csvWriter, rows []T) {
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		for j, c := range w.table.Columns {
			w.cells[j] = c.cell(c.field(row))
		}
		w.w.Write(w.cells)
	}
}

func (w *csvWriter) end() (Document, error) {
	w.w.Flush() // newFile keeps its error for finish
	if err := w.out.finish(); err != nil {
		return Document{}, err
	}
	return Document{Bytes: w.out.n, SHA256: w.out.sum()}, nil
}

// cell gives the text of a value in a CSV.
func (c Column) cell(v reflect.Value) string {
	switch c.Kind {
	case Varchar:
		return formulaSafe(v.String())
	case Boolean:
		return strconv.FormatBool(v.Bool())
	case Double:
		if f := v.Float(); !math.IsNaN(f) {
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
		return ""
	case DateDay:
		return police.Date(v.Int()).String()
	}
	if c.Nullable && v.Int() == 0 {
		return ""
	}
	if c.Kind == Decimal {
		return police.Pence(v.Int()).String()
	}
	return strconv.FormatInt(v.Int(), 10)
}

func formulaSafe(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return "'" + s
	}
	return s
}
