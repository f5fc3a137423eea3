package payee

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"hardyards/internal/police"
	"hardyards/internal/testenv"
)

// testForces makes the table of forces from the reference list alone.
func testForces(t testing.TB) []police.Force {
	t.Helper()
	var out []police.Force
	for _, r := range readCSV(t, testenv.Shared(t, "data", "reference", "police_forces_ew.csv"))[1:] {
		out = append(out, police.Force{Code: police.ForceCode(r[2]), Name: r[1], Slug: r[0]})
	}
	return out
}

func testResolver(t testing.TB) *Resolver {
	t.Helper()
	r, err := New(Tables{Forces: testForces(t)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readCSV(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

type goldRow struct {
	payee, label string
	force        police.ForceCode
	boundary     bool
}

func gold(t testing.TB) []goldRow {
	t.Helper()
	var out []goldRow
	for _, r := range readCSV(t, testenv.Shared(t, "gold", "police_payee_gold.csv"))[1:] {
		out = append(out, goldRow{r[0], r[4], police.ForceCode(r[5]), strings.Contains(r[6], "CLASS-BOUNDARY")})
	}
	return out
}

// goldKinds says which kinds agree with a label of the gold set.
var goldKinds = map[string][]string{
	"FORCE": {Force}, "NATIONAL_POLICE_BODY": {NationalBody}, "OTHER_UK_FORCE": {OtherUKForce},
	"POLICE_ASSOCIATION": {Association}, "AMBIGUOUS": {Ambiguous},
	"NOT_POLICE": {Company, PublicBody, Individual, Redacted, Unknown},
}

// TestGold tries the rules alone, without the alias table, on labelled payees
// that no rule was copied from.
func TestGold(t *testing.T) {
	r := testResolver(t)
	var found, right, wanted, otherRight, others int
	for _, g := range gold(t) {
		res := r.Resolve(g.payee)
		switch {
		case g.label == "FORCE":
			wanted++
			if res.Kind == Force && res.Force == g.force {
				right++
			} else {
				t.Logf("missed: %q is %s, got %s %s (%s)", g.payee, g.force, res.Kind, res.Force, res.Rule)
			}
		default:
			others++
			if agrees(res.Kind, g.label) {
				otherRight++
			} else {
				t.Logf("kind (boundary %v): %q is %s, got %s %s (%s)", g.boundary, g.payee, g.label, res.Kind, res.Body, res.Rule)
			}
			if res.Kind == Force {
				t.Errorf("%q is %s, but was labelled force %s (%s)", g.payee, g.label, res.Force, res.Rule)
			}
		}
		if res.Kind == Force {
			found++
		}
	}
	recall, precision := float64(right)/float64(wanted), float64(right)/float64(found)
	t.Logf("forces: %d of %d, recall %.4f, precision %.4f; other kinds agree: %d of %d", right, wanted, recall, precision, otherRight, others)
	if recall < 0.99 || precision < 0.995 {
		t.Errorf("recall %.4f (want 0.99), precision %.4f (want 0.995)", recall, precision)
	}
}

func agrees(kind, label string) bool {
	for _, k := range goldKinds[label] {
		if k == kind {
			return true
		}
	}
	return false
}
