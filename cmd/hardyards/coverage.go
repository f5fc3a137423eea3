package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

func newCoverage(a *app) *cobra.Command {
	var payer string
	c := &cobra.Command{
		Use:   "coverage",
		Short: "What is held of each payer and month, what is missing, and could it change the answer",
		Long: `Prints table coverage by payer and financial year: months held, late or missing, redacted share, and by how
much repeated invoice totals and undecided versions could move the total (lower and upper bound).`,
		Example: "  hardyards coverage\n  hardyards coverage --payer lancashire --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.coverage(payer) },
	}
	c.Flags().StringVar(&payer, "payer", "", "payer: force or x-<publisher> (all when empty)")
	return c
}

// coverageYear sums up a payer's financial year.
type coverageYear struct {
	Payer    police.PayerKey      `json:"payer"`
	Year     police.FinancialYear `json:"financial_year"`
	Months   int                  `json:"months_published"`
	Missing  []string             `json:"months_missing"`
	States   map[string]int       `json:"states"`
	Payments int64                `json:"payments"`
	Pence    police.Pence         `json:"pence"`
	Redacted police.Pence         `json:"pence_redacted"`
	Rejected int64                `json:"rejected_rows"`
	Lower    police.Pence         `json:"lower"`
	Upper    police.Pence         `json:"upper"`
}

func (a *app) coverage(payer string) error {
	s, err := a.currentSnapshot()
	if err != nil {
		return err
	}
	rows, err := lake.ReadAll[police.CoverageRow](s, "coverage")
	if err != nil {
		return err
	}
	if payer != "" {
		key, err := payerKey(payer)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r police.CoverageRow) bool { return r.Payer != key })
		if len(rows) == 0 {
			return police.Exitf(police.ExitUsage, "payers held: "+payersHeld(s), "no file of payer %s is held", key)
		}
	}
	years := coverageYears(rows, s.Manifest().Totals)
	if a.json {
		return a.printJSON(years)
	}
	return a.printCoverage(s, years)
}

func payersHeld(s *lake.Snapshot) string {
	set := map[string]bool{}
	for _, t := range s.Manifest().Totals {
		set[string(t.Payer)] = true
	}
	return joinWords(sortedKeys(set))
}

func coverageYears(rows []police.CoverageRow, totals []lake.Total) []coverageYear {
	var out []coverageYear
	at := map[string]int{}
	for _, r := range rows {
		year := monthYear(r.Month)
		key := string(r.Payer) + string(year)
		if _, ok := at[key]; !ok {
			at[key] = len(out)
			out = append(out, coverageYear{Payer: r.Payer, Year: year, States: map[string]int{}, Missing: []string{}})
		}
		y := &out[at[key]]
		y.States[r.State]++
		if r.Payments > 0 {
			y.Months++
		}
		if r.State == "missing" || r.State == "late" {
			y.Missing = append(y.Missing, r.Month)
		}
		y.Payments, y.Pence, y.Redacted, y.Rejected = y.Payments+r.Payments, y.Pence+r.Pence, y.Redacted+r.Redacted, y.Rejected+r.Rejected
	}
	for _, t := range totals {
		if i, ok := at[string(t.Payer)+string(t.FinYear)]; ok {
			out[i].Lower, out[i].Upper = t.Lower, t.Upper
		}
	}
	return out
}

// monthYear is the financial year of a month written 2018-04.
func monthYear(month string) police.FinancialYear {
	d, err := police.ParseDate(month + "-01")
	if err != nil {
		return police.UnknownYear
	}
	return police.FinancialYearOf(d)
}

func (a *app) printCoverage(s *lake.Snapshot, years []coverageYear) error {
	var text [][]string
	forces := map[police.ForceCode]bool{}
	for _, y := range years {
		if f := y.Payer.Force(); f != "" {
			forces[f] = true
		}
		text = append(text, []string{string(y.Payer), string(y.Year), fmt.Sprintf("%d of 12", y.Months), count(y.Payments), y.Pence.Pounds(),
			y.Lower.Pounds(), y.Upper.Pounds(), percent(100 * y.Redacted.Float() / max(y.Pence.Float(), 0.01)), count(y.Rejected), joinWords(y.Missing)})
	}
	if err := a.printTable([]string{"payer", "year", "months", "payments", "as published", "lower", "upper", "withheld names", "rejected rows", "missing"},
		map[string]bool{"months": true, "payments": true, "as published": true, "lower": true, "upper": true, "withheld names": true, "rejected rows": true}, text); err != nil {
		return err
	}
	a.say("%d of 43 forces are payers here. Payments are cash paid over £500, without pay: not cost. Lower counts repeated invoice totals and undecided versions once.", len(forces))
	a.say("Upper counts undecided ones as often as they stand; where a part's repeats are decided, both bounds count them once.")
	a.say("A year of fewer than 12 months is a part year and is never compared with a whole one.")
	return a.printBounds(s)
}

// printBounds says what missing data could do to the findings; nothing where the
// snapshot has none.
func (a *app) printBounds(s *lake.Snapshot) error {
	if !s.Manifest().Findings {
		return nil
	}
	bounds, err := lake.ReadAll[police.Bound](s, "missing_bound")
	if err != nil || len(bounds) == 0 {
		return err
	}
	fmt.Fprintln(a.stdout, "\nwhat missing data could do to the findings")
	var text [][]string
	open := 0
	for _, b := range bounds {
		if math.IsNaN(b.Value) {
			open++ // can't be estimated, so that nothing bounds it: table effect has the reason
			continue
		}
		text = append(text, boundRow(b))
	}
	a.say("%d more findings can't be estimated at all: hardyards effect", open)
	return a.printTable(boundHeads, map[string]bool{"found": true, "lowest": true, "highest": true}, text)
}

var boundHeads = []string{"finding", "missing", "found", "lowest", "highest", "unit", "answer"}

func boundRow(b police.Bound) []string {
	return []string{b.Finding, b.Missing, decimal(b.Value, 1), decimal(b.Lo, 1), decimal(b.Hi, 1), b.Unit, b.Answer}
}
