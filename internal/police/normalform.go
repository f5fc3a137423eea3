package police

import (
	"strings"
	"unicode/utf8"
)

// NormalForm is the form of a payee's name under which payments share a payee_id:
// capitals, accents and case aside, every run of what is no letter, digit or & as
// one space. Legal suffixes, T/A and the like are left to transform's ladder: a
// payee_id must never join two names that a person might keep apart.
func NormalForm(name string) string {
	var short [96]byte
	return string(appendNormalForm(short[:0], name))
}

func appendNormalForm(to []byte, name string) []byte {
	space := false
	for _, r := range upper(name) {
		if r == '\'' || r == '’' || r == '`' {
			continue // O'BRIEN and OBRIEN
		}
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		if r < 0x80 && !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '&') || r == 0xA0 {
			space = true
			continue
		}
		if space && len(to) > 0 {
			to = append(to, ' ')
		}
		space = false
		to = utf8.AppendRune(to, r)
	}
	return to
}

// upper is the name in capitals, but for letters of ASCII, where it holds no others.
func upper(name string) string {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return strings.ToUpper(name)
		}
	}
	return name
}

// PayeeKey is the payee_id of a name as published: 0 for an empty one.
func PayeeKey(name string) int64 {
	var short [96]byte
	n := appendNormalForm(short[:0], name)
	if len(n) == 0 {
		return KeyUnknown
	}
	return Key("payee", string(n))
}
