package analyze

import "hardyards/internal/police"

// PairedFigures are one force's two figures in one year, as a correlation across forces
// took them: the dots behind a row of the table association.
type PairedFigures struct {
	Cost, Outcome string // as in the table association
	FinYear       police.FinancialYear
	Force         police.ForceCode
	PerHead       float64 // cost in pounds a head, nominal
	Value         float64 // outcome
	Unit          string  // unit of Value
	OutcomeYear   int32   // year of the outcome, which for calendar years is the one before
	Period        string  // what the year of the outcome means
	Ordinal       bool    // Value is a grade: its distances mean nothing
}

// Paired gives the pairs of figures behind every association across forces: each cost
// with each outcome it is set beside, in each year with both, forces in order.
func (p *Panel) Paired() []PairedFigures {
	var out []PairedFigures
	for _, c := range associationCosts {
		for _, o := range outcomesTested {
			if !o.beside(c) {
				continue
			}
			for _, y := range p.Years(c.measure, c.function) {
				out = append(out, p.pairedIn(c, o, y)...)
			}
		}
	}
	return out
}

func (p *Panel) pairedIn(c series, o outcome, year int) []PairedFigures {
	q := p.pairs(c, o, year, sets[0].keep)
	cost := p.association(c, o, "", "", "", "", 0).Cost
	var out []PairedFigures
	for i, f := range q.forces {
		out = append(out, PairedFigures{
			Cost: cost, Outcome: o.id(), FinYear: police.FinancialYear(yearName(year, "FY_END_MAR")), Force: f,
			PerHead: q.cost[i], Value: q.outcome[i], Unit: p.outcomeUnit(o), OutcomeYear: int32(year - o.lag), Period: o.period, Ordinal: o.ordinal,
		})
	}
	return out
}

// outcomeUnit says in what an outcome's values are given.
func (p *Panel) outcomeUnit(o outcome) string {
	switch {
	case o.less != nil:
		return "£ a head"
	case o.perHead:
		return "per 1,000 people"
	case o.ordinal:
		return "grade 1 to 4, 4 is outstanding"
	}
	return "score"
}
