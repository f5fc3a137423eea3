package source

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Proof counts rows and sums a column by walking the sheet's XML in pieces that end
// in >, with no other code of Read's than the archive's.
func (s *sheet) Proof(ctx context.Context, spec ProofSpec) (Proof, error) {
	p := sheetProof{sheet: s, tally: newTally(spec), col: -1, want: -1, other: -1}
	err := walkXML(ctx, s.book.zip, s.member, s.book.lim, p.piece)
	if err != nil {
		return Proof{}, err
	}
	p.endRow()
	return p.tally.result()
}

// sheetProof is where the walk is.
type sheetProof struct {
	sheet  *sheet
	tally  *tally
	row    int
	want   int // column that counts in this row, or -1
	other  int // the second one of an amount in two columns, or -1
	col    int
	kind   []byte
	value  []byte
	valued bool // a value was begun
	silent bool // within phonetic text
	texts  *proofTexts
	first  []byte // the cells so far of an amount in two columns
	second []byte

	inCell, inValue bool
}

// piece takes a tag (without < and >) and the text that stood before it.
func (p *sheetProof) piece(text, tag []byte) error {
	p.add(text)
	name, attrs := tagName(tag)
	alone := tag[len(tag)-1] == '/'
	switch string(name) {
	case "row":
		p.startRow(attrs)
	case "c":
		p.startCell(attrs)
		if alone {
			return p.endCell()
		}
	case "/c":
		return p.endCell()
	case "v", "t":
		p.valued, p.inValue = true, !alone
	case "/v", "/t":
		p.inValue = false
	case "rPh":
		p.silent = !alone
	case "/rPh":
		p.silent = false
	default:
		if inner, ok := cdata(tag); ok && p.counts() {
			p.value = append(p.value, inner...)
		}
	}
	return nil
}

// counts says whether text belongs to the amount.
func (p *sheetProof) counts() bool { return p.inCell && p.inValue && !p.silent && p.wanted() }

func (p *sheetProof) wanted() bool { return p.col == p.want || p.col == p.other && p.other >= 0 }

func (p *sheetProof) add(text []byte) {
	if len(text) > 0 && p.counts() {
		p.value = append(p.value, unescaped(text)...)
	}
}

func (p *sheetProof) startRow(attrs []byte) {
	p.row++
	if at, err := strconv.Atoi(string(attribute(attrs, "r"))); err == nil {
		p.row = at
	}
	p.endRow()
	if col, counts := p.tally.begin(int32(p.row)); counts {
		p.want, p.other = col, p.tally.other
	}
}

// endRow joins the amount of a row in which it stands in two columns.
func (p *sheetProof) endRow() {
	if p.other >= 0 {
		p.tally.pair(p.first, p.second)
		p.first, p.second = p.first[:0], p.second[:0]
	}
	p.col, p.want, p.other = -1, -1, -1
}

// cdata is the text of a piece that is a CDATA section.
func cdata(tag []byte) ([]byte, bool) {
	inner, ok := bytes.CutPrefix(tag, []byte("![CDATA["))
	return bytes.TrimSuffix(inner, []byte("]]")), ok
}

// xmlEntity are the five that XML knows, and characters by number.
var xmlEntity = regexp.MustCompile(`&(?:amp|lt|gt|quot|apos|#[0-9]{1,9}|#[xX][0-9a-fA-F]{1,8});`)

// unescaped resolves entities, none but XML's.
func unescaped(text []byte) []byte {
	if bytes.IndexByte(text, '&') < 0 {
		return text
	}
	return xmlEntity.ReplaceAllFunc(text, func(entity []byte) []byte {
		if entity[1] != '#' {
			return []byte(html.UnescapeString(string(entity)))
		}
		number, base := string(entity[2:len(entity)-1]), 10
		if hexadecimal := strings.TrimLeft(number, "xX"); hexadecimal != number {
			number, base = hexadecimal, 16
		}
		n, err := strconv.ParseUint(number, base, 32)
		if err != nil || n > utf8.MaxRune {
			return entity
		}
		return utf8.AppendRune(nil, rune(n))
	})
}

func (p *sheetProof) startCell(attrs []byte) {
	p.col++
	if ref := attribute(attrs, "r"); len(ref) > 0 {
		letters := bytes.ToUpper(ref)
		if end := bytes.IndexFunc(letters, func(r rune) bool { return r < 'A' || r > 'Z' }); end >= 0 {
			letters = letters[:end]
		}
		n := 0
		for _, c := range letters[:min(len(letters), 4)] {
			n = 26*n + int(c-'A') + 1
		}
		p.col = n - 1
	}
	p.inCell, p.inValue = true, false
	if p.wanted() {
		p.kind = append(p.kind[:0], attribute(attrs, "t")...)
		p.value, p.valued = p.value[:0], false
	}
}

func (p *sheetProof) endCell() error {
	p.inCell = false
	if !p.wanted() || !p.valued {
		return nil
	}
	if string(p.kind) == "s" {
		if err := p.loadTexts(); err != nil {
			return err
		}
		i, err := strconv.Atoi(string(bytes.TrimSpace(p.value)))
		if err != nil || i < 0 || i >= len(p.texts.ends) {
			return badXML("a text that is not in the table of texts")
		}
		p.value = append(p.value[:0], p.texts.at(i)...)
	}
	if string(p.kind) == "b" {
		p.value = append(p.value[:0], strings.ToUpper(strconv.FormatBool(string(p.value) == "1" || string(p.value) == "true"))...)
	}
	p.valued = false
	switch {
	case p.other < 0:
		p.tally.amount(p.value)
	case p.col == p.want:
		p.first = append(p.first[:0], p.value...)
	default:
		p.second = append(p.second[:0], p.value...)
	}
	return nil
}

// proofTexts are the shared strings, a hundred to a block.
type proofTexts struct {
	blocks []string
	ends   []uint32 // within its block
	open   []byte   // the block under way
}

const proofTextBlock = 100

func (t *proofTexts) at(i int) string {
	start := uint32(0)
	if i%proofTextBlock > 0 {
		start = t.ends[i-1]
	}
	return t.blocks[i/proofTextBlock][start:t.ends[i]]
}

func (t *proofTexts) end() {
	t.ends = append(t.ends, uint32(len(t.open)))
	if len(t.ends)%proofTextBlock == 0 {
		t.close()
	}
}

func (t *proofTexts) close() {
	t.blocks, t.open = append(t.blocks, string(t.open)), t.open[:0]
}

// loadTexts reads the shared strings, which only amounts stored as text need. Read has
// seen that they aren't too many.
func (p *sheetProof) loadTexts() error {
	if p.texts != nil {
		return nil
	}
	t := &proofTexts{}
	p.texts = t
	silent, within := false, false
	err := walkXML(context.Background(), p.sheet.book.zip, p.sheet.book.strings, p.sheet.book.lim, func(text, tag []byte) error {
		if within && !silent {
			t.open = append(t.open, unescaped(text)...)
		}
		b, _ := tagName(tag)
		alone := tag[len(tag)-1] == '/'
		switch name := string(b); {
		case name == "rPh":
			silent = !alone
		case name == "/rPh":
			silent = false
		case name == "t" || name == "/t":
			within = name == "t" && !alone
		case name == "/si" || name == "si" && alone:
			t.end()
		default:
			if inner, ok := cdata(tag); ok && within && !silent {
				t.open = append(t.open, inner...)
			}
		}
		return nil
	})
	t.close()
	return err
}

// walkXML cuts a member into tags, each with the text before it. A CDATA section counts
// as a tag; comments and instructions are passed over.
func walkXML(ctx context.Context, a *archive, member string, lim Limits, piece func(text, tag []byte) error) error {
	m := a.named(member)
	if m == nil {
		return badXML("a part is missing")
	}
	r, err := a.open(m)
	if err != nil {
		return err
	}
	defer r.Close()
	w := xmlWalk{in: r, buf: make([]byte, 0, 1<<16), most: 16 * lim.Cell}
	for n := 0; ; n++ {
		if n&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		text, tag, err := w.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case len(tag) == 0:
			return badXML("a tag without a name")
		case tag[0] == '?' || bytes.HasPrefix(tag, []byte("!--")):
			tag = noTag
		}
		if err := piece(text, tag); err != nil {
			return err
		}
	}
}

// noTag stands for a comment, whose text before it counts all the same.
var noTag = []byte("!")

// xmlWalk finds tags by their ends in a buffer that holds a whole one.
type xmlWalk struct {
	in   io.Reader
	buf  []byte
	pos  int
	most int // bytes of a tag with the text before it
	eof  bool
}

// next gives a tag without < and >, and the text before it.
func (w *xmlWalk) next() (text, tag []byte, err error) {
	for {
		rest := w.buf[w.pos:]
		if lt := bytes.IndexByte(rest, '<'); lt >= 0 {
			if n := tagLen(rest[lt:]); n > 0 {
				w.pos += lt + n
				return rest[:lt], rest[lt+1 : lt+n-1], nil
			}
		}
		if err := w.fill(); err != nil {
			return nil, nil, err
		}
	}
}

// fill makes the buffer hold at least half as much again, so that a long piece is
// looked through a few times only.
func (w *xmlWalk) fill() error {
	rest := w.buf[w.pos:]
	if w.eof {
		return io.EOF
	}
	if len(rest) > w.most {
		return badXML(fmt.Sprintf("a value of more than %d bytes", w.most))
	}
	if len(rest) > cap(w.buf)/2 {
		w.buf = append(make([]byte, 0, 2*cap(w.buf)), rest...)
	} else {
		w.buf = w.buf[:copy(w.buf[:cap(w.buf)], rest)]
	}
	w.pos = 0
	n, err := io.ReadFull(w.in, w.buf[len(w.buf):cap(w.buf)])
	w.buf = w.buf[:len(w.buf)+n]
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		w.eof, err = true, nil
	}
	return err
}

// tagLen is the length of the tag that b begins with, or 0 if its end isn't there.
func tagLen(b []byte) int {
	if len(b) > 1 && (b[1] == '!' || b[1] == '?') {
		return declarationLen(b)
	}
	for i := 1; i < len(b); i++ {
		switch c := b[i]; c {
		case '>':
			return i + 1
		case '"', '\'':
			if b[1] == '/' {
				continue
			}
			j := bytes.IndexByte(b[i+1:], c)
			if j < 0 {
				return 0
			}
			i += j + 1
		}
	}
	return 0
}

// declarationLen is tagLen for comments, CDATA sections and instructions.
func declarationLen(b []byte) int {
	for _, kind := range [...]struct{ start, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if bytes.HasPrefix(b, []byte(kind.start)) {
			if i := bytes.Index(b[len(kind.start):], []byte(kind.end)); i >= 0 {
				return len(kind.start) + i + len(kind.end)
			}
			return 0
		}
	}
	return 0 // cut short: Read refuses what is none of these
}

// tagName cuts a tag into name (with its slash, without its prefix) and attributes.
func tagName(tag []byte) (name, attrs []byte) {
	i := 0
	for i < len(tag) && tag[i] > ' ' && (i == 0 || tag[i] != '/') {
		i++
	}
	name, attrs = tag[:i], tag[i:]
	if j := bytes.IndexByte(name, ':'); j >= 0 {
		if name[0] == '/' {
			name[j] = '/'
			return name[j:], attrs
		}
		name = name[j+1:]
	}
	return name, attrs
}

// attribute finds name="value" among attributes, whatever the name's prefix; value is
// as written.
func attribute(attrs []byte, name string) []byte {
	for {
		eq := bytes.IndexByte(attrs, '=')
		if eq < 0 {
			return nil
		}
		key := bytes.TrimSpace(attrs[:eq])
		value := bytes.TrimLeft(attrs[eq+1:], " \t\r\n")
		if len(value) == 0 || value[0] != '"' && value[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(value[1:], value[0])
		if end < 0 {
			return nil
		}
		if i := bytes.IndexByte(key, ':'); string(key[i+1:]) == name {
			return value[1 : 1+end]
		}
		attrs = value[end+2:]
	}
}
