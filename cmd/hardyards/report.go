package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hardyards/analyze"
	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/internal/report"
	"hardyards/transform"
	"hardyards/transform/collaboration"
)

func newReport(a *app) *cobra.Command {
	var out, force string
	c := &cobra.Command{
		Use:     "report",
		Short:   "Write the page of findings, or the page of one force",
		Long:    "Writes index.html of the current snapshot, self-contained, with its tables as CSV beside it; with --force a page\nfor that force's finance analyst: payers, payees, peers, share keys and definition sheets.\n\nTwo lines are yours, in hardyards.toml; without them the page says that no correction is known and that nobody was asked:\n\n  [report]\n  corrections = \"2 March: finding F2 was mended, see the note. Write to press@example.org.\"\n  asked = \"all forces named were asked on 1 March; two answered, see page 4.\"\n\n" + exitCodes,
		Example: "  hardyards report                           report/index.html\n  hardyards report --out public --force lancashire",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.currentSnapshot()
			if err != nil {
				return err
			}
			page, err := a.writeReport(c.Context(), s, out, force)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.stdout, "report: %s\n", page)
			return err
		},
	}
	c.Flags().StringVar(&out, "out", "report", "directory of the report")
	c.Flags().StringVar(&force, "force", "", "a force: slug, ONS code or unambiguous name")
	return c
}

// writeReport writes the page of a snapshot, or of one force, and gives its path. A
// run that is under way has no record in the lake yet: it hands its own in.
func (a *app) writeReport(ctx context.Context, s *lake.Snapshot, out, force string, underWay ...lake.RunRecord) (string, error) {
	p, err := a.reportPage(ctx, s, underWay)
	if err != nil {
		return "", err
	}
	if force == "" {
		return report.Render(ctx, p, out)
	}
	f, err := findForce(force)
	if err != nil {
		return "", err
	}
	if p.Payments, err = paidBy(s, police.PayerKey(f.Code)); err != nil {
		return "", err
	}
	return report.RenderForce(ctx, p, f, out)
}

// paidBy adds up what a payer paid to each payee, all months together.
func paidBy(s *lake.Snapshot, payer police.PayerKey) ([]police.PaymentMonth, error) {
	sums := map[int64]police.PaymentMonth{}
	err := lake.ScanTable(s, "payment_month", func(rows []police.PaymentMonth) error {
		for _, m := range rows {
			if m.Payer == payer {
				x := sums[m.PayeeID]
				sums[m.PayeeID] = police.PaymentMonth{Payer: payer, PayeeID: m.PayeeID, Payments: x.Payments + m.Payments,
					Pence: x.Pence + m.Pence, PenceOnce: x.PenceOnce + m.PenceOnce}
			}
		}
		return nil
	})
	return slices.SortedFunc(maps.Values(sums), func(a, b police.PaymentMonth) int { return cmp.Compare(a.PayeeID, b.PayeeID) }), err
}

// reportPage reads what the report shows; the register's members, the forces and the
// measures are those of the snapshot, not of today.
func (a *app) reportPage(ctx context.Context, s *lake.Snapshot, underWay []lake.RunRecord) (report.Page, error) {
	p := pageOf(s.Manifest())
	err := errors.Join(
		into(s, "dim_force", &p.Forces), into(s, "dim_measure", &p.Catalogue), into(s, "measures", &p.Measures),
		into(s, "dim_collaboration", &p.Collaborations), into(s, "dim_member", &p.Members), into(s, "dim_event", &p.Events),
		into(s, "coverage", &p.Coverage), into(s, "dim_part", &p.Parts), into(s, "fact_ledger", &p.Ledgers), into(s, "fact_flow", &p.Flows),
		into(s, "dim_payee", &p.Payees),
		into(s, "headline", &p.Headlines), into(s, "cost_per_head", &p.CostPerHead), into(s, "peer_comparison", &p.Peers),
		into(s, "peer_comparison_all", &p.PeersAll), into(s, "funnel", &p.Funnels), into(s, "missing_bound", &p.Bounds),
		into(s, "function_comparison", &p.Functions), into(s, "association", &p.Associations), into(s, "effect", &p.Effects),
		into(s, "effect_path", &p.Paths), into(s, "effect_sensitivity", &p.Sensitivity), into(s, "efficiency", &p.Efficiency),
		into(s, "claim_check", &p.Claims), into(s, "scorecard", &p.Scorecard))
	if err != nil {
		return p, err
	}
	if err := a.addNetwork(&p); err != nil {
		return p, err
	}
	if err := addShares(&p); err != nil {
		return p, err
	}
	if err := addPairs(&p); err != nil {
		return p, err
	}
	c, err := a.loadConfig()
	if err != nil {
		return p, err
	}
	p.Corrections, p.Asked = c.Report.Corrections, c.Report.Asked
	return p, a.addRun(ctx, s, underWay, &p)
}

func into[T any](s *lake.Snapshot, table string, rows *[]T) (err error) {
	*rows, err = readTable[T](s, table)
	return err
}

// pageOf takes from the manifest what the snapshot says of itself.
func pageOf(m lake.Manifest) report.Page {
	p := report.Page{SnapshotID: m.ID, SnapshotPath: "snapshots/" + m.ID, Versions: m.Versions, Warnings: m.Warnings}
	for _, i := range m.Inputs {
		p.Inputs = append(p.Inputs, report.Input{Kind: i.Kind, Name: i.Name, SHA256: i.SHA256, Publisher: i.Publisher, Layout: i.Layout, Status: i.Status, Note: i.Note})
	}
	for _, g := range m.Guards {
		p.Checks = append(p.Checks, report.Check{Name: g.Name, OK: g.OK, Text: g.Text})
	}
	for _, t := range m.Totals {
		p.Totals = append(p.Totals, report.Total{Payer: t.Payer, FinYear: t.FinYear, Payments: t.Payments, Pence: t.Pence, PenceOnce: t.PenceOnce, Lower: t.Lower, Upper: t.Upper})
	}
	for _, name := range sortedKeys(m.Tables) {
		mart := false
		for _, d := range m.Files {
			mart = mart || d.Table == name && strings.HasPrefix(d.Path, "marts/")
		}
		p.Tables = append(p.Tables, report.TableFact{Name: name, Rows: m.Tables[name].Rows, Mart: mart})
	}
	l := m.Ledger
	p.Ledger = report.LedgerTotals{Balances: l.Balances,
		Rows: report.Account{Read: l.RowsRead, Payments: l.Payments, Rejections: l.Rejections, Exclusions: l.Exclusions, Duplicates: l.Duplicates, Superseded: l.Superseded},
		Pence: report.Account{Read: int64(l.Pence.Read), Payments: int64(l.Pence.Payments), Rejections: int64(l.Pence.Rejections),
			Exclusions: int64(l.Pence.Exclusions), Duplicates: int64(l.Pence.Duplicates), Superseded: int64(l.Pence.Superseded)}}
	return p
}

// addNetwork says which groups pay each other, or why none is drawn, and why there is
// no national figure.
func (a *app) addNetwork(p *report.Page) error {
	at, err := a.attributor()
	if err != nil {
		return err
	}
	n := at.Network(p.Flows, collaboration.NetworkOptions{})
	p.Network = report.Network{Drawn: n.Drawn, Why: n.Why}
	for _, g := range n.Groups {
		p.Network.Groups = append(p.Network.Groups, report.Group{Shape: g.Shape, Words: g.Words})
	}
	for _, y := range flowYears(p.Flows) {
		v := collaboration.NationalOf(p.Flows, y, officers(p.Measures, y))
		p.National = v.Why
		if v.Why == "" {
			p.National = fmt.Sprintf("%s: £%s (%s), %s", y, decimal(v.Estimate, 0), span(v.Lo, v.Hi, 0), v.Method)
		}
	}
	return nil
}

// flowYears lists the financial years in which a force paid.
func flowYears(flows []police.Flow) []police.FinancialYear {
	var years []police.FinancialYear
	for _, f := range flows {
		if f.Payer.Force() != "" {
			years = append(years, f.FinYear)
		}
	}
	slices.Sort(years)
	return slices.Compact(years)
}

// addShares sets payments beside the agreed keys, year by year; where there is nothing
// to compare, the last year's reason stands for all.
func addShares(p *report.Page) error {
	years := flowYears(p.Flows)
	for _, c := range p.Collaborations {
		if c.ShareKey == "" {
			continue
		}
		none := report.Share{}
		for _, y := range years {
			rows, why, err := collaboration.Shares(c, p.Flows, y)
			if err != nil {
				return err
			}
			if why != "" {
				none = report.Share{Collaboration: c.ID, FinYear: y, Why: why}
			}
			for _, r := range rows {
				p.Shares = append(p.Shares, report.Share{Collaboration: c.ID, FinYear: y, Force: r.Force, KeyPct: r.Rebased, Paid: r.Paid, ByKey: r.ByKey, Gap: r.Gap})
			}
		}
		if none.Why != "" {
			p.Shares = append(p.Shares, none)
		}
	}
	return nil
}

// addPairs gives the figures behind each association, as the analysis paired them.
func addPairs(p *report.Page) error {
	if len(p.Associations) == 0 {
		return nil
	}
	panel, err := analyze.NewPanel(p.Measures, p.Catalogue, p.Forces)
	if err != nil {
		return err
	}
	for _, q := range panel.Paired() {
		p.Pairs = append(p.Pairs, report.Pair{Cost: q.Cost, Outcome: q.Outcome, FinYear: string(q.FinYear), Force: q.Force, PerHead: q.PerHead,
			Value: q.Value, Unit: q.Unit, OutcomeYear: q.OutcomeYear, Period: q.Period, Ordinal: q.Ordinal})
	}
	return nil
}

// publisherOf names the last run that published a snapshot. Runs that found nothing
// new name it too, but didn't make it.
func publisherOf(runs []lake.RunRecord, snapshot string) string {
	id := ""
	for _, r := range runs {
		if r.Snapshot == snapshot && slices.Contains(r.Outputs, "snapshots/"+snapshot) {
			id = r.ID
		}
	}
	return id
}

// addRun names the run that published the snapshot and compares it with the one before.
func (a *app) addRun(ctx context.Context, s *lake.Snapshot, underWay []lake.RunRecord, p *report.Page) error {
	l, err := lake.OpenExisting(a.lakeDir, lake.Options{})
	if err != nil {
		return err
	}
	runs, err := l.Runs()
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // the first run's record isn't written yet
		return err
	}
	p.RunID = publisherOf(append(runs, underWay...), s.ID())
	before, err := l.Snapshot("previous")
	if err != nil || before == nil || before.ID() == s.ID() {
		return nil // the first snapshot, or none kept: nothing to compare with
	}
	d, err := transform.Diff(ctx, before, s)
	if err != nil {
		return err
	}
	p.Changes = changesOf(d)
	return nil
}

func changesOf(d transform.Difference) *report.Changes {
	c := &report.Changes{From: d.From}
	for _, x := range d.Causes {
		c.Causes = append(c.Causes, report.Change{Kind: x.Kind, Name: x.Name, Was: x.Was, Is: x.Is, Why: x.Why})
	}
	for _, x := range d.Totals {
		if x.RowsDelta != 0 || x.PenceDelta != 0 {
			c.Totals = append(c.Totals, report.TotalChange{Payer: x.Payer, FinYear: x.FinYear, Rows: x.RowsDelta, Pence: x.PenceDelta})
		}
	}
	for _, x := range d.Tables {
		c.Tables = append(c.Tables, report.TableChange{Table: x.Table, RowsWas: x.RowsWas, Rows: x.Rows, Why: x.Why})
	}
	return c
}
