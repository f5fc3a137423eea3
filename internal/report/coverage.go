package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// coverage is the matrix of payers and months: a row for each payer held, and one thin
// line for each force of which nothing is.
func (b *book) coverage() Section {
	s := Section{ID: "coverage", Title: "Coverage: what is held and what is missing"}
	if len(b.Coverage) == 0 {
		s.text("No month of any payer is held.")
		return s
	}
	s.figure(b.coverageMatrix())
	for _, p := range b.payersHeld() {
		if p.Force() != "" {
			s.figure(b.withheld(p))
		}
	}
	b.missing(&s)
	return s
}

// stateClass is how a month is drawn: by form as well as by colour.
func stateClass(state string) string {
	switch state {
	case "published", "part", "missing", "late", "revised":
		return state
	}
	return "missing"
}

func (b *book) coverageMatrix() *Figure {
	months := monthsBetween(b.Coverage)
	at := map[string]int{}
	for i, m := range months {
		at[m] = i
	}
	held := b.payersHeld()
	absent := b.notHeld()
	const rowHeight, gap, thin = 22.0, 10.0, 4.0
	p := newPlot(int(float64(len(held))*(rowHeight+gap)+float64(len(absent))*thin)+64, 104, 8)
	y := 4.0
	width := 100 / float64(len(months))
	t := newTable("coverage", "Months of each payer: state, payments, pounds, withheld names", words("Payer"), words("Month"), words("State"), numbers("Payments"),
		numbers("£ as published"), numbers("£ once"), numbers("£ to withheld names"), numbers("Rows not read"), words("Evidence"))
	for _, k := range held {
		p.label(y+rowHeight/2+4, "label", b.payer(k))
		for _, c := range b.Coverage {
			if c.Payer != k {
				continue
			}
			i, ok := at[c.Month]
			if ok {
				p.mark(string(k.Force()), fmt.Sprintf("%s, %s: %s, %s payments", b.payer(k), monthName(c.Month), c.State, count(c.Payments)), func() {
					drawMonth(p, float64(i)*width, width, y, rowHeight, c.State)
				})
			}
			t.add(string(k.Force()), text(b.payer(k)), text(c.Month), text(c.State), whole(c.Payments), penceCell(c.Pence), penceCell(c.PenceOnce), penceCell(c.Redacted), whole(c.Rejected), text(c.Why))
		}
		y += rowHeight + gap
	}
	y0 := y
	p.label(y+float64(len(absent))*thin/2+4, "label", plural(len(absent), "force"))
	for _, f := range absent {
		p.mark(string(f.Code), f.Name+": no file held", func() { p.bar(0, 100, y, thin-1.5, "absent") })
		y += thin
	}
	p.text(50, 0, y0+float64(len(absent))*thin/2+4, "middle", "on-absent", "no file held")
	b.monthAxis(p, months, y+6)
	return &Figure{
		ID: "coverage-matrix", Message: fmt.Sprintf("%d of %d forces’ spend files are held; of the other %d there is nothing", len(b.Forces)-len(absent), len(b.Forces), len(absent)),
		Subtitle: fmt.Sprintf("Months published by each payer, %s to %s. Each box is one month; each thin line is one force of which no file is held.", monthName(months[0]), monthName(months[len(months)-1])),
		Source:   "spend files over £500 (forces) and over £25,000 (Home Office), table coverage", N: fmt.Sprintf("%s payer-months", count(len(b.Coverage))),
		Keys:    []Key{{"k-published", "published"}, {"k-part", "in part"}, {"k-missing", "missing"}, {"k-late", "late or revised"}, {"k-absent", "no file held"}},
		Notes:   []string{"No file held of: " + strings.Join(forceNames(absent), ", ") + ". That a file isn’t held here doesn’t mean that it wasn’t published."},
		Picture: p.svg("coverage-matrix", "Coverage by payer and month", coverageWords(b, held)), Table: t,
	}
}

func drawMonth(p *plot, x, width, y, h float64, state string) {
	switch stateClass(state) {
	case "part":
		p.bar(x, x+width*0.86, y+h/2, h/2, "box-part")
	case "missing":
		p.bar(x+width*0.1, x+width*0.76, y+1, h-2, "box-missing")
	case "late", "revised":
		p.bar(x, x+width*0.86, y, h, "box-late")
	default:
		p.bar(x, x+width*0.86, y, h, "box-published")
	}
}

func coverageWords(b *book, held []police.PayerKey) string {
	var said []string
	for _, k := range held {
		said = append(said, b.heldMonths(k))
	}
	return "Held: " + strings.Join(said, "; ") + ". Nothing of the other forces."
}

// monthsBetween lists every month from the first to the last of coverage.
func monthsBetween(rows []police.CoverageRow) []string {
	var months []string
	for _, r := range rows {
		if len(r.Month) == 7 {
			months = append(months, r.Month)
		}
	}
	if len(months) == 0 {
		return []string{"2018-04"}
	}
	slices.Sort(months)
	var y, m int
	fmt.Sscanf(months[0], "%d-%d", &y, &m)
	out := []string{}
	for len(out) < 1200 {
		name := fmt.Sprintf("%04d-%02d", y, m)
		out = append(out, name)
		if name >= months[len(months)-1] {
			break
		}
		if m++; m == 13 {
			y, m = y+1, 1
		}
	}
	return out
}

// monthAxis names every second April, when a financial year begins.
func (b *book) monthAxis(p *plot, months []string, y float64) {
	every := 1 + len(months)/12/6
	k := 0
	for i, m := range months {
		if !strings.HasSuffix(m, "-04") {
			continue
		}
		x := 100 * float64(i) / float64(len(months))
		p.line(x, 0, x, y, "year")
		if k%every == 0 {
			anchor := "start"
			switch {
			case x > 88:
				anchor = "end"
			case x > 78:
				anchor = "middle"
			}
			class := "tick"
			if k/every%2 == 1 {
				class += " every-other" // not on a telephone
			}
			p.text(x, 0, y+14, anchor, class, "Apr "+m[:4])
		}
		k++
	}
}

func (b *book) notHeld() []police.Force {
	held := map[police.ForceCode]bool{}
	for _, c := range b.Coverage {
		held[c.Payer.Force()] = true
	}
	return pick(b.forcesByName(), func(f police.Force) bool { return !held[f.Code] })
}

func forceNames(fs []police.Force) []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.Name
	}
	return out
}

func penceCell(p police.Pence) Cell { return Cell{Text: pounds(p), Value: p.String()} }

// withheld shows how much of each month went to names that the publisher withheld.
func (b *book) withheld(k police.PayerKey) *Figure {
	rows := pick(b.Coverage, func(c police.CoverageRow) bool { return c.Payer == k && c.Payments > 0 && len(c.Month) == 7 })
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(x, y police.CoverageRow) int { return cmp.Compare(x.Month, y.Month) })
	months := monthsBetween(rows)
	var values []float64
	for _, r := range rows {
		values = append(values, r.Pence.Float())
	}
	s := scaleFor(values, 4, true)
	const top, bottom = 8.0, 168.0
	p := newPlot(200, 52, 8)
	y := upTo(s, top, bottom)
	p.upright(s, y, moneyTick)
	t := newTable("withheld-"+slug(string(k)), "Pounds by month, and of them to withheld names", words("Month"), numbers("£ as published"), numbers("£ once"), numbers("£ to withheld names"))
	at := map[string]int{}
	for i, m := range months {
		at[m] = i
	}
	width := 100 / float64(len(months))
	for _, r := range rows {
		x := float64(at[r.Month]) * width
		p.mark("", fmt.Sprintf("%s: %s as published, %s of it to withheld names", monthName(r.Month), money(r.Pence), money(r.Redacted)), func() {
			p.bar(x, x+width*0.8, y(r.Pence.Float()), bottom-y(r.Pence.Float()), "fill-soft")
			if r.Redacted > 0 {
				p.bar(x, x+width*0.8, y(r.Redacted.Float()), bottom-y(r.Redacted.Float()), "fill-strong")
			}
		})
		t.add("", text(r.Month), penceCell(r.Pence), penceCell(r.PenceOnce), penceCell(r.Redacted))
	}
	b.monthAxis(p, months, bottom)
	name := b.payer(k)
	return &Figure{
		ID: "withheld-" + slug(string(k)), Message: "Part of what " + name + " pays goes to names that are withheld: police totals are lower bounds",
		Subtitle: "£ by month as published; dark: to pseudonyms and names the publisher withholds",
		Source:   possessive(name) + " spend files, table coverage", N: fmt.Sprintf("%s months", count(len(rows))),
		Keys:    []Key{{"k-soft", "all payments"}, {"k-strong", "of them to withheld names"}},
		Notes:   []string{"Who stands behind a withheld name isn’t known, and some may be police bodies. That bounds what is said of flows: a payment to a police body may be missing from them, none can be there too many for this reason."},
		Picture: p.svg("withheld-"+slug(string(k)), "Payments to withheld names by month, "+name, "Bars of pounds by month with the part paid to withheld names; the numbers are in the table below."), Table: t,
	}
}

// slug makes an id of a name.
func slug(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, s), "-")
}
