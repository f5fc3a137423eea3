package transform

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/lake"
	"hardyards/internal/pack"
	"hardyards/internal/police"
)

func TestVersionOfName(t *testing.T) {
	for name, want := range map[string]nameVersion{
		"all-august-2013.csv":           {"all august 2013", 0},
		"all-august-2013-corrected.csv": {"all august 2013", 1},
		"DH-May-2010-amnd4.csv":         {"dh may 2010", 5},
		"January-2012-amd1.csv":         {"january 2012", 2},
		"old-april.csv":                 {"april", -1},
		"April 2019 (revised).xlsx":     {"april 2019", 1},
		"spend v2.csv":                  {"spend", 3},
		"Golding and Revell.csv":        {"golding and revell", 0}, // no word of its own
		"november-2013.csv":             {"november 2013", 0},
	} {
		if got := versionOfName(name); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// TestPreferenceForAnyOther: a preferred file wins over versions of itself, and
// swallows no other file of its month.
func TestPreferenceForAnyOther(t *testing.T) {
	lk := openLake(t)
	april, cards := month("2019-04", 100, 1), month("2019-04", 60, 9)
	in := arrive(t, lk, csvFile("april.csv", april), csvFile("x.csv", changed(april, 1)), csvFile("cards.csv", cards))
	in.Prefer = []Preference{{Winner: "x.csv", Loser: "*"}}
	s, _ := mustBuild(t, lk, in, Options{})
	_, pence, _, lower, upper := totalOf(s)
	if want := sumOf(changed(april, 1)) + sumOf(cards); pence != want || lower != want || upper != want {
		t.Errorf("%v (%v to %v), want %v", pence, lower, upper, want)
	}
}

func TestCopiesOf(t *testing.T) {
	base := keyedMonth(3, 24)
	at := func(rows ...[]keyedRow) []keyedRow {
		out := slices.Concat(rows...)
		for i := range out {
			out[i].line, out[i].id = int32(i+2), int64(i+1)
		}
		return out
	}
	var lines []keyedRow // an invoice's total on each of its two lines
	for _, r := range base {
		lines = append(lines, r, r)
	}
	backwards := slices.Clone(base)
	slices.Reverse(backwards)
	for _, c := range []struct {
		name string
		rows []keyedRow
		want int
	}{
		{"once", at(base), 1},
		{"twice", at(base, base), 2},
		{"twice, sorted otherwise", at(base, backwards), 2},
		{"three times", at(base, base, base), 3},
		{"four times", at(base, base, base, base), 4},
		{"each row repeated on the next line", at(lines), 1},
		{"second copy lacks a row", at(base, base[1:]), 1},
		{"too short to tell", at(base[:5], base[:5]), 1},
		{"one row forty times", at(slices.Repeat(base[:1], 40)), 1},
	} {
		if got := copiesOf(c.rows); got != c.want {
			t.Errorf("%s: %d copies, want %d", c.name, got, c.want)
		}
	}
}

// TestDecideRepeats: figures of Lancashire's sheets (DATA.md: APR 24 sums to
// £43.97m, £16.26m counted once; MAR '24 to 2.2 times; others up to 1.22).
func TestDecideRepeats(t *testing.T) {
	var cases []repeatCase
	for i := range 24 { // ordinary months around £6m, up to 1.1 times
		once := police.Pence(500_000_000 + 15_000_000*int64(i%12))
		cases = append(cases, repeatCase{group: "p", heading: "Total Invoice Amount", rows: 700, repeats: 20, pence: once + once/100*police.Pence(1+i%10), once: once})
	}
	april := repeatCase{group: "p", heading: "TOTAL", rows: 1307, repeats: 494, pence: 4396505971, once: 1625639191}
	clean := repeatCase{group: "p", heading: "TOTAL", rows: 479, pence: 662896603, once: 662896603}
	line := repeatCase{group: "p", heading: "Line Amount", rows: 700, repeats: 20, pence: 505_000_000, once: 500_000_000}
	lonely := repeatCase{group: "q", heading: "TOTAL", rows: 10, repeats: 5, pence: 1000_00, once: 100_00}
	state, why := decideRepeats(append(cases, april, clean, line, lonely))
	n := len(cases)
	got := []string{state[0], state[n], state[n+1], state[n+2], state[n+3]}
	if diff := cmp.Diff([]string{Undecided, Repeated, Genuine, Genuine, Undecided}, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, strings.Join(why[n:], "\n"))
	}
}

func TestCoverageStates(t *testing.T) {
	lk := openLake(t)
	var files []file
	for m := int32(2019 * 12); m < 2019*12+10; m++ {
		switch name := monthName(m); name {
		case "2019-05": // missing
		case "2019-08":
			files = append(files, csvFile("aug.csv", month(name, 5, 8)))
		case "2019-09":
			sept := month(name, 60, 9)
			files = append(files, csvFile("sept.csv", sept), csvFile("sept.csv", changed(sept, 1)))
		default:
			files = append(files, csvFile(name+".csv", month(name, 60, uint64(m))))
		}
	}
	in := arrive(t, lk, files...)
	in.AsOf, _ = police.DateOf(2020, 1, 15)
	s, _ := mustBuild(t, lk, in, Options{})
	rows, err := lake.ReadAll[police.CoverageRow](s, "coverage")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range rows {
		if r.State != Published {
			got[r.Month] = r.State
		}
	}
	want := map[string]string{"2019-05": Missing, "2019-08": PartMonth, "2019-09": Revised, "2019-11": Late}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRejectedFileKeepsItsFormerRows: a new version with more rejections than the
// limit is named, and the version before it stands.
func TestRejectedFileKeepsItsFormerRows(t *testing.T) {
	lk := openLake(t)
	april := month("2019-04", 60, 1)
	in := arrive(t, lk, csvFile("april.csv", april))
	bad := csvFile("april.csv", april[:40])
	key := strings.Repeat("b", 32)
	writeRejecting(t, lk, bad, key)
	in.Arrivals = append(in.Arrivals, Arrival{Path: "april.csv", Publisher: "lancashire", SHA256: bad.sha(), Key: key, Order: 2})
	s, rep := mustBuild(t, lk, in, Options{})
	if rows, pence, _, _, _ := totalOf(s); rows != 60 || pence != sumOf(april) {
		t.Errorf("%d rows of %v, want the former 60 of %v", rows, pence, sumOf(april))
	}
	if rep.Code != police.ExitRejections || rep.Blocked || len(rep.Refusals) != 1 || rep.Refusals[0].Former == "" {
		t.Errorf("%+v", rep)
	}
}

// writeRejecting makes a fragment whose ledger holds 20 rejections.
func writeRejecting(t *testing.T, lk *lake.Lake, f file, key string) {
	t.Helper()
	p, l, rows := f.part(t, f.sheets[0])
	l.RowsRead, l.Rejections = l.RowsRead+20, 20
	w, err := lk.NewFragment(key)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(rows, comparePayments)
	if err := w.Payments(payer, "2019-20", rows); err != nil {
		t.Fatal(err)
	}
	rec := lake.FragmentRecord{Key: key, SHA256: f.sha(), Name: "april.csv", Parts: []police.Part{p}, Ledgers: []police.Ledger{l}}
	if err := w.Commit(rec); err != nil {
		t.Fatal(err)
	}
}

func TestFreshnessIsPublished(t *testing.T) {
	lk := openLake(t)
	in := arrive(t, lk, csvFile("april.csv", month("2019-04", 60, 1)))
	today, _ := police.DateOf(2019, 12, 1)
	b, rep, err := Build(context.Background(), lk, in, Options{Today: today, Cadence: map[string]int{"lancashire": 1}})
	if err != nil {
		t.Fatal(err)
	}
	b.Abort()
	if rep.Code != police.ExitGuard || rep.Blocked || len(rep.Manifest.Guards) != 0 {
		t.Errorf("code %d, blocked %v, manifest %v", rep.Code, rep.Blocked, rep.Manifest.Guards)
	}
}

// TestManySmallPartsArePacked: more than 16 small files become one, and one file
// more changes no other year.
func TestManySmallPartsArePacked(t *testing.T) {
	lk := openLake(t)
	var files []file
	var want police.Pence
	for i := range 20 {
		rows := month(monthName(int32(2019*12+3+i%12)), 10, uint64(i))
		want += sumOf(rows)
		files = append(files, csvFile(monthName(int32(i))+".csv", rows))
	}
	s, _ := mustBuild(t, lk, arrive(t, lk, files...), Options{})
	if n := len(s.Files("payments")); n != 1 {
		t.Errorf("%d files, want 1", n)
	}
	rows := 0
	last := police.NoDate
	err := s.ScanPayments(context.Background(), lake.Filter{}, func(batch []police.Payment) error {
		for _, p := range batch {
			if p.PaidOn < last {
				t.Errorf("%v after %v: a pack isn't sorted", p.PaidOn, last)
			}
			rows, last = rows+1, p.PaidOn
		}
		return nil
	})
	if err != nil || rows != 200 || s.Manifest().Tables["payments"].Pence != want {
		t.Errorf("%d rows of %v, %v", rows, s.Manifest().Tables["payments"].Pence, err)
	}
}

// FuzzDecodeSummary: whatever stands in the cache, reading it never panics, and what
// is taken for a summary is one.
func FuzzDecodeSummary(f *testing.F) {
	s := newSummarizer()
	s.add([]police.Payment{{PartID: 1, Payer: payer, FinYear: "2019-20", PaidOn: 18000, Payee: "A", PayeeID: 5, Category: "c", Amount: 12345, AmountOnce: 12345, RepeatNo: 1}})
	whole := s.finish().encode()
	f.Add(whole)
	f.Add(whole[:20])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		sum, err := decodeSummary(data)
		if err != nil {
			return
		}
		if again, err := decodeSummary(sum.encode()); err != nil || !cmp.Equal(sum, again) {
			t.Errorf("decoded, encoded and decoded it is another: %v", err)
		}
		d := pack.Unsealed(data) // past the seal, as a forger would
		_ = d.String()
		decodeCell(d)
		decodeRollup(d)
	})
}

// TestRedactedIsWhatThePublisherWithheld: of five pounds to a withheld name, seven to
// a pseudonym, eleven to half a name and a hundred to a person whom the project keeps
// back, 23 could have gone to a police body.
func TestRedactedIsWhatThePublisherWithheld(t *testing.T) {
	s := newSummarizer()
	pay := func(redaction string, pounds int) police.Payment {
		return police.Payment{PartID: 1, Payer: payer, FinYear: "2019-20", PaidOn: 18000, Payee: "A" + redaction, Amount: police.Pence(100 * pounds), Redaction: redaction}
	}
	s.add([]police.Payment{pay(police.Redacted, 5), pay(police.Pseudonym, 7), pay(police.PartlyRedacted, 11), pay(police.Individual, 100), pay("", 1000)})
	cells := s.finish().Cells
	if len(cells) != 1 || cells[0].Redacted != 2300 || cells[0].Pence != 112300 {
		t.Errorf("%+v, want 23 of 1,123 pounds", cells)
	}
}
