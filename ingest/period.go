package ingest

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hardyards/internal/police"
)

// Period is a span of days that a name claims: "april-2011", "Jan '24", "FY1314".
// The zero Period claims nothing.
type Period struct {
	First, Last police.Date
	// Text is 2018-04 for a month, 2018-19 for a financial year, else 2014-04 to
	// 2014-06.
	Text string
}

// Known reports whether the period claims anything.
func (p Period) Known() bool { return p.Text != "" }

// Holds reports whether d lies in the period or within slack days of it.
func (p Period) Holds(d police.Date, slack int) bool {
	return p.Known() && int(d) >= int(p.First)-slack && int(d) <= int(p.Last)+slack
}

// FinancialYear gives the financial year the whole period lies in; unknown where
// it spans two (a calendar year).
func (p Period) FinancialYear() police.FinancialYear {
	if !p.Known() {
		return police.UnknownYear
	}
	y := police.FinancialYearOf(p.First)
	if police.FinancialYearOf(p.Last) != y {
		return police.UnknownYear
	}
	return y
}

// monthsNamed reads the months that a text names with their years, from the first to the
// last: July 2010-September 2010, Apr to Jun 2018, Quarter 1st April 2014 to 30th June
// 2014, Dec-13. A month without a year takes that of the one after it.
func monthsNamed(words []nameWord) Period {
	type named struct{ year, month, at int }
	var found []named
	for i, w := range words {
		if m := monthWord(w); m > 0 {
			found = append(found, named{yearAfter(words[i+1:]), m, i})
		}
	}
	for i := len(found) - 2; i >= 0; i-- {
		f, next := &found[i], found[i+1]
		if f.year > 0 || next.year == 0 || next.at-f.at > 4 {
			continue
		}
		if f.year = next.year; f.month > next.month {
			f.year--
		}
	}
	found = slices.DeleteFunc(found, func(f named) bool { return f.year == 0 }) // "may" is a word, too
	if len(found) == 0 {
		return Period{}
	}
	first, last := found[0], found[len(found)-1]
	if n := 12*(last.year-first.year) + last.month - first.month + 1; n <= 12 {
		return months(first.year, first.month, n)
	}
	return Period{}
}

// yearAfter reads the year behind a month's name, between which a day may stand; 0 if
// there is none.
func yearAfter(words []nameWord) int {
	for i, w := range words[:min(3, len(words))] {
		if len(w.text) == 4 && yearOf(w) > 0 {
			return yearOf(w)
		}
		if monthWord(w) > 0 {
			break
		}
		followed := i+1 < len(words) && len(words[i+1].text) == 4 && yearOf(words[i+1]) > 0
		if i == 0 && len(w.text) == 2 && w.digit && w.num >= 10 && !followed {
			return yearOf(w)
		}
	}
	return 0
}

// onlyMonths reports a text of months, years and what joins them.
func onlyMonths(words []nameWord) bool {
	n := 0
	for _, w := range words {
		switch {
		case monthWord(w) > 0:
			n++
		case len(w.text) == 4 && yearOf(w) > 0, w.text == "to", w.text == "and", w.text == "quarter":
		default:
			return false
		}
	}
	return n == 2
}

// months makes a period of whole months, n long.
func months(year, month, n int) Period {
	first, ok := police.DateOf(year, month, 1)
	if !ok || year < firstYear || year > lastYear || n < 1 {
		return Period{}
	}
	y, m := year, month+n
	for m > 12 {
		y, m = y+1, m-12
	}
	next, _ := police.DateOf(y, m, 1)
	p := Period{First: first, Last: next - 1}
	switch {
	case n == 1:
		p.Text = p.First.String()[:7]
	case n == 12 && month == 4:
		p.Text = string(police.FinancialYearStarting(year))
	default:
		p.Text = p.First.String()[:7] + " to " + p.Last.String()[:7]
	}
	return p
}

// PeriodOfName reads the period that a file's or sheet's name claims. within is the
// period of what holds it (the file's name, for a sheet): a month without a year
// takes its year from there.
//
// Where a name holds several (20140925_Transparency_Aug14), the month spelt out
// wins: the number is the day of publication.
func PeriodOfName(name string, within Period) Period {
	words := nameWords(name)
	if p := quarterOf(words, within); p.Known() {
		return p
	}
	if p := namedMonth(words, within); p.Known() {
		return p
	}
	if p := accountingPeriod(words, within); p.Known() {
		return p
	}
	return numbersOf(words)
}

// periodOfFile reads the period of a file's name; a month alone takes its year from
// the folder it is in.
func periodOfFile(name string) Period {
	dir, base := path.Split(strings.ReplaceAll(name, `\`, "/"))
	within := Period{}
	if folder := path.Base(dir); folder != "." && folder != "/" {
		within = PeriodOfName(folder, Period{})
	}
	return PeriodOfName(base, within)
}

// nameWord is a run of letters or of digits in a name.
type nameWord struct {
	text  string // lower case
	digit bool
	num   int
}

// nameWords splits defra_%C2%A325k%2B-%2BMAY%2B2015.csv into runs; the extension is
// cut and amounts (25k, over-500) stay as they are.
func nameWords(name string) []nameWord {
	for ext := filepath.Ext(name); isExtension(strings.ToLower(ext)); ext = filepath.Ext(name) {
		name = strings.TrimSuffix(name, ext)
	}
	b := unescape(name)
	var words []nameWord
	for i := 0; i < len(b); {
		j := i
		switch {
		case b[i]-'0' <= 9:
			for j < len(b) && b[j]-'0' <= 9 {
				j++
			}
			n, err := strconv.Atoi(string(b[i:j]))
			if err != nil {
				n = -1
			}
			words = append(words, nameWord{string(b[i:j]), true, n})
		case isLetter(b[i]):
			for j++; j < len(b) && isLetter(b[j]) && !camelBreak(b, j); j++ {
			}
			words = append(words, nameWord{text: strings.ToLower(string(b[i:j]))})
		default:
			j++
		}
		i = j
	}
	return words
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// camelBreak reports whether a new word starts at b[j]: KspendMar and KApr.
func camelBreak(b []byte, j int) bool {
	upper := func(i int) bool { return b[i] >= 'A' && b[i] <= 'Z' }
	if !upper(j) {
		return false
	}
	return !upper(j-1) || (j+1 < len(b) && isLetter(b[j+1]) && !upper(j+1))
}

func isExtension(ext string) bool {
	switch ext {
	case ".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm", ".ods", ".gz", ".zip":
		return true
	}
	return false
}

// unescape turns %2B and the like into a space: what they stood for never matters
// to a period.
func unescape(s string) []byte {
	b := []byte(s)
	for i := bytes.IndexByte(b, '%'); i >= 0 && i+2 < len(b); i = bytes.IndexByte(b, '%') {
		if !isHex(b[i+1]) || !isHex(b[i+2]) {
			b[i] = ' '
			continue
		}
		b = append(append(b[:i:i], ' '), b[i+3:]...)
	}
	return b
}

func isHex(c byte) bool { return c-'0' <= 9 || (c|0x20 >= 'a' && c|0x20 <= 'f') }

// monthWord gives the month of "april", "sept" or "apr", and of "aprilreport" none.
func monthWord(w nameWord) int {
	if w.digit {
		return 0
	}
	return monthOf([]byte(w.text))
}

// yearOf reads 2018, 18 and the first half of 1819 or 2018-19 (as end of a word).
func yearOf(w nameWord) int {
	if !w.digit {
		return 0
	}
	switch len(w.text) {
	case 4:
		if w.num >= firstYear && w.num <= lastYear {
			return w.num
		}
	case 2:
		if y := century(w.num); y >= firstYear && y <= lastYear {
			return y
		}
	}
	return 0
}

// namedMonth finds a month spelt out, with the year beside it: May-2013, oct2012,
// June12, 2013-May; Apr alone takes its year from within.
func namedMonth(words []nameWord, within Period) Period {
	alone := 0
	for i, w := range words {
		m := monthWord(w)
		if m == 0 {
			continue
		}
		if i+1 < len(words) {
			if y := yearOf(words[i+1]); y > 0 {
				return months(y, m, 1)
			}
			// may 12th 2010, 1 Apr 30 Apr 13: day first, year after
			if i+2 < len(words) && words[i+1].digit && words[i+1].num <= 31 {
				for _, next := range words[i+2 : min(i+4, len(words))] {
					if len(next.text) == 4 && yearOf(next) > 0 {
						return months(yearOf(next), m, 1)
					}
				}
			}
		}
		if i > 0 && len(words[i-1].text) == 4 && yearOf(words[i-1]) > 0 {
			return months(words[i-1].num, m, 1)
		}
		if alone == 0 {
			alone = m
		}
	}
	if alone > 0 {
		if y := lastYearOf(words); y > 0 {
			return months(y, alone, 1)
		}
		return monthWithin(alone, within)
	}
	return Period{}
}

// lastYearOf gives a four-digit year anywhere in the name (ho-spend-25k-2013 feb).
func lastYearOf(words []nameWord) int {
	for i := len(words) - 1; i >= 0; i-- {
		if len(words[i].text) == 4 {
			if y := yearOf(words[i]); y > 0 {
				return y
			}
		}
	}
	return 0
}

// monthWithin places a month without a year into a financial year.
func monthWithin(month int, within Period) Period {
	y := within.FinancialYear().Start()
	if y == 0 {
		return Period{}
	}
	if month < 4 {
		y++
	}
	return months(y, month, 1)
}

// quarterOf reads apr-jun-2014 and 1-apr-to-30-apr13: two months with one year.
func quarterOf(words []nameWord, within Period) Period {
	first := 0
	for i, w := range words {
		m := monthWord(w)
		if m == 0 {
			continue
		}
		if first == 0 {
			if i+1 < len(words) && yearOf(words[i+1]) > 0 && (len(words[i+1].text) == 4 || i+2 == len(words)) {
				return Period{}
			}
			first = m
			continue
		}
		n := (m-first+12)%12 + 1
		year := 0
		for _, next := range words[i+1 : min(i+4, len(words))] {
			if y := yearOf(next); y > 0 && (len(next.text) == 4 || year == 0) {
				year = y
			}
		}
		if year == 0 {
			year = within.FinancialYear().Start()
			if year == 0 {
				return Period{}
			}
			if m < 4 {
				year++
			}
		}
		if first > m {
			year--
		}
		return months(year, first, n)
	}
	return Period{}
}

// accountingPeriod reads FY1314_AP10: month 10 of the financial year 2013-14.
func accountingPeriod(words []nameWord, within Period) Period {
	year, ap := 0, 0
	for i, w := range words {
		if w.digit || i+1 == len(words) || !words[i+1].digit {
			continue
		}
		next := words[i+1]
		switch w.text {
		case "fy":
			year = startOfSpan(next, following(words, i+2))
		case "ap", "period", "month":
			if next.num >= 1 && next.num <= 12 {
				ap = next.num
			}
		}
	}
	if year == 0 && ap > 0 {
		year = financialYearIn(words)
		if year == 0 {
			year = within.FinancialYear().Start()
		}
	}
	switch {
	case year > 0 && ap > 0:
		return months(year, 4, 12).month(ap)
	case year > 0:
		return months(year, 4, 12)
	}
	return Period{}
}

// month gives the n-th month of a period, from 1.
func (p Period) month(n int) Period {
	y, m, _ := p.First.Civil()
	m += n - 1
	for m > 12 {
		y, m = y+1, m-12
	}
	return months(y, m, 1)
}

func following(words []nameWord, i int) nameWord {
	if i < len(words) {
		return words[i]
	}
	return nameWord{}
}

// startOfSpan reads 1314, 201314, 2013-14, 13-14 and 0910U as the year that the
// financial year starts in; 0 if it is none.
func startOfSpan(w, next nameWord) int {
	if !w.digit {
		return 0
	}
	switch len(w.text) {
	case 4:
		if a, b := w.num/100, w.num%100; b == (a+1)%100 && a != 20 && a != 19 {
			return century(a)
		}
		if y := yearOf(w); y > 0 && followsYear(y, next) {
			return y
		}
	case 6:
		if a, b := w.num/100, w.num%100; a >= firstYear && a <= lastYear && b == (a+1)%100 {
			return a
		}
	case 2:
		if next.digit && len(next.text) == 2 && next.num == (w.num+1)%100 {
			return century(w.num)
		}
	}
	return 0
}

func followsYear(y int, next nameWord) bool {
	if !next.digit {
		return false
	}
	return (len(next.text) == 2 && next.num == (y+1)%100) || (len(next.text) == 4 && next.num == y+1)
}

func financialYearIn(words []nameWord) int {
	for i, w := range words {
		if y := startOfSpan(w, following(words, i+1)); y > 0 {
			return y
		}
	}
	return 0
}

// numbersOf reads periods without a month's name: 2018-19, 2013-08, 1805 (yymm),
// 201104, 20120215 (a day), 2014.
func numbersOf(words []nameWord) Period {
	if y := yearAndMonth(words); y.Known() {
		return y
	}
	if y := financialYearIn(words); y > 0 {
		return months(y, 4, 12)
	}
	for i, w := range words {
		if !w.digit || (i+1 < len(words) && words[i+1].text == "k") {
			continue
		}
		if p := monthNumber(w); p.Known() && !(len(w.text) == 4 && yearOf(w) > 0 && namesQuarter(words)) {
			return p
		}
	}
	if len(words) == 1 && words[0].num >= 2010 && words[0].num <= 2012 {
		return Period{} // the year 2012 or December 2020
	}
	for i := len(words) - 1; i >= 0; i-- {
		if w := words[i]; len(w.text) == 4 && yearOf(w) > 0 {
			return months(w.num, 1, 12)
		}
	}
	return Period{}
}

// namesQuarter reports q4, qtr or quarter: 2009 beside it is a year.
func namesQuarter(words []nameWord) bool {
	return slices.ContainsFunc(words, func(w nameWord) bool { return w.text == "q" || w.text == "qtr" || w.text == "quarter" })
}

// yearAndMonth reads 2013-08 and 2013_08_05; 2012-13 is a financial year, which no
// month can be taken for.
func yearAndMonth(words []nameWord) Period {
	for i := 0; i+1 < len(words); i++ {
		a, b := words[i], words[i+1]
		if len(a.text) != 4 || yearOf(a) == 0 || !b.digit || len(b.text) > 2 || b.num < 1 || b.num > 12 {
			continue
		}
		if followsYear(a.num, b) && !(i+2 < len(words) && words[i+2].digit) {
			continue // 2010-11: the financial year
		}
		return months(a.num, b.num, 1)
	}
	return Period{}
}

// monthNumber reads 1805 as May 2018 and 201805 likewise. Years before 2008 aren't
// read from two digits: no body published spend then, and 0304 is more likely a day.
func monthNumber(w nameWord) Period {
	switch len(w.text) {
	case 4:
		if y, m := w.num/100, w.num%100; y >= 8 && y <= 60 && m >= 1 && m <= 12 && yearOf(w) == 0 {
			return months(2000+y, m, 1)
		}
		// 2001 to 2009: no spend of that year was published, so it is a month of 2020.
		if w.num > 2000 && w.num < 2010 {
			return months(2020, w.num%100, 1)
		}
	case 6:
		if y, m := w.num/100, w.num%100; y >= firstYear && y <= lastYear && m >= 1 && m <= 12 {
			return months(y, m, 1)
		}
	case 8:
		if y, m, d := w.num/10000, w.num/100%100, w.num%100; makeDate(y, m, d) != police.NoDate {
			return months(y, m, 1)
		}
	}
	return Period{}
}
