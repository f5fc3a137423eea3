package analyze

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"hardyards/internal/police"
)

// Ids of measures that the analysis itself needs, as in the catalogue.
const (
	NetExpenditure = "net_expenditure"         // total service expenditure
	NetRevenue     = "net_revenue_expenditure" // funded from grant, tax, reserves
	FunctionGross  = "gre"                     // gross budget of a function
	TotalFunctions = "total_excl_national"     // Function of the sum without national policing
	Population     = "population"
	Officers       = "fte_officers"
	CrimeSeverity  = "crime_severity_score"
	DeflatorFY     = "gdp_deflator_mean_of_quarters"
)

// Forces that aren't comparable a head: the City's residents are a fraction of the
// people it polices; the Met holds national functions.
const (
	metropolitan police.ForceCode = "E23000001"
	cityOfLondon police.ForceCode = "E23000034"
)

// Panel indexes values of measures by measure, function, force and year.
type Panel struct {
	values   map[cell]police.MeasureValue
	years    map[series][]int
	forces   map[series][]police.ForceCode
	defs     map[string]police.MeasureDef
	names    map[police.ForceCode]string
	codes    []police.ForceCode
	deflator map[int]float64
	steps    sync.Map // measure id → years of unexplained steps by force
}

type series struct{ measure, function string }

type cell struct {
	series
	force police.ForceCode
	year  int
}

// NewPanel indexes values. Two published values of one cell are an error, since
// nothing here says which counts.
func NewPanel(values []police.MeasureValue, defs []police.MeasureDef, forces []police.Force) (*Panel, error) {
	p := &Panel{
		values: map[cell]police.MeasureValue{}, years: map[series][]int{}, forces: map[series][]police.ForceCode{},
		defs: map[string]police.MeasureDef{}, names: map[police.ForceCode]string{}, deflator: map[int]float64{},
	}
	for _, d := range defs {
		p.defs[d.ID] = d
	}
	for _, f := range forces {
		p.names[f.Code] = f.Name
		p.codes = append(p.codes, f.Code)
	}
	slices.Sort(p.codes)
	for _, v := range values {
		if err := p.add(v); err != nil {
			return nil, err
		}
	}
	p.index()
	return p, nil
}

func (p *Panel) add(v police.MeasureValue) error {
	if math.IsNaN(v.Value) || v.State == "suppressed" || v.State == "missing" {
		return nil
	}
	if v.Measure == DeflatorFY && v.Period == "FY_END_MAR" {
		p.deflator[int(v.Year)] = v.Value
		return nil
	}
	c := cell{series{v.Measure, v.Function}, v.Force, int(v.Year)}
	if had, ok := p.values[c]; ok && had.Value != v.Value {
		return fmt.Errorf("measure %s %s of %s in %d has two values: %s (%s) and %s (%s)",
			v.Measure, v.Function, v.Force, v.Year, had.ValueText, had.Source, v.ValueText, v.Source)
	}
	p.values[c] = v
	return nil
}

func (p *Panel) index() {
	for c := range p.values {
		p.years[c.series] = append(p.years[c.series], c.year)
		p.forces[c.series] = append(p.forces[c.series], c.force)
	}
	for s := range p.years {
		slices.Sort(p.years[s])
		p.years[s] = slices.Compact(p.years[s])
		slices.Sort(p.forces[s])
		p.forces[s] = slices.Compact(p.forces[s])
	}
}

// Years lists the years in which a measure has any value.
func (p *Panel) Years(measure, function string) []int { return p.years[series{measure, function}] }

// Forces lists the forces that have any value of a measure.
func (p *Panel) Forces(measure, function string) []police.ForceCode {
	return p.forces[series{measure, function}]
}

// Functions lists the functions a measure has values of, sorted.
func (p *Panel) Functions(measure string) []string {
	var out []string
	for s := range p.years {
		if s.measure == measure && s.function != "" {
			out = append(out, s.function)
		}
	}
	slices.Sort(out)
	return out
}

// At gives a value as published.
func (p *Panel) At(measure, function string, force police.ForceCode, year int) (float64, bool) {
	v, ok := p.values[cell{series{measure, function}, force, year}]
	return v.Value, ok
}

// Pounds gives a value of a money measure in pounds.
func (p *Panel) Pounds(measure, function string, force police.ForceCode, year int) (float64, bool) {
	v, ok := p.values[cell{series{measure, function}, force, year}]
	if strings.Contains(strings.ToLower(v.Unit), "thousand") {
		return v.Value * 1000, ok
	}
	return v.Value, ok
}

// Break gives the known break of a value, if any.
func (p *Panel) Break(measure, function string, force police.ForceCode, year int) string {
	return p.values[cell{series{measure, function}, force, year}].Break
}

// PopulationYear is the mid-year whose population belongs with a value: 31 March
// Y, year ending March Y and financial year ending Y go with mid-(Y−1).
func PopulationYear(year int, period string) int {
	switch period {
	case "AT_31_MAR", "YE_MAR", "FY_END_MAR":
		return year - 1
	}
	return year
}

// People gives the population that belongs with a value of a year and period. No
// year is filled in from its neighbours: 2021 to 2023 are absent.
func (p *Panel) People(force police.ForceCode, year int, period string) (float64, int, bool) {
	y := PopulationYear(year, period)
	v, ok := p.At(Population, "", force, y)
	return v, y, ok && v > 0
}

// Real turns pounds of financial year ending year into prices of the year ending
// base, by the mean of quarters of the GDP deflator.
func (p *Panel) Real(pounds float64, year, base int) (float64, bool) {
	d, ok := p.deflator[year]
	b, okBase := p.deflator[base]
	if !ok || !okBase || d <= 0 {
		return math.NaN(), false
	}
	return pounds * b / d, true
}

// Label gives the catalogue's name of a measure, with its function.
func (p *Panel) Label(measure, function string) string {
	label := measure
	if d, ok := p.defs[measure]; ok && d.Label != "" {
		label = d.Label
	}
	if function != "" {
		label += ", " + strings.ReplaceAll(function, "_", " ")
	}
	return label
}

// Name gives a force's name, or its code.
func (p *Panel) Name(force police.ForceCode) string {
	if n := p.names[force]; n != "" {
		return n
	}
	return string(force)
}

// yearName writes the year a measure's value belongs to: 2017-18 for a financial
// year, 2018 for a calendar one.
func yearName(year int, period string) string {
	switch period {
	case "FY_END_MAR":
		return string(police.FinancialYearStarting(year - 1))
	case "YE_MAR":
		return fmt.Sprintf("year to March %d", year)
	case "AT_31_MAR":
		return fmt.Sprintf("31 March %d", year)
	}
	return fmt.Sprint(year)
}

func codesText(codes []police.ForceCode) string {
	s := make([]string, len(codes))
	for i, c := range codes {
		s[i] = string(c)
	}
	return strings.Join(s, "|")
}

// findingID makes the stable id that trace takes: a short word for the kind and
// the natural key.
func findingID(kind string, key ...string) string {
	return fmt.Sprintf("%s-%010x", kind, uint64(police.Key(key...))&0xffffffffff)
}
