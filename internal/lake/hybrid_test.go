package lake

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/police"
)

// readHybrid reads what appendHybrid wrote, bit by bit as Encodings.md says.
func readHybrid(t *testing.T, data []byte, width, count int) (values []int32) {
	t.Helper()
	for len(values) < count {
		header, n := binary.Uvarint(data)
		if n <= 0 {
			t.Fatalf("no header with %d of %d values read", len(values), count)
		}
		data = data[n:]
		if header&1 == 0 {
			v := int32(0)
			for b := 0; b < width; b += 8 {
				v |= int32(data[0]) << b
				data = data[1:]
			}
			values = append(values, slices.Repeat([]int32{v}, int(header>>1))...)
			continue
		}
		size := int(header>>1) * width
		for i := range int(header>>1) * 8 {
			v := int32(0)
			for b := range width {
				at := i*width + b
				v |= int32(data[at/8]>>(at%8)&1) << b
			}
			values = append(values, v)
		}
		data = data[size:]
	}
	if len(data) > 0 || len(values)-count > 7 {
		t.Fatalf("%d bytes and %d values left", len(data), len(values)-count)
	}
	return values[:count]
}

func TestHybridReadsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for width := 1; width <= 20; width++ {
		for range 60 {
			var values []int32
			for range r.IntN(60) {
				n := 1
				if r.IntN(3) == 0 {
					n = 1 + r.IntN(1+r.IntN(900))
				}
				values = append(values, slices.Repeat([]int32{r.Int32N(1 << width)}, n)...)
			}
			got := readHybrid(t, appendHybrid(nil, values, width), width, len(values))
			if !slices.Equal(got, values) {
				t.Fatalf("width %d: %v\nread back as %v", width, values, got)
			}
		}
	}
}

// TestRunsReadBack writes runs of every kind that pages cut, and reads them with
// Arrow's reader and the second reader.
func TestRunsReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var rows []police.Payment
	for len(rows) < 3*pageRows+17 {
		p := police.Payment{PaymentID: r.Int64(), Payer: "E23000003", FinYear: "2018-19", DateBasis: police.DatedByRow,
			PaidOn: police.NoDate, Payee: fmt.Sprint("P", r.IntN(300)), RepeatNo: 1, Amount: police.Pence(r.Int64N(1e7))}
		if r.IntN(2) == 0 {
			p.Category, p.PaidOn = fmt.Sprint("C", r.IntN(3)), police.Date(r.Int32N(20000))
		}
		if r.IntN(4) == 0 {
			p.Reference = string(slices.Repeat([]byte{byte('a' + r.IntN(26))}, r.IntN(60)))
		}
		for range 1 + r.IntN(1+r.IntN(40)) {
			rows = append(rows, p)
		}
	}
	path := filepath.Join(t.TempDir(), "p.parquet")
	facts, err := WriteTable(path, rows, WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadTable[police.Payment](path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, rows) {
		for i := range rows {
			if got[i] != rows[i] {
				t.Fatalf("row %d is\n%+v, was\n%+v", i, got[i], rows[i])
			}
		}
	}
	if err := secondReading(path, FileEntry{Path: "p.parquet", Table: "payments", FileFacts: facts}, true); err != nil {
		t.Error(err)
	}
}

// TestBlocksMakeTheSameFile: blocks and rows are two ways to the same bytes.
func TestBlocksMakeTheSameFile(t *testing.T) {
	rows := payments(rowGroupRows + 3000)
	for i := range rows {
		rows[i].Payer, rows[i].ForceCode, rows[i].FinYear = "E23000003", "E23000003", "2018-19"
	}
	digest := func(add func(w *FragmentWriter) error) []FileEntry {
		l := open(t, t.TempDir(), Options{})
		w, err := l.NewFragment("k")
		if err != nil {
			t.Fatal(err)
		}
		if err := add(w); err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(FragmentRecord{}); err != nil {
			t.Fatal(err)
		}
		f, err := l.Fragment("k")
		if err != nil {
			t.Fatal(err)
		}
		return f.Record.Files
	}
	want := digest(func(w *FragmentWriter) error { return w.Payments("E23000003", "2018-19", rows) })
	got := digest(func(w *FragmentWriter) error {
		b := blockOf(rows)
		for from := 0; from < len(rows); from += 50_000 {
			if err := w.Block("E23000003", "2018-19", cutBlock(b, from, min(from+50_000, len(rows)))); err != nil {
				return err
			}
		}
		return nil
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-rows +blocks)\n%s", diff)
	}
}

func blockOf(rows []police.Payment) *PaymentBlock {
	b := &PaymentBlock{}
	numbers := map[string]map[string]int32{}
	word := func(w *Words, column, text string) {
		if numbers[column] == nil {
			numbers[column] = map[string]int32{}
		}
		n, ok := numbers[column][text]
		switch {
		case text == "":
			n = -1
		case !ok:
			n = int32(len(w.Texts))
			numbers[column][text] = n
			w.Texts = append(w.Texts, text)
		}
		w.Numbers = append(w.Numbers, n)
	}
	for i := range rows {
		p := &rows[i]
		b.PaymentID, b.PartID = append(b.PaymentID, p.PaymentID), append(b.PartID, p.PartID)
		b.PayeeID, b.RepeatGroup = append(b.PayeeID, p.PayeeID), append(b.RepeatGroup, p.RepeatGroup)
		b.LineFirst, b.LineLast, b.RepeatNo = append(b.LineFirst, p.LineFirst), append(b.LineLast, p.LineLast), append(b.RepeatNo, p.RepeatNo)
		b.PaidOn, b.Amount, b.AmountOnce = append(b.PaidOn, p.PaidOn), append(b.Amount, p.Amount), append(b.AmountOnce, p.AmountOnce)
		b.Reference = append(b.Reference, p.Reference)
		word(&b.DateBasis, "date_basis", string(p.DateBasis))
		word(&b.Payee, "payee", p.Payee)
		word(&b.Redaction, "redaction", p.Redaction)
		word(&b.Category, "category", p.Category)
		word(&b.Description, "description", p.Description)
	}
	return b
}

func cutBlock(b *PaymentBlock, from, to int) *PaymentBlock {
	cut := func(w Words) Words { return Words{w.Numbers[from:to], w.Texts} }
	return &PaymentBlock{
		PaymentID: b.PaymentID[from:to], PartID: b.PartID[from:to], PayeeID: b.PayeeID[from:to], RepeatGroup: b.RepeatGroup[from:to],
		LineFirst: b.LineFirst[from:to], LineLast: b.LineLast[from:to], RepeatNo: b.RepeatNo[from:to],
		PaidOn: b.PaidOn[from:to], Amount: b.Amount[from:to], AmountOnce: b.AmountOnce[from:to], Reference: b.Reference[from:to],
		DateBasis: cut(b.DateBasis), Payee: cut(b.Payee), Redaction: cut(b.Redaction), Category: cut(b.Category), Description: cut(b.Description),
	}
}
