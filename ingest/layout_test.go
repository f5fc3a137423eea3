package ingest

import (
	"fmt"
	"strings"
	"testing"

	"hardyards/internal/police"
)

const goodLayout = `id = "x"
version = 1
publisher = "x"

[[header]]
payee = "Supplier"
amount = ["Amount", "Spend"]
date = "Date"
`

func TestLayoutErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", goodLayout + "supplier = \"x\"\n", `x.toml:9: unknown key "header.supplier"`},
		{"unknown table", goodLayout + "[dates]\norder = \"dmy\"\n", `x.toml:9: unknown key "dates"`},
		{"broken", "id = \n", "x.toml:1: "},
		{"no version", strings.Replace(goodLayout, "version = 1", "", 1), "x.toml:1: version must be 1 or more"},
		{"no amount", strings.Replace(goodLayout, "amount", "# amount", 1), "x.toml:5: header \"\" needs payee and amount"},
		{"date order", goodLayout + "\n", ""},
		{"wrong order", "date_order = \"ymd\"\n" + goodLayout, `x.toml:1: date_order "ymd" is neither dmy nor mdy`},
		{"basis", "amount_basis = \"nett\"\n" + goodLayout, `x.toml:1: amount_basis "nett"`},
		{"yields", "yields = \"measures\"\n" + goodLayout, "x.toml:1: a layout that yields measures needs a [[table]]"},
		{"not a heading", strings.Replace(goodLayout, `"Date"`, "3", 1), "x.toml:"},
	} {
		_, err := ParseLayouts(map[string]string{"x.toml": c.text})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)):
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		case err != nil && police.ExitCode(err) != police.ExitUsage:
			t.Errorf("%s: exit %d, want %d", c.name, police.ExitCode(err), police.ExitUsage)
		}
	}
	if _, err := ParseLayouts(map[string]string{"a.toml": goodLayout, "b.toml": goodLayout}); err == nil || !strings.Contains(err.Error(), "taken by a.toml") {
		t.Errorf("two layouts of one id: %v", err)
	}
}

func TestOverrideLayouts(t *testing.T) {
	parse := func(text string) []Layout {
		l, err := ParseLayouts(map[string]string{"x.toml": text})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	over := OverrideLayouts(parse(goodLayout), append(parse(strings.Replace(goodLayout, "version = 1", "version = 2", 1)), parse(strings.Replace(goodLayout, `id = "x"`, `id = "a"`, 1))...))
	if len(over) != 2 || over[0].ID != "a" || over[1].FullID() != "x@2" {
		t.Errorf("overridden: %v %v", over[0].FullID(), over[1].FullID())
	}
}

// A layout settles what inference can't, and by it alone.
func TestLayoutDecides(t *testing.T) {
	text := lines("Who,When,How much,Other\n", 12, func(i int) string { return "Alpha,03/04/2018,100.00,7.00" })
	layouts, err := ParseLayouts(map[string]string{"x.toml": `id = "odd"
version = 3
publisher = "lancashire"
date_order = "mdy"
amount_basis = "gross"
[[header]]
payee = "who"
amount = "HOW  MUCH"
date = "When"
`})
	if err != nil {
		t.Fatal(err)
	}
	e := explainText(t, "x.csv", text, Options{Layouts: layouts, Forces: testForces()})
	if e.Refused != nil || e.Parts[0].Layout != "odd@3" || e.Parts[0].AmountBasis != police.Gross || e.Parts[0].DateStyle != "mm/dd/yyyy" || e.Payer != "E23000003" {
		t.Errorf("refused %v, part %+v, payer %s", e.Refused, e.Parts[0], e.Payer)
	}
	fit, err := TestLayout(t.Context(), layouts[0], Input{Path: file(t, "y.csv", smallFile)}, Options{})
	if err != nil || fit.Fits {
		t.Errorf("a layout that doesn't fit: fits %v, error %v", fit.Fits, err)
	}
}

// What layout suggest writes is a layout, and reads the file it was made for.
func TestSuggestedLayoutReadsItsFile(t *testing.T) {
	path := file(t, "lancashire-apr-2018.csv", smallFile)
	text, err := SuggestLayout(t.Context(), Input{Path: path, Publisher: "lancashire"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	layouts, err := ParseLayouts(map[string]string{"s.toml": text})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	fit, err := TestLayout(t.Context(), layouts[0], Input{Path: path}, Options{})
	if err != nil || !fit.Fits || fit.Explanation.Parts[0].Rows.Payments != 6 {
		t.Errorf("fits %v, %+v, error %v\n%s", fit.Fits, fit.Explanation.Parts, err, text)
	}
}

func TestProjectLayoutsParse(t *testing.T) {
	for _, l := range projectLayouts(t) {
		if l.file != l.ID+".toml" {
			t.Errorf("%s holds layout %q: name the file by the id", l.file, l.ID)
		}
	}
}

// TestLayoutsForAFile: only what may be the file's layout is part of how it is read.
func TestLayoutsForAFile(t *testing.T) {
	layouts := func(version int) []Layout {
		head := "[[header]]\npayee = \"Supplier\"\namount = \"Amount\"\ndate = \"Date\"\n"
		all, err := ParseLayouts(map[string]string{
			"kent.toml":  fmt.Sprintf("id = \"kent\"\nversion = %d\npublisher = \"kent\"\n%s", version, head),
			"files.toml": "id = \"files\"\nversion = 1\nfiles = [\"spend-*.csv\"]\n" + head,
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	one, two := layouts(1), layouts(2)
	of := func(layouts []Layout, name, publisher string) string {
		return string(AppendLayouts(nil, layouts, name, publisher))
	}
	if of(one, "a.csv", "kent") == of(two, "a.csv", "kent") {
		t.Error("a changed layout of the publisher doesn't show")
	}
	if of(one, "a.csv", "essex") != of(two, "a.csv", "essex") || of(one, "a.csv", "essex") != "" {
		t.Error("another publisher's layout shows")
	}
	if of(one, "in/spend-1.csv", "essex") == "" {
		t.Error("a layout for such names doesn't show")
	}
}
