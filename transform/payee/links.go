package payee

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"hardyards/internal/police"
)

// Name is one spelling of a payee with what was paid to it.
type Name struct {
	Published string
	Redaction string // the state ingest found: police.Redacted and so on
	Payments  int64
	Pence     police.Pence
}

// Links makes dim_payee: one row per normal form, ordered by payee_id. The
// spelling shown is the one with most payments, first in order among equals.
// workers ≤ 0 takes all processors; the result doesn't depend on it. It fails
// where two normal forms have one key, or a sum overflows.
func (r *Resolver) Links(names []Name, workers int) ([]police.PayeeLink, error) {
	links, err := gather(names)
	if err != nil {
		return nil, err
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(links); i += workers {
				r.fill(&links[i])
			}
		})
	}
	wg.Wait()
	return links, nil
}

// gather sums spellings by payee_id.
func gather(names []Name) ([]police.PayeeLink, error) {
	sorted := slices.Clone(names)
	slices.SortFunc(sorted, func(a, b Name) int {
		return cmp.Or(cmp.Compare(a.Published, b.Published), cmp.Compare(a.Redaction, b.Redaction))
	})
	at := map[int64]int{}
	best := map[int64]int64{}
	var links []police.PayeeLink
	for i, n := range sorted {
		id, normal := identity(n)
		j, ok := at[id]
		if !ok {
			j = len(links)
			at[id] = j
			links = append(links, police.PayeeLink{PayeeID: id, Normal: normal, Published: n.Published, Rule: n.Redaction})
			best[id] = n.Payments
		}
		l := &links[j]
		if l.Normal != normal {
			return nil, fmt.Errorf("payee_id %d is the key of both %q and %q", id, l.Normal, normal)
		}
		if i == 0 || !ok || sorted[i-1].Published != n.Published {
			l.Spellings++
		}
		if n.Payments > best[id] {
			l.Published, best[id] = n.Published, n.Payments
		}
		l.Payments += n.Payments
		sum, err := l.Pence.Add(n.Pence)
		if err != nil {
			return nil, fmt.Errorf("payee %q: %w", n.Published, err)
		}
		l.Pence = sum
	}
	slices.SortFunc(links, func(a, b police.PayeeLink) int { return cmp.Compare(a.PayeeID, b.PayeeID) })
	return links, nil
}

// identity gives payee_id and normal form. A name that ingest knows to be withheld
// has the key of all withheld names; pseudonyms and individuals keep their own.
func identity(n Name) (int64, string) {
	if n.Redaction == police.Redacted {
		return police.KeyRedacted, ""
	}
	return police.PayeeKey(n.Published), police.NormalForm(n.Published)
}

// fill decides one link.
func (r *Resolver) fill(l *police.PayeeLink) {
	state := l.Rule
	var res Result
	switch {
	case l.PayeeID == police.KeyRedacted, state == police.PartlyRedacted:
		res = Result{Kind: Redacted, Name: l.Published, Group: l.Normal, Rule: "name withheld by the publisher", Confidence: 0.98}
	case state == police.Individual:
		res = Result{Kind: Individual, Name: l.Published, Group: l.Normal, Rule: "a person, whose name is kept back", Confidence: 0.98}
	default:
		res = r.Resolve(l.Published)
		if state == police.Pseudonym && !IsPolice(res.Kind) && res.Kind != Individual {
			res = Result{Kind: Redacted, Name: l.Published, Group: l.Normal, Rule: "collective name in place of a payee", Confidence: 0.9}
		}
	}
	l.Kind, l.Force, l.Body, l.Name, l.Group = res.Kind, res.Force, res.Body, res.Name, res.Group
	l.Rule, l.Confidence = res.Rule, res.Confidence
	if res.GroupRule != "" && !IsPolice(res.Kind) {
		l.Rule += "; grouped without " + res.GroupRule
	}
}

// Reuse takes over the decisions of an earlier run made under the same
// Fingerprint, so that only new names are decided; what Links makes is the same with
// or without. Only firms, public bodies and names that no rule fits are taken over,
// most of any publisher's: their name is the published one, whichever spelling is
// the usual one now. Names that a table or a state from ingest decided are decided
// again, neither being part of the link.
func (r *Resolver) Reuse(fingerprint string, links []police.PayeeLink) int {
	if fingerprint != r.version {
		return 0
	}
	n := 0
	for _, l := range links {
		if l.Normal == "" || !r.byItsWordsAlone(l) {
			continue
		}
		res := Result{Kind: l.Kind, Rule: l.Rule, Confidence: l.Confidence}
		res.Group, res.GroupRule = r.group(l.Normal, res)
		if res.GroupRule != "" {
			res.Rule = strings.TrimSuffix(res.Rule, "; grouped without "+res.GroupRule)
		}
		r.memo.Store(l.Normal, res)
		n++
	}
	return n
}

func (r *Resolver) byItsWordsAlone(l police.PayeeLink) bool {
	if l.Kind != Company && l.Kind != PublicBody && l.Kind != Unknown || l.Body != "" || l.Force != "" {
		return false
	}
	_, overridden := r.overrides[l.Normal]
	_, known := r.aliases[l.Normal]
	return !overridden && !known && l.Name == strings.TrimSpace(l.Published)
}

// Doubt is a payee for a person to look at.
type Doubt struct {
	police.PayeeLink
	Why string
}

// Review lists doubtful and unmatched payees, most money first (credits count by
// size), at most limit of them; 0 is all.
func Review(links []police.PayeeLink, limit int) []Doubt {
	var out []Doubt
	for _, l := range links {
		res := Result{Kind: l.Kind, Confidence: l.Confidence}
		if l.PayeeID <= 0 || l.Kind == Redacted || l.Kind == Individual || !res.Doubtful() {
			continue
		}
		if l.Kind == Unknown && l.Confidence >= doubtfulBelow {
			continue // known to be no police body
		}
		out = append(out, Doubt{l, l.Rule})
	}
	slices.SortFunc(out, func(a, b Doubt) int {
		return cmp.Or(cmp.Compare(size(b.Pence), size(a.Pence)), cmp.Compare(a.PayeeID, b.PayeeID))
	})
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out
}

func size(p police.Pence) police.Pence {
	if p < 0 {
		return -p
	}
	return p
}
