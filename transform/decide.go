package transform

import (
	"cmp"
	"fmt"
	"slices"

	"hardyards/internal/police"
)

// drop is a payment that doesn't count.
type drop struct {
	id, by int64
	rule   string
	amount police.Pence
}

// fileRef names one partition file of a fragment.
type fileRef struct {
	fragment string
	payer    police.PayerKey
	year     police.FinancialYear
}

func compareFiles(a, b fileRef) int {
	return cmp.Or(cmp.Compare(a.fragment, b.fragment), cmp.Compare(a.payer, b.payer), cmp.Compare(a.year, b.year))
}

// partRef names a part of a fragment: the same part can stand in two fragments,
// when the same bytes were read under two names.
type partRef struct {
	fragment string
	part     int64
}

// Bound is an overlap that nothing decides: both versions stand in payments, and
// the true total lies between Low and High more than their sum.
type Bound struct {
	Payer      police.PayerKey      `json:"payer"`
	FinYear    police.FinancialYear `json:"financial_year"`
	Month      string               `json:"month"`
	Low        police.Pence         `json:"low"`       // to be added to Σ amount for the lower bound; ≤ 0
	High       police.Pence         `json:"high"`      // to be added to Σ amount for the upper bound; ≥ 0
	LowOnce    police.Pence         `json:"low_once"`  // the same for Σ amount_once
	HighOnce   police.Pence         `json:"high_once"` // the same for Σ amount_once
	Rows       int                  `json:"rows"`      // rows that stand twice, or in one version only
	Parts      []string             `json:"parts"`     // the parts concerned, by file and sheet
	Why        string               `json:"why"`
	concerning []partRef
}

// decision is what was found about one group of parts.
type decision struct {
	drops   map[fileRef][]drop
	bounds  []Bound
	notes   map[partRef][]string
	revised map[payerMonth]bool // months of which an earlier version gave way
}

type payerMonth struct {
	payer police.PayerKey
	month int32
}

func newDecision() *decision {
	return &decision{drops: map[fileRef][]drop{}, notes: map[partRef][]string{}, revised: map[payerMonth]bool{}}
}

func (d *decision) drop(c cellRef, rows []keyedRow, by func(i int) int64, rule func(i int) string) {
	f := fileRef{c.part.FragmentKey, c.Payer, c.FinYear}
	for i := range rows {
		if r := rule(i); r != "" {
			d.drops[f] = append(d.drops[f], drop{rows[i].id, by(i), r, rows[i].amount})
		}
	}
}

func (d *decision) note(p *partInfo, format string, args ...any) {
	at := partRef{p.FragmentKey, p.PartID}
	d.notes[at] = append(d.notes[at], fmt.Sprintf(format, args...))
}

// judged is a pair of cells with its comparison.
type judged struct {
	pair
	m       matching
	same    bool
	suspect bool
}

// partPair is two parts, the first by compareParts first.
type partPair struct{ a, b *partInfo }

// evidence is what all compared cells of two parts say together.
type evidence struct{ matched, telling int }

// judge decides the overlaps of one group. cells holds every cell of the group's
// parts, in canonical order; pairs the candidates among them; rows gives the rows
// of a cell, sorted by sortKeyed, without those already dropped.
func judge(cells []cellRef, pairs []pair, rows func(i int) []keyedRow, prefer []Preference) *decision {
	j := &judgement{cells: cells, rows: rows, prefer: prefer, found: newDecision(), parts: map[partPair]*evidence{}}
	for _, q := range pairs {
		j.compare(q)
	}
	j.joinParts()
	for i := range j.pairs {
		j.verdict(&j.pairs[i])
	}
	for _, group := range j.groups() {
		j.decideGroup(group)
	}
	j.dropLeftovers()
	j.boundSuspects()
	return j.found
}

type judgement struct {
	cells   []cellRef
	rows    func(i int) []keyedRow
	prefer  []Preference
	pairs   []judged
	parts   map[partPair]*evidence
	found   *decision
	dropped map[int]bool // cells that lost all their rows
}

func (j *judgement) compare(q pair) {
	m := match(j.rows(q.a), j.rows(q.b))
	j.pairs = append(j.pairs, judged{pair: q, m: m})
	at := orderedParts(j.cells[q.a].part, j.cells[q.b].part)
	e := j.parts[at]
	if e == nil {
		e = &evidence{}
		j.parts[at] = e
	}
	e.matched += m.full + m.renamed
	e.telling += m.telling
}

func orderedParts(a, b *partInfo) partPair {
	if compareParts(a, b) > 0 {
		a, b = b, a
	}
	return partPair{a, b}
}

// sameParts reports whether two parts as a whole hold the same payments.
func (j *judgement) sameParts(p partPair) bool {
	e := j.parts[p]
	return e != nil && e.telling >= sameTelling && float64(e.matched) >= sameShare*float64(max(1, min(p.a.rows, p.b.rows)))
}

// joinParts adds the pairs of cells that no sample met but whose parts are the
// same as a whole: a handful of late postings that the correction changed.
func (j *judgement) joinParts() {
	have := map[pair]bool{}
	for _, q := range j.pairs {
		have[q.pair] = true
	}
	in := map[bucket][]int{}
	for b, c := range j.cells {
		for _, a := range in[c.bucket()] {
			q := pair{a, b}
			if p := j.cells[a].part; !have[q] && p != c.part && j.sameParts(orderedParts(p, c.part)) {
				j.compare(q)
			}
		}
		in[c.bucket()] = append(in[c.bucket()], b)
	}
	slices.SortFunc(j.pairs, func(x, y judged) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
}

func (j *judgement) verdict(q *judged) {
	a, b := j.cells[q.a], j.cells[q.b]
	share := q.m.share()
	switch {
	case len(q.m.other) == 0 || len(q.m.usedB) == 0:
	case share >= sameShare && q.m.telling >= sameTelling,
		q.m.identical() && (q.m.telling >= identicalTelling || sameBytes(a.part, b.part)),
		j.sameParts(orderedParts(a.part, b.part)):
		q.same = true
	case linked(a.part, b.part, j.prefer):
		main := a.Month != 0 && a.part.mainMonth == a.Month && b.part.mainMonth == b.Month
		q.same = main || share >= linkedShare
	}
	q.suspect = !q.same && share >= suspectShare && q.m.telling >= 1
}

// groups joins the cells of each bucket that hold the same month, in order.
func (j *judgement) groups() [][]int {
	of := map[int]int{}
	var groups [][]int
	for _, q := range j.pairs {
		if !q.same {
			continue
		}
		ga, oka := of[q.a]
		gb, okb := of[q.b]
		switch {
		case !oka && !okb:
			of[q.a], of[q.b] = len(groups), len(groups)
			groups = append(groups, []int{q.a, q.b})
		case oka && !okb:
			of[q.b], groups[ga] = ga, append(groups[ga], q.b)
		case okb && !oka:
			of[q.a], groups[gb] = gb, append(groups[gb], q.a)
		case ga != gb:
			for _, c := range groups[gb] {
				of[c] = ga
			}
			groups[ga], groups[gb] = append(groups[ga], groups[gb]...), nil
		}
	}
	groups = slices.DeleteFunc(groups, func(g []int) bool { return len(g) == 0 })
	for _, g := range groups {
		slices.SortFunc(g, func(a, b int) int { return compareParts(j.cells[a].part, j.cells[b].part) })
	}
	return groups
}

// decideGroup says which of the versions of one month counts.
func (j *judgement) decideGroup(group []int) {
	standing := slices.DeleteFunc(slices.Clone(group), func(c int) bool { _, rule := j.beater(c, group); return rule != "" })
	if len(standing) == 0 { // a circle of rules decides nothing
		standing = group
	}
	for _, c := range group {
		if !slices.Contains(standing, c) {
			winner, rule := j.beater(c, standing)
			if rule == "" {
				winner, rule = j.beater(c, group)
			}
			j.supersede(c, winner, rule)
		}
	}
	j.reconcile(standing)
}

// beater gives the first cell of among whose part is a later version than c's.
func (j *judgement) beater(c int, among []int) (winner int, rule string) {
	for _, w := range among {
		if w == c {
			continue
		}
		if won, rule := later(j.cells[w].part, j.cells[c].part, j.prefer); won > 0 {
			return w, rule
		}
	}
	return c, ""
}

// supersede drops all rows of a version in favour of another.
func (j *judgement) supersede(loser, winner int, rule string) {
	a, b := j.rows(loser), j.rows(winner)
	m := match(a, b)
	if m.identical() {
		rule = ruleTwoFiles
	}
	l, w := j.cells[loser], j.cells[winner]
	if !isDuplicateRule(rule) {
		j.found.revised[payerMonth{l.Payer, l.knownMonth()}] = true
	}
	j.found.drop(l, a, func(i int) int64 { return counterpart(m, i, b) }, func(int) string { return rule })
	j.lose(loser)
	j.found.note(l.part, "%s: %d rows give way to %s (%s; %d of them equal in date, amount and payee, %d in date and amount)",
		monthName(l.Month), len(a), partName(w.part), rule, m.full, m.renamed)
}

func (j *judgement) lose(cell int) {
	if j.dropped == nil {
		j.dropped = map[int]bool{}
	}
	j.dropped[cell] = true
}

func counterpart(m matching, i int, b []keyedRow) int64 {
	if m.other[i] < 0 {
		return 0
	}
	return b[m.other[i]].id
}

// reconcile takes versions between which nothing decides: rows they share count
// once, and what only one of them holds is undecided.
func (j *judgement) reconcile(standing []int) {
	base := standing[0]
	pool := slices.Clone(j.rows(base))
	versions := []int{base}
	for _, c := range standing[1:] {
		rows := j.rows(c)
		m := match(rows, pool)
		equal := func(i int) bool { return m.other[i] >= 0 && pool[m.other[i]].full == rows[i].full }
		j.found.drop(j.cells[c], rows, func(i int) int64 { return counterpart(m, i, pool) }, func(i int) string {
			if !equal(i) {
				return ""
			}
			if sameBytes(j.cells[c].part, j.cells[base].part) {
				return ruleSameBytes
			}
			return ruleTwoFiles
		})
		j.found.note(j.cells[c].part, "%s: %d of %d rows stand in %s too", monthName(j.cells[c].Month), m.full, len(rows), partName(j.cells[base].part))
		if m.full == len(rows) {
			j.lose(c)
		}
		if against := match(rows, j.rows(base)); !against.identical() {
			versions = append(versions, c)
		}
		for i := range rows {
			if !equal(i) {
				pool = append(pool, rows[i])
			}
		}
		sortKeyed(pool)
	}
	if len(versions) > 1 {
		j.boundVersions(versions, pool)
	}
}

// boundVersions records how far the total may lie from the sum of what is kept of
// several versions.
func (j *judgement) boundVersions(versions []int, kept []keyedRow) {
	c := j.cells[versions[0]]
	b := Bound{Payer: c.Payer, FinYear: c.FinYear, Month: monthName(c.Month)}
	total, once := sumRows(kept)
	for _, v := range versions {
		t, o := sumRows(j.rows(v))
		b.Low, b.High = min(b.Low, t-total), max(b.High, t-total)
		b.LowOnce, b.HighOnce = min(b.LowOnce, o-once), max(b.HighOnce, o-once)
		b.Rows = max(b.Rows, len(kept)-len(j.rows(v)))
		b.concern(j.cells[v].part)
	}
	b.Why = fmt.Sprintf("%d versions of the month, and nothing says which counts: rows they share count once, the rest is in payments and in the upper bound", len(versions))
	j.found.bounds = append(j.found.bounds, b)
}

func (b *Bound) concern(p *partInfo) {
	b.Parts = append(b.Parts, partName(p))
	b.concerning = append(b.concerning, partRef{p.FragmentKey, p.PartID})
}

func sumRows(rows []keyedRow) (amount, once police.Pence) {
	for i := range rows {
		amount += rows[i].amount
		once += rows[i].once
	}
	return amount, once
}

// dropLeftovers lets the few rows of other months that only the older version of a
// file holds go with it.
func (j *judgement) dropLeftovers() {
	for _, p := range j.partPairs() {
		won, rule := later(p.a, p.b, j.prefer)
		if won == 0 || !j.sameParts(p) {
			continue
		}
		winner, loser := p.a, p.b
		if won < 0 {
			winner, loser = loser, winner
		}
		j.dropLeftoversOf(winner, loser, rule)
	}
}

func (j *judgement) partPairs() []partPair {
	pairs := make([]partPair, 0, len(j.parts))
	for p := range j.parts {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(x, y partPair) int {
		return cmp.Or(compareParts(x.a, y.a), compareParts(x.b, y.b))
	})
	return pairs
}

func (j *judgement) dropLeftoversOf(winner, loser *partInfo, rule string) {
	held := map[bucket]bool{}
	for _, c := range j.cells {
		if c.part == winner {
			held[c.bucket()] = true
		}
	}
	var left []int
	rows := 0
	for i, c := range j.cells {
		if c.part == loser && !held[c.bucket()] && !j.dropped[i] {
			left, rows = append(left, i), rows+len(j.rows(i))
		}
	}
	if float64(rows) > leftoverShare*float64(loser.rows) {
		return
	}
	for _, i := range left {
		j.found.drop(j.cells[i], j.rows(i), func(int) int64 { return 0 }, func(int) string { return rule })
		j.lose(i)
		j.found.note(loser, "%s: %d rows are no longer in %s (%s)", monthName(j.cells[i].Month), len(j.rows(i)), partName(winner), rule)
	}
}

// boundSuspects records rows that stand in two files without enough evidence that
// it is the same month: kept twice, counted once in the lower bound.
func (j *judgement) boundSuspects() {
	gone := map[int64]bool{}
	for _, ds := range j.found.drops {
		for _, d := range ds {
			gone[d.id] = true
		}
	}
	for _, q := range j.pairs {
		if q.suspect && !j.dropped[q.a] && !j.dropped[q.b] {
			j.boundSuspect(q, gone)
		}
	}
}

func (j *judgement) boundSuspect(q judged, gone map[int64]bool) {
	a, b := j.rows(q.a), j.rows(q.b)
	out := Bound{Payer: j.cells[q.a].Payer, FinYear: j.cells[q.a].FinYear, Month: monthName(j.cells[q.a].Month)}
	var amount, once police.Pence
	for i, o := range q.m.other {
		if o < 0 || gone[a[i].id] || gone[b[o].id] {
			continue
		}
		gone[b[o].id] = true // a row in three files is taken off twice, not three times
		amount, once, out.Rows = amount+b[o].amount, once+b[o].once, out.Rows+1
	}
	if out.Rows == 0 {
		return
	}
	out.Low, out.High = min(0, -amount), max(0, -amount)
	out.LowOnce, out.HighOnce = min(0, -once), max(0, -once)
	out.concern(j.cells[q.a].part)
	out.concern(j.cells[q.b].part)
	out.Why = fmt.Sprintf("%d of %d and %d rows are equal, too few to prove that the month stands in both", q.m.full+q.m.renamed, len(a), len(b))
	j.found.bounds = append(j.found.bounds, out)
}

// partName names a part for people: file, and sheet where it has one.
func partName(p *partInfo) string {
	if p.Sheet == "" || p.Sheet == p.SourceFile {
		return p.SourceFile
	}
	return p.SourceFile + " [" + p.Sheet + "]"
}
