package fit

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"hardyards/analyze/stat/dd"
)

// Frame is a table by columns. Every column keeps its text; its numbers are
// read when first asked for. It is not safe for concurrent use.
type Frame struct {
	rows    int
	columns []*Column
	first   int // line of the first row in the file, for messages; 0 when unknown
}

// Column is one column of a Frame.
type Column struct {
	Name string
	Text []string // as published, blanks around it removed
	// Missing tells the rows without a value: empty, NA, N/A, null, "." or NaN.
	Missing []bool
	// Hi and Lo are the numbers as double-double, NaN and 0 where missing.
	// Nil until Frame.Number has read them.
	Hi, Lo []float64
}

// NewFrame makes a frame of columns of equal length.
func NewFrame(names []string, columns [][]string) (*Frame, error) {
	f := &Frame{}
	for k, name := range names {
		if k > 0 && len(columns[k]) != f.rows {
			return nil, fmt.Errorf("column %s has %d rows, the first has %d", name, len(columns[k]), f.rows)
		}
		if f.column(name) != nil {
			return nil, usagef("two columns are named %q", name)
		}
		f.rows = len(columns[k])
		f.columns = append(f.columns, newColumn(name, columns[k]))
	}
	return f, nil
}

func newColumn(name string, text []string) *Column {
	c := &Column{Name: name, Text: make([]string, len(text)), Missing: make([]bool, len(text))}
	for i, s := range text {
		c.Text[i] = strings.TrimSpace(s)
		c.Missing[i] = isMissing(c.Text[i])
	}
	return c
}

func isMissing(s string) bool {
	switch s {
	case "", ".", "NA", "N/A", "null", "NULL", "NaN", "nan":
		return true
	}
	return false
}

// ReadCSV reads a comma-separated table with a header, UTF-8, with or without a
// byte order mark.
func ReadCSV(r io.Reader) (*Frame, error) {
	text := bufio.NewReader(r)
	if mark, _ := text.Peek(3); string(mark) == "\ufeff" { // before a quoted header too
		_, _ = text.Discard(3)
	}
	in := csv.NewReader(text)
	in.ReuseRecord = true
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the data are empty: a header line is needed")
	}
	if err != nil {
		return nil, err
	}
	names := make([]string, len(header))
	for i, h := range header {
		names[i] = strings.TrimSpace(strings.Clone(h))
	}
	if len(names) == 1 && strings.ContainsAny(names[0], ";\t") {
		return nil, fmt.Errorf("line 1: one column, %q: the fields must be separated by commas (and decimals written with points)", names[0])
	}
	columns := make([][]string, len(names))
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for k, s := range record {
			columns[k] = append(columns[k], strings.Clone(s))
		}
	}
	f, err := NewFrame(names, columns)
	if f != nil {
		f.first = 2
	}
	return f, err
}

// Rows is the number of rows.
func (f *Frame) Rows() int { return f.rows }

// Names are the columns' names, in order.
func (f *Frame) Names() []string {
	out := make([]string, len(f.columns))
	for i, c := range f.columns {
		out[i] = c.Name
	}
	return out
}

func (f *Frame) column(name string) *Column {
	at := slices.IndexFunc(f.columns, func(c *Column) bool { return c.Name == name })
	if at < 0 {
		return nil
	}
	return f.columns[at]
}

// Column is the column of that name, as text.
func (f *Frame) Column(name string) (*Column, error) {
	if c := f.column(name); c != nil {
		return c, nil
	}
	if name == "" {
		return nil, usagef("a column's name is missing; columns are %s", strings.Join(f.Names(), ", "))
	}
	return nil, usagef("no column %q: did you mean %q?", name, Nearest(name, f.Names()))
}

// Number is the column of that name with its numbers read. A value that is
// neither a number nor missing is an error that names its place.
func (f *Frame) Number(name string) (*Column, error) {
	c, err := f.Column(name)
	if err != nil || c.Hi != nil {
		return c, err
	}
	hi, lo := make([]float64, f.rows), make([]float64, f.rows)
	for i, s := range c.Text {
		if c.Missing[i] {
			hi[i] = math.NaN()
			continue
		}
		v, err := dd.Parse(s)
		if err != nil {
			return nil, usagef("%s: column %s: %q is no finite number", f.place(i), name, s)
		}
		hi[i], lo[i] = v.Hi, v.Lo
	}
	c.Hi, c.Lo = hi, lo
	return c, nil
}

// place says where row i stands: its record, or the line too when read from a file
// without quoted line breaks.
func (f *Frame) place(i int) string {
	if f.first > 0 {
		return fmt.Sprintf("record %d (line %d)", i+1, i+f.first)
	}
	return fmt.Sprintf("record %d", i+1)
}

// IsNumeric says whether every value of a column that isn't missing is a number
// and there is one.
func (f *Frame) IsNumeric(name string) bool {
	c, err := f.Number(name)
	return err == nil && slices.Contains(c.Missing, false)
}

// Vec is the numbers as a double-double column.
func (c *Column) Vec() dd.Vec { return dd.Vec{Hi: c.Hi, Lo: c.Lo} }

// Complete are the rows in which none of the named columns is missing, and how many
// rows were left out. It is an error when a name is unknown or none is left.
func (f *Frame) Complete(columns ...string) (rows []int, dropped int, err error) {
	var cols []*Column
	for _, name := range columns {
		c, err := f.Column(name)
		if err != nil {
			return nil, 0, err
		}
		cols = append(cols, c)
	}
	rows = make([]int, 0, f.rows)
	for i := range f.rows {
		if !slices.ContainsFunc(cols, func(c *Column) bool { return c.Missing[i] }) {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return nil, f.rows, fmt.Errorf("no row has a value in all of %s", strings.Join(columns, ", "))
	}
	return rows, f.rows - len(rows), nil
}

// Groups numbers the levels of a column on the given rows 0, 1, … in Levels' order.
func (f *Frame) Groups(name string, rows []int) (group []int, levels []string, err error) {
	levels, err = f.Levels(name, rows)
	if err != nil {
		return nil, nil, err
	}
	c := f.column(name)
	at := make(map[string]int, len(levels))
	for k, l := range levels {
		at[l] = k
	}
	group = make([]int, len(rows))
	for k, i := range rows {
		group[k] = at[c.Text[i]]
	}
	return group, levels, nil
}

// Levels are the distinct values of a column on the given rows: by size when all
// are numbers, else by bytes. Equal numbers written differently stay apart.
func (f *Frame) Levels(name string, rows []int) ([]string, error) {
	c, err := f.Column(name)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var levels []string
	for _, i := range rows {
		if !seen[c.Text[i]] {
			seen[c.Text[i]] = true
			levels = append(levels, c.Text[i])
		}
	}
	sortLevels(levels)
	return levels, nil
}

func sortLevels(levels []string) {
	size := make(map[string]dd.Num, len(levels))
	numeric := true
	for _, l := range levels {
		v, err := dd.Parse(l)
		numeric = numeric && err == nil
		size[l] = v
	}
	slices.SortFunc(levels, func(a, b string) int {
		if numeric {
			if c := size[a].Cmp(size[b]); c != 0 {
				return c
			}
		}
		return strings.Compare(a, b)
	})
}

// Nearest is the candidate closest to a word by edit distance, case aside.
func Nearest(word string, candidates []string) string {
	best, least := "", math.MaxInt
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is Levenshtein's edit distance by bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
