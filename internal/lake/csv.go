package lake

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"

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

// csvWriter writes a CSV twin row by row, as encoding/csv would; its own quoting
// saves a string for every number. Errors of the disk come out at the end.
type csvWriter struct {
	out   *newFile
	table Table
	line  []byte
}

func newCSV(d disk, path string, t Table) (*csvWriter, error) {
	out, err := d.create(path)
	if err != nil {
		return nil, err
	}
	w := &csvWriter{out: out, table: t}
	for i, c := range t.Columns {
		if i > 0 {
			w.line = append(w.line, ',')
		}
		w.line = appendField(w.line, c.Name)
	}
	w.out.Write(append(w.line, '\n')) // newFile keeps its error for finish
	return w, nil
}

func appendCSV[T any](w *csvWriter, rows []T) {
	for i := range rows {
		w.row(unsafe.Pointer(&rows[i]))
	}
}

func (w *csvWriter) row(row unsafe.Pointer) {
	b := w.line[:0]
	for i, c := range w.table.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.appendCell(b, unsafe.Add(row, c.offset))
	}
	w.line = append(b, '\n')
	w.out.Write(w.line)
}

func (w *csvWriter) end() (Document, error) {
	if err := w.out.finish(); err != nil {
		return Document{}, err
	}
	return Document{Bytes: w.out.n, SHA256: w.out.sum()}, nil
}

// appendCell appends the text of the value at p.
func (c Column) appendCell(b []byte, p unsafe.Pointer) []byte {
	var n int64
	switch c.Kind {
	case Varchar:
		return appendField(b, formulaSafe(*(*string)(p)))
	case Boolean:
		return strconv.AppendBool(b, *(*bool)(p))
	case Double:
		if f := *(*float64)(p); !math.IsNaN(f) {
			return strconv.AppendFloat(b, f, 'g', -1, 64)
		}
		return b
	case DateDay:
		return append(b, (*(*police.Date)(p)).String()...)
	case Integer:
		n = int64(*(*int32)(p))
	default:
		n = *(*int64)(p)
	}
	switch {
	case c.Nullable && n == 0:
		return b
	case c.Kind == Decimal:
		return police.Pence(n).Append(b)
	}
	return strconv.AppendInt(b, n, 10)
}

// appendField quotes a text where RFC 4180 or encoding/csv would.
func appendField(b []byte, s string) []byte {
	if !needsQuotes(s) {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

func needsQuotes(s string) bool {
	if s == "" {
		return false
	}
	if s == `\.` || strings.ContainsAny(s, ",\"\r\n") {
		return true
	}
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(first)
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
