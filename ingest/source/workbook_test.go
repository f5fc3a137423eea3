package source

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sharedTexts = `<sst><si><t>Supplier</t></si><si><r><t>Rich </t></r><r><rPr/><t xml:space="preserve">&amp; poor </t></r><rPh sb="0"><t>PHONETIC</t></rPh></si><si><t>two_x000D_
lines</t></si><si/><si><t>£1,234.50</t></si></sst>`

type kindedRow struct {
	Line  int32
	Cells []string
	Kinds []Kind
	Fault Fault
}

func kinded(t *testing.T, p Part) []kindedRow {
	t.Helper()
	var out []kindedRow
	err := p.Read(context.Background(), func(b *Batch) error {
		for _, r := range b.Records {
			row := kindedRow{Line: r.First, Fault: r.Faults}
			for i, c := range r.Cells {
				row.Cells = append(row.Cells, string(c))
				row.Kinds = append(row.Kinds, r.Kinds[i])
			}
			out = append(out, row)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWorksheetCells(t *testing.T) {
	tests := []struct {
		name string
		rows string
		want []kindedRow
	}{
		{"shared, rich and escaped texts", `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row>`,
			[]kindedRow{{1, []string{"Supplier", "Rich & poor ", "two\r\nlines", ""}, []Kind{Text, Text, Text, Text}, 0}}},
		{"numbers as stored, dates by style", `<row r="2"><c r="A2"><v>1428.6399999999999</v></c><c r="B2" s="1"><v>43193</v></c><c r="C2" s="2"><v>43193.5</v></c><c r="D2" s="3"><v>7</v></c><c r="E2" t="n"><v>-1E-3</v></c></row>`,
			[]kindedRow{{2, []string{"1428.6399999999999", "43193", "43193.5", "7", "-1E-3"}, []Kind{Number, Date, Date, Number, Number}, 0}}},
		{"booleans, errors, ISO dates, formulas", `<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2018-04-03</v></c><c t="str"><f>A1&amp;"x"</f><v>Ax</v></c><c><f>1+1</f><v>2</v></c></row>`,
			[]kindedRow{{1, []string{"TRUE", "FALSE", "#N/A", "2018-04-03", "Ax", "2"}, []Kind{Boolean, Boolean, Failed, Date, Text, Number}, 0}}},
		{"a formula without a value", `<row r="1"><c r="A1"><f>B1</f></c></row>`,
			[]kindedRow{{1, []string{""}, []Kind{Empty}, NoValue}}},
		{"inline strings and CDATA", `<row r="1"><c r="A1" t="inlineStr"><is><t>in</t><r><t>line</t></r><rPh><t>no</t></rPh></is></c><c r="B1" t="str"><v><![CDATA[a<b&c]]></v></c></row>`,
			[]kindedRow{{1, []string{"inline", "a<b&c"}, []Kind{Text, Text}, 0}}},
		{"gaps by reference, styled blanks, rows that aren't there", `<row r="3"><c r="B3"><v>1</v></c><c r="D3" s="1"/></row><row r="7"/><row r="9"><c r="AA9"><v>2</v></c></row>`,
			[]kindedRow{{3, []string{"", "1", "", ""}, []Kind{Empty, Number, Empty, Empty}, 0}, {7, nil, nil, 0},
				{9, append(make([]string, 26), "2"), append(make([]Kind, 26), Number), 0}}},
		{"prefixes, comments and > in attributes", `<x:row r="1" note='a>b'><!-- <c> --><x:c r="A1" note="a>b"><x:v>5</x:v></x:c></x:row>`,
			[]kindedRow{{1, []string{"5"}, []Kind{Number}, 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := mustOpen(t, "x.xlsx", zipOf(t, xlsxMembers(`<worksheet><sheetData>`+tt.rows+`</sheetData><x><v>9</v></x></worksheet>`, sharedTexts)...))
			if f.Container != "xlsx" || len(f.Parts) != 2 || f.Parts[0].Name() != "Spend & more" {
				t.Fatalf("container %s, parts %d", f.Container, len(f.Parts))
			}
			if d := cmp.Diff(tt.want, kinded(t, f.Parts[0])); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			checkWorkbookProof(t, f.Parts[0])
		})
	}
}

// checkWorkbookProof compares every column of the proof with Read.
func checkWorkbookProof(t testing.TB, p Part) {
	t.Helper()
	records := readAll(t, p)
	for col := range 6 {
		var want, got []string
		for _, r := range records {
			if col < len(r.Cells) && r.Cells[col] != "" {
				want = append(want, lineEndsAs(r.Cells[col]))
			}
		}
		proof, err := p.Proof(context.Background(), ProofSpec{Columns: []ColumnFrom{{0, col}}, Parse: func(c []byte) (int64, bool) {
			if len(c) > 0 {
				got = append(got, lineEndsAs(unescapedForTest(string(c))))
			}
			return 1, true
		}})
		if err != nil {
			t.Fatal(err)
		}
		if proof.Records != int64(len(records)) {
			t.Errorf("%s: proof has %d records, Read %d", p.Name(), proof.Records, len(records))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: column %d (-read +proof):\n%s", p.Name(), col, d)
		}
	}
	for _, two := range [][2]int{{1, 2}, {3, 0}} {
		checkPairs(t, p, records, two[0], two[1])
	}
}

// checkPairs compares two columns of the proof together with Read.
func checkPairs(t testing.TB, p Part, records []kept, first, second int) {
	t.Helper()
	want, got := pairsOf(records, first, second), [][2]string(nil)
	_, err := p.Proof(context.Background(), ProofSpec{Columns: []ColumnFrom{{0, first}}, Second: []ColumnFrom{{0, second}}, Join: func(a, b []byte) (int64, bool) {
		got = append(got, [2]string{lineEndsAs(unescapedForTest(string(a))), lineEndsAs(unescapedForTest(string(b)))})
		return 1, true
	}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: columns %d and %d (-read +proof):\n%s", p.Name(), first, second, d)
	}
}

// unescapedForTest makes the proof's texts like Read's where no amount differs: the
// proof leaves _xHHHH_ alone.
func unescapedForTest(s string) string {
	switch s {
	case "two_x000D_\nlines":
		return "two\r\nlines"
	}
	return s
}

func TestWorkbookEvidence(t *testing.T) {
	f := mustOpen(t, "x.xlsx", zipOf(t, xlsxMembers(`<worksheet/>`, `<sst/>`)...))
	if ev := f.Parts[0].Evidence(); !ev.Date1904 || ev.Hidden {
		t.Errorf("first sheet: %+v", ev)
	}
	if ev := f.Parts[1].Evidence(); !ev.Hidden || len(ev.Warnings) != 1 {
		t.Errorf("hidden sheet: %+v", ev)
	}
}

func TestBrokenWorksheets(t *testing.T) {
	for name, rows := range map[string]string{
		"ends too early":           `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v>`,
		"document type":            `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>`,
		"rows out of order":        `<worksheet><row r="5"></row><row r="4"></row></worksheet>`,
		"row beyond the last":      `<worksheet><row r="99999999999999999999999"></row></worksheet>`,
		"column beyond the last":   `<worksheet><row r="1"><c r="ZZZZZ1"><v>1</v></c></row></worksheet>`,
		"text that isn't there":    `<worksheet><row r="1"><c r="A1" t="s"><v>77</v></c></row></worksheet>`,
		"text with negative index": `<worksheet><row r="1"><c r="A1" t="s"><v>-1</v></c></row></worksheet>`,
		"end without a start":      `</row></row></worksheet>`,
	} {
		t.Run(name, func(t *testing.T) {
			f := mustOpen(t, "x.xlsx", zipOf(t, xlsxMembers(rows, sharedTexts)...))
			err := f.Parts[0].Read(context.Background(), func(*Batch) error { return nil })
			var refused *Refusal
			if !errors.As(err, &refused) || refused.Advice == "" {
				t.Errorf("got %v, want a refusal with advice", err)
			}
		})
	}
}

func TestDateFormats(t *testing.T) {
	for code, want := range map[string]bool{
		`dd/mm/yyyy`: true, `[$-809]dd mmmm yyyy;@`: true, `mmm-yy`: true, `[h]:mm`: true, `yyyy\-mm\-dd`: true,
		`General`: false, `0.00`: false, `"days "0`: false, `[Red]-0.00`: false, `_-"£"* #,##0.00_-;\-"£"* #,##0.00`: false, `#,##0.00_);[Red]\(#,##0.00\)`: false, `@`: false, `\d0`: false,
	} {
		if got := isDateFormat(code); got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

func TestOpenDocumentCells(t *testing.T) {
	tables := `<table:table table:name="Spend"><table:table-column/>
<table:table-row><table:table-cell office:value-type="string"><text:p>Supplier</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>A<text:s text:c="2"/>&amp; B</text:p><text:p>line 2</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="date" office:date-value="2018-04-03"><text:p>03/04/18</text:p></table:table-cell><table:table-cell office:value-type="currency" office:value="1234.5"><text:p>£1,234.50</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="2"><text:p>7</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="0"><text:p>#N/A</text:p></table:table-cell><table:table-cell><office:annotation><text:p>note</text:p></office:annotation><text:p>x</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048567"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>
<table:table table:name="Hidden" table:style-name="ta2"><table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>
<table:table table:name="'file:///C:/x.xls'#S"><table:table-row/></table:table>`
	f := mustOpen(t, "x.ods", zipOf(t, odsMembers(tables)...))
	if f.Container != "ods" || len(f.Parts) != 2 || len(f.Warnings) != 1 || !f.Parts[1].Evidence().Hidden {
		t.Fatalf("container %s, %d parts, warnings %q", f.Container, len(f.Parts), f.Warnings)
	}
	want := []kindedRow{
		{1, []string{"Supplier", "A  & B\nline 2"}, []Kind{Text, Text}, 0},
		{2, []string{"2018-04-03", "1234.5", "TRUE"}, []Kind{Date, Number, Boolean}, 0},
		{6, []string{"7", "7"}, []Kind{Number, Number}, 0},
		{7, []string{"7", "7"}, []Kind{Number, Number}, 0},
		{8, []string{"#N/A", "x"}, []Kind{Failed, Text}, 0},
	}
	if d := cmp.Diff(want, kinded(t, f.Parts[0])); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := cellsOf(t, f.Parts[1]); len(got) != 1 || got[0][0] != "1" {
		t.Errorf("second table: %q", got)
	}
	var sum int64
	proof, err := f.Parts[0].Proof(context.Background(), ProofSpec{Columns: []ColumnFrom{{0, 1}}, From: 2, Skip: []int32{7}, Parse: digitsOnly})
	if err != nil || proof != (Proof{Records: 3, Amounts: 2, Pence: 12345 + 7}) {
		t.Errorf("proof %+v, %v, %d", proof, err, sum)
	}
}
