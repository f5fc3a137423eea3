package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDelimiters(t *testing.T) {
	rows := func(row string, n int) string { return strings.Repeat(row+"\n", n) }
	tests := []struct{ name, in, want string }{
		{"comma", rows("01/02/2018,Smith,12.00", 5), ","},
		{"semicolon with decimal commas", rows("01/02/2018;Smith;12,00;13,50", 5), ";"},
		{"tab", rows("01/02/2018\tSmith, Jones\t12,000.00", 5), "\t"},
		{"pipe", rows("01/02/2018|Smith, Jones|12,000.00|x", 5), "|"},
		{"pipes within text", rows("01/02/2018,A | B | C | D | E,12.00", 9), ","},
		{"semicolons within quotes", rows(`"a;b;c;d",1,2`, 5), ","},
		{"commas within quotes", rows(`"a,b,c,d,e,f";1;2`, 5), ";"},
		{"preamble before the table", "Payments over 500; all; of; them; here\n\n" + rows("a,b,c,d", 9), ","},
		{"one column", rows("nothing to report", 3), ","},
		{"caret", rows("a^b^c", 4), "^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := fromBytes(t, []byte(tt.in), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Evidence().Delimiter; got != tt.want {
				t.Errorf("%q, want %q (%s)", got, tt.want, p.Evidence().Notes)
			}
		})
	}
}

// shapes of records that real files have, each as read.
func TestRecords(t *testing.T) {
	const head = "date,payee,note,amount\n"
	wide := func(cells ...string) []string { return cells }
	tests := []struct {
		name, in string
		want     [][]string
		lines    []int32 // first lines
		fault    Fault   // of any record
	}{
		{"quoted comma and doubled quote", head + `1,"A, B","say ""so""",2` + "\n", [][]string{wide("1", "A, B", `say "so"`, "2")}, []int32{2}, 0},
		{"no end of line at the end", head + "1,a,b,2", [][]string{wide("1", "a", "b", "2")}, []int32{2}, 0},
		{"quoted newline", head + "1,\"A\nB\n\nC\",n,2\n3,d,e,4\n", [][]string{wide("1", "A\nB\n\nC", "n", "2"), wide("3", "d", "e", "4")}, []int32{2, 6}, 0},
		{"quoted newline in the last cell", head + "1,a,2,\"x\ny\"\n3,d,e,4\n", [][]string{wide("1", "a", "2", "x\ny"), wide("3", "d", "e", "4")}, []int32{2, 4}, 0},
		{"address over lines in the same file", head + "1,\"12, High St\nX, Town\",n,2\n", [][]string{wide("1", "12, High St\nX, Town", "n", "2")}, []int32{2}, 0},
		{"short, wide, blank", head + "1,a\n1,a,b,2,5\n\n,,,\n", [][]string{wide("1", "a"), wide("1", "a", "b", "2", "5"), wide(""), wide("", "", "", "")}, []int32{2, 3, 4, 5}, 0},
		{"lost delimiter", head + "08/06/2012780,a,b\n", [][]string{wide("08/06/2012780", "a", "b")}, []int32{2}, 0},
		{"inch mark", head + "1,a 12\" pipe,b,2\n", [][]string{wide("1", `a 12" pipe`, "b", "2")}, []int32{2}, 0},
		{"stray quote, never closed", head + "1,\"a,b,2\n3,d,e,4\n5,f,g,6\n", [][]string{wide("1", `"a`, "b", "2"), wide("3", "d", "e", "4"), wide("5", "f", "g", "6")}, []int32{2, 3, 4}, StrayQuote},
		{"stray quote, closed far below", head + "1,\"a,b,2\n3,d,e,4\n5,f,g,6\n7,\"h\",i,8\n", [][]string{wide("1", `"a`, "b", "2"), wide("3", "d", "e", "4"), wide("5", "f", "g", "6"), wide("7", "h", "i", "8")}, []int32{2, 3, 4, 5}, StrayQuote},
		{"stray quote, closed on the next line", head + "1,\"a,b,2\n3,\"d\",e,4\n", [][]string{wide("1", `"a`, "b", "2"), wide("3", "d", "e", "4")}, []int32{2, 3}, StrayQuote},
		{"stray quote on a short line", head + "1,\"a,2\n3,\"d\",e,4\n", [][]string{wide("1", `"a`, "2"), wide("3", "d", "e", "4")}, []int32{2, 3}, StrayQuote},
		{"text after a quoted name", head + "1,\"The Hub\" Ltd,b,2\n3,d,e,4\n", [][]string{wide("1", `"The Hub" Ltd`, "b", "2"), wide("3", "d", "e", "4")}, []int32{2, 3}, LooseQuote},
		{"undoubled quote within", head + "1,\"12\" pipe, steel\",b,2\n3,d,e,4\n", [][]string{wide("1", `12" pipe, steel`, "b", "2"), wide("3", "d", "e", "4")}, []int32{2, 3}, LooseQuote},
		{"CR alone", strings.ReplaceAll(head, "\n", "\r") + "1,a,b,2\r3,\"d\rx\",e,4\r", [][]string{wide("1", "a", "b", "2"), wide("3", "d\rx", "e", "4")}, []int32{2, 3}, 0},
		{"mixed ends", head + "1,a,b,2\r3,d,e,4\r\n5,f,g,6\n", [][]string{wide("1", "a", "b", "2"), wide("3", "d", "e", "4"), wide("5", "f", "g", "6")}, []int32{2, 3, 4}, 0},
		{"LF in cells of a CRLF file", strings.ReplaceAll(head, "\n", "\r\n") + "1,\"a\nb\",c,2\r\n3,d,e,4\r\n", [][]string{wide("1", "a\nb", "c", "2"), wide("3", "d", "e", "4")}, []int32{2, 4}, 0},
		{"leading apostrophe", head + "'1,'a,b,2\n", [][]string{wide("'1", "'a", "b", "2")}, []int32{2}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := []byte(tt.in + strings.Repeat("9,p,q,9"+lastEnd(tt.in), 6))
			if !strings.HasSuffix(tt.in, "\n") && !strings.HasSuffix(tt.in, "\r") {
				in = []byte(tt.in)
			}
			p, err := fromBytes(t, in, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			var got [][]string
			var lines []int32
			var faults Fault
			for _, r := range readAll(t, p)[1:][:len(tt.want)] {
				got, lines, faults = append(got, r.Cells), append(lines, r.First), faults|r.Faults
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("cells (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.lines, lines); d != "" {
				t.Errorf("lines (-want +got):\n%s", d)
			}
			if faults&tt.fault != tt.fault || tt.fault == 0 && faults != 0 {
				t.Errorf("faults %b, want %b", faults, tt.fault)
			}
			if tt.fault != 0 && len(p.Evidence().Warnings) == 0 {
				t.Error("a repair without a warning")
			}
			checkText(t, in, Limits{})
		})
	}
}

func lastEnd(s string) string {
	if strings.HasSuffix(s, "\r") {
		return "\r"
	}
	return "\n"
}

// A stray quote planted anywhere in a table must not cost a row: the fault that a
// published file had, where it swallowed 68 rows of a validating reader.
func TestPlantedStrayQuoteSwallowsNothing(t *testing.T) {
	var rows []string
	for i := range 150 {
		note := "plain"
		if i%10 == 0 {
			note = `"quoted, text"`
		}
		rows = append(rows, fmt.Sprintf("%02d/04/2018,Payee %d,%s,%d.00", 1+i%28, i, note, i))
	}
	for i := range rows {
		for _, field := range []int{0, 1, 3} {
			damaged := append([]string(nil), rows...)
			cells := strings.SplitN(rows[i], ",", 3)
			switch field {
			case 3:
				at := strings.LastIndexByte(rows[i], ',') + 1
				damaged[i] = rows[i][:at] + `"` + rows[i][at:]
			default:
				cells[field] = `"` + cells[field]
				damaged[i] = strings.Join(cells, ",")
			}
			p, err := fromBytes(t, []byte(strings.Join(damaged, "\n")), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := len(readAll(t, p)); got != len(rows) {
				t.Fatalf("quote before field %d of row %d: %d records, want %d", field, i+1, got, len(rows))
			}
			if w := p.Evidence().Warnings; !strings.Contains(strings.Join(w, "\n"), fmt.Sprintf("line %d: a ", i+1)) {
				t.Fatalf("quote before field %d of row %d: warnings %q", field, i+1, w)
			}
		}
	}
}
