package payee

import (
	"math/bits"
	"strings"

	"hardyards/internal/police"
)

// segment is a run of tokens with what it means.
type segment struct {
	from, to int
	entry    entry
	edits    int
	cut      bool // the name seems to end inside it
	cost     float64
}

// Costs of an explanation. Only their order matters: an exact phrase is always
// better than a misspelt one, a misspelt one better than an unexplained word, and
// one long phrase better than its words.
const (
	costSegment = 0.01
	costPlace   = 0.1
	costCut     = 0.5
	costEdit    = 1.0
	costUnknown = 5.0
)

// explanation is the cheapest way to explain all tokens of a name.
type explanation struct {
	tokens   []string
	segments []segment
}

// explain finds the cheapest explanation by dynamic programming over token
// boundaries. cuttable says that the name is long enough to have been cut short.
func (d *dictionary) explain(tokens []string, cuttable bool) explanation {
	n := len(tokens)
	all, off := joined(tokens)
	known := make([]bool, n)
	for i, t := range tokens {
		known[i] = d.single(t).class != classUnknown
	}
	best := make([]segment, n+1)
	for to := 1; to <= n; to++ {
		best[to].cost = -1
		for from := max(0, to-maxWindow); from < to; from++ {
			s, ok := d.window(all[off[from]:off[to]], to-from, known[from:to], cuttable && to == n)
			if !ok {
				continue
			}
			if s.entry.class == classUnknown && misspeltLink(tokens[from], n, to) {
				s = segment{entry: entry{class: classLink, sure: 0.95}, edits: 1, cost: costEdit}
			}
			s.from, s.to = from, to
			s.cost += best[from].cost + costSegment
			if best[to].cost < 0 || s.cost < best[to].cost {
				best[to] = s
			}
		}
	}
	return explanation{tokens, path(best)}
}

func joined(tokens []string) (string, []int) {
	off := make([]int, len(tokens)+1)
	for i, t := range tokens {
		off[i+1] = off[i] + len(t)
	}
	return strings.Join(tokens, ""), off
}

// path walks the cheapest segments back from the end.
func path(best []segment) []segment {
	var out []segment
	for i := len(best) - 1; i > 0; i = best[i].from {
		out = append(out, best[i])
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// window gives the cheapest meaning of one run of tokens.
func (d *dictionary) window(key string, tokens int, known []bool, cuttable bool) (segment, bool) {
	if e := d.entries[key]; e != nil && e.class != classUnknown {
		s := segment{entry: *e}
		if e.place {
			s.cost = costPlace
		}
		return s, true
	}
	if tokens == 1 {
		if e := d.single(key); e.class != classUnknown {
			return segment{entry: e}, true
		}
	}
	unexplained := false
	for _, k := range known {
		unexplained = unexplained || !k
	}
	if cuttable {
		if s, ok := d.cutShort(key, unexplained); ok {
			return s, true
		}
	}
	if unexplained && len(key) <= 45 {
		if s, ok := d.misspelt(key); ok {
			return s, true
		}
	}
	return segment{cost: costUnknown}, tokens == 1
}

// single classes one token that may stand for itself.
func (d *dictionary) single(t string) entry {
	if e := d.entries[t]; e != nil {
		return *e
	}
	switch {
	case strings.ContainsAny(t, "0123456789"):
		return entry{class: classCode, sure: 1}
	case len(t) <= 10 && strings.HasPrefix(t, "AUTH"):
		return entry{class: classPart, sure: 0.95}
	}
	return entry{}
}

// misspeltLink reads FRO, FOOR and THHE as the small words they were meant to be.
// Only inside longer names: two short words prove nothing.
func misspeltLink(t string, tokens, to int) bool {
	if len(t) < 2 || len(t) > 4 || tokens < 4 || to == tokens {
		return false
	}
	for _, w := range []string{"FOR", "THE", "AND", "OF"} {
		if editDistance(t, w, 1) <= 1 {
			return true
		}
	}
	return false
}

// misspelt finds the nearest key. Where the nearest ones mean different areas, all
// of them are kept, and the name stays ambiguous.
func (d *dictionary) misspelt(key string) (segment, bool) {
	near := d.spelling.near(key)
	if len(near) == 0 {
		return segment{}, false
	}
	first := d.entries[d.spelling.keys[near[0].index]]
	if first.class == classBody && near[0].edits > len(key)/9 {
		return segment{}, false
	}
	s := segment{entry: *first, edits: near[0].edits, cost: 0.2 + costEdit*float64(near[0].edits)}
	for _, n := range near[1:] {
		if n.edits > near[0].edits {
			break
		}
		e := d.entries[d.spelling.keys[n.index]]
		if e.class != first.class || e.body != first.body {
			return segment{}, false
		}
		s.entry.codes |= e.codes
		s.entry.accepted = s.entry.accepted || e.accepted
	}
	return s, s.entry.accepted
}

// cutShort reads the end of a name as the beginning of a phrase.
func (d *dictionary) cutShort(key string, unexplained bool) (segment, bool) {
	s := segment{cut: true, cost: costCut}
	if len(key) >= 4 {
		if keys := startingWith(d.areaKeys, key); len(keys) > 0 {
			s.entry = entry{class: classArea, sure: 0.85}
			for _, k := range keys {
				s.entry.codes |= d.entries[k].codes
				s.entry.strong = d.entries[k].strong
			}
			return s, true
		}
	}
	if keys := startingWith(d.wordKeys, key); unexplained && len(keys) > 0 {
		if c, ok := d.agreed(keys); ok {
			s.entry = entry{class: c, sure: 0.9}
			return s, true
		}
	}
	if len(key) >= 14 {
		if keys := startingWith(d.bodyKeys, key); len(keys) > 0 && d.sameBody(keys) {
			s.entry = *d.entries[keys[0]]
			return s, true
		}
	}
	return s, false
}

func (d *dictionary) sameBody(keys []string) bool {
	for _, k := range keys {
		if d.entries[k].body != d.entries[keys[0]].body {
			return false
		}
	}
	return true
}

// agreed gives the class of the words that a fragment may be the beginning of: a
// fragment that may be AUTHORITY or ASSOCIATION is neither.
func (d *dictionary) agreed(keys []string) (class, bool) {
	harmless := true
	first := d.entries[keys[0]].class
	same := true
	for _, k := range keys {
		c := d.entries[k].class
		same = same && c == first
		harmless = harmless && (c == classPart || c == classNeutral || c == classLink || c == classPolice || c == classPCC || c == classUnit)
	}
	switch {
	case same:
		return first, first != classUnknown
	case harmless:
		return classNeutral, true
	}
	return classUnknown, false
}

// reading is what an explanation says in sum.
type reading struct {
	has       [classForeign + 1]bool
	areas     uint64 // what all areas named agree on
	areaNamed bool   // an area is named by its own name
	placed    bool   // a place inside an area is named
	conflict  bool   // areas named exclude each other
	strong    bool
	mayoral   bool
	body      *known
	bodyShort bool
	authority bool
	pccShort  bool // PCC and nothing longer stands for the office
	named     bool // a phrase of associations has the police word inside it
	team      bool // NEIGHBOURHOOD POLICING TEAM
	cut       bool
	edits     int
	areaEdits int // those in the area's name
	sure      float64
	placeSure float64 // of places, which count where no area is named
	office    string  // pcc, pfcc or mayor
	unknown   []string
}

func (x explanation) read() reading {
	r := reading{areas: ^uint64(0), sure: 1, placeSure: 1, office: "pcc"}
	for _, s := range x.segments {
		r.add(s, x.tokens[s.from:s.to])
	}
	if !r.areaNamed && !r.placed {
		r.areas = 0
	}
	return r
}

func (r *reading) add(s segment, tokens []string) {
	c := s.entry.class
	r.has[c] = true
	r.edits += s.edits
	r.cut = r.cut || s.cut
	switch c {
	case classUnknown:
		r.unknown = append(r.unknown, strings.Join(tokens, " "))
		return
	case classArea:
		r.areaEdits += s.edits
		r.addArea(s.entry)
	case classBody:
		if r.body == nil || r.bodyShort {
			r.bodyShort = s.entry.short
			r.body = s.entry.body
		}
	case classPCC:
		if all := strings.Join(tokens, ""); strings.Contains(all, "PF") || strings.Contains(all, "FIRE") {
			r.office = "pfcc"
		}
		if len(tokens) == 1 && len(tokens[0]) <= 4 && tokens[0] == "PCC" {
			r.pccShort = true
		} else {
			r.strong = true
		}
	case classMayoral:
		r.mayoral, r.office = true, "mayor"
	case classAssociation:
		r.named = r.named || len(tokens) > 1 && contains(tokens, "POLICE")
	case classPolice:
		r.team = r.team || contains(tokens, "POLICING")
		r.authority = r.authority || strings.Contains(strings.Join(tokens, ""), "AUTH")
	case classPart:
		r.authority = r.authority || strings.HasPrefix(tokens[0], "AUTH")
	}
	switch {
	case s.entry.sure == 0:
	case c == classArea && s.entry.place:
		r.placeSure = min(r.placeSure, s.entry.sure)
	default:
		r.sure = min(r.sure, s.entry.sure)
	}
}

func contains(tokens []string, word string) bool {
	for _, t := range tokens {
		if t == word {
			return true
		}
	}
	return false
}

func (r *reading) addArea(e entry) {
	r.areaNamed = r.areaNamed || !e.place
	r.placed = r.placed || e.place
	r.strong = r.strong || e.strong
	if e.mayoral {
		r.mayoral, r.office = true, "mayor"
	}
	if r.areas&e.codes == 0 {
		r.conflict = true
	}
	r.areas &= e.codes
}

// one gives the single force area that all names agree on.
func (r reading) one() (int, bool) {
	return bits.TrailingZeros64(r.areas), !r.conflict && bits.OnesCount64(r.areas) == 1
}

func (d *dictionary) names(areas uint64) string {
	var out []string
	for i, f := range d.forces {
		if areas&(1<<i) != 0 {
			out = append(out, f.Name)
		}
	}
	return strings.Join(out, ", ")
}

func (d *dictionary) force(i int) police.Force { return d.forces[i] }
