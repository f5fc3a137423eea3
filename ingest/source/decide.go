package source

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// chosenCharset is the single-byte encoding that makes most sense of the high bytes
// of a file, with how the candidates scored.
type chosenCharset struct {
	*charset
	why   string
	rival string // an encoding that reads the bytes differently and makes as much sense
}

// chooseCharset scores each candidate by what its characters would mean where the
// bytes stand: £ before digits, an apostrophe between letters, a dash between
// blanks, é within a word; box drawing or control characters count against it.
func chooseCharset(s *survey) chosenCharset {
	all := charsets()
	scores := make([]float64, len(all))
	for i, c := range all {
		scores[i] = scoreOf(s, c)
		if i == 0 {
			scores[i] += usualCharset
		}
	}
	best := 0
	for i := range all {
		if scores[i] > scores[best] {
			best = i
		}
	}
	chosen := chosenCharset{charset: all[best]}
	var parts []string
	for i, c := range all {
		parts = append(parts, fmt.Sprintf("%s %.1f", c.name, scores[i]))
		if i != best && chosen.rival == "" && differ(s, all[best], c) && (scores[best]-scores[i] < clearly || lead(s, all[best], c) < clearly) {
			chosen.rival = c.name
		}
	}
	chosen.why = fmt.Sprintf("bytes %s: %s", seenBytes(s), strings.Join(parts, ", "))
	return chosen
}

// usualCharset is the advantage of Windows-1252, in which almost every British file
// that isn't UTF-8 is published: others must explain the bytes clearly better.
const usualCharset = 0.5

// clearly is by how much the chosen encoding must lead for there to be no doubt.
const clearly = 0.25

// lead is by how much one encoding scores above another where the two differ: bytes that
// mean the same in both (£ is A3 in Windows-1252 and in MacRoman) prove nothing.
func lead(s *survey, a, b *charset) float64 {
	differing := func(v int) bool { return a.runes[v] != b.runes[v] }
	advantage := when(a.name == "windows-1252", usualCharset, 0) - when(b.name == "windows-1252", usualCharset, 0)
	return scoreWhere(s, a, differing) - scoreWhere(s, b, differing) + advantage
}

func scoreOf(s *survey, c *charset) float64 {
	return scoreWhere(s, c, func(int) bool { return true })
}

// scoreWhere is the mean plausibility of the high bytes that count. Each byte value
// weighs by the logarithm of its occurrences, so that one habit repeated doesn't drown
// the rest.
func scoreWhere(s *survey, c *charset, counts func(b int) bool) float64 {
	var sum, weight float64
	for b := 0x80; b < 256; b++ {
		if !counts(b) {
			continue
		}
		for ctx, n := range s.context[b] {
			if n == 0 {
				continue
			}
			w := 1 + logTwo(int64(n))
			sum += w * plausibility(c.runes[b], ctx>>2, ctx&3)
			weight += w
		}
	}
	if weight == 0 {
		return 0
	}
	return sum / weight
}

func logTwo(n int64) float64 {
	l := 0.0
	for ; n > 1; n >>= 1 {
		l++
	}
	return l
}

// plausibility of a character between two neighbours in a British spend file. The
// figures are judgements, tested against the encodings of real files.
func plausibility(r rune, before, after int) float64 {
	inWord := before == besideLetter && after == besideLetter
	switch {
	case r == '£':
		return pound(before, after)
	case r == '’':
		return when(inWord, 4.0, when(before == besideLetter || after == besideLetter, 2.0, 0.5))
	case r == '‘': // opens a quotation: it stands before a word
		return when(before == besideLetter, 0.0, when(after == besideLetter, 2.0, 0.5))
	case r == '´':
		return when(inWord, 1.6, 0.5)
	case r == '“' || r == '”':
		return when((before == besideLetter) != (after == besideLetter), 3.0, 1)
	case r == '–' || r == '—':
		return when(inWord, when(r == '–', 1.0, 0.5), 3)
	case r == 'ƒ':
		return -3
	case r == '•' || r == '·':
		return when(inWord, -1.0, 2)
	case r == '…':
		return when(inWord, -1.0, 1)
	case r == '€':
		return when(after == besideDigit, 3.0, 0)
	case r == '\u00a0':
		return when(inWord, 1.0, 1.5)
	case strings.ContainsRune("°®™©½¼¾", r):
		return when(inWord, -1.0, 1.5)
	case strings.ContainsRune("éèêëáàâãäíìîïóòôõöúùûüçñßøåæœÉÈÊËÁÀÂÃÄÍÎÏÓÔÕÖÚÛÜÇÑØÅÆŒ", r):
		return letter(r, before, after)
	case unicode.IsLetter(r) && r < 0x180:
		return letter(r, before, after) - 2 // Ž, Š: hardly ever in Britain
	case unicode.IsControl(r):
		return -6
	case r >= 0x2500 && r < 0x2600: // box drawing
		return -4
	case r == '¤' || r == '¬' || r == '\u00ad' || r == '¿' || r == '²' || r == '³':
		return 0
	}
	return -1
}

// pound is high where an amount or the end of a heading may follow it.
func pound(before, after int) float64 {
	switch {
	case after == besideDigit:
		return 5
	case before == besideLetter && after == besideLetter:
		return -2
	}
	return 3
}

// letter belongs in a word; a lone one, or a capital after a small letter's place, is odd.
func letter(r rune, before, after int) float64 {
	switch {
	case before == besideLetter && after == besideLetter:
		return when(unicode.IsUpper(r), -0.5, 1.5)
	case before == besideLetter:
		return 1
	case after == besideLetter:
		return 0.8
	case after == besideDigit || before == besideDigit:
		return -2
	}
	return -0.5
}

func when[T any](cond bool, yes, no T) T {
	if cond {
		return yes
	}
	return no
}

// differ says whether two encodings read a byte that occurs differently.
func differ(s *survey, a, b *charset) bool {
	for v := 0x80; v < 256; v++ {
		if a.runes[v] != b.runes[v] && s.context[v] != [16]int32{} {
			return true
		}
	}
	return false
}

// seenBytes lists the commonest high bytes: 0xA3 ×12, 0x92 ×1.
func seenBytes(s *survey) string {
	type count struct {
		b int
		n int64
	}
	var counts []count
	for b := 0x80; b < 256; b++ {
		var n int64
		for _, c := range s.context[b] {
			n += int64(c)
		}
		if n > 0 {
			counts = append(counts, count{b, n})
		}
	}
	slices.SortStableFunc(counts, func(x, y count) int { return int(min(1, max(-1, y.n-x.n))) })
	var out []string
	for _, c := range counts[:min(5, len(counts))] {
		out = append(out, fmt.Sprintf("0x%02X ×%d", c.b, c.n))
	}
	return strings.Join(out, ", ")
}
