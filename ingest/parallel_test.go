package ingest

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
)

// Files read at once, sharing names and memory, give the fragments that they give
// one after the other.
func TestReadingsInParallel(t *testing.T) {
	var inputs []Input
	for i := range 24 {
		text := lines("Supplier,Date,Amount,Expense Type\n", 50+i, func(j int) string {
			return fmt.Sprintf("Supplier %d Ltd,%02d/04/2018,%d.00,Kind %d", (i*j)%17, 1+j%30, 500+j, j%3)
		})
		inputs = append(inputs, Input{Path: file(t, fmt.Sprintf("april-2018-%02d.csv", i), text), Publisher: "lancashire"})
	}
	read := func(workers int) map[string]map[string]string {
		lk, memory := openLake(t), new(Memory)
		keys := make([]string, len(inputs))
		var group errgroup.Group
		group.SetLimit(workers)
		for i, in := range inputs {
			group.Go(func() error {
				res, err := Read(t.Context(), lk, in, Options{Forces: testForces(), Memory: memory})
				keys[i] = res.Key
				return err
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		out := map[string]map[string]string{}
		for _, k := range keys {
			out[k] = digest(t, lk, k)
		}
		return out
	}
	if diff := cmp.Diff(read(1), read(4)); diff != "" {
		t.Errorf("fragments (-one at a time +four at once)\n%s", diff)
	}
}
