package stat

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// trimScore is the propensity from which on a control is left out, as in did.
const trimScore = 0.995

// twoByTwo is the average effect on the treated of one change, given covariates
// x (the first a constant), with the influence of every row. With a constant
// alone it is the difference of mean changes. A warning instead of numbers: too
// few controls, singular covariates, separated treatment.
//
//   - reg: mean over the treated of (change − x'β), β the least squares of the
//     controls.
//   - dr: both groups' changes less x'β, the controls weighted by π/(1−π), π
//     the logit of treatment (Sant'Anna & Zhao 2020, eq. 3.1; influence function
//     as in their package DRDID, drdid_panel).
func twoByTwo(change []float64, treated []bool, x [][]float64, method DiDMethod) (att float64, inf []float64, warning string) {
	c := comparison{change: change, treated: treated, x: x, n: float64(len(change)), k: len(x[0])}
	if c.k == 1 {
		method = OutcomeRegression // without covariates the two are one
	}
	if w := c.regressControls(); w != "" {
		return math.NaN(), nil, w
	}
	if method == OutcomeRegression {
		att, inf = c.regression()
		return att, inf, ""
	}
	if err := c.logit(); err != nil {
		return math.NaN(), nil, err.Error()
	}
	att, inf = c.doublyRobust()
	return att, inf, ""
}

type comparison struct {
	change  []float64
	treated []bool
	x       [][]float64
	n       float64
	k       int
	left    []float64   // change − x'β
	ols     [][]float64 // influence of each row on β
	score   []float64   // propensity
	ps      [][]float64 // influence of each row on the logit's coefficients
}

// regressControls fits β on the controls and its influence, X'X/n inverted.
func (c *comparison) regressControls() string {
	controls := 0
	xx, xy := mat.NewSymDense(c.k, nil), mat.NewVecDense(c.k, nil)
	for i, x := range c.x {
		if c.treated[i] {
			continue
		}
		controls++
		for a := range c.k {
			xy.SetVec(a, xy.AtVec(a)+x[a]*c.change[i]/c.n)
			for b := a; b < c.k; b++ {
				xx.SetSym(a, b, xx.At(a, b)+x[a]*x[b]/c.n)
			}
		}
	}
	if controls < c.k {
		return fmt.Sprintf("%d controls for %d coefficients", controls, c.k)
	}
	inverse, ok := invertSym(xx)
	if !ok {
		return "the covariates are collinear among the controls"
	}
	var beta mat.VecDense
	beta.MulVec(inverse, xy)
	c.left, c.ols = make([]float64, len(c.x)), make([][]float64, len(c.x))
	for i, x := range c.x {
		c.left[i] = c.change[i]
		for a := range c.k {
			c.left[i] -= x[a] * beta.AtVec(a)
		}
		c.ols[i] = make([]float64, c.k)
		if !c.treated[i] {
			scaleInto(c.ols[i], inverse, x, c.left[i])
		}
	}
	return ""
}

func invertSym(s *mat.SymDense) (*mat.SymDense, bool) {
	var chol mat.Cholesky
	if !chol.Factorize(s) || chol.Cond() > 1e14 {
		return nil, false
	}
	var out mat.SymDense
	if err := chol.InverseTo(&out); err != nil {
		return nil, false
	}
	return &out, true
}

// scaleInto sets dst to M·x·by.
func scaleInto(dst []float64, m *mat.SymDense, x []float64, by float64) {
	for a := range dst {
		for b, v := range x {
			dst[a] += m.At(a, b) * v * by
		}
	}
}

// regression is the mean of the treated's left-overs. Influence of row i:
// (D(left − ATT) − x̄_treated'·ols_i)/mean D.
func (c *comparison) regression() (float64, []float64) {
	share, att := 0.0, 0.0
	for i, t := range c.treated {
		if t {
			share += 1 / c.n
			att += c.left[i] / c.n
		}
	}
	att /= share
	m := c.weightedMean(func(i int) float64 { return indicator(c.treated[i]) })
	inf := make([]float64, len(c.x))
	for i := range inf {
		inf[i] = (indicator(c.treated[i])*(c.left[i]-att) - inner(c.ols[i], m)) / share
	}
	return att, inf
}

// weightedMean is Σ w_i x_i / n.
func (c *comparison) weightedMean(w func(i int) float64) []float64 {
	m := make([]float64, c.k)
	for i, x := range c.x {
		for a, v := range x {
			m[a] += w(i) * v / c.n
		}
	}
	return m
}

func inner(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// logit fits the propensity by Newton's method; its influence is score ×
// inverse information.
func (c *comparison) logit() error {
	beta := make([]float64, c.k)
	var inverse *mat.SymDense
	for step := 0; ; step++ {
		if step == 50 {
			return errors.New("the propensity's iteration does not settle (treatment is separated by the covariates?)")
		}
		c.score = make([]float64, len(c.x))
		h, gradient := mat.NewSymDense(c.k, nil), make([]float64, c.k)
		for i, x := range c.x {
			p := 1 / (1 + math.Exp(-inner(x, beta)))
			c.score[i] = p
			for a := range c.k {
				gradient[a] += x[a] * (indicator(c.treated[i]) - p) / c.n
				for b := a; b < c.k; b++ {
					h.SetSym(a, b, h.At(a, b)+x[a]*x[b]*p*(1-p)/c.n)
				}
			}
		}
		var ok bool
		if inverse, ok = invertSym(h); !ok {
			return errors.New("the propensity can't be estimated (treatment is separated by the covariates, or they are collinear)")
		}
		move := make([]float64, c.k)
		scaleInto(move, inverse, gradient, 1)
		worst := 0.0
		for a := range beta {
			beta[a] += move[a]
			worst = max(worst, math.Abs(move[a])/(1+math.Abs(beta[a])))
		}
		if worst < 1e-13 {
			break
		}
	}
	c.ps = make([][]float64, len(c.x))
	for i, x := range c.x {
		c.score[i] = min(c.score[i], 1-1e-6)
		c.ps[i] = make([]float64, c.k)
		scaleInto(c.ps[i], inverse, x, indicator(c.treated[i])-c.score[i])
	}
	return nil
}

func (c *comparison) doublyRobust() (float64, []float64) {
	w := make([]float64, len(c.x)) // of controls: π/(1−π), 0 where trimmed
	var mt, mc, st, sc float64
	for i, t := range c.treated {
		if t {
			mt += 1 / c.n
			st += c.left[i] / c.n
		} else if c.score[i] < trimScore {
			w[i] = c.score[i] / (1 - c.score[i])
			mc += w[i] / c.n
			sc += w[i] * c.left[i] / c.n
		}
	}
	et, ec := st/mt, sc/mc
	m1 := c.weightedMean(func(i int) float64 { return indicator(c.treated[i]) })
	m2 := c.weightedMean(func(i int) float64 { return w[i] * (c.left[i] - ec) })
	m3 := c.weightedMean(func(i int) float64 { return w[i] })
	inf := make([]float64, len(c.x))
	for i := range inf {
		ofTreated := (indicator(c.treated[i])*(c.left[i]-et) - inner(c.ols[i], m1)) / mt
		ofControls := (w[i]*(c.left[i]-ec) + inner(c.ps[i], m2) - inner(c.ols[i], m3)) / mc
		inf[i] = ofTreated - ofControls
	}
	return et - ec, inf
}
