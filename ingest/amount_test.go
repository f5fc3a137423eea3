package ingest

import (
	"testing"

	"hardyards/internal/police"
)

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		name, cell string
		pence      police.Pence
		state      amountState
	}{
		{"plain", "1234.56", 123456, amountRead},
		{"one decimal", "910.5", 91050, amountRead},
		{"whole", "28885", 2888500, amountRead},
		{"thousands", "1,653,750,000", 165375000000, amountRead},
		{"minus", "-15685.4", -1568540, amountRead},
		{"pound", "£382,699.82", 38269982, amountRead},
		{"minus before pound", "-£134,395.89", -13439589, amountRead},
		{"pound before minus", "£-5.00", -500, amountRead},
		{"padding", " £83,930.40 ", 8393040, amountRead},
		{"no-break space", "\u00a083.40\u00a0", 8340, amountRead},
		{"parentheses", "(1,234.50)", -123450, amountRead},
		{"parentheses and pound", "(£1,234.50)", -123450, amountRead},
		{"pound and parentheses", "£(1,234.50)", -123450, amountRead},
		{"apostrophes part thousands", "1'234.56", 123456, amountRead},
		{"narrow spaces part thousands", "1\u202f234.56", 123456, amountRead},
		{"full width", "￡１，２３４．５６", 123456, amountRead},
		{"pound lost", "?1,234.00", 123400, amountRead},
		{"pound garbled twice", "ï¿½1,234.00", 123400, amountRead},
		{"currency behind", "1,234.56 GBP", 123456, amountRead},
		{"formula quotes", "=\"1234.56\"", 123456, amountRead},
		{"trailing minus", "6,203.00-", -620300, amountRead},
		{"credit", "12.34CR", -1234, amountRead},
		{"credit with space", "12.34 cr", -1234, amountRead},
		{"debit", "12.34 DR", 1234, amountRead},
		{"leading apostrophe", "'12.34", 1234, amountRead},
		{"damaged pound", "\uFFFD12.34", 1234, amountRead},
		{"code page 437's pound read as 1252", "œ12.34", 1234, amountRead},
		{"doubly encoded pound", "Â£12.34", 1234, amountRead},
		{"currency word", "GBP 12.34", 1234, amountRead},
		{"no whole part", ".5", 50, amountRead},
		{"trailing point", "500.", 50000, amountRead},
		{"trailing zeros", "12.340000", 1234, amountRead},
		{"float noise below", "1428.6399999999999", 142864, amountRead},
		{"float noise above", "66776.100000000006", 6677610, amountRead},
		{"noise of a small number", "0.10000000000000001", 10, amountRead},
		{"dash", " -   ", 0, amountDash},
		{"pound dash", "£-", 0, amountDash},
		{"pound dash padded", " £ -   ", 0, amountDash},
		{"finer than a penny", "66158.388", 6615839, amountSubPenny},
		{"half a penny goes up", "0.125", 13, amountSubPenny},
		{"half a penny goes up from zero", "-0.125", -13, amountSubPenny},
		{"below a tenth of a penny", "0.0004", 0, amountSubPenny},
		{"many digits, yet no noise", "1234.56789012345678", 123457, amountSubPenny},
		{"empty", "", 0, amountEmpty},
		{"blank", " \u00a0", 0, amountEmpty},
		{"error", "#N/A", 0, amountError},
		{"hashes", "########", 0, amountError},
		{"word", "REDACTED", 0, amountText},
		{"see note", "see note", 0, amountText},
		{"damaged", "1,234.00 CR?", 0, amountText},
		{"decimal comma", "12,34", 0, amountText},
		{"ragged groups", "1,2345.00", 0, amountText},
		{"two signs", "--5", 0, amountText},
		{"sign and parentheses", "-(5.00)", 0, amountText},
		{"two points", "1.234.56", 0, amountText},
		{"exponent in text", "4.72E+21", 0, amountText},
		{"date", "13/09/2019", 0, amountText},
		{"only CR", "CR", 0, amountText},
		{"too large", "12345678901234567890", 0, amountText},
	} {
		got := parseAmount([]byte(c.cell), false)
		if got.state != c.state || (got.state.readable() && got.pence != c.pence) {
			t.Errorf("%s: parseAmount(%q) = %d pence, state %d; want %d, %d", c.name, c.cell, got.pence, got.state, c.pence, c.state)
		}
	}
	if got := parseAmount([]byte("1.0586209959999999E7"), true); got.pence != 1058620996 || got.state != amountRead {
		t.Errorf("workbook exponent: %+v", got)
	}
	if got := parseAmount([]byte("5E-3"), true); got.state != amountSubPenny || got.pence != 1 {
		t.Errorf("half a penny as 5E-3: %+v", got)
	}
}

// FuzzAmounts: see readsAmounts.
func FuzzAmounts(f *testing.F) {
	for _, s := range oddAmounts() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if err := readsAmounts(parseAmount, in); err != nil {
			t.Fatal(err)
		}
	})
}

// TestQuickAmountsAreTheSame: the quick ways read what the long way reads, or nothing.
func TestQuickAmountsAreTheSame(t *testing.T) {
	for _, sign := range []string{"", "-", "(", "£-", "-£", "(-", "--", "$"} {
		for _, pound := range []string{"", "£", "££", "£ "} {
			for _, n := range []string{"0", "5", "5.0", "5.00", "1234.56", "1,234.56", "1,23.45", "12,34", "1.500", "", "x", "0.01", ".50"} {
				text := sign + pound + n
				if sign == "(" || sign == "(-" {
					text += ")"
				}
				quick, ok := poundAmount([]byte(text))
				if !ok {
					continue
				}
				if slow := styledAmount([]byte(text), false); quick != slow {
					t.Errorf("%q: %+v the quick way, %+v the long way", text, quick, slow)
				}
			}
		}
	}
	if a, ok := poundAmount([]byte("-£1,234.56")); !ok || a.pence != -123456 {
		t.Errorf("%+v %v", a, ok)
	}
}
