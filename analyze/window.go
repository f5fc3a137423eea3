package analyze

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hardyards/internal/police"
)

// span is the range of days that a date of the register's precision may mean.
type span struct{ first, last police.Date }

// parseSpan reads 2012, 2012-10 or 2012-10-01; ok is false for anything else.
func parseSpan(s string) (span, bool) {
	parts := strings.Split(s, "-")
	n := make([]int, len(parts))
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil {
			return span{}, false
		}
		n[i] = v
	}
	switch len(n) {
	case 1:
		return daySpan(n[0], 1, 1, n[0], 12, 31)
	case 2:
		for day := 31; day >= 28; day-- {
			if w, ok := daySpan(n[0], n[1], 1, n[0], n[1], day); ok {
				return w, true
			}
		}
	case 3:
		return daySpan(n[0], n[1], n[2], n[0], n[1], n[2])
	}
	return span{}, false
}

func daySpan(y1, m1, d1, y2, m2, d2 int) (span, bool) {
	a, ok1 := police.DateOf(y1, m1, d1)
	b, ok2 := police.DateOf(y2, m2, d2)
	return span{a, b}, ok1 && ok2 && y1 > 1900
}

// transition is the time over which a collaboration began, or ended: from the
// earliest day that its first dated event may mean to the latest day of its last.
// What lies between is neither before nor after and is left out.
type transition struct {
	span
	events []string
}

// transitionOf spans the dated events of a phase; ok is false where none is dated.
func transitionOf(events []police.Event, id, phase string) (transition, bool) {
	var t transition
	for _, e := range events {
		if e.Collaboration != id || e.Phase != phase {
			continue
		}
		s, ok := parseSpan(e.Date)
		if !ok {
			continue
		}
		if len(t.events) == 0 {
			t.span = s
		}
		t.first, t.last = min(t.first, s.first), max(t.last, s.last)
		t.events = append(t.events, e.Event+" "+e.Date)
	}
	return t, len(t.events) > 0
}

// window sorts the years of a series into those before, left out and after one
// transition; years beyond the neighbouring transition (the exit, for an entry) are
// cut off, since by then something else happened.
type window struct {
	pre, out, post []int
	text           string
}

// period is the span of days that a value of a year covers.
func period(year int, kind string) span {
	var s span
	switch kind {
	case "AT_31_MAR":
		s, _ = daySpan(year, 3, 31, year, 3, 31)
	case "FY_END_MAR", "YE_MAR":
		s, _ = daySpan(year-1, 4, 1, year, 3, 31)
	case "MID_YEAR":
		s, _ = daySpan(year, 6, 30, year, 6, 30)
	default:
		s, _ = daySpan(year, 1, 1, year, 12, 31)
	}
	return s
}

func windowOf(years []int, kind string, t transition, notBefore, notAfter police.Date) window {
	var w window
	for _, y := range years {
		p := period(y, kind)
		switch {
		case p.first <= notBefore || notAfter != police.NoDate && p.last >= notAfter:
		case p.last < t.first:
			w.pre = append(w.pre, y)
		case p.first > t.last:
			w.post = append(w.post, y)
		default:
			w.out = append(w.out, y)
		}
	}
	w.text = fmt.Sprintf("before %s / left out %s / after %s (%s)",
		yearRange(w.pre), yearRange(w.out), yearRange(w.post), strings.Join(t.events, ", "))
	return w
}

func yearRange(y []int) string {
	if len(y) == 0 {
		return "none"
	}
	if len(y) == 1 {
		return strconv.Itoa(y[0])
	}
	first, last := slices.Min(y), slices.Max(y)
	if last-first+1 == len(y) {
		return fmt.Sprintf("%d–%d", first, last)
	}
	s := make([]string, len(y))
	for i, v := range y {
		s[i] = strconv.Itoa(v)
	}
	return strings.Join(s, ", ")
}

// windowFor gives the years for one phase of a collaboration. An entry's years
// after end where the exit begins; an exit's years before start where the entry is
// complete.
func windowFor(reg Register, id, phase string, years []int, kind string) (window, bool) {
	t, ok := transitionOf(reg.Events, id, phase)
	if !ok {
		return window{}, false
	}
	notBefore, notAfter := police.NoDate, police.NoDate
	if phase == "entry" {
		if exit, dated := transitionOf(reg.Events, id, "exit"); dated {
			notAfter = exit.first
		}
	} else if entry, dated := transitionOf(reg.Events, id, "entry"); dated {
		notBefore = entry.last
	}
	return windowOf(years, kind, t, notBefore, notAfter), true
}
