package payee

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// entry is what a phrase of the dictionary means.
type entry struct {
	class    class
	codes    uint64 // force areas it may mean, as bits of dictionary.forces
	body     *known
	place    bool    // a place inside the area, not the area's own name
	strong   bool    // names the police body by itself (MOPAC)
	mayoral  bool    // initials of a combined authority
	short    bool    // initials of a body
	sure     float64 // what an exact match is worth
	accepted bool    // whether it may be reached through spelling mistakes
}

// dictionary holds every phrase of the grammar under its key without spaces.
type dictionary struct {
	forces   []police.Force
	index    map[police.ForceCode]int
	entries  map[string]*entry
	spelling *spelling
	areaKeys []string // sorted, for names cut short
	wordKeys []string // sorted
	bodyKeys []string // sorted
	trigger  map[string]bool
	strong   *spelling // words whose misspelling makes a name worth explaining
}

func newDictionary(forces []police.Force) (*dictionary, error) {
	if len(forces) == 0 || len(forces) > 64 {
		return nil, fmt.Errorf("payee: %d forces, want 1 to 64", len(forces))
	}
	d := &dictionary{forces: forces, index: map[police.ForceCode]int{}, entries: map[string]*entry{}, trigger: map[string]bool{}}
	for i, f := range forces {
		d.index[f.Code] = i
	}
	d.addBodies()
	d.addAreas()
	d.addWords()
	if err := d.addDistricts(); err != nil {
		return nil, err
	}
	d.finish()
	return d, nil
}

// add keeps the first meaning of a key: bodies before areas before words before
// places.
func (d *dictionary) add(phrase string, e entry) {
	if k := squash(phrase); k != "" && d.entries[k] == nil {
		d.entries[k] = &e
	}
}

func (d *dictionary) addBodies() {
	for i := range closedList {
		b := &closedList[i]
		for name := range strings.SplitSeq(b.names, "|") {
			d.add(name, entry{class: classBody, body: b, sure: 0.97, accepted: len(name) >= 12})
		}
		for short := range strings.SplitSeq(b.short, "|") {
			d.add(short, entry{class: classBody, body: b, short: true, sure: 0.93})
		}
	}
}

func (d *dictionary) bit(code police.ForceCode) uint64 {
	i, ok := d.index[code]
	if !ok {
		return 0
	}
	return 1 << i
}

func (d *dictionary) addAreas() {
	for _, f := range d.forces {
		names := append([]string{f.Name}, strings.Split(f.Aliases, "|")...)
		names = append(names, strings.Split(areaNames[f.Code], "|")...)
		for _, n := range names {
			n = areaForm(n)
			d.add(n, entry{class: classArea, codes: d.bit(f.Code), sure: 0.99, accepted: len(squash(n)) >= minFuzzyLength})
		}
	}
	met := d.bit("E23000001")
	for _, n := range []string{"MAYORS OFFICE FOR POLICING AND CRIME", "MAYORS OFFICE FOR POLICING", "MAYORS OFFICE OF POLICING AND CRIME", "MAYOR OF LONDONS OFFICE FOR POLICING AND CRIME", "NEW SCOTLAND YARD"} {
		d.add(n, entry{class: classArea, codes: met, strong: true, sure: 0.98, accepted: true})
	}
	for s, v := range initials {
		d.add(s, entry{class: classArea, codes: d.bit(v.force), strong: true, sure: v.sure})
	}
	for s, code := range mayoral {
		d.add(s, entry{class: classArea, codes: d.bit(code), mayoral: true, sure: 0.95})
	}
	for n, codes := range wide {
		var bits uint64
		for _, c := range codes {
			bits |= d.bit(c)
		}
		d.add(n, entry{class: classArea, codes: bits, place: true, sure: 0.75})
	}
	for n, code := range parts {
		d.add(n, entry{class: classArea, codes: d.bit(code), place: true, sure: 0.75})
	}
}

// areaForm gives an area's name as the grammar meets it.
func areaForm(name string) string {
	n := police.NormalForm(name)
	n = strings.Join(strings.Fields(strings.ReplaceAll(n, "&", " AND ")), " ")
	for _, tail := range []string{" POLICE", " CONSTABULARY"} {
		n = strings.TrimSuffix(n, tail)
	}
	return n
}

func (d *dictionary) addWords() {
	for _, c := range []class{classPolice, classPCC, classPolicing, classPart, classLink, classNeutral,
		classUnit, classAssociation, classLegal, classPublic, classForeign} {
		for _, w := range strings.Fields(words[c]) {
			d.add(w, entry{class: c, sure: 0.99, accepted: slices.Contains(spelledOut, w)})
		}
	}
	for p, c := range phrases {
		d.add(p, entry{class: c, sure: 0.99, accepted: c == classPCC || c == classMayoral})
	}
}

func (d *dictionary) addDistricts() error {
	rows, err := csv.NewReader(strings.NewReader(districtsCSV)).ReadAll()
	if err != nil {
		return fmt.Errorf("payee: districts.csv: %w", err)
	}
	for _, r := range rows[1:] {
		name, _, _ := strings.Cut(r[1], ",")
		if e := d.bit(police.ForceCode(r[0])); e != 0 {
			d.add(areaForm(name), entry{class: classArea, codes: e, place: true, sure: 0.75})
		}
	}
	return nil
}

// finish sorts the keys and indexes spellings. Every key of five letters or more
// competes, even those that may not be reached by a misspelling: HEREFORDSHIRE
// must keep HERFORDSHIRE from being read as Hertfordshire for certain.
func (d *dictionary) finish() {
	var all []string
	for k, e := range d.entries {
		if len(k) >= 4 {
			all = append(all, k)
		}
		switch {
		case e.class == classArea && (!e.place || wide[k] != nil):
			d.areaKeys = append(d.areaKeys, k)
		case e.class == classBody && !e.short:
			d.bodyKeys = append(d.bodyKeys, k)
		case e.class != classArea && e.class != classBody:
			d.wordKeys = append(d.wordKeys, k)
		}
		if e.class == classPolice || e.class == classPCC || e.class == classPolicing || e.strong || e.mayoral || e.short {
			d.trigger[k] = true
		}
	}
	for _, w := range lookalikes {
		if d.entries[w] == nil {
			d.entries[w] = &entry{class: classUnknown}
			all = append(all, w)
		}
	}
	for _, keys := range [][]string{all, d.areaKeys, d.wordKeys, d.bodyKeys} {
		slices.Sort(keys)
	}
	for _, w := range strings.Fields(`CRIME COMMISSIONER COMBINED BLUELIGHT LIGHT FORENSIC ULSTER PCCS HEDDLU SCOTLAND`) {
		d.trigger[w] = true
	}
	d.spelling = newSpelling(all)
	d.strong = newSpelling([]string{"COMBINED", "COMMISSIONER", "CONSTABULARY", "POLICE", "POLICING", "POLICY"})
}

// startingWith gives the keys of a sorted list that start with prefix.
func startingWith(keys []string, prefix string) []string {
	i, _ := slices.BinarySearch(keys, prefix)
	j := i
	for j < len(keys) && strings.HasPrefix(keys[j], prefix) {
		j++
	}
	return keys[i:j]
}

// breakUp parts a run of letters into the fewest words of the grammar; nil where
// it can't be done without a rest.
func (d *dictionary) breakUp(s string) []string {
	if len(s) < 8 || len(s) > 80 {
		return nil
	}
	const never = 1 << 20
	cost, from := make([]int, len(s)+1), make([]int, len(s)+1)
	for to := 1; to <= len(s); to++ {
		cost[to] = never
		for i := max(0, to-30); i < to; i++ {
			if cost[i] < never && cost[i]+1 < cost[to] && d.breakable(s[i:to]) {
				cost[to], from[to] = cost[i]+1, i
			}
		}
	}
	if cost[len(s)] >= never {
		return nil
	}
	var out []string
	for to := len(s); to > 0; to = from[to] {
		out = append(out, s[from[to]:to])
	}
	slices.Reverse(out)
	return out
}

// breakable reports whether a word may be found inside a run of letters.
func (d *dictionary) breakable(w string) bool {
	if w == "AND" || w == "FOR" || w == "OF" || w == "THE" {
		return true
	}
	e := d.entries[w]
	if e == nil {
		return false
	}
	switch e.class {
	case classArea:
		return !e.place && len(w) >= 4
	case classPolice, classPart:
		return len(w) >= 5
	case classPCC:
		return true
	}
	return false
}
