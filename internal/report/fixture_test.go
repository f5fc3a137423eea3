package report

import (
	"fmt"
	"math"

	"hardyards/internal/police"
)

// hostile is what a supplier may call itself: it must stay text.
const hostile = `<script>alert(1)</script><img src=x onerror=alert(2)>`

// fixture is a small page with every kind of row in it; its figures are made up for
// the tests and say nothing of any force.
func fixture() Page {
	nan := math.NaN()
	p := Page{
		SnapshotID: "0123456789abcdef", SnapshotPath: "snapshots/0123456789abcdef", RunID: "20260101T000000-1",
		Versions: map[string]string{"reader": "1", "analysis": "1"},
		Inputs:   []Input{{Kind: "file", Name: "sample/a.csv", SHA256: "ab", Publisher: "alpha", Status: "current"}},
		Checks:   []Check{{"shrink", true, "no table lost rows"}},
		Tables:   []TableFact{{"payments", 10, false}, {"fact_flow", 4, true}},
		Ledger:   LedgerTotals{Rows: Account{Read: 12, Payments: 10, Exclusions: 2}, Pence: Account{Read: 100_000, Payments: 100_000}, Balances: true},
		Totals:   []Total{{"E1", "2018-19", 10, 100_000, 90_000, 90_000, 100_000}},
		Changes:  &Changes{From: "fedcba", Causes: []Change{{"new file", "b.csv", "", "current", "found"}}, Totals: []TotalChange{{"E1", "2018-19", 3, 500}}, Tables: []TableChange{{"effect", 1, 2, "register"}}},
		Network:  Network{Why: "1 of 43 payers’ files are held"}, National: "no national figure: 1 payer",
		Shares: []Share{{Collaboration: "pact", FinYear: "2018-19", Why: "one of two partners"}},
	}
	for i, n := range []string{"Alpha", "Bravo", "Charlie", "Delta"} {
		p.Forces = append(p.Forces, police.Force{Code: police.ForceCode(fmt.Sprintf("E%d", i+1)), Name: n, ForceName: n + " Police", Slug: n})
	}
	p.Forces[3].PeerOutlier = "few residents"
	for _, m := range []string{"net_expenditure", "net_revenue_expenditure", "gre", "fte_staff_total", "crime_severity_score", "population"} {
		p.Catalogue = append(p.Catalogue, police.MeasureDef{ID: m, Label: "Label of " + m, Unit: "GBP", Kind: "cost", Period: "FY_END_MAR", Source: "table " + m + " (a_file_with_a_very_long_unbroken_name_that_no_line_of_a_telephone_holds.csv.gz)", Licence: "OGL"})
	}
	p.Collaborations = []police.Collaboration{{ID: "pact", Name: "The Pact", ShareKey: "E1:69|E2:31"}, {ID: "wm-war-alliance", Name: "Alliance"}}
	p.Members = []police.Member{{Collaboration: "pact", Force: "E1", Role: "host", From: "2012-10", To: "2020"}, {Collaboration: "pact", Force: "E2", Role: "partner"}}
	p.Events = []police.Event{{Collaboration: "pact", Phase: "entry", Event: "live", Date: "2012-10", Text: "live"}}
	for i := range 12 {
		state := []string{"published", "published", "part", "missing", "late", "revised"}[i%6]
		p.Coverage = append(p.Coverage, police.CoverageRow{Payer: "E1", Month: fmt.Sprintf("2018-%02d", i+1), State: state, Payments: int64(10 - i%3), Pence: 10_000, PenceOnce: 9_000, Redacted: 500, Why: "why"})
	}
	p.Coverage = append(p.Coverage, police.CoverageRow{Payer: "x-home-office", Month: "2018-01", State: "published", Payments: 3, Pence: 99})
	p.Parts = []police.Part{{PartID: 1, SourceFile: "a.csv", SHA256: "abcdef0123456789abcdef", Publisher: "alpha", AmountHead: "Total", Payer: "E1", Status: "current"}}
	p.Ledgers = []police.Ledger{{PartID: 1, RowsRead: 12, Payments: 10, Exclusions: 2, PenceRead: 100_000, PencePayments: 100_000}}
	for i, c := range certainties {
		f := police.Flow{FlowID: int64(i + 1), Payer: "E1", Payee: "E2", PayeeName: "Bravo", PayeeKind: "force", Certainty: c, FinYear: "2018-19", Payments: 2, Pence: 5_000, PenceOnce: 4_000, Months: 12, Reason: "reason " + hostile}
		if c != "unattributed" {
			f.Collaboration = "pact"
		}
		p.Flows = append(p.Flows, f)
	}
	p.Flows = append(p.Flows, police.Flow{FlowID: 9, Payer: "E1", Payee: "x-evil", PayeeName: hostile, PayeeKind: "national_police_body", Certainty: "unattributed", FinYear: "2019-20", Pence: -100, PenceOnce: -100, Payments: 1, Months: 12})
	p.Payees = []police.PayeeLink{{PayeeID: 1, Name: hostile, Published: hostile, Kind: "company", Rule: "as it is"}, {PayeeID: 2, Name: "Jane Placeholder", Published: "Jane Placeholder", Kind: police.Individual}, {PayeeID: 3, Name: "=1+1", Kind: "company"}}
	for i := range 3 {
		p.Payments = append(p.Payments, police.PaymentMonth{Payer: "E1", PayeeID: int64(i + 1), Month: "2018-04", Payments: 1, Pence: 700, PenceOnce: 700})
	}
	p.Headlines = []police.Headline{
		{FindingID: "F2", Rank: 2, Section: "unknown", Text: "What can’t be known.", Value: 0, Lo: nan, Hi: nan, Unit: "collaborations", N: 2, Comparison: "none", Method: "counts"},
		{FindingID: "F1", Rank: 1, Section: "flows", Text: "First " + hostile, Value: 1.5, Lo: 1, Hi: 2, Unit: "£", N: 7, Comparison: "each other", Method: "sum", Warnings: "one | two"},
	}
	for i, f := range p.Forces {
		for _, m := range []string{"net_expenditure", "net_revenue_expenditure"} {
			p.Peers = append(p.Peers, peerRow(f.Code, m, "", "nominal", float64(150+10*i)), peerRow(f.Code, m, "", "real, prices of 2017-18", float64(150+10*i)), peerRow(f.Code, m, "", "real, prices of 2017-18", float64(140+10*i)))
			p.Peers[len(p.Peers)-1].FinYear, p.Peers[len(p.Peers)-1].FindingID = "2014-15", "peer-former-"+string(f.Code)+m
			others := peerRow(f.Code, m, "", "real, prices of 2017-18", float64(150+10*i))
			others.FindingID, others.Population, others.PeerRule = "all-"+string(f.Code)+m, allForces, "all others, "+allForces
			p.PeersAll = append(p.PeersAll, others)
			p.CostPerHead = append(p.CostPerHead, costRow(f.Code, m, "", float64(150+10*i)))
		}
		p.Peers = append(p.Peers, peerRow(f.Code, "gre", "total_excl_national", "nominal", float64(160+200*i)), peerRow(f.Code, "gre", "road_policing", "nominal", 4))
		p.CostPerHead = append(p.CostPerHead, costRow(f.Code, "gre", "total_excl_national", float64(160+i)), costRow(f.Code, "gre", "road_policing", 4))
		p.Measures = append(p.Measures, police.MeasureValue{Force: f.Code, Measure: "crime_severity_score", Year: 2018, Period: "YE_MAR", Value: float64(10 + i)}, police.MeasureValue{Force: f.Code, Measure: "net_expenditure", Year: 2018, Period: "FY_END_MAR", Value: nan})
		p.Efficiency = append(p.Efficiency, police.EfficiencyScore{FindingID: "d1", Force: f.Code, FinYear: "2017-18", Returns: "crs", Score: 0.8, Lo: 0.7, Hi: 1, Peers: "E1", N: 4, Method: "dea"}, police.EfficiencyScore{FindingID: "d2", Force: f.Code, FinYear: "2017-18", Returns: "vrs", Score: 0.9, Lo: 0.7, Hi: 1, N: 4})
	}
	p.Efficiency[1].Score = nan
	p.Functions = []police.FunctionComparison{{FindingID: "fn1", Function: "road_policing", FinYear: "2017-18", Unit: "£ a head", With: "E1 host in pact since 2012|E2 partner", NWith: 2, NWithout: 5, MeanWith: 3, MeanOthers: 4, Difference: -1, Lo: -2, Hi: 0.5, P: 0.2, Warnings: "budget"}}
	p.Associations = []police.Association{
		{FindingID: "a1", Cost: "net_expenditure", Outcome: "crime_severity_score", FinYear: "2017-18", Scope: "across forces", Set: "all forces with both figures", Method: "pearson", N: 37, Estimate: 0.4, Lo: 0.1, Hi: 0.6, P: 0.01, Q: 0.05, Tests: 2},
		{FindingID: "a2", Cost: "gre:total_excl_national", Outcome: "crime_severity_score", FinYear: "2017-18", Scope: "across forces", Set: "without London", Method: "pearson", N: 41, Estimate: 0.3, Lo: -0.1, Hi: 0.5, P: 0.1, Q: 0.1, Tests: 2},
	}
	p.Effects = []police.Effect{effectRow("e1", "primary", police.NoDetectable, "fte_staff_total"), effectRow("e2", "exploratory", police.Exploratory, "fte_officers")}
	cant := effectRow("e3", "exploratory", police.CantBeEstimated, "net_expenditure")
	cant.Estimate, cant.Lo, cant.Hi, cant.Detectable, cant.DetectablePct, cant.Reason = nan, nan, nan, nan, nan, "1 periods before and 2 after, 34 donors; needed 5, 2 and 19"
	p.Effects = append(p.Effects, cant)
	for _, id := range []string{"e1", "e2"} {
		for y := range 6 {
			p.Paths = append(p.Paths, police.EffectPath{FindingID: id, Year: int32(2008 + y), Phase: []string{"before", "before", "before", "left out", "after", "after"}[y], Treated: 100, Comparison: 99, Gap: float64(y) - 2, Lo: -8, Hi: 8})
		}
		p.Sensitivity = append(p.Sensitivity, police.Sensitivity{FindingID: id, Variant: "other donor rule", Estimate: 1, Lo: -5, Hi: 5, P: 0.5}, police.Sensitivity{FindingID: id, Variant: "Alpha alone", Estimate: 1, Lo: -50, Hi: 90, P: 0.9})
	}
	p.Claims = []police.ClaimCheck{
		{ClaimID: "pact-1", Collaboration: "pact", Kind: "saving", Text: "£3m " + hostile, Low: 300_000_000, High: 300_000_000, PerHead: 2, OfSpend: 0.7, MembersPct: -12, PeersPct: -13, DetectablePct: nan, Verdict: "can't be estimated", Reason: "too short"},
		{ClaimID: "pact-2", Collaboration: "pact", Kind: "exit payment", Text: "£1m exit", Low: 100_000_000, PerHead: nan, OfSpend: nan, MembersPct: nan, PeersPct: nan, DetectablePct: nan, Verdict: "no claim of a saving"},
	}
	addPairs(&p)
	addFunnels(&p)
	p.Bounds = []police.Bound{
		{FindingID: "b1", Table: "fact_flow", About: "E1 2018-19", Finding: "payments of Alpha in 2018-19", Missing: "names " + hostile, N: 8, Value: 200, Lo: 160, Hi: 400, Unit: "£", Answer: "could change", Method: "withheld"},
		{FindingID: "b2", Table: "association", About: "a1", Finding: "correlation", Missing: "6 of 43 forces", NMissing: 6, N: 37, Value: 0.4, Lo: -0.1, Hi: 0.7, Unit: "correlation", Answer: "could change", Method: "extremes"},
		{FindingID: "b3", Table: "effect", About: "e1", Finding: "effect", Missing: "4 of 43 forces", N: 39, Value: -2, Lo: -4, Hi: 1, Unit: "% of the level before", Answer: "holds", Method: "variants"},
		{FindingID: "b4", Table: "effect", About: "e3", Finding: "effect", Missing: "4 periods before", NMissing: 4, Value: nan, Lo: nan, Hi: nan, Unit: "%", Answer: "open: nothing bounds it", Method: "periods"},
	}
	for _, s := range []string{"known", "partly known", "unknown"} {
		p.Scorecard = append(p.Scorecard, police.ScorecardRow{Collaboration: "pact", Theme: "purpose", Item: "item " + s, State: s})
	}
	return p
}

// addPairs sets two costs beside three outcomes, one of them a grade.
func addPairs(p *Page) {
	for _, k := range []struct {
		cost, outcome, unit string
		ordinal             bool
	}{{"gre:total_excl_national", "crime_severity_score", "score", false}, {"net_expenditure", "crime_severity_score", "score", false},
		{"net_expenditure", "fatal_collisions", "per 1,000 people", false}, {"net_expenditure", "peel_efficiency", "grade 1 to 4, 4 is outstanding", true}} {
		for i, f := range p.Forces {
			p.Pairs = append(p.Pairs, Pair{Cost: k.cost, Outcome: k.outcome, FinYear: "2017-18", Force: f.Code, PerHead: float64(150 + 10*i), Value: float64(1 + i), Unit: k.unit, OutcomeYear: 2018, Period: "YE_MAR", Ordinal: k.ordinal})
		}
	}
	p.Associations = append(p.Associations, police.Association{FindingID: "a3", Cost: "net_expenditure", Outcome: "peel_efficiency", FinYear: "2017-18", Scope: "across forces", Set: "without London", Method: "spearman", N: 41, Estimate: 0.1, Lo: -0.2, Hi: 0.4, P: 0.5, Q: 0.6, Tests: 2, Warnings: "grades copied by hand"})
}

// addFunnels counts offences of forces of different sizes, with London and without.
func addFunnels(p *Page) {
	for _, population := range []string{allForces, withoutLondon} {
		for i, f := range p.Forces {
			p.Funnels = append(p.Funnels, police.FunnelRow{FindingID: "fu-" + string(f.Code) + population, Force: f.Code, Measure: "recorded_offences", Year: 2018, Period: "2017-18", Population: population, Kind: "poisson", Unit: "offences per 1,000 people",
				Count: 80_000, Denominator: 1e6 / float64(1+i), Against: "people of the mid-year that belongs with it", N: 4, Value: 80 + float64(40*i), Centre: 85, Phi: 3, Lo95: 70, Hi95: 100, Lo998: 60, Hi998: 110, ExactLo95: 80, ExactHi95: 90, Method: "funnel"})
		}
	}
}

// threePayers is the fixture with three forces whose files are held, one body that
// calls itself markup, more bodies than are named, and a pair that nets to a credit.
func threePayers() Page {
	p := fixture()
	p.Network = Network{Drawn: true, Groups: []Group{{"group of 3", "Alpha, Bravo and Charlie: no agreement in this register (36 of many more)"}}}
	add := func(payer police.PayerKey, payee, name string, pounds int64) {
		p.Flows = append(p.Flows, police.Flow{FlowID: int64(100 + len(p.Flows)), Payer: payer, Payee: payee, PayeeName: name, PayeeKind: "force", Certainty: "unattributed", FinYear: "2021-22", Payments: 3, Pence: police.Pence(pounds * 120), PenceOnce: police.Pence(pounds * 100), Months: 12})
	}
	add("E1", "E2", "Bravo", 5_000_000)
	add("E2", "E1", "Alpha", 3_000_000)
	add("E2", "E3", "Charlie", 250_000)
	add("E3", "x-evil", hostile, 90_000)
	add("E3", "E1", "Alpha", -400)
	for i := range 30 {
		add("E1", fmt.Sprintf("x-body-%02d", i), fmt.Sprintf("Body %02d", i), int64(10_000+i))
	}
	return p
}

func peerRow(f police.ForceCode, measure, function, prices string, v float64) police.PeerComparison {
	return police.PeerComparison{FindingID: "peer-" + string(f) + measure + function, Force: f, Measure: measure, Function: function, FinYear: "2017-18", Per: "head", Prices: prices, Value: v, Unit: "£ per head",
		PeerRule: "nearest", Peers: "E1|E2|E3", N: 3, MeanWeighted: 160, MeanSimple: 161, Median: 160, MAD: 10, RobustZ: 0.1, Lo95: 140, Hi95: 180, RankLo: 1, RankHi: 3, RankOf: 4, Difference: 1000, Method: "band", Warnings: "common to all"}
}

func costRow(f police.ForceCode, measure, function string, v float64) police.CostPerHead {
	return police.CostPerHead{FindingID: "cost-" + string(f) + measure + function, Force: f, Measure: measure, Function: function, FinYear: "2017-18", Cost: v * 1000, Population: 1000, PopYear: 2017, Nominal: v, Real: v, BaseYear: "2017-18"}
}

func effectRow(id, role string, v police.Verdict, measure string) police.Effect {
	return police.Effect{FindingID: id, Collaboration: "wm-war-alliance", Phase: "entry", Measure: measure, Role: role, Unit: "FTE", Estimator: "sdid", DonorRule: "all", Estimate: 40, Lo: -400, Hi: 500, Level: 0.95,
		P: "placebo=0.87", PPlacebo: 0.87, Q: math.NaN(), NTreated: 2, NDonors: 37, Placebos: 666, Pre: 5, Post: 5, Detectable: 695, DetectablePct: 29.5, RawMembers: -13.4, RawPeers: -13.5, Verdict: v, Reason: "4 in 5 times"}
}
