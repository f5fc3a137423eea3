package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// RenderForce writes force-<slug>.html: one force for its finance analyst, with the
// definition of each figure on a sheet that can be signed.
func RenderForce(ctx context.Context, p Page, f police.Force, out string) (string, error) {
	b := newBook(p)
	d := &Document{
		Title: f.ForceName + ": payers, payees, peers", Kicker: "hardyards · a page for the finance analyst", Headline: f.ForceName + ": who it pays, who pays it, and its peers",
		Snapshot: p.SnapshotID, Run: p.RunID, ForceNames: b.forcesByName(), Back: "index.html", dir: "data-" + f.Slug, csv: map[string][]byte{},
	}
	for _, make := range []func(police.Force) Section{b.forceHeld, b.forcePays, b.forceIsPaid, b.forceSuppliers, b.forceShares, b.forcePeers, b.forceAgreements} {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		d.Sections = append(d.Sections, make(f))
	}
	d.Sections = append(d.Sections, b.stampSection())
	d.Sheets = b.sheets(f)
	return d.write(out, "force-"+f.Slug+".html")
}

func (b *book) stampSection() Section {
	s := Section{ID: "run", Title: "Run, corrections and hashes"}
	s.list(append(b.stamp(), b.notes()...))
	return s
}

func (b *book) forceHeld(f police.Force) Section {
	s := Section{ID: "held", Title: "What is held"}
	key := police.PayerKey(f.Code)
	totals := pick(b.Totals, func(t Total) bool { return t.Payer == key })
	if len(totals) == 0 {
		s.text("No spend file of " + f.Name + " is held: what it pays isn’t known here. That isn’t nothing, and doesn’t mean that it doesn’t publish.")
		return s
	}
	s.text(b.heldMonths(key) + ". Payments are cash paid over £500, without pay: not cost.")
	sub := *b
	sub.Totals = totals
	s.Blocks = append(s.Blocks, Block{Table: sub.totals()})
	s.figure(b.withheld(key))
	rows := pick(b.Bounds, func(x police.Bound) bool {
		return x.Table == "fact_flow" && strings.HasPrefix(x.About, string(f.Code)+" ")
	})
	if fig := b.boundFigure("force-bounds", rows); fig != nil {
		fig.Message = fmt.Sprintf("In %d of %s withheld names could change what is said of the sums paid to police bodies", len(pick(rows, func(x police.Bound) bool { return x.Answer == "could change" })), plural(len(rows), "year"))
		fig.Subtitle = "£ paid to other police bodies by year: dot as published; line from counting repeated invoice totals once to taking every pseudonym and every name that the publisher withholds for a police body"
		fig.Source, fig.Notes = "tables missing_bound and fact_flow", []string{"The upper end is what can’t be ruled out, not what is likely."}
		s.figure(fig)
	}
	return s
}

func (b *book) forcePays(f police.Force) Section {
	s := Section{ID: "pays", Title: "Police bodies it pays"}
	key := police.PayerKey(f.Code)
	rows := pick(b.Flows, func(x police.Flow) bool { return x.Payer == key })
	if len(rows) == 0 {
		s.text("Not known: none of its files is held.")
		return s
	}
	s.figure(b.flowYears(key, rows))
	s.figure(b.flowMatrix(key, rows))
	s.folded("Each body, agreement and year, with certainty and reason", Block{Table: b.flowTable("pays-flows", rows)})
	return s
}

func (b *book) forceIsPaid(f police.Force) Section {
	s := Section{ID: "is-paid", Title: "Who pays it"}
	rows := pick(b.Flows, func(x police.Flow) bool { return x.Payee == string(f.Code) })
	s.Intro = []string{"Only payers whose files are held are seen: " + b.payerList() + ". What others pay isn’t none, it isn’t known."}
	if len(rows) == 0 {
		s.text("None of them paid " + f.Name + " anything that is held.")
		return s
	}
	s.Blocks = append(s.Blocks, Block{Table: b.flowTable("is-paid-flows", rows)})
	return s
}

func (b *book) payerList() string {
	var names []string
	for _, k := range b.payersHeld() {
		names = append(names, b.payer(k))
	}
	return strings.Join(names, ", ")
}

// suppliersShown is how many payees a force's page lists; payment_month has all.
const suppliersShown = 60

// forceSuppliers lists those paid most, whoever they are; a natural person's name is
// never printed.
func (b *book) forceSuppliers(f police.Force) Section {
	s := Section{ID: "payees", Title: "Its payees"}
	sums, payments := map[int64]yearSum{}, int64(0)
	for _, m := range b.Payments {
		if m.Payer == police.PayerKey(f.Code) {
			x := sums[m.PayeeID]
			sums[m.PayeeID] = yearSum{pence: x.pence + m.Pence, once: x.once + m.PenceOnce, payments: x.payments + m.Payments}
			payments += m.Payments
		}
	}
	if len(sums) == 0 {
		s.text("Not known: none of its files is held.")
		return s
	}
	ids := make([]int64, 0, len(sums))
	for id := range sums {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y int64) int { return cmp.Or(cmp.Compare(sums[y].once, sums[x].once), cmp.Compare(x, y)) })
	t := newTable("payees", "Payees paid most, counting repeated invoice totals once", words("Payee"), words("Kind"), numbers("Payments"), numbers("£ as published"), numbers("£ once"), words("How the name was resolved"))
	for _, id := range ids[:min(suppliersShown, len(ids))] {
		x, l := sums[id], b.payees[id]
		t.add(string(l.Force), text(payeeName(l)), text(spelt(l.Kind)), whole(x.payments), penceCell(x.pence), penceCell(x.once), text(l.Rule))
	}
	s.text(fmt.Sprintf("%s payees, %s payments; the %d paid most are listed, the rest stand in the table payment_month.", count(len(ids)), count(payments), len(t.Rows)))
	s.Blocks = append(s.Blocks, Block{Table: t})
	return s
}

// payeeName prints a payee; individuals stay nameless whatever the name column holds.
func payeeName(l police.PayeeLink) string {
	switch {
	case l.Kind == police.Individual:
		return "[individual]"
	case l.Kind == police.Redacted, l.Name == "":
		return "[name withheld]"
	}
	return l.Name
}

func (b *book) forceShares(f police.Force) Section {
	s := Section{ID: "shares", Title: "Its share under each known key"}
	var keys []Fact
	for _, c := range b.Collaborations {
		for part := range strings.SplitSeq(c.ShareKey, "|") {
			if code, share, ok := strings.Cut(part, ":"); ok && code == string(f.Code) {
				keys = append(keys, Fact{c.Name, share + " % of the agreed cost (key " + b.keyText(c.ShareKey) + ")"})
			}
		}
	}
	if len(keys) == 0 {
		s.text("The register holds no agreed share key that names " + f.Name + ".")
		return s
	}
	for _, k := range keys {
		s.text(k.Term + ": " + k.Words)
	}
	rows := pick(b.Shares, func(x Share) bool {
		return x.Force == f.Code || x.Why != "" && strings.Contains(b.collaborations[x.Collaboration].ShareKey, string(f.Code))
	})
	if t := b.shareTable("force-shares", rows); t != nil {
		s.Blocks = append(s.Blocks, Block{Table: t})
	}
	return s
}

func (b *book) keyText(key string) string {
	var out []string
	for part := range strings.SplitSeq(key, "|") {
		code, share, _ := strings.Cut(part, ":")
		out = append(out, b.force(police.ForceCode(code))+" "+share)
	}
	return strings.Join(out, ", ")
}

// forcePeers draws each of the force's figures on its peers' band, year by year.
func (b *book) forcePeers(f police.Force) Section {
	s := Section{ID: "peers", Title: "Beside its peers"}
	for _, w := range wholeForce {
		rows := pick(b.Peers, func(r police.PeerComparison) bool {
			return r.Force == f.Code && r.Measure == w.measure && r.Function == w.function && r.Per == "head" && r.Prices != "nominal"
		})
		s.figure(b.forceStrip(f, rows))
	}
	rows := pick(b.Peers, func(r police.PeerComparison) bool {
		return r.Force == f.Code && r.Function != "" && !strings.HasPrefix(r.Function, "total") && r.Per == "head" && r.Prices == "nominal"
	})
	year := last(rows, func(r police.PeerComparison) string { return r.FinYear })
	if rows = pick(rows, func(r police.PeerComparison) bool { return r.FinYear == year }); len(rows) > 0 {
		s.figure(b.forceFunctions(f, year, rows))
	}
	if t := b.forceCounts(f); t != nil {
		s.Blocks = append(s.Blocks, Block{Table: t})
		s.text("Counts stand beside the limits of their own group, widened where forces differ by more than chance; the whole report draws them as funnel plots. A place outside is a reason to ask, no verdict.")
	}
	if len(s.Blocks) == 0 {
		s.text("No cost measure of " + f.Name + " is held that could be set beside peers.")
	}
	return s
}

func (b *book) forceStrip(f police.Force, rows []police.PeerComparison) *Figure {
	if len(rows) == 0 {
		return nil
	}
	first := rows[0]
	id := "force-" + slug(measureID(first.Measure, first.Function))
	year := func(r police.PeerComparison) string { return r.FinYear }
	p, _, shared, inside := peerRows{values: spread(rows), height: 26, left: 66, right: 16, name: year,
		words: func(r police.PeerComparison) string { return year(r) + ", " }}.draw(b, rows)
	title := b.measure(measureID(first.Measure, first.Function))
	return &Figure{
		ID: id, Message: fmt.Sprintf("%s: within its peers’ spread in %d of %s held", title, inside, plural(len(rows), "year")),
		Subtitle: fmt.Sprintf("%s, %s. Dot: %s; band: its peers’ robust range; tick: their median. Peers: %s.", first.Unit, first.Prices, f.Name, strings.Join(b.codes(first.Peers), ", ")),
		Source:   b.source(first.Measure), N: plural(int(first.N), "peer") + ", " + first.PeerRule, Notes: shared, Fine: []string{first.Method},
		Keys:    []Key{{"k-disc", f.Name}, {"k-hollow", "year with a break or caveat of its own"}, {"k-band", "peers’ robust range"}, {"k-tick", "peers’ median"}},
		Picture: p.svg(id, title+" of "+f.Name+" beside its peers", "One row a year. Numbers, peers and rank ranges are in the table below."),
		Table:   b.peerTable(id, rows), Findings: distinct(rows, func(r police.PeerComparison) string { return r.FindingID }),
	}
}

// forceFunctions draws the force's budget for each function on its own peers' range.
func (b *book) forceFunctions(f police.Force, year string, rows []police.PeerComparison) *Figure {
	slices.SortFunc(rows, func(x, y police.PeerComparison) int { return cmp.Compare(x.Function, y.Function) })
	function := func(r police.PeerComparison) string { return capital(b.function(r.Function)) }
	p, _, shared, inside := peerRows{values: spread(rows), zero: true, height: 26, left: 150, right: 16, name: function,
		words: func(r police.PeerComparison) string { return function(r) + ", " }}.draw(b, rows)
	return &Figure{
		ID: "force-functions", Message: fmt.Sprintf("%s: within its peers’ spread in %d of %s", f.Name, inside, plural(len(rows), "function")),
		Subtitle: fmt.Sprintf("Gross budget estimate, £ a head, nominal, %s. Dot: %s; band: its peers’ robust range; tick: their median. Peers: %s.", year, f.Name, strings.Join(b.codes(rows[0].Peers), ", ")),
		Source:   b.source("gre"), N: plural(int(rows[0].N), "peer") + ", " + rows[0].PeerRule, Notes: shared, Fine: []string{rows[0].Method},
		Keys:    []Key{{"k-disc", f.Name}, {"k-band", "peers’ robust range"}, {"k-tick", "peers’ median"}},
		Picture: p.svg("force-functions", "Budgets a head of "+f.Name+" by function beside its peers", "One row a function. Numbers, peers and rank ranges are in the table below."),
		Table:   b.peerTable("force-functions", rows),
	}
}

// forceCounts sets the force's counts of the latest year beside their funnel limits.
func (b *book) forceCounts(f police.Force) *Table {
	latest := map[string]int32{}
	for _, r := range b.Funnels {
		latest[r.Measure] = max(latest[r.Measure], r.Year)
	}
	t := newTable("force-counts", "Counts of "+f.Name+" beside the limits for its size, latest year of each", words("Measure"), words("Year"), words("Unit"), words("Among"), numbers("Count"), numbers("Against"), numbers("Rate"), numbers("Rate of all"), numbers("95 % from"), numbers("to"), numbers("99.8 % from"), numbers("to"), words("Warnings"), words("Finding"))
	for _, r := range b.Funnels {
		if r.Force == f.Code && r.Year == latest[r.Measure] {
			t.add(string(f.Code), text(b.measure(r.Measure)), text(r.Period), text(r.Unit), text(r.Population), measured(r.Count, 0), measured(r.Denominator, 0), measured(r.Value, 2), measured(r.Centre, 2), measured(r.Lo95, 2), measured(r.Hi95, 2), measured(r.Lo998, 2), measured(r.Hi998, 2), text(listed(r.Warnings)), code(r.FindingID))
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

func (b *book) forceAgreements(f police.Force) Section {
	s := Section{ID: "agreements", Title: "Agreements it is in"}
	members := b.membersOf(f.Code)
	if len(members) == 0 {
		s.text("The register (36 of many more) has " + f.Name + " in no agreement.")
		return s
	}
	fig := b.timelineFigure("force-timeline", members)
	fig.Message = fmt.Sprintf("%s is in %s of this register (36 of many more)", f.Name, plural(len(distinct(members, func(m police.Member) string { return m.Collaboration })), "agreement"))
	s.figure(fig)
	ids := distinct(members, func(m police.Member) string { return m.Collaboration })
	claims := pick(b.Claims, func(c police.ClaimCheck) bool { return slices.Contains(ids, c.Collaboration) })
	if len(claims) > 0 {
		s.folded("Sums and claims of these agreements", Block{Table: b.claimTable("force-claims", "Claims and sums of the agreements it is in", claims)})
	}
	sub := *b
	sub.Effects = pick(b.Effects, func(e police.Effect) bool { return slices.Contains(ids, e.Collaboration) })
	if len(sub.Effects) > 0 {
		s.folded("What can be estimated of them, and why mostly nothing can", Block{Table: sub.reasonTable()})
	}
	return s
}
