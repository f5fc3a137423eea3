package lake

import "unsafe"

// dictionary numbers the distinct strings of a column in the order they come.
//
// Rows arrive with repeated strings interned, so most look-ups end at the address:
// the seen table maps address and length to number. It holds the address as a
// pointer, so a string in it can't be freed and its address be given to another.
type dictionary struct {
	values []string
	byText map[string]int32
	seen   []seenText
	bytes  int
}

type seenText struct {
	at *byte
	n  int
	i  int32
}

// seenSize is the number of addresses remembered (24 bytes each): beyond the
// payees of one force and year, and still inside a core's cache.
const seenSize = 4096

func newDictionary() *dictionary {
	return &dictionary{byText: make(map[string]int32)}
}

func (d *dictionary) clear() {
	clear(d.values)
	clear(d.byText)
	clear(d.seen)
	d.values, d.bytes = d.values[:0], 0
}

func (d *dictionary) index(s string) int32 {
	if d.seen == nil {
		d.seen = make([]seenText, seenSize)
	}
	at := unsafe.StringData(s)
	e := &d.seen[addressSlot(at)]
	if e.at == at && e.n == len(s) && at != nil {
		return e.i
	}
	i, ok := d.byText[s]
	if !ok {
		i = int32(len(d.values))
		d.byText[s] = i
		d.values = append(d.values, s)
		d.bytes += len(s)
	}
	*e = seenText{at: at, n: len(s), i: i}
	return i
}

// addressSlot spreads addresses over the table (Fibonacci hashing, Knuth 6.4).
func addressSlot(p *byte) uint64 {
	return uint64(uintptr(unsafe.Pointer(p))) * 0x9e3779b97f4a7c15 >> 52
}

// extremes gives the least and the greatest value in byte order.
func (d *dictionary) extremes() (lo, hi string) {
	for i, s := range d.values {
		if i == 0 || s < lo {
			lo = s
		}
		if i == 0 || s > hi {
			hi = s
		}
	}
	return lo, hi
}
