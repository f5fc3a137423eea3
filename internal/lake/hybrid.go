package lake

import (
	"encoding/binary"
	"math/bits"
)

// literalGroups is how many groups of eight values one bit-packed run holds at most:
// its header is then a single byte, which every reader has met.
const literalGroups = 63

// appendHybrid appends values of the given bit width in Parquet's hybrid of run-length
// and bit-packed runs (Encodings.md, "RLE = 3"). Values must fit the width.
func appendHybrid[T int16 | int32](dst []byte, values []T, width int) []byte {
	literal := 0 // where the values begin that no run holds yet
	for i := 0; i < len(values); {
		n := repeated(values[i:])
		if n < 8 {
			i += min(8, len(values)-i)
			continue
		}
		dst = appendLiterals(dst, values[literal:i], width)
		dst = binary.AppendUvarint(dst, uint64(n)<<1)
		for v, b := uint32(values[i]), 0; b < width; b += 8 {
			dst = append(dst, byte(v>>b))
		}
		i += n
		literal = i
	}
	return appendLiterals(dst, values[literal:], width)
}

// repeated counts how often the first value stands in a row.
func repeated[T comparable](values []T) int {
	n := 1
	for n < len(values) && values[n] == values[0] {
		n++
	}
	return n
}

// appendLiterals appends bit-packed runs. Only the last of a page may hold a number
// that is no multiple of eight: it is filled up with zeros, which readers pass over.
func appendLiterals[T int16 | int32](dst []byte, values []T, width int) []byte {
	for len(values) > 0 {
		some := values[:min(len(values), literalGroups*8)]
		values = values[len(some):]
		groups := (len(some) + 7) / 8
		dst = append(dst, byte(groups<<1|1))
		dst = appendPacked(dst, some, width, groups*width)
	}
	return dst
}

// appendPacked appends size bytes of values packed from the lowest bit on.
func appendPacked[T int16 | int32](dst []byte, values []T, width, size int) []byte {
	end := len(dst) + size
	var held uint64
	have := 0
	for _, v := range values {
		held |= uint64(uint32(v)) << have
		if have += width; have >= 32 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(held))
			held >>= 32
			have -= 32
		}
	}
	for ; len(dst) < end; held >>= 8 {
		dst = append(dst, byte(held))
	}
	return dst[:end]
}

// indexWidth is the bit width of numbers below n. One word still takes a bit: some
// readers stumble over a width of zero.
func indexWidth(n int) int { return max(1, bits.Len(uint(max(n-1, 0)))) }
