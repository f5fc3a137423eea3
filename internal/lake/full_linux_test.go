package lake

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hardyards/internal/police"
)

// TestFullDisk runs out of room on a small file system of its own, which takes the
// right to mount; where that isn't given, TestWriteFails alone stands for it.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		if strings.Contains(os.Getenv("HARDYARDS_REQUIRE"), "tmpfs") {
			t.Fatalf("mounting a tmpfs: %v", err)
		}
		t.Logf("no right to mount a tmpfs (%v): a limit on file size is used instead", err)
		runOutOfRoom(t, t.TempDir(), childFull+"=2000")
		return
	}
	defer syscall.Unmount(dir, 0)
	runOutOfRoom(t, dir, "")
}

// runOutOfRoom publishes, fills what room is left in dir, and runs again.
func runOutOfRoom(t *testing.T, dir, env string) {
	t.Helper()
	l, before := lakeWithOne(t, filepath.Join(dir, "lake"))
	if env == "" {
		fill(t, filepath.Join(dir, "ballast"))
	}
	out, err := child(t, l.Dir(), env)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != police.ExitTryAgain {
		t.Errorf("a full disk: %v %s; want exit %d", err, out, police.ExitTryAgain)
	}
	s, err := l.Current()
	if err != nil || s.ID() != before.ID() {
		t.Fatalf("current is %v, %v", s, err)
	}
	if err := s.Verify(context.Background(), true); err != nil {
		t.Error(err)
	}
	os.Remove(filepath.Join(dir, "ballast"))
	if out, err := child(t, l.Dir()); err != nil {
		t.Errorf("the next run: %v %s", err, out)
	}
}

// fill leaves about 16 KiB free.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var size int64
	for {
		n, err := f.Write(make([]byte, 4096))
		size += int64(n)
		if err != nil {
			break
		}
	}
	if err := f.Truncate(size - 16<<10); err != nil {
		t.Fatal(err)
	}
}
