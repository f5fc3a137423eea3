//go:build unix

package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"hardyards/internal/police"
)

// The tests below run this test binary again as another process, which makes a
// fragment and publishes a snapshot; these variables tell it where, and before
// which change of the disk to die.
const (
	childLake = "HARDYARDS_TEST_LAKE"
	childDies = "HARDYARDS_TEST_DIES_AT"
	childFull = "HARDYARDS_TEST_FILE_LIMIT"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childLake); dir != "" {
		os.Exit(childRun(dir))
	}
	os.Exit(m.Run())
}

// childRun adds fragment k2 to a lake that holds k1, publishes both, and prints the
// number of changes it made to the disk.
func childRun(dir string) int {
	at, _ := strconv.Atoi(os.Getenv(childDies))
	if n, err := strconv.ParseUint(os.Getenv(childFull), 10, 64); err == nil {
		syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
	}
	steps := 0
	l, err := Open(dir, Options{Step: func(op, path string) {
		if steps++; steps == at {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way
		}
	}})
	if err == nil {
		err = addAndPublish(l)
	}
	if err != nil {
		fmt.Println(err)
		return police.ExitCode(err)
	}
	fmt.Println("steps", steps)
	return 0
}

func addAndPublish(l *Lake) error {
	ctx := context.Background()
	lock, err := l.Lock(ctx, "test", false)
	if err != nil {
		return err
	}
	defer lock.Release()
	if !l.HasFragment("k2") {
		w, err := l.NewFragment("k2")
		if err != nil {
			return err
		}
		if err := errors.Join(w.Payments("E23000003", "2018-19", payments(300)), w.Commit(FragmentRecord{Name: "k2.csv"})); err != nil {
			return err
		}
	}
	base, err := l.Current()
	if err != nil {
		return err
	}
	b, err := l.Begin(base)
	if err != nil {
		return err
	}
	m, err := linkBoth(l, b)
	if err != nil {
		return err
	}
	_, err = b.Publish(ctx, m)
	return err
}

func linkBoth(l *Lake, b *Building) (Manifest, error) {
	m := Manifest{Ledger: LedgerTotals{Balances: true}}
	for _, key := range []string{"k1", "k2"} {
		f, err := l.Fragment(key)
		if err != nil {
			return m, err
		}
		p := f.Parts()[0]
		if err := b.LinkPart(p); err != nil {
			return m, err
		}
		m.Ledger.RowsRead += p.Facts.Rows
		m.Ledger.Payments += p.Facts.Rows
		m.Ledger.Pence.Payments += p.Facts.Pence("amount")
	}
	return m, WriteMart(b, "dim_category", []police.Category{{CategoryID: 1, Category: "a"}})
}

// child runs the other process and gives what it printed, and its error.
func child(t *testing.T, dir string, env ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), append(env, childLake+"="+dir)...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// lakeWithOne is a lake that has published fragment k1.
func lakeWithOne(t *testing.T, dir string) (*Lake, *Snapshot) {
	l := open(t, dir, Options{})
	fragment(t, l, "k1", 200)
	return l, publish(t, l, "k1")
}

// TestKilledAtEveryStep kills a run before each of its changes to the disk. After
// each, the lake shows the former snapshot whole or the new one whole, and the next
// run comes to the same end.
func TestKilledAtEveryStep(t *testing.T) {
	l, before := lakeWithOne(t, filepath.Join(t.TempDir(), "lake"))
	out, err := child(t, l.Dir())
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	after, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	steps, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(out, "steps")))
	if err != nil || steps <= 20 {
		t.Fatalf("%q: want more than 20 steps", out)
	}
	t.Logf("%d steps", steps)
	stride := 1
	if testing.Short() {
		stride = 7
	}
	for at := 1; at <= steps; at += stride {
		killAt(t, at, before.ID(), after.ID())
	}
}

func killAt(t *testing.T, at int, before, after string) {
	t.Helper()
	ctx := context.Background()
	l, _ := lakeWithOne(t, filepath.Join(t.TempDir(), "lake"))
	out, err := child(t, l.Dir(), fmt.Sprintf("%s=%d", childDies, at))
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("step %d: the process was not killed: %v %s", at, err, out)
	}
	s, err := l.Current()
	if err != nil {
		t.Fatalf("step %d: %v", at, err)
	}
	if s.ID() != before && s.ID() != after {
		t.Errorf("step %d: current is %s", at, s.ID())
	}
	if err := s.Verify(ctx, true); err != nil {
		t.Errorf("step %d: %v", at, err)
	}
	if out, err := child(t, l.Dir()); err != nil {
		t.Errorf("step %d: the next run: %v %s", at, err, out)
	}
	s, err = l.Current()
	if err != nil || s.ID() != after {
		t.Fatalf("step %d: after the next run current is %v, %v", at, s, err)
	}
	if err := s.Verify(ctx, true); err != nil {
		t.Errorf("step %d: after the next run: %v", at, err)
	}
	if left, _ := os.ReadDir(l.path("tmp")); len(left) != 0 {
		t.Errorf("step %d: %d directories left in tmp after the next run", at, len(left))
	}
}

// TestWriteFails runs out of room: by a limit on file size, which fails a write as
// a full disk does, at sizes between nothing and enough.
func TestWriteFails(t *testing.T) {
	for _, limit := range []int{0, 100, 2000, 6000} {
		l, before := lakeWithOne(t, filepath.Join(t.TempDir(), "lake"))
		out, err := child(t, l.Dir(), fmt.Sprintf("%s=%d", childFull, limit))
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != police.ExitTryAgain {
			t.Errorf("limit %d: %v %s; want exit %d", limit, err, out, police.ExitTryAgain)
		}
		s, err := l.Current()
		if err != nil || s.ID() != before.ID() {
			t.Fatalf("limit %d: current is %v, %v", limit, s, err)
		}
		if err := s.Verify(context.Background(), true); err != nil {
			t.Errorf("limit %d: %v", limit, err)
		}
		if out, err := child(t, l.Dir()); err != nil {
			t.Errorf("limit %d: the next run: %v %s", limit, err, out)
		}
	}
}

func TestLockTellsWhoHoldsIt(t *testing.T) {
	ctx := context.Background()
	l := open(t, t.TempDir(), Options{})
	lock, err := l.Lock(ctx, "hardyards run", false)
	if err != nil {
		t.Fatal(err)
	}
	other := open(t, l.Dir(), Options{})
	_, err = other.Lock(ctx, "second", false)
	if police.ExitCode(err) != police.ExitLocked || !strings.Contains(err.Error(), fmt.Sprintf("hardyards run (process %d", os.Getpid())) {
		t.Errorf("got %v", err)
	}
	taken := make(chan error, 1)
	go func() {
		k, err := other.Lock(ctx, "second", true)
		if err == nil {
			err = k.Release()
		}
		taken <- err
	}()
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if err := <-taken; err != nil {
		t.Errorf("waiting: %v", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	lock, err = l.Lock(ctx, "third", false)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	if _, err := other.Lock(gone, "fourth", true); police.ExitCode(err) != police.ExitLocked {
		t.Errorf("waiting for nothing: %v", err)
	}
}

// TestStaleLock: the record of a killed process does not hold the lock.
func TestStaleLock(t *testing.T) {
	l, _ := lakeWithOne(t, filepath.Join(t.TempDir(), "lake"))
	if out, err := child(t, l.Dir(), childDies+"=8"); err == nil {
		t.Fatalf("not killed: %s", out)
	}
	lock, err := l.Lock(context.Background(), "next", false)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	if lock.Recovered == nil || lock.Recovered.Owner != "test" {
		t.Errorf("recovered from %+v, want the killed process", lock.Recovered)
	}
}
