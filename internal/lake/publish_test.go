package lake

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/police"
)

// tree gives path and content hash of every file below dir.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		files[rel], _, err = HashFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestSameInputsSameBytes: at once or step by step, in any order.
func TestSameInputsSameBytes(t *testing.T) {
	keys := []string{}
	for i := range 20 {
		keys = append(keys, fmt.Sprintf("k%02d", i))
	}
	once := open(t, t.TempDir(), Options{})
	for i := len(keys) - 1; i >= 0; i-- {
		fragment(t, once, keys[i], 10+i)
	}
	whole := publish(t, once, keys...)

	stepwise := open(t, t.TempDir(), Options{})
	var last *Snapshot
	for i, k := range keys {
		fragment(t, stepwise, k, 10+i)
		if i%6 == 5 || i == len(keys)-1 {
			last = publish(t, stepwise, keys[:i+1]...)
		}
	}
	if whole.ID() != last.ID() {
		t.Errorf("ids %s and %s", whole.ID(), last.ID())
	}
	if diff := cmp.Diff(tree(t, whole.Dir()), tree(t, last.Dir())); diff != "" {
		t.Errorf("(-at once +stepwise)\n%s", diff)
	}
	for path := range tree(t, last.Dir()) {
		data, err := os.ReadFile(last.FilePath(path))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), stepwise.Dir()) {
			t.Errorf("%s holds an absolute path", path)
		}
	}
}

func TestLinkedFilesAreLinks(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	f := fragment(t, l, "k1", 10)
	s := publish(t, l, "k1")
	a, err := os.Stat(f.Parts()[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.Stat(s.FilePath(s.Files("payments")[0].Path))
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(a, b) {
		t.Error("the part was copied where a link could be made")
	}
	if a.Mode().Perm()&0o222 != 0 {
		t.Errorf("the part can be written: %v", a.Mode())
	}
}

// TestRetention: the last ones and all younger than 48 hours stay.
func TestRetention(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	l := open(t, t.TempDir(), Options{Keep: 2, Now: func() time.Time { return now }})
	var ids []string
	for i := range 6 {
		key := fmt.Sprintf("k%d", i)
		fragment(t, l, key, 5+i)
		ids = append(ids, publish(t, l, key).ID())
		now = now.Add(20 * time.Hour)
	}
	var kept []string
	all, err := l.Snapshots()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		kept = append(kept, s.ID)
	}
	// at the last publication, hour 100: ages 100, 80, 60, 40, 20, 0
	if diff := cmp.Diff(ids[3:], kept); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if prev, err := l.Snapshot("previous"); err != nil || prev.ID() != ids[4] {
		t.Errorf("previous is %v, %v; want %s", prev, err, ids[4])
	}
	if _, err := l.Snapshot("0123456789abcdef"); police.ExitCode(err) != police.ExitUsage {
		t.Errorf("an unknown snapshot: %v", err)
	}
}

// TestPublishTheSameAgain swaps back to a snapshot that is still there.
func TestPublishTheSameAgain(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	fragment(t, l, "k1", 5)
	fragment(t, l, "k2", 6)
	first := publish(t, l, "k1")
	before := tree(t, first.Dir())
	second := publish(t, l, "k2")
	again := publish(t, l, "k1")
	if again.ID() != first.ID() || second.ID() == first.ID() {
		t.Errorf("ids %s, %s, %s", first.ID(), second.ID(), again.ID())
	}
	if diff := cmp.Diff(before, tree(t, first.Dir())); diff != "" {
		t.Errorf("a published snapshot changed: (-before +after)\n%s", diff)
	}
	if target, err := os.Readlink(filepath.Join(l.Dir(), "current")); err != nil || target != "snapshots/"+first.ID() {
		t.Errorf("current -> %s, %v", target, err)
	}
}

// TestBuildingFromBase links unchanged tables, with their schemas.
func TestBuildingFromBase(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	fragment(t, l, "k1", 5)
	first := publish(t, l, "k1")
	b, err := l.Begin(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"payments", "dim_date"} {
		if err := b.LinkTable(table); err != nil {
			t.Fatal(err)
		}
	}
	m := first.Manifest()
	s, err := b.Publish(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	if s.ID() != first.ID() {
		t.Errorf("the same content has ids %s and %s", first.ID(), s.ID())
	}
}

func TestFilterPrunes(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	w, err := l.NewFragment("k")
	if err != nil {
		t.Fatal(err)
	}
	for _, fy := range []police.FinancialYear{"2018-19", "2019-20"} {
		rows := payments(10)
		for i := range rows {
			rows[i].FinYear = fy
		}
		if err := w.Payments("E23000003", fy, rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Payments("E23000003", "2018-19", payments(1)); err == nil {
		t.Error("a partition taken up again is no error")
	}
	if err := w.Commit(FragmentRecord{}); err != nil {
		t.Fatal(err)
	}
	s := publish(t, l, "k")
	for _, c := range []struct {
		filter Filter
		want   int
	}{
		{Filter{}, 20},
		{Filter{Years: []police.FinancialYear{"2019-20"}}, 10},
		{Filter{Payers: []police.PayerKey{"E23000010"}}, 0},
		{Filter{Columns: []string{"amount"}}, 20},
	} {
		n := 0
		err := s.ScanPayments(context.Background(), c.filter, func(rows []police.Payment) error {
			n += len(rows)
			if c.filter.Columns != nil && (rows[0].Payee != "" || rows[0].Amount == 0) {
				t.Errorf("columns %v gave %+v", c.filter.Columns, rows[0])
			}
			return nil
		})
		if err != nil || n != c.want {
			t.Errorf("%+v: %d rows, %v; want %d", c.filter, n, err, c.want)
		}
	}
}
