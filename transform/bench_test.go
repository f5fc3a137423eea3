package transform

import (
	"context"
	"fmt"
	"testing"

	"hardyards/internal/lake"
)

// manyFiles makes n small files, a few days each, of 40 rows.
func manyFiles(b *testing.B, lk *lake.Lake, n int) Inputs {
	b.Helper()
	in := Inputs{Reference: reference()}
	for i := range n {
		m := 2015*12 + i%96
		f := csvFile(fmt.Sprintf("file-%05d.csv", i), month(monthName(int32(m)), 40, uint64(i)))
		in.Arrivals = append(in.Arrivals, f.arrival(b, lk, 1))
	}
	return in
}

// BenchmarkManySmallFiles measures what a night costs that finds 2,000 small files
// known: nothing new, and one of them changed. No time is asserted.
func BenchmarkManySmallFiles(b *testing.B) {
	const files = 2000
	lk, err := lake.Open(b.TempDir(), lake.Options{})
	if err != nil {
		b.Fatal(err)
	}
	in := manyFiles(b, lk, files)
	mustBuild(b, lk, in, Options{})
	b.Run("nothing new", func(b *testing.B) {
		for b.Loop() {
			if _, rep := mustBuild(b, lk, in, Options{}); !rep.Nothing {
				b.Fatal("built")
			}
		}
	})
	b.Run("one changed", func(b *testing.B) {
		in.Arrivals = append(in.Arrivals, csvFile("file-00007.csv", month("2015-08", 41, 7)).arrival(b, lk, 2))
		for b.Loop() {
			w, _, err := Build(context.Background(), lk, in, Options{})
			if err != nil {
				b.Fatal(err)
			}
			w.Abort()
		}
	})
}
