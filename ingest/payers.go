package ingest

import (
	"fmt"
	"path/filepath"
	"strings"

	"hardyards/internal/police"
)

// payerBook says who pays: the publisher given, else the body code or name in the
// row, else the layout's publisher, else the file's name, else the one body that all
// rows name, else unknown.
type payerBook struct {
	fixed    int // number in the store of the one payer of all rows; -1: by row
	fallback uint16
	key      police.PayerKey // of fixed or fallback
	slug     string
	why      string
	unsure   bool
	byCode   map[string]uint16
	byName   map[string]uint16
	forces   *forceNames

	lastCode, lastName []byte // of the row before, and whom they name
	last               uint16
	some               bool
}

// forceNames finds forces by slug, code and name.
type forceNames struct {
	bySlug map[string]*police.Force
	byCode map[string]*police.Force
	byName map[string]*police.Force // normal form
	forces []police.Force
}

func newForceNames(forces []police.Force) *forceNames {
	n := &forceNames{bySlug: map[string]*police.Force{}, byCode: map[string]*police.Force{}, byName: map[string]*police.Force{}, forces: forces}
	for i := range forces {
		f := &forces[i]
		n.bySlug[f.Slug], n.byCode[string(f.Code)] = f, f
		for _, name := range append([]string{f.Name, f.ForceName}, strings.Split(f.Aliases, "|")...) {
			if name = police.NormalForm(name); name == "" {
				continue
			}
			n.byName[name] = f
			for _, kind := range []string{" POLICE", " CONSTABULARY", " POLICE AND CRIME COMMISSIONER", " PCC", " POLICE AUTHORITY", " OPCC"} {
				n.byName[name+kind] = f
			}
			for _, office := range []string{"Police and Crime Commissioner for ", "The Police and Crime Commissioner for ", "Office of the Police and Crime Commissioner for ",
				"PCC for ", "OPCC for ", "Chief Constable of ", "The Chief Constable of "} {
				n.byName[police.NormalForm(office+name)] = f
			}
		}
	}
	return n
}

// payerOfSlug is the key of a publisher: the force's code, or x- and the slug.
func (n *forceNames) payerOfSlug(slug string) police.PayerKey {
	if f := n.bySlug[slug]; f != nil {
		return police.PayerKey(f.Code)
	}
	if f := n.byCode[slug]; f != nil {
		return police.PayerKey(f.Code)
	}
	return police.PayerKey("x-" + slug)
}

// inFileName finds a force's slug in a file's name: west-mercia_2021-04.csv.
func (n *forceNames) inFileName(name string) *police.Force {
	base := " " + strings.Join(strings.FieldsFunc(strings.ToLower(filepath.Base(name)), func(r rune) bool { return r < 'a' || r > 'z' }), " ") + " "
	var best *police.Force
	for i := range n.forces {
		f := &n.forces[i]
		if strings.Contains(base, " "+strings.ReplaceAll(f.Slug, "-", " ")+" ") && (best == nil || len(f.Slug) > len(best.Slug)) {
			best = f
		}
	}
	return best
}

// payersFor settles who pays for the rows of a file.
func payersFor(in Input, plans []*plan, forces *forceNames, s *store) *payerBook {
	b := &payerBook{fixed: -1, byCode: map[string]uint16{}, byName: map[string]uint16{}, forces: forces}
	settle := func(slug, why string) *payerBook {
		b.slug, b.why, b.key = slug, why, forces.payerOfSlug(slug)
		b.fallback = s.payer(b.key)
		return b
	}
	if in.Publisher != "" {
		settle(in.Publisher, "the publisher given")
		b.fixed = int(b.fallback)
		return b
	}
	byRow := false
	var layout *Layout
	for _, p := range plans {
		byRow = byRow || p.col(RolePayerCode) >= 0 || p.col(RolePayerName) >= 0
		if p.layout != nil && p.layout.Publisher != "" && layout == nil {
			layout = p.layout
		}
	}
	switch f := forces.inFileName(in.Name); {
	case layout != nil:
		settle(layout.Publisher, "layout "+layout.FullID())
	case f != nil:
		settle(f.Slug, "the file's name")
	default:
		if name := bodyOfAllRows(plans); name != "" {
			slug := slugOf(name)
			if f := forces.byName[police.NormalForm(name)]; f != nil {
				slug = f.Slug
			}
			settle(slug, fmt.Sprintf("the rows looked at name %q, and nothing else says who published it", name))
			break
		}
		settle(strings.TrimPrefix(string(police.UnknownPayer), "x-"), "nothing says who published it")
		b.unsure = true
	}
	if !byRow {
		b.fixed = int(b.fallback)
	}
	return b
}

// bodyOfAllRows is the one body that a column of payers names in the samples, in nine rows of
// ten or more, or "".
func bodyOfAllRows(plans []*plan) string {
	name, rows := "", 0
	for _, p := range plans {
		col := p.col(RolePayerName)
		if p.refused != "" {
			continue
		}
		if col < 0 || col >= len(p.profiles) {
			return ""
		}
		prof := &p.profiles[col]
		for text := range prof.distinct {
			if name != "" && police.NormalForm(text) != police.NormalForm(name) {
				return ""
			}
			if name == "" || text < name { // of two spellings the same one every time
				name = text
			}
		}
		if share(prof.filled, prof.rows) < 0.9 {
			return ""
		}
		rows += prof.rows
	}
	if rows < 3 || strings.Contains(name, "/") || slugOf(name) == "" {
		return ""
	}
	return name
}

// slugOf makes a publisher's slug of a body's name: letters and digits of ASCII.
func slugOf(name string) string {
	words := strings.FieldsFunc(strings.ToLower(police.NormalForm(name)), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') })
	return strings.Join(words, "-")
}

// of gives the payer of a row by its body code, else its body name: mostly that of the
// row before.
func (b *payerBook) of(s *store, code, name []byte) uint16 {
	if b.some && string(code) == string(b.lastCode) && string(name) == string(b.lastName) {
		return b.last
	}
	b.lastCode, b.lastName = append(b.lastCode[:0], code...), append(b.lastName[:0], name...)
	b.last, b.some = b.named(s, code, name), true
	return b.last
}

func (b *payerBook) named(s *store, code, name []byte) uint16 {
	if len(code) > 0 {
		if id, ok := b.byCode[string(code)]; ok {
			if id != b.fallback {
				return id
			}
		} else if id := b.learn(s, b.byCode, string(code), b.forces.byCode[strings.TrimSpace(string(code))]); id != b.fallback {
			return id
		}
	}
	if len(name) > 0 {
		if id, ok := b.byName[string(name)]; ok {
			return id
		}
		return b.learn(s, b.byName, string(name), b.forces.byName[police.NormalForm(string(name))])
	}
	return b.fallback
}

func (b *payerBook) learn(s *store, m map[string]uint16, text string, f *police.Force) uint16 {
	id := b.fallback
	if f != nil {
		id = s.payer(police.PayerKey(f.Code))
	}
	if len(m) < 1<<12 {
		m[text] = id
	}
	return id
}
