package analyze

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// headlines word the few findings that a person reads first. They compute nothing
// new: every figure stands in a mart, named in Inputs. No force is singled out by a
// figure that carries a break or a step, and at least one says what can't be known.
func headlines(p *Panel, in Input, f Findings) []police.Headline {
	var out []police.Headline
	add := func(h police.Headline, ok bool) {
		if ok {
			h.Rank = int32(len(out) + 1)
			h.FindingID = fmt.Sprintf("F%d", h.Rank)
			out = append(out, h)
		}
	}
	for _, payer := range payers(in.Flows) {
		add(flowHeadline(p, in, payer))
	}
	add(spreadHeadline(p, f))
	add(associationHeadline(p, f))
	add(effectHeadline(p, in, f))
	add(unknownHeadline(in, f))
	return out
}

// payers lists forces that are payers of flows, most money first.
func payers(flows []police.Flow) []police.PayerKey {
	sum := map[police.PayerKey]police.Pence{}
	for _, fl := range flows {
		if fl.Payer.Force() != "" {
			sum[fl.Payer] += fl.Pence
		}
	}
	out := make([]police.PayerKey, 0, len(sum))
	for k := range sum {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b police.PayerKey) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b)) })
	return out[:min(2, len(out))]
}

// flowHeadline says what a force paid other police bodies in its last whole year,
// as published and counting repeated invoice totals once.
func flowHeadline(p *Panel, in Input, payer police.PayerKey) (police.Headline, bool) {
	year := lastWholeYear(in.Coverage, payer)
	var published, once police.Pence
	payments := int64(0)
	byPayee := map[string]police.Pence{}
	for _, fl := range in.Flows {
		if fl.Payer == payer && fl.FinYear == year && fl.Payee != string(payer) {
			published, once, payments = published+fl.Pence, once+fl.PenceOnce, payments+fl.Payments
			byPayee[fl.PayeeName] += fl.PenceOnce
		}
	}
	if payments == 0 {
		return police.Headline{}, false
	}
	var most []string
	for _, name := range topKeys(byPayee, 3) {
		most = append(most, fmt.Sprintf("%s %s", name, millions(byPayee[name])))
	}
	return police.Headline{
		Section: "flows",
		Text: fmt.Sprintf("In %s, the last whole year held, %s published %d payments to other police bodies: %s as published, %s counting repeated invoice totals once. Most went to %s.",
			year, p.Name(payer.Force()), payments, millions(published), millions(once), strings.Join(most, ", ")),
		Value: once.Float(), Lo: once.Float(), Hi: published.Float(), Unit: "£", N: int32(payments),
		Comparison: "the two ways of counting repeated invoice totals; nothing proves which repeats are repeats",
		Method:     "sum of published payments to names resolved to police bodies",
		Warnings:   "payments over £500, cash on the publisher's date: not cost | pseudonymised payees are left out, so that later totals are lower bounds",
		Inputs:     fmt.Sprintf("fact_flow:payer=%s,financial_year=%s", payer, year),
	}, true
}

// lastWholeYear is the last financial year of which all twelve months are held.
func lastWholeYear(coverage []police.CoverageRow, payer police.PayerKey) police.FinancialYear {
	months := map[police.FinancialYear]int{}
	for _, c := range coverage {
		if c.Payer != payer || c.Payments == 0 {
			continue
		}
		if s, ok := parseSpan(c.Month); ok {
			months[police.FinancialYearOf(s.first)]++
		}
	}
	best := police.UnknownYear
	for y, n := range months {
		if n == 12 && (best == police.UnknownYear || y > best) {
			best = y
		}
	}
	return best
}

func topKeys(m map[string]police.Pence, n int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b)) })
	return keys[:min(n, len(keys))]
}

// millions writes £4.9m, or the whole pounds below a tenth of a million.
func millions(p police.Pence) string {
	if p > -10_000_000 && p < 10_000_000 {
		s := p.Pounds()
		return s[:len(s)-3]
	}
	return fmt.Sprintf("£%.1fm", p.Float()/1e6)
}

// spreadHeadline says how far apart cost a head lies between the English
// single-purpose police bodies, without naming one.
func spreadHeadline(p *Panel, f Findings) (police.Headline, bool) {
	fy := yearName(p.BaseYear(), "FY_END_MAR")
	var values []float64
	for _, c := range f.CostPerHead {
		if c.Measure == NetExpenditure && c.FinYear == fy {
			values = append(values, c.Nominal)
		}
	}
	if len(values) < 10 {
		return police.Headline{}, false
	}
	slices.Sort(values)
	middle, low, high := stat.Quantile(values, 0.5), stat.Quantile(values, 0.1), stat.Quantile(values, 0.9)
	return police.Headline{
		Section: "spend",
		Text: fmt.Sprintf("In %s, the latest year of outturn held, total service expenditure of the %d single-purpose English police bodies had a median of £%.0f a head; eight in ten lay between £%.0f and £%.0f. Ranks move with year and definition and are given as ranges.",
			fy, len(values), middle, low, high),
		Value: middle, Lo: low, Hi: high, Unit: "£ a head", N: int32(len(values)),
		Comparison: "each other; London and Wales have no such outturn here",
		Method:     "Revenue Outturn, total service expenditure over the mid-year population; 10th to 90th percentile (type 7), a range of bodies and not an error margin",
		Warnings:   "grant-funded national work swings single forces | hosts show gross cost of joint units",
		Inputs:     "cost_per_head:measure=" + NetExpenditure + ",financial_year=" + fy,
	}, true
}

// associationHeadline words the association of budget a head with crime severity in
// the latest year, with and without London.
func associationHeadline(p *Panel, f Findings) (police.Headline, bool) {
	var rows []police.Association
	for _, a := range f.Association {
		if a.Outcome == CrimeSeverity && a.Method == "pearson" && a.Scope == "across forces" && strings.HasPrefix(a.Cost, FunctionGross) && !math.IsNaN(a.Estimate) {
			rows = append(rows, a)
		}
	}
	if len(rows) == 0 {
		return police.Headline{}, false
	}
	last := slices.MaxFunc(rows, func(a, b police.Association) int { return cmp.Compare(a.FinYear, b.FinYear) }).FinYear
	var said []string
	var first police.Association
	for _, a := range rows {
		if a.FinYear != last {
			continue
		}
		if first.FindingID == "" {
			first = a
		}
		said = append(said, fmt.Sprintf("r = %.2f (95 %% interval %.2f to %.2f; %d forces, %s)", a.Estimate, a.Lo, a.Hi, a.N, a.Set))
	}
	return police.Headline{
		Section: "association",
		Text: fmt.Sprintf("Forces with a larger gross budget a head had higher crime severity in %s: %s. Grants follow assessed need, so that a positive association is expected and shows nothing about value.",
			last, strings.Join(said, "; ")),
		Value: first.Estimate, Lo: first.Lo, Hi: first.Hi, Unit: "correlation", N: first.N,
		Comparison: "across forces in one year",
		Method:     fmt.Sprintf("Pearson, Fisher interval; %d associations tested, false discoveries controlled over all", first.Tests),
		Warnings:   first.Warnings,
		Inputs:     "association:" + first.FindingID,
	}, first.Estimate > 0
}

// effectHeadline words the case every reader looks for: the West Mercia and
// Warwickshire alliance and the two forces' staff.
func effectHeadline(p *Panel, in Input, f Findings) (police.Headline, bool) {
	for _, e := range f.Effects.Effects {
		if e.Collaboration != "wm-war-alliance" || e.Phase != "entry" || e.Role != "primary" || e.Estimator != "sdid" || e.DonorRule != allDonors || math.IsNaN(e.Estimate) {
			continue
		}
		return police.Headline{
			Section: "effect",
			Text: fmt.Sprintf("After the West Mercia–Warwickshire alliance began, the two forces' %s: %s (estimate %+.0f %s, interval %+.0f to %+.0f; %d donor forces, %d years before and %d after; %s). Members themselves changed by %+.1f %%, the comparison forces by %+.1f %%.",
				p.Label(e.Measure, ""), e.Verdict, e.Estimate, e.Unit, e.Lo, e.Hi, e.NDonors, e.Pre, e.Post, e.Reason, e.RawMembers, e.RawPeers),
			Value: e.Estimate, Lo: e.Lo, Hi: e.Hi, Unit: e.Unit, N: e.NTreated + e.NDonors,
			Comparison: e.DonorRule, Method: "synthetic difference in differences, members summed, placebos enumerated or 2,000 drawn",
			Warnings: e.Warnings, Inputs: "effect:" + e.FindingID,
		}, true
	}
	return police.Headline{}, false
}

// unknownHeadline says what can't be known, and which figures would settle it.
func unknownHeadline(in Input, f Findings) (police.Headline, bool) {
	tried, estimable := map[string]bool{}, map[string]bool{}
	for _, e := range f.Effects.Effects {
		if e.Measure != NetExpenditure && !strings.HasPrefix(e.Measure, FunctionGross) {
			continue
		}
		tried[e.Collaboration] = true
		if e.Verdict != police.CantBeEstimated {
			estimable[e.Collaboration] = true
		}
	}
	savings := 0
	for _, c := range f.Claims {
		if c.Kind == "saving" {
			savings++
		}
	}
	if len(tried) == 0 {
		return police.Headline{}, false
	}
	return police.Headline{
		Section: "unknown",
		Text: fmt.Sprintf("Whether any of the %d collaborations in the register changed spending can't be known from what is held (%d can be estimated), so that none of the %d claimed savings can be set beside an estimate: expenditure is at hand for six years only, and five before and two after are needed. Yearly outturn from 2015-16 on, and actuals by function, would settle it.",
			len(tried), len(estimable), savings),
		Value: float64(len(estimable)), Lo: math.NaN(), Hi: math.NaN(), Unit: "collaborations", N: int32(len(tried)),
		Comparison: "none", Method: "counts of periods and donors, table effect",
		Inputs: "effect:measure=" + NetExpenditure,
	}, true
}
