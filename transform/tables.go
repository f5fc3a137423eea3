package transform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform/payee"
)

// writePaymentMonths writes payment_month and, of the categories met, dim_category,
// payer by payer, merged from the fragments' sorted rollups.
func writePaymentMonths(ctx context.Context, b *lake.Building, sources []*source) error {
	of := map[police.PayerKey][]*source{}
	for _, s := range sources {
		for _, p := range s.payers() {
			of[p] = append(of[p], s)
		}
	}
	months := monthWriter{keys: map[string]int64{"": police.KeyUnknown}}
	var failed error
	err := lake.WriteMartBatches(b, "payment_month", func(yield func([]police.PaymentMonth) bool) {
		months.yield = yield
		for _, payer := range sortedOf(of) {
			if failed = cmp.Or(ctx.Err(), mergeRollups(payer, of[payer], months.add)); failed != nil {
				return
			}
		}
		months.flush()
	})
	if err := cmp.Or(failed, err); err != nil {
		return err
	}
	rows, err := categories(months.keys)
	if err != nil {
		return err
	}
	return lake.WriteMart(b, "dim_category", rows)
}

// monthsBatch is the number of rows of payment_month written at a time.
const monthsBatch = 8192

// monthWriter turns rollups, in order, into rows of payment_month.
type monthWriter struct {
	keys  map[string]int64 // of categories, all that were met
	yield func([]police.PaymentMonth) bool
	rows  []police.PaymentMonth
}

func (w *monthWriter) add(r Rollup) bool {
	key, ok := w.keys[r.Category]
	if !ok {
		key = categoryKey(r.Category)
		w.keys[r.Category] = key
	}
	w.rows = append(w.rows, police.PaymentMonth{Payer: r.Payer, PayeeID: r.PayeeID, CategoryID: key, Month: monthName(r.Month),
		FinYear: r.FinYear, Payments: r.Rows, Pence: r.Pence, PenceOnce: r.Once})
	return len(w.rows) < monthsBatch || w.flush()
}

func (w *monthWriter) flush() bool {
	if len(w.rows) == 0 {
		return true
	}
	more := w.yield(w.rows)
	w.rows = w.rows[:0]
	return more
}

func sortedOf[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// categoryKey is the key of a category; 0 where the row has none.
func categoryKey(category string) int64 {
	if category == "" {
		return police.KeyUnknown
	}
	return police.Key("category", category)
}

// categories makes dim_category; a collision of keys is an error.
func categories(keys map[string]int64) ([]police.Category, error) {
	seen := map[int64]string{}
	var out []police.Category
	for _, name := range sortedKeys(keys) {
		k := keys[name]
		if other, ok := seen[k]; ok {
			return nil, fmt.Errorf("categories %q and %q have one key %d", other, name, k)
		}
		seen[k] = name
		out = append(out, police.Category{CategoryID: k, Category: name})
	}
	slices.SortFunc(out, func(a, b police.Category) int { return cmp.Compare(a.CategoryID, b.CategoryID) })
	return out, nil
}

// payeeNames lists the spellings in use with what was paid to them.
func payeeNames(sources []*source) ([]payee.Name, error) {
	type spelling struct{ name, redaction string }
	at := map[spelling]*payee.Name{}
	for _, s := range sources {
		sum, err := s.whole()
		if err != nil {
			return nil, err
		}
		for _, u := range sum.Payees {
			k := spelling{u.Payee, u.Redaction}
			n := at[k]
			if n == nil {
				n = &payee.Name{Published: u.Payee, Redaction: u.Redaction}
				at[k] = n
			}
			n.Payments += u.Rows
			n.Pence += u.Pence
		}
	}
	out := make([]payee.Name, 0, len(at))
	for _, n := range at {
		out = append(out, *n)
	}
	slices.SortFunc(out, func(a, b payee.Name) int {
		return cmp.Or(cmp.Compare(a.Published, b.Published), cmp.Compare(a.Redaction, b.Redaction))
	})
	return out, nil
}

// Days that dim_date may hold; dates outside are typing errors of a publisher, that
// must not make it a table of centuries.
const firstYear, lastYear = 1990, 2100

// days makes dim_date: all days of the calendar years in which anything was paid.
func days(months []int32) []police.Day {
	lo, hi := 0, 0
	for _, m := range months {
		if y := int(m / 12); y >= firstYear && y <= lastYear {
			if lo == 0 || y < lo {
				lo = y
			}
			hi = max(hi, y)
		}
	}
	var out []police.Day
	if lo == 0 {
		return out
	}
	first, _ := police.DateOf(lo, 1, 1)
	last, _ := police.DateOf(hi, 12, 31)
	for d := first; d <= last; d++ {
		out = append(out, dayOf(d))
	}
	return out
}

func dayOf(d police.Date) police.Day {
	y, m, _ := d.Civil()
	return police.Day{Date: d, Year: int32(y), Month: monthName(monthOf(d)), Quarter: fmt.Sprintf("%04d-Q%d", y, (m-1)/3+1),
		FinYear: police.FinancialYearOf(d), FinMonth: int32((m+8)%12 + 1)}
}

func compareMeasures(a, b police.MeasureValue) int {
	return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Force, b.Force),
		cmp.Compare(a.Year, b.Year), cmp.Compare(a.Period, b.Period), cmp.Compare(a.Source, b.Source),
		cmp.Compare(a.PartID, b.PartID), cmp.Compare(a.Line, b.Line), cmp.Compare(a.ValueText, b.ValueText))
}

// writeTables writes every dimension and fact; it is the list of what a snapshot
// holds besides payments, superseded, rejections and what writePaymentMonths makes.
func writeTables(b *lake.Building, t *Tables) error {
	writes := []func() error{
		func() error { return addBulk(b, "parts", t.Parts) },
		func() error { return addBulk(b, "ledger", t.Ledger) },
		func() error { return lake.WriteMart(b, "dim_force", t.Forces) },
		func() error { return lake.WriteMart(b, "dim_payee", t.Payees) },
		func() error { return lake.WriteMart(b, "dim_part", t.Parts) },
		func() error { return lake.WriteMart(b, "dim_collaboration", t.Collaborations) },
		func() error { return lake.WriteMart(b, "dim_member", t.Members) },
		func() error { return lake.WriteMart(b, "dim_event", t.Events) },
		func() error { return lake.WriteMart(b, "dim_claim", t.Claims) },
		func() error { return lake.WriteMart(b, "dim_date", t.Days) },
		func() error { return lake.WriteMart(b, "fact_flow", t.Flows) },
		func() error { return lake.WriteMart(b, "fact_ledger", t.Ledger) },
		func() error { return lake.WriteMart(b, "coverage", t.Coverage) },
		func() error { return writeMeasures(b, t) },
	}
	for _, w := range writes {
		if err := w(); err != nil {
			return err
		}
	}
	return nil
}

// writeMeasures writes the tables of measures, or links those of the base where they
// are made of the same.
func writeMeasures(b *lake.Building, t *Tables) error {
	if t.sameMeasures(b.Base()) {
		for _, table := range measureTables {
			if err := b.LinkTable(table); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.Join(
		addBulk(b, "measures", t.Measures),
		lake.WriteMart(b, "measure_revision", t.Revisions),
		lake.WriteMart(b, "dim_measure", t.Catalogue),
		lake.WriteMart(b, "fact_measure", t.Measures))
}

var measureTables = []string{"measures", "measure_revision", "dim_measure", "fact_measure"}

// measuresVersion is the key, among the manifest's versions, of what the tables of
// measures were made from.
const measuresVersion = "measures"

// measureRules names what the tables of measures are made from: "" where files yield
// values too, which are then joined anew.
func measureRules(reference []lake.Input, sources []*source) string {
	for _, s := range sources {
		if _, _, ok := s.frag.Side("measures"); ok {
			return ""
		}
	}
	rules := []string{Version}
	for _, r := range reference {
		if r.Kind == "forces" || r.Kind == "measures" {
			rules = append(rules, r.SHA256)
		}
	}
	return hashOf(rules)
}

// sameMeasures reports whether the base's tables of measures are made of the same.
func (t *Tables) sameMeasures(base *lake.Snapshot) bool {
	return base != nil && t.MeasureRules != "" && base.Manifest().Versions[measuresVersion] == t.MeasureRules
}

func addBulk[T any](b *lake.Building, table string, rows []T) error {
	_, err := lake.AddTable(b, table, table, rows)
	return err
}

// Tables are the small tables of a snapshot.
type Tables struct {
	Forces         []police.Force
	Payees         []police.PayeeLink
	PayeeRules     string // fingerprint of what decided them
	Parts          []police.Part
	Collaborations []police.Collaboration
	Members        []police.Member
	Events         []police.Event
	Claims         []police.Claim
	Catalogue      []police.MeasureDef
	MeasureRules   string // what Catalogue, Measures and Revisions are made from
	Days           []police.Day
	Flows          []police.Flow
	Measures       []police.MeasureValue
	Revisions      []police.MeasureRevision
	Ledger         []police.Ledger
	Coverage       []police.CoverageRow
}
