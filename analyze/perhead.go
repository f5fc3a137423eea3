package analyze

import (
	"math"

	"hardyards/internal/police"
)

// costSeries are the money measures that are a cost: outturn of the 37
// single-purpose police bodies, and budget estimates by function. Council tax and
// grants are funding, the Police services line alone is no force's cost.
func (p *Panel) costSeries() []series {
	out := []series{{NetExpenditure, ""}, {NetRevenue, ""}}
	for _, f := range p.Functions(FunctionGross) {
		out = append(out, series{FunctionGross, f})
	}
	return out
}

// BaseYear is the year of prices of every real figure: the last year of outturn.
func (p *Panel) BaseYear() int {
	y := p.Years(NetExpenditure, "")
	if len(y) == 0 {
		y = p.Years(FunctionGross, TotalFunctions)
	}
	if len(y) == 0 {
		return 0
	}
	return y[len(y)-1]
}

// CostPerHead gives every cost measure a head of the resident population, nominal
// and in prices of BaseYear, for every force and year that has both.
func (p *Panel) CostPerHead() []police.CostPerHead {
	base := p.BaseYear()
	var out []police.CostPerHead
	for _, s := range p.costSeries() {
		for _, f := range p.Forces(s.measure, s.function) {
			for _, y := range p.Years(s.measure, s.function) {
				if row, ok := p.costPerHead(s, f, y, base); ok {
					out = append(out, row)
				}
			}
		}
	}
	return out
}

func (p *Panel) costPerHead(s series, f police.ForceCode, year, base int) (police.CostPerHead, bool) {
	pounds, ok := p.Pounds(s.measure, s.function, f, year)
	people, popYear, known := p.People(f, year, "FY_END_MAR")
	if !ok || !known {
		return police.CostPerHead{}, false
	}
	real, ok := p.Real(pounds/people, year, base)
	if !ok {
		real = math.NaN()
	}
	fy := string(police.FinancialYearStarting(year - 1))
	return police.CostPerHead{
		FindingID: findingID("cost", s.measure, s.function, string(f), fy),
		Force:     f, Measure: s.measure, Function: s.function, FinYear: fy,
		Cost: pounds, Population: people, PopYear: int32(popYear),
		Nominal: pounds / people, Real: real,
		BaseYear: string(police.FinancialYearStarting(base - 1)),
		Warnings: p.costWarnings(s, f, year),
	}, true
}

func (p *Panel) costWarnings(s series, f police.ForceCode, year int) string {
	var w []string
	if s.measure == FunctionGross {
		w = append(w, "budget estimate, not outturn", "a host's figure holds the whole joint unit, a partner's one recharge")
	}
	if s.measure == NetExpenditure || s.measure == NetRevenue {
		w = append(w, "grant-funded national work swings single forces: read service and net revenue expenditure together")
	}
	if f == cityOfLondon {
		w = append(w, "City of London: residents are a fraction of the people policed")
	}
	if f == metropolitan {
		w = append(w, "Metropolitan Police: holds national functions")
	}
	if b := p.Break(s.measure, s.function, f, year); b != "" {
		w = append(w, b)
	}
	return joinWarnings(w...)
}
