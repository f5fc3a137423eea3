package transform

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// source is a fragment in use, with all that came to bring it.
type source struct {
	key      string
	frag     *lake.Fragment
	arrivals []Arrival // by path
	atSource bool      // some path holds its bytes still
	copies   []*source // the same bytes under other names, that count for nothing
	parts    []*partInfo
	sum      *Summary
	heavy    string // cache file that holds the summary's rollups and payees; "": sum does
}

// Refusal is a file that is not taken, and keeps its former rows.
type Refusal struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Reason string `json:"reason"`
	Former string `json:"former,omitempty"` // SHA-256 of the version whose rows stand
}

// selectSources opens the fragments of the arrivals and says which count as taken:
// understood, and with no more rejections than the limit. At each path the last
// one taken is what its source holds; where that is not the last that arrived, its
// rows are the former rows of a refused file.
func selectSources(arrivals []Arrival, limits Limits, open func(key string) (*lake.Fragment, error)) ([]*source, []Refusal, error) {
	byKey := map[string]*source{}
	var sources []*source
	var refused []Refusal
	for i := 0; i < len(arrivals); {
		j := i + 1
		for j < len(arrivals) && arrivals[j].Path == arrivals[i].Path {
			j++
		}
		var last *source
		var fails []Refusal
		for _, a := range arrivals[i:j] {
			s, why, err := take(a, byKey, limits, open)
			if err != nil {
				return nil, nil, err
			}
			if why != "" {
				if a.Order == j-i { // earlier refusals at the path are history
					fails = append(fails, Refusal{Path: a.Path, SHA256: a.SHA256, Reason: why})
				}
				continue
			}
			if len(s.arrivals) == 0 {
				sources = append(sources, s)
			}
			s.arrivals = append(s.arrivals, a)
			last = s
		}
		if last != nil {
			last.atSource = last.atSource || !arrivals[j-1].Gone
			for k := range fails {
				fails[k].Former = last.frag.Record.SHA256
			}
		}
		refused = append(refused, fails...)
		i = j
	}
	sources = setCopiesAside(sources)
	slices.SortFunc(sources, func(a, b *source) int { return compareStrings(a.key, b.key) })
	for i, s := range sources {
		s.describeParts(i)
	}
	return sources, refused, nil
}

func compareStrings(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// take opens the fragment of an arrival; why says why it isn't taken.
func take(a Arrival, byKey map[string]*source, limits Limits, open func(string) (*lake.Fragment, error)) (s *source, why string, err error) {
	if a.Key == "" {
		if a.Refused == "" {
			return nil, "not understood", nil
		}
		return nil, a.Refused, nil
	}
	s = byKey[a.Key]
	if s == nil {
		f, err := open(a.Key)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", a.Path, err)
		}
		s = &source{key: a.Key, frag: f}
		byKey[a.Key] = s
	}
	return s, overLimit(s.frag.Record.Ledgers, limits.Rejected), nil
}

// overLimit says whether more than the limit of a file's rows or pounds were
// rejected. Exclusions aren't counted on either side: blank rows must not dilute.
func overLimit(ledgers []police.Ledger, limit float64) string {
	var rows, rejected int64
	var pounds, lost float64
	for _, l := range ledgers {
		rows += l.Payments + l.Used + l.Rejections
		rejected += l.Rejections
		pounds += math.Abs(l.PencePayments.Float()) + math.Abs(l.PenceRejections.Float())
		lost += math.Abs(l.PenceRejections.Float())
	}
	switch {
	case float64(rejected) > limit*float64(rows):
		return fmt.Sprintf("%d of %d rows rejected, over the limit of %.3g %%", rejected, rows, 100*limit)
	case lost > limit*pounds:
		return fmt.Sprintf("£%.2f of £%.2f rejected, over the limit of %.3g %%", lost, pounds, 100*limit)
	}
	return ""
}

// setCopiesAside keeps one source of those made of the same bytes under several
// names or publishers: identity is content. The first by path counts, one whose
// publisher is known before one whose isn't.
func setCopiesAside(sources []*source) []*source {
	slices.SortFunc(sources, func(a, b *source) int {
		x, y := a.arrivals[0], b.arrivals[0]
		return cmp.Or(cmp.Compare(strangeness(x), strangeness(y)), cmp.Compare(x.Path, y.Path), cmp.Compare(a.key, b.key))
	})
	first := map[string]*source{}
	return slices.DeleteFunc(sources, func(s *source) bool {
		f := first[s.frag.Record.SHA256]
		if f == nil {
			first[s.frag.Record.SHA256] = s
			return false
		}
		f.copies = append(f.copies, s)
		f.atSource = f.atSource || s.atSource
		return true
	})
}

func strangeness(a Arrival) int {
	if a.Publisher == "" {
		return 1
	}
	return 0
}

// describeParts makes the parts' descriptions, without counts.
func (s *source) describeParts(index int) {
	orders := map[string]int{}
	for _, c := range append([]*source{s}, s.copies...) {
		for _, a := range c.arrivals {
			orders[a.Path] = a.Order
		}
	}
	for _, p := range s.frag.Record.Parts {
		p.FragmentKey = s.key
		v := versionOfName(p.SourceFile)
		if w := versionOfName(p.Sheet + ".x"); w.rank != 0 {
			v.rank = w.rank
		}
		s.parts = append(s.parts, &partInfo{Part: p, source: index, orders: orders, name: v, claimed: parseMonth(p.Period),
			gone: !s.atSource, rows: int64(p.Payments)})
	}
}

// count fills in what the summary tells of the parts.
func (s *source) count() {
	rows := map[int64]int64{}
	months := map[int64]map[int32]int64{}
	for _, c := range s.sum.Cells {
		rows[c.PartID] += c.Rows
		if months[c.PartID] == nil {
			months[c.PartID] = map[int32]int64{}
		}
		months[c.PartID][c.Month] += c.Rows
	}
	for _, p := range s.parts {
		p.rows, p.mainMonth = rows[p.PartID], 0
		for m, n := range months[p.PartID] {
			if m != 0 && 2*n > p.rows {
				p.mainMonth = m
			}
		}
	}
}
