package report

import (
	"fmt"

	"hardyards/internal/police"
)

// ledger shows that no row and no penny is lost: what was read is what was kept, put
// aside with a reason, or counted elsewhere.
func (b *book) ledger() Section {
	s := Section{ID: "ledger", Title: "Money ledger: every row and every penny"}
	l := b.Ledger
	t := newTable("ledger", "Read = payments + rejections + exclusions + duplicates + superseded", words("What"), numbers("Rows"), numbers("£"), words("Meaning"))
	row := func(name string, rows, pence int64, meaning string) {
		t.add("", text(name), whole(rows), penceCell(police.Pence(pence)), text(meaning))
	}
	row("Read", l.Rows.Read, l.Pence.Read, "every record after the headers, counted by a second pass that shares no code with the first")
	row("Payments", l.Rows.Payments, l.Pence.Payments, "what counts: sum(amount) over the payments table")
	row("Rejections", l.Rows.Rejections, l.Pence.Rejections, "rows that couldn’t be read, each with its reason")
	row("Exclusions", l.Rows.Exclusions, l.Pence.Exclusions, "rows that are rightly no payment: blank, total, repeated header, footnote")
	row("Duplicates", l.Rows.Duplicates, l.Pence.Duplicates, "rows proved to stand in another file too")
	row("Superseded", l.Rows.Superseded, l.Pence.Superseded, "earlier versions of rows that the publisher revised")
	words := "The ledger balances, in rows and in pence."
	if !l.Balances {
		words = "The ledger does not balance: nothing on this page should be used."
	}
	s.text(words+" Amounts as published may repeat an invoice’s total on each of its lines; both ways of counting are shown wherever it matters.",
		"Two readers that share no code agree on rows and sums of the stored tables; a disagreement would have stopped publication.")
	s.Blocks = append(s.Blocks, Block{Table: t})
	s.Blocks = append(s.Blocks, Block{Table: b.totals()})
	s.folded(fmt.Sprintf("The %s sheets and files behind it, each with its own ledger", count(len(b.Parts))), Block{Table: b.parts()})
	return s
}

func (b *book) totals() *Table {
	t := newTable("totals", "Published by payer and financial year, with both ways of counting and the bounds where versions are undecided", words("Payer"), words("Year"), numbers("Payments"), numbers("£ as published"),
		numbers("£ counting repeats once"), numbers("Lower bound £"), numbers("Upper bound £"))
	for _, x := range b.Totals {
		t.add(string(x.Payer.Force()), text(b.payer(x.Payer)), text(string(x.FinYear)), whole(x.Payments), penceCell(x.Pence), penceCell(x.PenceOnce), penceCell(x.Lower), penceCell(x.Upper))
	}
	return t
}

func (b *book) parts() *Table {
	t := newTable("parts", "Every sheet or file: how it was read, its ledger, its hash", words("File"), words("Sheet"), words("Publisher"), words("Layout"), words("Status"), numbers("Rows read"), numbers("Payments"),
		numbers("Rejections"), numbers("Exclusions"), numbers("£ payments"), words("Repeats"), words("Why"), words("SHA-256"))
	of := map[int64]police.Ledger{}
	for _, l := range b.Ledgers {
		of[l.PartID] = l
	}
	for _, p := range b.Parts {
		l := of[p.PartID]
		why := p.StatusWhy
		if why == "" {
			why = p.RepeatsWhy
		}
		t.add("", text(p.SourceFile), text(p.Sheet), text(p.Publisher), text(p.Layout), text(p.Status), whole(l.RowsRead), whole(l.Payments),
			whole(l.Rejections), whole(l.Exclusions), penceCell(l.PencePayments), text(p.Repeats), text(why), text(p.SHA256[:min(16, len(p.SHA256))]))
	}
	return t
}
