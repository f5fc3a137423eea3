package lake

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hardyards/internal/police"
)

// payments makes n payments of one payer and year, with every state a row can be in.
func payments(n int) []police.Payment {
	start, _ := police.DateOf(2018, 4, 1)
	rows := make([]police.Payment, n)
	for i := range rows {
		line := int32(i + 2)
		p := police.Payment{PaymentID: police.PaymentKey(77, line), PartID: 77, LineFirst: line, LineLast: line,
			Payer: "E23000003", ForceCode: "E23000003", FinYear: "2018-19", PaidOn: start + police.Date(i*365/max(n, 1)), DateBasis: police.DatedByRow,
			Payee: fmt.Sprintf("SUPPLIER %d LTD", i*7%501), PayeeID: int64(i * 7 % 501), Category: fmt.Sprintf("Category %d", i%37),
			Reference: fmt.Sprintf("INV%07d", i*31), Amount: police.Pence(50001 + i*977%1234567), RepeatNo: 1}
		p.AmountOnce = p.Amount
		switch i % 11 {
		case 3:
			p.Amount, p.AmountOnce = -p.Amount, 0
		case 5:
			p.PaidOn, p.DateBasis = police.NoDate, police.DatedBySheet
		case 7:
			p.Description, p.Redaction = "Ünïcode – text", police.Redacted
		}
		rows[i] = p
	}
	return rows
}

func TestTableRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 11, readBatch + 1, rowGroupRows + 5} {
		path := filepath.Join(t.TempDir(), "t.parquet")
		want := payments(n)
		facts, err := WriteTable(path, want, WriteOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadTable[police.Payment](path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(want, got) {
			t.Fatalf("%d rows: (-want +got)\n%s", n, cmp.Diff(want, got, cmpopts.EquateEmpty()))
		}
		if facts.Rows != int64(n) {
			t.Errorf("facts say %d rows, want %d", facts.Rows, n)
		}
	}
}

func TestFactsAreOfTheValues(t *testing.T) {
	rows := []police.Part{
		{PartID: 1, Pence: -500, PenceOnce: 3, FirstPaid: 10, LastPaid: police.NoDate, Confidence: math.NaN()},
		{PartID: 2, Pence: 200, PenceOnce: 4, FirstPaid: -3, LastPaid: police.NoDate, Confidence: 0.5},
	}
	facts, err := WriteTable(filepath.Join(t.TempDir(), "parts.parquet"), rows, WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []ColumnFacts{
		{Name: "amount", Kind: Decimal, Sum: -300, Min: -500, Max: 200},
		{Name: "amount_once", Kind: Decimal, Sum: 7, Min: 3, Max: 4},
		{Name: "first_paid", Kind: DateDay, Min: -3, Max: 10},
		{Name: "last_paid", Kind: DateDay, Nulls: 2},
	}
	if diff := cmp.Diff(want, facts.Columns); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
