package source

import (
	"bytes"
	"encoding/xml"
	"io"
	"testing"
)

// tight limits keep the fuzzers quick.
var tight = Limits{Expanded: 4 << 20, Memory: 1 << 20, Record: 1 << 20, Cell: 64 << 10, Parts: 8}

// FuzzOpen: any bytes are refused, or every part is read and proved alike.
func FuzzOpen(f *testing.F) {
	for _, s := range oddContainers() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := opens(soundOpener, b); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzSheet feeds XML to the sheet's readers, packed so that the fuzzer needn't find
// its way through deflate.
func FuzzSheet(f *testing.F) {
	for _, s := range []string{
		`<row r="1"><c r="A1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>a &gt; b</t></is></c></row><row r="4"/>`,
		`<row><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c><c><f>1</f></c></row>`,
		"<row><c r=\"A1\"\bt=\"s\"><v>1</v></c></row>",
		`<row r="1"><c r="C1" t="s"><v>1</v></c><c r="C1"><v>2</v></c></row>`,
		`<x:row r='2'><!-- > --><x:c r='B2' a="x>y"><x:v><![CDATA[<v>]]></x:v></x:c></x:row>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		body := zipOf(t, xlsxMembers("<worksheet>"+rows+"</worksheet>", sharedTexts)...)
		if err := opens(soundOpener, body); err != nil {
			t.Fatalf("%q: %v", rows, err)
		}
	})
}

// FuzzSpreadsheet does the same for tables of OpenDocument files.
func FuzzSpreadsheet(f *testing.F) {
	for _, s := range []string{
		`<table:table-row><table:table-cell office:value-type="float" office:value="1.5"><text:p>1.50</text:p></table:table-cell><table:table-cell table:number-columns-repeated="3"/></table:table-row>`,
		`<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="2"><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p></table:table-cell></table:table-row>`,
		`<table:table-row><table:table-cell office:value-type="float" office:value="0"><text:p>#N/A</text:p></table:table-cell><table:table-cell><office:annotation><text:p>n</text:p></office:annotation><text:p>x &amp; &#163;</text:p></table:table-cell></table:table-row>`,
		`<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`,
		`<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="date" office:date-value="2018-04-03"><text:p><![CDATA[3/4]]></text:p></table:table-cell></table:table-row>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		body := zipOf(t, odsMembers(`<table:table table:name="a">`+rows+"</table:table>")...)
		if err := opens(soundOpener, body); err != nil {
			t.Fatalf("%q: %v", rows, err)
		}
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
