package fit

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hardyards/analyze/formula"
	"hardyards/analyze/stat"
	"hardyards/analyze/stat/dd"
)

// table lets formula see a frame.
type table struct{ f *Frame }

func (t table) Numeric(name string) (dd.Vec, bool) {
	c, err := t.f.Number(name)
	if err != nil {
		return dd.Vec{}, false
	}
	return c.Vec(), true
}

func (t table) Levels(name string, rows []int) ([]string, []int) {
	of, levels, err := t.f.Groups(name, rows)
	if err != nil { // model.read has looked the column up already
		return nil, nil
	}
	return levels, of
}

func (t table) Place(row int) string { return t.f.place(row) }

// model is a formula on the complete rows of a frame, with what else a request
// names by column.
type model struct {
	frame    *Frame
	formula  *formula.Formula
	rows     []int
	design   formula.Design
	names    []string // of the design's columns
	x        []dd.Vec
	constant bool
	absorb   [][]int
	clusters [][]int
	offset   dd.Vec
	weights  dd.Vec
	warnings []string
}

// readModel parses the request's formula and takes the rows that miss nothing.
// weighted says that --weights names a column.
func readModel(f *Frame, r Request, weighted bool) (*model, error) {
	if r.Formula == "" {
		return nil, usagef("--formula is missing, as \"y ~ x1 + factor(g)\"")
	}
	parsed, err := formula.Parse(r.Formula)
	if err != nil {
		return nil, usageError{err.Error()}
	}
	m := &model{frame: f, formula: parsed}
	needed := slices.Concat(parsed.Variables(), r.FE, r.Cluster)
	if weighted && r.Weights != "" {
		needed = append(needed, r.Weights)
	}
	offset, logged := offsetColumn(r.Offset)
	if offset != "" {
		needed = append(needed, offset)
	}
	for _, name := range needed {
		if err := m.usable(name, slices.Contains(parsed.Variables(), name)); err != nil {
			return nil, err
		}
	}
	if m.rows, err = m.complete(needed); err != nil {
		return nil, err
	}
	if m.design, err = parsed.Design(table{f}, m.rows); err != nil {
		return nil, err
	}
	m.names, m.x, m.constant = m.design.Names, m.design.X, m.design.Constant
	return m, m.extras(r, weighted, offset, logged)
}

// usable refuses an unknown column, and one that would be taken for text although
// most of it is numbers: a slip in one cell must not turn it into dummies.
func (m *model) usable(name string, modelled bool) error {
	c, err := m.frame.Column(name)
	if err != nil || !modelled {
		return err
	}
	if _, err = m.frame.Number(name); err == nil {
		return nil
	}
	numbers, values := 0, 0
	for i, s := range c.Text {
		if c.Missing[i] {
			continue
		}
		values++
		if _, bad := strconv.ParseFloat(s, 64); bad == nil { // which takes Inf for a number
			numbers++
		}
	}
	if 2*numbers > values && !m.asFactor(name) {
		return err
	}
	return nil
}

// asFactor says whether every use of a column in the formula is factor(name).
func (m *model) asFactor(name string) bool {
	label := "factor(" + name + ")"
	for _, t := range m.formula.Terms {
		for _, a := range t {
			if a.Kind != formula.Factor && strings.Contains(a.Label, name) && a.Label != label {
				return false
			}
		}
	}
	return m.formula.Response.Label != name
}

// complete are the rows without a missing value.
func (m *model) complete(needed []string) ([]int, error) {
	rows, dropped, err := m.frame.Complete(needed...)
	if err != nil {
		return nil, err
	}
	if dropped > 0 {
		var who []string
		for _, name := range needed {
			c := m.frame.column(name)
			if n := count(c.Missing); n > 0 && !slices.Contains(who, fmt.Sprintf("%s %d", name, n)) {
				who = append(who, fmt.Sprintf("%s %d", name, n))
			}
		}
		m.warnf("%d of %d rows miss a value and are left out (%s)", dropped, m.frame.Rows(), strings.Join(who, ", "))
	}
	return rows, nil
}

func count(flags []bool) int {
	n := 0
	for _, b := range flags {
		if b {
			n++
		}
	}
	return n
}

func (m *model) warnf(format string, args ...any) {
	m.warnings = append(m.warnings, fmt.Sprintf(format, args...))
}

// extras reads effects, clusters, weights and offset.
func (m *model) extras(r Request, weighted bool, offset string, logged bool) error {
	for _, name := range r.FE {
		g, _, err := m.frame.Groups(name, m.rows)
		if err != nil {
			return err
		}
		m.absorb = append(m.absorb, g)
	}
	for _, name := range r.Cluster {
		g, _, err := m.frame.Groups(name, m.rows)
		if err != nil {
			return err
		}
		m.clusters = append(m.clusters, g)
	}
	if len(m.absorb) > 0 && m.formula.Intercept {
		m.names, m.x = m.names[1:], m.x[1:] // the effects hold the constant
	}
	if len(m.x) == 0 {
		return usagef("nothing is left to estimate beside the absorbed effects")
	}
	if weighted && r.Weights != "" {
		c, err := m.frame.Number(r.Weights)
		if err != nil {
			return err
		}
		m.weights = c.Vec().Take(m.rows)
	}
	if offset == "" {
		return nil
	}
	c, err := m.frame.Number(offset)
	if err != nil {
		return err
	}
	m.offset = c.Vec().Take(m.rows)
	if !logged {
		return nil
	}
	for k, i := range m.rows {
		v := m.offset.At(k).Float()
		if !(v > 0) {
			return fmt.Errorf("%s: offset log(%s): %v has no logarithm", m.frame.place(i), offset, v)
		}
		m.offset.Set(k, dd.Of(math.Log(v)))
	}
	return nil
}

// offsetColumn takes "log(column)" apart.
func offsetColumn(text string) (column string, logged bool) {
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, "log("); ok {
		if inner, ok = strings.CutSuffix(inner, ")"); ok {
			return strings.TrimSpace(inner), true
		}
	}
	return text, false
}

// kind is the covariance asked for, or the one that goes without saying: iid, and
// CR1 with clusters. The answer names it.
func kind(r Request) (stat.Kind, error) {
	if r.VCov == "" {
		if len(r.Cluster) > 0 {
			return stat.CR1, nil
		}
		return stat.IID, nil
	}
	for _, k := range stat.Kinds() {
		if strings.EqualFold(string(k), r.VCov) {
			if strings.HasPrefix(string(k), "CR") && len(r.Cluster) == 0 {
				return k, usagef("%s needs a clustering: name its column with --cluster", k)
			}
			return k, nil
		}
	}
	return "", usagef("no covariance %q: there are %v", r.VCov, stat.Kinds())
}

// aliases are warnings that name the columns that could not be estimated.
func (m *model) aliases(aliased []stat.Alias) []string {
	var out []string
	for _, a := range aliased {
		name := m.names[a.Column]
		switch {
		case len(a.On) > 0:
			out = append(out, fmt.Sprintf("%s is collinear and not estimated: it equals %s", name, m.combination(a)))
		case len(m.absorb) > 0:
			out = append(out, fmt.Sprintf("%s does not vary within the absorbed effects and is not estimated", name))
		default:
			out = append(out, fmt.Sprintf("%s is zero in every row and not estimated", name))
		}
	}
	return out
}

func (m *model) combination(a stat.Alias) string {
	var b strings.Builder
	for k, j := range a.On {
		c := a.By[k]
		switch {
		case k > 0 && c < 0:
			b.WriteString(" - ")
			c = -c
		case k > 0:
			b.WriteString(" + ")
		}
		fmt.Fprintf(&b, "%s*%s", short(c), m.names[j])
		if k == 7 && len(a.On) > 8 {
			fmt.Fprintf(&b, " and %d more", len(a.On)-8)
			break
		}
	}
	return b.String()
}

// terms turns coefficients into lines with t tests and intervals.
func terms(names []string, coef, se, df []float64, level float64) []Term {
	out := make([]Term, len(names))
	for j, name := range names {
		t := Term{Name: name, Estimate: coef[j], SE: se[j], DF: df[j]}
		t.Statistic, t.P = math.NaN(), math.NaN()
		if t.SE > 0 && finite(t.SE) { // an exact fit has no test, nor what overflowed
			t.Statistic = t.Estimate / t.SE
			t.P = stat.TwoSidedT(t.Statistic, t.DF)
		}
		half := stat.QuantileT(level, t.DF) * t.SE
		t.Lo, t.Hi = t.Estimate-half, t.Estimate+half
		out[j] = t
	}
	return out
}
