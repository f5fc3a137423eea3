package ingest

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"hardyards/internal/police"
)

// payeeFacts are what a payee's name as published tells by itself. They are looked up
// for every row, out of order: 16 bytes, so that those of a publisher stay in a core's
// cache.
type payeeFacts struct {
	id        int64
	redaction int8 // number in redactionTexts, or -1
	wordless  bool // no letter: a number, where a row's cells may be shifted
	total     bool // Total, Grand Total, Sum, Alpha Ltd Total: a payee only if the rest of its row is a payment's
}

func factsOf(name string) payeeFacts {
	if isPlainName(name) {
		return payeeFacts{id: police.PayeeKey(name), redaction: -1, wordless: wordless(name)}
	}
	return factsByWords(name)
}

func wordless(name string) bool {
	for i := range len(name) {
		if c := name[i]; c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func factsByWords(name string) payeeFacts {
	redaction := redactionOf(name)
	p := payeeFacts{
		id: police.PayeeKey(name), redaction: int8(slices.Index(redactionTexts, redaction)),
		wordless: wordless(name), total: isTotalWord([]byte(name)) || endsTotal([]byte(name)),
	}
	if redaction == police.Redacted {
		p.id = police.KeyRedacted
	}
	return p
}

// telling are pieces of which every name has one that redactionOf knows for withheld, or
// that says it is a total.
var telling = [][]byte{
	[]byte("redact"), []byte("withheld"), []byte("personal"), []byte("disclosed"), []byte("individual"), []byte("confidential"),
	[]byte("protect"), []byte("sensitive"), []byte("third party"), []byte("ndors"), []byte("sundry"), []byte("one time"), []byte("total"), []byte("sum"),
}

// isPlainName says of most names, at a third of the cost of looking at their words, that
// nothing is to be found there.
func isPlainName(name string) bool {
	var short [96]byte
	low := append(short[:0], name...)
	for i, c := range low {
		if c >= utf8.RuneSelf {
			return false
		}
		if 'A' <= c && c <= 'Z' {
			low[i] = c + 'a' - 'A'
		}
	}
	for _, t := range telling {
		if bytes.Contains(low, t) {
			return false
		}
	}
	return true
}

// withheld are the words that make up a wholly withheld name. A name that holds
// "redacted", "withheld" or "redact" and only words of this list is withheld;
// with other words beside it ("Redacted Personal Information t/a X") partly so.
// Redactive Publishing Ltd holds none of the three.
var withheld = map[string]bool{
	"redacted": true, "redact": true, "redaction": true, "withheld": true, "personal": true, "data": true, "information": true, "info": true,
	"name": true, "supplier": true, "payee": true, "details": true, "individual": true, "under": true, "foi": true, "dpa": true, "gdpr": true,
	"protection": true, "act": true, "section": true, "exemption": true, "exempt": true, "commercially": true, "sensitive": true, "commercial": true,
	"confidential": true, "confidentiality": true, "in": true, "with": true, "line": true, "the": true, "for": true, "reasons": true, "security": true, "private": true,
	"and": true, "of": true, "s40": true, "s43": true, "not": true, "disclosed": true, "vendor": true, "beneficiary": true, "on": true, "grounds": true,
}

// wholly are forms of withheld names without one of the three words.
var wholly = map[string]bool{
	"personal data": true, "personal information": true, "name not disclosed": true, "not disclosed": true, "private individual": true,
	"individual": true, "confidential": true, "data protection": true, "commercially sensitive": true, "data protected": true,
}

// redactionOf tells a withheld name from one that is given.
func redactionOf(name string) string {
	low := strings.ToLower(name)
	if strings.HasPrefix(low, "[individual ") {
		return police.Individual
	}
	if pseudonym(low) {
		return police.Pseudonym
	}
	words := strings.FieldsFunc(low, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x7f) })
	if wholly[strings.Join(words, " ")] {
		return police.Redacted
	}
	marked, other := false, false
	for _, w := range words {
		switch {
		case w == "redacted" || w == "withheld" || w == "redact":
			marked = true
		case !withheld[w]:
			other = true
		}
	}
	switch {
	case marked && other:
		return police.PartlyRedacted
	case marked:
		return police.Redacted
	}
	return ""
}

// pseudonyms are the collective names seen in Lancashire's files in place of those
// who were paid.
var pseudonyms = []string{"third party", "ndors trainer", "sundry supplier", "sundry creditor", "one time vendor"}

func pseudonym(low string) bool {
	for _, p := range pseudonyms {
		if rest, ok := strings.CutPrefix(low, p); ok && (rest == "" || !(rest[0] >= 'a' && rest[0] <= 'z') || rest == "s") {
			return true
		}
	}
	return false
}

// isTotalWord reports a cell that holds nothing but a word for a sum: Total, Grand
// Total:, Sub-total, Sum, Total Amount. Total Gas & Power Ltd is none.
func isTotalWord(cell []byte) bool {
	b := bytes.ToLower(trimCell(cell))
	if len(b) < 3 || len(b) > 40 {
		return false
	}
	f := bytes.FieldsFunc(b, func(r rune) bool { return !(r >= 'a' && r <= 'z') })
	sum := false
	for _, w := range f {
		switch string(w) {
		case "total", "totals", "subtotal", "subtotals", "sum":
			sum = true
		case "grand", "sub", "overall", "amount", "net", "gross", "spend", "expenditure", "payments", "for", "report", "of", "all", "value", "month", "the", "period":
		default:
			return false
		}
	}
	return sum
}
