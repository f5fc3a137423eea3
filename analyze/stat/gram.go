package stat

import (
	"math"
	"runtime"
	"sync"

	"hardyards/analyze/stat/dd"
)

// gramChunk rows are summed at a time, each chunk by one goroutine; chunks are
// then added in order, so that the sum does not depend on the number of cores.
const gramChunk = 1 << 14

// gram is the matrix of the inner products of columns, each accumulated in
// double-double (Dot2 of Ogita, Rump & Oishi, SIAM J. Sci. Comput. 26 (2005)).
func gram(columns []dd.Vec) [][]dd.Num {
	p, n := len(columns), columns[0].Len()
	chunks := (n + gramChunk - 1) / gramChunk
	part := make([][]dd.Num, chunks)
	parallel(chunks, func(c int) {
		part[c] = gramRows(columns, c*gramChunk, min(n, (c+1)*gramChunk))
	})
	out := square(p)
	for _, sums := range part {
		at := 0
		for j := range p {
			for k := 0; k <= j; k++ {
				out[j][k] = out[j][k].Add(sums[at])
				at++
			}
		}
	}
	for j := range p {
		for k := range j {
			out[k][j] = out[j][k]
		}
	}
	return out
}

// gramRows are the inner products of rows from..to, row by row of the lower triangle.
// Blocks of 1024 rows of all columns stay in the second-level cache.
func gramRows(columns []dd.Vec, from, to int) []dd.Num {
	sums := make([]dd.Num, len(columns)*(len(columns)+1)/2)
	for b := from; b < to; b += 1024 {
		e := min(to, b+1024)
		at := 0
		for j := range columns {
			for k := 0; k <= j; k++ {
				sums[at] = sums[at].Add(dotRows(columns[j], columns[k], b, e))
				at++
			}
		}
	}
	return sums
}

func dotRows(a, b dd.Vec, from, to int) dd.Num {
	if a.Lo == nil && b.Lo == nil {
		return dotShort(a.Hi[from:to], b.Hi[from:to])
	}
	return dotLong(rowsOf(a, from, to), rowsOf(b, from, to))
}

func rowsOf(v dd.Vec, from, to int) dd.Vec {
	if v.Lo == nil {
		return dd.Vec{Hi: v.Hi[from:to]}
	}
	return dd.Vec{Hi: v.Hi[from:to], Lo: v.Lo[from:to]}
}

// dotShort keeps two running sums so that the additions of neighbours overlap.
func dotShort(a, b []float64) dd.Num {
	var h0, h1, l0, l1 float64
	b = b[:len(a)]
	i := 0
	for ; i+1 < len(a); i += 2 {
		p, q := a[i]*b[i], a[i+1]*b[i+1]
		e, f := math.FMA(a[i], b[i], -p), math.FMA(a[i+1], b[i+1], -q)
		s, t := h0+p, h1+q
		v, w := s-h0, t-h1
		l0 += (h0 - (s - v)) + (p - v) + e
		l1 += (h1 - (t - w)) + (q - w) + f
		h0, h1 = s, t
	}
	sum := dd.TwoSum(h0, l0).Add(dd.TwoSum(h1, l1))
	if i < len(a) {
		sum = sum.Add(dd.TwoProd(a[i], b[i]))
	}
	return sum
}

func dotLong(a, b dd.Vec) dd.Num {
	var h, l float64
	for i, x := range a.Hi {
		y := b.Hi[i]
		p := x * y
		e := math.FMA(x, y, -p)
		if b.Lo != nil {
			e += x * b.Lo[i]
		}
		if a.Lo != nil {
			e += y * a.Lo[i]
		}
		s := h + p
		v := s - h
		l += (h - (s - v)) + (p - v) + e
		h = s
	}
	return dd.TwoSum(h, l)
}

// parallel calls work(0) … work(n-1) on as many goroutines as there are cores.
func parallel(n int, work func(int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			work(i)
		}
		return
	}
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers {
				work(i)
			}
		})
	}
	wait.Wait()
}

func square(p int) [][]dd.Num {
	out := make([][]dd.Num, p)
	for j := range out {
		out[j] = make([]dd.Num, p)
	}
	return out
}

// leastPivot is the ratio below which normal equations are given up.
const leastPivot = 1e-7

// cholesky is the upper triangle R with R'R = g, and the least ratio of a
// pivot's root to its column's norm: how far the column is from the span of the
// ones before it. It stops, with ratio 0, at a pivot that is not positive.
func cholesky(g [][]dd.Num) (r [][]dd.Num, ratio float64) {
	p := len(g)
	r = square(p)
	ratio = 1
	for j := range p {
		for k := j; k < p; k++ {
			s := g[j][k]
			for i := range j {
				s = s.Sub(r[i][j].Mul(r[i][k]))
			}
			if k > j {
				r[j][k] = s.Div(r[j][j])
				continue
			}
			if !(s.Hi > leastPivot*leastPivot*g[j][j].Hi) {
				return nil, 0
			}
			r[j][j] = s.Sqrt()
			ratio = min(ratio, r[j][j].Hi/math.Sqrt(g[j][j].Hi))
		}
	}
	return r, ratio
}

// inverse of an upper triangle with no zero on its diagonal.
func inverse(r [][]dd.Num) [][]dd.Num {
	p := len(r)
	out := square(p)
	for k := range p {
		out[k][k] = dd.Of(1).Div(r[k][k])
		for j := k - 1; j >= 0; j-- {
			var s dd.Num
			for i := j + 1; i <= k; i++ {
				s = s.Sub(r[j][i].Mul(out[i][k]))
			}
			out[j][k] = s.Div(r[j][j])
		}
	}
	return out
}

// condition is the condition number of R in the Frobenius norm after scaling its
// columns to length 1, so that units don't enter.
func condition(r, rinv [][]dd.Num) float64 {
	p := len(r)
	var inv float64
	for j := range p {
		var norm, row float64
		for i := 0; i <= j; i++ {
			norm = math.Hypot(norm, r[i][j].Hi)
		}
		for k := j; k < p; k++ {
			row = math.Hypot(row, rinv[j][k].Hi)
		}
		inv = math.Hypot(inv, row*norm)
	}
	return inv * math.Sqrt(float64(p))
}
