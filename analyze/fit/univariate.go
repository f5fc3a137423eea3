package fit

import (
	"strings"

	"hardyards/analyze/formula"
	"hardyards/analyze/stat"
	"hardyards/analyze/stat/dd"
)

// describe sums up one column; terms hold its mean.
func describe(f *Frame, r Request) (Result, error) {
	y, dropped, err := column(f, r.Y, "--y")
	if err != nil {
		return Result{}, err
	}
	d, err := stat.Describe(y)
	if err != nil {
		return Result{}, err
	}
	out := Result{N: d.N}
	if dropped > 0 {
		out.Warnf("%d of %d rows miss a value and are left out", dropped, f.Rows())
	}
	out.Warnings = append(out.Warnings, d.Warnings...)
	out.Own = []KV{{"mean", d.Mean}, {"sd", d.SD}, {"median", d.Median}, {"mad", d.MAD},
		{"autocorrelation", d.Autocorrelation}, {"min", d.Min}, {"max", d.Max}}
	return out, nil
}

// column is the numbers of a column that are not missing.
func column(f *Frame, name, flag string) (v dd.Vec, dropped int, err error) {
	if name == "" {
		return v, 0, usagef("%s is missing: which column? %s", flag, strings.Join(f.Names(), ", "))
	}
	c, err := f.Number(name)
	if err != nil {
		return v, 0, err
	}
	rows, dropped, err := f.Complete(name)
	if err != nil {
		return v, dropped, err
	}
	return c.Vec().Take(rows), dropped, nil
}

// anova takes y ~ g or y ~ factor(g).
func anova(f *Frame, r Request) (Result, error) {
	if r.Formula == "" {
		return Result{}, usagef("--formula is missing, as \"y ~ g\"")
	}
	parsed, err := formula.Parse(r.Formula)
	if err != nil {
		return Result{}, usageError{err.Error()}
	}
	names := parsed.Variables()
	if len(parsed.Terms) != 1 || len(parsed.Terms[0]) != 1 || len(names) != 2 || parsed.Response.Label != names[0] {
		return Result{}, usagef("one-way analysis of variance takes \"y ~ g\", not %q", r.Formula)
	}
	c, err := f.Number(names[0])
	if err != nil {
		return Result{}, err
	}
	rows, dropped, err := f.Complete(names...)
	if err != nil {
		return Result{}, err
	}
	group, _, err := f.Groups(names[1], rows)
	if err != nil {
		return Result{}, err
	}
	a, err := stat.OneWay(c.Vec().Take(rows), group)
	if err != nil {
		return Result{}, err
	}
	out := Result{N: a.N, R2: Number(a.R2), Sigma: Number(a.Sigma), Warnings: a.Warnings}
	if dropped > 0 {
		out.Warnf("%d of %d rows miss a value and are left out", dropped, f.Rows())
	}
	out.Own = []KV{{"f", a.F}, {"p", a.P}, {"df_between", a.DFBetween}, {"df_within", a.DFWithin},
		{"ss_between", a.SSBetween}, {"ss_within", a.SSWithin}}
	return out, nil
}
