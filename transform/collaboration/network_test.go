package collaboration

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hardyards/data"
	"hardyards/internal/police"
	"hardyards/transform/payee"
)

// planted are synthetic payments of all 43 forces over four years: under each
// agreement of the register that ran through them, the members pay one of them
// every month, under a category that names the joint work (some as a publisher
// might, the others by the agreement's name); one group of four that the register doesn't know does the same under a plain
// category; and every force buys small things from others at random.
type planted struct {
	rows  []Row
	names map[string]police.ForceCode
	want  map[string]police.Pence // by agreement
	group []police.ForceCode
}

var plantedGroup = []police.ForceCode{"E23000024", "E23000032", "E23000038", "W15000001"} // Norfolk, Kent, Wiltshire, North Wales

// plantedCategories name the joint work of agreements that were live from 2015 to
// 2019 as a publisher might.
var plantedCategories = map[string]string{
	"npas": "Air Support", "emsou": "EMSOU Special Operations Unit", "nersou": "NERSOU", "mfss": "MFSS charges",
	"tarian": "Tarian ROCU", "nw-underwater": "Underwater Search", "yath-underwater": "Underwater Search",
	"sw-forensics": "Regional forensics", "wales-legal": "Joint Legal Services", "cdsou": "CDSOU recharge",
	"surrey-sussex": "Major Crime Team", "ctp-wales": "WECTU",
}

func plant(t testing.TB, rng *rand.Rand) planted {
	forces, err := data.Forces()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := data.Register()
	if err != nil {
		t.Fatal(err)
	}
	p := planted{names: map[string]police.ForceCode{}, want: map[string]police.Pence{}, group: plantedGroup}
	spell := func(c police.ForceCode) string {
		i := slices.IndexFunc(forces, func(f police.Force) bool { return f.Code == c })
		forms := []string{"POLICE & CRIME COMMISSIONER FOR %s", "%s POLICE AUTHORITY 1 (G)", "PCC FOR %s", "%s Police"}
		s := fmt.Sprintf(forms[rng.IntN(len(forms))], strings.TrimSuffix(forces[i].Name, " Police"))
		p.names[s] = c
		return s
	}
	pay := func(from, to police.ForceCode, category string, y, m int, pence police.Pence) {
		d, _ := police.DateOf(y, m, 15)
		p.rows = append(p.rows, Row{Payer: police.PayerKey(from), PayeeID: police.PayeeKey(spell(to)), Category: category,
			Month: fmt.Sprintf("%04d-%02d", y, m), FinYear: police.FinancialYearOf(d), Payments: 1, Pence: pence, Once: pence})
	}
	for y := 2015; y <= 2018; y++ {
		for m := 1; m <= 12; m++ {
			for _, c := range reg.Collaborations {
				cat := plantedCategories[c.ID]
				if cat == "" && running(c, reg.Members) {
					cat = c.Name
				}
				host := hostOf(c, reg.Members)
				for _, mem := range reg.Members {
					if mem.Collaboration != c.ID || cat == "" || mem.Force == host || y == 2015 && m < 6 && strings.HasPrefix(mem.From, "2015") {
						continue
					}
					s := police.Pence(1_000_000 + rng.Int64N(5_000_000))
					p.want[c.ID] += s
					pay(mem.Force, host, cat, y, m, s)
				}
			}
			for _, from := range plantedGroup[1:] {
				pay(from, plantedGroup[0], "Contract payments", y, m, police.Pence(1_500_000+rng.Int64N(1_000_000)))
				pay(plantedGroup[0], from, "Contract payments", y, m, police.Pence(700_000+rng.Int64N(300_000)))
			}
			for _, f := range forces { // noise
				for range 3 {
					to := forces[rng.IntN(len(forces))].Code
					if to != f.Code {
						pay(f.Code, to, []string{"Training", "Mutual aid", "Other third party payments"}[rng.IntN(3)], y, m, police.Pence(50_000+rng.Int64N(400_000)))
					}
				}
			}
		}
	}
	return p
}

// running reports whether an agreement has members, all of them in it from 2015-01
// to 2018-12 as far as dates are known.
func running(c police.Collaboration, members []police.Member) bool {
	n := 0
	for _, m := range members {
		if m.Collaboration == c.ID {
			n++
			if m.From > "2014-12" || m.To != "" && m.To < "2019" {
				return false
			}
		}
	}
	return n > 1
}

// hostOf takes the recorded host, else the first member.
func hostOf(c police.Collaboration, members []police.Member) police.ForceCode {
	if h := codes(c.HostForce); len(h) > 0 {
		return h[0]
	}
	for _, m := range members {
		if m.Collaboration == c.ID {
			return m.Force
		}
	}
	return ""
}

func plantedFlows(t testing.TB, p planted, change func(string) string) []police.Flow {
	res, a, _ := embedded(t)
	names := make([]payee.Name, 0, len(p.names))
	moved := map[int64]int64{}
	for s := range p.names {
		c := change(s)
		moved[police.PayeeKey(s)] = police.PayeeKey(c)
		names = append(names, payee.Name{Published: c, Payments: 1})
	}
	links, err := res.Links(names, 2)
	if err != nil {
		t.Fatal(err)
	}
	rows := slices.Clone(p.rows)
	for i := range rows {
		rows[i].PayeeID = moved[rows[i].PayeeID]
	}
	flows, err := a.Flows(rows, links, nil)
	if err != nil {
		t.Fatal(err)
	}
	return flows
}

// TestPlantedNetwork recovers the planted agreements to the penny and finds the
// group that the register doesn't know, and no other.
func TestPlantedNetwork(t *testing.T) {
	p := plant(t, rand.New(rand.NewPCG(43, 36)))
	flows := plantedFlows(t, p, func(s string) string { return s })
	got, sure := map[string]police.Pence{}, map[string]bool{}
	for _, f := range flows {
		if f.Certainty != Unattributed {
			got[f.Collaboration] += f.Pence
		}
		if f.Certainty == Certain || f.Certainty == Likely {
			sure[f.Collaboration] = true
		}
	}
	t.Logf("%d agreements planted, %d of them certain or likely", len(p.want), len(sure))
	wide := forceWide(t)
	for id, want := range p.want {
		if got[id] != want && !(wide[id] && got[id] > want) {
			t.Errorf("%s: %s of %s recovered", id, got[id].Pounds(), want.Pounds())
		}
	}
	for id := range got {
		if p.want[id] == 0 && (sure[id] || !wide[id]) {
			t.Errorf("%s: %s attributed, none was planted", id, got[id].Pounds())
		}
	}
	_, a, _ := embedded(t)
	n := a.Network(flows, NetworkOptions{})
	if !n.Drawn || len(n.Groups) != 1 || !slices.Equal(n.Groups[0].Members, p.group) {
		t.Fatalf("network: %d payers, groups %+v", len(n.Payers), n.Groups)
	}
	if g := n.Groups[0]; g.Shape != "mutual" || g.Hub != plantedGroup[0] {
		t.Errorf("group: shape %s, hub %s", g.Shape, g.Hub)
	}
	t.Log(n.Groups[0].Words)
}

// TestPlantedNamesDamaged cuts and misspells the payees: less is recovered, but
// nothing goes to a wrong agreement or force.
func TestPlantedNamesDamaged(t *testing.T) {
	p := plant(t, rand.New(rand.NewPCG(43, 36)))
	rng := rand.New(rand.NewPCG(7, 7))
	damage := func(s string) string {
		b := []byte(strings.ToLower(s))
		switch i := 1 + rng.IntN(len(b)-2); rng.IntN(3) {
		case 0:
			b = append(b[:i], b[i+1:]...)
		case 1:
			b[i], b[i+1] = b[i+1], b[i]
		default:
			b = b[:min(len(b), 40)]
		}
		return string(b)
	}
	var got, want police.Pence
	by := map[string]police.Pence{}
	for _, f := range plantedFlows(t, p, damage) {
		if f.Certainty != Unattributed {
			got += f.Pence
			by[f.Collaboration] += f.Pence
		}
	}
	wide := forceWide(t)
	for id, s := range by {
		if s > p.want[id] && !wide[id] {
			t.Errorf("%s: %s attributed, %s planted", id, s.Pounds(), p.want[id].Pounds())
		}
	}
	for _, s := range p.want {
		want += s
	}
	share := got.Float() / want.Float()
	t.Logf("recovered %.3f of the pounds", share)
	if share < 0.75 {
		t.Errorf("recovered %.3f of the pounds, want 0.75", share)
	}
}

// forceWide are the alliances that span most of their members' work: noise between
// two members is possibly theirs, by the rules.
func forceWide(t testing.TB) map[string]bool {
	_, _, reg := embedded(t)
	out := map[string]bool{}
	for _, c := range reg.Collaborations {
		out[c.ID] = c.ForceWide
	}
	return out
}

func TestStarIsNotDrawn(t *testing.T) {
	_, a, _ := embedded(t)
	flows := []police.Flow{{Payer: "E23000003", Payee: "E23000004", PayeeKind: "force", Certainty: Unattributed, FinYear: "2018-19", Pence: 1e9, PenceOnce: 1e9}}
	if n := a.Network(flows, NetworkOptions{}); n.Drawn || n.Why == "" || len(n.Groups) != 0 {
		t.Errorf("one payer: %+v", n)
	}
}

func TestConsolidate(t *testing.T) {
	flows := []police.Flow{
		{Payer: "A", Payee: "B", PayeeKind: "force", PenceOnce: 30},
		{Payer: "B", Payee: "A", PayeeKind: "force", PenceOnce: 5},
		{Payer: "A", Payee: "C", PayeeKind: "force", PenceOnce: 7},
		{Payer: "A", Payee: "A", PayeeKind: "force", PenceOnce: 9},
	}
	got := Consolidate(map[police.ForceCode]police.Pence{"A": 100, "B": 200, "C": 400}, flows, []police.ForceCode{"A", "B"})
	if want := (Consolidated{Gross: 300, Internal: 35, Net: 265}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
