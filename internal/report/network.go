package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hardyards/internal/police"
)

// link is what one payer paid one body in the year of the network.
type link struct {
	payer       police.PayerKey
	payee, name string
	once, pence police.Pence
	payments    int64
	from, to    spanOf // on the columns of payers and of bodies paid
}

// spanOf is a stretch of a column, in pixels.
type spanOf struct{ top, bottom float64 }

// networkBodies is how many bodies paid the network names; the rest is one ribbon.
const networkBodies = 26

// otherBodies is the payee of the last ribbon.
const otherBodies = "x-others"

// networkFigure draws payments between police bodies as ribbons from payers to the
// bodies they paid, as wide as the pounds are many. Places follow from names and sums
// alone, so that the same payments are the same picture.
func (b *book) networkFigure() *Figure {
	year, rows := b.networkYear()
	if len(rows) == 0 {
		return nil
	}
	links := b.links(rows)
	all := len(distinct(links, func(l link) string { return l.payee }))
	links = gathered(links)
	payers := distinct(links, func(l link) police.PayerKey { return l.payer })
	bodies := distinct(links, func(l link) string { return l.payee })
	total := police.Pence(0)
	for _, l := range links {
		total += l.once
	}
	const gap, least = 14.0, 320.0
	ribbons := max(least, float64(max(len(payers), len(bodies)))*6)
	perPound := ribbons / total.Float()
	height := ribbons + gap*float64(max(len(payers), len(bodies))-1)
	p := newPlot(int(height)+40, 112, 112)
	p.text(0, -112, 12, "start", "tick", "Who pays")
	p.text(100, 112, 12, "end", "tick", "Who is paid")
	left, right := placeColumns(links, payers, bodies, perPound, gap, height)
	for _, l := range links {
		p.mark(markKey(l), fmt.Sprintf("%s paid %s %s in %s, counting repeated invoice totals once; %s as published, %s", b.payer(l.payer), l.name, money(l.once), year, money(l.pence), plural(int(l.payments), "payment")), func() {
			p.stretched(height+40, ribbon(l), "ribbon")
		})
	}
	for i, k := range payers {
		b.drawEnd(p, 0, left[i], "end", b.payer(k))
	}
	for i, k := range bodies {
		b.drawEnd(p, 100, right[i], "start", links[slices.IndexFunc(links, func(l link) bool { return l.payee == k })].name)
	}
	f := &Figure{
		ID: "network", Message: fmt.Sprintf("In %s %s paid %s %s, counting repeated invoice totals once", year, plural(len(payers), "force"), bodyCount(all), money(total)),
		Subtitle: "Payments from forces to police bodies in " + string(year) + "; the width of a ribbon is pounds, payers at the left, bodies paid at the right, each in the order of the alphabet",
		Source:   "spend files of the payers held, table fact_flow", N: fmt.Sprintf("%d payers, %d bodies, %d pairs", len(payers), all, len(b.links(rows))),
		Keys:    []Key{{"k-ribbon", "payments of one payer to one body"}},
		Notes:   []string{"Payments are cash paid over £500, without pay: not cost. Only payers whose files are held are at the left; a body at the right may pay too. Credits are netted; a pair that nets to nothing or less has no ribbon and stands in the table."},
		Picture: p.svg("network", "Who pays whom in "+string(year), fmt.Sprintf("Ribbons from %d payers to %d bodies, as wide as the pounds are many. The largest: %s. Every pair is in the table below.", len(payers), len(bodies), b.largest(links))),
		Table:   b.networkTable(year, b.links(rows)),
	}
	if all > networkBodies {
		f.Notes = append(f.Notes, fmt.Sprintf("The %d bodies paid most are named; what the other %d got is one ribbon each payer.", networkBodies, all-networkBodies))
	}
	return f
}

// networkYear is the latest of the financial years that most forces' payments are held
// of in full; where none is, the latest that most have part of.
func (b *book) networkYear() (police.FinancialYear, []police.Flow) {
	flows := pick(b.Flows, func(f police.Flow) bool { return f.Payer.Force() != "" })
	best, most := police.FinancialYear(""), [2]int{}
	years := distinct(flows, func(f police.Flow) police.FinancialYear { return f.FinYear })
	slices.Sort(years)
	for _, y := range years {
		in := pick(flows, func(f police.Flow) bool { return f.FinYear == y })
		whole := pick(in, func(f police.Flow) bool { return f.Months >= 12 })
		payers := func(rows []police.Flow) int {
			return len(distinct(rows, func(f police.Flow) police.PayerKey { return f.Payer }))
		}
		if n := [2]int{payers(whole), payers(in)}; n[0] > most[0] || n[0] == most[0] && n[1] >= most[1] {
			best, most = y, n
		}
	}
	return best, pick(flows, func(f police.Flow) bool { return f.FinYear == best })
}

// links adds flows of one payer and body, whatever the agreement; by name of payer,
// then of body.
func (b *book) links(rows []police.Flow) []link {
	at := map[[2]string]*link{}
	var keys [][2]string
	for _, f := range rows {
		k := [2]string{string(f.Payer), f.Payee}
		l := at[k]
		if l == nil {
			l = &link{payer: f.Payer, payee: f.Payee, name: b.body(f)}
			at[k], keys = l, append(keys, k)
		}
		l.once, l.pence, l.payments = l.once+f.PenceOnce, l.pence+f.Pence, l.payments+f.Payments
	}
	out := make([]link, 0, len(keys))
	for _, k := range keys {
		out = append(out, *at[k])
	}
	slices.SortFunc(out, func(x, y link) int {
		return cmp.Or(cmp.Compare(b.payer(x.payer), b.payer(y.payer)), cmp.Compare(x.payer, y.payer), cmp.Compare(x.name, y.name), cmp.Compare(x.payee, y.payee))
	})
	return out
}

// gathered keeps what can be drawn: links above nought, to the bodies paid most; the
// rest of each payer's becomes one link.
func gathered(links []link) []link {
	sums := map[string]police.Pence{}
	for _, l := range links {
		sums[l.payee] += l.once
	}
	bodies := distinct(links, func(l link) string { return l.payee })
	slices.SortFunc(bodies, func(x, y string) int { return cmp.Or(cmp.Compare(sums[y], sums[x]), cmp.Compare(x, y)) })
	named := bodies[:min(networkBodies, len(bodies))]
	rest := map[police.PayerKey]link{}
	var out []link
	for _, l := range links {
		switch {
		case l.once <= 0:
		case slices.Contains(named, l.payee):
			out = append(out, l)
		default:
			r := rest[l.payer]
			rest[l.payer] = link{payer: l.payer, payee: otherBodies, name: "other bodies", once: r.once + l.once, pence: r.pence + l.pence, payments: r.payments + l.payments}
		}
	}
	for _, p := range distinct(links, func(l link) police.PayerKey { return l.payer }) {
		if r, ok := rest[p]; ok {
			out = append(out, r)
		}
	}
	return out
}

// placeColumns gives each link its stretch at both ends: payers at the left and bodies
// at the right, by name, each as high as its pounds; the shorter column is centred.
func placeColumns(links []link, payers []police.PayerKey, bodies []string, perPound, gap, height float64) (left, right []spanOf) {
	slices.SortFunc(bodies, func(x, y string) int {
		name := func(k string) string {
			return links[slices.IndexFunc(links, func(l link) bool { return l.payee == k })].name
		}
		return cmp.Or(cmp.Compare(btoi(x == otherBodies), btoi(y == otherBodies)), cmp.Compare(name(x), name(y)), cmp.Compare(x, y))
	})
	total := 0.0
	for _, l := range links {
		total += l.once.Float() * perPound
	}
	column := func(n int, has func(i int, l *link) bool, place func(l *link) *spanOf) []spanOf {
		y := 24 + (height-total-gap*float64(n-1))/2
		out := make([]spanOf, n)
		for i := range n {
			out[i].top = y
			for j := range links {
				if l := &links[j]; has(i, l) {
					*place(l) = spanOf{y, y + l.once.Float()*perPound}
					y += l.once.Float() * perPound
				}
			}
			out[i].bottom = y
			y += gap
		}
		return out
	}
	left = column(len(payers), func(i int, l *link) bool { return l.payer == payers[i] }, func(l *link) *spanOf { return &l.from })
	right = column(len(bodies), func(i int, l *link) bool { return l.payee == bodies[i] }, func(l *link) *spanOf { return &l.to })
	return left, right
}

// ribbon is a link's form: level at both ends, so that its width is read there.
func ribbon(l link) string {
	thin := func(s spanOf) spanOf { // no ribbon is too thin to be seen or hit
		if s.bottom-s.top < 1 {
			return spanOf{s.top, s.top + 1}
		}
		return s
	}
	a, z := thin(l.from), thin(l.to)
	return fmt.Sprintf("M0 %sC45 %s 55 %s 100 %sL100 %sC55 %s 45 %s 0 %sZ", num(a.top), num(a.top), num(z.top), num(z.top), num(z.bottom), num(z.bottom), num(a.bottom), num(a.bottom))
}

func (b *book) drawEnd(p *plot, x float64, s spanOf, anchor, name string) {
	dx := -8.0
	if anchor == "start" {
		dx = 8
	}
	p.post(x, s.top, max(s.bottom, s.top+1), 4, "disc")
	p.text(x, dx, math.Round((s.top+s.bottom)/2)+4, anchor, "label small", fit(name, 112-10, letterSize("small")))
}

func markKey(l link) string {
	if l.payee == otherBodies {
		return ""
	}
	return l.payee
}

func bodyCount(n int) string {
	if n == 1 {
		return "1 police body"
	}
	return count(n) + " police bodies"
}

// largest names the three widest ribbons.
func (b *book) largest(links []link) string {
	by := slices.Clone(links)
	slices.SortStableFunc(by, func(x, y link) int { return cmp.Compare(y.once, x.once) })
	var said []string
	for _, l := range by[:min(3, len(by))] {
		said = append(said, fmt.Sprintf("%s to %s %s", b.payer(l.payer), l.name, money(l.once)))
	}
	return joinAnd(said)
}

// joinAnd lists things with commas and a last "and".
func joinAnd(list []string) string {
	if len(list) < 2 {
		return joinOr(list)
	}
	return joinOr(list[:len(list)-1]) + " and " + list[len(list)-1]
}

func (b *book) networkTable(year police.FinancialYear, links []link) *Table {
	t := newTable("network", "Who paid whom in "+string(year)+": every pair of payer and body", words("Payer"), words("Body paid"), numbers("Payments"), numbers("£ as published"), numbers("£ once"))
	for _, l := range links {
		t.add(l.payee, text(b.payer(l.payer)), text(l.name), whole(l.payments), penceCell(l.pence), penceCell(l.once))
	}
	return t
}
