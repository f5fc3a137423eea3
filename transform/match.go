package transform

import (
	"cmp"
	"slices"

	"hardyards/internal/police"
)

// keyedRow is what a row-by-row comparison needs of a payment.
type keyedRow struct {
	full, money  uint64
	id           int64
	line, repeat int32
	amount, once police.Pence
}

func keyed(p *police.Payment) keyedRow {
	return keyedRow{full: rowKey(p), money: moneyKey(p), id: p.PaymentID, line: p.LineFirst, repeat: p.RepeatNo, amount: p.Amount, once: p.AmountOnce}
}

// sortKeyed orders rows so that the n-th of equal rows here meets the n-th there:
// by key, then by number within a repeated group, then by line.
func sortKeyed(rows []keyedRow) {
	slices.SortFunc(rows, func(a, b keyedRow) int {
		return cmp.Or(cmp.Compare(a.full, b.full), cmp.Compare(a.repeat, b.repeat), cmp.Compare(a.line, b.line), cmp.Compare(a.id, b.id))
	})
}

// matching pairs the rows of two cells as multisets. other[i] is the index of the
// row of b paired with row i of a, or -1; rows equal in date, amount and payee are
// paired first, then rows equal in date and amount alone.
type matching struct {
	other   []int32
	full    int // pairs equal in date, amount and payee
	renamed int // pairs equal in date and amount alone
	telling int // distinct dates and amounts among the pairs whose amount is telling
	usedB   []bool
}

// match pairs the rows of a and b; both must be sorted by sortKeyed.
func match(a, b []keyedRow) matching {
	m := matching{other: make([]int32, len(a)), usedB: make([]bool, len(b))}
	for i, j := 0, 0; i < len(a); i++ {
		m.other[i] = -1
		for j < len(b) && b[j].full < a[i].full {
			j++
		}
		if j < len(b) && b[j].full == a[i].full {
			m.other[i], m.usedB[j] = int32(j), true
			m.full++
			j++
		}
	}
	m.pairRenamed(a, b)
	m.countTelling(a)
	return m
}

// pairRenamed pairs what is left by date and amount.
func (m *matching) pairRenamed(a, b []keyedRow) {
	left := map[uint64][]int32{}
	for j := range b {
		if !m.usedB[j] {
			left[b[j].money] = append(left[b[j].money], int32(j))
		}
	}
	for i := range a {
		if m.other[i] >= 0 {
			continue
		}
		if js := left[a[i].money]; len(js) > 0 {
			m.other[i], m.usedB[js[0]] = js[0], true
			left[a[i].money] = js[1:]
			m.renamed++
		}
	}
}

func (m *matching) countTelling(a []keyedRow) {
	seen := map[uint64]bool{}
	for i := range a {
		if m.other[i] >= 0 && isTelling(a[i].amount) && !seen[a[i].money] {
			seen[a[i].money] = true
			m.telling++
		}
	}
}

// identical reports whether the two cells hold the same rows.
func (m *matching) identical() bool { return m.full == len(m.other) && m.full == len(m.usedB) }

// share is the share of the smaller cell that is paired.
func (m *matching) share() float64 {
	return float64(m.full+m.renamed) / float64(max(1, min(len(m.other), len(m.usedB))))
}
