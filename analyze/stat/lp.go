package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Reasons why a linear programme has no optimum.
var (
	ErrInfeasible = errors.New("no feasible point")
	ErrUnbounded  = errors.New("unbounded")
)

// lpTol is what counts as zero in a linear programme whose columns are scaled
// to about 1.
const lpTol = 1e-9

// linearProgram is: minimise c'x subject to a·x = b, x ≥ 0, with b ≥ 0. Rows
// whose basis column is given start from it, the others from an artificial
// variable. The entries should be of the order of 1.
type linearProgram struct {
	a     [][]float64
	b     []float64
	basis []int // by row: a column that is 1 in it and 0 in the others; −1: none
}

// artificial is the number of row i among the rows without a basis column.
func (lp linearProgram) artificial(i int) int {
	k := 0
	for _, b := range lp.basis[:i] {
		if b < 0 {
			k++
		}
	}
	return k
}

// simplexTableau is Dantzig's tableau with Bland's rule (1977) to fall back on.
type simplexTableau struct {
	lp    linearProgram
	n     int         // columns without artificial ones
	t     [][]float64 // B⁻¹[A | I of artificials]
	x     []float64   // B⁻¹b
	basis []int
	open  []bool // columns that may enter
	steps int
}

func newTableau(lp linearProgram) *simplexTableau {
	s := &simplexTableau{lp: lp, n: len(lp.a[0]), x: slices.Clone(lp.b), basis: slices.Clone(lp.basis)}
	extra := 0
	for _, b := range lp.basis {
		if b < 0 {
			extra++
		}
	}
	for i, row := range lp.a {
		t := make([]float64, s.n+extra)
		copy(t, row)
		s.t = append(s.t, t)
		if lp.basis[i] < 0 {
			s.basis[i] = s.n + lp.artificial(i)
			t[s.basis[i]] = 1
		}
	}
	s.open = make([]bool, len(s.t[0]))
	for j := range s.n {
		s.open[j] = true
	}
	return s
}

// feasible runs phase one: the artificial variables are driven to zero.
func (s *simplexTableau) feasible() error {
	c := make([]float64, len(s.open))
	for j := s.n; j < len(c); j++ {
		c[j] = 1
	}
	if err := s.minimise(c); err != nil {
		return err
	}
	sum := 0.0
	for i, j := range s.basis {
		if j >= s.n {
			sum += s.x[i]
		}
	}
	if sum > lpTol {
		return ErrInfeasible
	}
	s.expelArtificial()
	return nil
}

// expelArtificial takes artificial variables out of the basis at zero; a row
// where none can enter is redundant and keeps its own.
func (s *simplexTableau) expelArtificial() {
	for i, j := range s.basis {
		if j < s.n {
			continue
		}
		best := -1
		for k := range s.n {
			if math.Abs(s.t[i][k]) > lpTol && (best < 0 || math.Abs(s.t[i][k]) > math.Abs(s.t[i][best])) {
				best = k
			}
		}
		if best >= 0 {
			s.pivot(i, best)
		}
	}
}

// minimise moves to an optimum of c over the open columns. Dantzig's rule (the
// steepest reduced cost) until a step brings nothing; then Bland's rule (the
// first column), which can't cycle, until one brings something again. The cap is
// never met unless rounding breaks both.
func (s *simplexTableau) minimise(c []float64) error {
	bland := false
	limit := s.steps + 200*(len(s.t)+len(s.open))
	for ; s.steps < limit; s.steps++ {
		d := s.reducedCosts(c)
		enter := s.entering(d, bland)
		if enter < 0 {
			return nil
		}
		leave := s.leaving(enter)
		if leave < 0 {
			return ErrUnbounded
		}
		bland = s.x[leave] <= lpTol
		s.pivot(leave, enter)
	}
	return fmt.Errorf("simplex method, %d steps: %w", s.steps, ErrNoConvergence)
}

func (s *simplexTableau) reducedCosts(c []float64) []float64 {
	d := slices.Clone(c)
	for i, j := range s.basis {
		if c[j] == 0 {
			continue
		}
		for k, v := range s.t[i] {
			d[k] -= c[j] * v
		}
	}
	for _, j := range s.basis {
		d[j] = 0
	}
	return d
}

func (s *simplexTableau) entering(d []float64, first bool) int {
	best := -1
	for j, v := range d {
		if !s.open[j] || v >= -lpTol {
			continue
		}
		if first {
			return j
		}
		if best < 0 || v < d[best] {
			best = j
		}
	}
	return best
}

// leaving is the row that blocks first; among equals the one of the lowest
// column (Bland), but an artificial variable goes before all others.
func (s *simplexTableau) leaving(enter int) int {
	best, ratio := -1, 0.0
	for i := range s.t {
		p := s.t[i][enter]
		if s.basis[i] >= s.n && s.x[i] <= lpTol && math.Abs(p) > lpTol {
			return i // at zero: it must not grow
		}
		if p <= lpTol {
			continue
		}
		r := math.Max(0, s.x[i]) / p
		if best < 0 || r < ratio-1e-12 || r <= ratio+1e-12 && s.basis[i] < s.basis[best] {
			best, ratio = i, r
		}
	}
	return best
}

func (s *simplexTableau) pivot(row, col int) {
	p := s.t[row][col]
	for k := range s.t[row] {
		s.t[row][k] /= p
	}
	s.x[row] /= p
	for i := range s.t {
		f := s.t[i][col]
		if i == row || f == 0 {
			continue
		}
		for k, v := range s.t[row] {
			s.t[i][k] -= f * v
		}
		s.t[i][col] = 0
		s.x[i] -= f * s.x[row]
		if s.x[i] < 0 && s.x[i] > -lpTol {
			s.x[i] = 0
		}
	}
	s.basis[row] = col
}

// solution solves B x = b afresh by LU with one refinement, so that no rounding
// of the pivots is left, and returns x without artificial variables.
func (s *simplexTableau) solution() []float64 {
	m := len(s.t)
	basic := mat.NewDense(m, m, nil)
	for k, j := range s.basis {
		for i := range m {
			basic.Set(i, k, s.original(i, j))
		}
	}
	var lu mat.LU
	lu.Factorize(basic)
	b := mat.NewVecDense(m, slices.Clone(s.lp.b))
	var x, r, d mat.VecDense
	x.CloneFromVec(mat.NewVecDense(m, slices.Clone(s.x)))
	if lu.Cond() < 1e12 && lu.SolveVecTo(&x, false, b) == nil {
		r.MulVec(basic, &x)
		r.SubVec(b, &r)
		if lu.SolveVecTo(&d, false, &r) == nil {
			x.AddVec(&x, &d)
		}
	}
	out := make([]float64, s.n)
	for k, j := range s.basis {
		if j < s.n {
			out[j] = math.Max(0, x.AtVec(k))
		}
	}
	return out
}

// original is the entry of row i, column j before any pivot.
func (s *simplexTableau) original(i, j int) float64 {
	if j < s.n {
		return s.lp.a[i][j]
	}
	return indicator(s.lp.basis[i] < 0 && j == s.n+s.lp.artificial(i))
}
