package lake

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/apache/arrow/go/v17/parquet"

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
	texts []parquet.ByteArray // text without a dictionary
	dict  *dictionary         // text with one
	def   []int16             // of a nullable column: 1 a value, 0 null
	nulls int64               // in this row group
	facts ColumnFacts         // of the whole file
	some  bool                // whether facts has seen a value
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
	clear(b.texts) // let go of the rows' text
	b.texts = b.texts[:0]
	b.nulls = 0
	if b.dict != nil {
		b.dict.clear()
	}
}

// append takes the column's value out of n rows of the given size from rows on.
// The caller vouches that they are structs of the type the column was made for.
func (b *columnBuffer) append(rows unsafe.Pointer, n int, size uintptr) error {
	p := unsafe.Add(rows, b.offset)
	switch b.Kind {
	case Decimal:
		return b.appendPence(p, n, size)
	case DateDay:
		b.appendDates(p, n, size)
	case Bigint:
		b.appendInt64(p, n, size)
	case Integer:
		b.appendInt32(p, n, size)
	case Double:
		b.appendFloat(p, n, size)
	case Boolean:
		b.appendBool(p, n, size)
	case Varchar:
		if b.dict != nil {
			b.appendDict(p, n, size)
		} else {
			b.appendText(p, n, size)
		}
	}
	return nil
}

func (b *columnBuffer) null() {
	b.def = append(b.def, 0)
	b.nulls++
}

func (b *columnBuffer) appendPence(p unsafe.Pointer, n int, size uintptr) error {
	sum, lo, hi := b.facts.Sum, b.facts.Min, b.facts.Max
	if !b.some {
		lo, hi = math.MaxInt64, math.MinInt64
	}
	before := len(b.i64)
	for i := range n {
		v := *(*int64)(unsafe.Add(p, uintptr(i)*size))
		if b.Nullable {
			if v == 0 {
				b.null()
				continue
			}
			b.def = append(b.def, 1)
		}
		s := sum + v
		if (s > sum) != (v > 0) && v != 0 {
			return fmt.Errorf("column %s: the sum overflows", b.Name)
		}
		sum, lo, hi = s, min(lo, v), max(hi, v)
		b.i64 = append(b.i64, v)
	}
	if len(b.i64) == before {
		return nil
	}
	if lo < -maxDecimal || hi > maxDecimal {
		return fmt.Errorf("column %s: %v or %v pounds do not fit DECIMAL(18,2)", b.Name, police.Pence(lo), police.Pence(hi))
	}
	b.facts.Sum, b.facts.Min, b.facts.Max, b.some = sum, lo, hi, true
	return nil
}

func (b *columnBuffer) appendDates(p unsafe.Pointer, n int, size uintptr) {
	lo, hi := int32(b.facts.Min), int32(b.facts.Max)
	if !b.some {
		lo, hi = math.MaxInt32, math.MinInt32
	}
	before := len(b.i32)
	for i := range n {
		v := *(*int32)(unsafe.Add(p, uintptr(i)*size))
		if b.Nullable {
			if v == int32(police.NoDate) {
				b.null()
				continue
			}
			b.def = append(b.def, 1)
		}
		lo, hi = min(lo, v), max(hi, v)
		b.i32 = append(b.i32, v)
	}
	if len(b.i32) > before {
		b.facts.Min, b.facts.Max, b.some = int64(lo), int64(hi), true
	}
}

func (b *columnBuffer) appendInt64(p unsafe.Pointer, n int, size uintptr) {
	for i := range n {
		v := *(*int64)(unsafe.Add(p, uintptr(i)*size))
		if b.Nullable {
			if v == 0 {
				b.null()
				continue
			}
			b.def = append(b.def, 1)
		}
		b.i64 = append(b.i64, v)
	}
}

func (b *columnBuffer) appendInt32(p unsafe.Pointer, n int, size uintptr) {
	for i := range n {
		v := *(*int32)(unsafe.Add(p, uintptr(i)*size))
		if b.Nullable {
			if v == 0 {
				b.null()
				continue
			}
			b.def = append(b.def, 1)
		}
		b.i32 = append(b.i32, v)
	}
}

func (b *columnBuffer) appendFloat(p unsafe.Pointer, n int, size uintptr) {
	for i := range n {
		v := *(*float64)(unsafe.Add(p, uintptr(i)*size))
		if b.Nullable {
			if v != v {
				b.null()
				continue
			}
			b.def = append(b.def, 1)
		}
		b.f64 = append(b.f64, v)
	}
}

func (b *columnBuffer) appendBool(p unsafe.Pointer, n int, size uintptr) {
	for i := range n {
		v := *(*bool)(unsafe.Add(p, uintptr(i)*size))
		if b.Nullable {
			if !v {
				b.null()
				continue
			}
			b.def = append(b.def, 1)
		}
		b.bools = append(b.bools, v)
	}
}

func (b *columnBuffer) appendText(p unsafe.Pointer, n int, size uintptr) {
	for i := range n {
		s := *(*string)(unsafe.Add(p, uintptr(i)*size))
		if b.Nullable {
			if s == "" {
				b.null()
				continue
			}
			b.def = append(b.def, 1)
		}
		b.texts = append(b.texts, unsafe.Slice(unsafe.StringData(s), len(s)))
	}
}

func (b *columnBuffer) appendDict(p unsafe.Pointer, n int, size uintptr) {
	for i := range n {
		s := *(*string)(unsafe.Add(p, uintptr(i)*size))
		if b.Nullable {
			if s == "" {
				b.null()
				continue
			}
			b.def = append(b.def, 1)
		}
		b.i32 = append(b.i32, b.dict.index(s))
	}
}
