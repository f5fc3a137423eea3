package source

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlScanner reads XML as a stream of tags and texts, in bounded memory and without
// allocating per token. It knows as much XML as workbooks hold: no document types (and
// so no entities of one's own), UTF-8 only. Names are given without their prefix.
type xmlScanner struct {
	r     io.Reader
	lim   Limits
	buf   []byte
	pos   int
	eof   bool
	depth int
	names []byte // of the tags that are open, one after another
	ends  []int  // where each of them ends in names

	// The token: valid until the next call.
	kind  xmlKind
	name  []byte // of a tag
	attrs []byte // of a start tag, raw
	empty bool   // the start tag is its own end: no end tag will come
	text  []byte // of a text: raw
	cdata bool   // the text holds no entities
}

type xmlKind uint8

const (
	xmlEnd xmlKind = iota + 1
	xmlStart
	xmlText
)

const xmlBlock = 256 << 10

func newXML(r io.Reader, lim Limits) *xmlScanner {
	return &xmlScanner{r: r, lim: lim, buf: make([]byte, 0, xmlBlock)}
}

func badXML(what string) error {
	return &Refusal{Reason: "a corrupt workbook: " + what, Advice: "download it again; or open it in Excel or LibreOffice and save it anew"}
}

// next reads the next token; io.EOF after the last.
func (x *xmlScanner) next() error {
	for {
		if x.pos == len(x.buf) {
			if err := x.fill(); err != nil {
				if err == io.EOF && x.depth > 0 {
					return badXML("its XML ends too early")
				}
				return err
			}
			continue
		}
		if x.buf[x.pos] != '<' {
			return x.readText()
		}
		skipped, err := x.readMarkup()
		if err != nil || !skipped {
			return err
		}
	}
}

// fill moves what is unread to the front and reads on; io.EOF if there is no more.
func (x *xmlScanner) fill() error {
	if x.eof {
		return io.EOF
	}
	rest := x.buf[x.pos:]
	if len(rest) == cap(x.buf) {
		if len(rest) > 4*x.lim.Cell {
			return badXML(fmt.Sprintf("a value of more than %d bytes", 4*x.lim.Cell))
		}
		x.buf = append(make([]byte, 0, 2*cap(x.buf)), rest...)
	} else {
		x.buf = x.buf[:copy(x.buf[:cap(x.buf)], rest)]
	}
	x.pos = 0
	n, err := x.r.Read(x.buf[len(x.buf):cap(x.buf)])
	x.buf = x.buf[:len(x.buf)+n]
	if err == io.EOF {
		x.eof = true
		if n == 0 {
			return io.EOF
		}
		return nil
	}
	return err
}

// until finds what ends a token that starts at pos, filling as needed.
func (x *xmlScanner) until(stop string, from int) (int, error) {
	for {
		if from < len(x.buf)-x.pos {
			if i := bytes.Index(x.buf[x.pos+from:], []byte(stop)); i >= 0 {
				return x.pos + from + i, nil
			}
		}
		if err := x.fill(); err != nil {
			if err == io.EOF {
				return -1, badXML("its XML ends within a tag")
			}
			return -1, err
		}
	}
}

func (x *xmlScanner) readText() error {
	for {
		i := bytes.IndexByte(x.buf[x.pos:], '<')
		if i < 0 {
			if err := x.fill(); err == nil {
				continue
			} else if err != io.EOF {
				return err
			}
			i = len(x.buf) - x.pos
		}
		x.kind, x.cdata = xmlText, false
		x.text = x.buf[x.pos : x.pos+i]
		x.pos += i
		return nil
	}
}

// readMarkup reads what begins with <; comments and instructions are skipped.
func (x *xmlScanner) readMarkup() (skipped bool, err error) {
	end, err := x.until(">", 1)
	if err != nil {
		return false, err
	}
	if end == x.pos+1 {
		return false, badXML("a tag without a name")
	}
	switch x.buf[x.pos+1] {
	case '?':
		return true, x.skipTo("?>", 2)
	case '!':
		return x.readDeclaration()
	case '/':
		return false, x.readEnd(end)
	}
	return false, x.readStart()
}

// readEnd reads the end tag whose > is at end.
func (x *xmlScanner) readEnd(end int) error {
	name := bytes.TrimRight(x.buf[x.pos+2:end], " \t\r\n")
	x.kind, x.name = xmlEnd, localName(name)
	x.pos = end + 1
	x.depth--
	if x.depth < 0 {
		return badXML("an end tag without its start")
	}
	from := 0
	if x.depth > 0 {
		from = x.ends[x.depth-1]
	}
	if !bytes.Equal(x.names[from:], name) {
		return badXML(fmt.Sprintf("tag %.40q ends as %.40q", x.names[from:], name))
	}
	x.names, x.ends = x.names[:from], x.ends[:x.depth]
	return nil
}

func (x *xmlScanner) skipTo(stop string, from int) error {
	end, err := x.until(stop, from)
	if err != nil {
		return err
	}
	x.pos = end + len(stop)
	return nil
}

func (x *xmlScanner) readDeclaration() (skipped bool, err error) {
	for len(x.buf)-x.pos < 9 {
		if err := x.fill(); err != nil {
			return false, badXML("its XML ends within a tag")
		}
	}
	switch head := x.buf[x.pos:]; {
	case bytes.HasPrefix(head, []byte("<!--")):
		return true, x.skipTo("-->", 4)
	case bytes.HasPrefix(head, []byte("<![CDATA[")):
		end, err := x.until("]]>", 9)
		if err != nil {
			return false, err
		}
		x.kind, x.cdata = xmlText, true
		x.text = x.buf[x.pos+9 : end]
		x.pos = end + 3
		return false, nil
	}
	return false, badXML("it declares a document type, which workbooks never do")
}

// readStart reads a start tag; a > inside an attribute's quotes is not its end.
func (x *xmlScanner) readStart() error {
	end, err := x.tagEnd()
	if err != nil {
		return err
	}
	tag := x.buf[x.pos+1 : end]
	x.pos = end + 1
	x.kind, x.empty = xmlStart, len(tag) > 0 && tag[len(tag)-1] == '/'
	if x.empty {
		tag = tag[:len(tag)-1]
	} else {
		x.depth++
		if x.depth > x.lim.Depth {
			return badXML(fmt.Sprintf("tags nested more than %d deep", x.lim.Depth))
		}
	}
	i := 0
	for i < len(tag) && tag[i] > ' ' {
		i++
	}
	if i == 0 || bytes.ContainsAny(tag[:i], "/<=&\"'") {
		return badXML(fmt.Sprintf("a tag named %.40q", tag[:i]))
	}
	x.name, x.attrs = localName(tag[:i]), tag[i:]
	if !x.empty {
		x.names = append(x.names, tag[:i]...)
		x.ends = append(x.ends, len(x.names))
	}
	return nil
}

// tagEnd finds the > that ends the start tag at pos. It looks at each byte once, so
// that a tag full of quotes and > costs no more than another.
func (x *xmlScanner) tagEnd() (int, error) {
	quote := byte(0)
	for from := 1; ; {
		end, err := x.until(">", from)
		if err != nil {
			return -1, err
		}
		if quote = quoteAfter(x.buf[x.pos+from:end], quote); quote == 0 {
			return end, nil
		}
		from = end - x.pos + 1
	}
}

// quoteAfter is the quote that is open behind a piece of a tag, before which quote was
// open; 0 is none.
func quoteAfter(piece []byte, quote byte) byte {
	for _, c := range piece {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote
}

func localName(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

func (x *xmlScanner) is(name string) bool { return string(x.name) == name }

// attr is the raw value of an attribute of the start tag, by its local name.
func (x *xmlScanner) attr(name string) (value []byte, ok bool) {
	a := x.attrs
	for {
		a = pastBlanks(a)
		eq := bytes.IndexByte(a, '=')
		if eq < 0 {
			return nil, false
		}
		key := bytes.TrimSpace(a[:eq])
		a = pastBlanks(a[eq+1:])
		if len(a) == 0 || a[0] != '"' && a[0] != '\'' {
			return nil, false
		}
		end := bytes.IndexByte(a[1:], a[0])
		if end < 0 {
			return nil, false
		}
		if string(localName(key)) == name {
			return a[1 : 1+end], true
		}
		a = a[end+2:]
	}
}

// pastBlanks passes over what XML calls blank; a control character is none.
func pastBlanks(a []byte) []byte {
	for len(a) > 0 && (a[0] == ' ' || a[0] == '\n' || a[0] == '\t' || a[0] == '\r') {
		a = a[1:]
	}
	return a
}

// attrString is an attribute's value with its entities resolved, or "".
func (x *xmlScanner) attrString(name string) string {
	v, _ := x.attr(name)
	return string(appendText(nil, v))
}

// appendContent appends the text token to dst.
func (x *xmlScanner) appendContent(dst []byte) []byte {
	if x.cdata {
		return append(dst, x.text...)
	}
	return appendText(dst, x.text)
}

// appendText appends raw text with its entities resolved; an unknown one stays.
func appendText(dst, raw []byte) []byte {
	for {
		amp := bytes.IndexByte(raw, '&')
		if amp < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:amp]...)
		raw = raw[amp:]
		semi := bytes.IndexByte(raw[:min(len(raw), 12)], ';')
		r, known := rune(0), false
		if semi > 0 {
			r, known = entity(string(raw[1:semi]))
		}
		if !known {
			dst, raw = append(dst, '&'), raw[1:]
			continue
		}
		dst, raw = utf8.AppendRune(dst, r), raw[semi+1:]
	}
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}
