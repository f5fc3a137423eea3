//go:build unix

package lake

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"hardyards/internal/police"
)

// TestReadOnlyLake: a lake that can't be written is exit 2. Root may write anything,
// so as root the other process runs as nobody.
func TestReadOnlyLake(t *testing.T) {
	l, before := lakeWithOne(t, filepath.Join(t.TempDir(), "lake"))
	for _, sub := range []string{"", "tmp", "fragments", "snapshots"} {
		if err := os.Chmod(filepath.Join(l.Dir(), sub), 0o555); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(filepath.Join(l.Dir(), sub), 0o755)
	}
	binary := filepath.Join(t.TempDir(), "child")
	if err := (disk{}).copy(os.Args[0], binary); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(binary, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary)
	if os.Getuid() == 0 {
		for dir := filepath.Dir(binary); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			os.Chmod(dir, 0o755)
		}
		for dir := filepath.Dir(l.Dir()); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			os.Chmod(dir, 0o755)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	cmd.Env = append(os.Environ(), childLake+"="+l.Dir())
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != police.ExitUsage {
		t.Errorf("%v %s; want exit %d", err, out, police.ExitUsage)
	}
	if s, err := l.Current(); err != nil || s.ID() != before.ID() {
		t.Errorf("current is %v, %v", s, err)
	}
}
