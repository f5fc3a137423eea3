package report

import (
	"fmt"
	"strings"

	"hardyards/internal/police"
)

// functions sets forces that collaborate in a function beside those that don't.
func (b *book) functions() Section {
	s := Section{ID: "functions", Title: "What do we pay together, what do others pay alone",
		Intro: []string{"Forces that the register has collaborating in a function, beside the others, in the latest year of budgets. Members are summed, because a host’s figure holds the whole joint unit. Who collaborates wasn’t drawn by lot: a difference is no effect."}}
	for _, unit := range distinct(b.Functions, func(r police.FunctionComparison) string { return r.Unit }) {
		s.figure(b.functionForest(unit))
	}
	if len(b.Functions) == 0 {
		s.text("No function has enough forces on both sides.")
		return s
	}
	s.folded("All years, with the forces and agreements counted as collaborating", Block{Table: b.functionTable("functions-all", "all years", b.Functions)})
	return s
}

func (b *book) functionForest(unit string) *Figure {
	rows := pick(b.Functions, func(r police.FunctionComparison) bool { return r.Unit == unit && r.Difference == r.Difference })
	year := last(rows, func(r police.FunctionComparison) string { return r.FinYear })
	rows = pick(rows, func(r police.FunctionComparison) bool { return r.FinYear == year })
	if len(rows) == 0 {
		return nil
	}
	var values []float64
	apart := 0
	for _, r := range rows {
		values = append(values, r.Lo, r.Hi)
		if r.Lo > 0 || r.Hi < 0 {
			apart++
		}
	}
	id := "functions-" + slug(strings.ToLower(unit))
	s := symmetric(values, 6)
	const row = 30.0
	bottom := row * float64(len(rows))
	p := newPlot(int(bottom)+26, 144, 16)
	p.axis(s, 0, bottom, func(v float64) string { return signed(v, s.places()) })
	for i, r := range rows {
		mid := row * (float64(i) + 0.5)
		p.label(mid+4, "label", capital(b.function(r.Function)))
		p.mark("", fmt.Sprintf("%s: %d collaborating %s, %d others %s, difference %s (%s to %s) %s", b.function(r.Function), r.NWith, decimal(r.MeanWith, 2), r.NWithout, decimal(r.MeanOthers, 2), signed(r.Difference, 2), signed(r.Lo, 2), signed(r.Hi, 2), r.Unit), func() {
			p.line(s.at(r.Lo), mid, s.at(r.Hi), mid, "whisker")
			p.dot(s.at(r.Difference), mid, 5, "disc")
		})
	}
	which := fmt.Sprintf("in %d of %d functions the forces that collaborate differ", apart, len(rows))
	if apart == 0 {
		which = fmt.Sprintf("in none of %d functions do the forces that collaborate differ", len(rows))
	}
	message := capital(unit) + ": " + which + " from the others by more than 95 % of random relabellings of forces would"
	shared, _ := common(warningsOfFunctions(rows))
	return &Figure{
		ID: id, Message: message, Subtitle: fmt.Sprintf("Difference in %s, collaborating forces less others, budget estimates %s; line: difference with 95 %% of what permuted labels give about it", unit, year),
		Source: b.source("gre"), N: fmt.Sprintf("%d functions; forces on each side in the table", len(rows)), Notes: shared,
		Keys:    []Key{{"k-disc", "difference"}, {"k-whisker", "95 % spread under permuted labels, about the difference"}},
		Picture: p.svg(id, "Collaborating forces less others by function, "+unit, "A row for each function with the difference and its interval on one scale. Numbers are in the table below."),
		Table:   b.functionTable(id, unit+", "+year, rows),
	}
}

func warningsOfFunctions(rows []police.FunctionComparison) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Warnings
	}
	return out
}

func (b *book) functionTable(id, what string, rows []police.FunctionComparison) *Table {
	t := newTable(id+"-table", "Collaborating forces and others by function, "+what, words("Function"), words("Year"), words("Unit"), numbers("Collaborating"), numbers("Others"), numbers("Members summed"), numbers("Others summed"), numbers("Members’ median"), numbers("Others’ median"),
		numbers("Difference"), numbers("Lower"), numbers("Upper"), numbers("p (exploratory)"), words("Who collaborates"), words("Warnings"), words("Finding"))
	for _, r := range rows {
		t.add("", text(b.function(r.Function)), text(r.FinYear), text(r.Unit), whole(r.NWith), whole(r.NWithout), measured(r.MeanWith, 2), measured(r.MeanOthers, 2), measured(r.MedWith, 2), measured(r.MedOthers, 2),
			change(r.Difference, 2), change(r.Lo, 2), change(r.Hi, 2), measured(r.P, 3), text(b.withNames(r.With)), text(listed(r.Warnings)), code(r.FindingID))
	}
	return t
}

// withNames puts forces' names for the codes that each entry begins with.
func (b *book) withNames(list string) string {
	var out []string
	for e := range strings.SplitSeq(list, "|") {
		c, rest, _ := strings.Cut(e, " ")
		out = append(out, strings.TrimSpace(b.force(police.ForceCode(c))+" "+rest))
	}
	return strings.Join(out, "; ")
}
