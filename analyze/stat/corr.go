package stat

import (
	"errors"
	"fmt"
	"math"
)

// CorrMethod names a measure of association.
type CorrMethod string

// The measures of association of R's cor.test.
const (
	Pearson  CorrMethod = "pearson"
	Spearman CorrMethod = "spearman"
	Kendall  CorrMethod = "kendall" // tau-b
)

// CorrOptions choose how a correlation is tested. The zero value is Pearson's
// r with a 95 % interval and R's defaults.
type CorrOptions struct {
	Method     CorrMethod // default Pearson
	Level      float64    // of the interval; default 0.95
	Asymptotic bool       // for Spearman and Kendall: no exact p even where there is one
}

// Correlation is a measure of association with its test and interval.
type Correlation struct {
	Method    CorrMethod
	N         int     // pairs used
	Estimate  float64 // r, rho or tau-b, in [−1, 1]
	Statistic float64 // t, S or T, z: see StatisticName
	// StatisticName is "t" (Pearson), "S" (Spearman's sum of squared rank
	// differences), "T" (concordant pairs, exact Kendall) or "z".
	StatisticName string
	DF            float64 // of t; NaN otherwise
	P             float64 // two-sided
	Exact         bool    // P is from the exact distribution (or AS 89)
	Lo, Hi        float64 // Fisher's interval; NaN for Spearman and Kendall
	Level         float64
	Warnings      []string
}

// ErrLengths says that columns differ in length.
var ErrLengths = errors.New("columns differ in length")

// Correlate measures the association of two columns and tests that there is
// none, after R's cor.test. A pair with a missing value is left out, with a
// warning.
//
//   - Pearson: r; t = r√((n−2)/(1−r²)) on n−2 degrees of freedom, exact for
//     independent normal pairs; interval by Fisher's z (1921), tanh(atanh r ±
//     z/√(n−3)), from 4 pairs on.
//   - Spearman: r of the mid-ranks; without ties and n ≤ 1290 the p-value is
//     by AS 89 (Best & Roberts 1975: all permutations to n = 9, an Edgeworth
//     series beyond), else t on n−2 degrees of freedom.
//   - Kendall: tau-b = S/√((P−Tx)(P−Ty)), P all pairs, Tx and Ty those tied;
//     without ties and n < 50 the exact distribution of the number of
//     concordant pairs, else normal with the variance under ties (Kendall
//     1970), no continuity correction.
//
// A constant column has no correlation: estimate and p are NaN, with a
// warning. Fewer than 3 pairs (2 for Kendall) give no test. Independent pairs
// are assumed: a panel's rows aren't (see WithinCorrelation), nor are shares of
// one total.
func Correlate(x, y []float64, o CorrOptions) (Correlation, error) {
	if len(x) != len(y) {
		return Correlation{}, fmt.Errorf("%d and %d values: %w", len(x), len(y), ErrLengths)
	}
	if o.Method == "" {
		o.Method = Pearson
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if !(o.Level > 0 && o.Level < 1) {
		return Correlation{}, fmt.Errorf("level %v: want between 0 and 1", o.Level)
	}
	c := Correlation{Method: o.Method, Estimate: math.NaN(), Statistic: math.NaN(), DF: math.NaN(),
		P: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Level: o.Level}
	x, y, left := completePairs(x, y)
	c.N = len(x)
	if left > 0 {
		c.warn("%d of %d pairs have a missing or infinite value and are left out", left, left+len(x))
	}
	if !c.estimable(x, y) {
		return c, nil
	}
	switch o.Method {
	case Pearson:
		c.pearson(x, y)
	case Spearman:
		c.spearman(x, y, !o.Asymptotic)
	case Kendall:
		c.kendall(x, y, !o.Asymptotic)
	default:
		return Correlation{}, fmt.Errorf("correlation %q: want pearson, spearman or kendall", o.Method)
	}
	return c, nil
}

func (c *Correlation) warn(format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
}

// estimable warns, and says no, where there is nothing to correlate.
func (c *Correlation) estimable(x, y []float64) bool {
	switch {
	case len(x) < 2:
		c.warn("%d complete pairs: no correlation", len(x))
	case constant(x) && constant(y):
		c.warn("both columns are constant: no correlation")
	case constant(x):
		c.warn("the first column is constant: no correlation")
	case constant(y):
		c.warn("the second column is constant: no correlation")
	default:
		return true
	}
	return false
}

func (c *Correlation) pearson(x, y []float64) {
	c.Estimate = pearsonR(x, y)
	c.StatisticName, c.DF = "t", float64(c.N-2)
	c.testT()
	c.fisher(c.N - 3)
}

// testT turns the estimate into t on c.DF degrees of freedom.
func (c *Correlation) testT() {
	r := c.Estimate
	if c.DF < 1 {
		c.DF = math.NaN()
		c.warn("%d complete pairs: too few to test a correlation", c.N)
		return
	}
	if math.Abs(r) == 1 {
		c.Statistic, c.P = math.Inf(int(r)), 0
		c.warn("the columns lie on a straight line: t is infinite")
		return
	}
	c.Statistic = math.Sqrt(c.DF) * r / math.Sqrt((1-r)*(1+r))
	c.P = twoSidedT(c.Statistic, c.DF)
}

// fisher sets the interval tanh(atanh r ± z/√m), where m > 0.
func (c *Correlation) fisher(m int) {
	if m <= 0 {
		c.warn("%d complete pairs: too few for Fisher's interval", c.N)
		return
	}
	c.Lo, c.Hi = FisherInterval(c.Estimate, float64(m), c.Level)
}

// FisherInterval is tanh(atanh r ± z/√m), with m = n−3 for a plain correlation
// of n pairs and n−3−k given k controls.
func FisherInterval(r, m, level float64) (lo, hi float64) {
	if !(m > 0) || math.IsNaN(r) || math.Abs(r) > 1 {
		return math.NaN(), math.NaN()
	}
	z, half := math.Atanh(r), normalQuantile(0.5+level/2)/math.Sqrt(m)
	return math.Tanh(z - half), math.Tanh(z + half)
}

func (c *Correlation) spearman(x, y []float64, exact bool) {
	rx, ry := MidRanks(x), MidRanks(y)
	c.Estimate = pearsonR(rx, ry)
	n := float64(c.N)
	c.StatisticName = "S"
	c.Statistic = (n*n*n - n) * (1 - c.Estimate) / 6
	ties := hasTies(x) || hasTies(y)
	if exact && !ties && c.N <= 1290 {
		c.P, c.Exact = spearmanExactP(c.Statistic, c.N), true
		return
	}
	if exact && ties {
		c.warn("ties: no exact p-value for Spearman's rho, Student's t is used")
	}
	s := c.Statistic
	c.DF = n - 2
	c.testT()
	c.Statistic = s
}

func (c *Correlation) kendall(x, y []float64, exact bool) {
	k := countPairs(x, y)
	c.Estimate = k.tauB()
	ties := k.tiedX > 0 || k.tiedY > 0
	if exact && !ties && c.N < 50 {
		concordant := (k.all + k.s) / 2
		c.StatisticName, c.Statistic, c.Exact = "T", concordant, true
		c.P = kendallExactP(int(concordant), c.N)
		return
	}
	if exact && ties {
		c.warn("ties: no exact p-value for Kendall's tau, the normal approximation is used")
	}
	c.StatisticName = "z"
	c.Statistic = k.s / math.Sqrt(k.variance(float64(c.N)))
	c.P = twoSidedNormal(c.Statistic)
	if c.N < 10 {
		c.warn("%d pairs: the normal approximation for Kendall's tau is rough", c.N)
	}
}

// pearsonR is the product-moment correlation, means taken out first and each
// column scaled by its largest deviation, so that neither huge nor tiny units
// overflow.
func pearsonR(x, y []float64) float64 {
	dx, dy := deviations(x), deviations(y)
	var sxy, sxx, syy float64
	for i := range dx {
		sxy += dx[i] * dy[i]
		sxx += dx[i] * dx[i]
		syy += dy[i] * dy[i]
	}
	r := sxy / math.Sqrt(sxx) / math.Sqrt(syy)
	if 1-math.Abs(r) < straight {
		return math.Copysign(1, r)
	}
	return r
}

// straight is how far from 1 rounding alone takes the correlation of columns on one
// line: a t of 1e8 would be made of nothing else.
const straight = 1e-15

// deviations are x minus its mean, over a power of two near the largest: the
// scaling is exact and leaves no trace in a correlation.
func deviations(x []float64) []float64 {
	big := 0.0
	for _, v := range x {
		big = max(big, math.Abs(v))
	}
	_, e := math.Frexp(big)
	d := make([]float64, len(x))
	for i, v := range x {
		d[i] = math.Ldexp(v, -e)
	}
	centre(d)
	big = 0
	for _, v := range d {
		big = max(big, math.Abs(v))
	}
	_, e = math.Frexp(big)
	for i := range d {
		d[i] = math.Ldexp(d[i], -e)
	}
	return d
}

// centre takes the mean out of d, twice: the second pass removes the rounding
// of the first.
func centre(d []float64) {
	for range 2 {
		m := average(d)
		for i := range d {
			d[i] -= m
		}
	}
}

// average is the mean with Neumaier's compensated sum.
func average(x []float64) float64 {
	sum, comp := 0.0, 0.0
	for _, v := range x {
		t := sum + v
		if math.Abs(sum) >= math.Abs(v) {
			comp += (sum - t) + v
		} else {
			comp += (v - t) + sum
		}
		sum = t
	}
	return (sum + comp) / float64(len(x))
}

func completePairs(x, y []float64) (cx, cy []float64, left int) {
	for i := range x {
		if !isFinite(x[i]) || !isFinite(y[i]) {
			left++
			continue
		}
		cx, cy = append(cx, x[i]), append(cy, y[i])
	}
	return cx, cy, left
}

func constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}
