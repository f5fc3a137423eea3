package dd

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// exactly is the number as a big float of 400 bits.
func exactly(a Num) *big.Float {
	f := new(big.Float).SetPrec(400).SetFloat64(a.Hi)
	return f.Add(f, new(big.Float).SetPrec(400).SetFloat64(a.Lo))
}

// wrong is |got − want|/|want| in units of 2^-104.
func wrong(got Num, want *big.Float) float64 {
	d := new(big.Float).SetPrec(400).Sub(exactly(got), want)
	if want.Sign() == 0 {
		f, _ := d.Float64()
		return math.Abs(f)
	}
	d.Quo(d, want)
	f, _ := d.Float64()
	return math.Ldexp(math.Abs(f), 104)
}

func anyNum(t *rapid.T, name string) Num {
	hi := rapid.Float64Range(-1e30, 1e30).Draw(t, name)
	if math.Abs(hi) < 1e-30 {
		hi = 1
	}
	return TwoSum(hi, hi*0x1p-53*rapid.Float64Range(-0.5, 0.5).Draw(t, name+" low"))
}

// TestArithmetic against big floats of 400 bits.
func TestArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyNum(t, "a"), anyNum(t, "b")
		x, y := exactly(a), exactly(b)
		op := func(f func(z, x, y *big.Float) *big.Float) *big.Float { return f(new(big.Float).SetPrec(400), x, y) }
		for name, c := range map[string]struct {
			got  Num
			want *big.Float
		}{
			"add": {a.Add(b), op((*big.Float).Add)}, "mul": {a.Mul(b), op((*big.Float).Mul)}, "div": {a.Div(b), op((*big.Float).Quo)},
			"sqrt": {a.Abs().Sqrt(), new(big.Float).SetPrec(400).Sqrt(new(big.Float).Abs(x))},
		} {
			if w := wrong(c.got, c.want); w > 16 {
				t.Fatalf("%s: off by %.3g units of 2^-104", name, w)
			}
		}
	})
}

// TestParse: decimals are held to 2^-104 of their value, also where the sum of the
// parts is what matters: 10000000.2 is not the nearest float64.
func TestParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,20})?(e-?[0-9]{1,2})?`).Draw(t, "text")
		got, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := big.ParseFloat(text, 10, 400, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		if w := wrong(got, want); w > 1 {
			t.Fatalf("%s: off by %.3g units of 2^-104", text, w)
		}
		if hi, _ := strconv.ParseFloat(text, 64); got.Hi != hi {
			t.Fatalf("%s: high part %v, strconv's %v", text, got.Hi, hi)
		}
	})
	for _, bad := range []string{"", ".", "-", "1e", "1e+", "0x1p3", "NaN", "Inf", "1_000", "1,000", "1 2", "e5", "1e5e5", "+-1", "1e1_0"} {
		if v, err := Parse(bad); !errors.Is(err, ErrSyntax) {
			t.Errorf("Parse(%q) = %v, %v; want ErrSyntax", bad, v, err)
		}
	}
	if _, err := Parse("1e999999999"); !errors.Is(err, strconv.ErrRange) {
		t.Errorf("1e999999999: %v, want ErrRange", err)
	}
	if v, err := Parse("1e-999999999"); err != nil || !v.IsZero() {
		t.Errorf("1e-999999999: %v, %v; want 0", v, err)
	}
}

// FuzzParse: no panic, and what is accepted has the value strconv gives.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"1", "-.5e3", "1e-999999999", "00000000000000000000000001", "1.e5", "9e22", "123456789012345678901234567890"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Parse(s)
		if err != nil {
			return
		}
		want, err := strconv.ParseFloat(fmt.Sprint(trimmed(s)), 64)
		if err != nil || v.Hi != want || math.Abs(v.Lo) > math.Abs(v.Hi)*0x1p-52 {
			t.Fatalf("%q: %v, strconv %v (%v)", s, v, want, err)
		}
	})
}

func trimmed(s string) string {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t' || s[0] == '\n' || s[0] == '\r' || s[0] == '\v' || s[0] == '\f') {
		s = s[1:]
	}
	for len(s) > 0 {
		c := s[len(s)-1]
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\v' && c != '\f' {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}
