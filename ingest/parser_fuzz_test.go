package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/police"
	"hardyards/internal/testenv"
)

// amountReader reads an amount cell.
type amountReader func(cell []byte, exponents bool) amountCell

// readsAmounts says what is wrong unless a cell gives the same answer as the proof's
// reader, and an amount chosen by the same bytes reads back in every style.
func readsAmounts(read amountReader, in []byte) error {
	for _, exponents := range []bool{false, true} {
		if !utf8.Valid(in) {
			break // package source gives UTF-8
		}
		a := read(in, exponents)
		n, ok := proofAmount{exponents}.pence(in)
		if ok != a.state.readable() || ok && n != int64(a.pence) {
			return fmt.Errorf("%q exponents=%v: %d pence state %d, the proof's reader %d %v", in, exponents, a.pence, a.state, n, ok)
		}
	}
	c := testenv.ChoicesOf(in)
	want := police.Pence(c.UpTo(1 << 30))
	if c.Bool() {
		want = -want
	}
	s := style{amount: testenv.One(c, amountStyles...)}
	cell := s.money(want)
	if got := read([]byte(cell), false); got.state != amountRead || got.pence != want {
		return fmt.Errorf("%d pence written %q, read %d, state %d", want, cell, got.pence, got.state)
	}
	return nil
}

var amountStyles = []string{"plain", "thousands", "pound", "brackets", "trailing", "CR", "padded"}

// oddAmounts are cells of published files, and near misses.
func oddAmounts() [][]byte {
	var out [][]byte
	for _, s := range []string{"1,234.56", "-£5", "(1.00)", "£-", "6,203.00-", "12.34 CR", "1428.6399999999999", "66158.388", "12,34", "1.5E7", "#N/A", " -   ",
		"£ (5)", "-(5)", "+5", "0.005", "-0.005", "'12", "1 234", ".5", "5.", ".", "£", "()", "(-)", "- CR", "5DR", "œ5", "\uFFFD5", "−5", "0000000000000000000005", "1E-9", "Â£1", "5£", "$5", "--", "£-£5", "(£5)", "(5)-", "1e400",
		"1.234,56", "01/04/2018", "08/06/2012780", "66776.100000000006", "\u00a083.40\u00a0"} {
		out = append(out, []byte(s))
	}
	for i := range byte(14) {
		out = append(out, []byte{0x12, 0x34, 0x56, i, i / 7, i}, []byte{0, 0, i, 5, 1, i})
	}
	return out
}

func TestAmountsFindPlantedFaults(t *testing.T) {
	spoilt := func(spoil func(cell string, a *amountCell)) amountReader {
		return func(cell []byte, exponents bool) amountCell {
			a := parseAmount(cell, exponents)
			spoil(string(cell), &a)
			return a
		}
	}
	faulty := map[string]amountReader{
		"doesn't see brackets": spoilt(func(c string, a *amountCell) {
			if strings.Contains(c, "(") && a.pence < 0 {
				a.pence = -a.pence
			}
		}),
		"doesn't see a minus at the end": spoilt(func(c string, a *amountCell) {
			if strings.HasSuffix(c, "-") && a.pence < 0 {
				a.pence = -a.pence
			}
		}),
		"cuts pence off where a double would": func(cell []byte, _ bool) amountCell {
			a := parseAmount(cell, false)
			a.pence = police.Pence(float32(a.pence))
			return a
		},
		"takes 12,34 for 1234": spoilt(func(c string, a *amountCell) {
			if a.point == decimalComma && a.state == amountText {
				*a = parseAmount([]byte(strings.ReplaceAll(c, ",", "")), false)
			}
		}),
		"reads an error as zero": spoilt(func(_ string, a *amountCell) {
			if a.state == amountError {
				a.state = amountRead
			}
		}),
	}
	testenv.FindsFault(t, readsAmounts, parseAmount, faulty, 3000, oddAmounts()...)
}

// dateReader reads a date cell.
type dateReader func(cell []byte, date1904 bool) dateCell

// readsDates says what is wrong unless a cell gives only days that the calendar has and
// a publisher may mean, whatever spaces surround it, and a day chosen by the same bytes
// reads back in every style.
func readsDates(read dateReader, in []byte) error {
	first, _ := police.DateOf(firstYear-5, 1, 1)
	last, _ := police.DateOf(lastYear+5, 12, 31)
	for _, date1904 := range []bool{false, true} {
		d := read(in, date1904)
		for _, day := range []police.Date{d.native, d.swapped} {
			if day != police.NoDate && (day < first || day > last) {
				return fmt.Errorf("%q is read as %s", in, day)
			}
		}
		if (d.kind == dateFixed || d.kind == dateMonth || d.kind == dateTypo) && d.native == police.NoDate {
			return fmt.Errorf("%q: kind %d without a day", in, d.kind)
		}
		if padded := read([]byte("  "+string(in)+" "), date1904); padded != d {
			return fmt.Errorf("%q: %+v, padded %+v", in, d, padded)
		}
	}
	return rereadsDay(read, testenv.ChoicesOf(in))
}

// rereadsDay writes a day in a style and reads it. A US date has its day as the other
// reading; where both readings are days, the whole file decides elsewhere.
func rereadsDay(read dateReader, c *testenv.Choices) error {
	from, _ := police.DateOf(2005, 1, 1)
	want := from + police.Date(c.UpTo(9000))
	s := style{date: testenv.One(c, dateStyles...)}
	cell, date1904 := s.day(want), false
	if s.date == "serial" && c.Bool() {
		cell, date1904 = fmt.Sprint(int(want)+25569-1462), true
	}
	got := read([]byte(cell), date1904)
	day := got.native
	if s.date == "1/2/2006" {
		day = got.swapped
		if t := want.Time(); int(t.Month()) == t.Day() {
			day = got.native
		}
	}
	if day != want {
		return fmt.Errorf("%s written %q is read as %s or %s", want, cell, got.native, got.swapped)
	}
	return nil
}

var dateStyles = []string{"02/01/2006", "02/01/06", "02-Jan-06", "2-Jan-2006", "02.01.2006", "2 January 2006", "2006-01-02", "2006-01-02T00:00:00", "2006-01-02 15:04:05", "1/2/2006", "serial", "20060102", "02-January-2006"}

// oddDates are cells of published files.
func oddDates() [][]byte {
	var out [][]byte
	for _, s := range []string{"13/09/2019", "8/13/2013", "2010-02-08T00:00:00", "43658.5", "17/042015", "28/12/20/11", "08/06/2012780", "31-Feb-18", "VARIOUS", "00:00:00", "Apr-18", "4th May 2023", "20180403", "25/01/212",
		"00/00/0000", "29/02/2019", "9:30", "Sept-14", "43658", "\u00a002/05/18", "=\"55555", "2901/02P2", "July 2010-September 2010", "2018/19 P01", "'02/05/18", "32/01/2023"} {
		out = append(out, []byte(s))
	}
	for i := range byte(26) {
		out = append(out, []byte{0x11, 0x22 * (i % 7), i, i}, []byte{i, i * 9, i, 1})
	}
	return out
}

func TestDatesFindPlantedFaults(t *testing.T) {
	faulty := map[string]dateReader{
		"takes all dates for American": func(cell []byte, date1904 bool) dateCell {
			d := parseDate(cell, date1904)
			d.native, d.swapped = d.swapped, d.native
			return d
		},
		"doesn't know of 1904": func(cell []byte, _ bool) dateCell { return parseDate(cell, false) },
		"sees no trailing blank": func(cell []byte, date1904 bool) dateCell {
			if strings.HasSuffix(string(cell), " ") {
				return dateCell{native: police.NoDate, swapped: police.NoDate}
			}
			return parseDate(cell, date1904)
		},
		"puts two digits into the last century": func(cell []byte, date1904 bool) dateCell {
			d := parseDate(cell, date1904)
			if strings.HasSuffix(d.style, "-yy") && d.native != police.NoDate {
				d.native -= 36525
			}
			return d
		},
		"makes 1 March of 29 February": func(cell []byte, date1904 bool) dateCell {
			d := parseDate(cell, date1904)
			if t := d.native.Time(); d.native != police.NoDate && t.Month() == 2 && t.Day() == 29 {
				d.native++
			}
			return d
		},
	}
	testenv.FindsFault(t, readsDates, parseDate, faulty, 10_000, oddDates()...)
}

// headerFinder finds the header among the first rows.
type headerFinder func(rows []sampleRow) (headerFound, bool)

// findsHeader says what is wrong unless a header made by the choices, decorated as
// publishers do and below a preamble, is found at its row.
func findsHeader(find headerFinder, choices []byte) error {
	rows, at := headedRows(testenv.ChoicesOf(choices))
	got, ok := find(rows)
	if !ok {
		return fmt.Errorf("no header found in %q", rows)
	}
	if got.first != rows[at].First || !cmp.Equal(got.cells, rows[at].Cells) {
		return fmt.Errorf("header of %q found at line %d: %q, not at %d", rows, got.first, got.cells, rows[at].First)
	}
	return nil
}

// headedRows are the first rows of a file, and which of them is the header.
func headedRows(c *testenv.Choices) (rows []sampleRow, header int) {
	add := func(cells ...string) {
		n := int32(len(rows) + 1)
		rows = append(rows, sampleRow{Cells: cells, First: n, Last: n})
	}
	for range c.UpTo(5) {
		add(testenv.One(c, "Spend over £500", "", "Published under the transparency code", "Report run 01/05/2018", "Total Gas & Power Ltd is a payee"), "", "", "")
	}
	header = len(rows)
	heads := []string{
		decorated(c, testenv.One(c, "Supplier", "Supplier Name", "SUPPLIER FINAL", "Payee", "Suplier", "Vendor name", "Beneficiary", "supplier_name")),
		decorated(c, testenv.One(c, "Date", "Payment Date", "Date Paid", "PAY DATE", "Posting date", "payment_date", "Invoice date")),
		decorated(c, testenv.One(c, "Amount", "Amount (£)", "Net Amount", "Total Invoice Amount", "AMOUNT £", "Value", "Amount paid\n(excl. VAT)")),
		decorated(c, testenv.One(c, "Expense Type", "Expence Type", "Category", "Description", "Purpose", "")),
	}
	turn := c.UpTo(4)
	order := func(cells []string) []string { return append(append([]string{}, cells[turn:]...), cells[:turn]...) }
	add(order(heads)...)
	for i := range 4 + c.UpTo(4) {
		add(order([]string{testenv.One(c, "Alpha Ltd", "Total Gas & Power Ltd", "Redactive Publishing Ltd", "Date Palm Catering"), fmt.Sprintf("%02d/04/2018", i+1), fmt.Sprintf("%d.%02d", 500+c.UpTo(9999), c.UpTo(100)), "Fuel"})...)
	}
	return rows, header
}

// decorated writes a heading as files do: starred, numbered, padded, in capitals.
func decorated(c *testenv.Choices, heading string) string {
	if heading == "" {
		return ""
	}
	switch c.UpTo(7) {
	case 1:
		return "* " + heading
	case 2:
		return "3 " + heading
	case 3:
		return "  " + heading + " "
	case 4:
		return strings.ToUpper(heading)
	case 5:
		return heading + ":"
	case 6:
		return strings.ReplaceAll(heading, " ", "\n")
	}
	return heading
}

// FuzzHeaderFound: a header is found, however it is written and whatever stands above.
func FuzzHeaderFound(f *testing.F) {
	for _, s := range choiceSeeds(30) {
		f.Add(s)
	}
	h := newHeadingReader()
	f.Fuzz(func(t *testing.T, choices []byte) {
		if err := findsHeader(h.findHeader, choices); err != nil {
			t.Fatal(err)
		}
	})
}

func choiceSeeds(bytes int) [][]byte {
	out := [][]byte{nil, {1}}
	for i := range byte(24) {
		out = append(out, append([]byte{i, i, i, i}, testenv.Noise(bytes, uint64(i))...))
	}
	return out
}

func TestHeadersFindPlantedFaults(t *testing.T) {
	h := newHeadingReader()
	faulty := map[string]headerFinder{
		"takes the first row": func(rows []sampleRow) (headerFound, bool) {
			return headerFound{cells: rows[0].Cells, first: rows[0].First}, true
		},
		"takes the first row without an empty cell": func(rows []sampleRow) (headerFound, bool) {
			for _, r := range rows {
				if !strings.Contains("\x00"+strings.Join(r.Cells, "\x00")+"\x00", "\x00\x00") {
					return headerFound{cells: r.Cells, first: r.First}, true
				}
			}
			return headerFound{}, false
		},
		"knows no starred heading": func(rows []sampleRow) (headerFound, bool) {
			for _, r := range rows {
				if strings.Contains(strings.Join(r.Cells, ""), "* ") {
					return headerFound{}, false
				}
			}
			return h.findHeader(rows)
		},
		"takes names with a heading's word for headings": func(rows []sampleRow) (headerFound, bool) {
			best, n := -1, 0
			for i, r := range rows {
				words := 0
				for _, w := range []string{"total", "date", "supplier", "payee", "amount"} {
					if strings.Contains(strings.ToLower(strings.Join(r.Cells, " ")), w) {
						words++
					}
				}
				if words >= n {
					best, n = i, words
				}
			}
			return headerFound{cells: rows[best].Cells, first: rows[best].First}, true
		},
	}
	testenv.FindsFault(t, findsHeader, h.findHeader, faulty, 400, choiceSeeds(30)...)
}

// fileReading reads a file of payments: what each says, counted, and the ledger.
type fileReading func(path string) (map[string]int, police.Ledger, error)

func readingWith(opt Options) fileReading {
	return func(path string) (map[string]int, police.Ledger, error) {
		got, r, err := readPayments(path, opt)
		if err != nil {
			return nil, police.Ledger{}, err
		}
		return got, r.fr.parts[0].lines, nil
	}
}

// rereadsPayments says what is wrong unless payments made by the choices and written in
// a style of theirs read back the same, and the ledger holds every row and penny.
func rereadsPayments(read fileReading, choices []byte) error {
	c := testenv.ChoicesOf(choices)
	s, rows := chosenStyle(c), chosenTruth(c)
	dir, err := os.MkdirTemp("", "rendering")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "spend-april-2018.csv")
	if err := os.WriteFile(path, s.render(rows), 0o600); err != nil {
		return err
	}
	got, ledger, err := read(path)
	if err != nil {
		return fmt.Errorf("%+v: %w", s, err)
	}
	sum := police.Pence(0)
	for _, r := range rows {
		sum += r.amount
	}
	if d := cmp.Diff(counted(rows), got); d != "" {
		return fmt.Errorf("%+v (-written +read)\n%s", s, d)
	}
	if !ledger.Balances() || ledger.Rejections != 0 || ledger.Payments != int64(len(rows)) || ledger.PencePayments != sum {
		return fmt.Errorf("%+v: ledger %+v of %d payments of %d pence", s, ledger, len(rows), sum)
	}
	return nil
}

func chosenStyle(c *testenv.Choices) style {
	return style{
		date:   testenv.One(c, "02/01/2006", "02/01/06", "02-Jan-06", "2-Jan-2006", "02.01.2006", "2 January 2006", "2006-01-02", "2006-01-02T00:00:00", "1/2/2006", "serial"),
		amount: testenv.One(c, append(amountStyles, "noise")...), end: testenv.One(c, "\n", "\r\n", "\r"),
		encoding: testenv.One(c, "utf-8", "windows-1252", "utf-16le"), delimiter: testenv.One[byte](c, ',', ';', '\t'),
		quoteAll: c.Bool(), bom: c.Bool(), preamble: c.Bool(), blanks: c.Bool(), total: c.Bool(),
	}
}

func chosenTruth(c *testenv.Choices) []truth {
	out := make([]truth, 8+c.UpTo(24))
	for i := range out {
		d, _ := police.DateOf(2018, 4, 1+c.UpTo(30))
		amount := police.Pence(c.UpTo(50_000_000))
		if c.UpTo(6) == 5 {
			amount = -amount
		}
		out[i] = truth{testenv.One(c, "ALPHA LTD", "Beta & Sons, Solicitors", "Café Gamma Limited", "Total Gas & Power Ltd", "O'Brien \"The Works\" plc", "Redactive Publishing Ltd",
			"DELTA COUNCIL", "ZETA; TRADING", "Eta | Theta LLP", "HAMPSHIRE CONSTABULARY"), fmt.Sprintf("T%05d", 1+c.UpTo(99999)), testenv.One(c, "Fuel", "Rent, rates", "Fees - legal", "Equipment"), d, amount}
	}
	// One day that has one reading only, and thousands, as any real month has.
	out[0].date, _ = police.DateOf(2018, 4, 27)
	out[1].amount = 123456
	return out
}

// FuzzRendering: any rendering of a table reads back the same payments.
func FuzzRendering(f *testing.F) {
	for _, s := range choiceSeeds(300) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		if err := rereadsPayments(readingWith(Options{}), choices); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRenderingsFindPlantedFaults(t *testing.T) {
	spoilt := func(spoil func(map[string]int, *police.Ledger)) fileReading {
		return func(path string) (map[string]int, police.Ledger, error) {
			got, l, err := readingWith(Options{})(path)
			spoil(got, &l)
			return got, l, err
		}
	}
	faulty := map[string]fileReading{
		"loses a row":     readingWith(Options{drop: func(line int32) bool { return line == 9 }}),
		"loses every row": readingWith(Options{drop: func(int32) bool { return true }}),
		"counts one row too many in the ledger": spoilt(func(_ map[string]int, l *police.Ledger) {
			l.Payments++
		}),
		"rounds the sum to pounds": spoilt(func(_ map[string]int, l *police.Ledger) { l.PencePayments -= l.PencePayments % 100 }),
	}
	testenv.FindsFault(t, rereadsPayments, readingWith(Options{}), faulty, 60, choiceSeeds(300)...)
}
