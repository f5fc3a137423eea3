package ingest

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// proofAmount reads an amount a second way for the ledger's proof: by pattern and
// strconv, where parseAmount walks bytes. It shares no code with it; a fuzz test
// holds the two to the same answer.
type proofAmount struct {
	exponents bool
}

var (
	proofCurrency = regexp.MustCompile("^(?:Ã‚Â£|ï¿½|Â£|£|GBP|gbp|Ł|₤|\\?|\uFFFD|œ|ú|\u009c|\\$)[ \\t\\r\\n\u00a0'\"]*")
	proofNumber   = regexp.MustCompile(`^((?:[0-9]{1,3}(?:[, '][0-9]{3})+)|[0-9]*)(?:(\.)([0-9]*))?(?:[eE]([-+]?[0-9]{1,3}))?$`)
	proofSuffix   = regexp.MustCompile(`(?i)[ \t\r\n\x{00a0}'"]*(-|CR|DR)$`)
)

const proofPadding = " \t\r\n\"'\u00a0"

// proofForms puts the forms of typography back to those of a keyboard.
var proofForms = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9",
	"，", ",", "．", ".", "－", "-", "（", "(", "）", ")", "＋", "+", "＂", "\"", "＇", "'", "＝", "=", "￡", "£", "\u2007", " ", "\u2009", " ", "\u202f", " ", "\u00a0", " ", "’", "'")

// pence gives the amount of a cell, half pennies rounded away from zero; ok is
// false where the cell holds none.
func (a proofAmount) pence(cell []byte) (int64, bool) {
	if n, ok := proofPlain(cell); ok {
		return n, true
	}
	s := strings.Trim(strings.TrimPrefix(proofForms.Replace(string(cell)), "=\""), proofPadding)
	if s == "" || s[0] == '#' {
		return 0, false
	}
	sign, dashed, bracketed := int64(1), false, false
	for {
		before := s
		s = proofCurrency.ReplaceAllString(s, "")
		for _, minus := range []string{"-", "−", "–", "+"} {
			if !dashed && strings.HasPrefix(s, minus) {
				s, dashed = strings.Trim(s[len(minus):], proofPadding), true
				if minus != "+" {
					sign = -1
				}
			}
		}
		if !bracketed && len(s) > 1 && s[0] == '(' && s[len(s)-1] == ')' {
			s, sign, bracketed = strings.Trim(s[1:len(s)-1], proofPadding), -1, true
		}
		if s == before {
			break
		}
	}
	if s == "" {
		return 0, sign < 0 && !bracketed
	}
	if dashed && bracketed {
		return 0, false
	}
	if m := proofSuffix.FindStringSubmatchIndex(s); m != nil {
		if !strings.EqualFold(s[m[2]:m[3]], "DR") {
			if dashed || bracketed {
				return 0, false
			}
			sign = -1
		}
		if s = s[:m[0]]; s == "" {
			return 0, false
		}
	}
	if rest, cut := strings.CutSuffix(s, "£"); cut && rest != "" {
		s = strings.Trim(rest, proofPadding)
	} else if n := len(s) - 3; n > 0 && strings.EqualFold(s[n:], "gbp") {
		s = strings.Trim(s[:n], proofPadding)
	}
	return a.number(s, sign)
}

func (a proofAmount) number(s string, sign int64) (int64, bool) {
	m := proofNumber.FindStringSubmatch(s)
	if m == nil || (m[4] != "" && !a.exponents) || (m[1] == "" && m[3] == "") {
		return 0, false
	}
	whole := strings.NewReplacer(",", "", " ", "", "'", "").Replace(m[1])
	if len(whole) > 21 || len(whole)+len(m[3]) > 36 {
		return 0, false
	}
	all, point := whole+m[3], len(whole)
	if m[4] != "" {
		e, _ := strconv.Atoi(m[4])
		point += e
	}
	trimmed := strings.TrimLeft(all, "0")
	point -= len(all) - len(trimmed)
	if trimmed == "" {
		return 0, point <= 15
	}
	if point > 15 {
		return 0, false
	}
	if point < -2 {
		return 0, true
	}
	// Shift by two: whole pence before the point, and one digit more to round by.
	padded := strings.Repeat("0", max(0, -point)) + trimmed
	at := max(0, point) + 2
	padded += strings.Repeat("0", max(0, at+1-len(padded)))
	n, err := strconv.ParseInt(padded[:at], 10, 64)
	if err != nil {
		return 0, false
	}
	if padded[at] >= '5' {
		n++
	}
	return sign * n, true
}

// proofApart reads an amount in two columns for the proof: by plain addition of what
// proofAmount makes of each, without asking whether the row makes sense.
type proofApart struct {
	one  proofAmount
	kind apartKind
}

var (
	proofCredit = regexp.MustCompile(`^(?:(?i:c|cr|credit)|[-−–])\.*$`)
	proofPence  = regexp.MustCompile(`^[0-9]{1,9}$`)
)

func (a proofApart) pence(first, second []byte) (int64, bool) {
	n, ok := a.one.pence(first)
	if !ok && (a.kind == marked || !proofBlank(first)) {
		return 0, false
	}
	text := string(second)
	if len(text) > 2 {
		text = strings.TrimPrefix(text, "=\"")
	}
	switch text = strings.Trim(text, proofPadding); {
	case a.kind == marked:
		if n > 0 && proofCredit.MatchString(text) {
			return -n, true
		}
		return n, true
	case a.kind == debitCredit:
		credit, has := a.one.pence(second)
		return n - credit, has || ok && proofBlank(second)
	case proofPence.MatchString(text):
		pence, _ := strconv.ParseInt(text, 10, 64) // nine digits
		if n < 0 {
			pence = -pence
		}
		return n + pence, true
	default:
		return n, ok && (text == "-" || text == "")
	}
}

// proofBlank reports a cell with nothing in it but padding.
func proofBlank(cell []byte) bool {
	s := proofForms.Replace(string(cell))
	if len(s) > 2 {
		s = strings.TrimPrefix(s, "=\"")
	}
	return strings.Trim(s, proofPadding) == ""
}

// proofPlain is the quick way for the common styles: -£1,234.56, (1,234.5), 1234. It
// looks from the right, in groups of three, where parseAmount goes from the left.
// Whatever it doesn't know it leaves to the patterns.
func proofPlain(cell []byte) (int64, bool) {
	b, sign := cell, int64(1)
	for len(b) > 0 && (b[0] == ' ' || b[len(b)-1] == ' ') {
		b = bytes.Trim(b, " ")
	}
	if n := len(b); n > 2 && b[0] == '(' && b[n-1] == ')' {
		b, sign = b[1:n-1], -1
	} else if n > 1 && b[0] == '-' {
		b, sign = b[1:], -1
	}
	b = bytes.TrimPrefix(b, []byte("£"))
	if len(b) == 0 || len(b) > 15 {
		return 0, false
	}
	total, unit := int64(0), int64(100)
	whole := b
	if point := bytes.LastIndexByte(b, '.'); point >= 0 {
		pence := b[point+1:]
		whole = b[:point]
		if len(pence) == 0 || len(pence) > 2 || len(whole) == 0 {
			return 0, false
		}
		for i, c := range pence {
			if c < '0' || c > '9' {
				return 0, false
			}
			total += int64(c-'0') * [2]int64{10, 1}[i]
		}
	}
	comma, places := false, 0
	for i := len(whole) - 1; i >= 0; i-- {
		c := whole[i]
		if c == ',' && places > 0 && places%3 == 0 && i > 0 && (comma || places == 3) && whole[i+1] != ',' {
			comma = true
			continue
		}
		if c < '0' || c > '9' || (comma && places%3 == 0 && whole[i+1] != ',') {
			return 0, false
		}
		total += int64(c-'0') * unit
		unit *= 10
		places++
	}
	return sign * total, true
}
