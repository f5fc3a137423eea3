package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// Manifest is what a snapshot says of itself: manifest.json. It holds no time and
// no path of the machine, so that the same inputs give the same bytes.
type Manifest struct {
	ID       string                `json:"id"`     // set by Publish: a hash of all below
	Totals   []Total               `json:"totals"` // by payer and year, in that order
	Tables   map[string]TableFacts `json:"tables"` // set by Publish
	Ledger   LedgerTotals          `json:"ledger"`
	Inputs   []Input               `json:"inputs"`
	Versions map[string]string     `json:"versions"` // what read and made it: reader, rules, schema
	Findings bool                  `json:"findings"` // false after `run --only lake`
	Guards   []Guard               `json:"guards"`
	Warnings []string              `json:"warnings,omitempty"`

	Files     []FileEntry `json:"files"`     // set by Publish: every Parquet file
	Documents []Document  `json:"documents"` // set by Publish: CSV twins, catalogue, README
}

// Total is what one payer published for one financial year.
type Total struct {
	Payer     police.PayerKey      `json:"payer"`
	FinYear   police.FinancialYear `json:"financial_year"`
	Payments  int64                `json:"payments"`
	Pence     police.Pence         `json:"pence"`
	PenceOnce police.Pence         `json:"pence_once"` // repeated invoice totals counted once
	Lower     police.Pence         `json:"lower"`      // undecided versions and repeats counted once
	Upper     police.Pence         `json:"upper"`      // and as often as they stand
}

// TableFacts sum up a table. Pence is the sum of its column amount, if it has one.
type TableFacts struct {
	Rows  int64        `json:"rows"`
	Pence police.Pence `json:"pence"`
	Files int          `json:"files"`
	Bytes int64        `json:"bytes"`
}

// LedgerTotals account for every record of every input. It balances when rows_read
// = payments + duplicates + superseded + rejections + exclusions.
type LedgerTotals struct {
	RowsRead   int64       `json:"rows_read"`
	Payments   int64       `json:"payments"`
	Rejections int64       `json:"rejections"`
	Exclusions int64       `json:"exclusions"`
	Duplicates int64       `json:"duplicates"`
	Superseded int64       `json:"superseded"`
	Pence      LedgerPence `json:"pence"`
	Balances   bool        `json:"balances"`
}

// LedgerPence is the ledger in money.
type LedgerPence struct {
	Read       police.Pence `json:"read"`
	Payments   police.Pence `json:"payments"`
	Rejections police.Pence `json:"rejections"`
	Exclusions police.Pence `json:"exclusions"`
	Duplicates police.Pence `json:"duplicates"`
	Superseded police.Pence `json:"superseded"`
}

// Input is one thing the snapshot was made from: a published file, or one of the
// tables that say how to read and join (register, overrides, layouts, measures).
type Input struct {
	Kind      string `json:"kind"` // file, register, overrides, measures, …
	Name      string `json:"name"` // as configured: never an absolute path
	SHA256    string `json:"sha256"`
	Publisher string `json:"publisher,omitempty"`
	Fragment  string `json:"fragment,omitempty"`
	Layout    string `json:"layout,omitempty"`
	Status    string `json:"status,omitempty"` // current, duplicate, superseded, withdrawn, undecided, refused
	Note      string `json:"note,omitempty"`   // why
}

// Guard is a check of a run that can stop or colour it.
type Guard struct {
	Name string `json:"name"` // shrink, freshness, volume, rejected, …
	OK   bool   `json:"ok"`
	Code int    `json:"code"` // exit code where not OK
	Text string `json:"text"`
}

// Document is a file of a snapshot that is no Parquet.
type Document struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

func jsonHash(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic("lake: " + err.Error()) // plain structs always marshal
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// complete fills in what follows from the files, and checks what is said against
// them: totals, ledger.
func (m *Manifest) complete(files []FileEntry, docs []Document) error {
	m.Files, m.Documents = files, docs
	m.Tables = tableFacts(files)
	if m.Totals == nil {
		m.Totals = totalsOf(files)
	}
	m.Inputs, m.Guards, m.Totals = nonNil(m.Inputs), nonNil(m.Guards), nonNil(m.Totals)
	if m.Versions == nil {
		m.Versions = map[string]string{}
	}
	slices.SortFunc(m.Totals, compareTotals)
	if err := m.checkMoney(); err != nil {
		return err
	}
	m.ID = m.contentID()
	return nil
}

// contentID is the id of a snapshot of this content. The three documents that name
// the id are left out.
func (m Manifest) contentID() string {
	m.ID = ""
	m.Documents = slices.DeleteFunc(slices.Clone(m.Documents), func(d Document) bool {
		return d.Path == "README.md" || d.Path == "catalog.sql" || d.Path == "datapackage.json"
	})
	return jsonHash(m)[:16]
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func compareTotals(a, b Total) int {
	return strings.Compare(string(a.Payer)+"\x00"+string(a.FinYear), string(b.Payer)+"\x00"+string(b.FinYear))
}

func tableFacts(files []FileEntry) map[string]TableFacts {
	tables := make(map[string]TableFacts)
	for _, e := range files {
		t := tables[e.Table]
		t.Rows += e.Rows
		t.Pence += e.Pence("amount")
		t.Files++
		t.Bytes += e.Bytes
		tables[e.Table] = t
	}
	return tables
}

// totalsOf gives payments and sums by payer and year from the files of payments.
func totalsOf(files []FileEntry) []Total {
	at := make(map[[2]string]*Total)
	for _, e := range files {
		if e.Table != "payments" || e.Rows == 0 {
			continue
		}
		payer, fy := e.PayerYear()
		key := [2]string{string(payer), string(fy)}
		if at[key] == nil {
			at[key] = &Total{Payer: payer, FinYear: fy}
		}
		t := at[key]
		t.Payments += e.Rows
		t.Pence += e.Pence("amount")
		t.PenceOnce += e.Pence("amount_once")
		t.Lower, t.Upper = t.PenceOnce, t.Pence
	}
	var totals []Total
	for _, t := range at {
		totals = append(totals, *t)
	}
	slices.SortFunc(totals, compareTotals)
	return totals
}

// checkMoney compares the totals and the ledger with the files, payer by payer.
func (m *Manifest) checkMoney() error {
	found := totalsOf(m.Files)
	if len(found) != len(m.Totals) {
		return disagree("totals name %d payers and years, the files of payments hold %d", len(m.Totals), len(found))
	}
	for i, t := range m.Totals {
		f := found[i]
		if t.Payer != f.Payer || t.FinYear != f.FinYear || t.Payments != f.Payments || t.Pence != f.Pence || t.PenceOnce != f.PenceOnce {
			return disagree("total of %s %s is %d payments, %v (once %v); the files hold %s %s %d, %v (once %v)",
				t.Payer, t.FinYear, t.Payments, t.Pence, t.PenceOnce, f.Payer, f.FinYear, f.Payments, f.Pence, f.PenceOnce)
		}
	}
	l := m.Ledger
	if !l.Balances || l.RowsRead != l.Payments+l.Duplicates+l.Superseded+l.Rejections+l.Exclusions {
		return disagree("the ledger does not balance: %+v", l)
	}
	if l.Payments != m.Tables["payments"].Rows || l.Pence.Payments != m.Tables["payments"].Pence {
		return disagree("the ledger says %d payments of %v, the files hold %d of %v", l.Payments, l.Pence.Payments,
			m.Tables["payments"].Rows, m.Tables["payments"].Pence)
	}
	return nil
}

// Disagreement is money or rows that two ways of counting find different. Nothing
// is published.
type Disagreement struct {
	Where string
	Text  string
}

func (d *Disagreement) Error() string {
	if d.Where == "" {
		return d.Text
	}
	return d.Where + ": " + d.Text
}

func disagree(format string, args ...any) error {
	return disagreeAt("", format, args...)
}

// disagreeAt gives a Disagreement its exit code.
func disagreeAt(where, format string, args ...any) error {
	return &police.ExitError{Code: police.ExitMoney, Err: &Disagreement{where, fmt.Sprintf(format, args...)},
		Advice: "nothing was published; keep the lake and report this"}
}
