package payee

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"hardyards/internal/police"
)

// manyNames makes n distinct names: of twenty, one is a labelled police name with
// a typing error, the rest are made-up suppliers.
func manyNames(t testing.TB, n int) []Name {
	rows := gold(t)
	rng := rand.New(rand.NewPCG(1, 2))
	kinds := []string{"LTD", "LIMITED", "PLC", "& SONS", "SERVICES", "(UK) LTD", "T/A BUILDERS", "COUNCIL", "SOLUTIONS LLP", ""}
	var out []Name
	for i := range n {
		s := fmt.Sprintf("%c%c%c%s %s %d", 'A'+i%26, 'A'+i/26%26, 'A'+i/676%26, "INTON", kinds[i%len(kinds)], i)
		if i%20 == 0 {
			s = fmt.Sprintf("%s %d", typo(rows[i/20%len(rows)].payee, rng), i)
		}
		out = append(out, Name{Published: s, Payments: 100, Pence: police.Pence(i)})
	}
	return out
}

// BenchmarkLinks is the speed of deciding 100,000 distinct names; the target is 20
// seconds on two processors.
func BenchmarkLinks(b *testing.B) {
	names := manyNames(b, 100_000)
	for b.Loop() {
		r := testResolver(b)
		if _, err := r.Links(names, 2); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(names))*float64(b.N)/b.Elapsed().Seconds(), "names/s")
}

// BenchmarkMisspelt is the dear case: every name is a police body's with an error.
func BenchmarkMisspelt(b *testing.B) {
	rows := gold(b)
	r := testResolver(b)
	rng := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		r.climb(police.NormalForm(typo(rows[rng.IntN(len(rows))].payee, rng)))
	}
}
