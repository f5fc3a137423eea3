package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/internal/testenv"
)

// testForces are enough of data/forces.csv for these tests, which may not depend on
// the data package's tables.
func testForces() []police.Force {
	return []police.Force{
		{Code: "E23000003", Name: "Lancashire", ForceName: "Lancashire Constabulary", Slug: "lancashire"},
		{Code: "E23000010", Name: "West Yorkshire", ForceName: "West Yorkshire Police", Slug: "west-yorkshire"},
	}
}

// file writes text to a file of its own directory.
func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func openLake(t testing.TB) *lake.Lake {
	t.Helper()
	lk, err := lake.Open(t.TempDir(), lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return lk
}

// digest hashes every file of a fragment by its path.
func digest(t *testing.T, lk *lake.Lake, key string) map[string]string {
	t.Helper()
	out := map[string]string{}
	dir := filepath.Join(lk.Dir(), "fragments", key)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		sum := sha256.Sum256(b)
		rel, _ := filepath.Rel(dir, path)
		out[rel] = hex.EncodeToString(sum[:8])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const smallFile = `Supplier Name,Date,Amount,Transaction Number,Expense Type
Alpha Ltd,03/04/2018,"1,200.00",T1,Fuel
Beta Council,13/04/2018,-50.00,T2,Rent
Alpha Ltd,03/04/2018,"1,200.00",T1,Fuel
,,,,
Total Gas & Power Ltd,14/04/2018,500,T3,Gas
Gamma,31/02/2018,10.00,T4,Fuel
Delta,15/04/2018,66158.388,T5,Fuel
Epsilon,15/04/2018,#N/A,T6,Fuel
Redactive Publishing Ltd,16/04/2018,20.00,T7,Books
REDACTED PERSONAL DATA,16/04/2018,30.00,T8,Fees
,,"69,068.39",,
`

func TestSmallFile(t *testing.T) {
	lk := openLake(t)
	in := Input{Path: file(t, "lancashire-apr-2018.csv", smallFile)}
	res, err := Read(t.Context(), lk, in, Options{Forces: testForces()})
	if err != nil {
		t.Fatal(err)
	}
	p := res.Explanation.Parts[0]
	if want := (RowCounts{Read: 11, Payments: 6, Rejections: 3, Exclusions: 2}); p.Rows != want {
		t.Errorf("rows %+v, want %+v", p.Rows, want)
	}
	// By hand: 1200.00 − 50.00 + 1200.00 + 500 + 20.00 + 30.00; 10.00 + 66158.39; the total.
	if want := (PenceSums{290000, 6616839, 6906839}); p.Pence != want {
		t.Errorf("pence %+v, want %+v", p.Pence, want)
	}
	if diff := cmp.Diff(map[string]int{reasonDate: 1, reasonSubPenny: 1, reasonError: 1}, p.Rejections); diff != "" {
		t.Errorf("rejections (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{reasonBlank: 1, reasonTotal: 1}, p.Exclusions); diff != "" {
		t.Errorf("exclusions (-want +got)\n%s", diff)
	}
	if p.PenceOnce != 170000 {
		t.Errorf("counted once %d, want 170000", p.PenceOnce)
	}
	if res.Payer != "E23000003" {
		t.Errorf("payer %q, by the file's name want E23000003", res.Payer)
	}
	frag, err := lk.Fragment(res.Key)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := lake.ReadTable[police.Payment](frag.Parts()[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%d %s %s %s %s %d %v", r.LineFirst, r.PaidOn, r.Payee, r.Amount, r.AmountOnce, r.RepeatNo, r.Redaction))
	}
	want := []string{
		"2 2018-04-03 Alpha Ltd 1200.00 1200.00 1 ", "4 2018-04-03 Alpha Ltd 1200.00 0.00 2 ", "3 2018-04-13 Beta Council -50.00 -50.00 1 ",
		"6 2018-04-14 Total Gas & Power Ltd 500.00 500.00 1 ", "11 2018-04-16 REDACTED PERSONAL DATA 30.00 30.00 1 redacted",
		"10 2018-04-16 Redactive Publishing Ltd 20.00 20.00 1 ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("payments (-want +got)\n%s", diff)
	}
	if rows[0].RepeatGroup != rows[0].PaymentID || rows[1].RepeatGroup != rows[0].PaymentID || rows[2].RepeatGroup != 0 {
		t.Errorf("repeat groups %d %d %d of %d", rows[0].RepeatGroup, rows[1].RepeatGroup, rows[2].RepeatGroup, rows[0].PaymentID)
	}
	rejects, err := frag.Rejects()
	if err != nil || len(rejects) != 5 {
		t.Fatalf("%d rejects, want 5 (%v)", len(rejects), err)
	}
	if r := rejects[1]; r.LineFirst != 7 || r.Raw != "Gamma,31/02/2018,10.00,T4,Fuel" || r.Column != "Date" {
		t.Errorf("rejected date: %+v", r)
	}
}

// A fragment that exists is never made again, and the same inputs give the same
// bytes, spilled or not.
func TestFragmentsAreDeterministic(t *testing.T) {
	in := Input{Path: file(t, "lancashire-apr-2018.csv", smallFile)}
	var first map[string]string
	for _, limit := range []int{0, 2, 3} {
		lk := openLake(t)
		res, err := Read(t.Context(), lk, in, Options{Forces: testForces(), RowLimit: limit})
		if err != nil {
			t.Fatal(err)
		}
		d := digest(t, lk, res.Key)
		if first == nil {
			first = d
		}
		if diff := cmp.Diff(first, d); diff != "" {
			t.Errorf("row limit %d (-first +this)\n%s", limit, diff)
		}
		again, err := Read(t.Context(), lk, in, Options{Forces: testForces()})
		if err != nil || !again.Existing || again.Key != res.Key {
			t.Errorf("second reading: existing %v, key %s, error %v", again.Existing, again.Key, err)
		}
		if diff := cmp.Diff(res.Explanation, again.Explanation); diff != "" {
			t.Errorf("explanation of the fragment found (-made +found)\n%s", diff)
		}
	}
}

// A row lost between the reader and the accounts must be seen by the proof.
func TestLostRowIsSeen(t *testing.T) {
	path := file(t, "apr-2018.csv", smallFile)
	for _, line := range []int32{2, 5, 7} { // a payment, a blank row, a rejection
		opt := Options{drop: func(l int32) bool { return l == line }}
		lk := openLake(t)
		_, err := Read(t.Context(), lk, Input{Path: path}, opt)
		if police.ExitCode(err) != police.ExitMoney {
			t.Errorf("line %d dropped: error %v, want exit %d", line, err, police.ExitMoney)
		}
		if keys, _ := lk.FragmentKeys(); len(keys) != 0 {
			t.Errorf("line %d dropped: a fragment was made all the same", line)
		}
	}
}

func explainText(t *testing.T, name, text string, opt Options) Explanation {
	t.Helper()
	e, err := Explain(t.Context(), Input{Path: file(t, name, text)}, opt)
	if err != nil {
		t.Fatal(err)
	}
	if !e.Ledger.Balances {
		t.Errorf("%s: the ledger doesn't balance", name)
	}
	return e
}

func roleOf(e Explanation, role Role) string {
	for _, c := range e.Parts[0].Columns {
		if c.Role == role.String() {
			return c.Header
		}
	}
	return ""
}

func lines(head string, n int, row func(i int) string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		b.WriteString(row(i) + "\n")
	}
	return b.String()
}

func TestHeaders(t *testing.T) {
	row := func(i int) string {
		return fmt.Sprintf("Supplier %c Ltd,%02d/04/2018,%d.50,T%d", 'A'+i%26, 1+i%28, 600+i, i)
	}
	for _, c := range []struct {
		name, text           string
		payee, amount, date  string
		header               int32
		payments, exclusions int64
	}{
		{"plain", lines("Supplier,Date,Amount,Ref\n", 20, row), "Supplier", "Amount", "Date", 1, 20, 0},
		{"preamble", lines("Council X\nSpend over £500\n\nSupplier,Date,Amount,Ref\n", 20, row), "Supplier", "Amount", "Date", 4, 20, 0},
		{"misspelt", lines("Suplier,Dat Paid,Ammount,Ref\n", 20, row), "Suplier", "Ammount", "Dat Paid", 1, 20, 0},
		{"starred and numbered", lines("* SUPPLIER FINAL,3 Date,* TOTAL,Ref\n", 20, row), "* SUPPLIER FINAL", "* TOTAL", "3 Date", 1, 20, 0},
		{"split over two rows", lines("Supplier,Payment,Net,Transaction\nName,Date,Amount,Number\n", 20, row), "Supplier Name", "Net Amount", "Payment Date", 1, 20, 0},
		{"newlines in headings", lines("\"Supplier\nName\",\"Payment\nDate\",\"Amount\n(£)\",Ref\n", 20, row), "Supplier\nName", "Amount\n(£)", "Payment\nDate", 1, 20, 0},
		{"repeated", lines("Supplier,Date,Amount,Ref\n", 10, row) + lines("Supplier,Date,Amount,Ref\n", 10, row), "Supplier", "Amount", "Date", 1, 20, 1},
		{"last record", lines("", 20, row) + "Supplier,Date,Amount,Ref\n", "Supplier", "Amount", "Date", 21, 20, 0},
		{"headings swapped", lines("Supplier,Amount,Date,Ref\n", 20, row), "Supplier", "Date", "Amount", 1, 20, 0},
		{"trailing columns", lines("Supplier,Date,Amount,Ref,,,,\n", 20, func(i int) string { return row(i) + ",,,," }), "Supplier", "Amount", "Date", 1, 20, 0},
		{"header wider than rows", lines("Supplier,Date,Amount,Ref,Note,Contract\n", 20, row), "Supplier", "Amount", "Date", 1, 20, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := explainText(t, "spend-april-2018.csv", c.text, Options{})
			if e.Refused != nil {
				t.Fatalf("refused: %s", *e.Refused)
			}
			p := e.Parts[0]
			if a, b, d := roleOf(e, RolePayee), roleOf(e, RoleAmount), roleOf(e, RoleDate); a != c.payee || b != c.amount || d != c.date {
				t.Errorf("payee %q amount %q date %q, want %q %q %q", a, b, d, c.payee, c.amount, c.date)
			}
			if p.HeaderLine != c.header || p.Rows.Payments != c.payments || p.Rows.Exclusions != c.exclusions || p.Rows.Rejections != 0 {
				t.Errorf("header line %d, rows %+v %v, want line %d, %d payments, %d exclusions", p.HeaderLine, p.Rows, p.Rejections, c.header, c.payments, c.exclusions)
			}
		})
	}
}

// A header that repeats with its columns in another order is followed from there.
func TestHeaderInAnotherOrder(t *testing.T) {
	text := lines("Supplier,Date,Amount,Ref\n", 12, func(i int) string { return fmt.Sprintf("Alpha %d Ltd,%02d/04/2018,100.00,T%d", i, 1+i, i) }) +
		lines("Date,Ref,Supplier,Amount\n", 12, func(i int) string { return fmt.Sprintf("%02d/04/2018,T%d,Beta %d Ltd,200.00", 1+i, i, i) })
	e := explainText(t, "april-2018.csv", text, Options{})
	p := e.Parts[0]
	if p.Rows.Payments != 24 || p.Pence.Payments != 12*10000+12*20000 || p.Exclusions[reasonHeader] != 1 {
		t.Errorf("rows %+v pence %+v exclusions %v", p.Rows, p.Pence, p.Exclusions)
	}
}

func TestSeveralDatesAndAmounts(t *testing.T) {
	text := lines("Invoice Date,Supplier,Gross Amount,VAT Amount,Net Amount,Payment Date\n", 15, func(i int) string {
		return fmt.Sprintf("%02d/03/2018,Alpha %d Ltd,120.00,20.00,100.00,%02d/04/2018", 1+i, i, 1+i)
	})
	e := explainText(t, "x.csv", text, Options{})
	if a, d := roleOf(e, RoleAmount), roleOf(e, RoleDate); a != "Net Amount" || d != "Payment Date" {
		t.Errorf("amount %q, date %q; want net before gross, payment before invoice date", a, d)
	}
	if e.Parts[0].AmountBasis != police.Net {
		t.Errorf("basis %q, want net", e.Parts[0].AmountBasis)
	}
	for _, c := range e.Parts[0].Columns {
		if c.Role == "amount" && !strings.Contains(c.Why, "Gross Amount") {
			t.Errorf("why doesn't say what was passed over: %q", c.Why)
		}
	}
}

func TestDayAndMonth(t *testing.T) {
	file := func(dates ...string) string {
		var b strings.Builder
		b.WriteString("Supplier,Date,Amount\n")
		for i, d := range dates {
			fmt.Fprintf(&b, "Alpha %d Ltd,%s,%d.00\n", i, d, 100+i)
		}
		return b.String()
	}
	for _, c := range []struct {
		what, name  string
		dates       []string
		first, last string
		rejected    int64
		warn        string
	}{
		{"day first by unambiguous days", "x.csv", []string{"03/04/2018", "25/04/2018", "04/05/2018"}, "2018-04-03", "2018-05-04", 0, ""},
		{"month first by unambiguous days", "x.csv", []string{"4/3/2018", "4/25/2018", "5/4/2018"}, "2018-04-03", "2018-05-04", 0, "month first"},
		{"month first by the period", "august-2013.csv", []string{"8/5/2013", "8/6/2013", "8/12/2013"}, "2013-08-05", "2013-08-12", 0, "month first"},
		{"day first by the period", "august-2013.csv", []string{"5/8/2013", "6/8/2013", "12/8/2013"}, "2013-08-05", "2013-08-12", 0, ""},
		{"ISO swapped by a spreadsheet", "august_10.csv", []string{"2010-02-08T00:00:00", "2010-04-08T00:00:00", "2010-10-08T00:00:00", "8/16/2010"}, "2010-08-02", "2010-08-16", 0, "swapped"},
		{"ambiguous", "x.csv", []string{"03/04/2018", "05/06/2018"}, "2018-04-03", "2018-06-05", 0, "can't be told apart"},
		{"impossible", "april-2018.csv", []string{"03/04/2018", "31/02/2018", "25/04/2018"}, "2018-04-03", "2018-04-25", 1, ""},
		{"word", "april-2018.csv", []string{"03/04/2018", "VARIOUS", "25/04/2018"}, "2018-04-03", "2018-04-25", 0, "no date of their own"},
		{"typo within the period", "april-2015.csv", []string{"03/04/2015", "17/042015", "25/04/2015"}, "2015-04-03", "2015-04-25", 0, ""},
		{"typo without a period", "x.csv", []string{"03/04/2015", "17/042015", "25/04/2015"}, "2015-04-03", "2015-04-25", 1, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			opt := Options{}
			r, err := openReading(t.Context(), Input{Path: fileAt(t, c.name, file(c.dates...))}, &opt)
			if err != nil {
				t.Fatal(err)
			}
			defer r.close()
			if err := r.readAll(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			st := r.fr.parts[0]
			if st.first.String() != c.first || st.last.String() != c.last || st.lines.Rejections != c.rejected {
				t.Errorf("%s to %s, %d rejected; want %s to %s, %d", st.first, st.last, st.lines.Rejections, c.first, c.last, c.rejected)
			}
			if all := strings.Join(st.allWarnings(), " | "); c.warn != "" && !strings.Contains(all, c.warn) {
				t.Errorf("warnings %q don't say %q", all, c.warn)
			}
		})
	}
}

func fileAt(t *testing.T, name, text string) string { return file(t, name, text) }

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"pivot.csv", lines("Supplier,Apr-18,May-18,Jun-18\n", 10, func(i int) string { return fmt.Sprintf("Alpha %d Ltd,100.00,200.00,300.00", i) }), "a pivot over several value columns"},
		{"nothing.csv", "Supplier,Date,Amount\n", "a header without any row"},
		{"words.csv", lines("Name,Notes\n", 9, func(i int) string { return fmt.Sprintf("Alpha %d Ltd,fine", i) }), "no column holds amounts"},
		{"allbad.csv", lines("Supplier,Date,Amount\n", 5, func(i int) string { return fmt.Sprintf("Alpha %d Ltd,31/02/2018,5.00", i) }), "not one of its 5 rows could be read"},
	} {
		e := explainText(t, c.name, c.text, Options{})
		if e.Refused == nil || !strings.HasPrefix(*e.Refused, c.want) {
			t.Errorf("%s: refused %v, want %q", c.name, e.Refused, c.want)
		}
	}
	for _, text := range []string{"Supplier,Date,Amount\nNIL RETURN,,\n", "Supplier,Date,Amount\n\"No payments over £25,000 this month\",,\n"} {
		e := explainText(t, "march-2011.csv", text, Options{})
		if e.Refused != nil || e.Parts[0].Rows.Payments != 0 {
			t.Errorf("nil return %q: refused %v", text, e.Refused)
		}
	}
}

// The project's own sample reads like the files it was taken from: one part a sheet,
// with the publisher's file, hash, sheet and line, and the sums of the gold.
func TestSample(t *testing.T) {
	gold := map[string]map[string]string{}
	for _, g := range readCSV(t, filepath.Join(testenv.Shared(t, "gold"), "lancashire_sheet_totals.csv")) {
		gold[g["file"]+" "+g["sheet"]] = g
	}
	path := filepath.Join(testenv.Root(t), "data", "sample", "lancashire.csv")
	fr := delivered(t, Input{Path: path, Name: "sample/lancashire.csv", Publisher: "lancashire"}, Options{Layouts: projectLayouts(t), Forces: testForces()})
	if len(fr.parts) != len(gold) {
		t.Errorf("%d parts, want %d", len(fr.parts), len(gold))
	}
	for _, st := range fr.parts {
		checkSheet(t, "sample", st, gold[st.file+" "+st.sheet])
		if len(st.sha) != 64 || st.headLine != 1 || st.amountHd == "" {
			t.Errorf("%s: hash %q, header line %d, amount headed %q", st, st.sha, st.headLine, st.amountHd)
		}
	}
	if fr.payers.key != "E23000003" {
		t.Errorf("payer %s", fr.payers.key)
	}
	ho := delivered(t, Input{Path: filepath.Join(testenv.Root(t), "data", "sample", "home-office.csv"), Publisher: "home-office"}, Options{Layouts: projectLayouts(t), Forces: testForces()})
	if ho.payers.key != "x-home-office" || len(ho.parts) < 70 {
		t.Errorf("home office: payer %s, %d parts", ho.payers.key, len(ho.parts))
	}
}
