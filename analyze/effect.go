package analyze

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// What an effect needs before it is tried (METHODS 10 and the placebo floor).
const (
	minPre    = 5
	minPost   = 2
	minDonors = 19
)

// effectMeasure is a measure that effects are computed on, in logs: differences are
// shares, so that large and small forces can stand for each other.
type effectMeasure struct {
	id      string
	parts   []series // summed
	period  string
	unit    string
	rate    bool     // a score: members are averaged, not summed
	money   bool     // deflated before use
	kind    string   // workforce, cost, outcome or funding
	touches []string // functions that can move it; nil: only a force-wide collaboration can
	caveat  string
	last    int // last year used; 0: all
}

// effectMeasures are tried for every collaboration and phase. Council tax and grants
// are funding and stand apart; cyclist KSI is no outcome of any unit here.
func effectMeasures() []effectMeasure {
	return []effectMeasure{
		{id: "fte_staff_total", parts: []series{{"fte_staff_total", ""}}, period: "AT_31_MAR", unit: "FTE", kind: "workforce",
			caveat: "staff and designated officers together; a host shows all the joint unit's staff | the 2010 spending review and Uplift hit all forces at once, unequally"},
		{id: Officers, parts: []series{{Officers, ""}}, period: "AT_31_MAR", unit: "FTE", kind: "workforce", last: 2022, // 2026 is of another table
			caveat: "Uplift (2019–23) and the 2010 spending review hit all forces at once, unequally"},
		{id: CrimeSeverity, parts: []series{{CrimeSeverity, ""}}, period: "YE_MAR", unit: "score", rate: true, kind: "outcome",
			caveat: "recording practice changed after 2014, force by force | members averaged, not summed | 2020/21 was a Covid year"},
		{id: NetExpenditure, parts: []series{{NetExpenditure, ""}}, period: "FY_END_MAR", unit: "£", money: true, kind: "cost",
			caveat: "grant-funded national work swings single forces"},
		{id: FunctionGross + ":" + TotalFunctions, parts: []series{{FunctionGross, TotalFunctions}}, period: "FY_END_MAR", unit: "£", money: true, kind: "cost",
			caveat: "budget estimates, not outturn"},
		{id: FunctionGross + ":road_policing", parts: []series{{FunctionGross, "road_policing"}}, period: "FY_END_MAR", unit: "£", money: true, kind: "cost",
			touches: []string{"road policing"}, caveat: "budget estimates, not outturn | a host's figure holds the whole unit"},
		{id: FunctionGross + ":support_functions", parts: []series{{FunctionGross, "support_functions"}}, period: "FY_END_MAR", unit: "£", money: true, kind: "cost",
			touches: []string{"support functions"}, caveat: "budget estimates, not outturn"},
		{id: "police_council_tax_requirement", parts: []series{{"police_council_tax_requirement", ""}}, period: "FY_END_MAR", unit: "£", money: true, kind: "funding",
			caveat: "funding capped by referendum limits, not cost"},
	}
}

// effectForces lists forces with any value of the measure's first part.
func (p *Panel) effectForces(m effectMeasure) []police.ForceCode {
	return p.Forces(m.parts[0].measure, m.parts[0].function)
}

func (p *Panel) effectYears(m effectMeasure) []int {
	years := p.Years(m.parts[0].measure, m.parts[0].function)
	return slices.DeleteFunc(slices.Clone(years), func(y int) bool { return m.last != 0 && y > m.last })
}

// effectValue is a force's value: parts summed, money in prices of the base year.
func (p *Panel) effectValue(m effectMeasure, f police.ForceCode, year int) (float64, bool) {
	sum := 0.0
	for i, s := range m.parts {
		v, ok := p.Pounds(s.measure, s.function, f, year)
		if !ok && i == 0 {
			return 0, false
		}
		sum += v // a force without designated officers has none
	}
	if !m.money {
		return sum, true
	}
	return p.Real(sum, year, p.BaseYear())
}

// Effects are the findings on collaborations, with their pictures and variants.
type Effects struct {
	Effects     []police.Effect
	Paths       []police.EffectPath
	Sensitivity []police.Sensitivity
}

// Effects estimates, for every collaboration, phase and measure, whether the
// members together moved differently from forces that aren't members; or says why
// that can't be estimated. Only asks for one collaboration when id isn't "".
func (p *Panel) Effects(reg Register, id string, full bool) Effects {
	var jobs []police.Collaboration
	for _, c := range reg.Collaborations {
		if id == "" || c.ID == id {
			jobs = append(jobs, c)
		}
	}
	done := make([]Effects, len(jobs))
	var work sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, c := range jobs {
		work.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			for _, phase := range []string{"entry", "exit"} {
				for _, m := range effectMeasures() {
					p.effect(&done[i], reg, c, phase, m, full)
				}
			}
		})
	}
	work.Wait()
	var out Effects
	for _, d := range done {
		out.Effects = append(out.Effects, d.Effects...)
		out.Paths = append(out.Paths, d.Paths...)
		out.Sensitivity = append(out.Sensitivity, d.Sensitivity...)
	}
	adjustPrimary(out.Effects)
	settleVerdicts(out.Effects)
	return out
}

// effect adds the rows of one collaboration, phase and measure.
func (p *Panel) effect(out *Effects, reg Register, c police.Collaboration, phase string, m effectMeasure, full bool) {
	d := p.designOf(reg, c, phase, m)
	if d.reason != "" {
		row := d.row("sdid", allDonors)
		row.Verdict, row.Reason = police.CantBeEstimated, d.reason
		p.rawChanges(&row, d)
		p.exploratory(&row, d)
		out.Effects = append(out.Effects, row)
		return
	}
	for _, rule := range []string{allDonors, calmDonors} {
		donors := p.donors(m, reg, c.ID, d.window, rule)
		if len(donors) < minDonors {
			row := d.row("sdid", rule)
			row.NDonors = int32(len(donors))
			row.Verdict = police.CantBeEstimated
			row.Reason = fmt.Sprintf("%d donors under this rule, %d needed", len(donors), minDonors)
			out.Effects = append(out.Effects, row)
			continue
		}
		for _, method := range []stat.SynthMethod{stat.SyntheticDiD, stat.DiffInDiff, stat.SyntheticControl} {
			row, test := p.estimate(d, rule, donors, method)
			out.Effects = append(out.Effects, row)
			if method == stat.SyntheticDiD && rule == allDonors && test != nil {
				out.Paths = append(out.Paths, p.path(d, row.FindingID, donors, test)...)
				if full {
					out.Sensitivity = append(out.Sensitivity, p.sensitivity(reg, d, row.FindingID, donors)...)
				}
			}
		}
	}
}

// design is what stands before any number is computed.
type design struct {
	collaboration police.Collaboration
	phase         string
	measure       effectMeasure
	members       []police.ForceCode
	window        window
	role          string
	reason        string // why it can't be estimated
	warnings      []string
	donorsAll     int
}

func (p *Panel) designOf(reg Register, c police.Collaboration, phase string, m effectMeasure) design {
	d := design{collaboration: c, phase: phase, measure: m, role: "exploratory"}
	if c.Primary == m.id || c.PrimaryOut == m.id {
		d.role = "primary"
	}
	members, others := reg.lasting(c.ID)
	d.members = slices.DeleteFunc(members, func(f police.ForceCode) bool { return !slices.Contains(p.effectForces(m), f) })
	for _, f := range others {
		d.warnings = append(d.warnings, p.Name(f)+" was a member for part of the window only and is in neither group")
	}
	w, dated := windowFor(reg, c.ID, phase, p.effectYears(m), m.period)
	d.window = w
	if !dated {
		d.reason = "the register has no date of " + phase
		return d
	}
	d.donorsAll = len(p.donors(m, reg, c.ID, w, allDonors))
	d.reason = p.whyNot(d, len(members))
	return d
}

// whyNot says why a design can't be estimated, with the counts; "" where it can.
func (p *Panel) whyNot(d design, members int) string {
	counts := fmt.Sprintf("%d periods before and %d after, %d donors; needed %d, %d and %d",
		len(d.window.pre), len(d.window.post), d.donorsAll, minPre, minPost, minDonors)
	var incomplete []string
	for _, f := range d.members {
		if !p.complete(d.measure, f, d.window) {
			incomplete = append(incomplete, p.Name(f))
		}
	}
	switch {
	case d.collaboration.National:
		return "a national agreement leaves no force to compare with"
	case members == 0:
		return "the register names no member for the whole window"
	case len(d.members) < members:
		return fmt.Sprintf("%d of %d members have this measure", len(d.members), members)
	case !couldMove(d.collaboration, d.measure):
		return "its functions are too small a part of this measure to move it"
	case len(d.window.pre) < minPre || len(d.window.post) < minPost || d.donorsAll < minDonors:
		return counts
	case len(incomplete) > 0:
		return "the series of " + strings.Join(incomplete, ", ") + " has gaps in the window"
	}
	return ""
}

// couldMove reports whether a collaboration's functions could move a measure: a
// whole force's figures move with a force-wide collaboration alone, a function's
// with one that runs it.
func couldMove(c police.Collaboration, m effectMeasure) bool {
	if c.ForceWide {
		return true
	}
	for _, f := range m.touches {
		if slices.Contains(strings.Split(c.Functions, "|"), f) {
			return true
		}
	}
	return false
}

func (d design) row(estimator, rule string) police.Effect {
	return police.Effect{
		FindingID:     findingID("effect", d.collaboration.ID, d.phase, d.measure.id, estimator, rule),
		Collaboration: d.collaboration.ID, Phase: d.phase, Measure: d.measure.id, Role: d.role, Unit: d.measure.unit,
		TreatedUnit: fmt.Sprintf("%d members together: %s", len(d.members), codesText(d.members)),
		Estimator:   estimator, DonorRule: rule,
		Estimate: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Level: math.NaN(), PPlacebo: math.NaN(), Q: math.NaN(),
		NTreated: int32(len(d.members)), NDonors: int32(d.donorsAll),
		Pre: int32(len(d.window.pre)), Post: int32(len(d.window.post)), Window: d.window.text,
		Detectable: math.NaN(), DetectablePct: math.NaN(), RawMembers: math.NaN(), RawPeers: math.NaN(),
		Warnings: joinWarnings(append(d.warnings, d.measure.caveat)...),
	}
}

// synthPanel lays out members and donors in logs over the years before and after.
func (p *Panel) synthPanel(m effectMeasure, members, donors []police.ForceCode, pre, post []int) stat.SynthPanel {
	years := slices.Concat(pre, post)
	q := stat.SynthPanel{Pre: len(pre)}
	if !m.rate {
		q.Pool = stat.LogSum
	}
	for _, y := range years {
		q.Periods = append(q.Periods, fmt.Sprint(y))
	}
	for i, f := range slices.Concat(members, donors) {
		row := make([]float64, len(years))
		for t, y := range years {
			v, _ := p.effectValue(m, f, y)
			row[t] = math.Log(v)
		}
		q.Units = append(q.Units, string(f))
		q.Y = append(q.Y, row)
		q.Treated = append(q.Treated, i < len(members))
		size, _ := p.lastMean(Population, f, 1)
		q.Size = append(q.Size, size)
	}
	return q
}

// placeboSetsTried is the number of placebo sets of each estimator. The headline
// estimator gets the 2,000 of METHODS; the two beside it fewer, for time.
var placeboSetsTried = map[stat.SynthMethod]int{stat.SyntheticDiD: 2000, stat.DiffInDiff: 2000, stat.SyntheticControl: 200}

func (p *Panel) estimate(d design, rule string, donors []police.ForceCode, method stat.SynthMethod) (police.Effect, *stat.PlaceboTest) {
	row := d.row(string(method), rule)
	row.NDonors = int32(len(donors))
	q := p.synthPanel(d.measure, d.members, donors, d.window.pre, d.window.post)
	test, err := stat.PlaceboEffects(q, method, stat.PlaceboOptions{MaxSets: placeboSetsTried[method]})
	if err != nil {
		row.Verdict, row.Reason = police.CantBeEstimated, err.Error()
		return row, nil
	}
	level := p.levelBefore(d)
	row.Estimate, row.Lo, row.Hi = level*math.Expm1(test.Fit.ATT), level*math.Expm1(test.Lo), level*math.Expm1(test.Hi)
	row.Level, row.PPlacebo, row.Placebos = test.Level, test.P, int32(len(test.Placebos))
	row.P = pValues(test)
	power := stat.SmallestDetectable(test, 0.8)
	row.DetectablePct = 100 * math.Max(math.Expm1(power.Up), -math.Expm1(power.Down))
	row.Detectable = level * row.DetectablePct / 100
	p.rawChangesOf(&row, d, donors)
	row.Warnings = joinWarnings(append(append([]string{row.Warnings}, test.Warnings...), power.Warnings...)...)
	row.Verdict = verdictOf(test, row)
	row.Reason = p.robustReason(q, method, test, row)
	return row, &test
}

func pValues(t stat.PlaceboTest) string {
	s := []string{fmt.Sprintf("placebo=%.4f", t.P)}
	if !math.IsNaN(t.PRatio) {
		s = append(s, fmt.Sprintf("rmspe ratio=%.4f", t.PRatio))
	}
	if t.BySize != nil {
		s = append(s, fmt.Sprintf("placebo by size=%.4f", t.BySize.P))
	}
	return strings.Join(s, "|")
}

// levelBefore is the members' mean in the last year before: summed, or for a score
// averaged.
func (p *Panel) levelBefore(d design) float64 {
	sum := 0.0
	for _, y := range d.window.pre {
		for _, f := range d.members {
			v, _ := p.effectValue(d.measure, f, y)
			sum += v
		}
	}
	n := float64(len(d.window.pre))
	if d.measure.rate {
		n *= float64(len(d.members))
	}
	return sum / n
}

func verdictOf(t stat.PlaceboTest, row police.Effect) police.Verdict {
	switch {
	case math.IsNaN(t.P):
		return police.CantBeEstimated
	case row.Hi < 0:
		return police.LowerThanComparison
	case row.Lo > 0:
		return police.HigherThanComparison
	}
	return police.NoDetectable
}

// robustReason names what a verdict other than "no detectable difference" hangs on:
// a single donor whose leaving turns the sign or makes the estimate smaller than
// the largest of the placebos; and says for a null what would have been seen.
func (p *Panel) robustReason(q stat.SynthPanel, m stat.SynthMethod, t stat.PlaceboTest, row police.Effect) string {
	switch row.Verdict {
	case police.NoDetectable:
		return fmt.Sprintf("4 in 5 times a difference of %.1f %% or more would have been seen", row.DetectablePct)
	case police.LowerThanComparison, police.HigherThanComparison:
	default:
		return ""
	}
	half := (t.Hi - t.Lo) / 2
	outs, err := stat.LeaveOneDonorOut(q, m)
	if err != nil {
		return "leave one donor out: " + err.Error()
	}
	for _, o := range outs {
		if math.Abs(o.ATT) <= half || (o.ATT < 0) != (t.Fit.ATT < 0) {
			return "hangs on " + p.Name(police.ForceCode(q.Units[o.Unit])) + " among the donors"
		}
	}
	return "holds with any one donor left out"
}

// adjustPrimary puts Benjamini–Hochberg q beside the primary tests: one cost or
// workforce and one outcome measure a collaboration and phase, set beforehand.
func adjustPrimary(rows []police.Effect) {
	var at []int
	var ps []float64
	for i, r := range rows {
		if r.Role == "primary" && r.Estimator == string(stat.SyntheticDiD) && r.DonorRule == allDonors && !math.IsNaN(r.PPlacebo) {
			at, ps = append(at, i), append(ps, r.PPlacebo)
		}
	}
	a, err := stat.AdjustP(ps, stat.BH)
	if err != nil {
		return
	}
	floors := make([]float64, len(at))
	for k, i := range at {
		floors[k] = 1 / float64(rows[i].Placebos+1)
	}
	least, _ := stat.SmallestAttainable(floors, stat.BH)
	for k, i := range at {
		rows[i].Q = a.P[k]
		rows[i].Warnings = joinWarnings(rows[i].Warnings, fmt.Sprintf("q over %d primary tests; the smallest attainable is %.3f", a.Tests, least))
	}
}

// settleVerdicts lets "lower" and "higher" stand only where both donor rules agree,
// no single donor carries it and, for primary tests, q is at most 0.10; everything
// exploratory gives no verdict.
func settleVerdicts(rows []police.Effect) {
	type key struct{ c, phase, m, e string }
	rules := map[key]map[police.Verdict]int{}
	for _, r := range rows {
		k := key{r.Collaboration, r.Phase, r.Measure, r.Estimator}
		if rules[k] == nil {
			rules[k] = map[police.Verdict]int{}
		}
		rules[k][r.Verdict]++
	}
	for i, r := range rows {
		if r.Verdict != police.LowerThanComparison && r.Verdict != police.HigherThanComparison {
			continue
		}
		both := rules[key{r.Collaboration, r.Phase, r.Measure, r.Estimator}][r.Verdict] == 2
		switch {
		case !both:
			rows[i].Verdict, rows[i].Reason = police.NotRobust, joinWarnings("the two donor rules don't agree", r.Reason)
		case strings.HasPrefix(r.Reason, "hangs on"):
			rows[i].Verdict = police.NotRobust
		case r.Role == "primary" && r.Estimator == "sdid" && r.DonorRule == allDonors && r.Q > 0.10:
			rows[i].Verdict, rows[i].Reason = police.NotRobust, joinWarnings(fmt.Sprintf("q = %.2f over the primary tests", r.Q), r.Reason)
		}
	}
	for i, r := range rows {
		if r.Role != "primary" && r.Verdict != police.CantBeEstimated {
			rows[i].Reason = joinWarnings("the estimator alone says: "+string(rows[i].Verdict), r.Reason)
			rows[i].Verdict = police.Exploratory
		}
	}
}
