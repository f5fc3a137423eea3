package ingest

import (
	"bytes"
	"math"

	"hardyards/internal/police"
)

// amountState says what an amount cell turned out to be.
type amountState uint8

const (
	amountRead     amountState = iota // an exact number of pence
	amountEmpty                       // nothing but spaces
	amountDash                        // a lone dash or £-: zero in an accountant's format
	amountSubPenny                    // a number finer than a penny that is no float noise; pence is rounded half up
	amountError                       // a spreadsheet's error value: #N/A
	amountText                        // anything else

	// Of amounts in two columns; pence is what the numbers come to by plain addition.
	amountBoth     // a debit and a credit at once
	amountUnmarked // no mark, or an unknown one, where marks tell credits
	amountSigned   // a negative number beside a mark, or as a credit
	amountPence    // pence above 99, or beside pounds that have pence already
)

// readable reports whether the cell gives pence, for a payment or a rejection.
func (s amountState) readable() bool {
	return s == amountRead || s == amountDash || s == amountSubPenny || s.contradicts()
}

// contradicts reports an amount whose two columns don't agree on one number.
func (s amountState) contradicts() bool { return s >= amountBoth }

// amountCell is an amount as read from one cell.
type amountCell struct {
	pence  police.Pence
	state  amountState
	dollar bool // written with $: a slip of format in a British file, or another currency
	point  pointStyle
	noise  bool // more than two decimals, of which the rest is noise of binary floating point
}

// pointStyle marks what may be a continental way of writing: 1.500 may be fifteen
// hundred, 12,34 or 1.234,56 may have a decimal comma. A part that holds both is
// refused.
type pointStyle uint8

const (
	plainPoint   pointStyle = iota
	pointedThree            // a point before three digits, the last of them a zero
	decimalComma            // a comma before one or two last digits: no amount
)

// Float noise: what a spreadsheet writes for a number that has no exact binary
// form, as 1428.6399999999999. A cell with more than two decimals is noise only
// if it has at least noiseDigits significant digits (a double prints as 15 to 17)
// and lies within noisePounds of a whole penny; trailing zeros are no decimals.
const (
	noiseDigits = 15
	noisePounds = 1e-6
)

// parseAmount reads an amount as publishers write it: 1,234.56  £1,234.56  -£5
// (5.00)  5.00-  5.00 CR  £-  GBP 5. exponents allows 1.5E7, as workbooks store
// numbers; in text an exponent means that digits were lost.
func parseAmount(cell []byte, exponents bool) amountCell {
	if a, ok := plainAmount(cell); ok {
		return a
	}
	if a, ok := poundAmount(cell); ok {
		return a
	}
	return styledAmount(cell, exponents)
}

// poundAmount is the quick way for £1,234.56, -£5.00, (5.00) and (£5.00).
func poundAmount(b []byte) (amountCell, bool) {
	neg := false
	switch {
	case len(b) > 2 && b[0] == '-':
		b, neg = b[1:], true
	case len(b) > 2 && b[0] == '(' && b[len(b)-1] == ')':
		b, neg = b[1:len(b)-1], true
	}
	if len(b) > 2 && b[0] == 0xC2 && b[1] == 0xA3 {
		b = b[2:]
	}
	if neg && b[0] == '-' {
		return amountCell{}, false
	}
	a, ok := plainAmount(b)
	if neg {
		a.pence = -a.pence
	}
	return a, ok
}

// plainAmount is the quick way for -1234.56 and 1,234.56.
func plainAmount(b []byte) (amountCell, bool) {
	i, neg := 0, false
	if len(b) > 0 && b[0] == '-' {
		i, neg = 1, true
	}
	if len(b)-i < 1 || len(b) > 15 {
		return amountCell{}, false
	}
	var n int64
	start, comma := i, -1
	for ; i < len(b); i++ {
		c := b[i]
		if d := c - '0'; d <= 9 {
			n = n*10 + int64(d)
			continue
		}
		if c != ',' || i == start || (comma >= 0 && i-comma != 4) || (comma < 0 && i-start > 3) {
			break
		}
		comma = i
	}
	if i == start || (comma >= 0 && i-comma != 4) {
		return amountCell{}, false
	}
	switch len(b) - i {
	case 0:
		n *= 100
	case 2, 3:
		if b[i] != '.' || b[i+1]-'0' > 9 {
			return amountCell{}, false
		}
		n = n*100 + int64(b[i+1]-'0')*10
		if len(b)-i == 3 {
			if b[i+2]-'0' > 9 {
				return amountCell{}, false
			}
			n += int64(b[i+2] - '0')
		}
	default:
		return amountCell{}, false
	}
	if neg {
		n = -n
	}
	return amountCell{pence: police.Pence(n)}, true
}

// pounds are the forms of a pound sign, damaged ones included: read in a wrong
// code page by the publisher's own software, or lost. Longest first.
var pounds = [][]byte{
	[]byte("Ã‚Â£"), []byte("ï¿½"), []byte("Â£"), []byte("GBP"), []byte("gbp"), []byte("£"), []byte("\uFFFD"), []byte("œ"), []byte("ú"), []byte("\u009c"),
	[]byte("Ł"), []byte("₤"), []byte("?"),
}

// styledAmount strips sign, currency and padding in any order, then reads digits.
func styledAmount(cell []byte, exponents bool) amountCell {
	b := trimCell(narrow(cell))
	if len(b) == 0 {
		return amountCell{state: amountEmpty}
	}
	if b[0] == '#' {
		return amountCell{state: amountError}
	}
	var out amountCell
	neg, paren, dash := false, false, false
	for again := true; again && len(b) > 0; {
		again = false
		for _, p := range pounds {
			if bytes.HasPrefix(b, p) {
				b, again = trimPadding(b[len(p):]), true
				break
			}
		}
		switch {
		case again || len(b) == 0:
		case b[0] == '$':
			b, out.dollar, again = trimPadding(b[1:]), true, true
		case b[0] == '-' && !dash:
			b, neg, dash, again = trimPadding(b[1:]), true, true, true
		case (bytes.HasPrefix(b, []byte("\u2212")) || bytes.HasPrefix(b, []byte("\u2013"))) && !dash:
			b, neg, dash, again = trimPadding(b[3:]), true, true, true
		case b[0] == '+' && !dash:
			b, dash, again = trimPadding(b[1:]), true, true
		case b[0] == '(' && b[len(b)-1] == ')' && !paren:
			b, neg, paren, again = trimPadding(b[1:len(b)-1]), true, true, true
		}
	}
	if len(b) == 0 {
		if neg && !paren {
			out.state = amountDash
			return out
		}
		out.state = amountText
		return out
	}
	b, minus, ok := trailingSign(b)
	if !ok || (minus && (dash || paren)) || (dash && paren) {
		out.state = amountText
		return out
	}
	switch {
	case len(b) > 2 && bytes.HasSuffix(b, []byte("£")):
		b = trimPadding(b[:len(b)-2])
	case len(b) > 3 && bytes.EqualFold(b[len(b)-3:], []byte("GBP")):
		b = trimPadding(b[:len(b)-3])
	}
	return digits(out, b, neg || minus, exponents)
}

// narrow writes full-width forms (as １２３) and the spaces and apostrophes of
// typography as their plain ones; a cell without any is given back as it is.
func narrow(b []byte) []byte {
	if bytes.IndexByte(b, 0xEF) < 0 && bytes.IndexByte(b, 0xE2) < 0 && bytes.IndexByte(b, 0xC2) < 0 {
		return b
	}
	return bytes.Map(func(r rune) rune {
		switch {
		case r > 0xFF00 && r < 0xFF5F: // full-width ASCII
			return r - 0xFEE0
		case r == '\uFFE1':
			return '£'
		case r == '\u00A0' || r == '\u2007' || r == '\u2009' || r == '\u202F':
			return ' '
		case r == '\u2019':
			return '\''
		}
		return r
	}, b)
}

// trailingSign takes off 5.00- , 5.00 CR and 5.00 DR. A cell of only CR is no
// amount.
func trailingSign(b []byte) (rest []byte, minus, ok bool) {
	switch {
	case b[len(b)-1] == '-':
		b, minus = trimPadding(b[:len(b)-1]), true
	case len(b) > 2 && bytes.EqualFold(b[len(b)-2:], []byte("CR")):
		b, minus = trimPadding(b[:len(b)-2]), true
	case len(b) > 2 && bytes.EqualFold(b[len(b)-2:], []byte("DR")):
		b = trimPadding(b[:len(b)-2])
	}
	return b, minus, len(b) > 0
}

// digits reads 1,234.56 with any number of decimals, and 1.5E7 if exponents.
func digits(out amountCell, b []byte, neg, exponents bool) amountCell {
	out.state = amountText
	exp := 0
	if i := bytes.IndexAny(b, "eE"); i >= 0 {
		if !exponents {
			return out
		}
		var ok bool
		if exp, ok = exponent(b[i+1:]); !ok {
			return out
		}
		b = b[:i]
	}
	if comma := len(b) - bytes.LastIndexByte(b, ',') - 1; comma > 0 && comma <= 2 && len(b) > comma+1 {
		out.point = decimalComma
	}
	whole, frac, dot := bytes.Cut(b, []byte{'.'})
	var d [40]byte
	m, ok := groups(d[:0], whole)
	if !ok || len(m)+len(frac) > 36 || (len(m) == 0 && (!dot || len(frac) == 0)) {
		return out
	}
	point := len(m)
	if len(frac) == 3 && frac[2] == '0' {
		out.point = pointedThree
	}
	for _, c := range frac {
		if c-'0' > 9 {
			return out
		}
		m = append(m, c)
	}
	return roundToPence(out, m, point+exp, neg)
}

func exponent(b []byte) (int, bool) {
	neg := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		neg, b = b[0] == '-', b[1:]
	}
	if len(b) == 0 || len(b) > 3 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if neg {
		n = -n
	}
	return n, true
}

// groups appends the digits of 1,234 or 1 234 or 1'234 to m: separators, where there are
// any, must stand before every three digits. 12,34 may be a decimal comma, and is
// not guessed at.
func groups(m, b []byte) ([]byte, bool) {
	last := -1
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c-'0' <= 9 {
			if len(m) > 20 {
				return m, false
			}
			m = append(m, c)
			continue
		}
		if c != ',' && c != ' ' && c != '\'' || i == 0 || (last >= 0 && i-last != 4) || (last < 0 && i > 3) {
			return m, false
		}
		last = i
	}
	return m, last < 0 || len(b)-last == 4
}

// roundToPence makes pence of the digits m with the decimal point after point
// digits.
func roundToPence(out amountCell, m []byte, point int, neg bool) amountCell {
	for len(m) > 0 && m[0] == '0' {
		m, point = m[1:], point-1
	}
	end := len(m)
	for end > 0 && m[end-1] == '0' {
		end--
	}
	given := len(m)
	m = m[:end]
	if point > 15 {
		out.state = amountText
		return out
	}
	var n int64
	at := point + 2 // digits that make whole pence
	for i := 0; i < at; i++ {
		n *= 10
		if i < len(m) {
			n += int64(m[i] - '0')
		}
	}
	out.state = amountRead
	if len(m) > max(at, 0) {
		rest := 0.0 // of a penny
		for i := len(m) - 1; i >= max(at, 0); i-- {
			rest = (rest + float64(m[i]-'0')) / 10
		}
		for i := at; i < 0; i++ {
			rest /= 10
		}
		if at >= 0 && at < len(m) && m[at] >= '5' {
			n++
		}
		if given >= noiseDigits && math.Min(rest, 1-rest) < noisePounds*100 {
			out.noise = true
		} else {
			out.state = amountSubPenny
		}
	}
	if neg {
		n = -n
	}
	out.pence = police.Pence(n)
	return out
}

// trimCell strips spaces, no-break spaces, tabs, line breaks, quotes and a
// leading apostrophe (a spreadsheet's mark for text), and the equals sign of ="0123",
// by which exports keep a spreadsheet from reading a number.
func trimCell(b []byte) []byte {
	if len(b) > 2 && b[0] == '=' && b[1] == '"' {
		b = b[1:]
	}
	return trimPadding(b)
}

// trimPadding is trimCell without the equals sign: within a cell it means nothing.
func trimPadding(b []byte) []byte {
	for len(b) > 0 {
		switch c := b[0]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"' || c == '\'':
			b = b[1:]
		case c == 0xC2 && len(b) > 1 && b[1] == 0xA0:
			b = b[2:]
		default:
			goto right
		}
	}
right:
	for n := len(b); n > 0; n = len(b) {
		switch c := b[n-1]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"' || c == '\'':
			b = b[:n-1]
		case c == 0xA0 && n > 1 && b[n-2] == 0xC2:
			b = b[:n-2]
		default:
			return b
		}
	}
	return b
}
