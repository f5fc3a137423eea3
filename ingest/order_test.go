package ingest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSpilledInTheSameOrder reads a file of many repeats whole and in runs: the order
// of rows in memory, by the digits of their keys, is that of the merge, row by row.
func TestSpilledInTheSameOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var b strings.Builder
	b.WriteString("Supplier Name,Date,Amount,Transaction Number,Expense Type\n")
	names := []string{"REDACTED PERSONAL DATA", "Third Party", "Redacted t/a Smiths Garage"}
	for i := range 400 {
		names = append(names, fmt.Sprintf("Supplier %d Ltd", i*7919%1000))
	}
	for range 9000 {
		date := fmt.Sprintf("%02d/%02d/%d", 1+r.IntN(28), 1+r.IntN(12), 2017+r.IntN(2))
		if r.IntN(50) == 0 {
			date = "VARIOUS"
		}
		line := fmt.Sprintf("%s,%s,%d.%02d,T%d,Type %d\n", names[r.IntN(r.IntN(len(names))+1)], date, r.IntN(3)*500+7, r.IntN(2), r.IntN(40), r.IntN(5))
		for range 1 + r.IntN(1+r.IntN(20)) {
			b.WriteString(line)
		}
	}
	in := Input{Path: file(t, "lancashire-2017-18.csv", b.String())}
	var first map[string]string
	for _, limit := range []int{0, 700, 40_000} {
		lk := openLake(t)
		res, err := Read(t.Context(), lk, in, Options{Forces: testForces(), RowLimit: limit})
		if err != nil || res.Refused != "" {
			t.Fatal(err, res.Refused)
		}
		d := digest(t, lk, res.Key)
		if first == nil {
			if first = d; len(d) < 4 {
				t.Fatalf("%d files: too few to mean anything", len(d))
			}
		}
		if diff := cmp.Diff(first, d); diff != "" {
			t.Errorf("row limit %d (-whole +spilled)\n%s", limit, diff)
		}
	}
}
