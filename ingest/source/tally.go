package source

import (
	"fmt"
	"slices"
)

// tally is the count of a proof under its ProofSpec; records come in order of lines.
type tally struct {
	spec  ProofSpec
	found Proof
	col   int
	other int // the second column of an amount in two, or -1
	over  bool
}

func newTally(spec ProofSpec) *tally { return &tally{spec: spec, col: -1, other: -1} }

// double says that amounts stand in two columns each.
func (t *tally) double() bool { return t.spec.Join != nil }

// begin counts the record whose first line is given, unless the ProofSpec passes over it, and
// gives the column in which its amount stands.
func (t *tally) begin(line int32) (col int, counts bool) {
	for len(t.spec.Columns) > 0 && t.spec.Columns[0].Line <= line {
		t.col = t.spec.Columns[0].Column
		t.spec.Columns = t.spec.Columns[1:]
	}
	for len(t.spec.Second) > 0 && t.spec.Second[0].Line <= line {
		t.other = t.spec.Second[0].Column
		t.spec.Second = t.spec.Second[1:]
	}
	if line < t.spec.From {
		return t.col, false
	}
	if len(t.spec.Skip) > 0 {
		if _, skip := slices.BinarySearch(t.spec.Skip, line); skip {
			return t.col, false
		}
	}
	t.found.Records++
	return t.col, true
}

func (t *tally) amount(cell []byte) {
	if t.spec.Parse == nil {
		return
	}
	if pence, ok := t.spec.Parse(cell); ok {
		t.add(pence)
	}
}

// pair takes the two cells of an amount in two columns.
func (t *tally) pair(first, second []byte) {
	if pence, ok := t.spec.Join(first, second); ok {
		t.add(pence)
	}
}

func (t *tally) add(pence int64) {
	sum := t.found.Pence + pence
	if (pence > 0) != (sum > t.found.Pence) && pence != 0 {
		t.over = true
	}
	t.found.Pence = sum
	t.found.Amounts++
}

func (t *tally) result() (Proof, error) {
	if t.over {
		return t.found, fmt.Errorf("the sum of the amounts overflows 64 bits")
	}
	return t.found, nil
}
