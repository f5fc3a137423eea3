package source

import "unicode/utf8"

// utf16Order says which of the two bytes of a UTF-16 unit comes first.
type utf16Order uint8

const (
	notUTF16 utf16Order = iota
	littleEndian
	bigEndian
)

// guessUTF16 decides from the first bytes of a file: a byte order mark, or NULs that
// stand in every second place, as they do in Western text.
func guessUTF16(head []byte) (order utf16Order, mark int) {
	if len(head) >= 2 && head[0] == 0xff && head[1] == 0xfe {
		return littleEndian, 2
	}
	if len(head) >= 2 && head[0] == 0xfe && head[1] == 0xff {
		return bigEndian, 2
	}
	var nul [2]int
	for i, c := range head {
		if c == 0 {
			nul[i&1]++
		}
	}
	half := len(head) / 2
	switch {
	case half < 2:
	case nul[1]*10 >= half*6 && nul[0]*20 <= half:
		return littleEndian, 0
	case nul[0]*10 >= half*6 && nul[1]*20 <= half:
		return bigEndian, 0
	}
	return notUTF16, 0
}

// utf16Text turns UTF-16 into UTF-8, block by block.
type utf16Text struct {
	order utf16Order
	tail  []byte // an odd byte, or a high surrogate that waits for its partner
}

// append appends the UTF-8 of src to dst. Unpaired surrogates become U+FFFD and are
// reported to bad, with the offset in dst; last says that no more bytes follow.
func (u *utf16Text) append(dst, src []byte, last bool, bad func(at int)) []byte {
	if len(u.tail) > 0 {
		src = append(u.tail, src...)
		u.tail = nil
	}
	i := 0
	for ; i+2 <= len(src); i += 2 {
		r := u.unit(src[i:])
		if r < utf8.RuneSelf {
			dst = append(dst, byte(r))
			continue
		}
		if r >= 0xd800 && r < 0xdc00 {
			if i+4 > len(src) && !last {
				break
			}
			if i+4 <= len(src) {
				if low := u.unit(src[i+2:]); low >= 0xdc00 && low < 0xe000 {
					dst = utf8.AppendRune(dst, (r-0xd800)<<10|(low-0xdc00)+0x10000)
					i += 2
					continue
				}
			}
		}
		if r >= 0xd800 && r < 0xe000 {
			bad(len(dst))
		}
		dst = utf8.AppendRune(dst, r)
	}
	if i < len(src) {
		if last {
			bad(len(dst))
			return utf8.AppendRune(dst, utf8.RuneError)
		}
		u.tail = append([]byte(nil), src[i:]...)
	}
	return dst
}

func (u *utf16Text) unit(b []byte) rune {
	if u.order == littleEndian {
		return rune(b[0]) | rune(b[1])<<8
	}
	return rune(b[1]) | rune(b[0])<<8
}
