package report

import (
	"fmt"
	"strings"

	"hardyards/internal/police"
)

// associationForest puts the correlations of all years on one scale.
func (b *book) associationForest() *Figure {
	rows := pick(b.Associations, func(a police.Association) bool {
		return a.Outcome == "crime_severity_score" && a.Method == "pearson" && a.Scope == "across forces" && a.Estimate == a.Estimate
	})
	if len(rows) == 0 {
		return nil
	}
	s := rounded(-1, 1, 4)
	const row, head = 22.0, 26.0
	height := 0.0
	p := newPlot(0, 66, 14)
	t := newTable("association-forest", "Correlation of cost a head with crime severity by year", words("Cost"), words("Year"), words("Forces"), numbers("n"), numbers("r"), numbers("Lower"), numbers("Upper"), numbers("p"), numbers("q"), words("Finding"))
	group := ""
	above, apart := 0, 0
	for _, a := range rows {
		if g := a.Cost; g != group {
			group = g
			p.text(0, -66, height+17, "start", "group", capital(b.measureShort(g)))
			height += head
		}
		mid := height + row/2
		height += row
		above, apart = above+btoi(a.Estimate > 0), apart+btoi(a.Lo > 0 || a.Hi < 0)
		class := "disc"
		if strings.HasPrefix(a.Set, "without") {
			class = "hollow"
		}
		p.label(mid+4, "label", a.FinYear)
		p.mark("", fmt.Sprintf("%s, %s, %s: r = %s, 95 %% interval %s to %s, n = %d", b.measure(a.Cost), a.FinYear, a.Set, decimal(a.Estimate, 2), decimal(a.Lo, 2), decimal(a.Hi, 2), a.N), func() {
			p.line(s.at(a.Lo), mid, s.at(a.Hi), mid, "whisker")
			p.dot(s.at(a.Estimate), mid, 4.5, class)
		})
		t.add("", text(b.measure(a.Cost)), text(a.FinYear), text(a.Set), whole(a.N), measured(a.Estimate, 3), measured(a.Lo, 3), measured(a.Hi, 3), measured(a.P, 4), measured(a.Q, 4), code(a.FindingID))
	}
	p.beneath(func() { p.axis(s, 0, height, func(v float64) string { return signed(v, 1) }) })
	p.height = int(height) + 26
	return &Figure{
		ID: "association-forest", Message: fmt.Sprintf("%d of %d correlations are above nought and %d exclude it: what grants that follow need would give", above, len(rows), apart),
		Subtitle: "Pearson correlation of cost a head with crime severity across forces, by financial year, with 95 % intervals",
		Source:   b.source("net_expenditure") + "; " + b.source("crime_severity_score"), N: fmt.Sprintf("%d correlations of %d tested in all", len(rows), rows[0].Tests),
		Keys:    []Key{{"k-disc", "all forces with both figures"}, {"k-hollow", "without London"}, {"k-whisker", "95 % interval"}},
		Notes:   []string{"Years aren’t independent: the same forces stand in each."},
		Picture: p.svg("association-forest", "Correlation of cost a head with crime severity by year", "A dot with its interval for each year and cost measure, on one scale from minus one to one. Numbers are in the table below."), Table: t,
	}
}

func (b *book) associationTable(rows []police.Association) *Table {
	t := newTable("associations", "Every association tested", words("Cost"), words("Outcome"), words("Year"), words("Scope"), words("Forces"), words("Method"), numbers("n"), numbers("Estimate"), numbers("Lower"), numbers("Upper"),
		numbers("p"), numbers("q"), numbers("Tests"), words("Interval"), words("Warnings"), words("Finding"))
	for _, a := range rows {
		t.add("", text(b.measure(a.Cost)), text(b.outcomeName(a.Outcome)), text(a.FinYear), text(a.Scope), text(a.Set), text(a.Method), whole(a.N), measured(a.Estimate, 3), measured(a.Lo, 3), measured(a.Hi, 3),
			measured(a.P, 4), measured(a.Q, 4), whole(a.Tests), text(a.Interval), text(listed(a.Warnings)), code(a.FindingID))
	}
	return t
}
