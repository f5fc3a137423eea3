package analyze

import (
	"math"
	"strings"
	"testing"

	"hardyards/analyze/stat"
)

// TestEfficiencyIntervals: every score is the one of the estimator, stands with its
// interval below it, its correction between or beyond, the range over choices around
// it, n, draws and the warnings of METHODS.md; the two returns differ.
func TestEfficiencyIntervals(t *testing.T) {
	in, err := embeddedInput()
	if err != nil {
		t.Fatal(err)
	}
	rows := real(t).Efficiency
	if len(rows) != 2*41 {
		t.Fatalf("%d rows, want 41 forces without London, twice", len(rows))
	}
	p, err := NewPanel(in.Measures, in.Catalogue, in.Forces)
	if err != nil {
		t.Fatal(err)
	}
	forces, x, y := p.efficiencyData()
	for k, returns := range []stat.Returns{stat.CRS, stat.VRS} {
		point, err := stat.DEA{Inputs: x, Outputs: y, Returns: returns}.Scores()
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range forces {
			r := rows[2*i+k]
			if r.Force != f || r.Returns != string(returns) || r.Score != point.Units[i].Score {
				t.Fatalf("row %d: %+v, want %s %s %v", 2*i+k, r, f, returns, point.Units[i].Score)
			}
			if !(0 < r.Lo && r.Lo < r.Hi && r.Hi <= r.Score && r.Corrected < r.Score && r.SE > 0) || math.IsNaN(r.Corrected) {
				t.Errorf("%s %s: score %v, interval %v to %v, corrected %v, se %v", f, returns, r.Score, r.Lo, r.Hi, r.Corrected, r.SE)
			}
			if !(r.RangeLo <= r.Score && r.Score <= r.RangeHi) || r.N != 41 || r.Draws != 2000 {
				t.Errorf("%s %s: range %v to %v about %v, n %d, %d draws", f, returns, r.RangeLo, r.RangeHi, r.Score, r.N, r.Draws)
			}
			for _, want := range []string{"never a rank", "not 95 %", "41 units and 4 inputs and outputs tell as much", "homogeneous"} {
				if !strings.Contains(r.Warnings, want) {
					t.Errorf("%s: no %q in %s", f, want, r.Warnings)
				}
			}
		}
	}
}
