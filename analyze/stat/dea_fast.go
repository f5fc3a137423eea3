package stat

import "math"

// frontier is a set of reference units against which radial scores are wanted by
// the thousand (a bootstrap): float64 in reused memory, and each optimum proved by
// its multipliers before it is believed. What can't be proved is solved again in
// double-double.
type frontier struct {
	x, y    [][]float64 // reference units, [column][unit]
	returns Returns
	orient  Orientation

	rows    int
	columns int       // score, λ, slacks, and under VRS the identity of its row
	a       []float64 // rows × columns as given, scaled
	t       []float64 // B⁻¹A
	b, rhs  []float64 // as given, and B⁻¹b
	basis   []int
	d       []float64 // reduced costs
	shrunk  []float64
	slow    int // optima that needed double-double
}

func newFrontier(returns Returns, orient Orientation, x, y [][]float64) *frontier {
	f := &frontier{x: x, y: y, returns: returns, orient: orient}
	n := len(x[0])
	f.rows = len(x) + len(y)
	f.columns = 1 + n + f.rows
	if returns == VRS {
		f.rows++
		f.columns++
	}
	f.a, f.t = make([]float64, f.rows*f.columns), make([]float64, f.rows*f.columns)
	f.b, f.rhs = make([]float64, f.rows), make([]float64, f.rows)
	f.basis, f.d, f.shrunk = make([]int, f.rows), make([]float64, f.columns), make([]float64, n)
	return f
}

// fastTol is what counts as zero here: the data are scaled to about 1, and an
// optimum that this hides is caught by proved.
const fastTol = 1e-10

// proofTol is what a row, a multiplier or the gap may be off for a proof, and
// proofRange how far from 1 the score and the weights may lie: beyond it an absolute
// error of proofTol proves too little.
const (
	proofTol   = 1e-10
	proofRange = 1e3
)

// score is the radial score of a unit with inputs x and outputs y whose own entry
// in the reference set is at position o: θ ≤ or ≥ 1 by inputs, φ by outputs. Under
// constant returns θ is 1/φ of the same programme, which starts from λ = 0; under
// variable returns the start is λ_o = 1, feasible since the reference unit at o
// has the unit's own outputs (in) or inputs (out).
func (f *frontier) score(o int, x, y []float64) float64 {
	byInput := f.orient == InputOriented && f.returns == VRS
	f.load(x, y, byInput)
	copy(f.t, f.a)
	copy(f.rhs, f.b)
	for i := range f.rows {
		f.basis[i] = 1 + len(f.x[0]) + i // slacks; the VRS row's identity stands last
	}
	if f.returns == VRS {
		f.pivot(f.rows-1, 1+o)
		if byInput {
			f.pivot(f.tightest(), 0)
		}
	}
	v := math.NaN()
	if f.optimise(byInput) {
		v = f.proved(byInput)
	}
	if math.IsNaN(v) {
		f.slow++
		v = f.slowScore(x, y, byInput)
	}
	if f.orient == InputOriented && !byInput {
		return 1 / v
	}
	return v
}

// load writes the programme's rows: −Σλy + … ≤ so that every slack enters with +1.
//
//	in:  Σλx − θx_o + s = 0,  −Σλy + t = −y_o      min θ
//	out: Σλx + s = x_o,  φy_o − Σλy + t = 0        min −φ
func (f *frontier) load(x, y []float64, byInput bool) {
	clear(f.a)
	n := len(f.x[0])
	for k := range f.rows {
		r := f.row(k)
		f.b[k] = 0
		r[1+n+k] = 1
		switch {
		case k < len(x):
			unit, own := scaleOf(x[k])
			for j, v := range f.x[k] {
				r[1+j] = v / unit
			}
			if byInput {
				r[0] = -own
			} else {
				f.b[k] = own
			}
		case k < len(x)+len(y):
			unit, own := scaleOf(y[k-len(x)])
			for j, v := range f.y[k-len(x)] {
				r[1+j] = -v / unit
			}
			if byInput {
				f.b[k] = -own
			} else {
				r[0] = own
			}
		default:
			for j := range n {
				r[1+j] = 1
			}
			f.b[k] = 1
		}
	}
	f.shrink()
}

// shrink divides each λ column by its largest entry, rounded to a power of two.
func (f *frontier) shrink() {
	for j := range f.shrunk {
		big := 0.0
		for k := range f.rows {
			big = max(big, math.Abs(f.a[k*f.columns+1+j]))
		}
		f.shrunk[j] = 1
		if big > 0 {
			_, e := math.Frexp(big)
			f.shrunk[j] = math.Ldexp(1, e)
		}
		for k := range f.rows {
			f.a[k*f.columns+1+j] /= f.shrunk[j]
		}
	}
}

func (f *frontier) row(k int) []float64 { return f.a[k*f.columns : (k+1)*f.columns] }

// tightest is the input row that fixes θ when λ_o = 1: the one furthest below 0.
func (f *frontier) tightest() int {
	best := 0
	for k := range f.x {
		if f.rhs[k] < f.rhs[best] {
			best = k
		}
	}
	return best
}

// optimise moves to an optimum; false when it is lost in rounding or steps.
func (f *frontier) optimise(byInput bool) bool {
	clear(f.d)
	f.d[0] = -1
	if byInput {
		f.d[0] = 1
	}
	for i, j := range f.basis {
		if c := f.d[j]; c != 0 {
			for k, v := range f.t[i*f.columns : (i+1)*f.columns] {
				f.d[k] -= c * v
			}
		}
		if f.rhs[i] < -fastTol {
			return false
		}
	}
	open := f.columns
	if f.returns == VRS {
		open-- // the identity of the row Σλ = 1 may never enter
	}
	bland := false
	for range 50 * f.rows {
		enter := -1
		for j, v := range f.d[:open] {
			if v < -fastTol && (enter < 0 || v < f.d[enter]) {
				enter = j
				if bland {
					break
				}
			}
		}
		if enter < 0 {
			return true
		}
		leave, ratio := -1, 0.0
		for i := range f.rows {
			p := f.t[i*f.columns+enter]
			if p <= fastTol {
				continue
			}
			r := f.rhs[i] / p
			if leave < 0 || r < ratio-fastTol || r <= ratio+fastTol && f.basis[i] < f.basis[leave] {
				leave, ratio = i, r
			}
		}
		if leave < 0 {
			return false
		}
		bland = ratio <= fastTol
		f.pivot(leave, enter)
	}
	return false
}

func (f *frontier) pivot(row, col int) {
	r := f.t[row*f.columns : (row+1)*f.columns]
	p := 1 / r[col]
	for k := range r {
		r[k] *= p
	}
	r[col] = 1
	f.rhs[row] *= p
	for i := range f.rows {
		o := f.t[i*f.columns : (i+1)*f.columns]
		if c := o[col]; i != row && c != 0 {
			for k, v := range r {
				o[k] -= c * v
			}
			o[col] = 0
			f.rhs[i] -= c * f.rhs[row]
		}
	}
	if c := f.d[col]; c != 0 {
		for k, v := range r {
			f.d[k] -= c * v
		}
		f.d[col] = 0
	}
	f.basis[row] = col
}

// proved is the score if the point is feasible in the rows as given, its
// multipliers are feasible too, and both have the same value (strong duality);
// else NaN. Multiplier i is minus the reduced cost of the identity column of row i.
func (f *frontier) proved(byInput bool) float64 {
	n := len(f.x[0])
	for k := range f.rows {
		sum := -f.b[k]
		for i, j := range f.basis {
			sum += f.row(k)[j] * f.rhs[i]
		}
		if !(math.Abs(sum) <= proofTol) {
			return math.NaN()
		}
	}
	score := 0.0
	for i, j := range f.basis {
		if f.rhs[i] < -proofTol || f.rhs[i] > proofRange {
			return math.NaN()
		}
		if j == 0 {
			score = f.rhs[i]
		}
	}
	value := 0.0
	for j := range n + 1 {
		c := 0.0
		if j == 0 {
			c = -1
			if byInput {
				c = 1
			}
		}
		for k := range f.rows {
			c += f.d[1+n+k] * f.a[k*f.columns+j]
		}
		if c < -proofTol {
			return math.NaN()
		}
	}
	for k := range f.rows {
		if k < len(f.x)+len(f.y) && f.d[1+n+k] < -proofTol {
			return math.NaN()
		}
		value -= f.d[1+n+k] * f.b[k]
	}
	if byInput {
		value = -value
	}
	if !(math.Abs(value+score) <= proofTol*max(1, score)) || !(score > 1/proofRange) {
		return math.NaN()
	}
	return score
}

// slowScore solves the same programme in double-double.
func (f *frontier) slowScore(x, y []float64, byInput bool) float64 {
	e := &envelope{x: f.x, y: f.y, order: make([]int, len(f.x[0])), p: DEA{Returns: f.returns, Orientation: OutputOriented}}
	if byInput {
		e.p.Orientation = InputOriented
	}
	p := e.programmeFor(x, y, e.references(-1))
	if p.tooApart {
		return math.NaN()
	}
	s := newTableau(p.lp)
	if s.feasible() != nil {
		return math.NaN()
	}
	c := make([]float64, len(s.open))
	c[0] = -1
	if byInput {
		c[0] = 1
	}
	if s.minimise(c) != nil {
		return math.NaN()
	}
	v, ok := s.solution()
	if !ok || !(v[0] > 0) {
		return math.NaN()
	}
	return v[0]
}
