package stat

import (
	"fmt"
	"math"

	"hardyards/analyze/stat/dd"
)

// absorber takes one or two sets of group means out of columns: the within
// transformation of a regression with fixed effects.
//
// One way it subtracts weighted group means. Two ways it solves the normal
// equations of the second set after the first was swept out, S·τ = D₂'W M₁ v with
// S = D₂'W M₁ D₂, by conjugate gradients, and repeats that on what is left until
// nothing is: exact on unbalanced panels, where one round of demeaning both ways
// is not (Guimarães & Portugal 2010; Correia 2016, reghdfe).
type absorber struct {
	w      dd.Vec // weights, Hi nil: all 1
	groups [][]int
	total  [][]float64 // weight of each group
	size   []int       // number of groups of each set
	rank   int         // dimension of the space taken out
}

func newAbsorber(groups [][]int, w dd.Vec, n int) absorber {
	a := absorber{w: w, groups: groups}
	for _, g := range groups {
		size := 0
		for _, k := range g {
			size = max(size, k+1)
		}
		total := make([]float64, size)
		for i, k := range g {
			total[k] += a.weight(i).Hi
		}
		a.total, a.size = append(a.total, total), append(a.size, size)
	}
	for _, total := range a.total {
		for _, t := range total {
			if t > 0 {
				a.rank++
			}
		}
	}
	if len(groups) == 2 {
		a.rank -= components(groups[0], groups[1], a.size[0], a.size[1])
	}
	return a
}

func (a absorber) weight(i int) dd.Num {
	if a.w.Hi == nil {
		return dd.Of(1)
	}
	return a.w.At(i)
}

// components counts the connected components of the graph of two groupings: each
// beyond the first costs one more collinear dummy (Abowd, Creecy & Kramarz 2002).
func components(g, h []int, ng, nh int) int {
	parent := make([]int, ng+nh)
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	seen := make([]bool, ng+nh)
	for i := range g {
		parent[find(g[i])] = find(ng + h[i])
		seen[g[i]], seen[ng+h[i]] = true, true
	}
	count := 0
	for i := range parent {
		if seen[i] && find(i) == i {
			count++
		}
	}
	return count
}

// apply is v without its part in the space of the groups. It says so when the
// two-way solution did not settle.
func (a absorber) apply(v dd.Vec) (dd.Vec, error) {
	out := clone(v)
	if len(a.groups) == 0 {
		return out, nil
	}
	a.sweep(out, 0)
	if len(a.groups) == 1 {
		a.sweep(out, 0)
		return out, nil
	}
	start, before := rms(out.Hi), math.Inf(1)
	for range 60 {
		rhs := a.sums(out, 1)
		left := a.worst(rhs)
		if settled := left < 1e-25*start && left > before/2; settled || !(left > 1e-31*start) {
			return out, nil
		}
		before = left
		tau := a.solve(rhs)
		for i := range out.Hi {
			out.Set(i, out.At(i).Sub(dd.Of(tau[a.groups[1][i]])))
		}
		a.sweep(out, 0)
	}
	if left := a.worst(a.sums(out, 1)); left > 1e-14*start {
		return out, fmt.Errorf("the two-way fixed effects did not converge (a mean of %.1e of the spread is left)", left/start)
	}
	return out, nil
}

// worst is the largest absolute group mean of the second set.
func (a absorber) worst(sums []float64) float64 {
	var m float64
	for k, s := range sums {
		if a.total[1][k] > 0 {
			m = max(m, math.Abs(s)/a.total[1][k])
		}
	}
	return m
}

func rms(x []float64) float64 {
	var s float64
	for _, v := range x {
		s = math.Hypot(s, v)
	}
	return s / math.Sqrt(float64(max(1, len(x))))
}

// sweep subtracts the weighted means of one set of groups.
func (a absorber) sweep(v dd.Vec, set int) {
	group := a.groups[set]
	sum, weight := make([]dd.Num, a.size[set]), make([]dd.Num, a.size[set])
	for i, g := range group {
		w := a.weight(i)
		sum[g], weight[g] = sum[g].Add(v.At(i).Mul(w)), weight[g].Add(w)
	}
	for g := range sum {
		if weight[g].Hi > 0 {
			sum[g] = sum[g].Div(weight[g])
		}
	}
	for i, g := range group {
		v.Set(i, v.At(i).Sub(sum[g]))
	}
}

// sums are the weighted group sums of one set.
func (a absorber) sums(v dd.Vec, set int) []float64 {
	sum := make([]dd.Num, a.size[set])
	for i, g := range a.groups[set] {
		sum[g] = sum[g].Add(v.At(i).Mul(a.weight(i)))
	}
	out := make([]float64, len(sum))
	for g := range sum {
		out[g] = sum[g].Float()
	}
	return out
}

// solve finds τ with S·τ = rhs by conjugate gradients, preconditioned by the
// groups' weights. S is singular along each component's constant, but rhs is
// orthogonal to it, so the iteration stays in the range.
func (a absorber) solve(rhs []float64) []float64 {
	t := len(rhs)
	x, r := make([]float64, t), append([]float64(nil), rhs...)
	z, p := make([]float64, t), make([]float64, t)
	var rz, first float64
	for it := range 20*t + 100 {
		before := rz
		rz = 0
		for k := range r {
			z[k] = 0
			if a.total[1][k] > 0 {
				z[k] = r[k] / a.total[1][k]
			}
			rz += r[k] * z[k]
		}
		if it == 0 {
			first = rz
		}
		if !(rz > 1e-30*first) {
			break
		}
		for k := range p {
			if it == 0 {
				p[k] = z[k]
			} else {
				p[k] = z[k] + rz/before*p[k]
			}
		}
		s := a.schur(p)
		var ps float64
		for k := range p {
			ps += p[k] * s[k]
		}
		if !(ps > 0) {
			break
		}
		for k := range x {
			x[k] += rz / ps * p[k]
			r[k] -= rz / ps * s[k]
		}
	}
	return x
}

// schur is S·τ.
func (a absorber) schur(tau []float64) []float64 {
	first := make([]float64, a.size[0])
	for i, g := range a.groups[0] {
		first[g] += a.weight(i).Hi * tau[a.groups[1][i]]
	}
	for g := range first {
		if a.total[0][g] > 0 {
			first[g] /= a.total[0][g]
		}
	}
	out := make([]float64, len(tau))
	for i, t := range a.groups[1] {
		out[t] += a.weight(i).Hi * (tau[t] - first[a.groups[0][i]])
	}
	return out
}

// withoutSingletons are the rows left when rows that are alone in a group are left
// out, again and again until none is: such a row is fitted exactly by its own
// effect and tells nothing, but would be counted in degrees of freedom
// (Correia 2015; reghdfe and fixest ≥ 0.13 leave them out too).
func withoutSingletons(groups [][]int, n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	for {
		before := len(rows)
		for _, g := range groups {
			count := map[int]int{}
			for _, i := range rows {
				count[g[i]]++
			}
			left := rows[:0]
			for _, i := range rows {
				if count[g[i]] > 1 {
					left = append(left, i)
				}
			}
			rows = left
		}
		if len(rows) == before {
			return rows
		}
	}
}
