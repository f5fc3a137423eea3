package report

import (
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// shownFirst are the pairs of cost and outcome drawn large; all others are small.
var shownFirst = []pairKey{{"gre:total_excl_national", "crime_severity_score"}, {"net_expenditure", "crime_severity_score"}}

// pairKey is a cost set beside an outcome.
type pairKey struct{ cost, outcome string }

// costOutcome sets cost a head beside each outcome it was tested with, picture by
// picture, with every association that was tested.
func (b *book) costOutcome() Section {
	s := Section{ID: "cost-outcome", Title: "Cost against outcome",
		Intro: []string{"Police grants follow assessed need, so that a positive association is expected and shows nothing about value. Nothing here is a cause. A force is found by hovering, by the arrow keys within a picture, by the search, and in each picture’s table."}}
	for _, k := range shownFirst {
		s.figure(b.scatter(k))
	}
	s.figure(b.pairForest())
	for _, cost := range distinct(b.pairKeys(), func(k pairKey) string { return k.cost }) {
		var small []*Figure
		for _, k := range b.pairKeys() {
			if f := b.scatter(k); k.cost == cost && !slices.Contains(shownFirst, k) && f != nil {
				small = append(small, f)
			}
		}
		if len(small) > 0 {
			s.folded(fmt.Sprintf("%s a head beside %s", capital(b.measureShort(cost)), b.pairedWith(cost)), Block{Grid: small})
		}
	}
	s.figure(b.associationForest())
	s.folded(fmt.Sprintf("All %s associations tested, with intervals, p and q", count(len(b.Associations))), Block{Table: b.associationTable(b.Associations)})
	return s
}

// pairKeys are the pairs tested, in the order of the table association.
func (b *book) pairKeys() []pairKey {
	return distinct(b.Pairs, func(q Pair) pairKey { return pairKey{q.Cost, q.Outcome} })
}

// pairedWith lists the outcomes that a cost is set beside in small pictures.
func (b *book) pairedWith(cost string) string {
	var names []string
	for _, k := range b.pairKeys() {
		if k.cost == cost && !slices.Contains(shownFirst, k) {
			names = append(names, b.outcomeShort(k.outcome))
		}
	}
	return joinAnd(names)
}

// outcomeShort names an outcome of the table association in a few words.
func (b *book) outcomeShort(id string) string {
	if of, less, ok := strings.Cut(id, " less "); ok {
		_, of, _ = strings.Cut(of, ":")
		if of == "total_excl_national" {
			return "the rest of the budget"
		}
		return b.function(of) + " less " + b.function(less)
	}
	switch id {
	case "crime_severity_score":
		return "crime severity"
	case "recorded_offences_incl_all_codes":
		return "recorded offences"
	case "ksi_cyclists_adjusted":
		return "cyclist casualties"
	case "peel_effectiveness":
		return "effectiveness grade"
	case "peel_efficiency":
		return "efficiency grade"
	}
	return spelt(id)
}

// outcomeName names an outcome in full.
func (b *book) outcomeName(id string) string {
	if strings.Contains(id, " less ") {
		return "gross budget for all functions but national policing and support functions"
	}
	return b.measure(id)
}

// latestPairs are the pairs of figures of the latest year of a cost and an outcome.
func (b *book) latestPairs(k pairKey) []Pair {
	rows := pick(b.Pairs, func(q Pair) bool { return q.Cost == k.cost && q.Outcome == k.outcome })
	year := last(rows, func(q Pair) string { return q.FinYear })
	rows = pick(rows, func(q Pair) bool { return q.FinYear == year })
	slices.SortStableFunc(rows, func(x, y Pair) int { return strings.Compare(b.force(x.Force), b.force(y.Force)) })
	return rows
}

func (b *book) scatter(k pairKey) *Figure {
	pts := b.latestPairs(k)
	if len(pts) == 0 {
		return nil
	}
	id := "scatter-" + slug(k.cost) + "-" + slug(k.outcome)
	first := pts[0]
	sx, sy := b.pairScales(pts)
	const top, bottom = 10.0, 290.0
	p := newPlot(348, 44, 18)
	y := upTo(sy, top, bottom)
	p.upright(sy, y, func(v float64) string { return decimal(v, sy.places()) })
	p.axis(sx, top, bottom, func(v float64) string { return "£" + decimal(v, sx.places()) })
	p.text(50, 0, bottom+42, "middle", "axis-name", "£ a head")
	beyond := ""
	for _, q := range pts {
		out := sx.beyond(q.PerHead) || sy.beyond(q.Value)
		if out {
			beyond += fmt.Sprintf("%s (£%s, %s) lies beyond the scale and is drawn at its edge. ", b.force(q.Force), decimal(q.PerHead, 0), outcomeValue(q))
		}
		p.mark(string(q.Force), fmt.Sprintf("%s: £%s a head; %s %s", b.force(q.Force), decimal(q.PerHead, costPlaces(pts)), b.outcomeShort(k.outcome), outcomeValue(q)), func() {
			if out || b.forces[q.Force].PeerOutlier != "" {
				p.diamond(sx.at(q.PerHead), y(q.Value), 6, "edge")
				return
			}
			p.dot(sx.at(q.PerHead), y(q.Value), 4.5, "see-through")
		})
	}
	said, notes, findings := b.scatterWords(k, first.FinYear)
	measure, _, _ := strings.Cut(k.cost, ":")
	outcome, _, _ := strings.Cut(k.outcome, ":")
	return &Figure{
		ID: id, Message: said,
		Subtitle: fmt.Sprintf("Across: %s, £ a head, %s. Upright: %s, %s, %s. One dot a force.", b.measure(k.cost), first.FinYear, b.outcomeName(k.outcome), first.Unit, periodName(first.OutcomeYear, first.Period)),
		Source:   strings.Join(distinct([]string{b.source(measure), b.source(outcome)}, func(s string) string { return s }), "; "), N: plural(len(pts), "force"),
		Keys:     []Key{{"k-disc", "a force"}, {"k-edge", "London, or beyond the scale: not comparable a head"}},
		Notes:    append(notes, strings.TrimSpace(beyond)),
		Picture:  p.svg(id, "Cost a head against "+b.outcomeShort(k.outcome)+", one dot a force", "A dot for each force: across pounds a head, upright "+b.outcomeShort(k.outcome)+". The table below lists every force."),
		Findings: findings, Table: b.scatterTable(id, k, pts),
	}
}

// pairScales fit the forces whose figures a head can be compared; where that leaves
// none, all.
func (b *book) pairScales(pts []Pair) (x, y scale) {
	var xs, ys []float64
	for _, q := range pts {
		if b.forces[q.Force].PeerOutlier == "" {
			xs, ys = append(xs, q.PerHead), append(ys, q.Value)
		}
	}
	if len(xs) == 0 {
		for _, q := range pts {
			xs, ys = append(xs, q.PerHead), append(ys, q.Value)
		}
	}
	if pts[0].Ordinal {
		return scaleFor(xs, 4, false), rounded(1, 4, 3)
	}
	return scaleFor(xs, 4, false), scaleFor(ys, 5, false)
}

func costPlaces(pts []Pair) int {
	for _, q := range pts {
		if q.PerHead >= 20 {
			return 0
		}
	}
	return 2
}

func outcomeValue(q Pair) string {
	switch {
	case q.Ordinal:
		return decimal(q.Value, 0) + " of 4"
	case strings.HasPrefix(q.Unit, "£"):
		return "£" + decimal(q.Value, 0) + " a head"
	case q.Value < 1:
		return decimal(q.Value, 3) + " " + q.Unit
	case q.Unit == "score":
		return decimal(q.Value, 1)
	}
	return decimal(q.Value, 1) + " " + q.Unit
}

func (b *book) scatterTable(id string, k pairKey, pts []Pair) *Table {
	t := newTable(id, fmt.Sprintf("%s a head and %s by force, %s", b.measure(k.cost), b.outcomeShort(k.outcome), pts[0].FinYear), words("Force"), numbers("£ a head"), numbers(capital(b.outcomeShort(k.outcome))+", "+pts[0].Unit), words("Finding of cost"))
	ids := map[police.ForceCode]string{}
	measure, function, _ := strings.Cut(k.cost, ":")
	for _, c := range b.CostPerHead {
		if c.Measure == measure && c.Function == function && c.FinYear == pts[0].FinYear {
			ids[c.Force] = c.FindingID
		}
	}
	for _, q := range pts {
		t.add(string(q.Force), text(b.force(q.Force)), measured(q.PerHead, 2), measured(q.Value, 3), code(ids[q.Force]))
	}
	return t
}

// pairRows are the correlations of a pair in a year that pictures word: Pearson's, or
// Spearman's where the outcome is a grade; with and without London.
func (b *book) pairRows(k pairKey, year string) []police.Association {
	of := func(method string) []police.Association {
		return pick(b.Associations, func(a police.Association) bool {
			return a.Cost == k.cost && a.Outcome == k.outcome && a.FinYear == year && a.Method == method && a.Scope == "across forces" && a.Estimate == a.Estimate
		})
	}
	if rows := of("pearson"); len(rows) > 0 {
		return rows
	}
	return of("spearman")
}

// coefficient is the letter a correlation goes by.
func coefficient(a police.Association) string {
	if a.Method == "spearman" {
		return "ρ"
	}
	return "r"
}

// scatterWords words the correlations of a pair, what must be said with them, and what
// the missing forces could do.
func (b *book) scatterWords(k pairKey, year string) (said string, notes, ids []string) {
	var parts []string
	for _, a := range b.pairRows(k, year) {
		parts = append(parts, fmt.Sprintf("%s = %s (95 %% interval %s to %s, n = %d, %s)", coefficient(a), decimal(a.Estimate, 2), decimal(a.Lo, 2), decimal(a.Hi, 2), a.N, a.Set))
		ids = append(ids, a.FindingID)
		if len(notes) == 0 {
			notes = sentences(a.Warnings)
		}
		if x, ok := b.boundOf("association", a.FindingID); ok && x.NMissing > 0 {
			notes = append(notes, fmt.Sprintf("%s: were the missing known, the correlation would lie between %s and %s; %s.", capital(a.Set), decimal(x.Lo, 2), decimal(x.Hi, 2), answerWords(x.Answer)))
		}
	}
	title := fmt.Sprintf("%s a head and %s across forces", capital(b.measureShort(k.cost)), b.outcomeShort(k.outcome))
	if len(parts) == 0 {
		return title + ": no association could be computed", nil, nil
	}
	return title + ": " + strings.Join(parts, "; "), notes, ids
}

// pairForest puts the latest correlation of every pair on one scale, with what missing
// forces could make of it.
func (b *book) pairForest() *Figure {
	s := rounded(-1, 1, 4)
	const row, head = 24.0, 26.0
	p := newPlot(0, 150, 14)
	height, group := 0.0, ""
	n, turns, apart := 0, 0, 0
	var rows []police.Association
	for _, k := range b.pairKeys() {
		pts := b.latestPairs(k)
		all := b.pairRows(k, pts[0].FinYear)
		if len(all) == 0 {
			continue
		}
		if k.cost != group {
			group = k.cost
			p.text(0, -150, height+17, "start", "group", capital(b.measureShort(group)))
			height += head
		}
		a := all[len(all)-1] // without London where London is in
		rows = append(rows, all...)
		mid := height + row/2
		height += row
		n, apart = n+1, apart+btoi(a.Lo > 0 || a.Hi < 0)
		x, bounded := b.boundOf("association", a.FindingID)
		turns += btoi(x.Answer == "could change")
		p.label(mid+4, "label small", capital(b.outcomeShort(k.outcome)))
		p.mark("", b.pairMark(a, x, bounded), func() {
			if bounded && x.Lo == x.Lo && x.Hi == x.Hi {
				p.bar(s.at(x.Lo), s.at(x.Hi), mid-5, 10, "band")
			}
			p.line(s.at(a.Lo), mid, s.at(a.Hi), mid, "whisker")
			class := "disc"
			if a.Method == "spearman" {
				class = "hollow"
			}
			p.dot(s.at(a.Estimate), mid, 4.5, class)
		})
	}
	if n == 0 {
		return nil
	}
	p.beneath(func() { p.axis(s, 0, height, func(v float64) string { return signed(v, 1) }) })
	p.height = int(height) + 26
	return &Figure{
		ID: "pair-forest", Message: fmt.Sprintf("Of %d pairs of cost and outcome %d have an interval that excludes nought; in %d the missing forces could change what is said", n, apart, turns),
		Subtitle: "Correlation of cost a head with outcome across forces, latest year of each pair, without London where London is in; 95 % intervals",
		Source:   "tables association and missing_bound", N: fmt.Sprintf("%d pairs; %d correlations tested in all", n, rows[0].Tests),
		Keys:     []Key{{"k-disc", "Pearson’s r"}, {"k-hollow", "Spearman’s ρ, for grades"}, {"k-whisker", "95 % interval"}, {"k-band", "where it could lie, were the missing forces known"}},
		Notes:    []string{"An association, never a cause. Of 20 intervals one would exclude nought by chance; q, adjusted over all tests, stands in the table. Two parts of one budget are no outcome."},
		Picture:  p.svg("pair-forest", "Correlation of every pair of cost and outcome", "A dot with its interval for each pair on one scale from minus one to one, and a band for what missing forces could make of it. Numbers are in the table below."),
		Findings: nil, Table: b.pairForestTable(rows),
	}
}

func (b *book) pairMark(a police.Association, x police.Bound, bounded bool) string {
	s := fmt.Sprintf("%s a head with %s, %s, %s: %s = %s, 95 %% interval %s to %s, n = %d, q = %s", capital(b.measureShort(a.Cost)), b.outcomeShort(a.Outcome), a.FinYear, a.Set, coefficient(a), decimal(a.Estimate, 2), decimal(a.Lo, 2), decimal(a.Hi, 2), a.N, decimal(a.Q, 3))
	if bounded {
		s += fmt.Sprintf("; were the missing forces known, between %s and %s", decimal(x.Lo, 2), decimal(x.Hi, 2))
	}
	return s
}

func (b *book) pairForestTable(rows []police.Association) *Table {
	t := newTable("pair-forest", "Latest correlation of each cost with each outcome", words("Cost"), words("Outcome"), words("Year"), words("Forces"), words("Method"), numbers("n"), numbers("Estimate"), numbers("Lower"), numbers("Upper"), numbers("p"), numbers("q"),
		numbers("Were the missing known, from"), numbers("to"), words("Answer"), words("Finding"))
	for _, a := range rows {
		from, to, answer := figure(noFigure, ""), figure(noFigure, ""), noFigure
		if x, ok := b.boundOf("association", a.FindingID); ok {
			from, to, answer = measured(x.Lo, 2), measured(x.Hi, 2), x.Answer
		}
		t.add("", text(b.measure(a.Cost)), text(b.outcomeName(a.Outcome)), text(a.FinYear), text(a.Set), text(a.Method), whole(a.N), measured(a.Estimate, 3), measured(a.Lo, 3), measured(a.Hi, 3), measured(a.P, 4), measured(a.Q, 4), from, to, text(answer), code(a.FindingID))
	}
	return t
}
