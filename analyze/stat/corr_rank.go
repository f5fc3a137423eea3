package stat

import (
	"math"
	"slices"
)

// MidRanks are the ranks of x from 1, equal values sharing the mean of theirs.
// NaN sorts first and should be taken out before.
func MidRanks(x []float64) []float64 {
	order := sortedOrder(x)
	r := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j+1 < len(order) && x[order[j+1]] == x[order[i]] {
			j++
		}
		for k := i; k <= j; k++ {
			r[order[k]] = float64(i+j)/2 + 1
		}
		i = j + 1
	}
	return r
}

func sortedOrder(x []float64) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareFloat(x[a], x[b]) })
	return order
}

func hasTies(x []float64) bool {
	s := slices.Clone(x)
	slices.Sort(s)
	return len(slices.Compact(s)) < len(x)
}

// pairCounts are Kendall's counts over all pairs of rows.
type pairCounts struct {
	s            float64 // concordant minus discordant
	all          float64 // n(n−1)/2
	tiedX, tiedY float64 // pairs tied in x, in y
	tx, ty       []float64
}

// countPairs counts in n²/2 steps: panels of hundreds of rows need no more.
func countPairs(x, y []float64) pairCounts {
	n := float64(len(x))
	k := pairCounts{all: n * (n - 1) / 2, tx: tieSizes(x), ty: tieSizes(y)}
	for i := range x {
		for j := range i {
			k.s += float64(compareFloat(x[i], x[j]) * compareFloat(y[i], y[j]))
		}
	}
	for _, t := range k.tx {
		k.tiedX += t * (t - 1) / 2
	}
	for _, t := range k.ty {
		k.tiedY += t * (t - 1) / 2
	}
	return k
}

func (k pairCounts) tauB() float64 {
	r := k.s / math.Sqrt(k.all-k.tiedX) / math.Sqrt(k.all-k.tiedY)
	return max(-1, min(1, r))
}

// variance of S when x and y are independent, ties given (Kendall 1970, ch. 4).
func (k pairCounts) variance(n float64) float64 {
	v := n * (n - 1) * (2*n + 5)
	var x1, x2, y1, y2 float64
	for _, t := range k.tx {
		v -= t * (t - 1) * (2*t + 5)
		x1 += t * (t - 1)
		x2 += t * (t - 1) * (t - 2)
	}
	for _, t := range k.ty {
		v -= t * (t - 1) * (2*t + 5)
		y1 += t * (t - 1)
		y2 += t * (t - 1) * (t - 2)
	}
	v = v/18 + x1*y1/(2*n*(n-1))
	if n > 2 {
		v += x2 * y2 / (9 * n * (n - 1) * (n - 2))
	}
	return v
}

// tieSizes are the sizes of the groups of equal values that hold two or more.
func tieSizes(x []float64) []float64 {
	s := slices.Clone(x)
	slices.Sort(s)
	var sizes []float64
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		if j-i > 1 {
			sizes = append(sizes, float64(j-i))
		}
		i = j
	}
	return sizes
}

// kendallExactP is the two-sided p of t concordant pairs among n untied rows:
// twice the smaller tail of the number of inversions of a random permutation.
func kendallExactP(t, n int) float64 {
	density := inversionDensity(n)
	most := len(density) - 1
	lower := min(t, most-t) // the distribution is symmetric
	if 2*t == most {
		return 1
	}
	p := 0.0
	for i := 0; i <= lower; i++ {
		p += density[i]
	}
	return min(1, 2*p)
}

// inversionDensity is the probability of k inversions in a random permutation
// of n, k from 0 to n(n−1)/2: the product of uniform densities on 0…i−1.
func inversionDensity(n int) []float64 {
	d := []float64{1}
	for i := 2; i <= n; i++ {
		next := make([]float64, len(d)+i-1)
		for k, v := range d {
			for j := range i {
				next[k+j] += v / float64(i)
			}
		}
		d = next
	}
	return d
}

// spearmanExactP is the two-sided p of S, the sum of squared rank differences
// of n untied pairs, as R's cor.test computes it.
func spearmanExactP(s float64, n int) float64 {
	s = math.Round(s)
	nn := float64(n)
	var tail float64
	if s > (nn*nn*nn-nn)/6 {
		tail = rhoUpper(s-1, n) // S is even: ≥ s−1 is ≥ s
	} else {
		tail = rhoLower(s+2, n)
	}
	return min(1, 2*tail)
}

// rhoUpper is P(S ≥ s), rhoLower P(S < s).
func rhoUpper(s float64, n int) float64 { return rhoTail(s, n, false) }
func rhoLower(s float64, n int) float64 { return rhoTail(s, n, true) }

// rhoTail is AS 89 of Best & Roberts (1975): all permutations up to n = 9 (as
// in R; 6 in the paper), the Edgeworth series beyond.
func rhoTail(s float64, n int, lower bool) float64 {
	nn := float64(n)
	switch {
	case s <= 0:
		return fromUpper(1, lower)
	case s > nn*(nn*nn-1)/3:
		return fromUpper(0, lower)
	case n <= 9:
		return fromUpper(rhoEnumerated(s, n), lower)
	}
	b := 1 / nn
	x := (6*(s-1)*b/(nn*nn-1) - 1) * math.Sqrt(nn-1)
	y := x * x
	u := x * b * (0.2274 + b*(0.2531+0.1745*b) +
		y*(-0.0758+b*(0.1033+0.3932*b)-
			y*b*(0.0879+0.0151*b-y*(0.0072-0.0831*b+y*b*(0.0131-4.6e-4*y)))))
	u /= math.Exp(y / 2)
	p := upperNormal(x) + u
	if lower {
		p = upperNormal(-x) - u
	}
	return max(0, min(1, p))
}

func fromUpper(p float64, lower bool) float64 {
	if lower {
		return 1 - p
	}
	return p
}

// rhoEnumerated is the share of the n! permutations with S ≥ s.
func rhoEnumerated(s float64, n int) float64 {
	counts := make([]int, n*(n*n-1)/3+1)
	used := make([]bool, n)
	var place func(i, sum int)
	place = func(i, sum int) {
		if i == n {
			counts[sum]++
			return
		}
		for v := range n {
			if !used[v] {
				used[v] = true
				place(i+1, sum+(i-v)*(i-v))
				used[v] = false
			}
		}
	}
	place(0, 0)
	hit, total := 0, 0
	for v, c := range counts {
		total += c
		if float64(v) >= s {
			hit += c
		}
	}
	return float64(hit) / float64(total)
}
