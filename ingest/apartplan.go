package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// side says whether the words of a heading name a column of debits or of credits:
// Debit Amount, CR (£). Debit Card is neither.
func side(words []string) mark {
	m := noMark
	for _, w := range words {
		switch w {
		case "amount", "value", "net", "gross", "pounds":
		case "debit", "debits", "dr":
			if m != noMark {
				return noMark
			}
			m = debitMark
		case "credit", "credits", "cr":
			if m != noMark {
				return noMark
			}
			m = creditMark
		default:
			return noMark
		}
	}
	return m
}

// debitAndCredit finds the one column headed as debits and the one headed as credits;
// ok is false where one is missing or stands twice.
func debitAndCredit(words [][]string) (debit, credit int, ok bool) {
	at, n := [2]int{}, [2]int{}
	for i, w := range words {
		if m := side(w); m == debitMark || m == creditMark {
			at[m-debitMark] = i
			n[m-debitMark]++
		}
	}
	return at[0], at[1], n == [2]int{1, 1}
}

// signHeading reports a column that tells debits from credits: DR/CR, +/-, D/C
// Indicator.
func signHeading(heading string) bool {
	h := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .()_\u00a0\t\r\n", r) {
			return -1
		}
		return r
	}, strings.ToLower(heading))
	for _, tail := range []string{"indicator", "ind", "flag", "mark", "marker", "type", "code", "sign"} {
		if cut := strings.TrimSuffix(h, tail); cut != "" {
			h = cut
		}
	}
	return bareSign(h)
}

// bareSign reports a heading that is nothing but the two signs.
func bareSign(heading string) bool {
	switch h := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(heading)), " ", ""); h {
	case "dr/cr", "cr/dr", "debit/credit", "credit/debit", "d/c", "c/d", "drcr", "crdr", "sign", "+/-", "-/+", "+-", "debitcredit", "creditdebit", "debitorcredit", "drorcr", "dr-cr":
		return true
	}
	return false
}

// penceHeading reports a column of the pence of amounts; a bare p says so only beside
// pounds.
func penceHeading(heading string) (is, bare bool) {
	switch h := plainHeading(heading); h {
	case "pence", "amount pence", "amount (pence)", "amount (p)", "pence (p)":
		return true, false
	case "p", "(p)":
		return true, true
	}
	return false, false
}

// poundsHeading reports a heading that says no more than pounds.
func poundsHeading(heading string) bool {
	switch plainHeading(heading) {
	case "£", "(£)", "£s", "£'s", "pounds", "pounds (£)", "£ pounds":
		return true
	}
	return false
}

// headsApart reports headings under which amounts stand in two columns, for finding
// a header in which no single one names them.
func headsApart(cells []string, words [][]string) bool {
	if _, _, ok := debitAndCredit(words); ok {
		return true
	}
	for i := 1; i < len(cells); i++ {
		if is, _ := penceHeading(cells[i]); is && poundsHeading(cells[i-1]) {
			return true
		}
	}
	return false
}

// entries calls f with the cells of the sample's records that are no header, total or
// blank row and have something beside the two columns.
func (p *plan) entries(first, second int, f func(first, second []byte)) {
	for i := range p.sample {
		r := &p.sample[i]
		if r.First < p.dataFrom || slices.Contains(p.headerRows, r.First) {
			continue
		}
		cell := func(j int) string {
			if j < len(r.Cells) {
				return r.Cells[j]
			}
			return ""
		}
		beside, skip := false, false
		if again := findHeading(r.Cells, headings{p.heading(first)}); again >= 0 && p.heading(first) != "" {
			if again != first || findHeading(r.Cells, headings{p.heading(second)}) != second {
				return // a later header: its columns stand in another order
			}
			skip = true
		}
		for j := range r.Cells {
			b := trimCell([]byte(r.Cells[j]))
			beside = beside || len(b) > 0 && j != first && j != second
			skip = skip || j != first && j != second && isTotalWord(b)
		}
		if beside && !skip {
			f([]byte(cell(first)), []byte(cell(second)))
		}
	}
}

// giveApart gives the role of amount to a column of debits or pounds that says only
// together with another what was paid.
func (pl *planner) giveApart(p *plan, words [][]string, give func(column)) {
	debit, credit, ok := debitAndCredit(words)
	if ok && !pl.amountBeside(p, words, debit, credit) {
		why, refuse := p.debitEvidence(debit, credit)
		if p.apartWhy = refuse; refuse != "" {
			return
		}
		p.apart = apart{kind: debitCredit, exponents: p.workbook}
		give(column{debit, RoleAmount, 0.97, 1, fmt.Sprintf("headed %q; the amount is %q less %q: %s", p.heading(debit), p.heading(debit), p.heading(credit), why)})
		give(column{credit, RoleCredit, 0.97, 1, fmt.Sprintf("headed %q; taken off %q, so that a credit is negative: %s", p.heading(credit), p.heading(debit), why)})
		return
	}
	for i := 1; i < len(words); i++ {
		if is, _ := penceHeading(p.heading(i)); is && poundsHeading(p.heading(i-1)) && !pl.amountBeside(p, words, i-1, i) {
			give(column{i - 1, RoleAmount, 0.9, p.profiles[i-1].fits(RoleAmount, true), fmt.Sprintf("headed %q, with %q beside it", p.heading(i-1), p.heading(i))})
			return
		}
	}
}

// amountBeside reports a further column that is headed and filled as amounts.
func (pl *planner) amountBeside(p *plan, words [][]string, but ...int) bool {
	cands, _ := pl.candidates(p, RoleAmount, words, nil)
	return slices.ContainsFunc(cands, func(c column) bool {
		return !slices.Contains(but, c.index) && p.profiles[c.index].filled > 0
	})
}

// debitEvidence weighs the sample of two columns of debits and credits: payments are
// the debits if there are more of them, rows fill one column, and credits have no
// sign of their own. refuse says what speaks against it.
func (p *plan) debitEvidence(debit, credit int) (why, refuse string) {
	n, debits, credits, both, signed, other := 0, 0, 0, 0, 0, 0
	p.entries(debit, credit, func(first, second []byte) {
		d, c := parseAmount(first, p.workbook), parseAmount(second, p.workbook)
		n++
		switch {
		case d.state != amountEmpty && !d.state.readable() || c.state != amountEmpty && !c.state.readable():
			other++
			return
		case d.pence != 0 && c.pence != 0:
			both++
		case d.pence != 0:
			debits++
		case c.pence != 0:
			credits++
		}
		if c.pence < 0 {
			signed++
		}
	})
	two := fmt.Sprintf("amounts stand in two columns, %q and %q, ", p.heading(debit), p.heading(credit))
	switch {
	case other*10 > n:
		return "", two + "but not all are numbers"
	case both*10 > n:
		return "", two + "and many rows fill both"
	case signed*2 > credits:
		return "", two + "and credits have signs of their own: whether a minus turns one round can't be told"
	case credits >= debits && debits+credits > 0:
		return "", two + fmt.Sprintf("and there are no fewer credits (%d) than debits (%d): which of them are payments can't be told", credits, debits)
	}
	return fmt.Sprintf("rows fill one of the two, in the sample debits %d times and credits %d times", debits, credits), ""
}

// agrees reports whether an amount in one column is, in every row of the sample, the
// debit less the credit beside it.
func (p *plan) agrees(amount, debit, credit int) bool {
	if amount < 0 || amount == debit || amount == credit {
		return false
	}
	join := apart{kind: debitCredit, exponents: p.workbook}
	n := 0
	for i := range p.sample {
		r := &p.sample[i]
		if r.First < p.dataFrom || slices.Contains(p.headerRows, r.First) || len(r.Cells) <= max(amount, debit, credit) {
			continue
		}
		one, two := parseAmount([]byte(r.Cells[amount]), p.workbook), join.join([]byte(r.Cells[debit]), []byte(r.Cells[credit]))
		if !one.state.readable() && !two.state.readable() {
			continue
		}
		if !one.state.readable() || !two.state.readable() || one.pence != two.pence {
			return false
		}
		n++
	}
	return n > 0
}

// findApart looks for a column without which the amount means something else: a mark
// beside a size, pence beside pounds.
func (p *plan) findApart(whole bool) {
	a := p.col(RoleAmount)
	if p.layout != nil {
		p.apartOfLayout()
		return
	}
	if a < 0 || p.apart.kind != together || p.apartWhy != "" {
		return
	}
	p.findPence(a)
	if p.apart.kind == together && p.apartWhy == "" {
		p.findSign(a, whole)
	}
}

// apartOfLayout takes the second column that a layout names.
func (p *plan) apartOfLayout() {
	for _, k := range []apartKind{debitCredit, marked, poundsPence} {
		if i := p.col(k.second()); i >= 0 {
			p.apart = apart{kind: k, exponents: p.workbook}
			if k == marked {
				c := p.countMarks(p.col(RoleAmount), i)
				p.apart.blankPay = c.onlyCreditsMarked()
			}
		}
	}
}

// findPence takes the column right of the amount's that is headed as pence, if pounds
// are whole and pence below a hundred.
func (p *plan) findPence(a int) {
	for i := range p.header.cells {
		is, bare := penceHeading(p.heading(i))
		if !is || bare && i != a+1 {
			continue
		}
		n, bad := 0, 0
		p.entries(a, i, func(first, second []byte) {
			switch amount := withPence(parseAmount(first, p.workbook), first, second); {
			case amount.state == amountEmpty:
			case amount.state != amountRead && amount.state != amountDash:
				bad++
				n++
			default:
				n++
			}
		})
		if i != a+1 || n == 0 || bad*10 > n {
			p.apartWhy = p.needs(i)
			return
		}
		p.apart = apart{kind: poundsPence, exponents: p.workbook}
		p.setSecond(i, RolePence, fmt.Sprintf("headed %q, right of whole pounds, and its cells are 0 to 99", p.heading(i)), fmt.Sprintf("with the pence of %q", p.heading(i)))
		return
	}
}

func (p *plan) needs(i int) string {
	return fmt.Sprintf("the amount can't be read without column %q", p.heading(i))
}

// setSecond gives a column the role beside the amount, and no other.
func (p *plan) setSecond(i int, role Role, why, amountWhy string) {
	p.columns = slices.DeleteFunc(p.columns, func(c column) bool { return c.index == i })
	for j := range p.columns {
		if p.columns[j].role == RoleAmount {
			p.columns[j].why += "; " + amountWhy
		}
	}
	p.columns = append(p.columns, column{i, role, 1, 1, why})
}

// markCount is how often a sample's numbers stand beside each mark.
type markCount struct {
	marks  [otherMark + 1]int
	signed int // negative numbers beside a mark of debit or credit
	agree  int // of them, those marked as credits
	minus  int // negative numbers in all
}

func (p *plan) countMarks(amount, sign int) (c markCount) {
	p.entries(amount, sign, func(first, second []byte) {
		size := parseAmount(first, p.workbook)
		if !size.state.readable() || size.pence == 0 {
			return
		}
		m := markOf(second)
		c.marks[m]++
		if size.pence < 0 {
			c.minus++
			if m == debitMark || m == creditMark {
				c.signed++
			}
			if m == creditMark {
				c.agree++
			}
		}
	})
	return c
}

// idle reports marks that turn nothing round where the heading doesn't plainly say
// so: every credit is a negative number already and no debit is, or the marks are
// unknown and numbers have their signs.
func (c *markCount) idle() bool {
	if c.marks[otherMark] > 0 {
		return c.minus > 0 && c.marks[debitMark]+c.marks[creditMark] == 0
	}
	return c.agree > 0 && c.agree == c.signed && c.agree == c.marks[creditMark]
}

// onlyCreditsMarked reports that payments have no mark.
func (c *markCount) onlyCreditsMarked() bool { return c.marks[debitMark] == 0 && c.marks[noMark] > 0 }

// findSign takes a column of marks for the signs of amounts. Its heading may say so,
// or its cells, if they are DR and CR.
func (p *plan) findSign(a int, whole bool) {
	var found []int
	for i := range p.header.cells {
		if i != a && i != p.col(RoleDate) && i != p.col(RolePayee) && signHeading(p.heading(i)) {
			found = append(found, i)
		}
	}
	headed := len(found) > 0
	for i := range p.header.cells {
		if !headed && i != a && i != p.col(RoleDate) && i != p.col(RolePayee) && p.onlyMarks(i) {
			found = append(found, i)
		}
	}
	if len(found) == 0 {
		return
	}
	if len(found) > 1 {
		p.apartWhy = p.needs(found[0])
		return
	}
	i := found[0]
	c := p.countMarks(a, i)
	debits, credits, n := c.marks[debitMark], c.marks[creditMark], c.marks[noMark]
	blankPay := c.onlyCreditsMarked()
	if blankPay {
		debits, n = n, 0
	}
	n += debits + credits + c.marks[otherMark]
	switch {
	case n == 0, c.marks[otherMark] == n && len(p.profiles[i].distinct) < 2:
		return // nothing is turned round
	case !headed && c.signed > 0 && c.signed*2 >= credits, !bareSign(p.heading(i)) && c.idle():
		return // amounts have their signs already, and the marks say the same or nothing
	case c.signed > 0 && c.signed*2 >= credits:
		p.apartWhy = p.needs(i) + ": amounts have signs of their own beside it"
		return
	case credits == n && whole:
		p.notes = append(p.notes, fmt.Sprintf("column %q says the same of every row: nothing is turned round", p.heading(i)))
		return
	case c.marks[otherMark]*10 > n:
		p.apartWhy = p.needs(i) + ", and its marks are not known"
		return
	case !blankPay && c.marks[noMark]*10 > n:
		p.apartWhy = p.needs(i) + ", which many rows leave empty"
		return
	case credits >= debits:
		p.apartWhy = p.needs(i) + fmt.Sprintf(", and it marks no fewer credits (%d) than debits (%d): which of them are payments can't be told", credits, debits)
		return
	}
	p.apart = apart{kind: marked, blankPay: blankPay, exponents: p.workbook}
	how := fmt.Sprintf("debits (%d) are payments and credits (%d), the fewer, are negative", debits, credits)
	if blankPay {
		how = fmt.Sprintf("rows without a mark (%d) are payments and those marked as credits (%d), the fewer, are negative", debits, credits)
	}
	p.setSecond(i, RoleSign, fmt.Sprintf("headed %q; in the sample %s", p.heading(i), how), fmt.Sprintf("its sign stands in %q", p.heading(i)))
}

// onlyMarks reports a column whose cells are DR and CR and nothing else, or + and -.
// Debit and Credit in full may be kinds of card, and need a heading that speaks of
// entries.
func (p *plan) onlyMarks(i int) bool {
	prof, words := &p.profiles[i], headingWords(p.heading(i))
	if prof.filled == 0 || len(prof.distinct) > 12 || share(prof.filled, prof.rows) < 0.9 || anyOf([]string{"card", "method", "payment"}, words) {
		return false
	}
	entry := anyOf([]string{"entry", "indicator", "transaction", "sign", "posting", "ledger"}, words)
	seen := [otherMark + 1]bool{}
	for text := range prof.distinct {
		m := markOf([]byte(text))
		long := len(strings.TrimRight(text, ".")) > 2
		if m == otherMark || m == noMark || long && !entry || strings.ContainsAny(text[:1], "CcDd") && len(text) == 1 {
			return false
		}
		seen[m] = true
	}
	return seen[debitMark] && seen[creditMark]
}

// newlyApart reports a later header that has a column to read amounts by which the
// first one lacks.
func (p *plan) newlyApart(cells []string) bool {
	for _, c := range cells {
		pence, bare := penceHeading(c)
		if (signHeading(c) || pence && !bare || side(headingWords(c)) == creditMark) &&
			!slices.ContainsFunc(p.header.cells, func(h string) bool { return plainHeading(h) == plainHeading(c) }) {
			return true
		}
	}
	return false
}
