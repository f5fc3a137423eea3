package testenv

import (
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// layers gives each room its height: a package may import rooms that are lower,
// and its own room's packages below it. Rooms of one height never meet.
var layers = map[string]int{
	"cmd": 4, "bench": 4,
	"internal/report": 3, "analyze": 3, "transform": 3, "ingest": 3,
	"internal/lake": 2, "data": 2,
	"internal/police": 1, "internal/download": 1, "internal/pack": 1,
	"internal/testenv": 0,
}

// only says which rooms may import which modules.
var only = map[string][]string{
	"github.com/apache/arrow/go/v17":  {"internal/lake"},
	"github.com/xitongsys/parquet-go": {"internal/lake"},
	"github.com/xuri/excelize/v2":     {"ingest", "data/retabulate", "bench"},
	"gonum.org/v1/gonum":              {"analyze", "transform/collaboration", "bench"},
	"github.com/spf13/cobra":          {"cmd"},
	"github.com/gocarina/gocsv":       {"data", "internal/lake", "internal/report", "cmd"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// TestImportDirection fails on an arrow that DESIGN.md doesn't draw: cmd → report,
// analyze, transform, ingest → lake, data → police → standard library.
func TestImportDirection(t *testing.T) {
	for _, p := range listPackages(t) {
		from := strings.TrimPrefix(p.ImportPath, "hardyards/")
		for _, imported := range p.Imports {
			if why := forbidden(from, imported); why != "" {
				t.Errorf("%s imports %s: %s", from, imported, why)
			}
		}
	}
}

func TestImportDirectionCanFail(t *testing.T) {
	for _, c := range [][2]string{
		{"ingest", "hardyards/transform"},
		{"analyze", "hardyards/ingest/source"},
		{"internal/report", "hardyards/analyze"},
		{"internal/police", "hardyards/internal/lake"},
		{"internal/police", "gonum.org/v1/gonum/stat"},
		{"data", "hardyards/ingest"},
		{"transform", "github.com/apache/arrow/go/v17/arrow"},
		{"analyze/stat", "hardyards/internal/police"},
		{"ingest", "hardyards/data/retabulate"},
	} {
		if forbidden(c[0], c[1]) == "" {
			t.Errorf("%s may import %s, and must not", c[0], c[1])
		}
	}
}

func forbidden(from, imported string) string {
	for module, rooms := range only {
		if within(imported, module) && !anyWithin(from, rooms) {
			return "only " + strings.Join(rooms, ", ") + " may"
		}
	}
	to, ours := strings.CutPrefix(imported, "hardyards/")
	switch {
	case !ours && from == "internal/police" && strings.Contains(imported, "."):
		return "police imports the standard library alone"
	case !ours:
		return ""
	case to == "data/retabulate":
		return "it is a program"
	case within(from, "analyze/stat") && !within(to, "analyze/stat"):
		return "analyze/stat knows nothing of police or files"
	case room(from) == room(to):
		return ""
	case layers[room(to)] >= layers[room(from)]:
		return "the arrow goes up or sideways"
	}
	return ""
}

// room is the longest entry of layers that p lies in.
func room(p string) string {
	best := ""
	for r := range layers {
		if within(p, r) && len(r) > len(best) {
			best = r
		}
	}
	return best
}

func within(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }

func anyWithin(p string, roots []string) bool {
	for _, r := range roots {
		if within(p, r) {
			return true
		}
	}
	return false
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = Root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
