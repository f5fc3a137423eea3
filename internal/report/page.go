package report

import "hardyards/internal/police"

// Page is everything a report is made from. All of it comes from one snapshot, but
// Changes, which compares it with the one before.
type Page struct {
	SnapshotID   string
	SnapshotPath string // relative to the lake: snapshots/<id>
	RunID        string // the run that published it; empty where not known
	Versions     map[string]string
	Inputs       []Input
	Checks       []Check
	Warnings     []string
	Tables       []TableFact
	Ledger       LedgerTotals
	Totals       []Total
	Changes      *Changes // nil: there is no earlier snapshot to compare with

	Forces         []police.Force
	Catalogue      []police.MeasureDef
	Measures       []police.MeasureValue
	Collaborations []police.Collaboration
	Members        []police.Member
	Events         []police.Event

	Headlines    []police.Headline
	Coverage     []police.CoverageRow
	Parts        []police.Part
	Ledgers      []police.Ledger
	Flows        []police.Flow
	Payees       []police.PayeeLink
	Payments     []police.PaymentMonth // of the force of a force's page
	CostPerHead  []police.CostPerHead
	Peers        []police.PeerComparison
	PeersAll     []police.PeerComparison // beside all other forces
	Funnels      []police.FunnelRow
	Bounds       []police.Bound // what missing data could do
	Functions    []police.FunctionComparison
	Associations []police.Association
	Effects      []police.Effect
	Paths        []police.EffectPath
	Sensitivity  []police.Sensitivity
	Efficiency   []police.EfficiencyScore
	Claims       []police.ClaimCheck
	Scorecard    []police.ScorecardRow

	Network  Network
	National string // why no national figure is given, or what it is
	Shares   []Share
	Pairs    []Pair // the dots behind associations

	Corrections string // the publisher's line on corrections; empty: none were made
	Asked       string // whether forces were asked for comment; empty: they weren't
}

// Pair is one force's cost and outcome in one year, as an association took them.
type Pair struct {
	Cost, Outcome string // as in the table association
	FinYear       string
	Force         police.ForceCode
	PerHead       float64 // cost, pounds a head, nominal
	Value         float64 // outcome, in Unit
	Unit          string
	OutcomeYear   int32
	Period        string // what OutcomeYear means
	Ordinal       bool   // Value is a grade
}

// Input is one file or table that the snapshot was made from.
type Input struct{ Kind, Name, SHA256, Publisher, Layout, Status, Note string }

// Check is a guard of the run: freshness, volume, shrink.
type Check struct {
	Name string
	OK   bool
	Text string
}

// TableFact is a table of the snapshot.
type TableFact struct {
	Name string
	Rows int64
	Mart bool // has a flat file marts/<name>.parquet and .csv
}

// LedgerTotals is the ledger of the whole snapshot, in rows and in pence. It balances
// when read = payments + rejections + exclusions + duplicates + superseded.
type LedgerTotals struct {
	Rows, Pence Account
	Balances    bool
}

// Account is one side of the ledger.
type Account struct {
	Read, Payments, Rejections, Exclusions, Duplicates, Superseded int64
}

// Total is what one payer published for one financial year: as published, counting
// repeated invoice totals once, and the bounds where versions are undecided.
type Total struct {
	Payer        police.PayerKey
	FinYear      police.FinancialYear
	Payments     int64
	Pence        police.Pence
	PenceOnce    police.Pence
	Lower, Upper police.Pence
}

// Changes is what changed from the former snapshot, and why.
type Changes struct {
	From   string // id of the former snapshot
	Causes []Change
	Totals []TotalChange
	Tables []TableChange
}

// Change is one cause of a difference.
type Change struct{ Kind, Name, Was, Is, Why string }

// TotalChange is a payer's year that differs.
type TotalChange struct {
	Payer   police.PayerKey
	FinYear police.FinancialYear
	Rows    int64
	Pence   police.Pence
}

// TableChange is a table that differs.
type TableChange struct {
	Table         string
	RowsWas, Rows int64
	Why           string
}

// Network is the payments between forces seen as groups, from three payers on.
type Network struct {
	Drawn  bool
	Why    string // why it isn't drawn
	Groups []Group
}

// Group is a set of forces that pay each other, in words that say whether the
// register knows them.
type Group struct{ Shape, Words string }

// Share is what a partner paid beside what the agreed key would ask of it; Why says
// why there is nothing to compare.
type Share struct {
	Collaboration string
	FinYear       police.FinancialYear
	Force         police.ForceCode
	KeyPct        float64
	Paid, ByKey   police.Pence
	Gap           police.Pence
	Why           string
}
