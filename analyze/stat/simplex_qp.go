package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// SimplexProblem is a least-squares problem whose weights are shares:
//
//	minimise ‖Σ w_j·Points_j − Target‖² + Ridge·‖w‖²   subject to Σ w = 1, w ≥ 0.
type SimplexProblem struct {
	Points [][]float64 // each as long as Target
	Target []float64
	Ridge  float64 // ≥ 0; above 0 the solution is unique
}

// SimplexSolution is a minimiser with the proof that it is one.
type SimplexSolution struct {
	Weights   []float64 // in the order of Points
	Objective float64
	// Gap bounds how far Objective can lie above the minimum, as a share of the
	// squared distance of the farthest point: 2(w'g − min g), from the
	// Karush–Kuhn–Tucker conditions with the gradient computed afresh.
	Gap        float64
	Iterations int
}

// ErrNoConvergence says that an iteration was stopped by its cap.
var ErrNoConvergence = errors.New("no convergence")

// SimplexLeastSquares solves the problem exactly, up to rounding, by Wolfe's
// method (1976, Mathematical Programming 11:128) for the point of a polytope
// nearest to the origin: with p_j = Points_j − Target, and √Ridge on a
// coordinate of its own for each j, the objective is the squared length of
// Σ w_j p_j. The set of points with weight grows by the one with the smallest
// p_j·y and shrinks whenever the affine minimiser leaves the simplex; the
// objective falls at every step, so the method ends. Frank–Wolfe, which the
// reference implementation of synthetic difference-in-differences uses, ends
// nowhere: it is stopped, at −19.62 where the optimum is −19.5136.
//
// The affine minimiser is taken from a Cholesky factor of the Gram matrix with
// iterative refinement; where that loses its digits, from Householder QR of the
// points themselves. The points are taken in an order of their own, so that the
// order given does not matter. An empty problem, unequal lengths and values that
// are not finite are errors.
func SimplexLeastSquares(p SimplexProblem) (SimplexSolution, error) {
	if err := p.check(); err != nil {
		return SimplexSolution{}, err
	}
	order := canonicalOrder(p.Points)
	s := newSimplexSolver(p, order)
	if !s.solve() {
		s.viaQR = true
		s.reset()
		if !s.solve() {
			return SimplexSolution{}, fmt.Errorf("weights on the simplex, %d points: %w", s.n, ErrNoConvergence)
		}
	}
	return s.solution(order), nil
}

func (p SimplexProblem) check() error {
	if len(p.Points) == 0 {
		return fmt.Errorf("weights on the simplex: no points: %w", ErrEmpty)
	}
	if !(p.Ridge >= 0) || math.IsInf(p.Ridge, 0) {
		return fmt.Errorf("weights on the simplex: ridge %v: want 0 or more", p.Ridge)
	}
	for j, a := range p.Points {
		if len(a) != len(p.Target) {
			return fmt.Errorf("weights on the simplex: point %d has %d coordinates, the target %d: %w", j+1, len(a), len(p.Target), ErrLengths)
		}
		if slices.ContainsFunc(a, func(v float64) bool { return !isFinite(v) }) {
			return fmt.Errorf("weights on the simplex: point %d: %w", j+1, ErrNotFinite)
		}
	}
	if slices.ContainsFunc(p.Target, func(v float64) bool { return !isFinite(v) }) {
		return fmt.Errorf("weights on the simplex: target: %w", ErrNotFinite)
	}
	return nil
}

// canonicalOrder sorts points by their coordinates.
func canonicalOrder(points [][]float64) []int {
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(points[a], points[b]) })
	return order
}

// simplexSolver holds the scaled points row by row (n × m) and the state of
// Wolfe's method.
type simplexSolver struct {
	n, m  int
	p     []float64 // n × m: (point − target) / scale
	ridge float64   // over scale²
	scale float64   // a power of two
	big   float64   // largest squared length, ridge included
	viaQR bool

	support []int
	w       []float64
	y       []float64 // Σ w p
	g       []float64 // p_j·y + ridge·w_j: half the gradient
	// polished says that the weights are refined: until the support stands, the
	// digits of the factor are enough.
	polished bool
	chol     []float64 // lower factor of Gram + big·ee' on the support, row stride n
	steps    int
}

func newSimplexSolver(q SimplexProblem, order []int) *simplexSolver {
	s := &simplexSolver{n: len(q.Points), m: len(q.Target)}
	s.p = make([]float64, s.n*s.m)
	far := math.Sqrt(q.Ridge)
	for k, j := range order {
		for i, v := range q.Points[j] {
			d := v/2 - q.Target[i]/2 // halves, so that huge values don't overflow
			s.p[k*s.m+i] = d
			far = max(far, math.Abs(d))
		}
	}
	_, e := math.Frexp(far)
	for i := range s.p {
		s.p[i] = math.Ldexp(s.p[i], -e)
	}
	s.scale = math.Ldexp(2, e)
	s.ridge = math.Ldexp(math.Ldexp(q.Ridge, -e), -e) / 4
	s.w, s.g, s.y = make([]float64, s.n), make([]float64, s.n), make([]float64, s.m)
	s.chol = make([]float64, s.n*s.n)
	for j := range s.n {
		s.big = max(s.big, s.gram(j, j))
	}
	s.reset()
	return s
}

func (s *simplexSolver) row(j int) []float64 { return s.p[j*s.m : (j+1)*s.m] }

func (s *simplexSolver) gram(i, j int) float64 {
	sum := 0.0
	b := s.row(j)
	for k, v := range s.row(i) {
		sum += v * b[k]
	}
	if i == j {
		sum += s.ridge
	}
	return sum
}

// reset starts at the point nearest to the target.
func (s *simplexSolver) reset() {
	best := 0
	for j := range s.n {
		s.w[j] = 0
		if s.gram(j, j) < s.gram(best, best) {
			best = j
		}
	}
	s.support, s.steps, s.polished = s.support[:0], 0, false
	s.w[best] = 1
	s.add(best)
}

// solve says whether it ended by the optimality conditions. False: the factor
// lost its digits, or (a bug) the cap on steps was met.
func (s *simplexSolver) solve() bool {
	last := math.Inf(1)
	for s.big > 0 {
		j, value, ok := s.entering()
		if !ok && s.polished {
			return true
		}
		if !ok {
			if !s.polish() {
				return false
			}
			continue
		}
		if value >= last { // no step left that rounding doesn't swallow
			return s.viaQR || value-s.g[j] < 1e-12*s.big
		}
		last, s.polished = value, false
		if !s.add(j) || !s.shrinkToSimplex() {
			return false
		}
		if s.steps++; s.steps > 100*s.n+1000 {
			return false
		}
	}
	return true
}

// polish refines the weights on the support. False: the factor has lost its
// digits.
func (s *simplexSolver) polish() bool {
	s.polished = true
	v, ok := s.affineMinimiser()
	if !ok {
		return false
	}
	if !s.viaQR && !s.refine(v) {
		return false
	}
	if slices.Min(v) > 0 { // else rounding alone divides two supports
		for k, j := range s.support {
			s.w[j] = v[k]
		}
	}
	return true
}

// entering is the point with the smallest gradient, where that is below the
// mean on the support by more than rounding.
func (s *simplexSolver) entering() (j int, value float64, ok bool) {
	value = s.gradient()
	best := -1
	for j, g := range s.g {
		if s.w[j] == 0 && !slices.Contains(s.support, j) && (best < 0 || g < s.g[best]) {
			best = j
		}
	}
	if best < 0 {
		return 0, value, false
	}
	// rounding of p_j·y: both factors as long as they were summed from
	tol := 2e-15 * math.Sqrt(s.gram(best, best)*s.big)
	return best, value, s.g[best] < value-tol
}

// gradient computes y and g afresh from the points and returns w'g, the
// objective.
func (s *simplexSolver) gradient() float64 {
	clear(s.y)
	for _, j := range s.support {
		for i, v := range s.row(j) {
			s.y[i] += s.w[j] * v
		}
	}
	value := 0.0
	for j := range s.n {
		sum := s.ridge * s.w[j]
		for i, v := range s.row(j) {
			sum += v * s.y[i]
		}
		s.g[j] = sum
		value += s.w[j] * sum
	}
	return value
}

// shrinkToSimplex moves the weights to the affine minimiser over the support,
// leaving points behind where the way out of the simplex is shorter.
func (s *simplexSolver) shrinkToSimplex() bool {
	for range s.n + 1 {
		v, ok := s.affineMinimiser()
		if !ok {
			return false
		}
		step, leave := 1.0, -1
		for k, j := range s.support {
			if v[k] <= 0 {
				if a := s.w[j] / (s.w[j] - v[k]); leave < 0 || a < step {
					step, leave = a, k
				}
			}
		}
		if leave < 0 {
			for k, j := range s.support {
				s.w[j] = v[k]
			}
			return true
		}
		for k, j := range s.support {
			s.w[j] += step * (v[k] - s.w[j])
		}
		s.w[s.support[leave]] = 0
		if !s.dropZeros() {
			return false
		}
	}
	return false
}

func (s *simplexSolver) dropZeros() bool {
	kept := make([]int, 0, len(s.support))
	for _, j := range s.support {
		if s.w[j] > 0 {
			kept = append(kept, j)
		} else {
			s.w[j] = 0
		}
	}
	s.support = s.support[:0]
	for _, j := range kept {
		if !s.add(j) {
			return false
		}
	}
	return len(s.support) > 0
}

// add puts a point into the support and its row into the Cholesky factor of
// Gram + big·ee' (which is nonsingular as long as the points are affinely
// independent). False when the new pivot has lost its digits.
func (s *simplexSolver) add(j int) bool {
	k := len(s.support)
	s.support = append(s.support, j)
	if s.viaQR {
		return true
	}
	row := s.chol[k*s.n : k*s.n+k+1]
	for i := range k {
		sum := s.gram(j, s.support[i]) + s.big
		other := s.chol[i*s.n : i*s.n+i+1]
		for l := range i {
			sum -= row[l] * other[l]
		}
		row[i] = sum / other[i]
	}
	diag := s.gram(j, j) + s.big
	pivot := diag
	for l := range k {
		pivot -= row[l] * row[l]
	}
	if pivot <= 1e-9*diag {
		return s.big == 0
	}
	row[k] = math.Sqrt(pivot)
	return true
}

// affineMinimiser are the weights on the support, summing to 1 and of any sign,
// with the least objective.
func (s *simplexSolver) affineMinimiser() ([]float64, bool) {
	if s.viaQR {
		return s.affineByQR()
	}
	k := len(s.support)
	ones := make([]float64, k)
	for i := range ones {
		ones[i] = 1
	}
	u := s.cholSolve(ones)
	sum := 0.0
	for _, v := range u {
		sum += v
	}
	if !(sum > 0) {
		return nil, false
	}
	v := make([]float64, k)
	for i := range v {
		v[i] = u[i] / sum
	}
	return v, true
}

// refine corrects v by what is left of the optimality conditions, with the
// gradient taken from the points; false when the correction is not small.
func (s *simplexSolver) refine(v []float64) bool {
	y, g, ones := make([]float64, s.m), make([]float64, len(v)), make([]float64, len(v))
	for k := range ones {
		ones[k] = 1
	}
	u, sumU := s.cholSolve(ones), 0.0
	for _, x := range u {
		sumU += x
	}
	for range 2 {
		clear(y)
		for k, j := range s.support {
			for i, p := range s.row(j) {
				y[i] += v[k] * p
			}
		}
		for k, j := range s.support {
			g[k] = s.ridge * v[k]
			for i, p := range s.row(j) {
				g[k] += p * y[i]
			}
		}
		d := s.cholSolve(g)
		off := 0.0
		for _, x := range d {
			off += x
		}
		total, change := 0.0, 0.0
		for k := range v {
			step := off*u[k]/sumU - d[k]
			change = max(change, math.Abs(step))
			v[k] += step
			total += v[k]
		}
		if !(change < 1e-3) {
			return false
		}
		for k := range v {
			v[k] /= total
		}
	}
	return true
}

func (s *simplexSolver) cholSolve(b []float64) []float64 {
	k := len(s.support)
	x := slices.Clone(b)
	for i := range k {
		row := s.chol[i*s.n : i*s.n+i+1]
		for l := range i {
			x[i] -= row[l] * x[l]
		}
		x[i] /= row[i]
	}
	for i := k - 1; i >= 0; i-- {
		x[i] /= s.chol[i*s.n+i]
		for l := range i {
			x[l] -= s.chol[i*s.n+l] * x[i]
		}
	}
	return x
}

// affineByQR minimises ‖p₀ + Σ u_k(p_k − p₀)‖² by Householder QR, the ridge as
// rows of its own.
func (s *simplexSolver) affineByQR() ([]float64, bool) {
	k := len(s.support)
	if k == 1 {
		return []float64{1}, true
	}
	ridge := 0
	if s.ridge > 0 {
		ridge = k
	}
	if s.m+ridge < k-1 {
		return nil, false
	}
	d, b := mat.NewDense(s.m+ridge, k-1, nil), mat.NewVecDense(s.m+ridge, nil)
	first, root := s.row(s.support[0]), math.Sqrt(s.ridge)
	for i, v := range first {
		b.SetVec(i, -v)
	}
	if ridge > 0 {
		b.SetVec(s.m, -root)
	}
	for c, j := range s.support[1:] {
		for i, v := range s.row(j) {
			d.Set(i, c, v-first[i])
		}
		if ridge > 0 {
			d.Set(s.m, c, -root)
			d.Set(s.m+1+c, c, root)
		}
	}
	var qr mat.QR
	qr.Factorize(d)
	var u mat.VecDense
	if err := qr.SolveVecTo(&u, false, b); err != nil {
		var ill mat.Condition
		if !errors.As(err, &ill) || math.IsInf(float64(ill), 1) {
			return nil, false
		}
	}
	v := make([]float64, k)
	v[0] = 1
	for c := range k - 1 {
		v[c+1] = u.AtVec(c)
		v[0] -= u.AtVec(c)
		if !isFinite(v[c+1]) {
			return nil, false
		}
	}
	return v, true
}

func (s *simplexSolver) solution(order []int) SimplexSolution {
	value := s.gradient()
	out := SimplexSolution{Weights: make([]float64, s.n), Iterations: s.steps,
		Objective: value * s.scale * s.scale}
	least := value
	for k, j := range order {
		out.Weights[j] = s.w[k]
		least = min(least, s.g[k])
	}
	if s.big > 0 {
		out.Gap = 2 * (value - least) / s.big
	}
	return out
}
