package main

import (
	"slices"

	"github.com/spf13/cobra"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// schemas are the tables of the lake, as documented in every snapshot.
func schemas() map[string]lake.Table {
	return map[string]lake.Table{
		"payments":            lake.Schema[police.Payment](),
		"superseded":          lake.Schema[police.Superseded](),
		"rejections":          lake.Schema[police.Reject](),
		"measures":            lake.Schema[police.MeasureValue](),
		"measure_revision":    lake.Schema[police.MeasureRevision](),
		"dim_part":            lake.Schema[police.Part](),
		"fact_ledger":         lake.Schema[police.Ledger](),
		"dim_force":           lake.Schema[police.Force](),
		"dim_payee":           lake.Schema[police.PayeeLink](),
		"dim_collaboration":   lake.Schema[police.Collaboration](),
		"dim_date":            lake.Schema[police.Day](),
		"dim_category":        lake.Schema[police.Category](),
		"fact_flow":           lake.Schema[police.Flow](),
		"payment_month":       lake.Schema[police.PaymentMonth](),
		"coverage":            lake.Schema[police.CoverageRow](),
		"cost_per_head":       lake.Schema[police.CostPerHead](),
		"peer_comparison":     lake.Schema[police.PeerComparison](),
		"peer_comparison_all": lake.Schema[police.PeerComparison](),
		"function_comparison": lake.Schema[police.FunctionComparison](),
		"association":         lake.Schema[police.Association](),
		"effect":              lake.Schema[police.Effect](),
		"effect_path":         lake.Schema[police.EffectPath](),
		"effect_sensitivity":  lake.Schema[police.Sensitivity](),
		"efficiency":          lake.Schema[police.EfficiencyScore](),
		"claim_check":         lake.Schema[police.ClaimCheck](),
		"funnel":              lake.Schema[police.FunnelRow](),
		"missing_bound":       lake.Schema[police.Bound](),
		"scorecard":           lake.Schema[police.ScorecardRow](),
		"headline":            lake.Schema[police.Headline](),
	}
}

func newSchema(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "schema [TABLE]",
		Short:   "Print the columns of the lake's tables and what they mean",
		Example: "  hardyards schema payments\n  hardyards schema --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			all := schemas()
			names := make([]string, 0, len(all))
			for n := range all {
				names = append(names, n)
			}
			slices.Sort(names)
			if len(args) == 1 {
				if _, ok := all[args[0]]; !ok {
					return police.Exitf(police.ExitUsage, "tables: "+joinWords(names), "no table %q", args[0])
				}
				names = args
			}
			return a.printSchemas(all, names)
		},
	}
}

func (a *app) printSchemas(all map[string]lake.Table, names []string) error {
	type column struct {
		Table string `json:"table"`
		Name  string `json:"column"`
		Type  string `json:"type"`
		Null  bool   `json:"nullable"`
		Doc   string `json:"meaning"`
	}
	var rows []column
	var text [][]string
	for _, n := range names {
		for _, c := range all[n].Columns {
			rows = append(rows, column{n, c.Name, string(c.Kind), c.Nullable, c.Doc})
			text = append(text, []string{n, c.Name, string(c.Kind), c.Doc})
		}
	}
	if a.json {
		return a.printJSON(rows)
	}
	return a.printTable([]string{"table", "column", "type", "meaning"}, nil, text)
}
