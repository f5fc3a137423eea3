package analyze

import (
	"fmt"
	"math"
	"slices"

	"hardyards/analyze/stat"
	"hardyards/internal/police"
)

// efficiencyYear is the one year for which counts of outcomes by force are at hand.
const efficiencyYear = 2018

var (
	efficiencyInputs  = []series{{FunctionGross, TotalFunctions}}
	efficiencyOutputs = []series{{"outcomes_charged_summonsed", ""}, {"outcomes_recorded_all_types", ""}, {Population, ""}}
)

// efficiencyDraws and efficiencySeed fix the bootstrap, so that the same measures
// give the same intervals.
const (
	efficiencyDraws = 2000
	efficiencySeed  = 1
)

// Efficiency scores forces by data envelopment, as a supplement: gross budget in,
// people policed, outcomes recorded and charges out, one year. Lo and Hi are Simar
// and Wilson's bootstrap interval; beside it stands the range over constant and
// variable returns and over leaving out each frontier peer in turn: how far the
// score hangs on choices, which no confidence interval shows.
func (p *Panel) Efficiency() []police.EfficiencyScore {
	forces, in, out := p.efficiencyData()
	if len(forces) < 3*(len(in)+len(out)) {
		return nil
	}
	var runs []efficiencyRun
	for _, returns := range []stat.Returns{stat.CRS, stat.VRS} {
		b, err := stat.DEABootstrap{DEA: stat.DEA{Inputs: in, Outputs: out, Returns: returns}, Reps: efficiencyDraws, Seed: efficiencySeed}.Intervals()
		if err != nil {
			return nil
		}
		runs = append(runs, efficiencyRun{string(returns), b})
	}
	lo, hi := scoreRanges(in, out, runs[0].boot.Scores, runs[1].boot.Scores)
	var rows []police.EfficiencyScore
	for i, f := range forces {
		for _, r := range runs {
			row := p.efficiencyRow(f, r, i, forces)
			row.RangeLo, row.RangeHi = lo[i], hi[i]
			rows = append(rows, row)
		}
	}
	return rows
}

// efficiencyRun is the bootstrap under one assumption about returns to scale.
type efficiencyRun struct {
	returns string
	boot    stat.DEAIntervals
}

func (p *Panel) efficiencyData() (forces []police.ForceCode, in, out [][]float64) {
	in, out = make([][]float64, len(efficiencyInputs)), make([][]float64, len(efficiencyOutputs))
	for _, f := range p.codes {
		if f == metropolitan || f == cityOfLondon {
			continue
		}
		var row []float64
		for _, s := range slices.Concat(efficiencyInputs, efficiencyOutputs) {
			year := efficiencyYear
			if s.measure == Population {
				year = PopulationYear(efficiencyYear, "FY_END_MAR")
			}
			if v, ok := p.Pounds(s.measure, s.function, f, year); ok && v > 0 {
				row = append(row, v)
			}
		}
		if len(row) < len(in)+len(out) {
			continue
		}
		forces = append(forces, f)
		for k := range in {
			in[k] = append(in[k], row[k])
		}
		for k := range out {
			out[k] = append(out[k], row[len(in)+k])
		}
	}
	return forces, in, out
}

// scoreRanges is the smallest and largest score of each force over both returns and
// over leaving out each force that is a peer of others.
func scoreRanges(in, out [][]float64, base ...stat.DEAResult) (lo, hi []float64) {
	n := len(in[0])
	lo, hi = make([]float64, n), make([]float64, n)
	for i := range n {
		lo[i], hi[i] = math.Inf(1), math.Inf(-1)
	}
	widen := func(i int, score float64) {
		if !math.IsNaN(score) {
			lo[i], hi[i] = min(lo[i], score), max(hi[i], score)
		}
	}
	peers := map[int]bool{}
	for _, r := range base {
		for i, u := range r.Units {
			widen(i, u.Score)
			for _, j := range u.Peers {
				peers[j] = true
			}
		}
	}
	for left := range peers {
		for _, returns := range []stat.Returns{stat.CRS, stat.VRS} {
			r, err := stat.DEA{Inputs: without(in, left), Outputs: without(out, left), Returns: returns}.Scores()
			if err != nil {
				continue
			}
			for k, u := range r.Units {
				i := k
				if k >= left {
					i++
				}
				widen(i, u.Score)
			}
		}
	}
	return lo, hi
}

func without(columns [][]float64, i int) [][]float64 {
	out := make([][]float64, len(columns))
	for k, c := range columns {
		out[k] = slices.Delete(slices.Clone(c), i, i+1)
	}
	return out
}

func (p *Panel) efficiencyRow(f police.ForceCode, r efficiencyRun, i int, forces []police.ForceCode) police.EfficiencyScore {
	fy := yearName(efficiencyYear, "FY_END_MAR")
	var peers []police.ForceCode
	for _, j := range r.boot.Scores.Units[i].Peers {
		peers = append(peers, forces[j])
	}
	u := r.boot.Units[i]
	warnings := append([]string{
		"a supplement, never a rank: recording practice and need differ between forces",
		"the score is flattered by what no force shows: read the interval, which lies below it",
		"under the method's own assumptions an interval for 41 units, one input and three outputs held the truth about " + r.held() + " of the time, not 95 % (docs/simulations-dea.md)",
		"budget estimate, not outturn", "London left out"}, r.boot.Warnings...)
	if u.CorrectionNoisy {
		warnings = append(warnings, "this force: bias² is at most 3 variances, so the corrected score has the larger error")
	}
	return police.EfficiencyScore{
		FindingID: findingID("dea", string(f), fy, r.returns), Force: f, FinYear: fy,
		Inputs: "gross budget excluding national policing", Outputs: "charges and summonses, outcomes recorded, people",
		Returns: r.returns, Score: u.Score, Lo: u.Lo, Hi: u.Hi, Peers: codesText(peers), N: int32(len(forces)),
		Corrected: u.Corrected, SE: u.SE, Draws: int32(r.boot.Reps),
		Method: fmt.Sprintf("data envelopment, input orientation, %s returns; nominal 95 %% interval by the homogeneous smoothed bootstrap (Simar & Wilson 1998, 2000), %d draws, seed %d, bandwidth %.4f",
			r.returns, r.boot.Reps, efficiencySeed, r.boot.Bandwidth),
		Warnings: joinWarnings(warnings...),
	}
}

// held is how often the interval held the truth in docs/simulations-dea.md, for a
// sample of this shape.
func (r efficiencyRun) held() string {
	if r.returns == string(stat.CRS) {
		return "two thirds"
	}
	return "half"
}
