package stat

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// adjustment holds, for each cluster, what CR2 or CR3 makes of the basis:
// a_gj = A_g'W_g Q_g ℓ_j for every coefficient j.
type adjustment struct {
	b        basis
	g        grouping
	a        [][][]float64 // cluster, coefficient, row within the cluster
	s        *mat.SymDense // Q'W²Q
	warnings []string
}

// adjust computes A_g for every cluster.
//
// B_g differs from the identity only in the span of Z = [Q_g, W_g Q_g], so its
// root is taken there: with Z = U·T orthonormalised, A_g = I + U(f(U'B_gU) − I)U'.
// A cluster of 500 rows costs as much as its few columns.
func (b basis) adjust(g grouping, kind Kind) *adjustment {
	out := &adjustment{b: b, g: g, s: b.squared(), a: make([][][]float64, g.count)}
	lost := make([]bool, g.count)
	parallel(g.count, func(c int) {
		out.a[c], lost[c] = b.adjustOne(g.rows[c], kind, out.s)
	})
	for _, l := range lost {
		if l {
			out.warnings = []string{string(kind) + ": some clusters are fitted exactly by coefficients of their own; the Moore–Penrose inverse is used there"}
			break
		}
	}
	return out
}

// squared is S = Q'W²Q, the identity without weights.
func (b basis) squared() *mat.SymDense {
	r := len(b.q[0])
	s := mat.NewSymDense(r, nil)
	for k := range r {
		if b.w == nil {
			s.SetSym(k, k, 1)
		}
	}
	if b.w == nil {
		return s
	}
	for i, q := range b.q {
		s.SymRankOne(s, b.w[i]*b.w[i], mat.NewVecDense(r, q))
	}
	return s
}

// adjustOne is the a_gj of one cluster, and whether an eigenvalue was taken for 0.
// CR3's (I−H_g)⁻¹ isn't symmetric with weights, but is so between roots of the
// weights: a = √W·(I − √W QQ'√W)⁺·√W Q ℓ.
func (b basis) adjustOne(rows []int, kind Kind, s *mat.SymDense) ([][]float64, bool) {
	r := len(b.q[0])
	q, wq := mat.NewDense(len(rows), r, nil), mat.NewDense(len(rows), r, nil)
	weighted := b.w != nil && kind == CR2
	for k, i := range rows {
		left, right := 1.0, b.weight(i)
		if kind == CR3 {
			left, right = math.Sqrt(b.weight(i)), math.Sqrt(b.weight(i))
		}
		for c, x := range b.q[i] {
			q.Set(k, c, left*x)
			wq.Set(k, c, right*x)
		}
	}
	u := span(q, wq, weighted)
	m, d := u.Dims()
	var uq, uwq mat.Dense
	uq.Mul(u.T(), q)
	uwq.Mul(u.T(), wq)
	root, lost := invert(projected(&uq, &uwq, s, d, weighted), kind)
	out := make([][]float64, len(b.l))
	for j, l := range b.l {
		// v = W Q ℓ; a = v + U (f − I) U'v.
		v := mat.NewVecDense(m, nil)
		v.MulVec(wq, mat.NewVecDense(len(l), l))
		var t, ft, ut mat.VecDense
		t.MulVec(u.T(), v)
		ft.MulVec(root, &t)
		ft.SubVec(&ft, &t)
		ut.MulVec(u, &ft)
		v.AddVec(v, &ut)
		out[j] = v.RawVector().Data
		for k, i := range rows {
			if kind == CR3 {
				out[j][k] *= math.Sqrt(b.weight(i))
			}
		}
	}
	return out, lost
}

// span is an orthonormal basis of the columns of q and, with weights, wq.
func span(q, wq *mat.Dense, weighted bool) *mat.Dense {
	m, r := q.Dims()
	wide := r
	if weighted {
		wide = 2 * r
	}
	if m <= wide {
		id := mat.NewDense(m, m, nil)
		for i := range m {
			id.Set(i, i, 1)
		}
		return id
	}
	z := q
	if weighted {
		z = &mat.Dense{}
		z.Augment(q, wq)
		normalise(z)
	}
	// gonum's QR hands out all m×m of Q only; the thin SVD spans the same columns.
	var svd mat.SVD
	svd.Factorize(z, mat.SVDThin)
	var thin mat.Dense
	svd.UTo(&thin)
	return &thin
}

// normalise scales columns to length 1. Weights of 1e9 make those of wq that much
// longer than those of q, whose directions the decomposition would then lose.
func normalise(z *mat.Dense) {
	m, r := z.Dims()
	for j := range r {
		var length float64
		for i := range m {
			length = math.Hypot(length, z.At(i, j))
		}
		for i := range m {
			if length > 0 {
				z.Set(i, j, z.At(i, j)/length)
			}
		}
	}
}

// projected is U'B U, B = I − QQ'W − WQQ' + QSQ' with weights, I − QQ' without.
func projected(uq, uwq *mat.Dense, s *mat.SymDense, d int, weighted bool) *mat.Dense {
	out := mat.NewDense(d, d, nil)
	for i := range d {
		out.Set(i, i, 1)
	}
	var h mat.Dense
	h.Mul(uq, uwq.T())
	out.Sub(out, &h)
	if weighted {
		out.Sub(out, h.T())
		var t, qsq mat.Dense
		t.Mul(uq, s)
		qsq.Mul(&t, uq.T())
		out.Add(out, &qsq)
	}
	return out
}

// invert is M^(−1/2) for CR2, M⁻¹ for CR3, generalised; m is symmetric up to rounding.
func invert(m *mat.Dense, kind Kind) (*mat.Dense, bool) {
	d, _ := m.Dims()
	sym := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			sym.SetSym(i, j, (m.At(i, j)+m.At(j, i))/2)
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, true) {
		return mat.NewDense(d, d, nil), true
	}
	values := eig.Values(nil)
	lost := false
	for i, v := range values {
		switch {
		case v < 1e-12:
			values[i], lost = 0, true
		case kind == CR2:
			values[i] = 1 / math.Sqrt(v)
		default:
			values[i] = 1 / v
		}
	}
	var vec, t, out mat.Dense
	eig.VectorsTo(&vec)
	t.Mul(&vec, mat.NewDiagDense(d, values))
	out.Mul(&t, vec.T())
	return &out, lost
}

// score is t_g: a_gj'e_g for every coefficient j.
func (a *adjustment) score(e []float64, c int) []float64 {
	out := make([]float64, len(a.b.l))
	for j := range out {
		for k, i := range a.g.rows[c] {
			out[j] += a.a[c][j][k] * e[i]
		}
	}
	return out
}

// satterthwaite is (Σ P_gg)²/Σ P_gh², with P_gh the working covariance of the
// contributions of clusters g and h to coefficient j:
// δ_gh·a_g'a_g − v_g'u_h − u_g'v_h + u_g'S u_h, u = Q_g'a_g, v = Q_g'W_g a_g
// (Pustejovsky & Tipton 2018, eq. 11, for an identity working covariance).
func (a *adjustment) satterthwaite(j int) float64 {
	r := len(a.b.q[0])
	u, v := mat.NewDense(a.g.count, r, nil), mat.NewDense(a.g.count, r, nil)
	own := make([]float64, a.g.count)
	for c, rows := range a.g.rows {
		ur, vr := u.RawRowView(c), v.RawRowView(c)
		for k, i := range rows {
			x := a.a[c][j][k]
			own[c] += x * x
			for t, q := range a.b.q[i] {
				ur[t] += q * x
				vr[t] += q * x * a.b.weight(i)
			}
		}
	}
	var us mat.Dense
	us.Mul(u, a.s)
	var trace, squares float64
	for g := range a.g.count {
		for h := range a.g.count {
			p := -dot(v.RawRowView(g), u.RawRowView(h)) - dot(u.RawRowView(g), v.RawRowView(h)) + dot(us.RawRowView(g), u.RawRowView(h))
			if g == h {
				p += own[g]
				trace += p
			}
			squares += p * p
		}
	}
	if !(squares > 0) {
		return math.NaN()
	}
	return trace * trace / squares
}

// dot is a'b; four running sums, for one would wait for its own additions.
func dot(a, b []float64) float64 {
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	i := 0
	for ; i+3 < len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}
