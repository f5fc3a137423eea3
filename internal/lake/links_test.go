package lake

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/police"
)

// TestCopiesWhereNoLinksCanBeMade: between two file systems, or on one without hard
// links, a snapshot is the same, byte for byte, and as whole; only its files are
// copies.
func TestCopiesWhereNoLinksCanBeMade(t *testing.T) {
	var refused atomic.Int64
	apart := Options{Link: func(from, to string) error {
		refused.Add(1)
		return &os.LinkError{Op: "link", Old: from, New: to, Err: syscall.EXDEV}
	}}
	var trees []map[string]string
	for _, opt := range []Options{{}, apart} {
		l := open(t, t.TempDir(), opt)
		fragment(t, l, "k1", 20)
		f := fragment(t, l, "k2", 30)
		publish(t, l, "k1")
		s := publish(t, l, "k1", "k2")
		b, err := l.Begin(s) // tables of the base too
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"payments", "dim_date"} {
			if err := b.LinkTable(table); err != nil {
				t.Fatal(err)
			}
		}
		m := s.Manifest()
		m.Versions = map[string]string{"reader": "2"}
		if s, err = b.Publish(context.Background(), m); err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(context.Background(), true); err != nil {
			t.Error(err)
		}
		trees = append(trees, tree(t, s.Dir()))
		at := s.FilePath(PartitionPath("payments", "E23000003", "2018-19", "k2"))
		part, err := os.Stat(f.Parts()[0].Path)
		linked, err2 := os.Stat(at)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if os.SameFile(part, linked) == (opt.Link != nil) {
			t.Errorf("links refused: %t; one file under two names: %t", opt.Link != nil, os.SameFile(part, linked))
		}
		if linked.Mode().Perm()&0o222 != 0 {
			t.Errorf("%s can be written: %v", at, linked.Mode())
		}
	}
	if refused.Load() < 5 {
		t.Errorf("%d links were asked for", refused.Load())
	}
	if diff := cmp.Diff(trees[0], trees[1]); diff != "" {
		t.Errorf("linked (-), copied (+):\n%s", diff)
	}
}

// TestLinkFailsForGood: where neither link nor copy can be made, nothing is left.
func TestLinkFailsForGood(t *testing.T) {
	d := disk{hardLink: func(string, string) error { return syscall.EPERM }}
	to := filepath.Join(t.TempDir(), "to")
	if err := d.link(filepath.Join(t.TempDir(), "none"), to); err == nil {
		t.Error("a file that isn't there was copied")
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("a failed copy left a file")
	}
}

// TestLockOfAnotherHost: a lock that another machine signed isn't taken while that
// machine touches it, whatever its process id is here; the error says what to do.
// After five minutes of silence it counts as left behind.
func TestLockOfAnotherHost(t *testing.T) {
	now := time.Now()
	l := open(t, t.TempDir(), Options{Now: func() time.Time { return now }})
	text := `{"owner":"hardyards run","pid":1,"host":"another-host.example","since":"2026-11-24T01:02:03Z"}` + "\n"
	at := filepath.Join(l.Dir(), "LOCK")
	if err := os.WriteFile(at, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := l.Lock(context.Background(), "hardyards run", false)
	var exit *police.ExitError
	if police.ExitCode(err) != police.ExitLocked || !strings.Contains(err.Error(), "process 1 on another-host.example") {
		t.Fatalf("got %v", err)
	}
	if exit, _ = err.(*police.ExitError); exit == nil || !strings.Contains(exit.Advice, "if another-host.example or its run died, the lock is free 5 minutes after") {
		t.Errorf("it doesn't say what to do: %+v", err)
	}
	if after, err := os.ReadFile(at); err != nil || string(after) != text {
		t.Errorf("the lock was changed: %q, %v", after, err)
	}
	now = now.Add(staleAfter - 2*time.Second)
	if _, err := l.Lock(context.Background(), "hardyards run", false); police.ExitCode(err) != police.ExitLocked {
		t.Errorf("just before it is stale: %v", err)
	}
	now = now.Add(4 * time.Second)
	k, err := l.Lock(context.Background(), "hardyards run", false)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Release()
	if k.Recovered == nil || k.Recovered.Host != "another-host.example" {
		t.Errorf("recovered from %+v", k.Recovered)
	}
}
