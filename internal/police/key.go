package police

import (
	"crypto/sha256"
	"encoding/binary"
)

// Keys of dimension rows that are none.
const (
	KeyUnknown  int64 = 0
	KeyRedacted int64 = -1
)

// Key is the 63-bit key of a natural key: the first eight bytes of SHA-256 over
// the fields, each with its length, the top bit cleared. 0 is never given. A
// collision of two natural keys is an error to whoever sees both.
func Key(fields ...string) int64 {
	var short [160]byte // on the stack: a key is made for every name of every file
	text := short[:0]
	for _, f := range fields {
		text = binary.LittleEndian.AppendUint32(text, uint32(len(f)))
		text = append(text, f...)
	}
	sum := sha256.Sum256(text)
	k := int64(binary.BigEndian.Uint64(sum[:]) &^ (1 << 63))
	if k == 0 {
		return 1
	}
	return k
}

// PaymentKey is the key of the payment of a part that starts on a line. It mixes
// rather than hashes: one is made per row (splitmix64, Steele et al. 2014).
func PaymentKey(partID int64, line int32) int64 {
	z := uint64(partID) + uint64(line)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	k := int64(z &^ (1 << 63))
	if k == 0 {
		return 1
	}
	return k
}
