// Package stat holds estimators and tests on plain slices: linear regression
// with robust covariances and absorbed fixed effects, counts, bootstrap and
// randomisation inference, comparisons of peers, differences in differences,
// synthetic control and efficiency. It knows nothing of police, files or JSON.
//
// Every estimator's comment gives its formula, source, assumptions and what it
// refuses. Results do not depend on the order of rows nor on the units of the
// inputs. What went wrong without stopping the work is in Warnings of the
// result; an error means that there is no result. NaN and infinities in the
// inputs are errors.
//
// Data columns are dd.Vec: a float64 slice with an optional low-order part, so
// that decimals read from text keep what float64 would round away. Callers
// without low-order parts write dd.Vec{Hi: slice}.
package stat
