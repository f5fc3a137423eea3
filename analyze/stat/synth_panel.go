package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Reasons why a panel has no block of treatment.
var (
	// ErrSwitchesOff says that a unit's treatment ends within the panel. The
	// methods here take treatment as absorbing: estimate the entry on the periods
	// up to the end of the spell, and the exit as a treatment of its own.
	ErrSwitchesOff = errors.New("treatment switches off")
	// ErrStaggered says that treated units start at different times.
	ErrStaggered = errors.New("treated units start at different times")
	// ErrNoDonors says that every unit is treated.
	ErrNoDonors = errors.New("no unit is untreated")
	// ErrNoTreated says that no unit is treated.
	ErrNoTreated = errors.New("no unit is treated")
	// ErrNoBefore says that treatment begins in the first period.
	ErrNoBefore = errors.New("no period before treatment")
	// ErrDuplicateRow says that a unit has two rows for one period.
	ErrDuplicateRow = errors.New("two rows for one unit and period")
)

// SynthPanel is a complete panel, units × periods, in which some units are
// treated from one common period on and stay so.
type SynthPanel struct {
	Units   []string    // names, for messages; may be nil
	Periods []string    // names, for messages; may be nil
	Y       [][]float64 // [unit][period], all finite
	Treated []bool      // by unit
	Pre     int         // periods before treatment: Y[i][:Pre]
	// Size of each unit (population, workforce) for the variance-by-size
	// correction of placebos; nil without.
	Size     []float64
	Warnings []string // what NewSynthPanel left out
	// Pool makes one unit of several treated ones (and of the donors of a placebo
	// set), period by period: for logs, the log of the sum of their
	// exponentials, so that the members of an agreement count as one body. Nil:
	// their mean, each unit alike.
	Pool func(rows [][]float64) []float64
}

// LogSum is a Pool for outcomes in logs: the log of the sum of the levels.
func LogSum(rows [][]float64) []float64 {
	out := make([]float64, len(rows[0]))
	for t := range out {
		top, sum := math.Inf(-1), 0.0
		for _, r := range rows {
			top = max(top, r[t])
		}
		for _, r := range rows { // from the largest down: no overflow
			sum += math.Exp(r[t] - top)
		}
		out[t] = top + math.Log(sum)
	}
	return out
}

// pooled are the rows of units, made one where the panel says how.
func (p SynthPanel) pooled(units []int) [][]float64 {
	rows := p.rows(units)
	if p.Pool == nil || len(rows) == 0 {
		return rows
	}
	return [][]float64{p.Pool(rows)}
}

func (p SynthPanel) treatedUnits() int {
	n := 0
	for _, t := range p.Treated {
		if t {
			n++
		}
	}
	return n
}

// LongPanel is a panel in long form: one row a unit and period.
type LongPanel struct {
	Unit, Period []string
	Y            []float64 // NaN: missing
	D            []float64 // 1 where the unit is treated in that period, else 0
	// Order names the periods from first to last. Nil: their order as numbers is
	// not known, so they are sorted as text.
	Order []string
}

// NewSynthPanel shapes rows into a panel. Donors without a value in every
// period are left out, with a warning; a treated unit without one is an error,
// as are two rows for one unit and period, treatment that switches off
// (ErrSwitchesOff), that starts at different times (ErrStaggered) or in the
// first period, no treated unit, no donor. Units are sorted by name.
func NewSynthPanel(long LongPanel) (SynthPanel, error) {
	g, err := newGrid(long)
	if err != nil {
		return SynthPanel{}, err
	}
	p := SynthPanel{Periods: g.periods, Pre: -1}
	incomplete := 0
	for i, unit := range g.units {
		start, err := absorbingStart(g.d[i])
		if err != nil {
			return SynthPanel{}, fmt.Errorf("unit %s: %w%s", unit, err, spellAdvice(g.d[i], g.periods))
		}
		treated := start < len(g.periods)
		if t := slices.IndexFunc(g.y[i], func(v float64) bool { return !isFinite(v) }); t >= 0 {
			if treated {
				return SynthPanel{}, fmt.Errorf("treated unit %s has no value in %s", unit, g.periods[t])
			}
			incomplete++
			continue
		}
		if treated && p.Pre >= 0 && p.Pre != start {
			return SynthPanel{}, fmt.Errorf("unit %s starts in %s, another in %s: %w; estimate each start on its own, or use a staggered method (cs, sunab)",
				unit, g.periods[start], g.periods[p.Pre], ErrStaggered)
		}
		if treated {
			p.Pre = start
		}
		p.Units, p.Y, p.Treated = append(p.Units, unit), append(p.Y, g.y[i]), append(p.Treated, treated)
	}
	if incomplete > 0 {
		p.Warnings = append(p.Warnings, fmt.Sprintf("%d donors have no value in some period and are left out", incomplete))
	}
	return p, p.Check()
}

func spellAdvice(d []float64, periods []string) string {
	on := slices.Index(d, 1)
	for t := max(on, 0); t < len(d); t++ {
		if d[t] == 0 {
			return fmt.Sprintf(" in %s; estimate the entry on the periods before that, and the exit as a treatment of its own", periods[t])
		}
	}
	return ""
}

// absorbingStart is the first period with d = 1, len(d) when there is none. NaN
// (a row that isn't there) takes the value before it.
func absorbingStart(d []float64) (int, error) {
	start := len(d)
	for t, v := range d {
		switch {
		case math.IsNaN(v):
		case v != 0 && v != 1:
			return 0, fmt.Errorf("treatment is %v: want 0 or 1", v)
		case v == 1 && start == len(d):
			start = t
		case v == 0 && start < len(d):
			return 0, ErrSwitchesOff
		}
	}
	return start, nil
}

// Check refuses a panel that Synth can't use, with the reason.
func (p SynthPanel) Check() error {
	if len(p.Y) == 0 {
		return fmt.Errorf("panel: %w", ErrEmpty)
	}
	if len(p.Treated) != len(p.Y) || p.Units != nil && len(p.Units) != len(p.Y) || p.Size != nil && len(p.Size) != len(p.Y) {
		return fmt.Errorf("panel: %d units, treated for %d: %w", len(p.Y), len(p.Treated), ErrLengths)
	}
	periods, big := len(p.Y[0]), 0.0
	for i, y := range p.Y {
		if len(y) != periods {
			return fmt.Errorf("unit %s has %d periods, the first %d: %w", p.unit(i), len(y), periods, ErrLengths)
		}
		if t := slices.IndexFunc(y, func(v float64) bool { return !isFinite(v) }); t >= 0 {
			return fmt.Errorf("unit %s, period %s: %w", p.unit(i), p.period(t), ErrNotFinite)
		}
		for t, v := range y {
			big = max(big, math.Abs(v))
			if math.Abs(v) > 1e150 {
				return fmt.Errorf("unit %s, period %s: %v is too large to square", p.unit(i), p.period(t), v)
			}
		}
	}
	if big > 0 && big < 1e-140 {
		return fmt.Errorf("the largest outcome is %v: too small to square; use other units", big)
	}
	switch treated, donors := p.split(); {
	case len(treated) == 0:
		return ErrNoTreated
	case len(donors) == 0:
		return ErrNoDonors
	case p.Pre < 1:
		return ErrNoBefore
	case p.Pre >= periods:
		return fmt.Errorf("%d periods, %d before treatment: none after", periods, p.Pre)
	}
	return nil
}

// split is the indices of treated units and of donors.
func (p SynthPanel) split() (treated, donors []int) {
	for i, t := range p.Treated {
		if t {
			treated = append(treated, i)
		} else {
			donors = append(donors, i)
		}
	}
	return treated, donors
}

func (p SynthPanel) rows(at []int) [][]float64 {
	out := make([][]float64, len(at))
	for k, i := range at {
		out[k] = p.Y[i]
	}
	return out
}

func (p SynthPanel) unit(i int) string {
	if p.Units == nil {
		return fmt.Sprint(i + 1)
	}
	return p.Units[i]
}

func (p SynthPanel) period(t int) string {
	if p.Periods == nil {
		return fmt.Sprint(t + 1)
	}
	return p.Periods[t]
}

// grid is a long panel laid out by unit and period, NaN where there is no row.
type grid struct {
	units, periods []string
	y, d           [][]float64
	at             map[[2]string]int // row of a unit and period
}

func newGrid(long LongPanel) (grid, error) {
	n := len(long.Y)
	if n == 0 {
		return grid{}, fmt.Errorf("panel: %w", ErrEmpty)
	}
	if len(long.Unit) != n || len(long.Period) != n || len(long.D) != n {
		return grid{}, fmt.Errorf("panel: %d units, %d periods, %d outcomes, %d treatments: %w", len(long.Unit), len(long.Period), n, len(long.D), ErrLengths)
	}
	g := grid{units: distinct(long.Unit), periods: long.Order, at: map[[2]string]int{}}
	if g.periods == nil {
		g.periods = distinct(long.Period)
	}
	unitAt, periodAt := positions(g.units), positions(g.periods)
	g.y, g.d = nanGrid(len(g.units), len(g.periods)), nanGrid(len(g.units), len(g.periods))
	for r := range n {
		key := [2]string{long.Unit[r], long.Period[r]}
		if first, ok := g.at[key]; ok {
			return grid{}, fmt.Errorf("unit %s, period %s: rows %d and %d: %w", key[0], key[1], first+1, r+1, ErrDuplicateRow)
		}
		g.at[key] = r
		t, ok := periodAt[long.Period[r]]
		if !ok {
			return grid{}, fmt.Errorf("period %q is not among the periods named", long.Period[r])
		}
		i := unitAt[long.Unit[r]]
		g.y[i][t], g.d[i][t] = long.Y[r], long.D[r]
	}
	return g, nil
}

func distinct(x []string) []string {
	s := slices.Clone(x)
	slices.Sort(s)
	return slices.Compact(s)
}

func positions(x []string) map[string]int {
	at := make(map[string]int, len(x))
	for i, v := range x {
		at[v] = i
	}
	return at
}

func nanGrid(n, m int) [][]float64 {
	g := make([][]float64, n)
	for i := range g {
		g[i] = make([]float64, m)
		for j := range g[i] {
			g[i][j] = math.NaN()
		}
	}
	return g
}
