//go:build unix

package main

import (
	"context"
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
)

// childSteps, set in the environment of this test binary run again as a process of
// its own, makes it hardyards, and to die before that change of the lake's disk; 0:
// never, but to print how many there were.
const childSteps = "HARDYARDS_TEST_DIES_AT"

// dyingRun is hardyards, killed as by a power cut before one change of the disk.
func dyingRun(args []string) int {
	at, err := strconv.ParseInt(os.Getenv(childSteps), 10, 64)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	var steps atomic.Int64
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, step: func(string, string) {
		if steps.Add(1) == at {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way
		}
	}}
	code := a.execute(context.Background(), args)
	fmt.Println("steps", steps.Load())
	return code
}

// TestKilledAtEveryStep kills whole runs, one before each change they make to the
// lake, and checks after each that the lake shows the former snapshot whole or the
// new one whole, and that the next run makes the new one.
func TestKilledAtEveryStep(t *testing.T) {
	dir := t.TempDir()
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
	write("spend/april-2018.csv", monthCSV(4, 30))
	before := filepath.Join(dir, "before")
	runKilled(t, dir, before, 0)
	old := currentOf(t, before)

	write("spend/april-2018.csv", monthCSV(4, 31)) // a line more in the month published
	write("spend/may-2018.csv", monthCSV(5, 20))
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
			l := copyTree(t, before, filepath.Join(t.TempDir(), "lake"))
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

// monthCSV is a file of n payments of a month of 2018.
func monthCSV(month, n int) string {
	var b strings.Builder
	b.WriteString("Date,Supplier,Category,Amount\n")
	for i := range n {
		fmt.Fprintf(&b, "%02d/%02d/2018,SUPPLIER %d LTD,Category %d,%d.%02d\n", 1+i%28, month, i%7, i%3, 500+37*i, i)
	}
	return b.String()
}

// runKilled runs hardyards as a process that dies before step at, and gives the
// number of steps where it lived.
func runKilled(t *testing.T, dir, lakeDir string, at int) (steps int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "--lake", lakeDir, "--quiet", "--workers", "1", "run", "--only", "lake")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), childSteps+"="+strconv.Itoa(at))
	out, err := cmd.CombinedOutput()
	if at > 0 {
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
			t.Fatalf("the process was to be killed at step %d: %v\n%s", at, err, out)
		}
		return 0
	}
	_, after, found := strings.Cut(string(out), "steps ")
	if steps, e := strconv.Atoi(strings.TrimSpace(after)); err == nil && found && e == nil {
		return steps
	}
	t.Fatalf("%v\n%s", err, out)
	return 0
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

func copyTree(t *testing.T, from, to string) string {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}
