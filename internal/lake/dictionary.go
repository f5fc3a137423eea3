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
	places []int32 // of Words by number: the text's place in values and 1, or 0
	taken  []int32 // the numbers that have one
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
	for _, number := range d.taken {
		d.places[number] = 0
	}
	d.values, d.taken = d.values[:0], d.taken[:0]
}

// expect makes room for that many numbered texts.
func (d *dictionary) expect(n int) {
	if n > len(d.places) {
		d.places = append(d.places, make([]int32, n-len(d.places))...)
	}
}

// numbered gives the place of the text of that number.
func (d *dictionary) numbered(number int32, texts []string) int32 {
	at := d.places[number]
	if at == 0 {
		d.values = append(d.values, texts[number])
		at = int32(len(d.values))
		d.places[number] = at
		d.taken = append(d.taken, number)
	}
	return at - 1
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
