package stat

import "math"

// SizeCorrected is a placebo test whose placebos are rescaled to the treated
// units' variance as size predicts it.
type SizeCorrected struct {
	P, Lo, Hi float64
	// The predicted variance of a single unit's effect is A + B/size.
	A, B float64
	// Scale is the treated units' predicted standard deviation over the median
	// placebo's: away from 1 the plain test is off.
	Scale float64
}

// correctBySize is the correction of Ferman & Pinto (2019, Review of Economics
// and Statistics 101:452) for small units being noisier: the squared placebo
// effects, less their mean, are regressed on a constant and 1/size; each placebo
// is multiplied by the ratio of the predicted standard deviations, treated to
// placebo. A negative intercept or slope is set to 0 (the paper's remedy for
// negative variances), so that without a size pattern the plain test is left.
// Sets of k: the mean of k independent units' variances over k.
//
// It repairs only what follows size: a force whose noise is of another making
// stays wrong. Nil where a size is not positive or the placebos don't vary.
func (t *PlaceboTest) correctBySize(p SynthPanel) *SizeCorrected {
	for i := range p.Y {
		if !(p.Size[i] > 0) || math.IsInf(p.Size[i], 0) {
			t.warn("unit %s: size %v: no correction of the placebos by size", p.unit(i), p.Size[i])
			return nil
		}
	}
	treated, _ := p.split()
	inverse := make([]float64, len(t.Placebos))
	effects := make([]float64, len(t.Placebos))
	for i, pl := range t.Placebos {
		inverse[i], effects[i] = meanInverse(p.Size, pl.Units), pl.Effect
	}
	c := SizeCorrected{P: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
	c.A, c.B = varianceBySize(inverse, centredIf(true, effects))
	own := c.A + c.B*meanInverse(p.Size, treated)
	if !(own > 0) {
		t.warn("the placebo effects don't vary: no correction by size")
		return nil
	}
	scaled, scales := make([]float64, len(effects)), make([]float64, len(effects))
	rank := 1
	for i, e := range effects {
		scales[i] = math.Sqrt(own / (c.A + c.B*inverse[i]))
		scaled[i] = t.Stretch * math.Abs(e) * scales[i]
		if atLeast(scaled[i], math.Abs(t.Fit.ATT)) {
			rank++
		}
	}
	c.Scale = Median(scales)
	if math.IsNaN(t.P) {
		return &c
	}
	c.P = float64(rank) / float64(len(effects)+1)
	if half, ok := criticalSize(scaled, t.Level); ok {
		c.Lo, c.Hi = t.Fit.ATT-half, t.Fit.ATT+half
	}
	return &c
}

func meanInverse(size []float64, units []int) float64 {
	sum := 0.0
	for _, i := range units {
		sum += 1 / size[i]
	}
	return sum / float64(len(units))
}

// varianceBySize regresses e² on a constant and x by least squares, both
// coefficients kept from going negative.
func varianceBySize(x, e []float64) (a, b float64) {
	mx, my := average(x), 0.0
	for _, v := range e {
		my += v * v / float64(len(e))
	}
	var sxy, sxx float64
	for i, v := range x {
		sxy += (v - mx) * (e[i]*e[i] - my)
		sxx += (v - mx) * (v - mx)
	}
	if !(sxx > 0) || sxy <= 0 {
		return my, 0
	}
	b = sxy / sxx
	if a = my - b*mx; a >= 0 {
		return a, b
	}
	var num, den float64 // through the origin
	for i, v := range x {
		num += v * e[i] * e[i]
		den += v * v
	}
	return 0, num / den
}
