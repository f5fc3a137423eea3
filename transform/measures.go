package transform

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// joinedMeasures are the measures of a snapshot.
type joinedMeasures struct {
	values    []police.MeasureValue
	revisions []police.MeasureRevision
	catalogue []police.MeasureDef
	warnings  []string
}

// measureCell is what makes two values one.
type measureCell struct {
	force             police.ForceCode
	measure, function string
	year              int32
	period            string
}

func cellOfMeasure(v *police.MeasureValue) measureCell {
	return measureCell{v.Force, v.Measure, v.Function, v.Year, v.Period}
}

// release is the values that one file gave, and what tells which of two files is the
// later release.
type release struct {
	publisher string
	latest    map[string]int32 // by measure, the last year it has a value for
	values    []police.MeasureValue
}

// joinMeasures joins what the users' files yielded with the embedded values: local
// authorities become forces by the lookups among the files; of two values of one
// force, measure and year, that of the later release counts (the file whose series
// goes on longer), and a file's before an embedded one. What gives way is kept as a
// revision.
func joinMeasures(ref Reference, sources []*source) (joinedMeasures, error) {
	j := joinedMeasures{}
	releases, err := releasesOf(sources)
	if err != nil {
		return j, err
	}
	areas, warnings := lookupOf(releases)
	j.warnings = warnings
	forces := map[police.ForceCode]bool{"": true}
	for _, f := range ref.Forces {
		forces[f.Code] = true
	}
	best := map[measureCell]*police.MeasureValue{}
	by := map[measureCell]*release{}
	for _, r := range releases {
		j.warnings = append(j.warnings, r.toForces(forces, areas)...)
		for i := range r.values {
			j.settle(best, by, r, &r.values[i])
		}
	}
	j.overEmbedded(best, ref.Measures)
	for _, v := range best {
		j.values = append(j.values, *v)
	}
	slices.SortFunc(j.values, compareMeasures)
	slices.SortFunc(j.revisions, compareRevisions)
	slices.Sort(j.warnings)
	j.catalogue = withUnknown(ref.Catalogue, j.values)
	return j, nil
}

func releasesOf(sources []*source) ([]*release, error) {
	var out []*release
	for _, s := range sources {
		rows, err := s.frag.Measures()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.frag.Record.Name, err)
		}
		if len(rows) == 0 {
			continue
		}
		r := &release{publisher: s.frag.Record.Publisher, latest: map[string]int32{}, values: rows}
		for _, v := range rows {
			r.latest[v.Measure] = max(r.latest[v.Measure], v.Year)
		}
		out = append(out, r)
	}
	return out, nil
}

// lookupOf gathers the lookups: the force of each local authority. Where two differ,
// the lookup of the later year counts, and is told.
func lookupOf(releases []*release) (map[string]police.ForceCode, []string) {
	var links []police.MeasureValue
	for _, r := range releases {
		for _, v := range r.values {
			if v.Measure == police.MeasureForceOfArea {
				links = append(links, v)
			}
		}
	}
	slices.SortFunc(links, func(a, b police.MeasureValue) int {
		return cmp.Or(cmp.Compare(a.Function, b.Function), cmp.Compare(b.Year, a.Year), compareMeasures(a, b))
	})
	out := map[string]police.ForceCode{}
	var warnings []string
	for _, l := range links {
		if had, twice := out[l.Function]; twice && had != l.Force {
			warnings = append(warnings, fmt.Sprintf("measures: two lookups put local authority %s in %s and %s: the first counts", l.Function, had, l.Force))
			continue
		}
		out[l.Function] = l.Force
	}
	return out, warnings
}

var localAuthority = regexp.MustCompile(`^[EW]0[6-9]\d{6}$`)

// areaSum adds the local authorities of one force.
type areaSum struct {
	noun    string
	value   police.MeasureValue // of the first
	sum     float64
	n       int
	missing int
}

// toForces replaces a file's values of local authorities (or incidents, where another
// file says whose they are) by sums of forces, and takes links out. Those of no known force are told, and mark every force's sum of
// that measure and year, as each may lack them.
func (r *release) toForces(forces map[police.ForceCode]bool, areas map[string]police.ForceCode) []string {
	sums := map[measureCell]*areaSum{}
	lost := map[measureCell][]string{} // by cell without force
	var direct, kept []police.MeasureValue
	for _, v := range r.values {
		switch {
		case v.Measure == police.MeasureForceOfArea:
		case forces[v.Force]:
			direct = append(direct, v)
		case areas[string(v.Force)] == "":
			k := cellOfMeasure(&v)
			area := string(k.force)
			k.force = ""
			lost[k] = append(lost[k], area)
		default:
			addArea(sums, v, areas[string(v.Force)])
		}
	}
	for _, v := range direct {
		if sums[cellOfMeasure(&v)] != nil {
			addArea(sums, v, v.Force) // City casualties: some by the City's own code, most through the Met's
		} else {
			kept = append(kept, v)
		}
	}
	for k, s := range sums {
		k.force = ""
		kept = append(kept, s.toValue(len(lost[k])))
	}
	slices.SortFunc(kept, compareMeasures)
	r.values = kept
	var warnings []string
	for k, list := range lost {
		slices.Sort(list)
		warnings = append(warnings, fmt.Sprintf("measures: %s %d: %d %s are of no known force (%s): give the file that links them; no force's sum is sure",
			k.measure, k.year, len(list), nounOf(list[0]), few(list)))
	}
	return warnings
}

// nounOf is what a code names, for people.
func nounOf(code string) string {
	if localAuthority.MatchString(code) {
		return "local authorities"
	}
	return "incidents"
}

func few(list []string) string {
	const shown = 5
	if len(list) > shown {
		return strings.Join(list[:shown], ", ") + " …"
	}
	return strings.Join(list, ", ")
}

func addArea(sums map[measureCell]*areaSum, v police.MeasureValue, force police.ForceCode) {
	noun := nounOf(string(v.Force))
	v.Force = force
	k := cellOfMeasure(&v)
	s := sums[k]
	if s == nil {
		s = &areaSum{value: v, noun: noun}
		sums[k] = s
	}
	s.n++
	if math.IsNaN(v.Value) {
		s.missing++
		s.value.State = cmp.Or(v.State, police.StateMissing)
		return
	}
	s.sum += v.Value
	if v.Line < s.value.Line {
		s.value.Line, s.value.Source = v.Line, v.Source
	}
}

func (s *areaSum) toValue(lost int) police.MeasureValue {
	v := s.value
	v.Value, v.ValueText = s.sum, fmt.Sprintf("sum over %d %s", s.n, s.noun)
	if s.missing > 0 {
		v.Value = math.NaN()
		v.ValueText += fmt.Sprintf(", %d of them without a value", s.missing)
	}
	if s.n > 1 {
		v.Source += ", first of the " + s.noun + " added up"
	}
	if lost > 0 {
		v.Break = fmt.Sprintf("%d %s of the file are of no known force: the sum may lack them", lost, s.noun)
	}
	return v
}

// settle lets one more value of a file contend for its cell.
func (j *joinedMeasures) settle(best map[measureCell]*police.MeasureValue, by map[measureCell]*release, r *release, v *police.MeasureValue) {
	k := cellOfMeasure(v)
	had := best[k]
	if had == nil {
		best[k], by[k] = v, r
		return
	}
	older, newer, first, last := had, v, by[k], r
	if !r.laterThan(first, had, v) {
		older, newer, first, last = v, had, r, by[k]
	}
	if sameValue(older, newer) {
		best[k], by[k] = older, first // unrevised: its first publication is its source
		return
	}
	best[k], by[k] = newer, last
	why := "another source"
	if first.publisher == last.publisher {
		why = "later release"
		newer.State = cmp.Or(newer.State, police.StateRevised)
	}
	j.revisions = append(j.revisions, revisionOf(older, newer, why))
}

// laterThan reports whether the release's value w counts before the other's v: a
// missing value never does before one that is there; else the longer series; else
// the name of the source that sorts last.
func (r *release) laterThan(other *release, v, w *police.MeasureValue) bool {
	if a, b := math.IsNaN(v.Value), math.IsNaN(w.Value); a != b {
		return a
	}
	return cmp.Or(cmp.Compare(r.latest[w.Measure], other.latest[v.Measure]), cmp.Compare(w.Source, v.Source)) > 0
}

// sameValue allows for sums made in another order.
func sameValue(a, b *police.MeasureValue) bool {
	if math.IsNaN(a.Value) || math.IsNaN(b.Value) {
		return math.IsNaN(a.Value) == math.IsNaN(b.Value)
	}
	return math.Abs(a.Value-b.Value) <= 1e-9*max(1, math.Abs(a.Value))
}

func revisionOf(older, newer *police.MeasureValue, why string) police.MeasureRevision {
	return police.MeasureRevision{Force: newer.Force, Measure: newer.Measure, Function: newer.Function, Year: newer.Year, Period: newer.Period,
		Was: older.Value, WasText: older.ValueText, WasSource: older.Source, WasPartID: older.PartID,
		Is: newer.Value, IsSource: newer.Source, Change: newer.Value - older.Value, Why: why}
}

// overEmbedded adds the embedded values that no file gives. A value from a file takes
// over the known break of the embedded one.
func (j *joinedMeasures) overEmbedded(best map[measureCell]*police.MeasureValue, embedded []police.MeasureValue) {
	for i := range embedded {
		v := &embedded[i]
		mine := best[cellOfMeasure(v)]
		if mine == nil || mine.PartID == 0 {
			j.keepEmbedded(best, mine, v)
			continue
		}
		mine.Break = cmp.Or(mine.Break, v.Break)
		if !sameValue(v, mine) && !roundsTo(mine.Value, v) {
			j.revisions = append(j.revisions, revisionOf(v, mine, "over the embedded value"))
		}
	}
}

var writtenNumber = regexp.MustCompile(`\d+(?:\.(\d+))?`)

// roundsTo reports that a value is the embedded one before that was rounded to the
// decimals it is written with; each term of a written sum was rounded by itself.
func roundsTo(value float64, embedded *police.MeasureValue) bool {
	terms := writtenNumber.FindAllStringSubmatch(embedded.ValueText, -1)
	decimals := 0
	for _, m := range terms {
		decimals = max(decimals, len(m[1]))
	}
	return math.Abs(value-embedded.Value) <= 0.5000001*float64(len(terms))*math.Pow10(-decimals)
}

// keepEmbedded keeps every embedded value, also where two tables of the reference data
// give the same cell.
func (j *joinedMeasures) keepEmbedded(best map[measureCell]*police.MeasureValue, had, v *police.MeasureValue) {
	if had == nil {
		copied := *v
		best[cellOfMeasure(v)] = &copied
		return
	}
	j.values = append(j.values, *v)
}

func compareRevisions(a, b police.MeasureRevision) int {
	return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Force, b.Force),
		cmp.Compare(a.Year, b.Year), cmp.Compare(a.Period, b.Period), cmp.Compare(a.WasSource, b.WasSource), cmp.Compare(a.WasPartID, b.WasPartID))
}

// withUnknown adds a plain entry for measures that the catalogue doesn't know, so that
// every value has one.
func withUnknown(catalogue []police.MeasureDef, values []police.MeasureValue) []police.MeasureDef {
	known := map[string]bool{}
	for _, d := range catalogue {
		known[d.ID] = true
	}
	more := map[string]police.MeasureDef{}
	for _, v := range values {
		if _, have := more[v.Measure]; !known[v.Measure] && !have {
			more[v.Measure] = police.MeasureDef{ID: v.Measure, Label: v.Measure, Unit: v.Unit, Kind: "other", Direction: "none", Period: v.Period,
				Traps: "of a user's file: not in the catalogue, and used by no finding", Source: v.Source, Licence: "unknown"}
		}
	}
	if len(more) == 0 {
		return catalogue
	}
	out := slices.Clone(catalogue)
	for _, id := range slices.Sorted(maps.Keys(more)) {
		out = append(out, more[id])
	}
	return out
}
