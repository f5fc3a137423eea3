package police

import (
	"math"
	"testing"
	"time"
)

func TestPenceForms(t *testing.T) {
	for _, c := range []struct {
		p             Pence
		plain, pounds string
	}{
		{0, "0.00", "£0.00"}, {5, "0.05", "£0.05"}, {-5, "-0.05", "-£0.05"},
		{123456, "1234.56", "£1,234.56"}, {-100000000, "-1000000.00", "-£1,000,000.00"},
		{math.MaxInt64, "92233720368547758.07", "£92,233,720,368,547,758.07"},
	} {
		if got := c.p.String(); got != c.plain {
			t.Errorf("String %d: %s, want %s", int64(c.p), got, c.plain)
		}
		if got := c.p.Pounds(); got != c.pounds {
			t.Errorf("Pounds %d: %s, want %s", int64(c.p), got, c.pounds)
		}
		if back, err := ParsePence(c.plain); err != nil || back != c.p {
			t.Errorf("ParsePence(%s) = %d, %v", c.plain, int64(back), err)
		}
	}
	for _, s := range []string{"", "-", ".5", "1.", "1.234", "1,000", "£1", "--1", "1.2.3", "99999999999999999999", " 1"} {
		if p, err := ParsePence(s); err == nil {
			t.Errorf("ParsePence(%q) = %d, want an error", s, int64(p))
		}
	}
}

func TestPenceAddOverflow(t *testing.T) {
	if _, err := Pence(math.MaxInt64).Add(1); err == nil {
		t.Error("MaxInt64 + 1 pence: want an error")
	}
	if _, err := Pence(math.MinInt64).Add(-1); err == nil {
		t.Error("MinInt64 − 1 pence: want an error")
	}
	if s, err := Pence(2).Add(-5); err != nil || s != -3 {
		t.Errorf("2 − 5 = %d, %v", s, err)
	}
}

// TestDateAgreesWithTime compares every day of 1890–2110 with the standard library.
func TestDateAgreesWithTime(t *testing.T) {
	for d := time.Date(1890, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2111; d = d.AddDate(0, 0, 1) {
		got, ok := DateOf(d.Year(), int(d.Month()), d.Day())
		if !ok || int64(got)*86400 != d.Unix() {
			t.Fatalf("DateOf(%s) = %d, %v", d.Format("2006-01-02"), got, ok)
		}
		if s := got.String(); s != d.Format("2006-01-02") {
			t.Fatalf("String of %s is %s", d.Format("2006-01-02"), s)
		}
	}
}

func TestNoSuchDay(t *testing.T) {
	for _, c := range [][3]int{{2018, 2, 31}, {2019, 2, 29}, {2018, 13, 1}, {2018, 0, 1}, {2018, 4, 0}, {2018, 4, 31}, {0, 1, 1}} {
		if d, ok := DateOf(c[0], c[1], c[2]); ok {
			t.Errorf("DateOf(%v) = %s, want none", c, d)
		}
	}
}

func TestFinancialYear(t *testing.T) {
	for day, want := range map[string]FinancialYear{
		"2018-03-31": "2017-18", "2018-04-01": "2018-19", "1999-04-01": "1999-00", "2000-01-01": "1999-00",
	} {
		d, err := ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got := FinancialYearOf(d); got != want {
			t.Errorf("%s lies in %s, want %s", day, got, want)
		}
	}
	if FinancialYearOf(NoDate) != UnknownYear {
		t.Error("no date: want the year unknown")
	}
	for _, s := range []string{"2018-20", "2018", "18-19", ""} {
		if _, err := ParseFinancialYear(s); err == nil {
			t.Errorf("ParseFinancialYear(%q): want an error", s)
		}
	}
}

func TestNormalForm(t *testing.T) {
	for in, want := range map[string]string{
		"  O'Brien & Sons  Ltd. ":      "OBRIEN & SONS LTD",
		"Police & Crime Comm. (PCC)":   "POLICE & CRIME COMM PCC",
		"ACCENTURE (UK) LTD":           "ACCENTURE UK LTD",
		"ACCENTURE\u00a0(UK)   LTD   ": "ACCENTURE UK LTD",
		"---":                          "",
	} {
		if got := NormalForm(in); got != want {
			t.Errorf("NormalForm(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestKeysAreStable(t *testing.T) {
	// A changed key would orphan every fragment and override: printf 'npas' with
	// its length through sha256sum gives the same.
	if Key("a", "bc") == Key("ab", "c") {
		t.Error("fields must not run together")
	}
	if k := Key("payee", "ACCENTURE UK LTD"); k <= 0 {
		t.Errorf("key %d is not positive", k)
	}
	if PaymentKey(1, 2) == PaymentKey(1, 3) || PaymentKey(1, 2) == PaymentKey(2, 2) {
		t.Error("payments of different lines share a key")
	}
}

func TestLedgerBalances(t *testing.T) {
	l := Ledger{RowsRead: 3, Payments: 1, Rejections: 1, Exclusions: 1, PenceRead: 30, PencePayments: 10, PenceRejections: 5, PenceExclusions: 15}
	if !l.Balances() {
		t.Error("a balanced ledger doesn't balance")
	}
	l.PenceRead++
	if l.Balances() {
		t.Error("a missing penny goes unseen")
	}
}
