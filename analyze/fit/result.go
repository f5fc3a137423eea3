package fit

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Term is one line of a result. What is undefined is NaN, a normal reference
// distribution has DF +Inf; both are null in JSON, with a warning.
type Term struct {
	Name         string
	Estimate, SE float64
	DF           float64 // degrees of freedom of the reference distribution
	Statistic, P float64
	Lo, Hi       float64 // interval at Request.ConfidenceLevel
}

// KV is a key of a method's own with its value: float64, int, bool, string, nil,
// a slice of these, Object, []Object or map[string]float64 (printed by key).
type KV struct {
	Key   string
	Value any
}

// Object is an ordered JSON object.
type Object []KV

// Result is the answer of a method.
type Result struct {
	Method string
	N      int // rows used
	Terms  []Term
	// R2 and Sigma are nil for methods that have none: null without a warning.
	R2, Sigma *float64
	Warnings  []string
	Own       []KV // the method's own keys, in the order to print
}

// Number is a pointer to x, for Result.R2 and Sigma.
func Number(x float64) *float64 { return &x }

// Warnf adds a warning.
func (r *Result) Warnf(format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

// Put adds a key of the method's own.
func (r *Result) Put(key string, value any) { r.Own = append(r.Own, KV{key, value}) }

// WriteJSON prints the result as one JSON object, numbers with 17 significant
// digits. NaN and infinities become null and are named in a warning.
func (r Result) WriteJSON(w io.Writer) error {
	var nulls nullWarnings
	body := Object{{"method", r.Method}, {"n", r.N}, {"terms", r.termObjects(&nulls)}}
	body = append(body, KV{"r2", optional(r.R2)}, KV{"sigma", optional(r.Sigma)})
	var head, own strings.Builder
	for i, kv := range body {
		writePair(&head, &nulls, kv, i == 0)
	}
	for _, kv := range r.Own {
		writePair(&own, &nulls, kv, false)
	}
	var warned strings.Builder
	writePair(&warned, &nulls, KV{"warnings", append(slices.Clone(r.Warnings), nulls.texts()...)}, false)
	_, err := fmt.Fprintf(w, "{%s%s%s}\n", head.String(), warned.String(), own.String())
	return err
}

func optional(x *float64) any {
	if x == nil {
		return nil
	}
	return *x
}

// termObjects are the terms as JSON objects; their nulls are noted by key here,
// for one warning a key instead of one a number.
func (r Result) termObjects(nulls *nullWarnings) []Object {
	out := make([]Object, len(r.Terms))
	for i, t := range r.Terms {
		for _, kv := range []KV{
			{"estimate", t.Estimate}, {"se", t.SE}, {"df", t.DF}, {"statistic", t.Statistic},
			{"p", t.P}, {"lo", t.Lo}, {"hi", t.Hi},
		} {
			x := kv.Value.(float64)
			if !finite(x) {
				nulls.term(kv.Key, t.Name, x)
				kv.Value = nil
			}
			out[i] = append(out[i], kv)
		}
		out[i] = append(Object{{"name", t.Name}}, out[i]...)
	}
	return out
}

// nullWarnings collects what had to be printed as null.
type nullWarnings struct {
	keys  []string
	terms map[string][]string
}

func (n *nullWarnings) note(key, what string) {
	if n.terms == nil {
		n.terms = map[string][]string{}
	}
	if _, ok := n.terms[key]; !ok {
		n.keys = append(n.keys, key)
	}
	n.terms[key] = append(n.terms[key], what)
}

func (n *nullWarnings) term(key, name string, x float64) {
	switch {
	case key == "df" && math.IsInf(x, 1):
		n.note("df is null: the reference distribution is the normal one", name)
	case math.IsInf(x, 0):
		n.note(key+" is null: infinite", name)
	default:
		n.note(key+" is null: undefined", name)
	}
}

func (n *nullWarnings) value(key string, x float64) {
	if math.IsInf(x, 0) {
		n.note(key+" is null: infinite", "")
		return
	}
	n.note(key+" is null: undefined", "")
}

func (n *nullWarnings) texts() []string {
	var out []string
	for _, key := range n.keys {
		who := slices.DeleteFunc(slices.Clone(n.terms[key]), func(s string) bool { return s == "" })
		if len(who) == 0 {
			out = append(out, key)
			continue
		}
		out = append(out, key+" ("+listed(who)+")")
	}
	return out
}

// listed joins names, at most eight of them.
func listed(names []string) string {
	if len(names) > 8 {
		return strings.Join(names[:8], ", ") + fmt.Sprintf(" and %d more", len(names)-8)
	}
	return strings.Join(names, ", ")
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func writePair(b *strings.Builder, nulls *nullWarnings, kv KV, first bool) {
	if !first {
		b.WriteString(", ")
	}
	writeString(b, kv.Key)
	b.WriteString(": ")
	writeValue(b, nulls, kv.Key, kv.Value)
}

// writeString quotes s; <, > and & stay as they are, for people read this too.
func writeString(b *strings.Builder, s string) {
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // a string always encodes
		b.WriteString(`""`)
		return
	}
	b.WriteString(strings.TrimSuffix(text.String(), "\n"))
}

func writeValue(b *strings.Builder, nulls *nullWarnings, key string, value any) {
	switch v := value.(type) {
	case nil:
		b.WriteString("null")
	case float64:
		writeFloat(b, nulls, key, v)
	case *float64:
		writeValue(b, nulls, key, optional(v))
	case int:
		b.WriteString(strconv.Itoa(v))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case string:
		writeString(b, v)
	case Object:
		b.WriteByte('{')
		for i, kv := range v {
			writePair(b, nulls, kv, i == 0)
		}
		b.WriteByte('}')
	case map[string]float64:
		var o Object
		for _, k := range slices.Sorted(maps.Keys(v)) {
			o = append(o, KV{k, v[k]})
		}
		writeValue(b, nulls, key, o)
	case []Object:
		writeList(b, nulls, key, v)
	case []float64:
		writeList(b, nulls, key, v)
	case []int:
		writeList(b, nulls, key, v)
	case []string:
		writeList(b, nulls, key, v)
	case []any:
		writeList(b, nulls, key, v)
	case [][]int:
		writeList(b, nulls, key, v)
	case [][]string:
		writeList(b, nulls, key, v)
	case [][]float64:
		writeList(b, nulls, key, v)
	default:
		writeString(b, fmt.Sprint(v))
	}
}

func writeList[T any](b *strings.Builder, nulls *nullWarnings, key string, list []T) {
	b.WriteByte('[')
	for i, x := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		writeValue(b, nulls, key, x)
	}
	b.WriteByte(']')
}

func writeFloat(b *strings.Builder, nulls *nullWarnings, key string, x float64) {
	if !finite(x) {
		nulls.value(key, x)
		b.WriteString("null")
		return
	}
	b.WriteString(strconv.FormatFloat(x, 'g', 17, 64))
}

// WriteTable prints the result for people: terms, then own keys, then warnings.
func (r Result) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s, n = %d\n", r.Method, r.N)
	if len(r.Terms) > 0 {
		fmt.Fprint(t, "term\testimate\tse\tdf\tstatistic\tp\tlo\thi\t\n")
	}
	for _, x := range r.Terms {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", x.Name, short(x.Estimate), short(x.SE),
			short(x.DF), short(x.Statistic), short(x.P), short(x.Lo), short(x.Hi))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, kv := range r.summary() {
		fmt.Fprintf(w, "%s: %s\n", kv.Key, readable(kv))
	}
	for _, s := range r.Warnings {
		fmt.Fprintf(w, "warning: %s\n", s)
	}
	return nil
}

func (r Result) summary() []KV {
	var out []KV
	if r.R2 != nil {
		out = append(out, KV{"r2", *r.R2})
	}
	if r.Sigma != nil {
		out = append(out, KV{"sigma", *r.Sigma})
	}
	return append(out, r.Own...)
}

// readable is a value for people: numbers with six digits, lists as JSON.
func readable(kv KV) string {
	if x, ok := kv.Value.(float64); ok {
		return short(x)
	}
	if kv.Value == nil {
		return "–"
	}
	var b strings.Builder
	writeValue(&b, &nullWarnings{}, kv.Key, kv.Value)
	return b.String()
}

// short is a number for people: six digits, "–" where undefined.
func short(x float64) string {
	switch {
	case math.IsNaN(x):
		return "–"
	case math.IsInf(x, 1):
		return "∞"
	case math.IsInf(x, -1):
		return "−∞"
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}
