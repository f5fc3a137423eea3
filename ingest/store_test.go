package ingest

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// Ranks of texts that came in several goes are those of one sort of all.
func TestRanksInGoes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var n interner
	n.clear()
	var out []uint32
	for range 20 {
		for range r.IntN(40) {
			n.id([]byte(strconv.Itoa(r.IntN(500))))
		}
		out = n.ranks(out)
		want := slices.Clone(n.texts)
		slices.SortFunc(want, func(a, b string) int { return cmp.Compare(a, b) })
		for id, text := range n.texts {
			if want[out[id]] != text {
				t.Fatalf("%q has rank %d, where %q belongs", text, out[id], want[out[id]])
			}
		}
	}
}
