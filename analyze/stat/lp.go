package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat/dd"
)

// Reasons why a linear programme has no optimum.
var (
	ErrInfeasible = errors.New("no feasible point")
	ErrUnbounded  = errors.New("unbounded")
)

// lpTol is what counts as zero in a linear programme whose largest entries are
// about 1: above the 1e-17 by which decimals differ from the float64 that hold
// them, which would else break ties and be pivoted on, and small enough for units
// a million times smaller than their peers. The arithmetic is double-double (32
// digits): in float64 no threshold served both (tried: scores were off by half).
const lpTol = 1e-13

// linearProgram is: minimise c'x subject to a·x = b, x ≥ 0, with b ≥ 0. Rows
// whose basis column is given start from it, the others from an artificial
// variable. The largest entries should be about 1.
type linearProgram struct {
	a     [][]dd.Num
	b     []dd.Num
	basis []int // by row: a column that is 1 in it and 0 in the others; −1: none
}

// simplexTableau is Dantzig's tableau with Bland's rule (1977) to fall back on.
type simplexTableau struct {
	n     int        // columns without artificial ones
	t     [][]dd.Num // B⁻¹[A | I of artificials]
	x     []dd.Num   // B⁻¹b
	basis []int
	open  []bool // columns that may enter
	steps int
}

func newTableau(lp linearProgram) *simplexTableau {
	s := &simplexTableau{n: len(lp.a[0]), x: slices.Clone(lp.b), basis: slices.Clone(lp.basis)}
	extra := 0
	for i, b := range lp.basis {
		if b < 0 {
			s.basis[i] = s.n + extra
			extra++
		}
	}
	for i, row := range lp.a {
		t := make([]dd.Num, s.n+extra)
		copy(t, row)
		if s.basis[i] >= s.n {
			t[s.basis[i]] = dd.Of(1)
		}
		s.t = append(s.t, t)
	}
	s.open = make([]bool, s.n+extra)
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
	sum := dd.Num{}
	for i, j := range s.basis {
		if j >= s.n {
			sum = sum.Add(s.x[i])
		}
	}
	if sum.Float() > lpTol {
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
			if v := s.t[i][k].Abs(); v.Hi > lpTol && (best < 0 || v.Cmp(s.t[i][best].Abs()) > 0) {
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
		enter := s.entering(s.reducedCosts(c), bland)
		if enter < 0 {
			return nil
		}
		leave := s.leaving(enter)
		if leave < 0 {
			return ErrUnbounded
		}
		bland = s.x[leave].Hi <= lpTol
		s.pivot(leave, enter)
	}
	return fmt.Errorf("simplex method, %d steps: %w", s.steps, ErrNoConvergence)
}

func (s *simplexTableau) reducedCosts(c []float64) []dd.Num {
	d := make([]dd.Num, len(c))
	for j, v := range c {
		d[j] = dd.Of(v)
	}
	for i, j := range s.basis {
		if c[j] == 0 {
			continue
		}
		for k, v := range s.t[i] {
			d[k] = d[k].Sub(v.Scale(c[j]))
		}
	}
	for _, j := range s.basis {
		d[j] = dd.Num{}
	}
	return d
}

func (s *simplexTableau) entering(d []dd.Num, first bool) int {
	best := -1
	for j, v := range d {
		if !s.open[j] || v.Hi >= -lpTol {
			continue
		}
		if first {
			return j
		}
		if best < 0 || v.Cmp(d[best]) < 0 {
			best = j
		}
	}
	return best
}

// leaving is the row that blocks first; among equals the one of the lowest
// column (Bland), but an artificial variable at zero goes before all others: it
// must not grow.
func (s *simplexTableau) leaving(enter int) int {
	best, ratio := -1, dd.Num{}
	for i := range s.t {
		p := s.t[i][enter]
		if s.basis[i] >= s.n && s.x[i].Hi <= lpTol && p.Abs().Hi > lpTol {
			return i
		}
		if p.Hi <= lpTol {
			continue
		}
		r := s.x[i].Div(p)
		off := 0.0
		if best >= 0 {
			off = r.Sub(ratio).Float()
		}
		if best < 0 || off < -lpTol || off <= lpTol && s.basis[i] < s.basis[best] {
			best, ratio = i, r
		}
	}
	return best
}

func (s *simplexTableau) pivot(row, col int) {
	p := s.t[row][col]
	if s.basis[row] >= s.n && s.x[row].Abs().Hi <= lpTol {
		// What rounding left of an artificial variable: divided by a negative entry
		// it would make the basis infeasible.
		s.x[row] = dd.Num{}
	}
	for k, v := range s.t[row] {
		if !v.IsZero() {
			s.t[row][k] = v.Div(p)
		}
	}
	s.x[row] = s.x[row].Div(p)
	for i := range s.t {
		f := s.t[i][col]
		if i == row || f.IsZero() {
			continue
		}
		for k, v := range s.t[row] {
			if !v.IsZero() {
				s.t[i][k] = s.t[i][k].Sub(f.Mul(v))
			}
		}
		s.t[i][col] = dd.Num{}
		s.x[i] = s.x[i].Sub(f.Mul(s.x[row]))
	}
	s.basis[row] = col
	for i, x := range s.x {
		if x.Hi < 0 && x.Hi > -lpTol {
			s.x[i] = dd.Num{}
		}
	}
}

// solution is x without artificial variables; false when rounding has made it
// infeasible.
func (s *simplexTableau) solution() ([]float64, bool) {
	out := make([]float64, s.n)
	for i, j := range s.basis {
		x := s.x[i].Float()
		if x < 0 || j >= s.n && x > 1e-9 || math.IsNaN(x) {
			return nil, false
		}
		if j < s.n {
			out[j] = x
		}
	}
	return out, true
}
