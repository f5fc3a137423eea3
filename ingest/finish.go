package ingest

import (
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// finish completes a plan: what a heading didn't say but contents do, the order of
// day and month in the sample, and whether the part must be refused.
func (pl *planner) finish(p *plan, in planInput) *plan {
	p.readTitle()
	if p.layout == nil && p.headed {
		pl.fillByContents(p)
		p.confidence = p.sureness()
	}
	p.findApart(in.whole)
	if p.basis == "" {
		p.basis = police.UnknownBasis
	}
	p.loose = p.workbook || p.helperColumns()
	p.dollars = p.onlyDollars()
	p.sampleOrder()
	p.nil_ = nilReturn(in.rows)
	if p.metadataForm() || p.col(RoleAmount) < 0 || p.col(RolePayee) < 0 || p.confidence < threshold || p.pivot() || p.apartWhy != "" {
		p.refused, p.advice = p.whyRefused(pl)
	}
	return p
}

// fillByContents gives a core role that no heading claims to the one column whose
// contents can be nothing else.
func (pl *planner) fillByContents(p *plan) {
	for _, role := range []Role{RoleAmount, RoleDate, RolePayee} {
		if p.col(role) >= 0 {
			continue
		}
		at, many := -1, false
		for i := range p.profiles {
			if i < len(p.header.cells) && p.taken(i) {
				continue
			}
			if p.onlyFits(pl, role, i) {
				many = at >= 0
				at = i
			}
		}
		if at < 0 || many {
			continue
		}
		p.columns = append(p.columns, column{at, role, minHead, p.profiles[at].fits(role, false),
			fmt.Sprintf("headed %q, which says nothing; its cells are those of a %s, and no other column's are", p.heading(at), role)})
	}
}

func (p *plan) taken(i int) bool {
	return slices.ContainsFunc(p.columns, func(c column) bool { return c.index == i && c.role <= RoleDate })
}

func (p *plan) onlyFits(pl *planner, role Role, i int) bool {
	prof := &p.profiles[i]
	if prof.rows < 3 || share(prof.filled, prof.rows) < 0.6 {
		return false
	}
	switch role {
	case RoleAmount:
		return !notPounds(headingWords(p.heading(i))) && share(prof.money, prof.filled) > 0.95 && share(prof.decimals, prof.filled) > 0.5
	case RoleDate:
		return share(prof.dates, prof.filled) > 0.95
	}
	for r := RoleReference; r <= RolePayerName; r++ {
		if pl.heads.score(r, headingWords(p.heading(i))) > 0.6 {
			return false // a category, an area: not who was paid
		}
	}
	return nameness(prof) > 0.6
}

// helperShare is the share of rows above which content beyond the header is a
// column that the publisher left without a heading, not a row torn apart.
const helperShare = 0.2

// helperColumns reports text with such a column. In a workbook a cell has an
// address, so that nothing can shift: there content beyond the header never spoils
// a row. In text an extra field means that some field was split: the row is
// rejected, unless extra fields are the part's habit.
func (p *plan) helperColumns() bool {
	if !p.headed {
		return false
	}
	for i := p.width; i < len(p.profiles); i++ {
		if prof := &p.profiles[i]; prof.rows >= 5 && share(prof.filled, prof.rows) >= helperShare {
			p.warnings = append(p.warnings, fmt.Sprintf("column %d has no heading and is not read", i+1))
			return true
		}
	}
	return false
}

// onlyDollars reports a part in which every amount is written with $: a format
// slip of a British publisher. A single $ among pounds is another currency.
func (p *plan) onlyDollars() bool {
	a, n, dollars := p.col(RoleAmount), 0, 0
	if a < 0 {
		return false
	}
	for i := range p.sample {
		r := &p.sample[i]
		if a >= len(r.Cells) || r.First < p.dataFrom || slices.Contains(p.headerRows, r.First) {
			continue
		}
		if c := parseAmount([]byte(r.Cells[a]), p.workbook); c.state.readable() && c.pence != 0 {
			n++
			if c.dollar {
				dollars++
			}
		}
	}
	if n > 2 && dollars*10 >= n*9 {
		p.warnings = append(p.warnings, "amounts are written with $: taken as pounds, as nearly all are")
		return true
	}
	return false
}

// sampleOrder decides day and month from the sample; reading checks it against the
// whole part.
func (p *plan) sampleOrder() {
	d := p.col(RoleDate)
	if d < 0 {
		return
	}
	book := newDateBook(p.date1904)
	for i := range p.sample {
		r := &p.sample[i]
		if d < len(r.Cells) && r.First >= p.dataFrom && !slices.Contains(p.headerRows, r.First) {
			book.entry([]byte(r.Cells[d]))
		}
	}
	p.order, _ = book.order(p.period, p.layout)
}

// nilWords are what a body writes to say that it paid nothing.
var nilWords = []string{"nil return", "nil", "no payments", "no expenditure", "no spend", "no transactions", "none", "nothing to report", "no items", "zero return"}

// nilReturn reports a part that says itself that there were no payments, and holds
// no amount.
func nilReturn(rows []sampleRow) bool {
	said := false
	for i := range rows {
		for _, c := range rows[i].Cells {
			if looksLikeData(c) && parseAmount([]byte(c), false).pence != 0 && strings.ContainsAny(c, ".,£") {
				return false
			}
			text := plainHeading(string(trimCell([]byte(c))))
			for _, w := range nilWords {
				if text == w || (len(text) < 120 && len(w) > 4 && strings.HasPrefix(text, w+" ")) {
					said = true
				}
			}
		}
	}
	return said && len(rows) < 40
}

// pivot reports a table whose value is spread over several columns: three or more
// headed by months or years, with money below each.
func (p *plan) pivot() bool {
	if p.layout != nil || p.col(RoleDate) >= 0 {
		return false
	}
	for i := range min(len(p.sample), headerDepth) {
		var spread []int
		for j, c := range p.sample[i].Cells {
			if len(c) < 30 && PeriodOfName(c, Period{}).Known() && !looksLikeData(c) {
				spread = append(spread, j)
			}
		}
		if len(spread) >= 3 && p.moneyBelow(i, spread) {
			return true
		}
	}
	return false
}

// moneyBelow reports rows below the i-th that hold money in at least three of the
// columns.
func (p *plan) moneyBelow(i int, columns []int) bool {
	rows := 0
	for _, r := range p.sample[i+1:] {
		n := 0
		for _, j := range columns {
			if j < len(r.Cells) && parseAmount([]byte(r.Cells[j]), p.workbook).state.readable() {
				n++
			}
		}
		if n >= 3 {
			rows++
		}
	}
	return rows >= 3
}

// whyRefused says why a part is no list of payments that can be read, and what its
// user can do.
func (p *plan) whyRefused(pl *planner) (reason, advice string) {
	const suggest = "if it is one, write a layout: hardyards layout suggest FILE"
	text := p.sampleText()
	amount, payee := p.col(RoleAmount), p.col(RolePayee)
	switch {
	case p.pivot():
		return "a pivot over several value columns, not a list of payments", "ask the publisher for the list of transactions"
	case p.apartWhy != "":
		return p.apartWhy, "put the amount into one column, with its sign, or ask the publisher to; a layout may name both columns: amount with credit, sign or pence"
	case p.metadataForm():
		return "a metadata form that describes a data set, not a list of payments", "look for the data set it describes"
	case containsAny(text, "merchant category") && payee < 0:
		return "card payments by merchant category: no column says who was paid", "nothing to do: the payee isn't published"
	case containsAny(text, "headcount", "full time equivalent", "salary") && !containsAny(text, "supplier", "payee", "vendor"):
		return "staff numbers or salaries, not payments to others", "give it as a measure: [files] measures in hardyards.toml"
	case !p.anyMoney():
		return "no column holds amounts, so it is no list of payments", suggest
	case containsAny(text, "summary of expenditure") && payee < 0:
		return "a summary of totals by heading: nothing says who was paid or when", "ask the publisher for the list of transactions"
	case amount < 0 && slices.ContainsFunc(p.header.cells, func(h string) bool { return notPounds(headingWords(h)) }):
		return "amounts are headed as thousands, pence or another currency: they are no exact pounds", "ask the publisher for the payments in pounds and pence"
	case amount < 0 && payee < 0:
		return "no heading or contents show which columns hold amount and payee", suggest
	case amount < 0:
		return "no column can be told to be the amount", suggest
	case payee < 0:
		return "no column can be told to be the payee", suggest
	}
	return fmt.Sprintf("its columns can't be told surely enough: confidence %.2f is below %.2f", p.confidence, threshold), suggest
}

// metadataForm reports the pro-forma in which departments describe a data set: the
// words of at least two of its fields, and few rows.
func (p *plan) metadataForm() bool {
	if p.layout != nil || len(p.sample) > 60 {
		return false
	}
	text, n := p.sampleText(), 0
	for _, w := range []string{"temporal granularity", "meta-data pro-forma", "metadata pro-forma", "update frequency", "geographic coverage", "download url", "national statistic"} {
		if strings.Contains(text, w) {
			n++
		}
	}
	return n >= 2
}

func (p *plan) sampleText() string {
	var b strings.Builder
	for i := 0; i < min(len(p.sample), headerDepth); i++ {
		b.WriteString(strings.ToLower(strings.Join(p.sample[i].Cells, " ")))
		b.WriteByte('\n')
		if b.Len() > 1<<16 {
			break
		}
	}
	return b.String()
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func (p *plan) anyMoney() bool {
	for i := range p.profiles {
		if prof := &p.profiles[i]; prof.decimals >= 2 || (prof.money > 0 && share(prof.money, prof.filled) > 0.5) {
			return true
		}
	}
	return false
}
