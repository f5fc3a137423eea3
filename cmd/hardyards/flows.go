package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hardyards/data"
	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform/collaboration"
)

// flowFlags choose flows and how they are shown.
type flowFlags struct {
	payer, payee, collaboration, certainty, year string
	per, as                                      string
}

func newFlows(a *app) *cobra.Command {
	var f flowFlags
	c := &cobra.Command{
		Use:   "flows",
		Short: "Who pays whom, a year, under which agreement and how surely",
		Long: `Prints table fact_flow: what each payer paid each police body in each financial year, under the agreement it is
attributed to. "once" counts an invoice total once where the publisher repeats it on every line; what was really
paid lies between the two. Attribution is certain, likely, possible or unattributed, each with its evidence.
Only payers whose files are held appear; nothing is scaled up to others.

--as table (default), csv, chart (bars by payee), matrix (payers × payees), net (net positions), network (groups with no
agreement in this register, from three payers on), shares (against agreed share keys), national (covered payers and £).`,
		Example: "  hardyards flows --payer lancashire\n  hardyards flows --collaboration npas --per head\n  hardyards flows --as matrix --year 2018-19",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.flows(f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.payer, "payer", "", "payer: force or x-<publisher> (all when empty)")
	fl.StringVar(&f.payee, "payee", "", "payee: force or x-<body> (all when empty)")
	fl.StringVar(&f.collaboration, "collaboration", "", "id of an agreement, or none for unattributed")
	fl.StringVar(&f.certainty, "certainty", "", "certain, likely, possible or unattributed")
	fl.StringVar(&f.year, "year", "", "financial year, as 2018-19 (all when empty)")
	fl.StringVar(&f.per, "per", "", "head or officer of the payer's area")
	fl.StringVar(&f.as, "as", "table", "table, csv, chart, matrix, net, network, shares, national")
	return c
}

func (a *app) flows(f flowFlags) error {
	s, err := a.currentSnapshot()
	if err != nil {
		return err
	}
	all, err := lake.ReadAll[police.Flow](s, "fact_flow")
	if err != nil {
		return err
	}
	rows, err := a.chosenFlows(s, all, f)
	if err != nil {
		return err
	}
	switch f.as {
	case "table", "csv", "chart":
		return a.listFlows(s, rows, f)
	case "matrix":
		return a.printMatrix(collaboration.MatrixOf(rows))
	case "net":
		return a.printPositions(collaboration.Positions(rows))
	case "network":
		return a.printNetwork(rows)
	case "shares":
		return a.printShares(s, rows)
	case "national":
		return a.printNational(s, rows)
	}
	return police.Exitf(police.ExitUsage, "one of table, csv, chart, matrix, net, network, shares, national", "--as %q isn't known", f.as)
}

// chosenFlows filters by the flags; a name that nothing has is an error with the
// names there are.
func (a *app) chosenFlows(s *lake.Snapshot, all []police.Flow, f flowFlags) ([]police.Flow, error) {
	keep := []func(police.Flow) bool{}
	if f.payer != "" {
		key, err := payerKey(f.payer)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(r police.Flow) bool { return r.Payer == key }) {
			return nil, police.Exitf(police.ExitUsage, "payers held: "+payersHeld(s), "no payment of payer %s to a police body is held", key)
		}
		keep = append(keep, func(r police.Flow) bool { return r.Payer == key })
	}
	if f.payee != "" {
		key, err := payerKey(f.payee)
		if err != nil {
			return nil, err
		}
		keep = append(keep, func(r police.Flow) bool { return r.Payee == string(key) })
	}
	if f.collaboration != "" && f.collaboration != "none" {
		if err := knownCollaboration(s, f.collaboration); err != nil {
			return nil, err
		}
	}
	if f.year != "" {
		if _, err := police.ParseFinancialYear(f.year); err != nil {
			return nil, police.Exitf(police.ExitUsage, "write it as 2018-19", "--year: %w", err)
		}
	}
	keep = append(keep, func(r police.Flow) bool {
		return (f.year == "" || string(r.FinYear) == f.year) && (f.certainty == "" || r.Certainty == f.certainty) &&
			(f.collaboration == "" || r.Collaboration == f.collaboration || f.collaboration == "none" && r.Collaboration == "")
	})
	return slices.DeleteFunc(slices.Clone(all), func(r police.Flow) bool {
		return slices.ContainsFunc(keep, func(ok func(police.Flow) bool) bool { return !ok(r) })
	}), nil
}

// perUnit is a flow against the payer's people or officers.
type perUnit struct {
	of    float64 // people or officers; NaN where none is known
	value float64 // pounds of each, invoice totals once
	note  string
}

// perOf finds the payer's denominator for a year: mid-year population of the year
// before the one it ends in, officers on the 31 March it ends.
func perOf(measures []police.MeasureValue, r police.Flow, per string) perUnit {
	measure, year, what := "population", r.FinYear.End()-1, "mid-%d population"
	if per == "officer" {
		measure, year, what = "fte_officers", r.FinYear.End(), "officers on 31 March %d"
	}
	for _, m := range measures {
		if m.Force == r.Payer.Force() && m.Force != "" && m.Measure == measure && m.Function == "" && int(m.Year) == year && m.Value > 0 {
			note := fmt.Sprintf(what, year)
			if per == "head" && year > 2020 {
				note += " (another census than before)"
			}
			return perUnit{m.Value, r.PenceOnce.Float() / m.Value, note}
		}
	}
	return perUnit{math.NaN(), math.NaN(), fmt.Sprintf("no "+what+" at hand", year)}
}

func (a *app) listFlows(s *lake.Snapshot, rows []police.Flow, f flowFlags) error {
	var measures []police.MeasureValue
	var err error
	switch f.per {
	case "":
	case "head", "officer":
		if measures, err = lake.ReadAll[police.MeasureValue](s, "measures"); err != nil {
			return err
		}
	default:
		return police.Exitf(police.ExitUsage, "head or officer", "--per %q isn't known", f.per)
	}
	switch {
	case a.json:
		return a.flowsJSON(rows, measures, f.per)
	case f.as == "csv":
		return a.flowsCSV(rows)
	case f.as == "chart":
		return a.flowsChart(rows)
	}
	heads := []string{"payer", "payee", "year", "collaboration", "certainty", "payments", "as published", "once", "months"}
	right := map[string]bool{"payments": true, "as published": true, "once": true, "months": true, "£ a head": true, "£ an officer": true}
	if f.per != "" {
		heads = append(heads, map[string]string{"head": "£ a head", "officer": "£ an officer"}[f.per], "of")
	}
	var text [][]string
	for _, r := range rows {
		line := []string{string(r.Payer), r.PayeeName, string(r.FinYear), r.Collaboration, r.Certainty, count(r.Payments), r.Pence.Pounds(), r.PenceOnce.Pounds(), fmt.Sprint(r.Months)}
		if f.per != "" {
			p := perOf(measures, r, f.per)
			line = append(line, decimal(p.value, 3), p.note)
		}
		text = append(text, line)
	}
	if err := a.printTable(heads, right, text); err != nil {
		return err
	}
	return a.flowNotes(s, rows, f)
}

// flowNotes prints sums, coverage and the known charges of an agreement.
func (a *app) flowNotes(s *lake.Snapshot, rows []police.Flow, f flowFlags) error {
	var pence, once police.Pence
	for _, r := range rows {
		pence, once = pence+r.Pence, once+r.PenceOnce
	}
	a.say("%d flows, %s as published, %s counting repeated invoice totals once; payers held: %s", len(rows), pence.Pounds(), once.Pounds(), payersHeld(s))
	if f.collaboration == "" || f.collaboration == "none" {
		return nil
	}
	for _, r := range rows {
		a.say("evidence %s %s %s: %s", r.PayeeName, r.FinYear, r.Certainty, r.Reason)
	}
	claims, err := data.Register()
	if err != nil {
		return err
	}
	for _, c := range claims.Claims {
		if c.Collaboration == f.collaboration && (c.Kind == "contribution" || c.Kind == "share" || c.Kind == "budget") {
			a.say("%s in the register: %s", c.Kind, c.Text)
		}
	}
	return nil
}

func (a *app) flowsJSON(rows []police.Flow, measures []police.MeasureValue, per string) error {
	out := make([]map[string]any, len(rows))
	for i, r := range rows {
		o := map[string]any{"payer": r.Payer, "payee": r.Payee, "payee_name": r.PayeeName, "payee_kind": r.PayeeKind, "collaboration": nil, "certainty": r.Certainty,
			"financial_year": r.FinYear, "payments": r.Payments, "pence": r.Pence, "pence_once": r.PenceOnce, "months_covered": r.Months,
			"reason": r.Reason, "flow_id": r.FlowID}
		if r.Collaboration != "" {
			o["collaboration"] = r.Collaboration
		}
		if per != "" {
			p := perOf(measures, r, per)
			o["gbp_per_"+per], o["denominator"], o["denominator_note"] = number(p.value), number(p.of), p.note
		}
		out[i] = o
	}
	return a.printJSON(out)
}

func (a *app) flowsCSV(rows []police.Flow) error {
	w := csv.NewWriter(a.stdout)
	lines := [][]string{{"payer", "payee", "payee_name", "collaboration", "certainty", "financial_year", "payments", "amount", "amount_once", "months_covered", "reason"}}
	for _, r := range rows {
		lines = append(lines, []string{string(r.Payer), r.Payee, r.PayeeName, r.Collaboration, r.Certainty, string(r.FinYear), fmt.Sprint(r.Payments),
			r.Pence.String(), r.PenceOnce.String(), fmt.Sprint(r.Months), r.Reason})
	}
	return w.WriteAll(lines)
}

// flowsChart draws one bar a payee, all years together, invoice totals once.
func (a *app) flowsChart(rows []police.Flow) error {
	sums := map[string]police.Pence{}
	most := police.Pence(1)
	for _, r := range rows {
		sums[r.PayeeName] += r.PenceOnce
	}
	for _, v := range sums {
		most = max(most, v)
	}
	names := sortedKeys(sums)
	slices.SortStableFunc(names, func(x, y string) int { return int(sign(sums[y] - sums[x])) })
	var text [][]string
	for _, n := range names {
		text = append(text, []string{n, sums[n].Pounds(), strings.Repeat("█", int(max(0, sums[n])*50/most))})
	}
	return a.printTable([]string{"payee", "once", ""}, map[string]bool{"once": true}, text)
}

func sign(p police.Pence) int {
	switch {
	case p < 0:
		return -1
	case p > 0:
		return 1
	}
	return 0
}

func (a *app) printMatrix(m collaboration.Matrix) error {
	if a.json {
		return a.printJSON(map[string]any{"payers": m.Payers, "payees": m.Payees, "pence_once": m.Pence})
	}
	heads := []string{"payee"}
	right := map[string]bool{}
	for _, p := range m.Payers {
		heads = append(heads, string(p))
		right[string(p)] = true
	}
	var text [][]string
	for j, payee := range m.Payees {
		line := []string{payee}
		for i := range m.Payers {
			line = append(line, m.Pence[i][j].Pounds())
		}
		text = append(text, line)
	}
	return a.printTable(heads, right, text)
}

func (a *app) printPositions(all []collaboration.Position) error {
	if a.json {
		out := make([]map[string]any, len(all))
		for i, p := range all {
			out[i] = map[string]any{"force_code": p.Force, "pence_paid": p.Paid, "pence_received": p.Received, "pence_net": p.Net, "file_held": p.IsPayer}
		}
		return a.printJSON(out)
	}
	var text [][]string
	for _, p := range all {
		held := "no"
		if p.IsPayer {
			held = "yes"
		}
		text = append(text, []string{string(p.Force), p.Paid.Pounds(), p.Received.Pounds(), p.Net.Pounds(), held})
	}
	if err := a.printTable([]string{"force", "paid", "received", "net", "its file held"}, map[string]bool{"paid": true, "received": true, "net": true}, text); err != nil {
		return err
	}
	a.say("received holds only what payers with a file here paid; a force without a file shows nothing paid, which isn't none")
	return nil
}

// attributor makes an attributor from the register in force.
func (a *app) attributor() (*collaboration.Attributor, error) {
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	reg, err := (&pipeline{app: a, config: c}).agreements()
	if err != nil {
		return nil, err
	}
	forces, err := data.Forces()
	if err != nil {
		return nil, err
	}
	return collaboration.New(collaboration.Register{Collaborations: reg.Collaborations, Members: reg.Members, Claims: reg.Claims}, forces)
}

func (a *app) printNetwork(rows []police.Flow) error {
	at, err := a.attributor()
	if err != nil {
		return err
	}
	n := at.Network(rows, collaboration.NetworkOptions{})
	if a.json {
		groups := make([]map[string]any, len(n.Groups))
		for i, g := range n.Groups {
			groups[i] = map[string]any{"members": g.Members, "hub": g.Hub, "shape": g.Shape, "pence_once": g.Pence, "known": g.Known, "words": g.Words}
		}
		return a.printJSON(map[string]any{"payers": n.Payers, "drawn": n.Drawn, "why": n.Why, "groups": groups})
	}
	if !n.Drawn {
		_, err := fmt.Fprintln(a.stdout, n.Why)
		return err
	}
	for _, g := range n.Groups {
		if _, err := fmt.Fprintf(a.stdout, "%s: %s\n", g.Shape, g.Words); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printShares(s *lake.Snapshot, rows []police.Flow) error {
	all, err := lake.ReadAll[police.Collaboration](s, "dim_collaboration")
	if err != nil {
		return err
	}
	out := []map[string]any{}
	var text [][]string
	for _, c := range all {
		for _, y := range yearsOf(rows) {
			shares, why, err := collaboration.Shares(c, rows, police.FinancialYear(y))
			if err != nil {
				return err
			}
			if c.ShareKey == "" {
				continue
			}
			if why != "" {
				out = append(out, map[string]any{"collaboration": c.ID, "financial_year": y, "why": why})
				text = append(text, []string{c.ID, y, "", "", "", "", why})
			}
			for _, r := range shares {
				out = append(out, map[string]any{"collaboration": c.ID, "financial_year": y, "force_code": r.Force, "share_pct": r.Key,
					"share_of_compared_pct": r.Rebased, "pence_paid": r.Paid, "pence_by_key": r.ByKey, "pence_gap": r.Gap})
				text = append(text, []string{c.ID, y, string(r.Force), decimal(r.Rebased, 1), r.Paid.Pounds(), r.Gap.Pounds(), ""})
			}
		}
	}
	if a.json {
		return a.printJSON(out)
	}
	return a.printTable([]string{"collaboration", "year", "force", "share %", "paid", "gap", "why not"}, map[string]bool{"share %": true, "paid": true, "gap": true}, text)
}

func (a *app) printNational(s *lake.Snapshot, rows []police.Flow) error {
	measures, err := lake.ReadAll[police.MeasureValue](s, "measures")
	if err != nil {
		return err
	}
	out := []map[string]any{}
	var text [][]string
	for _, y := range yearsOf(rows) {
		fy := police.FinancialYear(y)
		n := collaboration.NationalOf(rows, fy, officers(measures, fy))
		out = append(out, map[string]any{"financial_year": y, "payers": n.Payers, "payers_part_year": n.Partial, "pence_once": n.Pence,
			"estimate_gbp": number(n.Estimate), "lo": number(n.Lo), "hi": number(n.Hi), "method": n.Method, "why_none": n.Why})
		text = append(text, []string{y, fmt.Sprintf("%d of 43", len(n.Payers)), n.Pence.Pounds(), decimal(n.Estimate, 0), span(n.Lo, n.Hi, 0), n.Why + n.Method})
	}
	if a.json {
		return a.printJSON(out)
	}
	return a.printTable([]string{"year", "payers", "paid, once", "estimate", "95 %", "note"}, map[string]bool{"paid, once": true, "estimate": true}, text)
}

// officers gives the officers of every force on the 31 March that ends a year.
func officers(measures []police.MeasureValue, fy police.FinancialYear) map[police.ForceCode]float64 {
	out := map[police.ForceCode]float64{}
	for _, m := range measures {
		if m.Measure == "fte_officers" && m.Function == "" && m.Force != "" && int(m.Year) == fy.End() && m.Value > 0 {
			out[m.Force] = m.Value
		}
	}
	return out
}

// yearsOf lists the financial years of flows, of whichever payer.
func yearsOf(rows []police.Flow) []string {
	years := map[string]bool{}
	for _, r := range rows {
		years[string(r.FinYear)] = true
	}
	return sortedKeys(years)
}
