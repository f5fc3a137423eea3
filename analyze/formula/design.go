package formula

import (
	"fmt"
	"strconv"

	"hardyards/analyze/stat/dd"
)

// Table is where a formula finds its columns.
type Table interface {
	// Numeric is a column as numbers; false when it holds text.
	Numeric(name string) (column dd.Vec, ok bool)
	// Levels are the distinct values of a column on the rows, in the order of their
	// dummies, and the level of each row.
	Levels(name string, rows []int) (levels []string, of []int)
	// Place names a row for a message.
	Place(row int) string
}

// Design is a response and a matrix by columns.
type Design struct {
	Y     dd.Vec
	YName string
	X     []dd.Vec
	Names []string // one for each column of X; (Intercept) comes first
	// Constant says that the columns span the constant: an intercept, or a factor
	// with all its levels.
	Constant bool
}

// maxColumns of a design: 10,000 columns are beyond any table here.
const maxColumns = 10_000

// part is what an atom is on the rows: one column or several.
type part struct {
	columns []dd.Vec
	names   []string
}

// Design builds the matrix on the given rows, none of which may miss a variable.
// Factors are coded as R does with treatment contrasts: the first level is left
// out where the term without the factor is in the model too.
func (f *Formula) Design(t Table, rows []int) (Design, error) {
	b := builder{table: t, rows: rows}
	d := Design{YName: f.Response.Label, Constant: f.Intercept}
	y, err := b.value(f.Response)
	if err != nil {
		return d, err
	}
	d.Y = y
	if f.Intercept {
		one := make([]float64, len(rows))
		for i := range one {
			one[i] = 1
		}
		d.X, d.Names = append(d.X, dd.Vec{Hi: one}), append(d.Names, "(Intercept)")
	}
	spare := !f.Intercept // the first factor of a model without intercept takes all levels
	for _, term := range f.Terms {
		p, err := b.term(f, term, &spare)
		if err != nil {
			return d, err
		}
		d.Constant = d.Constant || !f.Intercept && b.full
		d.X, d.Names = append(d.X, p.columns...), append(d.Names, p.names...)
		if len(d.X) > maxColumns {
			return d, fmt.Errorf("the formula makes more than %d columns: a factor of so many levels is better absorbed (--fe)", maxColumns)
		}
	}
	return d, nil
}

type builder struct {
	table Table
	rows  []int
	full  bool // a main effect was coded with all levels
}

func (b *builder) term(f *Formula, t Term, spare *bool) (part, error) {
	out := part{names: []string{""}, columns: []dd.Vec{{}}}
	b.full = false
	for _, a := range t {
		all := len(t) > 1 && !f.holds(t.without(a.Label))
		if *spare && b.isFactor(a) {
			all, *spare, b.full = true, false, len(t) == 1
		}
		p, err := b.atom(a, all)
		if err != nil {
			return part{}, err
		}
		out = out.times(p)
		if len(out.columns) > maxColumns {
			return part{}, fmt.Errorf("%s makes more than %d columns", t.Label(), maxColumns)
		}
	}
	return out, nil
}

// holds says whether the model has a term of these atoms.
func (f *Formula) holds(t Term) bool {
	for _, u := range f.Terms {
		if u.same(t) {
			return true
		}
	}
	return false
}

// times crosses two parts, the left one varying fastest.
func (p part) times(q part) part {
	if len(p.columns) == 1 && p.columns[0].Hi == nil {
		return q
	}
	var out part
	for k, y := range q.columns {
		for j, x := range p.columns {
			out.columns = append(out.columns, product(x, y))
			out.names = append(out.names, p.names[j]+":"+q.names[k])
			if len(out.columns) > maxColumns {
				return out
			}
		}
	}
	return out
}

func product(x, y dd.Vec) dd.Vec {
	out := dd.NewVec(x.Len())
	for i := range x.Hi {
		out.Set(i, x.At(i).Mul(y.At(i)))
	}
	return out
}

func (b *builder) isFactor(a Atom) bool {
	if a.Kind == Factor {
		return true
	}
	if a.Kind == Poly || a.expr.op != "name" {
		return false
	}
	_, numeric := b.table.Numeric(a.expr.name)
	return !numeric
}

// atom is one atom's columns; all asks for every level of a factor.
func (b *builder) atom(a Atom, all bool) (part, error) {
	if b.isFactor(a) {
		return b.dummies(a, all)
	}
	v, err := b.value(a)
	if err != nil {
		return part{}, err
	}
	if a.Kind != Poly {
		return part{[]dd.Vec{v}, []string{a.Label}}, nil
	}
	var out part
	for k := 1; k <= a.Degree; k++ {
		power := dd.NewVec(v.Len())
		for i := range v.Hi {
			power.Set(i, v.At(i).Pow(k))
		}
		if err := b.check(fmt.Sprintf("%s%d", a.Label, k), power); err != nil {
			return part{}, err
		}
		out.columns, out.names = append(out.columns, power), append(out.names, a.Label+strconv.Itoa(k))
	}
	return out, nil
}

func (b *builder) dummies(a Atom, all bool) (part, error) {
	levels, of := b.table.Levels(a.expr.name, b.rows)
	first := 1
	if all {
		first = 0
	}
	if len(levels)-first > maxColumns {
		return part{}, fmt.Errorf("%s has %d levels: absorb it (--fe)", a.Label, len(levels))
	}
	if len(levels) < 2 && !all {
		return part{}, fmt.Errorf("%s has one level (%q) in the rows used: it tells nothing", a.Label, levels[0])
	}
	var out part
	for k := first; k < len(levels); k++ {
		v := make([]float64, len(b.rows))
		for i, l := range of {
			if l == k {
				v[i] = 1
			}
		}
		out.columns, out.names = append(out.columns, dd.Vec{Hi: v}), append(out.names, a.Label+levels[k])
	}
	return out, nil
}

// value evaluates an atom's arithmetic on the rows.
func (b *builder) value(a Atom) (dd.Vec, error) {
	columns := map[string]dd.Vec{}
	for _, name := range a.expr.names(nil) {
		v, ok := b.table.Numeric(name)
		if !ok {
			return dd.Vec{}, fmt.Errorf("%s: column %q holds text, not numbers", a.Label, name)
		}
		columns[name] = v
	}
	if a.expr.op == "name" {
		v := columns[a.expr.name].Take(b.rows)
		return v, b.check(a.Label, v)
	}
	out := dd.NewVec(len(b.rows))
	for k, i := range b.rows {
		out.Set(k, a.expr.at(func(name string) dd.Num { return columns[name].At(i) }))
	}
	return out, b.check(a.Label, out)
}

// check refuses what arithmetic made infinite or undefined.
func (b *builder) check(label string, v dd.Vec) error {
	for k, x := range v.Hi {
		if x-x != 0 {
			return fmt.Errorf("%s: %s is %v there; leave the row out or choose another form", b.table.Place(b.rows[k]), label, x)
		}
	}
	return nil
}
