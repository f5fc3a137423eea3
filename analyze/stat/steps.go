package stat

import (
	"fmt"
	"math"
)

// StepThreshold is how many robust standard deviations from the other units'
// changes make a step: a relabelling or a transfer more likely than a year's
// business.
const StepThreshold = 5

// Step is a change between neighbouring periods far from the other units'.
type Step struct {
	Unit, Period int     // Period is the later of the two
	Change       float64 // in log points with Log, else in the outcome's unit
	Others       float64 // the median of the other units' changes
	Z            float64 // robust z against them; ±Inf where they don't vary
}

// StepOptions choose how steps are found. The zero value: plain differences and
// StepThreshold.
type StepOptions struct {
	Threshold float64
	Log       bool // changes of logarithms: units of unequal size become comparable
}

// Steps screens a panel for breaks: the changes of every unit, period by
// period, against the median and MAD of the other units' changes in the same
// period. y[i][t] may hold NaN; a change next to one is not judged, nor is a
// period in which fewer than 5 other units have a change (a warning says how
// many). With Log, values of 0 or less are missing.
//
// A step is a question, not an error: the unit is no donor of a synthetic
// control unless the step is explained.
func Steps(y [][]float64, o StepOptions) ([]Step, []string, error) {
	if len(y) == 0 {
		return nil, nil, fmt.Errorf("steps: %w", ErrEmpty)
	}
	if o.Threshold == 0 {
		o.Threshold = StepThreshold
	}
	if !(o.Threshold > 0) {
		return nil, nil, fmt.Errorf("steps: threshold %v: want above 0", o.Threshold)
	}
	for i, row := range y {
		if len(row) != len(y[0]) {
			return nil, nil, fmt.Errorf("steps: unit %d has %d periods, the first %d: %w", i+1, len(row), len(y[0]), ErrLengths)
		}
	}
	var out []Step
	thin := 0
	for t := 1; t < len(y[0]); t++ {
		changes := changesAt(y, t, o.Log)
		if len(finiteOnly(changes)) < 6 {
			thin++
			continue
		}
		for i := range changes {
			if s, ok := stepOf(changes, i, o.Threshold); ok {
				s.Period = t
				out = append(out, s)
			}
		}
	}
	var warnings []string
	if thin > 0 {
		warnings = append(warnings, fmt.Sprintf("%d periods have fewer than 6 units with a change: not screened", thin))
	}
	return out, warnings, nil
}

func changesAt(y [][]float64, t int, logs bool) []float64 {
	out := make([]float64, len(y))
	for i, row := range y {
		out[i] = row[t] - row[t-1]
		if logs {
			out[i] = math.NaN()
			if row[t] > 0 && row[t-1] > 0 {
				out[i] = math.Log(row[t]) - math.Log(row[t-1])
			}
		}
	}
	return out
}

func stepOf(changes []float64, i int, threshold float64) (Step, bool) {
	if !isFinite(changes[i]) {
		return Step{}, false
	}
	others := finiteOnly(without(changes, i))
	s := Step{Unit: i, Change: changes[i], Others: Median(others)}
	off, spread := s.Change-s.Others, MAD(others)
	switch {
	case off == 0:
		return s, false
	case spread == 0: // most others changed alike: any other change stands out
		s.Z = math.Inf(1)
		if off < 0 {
			s.Z = math.Inf(-1)
		}
		return s, true
	}
	s.Z = off / spread
	return s, math.Abs(s.Z) > threshold
}
