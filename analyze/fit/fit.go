// Package fit runs any estimator of analyze/stat on the columns of a table: the
// verb `hardyards fit METHOD`. It reads decimals into double-double, turns a
// formula into a design, calls the estimator and prints its result as a table
// or as JSON with 17 significant digits. It holds no statistics of its own.
//
// Steps: ReadCSV → Frame; Run looks the method up and calls it → Result;
// Result.WriteTable or WriteJSON. A new method is a function of the shape
// Estimator in a file of its own and one line in Methods.
package fit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Request is what a caller asks: the flags of `hardyards fit`, each empty or
// zero when it was not given. Columns are named as in the data's header.
type Request struct {
	Formula string   // --formula "y ~ x1 + factor(g)"
	Y, X    string   // --y, --x: single columns of describe and corr
	FE      []string // --fe: columns whose levels are absorbed
	Weights string   // --weights: a column; for wildboot rademacher (default) or webb
	VCov    string   // --vcov: iid, HC0..HC3, CR0..CR3; "" is iid, or CR1 with Cluster
	Cluster []string // --cluster: one or two columns
	Factor  string   // --factor: with two clusterings min (default) or each, the G of G/(G-1)
	Offset  string   // --offset: a column or log(column)
	Level   float64  // --level: confidence level; 0 is 0.95

	Param      string  // --param: the term wildboot tests
	Null       float64 // --null: its value under the hypothesis
	Reps       string  // --reps: number of draws, or "all"; "" is the method's default
	Seed       uint64  // --seed
	Subcluster string  // --subcluster: finer level of wildboot; "" is the row

	Method string // --method: pearson, spearman, kendall; BH, BY, holm, …
	P      string // --p: the column of p-values

	Outcome      string   // --outcome
	Unit         string   // --unit
	Time         string   // --time
	FirstTreated string   // --first-treated
	Treated      string   // --treated
	Estimator    string   // --estimator: cs, sunab, twfe, bacon; sc, sdid, did
	Control      string   // --control: never (default) or notyet
	Covariates   []string // --covariates
	Placebo      bool     // --placebo

	Inputs, Outputs []string // --inputs, --outputs
	Returns         string   // --returns: crs or vrs
	Orientation     string   // --orientation: in or out
	Super           bool     // --super
	Bootstrap       bool     // --bootstrap: dea with intervals
	Bandwidth       float64  // --bandwidth: of the bootstrap; 0 is the rule

	Count, Denominator string // --count, --denominator
	Kind               string // --kind: poisson or binomial
}

// ConfidenceLevel is the level of intervals, 0.95 unless another was asked for.
func (r Request) ConfidenceLevel() float64 {
	if r.Level == 0 {
		return 0.95
	}
	return r.Level
}

// Estimator is one method: columns and what was asked of them → result.
type Estimator func(*Frame, Request) (Result, error)

// Method is an estimator under the name it is called by.
type Method struct {
	Name string
	Does string // one line for the help text
	Run  Estimator
}

// Methods are all methods, in the order of the help text.
func Methods() []Method {
	return []Method{
		{"describe", "mean, sd, median, MAD, lag-1 autocorrelation of one column", describe},
		{"anova", "one-way analysis of variance", anova},
		{"ols", "linear regression, weighted, with fixed effects and robust errors", ols},
		{"poisson", "Poisson regression with offset and fixed effects", poisson},
		{"negbin", "negative binomial (NB2) regression, theta by maximum likelihood", negbin},
		{"wildboot", "wild cluster bootstrap and randomisation inference", wildboot},
		{"corr", "Pearson, Spearman or Kendall correlation of two columns", corr},
		{"adjust", "p-values adjusted for their number", adjust},
		{"funnel", "funnel plot of counts with exact limits and over-dispersion", funnel},
		{"did", "staggered difference-in-differences: cs, sunab, twfe, bacon", did},
		{"synth", "synthetic control, synthetic or plain difference-in-differences, placebos", synth},
		{"dea", "data envelopment analysis, with bootstrap intervals", dea},
	}
}

// ErrUsage marks errors that the caller can mend: a missing column, a bad formula,
// an unknown method, data that the method can't estimate. Exit 2.
var ErrUsage = errors.New("usage")

// usagef is an error of the request.
func usagef(format string, args ...any) error {
	return usageError{fmt.Sprintf(format, args...)}
}

type usageError struct{ text string }

func (e usageError) Error() string { return e.text }
func (usageError) Unwrap() error   { return ErrUsage }

// Run answers a request. Every error wraps ErrUsage and says what is missing or why
// the data can't be estimated.
func Run(method string, f *Frame, r Request) (Result, error) {
	all := Methods()
	at := slices.IndexFunc(all, func(m Method) bool { return m.Name == method })
	if at < 0 {
		return Result{}, usagef("no method %q: methods are %s", method, strings.Join(names(all), ", "))
	}
	if r.Level < 0 || r.Level >= 1 || r.Level != r.Level {
		return Result{}, usagef("level %v: a confidence level lies between 0 and 1", r.Level)
	}
	if f.Rows() == 0 {
		return Result{}, usagef("%s: the data have no rows", method)
	}
	out, err := all[at].Run(f, r)
	if err != nil {
		return Result{}, usagef("%s: %v", method, err)
	}
	out.Method = method
	return out, nil
}

func names(all []Method) []string {
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = m.Name
	}
	return out
}
