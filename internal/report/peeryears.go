package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// peerKey finds a comparison of one force and year.
type peerKey struct {
	force police.ForceCode
	year  string
}

// peerYears draws a small time line for each force: its cost a head in every year held,
// on its own peers' range, with the median of all other forces beside. All stand on one
// scale.
func (b *book) peerYears(measure, function string) *Figure {
	real := func(rows []police.PeerComparison) []police.PeerComparison {
		return pick(rows, func(r police.PeerComparison) bool {
			return r.Measure == measure && r.Function == function && r.Per == "head" && r.Prices != "nominal"
		})
	}
	rows, all := real(b.Peers), map[peerKey]police.PeerComparison{}
	if len(rows) == 0 {
		return nil
	}
	for _, r := range real(b.PeersAll) {
		if r.Population == allForces {
			all[peerKey{r.Force, r.FinYear}] = r
		}
	}
	b.sortByForce(rows)
	held := distinct(rows, func(r police.PeerComparison) string { return r.FinYear })
	years := yearsBetween(held)
	s := scaleFor(withoutOutliers(b, rows), 9, false)
	id := "years-" + slug(measure)
	forces := distinct(rows, func(r police.PeerComparison) police.ForceCode { return r.Force })
	var pictures strings.Builder
	always := 0
	for _, f := range forces {
		of := pick(rows, func(r police.PeerComparison) bool { return r.Force == f })
		pictures.WriteString(string(b.peerLine(id, f, of, all, years, s)))
		always += btoi(!slices.ContainsFunc(of, func(r police.PeerComparison) bool { return !within(r) }))
	}
	first := rows[0]
	title := b.measure(measureID(measure, function))
	shared, _ := common(warningsOf(rows))
	return &Figure{
		ID: id, Message: fmt.Sprintf("%s: %d of %d forces lie within their own peers’ spread in every year held", title, always, len(forces)),
		Subtitle: fmt.Sprintf("%s, %s, %s to %s; one small picture a force, all on one scale from £%s to £%s", first.Unit, first.Prices, years[0], years[len(years)-1], decimal(s.lo, 0), decimal(s.hi, 0)),
		Source:   b.source(measure), N: fmt.Sprintf("%d forces, %s; each against %s, and against all others", len(forces), plural(len(held), "year"), first.PeerRule),
		Keys:  []Key{{"k-disc", "force"}, {"k-band", "its peers’ robust range"}, {"k-chance", "median of all other forces"}},
		Notes: append([]string{gapsWords(held, years) + "The range is of forces, not an error margin; forces beyond the scale are drawn at its edge."}, shared...), Fine: []string{first.Method},
		Picture: template.HTML(`<div class="smalls">` + pictures.String() + `</div>`), Table: b.peerYearsTable(id, title, rows, all),
	}
}

func within(r police.PeerComparison) bool { return r.Value >= r.Lo95 && r.Value <= r.Hi95 }

// gapsWords says which years between the first and the last aren't held.
func gapsWords(held, years []string) string {
	missing := pick(years, func(y string) bool { return !slices.Contains(held, y) })
	if len(missing) == 0 {
		return ""
	}
	return "Not held, and left empty: " + strings.Join(missing, ", ") + ". "
}

// peerLine is one force's small picture; years that aren't held break its line.
func (b *book) peerLine(id string, f police.ForceCode, rows []police.PeerComparison, all map[peerKey]police.PeerComparison, years []string, s scale) template.HTML {
	const top, bottom = 22.0, 92.0
	p := newPlot(108, 4, 4)
	y, n := upTo(s, top, bottom), len(years)
	at := map[string]police.PeerComparison{}
	said := b.force(f) + ", £ a head"
	for _, r := range rows {
		at[r.FinYear] = r
		said += fmt.Sprintf("; %s %s (peers %s to %s)", r.FinYear, decimal(r.Value, 0), decimal(r.Lo95, 0), decimal(r.Hi95, 0))
	}
	p.mark(string(f), said, func() {
		p.bar(0, 100, 0, 108, "hit")
		p.text(0, 0, 13, "start", "label small", shorten(b.force(f), 22))
		for _, v := range []float64{s.lo, s.hi} {
			p.line(0, y(v), 100, y(v), "grid")
		}
		for _, run := range runsOf(years, at) {
			p.stretched(108, between(run.spots(years, n, func(r police.PeerComparison) float64 { return y(r.Hi95) }), run.spots(years, n, func(r police.PeerComparison) float64 { return y(r.Lo95) })), "band")
			p.stretched(108, through(run.spots(years, n, func(r police.PeerComparison) float64 { return y(all[peerKey{f, r.FinYear}].Median) })), "chance")
			p.stretched(108, through(run.spots(years, n, func(r police.PeerComparison) float64 { return y(r.Value) })), "path")
		}
		for i, k := range years {
			if r, ok := at[k]; ok {
				drawPeerYear(p, s, r, columnAt(i, n), y)
			}
		}
		p.text(columnAt(0, n), -6, 105, "start", "tick", shortYear(police.FinancialYear(years[0])))
		p.text(columnAt(n-1, n), 6, 105, "end", "tick", shortYear(police.FinancialYear(years[n-1])))
	})
	id += "-" + slug(string(f))
	return p.svg(id, b.force(f)+": cost a head by year beside its peers", "Numbers are in the table below.")
}

func drawPeerYear(p *plot, s scale, r police.PeerComparison, x float64, y func(float64) float64) {
	if s.beyond(r.Value) {
		p.diamond(x, y(r.Value), 3.5, "edge")
		return
	}
	p.dot(x, y(r.Value), 2.8, "disc")
}

// run is a row of years that follow each other.
type run []police.PeerComparison

// runsOf splits a force's years where one is missing or has no peers.
func runsOf(years []string, at map[string]police.PeerComparison) []run {
	var out []run
	var now run
	for _, y := range years {
		r, ok := at[y]
		if ok && r.Lo95 == r.Lo95 && r.Value == r.Value {
			now = append(now, r)
			continue
		}
		out, now = append(out, now), nil
	}
	return pick(append(out, now), func(r run) bool { return len(r) > 0 })
}

// spots places a run's values. A single year gets a short stretch, to be seen.
func (r run) spots(years []string, n int, of func(police.PeerComparison) float64) []spot {
	var out []spot
	for _, c := range r {
		x := columnAt(slices.Index(years, c.FinYear), n)
		if len(r) == 1 {
			return []spot{{x - 4, of(c)}, {x + 4, of(c)}}
		}
		out = append(out, spot{x, of(c)})
	}
	return out
}

func (b *book) peerYearsTable(id, title string, rows []police.PeerComparison, all map[peerKey]police.PeerComparison) *Table {
	t := newTable(id+"-table", title+": each force and year beside its peers and beside all others", words("Force"), words("Year"), numbers("£ a head, real"), numbers("Peers’ weighted mean"), numbers("Peers’ simple mean"), numbers("Peers’ median"), numbers("Range from"), numbers("to"),
		numbers("All others’ weighted mean"), numbers("All others’ median"), numbers("Range from"), numbers("to"), words("Rank range"), numbers("Peers"), numbers("Others"), words("Finding"), words("Finding, all others"))
	for _, r := range rows {
		a, ok := all[peerKey{r.Force, r.FinYear}]
		others := []Cell{figure(noFigure, ""), figure(noFigure, ""), figure(noFigure, ""), figure(noFigure, "")}
		n := figure(noFigure, "")
		if ok {
			others, n = []Cell{measured(a.MeanWeighted, 2), measured(a.Median, 2), measured(a.Lo95, 2), measured(a.Hi95, 2)}, whole(a.N)
		}
		cells := append([]Cell{text(b.force(r.Force)), text(r.FinYear), measured(r.Value, 2), measured(r.MeanWeighted, 2), measured(r.MeanSimple, 2), measured(r.Median, 2), measured(r.Lo95, 2), measured(r.Hi95, 2)}, others...)
		t.add(string(r.Force), append(cells, text(rankRange(r)), whole(r.N), n, code(r.FindingID), code(a.FindingID))...)
	}
	return t
}

// functionPeers shows for every force and function whether its budget a head lies
// within its own peers' spread. Above or below says nothing of value: a host's budget
// holds the whole joint unit, a partner's one recharge.
func (b *book) functionPeers() *Figure {
	rows := pick(b.Peers, func(r police.PeerComparison) bool {
		return r.Measure == "gre" && r.Function != "" && !strings.HasPrefix(r.Function, "total") && r.Function != "national_policing" && r.Per == "head" && r.Prices == "nominal"
	})
	year := last(rows, func(r police.PeerComparison) string { return r.FinYear })
	rows = pick(rows, func(r police.PeerComparison) bool { return r.FinYear == year })
	if len(rows) == 0 {
		return nil
	}
	b.sortByForce(rows)
	functions := distinct(rows, func(r police.PeerComparison) string { return r.Function })
	slices.Sort(functions)
	forces := distinct(rows, func(r police.PeerComparison) police.ForceCode { return r.Force })
	const row, head = 18.0, 132.0
	p := newPlot(int(row*float64(len(forces)))+int(head)+8, 118, 60)
	for j, f := range functions {
		p.addf(`<svg x="%s%%" y="%s" overflow="visible"><text transform="rotate(-48)" class="tick slanted">%s</text></svg>`, num(columnAt(j, len(functions))), num(head-8), escape(shorten(capital(b.function(f)), 22)))
	}
	inside, compared := 0, 0
	for i, f := range forces {
		mid := head + row*(float64(i)+0.5)
		p.label(mid+4, "label small", b.force(f))
		p.line(0, mid+row/2, 100, mid+row/2, "grid")
		for _, r := range rows {
			if r.Force != f {
				continue
			}
			x := columnAt(slices.Index(functions, r.Function), len(functions))
			p.mark(string(f), b.functionPeerWords(r), func() { drawFunctionPeer(p, r, x, mid) })
			if r.Lo95 == r.Lo95 {
				compared++
				inside += btoi(within(r))
			}
		}
	}
	first := rows[0]
	shared, _ := common(warningsOf(rows))
	return &Figure{
		ID: "function-peers", Message: fmt.Sprintf("In %s of %s comparisons by function a force’s budget a head lies within its own peers’ spread", count(inside), count(compared)),
		Subtitle: "Gross budget estimate a head, " + year + ", each force and function against that force’s own peers; national policing left out, since its grant stands with whoever hosts the work",
		Source:   b.source("gre"), N: fmt.Sprintf("%d forces, %d functions; each against %s", len(forces), len(functions), first.PeerRule),
		Keys:  []Key{{"k-speck", "within its peers’ range"}, {"k-up", "above it"}, {"k-down", "below it"}, {"k-none", "fewer than 3 peers"}},
		Notes: append([]string{"Above and below are places beside seven forces of like size and crime, not good or bad. Whoever hosts a joint unit stands high in its function, and its partners low, whatever the unit costs."}, shared...), Fine: []string{first.Method},
		Picture: p.svg("function-peers", "Budgets a head by force and function beside peers", "A grid of marks, one for each force and function: a speck within its peers’ range, a triangle upwards above it, downwards below it. Numbers are in the table below."),
		Table:   b.functionPeerTable(rows),
	}
}

func drawFunctionPeer(p *plot, r police.PeerComparison, x, y float64) {
	p.addf(`<svg x="%s%%" y="%s" overflow="visible"><rect x="-7" y="-8" width="14" height="16" class="hit"/>`, num(x), num(y))
	switch {
	case r.Lo95 != r.Lo95 || r.Value != r.Value:
		p.addf(`<path d="M-3 0H3" class="nothing"/>`)
	case r.Value > r.Hi95:
		p.addf(`<path d="M0 -5L5 4H-5Z" class="up"/>`)
	case r.Value < r.Lo95:
		p.addf(`<path d="M0 5L5 -4H-5Z" class="down"/>`)
	default:
		p.addf(`<circle r="2" class="speck"/>`)
	}
	p.addf(`</svg>`)
}

func (b *book) functionPeerWords(r police.PeerComparison) string {
	if r.Lo95 != r.Lo95 {
		return fmt.Sprintf("%s, %s: £%s a head; fewer than 3 peers", b.force(r.Force), b.function(r.Function), decimal(r.Value, 2))
	}
	return fmt.Sprintf("%s, %s: £%s a head; peers’ range £%s to £%s", b.force(r.Force), b.function(r.Function), decimal(r.Value, 2), decimal(r.Lo95, 2), decimal(r.Hi95, 2))
}

func (b *book) functionPeerTable(rows []police.PeerComparison) *Table {
	t := newTable("function-peers-table", "Budgets a head by force and function beside peers", words("Force"), words("Function"), numbers("£ a head"), numbers("Peers’ weighted mean"), numbers("Peers’ simple mean"), numbers("Peers’ median"), numbers("Range from"), numbers("to"),
		words("Rank range"), numbers("£ a year from peers’ weighted mean"), numbers("Peers"), words("Finding"))
	for _, r := range rows {
		t.add(string(r.Force), text(b.force(r.Force)), text(b.function(r.Function)), measured(r.Value, 2), measured(r.MeanWeighted, 2), measured(r.MeanSimple, 2), measured(r.Median, 2), measured(r.Lo95, 2), measured(r.Hi95, 2),
			text(rankRange(r)), change(r.Difference, 0), whole(r.N), code(r.FindingID))
	}
	return t
}
