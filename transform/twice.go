package transform

import (
	"cmp"
	"slices"
)

// Thresholds of "the whole export twice in one file".
const (
	// twiceRepeats is the least share of rows that repeat another before the rows
	// are read: a file held twice has at least half.
	twiceRepeats = 0.5
	// twiceRows is the least number of rows of one copy; below, equal halves are
	// everyday repeats.
	twiceRows = 10
	// twiceDistinct is the least number of different rows in a copy.
	twiceDistinct = 5
	// maxCopies is how many copies of one export are looked for.
	maxCopies = 4
)

// mayBeTwice says from a part's counts whether its rows are worth reading.
func mayBeTwice(rows, repeats int64) bool {
	return rows >= 2*twiceRows && float64(repeats) >= twiceRepeats*float64(rows)
}

// copiesOf finds whether the rows of one part, in the order of their lines, are k
// copies of one export: k runs of equal length that hold the same rows as
// multisets (a report run again may sort otherwise). k is 1 where they aren't.
// An invoice's total repeated on each of its lines never looks so: its repeats
// stand in the same run.
func copiesOf(rows []keyedRow) (k int) {
	slices.SortFunc(rows, func(a, b keyedRow) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.id, b.id)) })
	for k := 2; k <= maxCopies; k++ {
		if len(rows)%k == 0 && len(rows)/k >= twiceRows && equalRuns(rows, k) {
			return k * copiesOfFirst(rows[:len(rows)/k])
		}
	}
	return 1
}

// copiesOfFirst looks for copies inside a copy: four are two of two.
func copiesOfFirst(rows []keyedRow) int {
	if len(rows) < 2*twiceRows {
		return 1
	}
	return copiesOf(slices.Clone(rows))
}

func equalRuns(rows []keyedRow, k int) bool {
	n := len(rows) / k
	first := keysOf(rows[:n])
	if len(slices.Compact(slices.Clone(first))) < twiceDistinct {
		return false
	}
	for i := 1; i < k; i++ {
		if !slices.Equal(first, keysOf(rows[i*n:(i+1)*n])) {
			return false
		}
	}
	return true
}

func keysOf(rows []keyedRow) []uint64 {
	keys := make([]uint64, len(rows))
	for i := range rows {
		keys[i] = rows[i].full
	}
	slices.Sort(keys)
	return keys
}

// laterCopies gives the rows after the first of k copies, each with the row of the
// first copy that counts instead.
func laterCopies(rows []keyedRow, k int) []drop {
	n := len(rows) / k
	first := slices.Clone(rows[:n])
	sortKeyed(first)
	var drops []drop
	for i := 1; i < k; i++ {
		again := slices.Clone(rows[i*n : (i+1)*n])
		sortKeyed(again)
		for j := range again {
			drops = append(drops, drop{again[j].id, first[j].id, ruleTwice, again[j].amount})
		}
	}
	return drops
}
