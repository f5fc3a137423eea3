package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// spreadsheet is a table of an OpenDocument file. Source for tags and attributes:
// OpenDocument 1.3 part 3, chapters 9 and 19. Rows and cells may be written once with
// a number of repeats: blank rows that are repeated are passed over, as they are
// padding; others, and cells, are repeated within the limits of a sheet.
type spreadsheet struct {
	book  *workbook // of which only archive and limits are used
	name  string
	index int
	ev    Evidence
	read  repairs
}

// openDocument finds the tables of an ODS file.
func (f *File) openDocument(ctx context.Context, a *archive) ([]Part, error) {
	w := &workbook{zip: a, lim: f.lim}
	if kind, err := w.mimetype(); err != nil || !strings.Contains(kind, "spreadsheet") {
		return nil, errors.Join(err, &Refusal{Reason: "an OpenDocument file that is no spreadsheet", Advice: askForTable})
	}
	if err := refuseEncrypted(w); err != nil {
		return nil, err
	}
	var parts []Part
	hidden := map[string]bool{} // styles that hide a table
	style, depth, tables, links := "", 0, 0, 0
	err := w.each("content.xml", func(x *xmlScanner) error {
		switch {
		case x.is("table") && x.kind == xmlEnd:
			depth--
		case x.kind != xmlStart:
		case x.is("style"):
			style = x.attrString("name")
		case x.is("table-properties") && x.attrString("display") == "false":
			hidden[style] = true
		case x.is("table"):
			if depth == 0 {
				name := x.attrString("name")
				if strings.HasPrefix(name, "'file:") {
					links++
				} else {
					parts = append(parts, newSpreadsheet(w, name, tables, hidden[x.attrString("style-name")]))
				}
				tables++
			}
			if !x.empty {
				depth++
			}
			if len(parts) > f.lim.Parts {
				return tooManyParts(f.lim)
			}
		}
		return ctx.Err()
	})
	if links > 0 {
		f.Warnings = append(f.Warnings, fmt.Sprintf("%d tables are passed over: copies of other files' sheets that formulas refer to", links))
	}
	if err == nil && len(parts) == 0 {
		err = &Refusal{Reason: "a spreadsheet without tables", Advice: askForTable}
	}
	return parts, err
}

func (w *workbook) mimetype() (string, error) {
	r, err := w.zip.open(w.zip.named("mimetype"))
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 256))
	return string(b), err
}

func refuseEncrypted(w *workbook) error {
	return w.each("META-INF/manifest.xml", func(x *xmlScanner) error {
		if x.kind == xmlStart && x.is("encryption-data") {
			return &Refusal{Reason: "a spreadsheet with a password", Advice: "open it with the password and save it without one, or ask the publisher"}
		}
		return nil
	})
}

func newSpreadsheet(w *workbook, name string, index int, hidden bool) *spreadsheet {
	s := &spreadsheet{book: w, name: name, index: index, ev: Evidence{Container: "ods", Encoding: "utf-8", Hidden: hidden}}
	if hidden {
		s.ev.Warnings = append(s.ev.Warnings, "the sheet is hidden")
	}
	return s
}

func (s *spreadsheet) Name() string { return s.name }

func (s *spreadsheet) Evidence() Evidence {
	ev := s.ev
	ev.Warnings = slices.Concat(ev.Warnings, s.read.warnings())
	return ev
}

// Read streams the rows of the table.
func (s *spreadsheet) Read(ctx context.Context, each func(*Batch) error) error {
	s.read = repairs{}
	r := odsReader{table: -1, want: s.index, out: rowBatch{each: each, faults: &s.read, lim: s.book.lim}}
	err := s.book.each("content.xml", func(x *xmlScanner) error { return r.token(ctx, x) })
	if errors.Is(err, errTableDone) {
		err = nil
	}
	if err == nil {
		err = r.out.flush()
	}
	return stopped(err)
}

var errTableDone = errors.New("the table has been read")

// odsReader makes records of the tokens of content.xml.
type odsReader struct {
	table, want int
	depth       int // of tables: one may stand in a cell
	out         rowBatch
	row         int
	rowRepeat   int
	cells       []odsCell
	text        []byte
	inCell      bool
	inText      int // depth within text:p
	aside       int // depth within annotations and drawings, whose text is none of the cell's
	paragraphs  int
}

// odsCell is a run of equal cells.
type odsCell struct {
	kind   Kind
	from   int // in the row's text
	to     int
	repeat int
}

func (r *odsReader) token(ctx context.Context, x *xmlScanner) error {
	if x.is("table") && x.kind != xmlText {
		return r.tableToken(x)
	}
	if r.table != r.want || r.depth != 1 {
		return nil
	}
	switch x.kind {
	case xmlText:
		if r.inText > 0 && r.aside == 0 {
			r.text = x.appendContent(r.text)
		}
		return r.bounded()
	case xmlStart:
		return r.start(ctx, x)
	}
	switch {
	case x.is("table-row"):
		return r.endRow()
	case x.is("table-cell") || x.is("covered-table-cell"):
		r.endCell()
	case x.is("p"):
		r.inText = max(0, r.inText-1)
	case x.is("annotation") || x.is("frame"):
		r.aside = max(0, r.aside-1)
	}
	return nil
}

func (r *odsReader) tableToken(x *xmlScanner) error {
	switch {
	case x.kind == xmlStart && r.depth == 0:
		r.table++
		if x.empty && r.table == r.want {
			return errTableDone
		}
		if !x.empty {
			r.depth++
		}
	case x.kind == xmlStart && !x.empty:
		r.depth++
	case x.kind == xmlEnd:
		r.depth--
		if r.depth == 0 && r.table == r.want {
			return errTableDone
		}
	}
	return nil
}

func (r *odsReader) start(ctx context.Context, x *xmlScanner) error {
	switch {
	case x.is("table-row"):
		r.rowRepeat = repeats(x, "number-rows-repeated")
		r.cells, r.text = r.cells[:0], r.text[:0]
		if x.empty {
			return r.endRow()
		}
		return ctx.Err()
	case x.is("table-cell") || x.is("covered-table-cell"):
		if r.inCell {
			return badXML("a cell within a cell")
		}
		r.startCell(x)
		return r.bounded()
	case x.empty && (x.is("s") || x.is("tab") || x.is("line-break")) && r.inText > 0 && r.aside == 0:
		r.blank(x)
	case x.empty:
	case x.is("p"):
		if r.inCell && r.aside == 0 && r.inText == 0 {
			if r.paragraphs > 0 {
				r.text = append(r.text, '\n')
			}
			r.paragraphs++
		}
		r.inText++
	case x.is("annotation") || x.is("frame"):
		r.aside++
	}
	return nil
}

// bounded refuses a row that no sheet could hold.
func (r *odsReader) bounded() error {
	if len(r.text) > r.out.lim.Record || len(r.cells) > sheetColumns {
		return badXML(fmt.Sprintf("row %d: more than %d cells or %d bytes", r.row+1, sheetColumns, r.out.lim.Record))
	}
	return nil
}

// blank writes the spaces, tab or line break that a tag stands for.
func (r *odsReader) blank(x *xmlScanner) {
	switch {
	case x.is("tab"):
		r.text = append(r.text, '\t')
	case x.is("line-break"):
		r.text = append(r.text, '\n')
	default:
		r.text = append(r.text, bytes.Repeat([]byte{' '}, min(repeats(x, "c"), 1000))...)
	}
}

func repeats(x *xmlScanner, name string) int {
	v, ok := x.attr(name)
	if !ok || len(v) > 9 {
		return 1
	}
	return max(1, digits(v))
}

// startCell takes a cell's stored value; its shown text only where it has none.
func (r *odsReader) startCell(x *xmlScanner) {
	kind := odsKind(x)
	c := odsCell{kind: kind, from: len(r.text), repeat: repeats(x, "number-columns-repeated")}
	r.paragraphs = 0
	var stored []byte
	switch kind {
	case Number:
		stored, _ = x.attr("value")
	case Date:
		stored, _ = x.attr("date-value")
		if stored == nil {
			stored, _ = x.attr("time-value")
		}
	case Boolean:
		stored, _ = x.attr("boolean-value")
		stored = bytes.ToUpper(stored)
	case Text:
		stored, _ = x.attr("string-value")
	}
	r.text = appendText(r.text, stored)
	c.to = len(r.text)
	r.cells = append(r.cells, c)
	r.inCell, r.inText = true, 0
	if x.empty {
		r.endCell()
	}
}

func odsKind(x *xmlScanner) Kind {
	kind, _ := x.attr("value-type")
	switch string(kind) {
	case "float", "percentage", "currency":
		return Number
	case "date", "time":
		return Date
	case "boolean":
		return Boolean
	case "string":
		return Text
	}
	return Empty
}

// endCell settles between stored value and shown text.
func (r *odsReader) endCell() {
	if len(r.cells) == 0 {
		return
	}
	c := &r.cells[len(r.cells)-1]
	shown := r.text[c.to:]
	switch {
	case c.to > c.from && c.kind != Number:
		r.text = r.text[:c.to]
	case c.to > c.from: // a number; an error shows as text beside the value 0
		if isErrorText(shown) {
			c.kind, c.from, c.to = Failed, c.to, len(r.text)
		} else {
			r.text = r.text[:c.to]
		}
	default:
		c.to = len(r.text)
		if c.kind == Empty && len(shown) > 0 {
			c.kind = Text
		}
		if isErrorText(shown) {
			c.kind = Failed
		}
	}
	r.inCell = false
}

// isErrorText knows how LibreOffice and Excel show errors in a cell.
func isErrorText(b []byte) bool {
	switch s := string(b); s {
	case "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!":
		return true
	default:
		return strings.HasPrefix(s, "Err:") && len(s) == 7
	}
}

// endRow emits the row as often as it is repeated.
func (r *odsReader) endRow() error {
	for n := len(r.cells); n > 0 && r.cells[n-1].from == r.cells[n-1].to; n-- {
		r.cells = r.cells[:n-1] // the padding to the sheet's last column
	}
	blank := len(r.cells) == 0
	if r.row+r.rowRepeat > sheetRows {
		if blank {
			r.row = min(sheetRows, r.row+r.rowRepeat)
			return nil
		}
		return badXML(fmt.Sprintf("more than %d rows", sheetRows))
	}
	if blank && r.rowRepeat > 1 {
		r.row += r.rowRepeat
		return nil
	}
	for range r.rowRepeat {
		r.row++
		if err := r.emit(); err != nil {
			return err
		}
	}
	return nil
}

func (r *odsReader) emit() error {
	r.out.begin(int32(r.row))
	col := 0
	for _, c := range r.cells {
		value := r.out.keep(r.text[c.from:c.to])
		for range min(c.repeat, sheetColumns) {
			if col >= sheetColumns {
				return badXML(fmt.Sprintf("row %d: more than %d columns", r.row, sheetColumns))
			}
			r.out.put(col, value, c.kind)
			col++
		}
	}
	return r.out.end()
}
