package stat

import (
	"fmt"
	"math"
)

// PartialCorrelation is Pearson's r of what is left of x and y after a linear
// regression of each on the controls (and a constant), tested by t on n−2−k
// degrees of freedom with Fisher's interval on n−3−k (Fisher 1924), k being
// the controls that are not constant or linear in the others. Rows with a
// missing value are left out.
//
// It refuses (NaN with a warning) where the controls explain x or y wholly.
func PartialCorrelation(x, y []float64, controls [][]float64, level float64) (Correlation, error) {
	for i, c := range controls {
		if len(c) != len(x) {
			return Correlation{}, fmt.Errorf("control %d has %d values, x %d: %w", i+1, len(c), len(x), ErrLengths)
		}
	}
	cols, left, err := completeColumns(append([][]float64{x, y}, controls...))
	if err != nil {
		return Correlation{}, err
	}
	c, err := newCorrelation(Pearson, len(cols[0]), level)
	if err != nil {
		return c, err
	}
	if left > 0 {
		c.warn("%d rows with a missing or infinite value are left out", left)
	}
	if !c.estimable(cols[0], cols[1]) {
		return c, nil
	}
	basis, dropped := orthonormal(cols[2:])
	if dropped > 0 {
		c.warn("%d controls are constant or linear in the others: dropped", dropped)
	}
	c.adjusted(residual(deviations(cols[0]), basis), residual(deviations(cols[1]), basis), len(basis))
	return c, nil
}

// WithinCorrelation is Pearson's r of x and y after their group means are
// taken out: the association over time within a force, not that between large
// and small forces. Tested by t on n−G−1 degrees of freedom, G the groups with
// two or more rows; groups with one row hold no information and are left out,
// with a warning.
//
// Rows of one group are still serially correlated: the test takes them as
// independent and is too sure of itself on long series; the warning says so.
func WithinCorrelation(x, y []float64, group []string, level float64) (Correlation, error) {
	if len(x) != len(y) || len(group) != len(x) {
		return Correlation{}, fmt.Errorf("%d, %d values and %d groups: %w", len(x), len(y), len(group), ErrLengths)
	}
	rows := map[string][]int{}
	missing := 0
	for i := range x {
		if !isFinite(x[i]) || !isFinite(y[i]) {
			missing++
			continue
		}
		rows[group[i]] = append(rows[group[i]], i)
	}
	single, kept := 0, 0
	var wx, wy []float64
	for _, g := range sortedKeys(rows) {
		if len(rows[g]) < 2 {
			single++
			continue
		}
		kept++
		wx = append(wx, demeaned(x, rows[g])...)
		wy = append(wy, demeaned(y, rows[g])...)
	}
	c, err := newCorrelation(Pearson, len(wx), level)
	if err != nil {
		return c, err
	}
	if missing > 0 {
		c.warn("%d rows with a missing or infinite value are left out", missing)
	}
	if single > 0 {
		c.warn("%d groups have one row and are left out", single)
	}
	if kept == 0 {
		c.warn("no group has two complete rows: no within-group correlation")
		return c, nil
	}
	c.warn("rows of one group are taken as independent: with serial correlation the test is too sure")
	c.adjusted(wx, wy, kept-1)
	return c, nil
}

func newCorrelation(m CorrMethod, n int, level float64) (Correlation, error) {
	if level == 0 {
		level = 0.95
	}
	if !(level > 0 && level < 1) {
		return Correlation{}, fmt.Errorf("level %v: want between 0 and 1", level)
	}
	nan := math.NaN()
	return Correlation{Method: m, N: n, Estimate: nan, Statistic: nan, DF: nan, P: nan, Lo: nan, Hi: nan, Level: level}, nil
}

// adjusted correlates residuals that lost `used` degrees of freedom beyond the
// mean.
func (c *Correlation) adjusted(x, y []float64, used int) {
	if negligible(x) || negligible(y) {
		c.warn("nothing of a column is left after the controls or group means are taken out: no correlation")
		return
	}
	c.StatisticName = "t"
	c.Estimate = uncentredR(x, y)
	c.DF = float64(c.N - 2 - used)
	c.testT()
	c.fisher(c.N - 3 - used)
}

// negligible says that residuals are rounding noise: deviations() scales the
// column to about 1 first.
func negligible(x []float64) bool {
	for _, v := range x {
		if math.Abs(v) > 1e-11 {
			return false
		}
	}
	return true
}

func uncentredR(x, y []float64) float64 {
	var sxy, sxx, syy float64
	for i := range x {
		sxy += x[i] * y[i]
		sxx += x[i] * x[i]
		syy += y[i] * y[i]
	}
	return max(-1, min(1, sxy/math.Sqrt(sxx)/math.Sqrt(syy)))
}

// demeaned are the values of x at rows minus their mean, in units of the
// largest absolute value of the whole column.
func demeaned(x []float64, rows []int) []float64 {
	big := 0.0
	for _, v := range x {
		if isFinite(v) {
			big = max(big, math.Abs(v))
		}
	}
	_, e := math.Frexp(big)
	d := make([]float64, len(rows))
	for k, i := range rows {
		d[k] = math.Ldexp(x[i], -e)
	}
	centre(d)
	return d
}

// orthonormal is an orthonormal basis of the centred controls (modified
// Gram–Schmidt, twice), and how many of them add nothing.
func orthonormal(controls [][]float64) (basis [][]float64, dropped int) {
	for _, c := range controls {
		d := deviations(c)
		before := norm2(d)
		r := residual(d, basis)
		if n := norm2(r); n <= 1e-10*before || before == 0 {
			dropped++
		} else {
			for i := range r {
				r[i] /= n
			}
			basis = append(basis, r)
		}
	}
	return basis, dropped
}

// residual is x less its projection on the basis, projected twice for accuracy.
func residual(x []float64, basis [][]float64) []float64 {
	for range 2 {
		for _, b := range basis {
			dot := 0.0
			for i := range x {
				dot += x[i] * b[i]
			}
			for i := range x {
				x[i] -= dot * b[i]
			}
		}
	}
	return x
}

func norm2(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s = math.Hypot(s, v)
	}
	return s
}

// completeColumns keeps the rows where every column is finite.
func completeColumns(cols [][]float64) (kept [][]float64, left int, err error) {
	n := len(cols[0])
	for _, c := range cols {
		if len(c) != n {
			return nil, 0, fmt.Errorf("%d and %d values: %w", n, len(c), ErrLengths)
		}
	}
	kept = make([][]float64, len(cols))
	for i := range n {
		whole := true
		for _, c := range cols {
			whole = whole && isFinite(c[i])
		}
		if !whole {
			left++
			continue
		}
		for j, c := range cols {
			kept[j] = append(kept[j], c[i])
		}
	}
	return kept, left, nil
}
