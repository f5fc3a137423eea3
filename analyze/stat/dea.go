package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat/dd"
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
// published data of 70 units). Rows and columns are scaled unit by unit.
//
// The scores are relative to the best in these data, take every deviation for
// inefficiency, and rise with each column added: fewer units than 3 × (inputs
// + outputs) draw a warning. They have no error of their own; never rank by
// them alone.
//
// Refused: no units, no inputs or outputs, columns of unequal length, negative
// values (the radial score has no meaning there). A unit with a missing value,
// or with all inputs or all outputs 0, gets NaN and is no reference for others; a
// super-efficiency programme without feasible point gives NaN, one whose others
// make none of an output 0; each with a warning.
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

// envelope holds the data of the units that can be scored.
type envelope struct {
	p        DEA
	order    []int       // by position: the unit in p, in an order of their contents
	x, y     [][]float64 // [column][position]
	sx, sy   []float64   // the columns' means
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
	e.x, e.sx = e.columns(p.Inputs)
	e.y, e.sy = e.columns(p.Outputs)
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

// columns are the values by position and their means.
func (e *envelope) columns(columns [][]float64) (values [][]float64, means []float64) {
	for _, c := range columns {
		col := make([]float64, len(e.order))
		mean := 0.0
		for k, i := range e.order {
			col[k] = c[i]
			mean += c[i] / float64(len(e.order))
		}
		if mean == 0 {
			mean = 1
		}
		values, means = append(values, col), append(means, mean)
	}
	return values, means
}

// solve scores the unit at position o.
func (e *envelope) solve(o int) (DEAUnit, error) {
	nan := DEAUnit{Score: math.NaN()}
	refs := e.references(o)
	if len(refs) == 0 {
		return nan, ErrInfeasible
	}
	p := e.programme(o, refs)
	if p.tooApart {
		return nan, errTooFarApart
	}
	s := newTableau(p.lp)
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
	first, ok := s.solution()
	if ok && first[0] == 0 && e.p.Orientation == OutputOriented {
		return DEAUnit{}, errNoneMade
	}
	if !ok || !(first[0] > 1e-12) {
		return nan, errTooFarApart
	}
	p.maximiseSlacks(e, s, c)
	x, ok := s.solution()
	if !ok {
		x = first
	}
	return e.unit(x, p, first[0]), nil
}

// deaTol is the share of a unit's own value from which on a slack, a peer's part
// or a distance from the frontier is taken for real: data are decimals held as
// float64.
const deaTol = 1e-9

// errTooFarApart says that a unit is so far from the others that its score is
// below what the arithmetic resolves.
var errTooFarApart = errors.New("too far from the other units for a score (values differ by more than twelve powers of ten)")

// errNoneMade says why a super-efficiency is 0: it is the optimum, not a failure.
var errNoneMade = errors.New("score 0: within its inputs the others make none of an output that it makes")

func (e *envelope) references(o int) []int {
	var refs []int
	for j := range e.order {
		if j != o || !e.p.Super {
			refs = append(refs, j)
		}
	}
	return refs
}

// programme is a unit's linear programme with its scaling.
type programme struct {
	lp       linearProgram
	refs     []int
	in, out  []float64 // what a slack of 1 is, in column means
	shrunk   []float64 // by reference: λ = variable / shrunk
	tooApart bool
}

// programme has the columns: score, λ of every reference, slack of every input,
// of every output. Each row is divided by the unit's own value (the column's
// mean where that is 0), each λ column by its largest entry: a unit a million
// times smaller than the mean is solved as exactly as any other.
func (e *envelope) programme(o int, refs []int) programme {
	return e.programmeFor(at(e.x, o), at(e.y, o), refs)
}

func at(columns [][]float64, i int) []float64 {
	out := make([]float64, len(columns))
	for k, c := range columns {
		out[k] = c[i]
	}
	return out
}

// programmeFor is programme for a unit that need not be among the references.
func (e *envelope) programmeFor(xo, yo []float64, refs []int) programme {
	p := programme{refs: refs, shrunk: make([]float64, len(refs))}
	in, out := len(e.x), len(e.y)
	inScore := e.p.Orientation == InputOriented
	for k, x := range e.x {
		unit, own := scaleOf(xo[k])
		p.in = append(p.in, unit)
		if inScore {
			p.row(x, unit, k, in+out, -own, 1, 0)
		} else {
			p.row(x, unit, k, in+out, 0, 1, own)
		}
	}
	for k, y := range e.y {
		unit, own := scaleOf(yo[k])
		p.out = append(p.out, unit)
		if inScore {
			p.row(y, unit, in+k, in+out, 0, -1, own)
		} else {
			p.row(y, unit, in+k, in+out, own, -1, 0)
		}
	}
	if e.p.Returns == VRS {
		r := make([]dd.Num, 1+len(refs)+in+out)
		for k := range refs {
			r[1+k] = dd.Of(1)
		}
		p.lp.a, p.lp.b, p.lp.basis = append(p.lp.a, r), append(p.lp.b, dd.Of(1)), append(p.lp.basis, -1)
	}
	p.shrink()
	return p
}

// scaleOf is what a row is divided by and the unit's own value after that.
func scaleOf(v float64) (unit, own float64) {
	if v > 0 {
		return v, 1
	}
	return 1, 0
}

// row adds sign·Σλ column/unit + slack + ofScore·score = b, or its negative
// where the slack can't start the basis.
func (p *programme) row(column []float64, unit float64, slack, slacks int, ofScore, sign, b float64) {
	r := make([]dd.Num, 1+len(p.refs)+slacks)
	start := 1 + len(p.refs) + slack
	r[0], r[start] = dd.Of(ofScore), dd.Of(1)
	for k, j := range p.refs {
		r[1+k] = dd.Of(sign * column[j]).Div(dd.Of(unit))
	}
	if b > 0 && sign < 0 {
		for k := range r {
			r[k] = r[k].Neg()
		}
		start = -1
	}
	p.lp.a, p.lp.b, p.lp.basis = append(p.lp.a, r), append(p.lp.b, dd.Of(b)), append(p.lp.basis, start)
}

func (p *programme) shrink() {
	for k := range p.refs {
		big := 0.0
		for _, r := range p.lp.a {
			big = max(big, math.Abs(r[1+k].Hi))
		}
		if !(big < 1e15) {
			p.tooApart = true
			return
		}
		p.shrunk[k] = 1
		if big > 0 {
			_, e := math.Frexp(big)
			p.shrunk[k] = math.Ldexp(1, e) // a power of two: exact
		}
		for _, r := range p.lp.a {
			r[1+k] = r[1+k].Scale(1 / p.shrunk[k])
		}
	}
}

// maximiseSlacks moves on to the largest sum of slacks over columns that leave
// the score as it is (reduced cost 0). Should it fail, the first optimum stands.
func (p programme) maximiseSlacks(e *envelope, s *simplexTableau, c []float64) {
	for j, d := range s.reducedCosts(c) {
		s.open[j] = s.open[j] && d.Abs().Hi <= lpTol
	}
	slacks := make([]float64, len(c))
	means := slices.Concat(e.sx, e.sy)
	units := slices.Concat(p.in, p.out)
	for k := range units {
		units[k] /= means[k]
	}
	biggest := slices.Max(units)
	for k, unit := range units {
		slacks[1+len(p.refs)+k] = -unit / biggest
	}
	_ = s.minimise(slacks)
}

func (e *envelope) unit(x []float64, p programme, score float64) DEAUnit {
	u := DEAUnit{Score: score}
	weights := map[int]float64{}
	for k, j := range p.refs {
		if x[1+k] > deaTol {
			u.Peers = append(u.Peers, e.order[j])
			weights[e.order[j]] = x[1+k] / p.shrunk[k]
		}
	}
	slices.Sort(u.Peers)
	for _, i := range u.Peers {
		u.PeerWeights = append(u.PeerWeights, weights[i])
	}
	first := 1 + len(p.refs)
	slack := slices.Max(x[first:])
	for k, unit := range p.in {
		u.InputSlacks = append(u.InputSlacks, cleared(x[first+k])*unit)
	}
	for k, unit := range p.out {
		u.OutputSlacks = append(u.OutputSlacks, cleared(x[first+len(p.in)+k])*unit)
	}
	u.Efficient = !e.p.Super && math.Abs(score-1) <= deaTol && slack <= deaTol
	if math.Abs(score-1) <= 1e-12 {
		u.Score = 1
	}
	return u
}

// cleared takes rounding for 0.
func cleared(v float64) float64 {
	if v <= deaTol {
		return 0
	}
	return v
}
