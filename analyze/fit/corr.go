package fit

import (
	"fmt"
	"math"
	"strconv"

	"hardyards/analyze/stat"
)

// corr is the association of two columns. Spearman and Kendall have no interval
// of their own: theirs is a BCa bootstrap, 1,999 draws with seed 1 unless --reps
// and --seed say otherwise.
func corr(f *Frame, r Request) (Result, error) {
	if r.X == "" || r.Y == "" {
		return Result{}, usagef("--x and --y name the two columns")
	}
	x, err := f.Number(r.X)
	if err != nil {
		return Result{}, err
	}
	y, err := f.Number(r.Y)
	if err != nil {
		return Result{}, err
	}
	method := stat.CorrMethod(r.Method)
	if method == "" {
		method = stat.Pearson
	}
	c, err := stat.Correlate(x.Hi, y.Hi, stat.CorrOptions{Method: method, Level: r.ConfidenceLevel()})
	if err != nil {
		return Result{}, usageError{err.Error()}
	}
	out := Result{N: c.N, Warnings: c.Warnings}
	interval := "Fisher"
	if method != stat.Pearson {
		if interval, err = bootstrapped(&c, x.Hi, y.Hi, r, &out); err != nil {
			return Result{}, err
		}
	}
	out.Terms = []Term{{Name: coefficientName(method), Estimate: c.Estimate, SE: math.NaN(), DF: c.DF,
		Statistic: c.Statistic, P: c.P, Lo: c.Lo, Hi: c.Hi}}
	out.Put("statistic_name", c.StatisticName)
	out.Put("p_exact", c.Exact)
	if c.Exact {
		a, err := stat.Correlate(x.Hi, y.Hi, stat.CorrOptions{Method: method, Asymptotic: true})
		if err != nil {
			return Result{}, err
		}
		out.Put("statistic_asymptotic", a.Statistic)
		out.Put("p_asymptotic", a.P)
	}
	out.Put("interval", interval)
	return out, nil
}

func coefficientName(m stat.CorrMethod) string {
	switch m {
	case stat.Spearman:
		return "rho"
	case stat.Kendall:
		return "tau"
	}
	return "r"
}

// bootstrapped sets the interval of a rank correlation.
func bootstrapped(c *stat.Correlation, x, y []float64, r Request, out *Result) (string, error) {
	o := stat.BootOptions{Level: r.ConfidenceLevel(), Seed: r.Seed}
	if r.Reps != "" {
		n, err := strconv.Atoi(r.Reps)
		if err != nil || n < 1 {
			return "", usagef("--reps %s: want a number of draws", r.Reps)
		}
		o.Draws = n
	}
	if math.IsNaN(c.Estimate) {
		return "none", nil
	}
	b, err := stat.BootCorrelation(x, y, c.Method, o)
	if err != nil {
		return "", err
	}
	c.Lo, c.Hi = b.Lo, b.Hi
	out.Warnings = append(out.Warnings, b.Warnings...)
	if math.IsNaN(b.Lo) {
		return "none", nil
	}
	return fmt.Sprintf("BCa bootstrap, %d draws, seed %d", b.Draws, b.Seed), nil
}
