package main

import (
	"slices"
	"strings"

	"hardyards/analyze/fit"
	"hardyards/data"
	"hardyards/internal/police"
)

// findForce finds a force by slug, ONS code or unambiguous name; a near miss
// suggests the right one.
func findForce(name string) (police.Force, error) {
	all, err := data.Forces()
	if err != nil {
		return police.Force{}, err
	}
	want := plainName(name)
	var matches []police.Force
	for _, f := range all {
		names := append([]string{f.Slug, string(f.Code), f.Name, f.ForceName}, strings.Split(f.Aliases, "|")...)
		exact := slices.ContainsFunc(names, func(n string) bool { return n != "" && plainName(n) == want })
		if exact {
			return f, nil
		}
		if want != "" && slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(plainName(n), want) }) {
			matches = append(matches, f)
		}
	}
	switch len(matches) {
	case 1:
		return matches[0], nil
	case 0:
		return police.Force{}, police.Exitf(police.ExitUsage, "did you mean "+nearestForce(all, want)+"? Slugs are in data/forces.csv", "no force %q", name)
	}
	var slugs []string
	for _, f := range matches {
		slugs = append(slugs, f.Slug)
	}
	return police.Force{}, police.Exitf(police.ExitUsage, "name one of them", "force %q may be %s", name, strings.Join(slugs, " or "))
}

// plainName keeps letters and digits: "Devon & Cornwall", "devon-and-cornwall".
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(s, "-", " ")), " and ", " "))
}

// nearestForce gives the slug with the fewest edits.
func nearestForce(all []police.Force, want string) string {
	slugs := map[string]string{}
	var plain []string
	for _, f := range all {
		p := plainName(f.Slug)
		slugs[p], plain = f.Slug, append(plain, p)
	}
	return slugs[fit.Nearest(want, plain)]
}

// payerKey gives the payer that a name on the command line means: a force, or
// x-<slug> as it is.
func payerKey(name string) (police.PayerKey, error) {
	if strings.HasPrefix(name, "x-") {
		return police.PayerKey(name), nil
	}
	f, err := findForce(name)
	return police.PayerKey(f.Code), err
}
