package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"hardyards/analyze/fit"
	"hardyards/internal/police"
)

// newFit is the verb that runs any estimator on any table.
func newFit(a *app) *cobra.Command {
	var o fit.Options
	c := &cobra.Command{
		Use:   "fit METHOD --data FILE",
		Short: "Run an estimator on a CSV or Parquet file",
		Example: `  hardyards fit describe --data d.csv --y cost
  hardyards fit ols --data d.csv --formula "cost ~ officers + factor(region)" --vcov HC3
  hardyards fit ols --data d.csv --formula "cost ~ collaborating" --fe force,year --cluster force
  hardyards fit wildboot --data d.csv --formula "cost ~ collaborating" --fe force,year --cluster force --param collaborating --time year
  hardyards fit poisson --data d.csv --formula "crimes ~ officers" --offset "log(population)" --vcov HC1`,
		Long: `Run an estimator on a CSV or Parquet file. Decimals are read to 32 digits; missing values are empty, NA
or a point; every covariance is named in the result.

Methods:
` + methodList(),
		Args: oneMethod,
	}
	done := o.Declare(c.Flags())
	c.RunE = func(_ *cobra.Command, args []string) error {
		done()
		o.JSON, o.Stdin = a.json, a.stdin
		err := o.Answer(args[0], a.stdout)
		if errors.Is(err, fit.ErrUsage) {
			return police.Exitf(police.ExitUsage, "see `hardyards fit --help`", "%w", err)
		}
		return err
	}
	return c
}

func oneMethod(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	var names []string
	for _, m := range fit.Methods() {
		names = append(names, m.Name)
	}
	return fmt.Errorf("fit takes one METHOD, not %d: one of %s", len(args), strings.Join(names, ", "))
}

func methodList() string {
	var b strings.Builder
	for _, m := range fit.Methods() {
		b.WriteString("  " + m.Name + strings.Repeat(" ", max(1, 12-len(m.Name))) + m.Does + "\n")
	}
	return b.String()
}
