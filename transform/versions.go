package transform

import (
	"cmp"
	"path"
	"regexp"
	"strconv"
	"strings"

	"hardyards/internal/police"
)

// Rules of superseded rows. What stands before the colon says how the snapshot's
// ledger counts them.
const (
	ruleSameBytes  = "duplicate: same bytes under two names"
	ruleTwice      = "duplicate: the whole export twice in one file"
	ruleTwoFiles   = "duplicate: the same month in two files"
	ruleConfigured = "superseded: the configuration prefers another version"
	ruleNamed      = "superseded: the names say which version is later"
	ruleSamePath   = "superseded: newer bytes at the same path"
)

func isDuplicateRule(rule string) bool { return strings.HasPrefix(rule, "duplicate:") }

// Preference says that of two versions of a month the files that match Winner count
// and those that match Loser don't. Patterns are those of path.Match, tried against
// the configured path and the file's name.
type Preference struct{ Winner, Loser string }

// partInfo is a part with what is known of its versions.
type partInfo struct {
	police.Part
	source    int            // index of its fragment among the sources
	orders    map[string]int // path → order of arrival of its file there
	name      nameVersion
	gone      bool  // its source no longer holds it
	rows      int64 // rows, without a second copy of the export
	mainMonth int32 // month of more than half of its rows; 0 if none
	claimed   int32 // month that its Period says; 0 if none
}

// nameVersion is what a file's name says of versions.
type nameVersion struct {
	stem string // the name without the words about versions
	rank int    // 0 nothing said, above: corrected, below: old
}

var (
	revisionWords = regexp.MustCompile(`(?i)(?:^|[^a-z])(corrected|correction|corr|revised|revision|rev|amended|amendment|amended|amnd|amd|updated|republished|final|v)[ _.-]*([0-9]{0,2})(?:[^a-z0-9]|$)`)
	olderWords    = regexp.MustCompile(`(?i)(?:^|[^a-z])(old|superseded|draft|provisional|withdrawn|original)(?:[^a-z]|$)`)
	notStem       = regexp.MustCompile(`[^a-z0-9]+`)
)

// versionOfName reads the words about versions in a name: `corrected`, `revised`,
// `amnd4`, `v2` raise it by 1 and the number, `old-`, `draft` lower it. `v` counts
// with a number alone, `final` only as a word about a version of the same stem.
func versionOfName(name string) nameVersion {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	v := nameVersion{}
	rest := base
	if m := revisionWords.FindStringSubmatchIndex(rest); m != nil {
		word, number := strings.ToLower(rest[m[2]:m[3]]), rest[m[4]:m[5]]
		if word != "v" || number != "" {
			n, _ := strconv.Atoi(number)
			v.rank = 1 + n
			rest = rest[:m[2]] + " " + rest[m[5]:]
		}
	}
	if m := olderWords.FindStringSubmatchIndex(rest); m != nil {
		v.rank--
		rest = rest[:m[2]] + " " + rest[m[3]:]
	}
	v.stem = strings.Trim(notStem.ReplaceAllString(strings.ToLower(rest), " "), " ")
	return v
}

// later decides which of two versions counts, in the order the project laid down:
// configuration, names, order of arrival at the same path. won is +1 where a
// counts, -1 where b does, 0 where nothing decides.
func later(a, b *partInfo, prefer []Preference) (won int, rule string) {
	for _, p := range prefer {
		switch {
		case p.picks(a, b):
			return 1, ruleConfigured
		case p.picks(b, a):
			return -1, ruleConfigured
		}
	}
	if c := cmp.Compare(a.name.rank, b.name.rank); c != 0 {
		return c, ruleNamed
	}
	if c := laterArrival(a, b); c != 0 {
		return c, ruleSamePath
	}
	return 0, ""
}

func (p Preference) picks(winner, loser *partInfo) bool {
	return winner.matches(p.Winner) && loser.matches(p.Loser)
}

func (p *partInfo) matches(pattern string) bool {
	if ok, _ := path.Match(pattern, path.Base(p.SourceFile)); ok {
		return true
	}
	for at := range p.orders {
		if ok, _ := path.Match(pattern, at); ok {
			return true
		}
	}
	return false
}

// laterArrival compares the order of arrival at a path both came by. Parts of the
// same published file never differ.
func laterArrival(a, b *partInfo) int {
	if a.source == b.source {
		return 0
	}
	sum := 0
	for at, n := range a.orders {
		if m, ok := b.orders[at]; ok {
			sum += cmp.Compare(n, m)
		}
	}
	return cmp.Compare(sum, 0)
}

// linked reports whether something beside their rows says that two parts are
// versions of one another: the configuration, the same path and sheet, or names
// that differ in nothing but the words about versions. A preference over any other
// file ("*") chooses between versions that their rows show to be such; it makes
// none of files that merely cover the same month.
func linked(a, b *partInfo, prefer []Preference) bool {
	for _, p := range prefer {
		if p.Loser != "*" && (p.picks(a, b) || p.picks(b, a)) {
			return true
		}
	}
	if sameBytes(a, b) {
		return true
	}
	if a.SourceFile == b.SourceFile && a.Sheet == b.Sheet && laterArrival(a, b) != 0 {
		return true
	}
	return a.SHA256 != b.SHA256 && a.Sheet == b.Sheet && a.name.stem == b.name.stem && a.name.rank != b.name.rank
}

// sameBytes reports whether two parts are one sheet of the same published bytes, in
// a retabulated file that holds it under two names.
func sameBytes(a, b *partInfo) bool { return a.SHA256 == b.SHA256 && a.Sheet == b.Sheet }

// compareParts is the order that breaks ties between parts that hold the same: one
// that its source still holds comes first, then one whose name claims the month it
// holds, else names decide.
func compareParts(a, b *partInfo) int {
	return cmp.Or(compareBools(a.gone, b.gone), compareBools(b.fits(), a.fits()),
		cmp.Compare(a.SourceFile, b.SourceFile), cmp.Compare(a.Sheet, b.Sheet),
		cmp.Compare(a.SHA256, b.SHA256), cmp.Compare(a.PartID, b.PartID), cmp.Compare(a.FragmentKey, b.FragmentKey))
}

// fits reports whether the part's name claims the month that most of its rows are of.
func (p *partInfo) fits() bool { return p.mainMonth != 0 && p.mainMonth == p.claimed }

// compareBools puts false first.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
