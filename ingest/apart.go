package ingest

import (
	"bytes"
	"fmt"

	"hardyards/internal/police"
)

// apartKind says how an amount stands in two columns.
type apartKind uint8

const (
	together    apartKind = iota // one column holds it
	debitCredit                  // a row fills the column of debits, a payment, or that of credits
	marked                       // a size, and a mark of its sign: DR, CR
	poundsPence                  // whole pounds, and pence
)

// apart is how the amounts of a part stand in two columns. The first is the column of
// role amount: of debits, sizes or pounds.
type apart struct {
	kind      apartKind
	blankPay  bool // only credits are marked: a blank mark is a payment
	exponents bool // of numbers are allowed: a workbook
}

// second is the role of the other column.
func (k apartKind) second() Role {
	switch k {
	case debitCredit:
		return RoleCredit
	case marked:
		return RoleSign
	case poundsPence:
		return RolePence
	}
	return NoRole
}

// join makes one amount of the cells of two columns. An amount that contradicts itself
// has a state of its own, and as pence what its numbers come to by plain addition.
func (a *apart) join(first, second []byte) amountCell {
	switch a.kind {
	case debitCredit:
		return a.less(parseAmount(first, a.exponents), parseAmount(second, a.exponents))
	case marked:
		return a.signed(parseAmount(first, a.exponents), second)
	}
	return withPence(parseAmount(first, a.exponents), first, second)
}

// less is a debit less a credit, of which a row has one. A negative credit may be
// either a credit with its sign or a payment, and is not guessed at.
func (a *apart) less(debit, credit amountCell) amountCell {
	out := debit
	out.dollar, out.noise = debit.dollar || credit.dollar, debit.noise || credit.noise
	if credit.point != plainPoint {
		out.point = credit.point
	}
	switch {
	case credit.state == amountEmpty:
		return out
	case debit.state == amountEmpty:
		out.state = credit.state
	case !credit.state.readable():
		out.state = credit.state
	case !debit.state.readable():
	case debit.pence != 0 && credit.pence != 0:
		out.state = amountBoth
	case credit.pence != 0 || debit.state == amountDash:
		out.state = credit.state
	}
	if out.state.readable() {
		out.pence = debit.pence - credit.pence
	}
	if credit.pence < 0 && out.state == amountRead {
		out.state = amountSigned
	}
	return out
}

// mark is what a cell of a column of signs says.
type mark uint8

const (
	noMark mark = iota
	debitMark
	creditMark
	otherMark
)

// markOf reads DR, D, Debit and + as one sign, CR, C, Credit and - as the other.
func markOf(cell []byte) mark {
	b := bytes.TrimRight(trimCell(cell), ".")
	switch len(b) {
	case 0:
		return noMark
	case 1:
		switch b[0] {
		case 'D', 'd', '+':
			return debitMark
		case 'C', 'c', '-':
			return creditMark
		}
		return otherMark
	}
	switch {
	case bytes.EqualFold(b, []byte("DR")), bytes.EqualFold(b, []byte("Debit")):
		return debitMark
	case bytes.EqualFold(b, []byte("CR")), bytes.EqualFold(b, []byte("Credit")):
		return creditMark
	case bytes.Equal(b, []byte("\u2212")), bytes.Equal(b, []byte("\u2013")):
		return creditMark
	}
	return otherMark
}

// signed turns a size round where its mark says credit. A size that has a sign of its
// own stays as it is published, and is not guessed at.
func (a *apart) signed(size amountCell, sign []byte) amountCell {
	m := markOf(sign)
	switch {
	case size.state != amountRead && size.state != amountSubPenny || size.pence == 0:
		return size
	case size.pence < 0 && m != noMark:
		size.state = amountSigned
	case m == creditMark:
		size.pence = -size.pence
	case m == otherMark, m == noMark && !a.blankPay:
		size.state = amountUnmarked
	}
	return size
}

// withPence adds pence to whole pounds, away from zero.
func withPence(pounds amountCell, first, second []byte) amountCell {
	n, filled, ok := penceOf(second)
	out := pounds
	switch {
	case !ok:
		out.state = amountText
		return out
	case !filled:
		if pounds.state == amountRead && pounds.pence%100 != 0 {
			out.state = amountPence
		}
		return out
	case pounds.state == amountEmpty || pounds.state == amountDash:
		out.state = amountRead
	case !pounds.state.readable():
		return out
	}
	out.pence += n
	if pounds.pence < 0 {
		out.pence -= 2 * n
	}
	signedZero := n > 0 && pounds.pence == 0 && bytes.ContainsAny(first, "-\u2212\u2013\uFF0D(\uFF08CcRr")
	if n > 99 || pounds.pence%100 != 0 || signedZero {
		out.state = amountPence
	}
	return out
}

// penceOf reads a cell of whole pence; a lone dash is nothing.
func penceOf(cell []byte) (n police.Pence, filled, ok bool) {
	b := trimCell(cell)
	if len(b) == 0 || len(b) == 1 && b[0] == '-' {
		return 0, false, true
	}
	if len(b) > 9 {
		return 0, true, false
	}
	for _, c := range b {
		if c-'0' > 9 {
			return 0, true, false
		}
		n = 10*n + police.Pence(c-'0')
	}
	return n, true, true
}

// amountOf reads the amount of a record, in one column or two.
func (r *fileReader) amountOf(cells [][]byte) amountCell {
	if a := &r.plan.apart; a.kind != together {
		return a.join(cellAt(cells, r.seg.amount), cellAt(cells, r.seg.second))
	}
	return parseAmount(cellAt(cells, r.seg.amount), r.plan.workbook)
}

// onlyAmount reports a record of which nothing is filled but the amount.
func (r *fileReader) onlyAmount(cells [][]byte, filled, only int) bool {
	if r.plan.apart.kind == together || filled < 2 {
		return filled == 1 && (only == r.seg.amount || r.plan.apart.kind != together && only == r.seg.second)
	}
	return filled == 2 && len(trimCell(cellAt(cells, r.seg.amount))) > 0 && len(trimCell(cellAt(cells, r.seg.second))) > 0
}

// amountFault gives the reason to reject an amount in two columns that contradict each
// other, and what stands there.
func (r *fileReader) amountFault(cells [][]byte, amount amountCell) (reason, detail string) {
	first, second := r.amountText(cells, r.seg.amount), r.amountText(cells, r.seg.second)
	one, other := r.plan.heading(r.seg.amount), r.plan.heading(r.seg.second)
	say := func(why string) string {
		return one + " " + first + ", " + other + " " + second + ": " + why
	}
	switch amount.state {
	case amountBoth:
		return reasonBoth, say("one row is a debit or a credit, not both")
	case amountUnmarked:
		return reasonUnmarked, say("no mark that says debit or credit")
	case amountSigned:
		return reasonSigned, say("the number has a sign of its own: which of the two holds?")
	case amountPence:
		return reasonPence, say("pence are whole, 0 to 99, beside whole pounds")
	}
	return "", ""
}

// amountsText quotes what stands where the amount should.
func (r *fileReader) amountsText(cells [][]byte) string {
	text := r.amountText(cells, r.seg.amount)
	if r.seg.second >= 0 {
		text += " and " + r.amountText(cells, r.seg.second)
	}
	return text
}

func (r *fileReader) amountText(cells [][]byte, i int) string {
	return fmt.Sprintf("%q", cut(string(trimCell(cellAt(cells, i))), 60))
}
