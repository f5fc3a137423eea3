package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run hardyards as a process of its own, and, where the
// environment says so, is hardyards: tests that kill it need a real process.
func TestMain(m *testing.M) {
	if os.Getenv(childSteps) != "" {
		os.Exit(dyingRun(os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){"hardyards": main})
}

// TestScripts runs the command as users do: every verb, exit code and hint.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
		},
	})
}

// exits CODE hardyards ARGS… checks the exit code of the command; stdout and stderr
// are kept for the lines after it.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE hardyards ARGS…")
	}
	err := ts.Exec(args[1], args[2:]...)
	if got := codeOf(err); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

func codeOf(err error) string {
	if err == nil {
		return "0"
	}
	var text string
	if e, ok := err.(interface{ ExitCode() int }); ok {
		text = itoa(e.ExitCode())
	}
	return text
}

func itoa(n int) string { return count(int64(n)) }

// invoke runs the command in this process and gives its streams and code.
func invoke(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, os.Stdin, &out, &errs)
	return out.String(), errs.String(), code
}
