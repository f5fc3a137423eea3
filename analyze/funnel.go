package analyze

import (
	"fmt"
	"math"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// countedEvent is a count of events and what it is set against. Money, headcounts and
// severity scores are no counts and have no funnel.
type countedEvent struct {
	measure, period string
	of              string // denominator measure; "": people
	kind            stat.FunnelKind
	scale           float64
	unit, caveat    string
}

var countedEvents = []countedEvent{
	{"recorded_offences_incl_all_codes", "FY_END_MAR", "", stat.FunnelPoisson, 1000, "offences per 1,000 people",
		"offences come in series and recording practice differs: far more spread than chance gives is expected"},
	{"outcomes_charged_summonsed", "FY_END_MAR", "outcomes_recorded_all_types", stat.FunnelBinomial, 100, "per cent of outcomes recorded",
		"outcomes are of crimes recorded in other years too; the mix of offences differs between forces"},
	{"fatal_collisions", "CAL_YEAR", "", stat.FunnelPoisson, 1e5, "fatal collisions per 100,000 people",
		"traffic that passes through isn't in the population"},
	{"fatal_casualties", "CAL_YEAR", "", stat.FunnelPoisson, 1e5, "people killed per 100,000 people",
		"traffic that passes through isn't in the population | several may die in one collision: more spread than chance gives is expected"},
}

// Funnels sets every force's count against the limits of chance about the rate of all
// forces together, with and without London's two forces, for each year at hand.
func (p *Panel) Funnels() []police.FunnelRow {
	var out []police.FunnelRow
	for _, c := range countedEvents {
		for _, y := range p.Years(c.measure, "") {
			for i, set := range sets {
				out = append(out, p.funnel(c, y, set.name, set.keep, i == 0)...)
			}
		}
	}
	return out
}

func (p *Panel) funnel(c countedEvent, year int, set string, keep func(police.ForceCode) bool, whole bool) []police.FunnelRow {
	var forces []police.ForceCode
	var count, denominator []float64
	for _, f := range p.Forces(c.measure, "") {
		k, ok := p.At(c.measure, "", f, year)
		n, known := p.exposure(c, f, year)
		if ok && known && keep(f) {
			forces, count, denominator = append(forces, f), append(count, k), append(denominator, n)
		}
	}
	plot, err := stat.Funnel(count, denominator, c.kind)
	if err != nil || len(forces) < 10 {
		return nil
	}
	against := "people of the mid-year that belongs with it"
	if c.of != "" {
		against = p.Label(c.of, "")
	}
	out := make([]police.FunnelRow, len(forces))
	for i, u := range plot.Units {
		city := ""
		if whole && c.of == "" && forces[i] == cityOfLondon {
			city = "City of London: residents are a fraction of the people policed"
		}
		f := forces[i]
		out[i] = police.FunnelRow{
			FindingID: findingID("funnel", c.measure, fmt.Sprint(year), set, string(f)), Force: f, Measure: c.measure,
			Year: int32(year), Period: yearName(year, c.period), Population: set, Kind: string(c.kind), Unit: c.unit,
			Count: count[i], Denominator: denominator[i], Against: against, N: int32(len(forces)),
			Value: u.Value * c.scale, Centre: plot.Centre * c.scale, Phi: plot.Phi,
			Lo95: u.OverLo95 * c.scale, Hi95: u.OverHi95 * c.scale, Lo998: u.OverLo998 * c.scale, Hi998: u.OverHi998 * c.scale,
			ExactLo95: u.Lo95 * c.scale, ExactHi95: u.Hi95 * c.scale, Z: u.OverZ,
			Method:   "funnel plot after Spiegelhalter 2005: exact " + string(c.kind) + " limits about the rate of all forces of the population, and limits widened by the over-dispersion of winsorised z-scores where it is more than chance gives",
			Warnings: joinWarnings(append([]string{c.caveat, city, p.Break(c.measure, "", f, year)}, plot.Warnings...)...),
		}
	}
	return out
}

// exposure is what a count is set against: people, or another count.
func (p *Panel) exposure(c countedEvent, f police.ForceCode, year int) (float64, bool) {
	if c.of != "" {
		v, ok := p.At(c.of, "", f, year)
		return v, ok && v > 0
	}
	n, _, ok := p.People(f, year, c.period)
	return n, ok && !math.IsNaN(n)
}
