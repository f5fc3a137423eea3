package transform

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"math"
	"reflect"
	"slices"

	"hardyards/internal/police"
	"hardyards/transform/payee"
)

// Version names the rules of this package; raise it with any change to what Build
// makes of the same inputs. It is part of the snapshot's id.
const Version = "1"

// Arrival is one file's bytes as they came to one path. All that ever arrived at a
// path are inputs (lake/arrivals.csv), the present and the earlier.
type Arrival struct {
	Path      string // as configured
	Publisher string // slug, or "" where the row says who pays
	SHA256    string // of the bytes
	Key       string // of the fragment; "" where the file was refused
	Order     int    // order of arrival at this path: greater is later; other paths don't matter
	Gone      bool   // no longer at its source
	Refused   string // why the file was not understood
}

// Inputs are all that a snapshot depends on, besides the versions of the code.
type Inputs struct {
	Arrivals  []Arrival
	Reference Reference
	Forgotten []string          // SHA-256 of files that must never come back: tombstones
	Prefer    []Preference      // versions that the configuration decides
	Limits    Limits            // what makes a file be refused or a guard speak
	AsOf      police.Date       // day on which months count as late; NoDate or 0: none does
	Versions  map[string]string // of reading code, layouts and so on
}

// Reference is the reference data in force: embedded, or the user's own.
type Reference struct {
	Forces         []police.Force
	Bodies         []police.PoliceBody
	Aliases        []police.BodyAlias
	Overrides      []payee.Override // human decisions about payees; they win over Aliases
	Collaborations []police.Collaboration
	Members        []police.Member
	Events         []police.Event
	Claims         []police.Claim
	Catalogue      []police.MeasureDef
	Measures       []police.MeasureValue
}

// Limits are the limits of the guards. Zero values stand for the defaults.
type Limits struct {
	Rejected float64 // share of rows or pounds of a file that may be rejected: 0.01
	Shrink   float64 // share of rows or pounds a table or force-year may lose: 0.05
}

func (l Limits) withDefaults() Limits {
	if l.Rejected == 0 {
		l.Rejected = 0.01
	}
	if l.Shrink == 0 {
		l.Shrink = 0.05
	}
	return l
}

// canonicalArrivals sorts arrivals by path and replaces their order by 1, 2, … per
// path, so that only what came before what at one path is left of history. Bytes
// that came to a path twice count where they came last.
func canonicalArrivals(in []Arrival) []Arrival {
	out := slices.Clone(in)
	slices.SortStableFunc(out, func(a, b Arrival) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(b.Order, a.Order)) })
	type content struct{ path, sha string }
	seen := map[content]bool{}
	out = slices.DeleteFunc(out, func(a Arrival) bool {
		c := content{a.Path, a.SHA256}
		twice := seen[c]
		seen[c] = true
		return twice
	})
	slices.SortStableFunc(out, func(a, b Arrival) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Order, b.Order)) })
	for i := range out {
		out[i].Order = 1
		if i > 0 && out[i-1].Path == out[i].Path {
			out[i].Order = out[i-1].Order + 1
		}
	}
	return out
}

// ID is the snapshot's id: 32 hex digits of the SHA-256 of everything the snapshot
// depends on.
func (in Inputs) ID() string {
	d := digest{h: sha256.New()}
	d.add(reflect.ValueOf(Version))
	d.add(reflect.ValueOf(summaryVersion))
	d.add(reflect.ValueOf(canonicalArrivals(in.standing())))
	d.add(reflect.ValueOf(in.Reference))
	d.add(reflect.ValueOf(in.Prefer))
	d.add(reflect.ValueOf(in.Limits.withDefaults()))
	d.add(reflect.ValueOf(in.AsOf))
	for _, k := range sortedKeys(in.Versions) {
		d.add(reflect.ValueOf(k))
		d.add(reflect.ValueOf(in.Versions[k]))
	}
	d.flush()
	return hex.EncodeToString(d.h.Sum(nil)[:16])
}

// versions are those of the caller and of these rules.
func (in Inputs) versions() map[string]string {
	out := map[string]string{"transform": Version}
	maps.Copy(out, in.Versions)
	return out
}

// standing gives the arrivals without those of forgotten files: the lake is then as
// if they had never come.
func (in Inputs) standing() []Arrival {
	if len(in.Forgotten) == 0 {
		return in.Arrivals
	}
	gone := map[string]bool{}
	for _, sha := range in.Forgotten {
		gone[sha] = true
	}
	return slices.DeleteFunc(slices.Clone(in.Arrivals), func(a Arrival) bool { return gone[a.SHA256] })
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// digest hashes plain values, slices and structs of them, each with its length.
type digest struct {
	h   hash.Hash
	buf []byte
}

func (d *digest) flush() {
	d.h.Write(d.buf)
	d.buf = d.buf[:0]
}

func (d *digest) add(v reflect.Value) {
	if len(d.buf) > 1<<15 {
		d.flush()
	}
	switch v.Kind() {
	case reflect.String:
		d.buf = binary.AppendUvarint(d.buf, uint64(v.Len()))
		d.buf = append(d.buf, v.String()...)
	case reflect.Bool:
		d.buf = append(d.buf, map[bool]byte{true: 1}[v.Bool()])
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.buf = binary.AppendVarint(d.buf, v.Int())
	case reflect.Float64:
		d.buf = binary.BigEndian.AppendUint64(d.buf, math.Float64bits(v.Float()))
	case reflect.Slice:
		d.buf = binary.AppendUvarint(d.buf, uint64(v.Len()))
		for i := range v.Len() {
			d.add(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			d.add(v.Field(i))
		}
	default:
		panic("transform: inputs hold a " + v.Kind().String())
	}
}

// hashOf is the SHA-256 of plain values, in hex.
func hashOf(values ...any) string {
	d := digest{h: sha256.New()}
	for _, v := range values {
		d.add(reflect.ValueOf(v))
	}
	d.flush()
	return hex.EncodeToString(d.h.Sum(nil))
}
