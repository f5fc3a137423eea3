package report

import (
	"fmt"

	"hardyards/internal/police"
)

// claims sets each claimed saving beside what data can and can't say.
func (b *book) claims() Section {
	s := Section{ID: "claims", Title: "Claimed savings beside what data can say"}
	savings := pick(b.Claims, func(c police.ClaimCheck) bool { return c.Kind == "saving" })
	rest := pick(b.Claims, func(c police.ClaimCheck) bool { return c.Kind != "saving" })
	if len(b.Claims) == 0 {
		s.text("The register quotes no claim.")
		return s
	}
	cant := len(pick(savings, func(c police.ClaimCheck) bool { return c.Verdict == string(police.CantBeEstimated) }))
	s.Intro = []string{
		fmt.Sprintf("The register quotes %s. Of these %d can’t be estimated, with the reason beside each. That says nothing for or against a claim.", plural(len(savings), "claimed saving"), cant),
		"Beside each stand its size a head and in per cent of what its members spend, the raw change of members’ and peers’ spend, and, where an estimate exists, the smallest difference that 4 in 5 placebo units would have shown. A fall in a force’s own spending is no evidence for or against a saving when all forces’ spending fell."}
	s.figure(b.claimSizes(savings))
	s.Blocks = append(s.Blocks, Block{Table: b.claimSummary(savings)})
	s.folded("Each claim in full: words, basis, warnings, sources", Block{Table: b.claimTable("claims-full", "Claimed savings", savings)})
	if len(rest) > 0 {
		s.folded(fmt.Sprintf("%s that are no claim of a saving: budgets, contributions, costs, exit payments", plural(len(rest), "sum")), Block{Table: b.claimTable("sums", "Sums in the register that are no claims", rest)})
	}
	return s
}

// claimSizes shows how large the claims are against members' spend, on one scale.
func (b *book) claimSizes(rows []police.ClaimCheck) *Figure {
	rows = pick(rows, func(c police.ClaimCheck) bool { return c.OfSpend == c.OfSpend })
	if len(rows) == 0 {
		return nil
	}
	values := []float64{}
	for _, c := range rows {
		values = append(values, c.OfSpend)
	}
	s := scaleFor(values, 5, true)
	const row, head = 36.0, 28.0
	bottom, agreement := 4.0, ""
	p := newPlot(0, 8, 20)
	for _, c := range rows {
		if c.Collaboration != agreement {
			agreement = c.Collaboration
			bottom += head
			p.caption(bottom-5, "group", b.collaboration(agreement))
		}
		bottom += row
		mid := bottom - 14
		p.caption(mid-11, "label small", c.Text)
		p.mark("", fmt.Sprintf("%s: “%s” is %s %% of its members’ spend of a year; %s", b.collaboration(c.Collaboration), c.Text, decimal(c.OfSpend, 2), or(c.Per, "not said whether annual or cumulative")), func() {
			p.line(0, mid, s.at(c.OfSpend), mid, "stem")
			if c.Per == "annual" || c.Per == "one year" {
				p.dot(s.at(c.OfSpend), mid, 5, "disc")
			} else {
				p.dot(s.at(c.OfSpend), mid, 5, "hollow")
			}
		})
	}
	p.height = int(bottom) + 26
	p.beneath(func() { p.axis(s, 0, bottom, func(v float64) string { return decimal(v, s.places()) + " %" }) })
	return &Figure{
		ID: "claim-sizes", Message: b.claimMessage(rows),
		Subtitle: "Claimed saving (lower figure), per cent of the members’ total service expenditure of one year",
		Source:   "register of collaborations; " + b.source("net_expenditure"), N: fmt.Sprintf("%d claims with an amount and members’ spend at hand", len(rows)),
		Keys:    []Key{{"k-disc", "said to be a year’s"}, {"k-hollow", "cumulative, or not said"}},
		Notes:   []string{"A cumulative sum beside one year’s spend looks larger than it is; hollow marks warn of it.", "What is claimed is quoted, not measured: no estimate stands behind any mark."},
		Picture: p.svg("claim-sizes", "Claims in per cent of members’ spend", "A row for each claim with its size in per cent of a year’s spend. Numbers are in the table below."),
		Table:   b.claimTable("claim-sizes", "Claims with an amount and their members’ spend", rows),
	}
}

func (b *book) claimTable(id, caption string, rows []police.ClaimCheck) *Table {
	t := newTable(id+"-table", caption, words("Claim id"), words("Collaboration"), words("As published"), words("By"), words("When"), numbers("£ lower"), numbers("£ upper"), words("Per"), words("Basis"), words("Timing"), words("Against"),
		numbers("£ a head"), numbers("% of members’ spend"), numbers("Members’ raw change %"), numbers("Peers’ raw change %"), words("Years of it"), numbers("Smallest detectable %"), words("Verdict"), words("Reason"), words("Warnings"), words("Source"))
	for _, c := range rows {
		t.add("", code(c.ClaimID), text(b.collaboration(c.Collaboration)), text("“"+c.Text+"”"), text(notSaid(c.ClaimedBy)), text(notSaid(c.When)), amountCell(c.Low), amountCell(c.High), text(notSaid(c.Per)), text(notSaid(c.Basis)), text(notSaid(c.Timing)), text(notSaid(c.Against)),
			measured(c.PerHead, 2), measured(c.OfSpend, 2), change(c.MembersPct, 1), change(c.PeersPct, 1), text(c.RawYears), measured(c.DetectablePct, 1), text(c.Verdict), text(c.Reason), text(listed(c.Warnings)), text(c.Source))
	}
	return t
}

// claimMessage counts what the picture shows.
func (b *book) claimMessage(rows []police.ClaimCheck) string {
	small := len(pick(rows, func(c police.ClaimCheck) bool { return c.OfSpend < 1 }))
	vague := len(pick(rows, func(c police.ClaimCheck) bool { return c.Per == "" }))
	return fmt.Sprintf("%d of %d claims are under 1 %% of their members’ spend of a year; %d don’t say whether they are of one year", small, len(rows), vague)
}

// claimSummary is the table to read: one line a claim.
func (b *book) claimSummary(rows []police.ClaimCheck) *Table {
	t := newTable("claims", "Claimed savings, their size, raw changes and verdict", words("Collaboration"), words("As published"), words("By, when"), words("Per, basis"),
		numbers("£ a head"), numbers("% of members’ spend"), numbers("Smallest detectable %"), numbers("Members’ raw change %"), numbers("Peers’ raw change %"), words("Verdict"), words("Reason"))
	for _, c := range rows {
		t.add("", text(b.collaboration(c.Collaboration)), text("“"+c.Text+"”"), text(notSaid(c.ClaimedBy)+", "+notSaid(c.When)), text(notSaid(c.Per)+", "+notSaid(c.Basis)),
			measured(c.PerHead, 2), measured(c.OfSpend, 2), measured(c.DetectablePct, 1), change(c.MembersPct, 1), change(c.PeersPct, 1), text(c.Verdict), text(c.Reason))
	}
	return t
}

func notSaid(s string) string { return or(s, "not said") }

// amountCell leaves an amount that the source doesn't give empty: it isn't nought.
func amountCell(p police.Pence) Cell {
	if p == 0 {
		return figure(noFigure, "")
	}
	return penceCell(p)
}
