package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// Explanation is how a file was understood, in the form other programs rely on.
type Explanation struct {
	File       string            `json:"file"`
	SHA256     string            `json:"sha256"`
	Bytes      int64             `json:"bytes"`
	Container  string            `json:"container"`
	Parts      []PartExplanation `json:"parts"`
	Ledger     LedgerState       `json:"ledger"`
	Refused    *string           `json:"refused"`
	Advice     string            `json:"advice,omitempty"`
	Confidence float64           `json:"confidence"`
	Payer      string            `json:"payer,omitempty"`
	PayerWhy   string            `json:"payer_why,omitempty"`
	Warnings   []string          `json:"warnings,omitempty"`
}

// LedgerState says whether nothing is missing and nothing was made up.
type LedgerState struct {
	Balances bool `json:"balances"`
}

// PartExplanation is the same for one part.
type PartExplanation struct {
	Name        string             `json:"name"`
	Encoding    string             `json:"encoding"`
	Delimiter   string             `json:"delimiter"`
	HeaderLine  int32              `json:"header_line"`
	Layout      string             `json:"layout"`
	Columns     []ColumnRole       `json:"columns"`
	DateStyle   string             `json:"date_style"`
	AmountBasis police.AmountBasis `json:"amount_basis"`
	Rows        RowCounts          `json:"rows"`
	Pence       PenceSums          `json:"pence"`
	Rejections  map[string]int     `json:"rejections"`
	Exclusions  map[string]int     `json:"exclusions"`
	Warnings    []string           `json:"warnings"`
	Refused     string             `json:"refused,omitempty"`
	Period      string             `json:"period,omitempty"`
	Confidence  float64            `json:"confidence"`
	PenceOnce   police.Pence       `json:"pence_once"`
	Outside     int                `json:"dates_outside_period"`
	Evidence    []string           `json:"evidence,omitempty"`
	Quote       string             `json:"quote,omitempty"`
	LineEnds    string             `json:"line_ends,omitempty"`
	Values      int                `json:"values,omitempty"` // of measures
}

// ColumnRole is a column and what it was taken for.
type ColumnRole struct {
	Index  int    `json:"index"`
	Header string `json:"header"`
	Role   string `json:"role"`
	Why    string `json:"why"`
}

// RowCounts are records; PenceSums amounts in pence.
type RowCounts struct {
	Read       int64 `json:"read"`
	Payments   int64 `json:"payments"`
	Rejections int64 `json:"rejections"`
	Exclusions int64 `json:"exclusions"`
	Measures   int64 `json:"measures,omitempty"` // rows that gave values of measures
}

// PenceSums are the sums of amounts, in pence, of rows where one could be read.
type PenceSums struct {
	Payments   int64 `json:"payments"`
	Rejections int64 `json:"rejections"`
	Exclusions int64 `json:"exclusions"`
}

func (r *reading) explanation() Explanation {
	e := Explanation{File: r.in.Name, SHA256: r.file.SHA256, Bytes: r.file.Bytes, Container: r.file.Container,
		Parts: []PartExplanation{}, Warnings: r.file.Warnings, Advice: r.advice}
	e.Ledger.Balances = true
	if r.refused != "" {
		e.Refused = &r.refused
	}
	e.Confidence = 1
	states := map[*plan]bool{}
	if r.fr != nil {
		e.Payer, e.PayerWhy = string(r.fr.payers.key), r.fr.payers.why
		if r.fr.payers.unsure && r.refused == "" {
			e.Warnings = append(slices.Clone(e.Warnings), "nothing says who published this file: give --publisher")
		}
		for _, st := range r.fr.parts {
			i := r.indexOf(st)
			e.Parts = append(e.Parts, r.explainPart(i, st.plan, st))
			states[r.plans[i]] = true
			e.Ledger.Balances = e.Ledger.Balances && st.lines.Balances()
		}
	}
	for i, p := range r.plans {
		if !states[p] {
			e.Parts = append(e.Parts, r.explainPart(i, p, nil))
		}
		if p.refused == "" || r.refused != "" {
			e.Confidence = min(e.Confidence, p.confidence)
		}
	}
	return e
}

// indexOf finds the source part that a part was read from.
func (r *reading) indexOf(st *partState) int {
	for i, p := range r.plans {
		if p == st.plan {
			return i
		}
	}
	for i, p := range r.plans {
		if p.layout != nil && p.layout == st.plan.layout {
			return i
		}
	}
	return 0
}

func (r *reading) explainPart(i int, p *plan, st *partState) PartExplanation {
	ev := r.file.Parts[i].Evidence()
	x := PartExplanation{
		Name: r.file.Parts[i].Name(), Encoding: ev.Encoding, Delimiter: ev.Delimiter, Quote: ev.Quote, LineEnds: ev.LineEnds,
		HeaderLine: p.header.first, Layout: p.reading(), Columns: p.explainColumns(), AmountBasis: p.basis,
		Rejections: map[string]int{}, Exclusions: map[string]int{}, Period: p.period.Text, Confidence: p.confidence,
		Evidence: append(append([]string{}, ev.Notes...), p.notes...), Warnings: append([]string{}, ev.Warnings...), Refused: p.refused,
	}
	if st == nil {
		if p.nil_ {
			x.Refused = ""
			x.Warnings = append(x.Warnings, "a nil return: the publisher says that there were no payments")
		}
		x.Warnings = append(x.Warnings, p.warnings...)
		return x
	}
	if st.sheet != "" && st.sheet != x.Name {
		x.Name = st.file + " " + st.sheet
	} else if r.in.Name != st.file {
		x.Name = strings.TrimSpace(st.file + " " + st.sheet)
	}
	x.HeaderLine = st.headLine
	x.DateStyle, _ = st.dates.style(st.order)
	x.Rows = RowCounts{Read: st.lines.RowsRead, Payments: st.lines.Payments, Rejections: st.lines.Rejections, Exclusions: st.lines.Exclusions}
	x.Pence = PenceSums{int64(st.lines.PencePayments), int64(st.lines.PenceRejections), int64(st.lines.PenceExclusions)}
	maps.Copy(x.Rejections, st.rejections)
	maps.Copy(x.Exclusions, st.exclusions)
	x.PenceOnce, x.Outside = st.once, st.outside
	x.Warnings = append(x.Warnings, st.allWarnings()...)
	return x
}

// allWarnings is what a user must know of the part's reading.
func (st *partState) allWarnings() []string {
	w := append(slices.Clone(st.plan.warnings), st.warnings...)
	_, more := st.dates.order(st.period, st.plan.layout)
	w = append(w, more...)
	if _, others := st.dates.style(st.order); len(others) > 0 {
		w = append(w, "dates are written in other ways too: "+strings.Join(others, ", "))
	}
	if st.outside > 0 {
		w = append(w, fmt.Sprintf("%d dates lie more than a year outside %s, the period it is of", st.outside, st.period.Text))
	}
	if st.oddTotals > 0 {
		w = append(w, fmt.Sprintf("%d rows excluded as totals equal no sum of the rows above", st.oddTotals))
	}
	if st.wordless > 0 {
		w = append(w, fmt.Sprintf("%d payments are to a payee without a letter, first on line %d: a number in place of a name, or shifted cells", st.wordless, st.wordlessAt))
	}
	if st.noise > 0 {
		w = append(w, fmt.Sprintf("%d amounts carry noise of binary numbers (1428.6399999999999): read as the penny they stand for", st.noise))
	}
	if d := st.plan.col(RoleDate); d < 0 && st.lines.Payments > 0 {
		w = append(w, "no column of dates: dated by "+datedText(st))
	} else if n := st.undatedRows(); n > 0 {
		w = append(w, fmt.Sprintf("%d rows have no date of their own: dated by %s", n, datedText(st)))
	}
	return w
}

func datedText(st *partState) string {
	if st.basis == byNone {
		return "nothing"
	}
	return fmt.Sprintf("the %s (%s)", basisNames[st.basis], st.period.Text)
}

func (st *partState) undatedRows() (n int) {
	for i := range st.dates.entries {
		if e := &st.dates.entries[i]; e.state == dateAbsent {
			n += int(e.rows)
		}
	}
	return n
}

func (p *plan) explainColumns() []ColumnRole {
	n := len(p.header.cells)
	if !p.headed {
		n = p.width
	}
	out := []ColumnRole{}
	for i := range n {
		c := ColumnRole{Index: i, Header: p.heading(i), Role: NoRole.String()}
		for _, have := range p.columns {
			if have.index == i {
				c.Role, c.Why = have.role.String(), have.why
			}
		}
		out = append(out, c)
	}
	return out
}

// countsText lists counted reasons: 12 × no amount, 3 × blank.
func countsText(m map[string]int) string {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		if m[a] != m[b] {
			return m[b] - m[a]
		}
		return strings.Compare(a, b)
	})
	var parts []string
	for _, k := range keys {
		parts = append(parts, fmt.Sprintf("%d × %s", m[k], k))
	}
	return strings.Join(parts, ", ")
}
