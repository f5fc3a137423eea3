//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// childSteps, set in the environment of this test binary run again as a process of
// its own, makes it hardyards, and to die before that change of the lake's disk; 0:
// never, but to print how many there were.
const childSteps = "HARDYARDS_TEST_DIES_AT"

// childFull, set beside it, is the size that no file may exceed: a write beyond fails
// as on a full disk.
const childFull = "HARDYARDS_TEST_FILE_LIMIT"

// dyingRun is hardyards, killed as by a power cut before one change of the disk.
func dyingRun(args []string) int {
	at, err := strconv.ParseInt(os.Getenv(childSteps), 10, 64)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	if n, err := strconv.ParseUint(os.Getenv(childFull), 10, 64); err == nil {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	var steps atomic.Int64
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, measured: oneMeasure, step: func(string, string) {
		if steps.Add(1) == at {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way
		}
	}}
	code := a.execute(context.Background(), args)
	fmt.Println("\nsteps", steps.Load())
	return code
}

// TestKilledAtEveryStep kills whole runs, one before each change they make to the
// lake, and checks after each that the lake shows the former snapshot whole or the
// new one whole, and that the next run makes the new one.
func TestKilledAtEveryStep(t *testing.T) {
	dir := memoryDir(t)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "spend"), 0o755); err != nil {
		t.Fatal(err)
	}
	write("hardyards.toml", "[[source]]\npublisher = \"kent\"\npaths = [\"spend\"]\n")
	write("spend/april-2018.csv", monthText(4, 30))
	before := filepath.Join(dir, "before")
	runKilled(t, dir, before, 0)
	old := currentOf(t, before)

	write("spend/april-2018.csv", monthText(4, 31)) // a line more in the month published
	write("spend/may-2018.csv", monthText(5, 20))
	steps := runKilled(t, dir, copyTree(t, before, filepath.Join(dir, "undisturbed")), 0)
	next := currentOf(t, filepath.Join(dir, "undisturbed"))
	t.Logf("a run changes the disk %d times", steps)
	if steps < 20 || next == old {
		t.Fatalf("%d steps from %s to %s: too few to mean anything", steps, old, next)
	}
	// Every fifth step, since they come in kinds of two to four that follow one another
	// (make, write, sync, rename); HARDYARDS_KILL_EVERY_STEP asks for them all, and
	// internal/lake kills at each step of its own.
	by := 5
	if os.Getenv("HARDYARDS_KILL_EVERY_STEP") != "" {
		by = 1
	}
	for at := 1; at <= steps; at += by {
		t.Run(fmt.Sprintf("step%03d", at), func(t *testing.T) {
			t.Parallel()
			l := copyTree(t, before, filepath.Join(memoryDir(t), "lake"))
			runKilled(t, dir, l, at)
			if id := currentOf(t, l); id != old && id != next {
				t.Errorf("current is %s, neither the former %s nor the new %s", id, old, next)
			}
			runKilled(t, dir, l, 0)
			if id := currentOf(t, l); id != next {
				t.Errorf("the next run published %s, an undisturbed one %s", id, next)
			}
		})
	}
}

// runKilled has hardyards run as a process that dies before step at, and gives the
// number of steps where it lived.
func runKilled(t *testing.T, dir, lakeDir string, at int) (steps int) {
	t.Helper()
	return killed(t, dir, lakeDir, at, "run", "--only", "lake")
}

func killed(t *testing.T, dir, lakeDir string, at int, args ...string) (steps int) {
	t.Helper()
	out, err := childOf(dir, lakeDir, childSteps+"="+strconv.Itoa(at), args...)
	var exit *exec.ExitError
	if at > 0 {
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("the process was to be killed at step %d: %v\n%s", at, err, out)
		}
		return 0
	}
	_, after, found := strings.Cut(out, "\nsteps ")
	if steps, e := strconv.Atoi(strings.TrimSpace(after)); err == nil && found && e == nil {
		return steps
	}
	t.Fatalf("%v\n%s", err, out)
	return 0
}

// childOf runs hardyards as a process of its own and gives all it printed.
func childOf(dir, lakeDir, env string, args ...string) (string, error) {
	cmd := exec.Command(os.Args[0], append([]string{"--lake", lakeDir, "--quiet", "--workers", "1"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), childSteps+"=0", env)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestRunOnFullDisk: a run that has no room left ends with 75 and says what to do;
// the lake shows the former snapshot whole, and the next run makes the new one.
func TestRunOnFullDisk(t *testing.T) {
	f := newFolder(t, kentConfig)
	f.write("spend/april-2018.csv", monthText(4, 30))
	f.hardyards(0, "run", "--only", "lake")
	before := f.current().ID()
	f.write("spend/may-2018.csv", monthText(5, 300))
	for _, limit := range []int{0, 700, 6000} {
		out, err := childOf(f.dir, f.path("lake"), fmt.Sprintf("%s=%d", childFull, limit), "run", "--only", "lake")
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != police.ExitTryAgain || !strings.Contains(out, "what to do: ") {
			t.Errorf("limit %d: %v, want exit %d and what to do:\n%s", limit, err, police.ExitTryAgain, out)
		}
		if id := f.current().ID(); id != before {
			t.Errorf("limit %d: current is %s, was %s", limit, id, before)
		}
	}
	// The lake fits, the report doesn't: what is published stands.
	out, err := childOf(f.dir, f.path("lake"), fmt.Sprintf("%s=%d", childFull, 500_000), "run")
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != police.ExitTryAgain {
		t.Errorf("no room for the report: %v, want exit %d:\n%s", err, police.ExitTryAgain, out)
	}
	published := f.current().ID()
	if published == before {
		t.Errorf("nothing was published where the lake fits:\n%s", out)
	}
	f.hardyards(0, "run", "--out", f.path("report"))
	if id := f.current().ID(); id != published {
		t.Errorf("the next run published %s after %s", id, published)
	}
	if rows, _ := f.counted(); rows != 330 {
		t.Errorf("%d payments, want 330", rows)
	}
}

// currentOf gives the id of the current snapshot, which must be whole.
func currentOf(t *testing.T, dir string) string {
	t.Helper()
	l, err := lake.OpenExisting(dir, lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	return s.ID()
}

// memoryDir is a directory of the test's own, in memory where the system has such a
// place: a killed process loses nothing that it wrote, synced or not, and each sync
// waits for all that others write to the disk.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "hardyards-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func copyTree(t *testing.T, from, to string) string {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}
