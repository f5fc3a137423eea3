package source

import (
	"bufio"
	"bytes"
	"context"
	"html"
	"io"
	"strconv"
	"strings"
)

// Proof counts rows and sums a column by walking the sheet's XML in pieces that end
// in >, with no other code of Read's than the archive's.
func (s *sheet) Proof(ctx context.Context, spec ProofSpec) (Proof, error) {
	p := sheetProof{sheet: s, tally: newTally(spec), col: -1}
	err := walkXML(ctx, s.book.zip, s.member, p.piece)
	if err != nil {
		return Proof{}, err
	}
	return p.tally.result()
}

// sheetProof is where the walk is.
type sheetProof struct {
	sheet  *sheet
	tally  *tally
	row    int
	want   int // column that counts in this row, or -1
	col    int
	kind   []byte
	value  []byte
	valued bool
	silent bool // within phonetic text
	texts  []string
}

// piece takes a tag (without < and >) and the text that stood before it.
func (p *sheetProof) piece(text, tag []byte) error {
	name, attrs := tagName(tag)
	switch string(name) {
	case "row":
		p.row++
		if at, err := strconv.Atoi(string(attribute(attrs, "r"))); err == nil {
			p.row = at
		}
		p.col = -1
		col, counts := p.tally.begin(int32(p.row))
		p.want = -1
		if counts {
			p.want = col
		}
	case "c":
		p.startCell(attrs)
		if tag[len(tag)-1] == '/' {
			p.valued = false
		}
	case "rPh":
		p.silent = true
	case "/rPh":
		p.silent = false
	case "/v", "/t":
		if p.col == p.want && !p.silent {
			p.value = append(p.value, unescaped(text)...)
			p.valued = true
		}
	case "/c":
		return p.endCell()
	default:
		if inner, ok := bytes.CutPrefix(tag, []byte("![CDATA[")); ok && p.col == p.want {
			p.value = append(append(p.value, unescaped(text)...), bytes.TrimSuffix(inner, []byte("]]"))...)
		}
	}
	return nil
}

func unescaped(text []byte) []byte {
	if bytes.IndexByte(text, '&') < 0 {
		return text
	}
	return []byte(html.UnescapeString(string(text)))
}

func (p *sheetProof) startCell(attrs []byte) {
	p.col++
	if ref := attribute(attrs, "r"); len(ref) > 0 {
		n := 0
		for i := 0; i < len(ref) && ref[i] > '9'; i++ {
			n = 26*n + int(ref[i]&0x1f)
		}
		p.col = n - 1
	}
	if p.col == p.want {
		p.kind = append(p.kind[:0], attribute(attrs, "t")...)
		p.value, p.valued = p.value[:0], false
	}
}

func (p *sheetProof) endCell() error {
	if p.col != p.want || !p.valued {
		return nil
	}
	if string(p.kind) == "s" {
		if err := p.loadTexts(); err != nil {
			return err
		}
		i, err := strconv.Atoi(string(bytes.TrimSpace(p.value)))
		if err != nil || i < 0 || i >= len(p.texts) {
			return badXML("a text that is not in the table of texts")
		}
		p.value = append(p.value[:0], p.texts[i]...)
	}
	if string(p.kind) == "b" {
		p.value = append(p.value[:0], strings.ToUpper(strconv.FormatBool(string(p.value) == "1" || string(p.value) == "true"))...)
	}
	p.tally.amount(p.value)
	p.valued = false
	return nil
}

// loadTexts reads the shared strings, which only amounts stored as text need.
func (p *sheetProof) loadTexts() error {
	if p.texts != nil {
		return nil
	}
	p.texts = []string{}
	var text string
	silent := false
	return walkXML(context.Background(), p.sheet.book.zip, p.sheet.book.strings, func(before, tag []byte) error {
		b, _ := tagName(tag)
		name := string(b)
		switch {
		case name == "rPh":
			silent = true
		case name == "/rPh":
			silent = false
		case name == "/t" && !silent:
			text += string(unescaped(before))
		case name == "/si" || string(tag) == "si/":
			p.texts = append(p.texts, text)
			text = ""
		}
		return nil
	})
}

// walkXML cuts a member at every > that ends a tag.
func walkXML(ctx context.Context, a *archive, member string, piece func(text, tag []byte) error) error {
	m := a.named(member)
	if m == nil {
		return badXML("a part is missing")
	}
	r, err := a.open(m)
	if err != nil {
		return err
	}
	defer r.Close()
	in := bufio.NewReaderSize(r, 1<<16)
	var held []byte
	for n := 0; ; n++ {
		if n&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		chunk, err := in.ReadSlice('>')
		if err == bufio.ErrBufferFull {
			held = append(held, chunk...)
			continue
		}
		if err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
		if len(held) > 0 {
			held = append(held, chunk...)
			chunk = held
		}
		lt := bytes.LastIndexByte(chunk, '<')
		if i := bytes.Index(chunk, []byte("<![CDATA[")); i >= 0 {
			lt = i
		}
		if lt < 0 || unfinished(chunk[lt:]) {
			if len(held) == 0 {
				held = append(held, chunk...)
			}
			continue
		}
		if err := piece(chunk[:lt], chunk[lt+1:len(chunk)-1]); err != nil {
			return err
		}
		held = held[:0]
	}
}

// unfinished says that the > at the end stands within a comment or in quotes.
func unfinished(tag []byte) bool {
	return bytes.HasPrefix(tag, []byte("<!--")) && !bytes.HasSuffix(tag, []byte("-->")) ||
		bytes.Count(tag, []byte{'"'})%2 == 1 && !bytes.HasPrefix(tag, []byte("<!--"))
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

// attribute finds name="value" among attributes; value is as written.
func attribute(attrs []byte, name string) []byte {
	for i := 0; i+len(name)+2 < len(attrs); i++ {
		if attrs[i] > ' ' || string(attrs[i+1:i+1+len(name)]) != name || attrs[i+1+len(name)] != '=' {
			continue
		}
		rest := attrs[i+len(name)+2:]
		if end := bytes.IndexByte(rest[1:], rest[0]); end >= 0 {
			return rest[1 : 1+end]
		}
	}
	return nil
}
