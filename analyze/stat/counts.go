package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"hardyards/analyze/stat/dd"
)

// Counts is a log-linear regression of a count: E[y] = exp(Xβ + offset), with one
// or two sets of fixed effects absorbed.
type Counts struct {
	Y      dd.Vec
	X      []dd.Vec
	Offset dd.Vec // Hi nil: none. The logarithm of the exposure
	Absorb [][]int
	// Constant says that X holds a constant, as in Linear.
	Constant bool
}

// CountsFit is a fitted Counts.
type CountsFit struct {
	Coef     []float64 // NaN for aliases
	N        int
	Rows     []int // rows used
	DF       int
	Mu       []float64 // fitted means of the rows used
	Deviance float64
	Loglik   float64
	// Dispersion is Pearson's Σ(y−μ)²/V(μ) over DF: the quasi-Poisson φ. Well above 1
	// the iid standard errors of a Poisson regression are too small.
	Dispersion float64
	Theta      float64 // of the negative binomial, V = μ + μ²/θ; +Inf for Poisson
	ThetaSE    float64
	Separated  []int // rows left out, as no finite estimate exists with them
	Aliased    []Alias
	Iterations int
	Warnings   []string

	last *LinearFit // the last weighted least squares step
}

// Poisson estimates by maximum likelihood: iteratively reweighted least squares
// (McCullagh & Nelder 1989, 2.5), every step by Linear with weights μ and effects
// absorbed (Correia, Guimarães & Zylkin 2020). Iteration ends when the deviance
// settles to 1e-13.
//
// Separation: when a direction d exists with x'd = 0 wherever y > 0 and x'd ≤ 0
// wherever y = 0, not all 0, no finite estimate exists and software that does
// not look prints a huge coefficient. Newton's steps then follow such a direction, by
// −1 a step; the last step is checked to be one, the rows with x'd < 0 are left
// out, as their fitted mean is 0, and are reported (S. Correia, P. Guimarães &
// T. Zylkin, "Verifying the existence of maximum likelihood estimates for
// generalized linear models", 2019). Groups of absorbed effects without any count go the same way.
//
// Assumes E[y|x] as above; the variance enters standard errors only. Refuses
// negative y, NaN, infinities, all y zero. A y that is no whole number is allowed
// (pseudo maximum likelihood), with a warning.
func (c Counts) Poisson() (*CountsFit, error) { return c.fit(false) }

// NegBin estimates the NB2 model, V(y) = μ + μ²/θ, by maximum likelihood: β given
// θ by reweighted least squares, θ given β by its score equation, in turn until
// both settle to 1e-12; as MASS's glm.nb (Venables & Ripley 2002, 7.4). Standard
// errors of β take θ as known, as there: β and θ are asymptotically independent.
// Data without overdispersion have no finite θ: the Poisson fit is returned, with
// Theta +Inf and a warning. Refuses what Poisson refuses, and fractional y.
func (c Counts) NegBin() (*CountsFit, error) { return c.fit(true) }

func (c Counts) fit(negbin bool) (*CountsFit, error) {
	if err := c.check(negbin); err != nil {
		return nil, err
	}
	out := &CountsFit{}
	rows := c.start(out)
	for {
		s, err := c.at(rows)
		if err != nil {
			return nil, err
		}
		s.theta = math.Inf(1)
		if err := s.settle(); err != nil {
			return nil, err
		}
		if bad := s.separated(); len(bad) > 0 {
			out.Separated = append(out.Separated, takeInts(rows, bad)...)
			rows = except(rows, bad)
			continue
		}
		if negbin {
			if err := s.dispersed(out); err != nil {
				return nil, err
			}
		}
		c.sum(out, s, rows)
		return out, nil
	}
}

func (c Counts) check(negbin bool) error {
	m := Linear{Y: c.Y, X: c.X, Absorb: c.Absorb}
	if err := m.check(); err != nil {
		return err
	}
	if c.Offset.Hi != nil {
		if err := checkVec("offset", c.Offset, c.Y.Len()); err != nil {
			return err
		}
	}
	var total float64
	for i, y := range c.Y.Hi {
		if y < 0 {
			return fmt.Errorf("%w: y, row %d: %v is negative: no count", ErrInput, i+1, y)
		}
		if negbin && y != math.Trunc(y) {
			return fmt.Errorf("%w: y, row %d: %v is no whole number, which the negative binomial needs", ErrInput, i+1, y)
		}
		total = max(total, y)
	}
	if total == 0 {
		return fmt.Errorf("%w: every count is 0", ErrSeparated)
	}
	return nil
}

// start are the rows that can take part: without singletons of absorbed effects
// and without groups that have no count at all.
func (c Counts) start(out *CountsFit) []int {
	rows := make([]int, c.Y.Len())
	fraction := false
	for i := range rows {
		rows[i] = i
		fraction = fraction || c.Y.Hi[i] != math.Trunc(c.Y.Hi[i])
	}
	if fraction {
		out.Warnings = append(out.Warnings, "some counts are no whole numbers: pseudo maximum likelihood, use robust standard errors")
	}
	for before := -1; before != len(rows); {
		before = len(rows)
		for _, g := range c.Absorb {
			total := map[int]float64{}
			for _, i := range rows {
				total[g[i]] += c.Y.Hi[i]
			}
			var left []int
			for _, i := range rows {
				if total[g[i]] > 0 {
					left = append(left, i)
				} else {
					out.Separated = append(out.Separated, i)
				}
			}
			rows = left
		}
		sub := make([][]int, len(c.Absorb))
		for s := range sub {
			sub[s] = takeInts(c.Absorb[s], rows)
		}
		left := withoutSingletons(sub, len(rows))
		if lone := len(rows) - len(left); lone > 0 {
			out.Warnings = append(out.Warnings, fmt.Sprintf("%d rows are alone in an absorbed group and are left out (singletons)", lone))
		}
		rows = takeInts(rows, left)
	}
	return rows
}

func except(rows, bad []int) []int {
	drop := map[int]bool{}
	for _, k := range bad {
		drop[k] = true
	}
	var out []int
	for k, i := range rows {
		if !drop[k] {
			out = append(out, i)
		}
	}
	return out
}

// scoring is the state of the iteration on the rows that take part.
type scoring struct {
	c          Counts
	y, offset  []float64
	eta, mu    []float64
	step       []float64 // change of eta in the last step
	theta      float64   // +Inf: Poisson
	deviance   float64
	iterations int
	last       *LinearFit
}

func (c Counts) at(rows []int) (*scoring, error) {
	if len(rows) == 0 {
		return nil, fmt.Errorf("%w: no row is left", ErrSeparated)
	}
	s := &scoring{c: c, y: make([]float64, len(rows)), offset: make([]float64, len(rows))}
	s.c.Y = c.Y.Take(rows)
	s.c.X = make([]dd.Vec, len(c.X))
	for j := range c.X {
		s.c.X[j] = c.X[j].Take(rows)
	}
	s.c.Absorb = make([][]int, len(c.Absorb))
	for k := range c.Absorb {
		s.c.Absorb[k] = takeInts(c.Absorb[k], rows)
	}
	var mean, exposure float64
	for k, i := range rows {
		s.y[k] = c.Y.Hi[i]
		if c.Offset.Hi != nil {
			s.offset[k] = c.Offset.At(i).Float()
		}
		mean += s.y[k]
		exposure += math.Exp(s.offset[k])
	}
	rate := mean / exposure
	if mean == 0 {
		return nil, fmt.Errorf("%w: every count left is 0", ErrSeparated)
	}
	if !(rate > 0) || math.IsInf(rate, 0) {
		return nil, fmt.Errorf("%w: offsets are too large or too small for exp", ErrInput)
	}
	s.eta, s.mu = make([]float64, len(rows)), make([]float64, len(rows))
	for k := range rows {
		// Halfway between the row and the common rate, so that no logarithm of 0 is taken.
		s.eta[k] = math.Log((s.y[k] + rate*math.Exp(s.offset[k])) / 2)
		s.mu[k] = math.Exp(s.eta[k])
	}
	return s, nil
}

// maxSteps of one reweighting; Newton needs about ten.
const maxSteps = 100

// settle iterates to the estimate for the given theta.
func (s *scoring) settle() error {
	s.deviance = math.Inf(1)
	calm := 0
	for range maxSteps {
		before := s.deviance
		if err := s.advance(); err != nil {
			return err
		}
		if math.Abs(s.deviance-before) <= 1e-13*(math.Abs(s.deviance)+0.1) {
			if calm++; calm == 2 {
				return nil
			}
		} else {
			calm = 0
		}
	}
	return fmt.Errorf("%w: the deviance did not settle in %d steps", ErrDiverged, maxSteps)
}

// advance is one step of reweighted least squares, halved while it makes the
// deviance worse.
func (s *scoring) advance() error {
	n := len(s.y)
	z, w := dd.NewVec(n), make([]float64, n)
	for i := range n {
		w[i] = max(s.mu[i]/(1+s.mu[i]/s.theta), 1e-280)
		z.Set(i, dd.Of(s.eta[i]-s.offset[i]).Add(dd.Of((s.y[i]-s.mu[i])/s.mu[i])))
	}
	lm, err := Linear{Y: z, X: s.c.X, Weights: dd.Vec{Hi: w}, Absorb: s.c.Absorb, Constant: s.c.Constant}.Fit()
	if err != nil {
		return err
	}
	if lm.N != n {
		return fmt.Errorf("%w: rows fell out during the iteration", ErrDiverged)
	}
	s.iterations++
	s.last = lm
	from := s.eta
	to := make([]float64, n)
	for i := range to {
		to[i] = z.At(i).Float() - lm.Residuals[i] + s.offset[i]
	}
	first := math.IsInf(s.deviance, 1)
	for half := 0; ; half++ {
		eta, mu := make([]float64, n), make([]float64, n)
		share := math.Ldexp(1, -half)
		for i := range eta {
			eta[i] = from[i] + share*(to[i]-from[i])
			mu[i] = math.Exp(max(eta[i], -600))
		}
		d := s.devianceAt(mu)
		if first && d-d == 0 || d <= s.deviance*(1+1e-9)+1e-9 {
			s.take(eta, mu, d)
			return nil
		}
		if half == 30 {
			return fmt.Errorf("%w: no step lowers the deviance", ErrDiverged)
		}
	}
}

func (s *scoring) take(eta, mu []float64, d float64) {
	s.step = make([]float64, len(eta))
	for i := range eta {
		s.step[i] = eta[i] - s.eta[i]
	}
	s.eta, s.mu, s.deviance = eta, mu, d
}

// devianceAt is 2Σ[y·log(y/μ) − (y−μ)], or 2Σ[y·log(y/μ) − (y+θ)·log((y+θ)/(μ+θ))].
func (s *scoring) devianceAt(mu []float64) float64 {
	var sum dd.Num
	for i, y := range s.y {
		sum = sum.Add(dd.Of(unitDeviance(y, mu[i], s.theta)))
	}
	return sum.Float()
}

func unitDeviance(y, mu, theta float64) float64 {
	var d float64
	if y > 0 {
		d = y * math.Log(y/mu)
	}
	if math.IsInf(theta, 1) {
		return 2 * (d - (y - mu))
	}
	return 2 * (d - (y+theta)*math.Log1p((y-mu)/(mu+theta)))
}

// separated are the rows along which the last step runs away, when that step is a
// direction of separation.
func (s *scoring) separated() []int {
	var out []int
	for i, d := range s.step {
		switch {
		case s.y[i] > 0 && math.Abs(d) > 1e-5, d > 1e-5:
			return nil
		case s.y[i] == 0 && d < -1e-3:
			out = append(out, i)
		}
	}
	return out
}

// dispersed estimates theta and beta in turn.
func (s *scoring) dispersed(out *CountsFit) error {
	if s.excess() <= 0 {
		out.Warnings = append(out.Warnings, "the counts are not overdispersed: theta has no finite estimate, the Poisson fit is given")
		return nil
	}
	for range 200 {
		before := s.theta
		s.theta = s.thetaGiven()
		if s.theta > 1e8 {
			s.theta = math.Inf(1)
			out.Warnings = append(out.Warnings, "theta grows without bound: the Poisson fit is given")
			return s.settle()
		}
		if err := s.settle(); err != nil {
			return err
		}
		if math.Abs(s.theta-before) <= 1e-12*s.theta {
			return nil
		}
	}
	return fmt.Errorf("%w: theta did not settle", ErrDiverged)
}

// excess is the sign of the score of 1/θ at 0, Σ[(y−μ)² − y]/2: not above 0, the
// likelihood is greatest at θ = ∞.
func (s *scoring) excess() float64 {
	var sum float64
	for i, y := range s.y {
		d := y - s.mu[i]
		sum += d*d - y
	}
	return sum
}

// thetaGiven solves the score equation of θ for the present μ by bisection on log θ.
func (s *scoring) thetaGiven() float64 {
	lo, hi := math.Log(1e-8), math.Log(1e9)
	for range 200 {
		mid := (lo + hi) / 2
		if mid <= lo || mid >= hi {
			break
		}
		if s.thetaScore(math.Exp(mid)) > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return math.Exp((lo + hi) / 2)
}

// thetaScore is ∂loglik/∂θ.
func (s *scoring) thetaScore(theta float64) float64 {
	var sum dd.Num
	psi := mathext.Digamma(theta)
	for i, y := range s.y {
		mu := s.mu[i]
		sum = sum.Add(dd.Of(mathext.Digamma(theta+y) - psi - math.Log1p(mu/theta) + (mu-y)/(mu+theta)))
	}
	return sum.Float()
}

// thetaInformation is −∂²loglik/∂θ²; trigamma is Hurwitz' ζ(2, x).
func (s *scoring) thetaInformation() float64 {
	var sum float64
	for i, y := range s.y {
		mu, t := s.mu[i], s.theta
		sum += mathext.Zeta(2, t) - mathext.Zeta(2, t+y) - 1/t + 2/(mu+t) - (y+t)/((mu+t)*(mu+t))
	}
	return sum
}

func (s *scoring) loglik() float64 {
	var sum dd.Num
	for i, y := range s.y {
		mu := s.mu[i]
		fact, _ := math.Lgamma(y + 1)
		l := y*math.Log(mu) - mu - fact
		if !math.IsInf(s.theta, 1) {
			a, _ := math.Lgamma(y + s.theta)
			b, _ := math.Lgamma(s.theta)
			l = a - b - fact + y*math.Log(mu/(mu+s.theta)) - s.theta*math.Log1p(mu/s.theta)
		}
		sum = sum.Add(dd.Of(l))
	}
	return sum.Float()
}

// sum fills the result.
func (c Counts) sum(out *CountsFit, s *scoring, rows []int) {
	out.Coef, out.Aliased, out.last = s.last.Coef, s.last.Aliased, s.last
	out.N, out.Rows, out.DF, out.Mu = len(rows), rows, s.last.DF, s.mu
	out.Deviance, out.Loglik, out.Iterations = s.deviance, s.loglik(), s.iterations
	out.Theta, out.ThetaSE = s.theta, math.NaN()
	if !math.IsInf(s.theta, 1) {
		out.ThetaSE = 1 / math.Sqrt(s.thetaInformation())
	}
	out.Dispersion = s.last.Sigma * s.last.Sigma
	if n := len(out.Separated); n > 0 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("separation: %d rows with count 0 are predicted perfectly; no finite estimate exists with them and they are left out", n))
	}
	if out.DF <= 0 {
		out.Warnings = append(out.Warnings, "no degree of freedom is left: dispersion is undefined")
	} else if math.IsInf(s.theta, 1) && out.Dispersion > 1.5 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("overdispersed: Pearson dispersion %.3g, standard errors by the model (iid) are too small by its root", out.Dispersion))
	}
}

// Quasi is the covariance of quasi-likelihood, for Counts only: the model's times
// the Pearson dispersion (McCullagh & Nelder 1989, 9.2), with t tests.
const Quasi Kind = "quasi"

// Covariance of the coefficients: IID is the model's (X'WX)⁻¹, Quasi that times the
// dispersion, HC0, HC1 and CR0, CR1 are sandwiches around it with the factors of
// LinearFit.Covariance. Reference distributions: normal for IID and HC, t on DF for
// Quasi, t on G−1 for clusters.
// Kinds that need leverages are refused.
func (f *CountsFit) Covariance(ask VCov) (Covariance, error) {
	kind := ask.Kind
	if kind.leverage() {
		return Covariance{}, fmt.Errorf("%w: %s is defined for linear regressions; use HC1 or CR1", ErrInput, kind)
	}
	if kind == Quasi {
		ask.Kind = IID
	}
	clusters := ask.Clusters
	ask.Clusters = make([][]int, len(clusters))
	for k, c := range clusters {
		if n := len(f.Rows); n > 0 && len(c) <= f.Rows[n-1] {
			return Covariance{}, fmt.Errorf("%w: clusters for %d rows, not all", ErrInput, len(c))
		}
		ask.Clusters[k] = takeInts(c, f.Rows)
	}
	out, err := f.last.Covariance(ask)
	if err != nil {
		return out, err
	}
	out.Kind = kind
	switch kind {
	case IID:
		f.byModel(&out)
	case HC0, HC1:
		out.DF = f.last.each(math.Inf(1))
	}
	return out, nil
}

// byModel takes the dispersion out of the least squares step's covariance.
func (f *CountsFit) byModel(out *Covariance) {
	out.DF = f.last.each(math.Inf(1))
	p := len(f.last.rinv)
	v, se := make([][]float64, p), make([]float64, p)
	for i := range p {
		v[i] = make([]float64, p)
		for j := range p {
			var s dd.Num
			for k := max(i, j); k < p; k++ {
				s = s.Add(f.last.rinv[i][k].Mul(f.last.rinv[j][k]))
			}
			v[i][j] = s.Float()
		}
		se[i] = math.Sqrt(v[i][i])
	}
	scaled := *f.last
	scaled.yScale = 0
	scaled.unscale(out, v, se)
}
