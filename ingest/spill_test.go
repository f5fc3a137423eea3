package ingest

import (
	"testing"

	"hardyards/internal/police"
)

// More runs than are merged at once give every row, in order.
func TestMoreRunsThanAreMergedAtOnce(t *testing.T) {
	s, err := newSpills()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	const runs = 2*mergeWidth + 7
	for i := range runs {
		err := s.write(func(yield func(*police.Payment) bool) {
			yield(&police.Payment{LineFirst: int32(i), Amount: 1})
			yield(&police.Payment{LineFirst: int32(i + runs), Amount: 1})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	rows, failed := s.merged()
	next := int32(0)
	rows(func(p *police.Payment) bool {
		if p.LineFirst != next {
			t.Fatalf("line %d after %d rows", p.LineFirst, next)
		}
		next++
		return true
	})
	if err := failed(); err != nil || next != 2*runs {
		t.Errorf("%d of %d rows, %v", next, 2*runs, err)
	}
}
