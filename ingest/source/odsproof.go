package source

import (
	"bytes"
	"context"
	"errors"
	"strconv"
)

// Proof counts rows and sums a column by the same plain walk as a worksheet's.
func (s *spreadsheet) Proof(ctx context.Context, spec ProofSpec) (Proof, error) {
	p := odsProof{want: s.index + 1, tally: newTally(spec)}
	err := walkXML(ctx, s.book.zip, "content.xml", p.piece)
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
	shown  bool // text counts: within a paragraph
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
	p.text(text)
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
	case "p":
		p.shown = !selfClosed
	case "/p":
		p.shown = false
	case "annotation", "frame":
		if !selfClosed {
			p.aside++
		}
	case "/annotation", "/frame":
		p.aside = max(0, p.aside-1)
	}
	return nil
}

func (p *odsProof) text(text []byte) {
	if p.shown && p.aside == 0 && len(p.row) > 0 {
		c := &p.row[len(p.row)-1]
		c.shown = append(c.shown, unescaped(text)...)
	}
}

func (p *odsProof) cell(attrs []byte) {
	c := odsProofCell{times: count(attrs, "number-columns-repeated")}
	switch string(prefixed(attrs, "value-type")) {
	case "float", "currency", "percentage":
		c.text, c.number = bytes.Clone(prefixed(attrs, "value")), true
	case "string":
		c.text = bytes.Clone(unescaped(prefixed(attrs, "string-value")))
	case "date":
		c.text = bytes.Clone(prefixed(attrs, "date-value"))
	case "time":
		c.text = bytes.Clone(prefixed(attrs, "time-value"))
	case "boolean":
		c.text = bytes.ToUpper(prefixed(attrs, "boolean-value"))
	}
	p.row = append(p.row, c)
	p.shown = false
}

// content is the stored value, unless there is none or an error is shown beside it.
func (c *odsProofCell) content() []byte {
	failed := len(c.shown) > 3 && (c.shown[0] == '#' && bytes.ContainsAny(c.shown, "/!?") || bytes.HasPrefix(c.shown, []byte("Err:")))
	if len(c.text) == 0 || c.number && failed {
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
		if col, counts := p.tally.begin(int32(p.line)); counts && col >= 0 {
			p.sum(col)
		}
	}
}

func (p *odsProof) sum(col int) {
	at := 0
	for i := range p.row {
		if at += p.row[i].times; at > col {
			if v := p.row[i].content(); len(v) > 0 {
				p.tally.amount(v)
			}
			return
		}
	}
}

func count(attrs []byte, name string) int {
	n, err := strconv.Atoi(string(prefixed(attrs, name)))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// prefixed finds any-prefix:name="value". Newer files repeat the value in a calcext
// attribute, which says the same.
func prefixed(attrs []byte, name string) []byte {
	for _, prefix := range []string{"office:", "table:", ""} {
		if v := attribute(attrs, prefix+name); v != nil {
			return v
		}
	}
	return nil
}
