package source

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// charset is a single-byte encoding as a table from byte to UTF-8. A byte that the
// standard leaves undefined becomes the control character of the same number, as the
// WHATWG encoding standard does for windows-1252, so that no byte is lost.
type charset struct {
	name  string
	utf8  [256][3]byte
	size  [256]uint8
	runes [256]rune
}

func newCharset(name string, from *charmap.Charmap) *charset {
	c := &charset{name: name}
	for b := range 256 {
		r := from.DecodeByte(byte(b))
		if r == utf8.RuneError {
			r = rune(b)
		}
		c.runes[b] = r
		c.size[b] = uint8(utf8.EncodeRune(c.utf8[b][:], r))
	}
	return c
}

// charsets gives the candidates in the order that settles ties: what British bodies
// publish most stands first. ISO-8859-1 differs from Windows-1252 only in 0x80–0x9F.
func charsets() []*charset {
	return []*charset{
		newCharset("windows-1252", charmap.Windows1252),
		newCharset("macintosh", charmap.Macintosh),
		newCharset("cp437", charmap.CodePage437),
		newCharset("cp850", charmap.CodePage850),
		newCharset("iso-8859-1", charmap.ISO8859_1),
	}
}
