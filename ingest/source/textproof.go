package source

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The proof reads a text anew, line by line, and shares with Read the delimiter, the
// usual widths and the rules for quotes written in quote.go, stray.go and repair.go,
// but none of their code: it works on the undecoded bytes of whole lines, looks at
// quotes with a counter in place of a cursor, and decodes nothing but amounts.

// Proof counts records and sums a column.
func (t *text) Proof(ctx context.Context, spec ProofSpec) (Proof, error) {
	r, err := t.open()
	if err != nil {
		return Proof{}, err
	}
	defer r.Close()
	p := prover{text: t, tally: newTally(spec), delim: t.dialect.delim, charmap: charmapOf(t.enc)}
	p.lines = lineReader{loneCR: t.loneCR, line: 1}
	if all, ok := contents(r); ok && t.enc.order == notUTF16 {
		p.lines.buf, p.lines.eof = all[min(t.enc.bom, len(all)):], true
	} else {
		p.lines.r = p.plain(r)
	}
	for n := 0; ; n++ {
		if n&0xfff == 0 {
			if err := ctx.Err(); err != nil {
				return Proof{}, err
			}
		}
		more, err := p.record()
		if err != nil {
			return Proof{}, err
		}
		if !more {
			return p.tally.result()
		}
	}
}

// prover reads records for a proof.
type prover struct {
	text    *text
	tally   *tally
	lines   lineReader
	delim   byte
	charmap *charmap.Charmap
	spanned []byte // the earlier lines of an amount's cell
}

// plain passes over the mark and makes UTF-8 of UTF-16, by a library's decoder.
func (p *prover) plain(r io.Reader) io.Reader {
	enc := p.text.enc
	order := unicode.LittleEndian
	switch enc.order {
	case notUTF16:
		io.CopyN(io.Discard, r, int64(enc.bom))
		return r
	case bigEndian:
		order = unicode.BigEndian
	}
	policy := unicode.IgnoreBOM
	if enc.bom > 0 {
		policy = unicode.UseBOM
	}
	return transform.NewReader(r, unicode.UTF16(order, policy).NewDecoder())
}

// record reads and counts one record; more is false at the end.
func (p *prover) record() (more bool, err error) {
	line, ok, err := p.lines.peek(0)
	if !ok || err != nil {
		return false, err
	}
	first := p.lines.line
	if p.tally.double() {
		return true, p.double(line, first)
	}
	if bytes.IndexByte(line, '"') < 0 {
		if col, counts := p.tally.begin(first); counts && col >= 0 {
			p.amount(plainCell(line, p.delim, col, p.text.lim.Cells))
		}
		p.lines.drop(1)
		return true, nil
	}
	col, counts := p.tally.begin(first)
	if !counts {
		col = -1
	}
	if cell, found, ok := p.inOrder(line, col); ok {
		p.amount(cell, found)
		p.lines.drop(1)
		return true, nil
	}
	cell, found, used, err := p.quotedCell(col)
	if err != nil {
		return false, err
	}
	p.amount(cell, found)
	p.lines.drop(used)
	return true, nil
}

// inOrder is the cell at col of a line that is a record by itself, for all to see: each
// of its quotes begins a cell or ends one. It goes from quote to quote, and leaves every
// other line to quotedCell.
func (p *prover) inOrder(line []byte, col int) (cell []byte, found, ok bool) {
	for cells, at := 0, 0; ; {
		rest := line[at:]
		quote := bytes.IndexByte(rest, '"')
		plain := rest[:max(quote, 0)] // cells before the next in quotes, and their delimiters
		if quote < 0 {
			plain = rest
		}
		n := bytes.Count(plain, []byte{p.delim})
		if cells+n >= p.text.lim.Cells-1 || quote > 0 && plain[quote-1] != p.delim {
			return nil, false, false
		}
		if !found && col >= cells && (col < cells+n || quote < 0) {
			cell, found = plainCell(plain, p.delim, col-cells, p.text.lim.Cells)
		}
		if quote < 0 {
			return cell, found, true
		}
		cells += n
		end := quote + 1 + bytes.IndexByte(rest[quote+1:], '"')
		if end == quote || end+1 < len(rest) && rest[end+1] != p.delim {
			return nil, false, false
		}
		if cells == col {
			cell, found = rest[quote+1:end], true
		}
		if cells++; end+1 == len(rest) {
			return cell, found, true
		}
		at += end + 2
	}
}

// quotedCell is the cell at col of a record with quotes, which takes so many lines.
func (p *prover) quotedCell(col int) (cell []byte, found bool, lines int, err error) {
	p.spanned = p.spanned[:0]
	r, lines, err := p.quoted(col)
	if err != nil {
		return nil, false, 0, err
	}
	if len(p.spanned) > 0 {
		r.amount = append(p.spanned, r.amount...)
	}
	if r.quoted {
		r.amount = unquoted(r.amount)
	}
	return r.amount, r.found, lines, nil
}

// double counts the record that begins with line and whose amount stands in two
// columns: it is looked through once for each.
func (p *prover) double(line []byte, first int32) error {
	col, counts := p.tally.begin(first)
	columns, cells, used := [2]int{col, p.tally.other}, [2][]byte{}, 1
	quoted := bytes.IndexByte(line, '"') >= 0
	for i, col := range columns {
		if !counts {
			col = -1
		}
		var cell []byte
		found := false
		if quoted {
			var err error
			if cell, found, used, err = p.quotedCell(col); err != nil {
				return err
			}
		} else if col >= 0 {
			cell, found = plainCell(line, p.delim, col, p.text.lim.Cells)
		}
		if found {
			cells[i] = bytes.Clone(p.decoded(cell)) // looking for the next may move the buffer
		}
	}
	if counts {
		p.tally.pair(cells[0], cells[1])
	}
	p.lines.drop(used)
	return nil
}

// plainCell is the cell at col of a line without quotes.
func plainCell(line []byte, delim byte, col, limit int) ([]byte, bool) {
	if col >= limit {
		return nil, false
	}
	start := 0
	for i, c := range line {
		if c == delim {
			if col == 0 && limit > 1 {
				return line[start:i], true
			}
			col--
			limit--
			start = i + 1
			if limit == 1 {
				break
			}
		}
	}
	return line[start:], col == 0
}

func (p *prover) amount(cell []byte, there bool) {
	if there {
		p.tally.amount(p.decoded(cell))
	}
}

// decoded is the cell as UTF-8, character by character.
func (p *prover) decoded(cell []byte) []byte {
	if p.charmap == nil || utf8.Valid(cell) && (p.text.enc.mixed || len(cell) == utf8.RuneCount(cell)) {
		return cell
	}
	var out []byte
	for i := 0; i < len(cell); {
		r, n := utf8.DecodeRune(cell[i:])
		if n == 1 && r >= utf8.RuneSelf || n > 1 && !p.text.enc.mixed {
			r, n = p.charmap.DecodeByte(cell[i]), 1
			if r == utf8.RuneError {
				r = rune(cell[i])
			}
		}
		out = utf8.AppendRune(out, r)
		i += n
	}
	return out
}

// charmapOf is the library's table for a single-byte encoding, or nil.
func charmapOf(enc encoding) *charmap.Charmap {
	if enc.table == nil {
		return nil
	}
	return map[string]*charmap.Charmap{
		"windows-1252": charmap.Windows1252, "macintosh": charmap.Macintosh,
		"cp437": charmap.CodePage437, "cp850": charmap.CodePage850, "iso-8859-1": charmap.ISO8859_1,
	}[enc.table.name]
}

// lineReader gives physical lines, with as much look-ahead as is asked for.
type lineReader struct {
	r      io.Reader
	loneCR bool
	buf    []byte
	pos    int
	eof    bool
	line   int32 // of the line at pos
	ahead  []int // start, end and next of lines found beyond pos
}

// peek gives the line k lines ahead, without its end, or !ok beyond the last. It is
// valid until the next peek.
func (l *lineReader) peek(k int) (line []byte, ok bool, err error) {
	for len(l.ahead) < 3*(k+1) {
		from := l.pos
		if n := len(l.ahead); n > 0 {
			from = l.ahead[n-1]
		}
		end, next := l.find(from)
		if end < 0 {
			if l.eof {
				return nil, false, nil
			}
			if err := l.more(); err != nil {
				return nil, false, err
			}
			continue
		}
		l.ahead = append(l.ahead, from, end, next)
	}
	return l.buf[l.ahead[3*k]:l.ahead[3*k+1]], true, nil
}

// find looks for the end of the line at from in the buffer; end is -1 if more is
// needed, or there is no line.
func (l *lineReader) find(from int) (end, next int) {
	if from == len(l.buf) {
		return -1, 0
	}
	rest := l.buf[from:]
	lf := bytes.IndexByte(rest, '\n')
	if l.loneCR {
		upTo := rest
		if lf >= 0 {
			upTo = rest[:lf]
		}
		if cr := bytes.IndexByte(upTo, '\r'); cr >= 0 {
			if cr+1 == len(rest) && !l.eof {
				return -1, 0
			}
			if cr+1 == lf {
				return from + cr, from + lf + 1
			}
			return from + cr, from + cr + 1
		}
	}
	switch {
	case lf > 0 && rest[lf-1] == '\r':
		return from + lf - 1, from + lf + 1
	case lf >= 0:
		return from + lf, from + lf + 1
	case l.eof:
		return len(l.buf), len(l.buf)
	}
	return -1, 0
}

const proofBlock = 64 << 10 // the least to read at once; the buffer grows to eight times that

// more reads on, keeping what wasn't dropped.
func (l *lineReader) more() error {
	if l.pos > 0 {
		l.buf = l.buf[:copy(l.buf, l.buf[l.pos:])]
		for i := range l.ahead {
			l.ahead[i] -= l.pos
		}
		l.pos = 0
	}
	if cap(l.buf) < 8*proofBlock || cap(l.buf)-len(l.buf) < proofBlock {
		l.buf = append(make([]byte, 0, 2*cap(l.buf)+proofBlock), l.buf...)
	}
	n, err := l.r.Read(l.buf[len(l.buf):cap(l.buf)])
	l.buf = l.buf[:len(l.buf)+n]
	if err == io.EOF {
		l.eof, err = true, nil
	}
	return err
}

// start is where the line k lines ahead begins in the buffer.
func (l *lineReader) start(k int) int { return l.ahead[3*k] }

// drop passes over n lines that were peeked.
func (l *lineReader) drop(n int) {
	l.pos = l.ahead[3*n-1]
	l.ahead = l.ahead[:copy(l.ahead, l.ahead[3*n:])]
	l.line += int32(n)
}
