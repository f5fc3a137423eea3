package source

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"unicode/utf8"
)

// sheet is a worksheet of an XLSX file.
type sheet struct {
	book   *workbook
	name   string
	member string
	ev     Evidence
	read   repairs
}

func newSheet(w *workbook, e sheetEntry, member string) *sheet {
	s := &sheet{book: w, name: e.name, member: member}
	s.ev = Evidence{Container: "xlsx", Encoding: "utf-8", Date1904: w.date1904, Hidden: e.hidden}
	if e.hidden {
		s.ev.Warnings = append(s.ev.Warnings, "the sheet is hidden")
	}
	if w.date1904 {
		s.ev.Notes = append(s.ev.Notes, "serial dates count from 1904")
	}
	return s
}

func (s *sheet) Name() string { return s.name }

func (s *sheet) Evidence() Evidence {
	ev := s.ev
	ev.Warnings = slices.Concat(ev.Warnings, s.read.warnings())
	ev.Notes = slices.Clone(ev.Notes)
	return ev
}

// Read streams the rows that the sheet holds.
func (s *sheet) Read(ctx context.Context, each func(*Batch) error) error {
	if err := s.book.loadShared(); err != nil {
		return err
	}
	s.read = repairs{}
	r := sheetReader{sheet: s, out: rowBatch{each: each, faults: &s.read, lim: s.book.lim}}
	err := s.book.each(s.member, func(x *xmlScanner) error {
		return r.token(ctx, x)
	})
	if err == nil {
		err = r.out.flush()
	}
	return stopped(err)
}

// The limits of a sheet in Excel.
const (
	sheetRows    = 1048576
	sheetColumns = 16384
)

// sheetReader makes records of the tokens of a worksheet.
type sheetReader struct {
	sheet         *sheet
	out           rowBatch
	row           int
	cell          cellState
	inRow, inCell bool
	text          int // depth within v or t, where text is a value
	skip          bool
}

// cellState is the cell under way.
type cellState struct {
	col     int
	kind    string
	style   int
	value   []byte // raw content of v, or of is/t
	formula bool
	valued  bool
}

func (r *sheetReader) token(ctx context.Context, x *xmlScanner) error {
	switch x.kind {
	case xmlText:
		if r.text > 0 && !r.skip && r.inCell {
			r.cell.value = x.appendContent(r.cell.value)
			if len(r.cell.value) > 4*r.sheet.book.lim.Cell {
				return badXML(fmt.Sprintf("sheet %q, row %d: a value of more than %d bytes", r.sheet.name, r.row, 4*r.sheet.book.lim.Cell))
			}
		}
		return nil
	case xmlStart:
		return r.start(ctx, x)
	}
	switch {
	case x.is("v") || x.is("t"):
		r.text = 0
	case x.is("rPh"):
		r.skip = false
	case x.is("c"):
		if !r.inCell {
			return badXML("an end of a cell without its start")
		}
		r.inCell = false
		return r.endCell()
	case x.is("row"):
		if !r.inRow || r.inCell {
			return badXML("an end of a row without its start")
		}
		r.inRow = false
		return r.out.end()
	}
	return nil
}

func (r *sheetReader) start(ctx context.Context, x *xmlScanner) error {
	switch {
	case x.is("v") || x.is("t"):
		if !x.empty {
			r.text = 1
		}
		r.cell.valued = true
	case x.is("c"):
		if !r.inRow || r.inCell {
			return badXML(fmt.Sprintf("sheet %q: a cell outside a row", r.sheet.name))
		}
		r.inCell = !x.empty
		if err := r.startCell(x); err != nil || !x.empty {
			return err
		}
		return r.endCell()
	case x.is("f"):
		r.cell.formula = true
	case x.is("rPh"):
		r.skip = !x.empty
	case x.is("row"):
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.inRow {
			return badXML(fmt.Sprintf("sheet %q: a row within a row", r.sheet.name))
		}
		r.inRow = !x.empty
		return r.startRow(x)
	}
	return nil
}

func (r *sheetReader) startRow(x *xmlScanner) error {
	at := r.row + 1
	if v, ok := x.attr("r"); ok {
		at = digits(v)
	}
	if at <= r.row || at > sheetRows {
		return badXML(fmt.Sprintf("sheet %q: row %d after row %d", r.sheet.name, at, r.row))
	}
	r.row = at
	r.cell.col = -1
	r.out.begin(int32(at))
	if x.empty {
		return r.out.end()
	}
	return nil
}

// startCell reads place, type and style of a cell.
func (r *sheetReader) startCell(x *xmlScanner) error {
	col := r.cell.col + 1
	if v, ok := x.attr("r"); ok {
		col = column(v)
	}
	if col < 0 || col >= sheetColumns {
		return badXML(fmt.Sprintf("sheet %q, row %d: a cell beyond the last column", r.sheet.name, r.row))
	}
	kind, _ := x.attr("t")
	style, _ := x.attr("s")
	r.cell = cellState{col: col, kind: cellType(kind), style: digits(style), value: r.cell.value[:0]}
	return nil
}

// cellType gives one of the constant strings, without allocating.
func cellType(t []byte) string {
	for _, known := range [...]string{"s", "n", "str", "inlineStr", "b", "e", "d"} {
		if string(t) == known {
			return known
		}
	}
	return ""
}

func (r *sheetReader) endCell() error {
	c := &r.cell
	book := r.sheet.book
	if !c.valued {
		if c.formula {
			r.out.mark(NoValue)
		}
		r.out.put(c.col, nil, Empty)
		return nil
	}
	switch c.kind {
	case "s":
		index := bytes.TrimSpace(c.value)
		v, ok := book.shared.at(digits(index))
		if !ok || len(index) == 0 {
			return badXML(fmt.Sprintf("sheet %q, row %d: a text that is not in the table of texts", r.sheet.name, r.row))
		}
		r.out.put(c.col, v, Text)
	case "str", "inlineStr":
		r.out.put(c.col, r.out.keep(unescapeX(c.value, 0)), Text)
	case "b":
		v := "FALSE"
		if string(c.value) == "1" || string(c.value) == "true" {
			v = "TRUE"
		}
		r.out.put(c.col, r.out.keep([]byte(v)), Boolean)
	case "e":
		r.out.put(c.col, r.out.keep(c.value), Failed)
	case "d":
		r.out.put(c.col, r.out.keep(c.value), Date)
	default:
		kind := Number
		if len(c.value) == 0 {
			kind = Empty
		}
		if c.style >= 0 && c.style < len(book.dates) && book.dates[c.style] && kind == Number {
			kind = Date
		}
		r.out.put(c.col, r.out.keep(c.value), kind)
	}
	return nil
}

// digits reads a small number; -1 if it is none.
func digits(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > 1<<40 {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// column is the index of a cell reference's letters: A1 is 0; -1 if it has none.
func column(ref []byte) int {
	n := 0
	for _, c := range ref {
		switch {
		case c >= 'A' && c <= 'Z':
			n = n*26 + int(c-'A') + 1
		case c >= 'a' && c <= 'z':
			n = n*26 + int(c-'a') + 1
		default:
			return n - 1
		}
		if n > sheetColumns {
			return sheetColumns
		}
	}
	return n - 1
}

// unescapeX resolves _xHHHH_ in b from start on, in place.
func unescapeX(b []byte, start int) []byte {
	at := bytes.Index(b[start:], []byte("_x"))
	if at < 0 {
		return b
	}
	out := b[:start+at]
	for rest := b[start+at:]; len(rest) > 0; {
		if r, ok := escapedRune(rest); ok {
			out = utf8.AppendRune(out, r)
			rest = rest[7:]
			continue
		}
		out = append(out, rest[0])
		rest = rest[1:]
	}
	return out
}

func escapedRune(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// rowBatch gathers the rows of a workbook into batches.
type rowBatch struct {
	each   func(*Batch) error
	faults *repairs
	lim    Limits

	batch Batch
	row   Record
	cells [][]byte
	kinds []Kind
	first int    // of the row under way, in cells
	arena []byte // texts that don't stand in the table of shared strings
	own   int    // of them, where the row's begin
	grid  int64  // cells so far, the empty ones before filled ones too
	err   error  // why the row under way can't be read
}

func (b *rowBatch) begin(line int32) {
	b.first, b.own = len(b.cells), len(b.arena)
	b.row = Record{First: line, Last: line}
}

func (b *rowBatch) mark(f Fault) { b.row.Faults |= f }

// keep copies a value that the scanner will overwrite.
func (b *rowBatch) keep(v []byte) []byte {
	at := len(b.arena)
	if at-b.own+len(v) > b.lim.Record {
		b.err = badXML(fmt.Sprintf("row %d holds more than %d bytes", b.row.First, b.lim.Record))
		return nil
	}
	b.arena = append(b.arena, v...)
	return b.arena[at:len(b.arena):len(b.arena)]
}

// nothing is the value of an empty cell that stands in the file; cells that don't are nil.
var nothing = []byte{}

// put sets a cell of the row, with empty ones up to it.
func (b *rowBatch) put(col int, value []byte, kind Kind) {
	if col >= b.lim.Cells {
		b.row.Faults |= Oversize
		return
	}
	if len(value) > b.lim.Cell {
		b.row.Faults |= Oversize
	}
	at := b.first + col
	for len(b.cells) <= at {
		b.cells = append(b.cells, nil)
		b.kinds = append(b.kinds, Empty)
	}
	if b.cells[at] != nil && b.err == nil {
		b.err = badXML(fmt.Sprintf("row %d has two cells in column %d", b.row.First, col+1))
	}
	if value == nil {
		value = nothing
	}
	b.cells[at], b.kinds[at] = value, kind
}

func (b *rowBatch) end() error {
	b.row.Cells = b.cells[b.first:len(b.cells):len(b.cells)]
	b.row.Kinds = b.kinds[b.first:len(b.kinds):len(b.kinds)]
	if b.grid += int64(len(b.row.Cells)); b.grid > b.lim.Grid {
		b.err = &Refusal{Reason: fmt.Sprintf("row %d: more than %d cells in a sheet", b.row.First, b.lim.Grid), Advice: "delete empty columns and rows, or save the sheet as CSV"}
	}
	if b.err != nil {
		return b.err
	}
	if b.row.Faults != 0 {
		b.faults.note(b.row.Faults, b.row.First)
	}
	b.batch.Records = append(b.batch.Records, b.row)
	if len(b.batch.Records) == batchSize || len(b.cells) > 1<<16 || len(b.arena) > blockSize {
		return b.flush()
	}
	return nil
}

func (b *rowBatch) flush() error {
	if len(b.batch.Records) == 0 {
		return nil
	}
	err := b.each(&b.batch)
	b.batch.Records = b.batch.Records[:0]
	b.cells, b.kinds, b.arena = b.cells[:0], b.kinds[:0], b.arena[:0]
	return err
}
