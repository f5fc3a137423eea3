package collaboration

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hardyards/internal/police"
	"hardyards/transform/payee"
)

// Row is the sum of a payer's payments to a payee under a category in a month.
type Row struct {
	Payer       police.PayerKey
	PayeeID     int64
	Category    string
	Description string
	Month       string // 2018-04; unknown or empty without a date
	FinYear     police.FinancialYear
	Payments    int64
	Pence       police.Pence
	Once        police.Pence
}

// PayerYear is a payer's financial year.
type PayerYear struct {
	Payer   police.PayerKey
	FinYear police.FinancialYear
}

// MonthsCovered counts, by payer and year, the months in which the payer published
// anything.
func MonthsCovered(cover []police.CoverageRow) map[PayerYear]int32 {
	out := map[PayerYear]int32{}
	seen := map[string]bool{}
	for _, c := range cover {
		d, ok := span(c.Month)
		key := string(c.Payer) + c.Month
		if !ok || c.Payments == 0 || seen[key] {
			continue
		}
		seen[key] = true
		out[PayerYear{c.Payer, police.FinancialYearOf(d.first)}]++
	}
	return out
}

// flowKey is the natural key of a flow.
type flowKey struct {
	payer         police.PayerKey
	payee         string
	collaboration string
	certainty     string
	finYear       police.FinancialYear
}

// draft is a flow while rows are added to it.
type draft struct {
	police.Flow
	reasons map[string]police.Pence // of attributed rows
	kinds   map[string]map[string]police.Pence
	joins   map[string]bool
}

// Flows makes fact_flow: every sum paid to a police body, under the agreement it
// is attributed to. Σ of flows is Σ of the rows whose payee is a force, a national
// police body or another UK force. Rows may come in any order.
func (a *Attributor) Flows(rows []Row, links []police.PayeeLink, months map[PayerYear]int32) ([]police.Flow, error) {
	who := map[int64]*police.PayeeLink{}
	for i := range links {
		if payee.IsPolice(links[i].Kind) {
			who[links[i].PayeeID] = &links[i]
		}
	}
	drafts := map[flowKey]*draft{}
	subjects := map[[2]string]subject{}
	for _, r := range rows {
		l := who[r.PayeeID]
		if l == nil {
			continue
		}
		if err := a.addRow(drafts, subjects, r, l); err != nil {
			return nil, err
		}
	}
	return finish(drafts, months), nil
}

func (a *Attributor) addRow(drafts map[flowKey]*draft, subjects map[[2]string]subject, r Row, l *police.PayeeLink) error {
	at, joins := a.attributeRow(subjects, r, l)
	k := flowKey{r.Payer, payeeKey(l), at.Collaboration, at.Certainty, r.FinYear}
	d := drafts[k]
	if d == nil {
		d = &draft{reasons: map[string]police.Pence{}, kinds: map[string]map[string]police.Pence{}, joins: map[string]bool{}}
		d.Flow = police.Flow{Payer: k.payer, Payee: k.payee, PayeeName: a.payeeName(l), PayeeKind: l.Kind,
			Collaboration: k.collaboration, Certainty: k.certainty, FinYear: k.finYear}
		drafts[k] = d
	}
	d.Payments += r.Payments
	var err error
	if d.Pence, err = d.Pence.Add(r.Pence); err != nil {
		return fmt.Errorf("flow %s to %s: %w", k.payer, k.payee, err)
	}
	if d.PenceOnce, err = d.PenceOnce.Add(r.Once); err != nil {
		return fmt.Errorf("flow %s to %s: %w", k.payer, k.payee, err)
	}
	d.because(at, joins, r)
	return nil
}

// because keeps the evidence of one row.
func (d *draft) because(at Attribution, joins string, r Row) {
	if at.Certainty != Unattributed {
		d.reasons[at.Reason] += r.Pence
		return
	}
	if d.kinds[at.kind] == nil {
		d.kinds[at.kind] = map[string]police.Pence{}
	}
	c := strings.TrimSpace(r.Category)
	if c == "" {
		c = "no category"
	}
	d.kinds[at.kind][c] += r.Pence
	if joins != "" {
		d.joins[joins] = true
	}
}

// attributeRow attributes one row by what payer and payee are.
func (a *Attributor) attributeRow(subjects map[[2]string]subject, r Row, l *police.PayeeLink) (Attribution, string) {
	payer := r.Payer.Force()
	switch {
	case payer == "":
		return Attribution{Certainty: Unattributed, kind: "paid by a body that is no police force: grants and purchases"}, ""
	case l.Kind != payee.Force:
		return Attribution{Certainty: Unattributed, kind: "paid to a body that is no territorial force"}, ""
	}
	key := [2]string{r.Category, r.Description}
	s, ok := subjects[key]
	if !ok {
		s = subjectOf(r.Category, r.Description)
		subjects[key] = s
	}
	at := a.attribute(payer, l.Force, r.Month, r.FinYear, s, r.Category+" "+r.Description)
	if at.Certainty != Unattributed || payer == l.Force {
		return at, ""
	}
	d, dated := period(r.Month, r.FinYear)
	return at, a.joins(payer, l.Force, d, dated)
}

// payeeKey names the payee of a flow: a force's ONS code, else x-<slug>.
func payeeKey(l *police.PayeeLink) string {
	if l.Kind == payee.Force {
		return string(l.Force)
	}
	return "x-" + l.Body
}

func (a *Attributor) payeeName(l *police.PayeeLink) string {
	if l.Kind == payee.Force {
		return a.name(l.Force)
	}
	return l.Name
}

// finish writes out drafts in canonical order.
func finish(drafts map[flowKey]*draft, months map[PayerYear]int32) []police.Flow {
	out := make([]police.Flow, 0, len(drafts))
	for k, d := range drafts {
		f := d.Flow
		f.FlowID = police.Key("flow", string(k.payer), k.payee, k.collaboration, k.certainty, string(k.finYear))
		f.Months = months[PayerYear{k.payer, k.finYear}]
		f.Reason = d.reason()
		out = append(out, f)
	}
	slices.SortFunc(out, compareFlows)
	return out
}

func compareFlows(a, b police.Flow) int {
	return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Payee, b.Payee), cmp.Compare(a.FinYear, b.FinYear),
		cmp.Compare(a.Collaboration, b.Collaboration), cmp.Compare(a.Certainty, b.Certainty))
}

// reason joins the evidence of all rows, most money first.
func (d *draft) reason() string {
	if len(d.kinds) == 0 {
		return strings.Join(byMoney(d.reasons), " | ") + "; a category may describe one line of an invoice, not its sum"
	}
	totals := map[string]police.Pence{}
	for kind, cats := range d.kinds {
		for _, p := range cats {
			totals[kind] += p
		}
	}
	var parts []string
	for _, kind := range byMoney(totals) {
		parts = append(parts, kind+": "+listed(d.kinds[kind], 4))
	}
	parts = append(parts, slices.Sorted(maps.Keys(d.joins))...)
	return strings.Join(parts, " | ")
}

// byMoney gives the keys, largest sum first, credits by size.
func byMoney(m map[string]police.Pence) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(size(m[b]), size(m[a])), cmp.Compare(a, b))
	})
}

// listed names the largest n entries with their sums, and counts the rest.
func listed(m map[string]police.Pence, n int) string {
	keys := byMoney(m)
	var parts []string
	var rest police.Pence
	for i, k := range keys {
		if i < n {
			parts = append(parts, k+" "+m[k].Pounds())
		} else {
			rest += m[k]
		}
	}
	if len(keys) > n {
		parts = append(parts, fmt.Sprintf("%d more %s", len(keys)-n, rest.Pounds()))
	}
	return strings.Join(parts, ", ")
}

func size(p police.Pence) police.Pence {
	if p < 0 {
		return -p
	}
	return p
}

// PairYear is what one payer paid one police body in one financial year.
type PairYear struct {
	Payer   police.PayerKey
	Payee   string // as in a flow
	FinYear police.FinancialYear
}

// ByPairYear sums flows over agreements and certainty, as published: what an
// independent sum over the published sheets must give to the penny.
func ByPairYear(flows []police.Flow) map[PairYear]police.Pence {
	out := map[PairYear]police.Pence{}
	for _, f := range flows {
		out[PairYear{f.Payer, f.Payee, f.FinYear}] += f.Pence
	}
	return out
}
