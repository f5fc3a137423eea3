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
	rate    bool     // a score a head: members are averaged by population, not summed
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
			caveat: "recording practice changed after 2014, force by force | members averaged by population, not summed | 2020/21 was a Covid year"},
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
	for _, s := range m.parts {
		v, ok := p.Pounds(s.measure, s.function, f, year)
		if !ok {
			return 0, false
		}
		sum += v
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
			row.Reason = fmt.Sprintf("%s under this rule, %d needed", plural(len(donors), "donor"), minDonors)
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
	donorsOf      []police.ForceCode // under the first rule
	donorsAll     int
	share         float64 // of its functions in the members' budget, per cent; NaN: not asked
}

// counts says what there is and what is needed.
func (d design) counts() string {
	return fmt.Sprintf("%s before and %d after, %s; needed %d, %d and %d",
		plural(len(d.window.pre), "period"), len(d.window.post), plural(d.donorsAll, "donor"), minPre, minPost, minDonors)
}

// plural writes 1 period, 2 periods.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func (p *Panel) designOf(reg Register, c police.Collaboration, phase string, m effectMeasure) design {
	d := design{collaboration: c, phase: phase, measure: m, role: "exploratory", share: math.NaN()}
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
	if _, known := transitionOf(reg.Events, c.ID, "entry"); phase == "exit" && !known {
		d.reason = "the register has no date of entry: which of the years before the exit lay inside it isn't known"
		return d
	}
	if phase == "entry" {
		for _, early := range reg.earlier(c.ID) {
			d.warnings = append(d.warnings, fmt.Sprintf("%s was in part of it from %s: the years before the entry aren't free of it", p.Name(early.Force), early.From))
		}
	}
	d.warnings = append(d.warnings, p.stepWarnings(m, reg, d.members, w)...)
	d.donorsOf = p.donors(m, reg, c.ID, w, allDonors)
	d.donorsAll = len(d.donorsOf)
	d.reason = p.whyNot(&d, len(members))
	return d
}

// whyNot says why a design can't be estimated, with the counts; "" where it can.
func (p *Panel) whyNot(d *design, members int) string {
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
	}
	if reason := p.tooSmall(d); reason != "" {
		return reason
	}
	switch {
	case len(d.window.pre) < minPre || len(d.window.post) < minPost || d.donorsAll < minDonors:
		return d.counts()
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
		if touches(c, f) {
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
		LevelBefore: math.NaN(), EstimatePct: math.NaN(), LoPct: math.NaN(), HiPct: math.NaN(), Share: d.share,
		Method:   methodText(estimator, d.measure),
		Warnings: joinWarnings(append(d.warnings, d.measure.caveat)...),
	}
}

// methodText says how an estimate and its interval are made.
func methodText(estimator string, m effectMeasure) string {
	names := map[string]string{string(stat.SyntheticDiD): "synthetic difference in differences", string(stat.DiffInDiff): "difference in differences", string(stat.SyntheticControl): "synthetic control"}
	prices := ""
	if m.money {
		prices = ", in prices of one year"
	}
	return names[estimator] + " on logs" + prices + "; placebo sets of as many donors made one body in the same way; the interval holds all differences that the placebo test wouldn't reject at its level; estimate in the measure's unit = mean level before × (e to the estimate − 1)"
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
		size := p.weight(m, f, pre)
		q.Size = append(q.Size, size)
	}
	if m.rate {
		q.Pool = weightedMean(q.Y, q.Size)
	}
	return q
}

// weight is a force's population beside the last year before: what its score is
// weighed by, the same in every year.
func (p *Panel) weight(m effectMeasure, f police.ForceCode, pre []int) float64 {
	if len(pre) > 0 {
		if n, _, ok := p.People(f, pre[len(pre)-1], m.period); ok {
			return n
		}
	}
	n, ok := p.lastMean(Population, f, 1)
	if !ok {
		return math.NaN()
	}
	return n
}

// weightedMean is a Pool for a score in logs: the log of the mean of the scores, each
// weighed by its unit's weight. Rows are known by their place in memory, since a pool
// is handed rows and no names. Without a weight it is the mean of units alike.
func weightedMean(rows [][]float64, weight []float64) func([][]float64) []float64 {
	known := map[*float64]float64{}
	for i, r := range rows {
		known[&r[0]] = weight[i]
	}
	return func(some [][]float64) []float64 {
		w, all := make([]float64, len(some)), 0.0
		for i, r := range some {
			w[i] = known[&r[0]]
			all += w[i]
		}
		out := make([]float64, len(some[0]))
		for i, r := range some {
			share := w[i] / all
			if !(all > 0) {
				share = 1 / float64(len(some))
			}
			for t, v := range r {
				out[t] += share * math.Exp(v)
			}
		}
		for t := range out {
			out[t] = math.Log(out[t])
		}
		return out
	}
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
	row.LevelBefore = level
	row.EstimatePct, row.LoPct, row.HiPct = 100*math.Expm1(test.Fit.ATT), 100*math.Expm1(test.Lo), 100*math.Expm1(test.Hi)
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

// levelBefore is the members' mean over the years before: summed, or for a score
// averaged by population.
func (p *Panel) levelBefore(d design) float64 {
	v, _ := p.sumOver(d.measure, d.members, d.window.pre, d.window.pre)
	return v
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
// a single donor whose leaving turns the sign or lets the test no longer reject; and
// says for a null what would have been seen.
func (p *Panel) robustReason(q stat.SynthPanel, m stat.SynthMethod, t stat.PlaceboTest, row police.Effect) string {
	switch row.Verdict {
	case police.NoDetectable:
		return fmt.Sprintf("4 in 5 times a difference of %.1f %% or more would have been seen", row.DetectablePct)
	case police.LowerThanComparison, police.HigherThanComparison:
	default:
		return ""
	}
	outs, err := stat.LeaveOneDonorOut(q, m)
	if err != nil {
		return "leave one donor out: " + err.Error()
	}
	for _, o := range outs {
		if math.Abs(o.ATT) <= criticalWithout(t, o.Unit) || (o.ATT < 0) != (t.Fit.ATT < 0) {
			return hangsOn + p.Name(police.ForceCode(q.Units[o.Unit])) + " among the donors"
		}
	}
	return "holds with any one donor left out"
}

// hangsOn begins the reason of a verdict that one donor carries.
const hangsOn = "hangs on "

// criticalWithout is the size an estimate must pass when a donor is left out: that of
// the placebo sets which don't hold it, by the rule of PlaceboEffects.
func criticalWithout(t stat.PlaceboTest, unit int) float64 {
	var sizes []float64
	for _, p := range t.Placebos {
		if !slices.Contains(p.Units, unit) {
			sizes = append(sizes, t.Stretch*math.Abs(p.Effect))
		}
	}
	m := int(math.Floor((1-t.Level)*float64(len(sizes)+1) + 1e-9))
	if m < 1 {
		return math.Inf(1)
	}
	slices.Sort(sizes)
	return sizes[len(sizes)-m]
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
// no single donor carries it and, for primary tests, q is at most 0.10. One estimator
// gives the verdict, synthetic difference in differences; those beside it and
// everything exploratory say only where their interval lies.
func settleVerdicts(rows []police.Effect) {
	type key struct{ c, phase, m, e string }
	of := func(r police.Effect) key { return key{r.Collaboration, r.Phase, r.Measure, r.Estimator} }
	rules := map[key]map[string]police.Effect{}
	for _, r := range rows {
		if rules[of(r)] == nil {
			rules[of(r)] = map[string]police.Effect{}
		}
		rules[of(r)][r.DonorRule] = r
	}
	for i, r := range rows {
		if r.Verdict == police.CantBeEstimated || math.IsNaN(r.Estimate) {
			continue
		}
		verdict, reason := robustVerdict(r, rules[of(r)])
		if r.Role == "primary" && r.Estimator == string(stat.SyntheticDiD) {
			rows[i].Verdict, rows[i].Reason = verdict, reason
			continue
		}
		why := "exploratory, not adjusted for the number of tests"
		if r.Role == "primary" {
			why = "beside the main estimator"
		}
		rows[i].Verdict, rows[i].Reason = police.Exploratory, joinWarnings(why, intervalWords(verdict), reason)
	}
}

// robustVerdict is a verdict after both donor rules, the donors left out one at a time
// and the adjustment are looked at.
func robustVerdict(r police.Effect, byRule map[string]police.Effect) (police.Verdict, string) {
	main, other := byRule[allDonors], byRule[calmDonors]
	found := r.Verdict == police.LowerThanComparison || r.Verdict == police.HigherThanComparison
	switch {
	case !found && (other.Verdict == police.LowerThanComparison || other.Verdict == police.HigherThanComparison) && r.DonorRule == allDonors:
		return r.Verdict, joinWarnings(r.Reason, "under the other donor rule the interval excludes zero")
	case !found:
		return r.Verdict, r.Reason
	case other.Verdict == police.CantBeEstimated:
		return police.NotRobust, joinWarnings("the second donor rule leaves too few donors", r.Reason)
	case main.Verdict != other.Verdict:
		return police.NotRobust, joinWarnings("the two donor rules don't agree", r.Reason)
	case strings.HasPrefix(main.Reason, hangsOn) || strings.HasPrefix(other.Reason, hangsOn):
		return police.NotRobust, joinWarnings(main.Reason, other.Reason)
	case r.Role == "primary" && !(main.Q <= 0.10) && r.Estimator == string(stat.SyntheticDiD):
		return police.NotRobust, joinWarnings(fmt.Sprintf("q = %.2f over the primary tests, 0.10 at most is asked", main.Q), r.Reason)
	}
	return r.Verdict, r.Reason
}

// intervalWords says where an interval lies, for rows that give no verdict.
func intervalWords(v police.Verdict) string {
	switch v {
	case police.LowerThanComparison:
		return "its interval lies below zero"
	case police.HigherThanComparison:
		return "its interval lies above zero"
	case police.NotRobust:
		return "its interval excludes zero, but not under every check"
	}
	return "its interval includes zero"
}
