package ingest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"hardyards/internal/police"
)

// apartCase is a list of payments whose amounts stand in two columns, with what is to
// be read of it, by hand.
type apartCase struct {
	name  string
	rows  [][]string
	roles map[Role]string // headings
	want  PartExplanation // of which Rows, Pence, Rejections and Exclusions count
}

func apartCases() []apartCase {
	return []apartCase{
		{"debit and credit", [][]string{
			{"Supplier", "Date", "Debit", "Credit", "Ref"},
			{"Alpha Services Ltd", "13/04/2018", "1200.00", "", "T1"},
			{"Beta Council", "14/04/2018", "", "50.25", "T2"},
			{"Gamma Trust", "16/04/2018", "30.10", "0.00", "T3"}, // a zero beside it is no second amount
			{"Delta Group", "17/04/2018", "12.00", "", "T4"},
			{"Epsilon Ltd", "18/04/2018", "10.00", "3.00", "T5"}, // both
			{"Zeta Ltd", "18/04/2018", "11.00", "", "T6"},        // a payment
			{"Eta Ltd", "19/04/2018", "n/k", "", "T7"},           // no number
			{"Theta Ltd", "19/04/2018", "40.00", "", "T8"},       // payments
			{"Iota Ltd", "20/04/2018", "50.00", "", "T9"},        //
			{"Kappa Ltd", "20/04/2018", "60.00", "", "T10"},      //
			{"Lambda Ltd", "21/04/2018", "70.00", "", "T11"},     //
			{"Total", "", "1483.10", "53.25", ""},                // 1200+30.10+12+10+11+40+50+60+70; 50.25+3
		}, map[Role]string{RoleAmount: "Debit", RoleCredit: "Credit"}, PartExplanation{
			Rows:       RowCounts{Read: 12, Payments: 9, Rejections: 2, Exclusions: 1},
			Pence:      PenceSums{142285, 700, 142985},
			Rejections: map[string]int{reasonBoth: 1, reasonAmount: 1}, Exclusions: map[string]int{reasonTotal: 1},
		}},
		{"size and mark", [][]string{
			{"Supplier", "Date", "Amount", "DR/CR", "Ref"},
			{"Alpha Services Ltd", "13/04/2018", "1,200.00", "DR", "T1"},
			{"Beta Council", "14/04/2018", "50.25", "CR", "T2"},
			{"Gamma Trust", "16/04/2018", "30.10", "D", "T3"},
			{"Delta Group", "17/04/2018", "12.00", "Debit", "T4"},
			{"Epsilon Ltd", "18/04/2018", "5.00", "Credit", "T5"},
			{"Zeta Ltd", "18/04/2018", "11.00", "dr.", "T6"},
			{"Eta Ltd", "19/04/2018", "7.00", "C", "T7"},
			{"Theta Ltd", "19/04/2018", "40.00", "DR", "T8"},
			{"Iota Ltd", "20/04/2018", "-9.00", "CR", "T9"},   // a sign of its own
			{"Kappa Ltd", "20/04/2018", "60.00", "ZZ", "T10"}, // unknown
		}, map[Role]string{RoleAmount: "Amount", RoleSign: "DR/CR"}, PartExplanation{
			Rows:       RowCounts{Read: 10, Payments: 8, Rejections: 2},
			Pence:      PenceSums{120000 - 5025 + 3010 + 1200 - 500 + 1100 - 700 + 4000, 6000 - 900, 0},
			Rejections: map[string]int{reasonSigned: 1, reasonUnmarked: 1}, Exclusions: map[string]int{},
		}},
		{"only credits marked", [][]string{
			{"Supplier", "Date", "Net Amount", "+/-", "Ref"},
			{"Alpha Services Ltd", "13/04/2018", "1200.00", "", "T1"},
			{"Beta Council", "14/04/2018", "50.25", "-", "T2"},
			{"Gamma Trust", "16/04/2018", "30.10", "", "T3"},
			{"", "", "1179.85", "", ""},
		}, map[Role]string{RoleAmount: "Net Amount", RoleSign: "+/-"}, PartExplanation{
			Rows: RowCounts{Read: 4, Payments: 3, Exclusions: 1}, Pence: PenceSums{117985, 0, 117985},
			Rejections: map[string]int{}, Exclusions: map[string]int{reasonTotal: 1},
		}},
		{"marks told by the cells", [][]string{
			{"Supplier", "Date", "Amount", "Type", "Ref"},
			{"Alpha Services Ltd", "13/04/2018", "1200.00", "DR", "T1"},
			{"Beta Council", "14/04/2018", "50.25", "CR", "T2"},
			{"Gamma Trust", "16/04/2018", "30.10", "DR", "T3"},
		}, map[Role]string{RoleAmount: "Amount", RoleSign: "Type"}, PartExplanation{
			Rows: RowCounts{Read: 3, Payments: 3}, Pence: PenceSums{117985, 0, 0}, Rejections: map[string]int{}, Exclusions: map[string]int{},
		}},
		{"pounds and pence", [][]string{
			{"Supplier", "Date", "£", "p", "Ref"},
			{"Alpha Services Ltd", "13/04/2018", "1,200", "00", "T1"},
			{"Beta Council", "14/04/2018", "-50", "25", "T2"},
			{"Gamma Trust", "16/04/2018", "30", "5", "T3"},
			{"Delta Group", "17/04/2018", "", "99", "T4"},
			{"Epsilon Ltd", "18/04/2018", "12", "", "T5"},
			{"Zeta Ltd", "18/04/2018", "11", "40", "T6"},
			{"Eta Ltd", "19/04/2018", "7", "10", "T7"},
			{"Theta Ltd", "19/04/2018", "40", "00", "T8"},
			{"Kappa Ltd", "20/04/2018", "60", "-", "T10"},
			{"Lambda Ltd", "21/04/2018", "70", "20", "T11"},
			{"Mu Ltd", "22/04/2018", "80", "150", "T12"}, // no pence
		}, map[Role]string{RoleAmount: "£", RolePence: "p"}, PartExplanation{
			Rows:       RowCounts{Read: 11, Payments: 10, Rejections: 1},
			Pence:      PenceSums{120000 - 5025 + 3005 + 99 + 1200 + 1140 + 710 + 4000 + 6000 + 7020, 8150, 0},
			Rejections: map[string]int{reasonPence: 1}, Exclusions: map[string]int{},
		}},
	}
}

// tableText writes rows as a text; all in quotes, if asked for.
func tableText(rows [][]string, quotes bool) string {
	var b strings.Builder
	for _, r := range rows {
		for i, c := range r {
			if i > 0 {
				b.WriteByte(',')
			}
			if quotes || strings.ContainsAny(c, ",\"\n") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// workbook writes rows as a sheet, what is a number in the columns given as one.
func workbook(t testing.TB, path string, rows [][]string, numbers ...int) {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		for j, c := range r {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if c == "" {
				continue
			}
			var n float64
			if k := strings.ReplaceAll(c, ",", ""); len(numbers) > 0 && j >= numbers[0] && j <= numbers[len(numbers)-1] {
				if _, err := fmt.Sscanf(k+"|", "%g|", &n); err == nil {
					if err := f.SetCellFloat("Sheet1", at, n, -1, 64); err != nil {
						t.Fatal(err)
					}
					continue
				}
			}
			if err := f.SetCellStr("Sheet1", at, c); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(f.SaveAs(path), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// Amounts in two columns are read exactly, from text and workbooks, by inference and
// by a layout, and the proof finds the same.
func TestAmountsApart(t *testing.T) {
	for _, c := range apartCases() {
		dir := t.TempDir()
		book := filepath.Join(dir, "april-2018.xlsx")
		workbook(t, book, c.rows, 2, 3)
		plain, quoted := filepath.Join(dir, "plain-april-2018.csv"), filepath.Join(dir, "quoted-april-2018.csv")
		for path, quotes := range map[string]bool{plain: false, quoted: true} {
			if err := os.WriteFile(path, []byte(tableText(c.rows, quotes)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, path := range []string{plain, quoted, book} {
			t.Run(c.name+" "+filepath.Base(path), func(t *testing.T) {
				checkApart(t, c, path, Options{})
				checkApart(t, c, path, Options{Layouts: apartLayout(t, c)})
			})
		}
	}
}

func apartLayout(t *testing.T, c apartCase) []Layout {
	t.Helper()
	text := "id = \"own\"\nversion = 1\n[[header]]\npayee = \"Supplier\"\ndate = \"Date\"\n"
	for role, heading := range c.roles {
		text += fmt.Sprintf("%s = %q\n", role, heading)
	}
	ls, err := ParseLayouts(map[string]string{"own.toml": text})
	if err != nil {
		t.Fatal(err)
	}
	return ls
}

func checkApart(t *testing.T, c apartCase, path string, opt Options) {
	t.Helper()
	e, err := Explain(t.Context(), Input{Path: path}, opt)
	if err != nil {
		t.Fatal(err)
	}
	if e.Refused != nil {
		t.Fatalf("refused: %s", *e.Refused)
	}
	p := e.Parts[0]
	got := PartExplanation{Rows: p.Rows, Pence: p.Pence, Rejections: p.Rejections, Exclusions: p.Exclusions}
	if diff := cmp.Diff(c.want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", p.Layout, diff)
	}
	if len(opt.Layouts) > 0 && p.Layout != "own@1" {
		t.Errorf("read by %s", p.Layout)
	}
	for role, heading := range c.roles {
		if h := roleOf(e, role); h != heading {
			t.Errorf("%s is column %q, want %q", role, h, heading)
		}
	}
	for _, col := range p.Columns {
		if len(opt.Layouts) == 0 && c.roles[RoleAmount] == col.Header && !strings.Contains(col.Why, fmt.Sprintf("%q", p.Columns[3].Header)) {
			t.Errorf("why of %q doesn't name the other column: %s", col.Header, col.Why)
		}
	}
}

// A sign turned round, or a row lost, in any kind of two columns is seen by the proof.
func TestWrongSignIsSeen(t *testing.T) {
	for _, c := range apartCases() {
		path := file(t, "apr-2018.csv", tableText(c.rows, false))
		for what, opt := range map[string]Options{
			"sign turned": {turn: func(l int32) bool { return l == 3 }},
			"row dropped": {drop: func(l int32) bool { return l == 3 }},
		} {
			lk := openLake(t)
			_, err := Read(t.Context(), lk, Input{Path: path}, opt)
			if police.ExitCode(err) != police.ExitMoney {
				t.Errorf("%s, %s: error %v, want exit %d", c.name, what, err, police.ExitMoney)
			}
			if keys, _ := lk.FragmentKeys(); len(keys) != 0 {
				t.Errorf("%s, %s: a fragment was made all the same", c.name, what)
			}
		}
	}
}

// Where the evidence doesn't say which column or mark means a payment, the file is
// refused as before.
func TestApartRefused(t *testing.T) {
	head := func(h string, rows ...string) string {
		out := "Supplier,Date," + h + "\n"
		for i, r := range rows {
			out += fmt.Sprintf("Alpha %d Ltd,%d/04/2018,%s\n", i, 13+i, r)
		}
		return out
	}
	for _, c := range []struct{ name, text, want string }{
		{"credits are the most", head("Debit,Credit", "10.00,", ",20.00", ",30.00"), "which of them are payments"},
		{"as many of both", head("Debit,Credit", "10.00,", ",20.00"), "which of them are payments"},
		{"both filled", head("Debit,Credit", "10.00,1.00", "20.00,2.00", "30.00,3.00"), "many rows fill both"},
		{"credits with a minus", head("Debit,Credit", "10.00,", ",-20.00", "30.00,", "40.00,"), "signs of their own"},
		{"a third amount that differs", head("Amount,Debit,Credit", "10.00,10.00,", "20.00,,20.00", "30.00,30.00,"), "can't be joined"},
		{"credits marked most", head("Amount,DR/CR", "10.00,CR", "20.00,CR", "30.00,DR"), "which of them are payments"},
		{"amounts with signs", head("Amount,DR/CR", "10.00,DR", "-20.00,CR", "30.00,DR"), "signs of their own"},
		{"marks unknown", head("Amount,Sign", "10.00,X", "20.00,Y", "30.00,X"), "can't be read without"},
		{"indicator in unknown letters", head("Amount,Debit/Credit Ind.", "10.00,S", "20.00,H", "30.00,S"), "its marks are not known"},
		{"pence elsewhere", head("Amount,Ref,Pence", "10,A,20", "20,B,30", "30,C,40"), "can't be read without"},
		{"pence again", head("Amount,Pence", "10.20,1020", "20.30,2030", "30.40,3040"), "can't be read without"},
		{"two columns later", head("Amount,Ref", "10.00,a", "20.00,b", "30.00,c") + head("Amount,DR/CR", "10.00,DR", "20.00,DR", "30.00,CR"), "amounts in two columns where they stood in one"},
	} {
		e := explainText(t, "april-2018.csv", c.text, Options{})
		if e.Refused == nil || !strings.Contains(*e.Refused, c.want) {
			got := "nothing"
			if e.Refused != nil {
				got = *e.Refused
			}
			t.Errorf("%s: refused for %s, want %q", c.name, got, c.want)
		}
	}
	// A third column that agrees in every row is read by itself; cards are no marks.
	for _, c := range []struct {
		name, text string
		pence      int64
	}{
		{"a third amount that agrees", head("Amount,Debit,Credit", "10.00,10.00,", "-20.00,,20.00", "30.00,30.00,"), 2000},
		{"kinds of card", head("Amount,Payment Type", "10.00,Debit", "20.00,Credit", "30.00,Debit"), 6000},
		{"signs already there", head("Amount,Type", "10.00,DR", "-20.00,CR", "30.00,DR"), 2000},
		{"an indicator that agrees", head("Amount,Debit/Credit Ind.", "10.00,D", "-20.00,C", "30.00,D"), 2000},
		{"an indicator in unknown letters beside signs", head("Amount,Debit/Credit Ind.", "10.00,S", "-20.00,H", "30.00,S"), 2000},
		{"an indicator", head("Amount,Dr/Cr Flag", "10.00,D", "20.00,C", "30.00,D"), 2000},
		{"short heads", "Payments over £500,,,\n,,,\nSupplier,Date,Dr (£),Cr (£)\nA B Ltd,13/04/2018,10.00,\nA B Ltd,14/04/2018,,-\nB C Ltd,15/04/2018,\"1,020.00\",\nB C Ltd,15/04/2018,,5.00\n", 102500},
		{"the header in another order", head("Debit,Credit", "10.00,", ",20.00", "30.00,") + "Date,Credit,Supplier,Debit\n20/04/2018,,Beta Ltd,5.00\n21/04/2018,1.00,Beta Ltd,\n", 2400},
	} {
		e := explainText(t, "april-2018.csv", c.text, Options{})
		if e.Refused != nil || e.Parts[0].Pence.Payments != c.pence || e.Parts[0].Rows.Rejections != 0 {
			t.Errorf("%s: %v, pence %+v, rows %+v", c.name, e.Refused, e.Parts[0].Pence, e.Parts[0].Rows)
		}
	}
}

func TestApartLayoutFaults(t *testing.T) {
	for _, text := range []string{
		"id = \"a\"\nversion = 1\n[[header]]\npayee = \"P\"\namount = \"A\"\nsign = \"S\"\ncredit = \"C\"\n",
		"id = \"a\"\nversion = 1\n[retabulated]\nline = \"L\"\n[[header]]\npayee = \"P\"\namount = \"A\"\npence = \"S\"\n",
	} {
		if _, err := ParseLayouts(map[string]string{"a.toml": text}); police.ExitCode(err) != police.ExitUsage {
			t.Errorf("%q: error %v, want exit %d", text, err, police.ExitUsage)
		}
	}
}

// renderApart writes amounts in two columns of some kind.
func (s style) renderApart(rows []truth, kind apartKind) []byte {
	heads := map[apartKind][2]string{debitCredit: {"Debit (£)", "Credit (£)"}, marked: {"Amount (£)", "DR/CR"}, poundsPence: {"Pounds", "Pence"}}[kind]
	out := [][]string{{"Supplier Name", "Payment Date", heads[0], heads[1], "Transaction Number", "Expense Type"}}
	if s.preamble {
		out = append([][]string{{"Spend over £500", "", "", "", "", ""}, {"", "", "", "", "", ""}}, out...)
	}
	for i, r := range rows {
		size := max(r.amount, -r.amount)
		first, second := s.money(size), ""
		switch {
		case kind == debitCredit && r.amount < 0:
			first, second = "", first
		case kind == marked:
			if second = "DR"; r.amount < 0 {
				second = "CR"
			}
		case kind == poundsPence:
			first, second = s.money(size-size%100), fmt.Sprintf("%02d", size%100)
			if r.amount < 0 {
				first = "-" + strings.TrimSpace(first)
			}
		}
		out = append(out, []string{r.payee, s.day(r.date), first, second, r.ref, r.category})
		if s.blanks && i%7 == 3 {
			out = append(out, make([]string, 6))
		}
	}
	var b strings.Builder
	for _, r := range out {
		s.line(&b, r)
	}
	return s.encode(b.String())
}

// Any rendering of a table in two columns reads back the same payments.
func TestAnyRenderingApartReadsBack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rows, s := drawTruth(t), drawStyle(t)
		kind := rapid.SampledFrom([]apartKind{debitCredit, marked, poundsPence}).Draw(t, "kind")
		credits := 0
		for i := range rows {
			switch a := &rows[i].amount; {
			case *a == 0:
				*a = 700 // says of no side that it is a payment
			case kind == poundsPence && *a > -100 && *a < 0:
				*a = -*a // a zero with a sign is rejected
			case kind != poundsPence && *a < 0:
				if credits++; credits*2 >= len(rows) {
					*a = -*a
				}
			}
		}
		if st := readsBack(t, dir, s, s.renderApart(rows, kind), rows); st.plan.apart.kind != kind {
			t.Fatalf("%+v: kind %d, want %d", s, st.plan.apart.kind, kind)
		}
	})
}

// FuzzApart holds reader and proof to the same pence of the same two cells.
func FuzzApart(f *testing.F) {
	for _, s := range [][2]string{{"1200.00", ""}, {"", "50.25"}, {"£-", "5"}, {"10", "DR"}, {"10", "Cr."}, {"-10", "CR"}, {"12", "50"}, {"-12", "5"}, {"-0", "50"}, {"1.5", "150"}, {"=\"", "5"}, {"0", "-=\"9"}, {"5", "=\"\""}, {"\u2007", "5"}, {"＂", "7"}, {"#N/A", "1"}, {"66158.388", "\u2212"}} {
		f.Add([]byte(s[0]), []byte(s[1]))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		if !utf8.Valid(first) || !utf8.Valid(second) {
			return // cells are decoded
		}
		for _, kind := range []apartKind{debitCredit, marked, poundsPence} {
			for _, book := range []bool{false, true} {
				a := apart{kind: kind, exponents: book}
				got := a.join(first, second)
				n, ok := proofApart{proofAmount{book}, kind}.pence(first, second)
				if ok != got.state.readable() || ok && n != int64(got.pence) {
					t.Errorf("kind %d: %q and %q read as %d (%v), proved as %d (%v)", kind, first, second, got.pence, got.state, n, ok)
				}
			}
		}
	})
}
