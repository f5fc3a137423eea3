package ingest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"hardyards/internal/police"
)

// truth is a payment as a publisher knows it, before it is written in some style.
type truth struct {
	payee, ref, category string
	date                 police.Date
	amount               police.Pence
}

func drawTruth(t *rapid.T) []truth {
	names := []string{"ALPHA LTD", "Beta & Sons, Solicitors", "Café Gamma Limited", "Total Gas & Power Ltd", "O'Brien \"The Works\" plc", "Redactive Publishing Ltd",
		"DELTA COUNCIL", "Epsilon Group", "ZETA; TRADING", "Eta | Theta LLP", "HAMPSHIRE CONSTABULARY"}
	kinds := []string{"Fuel", "Rent, rates", "Fees - legal", "Equipment"}
	n := rapid.IntRange(8, 60).Draw(t, "rows")
	out := make([]truth, n)
	for i := range out {
		d, _ := police.DateOf(2018, 4, rapid.IntRange(1, 30).Draw(t, "day"))
		amount := police.Pence(rapid.Int64Range(-5_000_000, 50_000_000).Draw(t, "pence"))
		out[i] = truth{rapid.SampledFrom(names).Draw(t, "payee"), fmt.Sprintf("T%05d", rapid.IntRange(1, 99999).Draw(t, "ref")), rapid.SampledFrom(kinds).Draw(t, "kind"), d, amount}
	}
	// One day that has one reading only, as any real month has.
	out[0].date, _ = police.DateOf(2018, 4, 27)
	out[1].amount = 123456
	return out
}

// style is how a file is written.
type style struct {
	date, amount, end, encoding string
	delimiter                   byte
	quoteAll, bom               bool
	preamble, blanks, total     bool
}

func drawStyle(t *rapid.T) style {
	return style{
		date:      rapid.SampledFrom([]string{"02/01/2006", "02/01/06", "02-Jan-06", "2-Jan-2006", "02.01.2006", "2 January 2006", "2006-01-02", "2006-01-02T00:00:00", "1/2/2006", "serial"}).Draw(t, "date style"),
		amount:    rapid.SampledFrom([]string{"plain", "thousands", "pound", "brackets", "trailing", "CR", "padded", "noise"}).Draw(t, "amount style"),
		end:       rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "line end"),
		encoding:  rapid.SampledFrom([]string{"utf-8", "utf-8", "windows-1252", "utf-16le"}).Draw(t, "encoding"),
		delimiter: rapid.SampledFrom([]byte{',', ';', '\t'}).Draw(t, "delimiter"),
		quoteAll:  rapid.Bool().Draw(t, "quote all"), bom: rapid.Bool().Draw(t, "bom"),
		preamble: rapid.Bool().Draw(t, "preamble"), blanks: rapid.Bool().Draw(t, "blanks"), total: rapid.Bool().Draw(t, "total"),
	}
}

func (s style) money(p police.Pence) string {
	plain := p.String()
	neg := p < 0
	abs := strings.TrimPrefix(plain, "-")
	thousands := strings.TrimPrefix(strings.TrimPrefix(p.Pounds(), "-"), "£")
	switch s.amount {
	case "thousands":
		if neg {
			return "-" + thousands
		}
		return thousands
	case "pound":
		return p.Pounds()
	case "brackets":
		if neg {
			return "(" + thousands + ")"
		}
		return thousands
	case "trailing":
		if neg {
			return thousands + "-"
		}
		return thousands
	case "CR":
		if neg {
			return abs + " CR"
		}
		return abs
	case "padded":
		return "  " + plain + " "
	case "noise":
		if abs == "1234.56" {
			return "1234.5599999999999"
		}
	}
	return plain
}

func (s style) day(d police.Date) string {
	if s.date == "serial" {
		return fmt.Sprint(int(d) + 25569)
	}
	return d.Time().Format(s.date)
}

// line writes cells as a record of the style.
func (s style) line(b *strings.Builder, cells []string) {
	for i, c := range cells {
		if i > 0 {
			b.WriteByte(s.delimiter)
		}
		if s.quoteAll || strings.ContainsAny(c, "\"\r\n"+string(s.delimiter)) {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		b.WriteString(c)
	}
	b.WriteString(s.end)
}

func (s style) render(rows []truth) []byte {
	var b strings.Builder
	line := func(cells ...string) { s.line(&b, cells) }
	if s.preamble {
		line("Spend over £500", "", "", "", "")
		line("", "", "", "", "")
	}
	line("Supplier Name", "Payment Date", "Amount (£)", "Transaction Number", "Expense Type")
	sum := police.Pence(0)
	for i, r := range rows {
		line(r.payee, s.day(r.date), s.money(r.amount), r.ref, r.category)
		sum += r.amount
		if s.blanks && i%7 == 3 {
			line("", "", "", "", "")
		}
	}
	if s.total {
		line("", "", s.money(sum), "", "")
	}
	return s.encode(b.String())
}

func (s style) encode(text string) []byte {
	var enc encoding.Encoding
	switch s.encoding {
	case "windows-1252":
		enc = charmap.Windows1252
	case "utf-16le":
		enc = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	default:
		if s.bom {
			return append([]byte("\xef\xbb\xbf"), text...)
		}
		return []byte(text)
	}
	b, err := enc.NewEncoder().Bytes([]byte(text))
	if err != nil {
		panic(err) // the texts above are in every encoding
	}
	return b
}

// Any rendering of a table reads back the same payments, and every record and
// penny is accounted for.
func TestAnyRenderingReadsBack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rows, s := drawTruth(t), drawStyle(t)
		readsBack(t, dir, s, s.render(rows), rows)
	})
}

// readsBack reads a rendering of rows, which must give their payments and nothing else,
// and gives the accounts.
func readsBack(t *rapid.T, dir string, s style, rendering []byte, rows []truth) *partState {
	path := filepath.Join(dir, "spend-april-2018.csv")
	if err := os.WriteFile(path, rendering, 0o600); err != nil {
		t.Fatal(err)
	}
	got, r := payments(t, path)
	if diff := cmp.Diff(counted(rows), got); diff != "" {
		t.Fatalf("%+v (-written +read)\n%s", s, diff)
	}
	st := r.fr.parts[0]
	if !st.lines.Balances() || st.lines.Rejections != 0 {
		t.Fatalf("%+v: ledger %+v rejections %v", s, st.lines, st.rejections)
	}
	return st
}

// counted counts payments by what they say.
func counted(rows []truth) map[string]int {
	n := map[string]int{}
	for _, r := range rows {
		n[fmt.Sprint(r.payee, r.date, r.amount, r.ref, r.category)]++
	}
	return n
}

// payments reads a file and counts its payments by what they say.
func payments(t interface{ Fatal(...any) }, path string) (map[string]int, *reading) {
	got, r, err := readPayments(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return got, r
}

func readPayments(path string, opt Options) (map[string]int, *reading, error) {
	r, err := openReading(context.Background(), Input{Path: path}, &opt)
	if err != nil {
		return nil, nil, err
	}
	defer r.close()
	if r.refused == "" {
		if err := r.readAll(context.Background(), nil); err != nil {
			return nil, nil, err
		}
	}
	if r.refused != "" {
		return nil, nil, fmt.Errorf("refused: %s", r.refused)
	}
	got := map[string]int{}
	all, failed := r.fr.store.payments()
	all(func(p *police.Payment) bool {
		got[fmt.Sprint(p.Payee, p.PaidOn, p.Amount, p.Reference, p.Category)]++
		return true
	})
	return got, r, failed()
}

// Whatever stands in a file, reading it neither panics nor loses a record: the
// ledger balances, or the file is refused.
func FuzzFile(f *testing.F) {
	for _, s := range []string{smallFile, "Supplier,Date,Amount\nA Ltd,01/04/2018,5.00\n", "a;b;c\n1;2;3\n", "Supplier,Date,Amount\n\"A, 01/04/2018,5\nB,02/04/2018,6\n",
		"Supplier\tDate\tAmount\rA\t1/2/18\t£5\rTotal\t\t5\r", "Name,Total\nA,1.00\nB,2.00\nGrand Total,3.00\n", "*setdefault x,,\nSupplier,Pay date,Amount\nquery q,,\nA,01/01/18,1.00\n",
		"Supplier,Date,Amount\nA,00:00:00,1\nB,VARIOUS,2\nC,31/02/18,3\nD,17/042015,#N/A\n", "Supplier,Date,Amount\n,, -   \n,, -   \nA,43100,6203.00-\n",
		"Supplier,Date,Debit,Credit\nA,01/04/2018,5.00,\n\"B\n\",02/04/2018,,\"1\n\"\nC,03/04/2018,7,-\nD,03/04/2018,8,x\n,,20.00,1\nDate,Credit,Supplier,Debit\n04/04/2018,,E,9\n",
		"Supplier,Date,Amount,DR/CR\nA,01/04/2018,5.00,DR\nB,02/04/2018,1,cr\nC,03/04/2018,-7,D\nD,03/04/2018,8,x\nTotal,,12.00,\n", "Payee,Date,£,p\nA,01/04/2018,5,00\nB,02/04/2018,-1,5\nC,03/04/2018,,7\nD,03/04/2018,8,x\n,,12,02\n"} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(dir, "april-2018.csv")
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		e, err := Explain(t.Context(), Input{Path: path}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !e.Ledger.Balances {
			t.Fatalf("the ledger doesn't balance: %+v", e.Parts)
		}
	})
}

// FuzzDates: see readsDates.
func FuzzDates(f *testing.F) {
	for _, s := range oddDates() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if err := readsDates(parseDate, in); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzHeader: the words of a heading never panic, and a score is a probability.
func FuzzHeader(f *testing.F) {
	for _, s := range []string{"* SUPPLIER FINAL", "3 Date", "Net Amount(£)", "Suplier", "Expence Type", "Amount (\u009c)", "body_code", ""} {
		f.Add(s)
	}
	h := newHeadingReader()
	f.Fuzz(func(t *testing.T, heading string) {
		for role := RolePayee; role <= RolePayerName; role++ {
			if s := h.score(role, headingWords(heading)); s < 0 || s > 1 {
				t.Fatalf("%q as %s scores %v", heading, role, s)
			}
		}
		PeriodOfName(heading, Period{})
	})
}
