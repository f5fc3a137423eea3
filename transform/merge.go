package transform

import (
	"cmp"
	"container/heap"
	"os"
	"slices"

	"hardyards/internal/pack"
	"hardyards/internal/police"
)

// rollups are sorted rollups that are read one after the other: of a slice, or
// decoded from a cached summary as they are wanted. Decoded all at once those of one
// payer of ten million payments took 50 MB.
type rollups struct {
	at   Rollup
	list []Rollup
	text *pack.Decoder // where not nil, left rollups are still in it
	left int
}

// next moves on; false at the end.
func (r *rollups) next() bool {
	switch {
	case r.text != nil && r.left > 0:
		r.left--
		r.at = decodeRollup(r.text)
		return r.text.Err() == nil
	case len(r.list) > 0:
		r.at, r.list = r.list[0], r.list[1:]
		return true
	}
	return false
}

// cachedRollups begins reading the rollups of a cached summary.
func cachedRollups(path string) (*rollups, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d := pack.NewDecoder(data)
	if d.String() != summaryVersion {
		return nil, pack.ErrBad
	}
	skipToRollups(d)
	n := d.Count()
	return &rollups{text: d, left: n}, d.Err()
}

// rollupQueue is a heap of rollups by what comes next.
type rollupQueue []*rollups

func (q rollupQueue) Len() int           { return len(q) }
func (q rollupQueue) Less(i, j int) bool { return compareRollups(q[i].at, q[j].at) < 0 }
func (q rollupQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *rollupQueue) Push(x any)        { *q = append(*q, x.(*rollups)) }
func (q *rollupQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// mergeRollups gives one payer's rollups of all sources in order, those of one group
// added up, until add wants no more.
func mergeRollups(payer police.PayerKey, sources []*source, add func(Rollup) bool) error {
	queue, err := openRollups(payer, sources)
	if err != nil {
		return err
	}
	all := slices.Clone(queue)
	heap.Init(&queue)
	var sum Rollup
	for len(queue) > 0 {
		first := queue[0]
		if r := first.at; sum.Rows > 0 && compareRollups(sum, r) == 0 {
			sum.Rows, sum.Pence, sum.Once = sum.Rows+r.Rows, sum.Pence+r.Pence, sum.Once+r.Once
		} else {
			if sum.Rows > 0 && !add(sum) {
				return nil
			}
			sum = r
		}
		if first.next() {
			heap.Fix(&queue, 0)
		} else {
			heap.Pop(&queue)
		}
	}
	if sum.Rows > 0 {
		add(sum)
	}
	for _, r := range all {
		if r.text != nil && r.text.Err() != nil {
			return r.text.Err()
		}
	}
	return nil
}

// openRollups begins the rollups of the sources that have any: large summaries from
// the cache, where each holds one payer alone, the small ones sorted together.
func openRollups(payer police.PayerKey, sources []*source) (rollupQueue, error) {
	var queue rollupQueue
	few := 0
	for _, s := range sources {
		if s.heavy == "" {
			few += len(rollupsOf(payer, s.sum.Rollups))
		}
	}
	small := make([]Rollup, 0, few)
	for _, s := range sources {
		if s.heavy == "" {
			small = append(small, rollupsOf(payer, s.sum.Rollups)...)
			continue
		}
		r, err := cachedRollups(s.heavy)
		if err != nil {
			return nil, err
		}
		if r.next() {
			queue = append(queue, r)
		}
	}
	slices.SortFunc(small, compareRollups)
	if r := (&rollups{list: small}); r.next() {
		queue = append(queue, r)
	}
	return queue, nil
}

// rollupsOf gives one payer's of sorted rollups.
func rollupsOf(payer police.PayerKey, all []Rollup) []Rollup {
	first, _ := slices.BinarySearchFunc(all, payer, func(r Rollup, p police.PayerKey) int { return cmp.Compare(r.Payer, p) })
	last := first
	for last < len(all) && all[last].Payer == payer {
		last++
	}
	return all[first:last]
}
