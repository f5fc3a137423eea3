package ingest

import (
	"cmp"
	"math/bits"
	"slices"

	"hardyards/internal/police"
)

// order gives the rows in the order of the lake: payer, year, paid on, payee, line.
// Each of its keys is a row's place in that order in its upper bits, as far as they
// say, and the row's number below.
func (s *store) order() ordering {
	payers, years := ranks(s.payers), ranks(s.years)
	s.places = s.payees.ranks(s.places)
	first, days := s.days()
	o := ordering{rowBits: bits.Len(uint(s.count))}
	payeeAt := o.rowBits
	dayAt := payeeAt + bits.Len(uint(len(s.places)))
	yearAt := dayAt + bits.Len(uint(days))
	payerAt := yearAt + bits.Len(uint(len(years)))
	if payerAt+bits.Len(uint(len(payers))) > 64 {
		return s.slowOrder(payers, years)
	}
	if cap(s.keys) < s.count {
		s.keys, s.spare = make([]uint64, s.count+chunkRows), make([]uint64, s.count+chunkRows)
	}
	o.keys = s.keys[:s.count]
	sorted := true
	for i := range o.keys {
		r := s.at(i)
		day := uint64(0)
		if r.date != police.NoDate {
			day = uint64(r.date-first) + 1
		}
		o.keys[i] = uint64(payers[r.payer])<<payerAt | uint64(years[r.year])<<yearAt | day<<dayAt | uint64(s.places[r.payee])<<payeeAt | uint64(i)
		sorted = sorted && (i == 0 || o.keys[i-1] <= o.keys[i])
	}
	if !sorted {
		s.sort(&o, payerAt+bits.Len(uint(len(payers))))
	}
	s.orderAlike(o)
	return o
}

// ordering is the rows' keys in order.
type ordering struct {
	keys    []uint64
	rowBits int
}

// row gives the number of the row whose key it is.
func (o ordering) row(key uint64) int { return int(key & (1<<o.rowBits - 1)) }

// days gives the earliest day and how many there are from it to the latest.
func (s *store) days() (first, days police.Date) {
	first, last := police.NoDate, police.NoDate
	for i := range s.count {
		d := s.at(i).date
		if d == police.NoDate {
			continue
		}
		if first == police.NoDate {
			first, last = d, d
		}
		first, last = min(first, d), max(last, d)
	}
	if first == police.NoDate {
		return 0, 0
	}
	return first, last - first + 1
}

// digit is the number of bits that a pass over the keys sorts by: its 2,048 counters
// fit a core's first cache.
const digit = 11

// sort puts the keys in order, digit by digit from the lowest above the row's number
// (Knuth 5.2.5); each pass keeps the order of equals.
func (s *store) sort(o *ordering, width int) {
	if len(o.keys) < 1<<digit {
		slices.Sort(o.keys)
		return
	}
	from, to := o.keys, s.spare[:len(o.keys)]
	for shift := o.rowBits; shift < width; shift += digit {
		var starts [1 << digit]int32
		for _, k := range from {
			starts[k>>shift&(1<<digit-1)]++
		}
		at := int32(0)
		for i, n := range starts {
			starts[i], at = at, at+n
		}
		for _, k := range from {
			d := k >> shift & (1<<digit - 1)
			to[starts[d]] = k
			starts[d]++
		}
		from, to = to, from
	}
	o.keys = from
	s.keys, s.spare = from[:cap(from)], to[:cap(to)]
}

// orderAlike puts rows whose keys say the same in the order of their lines, where
// they aren't: lines ascend as they are read, but in a retabulated file.
func (s *store) orderAlike(o ordering) {
	for i := 1; i < len(o.keys); i++ {
		if (o.keys[i-1]^o.keys[i])>>o.rowBits != 0 || s.compareLines(o.row(o.keys[i-1]), o.row(o.keys[i])) <= 0 {
			continue
		}
		from, to := i-1, i+1
		for from > 0 && (o.keys[from-1]^o.keys[i])>>o.rowBits == 0 {
			from--
		}
		for to < len(o.keys) && (o.keys[to]^o.keys[i])>>o.rowBits == 0 {
			to++
		}
		slices.SortFunc(o.keys[from:to], func(a, b uint64) int { return s.compareLines(o.row(a), o.row(b)) })
		i = to
	}
}

func (s *store) compareLines(a, b int) int {
	x, y := s.at(a), s.at(b)
	return cmp.Or(cmp.Compare(x.first, y.first), cmp.Compare(s.parts[x.part], s.parts[y.part]))
}

// slowOrder is order where a key would need more than 64 bits.
func (s *store) slowOrder(payers, years []uint32) ordering {
	o := ordering{keys: make([]uint64, s.count), rowBits: 63}
	for i := range o.keys {
		o.keys[i] = uint64(i)
	}
	slices.SortFunc(o.keys, func(a, b uint64) int {
		x, y := s.at(int(a)), s.at(int(b))
		return cmp.Or(cmp.Compare(payers[x.payer], payers[y.payer]), cmp.Compare(years[x.year], years[y.year]),
			cmp.Compare(x.date, y.date), cmp.Compare(s.places[x.payee], s.places[y.payee]), s.compareLines(int(a), int(b)))
	})
	return o
}
