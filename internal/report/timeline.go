package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hardyards/internal/police"
)

// timeline shows when the register has each force in each agreement.
func (b *book) timeline() Section {
	s := Section{ID: "timeline", Title: "Agreements and their members over time"}
	s.figure(b.timelineFigure("timeline", b.Members))
	if len(b.Events) > 0 {
		t := newTable("events", "Dated events, conflicting dates kept apart", words("Collaboration"), words("Phase"), words("Event"), words("Date"), words("As published"), words("Source"))
		for _, e := range b.Events {
			t.add("", text(b.collaboration(e.Collaboration)), text(e.Phase), text(e.Event), text(e.Date), text(e.Text), text(e.Source))
		}
		s.folded("Dated events of every agreement", Block{Table: t})
	}
	return s
}

// when reads 2012, 2012-10 or 2012-10-01 as a year with a fraction: its first day.
func when(s string) (float64, bool) {
	parts := strings.SplitN(s, "-", 3)
	y, err := strconv.Atoi(parts[0])
	if err != nil || y < 1900 {
		return 0, false
	}
	v := float64(y)
	if len(parts) > 1 {
		if m, err := strconv.Atoi(parts[1]); err == nil {
			v += (float64(m) - 1) / 12
		}
	}
	return v, true
}

func (b *book) timelineFigure(id string, members []police.Member) *Figure {
	if len(members) == 0 {
		return nil
	}
	s := b.timelineScale(members)
	ids := distinct(members, func(m police.Member) string { return m.Collaboration })
	const line = 3.0
	y := 6.0
	p := newPlot(0, 150, 14)
	undated := 0
	t := newTable(id, "Memberships with dates as precise as their sources", words("Collaboration"), words("Force"), words("Role"), words("From"), words("Event"), words("To"), words("Event"), words("Note"), words("Source"))
	for _, c := range ids {
		of := pick(members, func(m police.Member) bool { return m.Collaboration == c })
		height := max(16, line*float64(len(of))+4)
		p.label(y+height/2+4, "label small", b.collaboration(c))
		for i, m := range of {
			from, known := when(m.From)
			if !known {
				undated++
			}
			b.drawMember(p, s, m, from, known, y+height/2-line*float64(len(of))/2+line*float64(i))
			t.add(string(m.Force), text(b.collaboration(c)), text(b.force(m.Force)), text(m.Role), text(or(m.From, "unknown")), text(m.FromEvent), text(or(m.To, "none known")), text(m.ToEvent), text(m.Note), text(m.Source))
		}
		p.line(0, y+height+1.5, 100, y+height+1.5, "grid")
		y += height + 3
	}
	p.beneath(func() { p.axis(s, 0, y, func(v float64) string { return strconv.Itoa(int(v)) }) })
	p.height = int(y) + 26
	return &Figure{
		ID: id, Message: fmt.Sprintf("%d of %d forces are in some agreement of the register; of %d of %d memberships it has no start", len(distinct(members, func(m police.Member) police.ForceCode { return m.Force })), len(b.Forces), undated, len(members)),
		Subtitle: "One line a membership, from its first dated event to its end; open at the right where no end is known; dashed where no start is known",
		Source:   "register of collaborations (36 of many more)", N: fmt.Sprintf("%d agreements, %d memberships", len(ids), len(members)),
		Notes:   []string{"Memberships older than 2000 begin at the left edge; their dates are in the table."},
		Keys:    []Key{{"k-member", "member"}, {"k-host", "host"}, {"k-unknownstart", "start unknown"}},
		Picture: p.svg(id, "Memberships over time", "Lines from start to end of each membership, grouped by agreement. Dates are in the table below."), Table: t,
	}
}

func (b *book) timelineScale(members []police.Member) scale {
	lo, hi := 2000.0, 2025.0
	for _, m := range members {
		for _, d := range []string{m.From, m.To} {
			if v, ok := when(d); ok {
				hi = max(hi, v)
			}
		}
	}
	s := rounded(lo, hi, 5)
	s.hi = hi
	s.ticks = pick(s.ticks, func(v float64) bool { return v <= hi })
	return s
}

func (b *book) drawMember(p *plot, s scale, m police.Member, from float64, known bool, y float64) {
	to, ended := when(m.To)
	if !ended {
		to = s.hi
	}
	class := "member"
	if m.Role == "host" {
		class = "host"
	}
	if !known {
		from, class = s.lo, "unknown-start"
	}
	p.mark(string(m.Force), fmt.Sprintf("%s in %s: %s %s to %s", b.force(m.Force), b.collaboration(m.Collaboration), m.Role, or(m.From, "start unknown"), or(m.To, "no end known")), func() {
		p.line(s.at(from), y+1.5, s.at(to), y+1.5, class)
	})
}

// membersOf are the memberships of one force.
func (b *book) membersOf(c police.ForceCode) []police.Member {
	ids := distinct(pick(b.Members, func(m police.Member) bool { return m.Force == c }), func(m police.Member) string { return m.Collaboration })
	return pick(b.Members, func(m police.Member) bool { return slices.Contains(ids, m.Collaboration) && m.Force == c })
}
