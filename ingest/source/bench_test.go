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

// sheetXML is a worksheet of n rows with texts from a table, dates and numbers.
func sheetXML(n int) (sheet, shared string) {
	var b, s bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>`)
	for i := range n {
		r := i + 1
		fmt.Fprintf(&b, `<row r="%d" spans="1:7"><c r="A%d" t="s" s="3"><v>%d</v></c><c r="B%d" s="1"><v>%d</v></c><c r="C%d"><v>%d.%02d</v></c><c r="D%d" t="s"><v>%d</v></c><c r="E%d" s="2"/><c r="F%d" t="s"><v>%d</v></c><c r="G%d"><v>%d</v></c></row>`,
			r, r, i%1000, r, 43100+i%365, r, i%90000, i%100, r, i%997, r, r, i, r, 5000000+i)
	}
	b.WriteString(`</sheetData></worksheet>`)
	s.WriteString(`<sst>`)
	for i := range n {
		fmt.Fprintf(&s, `<si><t>SUPPLIER NUMBER %d LTD</t></si>`, i)
	}
	s.WriteString(`</sst>`)
	return b.String(), s.String()
}

func BenchmarkWorkbook(b *testing.B) {
	const rows = 50000
	sheet, shared := sheetXML(rows)
	f := mustOpen(b, "x.xlsx", zipOf(b, xlsxMembers(sheet, shared)...))
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(sheet)))
		for b.Loop() {
			if err := f.Parts[0].Read(context.Background(), func(*Batch) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("proof", func(b *testing.B) {
		b.SetBytes(int64(len(sheet)))
		for b.Loop() {
			if _, err := f.Parts[0].Proof(context.Background(), ProofSpec{Columns: []ColumnFrom{{0, 2}}, Parse: digitsOnly}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}
