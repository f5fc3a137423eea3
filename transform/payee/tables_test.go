package payee

import (
	"testing"

	"hardyards/data"
)

func withData(t testing.TB) *Resolver {
	t.Helper()
	forces, err := data.Forces()
	if err != nil {
		t.Fatal(err)
	}
	bodies, err := data.Bodies()
	if err != nil {
		t.Fatal(err)
	}
	aliases, err := data.Aliases()
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(Tables{Forces: forces, Bodies: bodies, Aliases: aliases})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestAliasesAgree compares the grammar with the alias table, whose rows were
// compiled by hand from real files: where the grammar names a force, the table
// must name the same one.
func TestAliasesAgree(t *testing.T) {
	aliases, err := data.Aliases()
	if err != nil {
		t.Fatal(err)
	}
	bodies, err := data.Bodies()
	if err != nil {
		t.Fatal(err)
	}
	forceOf := map[string]string{}
	for _, b := range bodies {
		forceOf[b.ID] = string(b.Force)
	}
	forces, err := data.Forces()
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(Tables{Forces: forces, Bodies: bodies})
	if err != nil {
		t.Fatal(err)
	}
	agreed := 0
	for _, a := range aliases {
		res := r.Resolve(a.Alias)
		switch {
		case res.Kind == Force && (a.Kind != Force || forceOf[a.Body] != string(res.Force)):
			t.Errorf("%q: the grammar says force %s (%s), the alias table %s %s", a.Alias, res.Force, res.Rule, a.Kind, a.Body)
		case res.Kind == a.Kind:
			agreed++
		default:
			t.Logf("%q: grammar %s %s, table %s %s (%s)", a.Alias, res.Kind, res.Body, a.Kind, a.Body, a.Note)
		}
	}
	t.Logf("%d of %d agree in kind", agreed, len(aliases))
}

// TestGoldWithTables tries the gold set with every reference table, as transform
// does.
func TestGoldWithTables(t *testing.T) {
	r := withData(t)
	for _, g := range gold(t) {
		res := r.Resolve(g.payee)
		if g.label == "FORCE" && res.Kind == Force && res.Force != g.force || g.label != "FORCE" && res.Kind == Force {
			t.Errorf("%q is %s %s, got %s %s (%s)", g.payee, g.label, g.force, res.Kind, res.Force, res.Rule)
		}
		if !agrees(res.Kind, g.label) {
			t.Logf("%q is %s, got %s (%s)", g.payee, g.label, res.Kind, res.Rule)
		}
	}
}
