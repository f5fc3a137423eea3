package lake

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/police"
)

// overwrite changes a read-only file of a published snapshot in place.
func overwrite(t *testing.T, path string, at int, with []byte) {
	t.Helper()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(with, int64(at)); err != nil {
		t.Fatal(err)
	}
}

// TestDamageIsFound flips bytes and zeroes blocks all over a part: verify --full
// finds each; reading finds it or answers, but never panics.
func TestDamageIsFound(t *testing.T) {
	ctx := context.Background()
	l := open(t, t.TempDir(), Options{})
	fragment(t, l, "k1", 2000)
	s := publish(t, l, "k1")
	e := s.Files("payments")[0]
	path := s.FilePath(e.Path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for at := 0; at < len(whole); at += len(whole)/60 + 1 {
		overwrite(t, path, at, []byte{whole[at] ^ 0x41})
		mustDisagree(t, s.Verify(ctx, true), "a flipped byte")
		ReadTable[police.Payment](path) // must not panic
		if err := secondReading(path, e, false); err != nil {
			found++
		}
		block := whole[at:min(at+4096, len(whole))]
		if bytes.ContainsFunc(block, func(r rune) bool { return r != 0 }) {
			overwrite(t, path, at, make([]byte, len(block)))
			mustDisagree(t, s.Verify(ctx, true), "a zeroed block")
			ReadTable[police.Payment](path)
		}
		overwrite(t, path, at, block)
	}
	if err := s.Verify(ctx, true); err != nil {
		t.Errorf("the repaired file: %v", err)
	}
	t.Logf("the second reading without hash found %d of the flips", found)
}

func mustDisagree(t *testing.T, err error, what string) {
	t.Helper()
	var d *Disagreement
	if !errors.As(err, &d) || police.ExitCode(err) != police.ExitMoney {
		t.Fatalf("%s: got %v, want a disagreement", what, err)
	}
}

func TestDamagedPageNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "broken.parquet")
	if _, err := WriteTable(path, payments(5000), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	overwrite(t, path, 40, make([]byte, 4096))
	if _, err := ReadTable[police.Payment](path); err == nil || !strings.Contains(err.Error(), "broken.parquet") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

// TestStrayAndMissingFiles: a glob over the snapshot would count or miss them.
func TestStrayAndMissingFiles(t *testing.T) {
	ctx := context.Background()
	l := open(t, t.TempDir(), Options{})
	fragment(t, l, "k1", 10)
	s := publish(t, l, "k1")
	part := s.FilePath(s.Files("payments")[0].Path)
	stray := filepath.Join(filepath.Dir(part), "stray.parquet")
	if err := os.Link(part, stray); err != nil {
		t.Fatal(err)
	}
	mustDisagree(t, s.Verify(ctx, false), "a stray file")
	if err := os.Rename(stray, part); err != nil {
		t.Fatal(err)
	}
	os.Remove(stray)
	if err := os.Remove(part); err != nil {
		t.Fatal(err)
	}
	mustDisagree(t, s.Verify(ctx, false), "a missing file")
}

// TestWrongFactsAreNotPublished: a part that isn't what was noted stops the run.
func TestWrongFactsAreNotPublished(t *testing.T) {
	ctx := context.Background()
	for name, spoil := range map[string]func(*FileFacts){
		"rows":  func(f *FileFacts) { f.Rows++ },
		"sum":   func(f *FileFacts) { f.Columns[1].Sum++ },
		"max":   func(f *FileFacts) { f.Columns[1].Max++ },
		"nulls": func(f *FileFacts) { f.Columns[0].Nulls++ },
		"date":  func(f *FileFacts) { f.Columns[0].Min-- },
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t, t.TempDir(), Options{})
			f := fragment(t, l, "k1", 10)
			b, err := l.Begin(nil)
			if err != nil {
				t.Fatal(err)
			}
			p := f.Parts()[0]
			spoil(&p.Facts)
			if err := b.LinkPart(p); err != nil {
				t.Fatal(err)
			}
			m := Manifest{Ledger: LedgerTotals{RowsRead: p.Facts.Rows, Payments: p.Facts.Rows, Balances: true}}
			m.Ledger.Pence.Payments = p.Facts.Pence("amount")
			_, err = b.Publish(ctx, m)
			mustDisagree(t, err, name)
			if s, err := l.Current(); s != nil || err != nil {
				t.Errorf("current is %v, %v", s, err)
			}
		})
	}
}

func TestLedgerThatDoesNotBalanceIsNotPublished(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	fragment(t, l, "k1", 10)
	for name, spoil := range map[string]func(*Manifest){
		"rows read": func(m *Manifest) { m.Ledger.RowsRead++ },
		"said so":   func(m *Manifest) { m.Ledger.Balances = false },
		"pence":     func(m *Manifest) { m.Ledger.Pence.Payments++ },
		"total": func(m *Manifest) {
			m.Totals = []Total{{Payer: "E23000003", FinYear: "2018-19", Payments: 10, Pence: 1}}
		},
		"no payment": func(m *Manifest) { m.Totals = []Total{} },
	} {
		b, m := build(t, l, "k1")
		spoil(&m)
		_, err := b.Publish(context.Background(), m)
		mustDisagree(t, err, name)
	}
}

func TestUnwritableLake(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Open(filepath.Join(file, "lake"), Options{})
	if got := police.ExitCode(err); got != police.ExitUsage {
		t.Errorf("a lake below a file: exit %d, %v", got, err)
	}
	for _, cause := range []error{fs.ErrPermission, os.ErrPermission} {
		if got := police.ExitCode(diskError("create", "x", &fs.PathError{Op: "open", Path: "x", Err: cause})); got != police.ExitUsage {
			t.Errorf("%v: exit %d", cause, got)
		}
	}
}
