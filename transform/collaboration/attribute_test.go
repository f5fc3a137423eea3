package collaboration

import (
	"strings"
	"testing"

	"hardyards/internal/police"
)

// TestAttribute: made-up register, one line a rule of the package comment.
func TestAttribute(t *testing.T) {
	reg := Register{
		Collaborations: []police.Collaboration{
			{ID: "skyunit", Name: "Sky Unit", Scope: "air support", HostForce: "H", Confidence: "high"},
			{ID: "divers", Name: "Divers", Scope: "underwater search", Confidence: "high"},
			{ID: "lab", Name: "Lab", Scope: "forensics", HostForce: "H", Confidence: "high"},
			{ID: "doubt", Name: "Doubt", Scope: "motorway", HostForce: "H", Confidence: "medium"},
			{ID: "broad", Name: "Broad", Scope: "most things", ForceWide: true, Confidence: "high"},
		},
		Members: []police.Member{
			{Collaboration: "skyunit", Force: "H", From: "2012-10"},
			{Collaboration: "skyunit", Force: "A", From: "2012-10", To: "2018-04", ToEvent: "left"},
			{Collaboration: "divers", Force: "H"}, {Collaboration: "divers", Force: "A"},
			{Collaboration: "lab", Force: "H", From: "2010"}, {Collaboration: "lab", Force: "A", From: "2010"},
			{Collaboration: "doubt", Force: "H", From: "2010"}, {Collaboration: "doubt", Force: "A", From: "2010"},
			{Collaboration: "broad", Force: "B", From: "2010"}, {Collaboration: "broad", Force: "C", From: "2010"},
		},
	}
	a, err := New(reg, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, payer, payee, month, category string
		id, certainty                       string
	}{
		{"named, host, dated member", "A", "H", "2015-06", "Air Support Unit", "skyunit", Certain},
		{"in the month of leaving", "A", "H", "2018-04", "Air Support Unit", "skyunit", Possible},
		{"a year after leaving", "A", "H", "2019-04", "Air Support Unit", "skyunit", Possible},
		{"three years after leaving", "A", "H", "2021-05", "Air Support Unit", "", Unattributed},
		{"before joining", "A", "H", "2012-01", "Air Support Unit", "", Unattributed},
		{"not a member", "B", "H", "2015-06", "Air Support Unit", "", Unattributed},
		{"paid to another member than the host", "H", "A", "2015-06", "Air Support Unit", "skyunit", Possible},
		{"no host, no dates", "A", "H", "2015-06", "Police - UWS", "divers", Likely},
		{"general word", "A", "H", "2015-06", "Forensic services", "lab", Possible},
		{"general word, said to be shared", "A", "H", "2015-06", "Collaboration - forensics", "lab", Certain},
		{"register not sure", "A", "H", "2015-06", "Motorway policing", "doubt", Likely},
		{"names nothing", "A", "H", "2015-06", "Equipment", "", Unattributed},
		{"mutual aid", "A", "H", "2015-06", "Mutual aid - air support", "", Unattributed},
		{"word inside a word", "A", "H", "2015-06", "Procurement of fairs supporting", "", Unattributed},
		{"force-wide alliance", "B", "C", "2015-06", "Other", "broad", Possible},
		{"no month and no year", "A", "H", "unknown", "Air Support Unit", "skyunit", Possible},
		{"one area", "H", "H", "2015-06", "Air Support Unit", "", Unattributed},
	} {
		got := a.Attribute(police.ForceCode(c.payer), police.ForceCode(c.payee), c.month, "", c.category, "")
		if got.Collaboration != c.id || got.Certainty != c.certainty {
			t.Errorf("%s: %q %s (%s), want %q %s", c.name, got.Collaboration, got.Certainty, got.Reason, c.id, c.certainty)
		}
		if got.Reason == "" {
			t.Errorf("%s: no reason", c.name)
		}
	}
}

func TestRegisterContradictions(t *testing.T) {
	for name, reg := range map[string]Register{
		"twice":            {Collaborations: []police.Collaboration{{ID: "a"}, {ID: "a"}}},
		"member of naught": {Members: []police.Member{{Collaboration: "b", Force: "A"}}},
	} {
		if _, err := New(reg, nil); err == nil || !strings.HasPrefix(err.Error(), "register:") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestFlowsOrder: rows in another order give the same flows, and overflow is an
// error.
func TestFlowsOrder(t *testing.T) {
	_, a, _ := embedded(t)
	link := police.PayeeLink{PayeeID: 7, Kind: "force", Force: "E23000010", Name: "x"}
	row := Row{Payer: "E23000003", PayeeID: 7, Category: "Air Support", Month: "2018-05", FinYear: "2018-19", Payments: 1, Pence: 5, Once: 5}
	other := row
	other.Category, other.Pence = "Training", 7
	one, err := a.Flows([]Row{row, other}, []police.PayeeLink{link}, nil)
	if err != nil {
		t.Fatal(err)
	}
	two, err := a.Flows([]Row{other, row}, []police.PayeeLink{link}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != 2 || len(two) != 2 || one[0] != two[0] || one[1] != two[1] {
		t.Errorf("order matters: %+v %+v", one, two)
	}
	if s := ByPairYear(one)[PairYear{"E23000003", "E23000010", "2018-19"}]; s != 12 {
		t.Errorf("sum %d, want 12", s)
	}
	row.Pence = 1<<63 - 1
	if _, err := a.Flows([]Row{row, row}, []police.PayeeLink{link}, nil); err == nil {
		t.Error("a sum that overflows was printed")
	}
}
