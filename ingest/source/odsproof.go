package source

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strconv"
)

// Proof counts rows and sums a column by the same plain walk as a worksheet's.
func (s *spreadsheet) Proof(ctx context.Context, spec ProofSpec) (Proof, error) {
	p := odsProof{want: s.index + 1, tally: newTally(spec)}
	err := walkXML(ctx, s.book.zip, "content.xml", s.book.lim, p.piece)
	if err != nil && !errors.Is(err, errTableDone) {
		return Proof{}, err
	}
	return p.tally.result()
}

// odsProof holds one row: the texts of its cells and how often each stands.
type odsProof struct {
	want   int // the table, from 1
	tables int
	inside int // depth of tables
	tally  *tally
	line   int
	times  int // of the row
	row    []odsProofCell
	within int // depth of paragraphs, in which text counts
	paras  int // of the cell so far
	inCell bool
	aside  int
}

type odsProofCell struct {
	text   []byte
	shown  []byte
	number bool
	times  int
}

func (p *odsProof) piece(text, tag []byte) error {
	b, attrs := tagName(tag)
	name := string(b)
	selfClosed := len(tag) > 0 && tag[len(tag)-1] == '/'
	switch name {
	case "table":
		if p.inside == 0 {
			p.tables++
		}
		if !selfClosed {
			p.inside++
		}
		return nil
	case "/table":
		p.inside--
		if p.inside == 0 && p.tables == p.want {
			return errTableDone
		}
		return nil
	}
	if p.tables != p.want || p.inside != 1 {
		return nil
	}
	p.text(unescaped(text))
	if inner, ok := cdata(tag); ok {
		p.text(inner)
		return nil
	}
	if !p.cells(name, attrs, selfClosed) {
		p.paragraphs(name, attrs, selfClosed)
	}
	return nil
}

// cells takes the tags of rows and cells, and says whether it was one.
func (p *odsProof) cells(name string, attrs []byte, selfClosed bool) bool {
	switch name {
	case "table-row":
		p.row, p.times = p.row[:0], count(attrs, "number-rows-repeated")
		if selfClosed {
			p.endRow()
		}
	case "/table-row":
		p.endRow()
	case "table-cell", "covered-table-cell":
		p.cell(attrs)
		p.inCell = !selfClosed
	case "/table-cell", "/covered-table-cell":
		p.inCell = false
	default:
		return false
	}
	return true
}

// paragraphs takes the tags within cells: text counts in paragraphs, one line each, but
// not in notes and drawings.
func (p *odsProof) paragraphs(name string, attrs []byte, selfClosed bool) {
	switch name {
	case "p":
		if selfClosed {
			return
		}
		if p.inCell && p.aside == 0 && p.within == 0 {
			if p.paras++; p.paras > 1 {
				p.within = 1
				p.text([]byte{'\n'})
				p.within = 0
			}
		}
		p.within++
	case "/p":
		p.within = max(0, p.within-1)
	case "annotation", "frame":
		if !selfClosed {
			p.aside++
		}
	case "/annotation", "/frame":
		p.aside = max(0, p.aside-1)
	case "s", "tab", "line-break":
		if selfClosed {
			p.text(blanks(name, attrs))
		}
	}
}

func blanks(name string, attrs []byte) []byte {
	switch name {
	case "tab":
		return []byte{'\t'}
	case "line-break":
		return []byte{'\n'}
	}
	return bytes.Repeat([]byte{' '}, min(1000, count(attrs, "c")))
}

func (p *odsProof) text(text []byte) {
	if p.inCell && p.within > 0 && p.aside == 0 && len(p.row) > 0 {
		c := &p.row[len(p.row)-1]
		c.shown = append(c.shown, text...)
	}
}

func (p *odsProof) cell(attrs []byte) {
	c := odsProofCell{times: count(attrs, "number-columns-repeated")}
	var stored []byte
	switch string(attribute(attrs, "value-type")) {
	case "float", "currency", "percentage":
		stored, c.number = attribute(attrs, "value"), true
	case "string":
		stored = attribute(attrs, "string-value")
	case "date", "time":
		if stored = attribute(attrs, "date-value"); stored == nil {
			stored = attribute(attrs, "time-value")
		}
	case "boolean":
		stored = bytes.ToUpper(attribute(attrs, "boolean-value"))
	}
	c.text = bytes.Clone(unescaped(stored))
	p.row = append(p.row, c)
	p.within, p.paras = 0, 0
}

// shownErrors is what a spreadsheet shows in place of a number it can't work out;
// LibreOffice's own are Err: and three digits.
var shownErrors = regexp.MustCompile(`^(?:#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)|Err:...)$`)

// content is the stored value, unless there is none or an error is shown beside it.
func (c *odsProofCell) content() []byte {
	if len(c.text) == 0 || c.number && shownErrors.Match(c.shown) {
		return c.shown
	}
	return c.text
}

func (p *odsProof) endRow() {
	blank := true
	for i := range p.row {
		blank = blank && len(p.row[i].content()) == 0
	}
	if blank && p.times > 1 {
		p.line += p.times
		return
	}
	for range p.times {
		p.line++
		if p.line > sheetRows {
			return
		}
		switch col, counts := p.tally.begin(int32(p.line)); {
		case !counts || col < 0:
		case p.tally.double():
			p.tally.pair(p.at(col), p.at(p.tally.other))
		default:
			if v := p.at(col); len(v) > 0 {
				p.tally.amount(v)
			}
		}
	}
}

// at is the content of the row's cell at col.
func (p *odsProof) at(col int) []byte {
	at := 0
	for i := range p.row {
		if at += p.row[i].times; at > col {
			return p.row[i].content()
		}
	}
	return nil
}

// count is a number of repeats; what is none, or longer than nine digits, is 1.
func count(attrs []byte, name string) int {
	v := string(attribute(attrs, name))
	n, err := strconv.ParseUint(v, 10, 32)
	if err != nil || n < 1 || len(v) > 9 {
		return 1
	}
	return int(n)
}
