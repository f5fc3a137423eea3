package stat

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

type deaExpected struct {
	Inputs  []string
	Outputs any
	CRSIn   []float64 `json:"crs_in"`
	VRSIn   []float64 `json:"vrs_in"`
	CRSOut  []float64 `json:"crs_out"`
	Super   []float64 `json:"super_crs_in"`
}

func deaCase(t testing.TB, name string) (inputs, outputs [][]float64, want deaExpected) {
	t.Helper()
	c := readCase(t, name, &want)
	for _, n := range want.Inputs {
		inputs = append(inputs, c.numbers(t, n))
	}
	switch o := want.Outputs.(type) {
	case string:
		outputs = append(outputs, c.numbers(t, o))
	case []any:
		for _, n := range o {
			outputs = append(outputs, c.numbers(t, n.(string)))
		}
	}
	return inputs, outputs, want
}

// TestDEA reproduces the R package Benchmarking on three textbook data sets.
func TestDEA(t *testing.T) {
	for _, name := range []string{"dea_coelli_1998", "dea_golany_roll_1989", "dea_tone2001"} {
		in, out, want := deaCase(t, name)
		for _, c := range []struct {
			p    DEA
			want []float64
		}{
			{DEA{Inputs: in, Outputs: out}, want.CRSIn},
			{DEA{Inputs: in, Outputs: out, Returns: VRS}, want.VRSIn},
			{DEA{Inputs: in, Outputs: out, Orientation: OutputOriented}, want.CRSOut},
			{DEA{Inputs: in, Outputs: out, Super: true}, want.Super},
		} {
			r, err := c.p.Scores()
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range c.want {
				// the reference's own solver leaves errors of up to 4e-14
				near(t, fmt.Sprintf("%s %s %s super %v unit %d", name, c.p.Returns, c.p.Orientation, c.p.Super, i+1), r.Units[i].Score, w, 1e-12)
			}
		}
	}
}

func BenchmarkDEA70(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	in, out := make([][]float64, 5), make([][]float64, 3)
	for k := range in {
		for range 70 {
			in[k] = append(in[k], 1000*(0.1+rng.Float64()))
		}
	}
	for k := range out {
		for range 70 {
			out[k] = append(out[k], 0.1+rng.Float64())
		}
	}
	for range b.N {
		if _, err := (DEA{Inputs: in, Outputs: out}).Scores(); err != nil {
			b.Fatal(err)
		}
	}
}
