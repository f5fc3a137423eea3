package report

import (
	"fmt"

	"hardyards/internal/police"
)

// ChangesView is what the first screen says of the last run.
type ChangesView struct {
	Words string
	Items []string
	Table *Table
}

func (b *book) changes() ChangesView {
	c := b.Changes
	if c == nil {
		return ChangesView{Words: "This lake holds no earlier snapshot to compare with: everything on this page is new."}
	}
	v := ChangesView{Words: "Nothing changed since snapshot " + c.From + "."}
	if len(c.Causes)+len(c.Totals)+len(c.Tables) == 0 {
		return v
	}
	if len(c.Causes)+len(c.Totals) == 0 {
		v.Words = fmt.Sprintf("Since snapshot %s no file, no register entry and no total changed; %s, because the method did.", c.From, plural(len(c.Tables), "table")+" of findings differ")
		v.Table = tableChanges(c.Tables)
		return v
	}
	v.Words = fmt.Sprintf("Since snapshot %s: %s, %s.", c.From, plural(len(c.Causes), "cause"), plural(len(c.Totals), "payer-year")+" with other totals")
	for _, x := range c.Causes {
		item := capital(x.Kind) + ": " + x.Name
		if x.Is != "" && x.Was != x.Is {
			item += " (" + or(x.Was, "new") + " → " + x.Is + ")"
		}
		if x.Why != "" {
			item += ", " + x.Why
		}
		v.Items = append(v.Items, item)
	}
	for _, x := range c.Totals {
		v.Items = append(v.Items, fmt.Sprintf("%s %s: %s payments, %s as published", b.payer(x.Payer), x.FinYear, signed(float64(x.Rows), 0), signedPounds(x.Pence)))
	}
	v.Table = tableChanges(c.Tables)
	return v
}

func tableChanges(rows []TableChange) *Table {
	if len(rows) == 0 {
		return nil
	}
	t := newTable("changed-tables", "Tables that differ", words("Table"), numbers("Rows before"), numbers("Rows now"), words("Why"))
	for _, x := range rows {
		t.add("", text(x.Table), whole(x.RowsWas), whole(x.Rows), text(x.Why))
	}
	return t
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func signedPounds(p police.Pence) string {
	if p > 0 {
		return "+" + pounds(p)
	}
	return pounds(p)
}
