package data

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hardyards/internal/police"
)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// unique reports keys that stand twice.
func unique(t *testing.T, table string, keys []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, k := range keys {
		if seen[k] {
			t.Errorf("%s: %s stands twice", table, k)
		}
		seen[k] = true
	}
}

func forceCodes(t *testing.T) map[police.ForceCode]bool {
	codes := map[police.ForceCode]bool{}
	for _, f := range must[[]police.Force](t)(Forces()) {
		codes[f.Code] = true
	}
	return codes
}

func TestForces(t *testing.T) {
	forces := must[[]police.Force](t)(Forces())
	if len(forces) != 43 {
		t.Errorf("%d forces, want 43", len(forces))
	}
	kinds := []string{"pcc", "pfcc", "mayor", "mopac", "common council"}
	code := regexp.MustCompile(`^(E2300000[1-9]|E230000[1-3][0-9]|W1500000[1-4])$`)
	var codes, slugs, spelt []string
	for _, f := range forces {
		if !code.MatchString(string(f.Code)) {
			t.Errorf("%s: %s is no code of a police force area", f.Name, f.Code)
		}
		if !slices.Contains(kinds, f.BodyKind) {
			t.Errorf("%s: local policing body %q", f.Name, f.BodyKind)
		}
		if f.Name == "" || f.ForceName == "" || f.Region == "" || f.Source == "" || f.STATS19 == 0 || f.DataPolice == "" {
			t.Errorf("%s: a column is empty: %+v", f.Code, f)
		}
		if (f.Nation == "Wales") != (f.Code[0] == 'W') {
			t.Errorf("%s: nation %s", f.Code, f.Nation)
		}
		codes, slugs = append(codes, string(f.Code)), append(slugs, f.Slug)
		names := append([]string{f.Name, f.ForceName}, strings.Split(f.Aliases, "|")...)
		for _, n := range slices.Compact(slices.Sorted(slices.Values(names))) {
			if n != "" {
				spelt = append(spelt, n)
			}
		}
	}
	unique(t, "codes", codes)
	unique(t, "slugs", slugs)
	unique(t, "spellings of names", spelt)
}

func TestBodiesAndAliases(t *testing.T) {
	codes := forceCodes(t)
	bodies := map[string]police.PoliceBody{}
	kinds := []string{"force", "local_policing_body", "police_authority", "national_police_body", "other_uk_force", "police_association"}
	var ids []string
	for _, b := range must[[]police.PoliceBody](t)(Bodies()) {
		bodies[b.ID] = b
		ids = append(ids, b.ID)
		if !slices.Contains(kinds, b.Kind) || b.Name == "" || b.Source == "" {
			t.Errorf("body %s: kind %q, name %q, source %q", b.ID, b.Kind, b.Name, b.Source)
		}
		if b.Force != "" && !codes[b.Force] {
			t.Errorf("body %s: no force %s", b.ID, b.Force)
		}
		if b.From != police.NoDate && b.To != police.NoDate && b.To < b.From {
			t.Errorf("body %s ends %s, before it starts %s", b.ID, b.To, b.From)
		}
	}
	unique(t, "bodies", ids)
	for _, b := range bodies {
		if next, ok := bodies[b.Successor]; b.Successor != "" && !ok {
			t.Errorf("body %s: no successor %s", b.ID, b.Successor)
		} else if ok && b.To != police.NoDate && next.From != b.To+1 {
			t.Errorf("body %s ends %s, its successor starts %s", b.ID, b.To, next.From)
		}
	}
	var spelt []string
	none := []string{"ambiguous", "company", "public_body", "unknown"}
	for _, a := range must[[]police.BodyAlias](t)(Aliases()) {
		spelt = append(spelt, a.Alias)
		b, ok := bodies[a.Body]
		switch {
		case a.Source == "":
			t.Errorf("alias %q has no source", a.Alias)
		case a.Body == "" && !slices.Contains(none, a.Kind):
			t.Errorf("alias %q is a %s of no body", a.Alias, a.Kind)
		case a.Body == "":
		case !ok:
			t.Errorf("alias %q: no body %s", a.Alias, a.Body)
		case (a.Kind == "force") != (b.Force != ""):
			t.Errorf("alias %q is a %s, but body %s has force %q", a.Alias, a.Kind, b.ID, b.Force)
		case a.Kind != "force" && a.Kind != b.Kind:
			t.Errorf("alias %q is a %s, but body %s a %s", a.Alias, a.Kind, b.ID, b.Kind)
		}
	}
	unique(t, "aliases", spelt)
}

var registerDate = regexp.MustCompile(`^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$`)

func TestRegister(t *testing.T) {
	codes := forceCodes(t)
	r := must[Agreements](t)(Register())
	if len(r.Collaborations) != 36 {
		t.Errorf("%d collaborations, want 36", len(r.Collaborations))
	}
	measures := map[string]bool{}
	for _, d := range must[[]police.MeasureDef](t)(Catalogue()) {
		measures[d.ID] = true
	}
	functions := []string{"local policing", "dealing with the public", "criminal justice arrangements", "road policing",
		"operational support", "intelligence", "investigations", "investigative support", "public protection",
		"support functions", "national policing", "other"} // DESIGN.md, Words
	ids := map[string]bool{}
	var keys []string
	for _, c := range r.Collaborations {
		ids[c.ID] = true
		keys = append(keys, c.ID, fmt.Sprint(c.Key))
		for _, f := range split(c.Functions) {
			if !slices.Contains(functions, f) {
				t.Errorf("%s: function %q", c.ID, f)
			}
		}
		for _, h := range split(c.HostForce) {
			if !codes[police.ForceCode(h)] {
				t.Errorf("%s: host %q", c.ID, h)
			}
		}
		for _, m := range []string{c.Primary, c.PrimaryOut} {
			if m != "" && !measures[m] {
				t.Errorf("%s: primary measure %q is not in the catalogue", c.ID, m)
			}
		}
		if c.PrimaryWhy == "" || c.Source == "" || c.Name == "" || c.Scope == "" {
			t.Errorf("%s: reason, source, name or scope is empty", c.ID)
		}
		for _, s := range split(c.ShareKey) {
			code, share, ok := strings.Cut(s, ":")
			if !ok || !codes[police.ForceCode(code)] || share == "" {
				t.Errorf("%s: share %q", c.ID, s)
			}
		}
	}
	unique(t, "collaborations", keys)
	keys = nil
	for _, m := range r.Members {
		keys = append(keys, strings.Join([]string{m.Collaboration, string(m.Force), m.From, m.FromEvent, m.To}, " "))
		if !ids[m.Collaboration] || !codes[m.Force] || !slices.Contains([]string{"host", "partner", "member"}, m.Role) || m.Source == "" {
			t.Errorf("member %+v", m)
		}
		for _, d := range []string{m.From, m.To} {
			if d != "" && !registerDate.MatchString(d) {
				t.Errorf("%s, %s: date %q", m.Collaboration, m.Force, d)
			}
		}
		if (m.From == "") != (m.FromEvent == "") || (m.To == "") != (m.ToEvent == "") {
			t.Errorf("%s, %s: a date without its event, or an event without date", m.Collaboration, m.Force)
		}
	}
	unique(t, "members", keys)
	for _, e := range r.Events {
		if !ids[e.Collaboration] || !slices.Contains([]string{"entry", "exit", "change"}, e.Phase) || !registerDate.MatchString(e.Date) || e.Text == "" || e.Source == "" {
			t.Errorf("event %+v", e)
		}
	}
	lintClaims(t, r.Claims, ids)
}

func lintClaims(t *testing.T, claims []police.Claim, ids map[string]bool) {
	kinds := []string{"saving", "budget", "contribution", "share", "bid", "exit payment", "cost", "staffing", "other"}
	notSaved := regexp.MustCompile(`(?i)budget|contribution|exit payment|write-off|staff\)|officers|study`)
	var keys []string
	for _, c := range claims {
		keys = append(keys, c.ID)
		if !ids[c.Collaboration] || !slices.Contains(kinds, c.Kind) || c.Text == "" || c.Source == "" {
			t.Errorf("claim %+v", c)
		}
		if c.Kind == "saving" && (notSaved.MatchString(c.Text) || c.Low == 0 && c.High == 0) {
			t.Errorf("claim %s: %q is taken for a saving, or has no figure", c.ID, c.Text)
		}
		if c.Low != 0 && c.High != 0 && c.High < c.Low {
			t.Errorf("claim %s: %s to %s", c.ID, c.Low, c.High)
		}
		if !slices.Contains([]string{"", "annual", "cumulative", "one year"}, c.Per) ||
			!slices.Contains([]string{"", "before the fact", "after the fact"}, c.Timing) ||
			!slices.Contains([]string{"", "gross", "net"}, c.Basis) ||
			!slices.Contains([]string{"", "own past", "own plan", "other forces"}, c.Against) {
			t.Errorf("claim %s: per %q, timing %q, basis %q, against %q", c.ID, c.Per, c.Timing, c.Basis, c.Against)
		}
	}
	unique(t, "claims", keys)
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func TestCatalogueAndMeasures(t *testing.T) {
	codes := forceCodes(t)
	defs := map[string]police.MeasureDef{}
	var ids []string
	kinds := []string{"cost", "outcome", "denominator", "workforce", "funding", "deflator"}
	for _, d := range must[[]police.MeasureDef](t)(Catalogue()) {
		defs[d.ID] = d
		ids = append(ids, d.ID)
		if !slices.Contains(kinds, d.Kind) || !slices.Contains([]string{"lower", "higher", "none"}, d.Direction) {
			t.Errorf("%s: kind %q, direction %q", d.ID, d.Kind, d.Direction)
		}
		if d.Label == "" || d.Unit == "" || d.Source == "" || d.Licence == "" {
			t.Errorf("%s: label, unit, source or licence is empty", d.ID)
		}
	}
	unique(t, "catalogue", ids)
	values := must[[]police.MeasureValue](t)(Measures())
	used := map[string]bool{}
	keys := map[string]bool{}
	for _, v := range values {
		d, ok := defs[v.Measure]
		if !ok {
			t.Fatalf("measure %s is not in the catalogue", v.Measure)
		}
		used[v.Measure] = true
		if v.Unit != d.Unit || v.Period != d.Period {
			t.Errorf("%s %s %d: %s, %s; the catalogue says %s, %s", v.Force, v.Measure, v.Year, v.Unit, v.Period, d.Unit, d.Period)
		}
		if (v.Force == "") != (d.Kind == "deflator") || v.Force != "" && !codes[v.Force] {
			t.Errorf("%s %d: force %q", v.Measure, v.Year, v.Force)
		}
		if v.Source == "" || v.ValueText == "" || (v.Value != v.Value) != (v.State != "") {
			t.Errorf("%s %s %d: value %v (%q), state %q, source %q", v.Force, v.Measure, v.Year, v.Value, v.ValueText, v.State, v.Source)
		}
		k := fmt.Sprintf("%s %s %s %d %s", v.Force, v.Measure, v.Function, v.Year, v.Period)
		if keys[k] {
			t.Errorf("%s stands twice", k)
		}
		keys[k] = true
	}
	for id := range defs {
		if !used[id] {
			t.Errorf("measure %s has no value", id)
		}
	}
}

// title finds what no table of the project may hold: a person's title before a
// name, or a name as a person signs. Columns of sources and notes are looked at too.
var title = regexp.MustCompile(`\b(Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|MR|MRS|MS|MISS|DR|PROF|PROFESSOR|SIR|DAME)\.? [A-Z][A-Za-z'-]+`)

// namesOfThings are matches of title that name no payee who is a person, each
// looked at: a charity named after a footballer of the past.
var namesOfThings = []string{"SIR TOM"}

func TestNoPersonsTitle(t *testing.T) {
	err := fs.WalkDir(embedded, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".csv") {
			return err
		}
		f, err := embedded.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		records, err := csv.NewReader(f).ReadAll()
		if err != nil {
			return err
		}
		for i, rec := range records {
			for _, cell := range rec {
				if m := title.FindString(cell); m != "" && !slices.Contains(namesOfThings, m) {
					t.Errorf("%s, record %d: %q looks like a person's name", path, i+1, m)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
