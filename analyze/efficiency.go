package analyze

import (
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

// Efficiency scores forces by data envelopment, as a supplement: gross budget in,
// people policed, outcomes recorded and charges out, one year. The range is over
// constant and variable returns and over leaving out each frontier peer in turn: how
// far the score hangs on choices, not a confidence interval.
func (p *Panel) Efficiency() []police.EfficiencyScore {
	forces, in, out := p.efficiencyData()
	if len(forces) < 3*(len(in)+len(out)) {
		return nil
	}
	var rows []police.EfficiencyScore
	crs, err1 := stat.DEA{Inputs: in, Outputs: out, Returns: stat.CRS}.Scores()
	vrs, err2 := stat.DEA{Inputs: in, Outputs: out, Returns: stat.VRS}.Scores()
	if err1 != nil || err2 != nil {
		return nil
	}
	lo, hi := scoreRanges(in, out, crs, vrs)
	for i, f := range forces {
		for _, r := range []struct {
			name string
			res  stat.DEAResult
		}{{"crs", crs}, {"vrs", vrs}} {
			rows = append(rows, p.efficiencyRow(f, r.name, r.res.Units[i], forces, lo[i], hi[i], r.res.Warnings))
		}
	}
	return rows
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

func (p *Panel) efficiencyRow(f police.ForceCode, returns string, u stat.DEAUnit, forces []police.ForceCode, lo, hi float64, warnings []string) police.EfficiencyScore {
	fy := yearName(efficiencyYear, "FY_END_MAR")
	var peers []police.ForceCode
	for _, j := range u.Peers {
		peers = append(peers, forces[j])
	}
	return police.EfficiencyScore{
		FindingID: findingID("dea", string(f), fy, returns), Force: f, FinYear: fy,
		Inputs: "gross budget excluding national policing", Outputs: "charges and summonses, outcomes recorded, people",
		Returns: returns, Score: u.Score, Lo: lo, Hi: hi, Peers: codesText(peers), N: int32(len(forces)),
		Method: "data envelopment, input orientation; range over both returns to scale and over leaving out each frontier peer, not a confidence interval",
		Warnings: joinWarnings(append(warnings, "a supplement, never a rank: recording practice and need differ between forces",
			"budget estimate, not outturn", "London left out")...),
	}
}
