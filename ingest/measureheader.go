package ingest

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"hardyards/ingest/source"
)

// tableHeader is the header of a table of measures: the headings of its columns, each
// joined over the records of the header, the upper ones carried to the right, as a
// heading that spans columns stands in the first of them.
type tableHeader struct {
	cells       []string   // as published, joined by " | "
	plain       []string   // the same in plain form
	rows        [][]string // plain, by record
	first, last int32      // lines
}

// headerDepthMeasures is how many records of a part are searched for a header.
const headerDepthMeasures = 100

// findTableHeader finds the record that holds every heading the table names; no
// cells: there is none.
func findTableHeader(ctx context.Context, part source.Part, t *MeasureTable) (tableHeader, error) {
	var h tableHeader
	var records [][]string
	seen := 0
	err := part.Read(ctx, func(b *source.Batch) error {
		for i := range b.Records {
			rec := &b.Records[i]
			cells := textCells(rec)
			if len(records) == 0 && !t.heads(cells) {
				if seen++; seen > headerDepthMeasures {
					return source.Stop
				}
				continue
			}
			if len(records) == 0 {
				h.first = rec.First
			}
			records, h.last = append(records, cells), rec.Last
			if len(records) == t.HeaderRows {
				return source.Stop
			}
		}
		return nil
	})
	if err == nil && len(records) == t.HeaderRows {
		h.join(records)
	}
	return h, err
}

func textCells(rec *source.Record) []string {
	out := make([]string, len(rec.Cells))
	for i, c := range rec.Cells {
		out[i] = tidyCell(string(c))
	}
	return out
}

// heads reports whether every heading of the table stands in the record.
func (t *MeasureTable) heads(cells []string) bool {
	plain := plainHeadings(cells)
	for _, want := range t.Header {
		found := false
		for _, c := range plain {
			if globMatch(plainHeading(want), c) {
				found = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// globMatch reports whether a text is of a pattern in which * stands for any text and
// ? for any character.
func globMatch(pattern, text string) bool {
	for len(pattern) > 0 {
		if pattern[0] == '*' {
			for i := range len(text) + 1 {
				if globMatch(pattern[1:], text[i:]) {
					return true
				}
			}
			return false
		}
		if text == "" || pattern[0] != '?' && pattern[0] != text[0] {
			return false
		}
		pattern, text = pattern[1:], text[1:]
	}
	return text == ""
}

func (h *tableHeader) join(records [][]string) {
	width := 0
	for _, r := range records {
		width = max(width, len(r))
		h.rows = append(h.rows, plainHeadings(r))
	}
	for i := range width {
		var parts []string
		for level, r := range records {
			c := ""
			for j := min(i, len(r)-1); j >= 0; j-- {
				if c = r[j]; c != "" || level == len(records)-1 && j == i {
					break
				}
			}
			if level == len(records)-1 && i >= len(r) {
				c = ""
			}
			if c != "" {
				parts = append(parts, c)
			}
		}
		h.cells = append(h.cells, strings.Join(parts, " | "))
	}
	h.plain = plainHeadings(h.cells)
}

// find gives the column of a heading (or #n), whole or in one of the records of the
// header; −1 if none.
func (h *tableHeader) find(name string) int {
	if n, err := strconv.Atoi(strings.TrimPrefix(name, "#")); err == nil && strings.HasPrefix(name, "#") && n >= 1 {
		return n - 1
	}
	want := plainHeading(name)
	for i, c := range h.plain {
		if c == want {
			return i
		}
	}
	for _, r := range h.rows {
		for i, c := range r {
			if c == want {
				return i
			}
		}
	}
	return -1
}

// need is find with an error.
func (h *tableHeader) need(name string) (int, error) {
	if i := h.find(name); i >= 0 {
		return i, nil
	}
	return -1, fmt.Errorf("no column is headed %q (headings: %s)", name, strings.Join(h.cells, "; "))
}

// explain says what each column is taken for.
func (h *tableHeader) explain(t *MeasureTable) []ColumnRole {
	roles := map[int]string{}
	for name, role := range map[string]string{t.YearFrom: "year", t.MeasureOf: "measure", t.FuncFrom: "function"} {
		if i := h.find(name); name != "" && i >= 0 {
			roles[i] = role
		}
	}
	if t.Force != nil {
		roles[h.find(t.Force.Column)] = "force"
	}
	out := []ColumnRole{}
	for i, c := range h.cells {
		r := ColumnRole{Index: i, Header: c, Role: roles[i], Why: "named by the layout"}
		for j := range t.Values {
			if _, ok := t.Values[j].matches(h, i); ok && r.Role == "" {
				r.Role = "value"
			}
		}
		if r.Role == "" {
			r.Role, r.Why = NoRole.String(), ""
		}
		out = append(out, r)
	}
	return out
}

// matches reports whether a column is one of the values', and what its heading says.
func (v *ValueColumn) matches(h *tableHeader, column int) (said map[string]string, ok bool) {
	if strings.HasPrefix(v.Heading, "#") {
		n, err := strconv.Atoi(v.Heading[1:])
		return nil, err == nil && n == column+1
	}
	if v.Heading == "" || column >= len(h.plain) || h.plain[column] == "" {
		return nil, false
	}
	m := v.pattern.FindStringSubmatch(h.plain[column])
	if m == nil {
		return nil, false
	}
	said = map[string]string{}
	for i, g := range v.groups {
		said[g] = m[i+1]
	}
	return said, true
}
