package stat

import (
	"fmt"
	"math"
	"slices"
)

// SynthMethod names an estimator of the effect of one block of treatment.
type SynthMethod string

// The three estimators, in the notation of Arkhangelsky et al. (2021): the
// effect is (mean after − λ-weighted mean before) of the gap between the
// treated units' mean and the ω-weighted donors.
const (
	// SyntheticControl (Abadie, Diamond & Hainmueller 2010; outcomes only):
	// ω on the simplex fits the treated units' path before, λ = 0.
	SyntheticControl SynthMethod = "sc"
	// SyntheticDiD (Arkhangelsky, Athey, Hirshberg, Imbens & Wager 2021): ω and
	// λ on the simplex, each fitted up to a constant, ω with a ridge.
	SyntheticDiD SynthMethod = "sdid"
	// DiffInDiff weighs all donors and all periods before equally.
	DiffInDiff SynthMethod = "did"
)

// SynthFit is an estimated effect. Weights, gaps and effects are in the order
// of the panel's units and periods.
type SynthFit struct {
	Method      SynthMethod
	ATT         float64   // mean effect on the treated over the periods after
	Effects     []float64 // by period after
	Gap         []float64 // treated mean − weighted donors, by period, intercept left in
	UnitWeights []float64 // ω by unit of the panel; 0 for treated units
	TimeWeights []float64 // λ by period before; all 0 for SyntheticControl
	PreRMSPE    float64   // root mean square of the gap before, less its mean for SyntheticDiD and DiffInDiff
	PostRMSPE   float64   // root mean square of Effects
	Ratio       float64   // PostRMSPE / PreRMSPE; NaN where PreRMSPE is 0
	PreLevel    float64   // the treated units' mean before

	NTreated, NDonors, PrePeriods, PostPeriods int

	NoiseLevel float64 // sd of the donors' year-on-year changes before
	ZetaOmega  float64 // ridge of ω: (NTreated × PostPeriods)^¼ × NoiseLevel for SyntheticDiD
	KKT        float64 // optimality gap of the weights as a share of the scale; about 1e-16
	Warnings   []string
}

// Synth estimates the effect on a panel's treated units.
//
//   - SyntheticControl: ω minimises ‖Σω_j y_j − ȳ_treated‖²/T₀ + ζ²‖ω‖² over
//     the periods before, on the simplex, ζ = 10⁻⁶ × noise, which only decides
//     between equal fits.
//   - SyntheticDiD: the same after each unit's mean before is taken out, ζ =
//     (N₁T₁)^¼ × noise; λ minimises ‖Σλ_t y_t − ȳ_after‖²/N₀ + (10⁻⁶ noise)²‖λ‖²
//     over the donors, each period's mean taken out.
//   - DiffInDiff: ω = 1/N₀, λ = 1/T₀.
//
// The weights are the optimum of these quadratic programmes (see
// SimplexLeastSquares), not where an iteration was stopped.
//
// Assumed: no effect before treatment, none on the donors, and a factor
// structure (SyntheticControl: that fits before hold after; DiffInDiff:
// parallel paths). Refused, as errors: a panel that NewSynthPanel or
// SynthPanel.Check refuses; SyntheticDiD with fewer than 2 periods before or
// 2 donors.
// Warned of: donors no fewer than the periods before (an exact fit says
// nothing), donors without variation, a single donor.
func Synth(p SynthPanel, m SynthMethod) (SynthFit, error) {
	if err := p.Check(); err != nil {
		return SynthFit{}, err
	}
	treated, donors := p.split()
	f, w, err := synthCore(p.pooled(treated), p.rows(donors), p.Pre, m)
	if err != nil {
		return SynthFit{}, err
	}
	f.UnitWeights = make([]float64, len(p.Y))
	for k, j := range donors {
		f.UnitWeights[j] = w[k]
	}
	f.Warnings = append(f.Warnings, p.Warnings...)
	return f, nil
}

func (f *SynthFit) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

// synthCore estimates from the treated rows and the donors' rows; the weights
// returned are in the donors' order.
func synthCore(treated, donors [][]float64, pre int, m SynthMethod) (SynthFit, []float64, error) {
	mean := columnMeans(treated)
	if slices.ContainsFunc(mean, func(v float64) bool { return !isFinite(v) }) {
		return SynthFit{}, nil, fmt.Errorf("the treated units' mean: %w", ErrNotFinite)
	}
	f := SynthFit{Method: m, NTreated: len(treated), NDonors: len(donors), PrePeriods: pre,
		PostPeriods: len(mean) - pre, PreLevel: average(mean[:pre]), NoiseLevel: noiseLevel(donors, pre)}
	if err := f.enough(); err != nil {
		return f, nil, err
	}
	omega, err := f.unitWeights(mean, donors)
	if err != nil {
		return f, nil, err
	}
	if f.TimeWeights, err = f.timeWeights(donors); err != nil {
		return f, nil, err
	}
	f.effects(mean, donors, omega)
	return f, omega, nil
}

func (f *SynthFit) enough() error {
	switch {
	case f.Method != SyntheticControl && f.Method != SyntheticDiD && f.Method != DiffInDiff:
		return fmt.Errorf("estimator %q: want sc, sdid or did", f.Method)
	case f.Method == SyntheticDiD && f.PrePeriods < 2:
		return fmt.Errorf("synthetic difference-in-differences: %d period before treatment: needs 2", f.PrePeriods)
	case f.Method == SyntheticDiD && f.NDonors < 2:
		return fmt.Errorf("synthetic difference-in-differences: %d donor: needs 2", f.NDonors)
	}
	if f.NDonors == 1 {
		f.warn("one donor: the effect is against that single unit")
	}
	if f.Method != DiffInDiff && !(f.NoiseLevel > 0) {
		f.warn("the donors don't vary before treatment: the weights rest on nothing")
	}
	return nil
}

// ridgeFloor is the share of the noise level that decides between equal fits
// (the zeta of synthdid's synthetic control and time weights).
const ridgeFloor = 1e-6

// exactFitRidge takes its place where the donors fit the treated units without
// error and all that is left to choose is the shortest weights: 10⁻⁶ is then
// below what float64 resolves, and the choice would be rounding's.
const exactFitRidge = 1e-4

func (f *SynthFit) unitWeights(mean []float64, donors [][]float64) ([]float64, error) {
	switch f.Method {
	case DiffInDiff:
		return equalShares(len(donors)), nil
	case SyntheticDiD:
		f.ZetaOmega = math.Pow(float64(f.NTreated*f.PostPeriods), 0.25) * f.NoiseLevel
		return f.fitUnits(mean, donors, f.ZetaOmega, true)
	}
	f.ZetaOmega = ridgeFloor * f.NoiseLevel
	w, err := f.fitUnits(mean, donors, f.ZetaOmega, false)
	if err != nil {
		return nil, err
	}
	if f.NDonors >= f.PrePeriods {
		f.warn("%d donors and %d periods before: they can fit the treated exactly, and a ratio of errors is noise; rank effects, or use sdid", f.NDonors, f.PrePeriods)
	}
	if f.preGap(mean, donors, w) > 1e-5*f.NoiseLevel {
		return w, nil
	}
	f.warn("the donors fit the treated exactly before treatment: the shortest of many weights is taken")
	f.ZetaOmega = exactFitRidge * f.NoiseLevel
	return f.fitUnits(mean, donors, f.ZetaOmega, false)
}

// preGap is the largest gap before under weights w.
func (f *SynthFit) preGap(mean []float64, donors [][]float64, w []float64) float64 {
	worst := 0.0
	for t := range f.PrePeriods {
		gap := mean[t]
		for j, d := range donors {
			gap -= w[j] * d[t]
		}
		worst = max(worst, math.Abs(gap))
	}
	return worst
}

func (f *SynthFit) fitUnits(mean []float64, donors [][]float64, zeta float64, intercept bool) ([]float64, error) {
	points := make([][]float64, len(donors))
	for j, d := range donors {
		points[j] = centredIf(intercept, d[:f.PrePeriods])
	}
	q := SimplexProblem{Points: points, Target: centredIf(intercept, mean[:f.PrePeriods]),
		Ridge: zeta * zeta * float64(f.PrePeriods)}
	return f.optimum(q)
}

func (f *SynthFit) timeWeights(donors [][]float64) ([]float64, error) {
	switch f.Method {
	case SyntheticControl:
		return make([]float64, f.PrePeriods), nil
	case DiffInDiff:
		return equalShares(f.PrePeriods), nil
	}
	points := make([][]float64, f.PrePeriods)
	after := make([]float64, len(donors))
	for j, d := range donors {
		after[j] = average(d[f.PrePeriods:])
	}
	for t := range points {
		column := make([]float64, len(donors))
		for j, d := range donors {
			column[j] = d[t]
		}
		points[t] = centredIf(true, column)
	}
	zeta := ridgeFloor * f.NoiseLevel
	return f.optimum(SimplexProblem{Points: points, Target: centredIf(true, after),
		Ridge: zeta * zeta * float64(len(donors))})
}

func (f *SynthFit) optimum(q SimplexProblem) ([]float64, error) {
	s, err := SimplexLeastSquares(q)
	if err != nil {
		return nil, err
	}
	f.KKT = max(f.KKT, s.Gap)
	return s.Weights, nil
}

// effects fills in all that follows from the weights.
func (f *SynthFit) effects(mean []float64, donors [][]float64, omega []float64) {
	f.Gap = make([]float64, len(mean))
	for t, v := range mean {
		for j, d := range donors {
			v -= omega[j] * d[t]
		}
		f.Gap[t] = v
	}
	before := 0.0
	for t, l := range f.TimeWeights {
		before += l * f.Gap[t]
	}
	f.Effects = make([]float64, f.PostPeriods)
	for k := range f.Effects {
		f.Effects[k] = f.Gap[f.PrePeriods+k] - before
	}
	f.ATT = average(f.Effects)
	f.PreRMSPE = rootMeanSquare(centredIf(f.Method != SyntheticControl, f.Gap[:f.PrePeriods]))
	f.PostRMSPE = rootMeanSquare(f.Effects)
	f.Ratio = math.NaN()
	if f.PreRMSPE > 1e-12*f.PostRMSPE {
		f.Ratio = f.PostRMSPE / f.PreRMSPE
	}
}

// noiseLevel is the standard deviation of all year-on-year changes of the
// donors before treatment; 0 with fewer than two changes.
func noiseLevel(donors [][]float64, pre int) float64 {
	var d []float64
	for _, y := range donors {
		for t := 1; t < pre; t++ {
			d = append(d, y[t]-y[t-1])
		}
	}
	if len(d) < 2 {
		return 0
	}
	return rootMeanSquare(centredIf(true, d)) * math.Sqrt(float64(len(d))/float64(len(d)-1))
}

func rootMeanSquare(x []float64) float64 { return norm2(x) / math.Sqrt(float64(len(x))) }

func equalShares(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1 / float64(n)
	}
	return w
}

// centredIf is a copy of x, less its mean where asked.
func centredIf(yes bool, x []float64) []float64 {
	out := make([]float64, len(x))
	copy(out, x)
	if yes {
		centre(out)
	}
	return out
}

func columnMeans(rows [][]float64) []float64 {
	out := make([]float64, len(rows[0]))
	column := make([]float64, len(rows))
	for t := range out {
		for i, r := range rows {
			column[i] = r[t]
		}
		out[t] = average(column)
	}
	return out
}
