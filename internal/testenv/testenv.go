// Package testenv finds what some tests need and a fresh machine may lack: the
// folder of real files, Node, Chromium. A test whose need isn't met is skipped
// with the reason; where HARDYARDS_REQUIRE names the need (as .ci/run does), it
// fails instead, so that nothing is skipped unseen.
package testenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Shared returns the path of the folder of real published files, a sibling of
// the project's root, with the elements of sub joined to it.
func Shared(t testing.TB, sub ...string) string {
	t.Helper()
	root := Root(t)
	dir := filepath.Join(append([]string{filepath.Dir(root), "shared"}, sub...)...)
	if _, err := os.Stat(dir); err != nil {
		missing(t, "shared", "the real files beside the project (../shared) are not here")
	}
	return dir
}

// Node returns the path of the node binary.
func Node(t testing.TB) string { return binary(t, "node", "node") }

// Chromium returns the path of the chromium binary.
func Chromium(t testing.TB) string { return binary(t, "chromium", "chromium", "chromium-browser") }

// NodeModules returns a folder of the project, named by the elements of sub, whose
// npm packages are installed; .ci/install does that.
func NodeModules(t testing.TB, sub ...string) string {
	t.Helper()
	dir := filepath.Join(append([]string{Root(t)}, sub...)...)
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		missing(t, "node", "the npm packages of "+filepath.Join(sub...)+" aren't installed: bash .ci/install")
	}
	return dir
}

// Root returns the project's root: the nearest folder above the test with go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = up
	}
}

func binary(t testing.TB, need string, names ...string) string {
	t.Helper()
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p
		}
	}
	missing(t, need, strings.Join(names, " or ")+" is not installed")
	return ""
}

func missing(t testing.TB, need, why string) {
	t.Helper()
	required := strings.Split(os.Getenv("HARDYARDS_REQUIRE"), ",")
	if slices.Contains(required, need) {
		t.Fatalf("%s is required (HARDYARDS_REQUIRE): %s", need, why)
	}
	t.Skipf("skipped: needs %s: %s", need, why)
}
