package payee

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"hardyards/internal/police"
)

// Tables are the reference tables a Resolver decides by. Bodies and aliases may be
// empty: the grammar alone finds the forces.
type Tables struct {
	Forces    []police.Force
	Bodies    []police.PoliceBody
	Aliases   []police.BodyAlias
	Overrides []Override
}

// Resolver says who names denote. It is safe for concurrent use; each normal form
// is decided once.
type Resolver struct {
	words     *dictionary
	bodies    map[string]police.PoliceBody
	aliases   map[string]police.BodyAlias
	overrides map[string]Override
	version   string
	memo      sync.Map // normal form → Result
}

// New makes a Resolver. It fails where tables contradict themselves: two meanings
// of one alias, or an override of an unknown body.
func New(t Tables) (*Resolver, error) {
	d, err := newDictionary(t.Forces)
	if err != nil {
		return nil, err
	}
	r := &Resolver{words: d, bodies: map[string]police.PoliceBody{}, aliases: map[string]police.BodyAlias{}, overrides: map[string]Override{}}
	for _, b := range t.Bodies {
		r.bodies[b.ID] = b
	}
	for _, a := range t.Aliases {
		n := police.NormalForm(a.Alias)
		if old, ok := r.aliases[n]; ok && (old.Body != a.Body || old.Kind != a.Kind) {
			return nil, fmt.Errorf("payee: alias %q denotes both %q (%s) and %q (%s)", a.Alias, old.Body, old.Kind, a.Body, a.Kind)
		}
		r.aliases[n] = a
	}
	for _, o := range t.Overrides {
		if err := r.addOverride(o); err != nil {
			return nil, err
		}
	}
	r.version = fingerprint(t)
	return r, nil
}

// Fingerprint changes whenever a name could resolve differently: other rules or
// other tables. Decisions made under the same fingerprint may be reused.
func (r *Resolver) Fingerprint() string { return r.version }

// Resolve says who a name as published denotes.
func (r *Resolver) Resolve(name string) Result {
	n := police.NormalForm(name)
	if v, ok := r.memo.Load(n); ok {
		return named(v.(Result), name)
	}
	res := r.climb(n)
	res.Group, res.GroupRule = r.group(n, res)
	r.memo.Store(n, res)
	return named(res, name)
}

// named fills in the published name where nothing better is known.
func named(res Result, published string) Result {
	if res.Name == "" {
		res.Name = strings.TrimSpace(published)
	}
	return res
}

// climb tries the rungs of the ladder in order.
func (r *Resolver) climb(normal string) Result {
	if normal == "" {
		return Result{Kind: Unknown, Rule: "no name"}
	}
	if o, ok := r.overrides[normal]; ok {
		return r.overridden(o)
	}
	raw := strings.Fields(normal)
	if res, ok := withheld(raw); ok {
		return res
	}
	tokens := tidy(r.words, raw)
	res, found := r.policeName(tokens, len(normal) >= truncatedFrom)
	if found && res.exact {
		return res
	}
	if a, ok := r.alias(normal, tokens); ok {
		return a
	}
	if found {
		return res
	}
	return plain(raw)
}

// alias looks the name up as published, then without ledger marks.
func (r *Resolver) alias(normal string, tokens []string) (Result, bool) {
	a, ok := r.aliases[normal]
	if !ok {
		a, ok = r.aliases[strings.Join(trimMarks(tokens), " ")]
	}
	if !ok {
		return Result{}, false
	}
	res := Result{Kind: a.Kind, Body: a.Body, Rule: "alias: " + a.Source, Confidence: 0.99}
	if b, ok := r.bodies[a.Body]; ok {
		res.Name, res.Force = b.Name, b.Force
	}
	if a.Note != "" {
		res.Rule += "; " + a.Note
	}
	if a.Kind == Ambiguous {
		res.Force, res.Confidence = "", 0.5
	}
	return res, true
}

// policeName resolves names that could denote a police body, their former names
// included; ok is false where nothing in the name points to one.
func (r *Resolver) policeName(tokens []string, cuttable bool) (Result, bool) {
	now, former := splitFormer(tokens)
	res, ok := r.grammar(now, cuttable && len(former) == 0)
	if len(former) == 0 {
		return res, ok
	}
	old, oldOK := r.grammar(former, cuttable)
	switch {
	case !oldOK || old.Kind != Force:
		return res, ok
	case ok && res.Kind == Force && res.Force != old.Force:
		return Result{Kind: Ambiguous, Confidence: 0.5, Rule: fmt.Sprintf("present and former name are different bodies: %s, %s", res.Name, old.Name)}, true
	case ok && res.Kind == Force:
		res.Rule += "; its former name agrees"
		return res, true
	}
	old.Rule = "former name: " + old.Rule
	old.Confidence = min(old.Confidence, 0.85)
	return old, true
}

// splitFormer cuts a name at FORMERLY, PREVIOUSLY or NOW KNOWN AS.
func splitFormer(tokens []string) (now, former []string) {
	for i, t := range tokens {
		if i == 0 || (t != "FORMERLY" && t != "PREVIOUSLY" && t != "FORMALLY" && t != "FKA") {
			continue
		}
		rest := tokens[i+1:]
		for len(rest) > 0 && slices.Contains([]string{"KNOWN", "AS", "AA", "THE"}, rest[0]) {
			rest = rest[1:]
		}
		return tokens[:i], rest
	}
	return tokens, nil
}

// tidy prepares the tokens of a normal form for the grammar: ampersands become
// AND, ledger prefixes (ZZZZKENT) go, and words run together are parted.
func tidy(d *dictionary, raw []string) []string {
	var out []string
	for _, t := range initialsJoined(d, raw) {
		t = strings.ReplaceAll(t, "&", " AND ")
		for _, w := range strings.Fields(t) {
			if long, ok := abbreviations[w]; ok {
				w = long
			}
			out = append(out, part(d, unmark(w))...)
		}
	}
	if len(out) > maxTokens {
		out = out[:maxTokens]
	}
	return out
}

// initialsJoined joins single letters that spell initials of the grammar: O P C C.
func initialsJoined(d *dictionary, raw []string) []string {
	var out []string
	for i := 0; i < len(raw); {
		j := i
		for j < len(raw) && len(raw[j]) == 1 {
			j++
		}
		if joined := strings.Join(raw[i:j], ""); j-i > 2 && d.trigger[joined] {
			out, i = append(out, joined), j
			continue
		}
		out, i = append(out, raw[i]), i+1
	}
	return out
}

// abbreviations are spelled out before the grammar is tried, so that the closed
// list needs one spelling of each body.
var abbreviations = map[string]string{"ASSOC": "ASSOCIATION", "ASSN": "ASSOCIATION", "NATL": "NATIONAL", "NAT": "NATIONAL", "NTHN": "NORTHERN", "AGY": "AGENCY"}

// unmark takes off the ZZ or XX that some ledgers put before closed accounts.
func unmark(w string) string {
	for _, c := range []string{"Z", "X"} {
		if strings.HasPrefix(w, c+c) {
			if rest := strings.TrimLeft(w, c); rest != "" {
				return rest
			}
		}
	}
	return w
}

// part splits KENTPOLICE into KENT and POLICE.
func part(d *dictionary, w string) []string {
	if d.entries[w] != nil {
		return []string{w}
	}
	for _, tail := range []string{"POLICE", "CONSTABULARY", "PCC"} {
		head := strings.TrimSuffix(w, tail)
		if e := d.entries[head]; head != w && e != nil && e.class == classArea && !e.place {
			return []string{head, tail}
		}
	}
	return []string{w}
}

// trimMarks takes off articles and ledger marks at both ends: THE, (G), account
// numbers.
func trimMarks(tokens []string) []string {
	for len(tokens) > 1 && tokens[0] == "THE" {
		tokens = tokens[1:]
	}
	for len(tokens) > 1 {
		last := tokens[len(tokens)-1]
		if last != "G" && last != "THE" && strings.Trim(last, "0123456789") != "" {
			break
		}
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

// grammar decides by the explanation of all tokens.
func (r *Resolver) grammar(tokens []string, cuttable bool) (Result, bool) {
	tokens = trimMarks(tokens)
	if len(tokens) == 0 {
		return Result{}, false
	}
	if e := r.words.entries[strings.Join(tokens, "")]; e != nil && e.class == classArea && !e.place && !e.strong && !e.mayoral {
		return Result{Kind: Ambiguous, Confidence: 0.3, Rule: "the name of a place, which is also a police force area"}, true
	}
	if !r.words.worthExplaining(tokens) {
		return Result{}, false
	}
	x := r.words.explain(tokens, cuttable)
	res, ok := r.decide(x, x.read())
	if !ok || res.Kind == Ambiguous || res.Kind == Unknown {
		if whole, found := r.respaced(tokens); found {
			return whole, true
		}
	}
	return res, ok
}

// respaced reads a name whose spaces are lost or misplaced (HAMPSHIRE POLICEA
// UTHORITY): all letters in a row must break into words of the grammar, with
// nothing left over.
func (r *Resolver) respaced(tokens []string) (Result, bool) {
	var letters strings.Builder
	for _, t := range tokens {
		if !strings.ContainsAny(t, "0123456789") {
			letters.WriteString(t)
		}
	}
	words := r.words.breakUp(letters.String())
	if words == nil || slices.Equal(words, tokens) {
		return Result{}, false
	}
	x := r.words.explain(words, false)
	res, ok := r.decide(x, x.read())
	if !ok || res.Kind != Force {
		return Result{}, false
	}
	res.Confidence = min(res.Confidence, 0.88)
	res.Rule += "; scored match: spaces misplaced"
	return res, true
}

// worthExplaining reports whether a name has a word, or a misspelling of one,
// that a police body's name would have: the cheap test that most names fail.
func (d *dictionary) worthExplaining(tokens []string) bool {
	for _, t := range tokens {
		switch e := d.entries[t]; {
		case d.trigger[t], strings.Contains(t, "POLICE"), strings.Contains(t, "CONSTAB"), strings.HasSuffix(t, "PCC"), strings.HasPrefix(t, "PCC"):
			return true
		case e == nil && len(t) >= minFuzzyLength:
			if near := d.strong.near(t); len(near) > 0 && d.strong.keys[near[0].index] != "POLICY" {
				return true
			}
		}
	}
	all := strings.Join(tokens, "")
	return strings.Contains(all, "POLICE") || strings.Contains(all, "CONSTABULARY")
}

// decide turns a reading into an answer. The order of its cases is the order of
// what is believed.
func (r *Resolver) decide(x explanation, y reading) (Result, bool) {
	police := y.has[classPolice]
	strong := police || y.strong || y.pccShort
	i, one := y.one()
	switch {
	case y.body != nil && !(strong && y.areaNamed):
		return r.bodyResult(y), true
	case y.has[classForeign] && strong && !y.has[classLegal]:
		return Result{Kind: Unknown, Confidence: 0.85, Rule: "police or firm of another country"}, true
	case y.has[classAssociation] && (police || y.named || y.has[classPolicing] || y.strong && y.areaNamed):
		return Result{Kind: Association, Confidence: y.confidence(0.95), Rule: "police word with a word of associations and charities"}, true
	case y.pccShort && isChurch(x.tokens):
		return Result{Kind: Unknown, Confidence: 0.9, Rule: "parochial church council, no police body"}, true
	case y.mayoral || y.has[classMayoral]:
		return r.mayoralResult(y, i, one, strong)
	case y.has[classLegal] && strong:
		return Result{Kind: Company, Confidence: 0.9, Rule: "legal form of a company"}, true
	case y.has[classPublic]:
		return publicResult(y, strong), strong || y.areaNamed
	case r.words.runTogether(x.tokens):
		return Result{Kind: Ambiguous, Confidence: 0.4, Rule: "letters run into a police word: " + strings.Join(y.unknown, " ")}, true
	case !strong:
		return r.weakResult(x, y)
	}
	return r.strongResult(x, y, i, one)
}

// confidence lowers a base for spelling mistakes, a name cut short and words
// believed less.
func (y reading) confidence(base float64) float64 {
	c := min(base, y.sure)
	if !y.areaNamed {
		c = min(c, y.placeSure)
	}
	c -= 0.05 * float64(min(y.edits, 3))
	if y.cut {
		c = min(c, 0.85)
	}
	return c
}

func (r *Resolver) bodyResult(y reading) Result {
	b := y.body
	res := Result{Kind: b.kind, Body: b.id, Name: b.name, Confidence: y.confidence(0.97), Rule: "closed list of bodies"}
	res.exact = y.edits == 0 && !y.cut && len(y.unknown) == 0
	if t, ok := r.bodies[b.id]; ok {
		res.Name = t.Name
	}
	if b.why != "" {
		res.Rule += ": " + b.why
	}
	switch {
	case y.has[classAssociation] && b.kind != Association:
		return Result{Kind: Association, Confidence: 0.85, Rule: "a police body's name with a word of associations and charities"}
	case b.kind == Association && y.areaNamed:
		res.Name, res.Rule = "", "branch: "+res.Rule
	case b.kind == Ambiguous:
		res.Body, res.Name, res.Confidence = "", "", 0.5
		res.Rule = b.why
	case y.bodyShort && y.areaNamed && y.edits > 0:
		return Result{Kind: Ambiguous, Confidence: 0.5, Rule: "initials of " + b.name + " beside a misspelt area"}
	case len(y.unknown) > 2 || len(y.unknown) > 0 && y.bodyShort:
		return Result{Kind: Ambiguous, Confidence: 0.5, Rule: fmt.Sprintf("%s named, but %q isn't explained", b.name, strings.Join(y.unknown, " "))}
	case len(y.unknown) > 0:
		res.Confidence = min(res.Confidence, 0.85)
		res.Rule += fmt.Sprintf("; %q not explained", strings.Join(y.unknown, " "))
	}
	if y.edits > 0 || y.cut {
		res.Rule += "; " + y.blemishes()
	}
	return res
}

// mayoralResult is for combined authorities: four are also the local policing
// body, and only a police word says that policing is meant.
func (r *Resolver) mayoralResult(y reading, i int, one, strong bool) (Result, bool) {
	switch {
	case !one:
		return Result{Kind: PublicBody, Confidence: 0.8, Rule: "combined authority"}, !strong
	case !mayoralForces[r.words.force(i).Code] && !strong:
		return Result{Kind: PublicBody, Confidence: 0.9, Rule: "combined authority that is no local policing body"}, true
	case strong && len(y.unknown) == 0 && mayoralForces[r.words.force(i).Code]:
		return r.forceResult(y, i, localPolicingBody, "combined authority, said to be for policing"), true
	}
	return Result{Kind: Ambiguous, Confidence: 0.5, Rule: fmt.Sprintf("combined authority of %s: policing is one of its functions", r.words.force(i).Name)}, true
}

func publicResult(y reading, strong bool) Result {
	if strong && y.areaNamed {
		return Result{Kind: Ambiguous, Confidence: 0.5, Rule: "names a police body and another public body"}
	}
	return Result{Kind: PublicBody, Confidence: 0.85, Rule: "word of public bodies"}
}

// runTogether reports a token like ASPOLICE or DPCC, whose first letters might
// stand for an area.
func (d *dictionary) runTogether(tokens []string) bool {
	for _, t := range tokens {
		if d.entries[t] != nil {
			continue
		}
		for _, tail := range []string{"POLICE", "CONSTABULARY", "PCC"} {
			head := strings.TrimSuffix(t, tail)
			if head != t && head != "" && len(head) <= 4 {
				return true
			}
		}
	}
	return false
}

// weakResult is for names without a police word that could stand for a body.
func (r *Resolver) weakResult(x explanation, y reading) (Result, bool) {
	if y.has[classPolicing] && len(y.unknown) == 0 && !y.has[classNeutral] {
		return Result{Kind: Ambiguous, Confidence: 0.4, Rule: "policing, but no body named"}, true
	}
	return Result{}, false
}

// strongResult is for names with a police word that no earlier case explains.
func (r *Resolver) strongResult(x explanation, y reading, i int, one bool) (Result, bool) {
	onlyPCC := y.pccShort && !y.strong && !y.has[classPolice]
	rest := strings.Join(y.unknown, " ")
	switch {
	case y.conflict:
		return Result{Kind: Ambiguous, Confidence: 0.5, Rule: "names more than one force area"}, true
	case y.areas == 0 && onlyPCC && rest != "":
		return Result{Kind: Unknown, Confidence: 0.8, Rule: "PCC without a police area: a church council or a firm"}, true
	case y.areas == 0 && rest == "":
		return Result{Kind: Ambiguous, Confidence: 0.5, Rule: "a police body, but no area named"}, true
	case y.areas == 0 && (y.strong || y.team || y.has[classPart] && y.authority):
		return Result{Kind: Ambiguous, Confidence: 0.45, Rule: fmt.Sprintf("a police body, but %q is no police area", rest)}, true
	case y.areas == 0:
		return Result{}, false
	case !one:
		return Result{Kind: Ambiguous, Confidence: 0.5, Rule: "a police body of one of several areas: " + r.words.names(y.areas)}, true
	case rest != "":
		return Result{Kind: Ambiguous, Confidence: 0.5, Rule: fmt.Sprintf("names a police body of %s, but %q isn't explained", r.words.force(i).Name, rest)}, true
	case onlyPCC && (y.areaEdits > 0 && !contains(x.tokens, "FOR") || !y.areaNamed):
		return Result{Kind: Ambiguous, Confidence: 0.5, Rule: "PCC of a place: a church council or a commissioner"}, true
	}
	return r.forceResult(y, i, y.form(), "closed list of forces"), true
}

func isChurch(tokens []string) bool {
	for _, t := range tokens {
		if church[t] {
			return true
		}
	}
	return false
}

// Forms of a body of a force area.
const (
	forceItself       = "force"
	localPolicingBody = "local_policing_body"
	policeAuthority   = "police_authority"
)

// form says which body of the area the name means.
func (y reading) form() string {
	switch {
	case y.strong || y.pccShort:
		return localPolicingBody
	case y.authority:
		return policeAuthority
	}
	return forceItself
}

// forceResult answers with a force, and says how exact the match was.
func (r *Resolver) forceResult(y reading, i int, form, rule string) Result {
	f := r.words.force(i)
	res := Result{Kind: Force, Force: f.Code, Rule: rule, Confidence: y.confidence(0.99), exact: y.edits == 0 && !y.cut && y.areaNamed}
	res.Body, res.Name = r.bodyOf(f, form, y.office)
	if !y.areaNamed {
		res.Rule += "; named by a place inside the area"
	}
	if y.edits > 0 || y.cut {
		res.Rule += "; " + y.blemishes()
	}
	return res
}

func (y reading) blemishes() string {
	var out []string
	if y.edits > 0 {
		out = append(out, fmt.Sprintf("spelling differs by %d", y.edits))
	}
	if y.cut {
		out = append(out, "cut short")
	}
	return "scored match: " + strings.Join(out, ", ")
}

// bodyOf finds the body of an area in the table of bodies, or names it after the
// area. An area may have had several local policing bodies: office (pcc, pfcc,
// mayor) says which is meant.
func (r *Resolver) bodyOf(f police.Force, form, office string) (id, name string) {
	for _, b := range r.bodies {
		if b.Force != f.Code || b.Kind != form {
			continue
		}
		better, best := strings.HasSuffix(b.ID, "-"+office), strings.HasSuffix(id, "-"+office)
		if id == "" || better && !best || better == best && b.ID < id {
			id, name = b.ID, b.Name
		}
	}
	if id != "" {
		return id, name
	}
	switch form {
	case localPolicingBody:
		return f.Slug + "-pcc", "Police and Crime Commissioner for " + f.Name
	case policeAuthority:
		return f.Slug + "-police-authority", f.Name + " Police Authority"
	}
	if f.ForceName != "" {
		return f.Slug, f.ForceName
	}
	return f.Slug, f.Name
}
