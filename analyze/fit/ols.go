package fit

import (
	"hardyards/analyze/stat"
)

// ols is linear regression, weighted when --weights names a column.
func ols(f *Frame, r Request) (Result, error) {
	k, err := kind(r)
	if err != nil {
		return Result{}, err
	}
	m, err := readModel(f, r, true)
	if err != nil {
		return Result{}, err
	}
	if r.Offset != "" {
		return Result{}, usagef("--offset belongs to poisson and negbin")
	}
	lm, err := m.linear().Fit()
	if err != nil {
		return Result{}, err
	}
	each, err := eachFactor(r)
	if err != nil {
		return Result{}, err
	}
	cov, err := lm.Covariance(stat.VCov{Kind: k, Clusters: m.clusters, EachFactor: each})
	if err != nil {
		return Result{}, err
	}
	out := Result{N: lm.N, R2: Number(lm.R2), Sigma: Number(lm.Sigma)}
	out.Terms = terms(m.names, lm.Coef, cov.SE, cov.DF, r.ConfidenceLevel())
	out.Warnings = append(out.Warnings, m.warnings...)
	if m.constant && !m.formula.Intercept && len(m.absorb) == 0 {
		out.Warnf("the columns hold a constant without (Intercept): r2 and f are about the mean, so that coding changes nothing (R's lm takes them about 0 there)")
	}
	out.Warnings = append(out.Warnings, m.aliases(lm.Aliased)...)
	out.Warnings = append(out.Warnings, lm.Warnings...)
	out.Warnings = append(out.Warnings, cov.Warnings...)
	m.putLinear(&out, lm, cov)
	return out, nil
}

// eachFactor reads --factor.
func eachFactor(r Request) (bool, error) {
	switch r.Factor {
	case "", "min":
		return false, nil
	case "each":
		return true, nil
	}
	return false, usagef("--factor %q: min or each", r.Factor)
}

func (m *model) linear() stat.Linear {
	return stat.Linear{Y: m.design.Y, X: m.x, Weights: m.weights, Absorb: m.absorb, Constant: m.constant}
}

// putLinear adds the keys of a linear regression.
func (m *model) putLinear(out *Result, lm *stat.LinearFit, cov stat.Covariance) {
	if lm.DFModel > 0 {
		out.Put("f", lm.F)
		out.Put("p_f", stat.UpperF(lm.F, float64(lm.DFModel), float64(lm.DF)))
	} else {
		out.Put("f", nil)
		out.Put("p_f", nil)
	}
	out.Put("df_model", lm.DFModel)
	out.Put("df_residual", lm.DF)
	out.Put("rss", lm.RSS)
	out.Put("vcov", string(cov.Kind))
	if len(cov.Clusters) > 0 {
		out.Put("clusters", cov.Clusters)
		out.Put("factor", cov.Factor)
	}
	out.Put("condition", lm.Condition)
	if len(m.absorb) > 0 {
		out.Put("r2_within", lm.R2Within)
		out.Put("df_absorbed", lm.AbsorbedRank)
		out.Put("singletons", lm.Singletons)
	}
}
