package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"hardyards/analyze"
	"hardyards/internal/police"
)

func newTrace(a *app) *cobra.Command {
	var limit int
	c := &cobra.Command{
		Use:   "trace ID",
		Short: "From a payment, flow, finding or report number back to source file, sheet and lines",
		Example: `  hardyards trace F1                    the first finding of the report: what it was made from
  hardyards trace 6132873212931            a flow or a payment: the publisher's lines
  hardyards trace cost-05d2c6b1aa --json   a figure: the values and their cells`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := a.currentSnapshot()
			if err != nil {
				return err
			}
			in, err := a.flowPayments(s)
			if err != nil {
				return err
			}
			t, err := analyze.TraceID(c.Context(), s, args[0], in)
			if errors.Is(err, analyze.ErrNoSuchID) {
				return police.Exitf(police.ExitUsage, "ids stand in column finding_id, flow_id or payment_id of the tables and in the report", "%w", err)
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(t)
			}
			return a.printTrace(t, limit)
		},
	}
	c.Flags().IntVar(&limit, "lines", 40, "lines printed (0: all); the sums are of all")
	return c
}

func (a *app) printTrace(t analyze.Trace, limit int) error {
	fmt.Fprintf(a.stdout, "%s %s\n", t.Kind, t.ID)
	if t.Text != "" {
		fmt.Fprintf(a.stdout, "%s\n", t.Text)
	}
	if len(t.Payments) > 0 {
		fmt.Fprintf(a.stdout, "%d payments, %s as published, %s counting repeated invoice totals once\n", len(t.Payments), t.Pence.Pounds(), t.Once.Pounds())
	}
	shown := t.Payments
	if limit > 0 && len(shown) > limit {
		shown = shown[:limit]
	}
	var rows [][]string
	for _, p := range shown {
		line := strconv.Itoa(int(p.LineFirst))
		if p.LineLast != p.LineFirst {
			line += "–" + strconv.Itoa(int(p.LineLast))
		}
		rows = append(rows, []string{p.File, p.Sheet, line, p.PaidOn, p.Payee, p.Category, p.Pence.Pounds(), p.Superseded})
	}
	if len(rows) > 0 {
		if err := a.printTable([]string{"file", "sheet", "line", "paid on", "payee", "category", "amount", "superseded"}, map[string]bool{"line": true, "amount": true}, rows); err != nil {
			return err
		}
		if len(shown) < len(t.Payments) {
			a.say("%d more lines: --lines 0", len(t.Payments)-len(shown))
		}
		a.say("SHA-256 of %s: %s", t.Payments[0].File, t.Payments[0].SHA256)
	}
	var values [][]string
	for i, v := range t.Sources {
		if limit > 0 && i >= limit {
			a.say("%d more values: --lines 0", len(t.Sources)-limit)
			break
		}
		values = append(values, []string{v.Force, v.Measure, v.Function, strconv.Itoa(int(v.Year)), v.Value, v.Unit, v.Source})
	}
	if len(values) > 0 {
		if err := a.printTable([]string{"force", "measure", "function", "year", "value", "unit", "source"}, map[string]bool{"value": true}, values); err != nil {
			return err
		}
	}
	for i, id := range t.Next {
		if limit > 0 && i >= limit {
			a.say("%d more: --json", len(t.Next)-limit)
			break
		}
		fmt.Fprintf(a.stdout, "further: hardyards trace %s\n", id)
	}
	return nil
}
