package ingest

import (
	"slices"
	"strings"

	"hardyards/internal/police"
)

// MeasureEntry is a user's entry of the measure catalogue, [[measure]] in the layout
// that reads the measure: what its values are, and what must be known before they are
// used. docs/measures.md explains the keys.
type MeasureEntry struct {
	ID        string   `toml:"id"`
	Label     string   `toml:"label"`
	Unit      string   `toml:"unit"`
	Kind      string   `toml:"kind"`      // cost, outcome, denominator, workforce, funding
	Direction string   `toml:"direction"` // lower, higher, none (default)
	Period    string   `toml:"period_type"`
	Count     bool     `toml:"is_count"`
	Basis     string   `toml:"basis"` // outturn, budget estimate, statistic, survey, inspection
	Breaks    headings `toml:"breaks"`
	Traps     headings `toml:"traps"`
	// Denominator names the measure that its values are divided by, with its year.
	Denominator string `toml:"denominator"`
	Source      string `toml:"source"`
	Licence     string `toml:"licence"`

	line int // of its [[measure]]
}

var (
	measureKinds      = []string{"cost", "outcome", "denominator", "workforce", "funding"}
	measureDirections = []string{"lower", "higher", "none"}
)

// checkCatalogue checks the entries of a layout; text gives the lines.
func (l *Layout) checkCatalogue(text string) error {
	lines := linesOfTable(text, "measure")
	seen := map[string]bool{}
	for i := range l.Measures {
		m := &l.Measures[i]
		if m.line = 1; i < len(lines) {
			m.line = lines[i]
		}
		fail := func(format string, args ...any) error { return layoutError(l.file, m.line, format, args...) }
		if m.Direction == "" {
			m.Direction = "none"
		}
		switch {
		case l.Yields != "measures":
			return fail("[[measure]] belongs to layouts that yield measures")
		case m.ID == "":
			return fail("measure: id is missing")
		case seen[m.ID]:
			return fail("measure %q stands twice in this layout", m.ID)
		case m.Label == "" || m.Unit == "" || m.Source == "":
			return fail("measure %q needs label, unit and source", m.ID)
		case !slices.Contains(measureKinds, m.Kind):
			return fail("measure %q: kind %q is none of %s", m.ID, m.Kind, strings.Join(measureKinds, ", "))
		case !slices.Contains(measureDirections, m.Direction):
			return fail("measure %q: direction %q is none of %s", m.ID, m.Direction, strings.Join(measureDirections, ", "))
		case !periodTypes[m.Period]:
			return fail("measure %q: period_type %q is none of FY_END_MAR, YE_MAR, AT_31_MAR, AT_30_SEP, MID_YEAR, CAL_YEAR, MONTH, PEEL_CYCLE", m.ID, m.Period)
		}
		seen[m.ID] = true
	}
	return nil
}

// linesOfTable are the lines that open an array of tables, in order.
func linesOfTable(text, name string) []int {
	var out []int
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "[["+name+"]]" {
			out = append(out, i+1)
		}
	}
	return out
}

// Catalogue adds the entries of layouts to a catalogue. A measure that is in it
// already, or in two layouts, is an error that names file and line: two texts may not
// say what one measure is.
func Catalogue(known []police.MeasureDef, layouts []Layout) ([]police.MeasureDef, error) {
	out := slices.Clone(known)
	at := map[string]string{}
	for _, d := range known {
		at[d.ID] = "the embedded catalogue"
	}
	for _, l := range layouts {
		for _, m := range l.Measures {
			if where := at[m.ID]; where != "" {
				return nil, layoutError(l.file, m.line, "measure %q is in %s already", m.ID, where)
			}
			at[m.ID] = l.file
			out = append(out, m.def())
		}
	}
	return out, nil
}

func (m MeasureEntry) def() police.MeasureDef {
	traps := slices.Clone([]string(m.Traps))
	if m.Denominator != "" {
		traps = append(traps, "denominator: "+m.Denominator)
	}
	licence := m.Licence
	if licence == "" {
		licence = "unknown"
	}
	return police.MeasureDef{ID: m.ID, Label: m.Label, Unit: m.Unit, Kind: m.Kind, Direction: m.Direction, Period: m.Period, Count: m.Count,
		Basis: m.Basis, Breaks: strings.Join(m.Breaks, " | "), Traps: strings.Join(traps, " | "), Source: m.Source, Licence: licence}
}
