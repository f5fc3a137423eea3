package report

import (
	"math"
	"testing"

	"hardyards/internal/police"
)

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		v      float64
		places int
		want   string
	}{
		{1234567.891, 2, "1,234,567.89"}, {-1234.5, 0, "−1,234"}, {999, 0, "999"}, {-0.001, 1, "0.0"}, {math.NaN(), 1, noFigure}, {0, 0, "0"},
	} {
		if got := decimal(c.v, c.places); got != c.want {
			t.Errorf("decimal(%v, %d) = %q, want %q", c.v, c.places, got, c.want)
		}
	}
}

func TestMoney(t *testing.T) {
	for p, want := range map[police.Pence]string{0: "£0", 64_000: "£640", 8_300_000: "£83k", 489_000_000: "£4.9m", -150_000_000: "−£1.5m", 123_456_000_000: "£1.23bn", 99_960_000: "£1.0m"} {
		if got := money(p); got != want {
			t.Errorf("money(%d) = %q, want %q", p, got, want)
		}
	}
	if got := moneyTick(60e6); got != "£60m" {
		t.Errorf("moneyTick = %q", got)
	}
}

func TestScaleCoversItsValues(t *testing.T) {
	for _, values := range [][]float64{{1, 2, 3}, {-5, 17}, {0.001, 0.002}, {7}, {math.NaN(), 4, 9}, {}, {1e9, 4e9}} {
		s := scaleFor(values, 5, false)
		if n := len(s.ticks); n < 2 || n > 12 {
			t.Errorf("%v: %d ticks", values, n)
		}
		for _, v := range values {
			if !math.IsNaN(v) && s.beyond(v) {
				t.Errorf("%v lies outside %v to %v", v, s.lo, s.hi)
			}
		}
	}
	if s := symmetric([]float64{-3, 1}, 4); s.lo != -s.hi || s.hi < 3 {
		t.Errorf("symmetric gives %v to %v", s.lo, s.hi)
	}
}

func TestCSVIsInert(t *testing.T) {
	tab := newTable("x", "x", words("Payee"), numbers("£"))
	tab.add("", text("=HYPERLINK(1)"), figure("−£1.00", "-1.00"))
	tab.add("", text(`a "b", c`), figure(noFigure, ""))
	got, err := tab.csv()
	if err != nil {
		t.Fatal(err)
	}
	want := "Payee,£\n'=HYPERLINK(1),-1.00\n\"a \"\"b\"\", c\",\n"
	if string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFit: a name that fits stays whole, a longer one is cut before its letters run
// beyond the margin; wide letters take more room than narrow ones.
func TestFit(t *testing.T) {
	for _, c := range []struct {
		words string
		width float64
		want  string
	}{
		{"Kent", 120, "Kent"},
		{"illicit illicit illicit", 120, "illicit illicit illicit"},
		{"MMMMMMMMMMMMMMMMMMMMMMM", 120, "MMMMMMMMM…"},
		{"Police & Crime Commissioner", 60, "Police…"},
		{"", 10, ""},
	} {
		if got := fit(c.words, c.width, 12); got != c.want {
			t.Errorf("%q in %v pixels is %q, want %q", c.words, c.width, got, c.want)
		}
	}
}

// TestUnshown: a value is written beside a number only where the number doesn't show
// it but for rounding.
func TestUnshown(t *testing.T) {
	for _, c := range []struct {
		cell Cell
		want string
	}{
		{measured(12.3456, 2), ""}, {change(-0.5, 1), ""}, {Cell{Text: "£1,234.50", Value: "1234.5"}, ""}, {Cell{Text: "−£3.00", Value: "-3"}, ""},
		{Cell{Text: "£4.9m", Value: "4900000"}, "4900000"}, {Cell{Text: "12", Value: "13"}, "13"}, {Cell{Text: noFigure}, ""},
	} {
		if got := c.cell.Unshown(); got != c.want {
			t.Errorf("%q of %q: %q, want %q", c.cell.Text, c.cell.Value, got, c.want)
		}
	}
}
