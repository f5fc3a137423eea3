package fit

import (
	"slices"
	"strconv"
	"strings"

	"hardyards/analyze/stat"
)

// wildboot tests one term by several methods for few clusters, side by side.
func wildboot(f *Frame, r Request) (Result, error) {
	if len(r.Cluster) != 1 {
		return Result{}, usagef("--cluster must name one column")
	}
	m, err := readModel(f, r, false)
	if err != nil {
		return Result{}, err
	}
	w := stat.WildBoot{Model: m.linear(), Cluster: m.clusters[0], Null: r.Null, Seed: r.Seed,
		Weights: stat.WildWeights(strings.ToLower(r.Weights)), Level: r.ConfidenceLevel()}
	if w.Column = slices.Index(m.names, r.Param); w.Column < 0 {
		if r.Param == "" {
			return Result{}, usagef("--param is missing: which term? %s", listed(m.names))
		}
		return Result{}, usagef("no term %q: did you mean %q?", r.Param, Nearest(r.Param, m.names))
	}
	if err := m.wildOptions(&w, r); err != nil {
		return Result{}, err
	}
	res, err := w.Run()
	if err != nil {
		return Result{}, err
	}
	out := Result{N: res.N}
	df := []float64{float64(res.Clusters - 1)}
	out.Terms = terms([]string{r.Param}, []float64{res.Estimate}, []float64{res.SE}, df, r.ConfidenceLevel())
	out.Terms[0].Statistic, out.Terms[0].P = res.T, res.PCluster // against --null, not 0
	out.Warnings = append(slices.Clone(m.warnings), res.Warnings...)
	putWild(&out, r, res)
	return out, nil
}

func (m *model) wildOptions(w *stat.WildBoot, r Request) error {
	switch {
	case r.Reps == "all":
		w.All = true
	case r.Reps != "":
		n, err := strconv.Atoi(r.Reps)
		if err != nil || n < 1 {
			return usagef("--reps %q: a number of draws or all", r.Reps)
		}
		w.Reps = n
	}
	for _, c := range []struct {
		name string
		into *[]int
	}{{r.Subcluster, &w.Subcluster}, {r.Time, &w.Time}} {
		if c.name == "" {
			continue
		}
		g, _, err := m.frame.Groups(c.name, m.rows)
		if err != nil {
			return err
		}
		*c.into = g
	}
	return nil
}

func putWild(out *Result, r Request, res *stat.WildResult) {
	out.Own = []KV{
		{"p_restricted", res.PRestricted}, {"p_unrestricted", res.PUnrestricted}, {"p_randomisation", res.PRandomisation},
		{"set_lo", res.Lo}, {"set_hi", res.Hi}, {"draws", res.Draws}, {"ties", res.Ties},
		{"tie_rule", "|t*| > |t| counts (boottest); ties to 1e-10 don't"}, {"p_restricted_with_ties", res.PRestrictedTies},
		{"enumerated", res.Enumerated}, {"p_cluster", res.PCluster}, {"p_cr2", res.PCR2}, {"df_cr2", res.DFCR2},
		{"p_subcluster", res.PSubcluster}, {"draws_subcluster", res.SubclusterDraws},
		{"randomisation_on", statistic(res.RandomisationOnT)}, {"assignments", res.Assignments},
		{"clusters", res.Clusters}, {"treated_clusters", nil}, {"vcov", "CR1"}, {"seed", strconv.FormatUint(r.Seed, 10)},
	}
	if res.Treated >= 0 {
		at := slices.IndexFunc(out.Own, func(kv KV) bool { return kv.Key == "treated_clusters" })
		out.Own[at].Value = res.Treated
	}
}

func statistic(onT bool) string {
	if onT {
		return "t"
	}
	return "estimate"
}
