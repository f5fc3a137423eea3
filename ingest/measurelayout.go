package ingest

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"hardyards/internal/police"
)

// MeasureTable says how one kind of sheet, member or text of an official file is
// read into values of measures. Each row, or each cell of it, is a value whose force,
// measure, function and year come from a column, from the heading of the value's
// column, or from a constant. docs/measures.md explains the keys with examples.
type MeasureTable struct {
	Name       string   `toml:"name"`
	Parts      []string `toml:"parts"`       // sheets or members it is meant for, with * and ?; empty: any
	Header     headings `toml:"header"`      // headings that the header holds, with *; needed
	HeaderRows int      `toml:"header_rows"` // records that make the header; 0 is 1

	Force      *ForceColumn `toml:"force"` // nil: the headings name forces, or the table is of the whole country
	Year       int          `toml:"year"`  // of all values
	YearFrom   string       `toml:"year_column"`
	YearForm   string       `toml:"year_form"`    // end, start, month or year: see yearForms
	YearInName bool         `toml:"year_in_name"` // the year stands in the name of the file or member
	YearShift  int          `toml:"year_shift"`   // added to the year in the name: 1 where a profile of 2014 tells of 2014-15
	Period     string       `toml:"period_type"`  // of all values; needed
	Unit       string       `toml:"unit"`
	Measure    string       `toml:"measure"`
	MeasureOf  string       `toml:"measure_column"`
	Measures   cellMap      `toml:"measures"` // cells of measure_column → measures
	Function   string       `toml:"function"`
	FuncFrom   string       `toml:"function_column"`
	Functions  cellMap      `toml:"functions"` // cells of function_column → functions; empty: the cells themselves

	Where    map[string]headings `toml:"where"`     // column → cells of rows that count
	WhereNot map[string]headings `toml:"where_not"` // column → cells of rows that don't
	// PartMeasures: sheet or member (with *) → measure, where each is a table of one.
	PartMeasures map[string]string `toml:"part_measures"`
	Combine      string            `toml:"combine"` // sum: rows of one force, measure and year are added up
	// AbsentIsNone: a force that has rows, but none of a measure of measures, has 0 of it.
	AbsentIsNone bool              `toml:"absent_is_none"`
	Markers      map[string]string `toml:"markers"` // cell → missing, suppressed, zero: beyond the usual ones

	Values []ValueColumn  `toml:"value"`
	Derive []DerivedValue `toml:"derive"`
	Also   []AlsoValue    `toml:"also"`
}

// ForceColumn is the column that says which force a row is of.
type ForceColumn struct {
	Column string `toml:"column"`
	// By is code (ONS), name, slug, stats19, or area: the code of a local authority,
	// which transform joins to its force by a lookup.
	By      string            `toml:"by"`
	Pattern string            `toml:"pattern"` // regular expression; its group is the cell's part that counts
	Strip   []string          `toml:"strip"`   // endings that name the body, not the force
	Names   map[string]string `toml:"names"`   // further spellings → slug
	Ignore  []string          `toml:"ignore"`  // what is rightly no force, with *: rows are excluded
	// RegionAbove: where a region stands above its forces, the first of two rows called
	// West Midlands is the region.
	RegionAbove bool `toml:"region_above"`

	// Linked: groups of the pattern that don't settle the force. The whole cell then
	// names the incident, and transform joins it to its force by the file that says so.
	Linked []string `toml:"linked"`

	pattern *regexp.Regexp
}

// ValueColumn is a column of values, or several of one pattern.
type ValueColumn struct {
	// Heading is the column's, with * for any text and {year}, {force} for a part that
	// says so; #5 is the fifth column. Empty with Count: every row counts one.
	Heading  string              `toml:"heading"`
	Count    bool                `toml:"count"`
	Measure  string              `toml:"measure"`
	Function string              `toml:"function"`
	Year     int                 `toml:"year"`
	Period   string              `toml:"period_type"`
	Unit     string              `toml:"unit"`
	Where    map[string]headings `toml:"where"`
	FuncFrom string              `toml:"function_column"` // whose cells are the function

	pattern *regexp.Regexp
	groups  []string
}

// DerivedValue is a sum of values of one force and year: of several measures, or of
// several functions of each measure.
type DerivedValue struct {
	Measure  string   `toml:"measure"`
	Function string   `toml:"function"`
	Terms    []string `toml:"terms"` // measures or functions to add; one with a leading - is subtracted
}

// AlsoValue is a value the file lacks, with its own source: successors of a lookup's
// local authorities.
type AlsoValue struct {
	Force    string  `toml:"force"` // slug
	Function string  `toml:"function"`
	Value    float64 `toml:"value"`
	Source   string  `toml:"source"`
}

// cellMap maps cells to words, whatever their case and spacing.
type cellMap map[string]string

func (m cellMap) plain() map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[plainHeading(k)] = v
	}
	return out
}

// checkMeasures checks a layout that yields measures.
func (l *Layout) checkMeasures(fail func(key, format string, args ...any) error) error {
	switch {
	case len(l.Tables) == 0:
		return fail("yields", "a layout that yields measures needs a [[table]]")
	case len(l.Files) == 0:
		return fail("yields", "a layout that yields measures needs files = [\"pattern\"]: tables are known by their file's name")
	case len(l.Headers) > 0 || l.Retabulated != nil:
		return fail("header", "[[header]] and [retabulated] belong to layouts that yield payments")
	}
	for i := range l.Tables {
		if err := l.Tables[i].check(); err != nil {
			return fail("table", "table %d: %v", i+1, err)
		}
	}
	return l.checkFiles(fail)
}

func (l *Layout) checkFiles(fail func(key, format string, args ...any) error) error {
	for _, f := range l.Files {
		if _, err := path.Match(strings.ToLower(f), ""); err != nil {
			return fail("files", "%q is no pattern: %v", f, err)
		}
	}
	return nil
}

var periodTypes = map[string]bool{"FY_END_MAR": true, "YE_MAR": true, "AT_31_MAR": true, "MID_YEAR": true, "CAL_YEAR": true,
	"PEEL_CYCLE": true, "MONTH": true, "AT_30_SEP": true}

func (t *MeasureTable) check() error {
	if t.HeaderRows == 0 {
		t.HeaderRows = 1
	}
	switch {
	case len(t.Header) == 0:
		return fmt.Errorf("header is missing: name a heading or two by which the table is known")
	case t.HeaderRows < 1 || t.HeaderRows > 9:
		return fmt.Errorf("header_rows must be 1 to 9")
	case len(t.Values) == 0:
		return fmt.Errorf("it has no [[table.value]]")
	case t.Combine != "" && t.Combine != "sum":
		return fmt.Errorf("combine %q is not sum", t.Combine)
	case t.YearForm != "" && yearForms[t.YearForm] == nil:
		return fmt.Errorf("year_form %q is none of end, start, month, year", t.YearForm)
	}
	if t.AbsentIsNone && (t.Combine != "sum" || len(t.Measures) == 0) {
		return fmt.Errorf("absent_is_none needs combine = \"sum\" and measures")
	}
	for marker, state := range t.Markers {
		if state != police.StateMissing && state != police.StateSuppressed && state != zeroMarker {
			return fmt.Errorf("marker %q: %q is none of missing, suppressed, zero", marker, state)
		}
	}
	if t.Force != nil {
		if err := t.Force.check(); err != nil {
			return err
		}
	}
	for i := range t.Values {
		if err := t.Values[i].check(t); err != nil {
			return fmt.Errorf("value %d: %w", i+1, err)
		}
	}
	for _, d := range t.Derive {
		if (d.Measure == "") == (d.Function == "") || len(d.Terms) == 0 {
			return fmt.Errorf("derive needs measure or function, and terms")
		}
	}
	return nil
}

func (f *ForceColumn) check() (err error) {
	switch f.By {
	case "code", "name", "slug", "stats19", "area":
	default:
		return fmt.Errorf("force: by %q is none of code, name, slug, stats19, area", f.By)
	}
	if f.Column == "" {
		return fmt.Errorf("force: column is missing")
	}
	if f.Pattern != "" {
		if f.pattern, err = regexp.Compile(f.Pattern); err != nil {
			return fmt.Errorf("force: pattern: %w", err)
		}
		if f.pattern.NumSubexp() != 1 {
			return fmt.Errorf("force: pattern needs one group in parentheses")
		}
	}
	return nil
}

func (v *ValueColumn) check(t *MeasureTable) error {
	period := v.Period
	if period == "" {
		period = t.Period
	}
	switch {
	case v.Heading == "" && !v.Count:
		return fmt.Errorf("heading is missing (or count = true)")
	case !periodTypes[period]:
		return fmt.Errorf("period_type %q is none of FY_END_MAR, YE_MAR, AT_31_MAR, AT_30_SEP, MID_YEAR, CAL_YEAR, MONTH, PEEL_CYCLE", period)
	case v.Measure == "" && t.Measure == "" && t.MeasureOf == "" && len(t.PartMeasures) == 0:
		return fmt.Errorf("measure is missing, here or in the table")
	}
	var err error
	v.pattern, v.groups, err = headingPattern(v.Heading)
	if err != nil {
		return err
	}
	year := v.Year != 0 || t.Year != 0 || t.YearFrom != "" || t.YearInName
	for _, g := range v.groups {
		year = year || g == "year"
	}
	if !year {
		return fmt.Errorf("nothing says the year: year, year_column, year_in_name, or {year} in heading")
	}
	return nil
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}|\*`)

// headingPattern compiles a heading with * and {year}, {force}.
func headingPattern(heading string) (*regexp.Regexp, []string, error) {
	var out strings.Builder
	var groups []string
	out.WriteString("(?i)^")
	rest := plainHeading(heading)
	for {
		at := placeholder.FindStringIndex(rest)
		if at == nil {
			break
		}
		out.WriteString(regexp.QuoteMeta(rest[:at[0]]))
		switch p := rest[at[0]:at[1]]; p {
		case "*":
			out.WriteString(".*?")
		case "{year}", "{force}":
			groups = append(groups, strings.Trim(p, "{}"))
			out.WriteString("(.+?)")
		default:
			return nil, nil, fmt.Errorf("heading: %s is neither {year} nor {force}", p)
		}
		rest = rest[at[1]:]
	}
	out.WriteString(regexp.QuoteMeta(rest) + "$")
	re, err := regexp.Compile(out.String())
	return re, groups, err
}
