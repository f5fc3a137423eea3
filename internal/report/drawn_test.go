package report

import (
	"context"
	"regexp"
	"strings"
	"testing"
)

// figureOf gives one figure of a page.
func figureOf(t *testing.T, page, id string) string {
	t.Helper()
	f := regexp.MustCompile(`(?s)<figure id="f-` + id + `".*?</figure>`).FindString(page)
	if f == "" {
		t.Fatalf("there is no figure %s", id)
	}
	return f
}

// TestEveryForceIsFound: on each picture of forces, each has a mark that says its name
// and that the search finds by its code.
func TestEveryForceIsFound(t *testing.T) {
	page, _ := rendered(t)
	for _, id := range []string{"funnel-recorded-offences", "funnel-recorded-offences-without-london", "years-net-expenditure", "function-peers",
		"scatter-net-expenditure-crime-severity-score", "scatter-net-expenditure-fatal-collisions", "scatter-net-expenditure-peel-efficiency", "scatter-gre-total-excl-national-crime-severity-score"} {
		f := figureOf(t, page, id)
		for code, name := range map[string]string{"E1": "Alpha", "E2": "Bravo", "E3": "Charlie", "E4": "Delta"} {
			if !regexp.MustCompile(`<g class="m" role="img" data-f="` + code + `"><title>` + name).MatchString(f) {
				t.Errorf("%s: %s has no mark", id, name)
			}
			if !strings.Contains(f, `<tr data-f=`+code+`>`) {
				t.Errorf("%s: %s isn't in the table", id, name)
			}
		}
	}
}

// TestFunnelWords: a force within, one outside 95 %, one outside both, and the limits
// of chance beside those that are widened.
func TestFunnelWords(t *testing.T) {
	page, _ := rendered(t)
	f := figureOf(t, page, "funnel-recorded-offences")
	for _, want := range []string{"Alpha: 80.0 offences per 1,000 people, within 95 % limits 70.0 to 100.0 for its size (chance alone 80.0 to 90.0)",
		"Bravo: 120.0 offences per 1,000 people, outside the 99.8 % limits too", "1 of 4 forces lie within limits", "over-dispersion φ = 3.0", "logarithmic scale"} {
		if !strings.Contains(f, want) {
			t.Errorf("it doesn't say %q", want)
		}
	}
	if n := strings.Count(f, `class="chance"`); n != 2 {
		t.Errorf("%d lines of chance alone", n)
	}
}

// TestMissingIsSaidTwice: beside the finding it is about, and in the section on
// coverage; where nothing bounds it, that is said.
func TestMissingIsSaidTwice(t *testing.T) {
	page, _ := rendered(t)
	coverage := regexp.MustCompile(`(?s)<section id="coverage".*?</section>`).FindString(page)
	for _, id := range []string{"b1", "b2", "b3", "b4"} {
		if !strings.Contains(coverage, "<code>"+id+"</code>") {
			t.Errorf("bound %s isn't in the section on coverage", id)
		}
	}
	for id, want := range map[string]string{
		"flow-years-e1": "the sum of 2018-19 would lie between £160.00 and £400.00; what is said of it could change",
		"event-e1":      "Missing data: −4.0 to +1.0 % of the level before over all variants of donors, dates and definition; what is said of it holds either way",
		"scatter-net-expenditure-crime-severity-score": "were the missing known, the correlation would lie between −0.10 and 0.70; what is said of it could change",
	} {
		if f := figureOf(t, page, id); !strings.Contains(strings.ReplaceAll(f, "&#43;", "+"), want) {
			t.Errorf("%s doesn't say %q", id, want)
		}
	}
}

// TestHeadlineSaysWhatIsMissing: a headline names the bound of the row it was made
// from.
func TestHeadlineSaysWhatIsMissing(t *testing.T) {
	p := fixture()
	p.Headlines[1].Inputs = "fact_flow:payer=E1,financial_year=2018-19|fact_flow:payer=E1,financial_year=2017-18"
	path, err := Render(context.Background(), p, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile(`(?s)<li id="finding-F1">.*?</li>\s*</ol>|<li id="finding-F1">.*?</details>`).FindString(read(t, path))
	if !strings.Contains(first, "payments of Alpha in 2018-19: between £160.00 and £400.00; what is said of it could change") {
		t.Errorf("the first finding doesn't say what missing data could do:\n%s", first)
	}
}

// TestOwnLines: what the publisher says of corrections and of comment stands on the
// page as text; without it the page says honestly that nobody was asked.
func TestOwnLines(t *testing.T) {
	page, _ := rendered(t)
	for _, want := range []string{"Corrections: none is known", "were not asked for comment"} {
		if !strings.Contains(page, want) {
			t.Errorf("by default it doesn't say %q", want)
		}
	}
	p := fixture()
	p.Corrections, p.Asked = "2 March: "+hostile, "All were asked on 1 March."
	path, err := Render(context.Background(), p, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	page = read(t, path)
	for _, want := range []string{"Corrections: 2 March: &lt;script&gt;", "Right of reply: All were asked on 1 March."} {
		if !strings.Contains(page, want) {
			t.Errorf("it doesn't say %q", want)
		}
	}
	if strings.Contains(page, "were not asked for comment") {
		t.Error("it says both")
	}
}
