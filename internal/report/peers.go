package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

func (b *book) peers() Section {
	s := Section{ID: "peers", Title: "Forces beside their peers",
		Intro: []string{
			"Forces stand in the order of the alphabet. Money counted in full has no sampling error, so no rank is exact: a rank is given as the range it takes over years and definitions, and no table here is a league table.",
			"The grey band is the spread of a force’s own peers (their median, plus or minus 1.96 robust standard deviations). It is a range of forces and not an error margin. Funnel plots, with limits that narrow as forces grow, are for counts only (offences, outcomes, road deaths): pounds are no counts."}}
	for _, c := range b.comparisons() {
		s.figure(b.peerStrip(c.rows, c.id))
	}
	s.figure(b.peerYears("net_expenditure", ""))
	if f := b.peerYears("gre", "total_excl_national"); f != nil {
		s.folded("The same for gross budgets of all functions but national policing", Block{Figure: f})
	}
	s.figure(b.overTime("net_expenditure"))
	s.figure(b.byFunction())
	s.figure(b.functionPeers())
	shown, folded := b.funnels()
	for _, f := range shown {
		s.figure(f)
	}
	if len(folded) > 0 {
		s.folded("The same funnels without London", Block{Grid: folded})
	}
	s.text("Comparisons by function and for every year, real and nominal, a head and an officer, stand in the table peer_comparison; those with all other forces, with and without London, in peer_comparison_all; every year’s counts in funnel. On one line: hardyards compare --force NAME --measure net_expenditure --per head --real.")
	return s
}

// comparison is a picture's rows: one measure in its latest year, a head.
type comparison struct {
	id   string
	rows []police.PeerComparison
}

// wholeForce are the measures of a whole force's cost, in the order shown.
var wholeForce = []struct{ measure, function string }{
	{"net_expenditure", ""}, {"net_revenue_expenditure", ""}, {"gre", "total_excl_national"},
}

// comparisons picks each whole-force cost in its latest year, a head, nominal: in its
// own year's prices nothing rests on a deflator.
func (b *book) comparisons() []comparison {
	var out []comparison
	for _, w := range wholeForce {
		rows := pick(b.Peers, func(r police.PeerComparison) bool {
			return r.Measure == w.measure && r.Function == w.function && r.Per == "head" && r.Prices == "nominal"
		})
		year := last(rows, func(r police.PeerComparison) string { return r.FinYear })
		rows = pick(rows, func(r police.PeerComparison) bool { return r.FinYear == year })
		if len(rows) > 0 {
			b.sortByForce(rows)
			out = append(out, comparison{"peers-" + slug(w.measure), rows})
		}
	}
	return out
}

func (b *book) sortByForce(rows []police.PeerComparison) {
	slices.SortStableFunc(rows, func(x, y police.PeerComparison) int { return cmp.Compare(b.force(x.Force), b.force(y.Force)) })
}

// peerStrip draws each force's figure on its own peers' band, all on one scale.
func (b *book) peerStrip(rows []police.PeerComparison, id string) *Figure {
	first := rows[0]
	p, s, shared, inside := peerRows{values: withoutOutliers(b, rows), height: 20, left: 136, right: 14,
		name:  func(r police.PeerComparison) string { return b.force(r.Force) },
		words: func(police.PeerComparison) string { return "" }}.draw(b, rows)
	title := b.measure(measureID(first.Measure, first.Function))
	return &Figure{
		ID: id, Message: fmt.Sprintf("%d of %d forces lie within the spread of their own peers on %s", inside, len(rows), strings.ToLower(title[:1])+title[1:]),
		Subtitle: fmt.Sprintf("%s, %s, %s prices, %s. Dot: the force; band: its peers’ robust range; tick: their median.", title, first.Unit, first.Prices, first.FinYear),
		Source:   b.source(first.Measure), N: fmt.Sprintf("%d forces, each against %s", len(rows), first.PeerRule),
		Keys:    []Key{{"k-disc", "force"}, {"k-hollow", "force with a break or caveat of its own"}, {"k-band", "peers’ robust range"}, {"k-tick", "peers’ median"}, {"k-edge", "beyond the scale, drawn at its edge"}},
		Notes:   append(shared, beyondNotes(b, s, rows)...),
		Picture: p.svg(id, title+" by force beside its peers", "One row a force in the order of the alphabet: a dot for its figure, a band for its peers. Numbers, peers and rank ranges are in the table below."),
		Table:   b.peerTable(id, rows),
	}
}

// peerRows draws a row for each comparison, the figure on its peers' range, on one
// scale. left is the width of the row names, right the margin; mark says whom a row
// is of, and words what is read out of it before its figures.
type peerRows struct {
	values      []float64 // that set the scale
	zero        bool      // it begins at nought
	height      float64   // of a row
	left, right int
	name, words func(r police.PeerComparison) string
}

// draw gives the picture, its scale, the warnings that all rows share and the number
// of rows within their peers' range.
func (o peerRows) draw(b *book, rows []police.PeerComparison) (p *plot, s scale, shared []string, inside int) {
	s = scaleFor(o.values, 5, o.zero)
	bottom := o.height * float64(len(rows))
	p = newPlot(int(bottom)+26, o.left, o.right)
	p.axis(s, 0, bottom, func(v float64) string { return "£" + decimal(v, s.places()) })
	shared, own := common(warningsOf(rows))
	for i, r := range rows {
		mid := o.height * (float64(i) + 0.5)
		p.label(mid+4, "label", o.name(r))
		p.mark(string(r.Force), o.words(r)+b.peerWords(r, own), func() { drawPeer(p, s, r, mid, len(own(r.Warnings)) > 0) })
		inside += btoi(within(r))
	}
	return p, s, shared, inside
}

// spread gives the values and bands of all rows.
func spread(rows []police.PeerComparison) []float64 {
	var out []float64
	for _, r := range rows {
		out = append(out, r.Value, r.Lo95, r.Hi95)
	}
	return out
}

// withoutOutliers gives values and bands of the forces whose figures a head can be
// compared: City of London's would squeeze all others into a corner.
func withoutOutliers(b *book, rows []police.PeerComparison) []float64 {
	return spread(pick(rows, func(r police.PeerComparison) bool { return b.forces[r.Force].PeerOutlier == "" }))
}

func beyondNotes(b *book, s scale, rows []police.PeerComparison) []string {
	var out []string
	for _, r := range rows {
		if s.beyond(r.Value) {
			out = append(out, fmt.Sprintf("%s (%s) lies beyond the scale: %s", b.force(r.Force), "£"+decimal(r.Value, 0), or(b.forces[r.Force].PeerOutlier, "drawn at its edge")))
		}
	}
	return out
}

func drawPeer(p *plot, s scale, r police.PeerComparison, mid float64, caveat bool) {
	p.bar(0, 100, mid-9.5, 19, "hit")
	if r.Lo95 == r.Lo95 && r.Hi95 == r.Hi95 {
		p.bar(s.at(r.Lo95), s.at(r.Hi95), mid-5, 10, "band")
		p.line(s.at(r.Median), mid-5, s.at(r.Median), mid+5, "median")
	}
	class := "disc"
	if caveat {
		class = "hollow"
	}
	if s.beyond(r.Value) {
		p.diamond(s.at(r.Value), mid, 5, "edge")
		return
	}
	p.dot(s.at(r.Value), mid, 4.5, class)
}

func (b *book) peerWords(r police.PeerComparison, own func(string) []string) string {
	s := fmt.Sprintf("%s: £%s a %s; peers’ median £%s, range £%s to £%s (%s)", b.force(r.Force), decimal(r.Value, 0), r.Per, decimal(r.Median, 0), decimal(r.Lo95, 0), decimal(r.Hi95, 0), plural(int(r.N), "peer"))
	if r.N < 3 {
		s = fmt.Sprintf("%s: £%s a %s; fewer than 3 peers with a figure", b.force(r.Force), decimal(r.Value, 0), r.Per)
	}
	if r.RankOf > 0 {
		s += "; " + rankRange(r) + " over years and definitions"
	}
	if w := own(r.Warnings); len(w) > 0 {
		s += "; " + strings.Join(w, "; ")
	}
	return s
}

func rankRange(r police.PeerComparison) string {
	if r.RankOf == 0 {
		return noFigure
	}
	if r.RankLo == r.RankHi {
		return fmt.Sprintf("rank %d of %d", r.RankLo, r.RankOf)
	}
	return fmt.Sprintf("ranks %d–%d of %d", r.RankLo, r.RankHi, r.RankOf)
}

func warningsOf(rows []police.PeerComparison) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Warnings
	}
	return out
}

func measureID(measure, function string) string {
	if function == "" {
		return measure
	}
	return measure + ":" + function
}

// source names a measure's publisher and table; the list of measures has it in full.
func (b *book) source(measure string) string {
	if m, ok := b.measures[measure]; ok {
		short, _, _ := strings.Cut(m.Source, " (shared/")
		return short
	}
	return measure
}

// peerCaption names what is compared, so that no two tables are called alike.
func (b *book) peerCaption(rows []police.PeerComparison) string {
	functions := distinct(rows, func(r police.PeerComparison) string { return r.Function })
	if len(rows) == 0 || len(functions) > 1 {
		return "Beside peers, by function"
	}
	return "Beside peers: " + b.measure(measureID(rows[0].Measure, rows[0].Function))
}

func (b *book) peerTable(id string, rows []police.PeerComparison) *Table {
	t := newTable(id+"-table", b.peerCaption(rows), words("Force"), words("Measure"), words("Year"), words("Unit and prices"), numbers("Value"), numbers("Peers’ weighted mean"), numbers("Peers’ simple mean"), numbers("Peers’ median"),
		numbers("Band from"), numbers("to"), numbers("Robust z"), words("Rank range"), numbers("£ a year from peers’ weighted mean"), numbers("Peers"), words("Peers named"), words("Warnings"), words("Finding"))
	for _, r := range rows {
		t.add(string(r.Force), text(b.force(r.Force)), text(b.measure(measureID(r.Measure, r.Function))), text(r.FinYear), text(r.Unit+", "+r.Prices), measured(r.Value, 2), measured(r.MeanWeighted, 2), measured(r.MeanSimple, 2), measured(r.Median, 2),
			measured(r.Lo95, 2), measured(r.Hi95, 2), measured(r.RobustZ, 2), text(rankRange(r)), change(r.Difference, 0), whole(r.N), text(strings.Join(b.codes(r.Peers), ", ")), text(listed(r.Warnings)), code(r.FindingID))
	}
	return t
}

// widest names the function in which forces lie furthest apart.
func (b *book) widest(rows []police.CostPerHead) string {
	lo, hi := map[string]float64{}, map[string]float64{}
	best := ""
	for _, r := range rows {
		if _, seen := lo[r.Function]; !seen {
			lo[r.Function], hi[r.Function] = r.Nominal, r.Nominal
		}
		lo[r.Function], hi[r.Function] = min(lo[r.Function], r.Nominal), max(hi[r.Function], r.Nominal)
		if best == "" || hi[r.Function]-lo[r.Function] > hi[best]-lo[best] {
			best = r.Function
		}
	}
	return fmt.Sprintf("Budgets a head lie furthest apart in %s: £%s to £%s", b.function(best), decimal(lo[best], 0), decimal(hi[best], 0))
}

// overTime shows every force's cost a head in each year held, in prices of one year,
// and leaves room for the years that aren't held.
func (b *book) overTime(measure string) *Figure {
	rows := pick(b.CostPerHead, func(r police.CostPerHead) bool { return r.Measure == measure && r.Function == "" && r.Real == r.Real })
	if len(rows) == 0 {
		return nil
	}
	var values []float64
	for _, r := range rows {
		values = append(values, r.Real)
	}
	s := scaleFor(values, 5, false)
	years := yearsBetween(distinct(rows, func(r police.CostPerHead) string { return r.FinYear }))
	const row = 30.0
	p := newPlot(int(row*float64(len(years)))+26, 66, 14)
	p.axis(s, 0, row*float64(len(years)), func(v float64) string { return "£" + decimal(v, s.places()) })
	t := newTable("over-time", "Cost a head by force and year", words("Force"), words("Year"), numbers("£ a head, nominal"), numbers("£ a head, real"), numbers("Cost £"), numbers("People"), words("Warnings"), words("Finding"))
	for i, y := range years {
		mid := row * (float64(i) + 0.5)
		p.label(mid+4, "label", y)
		in := pick(rows, func(r police.CostPerHead) bool { return r.FinYear == y })
		if len(in) == 0 {
			p.text(50, 0, mid+4, "middle", "absent-words", "not held")
		}
		for _, r := range in {
			p.mark(string(r.Force), fmt.Sprintf("%s, %s: £%s a head in prices of %s", b.force(r.Force), y, decimal(r.Real, 0), r.BaseYear), func() { p.dot(s.at(r.Real), mid, 4, "see-through") })
			t.add(string(r.Force), text(b.force(r.Force)), text(y), measured(r.Nominal, 2), measured(r.Real, 2), measured(r.Cost, 0), measured(r.Population, 0), text(listed(r.Warnings)), code(r.FindingID))
		}
	}
	return &Figure{
		ID: "over-time", Message: "Cost a head is held for " + plural(len(distinct(rows, func(r police.CostPerHead) string { return r.FinYear })), "year") + ": too few to estimate what a collaboration changed",
		Subtitle: fmt.Sprintf("%s, £ a head in prices of %s; one dot a force", b.measure(measure), rows[0].BaseYear),
		Source:   b.source(measure), N: fmt.Sprintf("%d forces", len(distinct(rows, func(r police.CostPerHead) police.ForceCode { return r.Force }))),
		Keys:    []Key{{"k-disc", "a force; search for one to follow it"}},
		Notes:   []string{"London and Wales have no such outturn here. Breaks: " + listed(b.measures[measure].Breaks)},
		Picture: p.svg("over-time", "Cost a head by year, one dot a force", "A row of dots for each financial year; years that aren’t held are left empty. Numbers are in the table below."), Table: t,
	}
}

// yearsBetween fills the gaps of a list of financial years.
func yearsBetween(held []string) []string {
	slices.Sort(held)
	if len(held) == 0 {
		return nil
	}
	var out []string
	from, to := police.FinancialYear(held[0]).Start(), police.FinancialYear(held[len(held)-1]).Start()
	for y := from; y <= to; y++ {
		out = append(out, string(police.FinancialYearStarting(y)))
	}
	return out
}

// byFunction shows how far apart forces' budgets lie in each function.
func (b *book) byFunction() *Figure {
	rows := pick(b.CostPerHead, func(r police.CostPerHead) bool {
		return r.Measure == "gre" && r.Function != "" && !strings.HasPrefix(r.Function, "total") && b.forces[r.Force].PeerOutlier == ""
	})
	year := last(rows, func(r police.CostPerHead) string { return r.FinYear })
	rows = pick(rows, func(r police.CostPerHead) bool { return r.FinYear == year })
	if len(rows) == 0 {
		return nil
	}
	var values []float64
	for _, r := range rows {
		values = append(values, r.Nominal)
	}
	s := scaleFor(values, 5, true)
	functions := distinct(rows, func(r police.CostPerHead) string { return r.Function })
	slices.Sort(functions)
	const row = 28.0
	p := newPlot(int(row*float64(len(functions)))+26, 148, 14)
	p.axis(s, 0, row*float64(len(functions)), func(v float64) string { return "£" + decimal(v, 0) })
	t := newTable("by-function", "Gross budget a head by function and force", words("Function"), words("Force"), numbers("£ a head"), numbers("Budget £"), words("Warnings"), words("Finding"))
	for i, f := range functions {
		mid := row * (float64(i) + 0.5)
		p.label(mid+4, "label", capital(b.function(f)))
		for _, r := range rows {
			if r.Function != f {
				continue
			}
			p.mark(string(r.Force), fmt.Sprintf("%s, %s: £%s a head", b.force(r.Force), b.function(f), decimal(r.Nominal, 2)), func() { p.dot(s.at(r.Nominal), mid, 4, "see-through") })
			t.add(string(r.Force), text(b.function(f)), text(b.force(r.Force)), measured(r.Nominal, 2), measured(r.Cost, 0), text(listed(r.Warnings)), code(r.FindingID))
		}
	}
	return &Figure{
		ID: "by-function", Message: b.widest(rows),
		Subtitle: "Gross budget estimate, £ a head, " + year + "; one dot a force, London left out",
		Source:   b.source("gre"), N: fmt.Sprintf("%d forces, %d functions", len(distinct(rows, func(r police.CostPerHead) police.ForceCode { return r.Force })), len(functions)),
		Keys:    []Key{{"k-disc", "a force"}},
		Notes:   []string{"Budget estimates, not outturn. A host’s figure holds the whole joint unit, a partner’s one recharge."},
		Picture: p.svg("by-function", "Gross budget a head by function", "A row of dots for each function on one scale of pounds a head. Numbers are in the table below."), Table: t,
	}
}
