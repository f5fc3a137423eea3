package source

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
	"unicode/utf8"

	xenc "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"hardyards/internal/testenv"
)

// decoder makes UTF-8 of bytes whose encoding is decided, and marks what it had to decide.
type decoder func(encoding, io.Reader) (string, []mark, error)

// decodesAll says what is wrong unless every byte of a file becomes a character of its
// own, by tables that are not the decoder's; what means nothing in the encoding is
// marked and warned of; and it doesn't matter how many bytes a disk gives at once.
func decodesAll(decode decoder, in []byte) error {
	p, err := surveyBytes(in, Limits{})
	if err != nil {
		if !isRefusal(err) {
			return fmt.Errorf("%q: %w", in, err)
		}
		return nil
	}
	got, marks, err := decode(p.enc, bytes.NewReader(in))
	if err != nil {
		return err
	}
	slow, _, err := decode(p.enc, iotest.OneByteReader(bytes.NewReader(in)))
	if err != nil {
		return err
	}
	if got != slow {
		return fmt.Errorf("%q as %s: %q, byte by byte %q", in, p.enc.name, got, slow)
	}
	want, lost := decodedByTables(p.enc, in[min(p.enc.bom, len(in)):])
	if got != want {
		return fmt.Errorf("%q as %s: %q, want %q", in, p.enc.name, got, want)
	}
	bad := 0
	for _, m := range marks {
		if m.fault == BadBytes {
			bad++
		}
	}
	if bad != lost || lost > 0 && len(p.ev.Warnings) == 0 {
		return fmt.Errorf("%q as %s: %d of %d characters that mean nothing are marked; warnings %q", in, p.enc.name, bad, lost, p.ev.Warnings)
	}
	return nil
}

// decodedByTables decodes with the library's tables, character by character; lost
// counts what means nothing.
func decodedByTables(enc encoding, in []byte) (out string, lost int) {
	if enc.order != notUTF16 {
		return decodedUnits(enc.order, in)
	}
	table := charmapOf(enc)
	if table == nil {
		return string(in), 0
	}
	var b strings.Builder
	for len(in) > 0 {
		r, n := utf8.DecodeRune(in)
		if n == 1 && r == utf8.RuneError || n > 1 && !enc.mixed {
			r, n = table.DecodeByte(in[0]), 1
			if r == utf8.RuneError {
				r = rune(in[0])
			}
		}
		b.WriteRune(r)
		in = in[n:]
	}
	return b.String(), 0
}

func decodedUnits(order utf16Order, in []byte) (out string, lost int) {
	var units []uint16
	for ; len(in) > 1; in = in[2:] {
		u := uint16(in[0]) | uint16(in[1])<<8
		if order == bigEndian {
			u = u<<8 | u>>8
		}
		units = append(units, u)
	}
	runes := utf16.Decode(units)
	for _, u := range units { // U+FFFD that the publisher wrote is lost already, not by us
		if u == utf8.RuneError {
			lost--
		}
	}
	for _, r := range runes {
		if r == utf8.RuneError {
			lost++
		}
	}
	out = string(runes)
	if len(in) > 0 {
		return out + string(utf8.RuneError), lost + 1
	}
	return out, lost
}

// encodings that files are published in.
func encodings() map[string]xenc.Encoding {
	le, be := unicode.LittleEndian, unicode.BigEndian
	return map[string]xenc.Encoding{
		"utf-8": xenc.Nop, "utf-8 with mark": unicode.UTF8BOM, "windows-1252": charmap.Windows1252, "cp437": charmap.CodePage437, "cp850": charmap.CodePage850, "macintosh": charmap.Macintosh,
		"utf-16le": unicode.UTF16(le, unicode.UseBOM), "utf-16be": unicode.UTF16(be, unicode.UseBOM), "utf-16le without mark": unicode.UTF16(le, unicode.IgnoreBOM), "utf-16be without mark": unicode.UTF16(be, unicode.IgnoreBOM),
	}
}

// detector decodes a file whose encoding isn't known; warned says that it isn't sure.
type detector func(in []byte) (text string, warned bool, err error)

func soundDetector(in []byte) (string, bool, error) {
	p, err := surveyBytes(in, Limits{})
	if err != nil {
		return "", false, err
	}
	text, _, err := decodedBy(p.enc, bytes.NewReader(in))
	return text, len(p.ev.Warnings) > 0, err
}

// detects says what is wrong unless a spend file made by the choices, in an encoding
// of theirs, is decoded to what was written, or else a warning says that it is unsure.
func detects(detect detector, choices []byte) error {
	c := testenv.ChoicesOf(choices)
	all := encodings()
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	slices.Sort(names)
	name := names[c.UpTo(len(names))]
	want := spendIn(c)
	in, err := all[name].NewEncoder().Bytes([]byte(want))
	if err != nil {
		return nil // has characters that the encoding hasn't
	}
	got, warned, err := detect(in)
	if err != nil {
		return fmt.Errorf("%q in %s: %w", want, name, err)
	}
	if got != want && !warned {
		return fmt.Errorf("in %s: wrote %q, read %q without a warning", name, want, got)
	}
	return nil
}

// spendIn is a small spend file with the characters that published ones have.
func spendIn(c *testenv.Choices) string {
	end := testenv.One(c, "\n", "\r\n", "\r")
	var b strings.Builder
	b.WriteString(testenv.One(c, "Date,Supplier,Amount (£),Note", "Supplier,Date,Amount,Note", "Date,Supplier,£,Purpose") + end)
	for range 3 + c.UpTo(12) {
		fmt.Fprintf(&b, "%02d/04/2018,%s,%s%d.%02d,%s%s", 1+c.UpTo(30),
			testenv.One(c, "Smith Ltd", "Café Ltd", "Children’s Trust", "Jones & Sons", "Crème Brûlée", "Müller GmbH", "O'Brien", "CAFÉ NERO", "SÃO PAULO", "Señor Ltd", "Ängel"),
			testenv.One(c, "£", "-£", "£"), 1+c.UpTo(999), c.UpTo(100),
			testenv.One(c, "", "plain", "meals – staff", "“as agreed”", "½ day", "20°", "£500 limit", "fee\u00a0paid"), end)
	}
	return b.String()
}

// oddEncodings are files whose bytes are hard to read. 0x9C is £ in code page 437,
// 0x81 means nothing in Windows-1252, 0xD800 is half a character of UTF-16.
func oddEncodings() [][]byte {
	var out [][]byte
	for _, s := range []string{
		"a,\xa312.00,c\nb,\xc2\xa313,c\n", "a,\x9c5.00\r\nb,\x9c6.00\r\n", "Bob\x92s,\xa35 \x81\nTim\x92s,\x96 \x8d\n", "a,\xc2\n", "a,\xe2\x80", "\xef\xbb\xbfa,\xa3\n",
		"\xff\xfea\x00,\x00\x00\xd8x\x00\n\x00", "\xfe\xff\x00a\x00,\xd8\x3d\xde\x00\x00\n", "\xff\xfea\x00,\x00\n\x00b", "a\x00,\x00b\x00\n\x001\x00,\x002\x00", "\x00a\x00,\x00b\x00\n",
		"\xff\xfe\xfd\xff,\x00", "1,\xef\xbf\xbd5\n2,\xf6\n", "\xf0\x9f\x98\x80,\xf0\x9f\n", "a,b\xa0c,\xca,\xdb\n",
	} {
		out = append(out, []byte(s))
	}
	for seed := range uint64(6) {
		out = append(out, testenv.Noise(120, seed))
	}
	return out
}

// FuzzEncoding: every byte of any file becomes a character of its own, and a spend
// file in any encoding reads as written.
func FuzzEncoding(f *testing.F) {
	for _, s := range oddEncodings() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := decodesAll(decodedBy, b); err != nil {
			t.Fatal(err)
		}
		if err := detects(soundDetector, b); err != nil {
			t.Fatal(err)
		}
	})
}

func TestDecodingFindsPlantedFaults(t *testing.T) {
	faulty := map[string]decoder{
		"puts U+FFFD for bytes that are no UTF-8": func(enc encoding, r io.Reader) (string, []mark, error) {
			out, marks, err := decodedBy(encoding{bom: enc.bom, order: enc.order}, r)
			return strings.ToValidUTF8(out, "\ufffd"), marks, err
		},
		"drops what Windows-1252 leaves undefined": func(enc encoding, r io.Reader) (string, []mark, error) {
			out, marks, err := decodedBy(enc, r)
			return strings.Map(func(c rune) rune { return when(c >= 0x80 && c < 0xa0, -1, c) }, out), marks, err
		},
		"doesn't say what is lost": func(enc encoding, r io.Reader) (string, []mark, error) {
			out, _, err := decodedBy(enc, r)
			return out, nil, err
		},
		"forgets an odd byte at the end": func(enc encoding, r io.Reader) (string, []mark, error) {
			out, marks, err := decodedBy(enc, r)
			if n := len(marks); n > 0 {
				return strings.TrimSuffix(out, "\ufffd"), marks, err
			}
			return out, marks, err
		},
		"takes each read by itself": func(enc encoding, r io.Reader) (string, []mark, error) {
			var out strings.Builder
			for {
				piece := make([]byte, 7)
				n, err := r.Read(piece)
				if n == 0 || err != nil {
					return out.String(), nil, nil
				}
				text, _, _ := decodedBy(enc, bytes.NewReader(piece[:n]))
				out.WriteString(text)
			}
		},
	}
	testenv.FindsFault(t, decodesAll, decodedBy, faulty, 1500, oddEncodings()...)
}

func TestDetectionFindsPlantedFaults(t *testing.T) {
	fixed := func(enc encoding) detector {
		return func(in []byte) (string, bool, error) {
			out, _, err := decodedBy(enc, bytes.NewReader(in))
			return out, false, err
		}
	}
	faulty := map[string]detector{
		"takes everything for Windows-1252": fixed(encoding{table: charsets()[0]}),
		"takes everything for UTF-8":        fixed(encoding{}),
		"knows UTF-16 only by its mark": func(in []byte) (string, bool, error) {
			if o, m := guessUTF16(in); o != notUTF16 && m == 0 {
				return string(in), false, nil
			}
			return soundDetector(in)
		},
		"never looks for code pages of DOS": func(in []byte) (string, bool, error) {
			p, err := surveyBytes(in, Limits{})
			if err != nil {
				return "", false, err
			}
			if p.enc.table != nil && strings.HasPrefix(p.enc.table.name, "cp") {
				p.enc.table = charsets()[0]
			}
			out, _, err := decodedBy(p.enc, bytes.NewReader(in))
			return out, len(p.ev.Warnings) > 0, err
		},
	}
	testenv.FindsFault(t, detects, soundDetector, faulty, 1000, oddEncodings()...)
}
