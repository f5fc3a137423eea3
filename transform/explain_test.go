package transform

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// TestDiffExplains injects changes one after the other and reads why from diff; the
// parts' changes must sum to the totals' changes.
func TestDiffExplains(t *testing.T) {
	april, may := month("2019-04", 100, 1), month("2019-05", 80, 2)
	first := []file{csvFile("april.csv", april), csvFile("may.csv", may)}
	for _, c := range []struct {
		name  string
		then  []file
		edit  func(*Inputs)
		cause string
		part  string // kind and file of a part's change, where one must be there
		zero  bool   // no total changes
	}{
		{name: "new file", then: append(slices.Clone(first), csvFile("june.csv", month("2019-06", 50, 3))), cause: NewFile + " june.csv current", part: NewFile + " june.csv"},
		{name: "revised", then: append(slices.Clone(first), csvFile("april.csv", changed(april, 1))), cause: RevisedFile + " april.csv current", part: RevisedFile + " april.csv"},
		{name: "re-encoded", then: append(slices.Clone(first), file{path: "later-copy.csv", salt: "x", sheets: []sheet{{rows: april}}}), cause: NewFile + " later-copy.csv duplicate", zero: true},
		{name: "withdrawn", then: first, edit: func(in *Inputs) { in.Arrivals[1].Gone = true }, cause: WithdrawnFile + " may.csv withdrawn", zero: true},
		{name: "register", then: first, edit: func(in *Inputs) {
			in.Reference.Collaborations = []police.Collaboration{{Key: 1, ID: "x", Name: "X"}}
		}, cause: ReferenceEdit + " register", zero: true},
		{name: "rules", then: first, edit: func(in *Inputs) { in.Versions = map[string]string{"reader": "2"} }, cause: RulesChanged + " reader", zero: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lk := openLake(t)
			before := arrive(t, lk, first...)
			before.Versions = map[string]string{"reader": "1"}
			a, _ := mustBuild(t, lk, before, Options{})
			in := arrive(t, lk, c.then...)
			in.Versions = before.Versions
			if c.edit != nil {
				c.edit(&in)
			}
			plan, err := MakePlan(context.Background(), lk, in, Options{})
			if err != nil {
				t.Fatal(err)
			}
			b, _ := mustBuild(t, lk, in, Options{AllowShrink: true})
			d, err := Diff(context.Background(), a, b)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(d.Causes, func(x Change) bool { return strings.HasPrefix(x.Kind+" "+x.Name+" "+x.Is, c.cause) }) {
				t.Errorf("causes %+v lack %q", d.Causes, c.cause)
			}
			if c.part != "" && !slices.ContainsFunc(d.Parts, func(x PartChange) bool { return x.Kind+" "+x.File == c.part }) {
				t.Errorf("parts %+v lack %q", d.Parts, c.part)
			}
			checkDeltas(t, d, c.zero)
			if !slices.Equal(plan.Totals, d.Totals) {
				t.Errorf("plan foresaw %+v, diff finds %+v", plan.Totals, d.Totals)
			}
		})
	}
}

func checkDeltas(t *testing.T, d Difference, zero bool) {
	t.Helper()
	var rows int64
	var pence police.Pence
	for _, x := range d.Totals {
		rows, pence = rows+x.RowsDelta, pence+x.PenceDelta
	}
	for _, x := range d.Parts {
		rows, pence = rows-x.Rows, pence-x.Pence
	}
	if rows != 0 || pence != 0 {
		t.Errorf("parts explain all but %d rows of %v", rows, pence)
	}
	if zero && len(d.Totals) > 0 {
		t.Errorf("totals changed: %+v", d.Totals)
	}
}

func TestPlanChangesNothing(t *testing.T) {
	lk := openLake(t)
	in := arrive(t, lk, csvFile("april.csv", month("2019-04", 30, 1)))
	unread := Arrival{Path: "may.csv", SHA256: "cc", Key: "not-made-yet", Order: 1}
	in.Arrivals = append(in.Arrivals, unread)
	before := tree(t, lk.Dir())
	p, err := MakePlan(context.Background(), lk, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Unread, []string{"may.csv"}) || len(p.Totals) != 1 || p.Totals[0].RowsDelta != 30 {
		t.Errorf("plan %+v", p)
	}
	if after := tree(t, lk.Dir()); len(after) != len(before) {
		t.Errorf("the lake had %d files, has %d", len(before), len(after))
	}
}

// TestForget: no byte of the file's payees is left anywhere in the lake, and the
// file can't come back.
func TestForget(t *testing.T) {
	lk := openLake(t)
	secret := month("2019-05", 40, 2)
	for i := range secret {
		secret[i].payee = "Zebedee Quux"
	}
	april := csvFile("april.csv", month("2019-04", 30, 1))
	in := arrive(t, lk, april, csvFile("secret.csv", secret))
	mustBuild(t, lk, in, Options{})
	if !leaves(t, lk, "Zebedee Quux") {
		t.Fatal("the name isn't in the lake: the test can't fail")
	}
	f, err := FindForgotten(lk, "secret.csv")
	if err != nil || len(f.Fragments) != 1 || len(f.Snapshots) != 1 {
		t.Fatalf("%+v, %v", f, err)
	}
	if err := Erase(lk, f); err == nil {
		t.Error("erased while the current snapshot holds the file")
	}
	on, _ := police.DateOf(2026, 11, 24)
	if err := LeaveTombstone(lk, f, on); err != nil {
		t.Fatal(err)
	}
	if in.Forgotten, err = Tombstones(lk); err != nil || len(in.Forgotten) != 1 {
		t.Fatal(in.Forgotten, err)
	}
	s, _ := mustBuild(t, lk, in, Options{AllowShrink: true})
	if err := Erase(lk, f); err != nil {
		t.Fatal(err)
	}
	if leaves(t, lk, "Zebedee Quux") {
		t.Error("the name is still in the lake")
	}
	if rows, _, _, _, _ := totalOf(s); rows != 30 {
		t.Errorf("%d rows left, want 30", rows)
	}
	clean := openLake(t)
	want, _ := mustBuild(t, clean, Inputs{Reference: reference(), Arrivals: []Arrival{april.arrival(t, clean, 1)}}, Options{})
	if s.ID() != want.ID() {
		t.Errorf("snapshot %s, of a lake that never had the file %s", s.ID(), want.ID())
	}
}

// leaves reports whether any file of the lake holds the text: payees are read back
// from Parquet, all else is searched as it is.
func leaves(t *testing.T, lk *lake.Lake, text string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(lk.Dir(), func(p string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		found = found || strings.Contains(string(data), text)
		if strings.HasSuffix(p, ".parquet") {
			rows, err := lake.ReadTable[police.Payment](p)
			for _, r := range rows {
				found = found || r.Payee == text
			}
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestSelectBackfill(t *testing.T) {
	lk := openLake(t)
	in := arrive(t, lk, csvFile("april.csv", month("2019-04", 30, 1)), csvFile("may.csv", month("2019-05", 30, 2)), csvFile("next.csv", month("2020-04", 30, 3)))
	b, err := SelectBackfill(context.Background(), lk, in, payer, "2019-05", "2020-03", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Arrivals) != 1 || b.Arrivals[0].Path != "may.csv" || !slices.Equal(b.Partitions, []string{"E23000003/2019-20"}) {
		t.Errorf("%+v", b)
	}
	if _, err := SelectBackfill(context.Background(), lk, in, payer, "2019-13", "2019-14", Options{}); police.ExitCode(err) != police.ExitUsage {
		t.Errorf("error %v", err)
	}
}
