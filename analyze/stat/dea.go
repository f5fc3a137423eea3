package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Returns is the returns to scale of a frontier.
type Returns string

// Constant (Charnes, Cooper & Rhodes 1978) or variable (Banker, Charnes & Cooper
// 1984) returns to scale.
const (
	CRS Returns = "crs"
	VRS Returns = "vrs"
)

// Orientation says what an efficiency score measures.
type Orientation string

// The share of its inputs a unit would need (≤ 1), or the factor by which it
// could raise its outputs (≥ 1).
const (
	InputOriented  Orientation = "in"
	OutputOriented Orientation = "out"
)

// DEA is a data envelopment problem. Columns hold one value for each unit.
type DEA struct {
	Inputs, Outputs [][]float64
	Returns         Returns     // default CRS
	Orientation     Orientation // default InputOriented
	// Super leaves the unit out of its own reference set (Andersen & Petersen
	// 1993): efficient units then score beyond 1 (in) or below 1 (out).
	Super bool
}

// DEAUnit is a unit's place against the frontier.
type DEAUnit struct {
	Score        float64   // NaN: infeasible or left out
	Efficient    bool      // score 1 and no slack (Pareto–Koopmans); never under Super
	Peers        []int     // units that its target is made of, in order
	PeerWeights  []float64 // their weights λ
	InputSlacks  []float64 // input that could still be saved, in its own unit
	OutputSlacks []float64 // output that is still short
}

// DEAResult holds all units in the order given.
type DEAResult struct {
	Units    []DEAUnit
	Warnings []string
}

// Scores solves the envelopment programme of every unit o:
//
//	in:  min θ,  Σλ_j x_j + s⁻ = θ x_o,  Σλ_j y_j − s⁺ = y_o
//	out: max φ,  Σλ_j x_j + s⁻ = x_o,   Σλ_j y_j − s⁺ = φ y_o
//
// with λ, s ≥ 0 and, under VRS, Σλ = 1; then, at that score, the sum of slacks is
// maximised, each over its column's mean, so that units of measurement matter
// nowhere. The simplex method is our own: it always ends (gonum's doesn't on
// published data of 70 units). Every column is divided by its mean.
//
// The scores are relative to the best in these data, take every deviation for
// inefficiency, and rise with each column added: fewer units than 3 × (inputs
// + outputs) draw a warning. They have no error of their own; never rank by
// them alone.
//
// Refused: no units, no inputs or outputs, columns of unequal length, negative
// values (the radial score has no meaning there). A unit with a missing value,
// or with all inputs or all outputs 0, gets NaN and is no reference for others; a
// super-efficiency programme without feasible point gives NaN; each with a
// warning.
func (p DEA) Scores() (DEAResult, error) {
	if p.Returns == "" {
		p.Returns = CRS
	}
	if p.Orientation == "" {
		p.Orientation = InputOriented
	}
	if err := p.check(); err != nil {
		return DEAResult{}, err
	}
	e := p.envelope()
	r := DEAResult{Units: make([]DEAUnit, len(p.Inputs[0])), Warnings: e.warnings}
	for i := range r.Units {
		r.Units[i] = DEAUnit{Score: math.NaN()}
	}
	for o := range e.order {
		u, err := e.solve(o)
		switch {
		case errors.Is(err, ErrInfeasible) || errors.Is(err, ErrUnbounded):
			r.Warnings = append(r.Warnings, fmt.Sprintf("unit %d: no score (%v without the unit itself)", e.order[o]+1, err))
		case err != nil:
			r.Warnings = append(r.Warnings, fmt.Sprintf("unit %d: %v", e.order[o]+1, err))
		}
		r.Units[e.order[o]] = u
	}
	return r, nil
}

func (p DEA) check() error {
	if p.Returns != CRS && p.Returns != VRS {
		return fmt.Errorf("returns to scale %q: want crs or vrs", p.Returns)
	}
	if p.Orientation != InputOriented && p.Orientation != OutputOriented {
		return fmt.Errorf("orientation %q: want in or out", p.Orientation)
	}
	if len(p.Inputs) == 0 || len(p.Outputs) == 0 {
		return fmt.Errorf("%d inputs, %d outputs: at least one of each is needed: %w", len(p.Inputs), len(p.Outputs), ErrEmpty)
	}
	n := len(p.Inputs[0])
	if n == 0 {
		return fmt.Errorf("no units: %w", ErrEmpty)
	}
	for k, col := range slices.Concat(p.Inputs, p.Outputs) {
		if len(col) != n {
			return fmt.Errorf("column %d has %d units, the first %d: %w", k+1, len(col), n, ErrLengths)
		}
		for i, v := range col {
			if v < 0 {
				return fmt.Errorf("unit %d: negative value %v: a radial score has no meaning there", i+1, v)
			}
			if math.IsInf(v, 0) {
				return fmt.Errorf("unit %d: %w", i+1, ErrNotFinite)
			}
		}
	}
	return nil
}

// envelope holds the scaled data of the units that can be scored.
type envelope struct {
	p        DEA
	order    []int       // by position: the unit in p, in an order of their contents
	x, y     [][]float64 // [column][position], over the column's mean
	sx, sy   []float64   // the means
	warnings []string
}

func (p DEA) envelope() *envelope {
	e := &envelope{p: p}
	left := 0
	for i := range p.Inputs[0] {
		if usable(p.Inputs, i) && usable(p.Outputs, i) {
			e.order = append(e.order, i)
		} else {
			left++
		}
	}
	if left > 0 {
		e.warnings = append(e.warnings, fmt.Sprintf("%d units have a missing value, or all inputs or all outputs 0: no score, and no reference for others", left))
	}
	if columns := len(p.Inputs) + len(p.Outputs); len(e.order) < 3*columns {
		e.warnings = append(e.warnings, fmt.Sprintf("%d units for %d inputs and outputs: fewer than 3 for each, so many units are efficient for want of comparison", len(e.order), columns))
	}
	slices.SortStableFunc(e.order, func(a, b int) int {
		for _, col := range slices.Concat(p.Inputs, p.Outputs) {
			if c := compareFloat(col[a], col[b]); c != 0 {
				return c
			}
		}
		return 0
	})
	e.x, e.sx = e.scale(p.Inputs)
	e.y, e.sy = e.scale(p.Outputs)
	return e
}

// usable says that unit i has all values and one that isn't 0.
func usable(columns [][]float64, i int) bool {
	positive := false
	for _, c := range columns {
		if math.IsNaN(c[i]) {
			return false
		}
		positive = positive || c[i] > 0
	}
	return positive
}

func (e *envelope) scale(columns [][]float64) (scaled [][]float64, means []float64) {
	for _, c := range columns {
		col := make([]float64, len(e.order))
		mean := 0.0
		for _, i := range e.order {
			mean += c[i] / float64(len(e.order))
		}
		if mean == 0 {
			mean = 1
		}
		for k, i := range e.order {
			col[k] = c[i] / mean
		}
		scaled, means = append(scaled, col), append(means, mean)
	}
	return scaled, means
}

// solve scores the unit at position o.
func (e *envelope) solve(o int) (DEAUnit, error) {
	nan := DEAUnit{Score: math.NaN()}
	refs := e.references(o)
	if len(refs) == 0 {
		return nan, ErrInfeasible
	}
	s := newTableau(e.programme(o, refs))
	if err := s.feasible(); err != nil {
		return nan, err
	}
	c := make([]float64, len(s.open))
	c[0] = 1
	if e.p.Orientation == OutputOriented {
		c[0] = -1
	}
	if err := s.minimise(c); err != nil {
		return nan, err
	}
	score := s.solution()[0]
	e.maximiseSlacks(s, c, len(refs))
	return e.unit(s, refs, score), nil
}

func (e *envelope) references(o int) []int {
	var refs []int
	for j := range e.order {
		if j != o || !e.p.Super {
			refs = append(refs, j)
		}
	}
	return refs
}

// programme has the columns: score, λ of every reference, slack of every input,
// of every output.
func (e *envelope) programme(o int, refs []int) linearProgram {
	var lp linearProgram
	in, out := len(e.x), len(e.y)
	row := func(column []float64, slack int, sign float64, ofScore, b float64) {
		r := make([]float64, 1+len(refs)+in+out)
		r[0] = ofScore
		for k, j := range refs {
			r[1+k] = sign * column[j]
		}
		r[1+len(refs)+slack] = 1
		start := 1 + len(refs) + slack
		if b > 0 && sign < 0 { // Σλy − s = y: no starting column
			for k := range r {
				r[k] = -r[k]
			}
			start = -1
		}
		lp.a, lp.b, lp.basis = append(lp.a, r), append(lp.b, b), append(lp.basis, start)
	}
	for k, x := range e.x {
		if e.p.Orientation == InputOriented {
			row(x, k, 1, -x[o], 0)
		} else {
			row(x, k, 1, 0, x[o])
		}
	}
	for k, y := range e.y {
		if e.p.Orientation == InputOriented {
			row(y, in+k, -1, 0, y[o])
		} else {
			row(y, in+k, -1, y[o], 0)
		}
	}
	if e.p.Returns == VRS {
		r := make([]float64, 1+len(refs)+in+out)
		for k := range refs {
			r[1+k] = 1
		}
		lp.a, lp.b, lp.basis = append(lp.a, r), append(lp.b, 1), append(lp.basis, -1)
	}
	return lp
}

// maximiseSlacks moves on to the largest sum of slacks over columns that leave
// the score as it is (reduced cost 0). Should it fail, the first optimum stands.
func (e *envelope) maximiseSlacks(s *simplexTableau, c []float64, refs int) {
	for j, d := range s.reducedCosts(c) {
		s.open[j] = s.open[j] && math.Abs(d) <= lpTol
	}
	slacks := make([]float64, len(c))
	for j := 1 + refs; j < s.n; j++ {
		slacks[j] = -1
	}
	_ = s.minimise(slacks)
}

func (e *envelope) unit(s *simplexTableau, refs []int, score float64) DEAUnit {
	u := DEAUnit{Score: score}
	x := s.solution()
	weights := map[int]float64{}
	for k, j := range refs {
		if x[1+k] > lpTol {
			u.Peers = append(u.Peers, e.order[j])
			weights[e.order[j]] = x[1+k]
		}
	}
	slices.Sort(u.Peers)
	for _, i := range u.Peers {
		u.PeerWeights = append(u.PeerWeights, weights[i])
	}
	slack := 0.0
	for k := range e.x {
		v := x[1+len(refs)+k]
		slack = max(slack, v)
		u.InputSlacks = append(u.InputSlacks, cleared(v)*e.sx[k])
	}
	for k := range e.y {
		v := x[1+len(refs)+len(e.x)+k]
		slack = max(slack, v)
		u.OutputSlacks = append(u.OutputSlacks, cleared(v)*e.sy[k])
	}
	u.Efficient = !e.p.Super && math.Abs(score-1) <= lpTol && slack <= lpTol
	if math.Abs(score-1) <= 1e-12 {
		u.Score = 1
	}
	return u
}

// cleared takes rounding for 0.
func cleared(v float64) float64 {
	if v <= lpTol {
		return 0
	}
	return v
}
