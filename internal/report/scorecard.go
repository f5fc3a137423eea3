package report

import (
	"cmp"
	"fmt"
	"slices"

	"hardyards/internal/police"
)

// scorecard shows which evidence on the four themes of The Hard Yards is in the
// register. Unknown is shown as unknown: it isn't absence.
func (b *book) scorecard() Section {
	s := Section{ID: "scorecard", Title: "Evidence on the four themes of The Hard Yards"}
	if len(b.Scorecard) == 0 {
		s.text("No scorecard is in this snapshot.")
		return s
	}
	s.Intro = []string{"What the register holds from published sources. Unknown means that no source at hand says it, not that it doesn’t exist: a force can fill in its own agreements and run this again."}
	s.figure(b.scoreMatrix())
	return s
}

// cell is an item of the scorecard: a column of the matrix.
type item struct{ theme, name string }

var stateOrder = []string{"known", "partly known", "unknown"}

func (b *book) scoreMatrix() *Figure {
	items := distinct(b.Scorecard, func(r police.ScorecardRow) item { return item{r.Theme, r.Item} })
	ids := distinct(b.Scorecard, func(r police.ScorecardRow) string { return r.Collaboration })
	themes := distinct(items, func(i item) string { return i.theme })
	slices.SortStableFunc(items, func(x, y item) int {
		return cmp.Compare(slices.Index(themes, x.theme), slices.Index(themes, y.theme))
	})
	counts := map[item]map[string]int{}
	for _, r := range b.Scorecard {
		k := item{r.Theme, r.Item}
		if counts[k] == nil {
			counts[k] = map[string]int{}
		}
		counts[k][r.State]++
	}
	s := scaleFor([]float64{0, float64(len(ids))}, 4, true)
	s.lo, s.hi, s.ticks = 0, float64(len(ids)), append(pick(s.ticks, func(v float64) bool { return v < float64(len(ids))-3 }), float64(len(ids)))
	const row, head = 25.0, 28.0
	y := 0.0
	p := newPlot(0, 206, 12)
	theme := ""
	for _, it := range items {
		if it.theme != theme {
			theme = it.theme
			p.text(0, -206, y+18, "start", "group", capital(theme))
			y += head
		}
		p.label(y+row/2+4, "label", capital(it.name))
		c := counts[it]
		p.mark("", fmt.Sprintf("%s: known of %d, partly of %d, unknown of %d", it.name, c["known"], c["partly known"], c["unknown"]), func() {
			from := 0.0
			for _, st := range stateOrder {
				n := float64(c[st])
				if n > 0 {
					p.bar(s.at(from), s.at(from+n), y+4, 17, "s-"+slug(st))
				}
				from += n
			}
		})
		y += row
	}
	p.beneath(func() { p.axis(s, 0, y, func(v float64) string { return decimal(v, 0) }) })
	p.height = int(y) + 26
	return &Figure{
		ID: "scorecard-matrix", Message: b.scoreMessage(counts, len(ids)),
		Subtitle: "Number of collaborations of which the register holds each item of evidence, by theme",
		Source:   "register of collaborations, table scorecard", N: fmt.Sprintf("%d collaborations, %d items", len(ids), len(items)),
		Keys:    []Key{{"k-known", "known"}, {"k-partly", "partly known"}, {"k-unknown", "unknown"}},
		Picture: p.svg("scorecard-matrix", "Evidence held by item", "A bar for each item split into known, partly known and unknown. The table below has every collaboration with its evidence and source."),
		Table:   b.scoreTable("scorecard-matrix", b.Scorecard),
	}
}

func (b *book) scoreMessage(counts map[item]map[string]int, n int) string {
	var none []string
	for k, c := range counts {
		if c["known"]+c["partly known"] == 0 {
			none = append(none, k.name)
		}
	}
	slices.Sort(none)
	if len(none) == 0 {
		return fmt.Sprintf("Every item of evidence is held of some of the %d collaborations, and few of all", n)
	}
	return fmt.Sprintf("Of none of the %d collaborations does the register hold anything on %s", n, joinOr(none))
}

// joinOr lists things with commas and a last "or".
func joinOr(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	s := list[0]
	for _, x := range list[1 : len(list)-1] {
		s += ", " + x
	}
	return s + " or " + list[len(list)-1]
}

func (b *book) scoreTable(id string, rows []police.ScorecardRow) *Table {
	t := newTable(id+"-table", "Evidence by collaboration, theme and item", words("Collaboration"), words("Theme"), words("Item"), words("State"), words("Evidence"), words("Source"))
	for _, r := range rows {
		t.add("", text(b.collaboration(r.Collaboration)), text(r.Theme), text(r.Item), text(r.State), text(r.Evidence), text(r.Source))
	}
	return t
}
