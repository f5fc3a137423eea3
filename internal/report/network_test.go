package report

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"hardyards/internal/police"
)

// TestNetworkIsDrawnFromThreePayersOn: every pair above nought is a ribbon, all ribbons
// of a payer meet at its bar, and what is drawn sums to what was paid, to the penny.
func TestNetworkIsDrawnFromThreePayersOn(t *testing.T) {
	p := threePayers()
	path, err := Render(context.Background(), p, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	page := read(t, path)
	figure := regexp.MustCompile(`(?s)<figure id="f-network".*?</figure>`).FindString(page)
	if figure == "" {
		t.Fatal("no network is drawn of three payers")
	}
	// 4 pairs between forces and the hostile name, 30 bodies of which the 26 paid most
	// (Bravo, Alpha, Charlie, the hostile name and 22 more) are named, one ribbon of rest.
	if n := strings.Count(figure, `class="ribbon"`); n != 4+22+1 {
		t.Errorf("%d ribbons, want 27", n)
	}
	if strings.Contains(figure, "<script") || !strings.Contains(figure, "&lt;script&gt;") {
		t.Error("a body's name is markup in the network")
	}
	for _, want := range []string{"3 forces paid 34 police bodies £8.6m", "In 2021-22", "Alpha paid other bodies", "nets to nothing or less"} {
		if !strings.Contains(figure, want) {
			t.Errorf("the network doesn't say %q", want)
		}
	}
	if !strings.Contains(page, "no agreement in this register (36 of many more)") {
		t.Error("the group isn't named")
	}
}

func TestNetworkOfOnePayerIsAStar(t *testing.T) {
	page, _ := rendered(t)
	if strings.Contains(page, `id="f-network"`) {
		t.Error("a network of one payer is drawn")
	}
	if !strings.Contains(page, "No network is drawn: 1 of 43 payers’ files are held.") {
		t.Error("it isn't said why no network is drawn")
	}
}

// TestRibbonsConserve: at both ends ribbons lie one after the other without gap, and
// their heights are the same share of pounds.
func TestRibbonsConserve(t *testing.T) {
	b := newBook(threePayers())
	_, rows := b.networkYear()
	links := gathered(b.links(rows))
	payers := distinct(links, func(l link) police.PayerKey { return l.payer })
	bodies := distinct(links, func(l link) string { return l.payee })
	left, right := placeColumns(links, payers, bodies, 1e-4, 10, 1000)
	sum := func(spans []spanOf) (h float64) {
		for _, s := range spans {
			h += s.bottom - s.top
		}
		return h
	}
	if a, z := sum(left), sum(right); fmt.Sprintf("%.6f", a) != fmt.Sprintf("%.6f", z) || a <= 0 {
		t.Errorf("payers are %v high, bodies %v", a, z)
	}
	for _, l := range links {
		if a, z := l.from.bottom-l.from.top, l.to.bottom-l.to.top; fmt.Sprintf("%.6f", a) != fmt.Sprintf("%.6f", z) {
			t.Errorf("%s to %s is %v wide at one end and %v at the other", l.payer, l.name, a, z)
		}
	}
}

// TestWholeYearWins: a part year with more payers is no better than a whole one.
func TestWholeYearWins(t *testing.T) {
	p := threePayers()
	for _, k := range []police.PayerKey{"E1", "E2", "E3", "E4"} {
		p.Flows = append(p.Flows, police.Flow{Payer: k, Payee: "E9", FinYear: "2022-23", Months: 3, Pence: 100, PenceOnce: 100})
	}
	if y, _ := newBook(p).networkYear(); y != "2021-22" {
		t.Errorf("the network is of %s, want 2021-22", y)
	}
}
