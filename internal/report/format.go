package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hardyards/internal/police"
)

// noFigure stands where there is none, so that nothing reads as nought.
const noFigure = "–"

// decimal writes a number with thousands separators and a real minus sign.
func decimal(v float64, places int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return noFigure
	}
	return grouped(strconv.FormatFloat(v, 'f', places, 64))
}

// signed is decimal with a plus before what is above nought.
func signed(v float64, places int) string {
	s := decimal(v, places)
	if v > 0 {
		return "+" + s
	}
	return s
}

func grouped(s string) string {
	minus := ""
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		s, minus = rest, "−"
	}
	whole, fraction, found := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		whole += "." + fraction
	}
	if strings.Trim(whole, "0,.") == "" {
		minus = ""
	}
	return minus + whole
}

func count[T int | int32 | int64](n T) string { return grouped(strconv.FormatInt(int64(n), 10)) }

// raw writes a number for CSV and sorting: all digits, empty where there is none.
func raw(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// money shortens pounds for pictures: £4.9m, £83k, £640. Tables hold the pence.
func money(p police.Pence) string {
	v, sign := p.Float(), ""
	if v < 0 {
		v, sign = -v, "−"
	}
	switch {
	case v >= 999_500_000:
		return fmt.Sprintf("%s£%sbn", sign, decimal(v/1e9, 2))
	case v >= 999_500:
		return fmt.Sprintf("%s£%sm", sign, decimal(v/1e6, 1))
	case v >= 999.5:
		return fmt.Sprintf("%s£%sk", sign, decimal(v/1e3, 0))
	}
	return fmt.Sprintf("%s£%s", sign, decimal(v, 0))
}

// moneyTick is money without needless noughts, for axes; v is in pounds.
func moneyTick(v float64) string {
	s := money(police.Pence(math.Round(v * 100)))
	return strings.NewReplacer(".00bn", "bn", ".0m", "m").Replace(s)
}

func possessive(name string) string { return name + "’s" }

// pounds writes every penny.
func pounds(p police.Pence) string { return strings.Replace(p.Pounds(), "-", "−", 1) }

// spelt turns a column or measure's id into words.
func spelt(id string) string { return strings.ReplaceAll(id, "_", " ") }

// plural is "1 force", "2 forces".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + one + "s"
}

// sentences splits warnings, which are separated by " | ".
func sentences(s string) []string {
	var out []string
	for w := range strings.SplitSeq(s, " | ") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
