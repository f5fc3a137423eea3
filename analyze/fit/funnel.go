package fit

import (
	"strconv"

	"hardyards/analyze/stat"
)

// funnel is a funnel plot of counts. Units are named by --unit, else by the
// first column that isn't numbers, else by their row.
func funnel(f *Frame, r Request) (Result, error) {
	if r.Count == "" || r.Denominator == "" {
		return Result{}, usagef("--count and --denominator name the columns")
	}
	k, err := f.Number(r.Count)
	if err != nil {
		return Result{}, err
	}
	n, err := f.Number(r.Denominator)
	if err != nil {
		return Result{}, err
	}
	names, err := labels(f, r.Unit)
	if err != nil {
		return Result{}, err
	}
	kind := stat.FunnelKind(r.Kind)
	if kind == "" {
		kind = stat.FunnelPoisson
	}
	p, err := stat.Funnel(k.Hi, n.Hi, kind)
	if err != nil {
		return Result{}, err
	}
	out := Result{Warnings: p.Warnings}
	units := make([]Object, len(p.Units))
	for i, u := range p.Units {
		if finite(u.Value) {
			out.N++
		}
		units[i] = Object{{"name", names[i]}, {"value", u.Value}, {"lo95", u.Lo95}, {"hi95", u.Hi95},
			{"lo998", u.Lo998}, {"hi998", u.Hi998}, {"z", u.Z},
			{"lo95_over", u.OverLo95}, {"hi95_over", u.OverHi95}, {"lo998_over", u.OverLo998},
			{"hi998_over", u.OverHi998}, {"z_over", u.OverZ}}
	}
	out.Put("centre", p.Centre)
	out.Put("phi", p.Phi)
	out.Put("over_dispersed", p.Applied)
	out.Put("units", units)
	return out, nil
}

// labels names the rows.
func labels(f *Frame, column string) ([]string, error) {
	if column != "" {
		c, err := f.Column(column)
		if err != nil {
			return nil, err
		}
		return c.Text, nil
	}
	for _, name := range f.Names() {
		if !f.IsNumeric(name) {
			c, err := f.Column(name)
			return c.Text, err
		}
	}
	out := make([]string, f.Rows())
	for i := range out {
		out[i] = strconv.Itoa(i + 1)
	}
	return out, nil
}
