package ingest

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"hardyards/internal/police"
)

// zeroMarker is what a layout writes where a publisher's mark means none.
const zeroMarker = "zero"

// usualMarkers are marks of official statistics in place of a value: those of the
// Government Analysis Function's guidance on symbols ([x], [z], [c], [low]…), of
// older Home Office and ONS tables (.., :, *), of R (NA), and of spreadsheets.
// Layouts add to them or correct them.
var usualMarkers = map[string]string{
	"": police.StateMissing, "na": police.StateMissing, "n/a": police.StateMissing, "[x]": police.StateMissing, "[z]": police.StateMissing,
	":": police.StateMissing, "..": police.StateMissing, "...": police.StateMissing, "-": police.StateMissing, "–": police.StateMissing,
	"#n/a": police.StateMissing, "null": police.StateMissing,
	"[c]": police.StateSuppressed, "*": police.StateSuppressed, "[supp]": police.StateSuppressed,
	"-00": zeroMarker, // COUNT format of a spreadsheet for 0, seen in recorded crime 2017/18
}

// measureCell is a cell of values as understood.
type measureCell struct {
	whole int64 // where isWhole
	value float64
	rat   *big.Rat // where not isWhole
	state string
	ok    bool // false: it is neither a value nor a known mark

	isWhole bool
}

// readMeasureCell reads a value: digits with commas, a sign, £ or %, a trailing [r]
// or [p]; or a mark that stands for none.
func readMeasureCell(text string, markers map[string]string) measureCell {
	s := tidyCell(text)
	low := strings.ToLower(s)
	if state, ok := markers[low]; ok {
		return markedCell(state)
	}
	if state, ok := usualMarkers[low]; ok {
		return markedCell(state)
	}
	c := measureCell{}
	for suffix, state := range map[string]string{"[r]": police.StateRevised, "[p]": police.StateProvisional} {
		if rest, ok := strings.CutSuffix(low, suffix); ok {
			s, c.state = tidyCell(rest), state
		}
	}
	return c.number(s)
}

func markedCell(state string) measureCell {
	if state == zeroMarker {
		return measureCell{isWhole: true, ok: true}
	}
	return measureCell{state: state, ok: true}
}

var plainNumber = regexp.MustCompile(`^[-+]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][-+]?\d{1,3})?$`)

func (c measureCell) number(s string) measureCell {
	negative := false
	if inner, ok := strings.CutPrefix(s, "("); ok && strings.HasSuffix(inner, ")") {
		s, negative = strings.TrimSuffix(inner, ")"), true
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	if rest, ok := strings.CutPrefix(s, "-£"); ok {
		s, negative = rest, !negative
	}
	s = strings.TrimSpace(strings.TrimPrefix(s, "£"))
	if !strings.ContainsAny(s, "0123456789") || !plainNumber.MatchString(s) {
		return measureCell{}
	}
	s = strings.ReplaceAll(s, ",", "")
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > -1<<53 && n < 1<<53 {
		if negative {
			n = -n
		}
		c.whole, c.value, c.isWhole, c.ok = n, float64(n), true, true
		return c
	}
	v, err := strconv.ParseFloat(s, 64)
	rat, ok := new(big.Rat).SetString(s)
	if err != nil || !ok {
		return measureCell{}
	}
	if negative {
		v = -v
		rat.Neg(rat)
	}
	c.value, c.rat, c.ok = v, rat, true
	return c
}

// isValue reports a number, as opposed to a mark.
func (c measureCell) isValue() bool { return c.ok && (c.isWhole || c.rat != nil) }

// tidyCell trims blanks, no-break spaces among them, and joins what is broken over
// lines.
func tidyCell(s string) string {
	if !strings.ContainsAny(s, "\u00a0\n\r\t ") {
		return s
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " ")
}

var (
	dateYear  = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})([Tt ][\d:.]+)?$`)
	slashDate = regexp.MustCompile(`^\d{1,2}/\d{1,2}/(\d{4})$`)
	bareYear  = regexp.MustCompile(`^(?i:fy|year|ye)?\s?(\d{4})(\.0)?$`)
	spanYear  = regexp.MustCompile(`^(?i:fy)?\s?(\d{4})(?:\s?[/–-]\s?|\s+to\s+)(\d{4}|\d{2})(?:\s*\[[a-z0-9 ]+\])*$`)
	monthYear = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	// toYear is the end of a written span or date: "Apr '02 to Mar '03...4" (a footnote
	// after the year), "year ending March 2019", "as at 31 March 2018".
	toYear = regexp.MustCompile(`(?i)(?:^|to|ending|ended|at|-|,)?\s*(?:\d{1,2}\s+)?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*[\s-]+'?(\d{4}|\d{2})(?:\.{3}\d+|\[[a-z0-9 ]+\]|\d)?$`)
)

// yearForms read the year of a cell or heading. end (the usual): the year in which a
// written span ends, or a date's; start: the year in which a span begins; year: four
// digits; month: 2019-01 as 201901.
var yearForms = map[string]func(string) (int, bool){
	"":      yearEnd,
	"end":   yearEnd,
	"start": yearStart,
	"year":  func(s string) (int, bool) { return firstGroup(bareYear, s) },
	"month": yearMonth,
}

func yearEnd(s string) (int, bool) {
	if y, ok := firstGroup(bareYear, s); ok {
		return y, true
	}
	if y, ok := firstGroup(dateYear, s); ok {
		return y, true
	}
	if y, ok := firstGroup(slashDate, s); ok {
		return y, true
	}
	if m := spanYear.FindStringSubmatch(s); m != nil {
		from, _ := strconv.Atoi(m[1])
		to, _ := strconv.Atoi(m[2])
		if (from+1)%100 == to%100 {
			return from + 1, true
		}
		return 0, false
	}
	m := toYear.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	return fullYear(m[1]), true
}

func yearStart(s string) (int, bool) {
	if m := spanYear.FindStringSubmatch(s); m != nil {
		y, _ := strconv.Atoi(m[1])
		return y, true
	}
	return yearEnd(s)
}

func yearMonth(s string) (int, bool) {
	m := monthYear.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	y, _ := strconv.Atoi(m[1])
	mon, _ := strconv.Atoi(m[2])
	return y*100 + mon, mon >= 1 && mon <= 12
}

var inName = regexp.MustCompile(`(?:^|\D)((?:19|20)\d{2})(?:\D|$)`)

// yearInName is the only year of four digits in a name.
func yearInName(name string) (int, bool) {
	m := inName.FindAllStringSubmatch(name, 2)
	if len(m) != 1 {
		return 0, false
	}
	y, err := strconv.Atoi(m[0][1])
	return y, err == nil
}

// fullYear reads two digits as 1950 to 2049.
func fullYear(digits string) int {
	y, _ := strconv.Atoi(digits)
	switch {
	case len(digits) == 4:
		return y
	case y < 50:
		return 2000 + y
	}
	return 1900 + y
}

func firstGroup(re *regexp.Regexp, s string) (int, bool) {
	m := re.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	y, err := strconv.Atoi(m[1])
	return y, err == nil
}

// exactSum adds cells without rounding: whole numbers in an int64, others as
// fractions; a missing cell makes the sum unknown, and is counted.
type exactSum struct {
	whole   int64
	rest    *big.Rat
	rows    int
	missing int
	state   string
}

func (e *exactSum) add(c measureCell) {
	e.rows++
	switch {
	case c.isWhole:
		e.whole += c.whole
	case c.rat != nil && e.rest == nil:
		e.rest = new(big.Rat).Set(c.rat)
	case c.rat != nil:
		e.rest.Add(e.rest, c.rat)
	default:
		e.missing++
	}
	if c.state != "" && (e.state == "" || c.state == police.StateSuppressed) {
		e.state = c.state
	}
}

func (e *exactSum) float() float64 {
	if e.rest == nil {
		return float64(e.whole)
	}
	v, _ := new(big.Rat).Add(e.rest, new(big.Rat).SetInt64(e.whole)).Float64()
	return v
}

func (e *exactSum) text() string {
	if e.missing > 0 {
		return fmt.Sprintf("sum of %d rows, %d of them without a value", e.rows, e.missing)
	}
	return fmt.Sprintf("sum of %d rows", e.rows)
}

// cell is the sum as a cell.
func (e *exactSum) cell() measureCell {
	if e.rest == nil {
		return measureCell{whole: e.whole, value: float64(e.whole), isWhole: true, ok: true}
	}
	rat := new(big.Rat).Add(e.rest, new(big.Rat).SetInt64(e.whole))
	v, _ := rat.Float64()
	return measureCell{rat: rat, value: v, ok: true}
}

func (c measureCell) negated() measureCell {
	c.whole, c.value = -c.whole, -c.value
	if c.rat != nil {
		c.rat = new(big.Rat).Neg(c.rat)
	}
	return c
}
