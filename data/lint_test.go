package data

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

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

func TestRegister(t *testing.T) {
	r := must[Agreements](t)(Register())
	forces := must[[]police.Force](t)(Forces())
	defs := must[[]police.MeasureDef](t)(Catalogue())
	if len(r.Collaborations) != 36 {
		t.Errorf("%d collaborations, want 36", len(r.Collaborations))
	}
	for _, p := range r.Lint(forces, defs) {
		t.Error(p)
	}
	for _, c := range r.Collaborations {
		if c.PrimaryWhy == "" || c.Scope == "" {
			t.Errorf("%s: no scope, or no reason for its primary measures", c.ID)
		}
	}
	notSaved := regexp.MustCompile(`(?i)budget|contribution|exit payment|write-off|staff\)|officers|study`)
	for _, c := range r.Claims {
		if c.Kind == "saving" && notSaved.MatchString(c.Text) {
			t.Errorf("claim %s: %q is taken for a saving", c.ID, c.Text)
		}
	}
}

func TestLintFindsWhatIsWrong(t *testing.T) {
	forces := must[[]police.Force](t)(Forces())
	good := func() Agreements {
		return Agreements{
			Collaborations: []police.Collaboration{{ID: "a", Name: "A", Source: "s", Functions: "road policing", HostForce: "E23000003", ShareKey: "E23000003:60|E23000002:40"}},
			Members:        []police.Member{{Collaboration: "a", Force: "E23000003", Role: "host", From: "2012-10", FromEvent: "live", Source: "s"}},
			Events:         []police.Event{{Collaboration: "a", Phase: "entry", Event: "live", Date: "2012", Text: "live 2012", Source: "s"}},
			Claims:         []police.Claim{{ID: "a-1", Collaboration: "a", Kind: "saving", Low: 100, Text: "£1", Source: "s"}},
		}
	}
	if p := good().Lint(forces, nil); len(p) != 0 {
		t.Fatalf("a good register: %q", p)
	}
	for _, c := range []struct {
		name, want string
		spoil      func(*Agreements)
	}{
		{"id twice", "a stands twice", func(a *Agreements) { a.Collaborations = append(a.Collaborations, a.Collaborations[0]) }},
		{"function", `function "flying"`, func(a *Agreements) { a.Collaborations[0].Functions = "flying" }},
		{"host", `host "E9"`, func(a *Agreements) { a.Collaborations[0].HostForce = "E9" }},
		{"share", `share "60"`, func(a *Agreements) { a.Collaborations[0].ShareKey = "60" }},
		{"measure", `measure "m" is not in the catalogue`, func(a *Agreements) { a.Collaborations[0].Primary = "m" }},
		{"member's force", "no force E9", func(a *Agreements) { a.Members[0].Force = "E9" }},
		{"member of nothing", `no collaboration "b"`, func(a *Agreements) { a.Members[0].Collaboration = "b" }},
		{"month 13", `date "2012-13"`, func(a *Agreements) { a.Members[0].From = "2012-13" }},
		{"30 February", `date "2012-02-30"`, func(a *Agreements) { a.Events[0].Date = "2012-02-30" }},
		{"phase", `phase "middle"`, func(a *Agreements) { a.Events[0].Phase = "middle" }},
		{"no source", "no source", func(a *Agreements) { a.Claims[0].Source = "" }},
		{"saving without figure", "a saving without a figure", func(a *Agreements) { a.Claims[0].Low = 0 }},
		{"kind", `kind "profit"`, func(a *Agreements) { a.Claims[0].Kind = "profit" }},
		{"dates reversed", "ends 2011, before it starts", func(a *Agreements) { a.Members[0].To, a.Members[0].ToEvent = "2011", "left" }},
	} {
		a := good()
		c.spoil(&a)
		if p := a.Lint(forces, nil); !strings.Contains(strings.Join(p, "\n"), c.want) {
			t.Errorf("%s: %q, want %q", c.name, p, c.want)
		}
	}
}

func TestRegisterTemplateReadsAsAnEmptyRegister(t *testing.T) {
	dir := fstest.MapFS{}
	for name, text := range RegisterTemplate() {
		dir[name] = &fstest.MapFile{Data: []byte(text)}
	}
	r, err := ReadRegister(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Collaborations)+len(r.Members)+len(r.Events)+len(r.Claims) != 0 {
		t.Errorf("the template isn't empty: %+v", r)
	}
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
		looked := map[string]bool{}
		for i, rec := range records {
			for _, cell := range rec {
				if looked[cell] {
					continue
				}
				looked[cell] = true
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
