package source

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func refusedBy(t *testing.T, name string, body []byte, lim Limits) error {
	t.Helper()
	f, err := open(t, name, body, lim)
	if err != nil {
		return err
	}
	for _, p := range f.Parts {
		if err := p.Read(context.Background(), func(*Batch) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

func TestHostileFilesAreRefused(t *testing.T) {
	zeros := bytes.Repeat([]byte("0,0\n"), 100<<20/4)
	packed := gzipOf(t, zeros)
	tests := []struct {
		name, file string
		body       []byte
		lim        Limits
		reason     string
	}{
		{"gzip bomb by ratio", "a.csv.gz", packed, Limits{}, "decompression bomb"},
		{"gzip bomb by size", "a.csv.gz", packed, Limits{Expanded: 1 << 20}, "expands to more"},
		{"zip bomb", "a.zip", zipOf(t, member{"a.csv", string(zeros)}), Limits{}, "decompression bomb"},
		{"sheet bomb", "a.xlsx", zipOf(t, xlsxMembers(strings.Repeat(" ", 100<<20), "")...), Limits{}, "decompression bomb"},
		{"too many texts", "a.xlsx", zipOf(t, xlsxMembers("<worksheet/>", "<sst>"+strings.Repeat("<si><t>abcdefgh</t></si>", 1000)+"</sst>")...), Limits{Memory: 4000}, "texts take more"},
		{"deep XML", "a.xlsx", zipOf(t, xlsxMembers(strings.Repeat("<a>", 100), "")...), Limits{}, "nested"},
		{"endless tag", "a.xlsx", zipOf(t, xlsxMembers("<worksheet "+strings.Repeat("a", 9<<20), "")...), Limits{}, "more than"},
		{"no end of line", "a.csv", bytes.Repeat([]byte("ab"), 1<<20), Limits{Record: 1 << 20}, "no end of line"},
		{"too many members", "a.zip", zipOf(t, member{"1.csv", "a,b\n"}, member{"2.csv", "a,b\n"}, member{"3.csv", "a,b\n"}), Limits{Parts: 2}, "more than 2 parts"},
		{"nested", "a.zip", nest(t, 6), Limits{}, "containers"},
		{"far cells", "a.xlsx", zipOf(t, xlsxMembers("<worksheet>"+strings.Repeat(`<row><c r="XFD1"/></row>`, 1000)+"</worksheet>", "")...), Limits{Grid: 1 << 20}, "cells in a sheet"},
		{"repeats of repeats", "a.ods", zipOf(t, odsMembers(`<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row></table:table>`)...), Limits{Grid: 1 << 24}, "cells in a sheet"},
		{"a row of cells without end", "a.ods", zipOf(t, odsMembers(`<table:table><table:table-row>`+strings.Repeat("<table:table-cell/>", 20000)+`</table:table-row></table:table>`)...), Limits{}, "more than 16384 cells"},
		{"a cell of runs without end", "a.xlsx", zipOf(t, xlsxMembers(`<worksheet><row><c t="str">`+strings.Repeat("<v>"+strings.Repeat("x", 1000)+"</v>", 5000)+`</c></row></worksheet>`, "")...), Limits{}, "a value of more than"},
		{"a row of long texts", "a.xlsx", zipOf(t, xlsxMembers("<worksheet><row>"+strings.Repeat(`<c t="str"><v>`+strings.Repeat("x", 1<<20)+`</v></c>`, 20)+"</row></worksheet>", "")...), Limits{}, "row 1 holds more than"},
		{"a text of runs without end", "a.xlsx", zipOf(t, xlsxMembers("<worksheet/>", "<sst><si>"+strings.Repeat("<t>abcdefgh</t>", 1000)+"</si></sst>")...), Limits{Memory: 4000}, "texts take more"},
		{"tags crossed", "a.xlsx", zipOf(t, xlsxMembers(`<worksheet><row><c><v>1</c></v></row></worksheet>`, "")...), Limits{}, "ends as"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := refusedBy(t, tt.file, tt.body, tt.lim)
			if !isRefusal(err) || !strings.Contains(err.Error(), tt.reason) {
				t.Errorf("got %v, want a refusal with %q", err, tt.reason)
			}
		})
	}
}

// Archives side by side, none of which alone expands beyond what is free, are bounded
// together: the third is passed over.
func TestContainersAreBoundedTogether(t *testing.T) {
	inner := string(zipOf(t, member{"a.csv", strings.Repeat("0,0\n", 30<<20/4)}))
	f := mustOpen(t, "a.zip", zipOf(t, member{"1.zip", inner}, member{"2.zip", inner}, member{"3.zip", inner}))
	if w := strings.Join(f.Warnings, "\n"); len(f.Parts) != 2 || !strings.Contains(w, "3.zip") || !strings.Contains(w, "decompression bomb") {
		t.Errorf("%d parts, %s", len(f.Parts), w)
	}
}

// What makes a naive reader look at the same bytes again and again must cost no more
// than reading them: these would take hours.
func TestNoPieceIsReadAgainAndAgain(t *testing.T) {
	many := strings.Repeat(">", 3<<20)
	for name, body := range map[string][]byte{
		"> in an attribute":   zipOf(t, xlsxMembers(`<worksheet><row a="`+many+`"><c><v>1</v></c></row></worksheet>`, "")...),
		"> in a comment":      zipOf(t, xlsxMembers(`<worksheet><!--`+many+`--><row><c><v>1</v></c></row></worksheet>`, "")...),
		"> in a text":         zipOf(t, xlsxMembers(`<worksheet><row><c t="str"><v>`+many[:1<<20]+`</v></c></row></worksheet>`, "")...),
		"quotes in a comment": zipOf(t, xlsxMembers(`<worksheet><!--`+strings.Repeat(`">`, 1<<20)+`--><row><c><v>1</v></c></row></worksheet>`, "")...),
		"runs of a text":      zipOf(t, xlsxMembers(`<worksheet><row><c t="s"><v>0</v></c></row></worksheet>`, "<sst><si>"+strings.Repeat("<r><t>x</t></r>", 1<<18)+"</si></sst>")...),
	} {
		t.Run(name, func(t *testing.T) {
			f := mustOpen(t, "a.xlsx", body)
			if err := provesAsRead(f.Parts[0]); err != nil {
				t.Error(err)
			}
			if got := cellsOf(t, f.Parts[0]); len(got) != 1 {
				t.Errorf("%d rows", len(got))
			}
		})
	}
}

// Batches are handed over before the texts of a sheet take much memory.
func TestLongInlineTextsAreBounded(t *testing.T) {
	row := `<row><c t="str"><v>` + strings.Repeat("x", 1<<20) + `</v></c></row>`
	f := mustOpen(t, "a.xlsx", zipOf(t, xlsxMembers("<worksheet>"+strings.Repeat(row, 8)+"</worksheet>", "")...))
	rows := 0
	err := f.Parts[0].Read(context.Background(), func(b *Batch) error {
		held := 0
		for _, r := range b.Records {
			held += len(r.Cells[0])
		}
		if rows += len(b.Records); held > 3<<20 {
			t.Errorf("a batch of %d bytes", held)
		}
		return nil
	})
	if err != nil || rows != 8 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

func nest(t *testing.T, depth int) []byte {
	body := []byte("a,b\n1,2\n")
	name := "a.csv"
	for range depth {
		body = zipOf(t, member{name, string(body)})
		name = "a.zip"
	}
	return body
}

func TestTenMillionCommasAreBounded(t *testing.T) {
	in := append(bytes.Repeat([]byte{','}, 10_000_000), "\na,b,c\n"...)
	f := mustOpen(t, "a.csv", in)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := readAll(t, f.Parts[0])
	runtime.ReadMemStats(&after)
	if len(got) != 2 || len(got[0].Cells) != 16384 || got[0].Faults&Oversize == 0 {
		t.Errorf("%d records, %d cells, faults %b", len(got), len(got[0].Cells), got[0].Faults)
	}
	if n := len(got[0].Cells[16383]); n != 10_000_000-16383 {
		t.Errorf("the last cell holds %d bytes of the rest", n)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 128<<20 {
		t.Errorf("%d bytes allocated", used)
	}
	checkText(t, in, Limits{})
}

func TestQuoteNeverClosedLosesNothing(t *testing.T) {
	var b strings.Builder
	b.WriteString("a,\"b,c,d\n")
	for i := range 200000 {
		fmt.Fprintf(&b, "%d,x,y,z\n", i)
	}
	f := mustOpen(t, "a.csv", []byte(b.String()))
	if got := len(readAll(t, f.Parts[0])); got != 200001 {
		t.Errorf("%d records", got)
	}
}

// Quotes in every line, none closed: the look-ahead must stay bounded.
func TestManyOpenQuotes(t *testing.T) {
	for _, line := range []string{"a,\"b\n", "\"a,\"a,\"a\n", "\"\"a,\"\"\n"} {
		in := []byte(strings.Repeat(line, 20000))
		checkText(t, in, Limits{})
	}
	checkText(t, bytes.Repeat([]byte(`,"a`), 1<<20), Limits{})
	checkText(t, bytes.Repeat([]byte(`"a"b,`), 1<<20), Limits{})
	checkText(t, bytes.Repeat([]byte(`,""b`), 1<<20), Limits{})
}

func TestArchives(t *testing.T) {
	book := zipOf(t, xlsxMembers(`<worksheet><row r="1"><c r="A1"><v>1</v></c></row></worksheet>`, "")...)
	inner := zipOf(t, member{"deep.csv", "x,y\n"})
	f := mustOpen(t, "a.zip", zipOf(t, member{"m/one.csv", "a,b\n1,2\n"}, member{"two.csv.gz", string(gzipOf(t, []byte("c;d\n3;4\n")))},
		member{"book.xlsx", string(book)}, member{"in.zip", string(inner)}, member{"__MACOSX/._one.csv", "x"}, member{"read.pdf", "%PDF"}, member{"empty/", ""}))
	var names []string
	for _, p := range f.Parts {
		names = append(names, p.Name())
		if len(readAll(t, p)) == 0 {
			t.Errorf("%s holds no record", p.Name())
		}
	}
	if got := strings.Join(names, "|"); got != "m/one.csv|two.csv|book.xlsx/Spend & more|book.xlsx/Old|in.zip/deep.csv" {
		t.Errorf("parts %s", got)
	}
	if f.Container != "zip" || len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0], "read.pdf") {
		t.Errorf("%s %q", f.Container, f.Warnings)
	}
	g := mustOpen(t, "book.csv.gz", gzipOf(t, book))
	if g.Container != "gzip" || len(g.Parts) != 2 {
		t.Errorf("workbook in gzip: %s, %d parts", g.Container, len(g.Parts))
	}
}
