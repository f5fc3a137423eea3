// Package stat holds estimators and tests on plain slices: linear regression
// with robust covariances and absorbed fixed effects, counts, bootstrap and
// randomisation inference, comparisons of peers, differences in differences,
// synthetic control and efficiency. It knows nothing of police, files or JSON.
//
// Every estimator's comment gives its formula, source, assumptions and what it
// refuses. Results do not depend on the order of rows nor on the units of the
// inputs. What went wrong without stopping the work is in Warnings of the
// result; an error means that there is no result. NaN and infinities in the
// inputs are errors.
//
// Data columns are dd.Vec: a float64 slice with an optional low-order part, so
// that decimals read from text keep what float64 would round away. Callers
// without low-order parts write dd.Vec{Hi: slice}.
//
// Entry points for comparisons and designs, on plain slices. Here a missing value
// is NaN and left out with a warning, except where a panel has to be complete.
//
//   - Association: Correlate, PartialCorrelation, WithinCorrelation,
//     BootCorrelation (BCa interval); AdjustP, SmallestAttainable for many tests.
//   - Peers: Median, MAD, Quantile, RobustZ, RobustZAgainst, WeightedMean,
//     NearestNeighbours, RankIntervals with NormalDraws, Funnel (counts only),
//     Steps (which series are no donors).
//   - One block of treatment: NewSynthPanel or a SynthPanel of one's own, then
//     Synth (SyntheticControl, SyntheticDiD, DiffInDiff); PlaceboEffects for p,
//     interval and size correction, SmallestDetectable for the power behind a
//     null, InTimePlacebos and LeaveOneDonorOut for its firmness. Several treated
//     units are pooled (their mean, or SynthPanel.Pool) and tested against donor
//     sets of as many. The recommended test is the rank of the effect by
//     SyntheticDiD; docs/simulations.md says how often it errs.
//   - Staggered starts: CallawaySantAnna, SunAbraham, TWFE, Bacon on a Staggered.
//   - Efficiency: DEA.Scores.
//   - Weights on the simplex by themselves: SimplexLeastSquares.
package stat
