package formula

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/analyze/stat/dd"
)

// columns is a table for tests.
type columns struct {
	numbers map[string][]float64
	text    map[string][]string
}

func (c columns) Numeric(name string) (dd.Vec, bool) {
	v, ok := c.numbers[name]
	return dd.Vec{Hi: v}, ok
}

func (c columns) Levels(name string, rows []int) ([]string, []int) {
	text := c.text[name]
	if v, ok := c.numbers[name]; ok {
		text = nil
		for _, x := range v {
			text = append(text, fmt.Sprint(x))
		}
	}
	var all []string
	for _, i := range rows {
		all = append(all, text[i])
	}
	levels := slices.Compact(slices.Sorted(slices.Values(all)))
	of := make([]int, len(all))
	for i, s := range all {
		of[i] = slices.Index(levels, s)
	}
	return levels, of
}

func (c columns) Place(row int) string { return fmt.Sprintf("record %d", row+1) }

func sample() (columns, []int) {
	return columns{
		numbers: map[string][]float64{"y": {1, 2, 3, 4, 5, 6}, "x": {1, 2, 3, 4, 5, 7}, "z": {2, 1, 2, 1, 3, 1}, "k": {1, 1, 2, 2, 3, 3}, "zero": {1, 0, 1, 1, 1, 1}},
		text:    map[string][]string{"g": {"a", "b", "c", "a", "b", "c"}, "h": {"u", "u", "v", "v", "u", "v"}},
	}, []int{0, 1, 2, 3, 4, 5}
}

// TestNames: columns of the design, names and coding as R 4.2.2's model.matrix has
// them (poly apart, which is raw here).
func TestNames(t *testing.T) {
	table, rows := sample()
	for _, c := range []struct {
		formula  string
		names    string
		constant bool
	}{
		{"y ~ x", "(Intercept) x", true},
		{"y~x+z-1", "x z", false},
		{"y ~ 0 + x", "x", false},
		{"log(y) ~ 1", "(Intercept)", true},
		{"y ~ g", "(Intercept) gb gc", true},
		{"y ~ g - 1", "ga gb gc", true},
		{"y ~ 0 + g + h", "ga gb gc hv", true},
		{"y ~ factor(k)", "(Intercept) factor(k)2 factor(k)3", true},
		{"y ~ poly(x, 3)", "(Intercept) poly(x, 3)1 poly(x, 3)2 poly(x, 3)3", true},
		{"y ~ x*z", "(Intercept) x z x:z", true},
		{"y ~ x:z + x", "(Intercept) x x:z", true},
		{"y ~ g*x", "(Intercept) gb gc x gb:x gc:x", true},
		{"y ~ g:x", "(Intercept) ga:x gb:x gc:x", true},
		{"y ~ g*h", "(Intercept) gb gc hv gb:hv gc:hv", true},
		{"y ~ x + g:h", "(Intercept) x ga:hu gb:hu gc:hu ga:hv gb:hv gc:hv", true},
		{"y ~ g + g:h", "(Intercept) gb gc ga:hv gb:hv gc:hv", true},
		{"y ~ (x + z)*h", "(Intercept) x z hv x:hv z:hv", true},
		{"y ~ x*z - x:z", "(Intercept) x z", true},
		{"y ~ x + x", "(Intercept) x", true},
		{"y ~ x + g:x", "(Intercept) x x:gb x:gc", true}, // atoms in the order first named
		{"y ~ I(x^2) + log(x + 1)", "(Intercept) I(x^2) log(x + 1)", true},
		{"y ~ `x`", "(Intercept) x", true},
	} {
		f, err := Parse(c.formula)
		if err != nil {
			t.Errorf("%s: %v", c.formula, err)
			continue
		}
		d, err := f.Design(table, rows)
		if err != nil {
			t.Errorf("%s: %v", c.formula, err)
			continue
		}
		if diff := cmp.Diff(c.names, strings.Join(d.Names, " ")); diff != "" || d.Constant != c.constant {
			t.Errorf("%s: constant %v (-want +got)\n%s", c.formula, d.Constant, diff)
		}
	}
}

// TestValues: products and powers, by hand.
func TestValues(t *testing.T) {
	table, rows := sample()
	f, err := Parse("y ~ poly(x, 2) + x:z + I(-x/2 + 3*z) - 1")
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Design(table, rows)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{{1, 2, 3, 4, 5, 7}, {1, 4, 9, 16, 25, 49}, {5.5, 2, 4.5, 1, 6.5, -0.5}, {2, 2, 6, 4, 15, 7}}
	for j, v := range d.X {
		if diff := cmp.Diff(want[j], v.Hi); diff != "" {
			t.Errorf("%s (-want +got)\n%s", d.Names[j], diff)
		}
	}
}

// TestPolyKeepsDigits: a power of a decimal is formed beyond float64.
func TestPolyKeepsDigits(t *testing.T) {
	x, err := dd.Parse("0.1")
	if err != nil {
		t.Fatal(err)
	}
	f, err := Parse("y ~ poly(x, 5) - 1")
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Design(decimal{x}, []int{0})
	if err != nil {
		t.Fatal(err)
	}
	want, err := dd.Parse("0.00001")
	if err != nil {
		t.Fatal(err)
	}
	if e := d.X[4].At(0).Sub(want).Div(want).Abs().Hi; e > 1e-30 {
		t.Errorf("0.1^5 is off by %.1e of itself, want at most 1e-30", e)
	}
}

type decimal struct{ x dd.Num }

func (d decimal) Numeric(string) (dd.Vec, bool) {
	return dd.Vec{Hi: []float64{d.x.Hi}, Lo: []float64{d.x.Lo}}, true
}
func (decimal) Levels(string, []int) ([]string, []int) { return nil, nil }
func (decimal) Place(int) string                       { return "" }

// TestErrors: the ¦ marks where the fault is reported.
func TestErrors(t *testing.T) {
	for _, text := range []string{
		"¦", "y¦", "y ¦x", "y ~ ¦", "y ~ x + ¦", "y ~ x ¦x", "y ~ +¦", "y ~ ¦2", "y ~ (x¦", "y ~ x¦)", "y ~ x ¦& z", "y ~ ¦`x", "y ~ poly(x¦)",
		"y ~ poly(x, ¦0)", "y ~ poly(x, ¦1.5)", "y ~ poly(x, ¦99)", "y ~ ¦lag(x)", "y ~ factor(¦)", "y ~ x * ¦1", "y ~ log(x¦", "y ~ 0¦",
		"¦factor(g) ~ x", "y ~ x ¦^ 2", "y ~ x ¦~ z",
	} {
		at := strings.Index(text, "¦")
		_, err := Parse(strings.Replace(text, "¦", "", 1))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: %v, want a syntax error", text, err)
			continue
		}
		if syntax.At != at && !(strings.Contains(text, "* ¦1") || strings.Contains(text, "factor(g) ~")) {
			t.Errorf("%s: reported at %d, want %d: %v", text, syntax.At, at, err)
		}
	}
}

func TestDesignErrors(t *testing.T) {
	table, rows := sample()
	for text, word := range map[string]string{
		"y ~ log(zero)":     "record 2",
		"g ~ x":             "holds text",
		"y ~ poly(g, 2)":    "holds text",
		"log(y - 1) ~ x":    "record 1",
		"y ~ I(x/zero) + z": "record 2",
	} {
		f, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if _, err := f.Design(table, rows); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v, want an error with %q", text, err, word)
		}
	}
}

// FuzzParse: no text makes it panic or hang; what is accepted says its variables
// and is accepted again when written by its terms.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"y ~ x1 + factor(g) + poly(x, 3) + log(x) + a:b + a*b - 1", "y ~ ((((x))))", "y ~ -(-x)", "`a b` ~ I(-x^2)", "y~a*b*c*d*e*f*g*h*i*j*k"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse(text)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.At < 0 || syntax.At > len(text) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if len(m.Variables()) == 0 && len(m.Terms) > 0 && !strings.ContainsAny(text, "0123456789") {
			t.Fatalf("%q: terms without variables", text)
		}
	})
}
