package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// efficiency is a supplement: scores as ranges, in the order of the alphabet.
func (b *book) efficiency() Section {
	s := Section{ID: "efficiency", Title: "Supplement: data envelopment"}
	if len(b.Efficiency) == 0 {
		s.text("No efficiency score was computed.")
		return s
	}
	s.Intro = []string{"A score is flattered by what no force shows, so its interval lies below it; it also hangs on which inputs, outputs and peers are chosen (the table has that range too). Where two lines overlap the data don’t tell the forces apart. It is no rank and no verdict."}
	s.folded("Show the scores with their intervals", Block{Figure: b.efficiencyFigure()})
	return s
}

func (b *book) efficiencyFigure() *Figure {
	rows := slices.Clone(b.Efficiency)
	slices.SortStableFunc(rows, func(x, y police.EfficiencyScore) int {
		return cmp.Or(cmp.Compare(b.force(x.Force), b.force(y.Force)), cmp.Compare(x.Returns, y.Returns))
	})
	forces := distinct(rows, func(r police.EfficiencyScore) police.ForceCode { return r.Force })
	var values []float64
	for _, r := range rows {
		values = append(values, r.Lo, r.Hi, r.Score)
	}
	s := scaleFor(values, 5, false)
	const row = 19.0
	bottom := row * float64(len(forces))
	p := newPlot(int(bottom)+26, 136, 14)
	p.axis(s, 0, bottom, func(v float64) string { return decimal(v, 1) })
	t := newTable("efficiency", "Scores with their intervals", words("Force"), words("Returns to scale"), numbers("Score"), numbers("From"), numbers("To"), numbers("Corrected"), numbers("Over choices, from"), numbers("To"), words("Frontier peers"), words("Warnings"), words("Finding"))
	for i, f := range forces {
		mid := row * (float64(i) + 0.5)
		p.label(mid+4, "label", b.force(f))
		for _, r := range rows {
			if r.Force != f {
				continue
			}
			p.mark(string(f), fmt.Sprintf("%s, %s: %s, interval %s to %s", b.force(f), returnsName(r.Returns), decimal(r.Score, 2), decimal(r.Lo, 2), decimal(r.Hi, 2)), func() {
				p.line(s.at(r.Lo), mid, s.at(r.Hi), mid, "whisker")
				if r.Returns == "crs" {
					p.dot(s.at(r.Score), mid, 4, "disc")
				} else {
					p.diamond(s.at(r.Score), mid, 4.5, "edge")
				}
			})
			t.add(string(f), text(b.force(f)), text(returnsName(r.Returns)), measured(r.Score, 3), measured(r.Lo, 3), measured(r.Hi, 3), measured(r.Corrected, 3), measured(r.RangeLo, 3), measured(r.RangeHi, 3), text(strings.Join(b.codes(r.Peers), ", ")), text(listed(r.Warnings)), code(r.FindingID))
		}
	}
	first := rows[0]
	return &Figure{
		ID: "efficiency", Message: fmt.Sprintf("For %d of %d forces the range over choices reaches the frontier", reaching(rows), len(forces)),
		Subtitle: fmt.Sprintf("Input efficiency, %s; in: %s; out: %s", first.FinYear, first.Inputs, first.Outputs),
		Source:   "tables efficiency, measures", N: fmt.Sprintf("%d forces", first.N), Notes: []string{first.Method},
		Keys:    []Key{{"k-disc", "constant returns to scale"}, {"k-edge", "variable returns"}, {"k-whisker", "interval, nominally 95 %"}},
		Picture: p.svg("efficiency", "Data envelopment scores with intervals", "A row for each force in the order of the alphabet with both scores and their intervals, which lie below them."), Table: t,
	}
}

// reaching counts the forces whose range ends at the frontier.
func reaching(rows []police.EfficiencyScore) int {
	return len(distinct(pick(rows, func(r police.EfficiencyScore) bool { return r.RangeHi >= 0.9995 }), func(r police.EfficiencyScore) police.ForceCode { return r.Force }))
}

func returnsName(r string) string {
	switch r {
	case "crs":
		return "constant"
	case "vrs":
		return "variable"
	}
	return r
}
