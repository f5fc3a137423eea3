package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"hardyards/ingest/source"
	"hardyards/internal/police"
)

// valueSlot is a column of one of the layout's values, with what its heading says.
type valueSlot struct {
	rule   *ValueColumn
	column int // −1: counts rows
	funcOf int // column of the function; −1: none
	force  police.ForceCode
	year   int
	where  []rowChoice
}

// rowChoice is a column and the cells (in plain form) that are chosen by it.
type rowChoice struct {
	column   int
	name     string
	cells    map[string]bool
	patterns []string // those with *
}

func (c rowChoice) holds(cells [][]byte) bool {
	cell := plainHeading(string(cellAt(cells, c.column)))
	if c.cells[cell] {
		return true
	}
	for _, p := range c.patterns {
		if globMatch(p, cell) {
			return true
		}
	}
	return false
}

// measureKey is what makes two values one.
type measureKey struct {
	force             police.ForceCode
	measure, function string
	year              int
	period            string
}

// measureEntry gathers what is known of one value.
type measureEntry struct {
	cell   measureCell // of a single value
	sum    exactSum
	text   string
	unit   string
	line   int32
	column int
}

// tableReader reads the records of one part. It accounts for every record after the
// header: used (it gave a value, missing ones included), excluded or rejected.
type tableReader struct {
	m      *measureReading
	p      *measurePart
	t      *MeasureTable
	forces *forceReader

	force, year, measure, function int // columns; −1: none
	measures, functions            map[string]string
	where, whereNot                []rowChoice
	slots                          []valueSlot
	picked                         []*valueSlot // of the record being read
	yearOf                         func(string) (int, bool)

	entries  map[measureKey]*measureEntry
	reasons  map[string]*police.Reject
	warnings []string
}

func newTableReader(m *measureReading, p *measurePart) (*tableReader, error) {
	r := &tableReader{m: m, p: p, t: p.table, force: -1, year: -1, measure: -1, function: -1,
		measures: p.table.Measures.plain(), functions: p.table.Functions.plain(), yearOf: yearForms[p.table.YearForm],
		entries: map[measureKey]*measureEntry{}, reasons: map[string]*police.Reject{}}
	var err error
	if r.forces, err = newForceReader(m.book, p.table.Force); err != nil {
		return nil, err
	}
	if err := r.findColumns(); err != nil {
		return nil, err
	}
	if r.where, err = r.choices(p.table.Where); err != nil {
		return nil, err
	}
	if r.whereNot, err = r.choices(p.table.WhereNot); err != nil {
		return nil, err
	}
	return r, r.findSlots()
}

func (r *tableReader) findColumns() error {
	var errs []error
	find := func(name string, to *int) {
		if name != "" {
			var err error
			*to, err = r.p.header.need(name)
			errs = append(errs, err)
		}
	}
	if r.t.Force != nil {
		find(r.t.Force.Column, &r.force)
	}
	find(r.t.YearFrom, &r.year)
	find(r.t.MeasureOf, &r.measure)
	find(r.t.FuncFrom, &r.function)
	return errors.Join(errs...)
}

func (r *tableReader) choices(of map[string]headings) ([]rowChoice, error) {
	var out []rowChoice
	for _, name := range slices.Sorted(maps.Keys(of)) {
		i, err := r.p.header.need(name)
		if err != nil {
			return nil, err
		}
		c := rowChoice{column: i, name: name, cells: map[string]bool{}}
		for _, cell := range of[name] {
			if strings.Contains(cell, "*") {
				c.patterns = append(c.patterns, plainHeading(cell))
			} else {
				c.cells[plainHeading(cell)] = true
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// findSlots finds the columns of values. A heading whose part for the year is none,
// or whose force is rightly none, is no value; one of an unknown force is told.
func (r *tableReader) findSlots() error {
	nameYear := 0
	if r.t.YearInName {
		var ok bool
		if nameYear, ok = yearInName(r.p.part.Name()); !ok {
			nameYear, ok = yearInName(path.Base(r.m.in.Name))
		}
		if !ok {
			return fmt.Errorf("neither %s nor %s names one year", r.p.part.Name(), path.Base(r.m.in.Name))
		}
		nameYear += r.t.YearShift
	}
	for i := range r.t.Values {
		rule := &r.t.Values[i]
		where, err := r.choices(rule.Where)
		if err != nil {
			return err
		}
		funcOf := -1
		if rule.FuncFrom != "" {
			if funcOf, err = r.p.header.need(rule.FuncFrom); err != nil {
				return err
			}
		}
		if rule.Count && rule.Heading == "" {
			r.slots = append(r.slots, valueSlot{rule: rule, column: -1, funcOf: funcOf, where: where, year: cmp.Or(rule.Year, r.t.Year, nameYear)})
			continue
		}
		n := len(r.slots)
		for c := range r.p.header.cells {
			said, ok := rule.matches(&r.p.header, c)
			if !ok || c == r.force || c == r.year || c == r.measure || c == r.function {
				continue
			}
			s := valueSlot{rule: rule, column: c, funcOf: funcOf, where: where, year: cmp.Or(rule.Year, r.t.Year, nameYear)}
			if text, ok := said["year"]; ok {
				if s.year, ok = r.yearOf(text); !ok {
					continue
				}
			}
			if text, ok := said["force"]; ok {
				f := r.forces.of(text)
				if f.reason != "" {
					r.warnings = append(r.warnings, fmt.Sprintf("column %d is headed %q: %s, not read", c+1, r.p.header.cells[c], f.reason))
				}
				if s.force = f.force; s.force == "" {
					continue
				}
			}
			r.slots = append(r.slots, s)
		}
		if len(r.slots) == n {
			return fmt.Errorf("no column is headed %q (headings: %s)", rule.Heading, strings.Join(r.p.header.cells, "; "))
		}
	}
	return nil
}

func (r *tableReader) batch(b *source.Batch) error {
	for i := range b.Records {
		rec := &b.Records[i]
		if rec.First <= r.p.header.last {
			continue
		}
		r.p.ledger.RowsRead++
		r.record(rec)
	}
	return nil
}

// why is what becomes of a record that gives no value.
type why struct{ kind, reason, column, detail string }

func excluded(reason, column string) *why { return &why{police.Exclusion, reason, column, ""} }

func rejected(reason, column, detail string) *why {
	return &why{police.Rejection, reason, column, detail}
}

// pending is a value of a record, kept once the whole record is understood.
type pending struct {
	key  measureKey
	slot *valueSlot
	cell measureCell
	text string
}

func (r *tableReader) record(rec *source.Record) {
	values, no := r.understand(rec.Cells)
	if no == nil {
		no = r.collision(values)
	}
	if no != nil {
		r.drop(rec, no)
		return
	}
	r.p.ledger.Used++
	for i := range values {
		r.keep(&values[i], rec)
	}
}

// understand reads a record: its values, or why it gives none.
func (r *tableReader) understand(cells [][]byte) ([]pending, *why) {
	if blankCells(cells) {
		return nil, excluded("blank", "")
	}
	for _, c := range r.where {
		if !c.holds(cells) {
			return nil, excluded("not of the layout's choice", c.name)
		}
	}
	for _, c := range r.whereNot {
		if c.holds(cells) {
			return nil, excluded("not of the layout's choice", c.name)
		}
	}
	chosen, filled := r.chosen(cells)
	if len(chosen) == 0 {
		return nil, excluded("not of the layout's choice", "")
	}
	if !filled {
		return nil, excluded("no value in the row", "")
	}
	base, no := r.base(cells)
	if no != nil {
		return nil, no
	}
	return r.valuesOf(cells, base, chosen)
}

func blankCells(cells [][]byte) bool {
	for _, c := range cells {
		if len(trimText(c)) > 0 {
			return false
		}
	}
	return true
}

// chosen gives the columns of values that the row is chosen for, and whether any of
// them is filled: notes below a table fill none.
func (r *tableReader) chosen(cells [][]byte) (out []*valueSlot, filled bool) {
	out = r.picked[:0]
	for i := range r.slots {
		s := &r.slots[i]
		if !s.chosen(cells) {
			continue
		}
		out = append(out, s)
		filled = filled || s.column < 0 || len(trimText(cellAt(cells, s.column))) > 0
	}
	r.picked = out
	return out, filled
}

// base reads what the row says of all its values.
func (r *tableReader) base(cells [][]byte) (k measureKey, no *why) {
	text := func(column int) string { return tidyCell(string(cellAt(cells, column))) }
	k = measureKey{measure: cmp.Or(r.t.partMeasure(r.p.part.Name()), r.t.Measure), function: r.t.Function, year: r.t.Year, period: r.t.Period}
	if r.measure >= 0 {
		if k.measure, no = mapped(text(r.measure), r.measures, r.t.Measure, r.t.MeasureOf); no != nil {
			return k, no
		}
	}
	if r.function >= 0 {
		if k.function, no = mapped(text(r.function), r.functions, r.t.Function, r.t.FuncFrom); no != nil {
			return k, no
		}
	}
	if r.force >= 0 {
		switch f := r.forces.of(string(cellAt(cells, r.force))); {
		case f.none != "":
			return k, excluded(f.none, r.t.Force.Column)
		case f.reason != "":
			return k, rejected(f.reason, r.t.Force.Column, text(r.force))
		default:
			k.force = f.force
		}
	}
	if r.year >= 0 {
		y, ok := r.yearOf(text(r.year))
		if !ok {
			return k, rejected("unreadable year", r.t.YearFrom, text(r.year))
		}
		k.year = y
	}
	return k, nil
}

// mapped gives the word for a cell: by the layout's map, which also chooses rows; or
// the cell itself, as a slug in the place of {slug} of a pattern.
func mapped(cell string, words map[string]string, pattern, column string) (string, *why) {
	if len(words) > 0 {
		w, ok := words[plainHeading(cell)]
		if !ok {
			return "", excluded("not of the layout's choice", column)
		}
		return w, nil
	}
	if cell == "" {
		return "", rejected("blank cell", column, "")
	}
	if strings.Contains(pattern, "{slug}") {
		return strings.ReplaceAll(pattern, "{slug}", wordSlug(cell)), nil
	}
	return cell, nil
}

func wordSlug(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') })
	return strings.Join(words, "_")
}

func (r *tableReader) valuesOf(cells [][]byte, base measureKey, slots []*valueSlot) ([]pending, *why) {
	out := make([]pending, 0, len(slots))
	for _, s := range slots {
		v := pending{key: s.key(base), slot: s, cell: measureCell{whole: 1, value: 1, isWhole: true, ok: true}, text: "1"}
		if s.funcOf >= 0 {
			v.key.function = tidyCell(string(cellAt(cells, s.funcOf)))
		}
		if s.column >= 0 {
			v.text = strings.Trim(string(cellAt(cells, s.column)), " \t\r\n\u00a0")
			if v.cell = readMeasureCell(v.text, r.t.Markers); !v.cell.ok {
				return nil, rejected("unreadable value", r.p.header.cells[s.column], v.text)
			}
		}
		out = append(out, v)
	}
	return out, nil
}

func (s *valueSlot) chosen(cells [][]byte) bool {
	for _, c := range s.where {
		if !c.holds(cells) {
			return false
		}
	}
	return true
}

func (s *valueSlot) key(k measureKey) measureKey {
	k.force = cmp.Or(s.force, k.force)
	k.year = cmp.Or(s.rule.Year, k.year, s.year)
	k.measure = cmp.Or(s.rule.Measure, k.measure)
	k.function = cmp.Or(s.rule.Function, k.function)
	k.period = cmp.Or(s.rule.Period, k.period)
	return k
}

// collision reports a value that an earlier row gave already, where rows aren't added
// up: an unmarked region of the same name, or a table read with too few columns.
func (r *tableReader) collision(values []pending) *why {
	if r.t.Combine == "sum" {
		return nil
	}
	for _, v := range values {
		if e := r.entries[v.key]; e != nil {
			return rejected("a second value of the same force, measure and year", "",
				fmt.Sprintf("%s %s %d: %s; line %d has %s", v.key.force, v.key.measure, v.key.year, v.text, e.line, e.text))
		}
	}
	return nil
}

func (r *tableReader) keep(v *pending, rec *source.Record) {
	e := r.entries[v.key]
	if e == nil {
		e = &measureEntry{cell: v.cell, text: v.text, unit: cmp.Or(v.slot.rule.Unit, r.t.Unit), line: rec.First, column: v.slot.column}
		r.entries[v.key] = e
	}
	if r.t.Combine == "sum" {
		e.sum.add(v.cell)
	}
}

// drop accounts for a record without a value; records of one reason share an entry.
func (r *tableReader) drop(rec *source.Record, no *why) {
	if no.kind == police.Rejection {
		r.p.ledger.Rejections++
	} else {
		r.p.ledger.Exclusions++
	}
	k := strings.Join([]string{no.kind, no.reason, no.column, no.detail}, "\x00")
	e := r.reasons[k]
	if e == nil {
		e = &police.Reject{PartID: r.p.id, LineFirst: rec.First, Kind: no.kind, Reason: no.reason, Column: no.column, Detail: no.detail, Raw: rawOf(rec)}
		r.reasons[k] = e
	}
	e.LineLast = rec.Last
	e.Rows++
}

func rawOf(rec *source.Record) string {
	const most = 2000 // a matrix may be wide; the line is named
	raw := string(rec.Raw)
	if rec.Raw == nil {
		var cells []string
		for _, c := range rec.Cells {
			cells = append(cells, string(c))
		}
		raw = strings.Join(cells, "\t")
	}
	if len(raw) > most {
		raw = strings.ToValidUTF8(raw[:most], "") + "…"
	}
	return raw
}

func (r *tableReader) rejects() []police.Reject {
	out := make([]police.Reject, 0, len(r.reasons))
	for _, e := range r.reasons {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b police.Reject) int { return cmp.Compare(a.LineFirst, b.LineFirst) })
	return out
}

// finish makes the values, those derived and added by the layout among them, in a
// fixed order.
func (r *tableReader) finish() ([]police.MeasureValue, error) {
	r.fillAbsent()
	r.derive()
	out := make([]police.MeasureValue, 0, len(r.entries))
	for k, e := range r.entries {
		out = append(out, r.value(k, e))
	}
	also, err := r.also()
	out = append(out, also...)
	slices.SortFunc(out, func(a, b police.MeasureValue) int {
		return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Force, b.Force),
			cmp.Compare(a.Year, b.Year), cmp.Compare(a.Period, b.Period))
	})
	return out, err
}

func (r *tableReader) value(k measureKey, e *measureEntry) police.MeasureValue {
	v := police.MeasureValue{Force: k.force, Measure: k.measure, Function: k.function, Year: int32(k.year), Period: k.period,
		Value: e.cell.value, ValueText: e.text, State: e.cell.state, Unit: e.unit, Source: r.place(e), PartID: r.p.id, Line: e.line}
	if e.column != derivedColumn && r.t.Combine == "sum" {
		v.Value, v.State = e.sum.float(), e.sum.state
		if e.sum.rows > 1 {
			v.ValueText = e.sum.text()
			v.Source += ", first of the rows added up"
		}
		if e.sum.missing > 0 {
			v.Value = math.NaN()
		}
	} else if !e.cell.isValue() {
		v.Value = math.NaN()
	}
	return v
}

const derivedColumn = -2

// place names file, sheet, row and column of a value.
func (r *tableReader) place(e *measureEntry) string {
	where := r.m.in.Name
	line := "line"
	if r.p.part.Evidence().Container != "csv" {
		where, line = where+", sheet "+r.p.sheet, "row"
	} else if r.p.sheet != "" {
		where += ", " + r.p.sheet
	}
	where = fmt.Sprintf("%s, %s %d", where, line, e.line)
	if e.column >= 0 {
		where += fmt.Sprintf(", column %d (%s)", e.column+1, r.p.header.cells[e.column])
	}
	return where
}

// fillAbsent gives the measures of counted rows that a force has no row of: none.
func (r *tableReader) fillAbsent() {
	if !r.t.AbsentIsNone {
		return
	}
	measures := slices.Collect(maps.Values(r.measures))
	for i := range r.t.Values {
		if v := &r.t.Values[i]; v.Measure != "" && v.FuncFrom == "" {
			measures = append(measures, v.Measure)
		}
	}
	made := map[measureKey]*measureEntry{}
	for k, e := range r.entries {
		if _, force := r.m.book.code[string(k.force)]; !force || k.measure == police.MeasureForceOfArea {
			continue
		}
		for _, k.measure = range measures {
			if r.entries[k] == nil && made[k] == nil {
				made[k] = &measureEntry{cell: measureCell{isWhole: true, ok: true}, text: "0, as no row is of it", unit: e.unit, line: r.p.header.first, column: derivedColumn}
			}
		}
	}
	maps.Copy(r.entries, made)
}

// derive adds the layout's sums of measures or functions. One is given where all its
// terms have a value.
func (r *tableReader) derive() {
	for _, d := range r.t.Derive {
		bases := map[measureKey]bool{}
		for k := range r.entries {
			if d.Measure != "" {
				k.measure = d.Measure
			} else {
				k.function = d.Function
			}
			bases[k] = true
		}
		made := map[measureKey]*measureEntry{}
		for k := range bases {
			if _, published := r.entries[k]; published {
				continue
			}
			if e := r.sumOf(k, d); e != nil {
				made[k] = e
			}
		}
		maps.Copy(r.entries, made)
	}
}

func (r *tableReader) sumOf(k measureKey, d DerivedValue) *measureEntry {
	var sum exactSum
	out := &measureEntry{column: derivedColumn}
	for _, term := range d.Terms {
		name, minus := strings.CutPrefix(term, "-")
		part := k
		if d.Measure != "" {
			part.measure = name
		} else {
			part.function = name
		}
		e := r.entries[part]
		if e == nil {
			return nil
		}
		cell := r.cellOf(e)
		if !cell.isValue() {
			return nil
		}
		if minus {
			cell = cell.negated()
		}
		sum.add(cell)
		if out.line == 0 {
			out.line, out.unit = e.line, e.unit
		}
	}
	out.text = "derived: " + strings.Join(d.Terms, " + ")
	out.text = strings.ReplaceAll(out.text, "+ -", "− ")
	out.cell = sum.cell()
	return out
}

// cellOf is the entry's value as a cell.
func (r *tableReader) cellOf(e *measureEntry) measureCell {
	if e.column == derivedColumn || r.t.Combine != "sum" {
		return e.cell
	}
	if e.sum.missing > 0 {
		return measureCell{}
	}
	return e.sum.cell()
}

// also gives the values that the layout itself adds.
func (r *tableReader) also() ([]police.MeasureValue, error) {
	var out []police.MeasureValue
	for _, a := range r.t.Also {
		code, ok := r.m.book.slug[a.Force]
		if !ok {
			return nil, police.Exitf(police.ExitUsage, "correct the layout", "layout %s: also: %q is no slug of data/forces.csv", r.m.layout.FullID(), a.Force)
		}
		k := r.t.Values[0]
		out = append(out, police.MeasureValue{Force: code, Measure: cmp.Or(k.Measure, r.t.Measure), Function: a.Function,
			Year: int32(cmp.Or(k.Year, r.t.Year)), Period: cmp.Or(k.Period, r.t.Period), Value: a.Value, ValueText: fmt.Sprint(a.Value),
			Unit: cmp.Or(k.Unit, r.t.Unit), Source: "layout " + r.m.layout.FullID() + ": " + a.Source, PartID: r.p.id})
	}
	return out, nil
}
