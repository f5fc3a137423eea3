package stat

import (
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat/dd"
)

// Kind names a covariance estimator of a linear regression.
type Kind string

// The covariances. They differ in what they assume of the errors and in the
// factor that corrects for few observations; none is a default.
const (
	IID Kind = "iid" // σ²(X'WX)⁻¹: equal variances (up to the weights), no correlation
	HC0 Kind = "HC0" // White (1980): unequal variances
	HC1 Kind = "HC1" // HC0 · n/(n−k)
	HC2 Kind = "HC2" // residuals over √(1−h) (MacKinnon & White 1985)
	HC3 Kind = "HC3" // residuals over 1−h
	CR0 Kind = "CR0" // Liang & Zeger (1986): anything within clusters
	CR1 Kind = "CR1" // CR0 · G/(G−1) · (n−1)/(n−k), Stata's vce(cluster)
	CR2 Kind = "CR2" // bias-reduced linearisation (Bell & McCaffrey 2002)
	CR3 Kind = "CR3" // residuals times (I−H)⁻¹ by cluster, the jackknife's approximation
)

// VCov asks for a covariance.
type VCov struct {
	Kind Kind
	// Clusters holds, for CR kinds, one or two clusterings: the cluster of each row
	// given to Linear, from 0.
	Clusters [][]int
	// EachFactor gives each of two clusterings its own G/(G−1) (Cameron, Gelbach &
	// Miller 2011; sandwich). The default is the smaller G for all, as Stata's
	// ivreg2 and reghdfe and R's fixest have it.
	EachFactor bool
}

// Covariance is the covariance of the coefficients and what inference needs.
type Covariance struct {
	Kind     Kind
	V        [][]float64 // NaN in rows and columns of aliases
	SE       []float64
	DF       []float64 // of the t distribution of each coefficient
	Factor   float64   // the small-sample factor V was multiplied by (the first clustering's with EachFactor)
	Clusters []int     // number of clusters of each clustering
	Warnings []string
}

// Kinds lists the covariances by name.
func Kinds() []Kind { return []Kind{IID, HC0, HC1, HC2, HC3, CR0, CR1, CR2, CR3} }

// Covariance estimates V = Σ_g t_g t_g' with t_g = L Q_g' A_g W_g e_g, where Q is
// an orthonormal basis of the columns (effects included), L turns coefficients in
// that basis into β, and A_g adjusts the residuals of cluster g (of row g for HC).
//
// CR2: A_g = B_g^(−1/2), B_g the block of (I−H)(I−H)', that is with an identity
// working covariance also when the regression is weighted, as clubSandwich has it
// by default; eigenvalues below 1e-12 are taken for 0 (Moore–Penrose).
// CR3: A_g = (I−H_g)⁻¹. Degrees of freedom: n−k for iid and HC, the smaller G−1 for
// CR0 and CR1 (Stata), Satterthwaite's for CR2 and CR3 under the same working
// covariance. With absorbed effects k counts the effects, for CR1 only those
// that are not nested in a clustering, and their common constant (fixest's K).
//
// Sources: J. Pustejovsky & E. Tipton, J. Bus. Econ. Stat. 36 (2018) 672–683
// (CR2, degrees of freedom, effects); Cameron, Gelbach & Miller, ibid. 29 (2011)
// 238–249 (two-way); L. Bergé, fixest, "On standard errors" (factors).
//
// Refuses an unknown kind, CR without clusters, clusters with other kinds, fewer
// than two clusters, two clusterings with CR2 or CR3.
func (f *LinearFit) Covariance(ask VCov) (Covariance, error) {
	groups, err := f.clusters(ask)
	if err != nil {
		return Covariance{}, err
	}
	out := Covariance{Kind: ask.Kind, Factor: 1}
	for _, g := range groups {
		out.Clusters = append(out.Clusters, g.count)
	}
	if ask.Kind == IID {
		f.classical(&out)
		return out, nil
	}
	b, err := f.basis(ask.Kind.leverage())
	if err != nil {
		return Covariance{}, err
	}
	switch {
	case len(groups) == 2:
		f.twoWay(&out, b, groups, ask)
	case len(groups) == 1:
		f.oneWay(&out, b, groups[0])
	default:
		f.rowwise(&out, b)
		return out, nil
	}
	f.cancelled(&out, b)
	return out, nil
}

// cancelled sets standard errors to 0, with a warning, where the scores within
// every cluster cancel to rounding: a number like 1e-17 would make anything significant.
func (f *LinearFit) cancelled(out *Covariance, b basis) {
	size := make([]float64, len(b.l))
	for i, q := range b.q {
		for j, s := range b.score(q, f.scaled[i]*b.weight(i)) {
			size[j] += math.Abs(s)
		}
	}
	for a, j := range f.kept {
		if noise := math.Ldexp(1e-14*size[a], f.yScale-f.scale[j]); size[a] > 0 && out.SE[j] <= noise {
			out.SE[j] = 0
			out.Warnings = append(out.Warnings, fmt.Sprintf("column %d has no standard error by these clusters: its scores cancel within each of them", j+1))
		}
	}
}

func (k Kind) clustered() bool { return len(k) == 3 && k[:2] == "CR" }

// leverage says whether the kind needs the part of H that belongs to absorbed effects.
func (k Kind) leverage() bool { return k == HC2 || k == HC3 || k == CR2 || k == CR3 }

// grouping is a clustering of the rows used.
type grouping struct {
	of    []int
	count int
	rows  [][]int
}

func newGrouping(of []int) grouping {
	number := map[int]int{}
	g := grouping{of: make([]int, len(of))}
	// Numbered by label, not by first appearance, so that row order doesn't enter.
	labels := slices.Compact(slices.Sorted(slices.Values(of)))
	for k, l := range labels {
		number[l] = k
	}
	g.count, g.rows = len(labels), make([][]int, len(labels))
	for i, l := range of {
		k := number[l]
		g.of[i] = k
		g.rows[k] = append(g.rows[k], i)
	}
	return g
}

func (f *LinearFit) clusters(ask VCov) ([]grouping, error) {
	if !slices.Contains(Kinds(), ask.Kind) {
		return nil, fmt.Errorf("%w: no covariance %q; there are %v", ErrInput, ask.Kind, Kinds())
	}
	switch {
	case !ask.Kind.clustered() && len(ask.Clusters) > 0:
		return nil, fmt.Errorf("%w: %s takes no clusters; CR0 to CR3 do", ErrClusters, ask.Kind)
	case ask.Kind.clustered() && len(ask.Clusters) == 0:
		return nil, fmt.Errorf("%w: %s needs a clustering", ErrClusters, ask.Kind)
	case len(ask.Clusters) > 2:
		return nil, fmt.Errorf("%w: at most two clusterings", ErrClusters)
	case len(ask.Clusters) == 2 && ask.Kind.leverage():
		return nil, fmt.Errorf("%w: %s is defined for one clustering; use CR1", ErrClusters, ask.Kind)
	}
	var out []grouping
	for _, c := range ask.Clusters {
		if f.N > 0 && len(c) <= f.Rows[f.N-1] {
			return nil, fmt.Errorf("%w: clusters for %d rows, not all", ErrInput, len(c))
		}
		g := newGrouping(takeInts(c, f.Rows))
		if g.count < 2 {
			return nil, fmt.Errorf("%w: all rows are in one cluster", ErrClusters)
		}
		out = append(out, g)
	}
	return out, nil
}

// classical is σ²(X'WX)⁻¹ in double-double up to the last step.
func (f *LinearFit) classical(out *Covariance) {
	p := len(f.rinv)
	v, se := make([][]float64, p), make([]float64, p)
	for i := range p {
		v[i] = make([]float64, p)
		for j := range p {
			var s dd.Num
			for k := max(i, j); k < p; k++ {
				s = s.Add(f.rinv[i][k].Mul(f.rinv[j][k]))
			}
			v[i][j] = s.Float() * f.sigmaSc * f.sigmaSc
			if i == j {
				se[i] = s.Sqrt().Float() * f.sigmaSc
			}
		}
	}
	f.unscale(out, v, se)
	out.DF = f.each(float64(f.DF))
}

// unscale puts a covariance of kept columns into the caller's units and order.
func (f *LinearFit) unscale(out *Covariance, v [][]float64, se []float64) {
	p := len(f.Coef)
	out.SE, out.V = nans(p), make([][]float64, p)
	for j := range out.V {
		out.V[j] = nans(p)
	}
	for a, j := range f.kept {
		out.SE[j] = math.Ldexp(se[a], f.yScale-f.scale[j])
		for b, k := range f.kept {
			out.V[j][k] = math.Ldexp(v[a][b], 2*f.yScale-f.scale[j]-f.scale[k])
		}
	}
}

// each is a value for every coefficient that was estimated.
func (f *LinearFit) each(x float64) []float64 {
	out := nans(len(f.Coef))
	for _, j := range f.kept {
		out[j] = x
	}
	return out
}

// basis is an orthonormal basis of the design (in the weights' inner product)
// with the rows ℓ that make coefficients of it: β = L·Q'Wy.
type basis struct {
	q [][]float64 // one row for each row of data
	l [][]float64 // one row for each kept column
	w []float64   // weights, nil: all 1
}

// basisLimit is the most numbers a basis with absorbed effects may have: 400 MB.
const basisLimit = 50_000_000

// basis makes the orthonormal columns; effects says to add those of the absorbed
// effects, which their leverage needs (they don't enter β: they are orthogonal to
// the absorbed columns).
func (f *LinearFit) basis(effects bool) (basis, error) {
	p := len(f.kept)
	b := basis{w: f.model.Weights.Hi}
	columns := f.orthonormal()
	if effects && len(f.model.Absorb) > 0 {
		if f.N*(p+f.within.rank) > basisLimit {
			return b, fmt.Errorf("%w: HC2, HC3, CR2 and CR3 need the leverage of %d effects on %d rows, which is too large; use CR1", ErrInput, f.within.rank, f.N)
		}
		columns = append(columns, f.effectColumns()...)
	}
	r := len(columns)
	flat := make([]float64, f.N*r)
	b.q = make([][]float64, f.N)
	for i := range b.q {
		b.q[i] = flat[i*r : (i+1)*r : (i+1)*r]
		for k, c := range columns {
			b.q[i][k] = c[i]
		}
	}
	b.l = make([][]float64, p)
	for j := range b.l {
		b.l[j] = make([]float64, r)
		for k := range p {
			b.l[j][k] = f.rinv[j][k].Float()
		}
	}
	return b, nil
}

// orthonormal are the columns of X·R⁻¹, formed in double-double: near collinear
// columns would lose all digits in float64.
func (f *LinearFit) orthonormal() [][]float64 {
	p := len(f.kept)
	out := make([][]float64, p)
	roots := f.model.roots()
	parallel(p, func(k int) {
		out[k] = make([]float64, f.N)
		if f.q != nil {
			for i := range out[k] {
				v := f.q[k].At(i)
				if roots.Hi != nil {
					v = v.Div(roots.At(i))
				}
				out[k][i] = v.Float()
			}
			return
		}
		column := dd.NewVec(f.N)
		for j := 0; j <= k; j++ {
			minusTimes(column, f.model.X[f.kept[j]], f.rinv[j][k].Neg())
		}
		for i := range out[k] {
			out[k][i] = column.Hi[i] + column.Lo[i]
		}
	})
	return out
}

// effectColumns orthonormalises the dummies of the absorbed effects.
func (f *LinearFit) effectColumns() [][]float64 {
	var dummies []dd.Vec
	roots := f.model.roots()
	first := f.within.only(0)
	for s, groups := range f.model.Absorb {
		for g := range f.within.size[s] {
			if f.within.total[s][g] == 0 {
				continue
			}
			v := dd.NewVec(f.N)
			for i, k := range groups {
				if k == g {
					v.Hi[i] = 1
				}
			}
			if s == 1 { // the first set's dummies are orthogonal as they are
				first.sweep(v, 0)
			}
			dummies = append(dummies, rooted(v, roots))
		}
	}
	n0 := 0
	for _, t := range f.within.total[0] {
		if t > 0 {
			n0++
		}
	}
	var out [][]float64
	for _, v := range dummies[:n0] {
		out = append(out, unrooted(v, v.Dot(v).Sqrt(), roots))
	}
	rest := dummies[n0:]
	norms := make([]float64, len(rest))
	for j := range norms {
		norms[j] = 1
	}
	for _, v := range orthogonalise(rest, dd.NewVec(f.N), norms).q {
		out = append(out, unrooted(v, dd.Of(1), roots))
	}
	return out
}

// only is the absorber of one of its sets.
func (a absorber) only(set int) absorber {
	return absorber{w: a.w, groups: a.groups[set : set+1], total: a.total[set : set+1], size: a.size[set : set+1]}
}

func unrooted(v dd.Vec, by dd.Num, roots dd.Vec) []float64 {
	out := make([]float64, v.Len())
	for i := range out {
		x := v.At(i).Div(by)
		if roots.Hi != nil {
			x = x.Div(roots.At(i))
		}
		out[i] = x.Float()
	}
	return out
}

func (b basis) weight(i int) float64 {
	if b.w == nil {
		return 1
	}
	return b.w[i]
}

// rowwise are the HC kinds.
func (f *LinearFit) rowwise(out *Covariance, b basis) {
	p := len(b.l)
	sum := newSums(p)
	full := 0
	for i, q := range b.q {
		e := f.scaled[i] * b.weight(i)
		if out.Kind == HC2 || out.Kind == HC3 {
			var h float64
			for _, x := range q {
				h += x * x
			}
			h *= b.weight(i)
			if 1-h < 1e-12 {
				full++
				continue
			}
			if out.Kind == HC2 {
				e /= math.Sqrt(1 - h)
			} else {
				e /= 1 - h
			}
		}
		sum.add(b.score(q, e), 1)
	}
	if full > 0 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%d rows have leverage 1 (each is fitted exactly by its own coefficient): %s is undefined for what they alone decide; they count as 0", full, out.Kind))
	}
	if out.Kind == HC1 {
		out.Factor = f.ratio(float64(f.N), float64(f.DF))
	}
	f.robust(out, sum)
	out.DF = f.each(float64(f.DF))
}

// ratio is a/b, NaN when b is not positive.
func (f *LinearFit) ratio(a, b float64) float64 {
	if b <= 0 {
		return math.NaN()
	}
	return a / b
}

// score is L·q·e.
func (b basis) score(q []float64, e float64) []float64 {
	out := make([]float64, len(b.l))
	for j, l := range b.l {
		for k, x := range q[:len(b.l)] {
			out[j] += l[k] * x * e
		}
	}
	return out
}

// sums accumulates Σ ± t·t' with compensation, so that the order of rows does not
// show in the digits printed.
type sums struct{ v [][]dd.Num }

func newSums(p int) sums { return sums{square(p)} }

func (s sums) add(t []float64, sign float64) {
	for i := range t {
		for j := 0; j <= i; j++ {
			s.v[i][j] = s.v[i][j].Add(dd.TwoProd(sign*t[i], t[j]))
		}
	}
}

// robust turns sums into the covariance.
func (f *LinearFit) robust(out *Covariance, s sums) {
	p := len(s.v)
	v, se := make([][]float64, p), make([]float64, p)
	for i := range v {
		v[i] = make([]float64, p)
		for j := range p {
			v[i][j] = s.v[max(i, j)][min(i, j)].Float() * out.Factor
		}
	}
	for i := range v {
		se[i] = math.Sqrt(v[i][i])
	}
	f.unscale(out, v, se)
}

// stata is (n−1)/(n−K), K as fixest counts it with clusters: coefficients, the
// effects not nested in a clustering, and one for the constant of nested ones.
func (f *LinearFit) stata(groups []grouping) float64 {
	k := f.Rank + f.AbsorbedRank
	if len(f.model.Absorb) > 0 {
		k = f.Rank + f.effectsCounted(groups)
	}
	return f.ratio(float64(f.N-1), float64(f.N-k))
}

func (f *LinearFit) effectsCounted(groups []grouping) int {
	counted, nested := 0, 0
	for s, g := range f.model.Absorb {
		if slices.ContainsFunc(groups, func(c grouping) bool { return nestedIn(g, c.of) }) {
			nested++
			continue
		}
		for _, t := range f.within.total[s] {
			if t > 0 {
				counted++
			}
		}
	}
	switch {
	case nested == len(f.model.Absorb):
		return 1
	case nested == 0:
		return f.AbsorbedRank
	}
	return counted // one set's effects: their constant is the common one
}

// nestedIn says whether every group lies in one cluster.
func nestedIn(group, cluster []int) bool {
	in := map[int]int{}
	for i, g := range group {
		if c, ok := in[g]; ok && c != cluster[i] {
			return false
		}
		in[g] = cluster[i]
	}
	return true
}

// clusterScores are the t_g of CR0 and CR1.
func (f *LinearFit) clusterScores(b basis, g grouping) [][]float64 {
	r := len(b.l)
	out := make([][]float64, g.count)
	for c, rows := range g.rows {
		s := make([]float64, r)
		for _, i := range rows {
			e := f.scaled[i] * b.weight(i)
			for k, x := range b.q[i][:r] {
				s[k] += x * e
			}
		}
		out[c] = b.score(s, 1)
	}
	return out
}

func (f *LinearFit) oneWay(out *Covariance, b basis, g grouping) {
	sum := newSums(len(b.l))
	switch out.Kind {
	case CR2, CR3:
		adj := b.adjust(g, out.Kind)
		for c := range g.rows {
			sum.add(adj.score(f.scaled, c), 1)
		}
		out.DF = f.each(math.NaN())
		for a, j := range f.kept {
			out.DF[j] = adj.satterthwaite(a)
		}
		out.Warnings = append(out.Warnings, adj.warnings...)
	default:
		for _, t := range f.clusterScores(b, g) {
			sum.add(t, 1)
		}
		out.DF = f.each(float64(g.count - 1))
		if out.Kind == CR1 {
			out.Factor = float64(g.count) / float64(g.count-1) * f.stata([]grouping{g})
		}
	}
	f.robust(out, sum)
	if g.count < 10 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%d clusters are few: prefer CR2 with its degrees of freedom, or the wild bootstrap", g.count))
	}
}

// twoWay is V₁ + V₂ − V₁₂ (Cameron, Gelbach & Miller 2011).
func (f *LinearFit) twoWay(out *Covariance, b basis, groups []grouping, ask VCov) {
	both := intersection(groups[0], groups[1])
	least := min(groups[0].count, groups[1].count)
	factor := func(g grouping) float64 {
		if ask.Kind == CR0 {
			return 1
		}
		n := float64(least)
		if ask.EachFactor {
			n = float64(g.count)
		}
		return n / (n - 1) * f.stata(groups)
	}
	sum := newSums(len(b.l))
	for k, g := range []grouping{groups[0], groups[1], both} {
		sign := factor(g)
		if k == 2 {
			sign = -sign
		}
		for _, t := range f.clusterScores(b, g) {
			sum.add(t, sign)
		}
	}
	f.robust(out, sum)
	out.Factor = factor(groups[0])
	out.DF = f.each(float64(least - 1))
	for _, j := range f.kept {
		if out.V[j][j] < 0 {
			out.SE[j] = math.NaN()
			out.Warnings = append(out.Warnings, fmt.Sprintf("the two-way variance of column %d is negative, so it has no standard error; use one clustering", j+1))
		}
	}
	which := "the smaller number of clusters for all parts (ivreg2, reghdfe, fixest)"
	if ask.EachFactor {
		which = "each part's own number of clusters (Cameron, Gelbach & Miller)"
	}
	if ask.Kind == CR1 {
		out.Warnings = append(out.Warnings, "two-way clusters: small-sample factor G/(G-1) with "+which)
	}
	if least < 10 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%d clusters in the smaller clustering are few", least))
	}
}

// intersection clusters the rows by both clusterings at once.
func intersection(a, b grouping) grouping {
	of := make([]int, len(a.of))
	for i := range of {
		of[i] = a.of[i]*b.count + b.of[i]
	}
	return newGrouping(of)
}
