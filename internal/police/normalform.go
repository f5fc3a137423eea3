package police

import "strings"

// NormalForm is the form of a payee's name under which payments share a payee_id:
// capitals, accents and case aside, every run of what is no letter, digit or & as
// one space. Legal suffixes, T/A and the like are left to transform's ladder: a
// payee_id must never join two names that a person might keep apart.
func NormalForm(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	space := false
	for _, r := range strings.ToUpper(name) {
		if r == '\'' || r == '’' || r == '`' {
			continue // O'BRIEN and OBRIEN
		}
		if r < 0x80 && !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '&') || r == 0xA0 {
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// PayeeKey is the payee_id of a name as published: 0 for an empty one.
func PayeeKey(name string) int64 {
	n := NormalForm(name)
	if n == "" {
		return KeyUnknown
	}
	return Key("payee", n)
}
