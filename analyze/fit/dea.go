package fit

import (
	"strconv"
	"strings"

	"hardyards/analyze/stat"
)

// dea scores units by data envelopment. Peers are rows of the data, from 1;
// peer_names names them by --unit or the first column that isn't numbers.
func dea(f *Frame, r Request) (Result, error) {
	p := stat.DEA{Returns: stat.Returns(r.Returns), Orientation: stat.Orientation(r.Orientation), Super: r.Super}
	if len(r.Inputs) == 0 || len(r.Outputs) == 0 {
		return Result{}, usagef("--inputs and --outputs name the columns; there are %s", strings.Join(f.Names(), ", "))
	}
	var err error
	if p.Inputs, err = numbers(f, r.Inputs); err != nil {
		return Result{}, err
	}
	if p.Outputs, err = numbers(f, r.Outputs); err != nil {
		return Result{}, err
	}
	names, err := labels(f, r.Unit)
	if err != nil {
		return Result{}, err
	}
	var boot stat.DEAIntervals
	d := stat.DEAResult{}
	if r.Bootstrap {
		boot, err = deaBootstrap(p, r)
		d = boot.Scores
		d.Warnings = boot.Warnings
	} else {
		d, err = p.Scores()
	}
	if err != nil {
		return Result{}, err
	}
	out := Result{Warnings: d.Warnings}
	var scores []float64
	var peers, peerNames, weights, slackIn, slackOut, efficient []any
	for _, u := range d.Units {
		if finite(u.Score) {
			out.N++
		}
		rows, called := []int{}, []string{}
		for _, k := range u.Peers {
			rows, called = append(rows, k+1), append(called, names[k])
		}
		scores, efficient = append(scores, u.Score), append(efficient, u.Efficient)
		peers, peerNames = append(peers, rows), append(peerNames, called)
		weights = append(weights, orEmpty(u.PeerWeights))
		slackIn, slackOut = append(slackIn, orEmpty(u.InputSlacks)), append(slackOut, orEmpty(u.OutputSlacks))
	}
	out.Own = []KV{{"scores", scores}, {"peers", peers}, {"peer_names", peerNames}, {"peer_weights", weights},
		{"input_slacks", slackIn}, {"output_slacks", slackOut}, {"efficient", efficient}}
	if r.Bootstrap {
		putIntervals(&out, r, boot)
	}
	return out, nil
}

func deaBootstrap(p stat.DEA, r Request) (stat.DEAIntervals, error) {
	b := stat.DEABootstrap{DEA: p, Seed: r.Seed, Level: r.ConfidenceLevel(), Bandwidth: r.Bandwidth}
	if r.Reps != "" {
		n, err := strconv.Atoi(r.Reps)
		if err != nil || n < 1 {
			return stat.DEAIntervals{}, usagef("--reps %q: a number of draws", r.Reps)
		}
		b.Reps = n
	}
	return b.Intervals()
}

// putIntervals adds what the bootstrap says of every unit, in input order.
func putIntervals(out *Result, r Request, boot stat.DEAIntervals) {
	var lo, hi, corrected, bias, se, plo, phi []float64
	var noisy []any
	for _, u := range boot.Units {
		lo, hi, corrected, bias, se = append(lo, u.Lo), append(hi, u.Hi), append(corrected, u.Corrected), append(bias, u.Bias), append(se, u.SE)
		plo, phi, noisy = append(plo, u.PercentileLo), append(phi, u.PercentileHi), append(noisy, u.CorrectionNoisy)
	}
	out.Own = append(out.Own, KV{"lo", lo}, KV{"hi", hi}, KV{"corrected", corrected}, KV{"bias", bias}, KV{"se", se},
		KV{"percentile_lo", plo}, KV{"percentile_hi", phi}, KV{"correction_noisy", noisy}, KV{"bandwidth", boot.Bandwidth},
		KV{"draws", boot.Reps}, KV{"seed", strconv.FormatUint(r.Seed, 10)}, KV{"same_rate_units", boot.SameRate})
}

func orEmpty(x []float64) []float64 {
	if x == nil {
		return []float64{}
	}
	return x
}

func numbers(f *Frame, names []string) ([][]float64, error) {
	var out [][]float64
	for _, name := range names {
		c, err := f.Number(name)
		if err != nil {
			return nil, err
		}
		out = append(out, c.Hi)
	}
	return out, nil
}
