package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// FunnelKind is the distribution of a funnel plot's counts.
type FunnelKind string

// Counts per exposure (casualties per head) and parts of a whole (detected of
// recorded).
const (
	FunnelPoisson  FunnelKind = "poisson"
	FunnelBinomial FunnelKind = "binomial"
)

// FunnelUnit is one unit of a funnel plot. Limits are those of a unit with its
// denominator whose true rate is the centre. NaN where it has no value.
type FunnelUnit struct {
	Value         float64 // count / denominator
	Lo95, Hi95    float64 // exact
	Lo998, Hi998  float64 // exact
	Z             float64 // (value − centre) / standard error under the centre
	OverLo95      float64 // with over-dispersion: centre ± 1.96 √(phi) se
	OverHi95      float64
	OverLo998     float64
	OverHi998     float64
	OverZ         float64 // Z / √phi
	OutsideOver95 bool    // outside the limits that allow for over-dispersion
}

// FunnelPlot is a funnel plot: every unit against the limits of chance.
type FunnelPlot struct {
	Kind     FunnelKind
	Centre   float64 // all counts / all denominators
	Phi      float64 // over-dispersion of winsorised z; NaN below 2 units
	Applied  bool    // phi is beyond what chance gives, and the Over… limits use it
	Units    []FunnelUnit
	Warnings []string
}

// winsorShare is the share of z-scores pulled in at each end before phi is
// estimated (Spiegelhalter 2005, sec. 3.2: 10 %).
const winsorShare = 0.10

// Funnel compares counts with their overall rate after Spiegelhalter (2005,
// Statistics in Medicine 24:1185). For counts only: money, headcounts and
// severity scores aren't counts of independent events.
//
//   - Centre: Σcount / Σdenominator.
//   - Exact limits, probability p in each tail beyond: (r − a)/n, r the least
//     count with P(R ≤ r) > p and a = (P(R ≤ r) − p)/P(R = r), R Poisson(n ×
//     centre) or Binomial(n, centre).
//   - z = (value − centre)/√(centre/n), or √(centre(1−centre)/n).
//   - phi = mean of z² after the lowest and highest tenth are set to the type-7
//     10 % and 90 % quantiles (winsorised, not trimmed). Limits that allow for
//     it, centre ± z√phi·se, are given beside the exact ones; they differ where
//     phi exceeds 1 + 2√(2/I), I units (chance alone seldom passes that).
//
// Counts that are negative or not whole, and binomial counts above their
// denominator, are errors, with the position of the unit; a denominator of 0
// or a missing value leaves the unit out, with a warning.
func Funnel(count, denominator []float64, kind FunnelKind) (FunnelPlot, error) {
	if len(count) != len(denominator) {
		return FunnelPlot{}, fmt.Errorf("%d counts and %d denominators: %w", len(count), len(denominator), ErrLengths)
	}
	if kind != FunnelPoisson && kind != FunnelBinomial {
		return FunnelPlot{}, fmt.Errorf("funnel %q: want poisson or binomial", kind)
	}
	f := FunnelPlot{Kind: kind, Centre: math.NaN(), Phi: math.NaN(), Units: make([]FunnelUnit, len(count))}
	used, err := f.usable(count, denominator)
	if err != nil {
		return FunnelPlot{}, err
	}
	if !f.setCentre(count, denominator, used) {
		return f, nil
	}
	f.exactLimits(count, denominator, used)
	f.overDispersion(denominator, used)
	return f, nil
}

func (f *FunnelPlot) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

// usable checks every unit and says which have a value; the others are NaN.
func (f *FunnelPlot) usable(count, denominator []float64) (used []int, err error) {
	nan := math.NaN()
	left := 0
	for i, k := range count {
		n := denominator[i]
		f.Units[i] = FunnelUnit{Value: nan, Lo95: nan, Hi95: nan, Lo998: nan, Hi998: nan, Z: nan,
			OverLo95: nan, OverHi95: nan, OverLo998: nan, OverHi998: nan, OverZ: nan}
		switch {
		case !isFinite(k) || !isFinite(n) || n == 0:
			left++
		case k < 0 || k != math.Trunc(k):
			return nil, fmt.Errorf("unit %d: count %v: a funnel needs counts of events (whole, not negative)", i+1, k)
		case n < 0:
			return nil, fmt.Errorf("unit %d: negative denominator %v", i+1, n)
		case f.Kind == FunnelBinomial && (k > n || n != math.Trunc(n)):
			return nil, fmt.Errorf("unit %d: %v of %v: a binomial funnel needs whole numbers, count ≤ denominator", i+1, k, n)
		default:
			used = append(used, i)
		}
	}
	if left > 0 {
		f.warn("%d units have a missing count or no denominator and are left out", left)
	}
	return used, nil
}

func (f *FunnelPlot) setCentre(count, denominator []float64, used []int) bool {
	var k, n float64
	for _, i := range used {
		k += count[i]
		n += denominator[i]
	}
	if len(used) == 0 {
		f.warn("no unit with a count and a denominator")
		return false
	}
	f.Centre = k / n
	if !isFinite(f.Centre) {
		f.Centre = math.NaN()
		f.warn("the overall rate can't be computed")
		return false
	}
	if f.Centre == 0 || f.Kind == FunnelBinomial && f.Centre == 1 {
		f.warn("all units are at %v: no spread to compare with", f.Centre)
		for _, i := range used {
			f.Units[i].Value = count[i] / denominator[i]
		}
		return false
	}
	if len(used) < 10 {
		f.warn("%d units: the overall rate leans on each of them", len(used))
	}
	return true
}

func (f *FunnelPlot) exactLimits(count, denominator []float64, used []int) {
	for _, i := range used {
		u, n := &f.Units[i], denominator[i]
		u.Value = count[i] / n
		u.Z = (u.Value - f.Centre) / f.se(n)
		limit := func(p float64) float64 { return exactCount(f.cdf(n), f.Centre*n, p) / n }
		u.Lo95, u.Hi95 = limit(0.025), limit(0.975)
		u.Lo998, u.Hi998 = limit(0.001), limit(0.999)
	}
}

func (f *FunnelPlot) se(n float64) float64 {
	if f.Kind == FunnelBinomial {
		return math.Sqrt(f.Centre * (1 - f.Centre) / n)
	}
	return math.Sqrt(f.Centre / n)
}

// cdf is P(R ≤ r) for a unit with denominator n, r a whole number.
func (f *FunnelPlot) cdf(n float64) func(r float64) float64 {
	centre := f.Centre
	if f.Kind == FunnelBinomial {
		return func(r float64) float64 {
			switch {
			case r < 0:
				return 0
			case r >= n:
				return 1
			}
			return mathext.RegIncBeta(n-r, r+1, 1-centre)
		}
	}
	return func(r float64) float64 {
		if r < 0 {
			return 0
		}
		return mathext.GammaIncRegComp(r+1, n*centre)
	}
}

// exactCount is the interpolated p-quantile of a count with the given cdf, by
// bisection over whole numbers.
func exactCount(cdf func(float64) float64, mean, p float64) float64 {
	lo, hi := -1.0, math.Ceil(mean)+1
	for cdf(hi) <= p {
		lo, hi = hi, 2*hi+1
	}
	for hi-lo > 1 {
		mid := math.Floor((lo + hi) / 2)
		if mid <= lo || mid >= hi { // counts beyond 2⁵³ have no neighbours
			break
		}
		if cdf(mid) > p {
			hi = mid
		} else {
			lo = mid
		}
	}
	at, below := cdf(hi), cdf(hi-1)
	if at == below {
		return hi
	}
	return math.Max(0, hi-(at-p)/(at-below))
}

func (f *FunnelPlot) overDispersion(denominator []float64, used []int) {
	z := make([]float64, len(used))
	for k, i := range used {
		z[k] = f.Units[i].Z
	}
	units := float64(len(z))
	if len(z) >= 2 {
		f.Phi = winsorisedPhi(z)
		f.Applied = f.Phi > 1+2*math.Sqrt(2/units)
	}
	phi := 1.0
	if f.Applied {
		phi = f.Phi
		f.warn("over-dispersion phi %.3g: units differ by more than chance; use the limits that allow for it", f.Phi)
	}
	for _, i := range used {
		f.Units[i].widen(f.Centre, f.se(denominator[i])*math.Sqrt(phi), phi)
	}
}

// widen sets the limits that allow for over-dispersion; without any they are
// the normal approximation to the exact ones.
func (u *FunnelUnit) widen(centre, se, phi float64) {
	z95, z998 := normalQuantile(0.975), normalQuantile(0.999)
	u.OverLo95, u.OverHi95 = math.Max(0, centre-z95*se), centre+z95*se
	u.OverLo998, u.OverHi998 = math.Max(0, centre-z998*se), centre+z998*se
	u.OverZ = u.Z / math.Sqrt(phi)
	u.OutsideOver95 = u.Value < u.OverLo95 || u.Value > u.OverHi95
}

// winsorisedPhi is the mean of z² with each end pulled in to its 10 % quantile.
func winsorisedPhi(z []float64) float64 {
	lo, hi := Quantile(z, winsorShare), Quantile(z, 1-winsorShare)
	sum := 0.0
	for _, v := range z {
		w := min(max(v, lo), hi)
		sum += w * w
	}
	return sum / float64(len(z))
}
