package collaboration

import (
	"fmt"
	"strings"

	"hardyards/internal/police"
)

// Register is the register of agreements as this package reads it.
type Register struct {
	Collaborations []police.Collaboration
	Members        []police.Member
	Claims         []police.Claim
}

// index is a register made ready for look-ups.
type index struct {
	agreements []agreement // in the order of the register
	byID       map[string]int
}

// agreement is one collaboration with its members and the words it is known by.
type agreement struct {
	police.Collaboration
	words   string // normal form of name and scope, between spaces
	hosts   []police.ForceCode
	sure    bool // recorded with high confidence, and the host isn't in doubt
	members map[police.ForceCode][]police.Member
}

func newIndex(reg Register) (*index, error) {
	x := &index{byID: map[string]int{}}
	for _, c := range reg.Collaborations {
		if _, ok := x.byID[c.ID]; ok {
			return nil, fmt.Errorf("register: two collaborations called %q", c.ID)
		}
		x.byID[c.ID] = len(x.agreements)
		x.agreements = append(x.agreements, agreement{
			Collaboration: c,
			words:         " " + police.NormalForm(c.ID+" "+c.Name+" "+c.Scope) + " ",
			hosts:         codes(c.HostForce),
			sure:          strings.HasPrefix(c.Confidence, "high") && !strings.Contains(c.Host, "not verified"),
			members:       map[police.ForceCode][]police.Member{},
		})
	}
	for _, m := range reg.Members {
		i, ok := x.byID[m.Collaboration]
		if !ok {
			return nil, fmt.Errorf("register: member %s of %q, which is no collaboration of it", m.Force, m.Collaboration)
		}
		x.agreements[i].members[m.Force] = append(x.agreements[i].members[m.Force], m)
	}
	return x, nil
}

// codes splits ONS codes separated by |.
func codes(list string) []police.ForceCode {
	var out []police.ForceCode
	for c := range strings.SplitSeq(list, "|") {
		if c != "" {
			out = append(out, police.ForceCode(c))
		}
	}
	return out
}

// standing is a force's relation to an agreement in a period.
type standing int

const (
	stranger   standing = iota // not a member by the register
	before                     // a member later
	after                      // a member earlier
	edge                       // joined or left in this very period, as far as dates say
	undated                    // a member whose start the register doesn't date
	member                     // a member by dates
	doubtfulAt = edge
)

// inside reports whether the force counts as a member.
func (s standing) inside() bool { return s == member || s == undated }

// standingOf gives a force's standing in the days [from, to], and the end of its
// membership where that is past. An agreement of all or nearly all forces without
// listed members has every force as an undated member.
func (a *agreement) standingOf(f police.ForceCode, from, to police.Date) (standing, police.Date) {
	rows := a.members[f]
	if len(rows) == 0 {
		if a.National && len(a.members) == 0 {
			return undated, police.NoDate
		}
		return stranger, police.NoDate
	}
	best, ended := stranger, police.NoDate
	for _, m := range rows {
		s, end := rowStanding(m, from, to)
		if s > best {
			best = s
		}
		if s == after && (ended == police.NoDate || end > ended) {
			ended = end
		}
	}
	return best, ended
}

func rowStanding(m police.Member, from, to police.Date) (standing, police.Date) {
	start, startKnown := span(m.From)
	end, endKnown := span(m.To)
	if m.ToEvent == "notice" && endKnown && to >= end.first {
		return edge, police.NoDate // when it left after giving notice isn't known
	}
	switch {
	case endKnown && m.ToEvent != "notice" && from > end.last:
		return after, end.last
	case startKnown && to < start.first:
		return before, police.NoDate
	case endKnown && m.ToEvent != "notice" && to >= end.first:
		return edge, police.NoDate
	case startKnown && from < start.first, startKnown && from <= start.last && start.first != start.last && to < start.last:
		return edge, police.NoDate
	case !startKnown:
		return undated, police.NoDate
	}
	return member, police.NoDate
}

// days is a run of days.
type days struct{ first, last police.Date }

// span gives the days that a date of the register may mean: 2012, 2012-10 or
// 2012-10-01.
func span(s string) (days, bool) {
	switch len(s) {
	case 4:
		a, e1 := police.ParseDate(s + "-01-01")
		b, e2 := police.ParseDate(s + "-12-31")
		return days{a, b}, e1 == nil && e2 == nil
	case 7:
		a, err := police.ParseDate(s + "-01")
		if err != nil {
			return days{}, false
		}
		return days{a, monthEnd(a)}, true
	case 10:
		d, err := police.ParseDate(s)
		return days{d, d}, err == nil
	}
	return days{}, false
}

func monthEnd(first police.Date) police.Date {
	y, m, _ := first.Civil()
	if m++; m > 12 {
		y, m = y+1, 1
	}
	next, _ := police.DateOf(y, m, 1)
	return next - 1
}

// period gives the days of a month (2018-04), else of a financial year; ok is
// false where neither is known.
func period(month string, fy police.FinancialYear) (days, bool) {
	if d, ok := span(month); ok && len(month) == 7 {
		return d, true
	}
	y := fy.Start()
	if y == 0 {
		return days{}, false
	}
	a, _ := police.DateOf(y, 4, 1)
	b, _ := police.DateOf(y+1, 3, 31)
	return days{a, b}, true
}

// joining gives the agreements in which both forces stand inside, or at the edge,
// in a period.
func (x *index) joining(a, b police.ForceCode, d days) []*agreement {
	var out []*agreement
	for i := range x.agreements {
		g := &x.agreements[i]
		sa, _ := g.standingOf(a, d.first, d.last)
		sb, _ := g.standingOf(b, d.first, d.last)
		if sa >= doubtfulAt && sb >= doubtfulAt {
			out = append(out, g)
		}
	}
	return out
}
