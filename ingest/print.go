package ingest

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// Print writes an explanation for people.
func (e Explanation) Print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s   %s, %d bytes, SHA-256 %s\n", e.File, e.Container, e.Bytes, cut(e.SHA256, 16))
	if e.Refused != nil {
		fmt.Fprintf(&b, "REFUSED: %s\n", *e.Refused)
		if e.Advice != "" {
			fmt.Fprintf(&b, "  what to do: %s\n", e.Advice)
		}
	} else {
		fmt.Fprintf(&b, "understood, confidence %.2f; %s\n", e.Confidence, e.yields())
	}
	for _, warning := range e.Warnings {
		fmt.Fprintf(&b, "  ! %s\n", warning)
	}
	for i := range e.Parts {
		e.Parts[i].print(&b)
	}
	if e.Refused == nil {
		state := "balances: a second, independent count finds the same records and the same pence"
		if !e.Ledger.Balances {
			state = "DOES NOT BALANCE"
		}
		fmt.Fprintf(&b, "ledger %s\n", state)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// yields says what the file gives: payments of a payer, or measures.
func (e *Explanation) yields() string {
	for i := range e.Parts {
		if e.Parts[i].ofMeasures() {
			return "measures, no payments"
		}
	}
	return fmt.Sprintf("payer %s (%s)", e.Payer, e.PayerWhy)
}

func (p *PartExplanation) ofMeasures() bool { return p.Rows.Measures > 0 || p.Values > 0 }

func basisText(p *PartExplanation) string {
	if p.ofMeasures() {
		return ""
	}
	return string(p.AmountBasis)
}

func (p *PartExplanation) print(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s\n", p.Name)
	how := []string{}
	for _, h := range []struct{ what, value string }{{"encoding", p.Encoding}, {"delimiter", visible(p.Delimiter)}, {"quotes", p.Quote}, {"line ends", p.LineEnds},
		{"dates", p.DateStyle}, {"amounts", basisText(p)}, {"period", p.Period}, {"layout", p.Layout}} {
		if h.value != "" {
			how = append(how, h.what+" "+h.value)
		}
	}
	head := "no header"
	if p.HeaderLine > 0 {
		head = fmt.Sprintf("header in line %d", p.HeaderLine)
	}
	fmt.Fprintf(b, "  %s; %s\n", head, strings.Join(how, ", "))
	if p.Refused != "" {
		fmt.Fprintf(b, "  not read: %s\n", p.Refused)
	}
	for _, c := range p.Columns {
		if c.Role != NoRole.String() {
			fmt.Fprintf(b, "  column %-3d %-28s %-12s %s\n", c.Index+1, cut(fmt.Sprintf("%q", c.Header), 26), c.Role, c.Why)
		}
	}
	for _, e := range p.Evidence {
		fmt.Fprintf(b, "  · %s\n", e)
	}
	if p.Rows.Read > 0 {
		fmt.Fprintf(b, "  %-12s %9d rows\n", "read", p.Rows.Read)
		if p.ofMeasures() {
			fmt.Fprintf(b, "  %-12s %9d rows, that give %d values\n", "used", p.Rows.Measures, p.Values)
			fmt.Fprintf(b, "  %-12s %9d rows   %s\n", "rejections", p.Rows.Rejections, countsText(p.Rejections))
			fmt.Fprintf(b, "  %-12s %9d rows   %s\n", "exclusions", p.Rows.Exclusions, countsText(p.Exclusions))
			return
		}
		fmt.Fprintf(b, "  %-12s %9d rows  %20s   counting repeats once %s\n", "payments", p.Rows.Payments, police.Pence(p.Pence.Payments).Pounds(), p.PenceOnce.Pounds())
		fmt.Fprintf(b, "  %-12s %9d rows  %20s   %s\n", "rejections", p.Rows.Rejections, police.Pence(p.Pence.Rejections).Pounds(), countsText(p.Rejections))
		fmt.Fprintf(b, "  %-12s %9d rows  %20s   %s\n", "exclusions", p.Rows.Exclusions, police.Pence(p.Pence.Exclusions).Pounds(), countsText(p.Exclusions))
	}
	for _, w := range p.Warnings {
		fmt.Fprintf(b, "  ! %s\n", w)
	}
}

func visible(delimiter string) string {
	switch delimiter {
	case "\t":
		return "tab"
	case "":
		return ""
	}
	return fmt.Sprintf("%q", delimiter)
}

// RejectGroup is rejections or exclusions of one reason in one part of a file.
type RejectGroup struct {
	File    string          `json:"file"`
	Part    string          `json:"part"`
	Kind    string          `json:"kind"`
	Reason  string          `json:"reason"`
	Rows    int             `json:"rows"`
	Pence   police.Pence    `json:"pence"`
	Entries []police.Reject `json:"entries,omitempty"`
}

// sorted gives rejections first, then by part, most rows first.
func (g *rejectGroups) sorted() []RejectGroup {
	out := make([]RejectGroup, 0, len(g.groups))
	for _, v := range g.groups {
		out = append(out, *v)
	}
	slices.SortFunc(out, func(a, b RejectGroup) int {
		if a.Kind != b.Kind {
			return strings.Compare(b.Kind, a.Kind)
		}
		if a.Part != b.Part {
			return strings.Compare(a.Part, b.Part)
		}
		if a.Rows != b.Rows {
			return b.Rows - a.Rows
		}
		return strings.Compare(a.Reason, b.Reason)
	})
	return out
}

type rejectGroups struct {
	file   string
	part   map[int64]string
	groups map[string]*RejectGroup
}

// GroupRejects groups rejects of a file by part and reason.
func GroupRejects(file string, parts []police.Part, rejects []police.Reject) []RejectGroup {
	g := &rejectGroups{file: file, part: map[int64]string{}, groups: map[string]*RejectGroup{}}
	for _, p := range parts {
		g.part[p.PartID] = strings.TrimSpace(p.SourceFile + " " + p.Sheet)
	}
	for _, r := range rejects {
		part := g.part[r.PartID]
		k := part + "\x00" + r.Kind + "\x00" + r.Reason
		v := g.groups[k]
		if v == nil {
			v = &RejectGroup{File: file, Part: part, Kind: r.Kind, Reason: r.Reason}
			g.groups[k] = v
		}
		v.Rows += int(r.Rows)
		v.Pence += r.Amount
		v.Entries = append(v.Entries, r)
	}
	return g.sorted()
}

// collectRejects is a sink that keeps rejects only.
type collectRejects struct {
	noPayments
	rows []police.Reject
}

func (c *collectRejects) Rejects(rows []police.Reject) error {
	c.rows = append(c.rows, rows...)
	return nil
}
