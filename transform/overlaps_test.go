package transform

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// changed gives the rows with some replaced.
func changed(rows []row, at ...int) []row {
	out := slices.Clone(rows)
	for _, i := range at {
		out[i].pence += 100_01
	}
	return out
}

// TestOverlaps injects what publishers do and checks totals, bounds, the ledger and
// the rules, against sums made from the rows themselves.
func TestOverlaps(t *testing.T) {
	april, may, june := month("2019-04", 200, 1), month("2019-05", 150, 2), month("2019-06", 180, 3)
	july := month("2019-07", 160, 4)
	revised := changed(april, 3, 50, 51)
	plain := sumOf(april) + sumOf(may)
	for _, c := range []struct {
		name         string
		files        []file
		prefer       []Preference
		pence        police.Pence
		lower, upper police.Pence // 0: pence
		dups, sups   int64
		rules        []string
	}{
		{name: "nothing overlaps", files: []file{csvFile("a.csv", april), csvFile("b.csv", may)}, pence: plain},
		{name: "same bytes under two names", files: []file{csvFile("a.csv", april), csvFile("copy of a.csv", april), csvFile("b.csv", may)}, pence: plain},
		{name: "re-encoded", files: []file{csvFile("a.csv", april), {path: "a-utf16.csv", salt: "utf16", sheets: []sheet{{rows: april}}}, csvFile("b.csv", may)},
			pence: plain, dups: 200, rules: []string{ruleTwoFiles}},
		{name: "whole export twice in a file", files: []file{csvFile("a.csv", april, april), csvFile("b.csv", may)},
			pence: plain, dups: 200, rules: []string{ruleTwice}},
		{name: "doubled, then corrected", files: []file{csvFile("april.csv", april, april), csvFile("april-corrected.csv", april), csvFile("b.csv", may)},
			pence: plain, dups: 400, rules: []string{ruleTwice, ruleTwoFiles}},
		{name: "a month in two files", files: []file{csvFile("q1.csv", april, may), csvFile("q2.csv", may, june)},
			pence: plain + sumOf(june), dups: 150, rules: []string{ruleTwoFiles}},
		{name: "corrected by name", files: []file{csvFile("april.csv", april), csvFile("april-corrected.csv", revised), csvFile("may.csv", may)},
			pence: sumOf(revised) + sumOf(may), sups: 200, rules: []string{ruleNamed}},
		{name: "old by name", files: []file{csvFile("old-april.csv", april), csvFile("april.csv", revised), csvFile("may.csv", may)},
			pence: sumOf(revised) + sumOf(may), sups: 200, rules: []string{ruleNamed}},
		{name: "same path, new bytes", files: []file{csvFile("april.csv", april), csvFile("april.csv", revised), csvFile("may.csv", may)},
			pence: sumOf(revised) + sumOf(may), sups: 200, rules: []string{ruleSamePath}},
		{name: "configured against the names", files: []file{csvFile("april.csv", april), csvFile("april-corrected.csv", revised)},
			prefer: []Preference{{Winner: "april.csv", Loser: "april-corrected.csv"}}, pence: sumOf(april), sups: 200, rules: []string{ruleConfigured}},
		{name: "two versions, nothing says which", files: []file{csvFile("x.csv", april), csvFile("y.csv", revised)},
			pence: sumOf(april) + 3*100_01 + april[3].pence + april[50].pence + april[51].pence, lower: sumOf(april), dups: 197, rules: []string{ruleTwoFiles}},
		{name: "a workbook with one sheet more", files: []file{
			{path: "book.xlsx", sheets: []sheet{{"Apr", april}, {"May", may}}},
			{path: "book.xlsx", sheets: []sheet{{"Apr", april}, {"May", may}, {"Jun", june}}}},
			pence: plain + sumOf(june), dups: 350, rules: []string{ruleTwoFiles}},
		{name: "a path used for each month in turn", files: []file{csvFile("latest.csv", april), csvFile("latest.csv", may)}, pence: plain},
		{name: "late postings of a neighbour's month differ", files: []file{csvFile("a.csv", april, may[:4]), csvFile("b.csv", may[4:])}, pence: plain},
		{name: "one late posting stands in both files", files: []file{csvFile("a.csv", april, may[:1]), csvFile("b.csv", may)},
			pence: plain + may[0].pence, lower: plain},
		{name: "late postings go with the version that dropped them", files: []file{csvFile("april.csv", april, july[:2]), csvFile("april-revised.csv", april[:199])},
			pence: sumOf(april[:199]), sups: 202, rules: []string{ruleNamed}},
		{name: "a corrected file of a shorter span leaves the rest", files: []file{csvFile("q1.csv", april, may), csvFile("q1-corrected.csv", revised)},
			pence: sumOf(revised) + sumOf(may), sups: 200, rules: []string{ruleNamed}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lk := openLake(t)
			in := arrive(t, lk, c.files...)
			in.Prefer = c.prefer
			s, rep := mustBuild(t, lk, in, Options{})
			_, pence, _, lower, upper := totalOf(s)
			if c.lower == 0 {
				c.lower = c.pence
			}
			if c.upper == 0 {
				c.upper = c.pence
			}
			if pence != c.pence || lower != c.lower || upper != c.upper {
				t.Errorf("total %v (%v to %v), want %v (%v to %v)", pence, lower, upper, c.pence, c.lower, c.upper)
			}
			l := s.Manifest().Ledger
			if l.Duplicates != c.dups || l.Superseded != c.sups || !l.Balances {
				t.Errorf("ledger %+v, want %d duplicates, %d superseded", l, c.dups, c.sups)
			}
			if got := rulesOf(t, s); !slices.Equal(got, slices.Sorted(slices.Values(c.rules))) {
				t.Errorf("rules %q, want %q", got, c.rules)
			}
			if (c.lower != c.upper) != (len(rep.Bounds) > 0) {
				t.Errorf("bounds %v", rep.Bounds)
			}
		})
	}
}

func rulesOf(t *testing.T, s *lake.Snapshot) []string {
	t.Helper()
	rows, err := lake.ReadAll[police.Superseded](s, "superseded")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r.Rule] = true
	}
	return sortedKeys2(seen)
}

func sortedKeys2(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// TestGenuineFilesAreNotMerged: departments' files of one month, with a few equal
// round payments, and card purchases beside the ledger.
func TestGenuineFilesAreNotMerged(t *testing.T) {
	lk := openLake(t)
	a, b := month("2019-04", 300, 7), month("2019-04", 40, 8)
	for i := range 12 { // the same grant of £5,000 to the same payees on the same days
		grant := row{fmt.Sprintf("2019-04-%02d", 1+i), 500_000, fmt.Sprintf("Parish %d", i), ""}
		a, b = append(a, grant), append(b, grant)
	}
	s, rep := mustBuild(t, lk, arrive(t, lk, csvFile("all.csv", a), csvFile("p-card.csv", b)), Options{})
	_, pence, _, lower, upper := totalOf(s)
	if want := sumOf(a) + sumOf(b); pence != want || lower != want || upper != want || len(rep.Bounds) > 0 {
		t.Errorf("%v (%v to %v), %v; want %v", pence, lower, upper, rep.Bounds, want)
	}
}

// TestSupersededRowsNameTheirSuccessor checks superseded_by row by row.
func TestSupersededRowsNameTheirSuccessor(t *testing.T) {
	lk := openLake(t)
	april := month("2019-04", 100, 1)
	renamed := changed(april, 0)
	renamed[5].payee = "Redacted"
	s, _ := mustBuild(t, lk, arrive(t, lk, csvFile("april.csv", april), csvFile("april.csv", renamed)), Options{})
	gone, err := lake.ReadAll[police.Superseded](s, "superseded")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := lake.ReadAll[police.Payment](s, "payments")
	if err != nil {
		t.Fatal(err)
	}
	byID := map[int64]police.Payment{}
	for _, p := range kept {
		byID[p.PaymentID] = p
	}
	none := 0
	for _, g := range gone {
		k, ok := byID[g.SupersededBy]
		switch {
		case g.SupersededBy == 0:
			none++
		case !ok || k.PaidOn != g.PaidOn || k.Amount != g.Amount:
			t.Errorf("row of line %d is superseded by %+v", g.LineFirst, k)
		}
	}
	if none != 1 {
		t.Errorf("%d rows without a successor, want the one whose amount changed", none)
	}
}

func TestStatusOfParts(t *testing.T) {
	lk := openLake(t)
	april := month("2019-04", 100, 1)
	in := arrive(t, lk, csvFile("april.csv", april), csvFile("april.csv", changed(april, 1)), csvFile("gone.csv", month("2019-05", 80, 2)))
	in.Arrivals[2].Gone = true
	s, _ := mustBuild(t, lk, in, Options{})
	parts, err := lake.ReadAll[police.Part](s, "dim_part")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, p := range parts {
		got[p.SourceFile+" "+p.Status] = true
		if p.Status != "current" && p.StatusWhy == "" {
			t.Errorf("%s is %s without a reason", p.SourceFile, p.Status)
		}
	}
	want := []string{"april.csv current", "april.csv superseded", "gone.csv withdrawn"}
	if g := sortedKeys2(got); !slices.Equal(g, want) {
		t.Errorf("states %q, want %q", g, want)
	}
	for _, i := range s.Manifest().Inputs {
		if i.Kind == "file" && !strings.Contains("current superseded withdrawn", i.Status) {
			t.Errorf("input %+v", i)
		}
	}
}
