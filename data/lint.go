package data

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"hardyards/internal/police"
)

// RegisterFunctions are the functions that a collaboration may touch: the headings
// of the Police Objective Analysis, in the wording of the workforce functions.
func RegisterFunctions() []string {
	return []string{"local policing", "dealing with the public", "criminal justice arrangements", "road policing",
		"operational support", "intelligence", "investigations", "investigative support", "public protection",
		"support functions", "national policing", "other"}
}

// Lint says what is wrong with a register, one sentence a fault, in the order of
// its tables: keys that stand twice, codes and functions nobody knows, dates that
// are none, rows without a source, figures that contradict themselves.
func (a Agreements) Lint(forces []police.Force, catalogue []police.MeasureDef) []string {
	l := linter{codes: map[string]bool{}, ids: map[string]bool{}, measures: map[string]bool{}, seen: map[string]bool{}}
	for _, f := range forces {
		l.codes[string(f.Code)] = true
	}
	for _, d := range catalogue {
		l.measures[d.ID] = true
	}
	for _, c := range a.Collaborations {
		l.collaboration(c)
	}
	for _, m := range a.Members {
		l.member(m)
	}
	for _, e := range a.Events {
		l.event(e)
	}
	for _, c := range a.Claims {
		l.claim(c)
	}
	return l.faults
}

// RegisterTemplate returns the four tables of a register with their headers alone,
// by file name, for a user to fill in.
func RegisterTemplate() map[string]string {
	header := func(row reflect.Type, absent ...string) string {
		var names []string
		for _, c := range columnsOf(row, absent) {
			names = append(names, c.name)
		}
		return strings.Join(names, ",") + "\n"
	}
	return map[string]string{
		"collaborations.csv": header(reflect.TypeFor[police.Collaboration](), "collaboration_key"),
		"members.csv":        header(reflect.TypeFor[police.Member]()),
		"events.csv":         header(reflect.TypeFor[police.Event]()),
		"claims.csv":         header(reflect.TypeFor[police.Claim]()),
	}
}

type linter struct {
	codes, ids, measures, seen map[string]bool
	faults                     []string
}

func (l *linter) fault(where, format string, args ...any) {
	l.faults = append(l.faults, where+": "+fmt.Sprintf(format, args...))
}

func (l *linter) once(table, key string) {
	if l.seen[table+"\x00"+key] {
		l.fault(table, "%s stands twice", key)
	}
	l.seen[table+"\x00"+key] = true
}

func (l *linter) oneOf(where, what, value string, known ...string) {
	if !slices.Contains(known, value) {
		l.fault(where, "%s %q is none of %s", what, value, strings.Join(known, ", "))
	}
}

func (l *linter) belongs(where, collaboration, source string) {
	if !l.ids[collaboration] {
		l.fault(where, "no collaboration %q in collaborations.csv", collaboration)
	}
	if source == "" {
		l.fault(where, "no source")
	}
}

func (l *linter) collaboration(c police.Collaboration) {
	where := "collaborations.csv " + c.ID
	l.once("collaborations.csv", c.ID)
	l.ids[c.ID] = true
	if c.ID == "" || c.Name == "" {
		l.fault(where, "no id or no name")
	}
	l.belongs(where, c.ID, c.Source)
	for _, f := range listOf(c.Functions) {
		l.oneOf(where, "function", f, RegisterFunctions()...)
	}
	for _, h := range listOf(c.HostForce) {
		if !l.codes[h] {
			l.fault(where, "host %q is no force's ONS code", h)
		}
	}
	for _, m := range []string{c.Primary, c.PrimaryOut} {
		if m != "" && !l.measures[m] {
			l.fault(where, "measure %q is not in the catalogue", m)
		}
	}
	for _, s := range listOf(c.ShareKey) {
		code, share, _ := strings.Cut(s, ":")
		if v, err := strconv.ParseFloat(share, 64); err != nil || v <= 0 || !l.codes[code] {
			l.fault(where, "share %q is not of the form E23000003:27.6", s)
		}
	}
}

func (l *linter) member(m police.Member) {
	where := fmt.Sprintf("members.csv %s %s", m.Collaboration, m.Force)
	l.once("members.csv", strings.Join([]string{m.Collaboration, string(m.Force), m.From, m.FromEvent, m.To, m.ToEvent}, " "))
	l.belongs(where, m.Collaboration, m.Source)
	if !l.codes[string(m.Force)] {
		l.fault(where, "no force %s", m.Force)
	}
	l.oneOf(where, "role", m.Role, "host", "partner", "member")
	for _, d := range []struct{ date, event string }{{m.From, m.FromEvent}, {m.To, m.ToEvent}} {
		if d.date != "" && !isDate(d.date) {
			l.fault(where, "date %q is not of the form 2012, 2012-10 or 2012-10-01", d.date)
		}
		if (d.date == "") != (d.event == "") {
			l.fault(where, "date %q and event %q: one without the other", d.date, d.event)
		}
	}
	// Only as far as both are precise can they be compared.
	if n := min(len(m.From), len(m.To)); n > 0 && m.To[:n] < m.From[:n] {
		l.fault(where, "ends %s, before it starts %s", m.To, m.From)
	}
}

func (l *linter) event(e police.Event) {
	where := "events.csv " + e.Collaboration
	l.belongs(where, e.Collaboration, e.Source)
	l.oneOf(where, "phase", e.Phase, "entry", "exit", "change")
	if !isDate(e.Date) {
		l.fault(where, "date %q is not of the form 2012, 2012-10 or 2012-10-01", e.Date)
	}
	if e.Event == "" || e.Text == "" {
		l.fault(where, "no event, or not the source's words")
	}
}

func (l *linter) claim(c police.Claim) {
	where := "claims.csv " + c.ID
	l.once("claims.csv", c.ID)
	l.belongs(where, c.Collaboration, c.Source)
	l.oneOf(where, "kind", c.Kind, "saving", "budget", "contribution", "share", "bid", "exit payment", "cost", "staffing", "other")
	l.oneOf(where, "per", c.Per, "", "annual", "cumulative", "one year")
	l.oneOf(where, "timing", c.Timing, "", "before the fact", "after the fact")
	l.oneOf(where, "basis", c.Basis, "", "gross", "net")
	l.oneOf(where, "against", c.Against, "", "own past", "own plan", "other forces")
	if c.Text == "" {
		l.fault(where, "not the source's words")
	}
	if c.Kind == "saving" && c.Low == 0 && c.High == 0 {
		l.fault(where, "a saving without a figure")
	}
	if c.Low != 0 && c.High != 0 && c.High < c.Low {
		l.fault(where, "from %s to %s", c.Low, c.High)
	}
}

func listOf(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}

// isDate reports whether s is a year, a month or a day that the calendar has.
func isDate(s string) bool {
	switch len(s) {
	case 4:
		s += "-01-01"
	case 7:
		s += "-01"
	}
	d, err := police.ParseDate(s)
	return err == nil && d != police.NoDate
}
