package analyze

import (
	"slices"

	"hardyards/internal/police"
)

// Register is the collaboration register as analysis needs it.
type Register struct {
	Collaborations []police.Collaboration
	Members        []police.Member
	Events         []police.Event
	Claims         []police.Claim
}

// everMembers lists every force that ever was a member of a collaboration.
func (r Register) everMembers(id string) []police.ForceCode {
	var out []police.ForceCode
	for _, m := range r.Members {
		if m.Collaboration == id && m.Force != "" {
			out = append(out, m.Force)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lasting lists the members whose own dates don't differ from the collaboration's:
// who joined after the entry was complete, or left before the exit began (or at all,
// where the register has no exit), isn't treated over the whole window.
func (r Register) lasting(id string) (members, others []police.ForceCode) {
	entry, entryDated := transitionOf(r.Events, id, "entry")
	exit, exitDated := transitionOf(r.Events, id, "exit")
	for _, f := range r.everMembers(id) {
		whole := true
		for _, m := range r.Members {
			if m.Collaboration != id || m.Force != f {
				continue
			}
			if from, ok := parseSpan(m.From); ok && entryDated && from.first > entry.last {
				whole = false
			}
			if to, ok := parseSpan(m.To); ok && (!exitDated || to.last < exit.first) {
				whole = false
			}
		}
		if whole {
			members = append(members, f)
		} else {
			others = append(others, f)
		}
	}
	return members, others
}

// movesWith lists forces that enter or leave another force-wide collaboration within
// a window of years, by the agreement's own dates or the member's.
func (r Register) movesWith(id string, w window) map[police.ForceCode]string {
	out := map[police.ForceCode]string{}
	years := slices.Concat(w.pre, w.out, w.post)
	if len(years) == 0 {
		return out
	}
	first := period(slices.Min(years), "FY_END_MAR").first
	last := period(slices.Max(years), "FY_END_MAR").last
	for _, c := range r.Collaborations {
		if !c.ForceWide || c.ID == id {
			continue
		}
		for _, phase := range []string{"entry", "exit"} {
			t, ok := transitionOf(r.Events, c.ID, phase)
			if !ok || t.last < first || t.first > last {
				continue
			}
			for _, f := range r.everMembers(c.ID) {
				out[f] = c.ID
			}
		}
		for _, m := range r.Members {
			if m.Collaboration == c.ID && m.Force != "" && (within(m.From, first, last) || within(m.To, first, last)) {
				out[m.Force] = c.ID
			}
		}
	}
	return out
}

// within reports whether a date of the register may fall between two days.
func within(date string, first, last police.Date) bool {
	s, ok := parseSpan(date)
	return ok && s.first <= last && s.last >= first
}

// earlier lists the members that the register has in the collaboration before its
// entry: the years before aren't free of it for them.
func (r Register) earlier(id string) (out []police.Member) {
	entry, ok := transitionOf(r.Events, id, "entry")
	if !ok {
		return nil
	}
	for _, m := range r.Members {
		if from, dated := parseSpan(m.From); dated && m.Collaboration == id && m.Force != "" && from.last < entry.first {
			out = append(out, m)
		}
	}
	return out
}

// Donor rules: two, side by side, since no choice of comparison is innocent.
const (
	allDonors  = "all forces but members, London and unexplained steps"
	calmDonors = "also without forces that enter or leave another force-wide collaboration in the window"
)

// donors lists the forces that may stand for what would have happened. Never a
// member; never London; never a force whose series steps without a known reason.
func (p *Panel) donors(m effectMeasure, reg Register, id string, w window, rule string) []police.ForceCode {
	steps := p.unexplainedSteps(m, reg)
	moving := map[police.ForceCode]string{}
	if rule == calmDonors {
		moving = reg.movesWith(id, w)
	}
	members := reg.everMembers(id)
	var out []police.ForceCode
	for _, f := range p.effectForces(m) {
		_, moves := moving[f]
		if f == metropolitan || f == cityOfLondon || slices.Contains(members, f) || moves || len(yearsIn(steps[f], w)) > 0 {
			continue
		}
		if p.complete(m, f, w) {
			out = append(out, f)
		}
	}
	return out
}

// complete reports whether a force has the measure in every year before and after.
func (p *Panel) complete(m effectMeasure, f police.ForceCode, w window) bool {
	for _, y := range slices.Concat(w.pre, w.post) {
		if v, ok := p.effectValue(m, f, y); !ok || v <= 0 {
			return false
		}
	}
	return true
}
