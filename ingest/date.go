package ingest

import (
	"bytes"
	"regexp"
	"strconv"

	"hardyards/internal/police"
)

// dateKind says what a date cell turned out to be.
type dateKind uint8

const (
	dateMissing    dateKind = iota // empty, a word (VARIOUS), a time without a day (00:00:00)
	dateFixed                      // one reading only: a month's name, a serial number
	dateNumeric                    // numbers only: day and month may be the other way round
	dateMonth                      // a month and a year, no day: Apr-18
	dateTypo                       // separators misplaced, the digits read as one day: 17/042015
	dateImpossible                 // a date is there, but not one the calendar has: 31/02/2018
)

// dateCell is a date as read from one cell. native is the reading in the usual
// order of its style (day first, or ISO), swapped the other one; either is NoDate
// where the calendar has no such day.
type dateCell struct {
	native, swapped police.Date
	kind            dateKind
	style           string
}

// The years a payment may lie in. The publication duty dates from 2010; 1900 is a
// spreadsheet's zero.
const (
	firstYear = 1990
	lastYear  = 2060
)

// Excel's serial numbers of firstYear and lastYear in the 1900 system.
const (
	firstSerial = 32874 // 1 January 1990
	lastSerial  = 58804 // 30 December 2060
	epoch1900   = 25569 // serial of 1 January 1970
	epoch1904   = 24107 // the same in the 1904 system
)

func makeDate(y, m, d int) police.Date {
	if y < firstYear || y > lastYear {
		return police.NoDate
	}
	date, ok := police.DateOf(y, m, d)
	if !ok {
		return police.NoDate
	}
	return date
}

// parseDate reads a date cell. date1904 says which system serial numbers are in.
func parseDate(cell []byte, date1904 bool) dateCell {
	missing := dateCell{native: police.NoDate, swapped: police.NoDate}
	b := trimCell(bytes.TrimLeft(cell, " \t\r\n"))
	if len(b) == 0 {
		return missing
	}
	t, ok := scanDate(b)
	if !ok {
		// A table taken out of a page may join the date and the cell below it.
		if first, _, two := bytes.Cut(b, []byte{'\n'}); two {
			if c := parseDate(first, date1904); c.kind == dateFixed || c.kind == dateNumeric {
				return c
			}
		}
		return otherwise(b, missing)
	}
	if c, ok := t.serial(b, date1904); ok {
		return c
	}
	if c, ok := t.numeric(); ok {
		return c
	}
	if c, ok := t.numericMonth(); ok {
		return c
	}
	if c, ok := t.named(); ok {
		return c
	}
	return otherwise(b, missing)
}

// otherwise reads what is no day or month in the usual ways: a month by its number
// within a financial year, months from one to another. Both are written with a year of
// four digits, which few of the texts have that come here from columns of other things.
func otherwise(b []byte, missing dateCell) dateCell {
	if !fourDigits(b) {
		return wordOrDamage(b, missing)
	}
	if c, ok := periodOfYear(b); ok {
		return c
	}
	if words := nameWords(string(b)); onlyMonths(words) {
		if p := monthsNamed(words); p.FinancialYear() != police.UnknownYear {
			return dateCell{native: p.First, swapped: police.NoDate, kind: dateMonth, style: "from month to month"}
		}
		return missing // of two financial years
	}
	return wordOrDamage(b, missing)
}

// fourDigits reports four digits side by side.
func fourDigits(b []byte) bool {
	n := 0
	for _, c := range b {
		if n++; c-'0' > 9 {
			n = 0
		}
		if n == 4 {
			return true
		}
	}
	return false
}

// dateTokens are the numbers and the month's name of a date cell, without its
// time of day.
type dateTokens struct {
	num   [4]int
	width [4]int // digits of each
	n     int
	month int // 1 to 12, 0 without a name
	at    int // how many numbers stood before the name
	seps  [4]byte
	time  bool
}

// scanDate splits 3rd of April, 2018 into tokens; ok is false where a word stands
// that is neither month nor weekday.
func scanDate(b []byte) (t dateTokens, ok bool) {
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case c-'0' <= 9:
			j, v := i, 0
			for j < len(b) && b[j]-'0' <= 9 {
				if j-i < 9 {
					v = v*10 + int(b[j]-'0')
				}
				j++
			}
			if j < len(b) && b[j] == ':' {
				t.time = true
				return t, timeOfDay(b[i:])
			}
			if t.n == len(t.num) {
				return t, false
			}
			t.num[t.n], t.width[t.n] = v, j-i
			t.n++
			i = j
			if t.n == 3 && j < len(b) && (b[j] == 'T' || b[j] == 't') {
				t.time = true
				return t, timeOfDay(b[j+1:])
			}
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			j := i
			for j < len(b) && b[j]|0x20 >= 'a' && b[j]|0x20 <= 'z' {
				j++
			}
			w := b[i:j]
			if m := monthOf(w); m > 0 && t.month == 0 {
				t.month, t.at = m, t.n
			} else if !(ordinal(w) && i > 0 && b[i-1]-'0' <= 9) && !weekday(w) && !bytes.EqualFold(w, []byte("of")) {
				return t, false
			}
			i = j
		case c == 0xC2 && i+1 < len(b) && b[i+1] == 0xA0:
			i += 2
		case c == '/' || c == '-' || c == '.' || c == ' ' || c == ',' || c == '_' || c == '\t' || c == '\\' || c == '\'':
			if t.n > 0 && t.n < len(t.seps) && t.seps[t.n-1] == 0 {
				t.seps[t.n-1] = c
			}
			i++
		default:
			return t, false
		}
	}
	return t, t.n > 0 || t.month > 0
}

// timeOfDay reports whether b is a time: 00:00:00, 9:30 AM, 00:00:00.000Z.
func timeOfDay(b []byte) bool {
	colon := false
	for _, c := range b {
		switch {
		case c-'0' <= 9 || c == '.' || c == ' ' || c == '+' || c == '-':
		case c == ':':
			colon = true
		case bytes.IndexByte([]byte("apmzutcgbs"), c|0x20) >= 0: // AM, Z, UTC, GMT, BST
		default:
			return false
		}
	}
	return colon
}

var monthNames = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

var welshMonths = [...]string{"ionawr", "chwefror", "mawrth", "ebrill", "mai", "mehefin", "gorffennaf", "awst", "medi", "hydref", "tachwedd", "rhagfyr"}

// monthOf gives 1 to 12 for a month's name or its first three letters or more
// (Sept), and for its whole name in Welsh; 0 for any other word.
func monthOf(w []byte) int {
	if len(w) < 3 {
		return 0
	}
	for i, name := range monthNames {
		if len(w) <= len(name) && bytes.EqualFold(w, []byte(name[:len(w)])) {
			return i + 1
		}
	}
	for i, name := range welshMonths {
		if bytes.EqualFold(w, []byte(name)) {
			return i + 1
		}
	}
	return 0
}

func ordinal(w []byte) bool {
	for _, o := range [...]string{"st", "nd", "rd", "th"} {
		if bytes.EqualFold(w, []byte(o)) {
			return true
		}
	}
	return false
}

func weekday(w []byte) bool {
	for _, d := range [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		if len(w) >= 3 && len(w) <= len(d) && bytes.EqualFold(w, []byte(d[:len(w)])) {
			return true
		}
	}
	return false
}

// serial reads an Excel serial number, with or without a time of day as fraction,
// and eight digits without separators.
func (t dateTokens) serial(b []byte, date1904 bool) (dateCell, bool) {
	if t.month != 0 || t.time {
		return dateCell{}, false
	}
	if t.n == 1 && t.width[0] == 8 {
		y, m, d := t.num[0]/10000, t.num[0]/100%100, t.num[0]%100
		if date := makeDate(y, m, d); date != police.NoDate {
			return dateCell{native: date, swapped: police.NoDate, kind: dateFixed, style: "yyyymmdd"}, true
		}
		d, m, y = t.num[0]/1000000, t.num[0]/10000%100, t.num[0]%10000
		if date := makeDate(y, m, d); date != police.NoDate {
			return dateCell{native: date, swapped: makeDate(y, d, m), kind: dateNumeric, style: "ddmmyyyy"}, true
		}
		return dateCell{}, false
	}
	fraction := t.n == 2 && t.seps[0] == '.' && bytes.IndexByte(b, '.') == t.width[0]
	if t.width[0] != 5 || !(t.n == 1 || fraction) {
		return dateCell{}, false
	}
	for _, c := range b {
		if c-'0' > 9 && c != '.' {
			return dateCell{}, false
		}
	}
	epoch := epoch1900
	if date1904 {
		epoch = epoch1904
	}
	s := t.num[0]
	if date1904 {
		s += epoch1900 - epoch1904
	}
	if s < firstSerial || s > lastSerial {
		return dateCell{}, false
	}
	return dateCell{native: police.Date(t.num[0] - epoch), swapped: police.NoDate, kind: dateFixed, style: "serial"}, true
}

// numericMonth reads 04/2014 and 2014-04: a month without a day. 2014/15 and 2010-11
// may be years from April to March, and are left alone.
func (t dateTokens) numericMonth() (dateCell, bool) {
	if t.month != 0 || t.n != 2 || t.time {
		return dateCell{}, false
	}
	y, m, style := t.num[1], t.num[0], "mm"+string(t.seps[0])+"yyyy"
	switch {
	case t.width[0] <= 2 && t.width[1] == 4 && (t.seps[0] == '/' || t.seps[0] == '-'):
	case t.width[0] == 4 && t.width[1] == 2 && t.seps[0] == '-' && t.num[1] != t.num[0]%100+1:
		y, m, style = t.num[0], t.num[1], "yyyy-mm"
	default:
		return dateCell{}, false
	}
	d := makeDate(y, m, 1)
	return dateCell{native: d, swapped: police.NoDate, kind: dateMonth, style: style}, d != police.NoDate
}

// yearAndPeriod is 2018/19 P01 or Period 1 2018-19.
var yearAndPeriod = regexp.MustCompile(`(?i)^(?:(\d{4})[/-](\d{2}|\d{4})[ ,/_-]*(?:p|pd|per|period|m|month)[ ._-]*(\d{1,2})|(?:p|pd|per|period|m|month)[ ._-]*(\d{1,2})[ ,/_-]*(\d{4})[/-](\d{2}|\d{4}))$`)

// periodOfYear reads the number of a month within a financial year that is written out,
// of which April is the first, as in every police body's. Periods 13 and on hold the
// adjustments after the year's end, and are of no month.
func periodOfYear(b []byte) (dateCell, bool) {
	m := yearAndPeriod.FindSubmatch(b)
	if m == nil {
		return dateCell{}, false
	}
	if m[3] == nil {
		m[1], m[2], m[3] = m[5], m[6], m[4]
	}
	number := func(digits []byte) int {
		n, _ := strconv.Atoi(string(digits))
		return n
	}
	year, next, period := number(m[1]), number(m[2]), number(m[3])
	if next != year+1 && (len(m[2]) != 2 || next != (year+1)%100) || period < 1 || period > 16 {
		return dateCell{}, false
	}
	c := dateCell{native: police.NoDate, swapped: police.NoDate}
	if period <= 12 {
		if c.native = makeDate(year+(period+2)/12, (period+2)%12+1, 1); c.native == police.NoDate {
			return dateCell{}, false
		}
		c.kind, c.style = dateMonth, "financial year and period, 1 for April"
	}
	return c, true
}

// numeric reads d/m/y and y-m-d.
func (t dateTokens) numeric() (dateCell, bool) {
	if t.month != 0 || t.n != 3 {
		return dateCell{}, false
	}
	a, m, c := t.num[0], t.num[1], t.num[2]
	sep := t.seps[0]
	if t.seps[1] != sep {
		return dateCell{}, false
	}
	if t.width[0] == 4 && t.width[1] <= 2 && t.width[2] <= 2 {
		style := "yyyy" + string(sep) + "mm" + string(sep) + "dd"
		if t.time {
			style += "Thh:mm:ss"
		}
		return bothWays(a, m, c, style), true
	}
	if t.width[0] > 2 || t.width[1] > 2 || (t.width[2] != 2 && t.width[2] != 4) {
		return dateCell{}, false
	}
	style := "dd" + string(sep) + "mm" + string(sep) + "yyyy"
	if t.width[2] == 2 {
		c, style = century(c), "dd"+string(sep)+"mm"+string(sep)+"yy"
	}
	return bothWays(c, m, a, style), true
}

func bothWays(y, m, d int, style string) dateCell {
	c := dateCell{native: makeDate(y, m, d), swapped: makeDate(y, d, m), kind: dateNumeric, style: style}
	if c.native == police.NoDate && c.swapped == police.NoDate {
		c.kind = dateImpossible
		if d == 0 || (m == 1 && y == 1900) {
			c.kind = dateMissing // 00/00/0000 and 00/01/1900: a spreadsheet's zero
		}
	}
	return c
}

// named reads dates with the month's name: 3 April 2018, 03-Apr-18, April 3, 2018,
// and Apr-18, a month only.
func (t dateTokens) named() (dateCell, bool) {
	if t.month == 0 {
		return dateCell{}, false
	}
	c := dateCell{native: police.NoDate, swapped: police.NoDate, kind: dateFixed}
	switch {
	case t.n == 2 && t.width[0] <= 2 && (t.width[1] == 2 || t.width[1] == 4):
		y := t.num[1]
		c.style = "dd-Mon-yyyy"
		if t.width[1] == 2 {
			y, c.style = century(y), "dd-Mon-yy"
		}
		if sep := t.seps[0]; sep == '/' || sep == '.' || sep == ' ' || sep == ',' {
			if sep == ',' {
				sep = ' '
			}
			c.style = string(bytes.ReplaceAll([]byte(c.style), []byte{'-'}, []byte{sep}))
		}
		c.native = makeDate(y, t.month, t.num[0])
	case t.n == 2 && t.width[0] == 4 && t.width[1] <= 2:
		c.native, c.style = makeDate(t.num[0], t.month, t.num[1]), "yyyy-Mon-dd"
	case t.n == 1 && t.at == 0 && (t.width[0] == 2 || t.width[0] == 4), t.n == 1 && t.width[0] == 4:
		y := t.num[0]
		c.style = "Mon-yyyy"
		if t.width[0] == 2 {
			y, c.style = century(y), "Mon-yy"
		}
		c.native, c.kind = makeDate(y, t.month, 1), dateMonth
	default:
		return dateCell{}, false
	}
	if c.native == police.NoDate {
		c.kind = dateImpossible
	}
	return c, true
}

func century(y int) int {
	if y < 80 {
		return 2000 + y
	}
	return 1900 + y
}

// wordOrDamage tells a word in place of a date, which leaves the row undated, from
// a date that is there and can't be read, which rejects it.
func wordOrDamage(b []byte, missing dateCell) dateCell {
	digits, run, words := 0, 0, false
	var eight [8]byte
	plain := true // digits and separators only
	for _, c := range b {
		switch {
		case c-'0' <= 9:
			if digits < 8 {
				eight[digits] = c
			}
			digits++
			run = 0
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			plain = false
			if run++; run >= 3 {
				words = true
			}
		default:
			if c != '/' && c != '-' && c != '.' && c != ' ' {
				plain = false
			}
			run = 0
		}
	}
	if plain && digits == 8 && len(b) > 8 {
		n := 0
		for _, c := range eight {
			n = n*10 + int(c-'0')
		}
		if d := makeDate(n%10000, n/10000%100, n/1000000); d != police.NoDate {
			return dateCell{native: d, swapped: police.NoDate, kind: dateTypo, style: "typo"}
		}
	}
	timeOnly := bytes.IndexByte(b, ':') > 0 && timeOfDay(b)
	if timeOnly || digits < 3 || (words && !namesMonth(b)) || onlyZeros(b) {
		return missing
	}
	missing.kind = dateImpossible
	return missing
}

func namesMonth(b []byte) bool {
	for _, w := range bytes.FieldsFunc(b, func(r rune) bool { return r < 'A' || r > 'z' || (r > 'Z' && r < 'a') }) {
		if monthOf(w) > 0 {
			return true
		}
	}
	return false
}

func onlyZeros(b []byte) bool {
	for _, c := range b {
		if c >= '1' && c <= '9' {
			return false
		}
	}
	return true
}
