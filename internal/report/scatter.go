package report

import (
	"fmt"
	"strings"

	"hardyards/internal/police"
)

// costOutcome sets cost a head beside crime severity, picture by picture, with every
// association that was tested.
func (b *book) costOutcome() Section {
	s := Section{ID: "cost-outcome", Title: "Cost against outcome",
		Intro: []string{"Police grants follow assessed need, so that a positive association is expected and shows nothing about value. Nothing here is a cause."}}
	for _, c := range []struct{ cost, function string }{{"gre", "total_excl_national"}, {"net_expenditure", ""}} {
		s.figure(b.scatter(c.cost, c.function, "crime_severity_score"))
	}
	s.figure(b.associationForest())
	s.folded(fmt.Sprintf("All %s associations tested, with intervals, p and q", count(len(b.Associations))), Block{Table: b.associationTable(b.Associations)})
	return s
}

// point is one force on a scatter.
type point struct {
	force police.ForceCode
	cost  police.CostPerHead
	out   police.MeasureValue
}

// points pairs each force's cost of the latest year with the outcome of the year that
// ends on the same 31 March.
func (b *book) points(measure, function, outcome string) []point {
	rows := pick(b.CostPerHead, func(r police.CostPerHead) bool { return r.Measure == measure && r.Function == function })
	year := last(rows, func(r police.CostPerHead) string { return r.FinYear })
	of := map[police.ForceCode]police.MeasureValue{}
	for _, v := range b.Measures {
		if v.Measure == outcome && v.Function == "" && v.Value == v.Value && int(v.Year) == police.FinancialYear(year).End() {
			of[v.Force] = v
		}
	}
	var out []point
	for _, r := range rows {
		if v, ok := of[r.Force]; ok && r.FinYear == year {
			out = append(out, point{r.Force, r, v})
		}
	}
	return out
}

func (b *book) scatter(measure, function, outcome string) *Figure {
	pts := b.points(measure, function, outcome)
	if len(pts) == 0 {
		return nil
	}
	id := "scatter-" + slug(measure)
	var xs, ys []float64
	for _, q := range pts {
		xs, ys = append(xs, q.cost.Nominal), append(ys, q.out.Value)
	}
	sx, sy := scaleFor(xs, 5, false), scaleFor(ys, 5, false)
	const top, bottom = 10.0, 330.0
	p := newPlot(388, 40, 18)
	y := upTo(sy, top, bottom)
	p.upright(sy, y, func(v float64) string { return decimal(v, sy.places()) })
	p.axis(sx, top, bottom, func(v float64) string { return "£" + decimal(v, sx.places()) })
	p.text(50, 0, bottom+42, "middle", "axis-name", "£ a head")
	year := pts[0].cost.FinYear
	t := newTable(id, b.measure(measureID(measure, function))+" a head and outcome by force", words("Force"), numbers("£ a head"), numbers(b.measure(outcome)), words("Warnings"), words("Finding of cost"))
	for _, q := range pts {
		odd := b.forces[q.force].PeerOutlier != ""
		p.mark(string(q.force), fmt.Sprintf("%s: £%s a head, %s %s", b.force(q.force), decimal(q.cost.Nominal, 0), strings.ToLower(b.measure(outcome)), decimal(q.out.Value, 1)), func() {
			if odd {
				p.diamond(sx.at(q.cost.Nominal), y(q.out.Value), 6.5, "edge")
				return
			}
			p.dot(sx.at(q.cost.Nominal), y(q.out.Value), 5, "see-through")
		})
		t.add(string(q.force), text(b.force(q.force)), measured(q.cost.Nominal, 2), measured(q.out.Value, 2), text(listed(q.cost.Warnings)), code(q.cost.FindingID))
	}
	said, findings := b.scatterWords(measureID(measure, function), outcome, year)
	return &Figure{
		ID: id, Message: said,
		Subtitle: fmt.Sprintf("Across: %s, £ a head, %s. Upright: %s, %s. One dot a force.", b.measure(measureID(measure, function)), year, strings.ToLower(b.measure(outcome)), periodName(pts[0].out.Year, pts[0].out.Period)),
		Source:   b.source(measure) + "; " + b.source(outcome), N: fmt.Sprintf("%d forces", len(pts)),
		Keys:     []Key{{"k-disc", "a force"}, {"k-edge", "London: not comparable a head"}},
		Notes:    []string{"Grants follow assessed need: a positive association is expected and shows nothing about value. City of London’s severity score is suppressed by its publisher."},
		Picture:  p.svg(id, "Cost a head against crime severity, one dot a force", "A dot for each force by pounds a head and crime severity score. The table below lists every force."),
		Findings: findings, Table: t,
	}
}

// scatterWords words the Pearson correlations of a pair in a year, with and without
// London.
func (b *book) scatterWords(cost, outcome, year string) (string, []string) {
	var said, ids []string
	for _, a := range b.Associations {
		if a.Cost == cost && a.Outcome == outcome && a.FinYear == year && a.Method == "pearson" && a.Scope == "across forces" {
			said = append(said, fmt.Sprintf("r = %s (95 %% interval %s to %s, n = %d, %s)", decimal(a.Estimate, 2), decimal(a.Lo, 2), decimal(a.Hi, 2), a.N, a.Set))
			ids = append(ids, a.FindingID)
		}
	}
	if len(said) == 0 {
		return "No association was computed for this pair", nil
	}
	return "Cost a head and crime severity across forces: " + strings.Join(said, "; "), ids
}

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
		t.add("", text(b.measure(a.Cost)), text(b.measure(a.Outcome)), text(a.FinYear), text(a.Scope), text(a.Set), text(a.Method), whole(a.N), measured(a.Estimate, 3), measured(a.Lo, 3), measured(a.Hi, 3),
			measured(a.P, 4), measured(a.Q, 4), whole(a.Tests), text(a.Interval), text(listed(a.Warnings)), code(a.FindingID))
	}
	return t
}
