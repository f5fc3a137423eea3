package fit

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"hardyards/internal/lake"
)

// Options is a request with where its data are and how to print the answer.
type Options struct {
	Data  string // path of a CSV or Parquet (.parquet) file, "-" for CSV on standard input
	JSON  bool
	Stdin io.Reader // what "-" reads; nil is os.Stdin
	Request
}

// FlagSet is what both flag and pflag offer, so that the command line and Main
// declare the same flags once.
type FlagSet interface {
	StringVar(p *string, name, value, usage string)
	BoolVar(p *bool, name string, value bool, usage string)
	Float64Var(p *float64, name string, value float64, usage string)
	Uint64Var(p *uint64, name string, value uint64, usage string)
}

// Declare adds the flags of `fit` to a set. The returned function must be called
// after parsing: it splits the lists.
func (o *Options) Declare(set FlagSet) func() {
	set.StringVar(&o.Data, "data", "", "CSV or Parquet `file` to read; - is standard input")
	r := &o.Request
	set.StringVar(&r.Formula, "formula", "", "model, as \"y ~ x1 + factor(g) + poly(x, 3)\"")
	set.StringVar(&r.Y, "y", "", "column")
	set.StringVar(&r.X, "x", "", "column")
	set.StringVar(&r.Weights, "weights", "", "column of weights; for wildboot rademacher or webb")
	set.StringVar(&r.VCov, "vcov", "", "covariance: iid, HC0, HC1, HC2, HC3, CR0, CR1, CR2, CR3")
	set.StringVar(&r.Factor, "factor", "", "two clusterings: small-sample factor by the smaller number of clusters (min) or by each's own (each)")
	set.StringVar(&r.Offset, "offset", "", "column or log(column) with coefficient 1")
	set.Float64Var(&r.Level, "level", 0, "confidence level of intervals (0.95 when 0)")
	set.StringVar(&r.Param, "param", "", "term to test")
	set.Float64Var(&r.Null, "null", 0, "its value under the hypothesis")
	set.StringVar(&r.Reps, "reps", "", "number of draws, or all")
	set.Uint64Var(&r.Seed, "seed", 0, "seed of random draws")
	set.StringVar(&r.Subcluster, "subcluster", "", "column finer than the cluster for the subcluster bootstrap; the row when empty")
	set.StringVar(&r.Method, "method", "", "corr: pearson, spearman, kendall; adjust: BH, BY, holm, bonferroni, hochberg")
	set.StringVar(&r.P, "p", "", "column of p-values")
	set.StringVar(&r.Outcome, "outcome", "", "column")
	set.StringVar(&r.Unit, "unit", "", "column")
	set.StringVar(&r.Time, "time", "", "column")
	set.StringVar(&r.FirstTreated, "first-treated", "", "column of the first treated period; empty, 0 or after the last period: never")
	set.StringVar(&r.Treated, "treated", "", "column of 0 and 1")
	set.StringVar(&r.Estimator, "estimator", "", "did: cs, sunab, twfe, bacon; synth: sc, sdid, did")
	set.StringVar(&r.Control, "control", "", "never or notyet")
	set.BoolVar(&r.Placebo, "placebo", false, "enumerate placebos")
	set.StringVar(&r.Returns, "returns", "", "crs or vrs")
	set.StringVar(&r.Orientation, "orientation", "", "in or out")
	set.BoolVar(&r.Super, "super", false, "super-efficiency")
	set.BoolVar(&r.Bootstrap, "bootstrap", false, "dea: intervals by the smoothed bootstrap (with --reps, --seed, --level)")
	set.Float64Var(&r.Bandwidth, "bandwidth", 0, "dea --bootstrap: bandwidth on the distances (a rule when 0)")
	set.StringVar(&r.Count, "count", "", "column of counts")
	set.StringVar(&r.Denominator, "denominator", "", "column")
	set.StringVar(&r.Kind, "kind", "", "poisson or binomial")
	return o.lists(set)
}

// lists declares the comma-separated flags.
func (o *Options) lists(set FlagSet) func() {
	var fe, cluster, covariates, inputs, outputs string
	set.StringVar(&fe, "fe", "", "columns whose levels are absorbed, as firm,year")
	set.StringVar(&cluster, "cluster", "", "one or two columns of clusters")
	set.StringVar(&covariates, "covariates", "", "columns")
	set.StringVar(&inputs, "inputs", "", "columns")
	set.StringVar(&outputs, "outputs", "", "columns")
	return func() {
		o.FE, o.Cluster, o.Covariates = split(fe), split(cluster), split(covariates)
		o.Inputs, o.Outputs = split(inputs), split(outputs)
	}
}

func split(list string) []string {
	var out []string
	for _, s := range strings.Split(list, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Answer reads the data, runs the method and prints the result on w.
func (o *Options) Answer(method string, w io.Writer) error {
	f, err := o.frame()
	if err != nil {
		return err
	}
	res, err := Run(method, f, o.Request)
	if err != nil {
		return err
	}
	if o.JSON {
		return res.WriteJSON(w)
	}
	return res.WriteTable(w)
}

func (o *Options) frame() (*Frame, error) {
	if o.Data == "" {
		return nil, usagef("--data is missing: the CSV file to read, or - for standard input")
	}
	if o.Data == "-" {
		if o.Stdin == nil {
			return ReadCSV(os.Stdin)
		}
		return ReadCSV(o.Stdin)
	}
	if strings.HasSuffix(o.Data, ".parquet") {
		names, columns, err := lake.ReadText(o.Data)
		if err != nil {
			return nil, usageError{err.Error()}
		}
		return NewFrame(names, columns)
	}
	in, err := os.Open(o.Data)
	if err != nil {
		return nil, usageError{err.Error()}
	}
	defer in.Close()
	f, err := ReadCSV(in)
	if err != nil {
		return nil, usageError{fmt.Sprintf("%s: %v", o.Data, err)}
	}
	return f, nil
}

// Main is `hardyards fit` without the root command: METHOD and flags → exit code
// 0, 2 (the request or the data can't be estimated) or 1 (anything else).
func Main(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		fmt.Fprintf(stderr, "fit: which method? one of %s\n", strings.Join(names(Methods()), ", "))
		return 2
	}
	var o Options
	set := flag.NewFlagSet("fit", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.BoolVar(&o.JSON, "json", false, "print JSON")
	done := o.Declare(set)
	if err := set.Parse(args[1:]); err != nil {
		return 2
	}
	done()
	if set.NArg() > 0 {
		fmt.Fprintf(stderr, "fit: unexpected argument %q\n", set.Arg(0))
		return 2
	}
	if err := o.Answer(args[0], stdout); err != nil {
		fmt.Fprintf(stderr, "fit: %v\n", err)
		if errors.Is(err, ErrUsage) {
			return 2
		}
		return 1
	}
	return 0
}
