package main

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hardyards/internal/testenv"
)

// realPage is what browser/real.mjs prints of the page of the main job.
type realPage struct {
	Errors, Requests, Wide, Whole []string
	Axe                           []struct{ Where, ID, Help, Node, Why string }
	Cells, Checked                int
	Seconds                       map[string]float64
	Keyboard                      struct {
		Pictures, Stops, Traps int
		Regions                bool
	}
	Forced struct {
		Active bool
		Lost   []string
	}
	Print struct {
		Nav                 string
		Hidden, Cut, Beyond int
	}
	Noscript struct{ Pictures, Written, Titles, Tables, Search int }
}

// TestRealPageInChromium opens the page of the main job, with every table unfolded, in
// both themes, at 360 and 1440 pixels, by keyboard, in forced colours, in print and
// without scripts. It says what it found to be wrong, not how long it took.
func TestRealPageInChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: needs a browser")
	}
	node, chromium := testenv.Node(t), testenv.Chromium(t)
	script := filepath.Join(testenv.NodeModules(t, "internal", "report", "browser"), "real.mjs")
	mainPage(t)
	job, _ := mainJob()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, script, chromium, filepath.Join(job.dir, "report", "index.html"))
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	var f realPage
	if err := json.Unmarshal(out, &f); err != nil {
		t.Fatal(err)
	}
	f.check(t)
	t.Logf("%d cells, of which %d of differing form were measured; seconds %v", f.Cells, f.Checked, f.Seconds)
}

func (f realPage) check(t *testing.T) {
	t.Helper()
	for kind, said := range map[string][]string{"console": f.Errors, "request": f.Requests, "sideways": f.Wide, "whole page": f.Whole, "lost in forced colours": f.Forced.Lost} {
		for _, s := range said {
			t.Errorf("%s: %s", kind, s)
		}
	}
	for _, v := range f.Axe {
		t.Errorf("axe, %s: %s: %s\n%s\n%s", v.Where, v.ID, v.Help, v.Node, v.Why)
	}
	if f.Cells < 10_000 || f.Checked < 40 {
		t.Errorf("%d cells, %d measured: the page isn't the main job's", f.Cells, f.Checked)
	}
	if k := f.Keyboard; k.Pictures == 0 || k.Stops != k.Pictures || !k.Regions || k.Traps != 0 {
		t.Errorf("keyboard: %+v", k)
	}
	if !f.Forced.Active {
		t.Error("forced colours weren't on")
	}
	if f.Print.Nav != "none" || f.Print.Hidden != 0 || f.Print.Cut != 0 || f.Print.Beyond != 0 {
		t.Errorf("print: %+v", f.Print)
	}
	if n := f.Noscript; n.Pictures != n.Written || n.Titles < 1000 || n.Tables < 50 || n.Search != 0 {
		t.Errorf("without scripts: %+v", n)
	}
}
