package source

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// tight limits keep the fuzzers quick.
var tight = Limits{Expanded: 4 << 20, Memory: 1 << 20, Record: 1 << 20, Cell: 64 << 10, Parts: 8}

// readFully opens bytes as a file and reads everything both ways; only a Refusal is a
// permitted error.
func readFully(t *testing.T, body []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(context.Background(), path, tight)
	if err != nil {
		if !isRefusal(err) {
			t.Fatalf("not a refusal: %v", err)
		}
		return
	}
	defer f.Close()
	for _, p := range f.Parts {
		if err := p.Read(context.Background(), func(*Batch) error { return nil }); err != nil && !isRefusal(err) {
			t.Fatalf("not a refusal: %v", err)
		}
		_, err := p.Proof(context.Background(), ProofSpec{Columns: []ColumnFrom{{0, 1}}, Parse: func([]byte) (int64, bool) { return 1, true }})
		if err != nil && !isRefusal(err) {
			t.Fatalf("not a refusal: %v", err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	sheet := `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>2</v></c></row></sheetData></worksheet>`
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte("<html><table>"))
	f.Add(zipOf(f, xlsxMembers(sheet, sharedTexts)...))
	f.Add(zipOf(f, odsMembers(`<table:table table:name="a"><table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>`)...))
	f.Add(zipOf(f, member{"a.csv", "a;b\n1;2\n"}, member{"b.csv.gz", string(gzipOf(f, []byte("x\ty\n")))}))
	f.Add(gzipOf(f, []byte("a|b\n\"1\n|2\n")))
	f.Add(ole("Workbook"))
	f.Fuzz(func(t *testing.T, b []byte) { readFully(t, b) })
}

// FuzzSheet feeds XML to the sheet's readers, packed so that the fuzzer needn't find
// its way through deflate.
func FuzzSheet(f *testing.F) {
	for _, s := range []string{
		`<row r="1"><c r="A1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>a &gt; b</t></is></c></row><row r="4"/>`,
		`<row><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c><c><f>1</f></c></row>`,
		`<x:row r='2'><!-- > --><x:c r='B2' a="x>y"><x:v><![CDATA[<v>]]></x:v></x:c></x:row>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		body := zipOf(t, xlsxMembers("<worksheet>"+rows+"</worksheet>", sharedTexts)...)
		readFully(t, body)
	})
}

// rowsByLibrary counts row elements with encoding/xml; -1 if it doesn't accept them.
func rowsByLibrary(s string) int {
	d := xml.NewDecoder(bytes.NewReader([]byte(s)))
	n := 0
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			return n
		}
		if err != nil {
			return -1
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "row" {
			n++
		}
	}
}

// FuzzXML compares the scanner with encoding/xml.
func FuzzXML(f *testing.F) {
	for _, s := range []string{`<a><row x='>'/><!-- <row> --><b:row>t &amp; u</b:row></a>`, `<?pi <row>?><a><![CDATA[<row>]]></a>`, `<a b="1" c='2'></a>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := rowsByLibrary(s)
		x := newXML(bytes.NewReader([]byte(s)), tight.withDefaults())
		got := 0
		for {
			err := x.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				if !isRefusal(err) {
					t.Fatal(err)
				}
				return
			}
			if x.kind == xmlStart && x.is("row") {
				got++
			}
		}
		if want >= 0 && got != want {
			t.Fatalf("%q: %d rows, encoding/xml %d", s, got, want)
		}
	})
}
