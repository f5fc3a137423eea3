package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// effects shows what can be estimated of a collaboration's beginning or end, and for
// the most part that nothing can.
func (b *book) effects() Section {
	s := Section{ID: "effects", Title: "Before and after collaborations"}
	if len(b.Effects) == 0 {
		s.text("No effect was tried.")
		return s
	}
	s.Intro = []string{"An effect is relative to a comparison: forces that aren’t members, weighted to move as the members did before. The treated unit is the collaboration, its members summed. Words are those of the method: “no detectable difference” says what difference 4 in 5 tests would have shown, not that there is none. A difference from a comparison is no cause: the members chose to collaborate, and other things happened to them too."}
	if b.spendingEstimates() == 0 {
		s.Intro = append([]string{b.noSpending()}, s.Intro...)
	}
	s.figure(b.effectForest())
	primary := b.pictured("primary")
	if len(primary) > 0 {
		s.Blocks = append(s.Blocks, Block{Grid: b.eventStudies(primary)})
	}
	if other := b.pictured("exploratory"); len(other) > 0 {
		s.folded("Exploratory pictures: no verdict", Block{Grid: b.eventStudies(other)})
	}
	s.figure(b.effectMatrix())
	estimated := pick(b.Effects, func(e police.Effect) bool { return e.Verdict != police.CantBeEstimated })
	s.folded(fmt.Sprintf("All %s estimates: every estimator and donor rule", count(len(estimated))), Block{Table: b.effectTable("effects-all", "Every estimate", estimated)})
	return s
}

// spending reports whether a measure is of money spent; council tax is funding.
func spending(measure string) bool {
	return strings.HasPrefix(measure, "net_") || strings.HasPrefix(measure, "gre:") || strings.HasPrefix(measure, "gre_")
}

// spendingEstimates counts the estimates of what a collaboration spends.
func (b *book) spendingEstimates() int {
	return len(pick(b.Effects, func(e police.Effect) bool { return spending(e.Measure) && e.Verdict != police.CantBeEstimated }))
}

// noSpending says before all else that no effect on spending can be estimated.
func (b *book) noSpending() string {
	tried := pick(b.Effects, func(e police.Effect) bool { return spending(e.Measure) })
	tested := pick(b.Effects, func(e police.Effect) bool { return e.Verdict != police.CantBeEstimated })
	n := len(distinct(tried, func(e police.Effect) string { return e.Collaboration }))
	return fmt.Sprintf("No effect on spending can be estimated, of the beginning or the end of any of %s: %s, and 5 periods before and 2 after are needed. The estimates below are of other things: %s.", plural(n, "collaboration"), b.outturnHeld(), strings.Join(distinct(tested, func(e police.Effect) string { return b.measureShort(e.Measure) }), ", "))
}

// pictured are the effects of a role that have an event-study path.
func (b *book) pictured(role string) []police.Effect {
	has := map[string]bool{}
	for _, q := range b.Paths {
		has[q.FindingID] = true
	}
	return pick(b.Effects, func(e police.Effect) bool { return e.Role == role && has[e.FindingID] })
}

// pct turns a value in the effect's unit into per cent of the level before, by the two
// forms in which the smallest detectable difference is given: the forest's scale.
func pct(e police.Effect, v float64) float64 { return v * e.DetectablePct / e.Detectable }

func (b *book) effectName(e police.Effect) string {
	return fmt.Sprintf("%s, %s: %s", b.collaboration(e.Collaboration), e.Phase, b.measureShort(e.Measure))
}

// measureShort is a label for a picture's margin.
func (b *book) measureShort(id string) string {
	switch id {
	case "fte_staff_total":
		return "staff"
	case "fte_officers":
		return "officers"
	case "crime_severity_score":
		return "crime severity"
	case "net_expenditure":
		return "net expenditure"
	case "gre:total_excl_national":
		return "gross budget"
	case "net_revenue_expenditure":
		return "net revenue expenditure"
	case "police_council_tax_requirement":
		return "council tax"
	}
	if f, ok := strings.CutPrefix(id, "gre:"); ok {
		return "budget: " + b.function(f)
	}
	return b.measure(id)
}

// effectForest puts the main estimates on one scale, in per cent of the level before,
// with what would have been detected and the other estimators beside.
func (b *book) effectForest() *Figure {
	rows := append(b.pictured("primary"), b.pictured("exploratory")...)
	rows = pick(rows, func(e police.Effect) bool { return e.Detectable > 0 })
	if len(rows) == 0 {
		return nil
	}
	var values []float64
	for _, e := range rows {
		values = append(values, pct(e, e.Lo), pct(e, e.Hi), e.DetectablePct)
	}
	s := symmetric(values, 6)
	const row = 40.0
	p := newPlot(int(row*float64(len(rows)))+46, 0, 8)
	p.left, p.right = 12, 12
	bottom := row*float64(len(rows)) + 8
	p.axis(s, 0, bottom, func(v float64) string { return signed(v, 0) + " %" })
	for i, e := range rows {
		b.drawForestRow(p, s, e, row*float64(i)+8)
	}
	counts := map[police.Verdict]int{}
	primary := pick(rows, func(e police.Effect) bool { return e.Role == "primary" })
	for _, e := range primary {
		counts[e.Verdict]++
	}
	return &Figure{
		ID: "effect-forest", Message: fmt.Sprintf("Of %d primary tests, %s: only differences of %s could have been seen 4 in 5 times", len(primary), verdictCounts(counts), detectableRange(primary)),
		Subtitle: "Difference from its comparison after a collaboration began (entry) or ended (exit), per cent of the level before; members summed; synthetic difference in differences",
		Source:   "tables effect and measures: " + b.source("fte_staff_total") + "; " + b.source("crime_severity_score"),
		N:        fmt.Sprintf("%d effects that could be estimated of %d collaborations, phases and measures tried", len(rows), b.triedDesigns()),
		Keys:     []Key{{"k-disc", "estimate, primary"}, {"k-hollow", "estimate, exploratory: no verdict"}, {"k-whisker", "interval from placebos"}, {"k-band", "a difference within is not reliably detected"}, {"k-other", "other estimators and donor rules"}},
		Notes:    []string{"Band: the smallest difference of either sign that 4 in 5 placebo units would have shown. Staff and officers falling in all forces after 2010, and rising with Uplift, are in both groups."},
		Picture:  p.svg("effect-forest", "Forest plot of effects on one scale", "A row for each effect: estimate, interval and smallest detectable difference in per cent. Numbers are in the table below."),
		Findings: distinct(rows, func(e police.Effect) string { return e.FindingID }),
		Table:    b.effectTable("effect-forest", "Effects pictured", rows),
	}
}

// detectableRange gives the smallest and largest of the smallest detectable differences.
func detectableRange(rows []police.Effect) string {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, e := range rows {
		lo, hi = min(lo, e.DetectablePct), max(hi, e.DetectablePct)
	}
	return fmt.Sprintf("%s to %s %% or more", decimal(lo, 0), decimal(hi, 0))
}

func verdictCounts(counts map[police.Verdict]int) string {
	var said []string
	for _, v := range []police.Verdict{police.LowerThanComparison, police.HigherThanComparison, police.NotRobust, police.NoDetectable, police.CantBeEstimated} {
		if counts[v] > 0 {
			said = append(said, fmt.Sprintf("%d read “%s”", counts[v], v))
		}
	}
	return strings.Join(said, ", ")
}

func (b *book) drawForestRow(p *plot, s scale, e police.Effect, top float64) {
	mid := top + 25
	tail := fmt.Sprintf(", %s: %s", e.Phase, b.measureShort(e.Measure))
	p.captions(top+11, "label small", shorten(b.collaboration(e.Collaboration), 30)+tail, b.collaboration(e.Collaboration)+tail)
	p.mark("", fmt.Sprintf("%s: %s. Estimate %s %%, interval %s to %s %%; 4 in 5 times a difference of %s %% or more would have been seen; members %s %%, comparison forces %s %%", b.effectName(e), e.Verdict,
		signed(pct(e, e.Estimate), 1), signed(pct(e, e.Lo), 1), signed(pct(e, e.Hi), 1), decimal(e.DetectablePct, 1), signed(e.RawMembers, 1), signed(e.RawPeers, 1)), func() {
		p.bar(s.at(-e.DetectablePct), s.at(e.DetectablePct), mid-6, 12, "band")
		p.line(s.at(pct(e, e.Lo)), mid, s.at(pct(e, e.Hi)), mid, "whisker")
		for _, o := range b.Effects {
			if o.Collaboration == e.Collaboration && o.Phase == e.Phase && o.Measure == e.Measure && o.FindingID != e.FindingID && o.Detectable > 0 {
				p.line(s.at(pct(o, o.Estimate)), mid-7, s.at(pct(o, o.Estimate)), mid+7, "other")
			}
		}
		class := "disc"
		if e.Role != "primary" {
			class = "hollow"
		}
		p.dot(s.at(pct(e, e.Estimate)), mid, 5, class)
	})
}

// triedDesigns counts collaborations × phases × measures.
func (b *book) triedDesigns() int {
	return len(distinct(b.Effects, func(e police.Effect) [3]string { return [3]string{e.Collaboration, e.Phase, e.Measure} }))
}

// eventStudies draws the gaps of several effects on one scale.
func (b *book) eventStudies(rows []police.Effect) []*Figure {
	var values []float64
	for _, q := range b.Paths {
		if slices.ContainsFunc(rows, func(e police.Effect) bool { return e.FindingID == q.FindingID }) {
			values = append(values, q.Gap, q.Lo, q.Hi)
		}
	}
	s := symmetric(values, 4)
	var out []*Figure
	for _, e := range rows {
		out = append(out, b.eventStudy(e, s))
	}
	return out
}

func (b *book) eventStudy(e police.Effect, s scale) *Figure {
	path := pick(b.Paths, func(q police.EffectPath) bool { return q.FindingID == e.FindingID })
	id := "event-" + e.FindingID
	const top, bottom = 8.0, 188.0
	p := newPlot(226, 50, 14)
	y := upTo(s, top, bottom)
	p.upright(s, y, func(v float64) string { return signed(v, 0) + " %" })
	b.drawPath(p, path, y, top, bottom)
	t := newTable(id, b.effectName(e)+": members, comparison and gap by year", words("Year"), words("Phase"), numbers("Members"), numbers("Comparison"), numbers("Gap %"), numbers("Placebos from %"), numbers("to %"))
	for _, q := range path {
		t.add("", text(fmt.Sprint(q.Year)), text(q.Phase), measured(q.Treated, 1), measured(q.Comparison, 1), measured(q.Gap, 2), measured(q.Lo, 2), measured(q.Hi, 2))
	}
	message := fmt.Sprintf("%s: %s", b.effectName(e), e.Verdict)
	said := []string{fmt.Sprintf("Estimate %s %s, interval %s to %s. Raw change: members %s %%, comparison forces %s %%.", signed(e.Estimate, 1), e.Unit, signed(e.Lo, 1), signed(e.Hi, 1), signed(e.RawMembers, 1), signed(e.RawPeers, 1)), capital(listed(e.Reason))}
	return &Figure{
		ID: id, Message: message, Subtitle: "Gap between members and comparison, per cent of the comparison, after removing the mean difference before; bars: 95 % of placebo gaps",
		Source: b.source(strings.Split(e.Measure, ":")[0]), N: fmt.Sprintf("%d members summed, %d donors, %d placebos, %d years before and %d after", e.NTreated, e.NDonors, e.Placebos, e.Pre, e.Post),
		Notes: append(said, b.boundNote("effect", e.FindingID)...), Fine: append([]string{e.Window}, sentences(e.Warnings)...),
		Keys:    []Key{{"k-disc", "members’ gap"}, {"k-hollow", "year left out between agreed and live"}, {"k-band", "placebos"}},
		Picture: p.svg(id, message, "Points by year with a bar for the spread of placebo units; the table below lists them."), Findings: []string{e.FindingID}, Table: t,
	}
}

func (b *book) drawPath(p *plot, path []police.EffectPath, y func(float64) float64, top, bottom float64) {
	n := float64(len(path))
	x := func(i int) float64 { return 100 * (float64(i) + 0.5) / n }
	for i, q := range path {
		if i > 0 && path[i-1].Phase != q.Phase {
			edge := 100 * float64(i) / n
			p.line(edge, top, edge, bottom, "phase")
		}
		if i%labelEvery(len(path)) == 0 {
			p.text(x(i), 0, bottom+16, "middle", "tick", fmt.Sprint(q.Year))
		}
		if i > 0 && !math.IsNaN(q.Gap) && !math.IsNaN(path[i-1].Gap) {
			p.line(x(i-1), y(path[i-1].Gap), x(i), y(q.Gap), "path")
		}
	}
	for i, q := range path {
		if math.IsNaN(q.Gap) {
			continue
		}
		p.mark("", fmt.Sprintf("%d, %s: gap %s %%, placebos %s to %s %%", q.Year, q.Phase, signed(q.Gap, 1), signed(q.Lo, 1), signed(q.Hi, 1)), func() {
			if !math.IsNaN(q.Lo) && !math.IsNaN(q.Hi) {
				p.post(x(i), y(q.Hi), y(q.Lo), 10, "band")
			}
			class := "disc"
			if q.Phase == "left out" {
				class = "hollow"
			}
			p.dot(x(i), y(q.Gap), 4, class)
		})
	}
	for _, ph := range []string{"before", "after"} {
		if i := slices.IndexFunc(path, func(q police.EffectPath) bool { return q.Phase == ph }); i >= 0 {
			p.text(100*float64(i)/n, 4, top+6, "start", "phase-name", ph)
		}
	}
}

// firstOf is the first reason; the table below a picture has them all.
func firstOf(reasons string) string {
	if all := sentences(reasons); len(all) > 0 {
		return all[0]
	}
	return ""
}

func labelEvery(n int) int { return 1 + (n-1)/5 }

// effectMatrix shows for every collaboration and measure whether anything could be
// estimated: mostly not.
func (b *book) effectMatrix() *Figure {
	measures := distinct(b.Effects, func(e police.Effect) string { return e.Measure })
	ids := distinct(b.Effects, func(e police.Effect) string { return e.Collaboration })
	best := map[[2]string]police.Effect{}
	estimable := 0
	for _, e := range b.Effects {
		k := [2]string{e.Collaboration, e.Measure}
		if old, ok := best[k]; !ok || old.Verdict == police.CantBeEstimated && e.Verdict != police.CantBeEstimated {
			best[k] = e
		}
	}
	const row, head = 17.0, 118.0
	p := newPlot(int(row*float64(len(ids)))+int(head)+8, 150, 62)
	for j, m := range measures {
		x := columnAt(j, len(measures))
		p.addf(`<svg x="%s%%" y="%s" overflow="visible"><text transform="rotate(-38)" class="tick slanted">%s</text></svg>`, num(x), num(head-8), escape(shorten(b.measureShort(m), 17)))
	}
	for i, id := range ids {
		mid := head + row*(float64(i)+0.5)
		p.label(mid+4, "label small", b.collaboration(id))
		for j, m := range measures {
			e := best[[2]string{id, m}]
			p.mark("", fmt.Sprintf("%s, %s: %s. %s", b.collaboration(id), b.measureShort(m), e.Verdict, firstOf(e.Reason)), func() {
				p.bar(columnAt(j, len(measures))-40/float64(len(measures)), columnAt(j, len(measures))+40/float64(len(measures)), mid-7, 14, "hit")
				switch e.Verdict {
				case police.CantBeEstimated:
					p.dot(columnAt(j, len(measures)), mid, 2, "speck")
				case police.Exploratory:
					p.dot(columnAt(j, len(measures)), mid, 5, "hollow")
				default:
					p.dot(columnAt(j, len(measures)), mid, 5, "disc")
				}
			})
			if e.Verdict != police.CantBeEstimated {
				estimable++
			}
		}
	}
	message := fmt.Sprintf("For %d of %d pairs of collaboration and measure anything can be estimated", estimable, len(best))
	if b.spendingEstimates() == 0 {
		message += "; for spending, for none"
	}
	return &Figure{
		ID: "effect-matrix", Message: message,
		Subtitle: "Every collaboration of the register against every measure tried, beginning or end, whichever can be estimated",
		Source:   "table effect", N: fmt.Sprintf("%d collaborations, %d measures, 2 phases", len(ids), len(measures)),
		Keys:    []Key{{"k-disc", "tested, with a verdict"}, {"k-hollow", "exploratory"}, {"k-speck", "can’t be estimated: reason in the table"}},
		Notes:   b.whyNot(),
		Picture: p.svg("effect-matrix", "What can be estimated, by collaboration and measure", "A grid of marks; most say that nothing can be estimated. The reasons are in the table."),
		Table:   b.reasonTable(),
	}
}

// whyNot says first that no spending effect can be estimated, with the counts.
func (b *book) whyNot() []string {
	var out []string
	for _, e := range b.Effects {
		if e.Collaboration == "wm-war-alliance" && e.Measure == "net_expenditure" && e.Verdict == police.CantBeEstimated {
			said := fmt.Sprintf("%s, net expenditure, %s: %s", b.collaboration(e.Collaboration), e.Phase, e.Reason)
			if !math.IsNaN(e.RawMembers) && !math.IsNaN(e.RawPeers) {
				said += fmt.Sprintf(". Raw change: members %s %%, others %s %%", signed(e.RawMembers, 1), signed(e.RawPeers, 1))
			}
			out = append(out, said)
		}
	}
	return append(out, "A measure is tried only with at least 5 periods before, 2 after and 19 donors, and where the agreement’s functions could move it.")
}

func (b *book) reasonTable() *Table {
	t := newTable("effect-reasons", "Each collaboration, phase and measure once: verdict and reason", words("Collaboration"), words("Phase"), words("Measure"), words("Role"), numbers("Before"), numbers("After"), numbers("Donors"),
		words("Verdict"), words("Reason"), numbers("Members’ raw change %"), numbers("Others’ raw change %"), words("Finding"))
	seen := map[[3]string]bool{}
	for _, e := range b.Effects {
		k := [3]string{e.Collaboration, e.Phase, e.Measure}
		if seen[k] {
			continue
		}
		seen[k] = true
		t.add("", text(b.collaboration(e.Collaboration)), text(e.Phase), text(b.measureShort(e.Measure)), text(e.Role), whole(e.Pre), whole(e.Post), whole(e.NDonors),
			text(string(e.Verdict)), text(listed(e.Reason)), change(e.RawMembers, 1), change(e.RawPeers, 1), code(e.FindingID))
	}
	return t
}

func (b *book) effectTable(id, caption string, rows []police.Effect) *Table {
	t := newTable(id+"-table", caption+" with intervals, p, detectable difference and raw changes", words("Collaboration"), words("Phase"), words("Measure"), words("Role"), words("Estimator"), words("Donors allowed"), numbers("Estimate"), numbers("Lower"), numbers("Upper"), words("Unit"),
		words("p"), numbers("q"), numbers("Detectable %"), numbers("Members’ raw change %"), numbers("Others’ raw change %"), numbers("Donors"), numbers("Before"), numbers("After"), words("Verdict"), words("Reason"), words("Window"), words("Warnings"), words("Finding"))
	for _, e := range rows {
		t.add("", text(b.collaboration(e.Collaboration)), text(e.Phase), text(b.measureShort(e.Measure)), text(e.Role), text(e.Estimator), text(e.DonorRule), change(e.Estimate, 2), change(e.Lo, 2), change(e.Hi, 2), text(e.Unit),
			text(strings.ReplaceAll(e.P, "|", "; ")), measured(e.Q, 3), measured(e.DetectablePct, 1), change(e.RawMembers, 1), change(e.RawPeers, 1), whole(e.NDonors), whole(e.Pre), whole(e.Post), text(string(e.Verdict)), text(listed(e.Reason)), text(e.Window), text(listed(e.Warnings)), code(e.FindingID))
	}
	return t
}
