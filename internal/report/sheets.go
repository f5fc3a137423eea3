package report

import (
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// Sheet defines one figure of a force's page, to be checked and signed.
type Sheet struct {
	Title string
	Lines []Fact
}

// sheets defines each kind of figure on a force's page: what it is, its latest value,
// what it isn't, where it comes from.
func (b *book) sheets(f police.Force) []Sheet {
	var out []Sheet
	if t := pick(b.Totals, func(t Total) bool { return t.Payer == police.PayerKey(f.Code) }); len(t) > 0 {
		out = append(out, b.paymentSheets(f, t)...)
	}
	for _, w := range wholeForce {
		if s, ok := b.measureSheet(f, w.measure, w.function); ok {
			out = append(out, s)
		}
	}
	out = append(out, b.functionSheets(f)...)
	return append(out, b.countSheets(f)...)
}

// functionSheets define the budget of each function, of its latest year.
func (b *book) functionSheets(f police.Force) []Sheet {
	rows := pick(b.CostPerHead, func(r police.CostPerHead) bool {
		return r.Force == f.Code && r.Measure == "gre" && r.Function != "" && !strings.HasPrefix(r.Function, "total")
	})
	year := last(rows, func(r police.CostPerHead) string { return r.FinYear })
	var out []Sheet
	for _, fn := range distinct(rows, func(r police.CostPerHead) string { return r.Function }) {
		if s, ok := b.measureSheet(f, "gre", fn); ok && year != "" {
			out = append(out, s)
		}
	}
	return out
}

// countSheets define each count that a funnel draws, of its latest year.
func (b *book) countSheets(f police.Force) []Sheet {
	latest := map[string]police.FunnelRow{}
	for _, r := range b.Funnels {
		if old, ok := latest[r.Measure]; r.Force == f.Code && r.Population == allForces && (!ok || r.Year > old.Year) {
			latest[r.Measure] = r
		}
	}
	var out []Sheet
	for _, id := range distinct(b.Funnels, func(r police.FunnelRow) string { return r.Measure }) {
		r, ok := latest[id]
		if !ok {
			continue
		}
		m := b.measures[id]
		out = append(out, Sheet{Title: b.measure(id), Lines: append([]Fact{
			{"Definition", fmt.Sprintf("%s, set against %s", b.measure(id), r.Against)},
			{"Latest year", fmt.Sprintf("%s: %s over %s, %s %s", r.Period, decimal(r.Count, 0), decimal(r.Denominator, 0), decimal(r.Value, 2), r.Unit)},
		}, caveats(m, r.Warnings, r.FindingID)...)})
	}
	return out
}

func (b *book) paymentSheets(f police.Force, t []Total) []Sheet {
	latest := t[len(t)-1]
	heads := distinct(pick(b.Parts, func(p police.Part) bool { return p.Payer == police.PayerKey(f.Code) }), func(p police.Part) string { return p.AmountHead })
	slices.Sort(heads)
	sheets := []Sheet{{Title: "Payments published", Lines: []Fact{
		{"Definition", "Sum of the amounts of every line over £500 that " + f.Name + " published, by financial year of the publisher’s date; a credit is negative."},
		{"Latest year", fmt.Sprintf("%s: %s as published, %s counting repeated invoice totals once, %s payments", latest.FinYear, pounds(latest.Pence), pounds(latest.PenceOnce), count(latest.Payments))},
		{"Amount’s heading", strings.Join(heads, ", ")},
		{"Is not", "Cost, outturn, or all spending: no pay, no accruals, VAT as published, nothing under £500."},
		{"Trace", "hardyards trace, then the payment’s id: file, sheet and line"},
	}}}
	if x, ok := b.boundOf("fact_flow", string(f.Code)+" "+string(latest.FinYear)); ok {
		sheets = append(sheets, Sheet{Title: "Payments to withheld names", Lines: []Fact{
			{"Definition", "Of the payments published, those to pseudonyms and to names that the publisher withholds."},
			{"What it could do", capital(b.boundSubject(x)) + ": " + boundWords(x)},
			{"How that is reckoned", x.Method},
			{"Trace", "hardyards trace " + x.FindingID},
		}})
	}
	return append(sheets, Sheet{Title: "Payments to police bodies", Lines: []Fact{
		{"Definition", "Of the payments published, those whose payee’s name denotes a police force, its local policing body or a national police body."},
		{"Attribution", "Certain, likely or possible by payer, payee as host, date and category; else no agreement in this register (36 of many more)."},
		{"Is not", "All that is paid to police bodies: payees with withheld names are left out, so that sums are lower bounds."},
		{"Trace", "hardyards trace, then the flow’s id in the table"},
	}})
}

func (b *book) measureSheet(f police.Force, measure, function string) (Sheet, bool) {
	rows := pick(b.CostPerHead, func(r police.CostPerHead) bool {
		return r.Force == f.Code && r.Measure == measure && r.Function == function
	})
	if len(rows) == 0 {
		return Sheet{}, false
	}
	r := slices.MaxFunc(rows, func(x, y police.CostPerHead) int { return strings.Compare(x.FinYear, y.FinYear) })
	m := b.measures[measure]
	return Sheet{Title: b.measure(measureID(measure, function)) + ", a head", Lines: append([]Fact{
		{"Definition", fmt.Sprintf("%s (%s) over the resident population of mid-%d", m.Label, or(m.Basis, "basis not said"), r.PopYear)},
		{"Latest year", fmt.Sprintf("%s: £%s a head (£%s over %s people)", r.FinYear, decimal(r.Nominal, 2), decimal(r.Cost, 0), decimal(r.Population, 0))},
	}, caveats(m, r.Warnings, r.FindingID)...)}, true
}

// caveats are what the sheet of every measure ends with.
func caveats(m police.MeasureDef, warnings, finding string) []Fact {
	return []Fact{
		{"Breaks", or(listed(m.Breaks), "none known")},
		{"Must be known", or(listed(m.Traps), "nothing noted")},
		{"Said with it", or(listed(warnings), "nothing")},
		{"Source", m.Source},
		{"Licence", m.Licence},
		{"Trace", "hardyards trace " + finding},
	}
}
