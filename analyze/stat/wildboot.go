package stat

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// WildWeights is the distribution of the bootstrap's signs.
type WildWeights string

const (
	// Rademacher is ±1, each with probability 1/2.
	Rademacher WildWeights = "rademacher"
	// Webb is ±√½, ±1, ±√(3/2), each with probability 1/6: more distinct draws where
	// there are so few clusters that 2^G of them say little (M. Webb 2014, 2023).
	Webb WildWeights = "webb"
)

// WildBoot tests one coefficient of a linear regression with clustered errors.
type WildBoot struct {
	Model   Linear // without Weights
	Column  int    // of X: the coefficient tested
	Null    float64
	Cluster []int
	// Subcluster is the finer level at which the subcluster bootstrap draws; nil is
	// the row, the ordinary wild bootstrap (MacKinnon & Webb 2018).
	Subcluster []int
	// Time, where given, places a row within its cluster, so that randomisation can
	// give the path of a treated cluster to another. Not needed where the column is
	// constant within clusters.
	Time    []int
	Weights WildWeights // "" is Rademacher
	Reps    int         // draws; 0 is 99,999
	All     bool        // enumerate all 2^G signs whatever Reps is
	Seed    uint64
	Level   float64 // of the confidence set; 0 is 0.95
}

// WildResult holds the p-values of one hypothesis side by side. Each has a known
// fault where few clusters are treated, which Warnings name; NaN is not computed.
type WildResult struct {
	N                     int
	Estimate, SE, T       float64 // SE and T by CR1
	Clusters, Treated     int     // Treated: clusters in which the column is not 0; -1 where that means nothing
	PCluster              float64 // t on G−1
	PCR2, DFCR2           float64
	PRestricted           float64
	PRestrictedTies       float64 // ties counted in full
	PUnrestricted         float64
	PSubcluster           float64
	PRandomisation        float64
	Lo, Hi                float64 // values not rejected by the restricted bootstrap; NaN: unbounded on that side
	Draws, Ties           int     // of the restricted bootstrap
	Enumerated            bool
	SubclusterDraws       int
	Assignments           int  // of the randomisation, the actual one included
	RandomisationOnT      bool // false: on the estimate
	RandomisationComplete bool // every assignment was taken
	Warnings              []string
}

const (
	defaultDraws = 99_999
	// tieTolerance: |t*| within this share of |t| is a tie. Signs that only reorder
	// equal sums differ by rounding, about 1e-14.
	tieTolerance = 1e-10
)

// Run computes the wild cluster bootstrap, restricted (residuals under the null,
// WCR) and unrestricted (WCU), the restricted subcluster bootstrap, randomisation
// inference, and the set of values that the restricted bootstrap doesn't reject.
//
// With x̃ the tested column less its projection on the others, u residuals and v
// signs by cluster, the bootstrap estimate differs from the null by Σ v_g a_g,
// a_g = x̃_g'u_g/x̃'x̃, and the score of cluster h is Σ_g K_hg v_g with
// K_hg = δ_hg·a_g − x̃_h'Q_h Q_g'u_g/x̃'x̃, Q an orthonormal basis of all columns: so a
// draw costs G² operations whatever the number of rows. u is linear in the null, so the
// draws are made once and every value of the confidence set reuses them.
//
// Sources: A. C. Cameron, J. Gelbach & D. Miller, Rev. Econ. Stat. 90 (2008);
// D. Roodman, J. MacKinnon, M. Nielsen & M. Webb, "Fast and wild", Stata J. 19
// (2019) (algorithm, inversion); J. MacKinnon & M. Webb, J. Appl. Econometrics 32
// (2017) and Econometrics J. 21 (2018) (few treated, subclusters), J. Econometrics
// 218 (2020) (randomisation on t).
//
// Tie rule: p is the share of draws with |t*| > |t|, as boottest has it; ties, to
// 1e-10, don't count, but their number and the p with them are given beside. The
// identity draw is always one (all signs +1 give t itself), so that with few
// clusters the p with ties is the one that can't be 0. Where signs are drawn at
// random the actual sample counts as one more draw, p = (1+count)/(1+draws).
//
// Refuses weights, fewer than two clusters, a column that the others span, no
// degree of freedom.
func (w WildBoot) Run() (*WildResult, error) {
	if w.Column < 0 || w.Column >= len(w.Model.X) {
		return nil, fmt.Errorf("%w: column %d of %d", ErrInput, w.Column+1, len(w.Model.X))
	}
	if w.Model.Weights.Hi != nil {
		return nil, fmt.Errorf("%w: the wild bootstrap takes no regression weights", ErrInput)
	}
	if w.Weights == "" {
		w.Weights = Rademacher
	}
	if w.Weights != Rademacher && w.Weights != Webb {
		return nil, fmt.Errorf("%w: no distribution %q of signs; there are rademacher and webb", ErrInput, w.Weights)
	}
	if w.Level == 0 {
		w.Level = 0.95
	}
	s, err := w.sketch()
	if err != nil {
		return nil, err
	}
	out := s.out
	draws, err := w.clusterDraws(s)
	if err != nil {
		return nil, err
	}
	if s.se > 0 {
		w.judge(s, draws)
		w.subclusters(s)
		w.randomise(s)
	} else {
		out.Warnings = append(out.Warnings, "the standard error is 0: no test can be made")
	}
	out.warn(1 - w.Level)
	return out, nil
}

// sketch is what all tests of one coefficient share, in scaled units of the fit.
type sketch struct {
	out    *WildResult
	fit    *LinearFit
	g      grouping
	q      [][]float64 // orthonormal basis of all columns and effects, by row
	x      []float64   // the column less its projection on the others
	u      []float64   // residuals of the full regression
	length float64     // x'x
	beta   float64     // estimate in scaled units
	null   float64     // null in scaled units
	unit   float64     // of a scaled coefficient, in the caller's
	se     float64     // root of Σ scores², scaled units, without small-sample factor
	px     [][]float64 // x_h'Q_h by cluster
}

func (w WildBoot) sketch() (*sketch, error) {
	f, err := w.Model.Fit()
	if err != nil {
		return nil, err
	}
	at := -1
	for k, j := range f.kept {
		if j == w.Column {
			at = k
		}
	}
	if at < 0 {
		return nil, fmt.Errorf("%w: the tested column is a combination of the others", ErrInput)
	}
	if f.DF <= 0 {
		return nil, fmt.Errorf("%w: no degree of freedom is left", ErrTooFew)
	}
	cov, err := f.Covariance(VCov{Kind: CR1, Clusters: [][]int{w.Cluster}})
	if err != nil {
		return nil, err
	}
	s := &sketch{fit: f, g: newGrouping(takeInts(w.Cluster, f.Rows)), u: f.scaled, beta: f.beta[at].Float()}
	shift := f.yScale - f.scale[w.Column]
	s.null, s.unit = math.Ldexp(w.Null, -shift), math.Ldexp(1, shift)
	s.out = &WildResult{N: f.N, Estimate: f.Coef[w.Column], SE: cov.SE[w.Column], Clusters: s.g.count,
		PCluster: math.NaN(), PCR2: math.NaN(), DFCR2: math.NaN(), PRestricted: math.NaN(), PRestrictedTies: math.NaN(), PUnrestricted: math.NaN(),
		PSubcluster: math.NaN(), PRandomisation: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
	s.out.T = (s.out.Estimate - w.Null) / s.out.SE
	s.out.PCluster = TwoSidedT(s.out.T, float64(s.g.count-1))
	s.out.Warnings = append(s.out.Warnings, f.Warnings...)
	s.out.Treated = w.treated(s)
	w.linearised(s)
	b, err := f.basis(true)
	if err != nil {
		return nil, err
	}
	s.q = b.q
	s.residualised(b, at)
	return s, nil
}

// linearised adds CR2's p-value with its degrees of freedom; not with one treated or
// one untreated cluster, whose residuals the coefficient itself makes vanish:
// (I−H) is singular there and the generalised inverse adjusts nothing.
func (w WildBoot) linearised(s *sketch) {
	if t := s.out.Treated; t >= 0 && min(t, s.g.count-t) < 2 {
		s.out.Warnings = append(s.out.Warnings, "CR2 is undefined for a coefficient that one cluster alone decides")
		return
	}
	cov, err := s.fit.Covariance(VCov{Kind: CR2, Clusters: [][]int{w.Cluster}})
	if err != nil {
		s.out.Warnings = append(s.out.Warnings, "CR2: "+err.Error())
		return
	}
	s.out.DFCR2 = cov.DF[w.Column]
	s.out.PCR2 = TwoSidedT((s.out.Estimate-w.Null)/cov.SE[w.Column], s.out.DFCR2)
}

// residualised forms x̃ from the basis: the row ℓ of L with β = ℓ'Q'y is
// x̃'/x̃'x̃ in that basis.
func (s *sketch) residualised(b basis, at int) {
	l := b.l[at]
	var norm float64
	for _, v := range l {
		norm += v * v
	}
	s.length = 1 / norm
	s.x = make([]float64, len(b.q))
	for i, q := range b.q {
		s.x[i] = dot(l, q[:len(l)]) * s.length
	}
	s.px = s.sums(s.x)
	s.se = s.rootScores(s.u)
}

// rootScores is √Σ_h(x̃_h'u_h)²/x̃'x̃, the standard error before its factor.
func (s *sketch) rootScores(u []float64) float64 {
	var squares float64
	for _, rows := range s.g.rows {
		var t float64
		for _, i := range rows {
			t += s.x[i] * u[i]
		}
		squares += t * t
	}
	return math.Sqrt(squares) / s.length
}

// sums are v_h'Q_h for every cluster.
func (s *sketch) sums(v []float64) [][]float64 {
	out := make([][]float64, s.g.count)
	for h, rows := range s.g.rows {
		out[h] = make([]float64, len(s.q[0]))
		for _, i := range rows {
			for k, q := range s.q[i] {
				out[h][k] += v[i] * q
			}
		}
	}
	return out
}

// treated counts clusters in which the column is not 0 somewhere; -1 when it is 0
// nowhere, and so no treatment.
func (w WildBoot) treated(s *sketch) int {
	zero := false
	count := 0
	for _, rows := range s.g.rows {
		any := false
		for _, i := range rows {
			if w.Model.X[w.Column].At(s.fit.Rows[i]).IsZero() {
				zero = true
			} else {
				any = true
			}
		}
		if any {
			count++
		}
	}
	if !zero || count == 0 {
		return -1
	}
	return count
}

// kernel turns signs into a numerator and scores, for residuals u.
type kernel struct {
	a []float64   // x̃_g'u_g/x̃'x̃
	k [][]float64 // K, row h
}

// kernelOf builds K for draws by the groups `by` and scores by cluster.
func (s *sketch) kernelOf(u []float64, by grouping) kernel {
	r := len(s.q[0])
	out := kernel{a: make([]float64, by.count), k: make([][]float64, s.g.count)}
	for h := range out.k {
		out.k[h] = make([]float64, by.count)
	}
	for c, rows := range by.rows {
		sum := make([]float64, r)
		for _, i := range rows {
			out.a[c] += s.x[i] * u[i] / s.length
			out.k[s.g.of[i]][c] += s.x[i] * u[i] / s.length
			for k, q := range s.q[i] {
				sum[k] += u[i] * q
			}
		}
		for h := range out.k {
			out.k[h][c] -= dot(s.px[h], sum) / s.length
		}
	}
	return out
}

// draw is what one set of signs gives: for residuals û − δ·x̃ the numerator is
// n0 − δ·n1 and the squared denominator q0 − 2δ·q1 + δ²·q2.
type draw struct{ n0, n1, q0, q1, q2 float64 }

// t is the absolute bootstrap t at δ, and false where its denominator vanishes.
func (d draw) t(delta float64) (float64, bool) {
	q := d.q0 - 2*delta*d.q1 + delta*delta*d.q2
	size := d.q0 + delta*delta*d.q2
	if !(q > 1e-24*size) {
		return math.Inf(1), false
	}
	return math.Abs(d.n0-delta*d.n1) / math.Sqrt(q), true
}

// drawBlock is the number of draws one seed serves.
const drawBlock = 1 << 10

// evaluate makes n draws; without a slope they serve δ = 0 alone; signs fills v for draw number i of a block's generator.
func evaluate(n int, base, slope kernel, seed uint64, signs func(v []float64, i int, rng *rand.Rand)) []draw {
	out := make([]draw, n)
	groups := len(base.a)
	parallel((n+drawBlock-1)/drawBlock, func(b int) {
		rng := rand.New(rand.NewPCG(seed, uint64(b)))
		v := make([]float64, groups)
		for i := b * drawBlock; i < min(n, (b+1)*drawBlock); i++ {
			signs(v, i, rng)
			d := draw{n0: dot(base.a, v)}
			for h := range base.k {
				if slope.k == nil {
					s0 := dot(base.k[h], v)
					d.q0 += s0 * s0
					continue
				}
				s0, s1 := dotTwo(base.k[h], slope.k[h], v)
				d.q0 += s0 * s0
				d.q1 += s0 * s1
				d.q2 += s1 * s1
			}
			if slope.k != nil {
				d.n1 = dot(slope.a, v)
			}
			out[i] = d
		}
	})
	return out
}

// dotTwo is a'v and b'v in one pass, two sums each so that additions overlap.
func dotTwo(a, b, v []float64) (float64, float64) {
	var s0, s1, t0, t1 float64
	a, b = a[:len(v)], b[:len(v)]
	i := 0
	for ; i+1 < len(v); i += 2 {
		s0 += a[i] * v[i]
		s1 += a[i+1] * v[i+1]
		t0 += b[i] * v[i]
		t1 += b[i+1] * v[i+1]
	}
	if i < len(v) {
		s0 += a[i] * v[i]
		t0 += b[i] * v[i]
	}
	return s0 + s1, t0 + t1
}

// signsOf draws from a distribution.
func signsOf(w WildWeights) func(v []float64, i int, rng *rand.Rand) {
	if w == Webb {
		six := [6]float64{-math.Sqrt(1.5), -1, -math.Sqrt(0.5), math.Sqrt(0.5), 1, math.Sqrt(1.5)}
		return func(v []float64, _ int, rng *rand.Rand) {
			for k := range v {
				v[k] = six[rng.IntN(6)]
			}
		}
	}
	return func(v []float64, _ int, rng *rand.Rand) {
		var bits uint64
		for k := range v {
			if k%64 == 0 {
				bits = rng.Uint64()
			}
			v[k] = 1 - 2*float64(bits&1)
			bits >>= 1
		}
	}
}

// everySign is sign vector number i of 2^G.
func everySign(v []float64, i int, _ *rand.Rand) {
	for k := range v {
		v[k] = 1 - 2*float64(i>>k&1)
	}
}

// maxEnumerated clusters: 2^20 draws.
const maxEnumerated = 20

// clusterDraws makes the draws by cluster.
func (w WildBoot) clusterDraws(s *sketch) ([]draw, error) {
	reps := w.Reps
	if reps == 0 {
		reps = defaultDraws
	}
	if reps < 1 || reps > 10_000_000 {
		return nil, fmt.Errorf("%w: %d draws; from 1 to 10 million", ErrInput, w.Reps)
	}
	g := s.g.count
	if w.All && (w.Weights != Rademacher || g > maxEnumerated) {
		return nil, fmt.Errorf("%w: all signs can be enumerated for rademacher and at most %d clusters (here %s, %d)", ErrClusters, maxEnumerated, w.Weights, g)
	}
	s.out.Enumerated = w.All || w.Weights == Rademacher && g <= maxEnumerated && 1<<g <= reps
	base, slope := s.kernelOf(s.u, s.g), s.kernelOf(s.x, s.g)
	signs := signsOf(w.Weights)
	if s.out.Enumerated {
		reps, signs = 1<<g, everySign
	}
	s.out.Draws = reps
	return evaluate(reps, base, slope, w.Seed, signs), nil
}

// judge fills the p-values by cluster and the confidence set.
func (w WildBoot) judge(s *sketch, draws []draw) {
	out, delta := s.out, s.null-s.beta
	t := math.Abs(delta) / s.se
	greater, ties, lost := exceed(draws, delta, t)
	out.Ties = ties
	out.PRestricted = share(greater, len(draws), out.Enumerated)
	out.PRestrictedTies = share(greater+ties, len(draws), out.Enumerated)
	more, _, _ := exceed(draws, 0, t)
	out.PUnrestricted = share(more, len(draws), out.Enumerated)
	if out.Enumerated && (greater == 0 || more == 0) {
		out.Warnings = append(out.Warnings, fmt.Sprintf("no sign vector is more extreme: read a p of 0 as at most %.3g", 2/float64(len(draws))))
	}
	if lost > 0 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%d draws have no standard error and count as more extreme", lost))
	}
	p := func(d float64) float64 {
		g, _, _ := exceed(draws, d, math.Abs(d)/s.se)
		return share(g, len(draws), out.Enumerated)
	}
	out.Lo = out.Estimate + s.unit*bound(p, -s.se, 1-w.Level)
	out.Hi = out.Estimate + s.unit*bound(p, s.se, 1-w.Level)
	if math.IsNaN(out.Lo) || math.IsNaN(out.Hi) {
		out.Warnings = append(out.Warnings, "the confidence set of the restricted bootstrap is unbounded: no value, however far, is rejected")
	}
}

func share(count, draws int, enumerated bool) float64 {
	if enumerated {
		return float64(count) / float64(draws)
	}
	return float64(count+1) / float64(draws+1)
}

// exceed counts draws at δ beyond t and equal to it.
func exceed(draws []draw, delta, t float64) (greater, ties, lost int) {
	for _, d := range draws {
		b, ok := d.t(delta)
		switch {
		case !ok:
			lost++
			greater++
		case b > t*(1+tieTolerance):
			greater++
		case b >= t*(1-tieTolerance):
			ties++
		}
	}
	return greater, ties, lost
}

// bound is the largest distance from the estimate, in the direction and first
// step given, that is not rejected at level alpha; NaN when there is none.
func bound(p func(float64) float64, step, alpha float64) float64 {
	in, out := 0.0, step
	for k := 0; p(out) > alpha; k++ {
		if k == 24 {
			return math.NaN()
		}
		in, out = out, 2*out
	}
	for range 60 {
		mid := (in + out) / 2
		if mid == in || mid == out {
			break
		}
		if p(mid) > alpha {
			in = mid
		} else {
			out = mid
		}
	}
	return (in + out) / 2
}

// subclusterWork bounds draws times matrix of the subcluster bootstrap: a second or so.
const subclusterWork = 1_000_000_000

// ownNumbers numbers the rows by what they hold, so that a row draws the same signs
// wherever it stands in the data.
func (w WildBoot) ownNumbers(s *sketch) []int {
	m := w.Model
	compare := func(a, b int) int {
		i, j := s.fit.Rows[a], s.fit.Rows[b]
		c := cmp.Or(s.g.of[a]-s.g.of[b], m.Y.At(i).Cmp(m.Y.At(j)))
		for k := 0; c == 0 && k < len(m.X); k++ {
			c = m.X[k].At(i).Cmp(m.X[k].At(j))
		}
		for k := 0; c == 0 && k < len(m.Absorb); k++ {
			c = m.Absorb[k][i] - m.Absorb[k][j]
		}
		return c
	}
	order := make([]int, s.fit.N)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, compare)
	out := make([]int, len(order))
	for k, i := range order {
		out[i] = k
	}
	return out
}

// subclusters is the restricted wild bootstrap with signs by subcluster and
// standard errors by cluster.
func (w WildBoot) subclusters(s *sketch) {
	fine := w.ownNumbers(s)
	if w.Subcluster != nil {
		sub := newGrouping(takeInts(w.Subcluster, s.fit.Rows))
		for i := range fine {
			fine[i] = s.g.of[i]*sub.count + sub.of[i]
		}
	}
	by := newGrouping(fine)
	reps := min(9_999, subclusterWork/(by.count*s.g.count))
	if reps < 199 {
		s.out.Warnings = append(s.out.Warnings, fmt.Sprintf("%d subclusters are too many for the subcluster bootstrap; name a coarser level", by.count))
		return
	}
	delta := s.null - s.beta
	u := make([]float64, len(s.u))
	for i := range u {
		u[i] = s.u[i] - delta*s.x[i]
	}
	base := s.kernelOf(u, by)
	draws := evaluate(reps, base, kernel{}, w.Seed+1, signsOf(w.Weights))
	greater, _, _ := exceed(draws, 0, math.Abs(delta)/s.se)
	s.out.PSubcluster, s.out.SubclusterDraws = share(greater, reps, false), reps
}
