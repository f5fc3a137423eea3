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

// headlineCount is how many findings a person reads first: more aren't read.
const headlineCount = 5

// headlines word the few findings that a person reads first. They compute nothing
// new: every figure stands in a mart, named in Inputs. What is covered comes first and
// what can't be known last; the association steps in where another has no data. No
// force is singled out by a figure that carries a break or a step.
func headlines(p *Panel, in Input, f Findings) []police.Headline {
	var out []police.Headline
	take := func(h police.Headline, ok bool) {
		if ok {
			out = append(out, h)
		}
	}
	take(coveredHeadline(p, in))
	take(flowHeadline(p, in))
	take(spreadHeadline(p, f))
	take(effectHeadline(p, in, f))
	last, hasLast := unknownHeadline(p, in, f)
	if len(out) < headlineCount-1 {
		take(associationHeadline(p, f))
	}
	take(last, hasLast)
	for i := range out {
		out[i].Rank = int32(i + 1)
		out[i].FindingID = fmt.Sprintf("F%d", i+1)
	}
	return out
}

// coveredHeadline says what the figures rest on: whose files, which months, and the
// latest year of each measure.
func coveredHeadline(p *Panel, in Input) (police.Headline, bool) {
	var held, inputs []string
	forces, payments := 0, int64(0)
	var sum police.Pence
	for _, payer := range forcePayers(in.Coverage) {
		var months []string
		for _, c := range in.Coverage {
			if c.Payer == payer && c.Payments > 0 {
				months = append(months, c.Month)
				payments, sum = payments+c.Payments, sum+c.Pence
			}
		}
		slices.Sort(months)
		forces++
		held = append(held, fmt.Sprintf("%s (%s, %s to %s)", p.Name(payer.Force()), plural(len(months), "month"), months[0], months[len(months)-1]))
		inputs = append(inputs, "coverage:payer="+string(payer))
	}
	latest := latestWords(p)
	if forces == 0 || latest == "" {
		return police.Headline{}, false
	}
	files := "Spend files of %d of the %d forces are held: %s, %s payments, %s."
	if forces == 1 {
		files = "The spend files of %d of the %d forces are held: %s, %s payments, %s."
	}
	return police.Headline{
		Section: "covered",
		Text: fmt.Sprintf(files+" Payments are cash paid over £500, without pay: not cost. Latest figures held: %s.",
			forces, len(in.Forces), listed(held, 4), thousands(payments), millions(sum), latest),
		Value: float64(forces), Lo: math.NaN(), Hi: math.NaN(), Unit: "forces", N: int32(payments),
		Comparison: fmt.Sprintf("the %d forces of England and Wales", len(in.Forces)),
		Method:     "count of months with a dated payment, sum as published",
		Warnings:   "the other forces publish files too; none is held, so that no share of all published spend can be given",
		Inputs:     strings.Join(inputs, "|"),
	}, true
}

// latestWords names the latest year of the measures that matter, in plain words.
func latestWords(p *Panel) string {
	var out []string
	for _, m := range []struct {
		words string
		series
		period string
		last   int
	}{
		{"expenditure (outturn)", series{NetExpenditure, ""}, "FY_END_MAR", 0},
		{"budgets by function", series{FunctionGross, TotalFunctions}, "FY_END_MAR", 0},
		{"workforce", series{"fte_staff_total", ""}, "AT_31_MAR", 0},
		{"crime severity", series{CrimeSeverity, ""}, "YE_MAR", 0},
		{"road deaths", series{"fatal_casualties", ""}, "CAL_YEAR", 0},
	} {
		if y := p.Years(m.measure, m.function); len(y) > 0 {
			out = append(out, m.words+" "+yearName(y[len(y)-1], m.period))
		}
	}
	return strings.Join(out, ", ")
}

// forcePayers lists the forces with a payment held, most money first.
func forcePayers(coverage []police.CoverageRow) []police.PayerKey {
	sum := map[police.PayerKey]police.Pence{}
	for _, c := range coverage {
		if c.Payer.Force() != "" && c.Payments > 0 {
			sum[c.Payer] += c.Pence
		}
	}
	out := make([]police.PayerKey, 0, len(sum))
	for k := range sum {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b police.PayerKey) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b)) })
	return out
}

// flowHeadline says what the payer of most money paid other police bodies in its last
// whole year, as published and counting repeated invoice totals once, with the upper
// bound if every withheld name were a police body.
func flowHeadline(p *Panel, in Input) (police.Headline, bool) {
	payers := forcePayers(in.Coverage)
	if len(payers) == 0 {
		return police.Headline{}, false
	}
	payer := payers[0]
	year := lastWholeYear(in.Coverage, payer)
	now, before := toPolice(in.Flows, payer, year), toPolice(in.Flows, payer, yearBefore(year))
	if now.payments == 0 {
		return police.Headline{}, false
	}
	withheld := redactedIn(in.Coverage, payer, year)
	var most []string
	for _, name := range topKeys(now.byPayee, 3) {
		most = append(most, fmt.Sprintf("%s (%s)", name, millions(now.byPayee[name])))
	}
	amount := millions(now.published)
	if a, b := millions(now.once), millions(now.published); a != b {
		amount = fmt.Sprintf("%s as published, %s counting repeated invoice totals once,", b, a)
	}
	inputs := fmt.Sprintf("fact_flow:payer=%s,financial_year=%s", payer, year)
	compared, comparison := "", "the two ways of counting repeated invoice totals, and names not given"
	if before.payments > 0 {
		compared = fmt.Sprintf(" The year before it was %s.", millions(before.published))
		comparison = "the year before; " + comparison
		inputs += fmt.Sprintf("|fact_flow:payer=%s,financial_year=%s", payer, yearBefore(year))
	}
	more := ""
	if withheld > 0 {
		more = fmt.Sprintf(" A further %s went to names the publisher withholds and to pseudonyms; were all of that to police bodies, the sum would be %s.", millions(withheld), millions(now.published+withheld))
	}
	return police.Headline{
		Section: "flows",
		Text: fmt.Sprintf("In %s, the last financial year held in full, %s paid other police bodies %s in %s, most of it to %s.%s%s",
			year, p.Name(payer.Force()), amount, plural(int(now.payments), "payment"), listed(most, 3), compared, more),
		Value: now.published.Float(), Lo: now.once.Float(), Hi: (now.published + withheld).Float(), Unit: "£", N: int32(now.payments),
		Comparison: comparison,
		Method:     "sum of published payments to names resolved to police bodies; lower end: repeated invoice totals once; upper end: all names the publisher withholds and pseudonyms taken for police bodies",
		Warnings:   "payments over £500, cash on the publisher's date: not cost | nothing proves which repeats are repeats",
		Inputs:     inputs + fmt.Sprintf("|coverage:payer=%s,financial_year=%s", payer, year),
	}, true
}

// policePaid is what a payer paid other police bodies in a year.
type policePaid struct {
	published, once police.Pence
	payments        int64
	byPayee         map[string]police.Pence
}

func toPolice(flows []police.Flow, payer police.PayerKey, year police.FinancialYear) policePaid {
	s := policePaid{byPayee: map[string]police.Pence{}}
	for _, fl := range flows {
		if fl.Payer == payer && fl.FinYear == year && fl.Payee != string(payer) {
			s.published, s.once, s.payments = s.published+fl.Pence, s.once+fl.PenceOnce, s.payments+fl.Payments
			s.byPayee[fl.PayeeName] += fl.Pence
		}
	}
	return s
}

func yearBefore(y police.FinancialYear) police.FinancialYear {
	if y == police.UnknownYear {
		return y
	}
	return police.FinancialYearStarting(y.End() - 2)
}

// redactedIn is what a payer paid to names it withholds and to pseudonyms in a financial year.
func redactedIn(coverage []police.CoverageRow, payer police.PayerKey, year police.FinancialYear) police.Pence {
	var sum police.Pence
	for _, c := range coverage {
		if s, ok := parseSpan(c.Month); ok && c.Payer == payer && police.FinancialYearOf(s.first) == year {
			sum += c.Redacted
		}
	}
	return sum
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

// thousands writes 68,204.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// listed joins names with commas and "and"; beyond most, "and N more".
func listed(names []string, most int) string {
	if n := len(names) - most; n > 0 {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("%d more", n))
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// signed writes a figure with its sign, a true minus among them.
func signed(v float64, places int) string {
	s := fmt.Sprintf("%+.*f", places, v)
	if strings.Trim(s, "+-0.") == "" {
		return strings.TrimLeft(s, "+-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// spreadHeadline says how far apart cost a head lies between the English
// single-purpose police bodies, without naming one.
func spreadHeadline(p *Panel, f Findings) (police.Headline, bool) {
	fy := yearName(p.BaseYear(), "FY_END_MAR")
	var values []float64
	total := 0.0
	for _, c := range f.CostPerHead {
		if c.Measure == NetExpenditure && c.FinYear == fy && c.Force != metropolitan && c.Force != cityOfLondon {
			values, total = append(values, c.Nominal), total+c.Cost
		}
	}
	if len(values) < 10 {
		return police.Headline{}, false
	}
	slices.Sort(values)
	middle, low, high := stat.Quantile(values, 0.5), stat.Quantile(values, 0.1), stat.Quantile(values, 0.9)
	return police.Headline{
		Section: "spend",
		Text: fmt.Sprintf("In %s, the latest year of outturn held, %d police bodies of England outside London spent £%.1fbn: a median of £%.0f a head of residents, eight in ten of them between £%.0f and £%.0f. That is a range of bodies, not an error margin, and ranks within it move with the year and the definition of cost.",
			fy, len(values), total/1e9, middle, low, high),
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

// plainName is a measure in the words of a sentence.
func (p *Panel) plainName(measure string) string {
	switch measure {
	case "fte_staff_total":
		return "police staff"
	case Officers:
		return "police officers"
	case CrimeSeverity:
		return "crime severity"
	}
	label := p.Label(measure, "")
	return strings.ToLower(label[:1]) + label[1:]
}

// effectHeadline words the case every reader looks for, the West Mercia and
// Warwickshire alliance, on its primary cost or workforce measure, entry and exit; or
// the first collaboration that can be estimated where a register hasn't that one.
func effectHeadline(p *Panel, in Input, f Findings) (police.Headline, bool) {
	var found []police.Effect
	for _, e := range f.Effects.Effects {
		if e.Role == "primary" && e.Estimator == "sdid" && e.DonorRule == allDonors && !math.IsNaN(e.Estimate) && e.Unit != "score" {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return police.Headline{}, false
	}
	id := found[0].Collaboration
	if slices.ContainsFunc(found, func(e police.Effect) bool { return e.Collaboration == theAlliance }) {
		id = theAlliance
	}
	var said, inputs []string
	var first police.Effect
	for _, e := range found {
		if e.Collaboration != id {
			continue
		}
		if first.FindingID == "" {
			first = e
		}
		said = append(said, p.effectSentence(in, e))
		inputs = append(inputs, "effect:"+e.FindingID)
	}
	return police.Headline{
		Section: "effect", Text: strings.Join(said, " "),
		Value: first.Estimate, Lo: first.Lo, Hi: first.Hi, Unit: first.Unit, N: first.NTreated + first.NDonors,
		Comparison: first.DonorRule, Method: first.Method, Warnings: first.Warnings, Inputs: strings.Join(inputs, "|"),
	}, true
}

const theAlliance = "wm-war-alliance"

// effectSentence is one effect in plain words: raw changes first, then the verdict.
func (p *Panel) effectSentence(in Input, e police.Effect) string {
	name := e.Collaboration
	for _, c := range in.Register.Collaborations {
		if c.ID == e.Collaboration {
			name = strings.Replace(c.Name, "/", " and ", 1)
		}
	}
	start := fmt.Sprintf("After the %s began, its %s together", name, plural(int(e.NTreated), "member"))
	if e.Phase == "exit" {
		start = "After it ended, they"
	}
	pre, post, _ := strings.Cut(e.Window, " / left out ")
	pre = strings.TrimPrefix(pre, "before ")
	_, post, _ = strings.Cut(post, " / after ")
	post, _, _ = strings.Cut(post, " (")
	verdict := string(e.Verdict)
	if e.Verdict == police.NoDetectable {
		verdict = fmt.Sprintf("%s (4 in 5 times a difference of %.0f %% or more would have been seen)", verdict, e.DetectablePct)
	}
	return fmt.Sprintf("%s had %.1f %% %s %s than before (%s against %s), %d comparison forces %.1f %% %s: %s; estimate %s %s, %.0f %% interval %s to %s.",
		start, math.Abs(e.RawMembers), fewer(e.RawMembers), p.plainName(e.Measure), post, pre, e.NDonors, math.Abs(e.RawPeers), fewer(e.RawPeers),
		verdict, signed(e.Estimate, 0), e.Unit, 100*e.Level, signed(e.Lo, 0), signed(e.Hi, 0))
}

func fewer(change float64) string {
	if change < 0 {
		return "fewer"
	}
	return "more"
}

// unknownHeadline says what can't be known, and which figures would settle it.
func unknownHeadline(p *Panel, in Input, f Findings) (police.Headline, bool) {
	tried, estimable := map[string]bool{}, map[string]bool{}
	inputs := []string{"effect:measure=" + NetExpenditure}
	for _, e := range f.Effects.Effects {
		if e.Measure != NetExpenditure && !strings.HasPrefix(e.Measure, FunctionGross) {
			continue
		}
		tried[e.Collaboration] = true
		if e.Verdict != police.CantBeEstimated {
			estimable[e.Collaboration] = true
		}
	}
	savings, open := 0, 0
	var detectable []float64
	for _, c := range f.Claims {
		if c.Kind != "saving" {
			continue
		}
		savings++
		if c.Verdict == string(police.CantBeEstimated) {
			open++
			inputs = append(inputs, "claim_check:"+c.ClaimID)
		}
		if !math.IsNaN(c.DetectablePct) && !math.IsNaN(c.OfSpend) {
			detectable = append(detectable, c.OfSpend)
		}
	}
	if len(tried) == 0 {
		return police.Headline{}, false
	}
	none := "for none of them"
	if len(estimable) > 0 {
		none = fmt.Sprintf("for %d of them", len(estimable))
	}
	size := ""
	if len(detectable) > 0 {
		size = fmt.Sprintf(" Half of the %d claims with members' spend at hand are below %.1f %% of it a year.", len(detectable), stat.Median(detectable))
	}
	years := p.Years(NetExpenditure, "")
	return police.Headline{
		Section: "unknown",
		Text: fmt.Sprintf("Whether any of the %d collaborations in the register changed spending can't be known from what is held: %d financial years of expenditure are (%s), %d before and %d after a change are needed, and that is met %s. So %d of %d claimed savings can't be set beside an estimate, which says nothing for or against them.%s Outturn for every year from 2005-06, and actual spending by function, would allow it.",
			len(tried), len(years), finYears(years), minPre, minPost, none, open, savings, size),
		Value: float64(len(estimable)), Lo: math.NaN(), Hi: math.NaN(), Unit: "collaborations", N: int32(len(tried)),
		Comparison: "none can be made", Method: "counts of periods and donors, table effect; claims, table claim_check",
		Inputs: strings.Join(inputs, "|"),
	}, true
}

// finYears writes runs of financial years: 2010-11 to 2014-15 and 2017-18.
func finYears(years []int) string {
	var out []string
	for i := 0; i < len(years); {
		j := i
		for j+1 < len(years) && years[j+1] == years[j]+1 {
			j++
		}
		text := yearName(years[i], "FY_END_MAR")
		if j > i {
			text += " to " + yearName(years[j], "FY_END_MAR")
		}
		out = append(out, text)
		i = j + 1
	}
	return listed(out, len(out))
}
