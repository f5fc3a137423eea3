package report

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
)

// Column heads a column of a table; numbers are set right and sorted as such.
type Column struct {
	Head   string
	Number bool
}

// Cell is what a reader sees, and what CSV and sorting get where that differs.
type Cell struct {
	Text  string
	Value string
	Code  bool // an id to be typed after hardyards trace
	Class string
}

// Row is a table's row; Key is what the search finds it by (a force's code).
type Row struct {
	Key   string
	Cells []Cell
}

// Table is a table of a page and, with the same cells, a CSV file.
type Table struct {
	ID      string
	Caption string
	Columns []Column
	Rows    []Row
}

func newTable(id, caption string, columns ...Column) *Table {
	return &Table{ID: id, Caption: caption, Columns: columns}
}

func words(head string) Column   { return Column{Head: head} }
func numbers(head string) Column { return Column{Head: head, Number: true} }

func (t *Table) add(key string, cells ...Cell) { t.Rows = append(t.Rows, Row{key, cells}) }

func text(s string) Cell            { return Cell{Text: s} }
func code(s string) Cell            { return Cell{Text: s, Code: true} }
func figure(shown, raw string) Cell { return Cell{Text: shown, Value: raw} }
func measured(v float64, places int) Cell {
	return Cell{Text: decimal(v, places), Value: raw(v)}
}
func change(v float64, places int) Cell { return Cell{Text: signed(v, places), Value: raw(v)} }

func whole[T int | int32 | int64](n T) Cell {
	return Cell{Text: count(n), Value: strconv.FormatInt(int64(n), 10)}
}

// csv writes the table with plain numbers. A cell that a spreadsheet would take for a
// formula gets an apostrophe: payees choose their own names.
func (t *Table) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	line := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		line[i] = c.Head
	}
	if err := w.Write(line); err != nil {
		return nil, err
	}
	for _, r := range t.Rows {
		for i, c := range r.Cells {
			line[i] = c.plain(t.Columns[i].Number)
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func (c Cell) plain(number bool) string {
	switch {
	case number && (c.Value != "" || c.Text == noFigure):
		return c.Value
	case c.Value != "":
		return inert(c.Value)
	}
	return inert(c.Text)
}

// inert keeps a text from being run by a spreadsheet.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Width gives the class of a text cell: short ones don't break, long ones get room.
func (c Cell) Width() string {
	switch n := len(c.Text); {
	case n <= 14:
		return "nw"
	case n > 120:
		return "long"
	case n > 40:
		return "mid"
	}
	return ""
}

// Sort gives what the page's script sorts a cell by.
func (c Cell) Sort() string {
	if c.Value != "" {
		return c.Value
	}
	return c.Text
}
