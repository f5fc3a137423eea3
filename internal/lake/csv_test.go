package lake

import (
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestAppendField checks that fields are quoted exactly as encoding/csv quotes them.
func TestAppendField(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`[ ,"\r\n\\.a]{0,4}`)), 1, 4).Draw(t, "cells")
		var want strings.Builder
		w := csv.NewWriter(&want)
		w.Write(cells)
		w.Flush()
		var got []byte
		for i, c := range cells {
			if i > 0 {
				got = append(got, ',')
			}
			got = appendField(got, c)
		}
		if string(got)+"\n" != want.String() {
			t.Fatalf("%q, encoding/csv writes %q", got, want.String())
		}
	})
}
