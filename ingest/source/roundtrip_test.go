package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	xenc "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

// Any table, however it is rendered, reads back the same cells.
func TestRoundTrip(t *testing.T) {
	encodings := []xenc.Encoding{nil, charmap.Windows1252, charmap.CodePage437, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM), unicode.UTF8BOM}
	rapid.Check(t, func(t *rapid.T) {
		delim := rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(t, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "line end")
		always := rapid.Bool().Draw(t, "quote always")
		enc := rapid.SampledFrom(encodings).Draw(t, "encoding")
		width := rapid.IntRange(4, 9).Draw(t, "width")
		table := drawTable(t, width, end)
		text := render(table, delim, end, always)
		in := []byte(text)
		if enc != nil {
			b, err := enc.NewEncoder().Bytes(in)
			if err != nil {
				t.Skip("not in this encoding")
			}
			in = b
		}
		p, err := surveyBytes(in, Limits{})
		if err != nil {
			t.Fatalf("%q: %v", in, err)
		}
		records, err := keep(p)
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for _, r := range records {
			got = append(got, r.Cells)
		}
		if d := cmp.Diff(table, got); d != "" {
			t.Fatalf("%q as %s, delimiter %q (-want +got):\n%s", in, p.enc.name, p.dialect.delim, d)
		}
	})
}

// drawTable draws rows like a spend file's: what decides a delimiter is a shape that
// repeats, so cells of text stand among dates and amounts.
func drawTable(t *rapid.T, width int, end string) [][]string {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ é-/'")), 1, 12, -1)
	tricky := rapid.SampledFrom([]string{"", "A, B", "say \"so\"", "x" + end + "y", "a; b", "p | q", "Café", "£12.00", "\"", "  padded  ", "x" + end + end + "z"})
	rows := rapid.IntRange(8, 20).Draw(t, "rows")
	var table [][]string
	for range rows {
		row := []string{rapid.SampledFrom([]string{"01/04/2018", "2018-04-30"}).Draw(t, "date"), "£" + rapid.StringMatching(`[1-9][0-9]{0,4}\.[0-9]{2}`).Draw(t, "amount")}
		for len(row) < width {
			if rapid.IntRange(0, 4).Draw(t, "kind") == 0 {
				row = append(row, tricky.Draw(t, "tricky"))
			} else {
				row = append(row, word.Draw(t, "word"))
			}
		}
		table = append(table, row)
	}
	return table
}

func render(table [][]string, delim, end string, always bool) string {
	var b strings.Builder
	for _, row := range table {
		for i, c := range row {
			if i > 0 {
				b.WriteString(delim)
			}
			if always || strings.ContainsAny(c, delim+"\"\r\n") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteString(end)
	}
	return b.String()
}
