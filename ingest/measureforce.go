package ingest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hardyards/internal/police"
)

// forceBook finds the force that a cell or heading names.
type forceBook struct {
	code    map[string]police.ForceCode // ONS codes
	name    map[string]police.ForceCode // names, force names, aliases, in plain form
	slug    map[string]police.ForceCode
	stats19 map[int]police.ForceCode
}

func newForceBook(forces []police.Force) *forceBook {
	b := &forceBook{map[string]police.ForceCode{}, map[string]police.ForceCode{}, map[string]police.ForceCode{}, map[int]police.ForceCode{}}
	for _, f := range forces {
		b.code[string(f.Code)] = f.Code
		b.slug[f.Slug] = f.Code
		b.stats19[int(f.STATS19)] = f.Code
		for _, n := range append(strings.Split(f.Aliases, "|"), f.Name, f.ForceName) {
			if n != "" {
				b.name[plainForce(n)] = f.Code
			}
		}
	}
	return b
}

// noteMark is a publisher's mark after a name: [note 2], [r].
var noteMark = regexp.MustCompile(`(\s*\[[^\]]*\])+$`)

// plainForce is a name without notes, case, spacing, punctuation and the choice of & or and.
func plainForce(s string) string {
	s = strings.ToLower(noteMark.ReplaceAllString(tidyCell(s), ""))
	s = strings.ReplaceAll(s, "&", " and ")
	s = strings.Map(func(r rune) rune {
		switch r {
		case '-', ',', '.', '\'', '’', '*':
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// notForces are what official tables list among forces and is none of the 43:
// countries, regions, totals, other police, forces of Scotland before 2013.
var notForces = []string{
	"england", "wales", "england and wales", "england *", "wales *", "great britain", "united kingdom", "scotland", "northern ireland", "total*", "all forces",
	"north east", "north west", "yorkshire and the humber", "yorkshire and humber", "east midlands", "east", "east of england", "eastern", "london", "south east", "south west",
	"* region", "british transport police", "btp", "action fraud", "uk finance", "financial fraud action uk", "cifas", "national fraud *", "central service*", "ministry of defence police", "civil nuclear constabulary",
	"central", "dumfries and galloway", "fife", "grampian", "lothian and borders", "northern", "strathclyde", "tayside", "police scotland", "central scotland",
	"police service of northern ireland", "psni",
}

// noForce is the reason of rows of others than the 43 forces.
const noForce = "no force of England and Wales"

// scottish are STATS19's codes of the eight legacy forces of Scotland.
func scottish(code int) bool { return code >= 91 && code <= 98 }

var (
	noForceCode = regexp.MustCompile(`^(E12|E92|W92|K0[1-5]|S\d\d|N92|E13)\w+$`) // countries and regions
	areaCode    = regexp.MustCompile(`^[EW]0[6-9]\d{6}$`)                        // unitary authorities, districts, boroughs
)

// found says what a cell of forces is: a force, rightly none, or unknown.
type found struct {
	force  police.ForceCode // or the code of an area, where the column is by area
	none   string           // why it is rightly no force
	reason string           // why it is rejected
}

// forceReader finds forces of one table; it remembers cells, and which rows have
// been regions.
type forceReader struct {
	book   *forceBook
	col    *ForceColumn
	names  map[string]police.ForceCode // of the layout
	seen   map[string]found
	region bool // the region West Midlands has gone by
}

func newForceReader(book *forceBook, col *ForceColumn) (*forceReader, error) {
	if col == nil {
		col = &ForceColumn{By: "name"}
	}
	r := &forceReader{book: book, col: col, names: map[string]police.ForceCode{}, seen: map[string]found{}}
	for n, slug := range col.Names {
		code, ok := book.slug[slug]
		if !ok {
			return nil, fmt.Errorf("names: %q is no slug of data/forces.csv", slug)
		}
		r.names[plainForce(n)] = code
	}
	return r, nil
}

// of reads one cell. Blank cells are no force.
func (r *forceReader) of(cell string) found {
	if f, ok := r.seen[cell]; ok {
		return f
	}
	f, again := r.read(tidyCell(cell))
	if !again {
		r.seen[strings.Clone(cell)] = f
	}
	return f
}

// read reads a tidy cell; again says that the same text may mean something else
// further down.
func (r *forceReader) read(s string) (f found, again bool) {
	if r.col.pattern != nil {
		m := r.col.pattern.FindStringSubmatch(s)
		if m == nil {
			return found{reason: "unknown force"}, false
		}
		if slices.Contains(r.col.Linked, m[1]) {
			return found{force: police.ForceCode(s)}, false
		}
		s = m[1]
	}
	if s == "" {
		return found{none: "no force"}, false
	}
	plain := plainForce(s)
	for _, p := range r.col.Ignore {
		if globMatch(plainForcePattern(p), plain) {
			return found{none: noForce}, false
		}
	}
	switch r.col.By {
	case "code":
		return r.byCode(s), false
	case "area":
		return byArea(s), false
	case "stats19":
		return r.byNumber(s), false
	case "slug":
		if c, ok := r.book.slug[s]; ok {
			return found{force: c}, false
		}
		return found{reason: "unknown force"}, false
	}
	return r.byName(plain)
}

func plainForcePattern(p string) string {
	return strings.ReplaceAll(plainForce(strings.ReplaceAll(p, "*", "\x01")), "\x01", "*")
}

func (r *forceReader) byCode(s string) found {
	if c, ok := r.book.code[s]; ok {
		return found{force: c}
	}
	if c, ok := r.names[plainForce(s)]; ok {
		return found{force: c}
	}
	if noForceCode.MatchString(s) {
		return found{none: noForce}
	}
	return found{reason: "unknown force"}
}

func byArea(s string) found {
	switch {
	case areaCode.MatchString(s):
		return found{force: police.ForceCode(s)}
	case noForceCode.MatchString(s):
		return found{none: "no local authority of England and Wales"}
	}
	return found{reason: "unknown local authority"}
}

func (r *forceReader) byNumber(s string) found {
	n, err := strconv.Atoi(s)
	if c, ok := r.book.stats19[n]; ok && err == nil {
		return found{force: c}
	}
	if err == nil && scottish(n) {
		return found{none: noForce}
	}
	return found{reason: "unknown force"}
}

func (r *forceReader) byName(plain string) (f found, again bool) {
	if r.col.RegionAbove && plain == "west midlands" && !r.region {
		r.region = true
		return found{none: "a region"}, true
	}
	if c, ok := r.names[plain]; ok {
		return found{force: c}, false
	}
	if c, ok := r.book.name[plain]; ok {
		return found{force: c}, false
	}
	for _, ending := range r.col.Strip {
		if rest, ok := strings.CutSuffix(plain, " "+plainForce(ending)); ok {
			if c, ok := r.book.name[rest]; ok {
				return found{force: c}, false
			}
		}
	}
	for _, p := range notForces {
		if globMatch(p, plain) {
			return found{none: noForce}, false
		}
	}
	if bare := strings.TrimRight(plain, "0123456789 "); bare != plain && bare != "" {
		return r.byName(bare) // a footnote's number: "London, City of3"
	}
	return found{reason: "unknown force"}, false
}
