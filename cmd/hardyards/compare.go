package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"hardyards/internal/police"
)

// compareFlags choose rows of peer_comparison.
type compareFlags struct {
	force, measure, function, per, year string
	real                                bool
}

func newCompare(a *app) *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare",
		Short: "A force beside its peers: means, robust z, range of peers, range of ranks",
		Long: `Prints table peer_comparison for one force. Peers are the user's groups, else the nearest neighbours, and are
named. The band is the peers' robust spread: a range of forces, not an error margin. A rank is a range over
years and definitions. Nothing here says why a force differs.`,
		Example: "  hardyards compare --force west-mercia --measure net_expenditure --per head --real\n  hardyards compare --force kent --measure gre --function road_policing",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.compare(f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.force, "force", "", "force: slug, ONS code or name (all when empty)")
	fl.StringVar(&f.measure, "measure", "net_expenditure", "cost measure: net_expenditure, net_revenue_expenditure, gre (gross by function)")
	fl.StringVar(&f.function, "function", "", "function, for gre: road_policing, total_excl_national")
	fl.StringVar(&f.per, "per", "head", "head or officer")
	fl.StringVar(&f.year, "year", "", "financial year, as 2017-18 (all when empty)")
	fl.BoolVar(&f.real, "real", false, "in prices of the last year of outturn")
	return c
}

func (a *app) compare(f compareFlags) error {
	code := police.ForceCode("")
	if f.force != "" {
		force, err := findForce(f.force)
		if err != nil {
			return err
		}
		code = force.Code
	}
	s, err := a.currentSnapshot()
	if err != nil {
		return err
	}
	rows, err := readTable[police.PeerComparison](s, "peer_comparison")
	if err != nil {
		return err
	}
	var kept []police.PeerComparison
	for _, r := range rows {
		real := strings.HasPrefix(r.Prices, "real")
		if (code == "" || r.Force == code) && r.Measure == f.measure && r.Function == f.function && r.Per == f.per && real == f.real && (f.year == "" || r.FinYear == f.year) {
			kept = append(kept, r)
		}
	}
	if len(kept) == 0 {
		return a.nothingToCompare(rows, f)
	}
	return a.printComparison(kept)
}

func (a *app) nothingToCompare(rows []police.PeerComparison, f compareFlags) error {
	known := map[string]bool{}
	for _, r := range rows {
		name := r.Measure
		if r.Function != "" {
			name += " --function " + r.Function
		}
		known[name] = true
	}
	return police.Exitf(police.ExitUsage, "with figures: "+joinWords(sortedKeys(known)),
		"no figure of %s %s per %s for this force and year", f.measure, f.function, f.per)
}

func (a *app) printComparison(rows []police.PeerComparison) error {
	if a.json {
		out := make([]map[string]any, len(rows))
		for i, r := range rows {
			out[i] = map[string]any{"finding_id": r.FindingID, "force_code": r.Force, "measure": r.Measure, "function": r.Function,
				"financial_year": r.FinYear, "per": r.Per, "prices": r.Prices, "value": number(r.Value), "unit": r.Unit,
				"peers": splitList(r.Peers), "peer_rule": r.PeerRule, "n": r.N, "mean_weighted": number(r.MeanWeighted), "mean_simple": number(r.MeanSimple),
				"median": number(r.Median), "robust_z": number(r.RobustZ), "lo95": number(r.Lo95), "hi95": number(r.Hi95),
				"rank_lo": r.RankLo, "rank_hi": r.RankHi, "rank_of": r.RankOf, "difference_gbp": number(r.Difference),
				"method": r.Method, "warnings": splitWarnings(r.Warnings)}
		}
		return a.printJSON(out)
	}
	heads := []string{"force", "year", "value", "weighted mean", "simple mean", "robust z", "range of peers", "rank", "£ a year from mean", "n"}
	right := map[string]bool{"value": true, "weighted mean": true, "simple mean": true, "robust z": true, "range of peers": true, "£ a year from mean": true, "n": true}
	var text [][]string
	warnings := map[string]bool{}
	for _, r := range rows {
		text = append(text, []string{string(r.Force), r.FinYear, decimal(r.Value, 2), decimal(r.MeanWeighted, 2), decimal(r.MeanSimple, 2), decimal(r.RobustZ, 2),
			span(r.Lo95, r.Hi95, 0), fmt.Sprintf("%d–%d of %d", r.RankLo, r.RankHi, r.RankOf), decimal(r.Difference, 0), fmt.Sprint(r.N)})
		for _, w := range splitWarnings(r.Warnings) {
			warnings[w] = true
		}
	}
	if err := a.printTable(heads, right, text); err != nil {
		return err
	}
	r := rows[0]
	a.say("%s, %s. Peers of %s: %s (%s). %s", r.Unit, r.Prices, r.Force, strings.ReplaceAll(r.Peers, "|", ", "), r.PeerRule, r.Method)
	for _, w := range sortedKeys(warnings) {
		a.say("note: %s", w)
	}
	return nil
}

// number is a float for JSON: null where it isn't one.
func number(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

// decimal writes a number with thousands separators, or – for none.
func decimal(v float64, places int) string {
	if math.IsNaN(v) {
		return "–"
	}
	s := fmt.Sprintf("%.*f", places, v)
	whole, frac, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if frac != "" {
		frac = "." + frac
	}
	return sign + whole + frac
}

func span(lo, hi float64, places int) string {
	if math.IsNaN(lo) || math.IsNaN(hi) {
		return "–"
	}
	return decimal(lo, places) + " to " + decimal(hi, places)
}

func splitList(s string) []string {
	if s == "" {
		return []string{}
	}
	return strings.Split(s, "|")
}

func splitWarnings(s string) []string {
	if s == "" {
		return []string{}
	}
	return strings.Split(s, " | ")
}
