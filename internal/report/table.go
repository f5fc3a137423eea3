package report

import (
	"bytes"
	"encoding/csv"
	"html/template"
	"math"
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

// Body writes the rows for the page. There are 70,000 cells: end tags and quotes that
// HTML can do without are left out, and all else is escaped here, since html/template
// doesn't follow attributes without quotes.
func (t *Table) Body() template.HTML {
	var b strings.Builder
	for _, r := range t.Rows {
		b.WriteString("<tr")
		attribute(&b, "data-f", r.Key)
		b.WriteByte('>')
		for i, c := range r.Cells {
			b.WriteString("<td")
			if t.Columns[i].Number {
				attribute(&b, "data-v", c.Unshown())
			} else {
				attribute(&b, "class", c.Width())
			}
			b.WriteByte('>')
			if c.Code {
				b.WriteString("<code>" + escape(c.Text) + "</code>")
			} else {
				b.WriteString(escape(c.Text))
			}
		}
		b.WriteByte('\n')
	}
	return template.HTML(b.String())
}

// attribute is left out where empty, and goes without quotes where it is plain.
func attribute(b *strings.Builder, name, value string) {
	switch {
	case value == "":
	case strings.ContainsFunc(value, notPlain):
		b.WriteString(" " + name + `="` + escape(value) + `"`)
	default:
		b.WriteString(" " + name + "=" + value)
	}
}

func notPlain(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '.')
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

// Width gives the class of a text cell (numbers, the most, have none): short ones don't
// break, long ones get room.
func (c Cell) Width() string {
	switch n := len(c.Text); {
	case n <= 14:
		return "s"
	case n > 120:
		return "long"
	case n > 40:
		return "mid"
	}
	return "w"
}

// Unshown gives the value that the page's script sorts a number by where the cell
// doesn't show it: what is shown but for rounding isn't written twice.
func (c Cell) Unshown() string {
	v, err := strconv.ParseFloat(c.Value, 64)
	if err != nil {
		return c.Value
	}
	plain := strings.NewReplacer("£", "", ",", "", "−", "-").Replace(c.Text)
	shown, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return c.Value
	}
	_, places, _ := strings.Cut(plain, ".")
	if math.Abs(shown-v) > 0.5001*math.Pow10(-len(places)) {
		return c.Value
	}
	return ""
}
