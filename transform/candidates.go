package transform

import (
	"cmp"
	"slices"

	"hardyards/internal/police"
)

// Thresholds of the overlap decisions. They are meant to leave genuinely different
// files alone: a wrong merge loses money silently, a missed one stands in both
// bounds or in the coverage for people to see.
const (
	// candidateShare of the smaller cell's sample must be found in the larger before
	// any row is read. It is below suspectShare by 2.4 standard errors of a share
	// of 0.5 among 64 sampled rows.
	candidateShare = 0.35
	// suspectShare of the smaller cell's rows must pair for a month to be listed as
	// undecided: counted once in the lower and twice in the upper bound.
	suspectShare = 0.5
	// sameShare of the smaller cell's (or part's) rows must pair, and sameTelling
	// different telling dates and amounts among them, for a month to stand in both.
	// Five amounts to the penny on equal days from two different months' files are
	// beyond chance; a corrected month seldom changes a fifth of its rows.
	sameShare   = 0.8
	sameTelling = 5
	// identicalTelling is enough where both cells hold exactly the same rows.
	identicalTelling = 3
	// linkedShare is enough where names, path or configuration already say that one
	// file is a version of the other and the month is not the main one of both.
	linkedShare = 0.5
	// leftoverShare: months that only the older of two versions holds go with it
	// where they are at most this share of its rows (late postings); otherwise they
	// stay, as nothing replaced them.
	leftoverShare = 0.05
	// earlyExit is the number of sampled rows without a hit after which a pair of
	// large cells is given up: at a true share of 0.5, 1 in 65,000 is lost.
	earlyExit = 16
)

// cellRef is a cell with its part.
type cellRef struct {
	*Cell
	part *partInfo
}

// bucket is the place where two cells can hold the same payments: a payer's month,
// or where rows have no date of their own, the period of their part.
type bucket struct {
	payer police.PayerKey
	month int32
	year  police.FinancialYear
}

func (c cellRef) bucket() bucket {
	b := bucket{payer: c.Payer, month: c.Month}
	if b.month == 0 {
		// Rows without a date of their own never equal rows that have one.
		if b.month = -c.part.claimed; b.month == 0 {
			b.year = c.FinYear
		}
	}
	return b
}

// knownMonth is the month of the cell's rows, or the one its part claims; 0 if none.
func (c cellRef) knownMonth() int32 {
	if c.Month != 0 {
		return c.Month
	}
	return c.part.claimed
}

func compareBuckets(a, b bucket) int {
	return cmp.Or(cmp.Compare(a.payer, b.payer), cmp.Compare(a.month, b.month), cmp.Compare(a.year, b.year))
}

// pair is two cells of one bucket, of different parts, that may hold the same rows.
type pair struct{ a, b int }

// candidates gives the pairs worth comparing row by row, in canonical order: those
// whose samples meet, and those of parts that are versions of one another by other
// evidence. Nothing is read.
func candidates(cells []cellRef, prefer []Preference) []pair {
	byBucket := map[bucket][]int{}
	for i, c := range cells {
		b := c.bucket()
		byBucket[b] = append(byBucket[b], i)
	}
	var pairs []pair
	for _, in := range byBucket {
		for i, a := range in {
			for _, b := range in[i+1:] {
				if cells[a].part != cells[b].part && isCandidate(cells[a], cells[b], prefer) {
					pairs = append(pairs, pair{a, b})
				}
			}
		}
	}
	slices.SortFunc(pairs, func(x, y pair) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return pairs
}

func isCandidate(a, b cellRef, prefer []Preference) bool {
	share, telling := sampledShare(a.Cell, b.Cell)
	return telling && share >= candidateShare || linked(a.part, b.part, prefer)
}

// sampledShare estimates the share of the smaller cell's rows that the larger
// holds too; telling says whether one of those found has a telling amount.
func sampledShare(a, b *Cell) (share float64, telling bool) {
	if a.Rows > b.Rows || a.Rows == b.Rows && !a.Whole {
		a, b = b, a
	}
	hits := 0
	for i, k := range a.Sample {
		if b.mayHold(k) {
			hits++
			telling = telling || k&1 == 1
		}
		if i == earlyExit && hits == 0 {
			return 0, false
		}
	}
	return float64(hits) / float64(max(1, len(a.Sample))), telling
}

// components joins parts that are linked by candidate pairs, so that each group can
// be decided, and its decision kept, by itself. It gives, per group, the indices of
// its pairs; groups are in the order of their first pair.
func components(cells []cellRef, pairs []pair) [][]int {
	root := map[*partInfo]*partInfo{}
	var find func(p *partInfo) *partInfo
	find = func(p *partInfo) *partInfo {
		r, ok := root[p]
		if !ok || r == p {
			return p
		}
		r = find(r)
		root[p] = r
		return r
	}
	for _, q := range pairs {
		if x, y := find(cells[q.a].part), find(cells[q.b].part); x != y {
			root[y] = x
		}
	}
	at := map[*partInfo]int{}
	var groups [][]int
	for i, q := range pairs {
		r := find(cells[q.a].part)
		g, ok := at[r]
		if !ok {
			g = len(groups)
			at[r], groups = g, append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}
