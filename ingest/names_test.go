package ingest

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Names made of the words that the rules know, and of others, tell the same whether or
// not the quick look at a name comes first.
func TestPlainNamesTellNothing(t *testing.T) {
	words := []string{"Alpha", "Ltd", "Café", "Total", "TOTALS", "Subtotal", "sub", "grand", "sum", "[individual 3]", "for", "NDORS", "trainer", "Sundry", "suppliers", "One", "time", "vendor", "third", "party", "K9", "ſum"}
	for w := range withheld {
		words = append(words, w)
	}
	for w := range wholly {
		words = append(words, w)
	}
	words = append(words, pseudonyms...)
	slices.Sort(words)
	for _, w := range words {
		for _, name := range []string{w, strings.ToUpper(w), w + ":", "Alpha " + w, w + " for May"} {
			if got, want := factsOf(name), factsByWords(name); got != want {
				t.Errorf("%q: %+v, by its words %+v", name, got, want)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 4).Draw(t, "words"), rapid.SampledFrom([]string{" ", "-", ", ", ""}).Draw(t, "between"))
		if rapid.Bool().Draw(t, "capitals") {
			name = strings.ToUpper(name)
		}
		if got, want := factsOf(name), factsByWords(name); got != want {
			t.Fatalf("%q: %+v, by its words %+v", name, got, want)
		}
	})
}
