package stat

import (
	"fmt"
	"slices"
)

// InTimePlacebo is the estimate with treatment moved to an earlier period and
// all that came after the true start cut off.
type InTimePlacebo struct {
	Start int // first period taken as treated, an index into the panel's periods
	ATT   float64
}

// InTimePlacebos takes every period before treatment, from the third on, as if
// treatment began there, on the data before treatment alone (Abadie, Diamond &
// Hainmueller 2015). Effects as large as the true estimate say that the
// comparison drifts by itself. With fewer than 3 periods before there is none:
// an empty list.
func InTimePlacebos(p SynthPanel, m SynthMethod) ([]InTimePlacebo, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	var out []InTimePlacebo
	for start := 2; start < p.Pre; start++ {
		early := p
		early.Y = make([][]float64, len(p.Y))
		for i, y := range p.Y {
			early.Y[i] = y[:p.Pre]
		}
		early.Pre = start
		f, err := Synth(early, m)
		if err != nil {
			return nil, fmt.Errorf("treatment moved to period %s: %w", p.period(start), err)
		}
		out = append(out, InTimePlacebo{Start: start, ATT: f.ATT})
	}
	return out, nil
}

// DonorOut is the estimate without one donor.
type DonorOut struct {
	Unit int // in the panel
	ATT  float64
}

// LeaveOneDonorOut estimates again without each donor that has weight (one
// without leaves synthetic control unchanged; for the others all are tried). An
// effect that hangs on one donor is no finding. One donor only: an empty list.
func LeaveOneDonorOut(p SynthPanel, m SynthMethod) ([]DonorOut, error) {
	full, err := Synth(p, m)
	if err != nil {
		return nil, err
	}
	_, donors := p.split()
	if len(donors) < 2 || m == SyntheticDiD && len(donors) < 3 {
		return nil, nil
	}
	var out []DonorOut
	for _, j := range donors {
		if m == SyntheticControl && full.UnitWeights[j] == 0 {
			continue
		}
		f, err := Synth(p.without(j), m)
		if err != nil {
			return nil, fmt.Errorf("without %s: %w", p.unit(j), err)
		}
		out = append(out, DonorOut{Unit: j, ATT: f.ATT})
	}
	return out, nil
}

func (p SynthPanel) without(i int) SynthPanel {
	q := p
	q.Y, q.Treated = slices.Delete(slices.Clone(p.Y), i, i+1), slices.Delete(slices.Clone(p.Treated), i, i+1)
	if p.Units != nil {
		q.Units = slices.Delete(slices.Clone(p.Units), i, i+1)
	}
	if p.Size != nil {
		q.Size = slices.Delete(slices.Clone(p.Size), i, i+1)
	}
	return q
}
