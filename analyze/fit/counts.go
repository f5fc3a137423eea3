package fit

import (
	"math"
	"strings"

	"hardyards/analyze/stat"
)

func poisson(f *Frame, r Request) (Result, error) { return counts(f, r, stat.Counts.Poisson) }

func negbin(f *Frame, r Request) (Result, error) { return counts(f, r, stat.Counts.NegBin) }

// counts is either count regression.
func counts(f *Frame, r Request, estimate func(stat.Counts) (*stat.CountsFit, error)) (Result, error) {
	if r.Weights != "" {
		return Result{}, usagef("--weights belongs to ols; an exposure goes into --offset \"log(column)\"")
	}
	k, err := countsKind(r)
	if err != nil {
		return Result{}, err
	}
	m, err := readModel(f, r, false)
	if err != nil {
		return Result{}, err
	}
	fit, err := estimate(stat.Counts{Y: m.design.Y, X: m.x, Offset: m.offset, Absorb: m.absorb, Constant: m.constant})
	if err != nil {
		return Result{}, err
	}
	each, err := eachFactor(r)
	if err != nil {
		return Result{}, err
	}
	cov, err := fit.Covariance(stat.VCov{Kind: k, Clusters: m.clusters, EachFactor: each})
	if err != nil {
		return Result{}, err
	}
	out := Result{N: fit.N}
	out.Terms = terms(m.names, fit.Coef, cov.SE, cov.DF, r.ConfidenceLevel())
	for _, w := range [][]string{m.warnings, m.aliases(fit.Aliased), fit.Warnings, m.separated(fit.Separated), cov.Warnings} {
		out.Warnings = append(out.Warnings, w...)
	}
	m.putCounts(&out, fit, cov)
	return out, nil
}

// countsKind also knows quasi.
func countsKind(r Request) (stat.Kind, error) {
	if strings.EqualFold(r.VCov, string(stat.Quasi)) {
		return stat.Quasi, nil
	}
	return kind(r)
}

// separated names the rows that separation left out, the first ten.
func (m *model) separated(rows []int) []string {
	if len(rows) == 0 {
		return nil
	}
	var who []string
	for _, k := range rows[:min(10, len(rows))] {
		who = append(who, m.frame.place(m.rows[k]))
	}
	if len(rows) > 10 {
		who = append(who, "…")
	}
	return []string{"separated rows: " + strings.Join(who, ", ")}
}

func (m *model) putCounts(out *Result, fit *stat.CountsFit, cov stat.Covariance) {
	out.Put("deviance", fit.Deviance)
	out.Put("dispersion", fit.Dispersion)
	if math.IsInf(fit.Theta, 1) {
		out.Put("theta", nil)
	} else {
		out.Put("theta", fit.Theta)
		out.Put("theta_se", fit.ThetaSE)
	}
	out.Put("loglik", fit.Loglik)
	out.Put("df_residual", fit.DF)
	out.Put("vcov", string(cov.Kind))
	if len(cov.Clusters) > 0 {
		out.Put("clusters", cov.Clusters)
		out.Put("factor", cov.Factor)
	}
	out.Put("separated", len(fit.Separated))
	out.Put("iterations", fit.Iterations)
}
