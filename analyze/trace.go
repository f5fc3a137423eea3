package analyze

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// Trace is the way from a number back to what it was made from: published lines of
// payments, and values of measures with file and cell.
type Trace struct {
	ID       string                `json:"id"`
	Kind     string                `json:"kind"`
	Text     string                `json:"text"`
	Payments []TracedPayment       `json:"payments,omitempty"`
	Pence    police.Pence          `json:"pence,omitempty"`
	Once     police.Pence          `json:"pence_once,omitempty"`
	Values   []police.MeasureValue `json:"-"`
	Sources  []TracedValue         `json:"values,omitempty"`
	Next     []string              `json:"next,omitempty"` // ids to trace further
}

// TracedPayment is a payment with the publisher's file, sheet and lines.
type TracedPayment struct {
	PaymentID  int64        `json:"payment_id"`
	File       string       `json:"file"`
	SHA256     string       `json:"sha256"`
	Sheet      string       `json:"sheet,omitempty"`
	LineFirst  int32        `json:"line_first"`
	LineLast   int32        `json:"line_last"`
	PaidOn     string       `json:"paid_on,omitempty"`
	Payee      string       `json:"payee"`
	Category   string       `json:"category,omitempty"`
	Pence      police.Pence `json:"pence"`
	Once       police.Pence `json:"pence_once"`
	Superseded string       `json:"superseded,omitempty"`
}

// TracedValue is a value of a measure with its source.
type TracedValue struct {
	Force    string `json:"force"`
	Measure  string `json:"measure"`
	Function string `json:"function,omitempty"`
	Year     int32  `json:"year"`
	Period   string `json:"period_type"`
	Value    string `json:"value"`
	Unit     string `json:"unit"`
	Source   string `json:"source"`
	Line     int32  `json:"line,omitempty"`
}

// ErrNoSuchID says that no table of the snapshot has the id.
var ErrNoSuchID = errors.New("no payment, flow or finding of this snapshot has the id")

// FlowPayments says which payments make up a flow; transform knows, and cmd hands it
// in, since rooms of one height don't meet.
type FlowPayments func(f police.Flow, p *police.Payment) bool

// Tracer follows ids of one snapshot; each table is read when it is first needed, and
// kept, so that many ids can be followed.
type Tracer struct {
	ctx    context.Context
	r      lake.Reader
	inFlo  FlowPayments
	parts  map[int64]police.Part
	tables map[string]any

	byMeasure map[string][]police.MeasureValue
}

// NewTracer reads what every trace needs; in says which payments make up a flow.
func NewTracer(ctx context.Context, r lake.Reader, in FlowPayments) (*Tracer, error) {
	t := &Tracer{ctx: ctx, r: r, inFlo: in, parts: map[int64]police.Part{}, tables: map[string]any{}}
	parts, err := lake.ReadAll[police.Part](r, "parts")
	for _, p := range parts {
		t.parts[p.PartID] = p
	}
	return t, err
}

// TraceID follows an id: a payment_id, a flow_id, or a finding_id of any mart.
func TraceID(ctx context.Context, r lake.Reader, id string, in FlowPayments) (Trace, error) {
	t, err := NewTracer(ctx, r, in)
	if err != nil {
		return Trace{}, err
	}
	return t.Trace(id)
}

// Trace follows one id.
func (t *Tracer) Trace(id string) (Trace, error) {
	if n, err := strconv.ParseInt(id, 10, 64); err == nil {
		return t.number(id, n)
	}
	return t.finding(id)
}

// number follows a flow_id or a payment_id.
func (t *Tracer) number(id string, n int64) (Trace, error) {
	flows, err := table[police.Flow](t, "fact_flow")
	if err != nil {
		return Trace{}, err
	}
	for _, f := range flows {
		if f.FlowID == n {
			return t.flow(id, f)
		}
	}
	out := Trace{ID: id, Kind: "payment"}
	err = t.r.ScanPayments(t.ctx, lake.Filter{}, func(rows []police.Payment) error {
		for i := range rows {
			if rows[i].PaymentID == n {
				out.addPayment(t.traced(&rows[i], ""))
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	if len(out.Payments) == 0 {
		gone, err := lake.ReadAll[police.Superseded](t.r, "superseded")
		if err == nil {
			for i := range gone {
				if gone[i].PaymentID == n {
					out.addPayment(t.traced(&gone[i].Payment, gone[i].Rule))
				}
			}
		}
	}
	if len(out.Payments) == 0 {
		return out, fmt.Errorf("%s: %w", id, ErrNoSuchID)
	}
	return out, nil
}

func (o *Trace) addPayment(p TracedPayment) {
	o.Payments = append(o.Payments, p)
	o.Pence, o.Once = o.Pence+p.Pence, o.Once+p.Once
}

func (t *Tracer) traced(p *police.Payment, superseded string) TracedPayment {
	part := t.parts[p.PartID]
	return TracedPayment{
		PaymentID: p.PaymentID, File: part.SourceFile, SHA256: part.SHA256, Sheet: part.Sheet, LineFirst: p.LineFirst, LineLast: p.LineLast,
		PaidOn: p.PaidOn.String(), Payee: withheld(p), Category: p.Category, Pence: p.Amount, Once: p.AmountOnce, Superseded: superseded,
	}
}

// withheld gives the payee as published unless it is a natural person's: no report
// or trace prints one.
func withheld(p *police.Payment) string {
	if p.Redaction == police.Individual {
		return "[individual]"
	}
	return p.Payee
}

func (t *Tracer) flow(id string, f police.Flow) (Trace, error) {
	out := Trace{ID: id, Kind: "flow", Text: fmt.Sprintf("%s paid %s %s in %s: %s (%s)", f.Payer, f.PayeeName, f.Pence.Pounds(), f.FinYear, orNone(f.Collaboration), f.Certainty)}
	err := t.r.ScanPayments(t.ctx, lake.Filter{Payers: []police.PayerKey{f.Payer}, Years: []police.FinancialYear{f.FinYear}}, func(rows []police.Payment) error {
		for i := range rows {
			if t.inFlo != nil && t.inFlo(f, &rows[i]) {
				out.addPayment(t.traced(&rows[i], ""))
			}
		}
		return nil
	})
	if err == nil && t.inFlo != nil && (out.Pence != f.Pence || int64(len(out.Payments)) != f.Payments) {
		err = police.Exitf(police.ExitMoney, "don't use the figure; run hardyards verify",
			"flow %s: its lines sum to %s in %d payments, the flow says %s in %d", id, out.Pence.Pounds(), len(out.Payments), f.Pence.Pounds(), f.Payments)
	}
	return out, err
}

func orNone(s string) string {
	if s == "" {
		return "no agreement of this register"
	}
	return s
}

// finding looks an id up in every mart of findings.
func (t *Tracer) finding(id string) (Trace, error) {
	lookups := []func(string) (Trace, bool, error){
		t.headline, t.cost, t.peer, t.association, t.effect, t.function, t.efficiency, t.claim, t.funnel, t.bound,
	}
	for _, look := range lookups {
		out, found, err := look(id)
		if err != nil || found {
			out.ID = id
			return out, err
		}
	}
	return Trace{}, fmt.Errorf("%s: %w", id, ErrNoSuchID)
}

// table gives a table's rows, read once.
func table[T any](t *Tracer, name string) ([]T, error) {
	if rows, ok := t.tables[name].([]T); ok {
		return rows, nil
	}
	rows, err := lake.ReadAll[T](t.r, name)
	if err == nil {
		t.tables[name] = rows
	}
	return rows, err
}

// find gives the row of a mart whose id is the one asked for.
func find[T any](t *Tracer, name string, id func(*T) string, want string) (T, bool, error) {
	rows, err := table[T](t, name)
	if err != nil {
		var zero T
		return zero, false, err
	}
	for i := range rows {
		if strings.EqualFold(id(&rows[i]), want) {
			return rows[i], true, nil
		}
	}
	var zero T
	return zero, false, nil
}

func (t *Tracer) headline(id string) (Trace, bool, error) {
	h, ok, err := find(t, "headline", func(h *police.Headline) string { return h.FindingID }, id)
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "headline", Text: h.Text}
	for _, input := range strings.Split(h.Inputs, "|") {
		of, key, _ := strings.Cut(input, ":")
		if of == "coverage" {
			if err := t.months(&out, wanted(key)); err != nil {
				return out, true, err
			}
			continue
		}
		next, err := t.matching(of, key)
		if err != nil {
			return out, true, err
		}
		out.Next = append(out.Next, next...)
	}
	return out, true, nil
}

// matching lists the ids of the rows of a table that a headline names: by id, or by
// column=value pairs.
func (t *Tracer) matching(of, key string) ([]string, error) {
	want := wanted(key)
	switch {
	case len(want) == 0:
		return []string{key}, nil
	case of == "fact_flow":
		flows, err := table[police.Flow](t, of)
		return selected(flows, func(f *police.Flow) (string, bool) {
			return strconv.FormatInt(f.FlowID, 10), string(f.Payer) == want["payer"] && string(f.FinYear) == want["financial_year"]
		}), err
	case of == "cost_per_head":
		rows, err := table[police.CostPerHead](t, of)
		return selected(rows, func(c *police.CostPerHead) (string, bool) {
			return c.FindingID, c.Measure == want["measure"] && c.FinYear == want["financial_year"]
		}), err
	case of == "effect":
		rows, err := table[police.Effect](t, of)
		return selected(rows, func(e *police.Effect) (string, bool) { return e.FindingID, e.Measure == want["measure"] }), err
	}
	return nil, fmt.Errorf("no way to trace table %s", of)
}

// wanted reads the column=value pairs of a headline's input.
func wanted(key string) map[string]string {
	want := map[string]string{}
	for _, pair := range strings.Split(key, ",") {
		if column, value, ok := strings.Cut(pair, "="); ok {
			want[column] = value
		}
	}
	return want
}

// months lists what coverage holds of a payer, of one financial year where that is
// asked: a value for each month, with the evidence for its state.
func (t *Tracer) months(out *Trace, want map[string]string) error {
	rows, err := table[police.CoverageRow](t, "coverage")
	if err != nil {
		return err
	}
	for _, c := range rows {
		s, ok := parseSpan(c.Month)
		if !ok || string(c.Payer) != want["payer"] || want["financial_year"] != "" && string(police.FinancialYearOf(s.first)) != want["financial_year"] {
			continue
		}
		year, _, _ := s.first.Civil()
		out.Sources = append(out.Sources, TracedValue{Force: string(c.Payer), Measure: "published payments", Year: int32(year), Period: c.Month,
			Value: c.Pence.Pounds(), Unit: "£", Source: fmt.Sprintf("coverage: %s, %d payments, %s of it to names withheld; %s", c.State, c.Payments, c.Redacted.Pounds(), c.Why)})
	}
	return nil
}

func selected[T any](rows []T, pick func(*T) (string, bool)) []string {
	var out []string
	for i := range rows {
		if id, ok := pick(&rows[i]); ok {
			out = append(out, id)
		}
	}
	return out
}

func (t *Tracer) cost(id string) (Trace, bool, error) {
	c, ok, err := find(t, "cost_per_head", func(c *police.CostPerHead) string { return c.FindingID }, id)
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "cost a head", Text: fmt.Sprintf("%s %s of %s in %s: £%.2f a head, %.0f pounds over %.0f people of mid-%d",
		c.Measure, c.Function, c.Force, c.FinYear, c.Nominal, c.Cost, c.Population, c.PopYear)}
	year := int32(police.FinancialYear(c.FinYear).End())
	err = t.values(&out, []string{c.Measure, Population}, func(v *police.MeasureValue) bool {
		cost := v.Measure == c.Measure && v.Function == c.Function && v.Year == year
		people := v.Measure == Population && v.Year == c.PopYear
		return v.Force == c.Force && (cost || people)
	})
	return out, true, err
}

func (t *Tracer) peer(id string) (Trace, bool, error) {
	key := func(c *police.PeerComparison) string { return c.FindingID }
	c, ok, err := find(t, "peer_comparison", key, id)
	if err == nil && !ok {
		c, ok, err = find(t, "peer_comparison_all", key, id)
	}
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "comparison with peers", Text: fmt.Sprintf("%s %s of %s in %s: %.2f %s, peers' weighted mean %.2f, n = %d (%s)",
		c.Measure, c.Function, c.Force, c.FinYear, c.Value, c.Unit, c.MeanWeighted, c.N, c.PeerRule)}
	year := int32(police.FinancialYear(c.FinYear).End())
	denominator, at := Population, year-1
	if c.Per == "officer" {
		denominator, at = Officers, year
	}
	err = t.values(&out, []string{c.Measure, denominator}, func(v *police.MeasureValue) bool {
		who := v.Force == c.Force || strings.Contains(c.Peers, string(v.Force)) && v.Force != ""
		return who && (v.Measure == c.Measure && v.Function == c.Function && v.Year == year || v.Measure == denominator && v.Year == at)
	})
	return out, true, err
}

func (t *Tracer) association(id string) (Trace, bool, error) {
	a, ok, err := find(t, "association", func(a *police.Association) string { return a.FindingID }, id)
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "association", Text: fmt.Sprintf("%s with %s, %s, %s, %s: %.3f (%.3f to %.3f), n = %d, q = %.3f over %d tests",
		a.Cost, a.Outcome, a.FinYear, a.Scope, a.Method, a.Estimate, a.Lo, a.Hi, a.N, a.Q, a.Tests)}
	measure, function, _ := strings.Cut(a.Cost, ":")
	year := int32(police.FinancialYear(a.FinYear).End())
	lag := int32(0)
	for _, o := range outcomesTested {
		if o.id() == a.Outcome {
			lag = int32(o.lag)
		}
	}
	rest, isRest := strings.CutPrefix(a.Outcome, FunctionGross+":")
	of, less, _ := strings.Cut(rest, " less ")
	err = t.values(&out, []string{measure, a.Outcome, FunctionGross, Population}, func(v *police.MeasureValue) bool {
		cost := v.Measure == measure && v.Function == function && (year == 0 || v.Year == year)
		outcome := v.Measure == a.Outcome && (year == 0 || v.Year == year-lag) ||
			isRest && v.Measure == FunctionGross && (v.Function == of || v.Function == less) && (year == 0 || v.Year == year)
		return cost || outcome || v.Measure == Population && year != 0 && v.Year == year-1
	})
	return out, true, err
}

func (t *Tracer) effect(id string) (Trace, bool, error) {
	e, ok, err := find(t, "effect", func(e *police.Effect) string { return e.FindingID }, id)
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "effect", Text: fmt.Sprintf("%s of %s on %s (%s, %s): %s. %s. %s", e.Phase, e.Collaboration, e.Measure, e.Estimator, e.DonorRule, e.Verdict, e.Reason, e.Window)}
	for _, m := range effectMeasures() {
		if m.id != e.Measure {
			continue
		}
		err = t.values(&out, measuresOf(m.parts), func(v *police.MeasureValue) bool {
			return slices.Contains(m.parts, series{v.Measure, v.Function})
		})
	}
	return out, true, err
}

func (t *Tracer) function(id string) (Trace, bool, error) {
	c, ok, err := find(t, "function_comparison", func(c *police.FunctionComparison) string { return c.FindingID }, id)
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "comparison by function", Text: fmt.Sprintf("%s in %s: %.2f %s collaborating (%d), %.2f others (%d)", c.Function, c.FinYear, c.MeanWith, c.Unit, c.NWith, c.MeanOthers, c.NWithout)}
	year := int32(police.FinancialYear(c.FinYear).End())
	err = t.values(&out, append(strings.Split(c.Measure, "+"), Population), func(v *police.MeasureValue) bool {
		return v.Function == c.Function && v.Year == year && slices.Contains(strings.Split(c.Measure, "+"), v.Measure) || v.Measure == Population && v.Year == year-1
	})
	return out, true, err
}

func (t *Tracer) efficiency(id string) (Trace, bool, error) {
	s, ok, err := find(t, "efficiency", func(s *police.EfficiencyScore) string { return s.FindingID }, id)
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "efficiency", Text: fmt.Sprintf("%s in %s, %s: %.3f (%.3f to %.3f)", s.Force, s.FinYear, s.Returns, s.Score, s.Lo, s.Hi)}
	err = t.values(&out, append(measuresOf(efficiencyInputs), append(measuresOf(efficiencyOutputs), Population)...), func(v *police.MeasureValue) bool {
		k := series{v.Measure, v.Function}
		if k.measure == Population {
			return v.Year == efficiencyYear-1
		}
		return v.Year == efficiencyYear && (slices.Contains(efficiencyInputs, k) || slices.Contains(efficiencyOutputs, k))
	})
	return out, true, err
}

func (t *Tracer) funnel(id string) (Trace, bool, error) {
	u, ok, err := find(t, "funnel", func(u *police.FunnelRow) string { return u.FindingID }, id)
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "funnel", Text: fmt.Sprintf("%s of %s in %s: %.0f over %.0f is %.2f %s; all %d forces %.2f, limits %.2f to %.2f",
		u.Measure, u.Force, u.Period, u.Count, u.Denominator, u.Value, u.Unit, u.N, u.Centre, u.Lo95, u.Hi95)}
	of, at := Population, u.Year
	for _, c := range countedEvents {
		if c.measure == u.Measure {
			at = int32(PopulationYear(int(u.Year), c.period))
			if c.of != "" {
				of, at = c.of, u.Year
			}
		}
	}
	err = t.values(&out, []string{u.Measure, of}, func(v *police.MeasureValue) bool {
		return v.Measure == u.Measure && v.Year == u.Year || v.Measure == of && v.Year == at
	})
	return out, true, err
}

// bound follows what missing data could do to the finding it is about.
func (t *Tracer) bound(id string) (Trace, bool, error) {
	b, ok, err := find(t, "missing_bound", func(b *police.Bound) string { return b.FindingID }, id)
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "bound", Text: fmt.Sprintf("%s: missing %s; %s (%.2f to %.2f %s)", b.Finding, b.Missing, b.Answer, b.Lo, b.Hi, b.Unit)}
	first, second, _ := strings.Cut(b.About, " ")
	switch b.Table {
	case "fact_flow":
		want := map[string]string{"payer": first, "financial_year": second}
		if out.Next, err = t.matching("fact_flow", "payer="+first+",financial_year="+second); err == nil {
			err = t.months(&out, want)
		}
	case "cost_per_head":
		out.Next, err = t.matching("cost_per_head", "measure="+first+",financial_year="+second)
	default:
		out.Next = []string{b.About}
	}
	return out, true, err
}

func (t *Tracer) claim(id string) (Trace, bool, error) {
	c, ok, err := find(t, "claim_check", func(c *police.ClaimCheck) string { return c.ClaimID }, id)
	if err != nil || !ok {
		return Trace{}, ok, err
	}
	out := Trace{Kind: "claim", Text: fmt.Sprintf("%s (%s): %s, %s. Source: %s", c.Text, c.Kind, c.Verdict, c.Reason, c.Source)}
	if c.SpendYear == "" {
		return out, true, nil
	}
	members, err := table[police.Member](t, "dim_member")
	if err != nil {
		return out, true, err
	}
	year := int32(police.FinancialYear(c.SpendYear).End())
	err = t.values(&out, []string{NetExpenditure, Population}, func(v *police.MeasureValue) bool {
		member := slices.ContainsFunc(members, func(m police.Member) bool { return m.Collaboration == c.Collaboration && m.Force == v.Force })
		return member && v.Force != "" && (v.Measure == NetExpenditure || v.Measure == Population && v.Year == year-1)
	})
	return out, true, err
}

// measuresOf are the measures of several series.
func measuresOf(of []series) []string {
	var out []string
	for _, s := range of {
		out = append(out, s.measure)
	}
	return out
}

// values adds the values of the measures named that keep says, in a stable order.
func (t *Tracer) values(out *Trace, measures []string, keep func(*police.MeasureValue) bool) error {
	if err := t.index(); err != nil {
		return err
	}
	measures = slices.Clone(measures)
	slices.Sort(measures)
	for _, m := range slices.Compact(measures) {
		of := t.byMeasure[m]
		for i := range of {
			if keep(&of[i]) {
				out.Values = append(out.Values, of[i])
			}
		}
	}
	for _, v := range out.Values {
		out.Sources = append(out.Sources, TracedValue{string(v.Force), v.Measure, v.Function, v.Year, v.Period, v.ValueText, v.Unit, v.Source, v.Line})
	}
	return nil
}

// index sorts the values of every measure by function, force and year, once.
func (t *Tracer) index() error {
	if t.byMeasure != nil {
		return nil
	}
	all, err := lake.ReadAll[police.MeasureValue](t.r, "measures")
	if err != nil {
		return err
	}
	t.byMeasure = map[string][]police.MeasureValue{}
	for _, v := range all {
		t.byMeasure[v.Measure] = append(t.byMeasure[v.Measure], v)
	}
	for _, of := range t.byMeasure {
		slices.SortFunc(of, func(a, b police.MeasureValue) int {
			return cmp.Or(cmp.Compare(a.Function, b.Function), cmp.Compare(a.Force, b.Force), cmp.Compare(a.Year, b.Year))
		})
	}
	return nil
}
