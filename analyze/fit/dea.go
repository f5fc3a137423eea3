package fit

import (
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
	d, err := p.Scores()
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
	return out, nil
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
