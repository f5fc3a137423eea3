package report

import (
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// methods says how figures were made and how far they reach.
func (b *book) methods() Section {
	s := Section{ID: "methods", Title: "Methods and limits"}
	s.list([]string{
		"Money is exact: amounts are whole pence from the published text to the table. Every record read is a payment, a rejection or an exclusion, each with file, sheet and line.",
		"Where two lines of a sheet carry the same date, amount and payee, nothing in the file proves whether an invoice’s total is repeated on each line. Both sums are given.",
		"Payments belong to an agreement only where payer, payee, date and category say so; certain, likely and possible are kept apart, and the rest stays unattributed.",
		"Peers are the seven nearest forces in log population and crime severity unless the user gives groups; these are not the official most similar groups. Weighted and simple means are both given, as the two official comparators differ.",
		"Effects: synthetic difference in differences first, difference in differences and synthetic control beside it; members summed; years between agreed and live left out; placebos with the treated unit’s make-up. A placebo p can’t be below 1/(placebos + 1), and placebos of several forces overlap: the number of single donors stands beside their count.",
		"A host’s workforce and gross budget hold the whole joint unit, a partner’s hold one recharge. Summing members takes that out between them; in comparisons of single forces it stays, and is said there.",
		"“Lower” or “higher than its comparison” is said only where the interval excludes no difference, both donor rules agree, and no single donor carries it. Each collaboration and phase has at most one primary cost or workforce and one primary outcome measure, written down before results were computed; false discoveries are controlled over those.",
		"Associations are adjusted for everything tested in their table (Benjamini–Hochberg); the number of tests stands beside each.",
		"Years: 31 March Y, the year ending March Y and the financial year ending in Y go with the population of mid-(Y−1).",
		"Breaks in a series (a definition, a recording practice, a boundary) stand with each measure below and in the caveats of every finding whose years they touch.",
	})
	return s
}

// notShown says what a reader might look for and won't find.
func (b *book) notShown() Section {
	s := Section{ID: "not-shown", Title: "What this does not show"}
	s.list([]string{
		b.notInAll(),
		"Whether any collaboration changed spending: " + b.outturnHeld() + ", and five periods before and two after a change are needed. What is estimated of staff, officers and crime severity says nothing about money.",
		"Pay, and anything under £500: neither is in these files. Income isn’t either, so a payment out may be matched by one back that isn’t seen. A payment is cash on the publisher’s date, perhaps with VAT; it isn’t cost, and payments don’t add up to outturn.",
		"What a joint unit costs each member: the host’s accounts show the whole unit gross, a partner’s one recharge. A host isn’t dear and a partner isn’t cheap for that reason.",
		"Whether a force is good, efficient or dear for what it does: cost a head follows need, geography and national work.",
		fmt.Sprintf("Which agreements exist: the register holds %d of many more. Payments that none of them explains read “no agreement in this register”; that doesn’t say there is none.", len(b.Collaborations)),
		"Why anything changed. No difference here is attributed to a cause; forces that collaborate chose to, and differ from the others in other ways too.",
		"That nothing changed: “no detectable difference” leaves room for every difference smaller than the one printed beside it.",
		"Actuals by function, function costs after 2017-18, outturn for 2015-16, 2016-17 and after 2017-18, Welsh outturn, severity-adjusted road casualties, inspection grades from 2021/22: none is held. The tool takes them when a user has them.",
	})
	return s
}

// notInAll says why no national figure is made of the payers held.
func (b *book) notInAll() string {
	held := map[police.ForceCode]bool{}
	for _, c := range b.Coverage {
		if f := c.Payer.Force(); f != "" && c.Payments > 0 {
			held[f] = true
		}
	}
	return fmt.Sprintf("What collaboration costs in all: spend files of %s of %d are held. %s", plural(len(held), "force"), len(b.Forces), sentence(or(b.National, "They aren’t scaled up to the others")))
}

// outturnHeld counts the financial years of outturn at hand.
func (b *book) outturnHeld() string {
	years := map[int32]bool{}
	for _, v := range b.Measures {
		if v.Measure == "net_expenditure" && v.Value == v.Value {
			years[v.Year] = true
		}
	}
	return "outturn is held for " + plural(len(years), "financial year")
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string { return capital(strings.TrimSuffix(s, ".")) + "." }

// downloads names the tables that travel with the snapshot, and the hashes.
func (b *book) downloads() Section {
	s := Section{ID: "downloads", Title: "Downloads, run and hashes"}
	s.text(fmt.Sprintf("Every table of this page stands beside it as CSV. The snapshot %s holds them whole, as Parquet and CSV with intervals, n, method and warnings as columns: %s/marts/.", b.SnapshotID, b.SnapshotPath))
	t := newTable("tables", "Tables of the snapshot", words("Table"), numbers("Rows"), words("Files"))
	for _, x := range b.Tables {
		files := b.SnapshotPath + "/" + x.Name + "/"
		if x.Mart {
			files = fmt.Sprintf("%s/marts/%s.parquet and .csv", b.SnapshotPath, x.Name)
		}
		t.add("", text(x.Name), whole(x.Rows), text(files))
	}
	s.Blocks = append(s.Blocks, Block{Table: t})
	in := newTable("inputs", "What it was made from", words("Kind"), words("Name"), words("Publisher"), words("Layout"), words("Status"), words("SHA-256"), words("Note"))
	for _, x := range b.Inputs {
		in.add("", text(x.Kind), text(x.Name), text(x.Publisher), text(x.Layout), text(x.Status), text(x.SHA256), text(x.Note))
	}
	s.Blocks = append(s.Blocks, Block{Table: in})
	s.list(b.stamp())
	return s
}

func (b *book) stamp() []string {
	out := []string{"Snapshot " + b.SnapshotID + ": a hash of all that is in it"}
	if b.RunID != "" {
		out = append(out, "Run "+b.RunID)
	} else {
		out = append(out, "Run: the record under runs/ of the lake that names this snapshot")
	}
	var versions []string
	for k, v := range b.Versions {
		versions = append(versions, k+" "+v)
	}
	slices.Sort(versions)
	if len(versions) > 0 {
		out = append(out, "Versions: "+strings.Join(versions, ", "))
	}
	for _, c := range b.Checks {
		state := "passed"
		if !c.OK {
			state = "did not pass"
		}
		out = append(out, fmt.Sprintf("Check %s %s: %s", c.Name, state, c.Text))
	}
	return append(out, b.Warnings...)
}
