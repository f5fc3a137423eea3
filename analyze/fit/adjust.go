package fit

import "hardyards/analyze/stat"

// adjust corrects a column of p-values for their number.
func adjust(f *Frame, r Request) (Result, error) {
	if r.P == "" {
		return Result{}, usagef("--p names the column of p-values")
	}
	if r.Method == "" {
		return Result{}, usagef("--method is missing: BH, BY, holm, bonferroni or hochberg")
	}
	p, err := f.Number(r.P)
	if err != nil {
		return Result{}, err
	}
	a, err := stat.AdjustP(p.Hi, stat.PAdjustment(r.Method))
	if err != nil {
		return Result{}, usageError{err.Error()}
	}
	out := Result{N: a.Tests, Warnings: a.Warnings}
	out.Put("tests", a.Tests)
	out.Put("adjusted", a.P)
	return out, nil
}
