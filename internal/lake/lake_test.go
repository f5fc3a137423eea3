package lake

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hardyards/internal/police"
)

func open(t testing.TB, dir string, opt Options) *Lake {
	t.Helper()
	l, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// fragment makes a fragment of n payments.
func fragment(t testing.TB, l *Lake, key string, n int) *Fragment {
	t.Helper()
	w, err := l.NewFragment(key)
	if err != nil {
		t.Fatal(err)
	}
	rows := payments(n)
	if err := w.Payments("E23000003", "2018-19", rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Rejects([]police.Reject{{PartID: 77, LineFirst: 1, LineLast: 1, Rows: 1, Kind: police.Exclusion, Reason: "total", Amount: 5, AmountKnown: true}}); err != nil {
		t.Fatal(err)
	}
	rec := FragmentRecord{SHA256: "ab", Name: key + ".csv", Publisher: "lancashire", Layout: "inferred", ReaderVersion: "1",
		Parts:       []police.Part{{PartID: 77, SourceFile: key + ".csv", FirstPaid: police.NoDate, LastPaid: 17000}},
		Ledgers:     []police.Ledger{{PartID: 77, RowsRead: int64(n) + 1, Payments: int64(n), Exclusions: 1}},
		Explanation: json.RawMessage(`{"a":1}`)}
	if err := w.Commit(rec); err != nil {
		t.Fatal(err)
	}
	f, err := l.Fragment(key)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// build links fragments into a building, with all that a snapshot has.
func build(t testing.TB, l *Lake, keys ...string) (*Building, Manifest) {
	t.Helper()
	base, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Begin(base)
	if err != nil {
		t.Fatal(err)
	}
	m := Manifest{Versions: map[string]string{"reader": "1"}}
	m.Ledger.Balances = true
	var parts []PartFile
	for _, key := range keys {
		f, err := l.Fragment(key)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, f.Parts()...)
		m.Inputs = append(m.Inputs, Input{Kind: "file", Name: f.Record.Name, SHA256: f.Record.SHA256, Fragment: key})
		for _, p := range f.Parts() {
			m.Ledger.Payments += p.Facts.Rows
			m.Ledger.RowsRead += p.Facts.Rows
			m.Ledger.Pence.Payments += p.Facts.Pence("amount")
		}
	}
	for _, p := range parts {
		if err := b.LinkPart(p); err != nil {
			t.Fatal(err)
		}
	}
	days := []police.Day{{Date: 17000, Year: 2016, Month: "2016-07", Quarter: "2016-Q3", FinYear: "2016-17", FinMonth: 4}}
	if err := WriteMart(b, "dim_date", days); err != nil {
		t.Fatal(err)
	}
	return b, m
}

func publish(t testing.TB, l *Lake, keys ...string) *Snapshot {
	t.Helper()
	b, m := build(t, l, keys...)
	s, err := b.Publish(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFragmentRoundTrip(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	if l.HasFragment("k1") {
		t.Fatal("a fragment before any was made")
	}
	f := fragment(t, l, "k1", 100)
	if !l.HasFragment("k1") {
		t.Fatal("no fragment after Commit")
	}
	if got := f.Record.Parts[0]; got.FirstPaid != police.NoDate || got.LastPaid != 17000 || got.Confidence != 0 {
		t.Errorf("part read back as %+v", got)
	}
	parts := f.Parts()
	if len(parts) != 1 || parts[0].Payer != "E23000003" || parts[0].FinYear != "2018-19" || parts[0].Facts.Rows != 100 {
		t.Fatalf("parts %+v", parts)
	}
	got, err := ReadTable[police.Payment](parts[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(payments(100), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	rejects, err := f.Rejects()
	if err != nil || len(rejects) != 1 {
		t.Errorf("%d rejects, %v", len(rejects), err)
	}
	if left, _ := os.ReadDir(filepath.Join(l.Dir(), "tmp")); len(left) != 0 {
		t.Errorf("%d directories left in tmp", len(left))
	}
}

func TestPublishAndRead(t *testing.T) {
	ctx := context.Background()
	l := open(t, t.TempDir(), Options{})
	fragment(t, l, "k1", 1000)
	s := publish(t, l, "k1")
	current, err := l.Current()
	if err != nil || current.ID() != s.ID() {
		t.Fatalf("current %v, %v", current, err)
	}
	var got []police.Payment
	if err := current.ScanPayments(ctx, Filter{}, func(rows []police.Payment) error {
		got = append(got, rows...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(payments(1000), got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if err := current.Verify(ctx, true); err != nil {
		t.Errorf("verify: %v", err)
	}
	days, err := ReadAll[police.Day](current, "dim_date")
	if err != nil || len(days) != 1 {
		t.Errorf("dim_date: %d rows, %v", len(days), err)
	}
	if _, err := ReadAll[police.Day](current, "dim_dat"); err == nil {
		t.Error("a misspelt table is no error")
	}
}
