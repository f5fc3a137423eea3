package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// Covered is the first thing said: what the figures rest on.
type Covered struct {
	Lines  []Fact
	Latest *Table // latest year of each measure
}

// Fact is a term and what is said of it.
type Fact struct{ Term, Words string }

func (b *book) covered() Covered {
	c := Covered{Latest: b.latest()}
	forces := 0
	var held []string
	for _, p := range b.payersHeld() {
		if p.Force() != "" {
			forces++
		}
		held = append(held, b.heldMonths(p))
	}
	say := func(term, words string) { c.Lines = append(c.Lines, Fact{term, words}) }
	say("Payers", fmt.Sprintf("Spend files of %d of the %d forces of England and Wales are held: %s.", forces, len(b.Forces), strings.Join(held, "; ")))
	say("Share of spend", fmt.Sprintf("Not known. The other %d forces publish files too, but none is held, so there is no total of published spend to take a share of.", len(b.Forces)-forces))
	say("Payments", "Payments are cash paid over £500, without pay: not cost. They are dated by the publisher, may hold VAT that police bodies reclaim, and don’t add up to outturn.")
	say("Latest year", b.latestWords())
	return c
}

// heldMonths says from when to when a payer's months are held.
func (b *book) heldMonths(p police.PayerKey) string {
	rows := pick(b.Coverage, func(c police.CoverageRow) bool { return c.Payer == p && c.Payments > 0 })
	if len(rows) == 0 {
		return b.payer(p) + " (none)"
	}
	months := distinct(rows, func(c police.CoverageRow) string { return c.Month })
	slices.Sort(months)
	span := monthName(months[0]) + " to " + monthName(months[len(months)-1])
	what := ""
	if p.Force() == "" {
		what = ", which is no force"
	}
	return fmt.Sprintf("%s (%s, %s%s)", b.payer(p), plural(len(months), "month"), span, what)
}

var monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

// monthName turns 2018-04 into April 2018.
func monthName(m string) string {
	var y, k int
	if _, err := fmt.Sscanf(m, "%d-%d", &y, &k); err != nil || k < 1 || k > 12 {
		return m
	}
	return fmt.Sprintf("%s %d", monthNames[k-1], y)
}

// headlineMeasures are those the first screen names with their latest year.
var headlineMeasures = []string{"net_expenditure", "gre", "fte_staff_total", "fte_officers", "crime_severity_score", "population"}

func (b *book) latestWords() string {
	years := b.latestYears()
	var said []string
	for _, m := range headlineMeasures {
		if y, ok := years[m]; ok {
			said = append(said, fmt.Sprintf("%s %s", plainMeasure(m), periodName(y.year, b.measures[m].Period)))
		}
	}
	return capital(strings.Join(said, "; ")) + ". Every measure is listed below."
}

// plainMeasure names a measure for the first screen.
func plainMeasure(id string) string {
	switch id {
	case "net_expenditure":
		return "outturn"
	case "gre":
		return "budgets by function"
	case "fte_staff_total":
		return "police staff"
	case "fte_officers":
		return "officers"
	case "crime_severity_score":
		return "crime severity"
	}
	return spelt(id)
}

// span is the first and last year of a measure and its number of areas.
type span struct {
	first, year int32
	areas       map[police.ForceCode]bool
}

func (b *book) latestYears() map[string]span {
	out := map[string]span{}
	for _, v := range b.Measures {
		if v.Value != v.Value {
			continue
		}
		s, ok := out[v.Measure]
		if !ok {
			s = span{first: v.Year, areas: map[police.ForceCode]bool{}}
		}
		s.first, s.year = min(s.first, v.Year), max(s.year, v.Year)
		s.areas[v.Force] = true
		out[v.Measure] = s
	}
	return out
}

// latest lists every measure with its years, its breaks and its source.
func (b *book) latest() *Table {
	t := newTable("measures", "Measures held: years, areas, known breaks, traps and sources", words("Measure"), words("Id"), words("Kind"),
		words("Basis"), words("First"), words("Latest"), numbers("Areas"), words("Unit"), words("Known breaks"), words("What must be known"), words("Source"), words("Licence"))
	years := b.latestYears()
	for _, m := range b.Catalogue {
		y, ok := years[m.ID]
		if !ok {
			continue
		}
		t.add("", text(m.Label), text(m.ID), text(m.Kind), text(m.Basis), text(periodName(y.first, m.Period)), text(periodName(y.year, m.Period)),
			whole(len(y.areas)), text(m.Unit), text(listed(m.Breaks)), text(listed(m.Traps)), text(m.Source), text(m.Licence))
	}
	return t
}

func listed(s string) string { return strings.Join(sentences(s), "; ") }

// periodName says what a year means by its period.
func periodName(year int32, period string) string {
	switch period {
	case "FY_END_MAR":
		return fmt.Sprintf("%d-%02d", year-1, year%100)
	case "YE_MAR":
		return fmt.Sprintf("year to March %d", year)
	case "AT_31_MAR":
		return fmt.Sprintf("31 March %d", year)
	case "MID_YEAR":
		return fmt.Sprintf("mid-%d", year)
	}
	return fmt.Sprint(year)
}

// HeadlineView is a finding of the first screen.
type HeadlineView struct {
	police.Headline
	Title   string
	Shown   []Fact // figure, n and comparison: never folded away
	Facts   []Fact
	Missing []Fact // what missing data could do to it
}

func (b *book) headlines() []HeadlineView {
	rows := slices.Clone(b.Headlines)
	slices.SortFunc(rows, func(x, y police.Headline) int { return cmp.Compare(x.Rank, y.Rank) })
	var out []HeadlineView
	for _, h := range rows {
		v := HeadlineView{Headline: h, Title: sectionName(h.Section)}
		if h.Lo == h.Lo && h.Hi == h.Hi {
			v.Shown = append(v.Shown, Fact{"Figure", fmt.Sprintf("%s, range %s to %s", inUnit(h.Value, h.Unit), inUnit(h.Lo, h.Unit), inUnit(h.Hi, h.Unit))})
		} else {
			v.Shown = append(v.Shown, Fact{"Figure", inUnit(h.Value, h.Unit) + "; no interval"})
		}
		v.Shown = append(v.Shown, Fact{"n", count(h.N) + " " + countedBy(h)}, Fact{"Compared with", h.Comparison})
		v.Missing = b.missingFor(h)
		v.Facts = append(v.Facts, Fact{"Method", h.Method})
		if w := sentences(h.Warnings); len(w) > 0 {
			v.Facts = append(v.Facts, Fact{"Said with it", strings.Join(w, "; ")})
		}
		out = append(out, v)
	}
	return out
}

// countedBy says what a headline's n counts.
func countedBy(h police.Headline) string {
	switch h.Section {
	case "flows", "covered":
		return "payments"
	case "spend", "association":
		return "forces"
	case "effect":
		return "forces, members and donors"
	}
	return "collaborations"
}

// inUnit writes a value as its unit is written.
func inUnit(v float64, unit string) string {
	switch {
	case v != v:
		return "none"
	case unit == "£":
		return pounds(police.Pence(math.Round(v * 100)))
	case strings.HasPrefix(unit, "£"):
		return "£" + decimal(v, 2) + strings.TrimPrefix(unit, "£")
	case unit == "correlation":
		return decimal(v, 2)
	case v == 1 && strings.HasSuffix(unit, "s"):
		return "1 " + strings.TrimSuffix(unit, "s")
	case strings.HasPrefix(unit, "%"):
		return signed(v, 1) + " " + unit
	case v == float64(int64(v)):
		return decimal(v, 0) + " " + unit
	}
	return decimal(v, 1) + " " + unit
}

func sectionName(s string) string {
	switch s {
	case "flows":
		return "Who is paid"
	case "spend":
		return "What policing costs a head"
	case "association":
		return "Cost beside crime"
	case "effect":
		return "After an alliance began"
	case "unknown":
		return "What can’t be known"
	case "covered":
		return "What is covered"
	}
	return capital(s)
}
