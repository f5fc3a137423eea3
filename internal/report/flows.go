package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// networkPayers is from how many payers on a network says anything: with one or two
// it is a star (issue 5, item 4).
const networkPayers = 3

func (b *book) flows() Section {
	s := Section{ID: "flows", Title: "Who pays whom: payments between police bodies"}
	if len(b.Flows) == 0 {
		s.text("No payment to a police body is held.")
		return s
	}
	for _, k := range b.payersHeld() {
		rows := pick(b.Flows, func(f police.Flow) bool { return f.Payer == k })
		if len(rows) == 0 {
			continue
		}
		s.figure(b.flowYears(k, rows))
		s.figure(b.flowMatrix(k, rows))
	}
	b.network(&s)
	s.folded("Each payer, body, agreement and year, with certainty and reason", Block{Table: b.flowTable("flows", b.Flows)})
	if t := b.shareTable("shares", b.Shares); t != nil {
		s.folded("Payments against agreed share keys", Block{Table: t})
	}
	if b.National != "" {
		s.text("National figure: " + strings.TrimSuffix(b.National, ".") + ".")
	}
	return s
}

// network draws who pays whom and names the groups that pay each other, or says why
// it doesn't.
func (b *book) network(s *Section) {
	if !b.Network.Drawn {
		why := or(b.Network.Why, fmt.Sprintf("a network is drawn from %d payers on", networkPayers))
		s.text("No network is drawn: " + strings.TrimSuffix(why, ".") + ".")
		return
	}
	s.figure(b.networkFigure())
	var items []string
	for _, g := range b.Network.Groups {
		items = append(items, capital(g.Shape)+": "+g.Words)
	}
	s.list(items)
}

// yearSum is a payer's year summed over rows.
type yearSum struct {
	year        police.FinancialYear
	pence, once police.Pence
	by          map[string]police.Pence // by certainty, once
	payments    int64
	months      int32
}

func yearSums(rows []police.Flow) []yearSum {
	at := map[police.FinancialYear]*yearSum{}
	var out []*yearSum
	for _, f := range rows {
		y := at[f.FinYear]
		if y == nil {
			y = &yearSum{year: f.FinYear, by: map[string]police.Pence{}}
			at[f.FinYear] = y
			out = append(out, y)
		}
		y.pence, y.once, y.payments = y.pence+f.Pence, y.once+f.PenceOnce, y.payments+f.Payments
		y.by[f.Certainty] += f.PenceOnce
		y.months = max(y.months, f.Months)
	}
	slices.SortFunc(out, func(x, y *yearSum) int { return cmp.Compare(x.year, y.year) })
	sums := make([]yearSum, len(out))
	for i, y := range out {
		sums[i] = *y
	}
	return sums
}

var certainties = []string{"certain", "likely", "possible", "unattributed"}

// flowYears stacks a payer's payments to police bodies by how surely they belong to an
// agreement of the register, and marks what they sum to as published.
func (b *book) flowYears(k police.PayerKey, rows []police.Flow) *Figure {
	id, name := "flow-years-"+slug(string(k)), b.payer(k)
	sums := yearSums(rows)
	var values []float64
	for _, y := range sums {
		values = append(values, y.pence.Float(), y.once.Float())
	}
	s := scaleFor(values, 4, true)
	const row = 30.0
	p := newPlot(int(row*float64(len(sums)))+30, 74, 24)
	p.axis(s, 0, row*float64(len(sums)), moneyTick)
	t := newTable(id, "Payments of "+name+" to police bodies by year and certainty of attribution", words("Year"), numbers("Months"), numbers("Payments"), numbers("£ as published"), numbers("£ once"),
		numbers("£ certain"), numbers("£ likely"), numbers("£ possible"), numbers("£ unattributed"))
	var unattributed, once, pence police.Pence
	payments := int64(0)
	for i, y := range sums {
		drawFlowYear(p, s, y, row*float64(i), b.yearLabel(y))
		t.add("", text(string(y.year)), whole(y.months), whole(y.payments), penceCell(y.pence), penceCell(y.once),
			penceCell(y.by["certain"]), penceCell(y.by["likely"]), penceCell(y.by["possible"]), penceCell(y.by["unattributed"]))
		unattributed, once, pence, payments = unattributed+y.by["unattributed"], once+y.once, pence+y.pence, payments+y.payments
	}
	f := &Figure{
		ID: id, Message: fmt.Sprintf("%s paid police bodies %s in %s, counting repeated invoice totals once; %s of it can’t be tied to an agreement in this register", name, money(once), plural(len(sums), "financial year"), money(unattributed)),
		Subtitle: "£ to police bodies by financial year; shading by how surely a payment belongs to an agreement; tick: as published",
		Source:   possessive(name) + " spend files, table fact_flow", N: count(payments) + " payments",
		Keys:    []Key{{"k-certain", "certain"}, {"k-likely", "likely"}, {"k-possible", "possible"}, {"k-unattributed", "unattributed"}, {"k-tick", "as published, " + money(pence) + " in all"}},
		Notes:   append(b.boundNotes(k, sums), "Unattributed reads: no agreement in this register (36 of many more). A part year is marked with its months and isn’t to be compared with a whole one."),
		Picture: p.svg(id, "Payments to police bodies by year, "+name, "Stacked bars by financial year, split by certainty of attribution, with a tick where the sum as published lies. Numbers are in the table below."), Table: t,
	}
	if k.Force() == "" {
		f.Message = fmt.Sprintf("%s paid police bodies %s in %s: mostly grants, no collaboration between forces", name, money(once), plural(len(sums), "financial year"))
		f.Notes = []string{"Payments of a department to forces are grants and charges, not payments between forces; the scale is this payer’s own."}
	}
	return f
}

// boundNotes says of the last whole year what withheld names could add to it.
func (b *book) boundNotes(k police.PayerKey, sums []yearSum) []string {
	for i := len(sums) - 1; i >= 0; i-- {
		if x, ok := b.boundOf("fact_flow", string(k)+" "+string(sums[i].year)); ok && sums[i].months >= 12 {
			return []string{fmt.Sprintf("Missing data: the sum of %s would lie %s.", sums[i].year, boundWords(x))}
		}
	}
	return nil
}

func (b *book) yearLabel(y yearSum) string {
	if y.months < 12 {
		return fmt.Sprintf("%s*", y.year)
	}
	return string(y.year)
}

func drawFlowYear(p *plot, s scale, y yearSum, top float64, label string) {
	p.label(top+18, "label", label)
	said := fmt.Sprintf("%s: %s as published, %s once", y.year, money(y.pence), money(y.once))
	if y.months < 12 {
		said += fmt.Sprintf("; %d months only", y.months)
	}
	for _, c := range certainties {
		if y.by[c] > 0 {
			said += fmt.Sprintf("; %s %s", c, money(y.by[c]))
		}
	}
	p.mark("", said, func() {
		from := 0.0
		for _, c := range certainties {
			v := y.by[c].Float()
			if v <= 0 {
				continue
			}
			p.bar(s.at(from), s.at(from+v), top+5, 18, "c-"+c)
			from += v
		}
		p.line(s.at(y.pence.Float()), top+2, s.at(y.pence.Float()), top+26, "tick-mark")
	})
}

// paid is what one body got from one payer, by year.
type paid struct {
	key, name string
	years     map[police.FinancialYear]*yearSum
	once      police.Pence
	pence     police.Pence
}

func (b *book) paidBodies(rows []police.Flow) []*paid {
	at := map[string]*paid{}
	var out []*paid
	for _, f := range rows {
		q := at[f.Payee]
		if q == nil {
			q = &paid{key: f.Payee, name: b.body(f), years: map[police.FinancialYear]*yearSum{}}
			at[f.Payee] = q
			out = append(out, q)
		}
		y := q.years[f.FinYear]
		if y == nil {
			y = &yearSum{year: f.FinYear}
			q.years[f.FinYear] = y
		}
		y.pence, y.once, y.payments = y.pence+f.Pence, y.once+f.PenceOnce, y.payments+f.Payments
		q.once, q.pence = q.once+f.PenceOnce, q.pence+f.Pence
	}
	slices.SortFunc(out, func(x, y *paid) int { return cmp.Compare(x.name, y.name) })
	return out
}

// matrixRows is how many bodies the picture holds; the table holds all.
const matrixRows = 24

// flowMatrix is the matrix picture: bodies paid by year, area for pounds.
func (b *book) flowMatrix(k police.PayerKey, rows []police.Flow) *Figure {
	id, name := "flow-matrix-"+slug(string(k)), b.payer(k)
	all := b.paidBodies(rows)
	shown := mostPaid(all, matrixRows)
	years := distinct(rows, func(f police.Flow) police.FinancialYear { return f.FinYear })
	slices.Sort(years)
	most := 1.0
	for _, q := range shown {
		for _, y := range q.years {
			most = max(most, y.pence.Float(), y.once.Float())
		}
	}
	const row, largest = 30.0, 14.0
	p := newPlot(int(row*float64(len(shown)))+40, 136, 10)
	for j, y := range years {
		p.text(columnAt(j, len(years)), 0, 11+12*float64(j%2), "middle", "tick", shortYear(y))
	}
	for i, q := range shown {
		mid := 30 + row*(float64(i)+0.5)
		p.line(0, mid+row/2, 100, mid+row/2, "grid")
		p.label(mid+4, "label", q.name)
		for j, y := range years {
			drawPaid(p, q, y, columnAt(j, len(years)), mid, largest/math.Sqrt(most))
		}
	}
	t := newTable(id, "Paid by "+name+", by body and year, as published and counting repeated invoice totals once", words("Body"), words("Year"), numbers("Payments"), numbers("£ as published"), numbers("£ once"))
	for _, q := range all {
		for _, y := range years {
			if s := q.years[y]; s != nil {
				t.add(q.key, text(q.name), text(string(y)), whole(s.payments), penceCell(s.pence), penceCell(s.once))
			}
		}
	}
	f := &Figure{
		ID: id, Message: fmt.Sprintf("%s paid %s; the areas show how unevenly", name, plural(len(all), "police body")),
		Subtitle: "£ by body paid and financial year; area of the disc: counting repeated invoice totals once; ring: as published, where that is more",
		Source:   possessive(name) + " spend files, table fact_flow", N: fmt.Sprintf("%s bodies, %s years", count(len(all)), count(len(years))),
		Keys:    []Key{{"k-disc", "once; the largest is " + money(police.Pence(math.Round(most*100)))}, {"k-ring", "as published"}},
		Picture: p.svg(id, "Matrix of bodies paid by "+name+" and year", "A disc for each body and year, its area in proportion to pounds. Numbers are in the table below."), Table: t,
	}
	f.Message = strings.Replace(f.Message, "police bodys", "police bodies", 1)
	if len(all) > len(shown) {
		f.Notes = append(f.Notes, fmt.Sprintf("Shown are the %d bodies paid most, in the order of the alphabet; the table holds all %d.", len(shown), len(all)))
	}
	f.Notes = append(f.Notes, "What stands in a category may describe one line of an invoice, not its sum.")
	return f
}

func columnAt(j, n int) float64 { return 100 * (float64(j) + 0.5) / float64(n) }

// shortYear writes 2018-19 as 18-19: seven of them fit on a telephone.
func shortYear(y police.FinancialYear) string {
	if len(y) == 7 {
		return string(y[2:4]) + "–" + string(y[5:])
	}
	return string(y)
}

func drawPaid(p *plot, q *paid, y police.FinancialYear, x, mid, perRoot float64) {
	s := q.years[y]
	if s == nil {
		return
	}
	once, all := s.once.Float(), s.pence.Float()
	p.mark(q.key, fmt.Sprintf("%s, %s: %s once, %s as published, %s", q.name, y, money(s.once), money(s.pence), plural(int(s.payments), "payment")), func() {
		if all > 0 && all > once*1.01 {
			p.dot(x, mid, max(2, perRoot*math.Sqrt(all)), "ring")
		}
		if once > 0 {
			p.dot(x, mid, max(1.5, perRoot*math.Sqrt(once)), "disc")
		} else {
			p.diamond(x, mid, 3, "credit")
		}
	})
}

// mostPaid keeps the n bodies with most money, in the order of names.
func mostPaid(all []*paid, n int) []*paid {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(x, y *paid) int { return cmp.Compare(y.once, x.once) })
	out = out[:min(n, len(out))]
	slices.SortFunc(out, func(x, y *paid) int { return cmp.Compare(x.name, y.name) })
	return out
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}

func (b *book) flowTable(id string, rows []police.Flow) *Table {
	t := newTable(id, "Payments between police bodies by agreement: as published and once, with certainty and reason", words("Flow id"), words("Payer"), words("Body paid"), words("Kind"), words("Agreement"), words("Certainty"), words("Year"), numbers("Months held"),
		numbers("Payments"), numbers("£ as published"), numbers("£ once"), words("Reason"))
	for _, f := range rows {
		agreement := "none in this register (36 of many more)"
		if f.Collaboration != "" {
			agreement = b.collaboration(f.Collaboration)
		}
		t.add(f.Payee, code(fmt.Sprint(f.FlowID)), text(b.payer(f.Payer)), text(b.body(f)), text(spelt(f.PayeeKind)), text(agreement), text(f.Certainty), text(string(f.FinYear)), whole(f.Months),
			whole(f.Payments), penceCell(f.Pence), penceCell(f.PenceOnce), text(f.Reason))
	}
	return t
}

func (b *book) shareTable(id string, rows []Share) *Table {
	if len(rows) == 0 {
		return nil
	}
	t := newTable(id, "What partners paid beside what the agreed key would ask of them", words("Agreement"), words("Year"), words("Force"), numbers("Share %"), numbers("£ paid"), numbers("£ by key"), numbers("Gap £"), words("Why there is nothing to compare"))
	for _, s := range rows {
		if s.Why != "" {
			none := figure(noFigure, "")
			t.add("", text(b.collaboration(s.Collaboration)), text(string(s.FinYear)), text(noFigure), none, none, none, none, text(s.Why))
			continue
		}
		t.add(string(s.Force), text(b.collaboration(s.Collaboration)), text(string(s.FinYear)), text(b.force(s.Force)), measured(s.KeyPct, 1), penceCell(s.Paid), penceCell(s.ByKey), penceCell(s.Gap), text(""))
	}
	return t
}
