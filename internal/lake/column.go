package lake

import (
	"encoding/binary"
	"fmt"
	"slices"
	"unsafe"

	"hardyards/internal/police"
)

// maxDecimal is the largest amount DECIMAL(18,2) holds, in pence.
const maxDecimal = 999_999_999_999_999_999

// columnBuffer holds the values of one column until its row group is written. It
// is reused from row group to row group and from file to file.
//
// Values are taken straight out of the row structs by offset: per row and column a
// load, a comparison with null and a store.
type columnBuffer struct {
	Column
	i64   []int64
	i32   []int32
	f64   []float64
	bools []bool
	plain []byte      // text without a dictionary, as it stands in a page: length, bytes
	dict  *dictionary // text with one
	def   []int16     // of a nullable column: 1 a value, 0 null
	nulls int64       // in this row group
	facts ColumnFacts // of the whole file
	some  bool        // whether facts has seen a value
}

func newColumnBuffer(c Column) *columnBuffer {
	b := &columnBuffer{Column: c}
	if c.dictionary() {
		b.dict = newDictionary()
	}
	b.restart()
	return b
}

// restart empties the buffer for a new file.
func (b *columnBuffer) restart() {
	b.clear()
	b.facts = ColumnFacts{Name: b.Name, Kind: b.Kind}
	b.some = false
}

// clear empties the buffer for a new row group.
func (b *columnBuffer) clear() {
	b.i64, b.i32, b.f64, b.bools, b.def = b.i64[:0], b.i32[:0], b.f64[:0], b.bools[:0], b.def[:0]
	b.plain = b.plain[:0]
	b.nulls = 0
	if b.dict != nil {
		b.dict.clear()
	}
}

// append takes n values from p on, one every size bytes: a field of structs, or a
// slice. The caller vouches that they are of the type the column was made for.
func (b *columnBuffer) append(p unsafe.Pointer, n int, size uintptr) error {
	switch b.Kind {
	case Decimal:
		before := len(b.i64)
		b.i64 = gather(b, b.i64, p, n, size, 0)
		return b.sum(b.i64[before:])
	case DateDay:
		before := len(b.i32)
		b.i32 = gather(b, b.i32, p, n, size, int32(police.NoDate))
		b.extend(b.i32[before:])
	case Bigint:
		b.i64 = gather(b, b.i64, p, n, size, 0)
	case Integer:
		b.i32 = gather(b, b.i32, p, n, size, 0)
	case Boolean:
		b.bools = gather(b, b.bools, p, n, size, false)
	case Double:
		b.f64 = gatherFloats(b, p, n, size)
	case Varchar:
		b.appendTexts(p, n, size)
	}
	return nil
}

// gather appends the n values at p, one every size bytes, without those equal to
// null where the column is nullable.
func gather[V comparable](b *columnBuffer, to []V, p unsafe.Pointer, n int, size uintptr, null V) []V {
	at := len(to)
	to = slices.Grow(to, n)[:at+n]
	if !b.Nullable {
		for i := range to[at:] {
			to[at+i] = *(*V)(unsafe.Add(p, uintptr(i)*size))
		}
		return to
	}
	def := b.levels(n)
	for i := range def {
		v := *(*V)(unsafe.Add(p, uintptr(i)*size))
		def[i] = 0
		if v != null {
			def[i] = 1
			to[at] = v
			at++
		}
	}
	b.nulls += int64(len(to) - at)
	return to[:at]
}

// levels appends n definition levels, to be filled in.
func (b *columnBuffer) levels(n int) []int16 {
	was := len(b.def)
	b.def = slices.Grow(b.def, n)[:was+n]
	return b.def[was:]
}

// gatherFloats is gather for floats, whose null is NaN and equals nothing.
func gatherFloats(b *columnBuffer, p unsafe.Pointer, n int, size uintptr) []float64 {
	to := b.f64
	for i := range n {
		v := *(*float64)(unsafe.Add(p, uintptr(i)*size))
		if b.Nullable && v != v {
			b.null()
			continue
		}
		b.value()
		to = append(to, v)
	}
	return to
}

func (b *columnBuffer) null() {
	b.def = append(b.def, 0)
	b.nulls++
}

func (b *columnBuffer) value() {
	if b.Nullable {
		b.def = append(b.def, 1)
	}
}

// sum adds amounts to the facts of the file.
func (b *columnBuffer) sum(values []int64) error {
	if len(values) == 0 {
		return nil
	}
	sum, lo, hi := b.facts.Sum, b.facts.Min, b.facts.Max
	if !b.some {
		lo, hi = values[0], values[0]
	}
	for _, v := range values {
		s := sum + v
		if (s > sum) != (v > 0) && v != 0 {
			return fmt.Errorf("column %s: the sum overflows", b.Name)
		}
		sum, lo, hi = s, min(lo, v), max(hi, v)
	}
	if lo < -maxDecimal || hi > maxDecimal {
		return fmt.Errorf("column %s: %v or %v pounds do not fit DECIMAL(18,2)", b.Name, police.Pence(lo), police.Pence(hi))
	}
	b.facts.Sum, b.facts.Min, b.facts.Max, b.some = sum, lo, hi, true
	return nil
}

// extend takes days into the facts of the file.
func (b *columnBuffer) extend(values []int32) {
	if len(values) == 0 {
		return
	}
	lo, hi := int32(b.facts.Min), int32(b.facts.Max)
	if !b.some {
		lo, hi = values[0], values[0]
	}
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	b.facts.Min, b.facts.Max, b.some = int64(lo), int64(hi), true
}

func (b *columnBuffer) appendTexts(p unsafe.Pointer, n int, size uintptr) {
	if b.dict != nil {
		b.i32 = slices.Grow(b.i32, n)
	}
	for i := range n {
		s := *(*string)(unsafe.Add(p, uintptr(i)*size))
		switch {
		case b.Nullable && s == "":
			b.null()
			continue
		case b.dict != nil:
			b.i32 = append(b.i32, b.dict.index(s))
		default:
			b.plain = binary.LittleEndian.AppendUint32(b.plain, uint32(len(s)))
			b.plain = append(b.plain, s...)
		}
		b.value()
	}
}
