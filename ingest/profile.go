package ingest

import (
	"bytes"
	"unicode/utf8"

	"hardyards/ingest/source"
)

// profile counts what the cells of one column look like, over a sample of rows.
type profile struct {
	rows     int // rows seen
	filled   int // cells with anything in them
	money    int // readable as an amount
	decimals int // of them, written like money: decimals, separators or a pound sign
	whole    int // whole numbers without separators
	dates    int // readable as a date, serial numbers apart
	serials  int // whole numbers that may be serial dates
	wordy    int // no date, and nothing that tries to be one
	names    int // with a word of three letters or more
	company  int // with a word of companies and public bodies
	codes    int // with digits and without spaces
	onsCodes int // codes of police force areas: E23000003
	distinct map[string]int
	long     int // longest
	wide     int // total length
}

const distinctCap = 2000

func (p *profile) add(cell []byte, kind source.Kind, date1904 bool) {
	p.rows++
	b := trimCell(cell)
	if len(b) == 0 {
		return
	}
	p.filled++
	p.long = max(p.long, len(b))
	p.wide += len(b)
	if p.distinct == nil {
		p.distinct = map[string]int{}
	}
	if _, seen := p.distinct[string(b)]; seen || len(p.distinct) < distinctCap {
		p.distinct[string(b)]++
	}
	p.addNumber(b, kind)
	p.addDate(b, kind, date1904)
	p.addWords(b)
}

func (p *profile) addNumber(b []byte, kind source.Kind) {
	a := parseAmount(b, kind == source.Number)
	if kind == source.Date || !(a.state.readable()) {
		return
	}
	p.money++
	point := bytes.IndexByte(b, '.')
	switch {
	case a.state == amountDash:
	case (point >= 0 && len(b)-point == 3) || bytes.IndexByte(b, ',') >= 0 || bytes.Contains(b, []byte("£")) || b[0] == '(':
		p.decimals++
	case point < 0:
		p.whole++
	}
}

func (p *profile) addDate(b []byte, kind source.Kind, date1904 bool) {
	switch d := parseDate(b, date1904); {
	case kind == source.Date:
		p.dates++
	case d.kind == dateFixed && d.style == "serial":
		p.serials++
	case d.kind == dateFixed || d.kind == dateNumeric || d.kind == dateMonth || d.kind == dateTypo:
		p.dates++
	case d.kind == dateImpossible && d.style != "":
		p.dates++ // written as a date, if one the calendar lacks
	case d.kind == dateMissing:
		p.wordy++
	}
}

// companyWords mark names of payees.
var companyWords = [][]byte{
	[]byte("LTD"), []byte("LIMITED"), []byte("PLC"), []byte("LLP"), []byte("COUNCIL"), []byte("SERVICES"), []byte("UNIVERSITY"),
	[]byte("TRUST"), []byte("POLICE"), []byte("GROUP"), []byte("SOLICITORS"), []byte("& CO"), []byte("AUTHORITY"), []byte("COMPANY"), []byte("SYSTEMS"),
}

func (p *profile) addWords(b []byte) {
	run, best, digits, space := 0, 0, 0, false
	for _, c := range b {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf:
			run++
			best = max(best, run)
			continue
		case c-'0' <= 9:
			digits++
		case c == ' ':
			space = true
		}
		run = 0
	}
	if best >= 3 {
		p.names++
	}
	if digits > 0 && !space {
		p.codes++
		if len(b) == 9 && (bytes.HasPrefix(b, []byte("E23")) || bytes.HasPrefix(b, []byte("W15"))) {
			p.onsCodes++
		}
	}
	upper := bytes.ToUpper(b)
	for _, w := range companyWords {
		if bytes.Contains(upper, w) {
			p.company++
			break
		}
	}
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// fits says how well the contents suit a role, 0 to 1; headed tells whether the
// heading claims it, without which whole numbers are no dates.
func (p *profile) fits(role Role, headed bool) float64 {
	switch role {
	case RoleAmount:
		return share(p.money, p.filled)
	case RoleDate:
		n := p.dates
		if headed {
			n += p.serials
			// A column of dates that were destroyed (00:00:00) or withheld is still one.
			if p.dates+p.serials == 0 && p.money == 0 {
				n += p.wordy * 6 / 10
			}
		}
		return share(n, p.filled)
	case RolePayee:
		f := share(p.names, p.filled) - share(p.dates, p.filled)
		if share(p.codes, p.filled) > 0.8 {
			f /= 4 // cra-r1, V002263183
		}
		if !headed && len(p.distinct) < 3 {
			f /= 2
		}
		return max(0, f)
	case RolePayerCode:
		return share(p.onsCodes, p.filled)
	}
	return 1
}
