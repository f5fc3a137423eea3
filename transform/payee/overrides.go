package payee

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"

	"hardyards/internal/police"

	"github.com/BurntSushi/toml"
)

// Override is a decision that people took about one name: who decided (an office
// or a team, never a person), when and why stand with it.
type Override struct {
	Name string `toml:"name"` // any spelling; its normal form is what counts
	Kind string `toml:"kind"`
	Body string `toml:"body"` // body_id, or the slug or ONS code of a force
	By   string `toml:"by"`
	On   string `toml:"on"` // 2026-11-24
	Why  string `toml:"why"`
}

// overridesFile is the form of the file: version = 1, then [[payee]] tables.
type overridesFile struct {
	Version int        `toml:"version"`
	Payee   []Override `toml:"payee"`
}

// ParseOverrides reads an overrides file; name is used in errors.
func ParseOverrides(name, text string) ([]Override, error) {
	var f overridesFile
	meta, err := toml.Decode(text, &f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if un := meta.Undecoded(); len(un) > 0 {
		return nil, fmt.Errorf("%s: unknown key %q; a [[payee]] has name, kind, body, by, on and why", name, un[0].String())
	}
	if f.Version != 1 {
		return nil, fmt.Errorf("%s: version is %d; this program reads version = 1", name, f.Version)
	}
	for i, o := range f.Payee {
		if err := o.check(); err != nil {
			return nil, fmt.Errorf("%s: payee %d (%q): %w", name, i+1, o.Name, err)
		}
	}
	return f.Payee, nil
}

func (o Override) check() error {
	switch {
	case police.NormalForm(o.Name) == "":
		return fmt.Errorf("has no name")
	case !slices.Contains(Kinds(), o.Kind):
		return fmt.Errorf("kind %q is none of %v", o.Kind, Kinds())
	case o.By == "" || o.Why == "":
		return fmt.Errorf("needs by (the office that decided) and why")
	case o.Kind == Force && o.Body == "":
		return fmt.Errorf("needs body: the slug or ONS code of the force")
	}
	if _, err := police.ParseDate(o.On); err != nil || o.On == "" {
		return fmt.Errorf("on = %q is no day of the form 2026-11-24", o.On)
	}
	return nil
}

func (r *Resolver) addOverride(o Override) error {
	n := police.NormalForm(o.Name)
	if _, ok := r.overrides[n]; ok {
		return fmt.Errorf("payee: two overrides for %q", o.Name)
	}
	if o.Kind == Force {
		if _, ok := r.overrideForce(o.Body); !ok {
			return fmt.Errorf("payee: override of %q: %q is no force", o.Name, o.Body)
		}
	}
	r.overrides[n] = o
	return nil
}

// overrideForce finds a force by slug, code or the id of one of its bodies.
func (r *Resolver) overrideForce(body string) (police.Force, bool) {
	if b, ok := r.bodies[body]; ok && b.Force != "" {
		body = string(b.Force)
	}
	for _, f := range r.words.forces {
		if f.Slug == body || string(f.Code) == body {
			return f, true
		}
	}
	return police.Force{}, false
}

func (r *Resolver) overridden(o Override) Result {
	res := Result{Kind: o.Kind, Body: o.Body, Confidence: 1, Rule: fmt.Sprintf("override: decided by %s on %s: %s", o.By, o.On, o.Why)}
	if o.Kind == Force {
		f, _ := r.overrideForce(o.Body)
		res.Force = f.Code
		if _, ok := r.bodies[o.Body]; !ok {
			res.Body, res.Name = r.bodyOf(f, forceItself, "")
		}
	}
	if b, ok := r.bodies[o.Body]; ok {
		res.Name = b.Name
	}
	return res
}

// fingerprint hashes everything a decision depends on.
func fingerprint(t Tables) string {
	h := sha256.New()
	io.WriteString(h, rulesVersion+districtsCSV)
	for _, f := range t.Forces {
		fmt.Fprintf(h, "%+v\n", f)
	}
	for _, b := range t.Bodies {
		fmt.Fprintf(h, "%+v\n", b)
	}
	for _, a := range t.Aliases {
		fmt.Fprintf(h, "%+v\n", a)
	}
	for _, o := range t.Overrides {
		fmt.Fprintf(h, "%+v\n", o)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}
