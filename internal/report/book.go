package report

import (
	"cmp"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// book is a page with its names looked up: every section is written from it.
type book struct {
	Page
	forces         map[police.ForceCode]police.Force
	measures       map[string]police.MeasureDef
	collaborations map[string]police.Collaboration
	payees         map[int64]police.PayeeLink
}

func newBook(p Page) *book {
	b := &book{Page: p, forces: map[police.ForceCode]police.Force{}, measures: map[string]police.MeasureDef{},
		collaborations: map[string]police.Collaboration{}, payees: map[int64]police.PayeeLink{}}
	for _, f := range p.Forces {
		b.forces[f.Code] = f
	}
	for _, m := range p.Catalogue {
		b.measures[m.ID] = m
	}
	for _, c := range p.Collaborations {
		b.collaborations[c.ID] = c
	}
	for _, l := range p.Payees {
		b.payees[l.PayeeID] = l
	}
	return b
}

// force names a force; an unknown code stays as it is.
func (b *book) force(c police.ForceCode) string {
	if f, ok := b.forces[c]; ok {
		return f.Name
	}
	return string(c)
}

// payer names a payer: a force, or what stands after x- for any other publisher.
func (b *book) payer(k police.PayerKey) string {
	if f := k.Force(); f != "" {
		return b.force(f)
	}
	names := strings.Split(strings.TrimPrefix(string(k), "x-"), "-")
	for i, n := range names {
		names[i] = capital(n)
	}
	return strings.Join(names, " ")
}

// body names a payee of a flow by its key.
func (b *book) body(f police.Flow) string {
	if g, ok := b.forces[police.ForceCode(f.Payee)]; ok {
		return g.Name
	}
	return f.PayeeName
}

// measure names a measure; "gre:road_policing" is the measure of one function.
func (b *book) measure(id string) string {
	id, function, _ := strings.Cut(id, ":")
	label := spelt(id)
	if m, ok := b.measures[id]; ok {
		label = m.Label
	}
	switch function {
	case "":
		return label
	}
	label = strings.Replace(label, " by function (budget)", " (budget)", 1)
	switch function {
	case "total_excl_national":
		return label + ", all functions but national policing"
	case "total":
		return label + ", all functions"
	}
	return label + ", " + b.function(function)
}

func (b *book) function(id string) string {
	switch id {
	case "pcc":
		return "police and crime commissioner"
	case "total_excl_national":
		return "all but national policing"
	}
	return spelt(id)
}

// collaboration names an agreement.
func (b *book) collaboration(id string) string {
	if c, ok := b.collaborations[id]; ok {
		return c.Name
	}
	return id
}

// codes names the forces of a list of codes separated by |, in the order of names.
func (b *book) codes(list string) []string {
	var out []string
	for c := range strings.SplitSeq(list, "|") {
		if c != "" {
			out = append(out, b.force(police.ForceCode(c)))
		}
	}
	slices.Sort(out)
	return out
}

// forcesByName are all forces in the order of the alphabet: no order in this report
// is a rank.
func (b *book) forcesByName() []police.Force {
	out := slices.Clone(b.Forces)
	slices.SortFunc(out, func(x, y police.Force) int { return cmp.Compare(x.Name, y.Name) })
	return out
}

// payersHeld are the payers with any published month, forces first, by name.
func (b *book) payersHeld() []police.PayerKey {
	seen := map[police.PayerKey]bool{}
	var out []police.PayerKey
	for _, c := range b.Coverage {
		if !seen[c.Payer] {
			seen[c.Payer] = true
			out = append(out, c.Payer)
		}
	}
	slices.SortFunc(out, func(x, y police.PayerKey) int {
		return cmp.Or(-cmp.Compare(btoi(x.Force() != ""), btoi(y.Force() != "")), cmp.Compare(b.payer(x), b.payer(y)))
	})
	return out
}

func btoi(v bool) int {
	if v {
		return 1
	}
	return 0
}

// common splits warnings of several rows into those that all carry, to be said once,
// and a function that gives the rest of one row: its own breaks and caveats.
func common(all []string) (shared []string, own func(string) []string) {
	if len(all) == 0 {
		return nil, sentences
	}
	for _, w := range sentences(all[0]) {
		if !slices.ContainsFunc(all, func(s string) bool { return !slices.Contains(sentences(s), w) }) {
			shared = append(shared, w)
		}
	}
	return shared, func(s string) []string {
		return slices.DeleteFunc(sentences(s), func(w string) bool { return slices.Contains(shared, w) })
	}
}

// last gives the latest of the values of a column of rows, by their text.
func last[T any](rows []T, of func(T) string) string {
	latest := ""
	for _, r := range rows {
		latest = max(latest, of(r))
	}
	return latest
}

// pick keeps the rows that pass.
func pick[T any](rows []T, keep func(T) bool) []T {
	var out []T
	for _, r := range rows {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// distinct lists the values of a column in the order met.
func distinct[T any, K comparable](rows []T, of func(T) K) []K {
	seen := map[K]bool{}
	var out []K
	for _, r := range rows {
		if k := of(r); !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}
