package collaboration

import (
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// How sure an attribution is.
const (
	Certain      = "certain"
	Likely       = "likely"
	Possible     = "possible"
	Unattributed = "unattributed"
)

var certainties = []string{Unattributed, Possible, Likely, Certain}

// graceDays is how long after leaving a payment under an agreement may still be
// possible: late invoices and settlements. Chosen, not found: two years.
const graceDays = 731

// Attribution is the agreement that a sum may have been paid under.
type Attribution struct {
	Collaboration string // id; empty where unattributed
	Certainty     string
	Reason        string // the evidence, in words
	kind          string // for unattributed sums: what the category does say
}

// Attributor attributes sums by a register. Safe for concurrent use.
type Attributor struct {
	index *index
	names map[police.ForceCode]string
}

// New makes an Attributor; forces give names for the reasons. It fails where the
// register contradicts itself.
func New(reg Register, forces []police.Force) (*Attributor, error) {
	x, err := newIndex(reg)
	if err != nil {
		return nil, err
	}
	names := map[police.ForceCode]string{}
	for _, f := range forces {
		names[f.Code] = f.Name
	}
	return &Attributor{x, names}, nil
}

func (a *Attributor) name(f police.ForceCode) string {
	if n := a.names[f]; n != "" {
		return n
	}
	return string(f)
}

// Attribute says under which agreement payer paid payee, both territorial forces,
// in a month (2018-04; else the financial year counts), by the words of the
// published category and description.
func (a *Attributor) Attribute(payer, payee police.ForceCode, month string, fy police.FinancialYear, category, description string) Attribution {
	return a.attribute(payer, payee, month, fy, subjectOf(category, description), category+" "+description)
}

func (a *Attributor) attribute(payer, payee police.ForceCode, month string, fy police.FinancialYear, s subject, text string) Attribution {
	switch {
	case payer == payee:
		return Attribution{Certainty: Unattributed, kind: "payer and payee belong to one force area", Reason: "payer and payee belong to one force area"}
	case s.mutual:
		return Attribution{Certainty: Unattributed, kind: "mutual aid, for which no agreement is needed", Reason: "mutual aid, for which no agreement is needed"}
	}
	d, dated := period(month, fy)
	words := " " + police.NormalForm(text) + " "
	var found []Attribution
	for i := range a.index.agreements {
		if w, ok := a.weigh(&a.index.agreements[i], payer, payee, d, dated, s, words); ok {
			found = append(found, w)
		}
	}
	if len(found) == 0 {
		return a.unattributed(payer, payee, d, dated, s)
	}
	return choose(found)
}

// weigh sets one agreement against the evidence; ok is false where nothing speaks
// for it.
func (a *Attributor) weigh(g *agreement, payer, payee police.ForceCode, d days, dated bool, s subject, words string) (Attribution, bool) {
	how, strength := g.namedBy(s, words)
	if strength == 0 && !g.ForceWide {
		return Attribution{}, false
	}
	if !dated {
		return a.weighUndated(g, payer, payee, how, strength)
	}
	from, ended := g.standingOf(payer, d.first, d.last)
	to, _ := g.standingOf(payee, d.first, d.last)
	host := slices.Contains(g.hosts, payee)
	if strength == 0 {
		return a.weighAlliance(g, payer, payee, from, to, s)
	}
	if !(to.inside() || to == edge || host) {
		return Attribution{}, false
	}
	level, why := 3, []string{how}
	switch {
	case host && len(g.hosts) > 1:
		level, why = 2, append(why, a.name(payee)+" is one of several hosts in the register")
	case host:
		why = append(why, a.name(payee)+" is the host in the register")
	case len(g.hosts) == 0:
		level, why = 2, append(why, a.name(payee)+" is a member, and the register records no host")
	default:
		level, why = 1, append(why, a.name(payee)+" is a member but not the host in the register")
	}
	if !g.sure {
		level, why = level-1, append(why, "the register isn't sure of this agreement")
	}
	if strength == 1 {
		level, why = min(level, 2)-1, append(why, "in a general word, which a purchase may bear too")
	}
	switch {
	case from == member:
		why = append(why, a.name(payer)+" is a member by dates")
	case from == undated:
		level, why = min(level, 2), append(why, a.name(payer)+" is a member, since when isn't in the register")
	case from == edge:
		level, why = min(level, 2)-1, append(why, a.name(payer)+" joined or left about then")
	case from == after && d.first-ended <= graceDays:
		level, why = 1, append(why, fmt.Sprintf("%s left by %s: perhaps settled late, or a like service since", a.name(payer), ended))
	default:
		return Attribution{}, false
	}
	return Attribution{Collaboration: g.ID, Certainty: certainties[max(level, 1)], Reason: strings.Join(why, "; ")}, true
}

// weighUndated is for sums of no known month or year: possible at most.
func (a *Attributor) weighUndated(g *agreement, payer, payee police.ForceCode, how string, strength int) (Attribution, bool) {
	_, payerIn := g.members[payer]
	_, payeeIn := g.members[payee]
	if strength == 0 || !payerIn || !payeeIn {
		return Attribution{}, false
	}
	return Attribution{Collaboration: g.ID, Certainty: Possible, Reason: how + "; both were members at some time; the payment has no date"}, true
}

// weighAlliance is for sums whose category names no service, between members of an
// alliance that spans most of their work.
func (a *Attributor) weighAlliance(g *agreement, payer, payee police.ForceCode, from, to standing, s subject) (Attribution, bool) {
	if !from.inside() || !to.inside() || s.other != "" {
		return Attribution{}, false
	}
	return Attribution{Collaboration: g.ID, Certainty: Possible,
		Reason: fmt.Sprintf("the category names no service; the alliance of %s and %s spans most of their work", a.name(payer), a.name(payee))}, true
}

// namedBy says how a category names an agreement: strength 2 names it or the work
// of its joint unit, 1 names the work in a general word, 0 not at all.
func (g *agreement) namedBy(s subject, words string) (string, int) {
	if g.isNamedIn(words) {
		return fmt.Sprintf("the category %q names the agreement", s.text), 2
	}
	for _, v := range s.named {
		if g.isAbout(v) {
			return fmt.Sprintf("the category %q names %s", s.text, v.name), 2
		}
	}
	for _, v := range s.general {
		if g.isAbout(v) {
			return fmt.Sprintf("the category %q names %s", s.text, v.name), 1
		}
	}
	return "", 0
}

// choose takes the surest attribution. Two equally sure ones lower each other: only
// one can be right, so the first in the register is at most possible.
func choose(found []Attribution) Attribution {
	rank := func(x Attribution) int { return slices.Index(certainties, x.Certainty) }
	best := found[0]
	ties := []string{}
	for _, f := range found[1:] {
		switch {
		case rank(f) > rank(best):
			best, ties = f, nil
		case rank(f) == rank(best):
			ties = append(ties, f.Collaboration)
		}
	}
	if len(ties) > 0 {
		best.Certainty = Possible
		best.Reason += "; as well " + strings.Join(ties, ", ")
	}
	return best
}

// unattributed says what the category does say.
func (a *Attributor) unattributed(payer, payee police.ForceCode, d days, dated bool, s subject) Attribution {
	u := Attribution{Certainty: Unattributed}
	switch {
	case s.other != "":
		u.kind = "names a service with no agreement in this register" + a.ofMany()
	case s.joint:
		u.kind = "names joint work with no agreement in this register" + a.ofMany()
	case len(s.named)+len(s.general) > 0:
		u.kind = "names a service, but no agreement on it joins the two in this register at that time"
	default:
		u.kind = "doesn't say what for"
	}
	u.Reason = fmt.Sprintf("the category %q %s", s.text, u.kind)
	if note := a.joins(payer, payee, d, dated); note != "" {
		u.Reason += "; " + note
	}
	return u
}

// ofMany says how small the register is.
func (a *Attributor) ofMany() string {
	return fmt.Sprintf(" (%d of many more)", len(a.index.agreements))
}

// joins names the agreements that join two forces in a period, those of all
// forces aside.
func (a *Attributor) joins(payer, payee police.ForceCode, d days, dated bool) string {
	if !dated {
		return ""
	}
	var ids []string
	for _, g := range a.index.joining(payer, payee, d) {
		if !g.National {
			ids = append(ids, g.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return "the two are members of " + strings.Join(ids, ", ") + ", which the category doesn't name"
}
