package analyze

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"hardyards/internal/police"
)

// forces makes n forces with codes of their own.
func forces(n int) []police.Force {
	out := make([]police.Force, n)
	for i := range out {
		out[i] = police.Force{Code: code(i), Name: fmt.Sprintf("Force %d", i)}
	}
	return out
}

func code(i int) police.ForceCode { return police.ForceCode(fmt.Sprintf("X%08d", i)) }

func value(f police.ForceCode, measure, function string, year int, period, unit string, v float64) police.MeasureValue {
	return police.MeasureValue{Force: f, Measure: measure, Function: function, Year: int32(year), Period: period, Unit: unit, Value: v, ValueText: fmt.Sprint(v), Source: "test"}
}

func mustPanel(t testing.TB, values []police.MeasureValue, n int) *Panel {
	t.Helper()
	p, err := NewPanel(values, nil, forces(n))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCostPerHead by hand: £2,000 thousand over 10,000 people is £200; prices of
// 2017-18 (deflator 110) from 2014-15 (100): £220. The population is mid-2014's.
func TestCostPerHead(t *testing.T) {
	p := mustPanel(t, []police.MeasureValue{
		value(code(0), NetExpenditure, "", 2015, "FY_END_MAR", "GBP thousand", 2000),
		value(code(0), NetExpenditure, "", 2018, "FY_END_MAR", "GBP thousand", 2100),
		value(code(0), Population, "", 2014, "MID_YEAR", "persons", 10000),
		value(code(0), Population, "", 2015, "MID_YEAR", "persons", 99999),
		value("", DeflatorFY, "", 2015, "FY_END_MAR", "index", 100),
		value("", DeflatorFY, "", 2018, "FY_END_MAR", "index", 110),
	}, 1)
	rows := p.CostPerHead()
	if len(rows) != 1 {
		t.Fatalf("%d rows, want 1: 2017-18 has no population", len(rows))
	}
	r := rows[0]
	if r.Cost != 2_000_000 || r.PopYear != 2014 || math.Abs(r.Nominal-200) > 1e-9 || math.Abs(r.Real-220) > 1e-9 || r.FinYear != "2014-15" || r.BaseYear != "2017-18" {
		t.Errorf("got %+v", r)
	}
}

func TestTwoValuesOfOneCellAreAnError(t *testing.T) {
	_, err := NewPanel([]police.MeasureValue{
		value(code(0), Population, "", 2014, "MID_YEAR", "persons", 1),
		value(code(0), Population, "", 2014, "MID_YEAR", "persons", 2),
	}, nil, forces(1))
	if err == nil || !strings.Contains(err.Error(), "two values") {
		t.Errorf("got %v", err)
	}
}

func TestSuppressedValuesAreNone(t *testing.T) {
	v := value(code(0), CrimeSeverity, "", 2014, "YE_MAR", "score", 7)
	v.State = "suppressed"
	if _, ok := mustPanel(t, []police.MeasureValue{v}, 1).At(CrimeSeverity, "", code(0), 2014); ok {
		t.Error("a suppressed value is used")
	}
}

// TestCompareByHand: the force at £12 a head of 100 people, three peers at 8, 10 and
// 12 with 100, 100 and 200 people: weighted mean 10.5, simple 10, median 10, raw MAD
// 2; £150 a year above.
func TestCompareByHand(t *testing.T) {
	var values []police.MeasureValue
	for i, q := range []struct{ perHead, people float64 }{{12, 100}, {8, 100}, {10, 100}, {12, 200}} {
		values = append(values,
			value(code(i), NetExpenditure, "", 2018, "FY_END_MAR", "GBP", q.perHead*q.people),
			value(code(i), Population, "", 2017, "MID_YEAR", "persons", q.people))
	}
	p := mustPanel(t, values, 4)
	rows := p.Compare(PeerGroups{Rule: "given", Groups: map[police.ForceCode][]police.ForceCode{code(0): {code(1), code(2), code(3)}}})
	for _, r := range rows {
		if r.Force != code(0) || r.Per != "head" || r.Prices != "nominal" {
			continue
		}
		if r.MeanWeighted != 10.5 || r.MeanSimple != 10 || r.Median != 10 || math.Abs(r.MAD-2*1.482602218505602) > 1e-9 || math.Abs(r.Difference-150) > 1e-9 || r.N != 3 {
			t.Errorf("got %+v", r)
		}
		if r.RankLo != 1 || r.RankHi != 2 || r.RankOf != 4 {
			t.Errorf("rank %d to %d of %d, want 1 to 2 of 4 (two forces share the first place)", r.RankLo, r.RankHi, r.RankOf)
		}
		return
	}
	t.Fatal("no comparison of the force")
}

func TestTooFewPeers(t *testing.T) {
	values := []police.MeasureValue{
		value(code(0), NetExpenditure, "", 2018, "FY_END_MAR", "GBP", 100), value(code(0), Population, "", 2017, "MID_YEAR", "persons", 10),
	}
	rows := mustPanel(t, values, 1).Compare(PeerGroups{Rule: "none"})
	if len(rows) == 0 || !math.IsNaN(rows[0].RobustZ) || !strings.Contains(rows[0].Warnings, "fewer than 3 peers") {
		t.Errorf("got %+v", rows)
	}
}
