package collaboration

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"hardyards/internal/police"
)

// TestNationalFigureIsRefused: one payer gives a sum and no estimate.
func TestNationalFigureIsRefused(t *testing.T) {
	flows := []police.Flow{{Payer: "E23000003", Payee: "E23000010", FinYear: "2018-19", PenceOnce: 5_000_000_00, Months: 12}}
	n := NationalOf(flows, "2018-19", sizes())
	if !math.IsNaN(n.Estimate) || n.Why == "" || n.Pence != 5_000_000_00 || len(n.Payers) != 1 {
		t.Errorf("got %+v", n)
	}
	flows[0].Months = 10
	if n := NationalOf(flows, "2018-19", sizes()); len(n.Payers) != 0 || len(n.Partial) != 1 || n.Pence != 0 {
		t.Errorf("a part year counted: %+v", n)
	}
}

// sizes are made-up sizes of 43 made-up forces.
func sizes() map[police.ForceCode]float64 {
	out := map[police.ForceCode]float64{}
	for i := range allForces {
		out[police.ForceCode(fmt.Sprintf("F%02d", i))] = 800 + 150*float64(i)
	}
	return out
}

// TestNationalCoverage draws 20 of 43 forces many times from a population whose
// payments go with size and scatter: the 95 % interval must hold the true total
// about 95 times in 100 (binomial limits over 1,000 draws: 93.6 to 96.3; the
// jackknife runs a little short, so 92 is asked).
func TestNationalCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 43))
	size := sizes()
	codes := sortedKeys(size)
	hits, draws := 0, 0
	for draws < 1000 {
		truth := 0.0
		var flows []police.Flow
		chosen := rng.Perm(allForces)[:20]
		in := map[int]bool{}
		for _, i := range chosen {
			in[i] = true
		}
		for i, c := range codes {
			y := police.Pence(size[c] * 1000 * 100 * (0.5 + rng.Float64()))
			truth += y.Float()
			if in[i] {
				flows = append(flows, police.Flow{Payer: police.PayerKey(c), Payee: "X", FinYear: "2018-19", PenceOnce: y, Months: 12})
			}
		}
		n := NationalOf(flows, "2018-19", size)
		if n.Why != "" {
			continue // not of mixed size: refused
		}
		draws++
		if n.Lo <= truth && truth <= n.Hi {
			hits++
		}
	}
	t.Logf("%d of %d intervals hold the total", hits, draws)
	if hits < 920 || hits > 980 {
		t.Errorf("%d of 1000 intervals hold the total", hits)
	}
}

func TestShares(t *testing.T) {
	c := police.Collaboration{ID: "x", ShareKey: "E23000016:69|E23000017:31|E23000014:50"}
	flow := func(payer police.PayerKey, p police.Pence) police.Flow {
		return police.Flow{Payer: payer, Payee: "E23000014", Collaboration: "x", Certainty: Likely, FinYear: "2018-19", PenceOnce: p}
	}
	rows, why, err := Shares(c, []police.Flow{flow("E23000016", 6000), flow("E23000017", 4000)}, "2018-19")
	if err != nil || why != "" || len(rows) != 2 || rows[0].ByKey != 6900 || rows[0].Gap != -900 || rows[1].Gap != 900 {
		t.Errorf("%+v %q %v", rows, why, err)
	}
	if rows, why, _ := Shares(c, []police.Flow{flow("E23000016", 6000)}, "2018-19"); rows != nil || why == "" {
		t.Errorf("one payer compared: %+v", rows)
	}
}

func TestScorecard(t *testing.T) {
	_, _, reg := embedded(t)
	rows := Scorecard(reg)
	state := map[string]string{}
	unknown := 0
	for _, r := range rows {
		state[r.Collaboration+"/"+r.Item] = r.State
		if r.State == NotKnown {
			unknown++
			if r.Evidence != "" || r.Source != "" {
				t.Errorf("unknown with evidence: %+v", r)
			}
		} else if r.Source == "" {
			t.Errorf("%s, %s: known without a source", r.Collaboration, r.Item)
		}
	}
	if len(rows) != 15*len(reg.Collaborations) {
		t.Errorf("%d rows for %d agreements", len(rows), len(reg.Collaborations))
	}
	// reference/collaborations_raw.csv: West Yorkshire leads npas; nwmpg names a place.
	for k, want := range map[string]string{"npas/host or lead": Known, "nwmpg/host or lead": PartlyKnown,
		"npas/exit terms": NotKnown, "wm-war-alliance/share key": Known, "wm-war-alliance/claimed savings": PartlyKnown} {
		if state[k] != want {
			t.Errorf("%s is %s, want %s", k, state[k], want)
		}
	}
	t.Logf("%d of %d items unknown", unknown, len(rows))
}
