package report

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rendered writes the fixture's page and gives its text and path.
func rendered(t *testing.T) (text, path string) {
	t.Helper()
	path, err := Render(context.Background(), fixture(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return read(t, path), path
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestOrder pins the order of the page: what a committee hears first comes first.
func TestOrder(t *testing.T) {
	text, _ := rendered(t)
	var got []string
	for _, m := range regexp.MustCompile(`<section id="([^"]+)"`).FindAllStringSubmatch(text, -1) {
		got = append(got, m[1])
	}
	want := []string{"covered", "findings", "changed", "coverage", "ledger", "flows", "peers", "cost-outcome", "effects", "sensitivity", "functions", "claims",
		"scorecard", "timeline", "efficiency", "methods", "not-shown", "measures-held", "downloads"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// TestEveryFigureIsWhole: message, subtitle, text alternative, source, n, table, CSV.
func TestEveryFigureIsWhole(t *testing.T) {
	text, _ := rendered(t)
	figures := regexp.MustCompile(`(?s)<figure .*?</figure>`).FindAllString(text, -1)
	if len(figures) < 28 {
		t.Fatalf("%d figures", len(figures))
	}
	for _, f := range figures {
		for _, part := range []string{`<h3>\S`, `class="sub">\S`, `<title id=[^>]+>\S`, `<desc id=[^>]+>\S`, `<b>n</b> \S`, `<b>Source</b> \S`, `<table id="[^"]+"`, `download="`} {
			if !regexp.MustCompile(part).MatchString(f) {
				t.Errorf("figure %.60s lacks %s", f, part)
			}
		}
	}
}

func TestIDsAreUnique(t *testing.T) {
	text, _ := rendered(t)
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if seen[m[1]] {
			t.Errorf("id %s stands twice", m[1])
		}
		seen[m[1]] = true
	}
}

// TestCaptionsAreUnique: a table's region is named by its caption.
func TestCaptionsAreUnique(t *testing.T) {
	text, _ := rendered(t)
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`<caption>([^<]+)`).FindAllStringSubmatch(text, -1) {
		if seen[m[1]] {
			t.Errorf("two tables are called %q", m[1])
		}
		seen[m[1]] = true
	}
}

func TestSupplierNamesStayText(t *testing.T) {
	text, path := rendered(t)
	if n := strings.Count(text, "<script"); n != 1 {
		t.Errorf("%d script tags, want the page's own", n)
	}
	if strings.Contains(text, "<img") {
		t.Error("an image was made from a name")
	}
	if !strings.Contains(text, "&lt;script&gt;alert(1)") {
		t.Error("the hostile name isn't shown as text")
	}
	f := fixture()
	force, err := RenderForce(context.Background(), f, f.Forces[0], filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if page := read(t, force); strings.Count(page, "<script") != 1 || strings.Contains(page, "<img") {
		t.Error("the force's page lets a name be markup")
	}
}

// TestIndividualsStayNameless: not even where a table holds the name.
func TestIndividualsStayNameless(t *testing.T) {
	f := fixture()
	dir := t.TempDir()
	page, err := RenderForce(context.Background(), f, f.Forces[0], dir)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(read(t, page), "[individual]") {
		t.Error("no individual is shown")
	}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(read(t, path), "Placeholder") {
			t.Errorf("%s names a person", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoAddressIsFetched(t *testing.T) {
	text, _ := rendered(t)
	for _, bad := range []string{`src="http`, `href="http`, `url(`, `@import`, `<link rel="stylesheet"`} {
		if strings.Contains(text, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
}

// TestForbiddenWords: none of the page's own sentences names a cause or a blame.
func TestForbiddenWords(t *testing.T) {
	text, _ := rendered(t)
	plain := regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>|<[^>]*>`).ReplaceAllString(text, " ")
	for _, w := range []string{"caused", "saved", "failed", "unlawful", "contradicted", "misled", "without an agreement", "league"} {
		if w == "league" {
			plain = strings.ReplaceAll(plain, "no table here is a league table", "")
		}
		if regexp.MustCompile(`(?i)\b` + w + `\b`).MatchString(plain) {
			t.Errorf("the page says %q", w)
		}
	}
	if !strings.Contains(plain, "no agreement in this register (36 of many more)") && !strings.Contains(plain, "none in this register (36 of many more)") {
		t.Error("unattributed payments aren't worded")
	}
}

func TestEveryFindingCanBeTraced(t *testing.T) {
	text, _ := rendered(t)
	for _, id := range []string{"F1", "F2", "e1", "e2", "e3", "a1", "a2", "fn1", "d1", "pact-1", "peer-E1net_expenditure", "cost-E1net_expenditure"} {
		if !strings.Contains(text, id+"</code>") {
			t.Errorf("finding %s isn't on the page", id)
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	first, path := rendered(t)
	second, other := rendered(t)
	if first != second {
		t.Error("two renderings differ")
	}
	names := func(p string) []string {
		files, err := filepath.Glob(filepath.Join(filepath.Dir(p), "data", "*"))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, f := range files {
			out = append(out, filepath.Base(f))
		}
		slices.Sort(out)
		return out
	}
	if d := cmp.Diff(names(path), names(other)); d != "" {
		t.Error(d)
	}
}

// TestEmptySnapshot: a page of nothing says so and doesn't break.
func TestEmptySnapshot(t *testing.T) {
	path, err := Render(context.Background(), Page{SnapshotID: "x"}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, path)
	for _, want := range []string{"holds no findings", "No payment to a police body is held", "no earlier snapshot", "does not balance"} {
		if !strings.Contains(text, want) {
			t.Errorf("it doesn't say %q", want)
		}
	}
	if regexp.MustCompile(`\bNaN`).MatchString(text) {
		t.Error("NaN is printed")
	}
}

func TestNaNIsNeverPrinted(t *testing.T) {
	text, _ := rendered(t)
	if regexp.MustCompile(`\bNaN|Inf%`).MatchString(text) {
		t.Error("NaN is printed")
	}
}
