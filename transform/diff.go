package transform

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// Kinds of Change.
const (
	NewFile       = "new file"
	RevisedFile   = "revised file"
	WithdrawnFile = "withdrawn"
	RemovedFile   = "removed"
	ReadAgain     = "read again"
	StatusChanged = "status"
	ReferenceEdit = "reference" // register, overrides, bodies, forces, measures
	RulesChanged  = "rules"     // a version of the code
)

// Change is one cause of a difference between two snapshots.
type Change struct {
	Kind string `json:"kind"`
	Name string `json:"name"` // file, reference table or version
	Was  string `json:"was,omitempty"`
	Is   string `json:"is,omitempty"`
	Why  string `json:"why,omitempty"`
}

// PartChange is what a change did to one part in one payer's year.
type PartChange struct {
	Payer   police.PayerKey      `json:"payer"`
	FinYear police.FinancialYear `json:"financial_year"`
	File    string               `json:"file"`
	Sheet   string               `json:"sheet,omitempty"`
	Kind    string               `json:"kind"`
	Rows    int64                `json:"payments_delta"`
	Pence   police.Pence         `json:"pence_delta"`
	Why     string               `json:"why,omitempty"`
}

// TableChange is a table that differs.
type TableChange struct {
	Table   string `json:"table"`
	RowsWas int64  `json:"rows_before"`
	Rows    int64  `json:"rows"`
	Why     string `json:"why"`
}

// Difference explains two snapshots: Σ Parts of a payer's year is its delta in
// Totals.
type Difference struct {
	From   string        `json:"from"`
	To     string        `json:"to"`
	Causes []Change      `json:"causes"`
	Totals []Delta       `json:"totals"`
	Parts  []PartChange  `json:"parts"`
	Tables []TableChange `json:"tables"`
}

// Diff says what changed from a to b and why. Only the payments of partitions whose
// files differ are read, and of them two columns.
func Diff(ctx context.Context, a, b *lake.Snapshot) (Difference, error) {
	was, now := a.Manifest(), b.Manifest()
	d := Difference{From: was.ID, To: now.ID, Causes: changedInputs(was, now), Totals: deltas(was.Totals, now.Totals)}
	parts, err := changedParts(ctx, a, b)
	if err != nil {
		return d, err
	}
	d.Parts = parts
	d.Tables = changedTables(was, now, d)
	return d, nil
}

// changedInputs compares what two snapshots are made from.
func changedInputs(was, now lake.Manifest) []Change {
	type id struct{ kind, name, sha string }
	before, paths := map[id]lake.Input{}, map[string]bool{}
	for _, i := range was.Inputs {
		before[id{i.Kind, i.Name, i.SHA256}] = i
		paths[i.Name] = paths[i.Name] || i.Kind == "file"
	}
	var out []Change
	seen := map[id]bool{}
	for _, i := range now.Inputs {
		k := id{i.Kind, i.Name, i.SHA256}
		seen[k] = true
		if o, ok := before[k]; !ok || o.Status != i.Status || o.Fragment != i.Fragment {
			if c, ok := changeOf(o, i, ok, paths[i.Name]); ok {
				out = append(out, c)
			}
		}
	}
	for _, i := range was.Inputs {
		if k := (id{i.Kind, i.Name, i.SHA256}); !seen[k] && i.Kind == "file" {
			out = append(out, Change{Kind: RemovedFile, Name: i.Name, Was: i.Status, Why: "no longer among the inputs"})
		}
	}
	for _, v := range sortedKeys(now.Versions) {
		if o := was.Versions[v]; v != inputsVersion && len(was.Versions) > 0 && o != now.Versions[v] {
			out = append(out, Change{Kind: RulesChanged, Name: v, Was: o, Is: now.Versions[v]})
		}
	}
	return out
}

func changeOf(o, i lake.Input, known, pathKnown bool) (Change, bool) {
	c := Change{Name: i.Name, Was: o.Status, Is: i.Status, Why: i.Note}
	switch {
	case i.Kind != "file":
		c.Kind, c.Is = ReferenceEdit, i.SHA256[:min(8, len(i.SHA256))]
	case !known && pathKnown:
		c.Kind = RevisedFile
	case !known:
		c.Kind = NewFile
	case o.Fragment != i.Fragment:
		c.Kind, c.Why = ReadAgain, "layout "+i.Layout+", was "+o.Layout
	case i.Status == statusWithdrawn:
		c.Kind = WithdrawnFile
	default:
		c.Kind = StatusChanged
	}
	return c, true
}

// partSums are rows and pence by part in one partition.
type partSums map[int64]*Delta

func changedParts(ctx context.Context, a, b *lake.Snapshot) ([]PartChange, error) {
	x := explainer{}
	var err error
	if x.was, err = partsOf(a); err != nil {
		return nil, err
	}
	if x.now, err = partsOf(b); err != nil {
		return nil, err
	}
	x.index()
	var out []PartChange
	for _, at := range differingPartitions(a, b) {
		sums := partSums{}
		if err := sums.add(ctx, a, at, -1); err != nil {
			return nil, err
		}
		if err := sums.add(ctx, b, at, 1); err != nil {
			return nil, err
		}
		for _, id := range sortedOf(sums) {
			if s := sums[id]; s.RowsDelta != 0 || s.PenceDelta != 0 {
				out = append(out, x.explain(at, id, *s))
			}
		}
	}
	return out, nil
}

func partsOf(s *lake.Snapshot) (map[int64]police.Part, error) {
	rows, err := lake.ReadAll[police.Part](s, "parts")
	if err != nil {
		return nil, err
	}
	out := make(map[int64]police.Part, len(rows))
	for _, p := range rows {
		out[p.PartID] = p
	}
	return out, nil
}

// differingPartitions lists the payers' years whose files of payments differ.
func differingPartitions(a, b *lake.Snapshot) []partition {
	files := map[string]int{}
	at := map[string]partition{}
	for i, s := range []*lake.Snapshot{a, b} {
		for _, e := range s.Files("payments") {
			k := e.Path + " " + e.SHA256
			payer, fy := e.PayerYear()
			files[k] += 1 << i
			at[k] = partition{payer, fy}
		}
	}
	seen := map[partition]bool{}
	var out []partition
	for k, n := range files {
		if n != 3 && !seen[at[k]] {
			seen[at[k]] = true
			out = append(out, at[k])
		}
	}
	slices.SortFunc(out, comparePartitions)
	return out
}

func (s partSums) add(ctx context.Context, from *lake.Snapshot, at partition, sign int64) error {
	filter := lake.Filter{Payers: []police.PayerKey{at.payer}, Years: []police.FinancialYear{at.year}, Columns: []string{"part_id", "amount"}}
	return from.ScanPayments(ctx, filter, func(rows []police.Payment) error {
		for i := range rows {
			d := s[rows[i].PartID]
			if d == nil {
				d = &Delta{}
				s[rows[i].PartID] = d
			}
			d.RowsDelta += sign
			d.PenceDelta += police.Pence(sign) * rows[i].Amount
		}
		return nil
	})
}

// explainer knows the parts of both snapshots.
type explainer struct {
	was, now         map[int64]police.Part
	files            map[string]bool    // files of the former
	readWas, readNow map[[2]string]bool // bytes and sheet
}

func (x *explainer) index() {
	x.files, x.readWas, x.readNow = map[string]bool{}, map[[2]string]bool{}, map[[2]string]bool{}
	for _, p := range x.was {
		x.files[p.SourceFile] = true
		x.readWas[[2]string{p.SHA256, p.Sheet}] = true
	}
	for _, p := range x.now {
		x.readNow[[2]string{p.SHA256, p.Sheet}] = true
	}
}

func (x *explainer) explain(at partition, id int64, d Delta) PartChange {
	o, before := x.was[id]
	p, after := x.now[id]
	c := PartChange{Payer: at.payer, FinYear: at.year, Rows: d.RowsDelta, Pence: d.PenceDelta}
	switch {
	case before && after:
		c.Kind, c.Why = StatusChanged, cmp.Or(p.StatusWhy, o.StatusWhy)
		if p.Status != o.Status {
			c.Why = o.Status + " → " + p.Status + ": " + c.Why
		}
	case after && x.readWas[[2]string{p.SHA256, p.Sheet}]:
		c.Kind, c.Why = ReadAgain, "read by "+p.Layout
	case after && x.files[p.SourceFile]:
		c.Kind, c.Why = RevisedFile, p.StatusWhy
	case after:
		c.Kind, c.Why = NewFile, p.StatusWhy
	case x.readNow[[2]string{o.SHA256, o.Sheet}]:
		c.Kind, c.Why = ReadAgain, "its former reading, by "+o.Layout
	default:
		c.Kind, c.Why = RemovedFile, "no longer among the inputs"
	}
	if !after {
		p = o
	}
	c.File, c.Sheet = p.SourceFile, p.Sheet
	return c
}

// changedTables lists the tables that differ, each with the kinds of input that can
// be the reason.
func changedTables(was, now lake.Manifest, d Difference) []TableChange {
	hashes := func(m lake.Manifest) map[string]string {
		out := map[string]string{}
		for _, f := range m.Files {
			out[f.Table] += f.Path + f.SHA256
		}
		return out
	}
	before, after := hashes(was), hashes(now)
	var out []TableChange
	for _, table := range sortedKeys(after) {
		if before[table] != after[table] {
			out = append(out, TableChange{Table: table, RowsWas: was.Tables[table].Rows, Rows: now.Tables[table].Rows, Why: reasonFor(table, d.Causes)})
		}
	}
	return out
}

// dependsOn says which reference data a table is made from besides payments; what
// is absent here (marts of findings among them) depends on all of it.
func dependsOn(table string) []string {
	switch table {
	case "payments", "superseded", "rejections", "parts", "ledger", "dim_part", "fact_ledger", "coverage", "payment_month", "dim_category", "dim_date":
		return []string{}
	case "dim_force":
		return []string{"forces"}
	case "dim_payee":
		return []string{"forces", "bodies and aliases", "overrides"}
	case "measures", "fact_measure", "dim_measure":
		return []string{"measures"}
	case "dim_collaboration", "dim_member", "dim_event", "dim_claim":
		return []string{"register"}
	}
	return []string{"forces", "bodies and aliases", "overrides", "register", "measures"}
}

func reasonFor(table string, causes []Change) string {
	files, rules := 0, 0
	var refs []string
	for _, c := range causes {
		switch {
		case c.Kind == ReferenceEdit && slices.Contains(dependsOn(table), c.Name):
			refs = append(refs, c.Name)
		case c.Kind == RulesChanged:
			rules++
		case c.Kind != ReferenceEdit:
			files++
		}
	}
	why := ""
	add := func(s string) {
		if why != "" {
			why += ", "
		}
		why += s
	}
	if files > 0 {
		add(fmt.Sprintf("%d changes of files", files))
	}
	for _, r := range refs {
		add(r + " edited")
	}
	if rules > 0 {
		add("rules changed")
	}
	return cmp.Or(why, "unexplained")
}
