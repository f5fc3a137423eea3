package source

import (
	"bytes"
	"context"
	"fmt"
	"testing"
)

// plainTable is about n bytes of a spend file without quotes.
func plainTable(n int) []byte {
	var b bytes.Buffer
	b.WriteString("Body,Body Code,Date,Expense Type,Expense Area,Supplier,Transaction,Amount,Description\r\n")
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "Lancashire,E23000003,%02d/04/2018,Vehicle Repairs,Operations,SUPPLIER %d LTD,%d,%d.%02d,Parts and labour\r\n", 1+i%28, i%977, 100000+i, i%90000, i%100)
	}
	return b.Bytes()
}

// quotedTable has quoted amounts and a cell over two lines now and then.
func quotedTable(n int) []byte {
	var b bytes.Buffer
	b.WriteString("Body,Body Code,Date,Expense Type,Expense Area,Supplier,Transaction,Amount,Description\n")
	for i := 0; b.Len() < n; i++ {
		note := "Parts and labour"
		if i%50 == 0 {
			note = "\"Parts\nand \"\"labour\"\"\""
		}
		fmt.Fprintf(&b, "Lancashire,E23000003,%02d/04/2018,Vehicle Repairs,Operations,\"SUPPLIER, %d\",%d,\"%d,%03d.%02d\",%s\n", 1+i%28, i%977, 100000+i, 1+i%90, i%1000, i%100, note)
	}
	return b.Bytes()
}

func benchTexts() map[string][]byte {
	plain := plainTable(16 << 20)
	return map[string][]byte{
		"plain":  plain,
		"quoted": quotedTable(16 << 20),
		"cp1252": bytes.ReplaceAll(plain, []byte("Parts and"), []byte("\xa3 and \x96")),
		"utf8":   bytes.ReplaceAll(plain, []byte("Parts and"), []byte("£ and –")),
	}
}

func BenchmarkSurvey(b *testing.B) {
	for name, in := range benchTexts() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				if _, err := fromBytes(b, in, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for name, in := range benchTexts() {
		b.Run(name, func(b *testing.B) {
			t, err := fromBytes(b, in, Limits{})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if err := t.Read(context.Background(), func(*Batch) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkProof(b *testing.B) {
	for name, in := range benchTexts() {
		b.Run(name, func(b *testing.B) {
			t, err := fromBytes(b, in, Limits{})
			if err != nil {
				b.Fatal(err)
			}
			spec := ProofSpec{Columns: []ColumnFrom{{1, 7}}, From: 2, Parse: digitsOnly}
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := t.Proof(context.Background(), spec); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// digitsOnly is the simplest reading of an amount: its digits, as pence.
func digitsOnly(cell []byte) (int64, bool) {
	var n int64
	ok := false
	for _, c := range cell {
		if c >= '0' && c <= '9' {
			n, ok = n*10+int64(c-'0'), true
		}
	}
	return n, ok
}
