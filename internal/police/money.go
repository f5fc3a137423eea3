package police

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Pence is an exact amount of sterling in hundredths of a pound; a credit is
// negative.
type Pence int64

// String gives pounds with two decimals and no separators: -1234.56.
func (p Pence) String() string { return string(p.Append(nil)) }

// Append appends the form of String to b.
func (p Pence) Append(b []byte) []byte {
	u := uint64(p)
	if p < 0 {
		b = append(b, '-')
		u = -u
	}
	b = strconv.AppendUint(b, u/100, 10)
	return append(b, '.', byte('0'+u/10%10), byte('0'+u%10))
}

// Pounds gives pounds with thousands separators and a £ sign: -£1,234.56.
func (p Pence) Pounds() string {
	s := p.String()
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + "£" + whole + "." + frac
}

// Float gives pounds as a float64, for statistics only.
func (p Pence) Float() float64 { return float64(p) / 100 }

// Add is p+q, or an error on overflow: a sum that wraps would be a silent lie.
func (p Pence) Add(q Pence) (Pence, error) {
	s := p + q
	if (q > 0 && s < p) || (q < 0 && s > p) {
		return 0, fmt.Errorf("sum of %d and %d pence overflows int64", int64(p), int64(q))
	}
	return s, nil
}

// ParsePence reads the plain form that String writes, with 0 to 2 decimals. It is
// for our own tables; publishers' amounts are read by ingest.
func ParsePence(s string) (Pence, error) {
	body := strings.TrimPrefix(s, "-")
	whole, frac, dot := strings.Cut(body, ".")
	if whole == "" || (dot && (frac == "" || len(frac) > 2)) {
		return 0, fmt.Errorf("amount %q is not of the form 1234.56", s)
	}
	for len(frac) < 2 {
		frac += "0"
	}
	n, err := strconv.ParseUint(whole+frac, 10, 64)
	if err != nil || n > math.MaxInt64 {
		return 0, fmt.Errorf("amount %q is not of the form 1234.56", s)
	}
	if body != s {
		return -Pence(n), nil
	}
	return Pence(n), nil
}
