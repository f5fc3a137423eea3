package report

import (
	"fmt"
	"strings"

	"hardyards/internal/police"
)

// sensitivity shows what each estimate becomes under other choices, all on one scale.
func (b *book) sensitivity() Section {
	s := Section{ID: "sensitivity", Title: "Does it survive other choices?",
		Intro: []string{"Each estimate again with other donors, years and members. Where one variant says something else than the rest, the finding is not robust. Members alone come second: people moved between them are no change."}}
	var primary, other []*Figure
	sc := b.sensitivityScale()
	for _, e := range append(b.pictured("primary"), b.pictured("exploratory")...) {
		f := b.sensitivityFigure(e, sc)
		switch {
		case f == nil:
		case e.Role == "primary":
			primary = append(primary, f)
		default:
			other = append(other, f)
		}
	}
	if len(primary)+len(other) == 0 {
		s.text("No estimate was varied.")
		return s
	}
	if len(primary) > 0 {
		s.Blocks = append(s.Blocks, Block{Grid: primary[:min(2, len(primary))]})
	}
	if rest := append(primary[min(2, len(primary)):], other...); len(rest) > 0 {
		s.folded(fmt.Sprintf("The other %d, on the same scale", len(rest)), Block{Grid: rest})
	}
	return s
}

// sensitivityScale holds every interval but those of members alone, which are as wide
// as one force is noisy; they are cut at the edge and the table has them.
func (b *book) sensitivityScale() scale {
	var values []float64
	for _, v := range b.Sensitivity {
		values = append(values, v.Estimate)
		if !strings.HasSuffix(v.Variant, " alone") {
			values = append(values, v.Lo, v.Hi)
		}
	}
	return symmetric(values, 4)
}

func (b *book) sensitivityFigure(e police.Effect, s scale) *Figure {
	rows := pick(b.Sensitivity, func(v police.Sensitivity) bool { return v.FindingID == e.FindingID })
	if len(rows) == 0 {
		return nil
	}
	id := "sensitivity-" + e.FindingID
	const row = 36.0
	bottom := row*float64(len(rows)) + 4
	p := newPlot(int(bottom)+26, 10, 10)
	p.axis(s, 0, bottom, func(v float64) string { return signed(v, 0) + " %" })
	t := newTable(id, b.effectName(e)+": variants of the estimate, per cent of the level before", words("Variant"), numbers("Estimate %"), numbers("Lower %"), numbers("Upper %"), numbers("Placebo p"), words("Warnings"))
	for i, v := range rows {
		mid := row*float64(i) + 25
		p.text(0, 0, mid-11, "start", "label", fit(v.Variant, phoneWidth, letterSize("label")))
		p.mark("", fmt.Sprintf("%s: %s %%, interval %s to %s %%", v.Variant, signed(v.Estimate, 1), signed(v.Lo, 1), signed(v.Hi, 1)), func() {
			p.line(s.at(v.Lo), mid, s.at(v.Hi), mid, "whisker")
			p.dot(s.at(v.Estimate), mid, 4.5, "disc")
		})
		t.add("", text(v.Variant), change(v.Estimate, 2), change(v.Lo, 2), change(v.Hi, 2), measured(v.P, 3), text(listed(v.Warnings)))
	}
	return &Figure{
		ID: id, Message: b.effectName(e), Subtitle: "Estimate and interval under each variant, per cent of the level before; one scale for all",
		Source: "table effect_sensitivity", N: plural(len(rows), "variant"),
		Keys:    []Key{{"k-disc", "estimate"}, {"k-whisker", "interval from placebos; cut at the edge of the scale"}},
		Picture: p.svg(id, "Sensitivity of "+b.effectName(e), "A row for each variant with its estimate and interval; the table below lists them."), Findings: []string{e.FindingID}, Table: t,
	}
}
