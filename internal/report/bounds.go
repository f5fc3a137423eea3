package report

import (
	"fmt"
	"strings"

	"hardyards/internal/police"
)

// What missing data could do is said twice: beside the finding it is about, and here,
// in the section on coverage.

// boundOf finds what missing data could do to a row: by table, and by the finding's id
// or its payer and year.
func (b *book) boundOf(table, about string) (police.Bound, bool) {
	for _, x := range b.Bounds {
		if x.Table == table && x.About == about {
			return x, true
		}
	}
	return police.Bound{}, false
}

// boundWords says one bound in a clause.
func boundWords(x police.Bound) string {
	switch {
	case x.Lo != x.Lo || x.Hi != x.Hi:
		return "nothing bounds it: missing are " + x.Missing
	case x.Table == "effect":
		return fmt.Sprintf("%s to %s %s over all variants of donors, dates and definition; %s (%s)", signed(x.Lo, 1), signed(x.Hi, 1), x.Unit, answerWords(x.Answer), x.Missing)
	case strings.HasPrefix(x.Unit, "£"):
		return fmt.Sprintf("between %s and %s; %s (missing: %s)", inUnit(x.Lo, x.Unit), inUnit(x.Hi, x.Unit), answerWords(x.Answer), x.Missing)
	}
	return fmt.Sprintf("between %s and %s; %s (missing: %s)", decimal(x.Lo, 2), inUnit(x.Hi, x.Unit), answerWords(x.Answer), x.Missing)
}

// answerWords says what a bound's answer means.
func answerWords(answer string) string {
	switch answer {
	case "holds":
		return "what is said of it holds either way"
	case "could change":
		return "what is said of it could change"
	}
	return "open: nothing bounds it"
}

// missingFor gives what missing data could do to a headline, from the rows it was made
// from; a whole table of rows has no bound of its own.
func (b *book) missingFor(h police.Headline) []Fact {
	var out []Fact
	for input := range strings.SplitSeq(h.Inputs, "|") {
		table, key, _ := strings.Cut(input, ":")
		x, ok := b.boundOf(table, aboutOf(key))
		if !ok {
			continue
		}
		out = append(out, Fact{"Missing data", b.boundSubject(x) + ": " + boundWords(x)})
		if table == "fact_flow" {
			break // the headline's own year; the year before is only named beside it
		}
	}
	return out
}

// aboutOf turns a headline's input into what a bound says it is about.
func aboutOf(key string) string {
	var values []string
	for pair := range strings.SplitSeq(key, ",") {
		if _, v, ok := strings.Cut(pair, "="); ok {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return key
	}
	return strings.Join(values, " ")
}

// boundSubject names what a bound is about, with names for ids.
func (b *book) boundSubject(x police.Bound) string {
	switch x.Table {
	case "effect":
		for _, e := range b.Effects {
			if e.FindingID == x.About {
				return b.effectName(e)
			}
		}
	case "association":
		for _, a := range b.Associations {
			if a.FindingID == x.About {
				return fmt.Sprintf("%s with %s, %s, %s", b.measureShort(a.Cost), b.outcomeShort(a.Outcome), a.FinYear, a.Set)
			}
		}
	}
	return x.Finding
}

// boundNote is the same as a note below a picture.
func (b *book) boundNote(table, about string) []string {
	x, ok := b.boundOf(table, about)
	if !ok {
		return nil
	}
	return []string{"Missing data: " + boundWords(x) + "."}
}

// boundFigures are the bounds of flows and of effects, each on one scale; correlations
// carry theirs in the section on cost and outcome.
func (b *book) boundFigures() []*Figure {
	var out []*Figure
	for _, k := range []struct{ table, id, title, subtitle, source, notes string }{
		{"fact_flow", "bounds-flows", "what is said of payments to police bodies", "£ paid to other police bodies by year: dot as published; line from counting repeated invoice totals once to taking every pseudonym and every name that the publisher withholds for a police body", "tables missing_bound and fact_flow", "The upper end is what can’t be ruled out, not what is likely. A month that isn’t held has no bound."},
		{"effect", "bounds-effects", "what is said of effects", "Per cent of the level before: dot the estimate; line from the smallest to the largest over all variants of donors, dates, definition and members", "tables missing_bound, effect and effect_sensitivity", "Forces that are neither member nor donor can’t be put in: the line shows how far the choice among those held reaches."},
	} {
		rows := pick(b.Bounds, func(x police.Bound) bool { return x.Table == k.table && x.Lo == x.Lo && x.Hi == x.Hi })
		if f := b.boundFigure(k.id, rows); f != nil {
			f.Message = fmt.Sprintf("Missing data could change %s in %d of %d", k.title, len(pick(rows, func(x police.Bound) bool { return x.Answer == "could change" })), len(rows))
			f.Subtitle, f.Source, f.Notes = k.subtitle, k.source, []string{k.notes}
			out = append(out, f)
		}
	}
	return out
}

func (b *book) boundFigure(id string, rows []police.Bound) *Figure {
	if len(rows) == 0 {
		return nil
	}
	var values []float64
	for _, x := range rows {
		values = append(values, x.Lo, x.Hi, x.Value)
	}
	s := scaleFor(values, 4, true)
	const row = 38.0
	bottom := row*float64(len(rows)) + 4
	p := newPlot(int(bottom)+26, 12, 24)
	p.axis(s, 0, bottom, func(v float64) string { return boundTick(v, rows[0].Unit, s) })
	for i, x := range rows {
		mid := row*float64(i) + 26
		p.caption(mid-11, "label small", b.boundSubject(x))
		p.mark("", b.boundSubject(x)+": "+inUnit(x.Value, x.Unit)+"; "+boundWords(x), func() {
			p.line(s.at(x.Lo), mid, s.at(x.Hi), mid, "whisker")
			class := "disc"
			if x.Answer != "holds" {
				class = "hollow"
			}
			p.dot(s.at(x.Value), mid, 5, class)
		})
	}
	return &Figure{
		ID: id, N: plural(len(rows), "finding"),
		Keys:    []Key{{"k-disc", "figure; what is said holds either way"}, {"k-hollow", "figure; what is said could change, or is open"}, {"k-whisker", "from least to most"}},
		Picture: p.svg(id, "What missing data could do, row by row", "A row for each finding with its figure and the line from least to most that it could be. Numbers are in the table below."),
		Table:   b.boundTable(id, rows),
	}
}

func boundTick(v float64, unit string, s scale) string {
	if unit == "£" {
		return moneyTick(v)
	}
	return signed(v, s.places()) + " %"
}

// missing says in the section on coverage what missing data could do to each finding.
func (b *book) missing(s *Section) {
	if len(b.Bounds) == 0 {
		return
	}
	s.Blocks = append(s.Blocks, Block{Heading: "What the missing could do to each finding"})
	s.list(b.boundSummary())
	for _, f := range b.boundFigures() {
		s.figure(f)
	}
	s.folded(fmt.Sprintf("All %d findings with what is missing, least, most, and how that is reckoned", len(b.Bounds)), Block{Table: b.boundTable("bounds-all", b.Bounds)})
}

// boundSummary counts answers by kind of finding.
func (b *book) boundSummary() []string {
	var out []string
	for _, k := range []struct{ table, words string }{
		{"fact_flow", "sums of payments to police bodies, by payer and year"}, {"cost_per_head", "medians of expenditure a head, by year"},
		{"association", "correlations of cost with outcome"}, {"effect", "effects of collaborations"},
	} {
		rows := pick(b.Bounds, func(x police.Bound) bool { return x.Table == k.table })
		if len(rows) == 0 {
			continue
		}
		n := map[string]int{}
		for _, x := range rows {
			n[x.Answer]++
		}
		var said []string
		for _, a := range []struct{ answer, words string }{
			{"holds", "what is said of %d holds, whatever the missing figures are"}, {"could change", "what is said of %d could change"}, {"open", "of %d nothing is held that would bound it"},
		} {
			if n[a.answer] > 0 {
				said = append(said, fmt.Sprintf(a.words, n[a.answer]))
			}
		}
		out = append(out, fmt.Sprintf("%s %s: %s.", count(len(rows)), k.words, strings.Join(said, "; ")))
	}
	return out
}

func (b *book) boundTable(id string, rows []police.Bound) *Table {
	t := newTable(id+"-table", "What missing data could do: "+id, words("About"), words("Missing"), numbers("Missing, number"), numbers("Held"), numbers("Figure"), numbers("Least"), numbers("Most"), words("Unit"), words("Answer"), words("Method"), words("Warnings"), words("Finding"))
	t.Caption = "What missing data could do to each finding: " + strings.ReplaceAll(strings.TrimPrefix(id, "bounds-"), "-", " ")
	for _, x := range rows {
		t.add("", text(b.boundSubject(x)), text(x.Missing), whole(x.NMissing), whole(x.N), measured(x.Value, 2), measured(x.Lo, 2), measured(x.Hi, 2), text(x.Unit), text(x.Answer), text(x.Method), text(listed(x.Warnings)), code(x.FindingID))
	}
	return t
}
