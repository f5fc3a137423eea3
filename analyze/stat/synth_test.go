package stat

import (
	"testing"
)

type prop99Expected struct {
	DiD       float64            `json:"did"`
	SDID      float64            `json:"sdid_exactQP"`
	SC        float64            `json:"sc_exactQP"`
	Omega     map[string]float64 `json:"omega"`
	Lambda    map[string]float64 `json:"lambda"`
	SCWeights map[string]float64 `json:"sc_weights"`
	Noise     float64            `json:"noise_level"`
	Zeta      float64            `json:"zeta_omega"`
	Placebo   map[string]float64 `json:"in_space_placebo_sdid"`
	Rank      float64            `json:"placebo_rank_two_sided"`
}

func prop99(t testing.TB) (SynthPanel, prop99Expected) {
	t.Helper()
	var want prop99Expected
	c := readCase(t, "prop99_synthdid", &want)
	p, err := NewSynthPanel(LongPanel{Unit: c.text(t, "State"), Period: c.text(t, "Year"),
		Y: c.numbers(t, "PacksPerCapita"), D: c.numbers(t, "treated")})
	if err != nil {
		t.Fatal(err)
	}
	return p, want
}

// TestProp99 reproduces the optimum of the quadratic programmes on California's
// Proposition 99, computed with an independent exact solver.
func TestProp99(t *testing.T) {
	p, want := prop99(t)
	for m, att := range map[SynthMethod]float64{DiffInDiff: want.DiD, SyntheticDiD: want.SDID, SyntheticControl: want.SC} {
		f, err := Synth(p, m)
		if err != nil {
			t.Fatal(err)
		}
		near(t, string(m), f.ATT, att, 5e-10)
		t.Logf("%s att %.15g want %.15g KKT %.2g warn %v pre %.4g", m, f.ATT, att, f.KKT, f.Warnings, f.PreRMSPE)
		if m == SyntheticDiD {
			near(t, "noise", f.NoiseLevel, want.Noise, 1e-13)
			near(t, "zeta", f.ZetaOmega, want.Zeta, 1e-13)
			for i, u := range p.Units {
				if !p.Treated[i] && (f.UnitWeights[i]-want.Omega[u] > 1e-4 || want.Omega[u]-f.UnitWeights[i] > 1e-4) {
					t.Errorf("omega %s %v want %v", u, f.UnitWeights[i], want.Omega[u])
				}
			}
			t.Log(f.TimeWeights)
		}
	}
}

func TestProp99Placebos(t *testing.T) {
	p, want := prop99(t)
	test, err := PlaceboEffects(p, SyntheticDiD, PlaceboOptions{})
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for _, pl := range test.Placebos {
		w := want.Placebo[p.Units[pl.Units[0]]]
		worst = max(worst, w-pl.Effect, pl.Effect-w)
	}
	t.Log("worst", worst, test.P, test.Lo, test.Hi, test.SE, SmallestDetectable(test, 0))
	near(t, "p", test.P, want.Rank, 1e-14)
	sc, err := PlaceboEffects(p, SyntheticControl, PlaceboOptions{})
	t.Log(err, sc.P, sc.PRatio, sc.RankRatio, sc.Lo, sc.Hi)
}
func BenchmarkPlaceboSDID(b *testing.B) {
	p, _ := prop99(b)
	for range b.N {
		PlaceboEffects(p, SyntheticDiD, PlaceboOptions{})
	}
}
func BenchmarkPlaceboSC(b *testing.B) {
	p, _ := prop99(b)
	for range b.N {
		PlaceboEffects(p, SyntheticControl, PlaceboOptions{})
	}
}
