package report

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"hardyards/internal/testenv"
)

// found is what browser/check.mjs prints.
type found struct {
	Errors, Requests []string
	Axe              []struct{ Where, ID, Help, Node, Why string }
	Overflow         []json.RawMessage
	Widths           map[string]struct{ Client, Scroll int }
	Noscript         struct{ Pictures, Tables int }
	Keyboard         struct {
		First string
		Stops struct {
			Pictures, Marked int
			Regions          bool
		}
		Arrow bool
	}
	Search struct {
		Marks, Sorted int
		Said          string
	}
}

// inBrowser opens a page in a real Chromium. Without Node, its packages (npm install
// in browser/) or Chromium the test is skipped, or fails where they are required.
func inBrowser(t *testing.T, page string) found {
	t.Helper()
	node, chromium := testenv.Node(t), testenv.Chromium(t)
	if _, err := os.Stat("browser/node_modules/puppeteer-core"); err != nil {
		missing := "needs npm install in internal/report/browser"
		if slices.Contains(strings.Split(os.Getenv("HARDYARDS_REQUIRE"), ","), "node") {
			t.Fatal(missing)
		}
		t.Skip("skipped: " + missing)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	args := []string{"browser/check.mjs", chromium, page}
	if shots := os.Getenv("HARDYARDS_SHOTS"); shots != "" {
		args = append(args, shots)
	}
	out, err := exec.CommandContext(ctx, node, args...).Output()
	if err != nil {
		if e, ok := err.(*exec.ExitError); ok {
			t.Fatalf("%v: %s", err, e.Stderr)
		}
		t.Fatal(err)
	}
	var f found
	if err := json.Unmarshal(out, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestInChromium: no console errors, no request, no axe violation, no sideways scroll
// at 360 and 1440 pixels, everything there without scripts, reachable by keyboard.
func TestInChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: needs minutes of a browser")
	}
	dir := t.TempDir()
	page, err := Render(t.Context(), threePayers(), dir)
	if err != nil {
		t.Fatal(err)
	}
	f := inBrowser(t, page)
	f.check(t)
	if f.Search.Marks < 4 || !strings.HasPrefix(f.Search.Said, "Marked on ") {
		t.Errorf("the search marks %d and says %q", f.Search.Marks, f.Search.Said)
	}
	if f.Search.Sorted != 1 {
		t.Error("a table can't be sorted")
	}
	p := fixture()
	if page, err = RenderForce(t.Context(), p, p.Forces[0], dir); err != nil {
		t.Fatal(err)
	}
	f = inBrowser(t, page)
	f.check(t)
}

func (f found) check(t *testing.T) {
	t.Helper()
	for _, e := range f.Errors {
		t.Errorf("console: %s", e)
	}
	for _, r := range f.Requests {
		t.Errorf("request: %s", r)
	}
	for _, v := range f.Axe {
		t.Errorf("axe, %s: %s: %s\n%s\n%s", v.Where, v.ID, v.Help, v.Node, v.Why)
	}
	for _, o := range f.Overflow {
		t.Errorf("beyond the page's edge: %s", o)
	}
	for w, s := range f.Widths {
		if s.Scroll > s.Client {
			t.Errorf("at %s pixels the page is %d wide", w, s.Scroll)
		}
	}
	if f.Noscript.Pictures == 0 || f.Noscript.Tables == 0 {
		t.Error("without scripts pictures or tables are missing")
	}
	if k := f.Keyboard; k.First != "skip" || k.Stops.Marked != k.Stops.Pictures || !k.Stops.Regions || !k.Arrow {
		t.Errorf("keyboard: %+v", k)
	}
}
