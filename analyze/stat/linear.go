package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat/dd"
)

// Sentinels of what can't be estimated.
var (
	ErrInput     = errors.New("input refused")           // shapes, NaN, infinities, negative weights
	ErrTooFew    = errors.New("too few observations")    // none, or no degree of freedom where one is needed
	ErrNoColumns = errors.New("nothing to estimate")     // no column, or all are aliases
	ErrClusters  = errors.New("clusters refused")        // one cluster, or a method that needs others
	ErrSeparated = errors.New("separated data")          // a maximum likelihood estimate does not exist
	ErrDiverged  = errors.New("iteration not converged") // no number is better than a wrong one
)

// Linear is a linear regression of Y on the columns X, weighted or not, with one
// or two sets of fixed effects absorbed.
type Linear struct {
	Y       dd.Vec
	X       []dd.Vec
	Weights dd.Vec  // Hi nil: all 1. Zero leaves the row out; negative is refused
	Absorb  [][]int // for each set of effects the group of every row, from 0
	// Constant says that X holds a constant or a full set of dummies: R² and F are
	// then about the mean. Absorbed effects imply it.
	Constant bool
}

// LinearFit is a fitted Linear. Entries of columns that are aliases are NaN.
type LinearFit struct {
	Coef []float64 // one for each column of X
	N    int       // rows used
	Rows []int     // which they are: without zero weights and singletons
	// Rank is the number of coefficients estimated, AbsorbedRank that of the effects
	// taken out, their common constant included; DF is N less both.
	Rank, AbsorbedRank, DF int
	RSS, TSS               float64 // weighted; TSS about the mean with a constant, within with effects
	R2, Sigma              float64 // Sigma is the root of RSS/DF
	R2Within               float64 // share of what the absorbed effects leave; R2 without them
	F                      float64 // of all columns but the constant
	DFModel                int     // its numerator's degrees of freedom
	Residuals, Fitted      []float64
	Aliased                []Alias
	Condition              float64 // of the columns scaled to length 1
	Singletons             int     // rows left out for being alone in an absorbed group
	Warnings               []string

	model   Linear // rows used, effects absorbed, powers of two taken out
	within  absorber
	kept    []int
	beta    []dd.Num   // of kept columns, in scaled units
	rinv    [][]dd.Num // inverse of the triangle of kept columns
	q       []dd.Vec   // orthonormal basis, where the factorisation gave one
	scale   []int      // column j was divided by 2^scale[j]
	yScale  int
	tssAll  dd.Num    // of y before absorption, scaled units
	scaled  []float64 // residuals in scaled units
	sigmaSc float64
}

// Fit estimates β = (X'WX)⁻¹X'Wy.
//
// Method: inner products and the Cholesky triangle in double-double with one
// step of refinement while the columns, scaled to length 1, have a condition
// number below 1e7; beyond that modified Gram–Schmidt in double-double. Either way
// the error is about 1e-16 or less relative to the exact solution of the inputs as
// they are held, for condition numbers up to 1e15.
//
// Source: Å. Björck, Numerical Methods for Least Squares Problems (1996), 2.2–2.4
// and 2.9; absorption: S. Guimarães & P. Portugal, Stata J. 10 (2010).
//
// Assumes that the errors are uncorrelated with X. Columns that combine earlier
// ones are not estimated but named in Aliased. Refuses NaN, infinities, negative
// weights, unequal lengths, no rows.
func (m Linear) Fit() (*LinearFit, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	f := &LinearFit{Coef: nans(len(m.X))}
	f.rows(m)
	if f.N == 0 {
		if f.Singletons > 0 {
			return nil, fmt.Errorf("%w: every row is alone in an absorbed group", ErrTooFew)
		}
		return nil, fmt.Errorf("%w: no row is left", ErrTooFew)
	}
	norms, err := f.prepare()
	if err != nil {
		return nil, err
	}
	f.solve(norms)
	if len(f.kept) == 0 && len(m.X) > 0 {
		return nil, fmt.Errorf("%w: every column is zero or absorbed", ErrNoColumns)
	}
	f.Rank = len(f.kept)
	f.AbsorbedRank = f.within.rank
	f.DF = f.N - f.Rank - f.AbsorbedRank
	f.finish(m.Constant || len(m.Absorb) > 0)
	return f, nil
}

func (m Linear) check() error {
	n := m.Y.Len()
	if n == 0 {
		return fmt.Errorf("%w: no rows", ErrTooFew)
	}
	if len(m.X) == 0 {
		return fmt.Errorf("%w: no columns", ErrNoColumns)
	}
	if err := checkVec("y", m.Y, n); err != nil {
		return err
	}
	for j, x := range m.X {
		if err := checkVec(fmt.Sprintf("column %d", j+1), x, n); err != nil {
			return err
		}
	}
	if len(m.Absorb) > 2 {
		return fmt.Errorf("%w: %d sets of effects to absorb; at most two, put the others in as dummies", ErrInput, len(m.Absorb))
	}
	for _, g := range m.Absorb {
		if err := checkGroups(g, n); err != nil {
			return err
		}
	}
	return checkWeights(m.Weights, n)
}

func checkVec(name string, v dd.Vec, n int) error {
	if v.Len() != n || v.Lo != nil && len(v.Lo) != n {
		return fmt.Errorf("%w: %s has %d rows, not %d", ErrInput, name, v.Len(), n)
	}
	for i, x := range v.Hi {
		if x-x != 0 || v.Lo != nil && v.Lo[i]-v.Lo[i] != 0 {
			return fmt.Errorf("%w: %s, row %d: %v", ErrInput, name, i+1, x)
		}
	}
	return nil
}

func checkWeights(w dd.Vec, n int) error {
	if w.Hi == nil {
		return nil
	}
	if err := checkVec("weights", w, n); err != nil {
		return err
	}
	if i := slices.IndexFunc(w.Hi, func(x float64) bool { return x < 0 }); i >= 0 {
		return fmt.Errorf("%w: weights, row %d: %v is negative", ErrInput, i+1, w.Hi[i])
	}
	return nil
}

func checkGroups(g []int, n int) error {
	if len(g) != n {
		return fmt.Errorf("%w: %d groups for %d rows", ErrInput, len(g), n)
	}
	for i, k := range g {
		if k < 0 || k > 10*n+1000 {
			return fmt.Errorf("%w: group %d of row %d: groups are numbered from 0", ErrInput, k, i+1)
		}
	}
	return nil
}

// rows leaves out zero weights and singletons.
func (f *LinearFit) rows(m Linear) {
	rows := make([]int, 0, m.Y.Len())
	for i := range m.Y.Hi {
		if m.Weights.Hi == nil || m.Weights.Hi[i] > 0 {
			rows = append(rows, i)
		}
	}
	if zero := m.Y.Len() - len(rows); zero > 0 {
		f.warnf("%d rows have weight 0 and are left out", zero)
	}
	if len(m.Absorb) > 0 {
		rows = f.dropSingletons(m, rows)
	}
	f.Rows, f.N = rows, len(rows)
	f.model = Linear{Y: m.Y, X: slices.Clone(m.X), Weights: m.Weights, Absorb: m.Absorb}
	if len(rows) == m.Y.Len() {
		return
	}
	f.model.Y = m.Y.Take(rows)
	for j := range m.X {
		f.model.X[j] = m.X[j].Take(rows)
	}
	if m.Weights.Hi != nil {
		f.model.Weights = m.Weights.Take(rows)
	}
	f.model.Absorb = make([][]int, len(m.Absorb))
	for s := range m.Absorb {
		f.model.Absorb[s] = takeInts(m.Absorb[s], rows)
	}
}

func (f *LinearFit) dropSingletons(m Linear, rows []int) []int {
	sub := make([][]int, len(m.Absorb))
	for s := range sub {
		sub[s] = takeInts(m.Absorb[s], rows)
	}
	left := withoutSingletons(sub, len(rows))
	if f.Singletons = len(rows) - len(left); f.Singletons > 0 {
		f.warnf("%d rows are alone in an absorbed group and are left out (singletons)", f.Singletons)
	}
	return takeInts(rows, left)
}

func takeInts(v, at []int) []int {
	out := make([]int, len(at))
	for k, i := range at {
		out[k] = v[i]
	}
	return out
}

func (f *LinearFit) warnf(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

// prepare takes powers of two out of columns whose squares could leave float64's
// range, absorbs the effects, and returns the columns' weighted lengths before
// absorption, to which the test for aliases is relative.
func (f *LinearFit) prepare() ([]float64, error) {
	m := &f.model
	m.Y, f.yScale = unscaled(m.Y)
	m.Weights, _ = unscaled(m.Weights)
	f.scale = make([]int, len(m.X))
	f.within = newAbsorber(m.Absorb, m.Weights, f.N)
	norms := make([]float64, len(m.X))
	var err error
	for j := range m.X {
		m.X[j], f.scale[j] = unscaled(m.X[j])
		if len(m.Absorb) == 0 {
			continue
		}
		norms[j] = length(m.X[j], m.Weights)
		if m.X[j], err = f.within.apply(m.X[j]); err != nil {
			return nil, fmt.Errorf("column %d: %w: %w", j+1, ErrDiverged, err)
		}
	}
	if len(m.Absorb) > 0 {
		f.tssAll = f.weightedSquares(m.Y, true)
		if m.Y, err = f.within.apply(m.Y); err != nil {
			return nil, fmt.Errorf("y: %w: %w", ErrDiverged, err)
		}
	}
	return norms, nil
}

// unscaled divides a column whose largest value is beyond 2^±200 by that power of two.
func unscaled(v dd.Vec) (dd.Vec, int) {
	var top float64
	for _, x := range v.Hi {
		top = max(top, math.Abs(x))
	}
	_, e := math.Frexp(top)
	if top == 0 || e > -200 && e < 200 {
		return v, 0
	}
	out := dd.NewVec(v.Len())
	for i := range v.Hi {
		out.Set(i, v.At(i).Ldexp(-e))
	}
	return out, e
}

func length(v, w dd.Vec) float64 {
	var s float64
	for i, x := range v.Hi {
		if w.Hi != nil {
			x *= math.Sqrt(w.Hi[i])
		}
		s += x * x
	}
	return math.Sqrt(s)
}

// rooted is the column times the root of the weights; the column itself without weights.
func rooted(v, roots dd.Vec) dd.Vec {
	if roots.Hi == nil {
		return v
	}
	out := dd.NewVec(v.Len())
	for i := range v.Hi {
		out.Set(i, v.At(i).Mul(roots.At(i)))
	}
	return out
}

func (m Linear) roots() dd.Vec {
	if m.Weights.Hi == nil {
		return dd.Vec{}
	}
	out := dd.NewVec(m.Weights.Len())
	for i := range m.Weights.Hi {
		out.Set(i, m.Weights.At(i).Sqrt())
	}
	return out
}

// solve estimates beta, by the quick way when it is safe.
func (f *LinearFit) solve(norms []float64) {
	roots := f.model.roots()
	columns := make([]dd.Vec, len(f.model.X))
	for j := range columns {
		columns[j] = rooted(f.model.X[j], roots)
	}
	y := rooted(f.model.Y, roots)
	if f.quick(columns, y, norms) {
		return
	}
	if len(f.model.Absorb) == 0 {
		for j := range columns {
			norms[j] = length(columns[j], dd.Vec{})
		}
	}
	o := orthogonalise(columns, y, norms)
	f.kept, f.Aliased, f.q = o.kept, o.aliased, o.q
	f.rinv = inverse(o.r)
	f.beta = upperTimes(f.rinv, o.z)
	f.Condition = condition(o.r, f.rinv)
}

// quick solves by normal equations in double-double; false when the columns are
// too nearly collinear for that.
func (f *LinearFit) quick(columns []dd.Vec, y dd.Vec, norms []float64) bool {
	p := len(columns)
	if p > f.N {
		return false
	}
	g := gram(append(slices.Clip(columns), y))
	for j := range p {
		if !(g[j][j].Hi > 0) || norms[j] > 0 && g[j][j].Hi < 1e-12*norms[j]*norms[j] {
			return false
		}
	}
	xy := g[p][:p]
	for j := range p {
		g[j] = g[j][:p]
	}
	r, ratio := cholesky(g[:p])
	if ratio < leastPivot {
		return false
	}
	rinv := inverse(r)
	if f.Condition = condition(r, rinv); f.Condition > 1e7 {
		return false
	}
	f.rinv = rinv
	f.beta = upperTimes(rinv, upperTransposeTimes(rinv, xy))
	f.kept = make([]int, p)
	for j := range p {
		f.kept[j] = j
	}
	f.refine()
	return true
}

// refine adds the solution for the residuals to beta.
func (f *LinearFit) refine() {
	e := f.residuals()
	if f.model.Weights.Hi != nil {
		e = rooted(e, f.model.Weights)
	}
	g := make([]dd.Num, len(f.kept))
	parallel(len(g), func(j int) { g[j] = dotRows(f.model.X[f.kept[j]], e, 0, f.N) })
	step := upperTimes(f.rinv, upperTransposeTimes(f.rinv, g))
	for j := range f.beta {
		f.beta[j] = f.beta[j].Add(step[j])
	}
}

// residuals are y − Xβ in scaled units.
func (f *LinearFit) residuals() dd.Vec {
	out := dd.NewVec(f.N)
	copy(out.Hi, f.model.Y.Hi)
	if f.model.Y.Lo != nil {
		copy(out.Lo, f.model.Y.Lo)
	}
	chunks := (f.N + gramChunk - 1) / gramChunk
	parallel(chunks, func(c int) {
		from, to := c*gramChunk, min(f.N, (c+1)*gramChunk)
		for k, j := range f.kept {
			minusTimes(rowsOf(out, from, to), rowsOf(f.model.X[j], from, to), f.beta[k])
		}
	})
	return out
}

// minusTimes subtracts b·x from v in place.
func minusTimes(v, x dd.Vec, b dd.Num) {
	for i, xi := range x.Hi {
		p := -b.Hi * xi
		e := math.FMA(-b.Hi, xi, -p) - b.Lo*xi
		if x.Lo != nil {
			e -= b.Hi * x.Lo[i]
		}
		h := v.Hi[i]
		s := h + p
		t := s - h
		l := v.Lo[i] + ((h - (s - t)) + (p - t) + e)
		hi := s + l
		v.Hi[i], v.Lo[i] = hi, l-(hi-s)
	}
}

func upperTimes(r [][]dd.Num, x []dd.Num) []dd.Num {
	out := make([]dd.Num, len(x))
	for i := range out {
		for k := i; k < len(x); k++ {
			out[i] = out[i].Add(r[i][k].Mul(x[k]))
		}
	}
	return out
}

func upperTransposeTimes(r [][]dd.Num, x []dd.Num) []dd.Num {
	out := make([]dd.Num, len(x))
	for k := range out {
		for i := 0; i <= k; i++ {
			out[k] = out[k].Add(r[i][k].Mul(x[i]))
		}
	}
	return out
}

func nans(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// exactFit is the share of Σy² that residuals of 2^-94 of y leave.
const exactFit = 1e-56

// finish turns scaled numbers into the caller's units and sums up the fit.
func (f *LinearFit) finish(constant bool) {
	e := f.residuals()
	rss, tss := f.weightedSquares(e, false), f.weightedSquares(f.model.Y, constant)
	// Below the rounding of double-double itself nothing is left: an exact fit.
	if all := f.weightedSquares(f.model.Y, false); !(rss.Hi > exactFit*all.Hi) {
		rss = dd.Num{}
		if !(tss.Hi > exactFit*all.Hi) {
			tss = dd.Num{}
		}
	}
	for k, j := range f.kept {
		f.Coef[j] = f.beta[k].Ldexp(f.yScale - f.scale[j]).Float()
	}
	f.Residuals, f.Fitted = make([]float64, f.N), make([]float64, f.N)
	f.scaled = make([]float64, f.N)
	for i := range f.Residuals {
		f.scaled[i] = e.At(i).Float()
		f.Residuals[i] = e.At(i).Ldexp(f.yScale).Float()
		f.Fitted[i] = f.model.Y.At(i).Sub(e.At(i)).Ldexp(f.yScale).Float()
	}
	f.RSS, f.TSS = math.Ldexp(rss.Float(), 2*f.yScale), math.Ldexp(tss.Float(), 2*f.yScale)
	f.R2, f.R2Within = math.NaN(), math.NaN()
	if tss.Hi > 0 {
		f.R2Within = dd.Of(1).Sub(rss.Div(tss)).Float()
		f.R2 = f.R2Within
	} else {
		f.warnf("y does not vary: r2 is undefined")
	}
	if f.tssAll.Hi > 0 {
		f.R2 = dd.Of(1).Sub(rss.Div(f.tssAll)).Float()
	}
	f.DFModel = f.Rank
	if constant && len(f.model.Absorb) == 0 {
		f.DFModel--
	}
	f.spread(rss, tss)
}

// spread sets Sigma and F.
func (f *LinearFit) spread(rss, tss dd.Num) {
	f.Sigma, f.sigmaSc, f.F = math.NaN(), math.NaN(), math.NaN()
	if f.DF <= 0 {
		f.warnf("no degree of freedom is left (%d rows, %d coefficients): standard errors are undefined", f.N, f.Rank+f.AbsorbedRank)
		return
	}
	ms := rss.Div(dd.Int(f.DF))
	root := ms.Sqrt()
	f.sigmaSc, f.Sigma = root.Float(), root.Ldexp(f.yScale).Float()
	switch explained := tss.Sub(rss); {
	case f.DFModel <= 0 || tss.Hi <= 0:
	case rss.Hi > 0:
		f.F = max(0, explained.Div(dd.Int(f.DFModel)).Div(ms).Float())
	default:
		f.F = math.Inf(1)
	}
	if !(rss.Hi > 1e-26*tss.Hi) {
		f.warnf("the columns fit y exactly (to rounding): standard errors, t and F mean nothing")
	}
	if f.Condition > 1e9 {
		f.warnf("the columns are nearly collinear: condition number %.1e after scaling to length 1", f.Condition)
	}
}

// weightedSquares is Σ w·v², about the weighted mean when asked.
func (f *LinearFit) weightedSquares(v dd.Vec, centred bool) dd.Num {
	var mean, total dd.Num
	if centred {
		for i := range v.Hi {
			w := f.within.weight(i)
			mean, total = mean.Add(v.At(i).Mul(w)), total.Add(w)
		}
		mean = mean.Div(total)
	}
	var s dd.Num
	for i := range v.Hi {
		d := v.At(i).Sub(mean)
		s = s.Add(d.Mul(d).Mul(f.within.weight(i)))
	}
	return s
}
