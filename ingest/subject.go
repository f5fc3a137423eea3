package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// Other lists that public bodies publish look like payments: they have names, dates
// and amounts. What tells them is the headings of the very columns that would be
// read: an amount that was ordered, awarded or owed was not paid, and a customer or a
// donor is no payee. A word elsewhere in the header says nothing: a list of payments
// may well have a contract number, an order number and a budget.

// subject is another kind of list: words that give it away in the heading of a column
// of one role, and what to say of it.
type subject struct {
	role  Role
	words []string // any of them; several words in one must all stand there
	is    string   // what the column holds
}

// subjects are asked in this order; the words are as headingWords gives them.
func subjects() []subject {
	return []subject{
		{RoleAmount, []string{"awarded", "award"}, "amounts awarded, which need not have been paid"},
		{RoleAmount, []string{"ordered", "order", "committed", "commitment", "requisition", "po"}, "the value of orders, which need not have been paid"},
		{RoleAmount, []string{"estimated", "estimate", "annual", "budget", "forecast", "contract", "tender", "planned", "projected", "anticipated", "expected", "quoted", "quote", "bid"}, "amounts planned or agreed, not paid"},
		{RoleAmount, []string{"outstanding", "owed", "owing", "overdue", "unpaid", "due", "retention", "unpresented", "balance", "accrued", "accrual", "written", "arrears", "debt"}, "amounts owed, not paid"},
		{RoleAmount, []string{"income", "received", "receipt", "receivable", "revenue received", "takings", "sales", "sale", "donation", "sponsorship"}, "income, not payments"},
		{RoleAmount, []string{"claimed", "reimbursed", "allowance", "salary", "pay floor", "remuneration", "mileage"}, "claims or pay of a body's own people, not payments to suppliers"},
		{RoleAmount, []string{"rateable", "valuation", "asset", "insured", "principal", "reserve", "fine", "penalty", "saving", "savings", "stock", "market", "seized"}, "values of something else than payments"},
		{RolePayee, []string{"customer", "debtor", "ratepayer", "purchaser", "buyer", "donor", "applicant", "tenant", "taxpayer", "borrower", "sponsor", "funder"}, "those who pay the body, or owe it, not those it pays"},
		{RolePayee, []string{"councillor", "member", "officer", "employee", "cardholder", "card holder", "claimant", "staff"}, "a body's own people, not those it pays"},
		{RolePayee, []string{"property", "premises", "asset", "scheme", "offered", "lender", "counterparty", "bidder", "developer", "owner", "from", "cost centre", "job title", "parish"}, "something else than those who were paid"},
		{RoleDate, []string{"award", "awarded", "closing", "expiry", "expiration", "maturity", "valuation", "sale", "written", "order", "ordered", "raised", "agreement", "issue", "loss", "renewal", "review", "completion", "goods received", "delivery"}, "other days than those of payment"},
	}
}

// doubt refuses a part, understood so far, that lists something else than payments or
// whose amounts may be no exact pounds, and warns of signs that may be missing.
func (p *plan) doubt() {
	if c := p.unsignedCredits(); c != "" {
		p.warnings = append(p.warnings, fmt.Sprintf("column %q marks credit notes, but none of them has a negative amount: taken as published", c))
	}
	if p.refused != "" {
		return
	}
	if why := p.otherSubject(); why != "" {
		p.refused, p.advice = why, "if it does list payments, write a layout: hardyards layout suggest FILE"
	} else if p.unnamed() {
		p.refused = fmt.Sprintf("no heading names an amount or a payee: columns %q and %q only look like them", p.heading(p.col(RoleAmount)), p.heading(p.col(RolePayee)))
		p.advice = "if it does list payments, write a layout: hardyards layout suggest FILE"
	} else if u := p.unitsBeside(); u != "" {
		p.refused = fmt.Sprintf("%q says that amounts are no exact pounds", cut(u, 60))
		p.advice = "ask the publisher for the payments in pounds and pence"
	} else if a := p.pointedThousands(); a != "" {
		p.refused = fmt.Sprintf("amounts such as %s may be thousands or pounds with three decimals, and no other amount tells which", a)
		p.advice = "ask the publisher for amounts written as 1234.56"
	}
}

// unnamed reports a part with a header, of which neither amount nor payee is known by
// its heading: many tables have a column of names and one of money.
func (p *plan) unnamed() bool {
	if !p.headed || p.layout != nil {
		return false
	}
	return !slices.ContainsFunc(p.columns, func(c column) bool {
		return (c.role == RoleAmount || c.role == RolePayee) && c.head > minHead
	})
}

// supplierWords beside a word of subjects say that the column names payees after all:
// Customer/Supplier Description.
var supplierWords = []string{"supplier", "vendor", "payee", "creditor", "beneficiary", "paid", "payment"}

// otherSubject names the column that shows a part to be another list than one of
// payments, and says what it holds; "" where none does.
func (p *plan) otherSubject() string {
	if p.layout != nil || !p.headed {
		return ""
	}
	for _, s := range subjects() {
		i := p.col(s.role)
		if i < 0 || p.heading(i) == "" {
			continue
		}
		words := headingWords(p.heading(i))
		if anyOf(supplierWords, words) {
			continue
		}
		if slices.ContainsFunc(s.words, func(w string) bool { return hasAll(words, strings.Fields(w)) }) {
			return fmt.Sprintf("column %q holds %s", p.heading(i), s.is)
		}
	}
	return p.otherHeader()
}

// otherHeader looks for headings that stand together only in other lists.
func (p *plan) otherHeader() string {
	var starts, ends, claims, disputes, debit, credit string
	for _, h := range p.header.cells {
		words := headingWords(h)
		switch {
		case slices.Contains(words, "start") || slices.Contains(words, "commencement"):
			starts = h
		case slices.Contains(words, "end") || slices.Contains(words, "expiry"):
			ends = h
		case slices.Contains(words, "claimed") || slices.Contains(words, "reimbursed"):
			claims = h
		case slices.Contains(words, "dispute") || slices.Contains(words, "disputed"):
			disputes = h
		case len(words) <= 2 && slices.Contains(words, "debit"):
			debit = h
		case len(words) <= 2 && slices.Contains(words, "credit"):
			credit = h
		}
	}
	if anyOf(supplierWords, headingWords(p.heading(p.col(RolePayee)))) {
		claims = ""
	}
	date := headingWords(p.heading(p.col(RoleDate)))
	dated := slices.Contains(date, "start") || slices.Contains(date, "end") || slices.Contains(date, "commencement")
	switch {
	case dated || (starts != "" && ends != "" && p.col(RoleDate) < 0):
		return "its dates say how long something runs: it lists contracts or agreements, not payments"
	case debit != "" && credit != "" && !p.joined():
		return fmt.Sprintf("amounts stand in two columns, %q and %q, which can't be joined", debit, credit)
	case claims != "":
		return fmt.Sprintf("column %q shows claims of a body's own people, not payments to suppliers", claims)
	case disputes != "":
		return fmt.Sprintf("column %q shows invoices in dispute, not payments", disputes)
	}
	return ""
}

// joined reports columns of debits and credits that are read, or that a third column
// of amounts agrees with in every row.
func (p *plan) joined() bool {
	if p.apart.kind == debitCredit {
		return true
	}
	words := make([][]string, len(p.header.cells))
	for i, c := range p.header.cells {
		words[i] = headingWords(c)
	}
	debit, credit, ok := debitAndCredit(words)
	return ok && p.agrees(p.col(RoleAmount), debit, credit)
}

// anyOf reports whether one of some words stands among words.
func anyOf(some, words []string) bool {
	return slices.ContainsFunc(some, func(w string) bool { return slices.Contains(words, w) })
}

func hasAll(words, all []string) bool {
	for _, w := range all {
		if !slices.Contains(words, w) {
			return false
		}
	}
	return true
}

// unknownHeader takes for the header of a part in which no header of payments was
// found the row directly above its first data, where it heads every number and date
// there and holds none itself. Its words are not known, but they stand there.
func unknownHeader(rows []sampleRow) (headerFound, bool) {
	first := slices.IndexFunc(rows[:min(len(rows), headerDepth)], func(r sampleRow) bool { return dataLike(&r) })
	if first < 1 || first+2 >= len(rows) || !dataLike(&rows[first+1]) {
		return headerFound{}, false
	}
	head, data := rows[first-1], rows[first]
	filled, seen := 0, map[string]bool{}
	for i, c := range head.Cells {
		b := trimCell([]byte(c))
		if len(b) == 0 {
			continue
		}
		if looksLikeData(c) || len(b) > 60 || seen[string(b)] {
			return headerFound{}, false
		}
		seen[string(b)] = true
		if i < len(data.Cells) {
			filled++
		}
	}
	if filled < 3 {
		return headerFound{}, false
	}
	for i, c := range data.Cells {
		if looksLikeData(c) && (i >= len(head.Cells) || strings.TrimSpace(head.Cells[i]) == "") {
			return headerFound{}, false
		}
	}
	return headerFound{cells: head.Cells, rows: []int{first - 1}, first: head.First, last: head.Last}, true
}

// pointedThousands gives an amount of the sample that may be thousands or pounds with
// three decimals, where no other amount tells which: 1.500 among 750 and 12.250. A
// point before one or two digits, a comma before three, or four digits before a point
// shows that the point parts pence.
func (p *plan) pointedThousands() string {
	a, found := p.col(RoleAmount), ""
	if a < 0 || p.workbook {
		return ""
	}
	for i := range p.sample {
		r := &p.sample[i]
		if a >= len(r.Cells) || r.First < p.dataFrom || slices.Contains(p.headerRows, r.First) {
			continue
		}
		switch c := strings.Trim(r.Cells[a], " £()-+\u00a0\""); {
		case inThousands(c):
			if found == "" {
				found = c
			}
		case strings.Contains(c, ".") && parseAmount([]byte(c), false).state.readable(), strings.Contains(c, ","):
			return ""
		}
	}
	return found
}

// inThousands reports 1.500 and 1.234.567: one to three digits, then groups of three.
func inThousands(s string) bool {
	groups := strings.Split(s, ".")
	if len(groups) < 2 || len(groups[0]) > 3 || groups[0] == "" || groups[0][0] == '0' {
		return false
	}
	for i, g := range groups {
		if (i > 0 && len(g) != 3) || strings.Trim(g, "0123456789") != "" {
			return false
		}
	}
	return true
}

// unitsBeside finds thousands or millions said outside the amount's own heading: in a
// title above the header, or in a cell below it: (£000).
func (p *plan) unitsBeside() string {
	if p.layout != nil {
		return "" // whoever wrote it has seen the title
	}
	for i := range p.sample {
		r := &p.sample[i]
		if i > headerDepth || (r.First > p.header.last && dataLike(r)) {
			return ""
		}
		for _, c := range r.Cells {
			if says := strings.TrimSpace(c); saysUnits(says) {
				return says
			}
		}
	}
	return ""
}

// saysUnits reports £000, £'000s, (£k), in thousands and the like; £25,000 is a
// threshold.
func saysUnits(text string) bool {
	low := strings.NewReplacer("\u2019", "'", "\u2018", "'", " ", "", "(", "", "'", "").Replace(strings.ToLower(text))
	for _, unit := range []string{"£000", "£k)", "£m)", "gbp000", "inthousands", "inmillions", "£thousand", "£million", "inpence"} {
		if strings.Contains(low, unit) {
			return true
		}
	}
	return low == "£k" || low == "£m"
}

// unsignedCredits names a column that marks rows as credit notes of which none has a
// negative amount: they may be sizes without a sign, and only the publisher knows.
func (p *plan) unsignedCredits() string {
	a := p.col(RoleAmount)
	for j := range p.profiles {
		if a < 0 || j == a || j == p.col(RoleSign) || len(p.profiles[j].distinct) > 8 || j >= len(p.header.cells) {
			continue
		}
		credits, negative, others := 0, 0, 0
		for i := range p.sample {
			r := &p.sample[i]
			if r.First < p.dataFrom || j >= len(r.Cells) || a >= len(r.Cells) || slices.Contains(p.headerRows, r.First) {
				continue
			}
			amount := parseAmount([]byte(r.Cells[a]), p.workbook)
			switch strings.ToLower(strings.TrimSpace(r.Cells[j])) {
			case "crn", "cn", "credit", "credit note", "credit memo", "credit notes", "cr note", "pc", "refund":
				if amount.state.readable() && amount.pence != 0 {
					credits++
				}
				if amount.pence < 0 {
					negative++
				}
			case "":
			default:
				others++
			}
		}
		if credits > 0 && negative == 0 && others > 0 {
			return p.heading(j)
		}
	}
	return ""
}
