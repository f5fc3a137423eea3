package dd

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// ErrSyntax is returned for text that is no decimal number.
var ErrSyntax = errors.New("not a decimal number")

// Parse reads a decimal number, such as "-12.5", ".11019" or "1e-3", to about 32
// digits: Hi is the nearest float64 and Lo the nearest float64 to the rest, so
// no digit that a publisher prints is lost. Blanks around it are ignored;
// "NaN", "Inf", hexadecimal and digit-grouping are ErrSyntax; a number beyond
// float64's range is strconv.ErrRange.
func Parse(text string) (Num, error) {
	text = strings.TrimSpace(text)
	d, ok := scan(text)
	if !ok {
		return Num{}, ErrSyntax
	}
	if d.short {
		return d.near(), nil
	}
	return exact(text)
}

// decimal is ±mantissa · 10^exp; short says that both are small enough for the
// quick way (mantissa below 2^53, |exp| ≤ 22: each exact in float64).
type decimal struct {
	negative bool
	mantissa uint64
	exp      int
	short    bool
}

// scan reads the grammar [+-] digits [. digits] [e [+-] digits].
func scan(text string) (decimal, bool) {
	var d decimal
	i, digits, significant := 0, 0, 0
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		d.negative = text[i] == '-'
		i++
	}
	point := false
	for ; i < len(text); i++ {
		c := text[i]
		if c == '.' && !point {
			point = true
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		digits++
		if significant > 0 || c != '0' {
			significant++
		}
		if significant <= 18 {
			d.mantissa = d.mantissa*10 + uint64(c-'0')
		}
		if point {
			d.exp--
		}
	}
	if digits == 0 {
		return d, false
	}
	if i < len(text) {
		if text[i] != 'e' && text[i] != 'E' {
			return d, false
		}
		e, err := strconv.Atoi(text[i+1:])
		if err != nil && !errors.Is(err, strconv.ErrRange) || strings.ContainsRune(text[i+1:], '_') {
			return d, false
		}
		d.exp += e
	}
	d.short = significant <= 15 && d.exp >= -22 && d.exp <= 22
	return d, true
}

// pow10 are the powers of ten that float64 holds exactly.
func pow10(n int) float64 { return math.Pow10(n) }

// near is the quick way: one exact product or one division with its remainder.
func (d decimal) near() Num {
	m := float64(d.mantissa)
	if d.negative {
		m = -m
	}
	switch {
	case d.exp > 0:
		return TwoProd(m, pow10(d.exp))
	case d.exp < 0:
		return Of(m).Div(Of(pow10(-d.exp)))
	}
	return Of(m)
}

// exact goes by big rationals, rounding to 300 bits before the split.
func exact(text string) (Num, error) {
	hi, err := strconv.ParseFloat(text, 64)
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			return Num{}, strconv.ErrRange
		}
		return Num{}, ErrSyntax
	}
	if hi == 0 { // zero, or too small for float64: big would form 10^-999999999
		return Num{}, nil
	}
	f, _, err := big.ParseFloat(text, 10, 300, big.ToNearestEven)
	if err != nil {
		return Num{}, ErrSyntax
	}
	rest := new(big.Float).SetPrec(300).Sub(f, new(big.Float).SetFloat64(hi))
	lo, _ := rest.Float64()
	return TwoSum(hi, lo), nil
}
