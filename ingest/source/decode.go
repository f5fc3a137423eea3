package source

import (
	"encoding/binary"
	"io"
	"unicode/utf8"
)

// encoding is how the bytes of a text become UTF-8.
type encoding struct {
	name  string
	bom   int        // bytes of the mark to pass over
	order utf16Order // for UTF-16
	table *charset   // for single bytes; nil for pure UTF-8
	mixed bool       // both valid UTF-8 sequences and single high bytes occur
	major bool       // in a mixed text, UTF-8 is the commoner
}

// plain reports text that is UTF-8 as it stands, behind its mark.
func (e encoding) plain() bool { return e.order == notUTF16 && e.table == nil }

// mark is a place in the decoded text where something had to be decided.
type mark struct {
	at    int64 // offset in the decoded text
	fault Fault
}

// feed reads a text and decodes it block by block.
type feed struct {
	r       io.Reader
	enc     encoding
	raw     []byte // bytes not yet decoded
	utf16   utf16Text
	written int64  // bytes of decoded text given out
	marks   []mark // in order
	bomLeft int
	done    bool
}

func newFeed(r io.Reader, enc encoding) *feed {
	return &feed{r: r, enc: enc, utf16: utf16Text{order: enc.order}, bomLeft: enc.bom}
}

// fill appends decoded text to dst, within its capacity, and says whether more follows.
func (f *feed) fill(dst []byte) (out []byte, more bool, err error) {
	if err := f.passBOM(); err != nil {
		return dst, false, err
	}
	if f.enc.plain() {
		return f.fillPlain(dst)
	}
	return f.fillDecoded(dst)
}

func (f *feed) passBOM() error {
	if f.bomLeft == 0 {
		return nil
	}
	_, err := io.ReadFull(f.r, make([]byte, f.bomLeft))
	f.bomLeft = 0
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		f.done = true
		return nil
	}
	return err
}

func (f *feed) fillPlain(dst []byte) ([]byte, bool, error) {
	for !f.done && len(dst) < cap(dst) {
		n, err := f.r.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		f.written += int64(n)
		if err == io.EOF {
			f.done = true
		} else if err != nil {
			return dst, false, err
		}
	}
	return dst, !f.done, nil
}

// fillDecoded reads a third of the room at a time: one byte makes up to three.
func (f *feed) fillDecoded(dst []byte) ([]byte, bool, error) {
	for !f.done && cap(dst)-len(dst) >= 64 {
		room := (cap(dst)-len(dst))/3 - utf8.UTFMax
		if cap(f.raw) < room+utf8.UTFMax {
			f.raw = append(make([]byte, 0, room+utf8.UTFMax), f.raw...)
		}
		held := len(f.raw)
		n, err := io.ReadAtLeast(f.r, f.raw[held:held+room], 1)
		f.raw = f.raw[:held+n]
		if err == io.EOF {
			f.done = true
		} else if err != nil {
			return dst, false, err
		}
		before := len(dst)
		dst = f.decode(dst)
		f.written += int64(len(dst) - before)
	}
	return dst, !f.done, nil
}

// decode appends the UTF-8 of f.raw, keeping an unfinished tail in it.
func (f *feed) decode(dst []byte) []byte {
	start := len(dst)
	if f.enc.order != notUTF16 {
		dst = f.utf16.append(dst, f.raw, f.done, func(at int) { f.note(at-start, BadBytes) })
		f.raw = f.raw[:0]
		return dst
	}
	i := 0
	for i < len(f.raw) {
		j := nextHigh(f.raw, i)
		dst = append(dst, f.raw[i:j]...)
		i = j
		if i == len(f.raw) {
			break
		}
		if f.enc.mixed && !f.done && !utf8.FullRune(f.raw[i:]) {
			break
		}
		var n int
		dst, n = f.decodeHigh(dst, f.raw[i:], start)
		i += n
	}
	f.raw = f.raw[:copy(f.raw, f.raw[i:])]
	return dst
}

// decodeHigh decodes one character whose first byte is ≥ 0x80.
func (f *feed) decodeHigh(dst, src []byte, start int) ([]byte, int) {
	if f.enc.mixed {
		if r, n := utf8.DecodeRune(src); r != utf8.RuneError || n > 1 {
			if !f.enc.major {
				f.note(len(dst)-start, MixedBytes)
			}
			return append(dst, src[:n]...), n
		}
		if f.enc.major {
			f.note(len(dst)-start, MixedBytes)
		}
	}
	t, b := f.enc.table, src[0]
	return append(dst, t.utf8[b][:t.size[b]]...), 1
}

func (f *feed) note(at int, fault Fault) {
	f.marks = append(f.marks, mark{f.written + int64(at), fault})
}

// faultsUpTo takes the marks before an offset of the decoded text.
func (f *feed) faultsUpTo(offset int64) Fault {
	var faults Fault
	for len(f.marks) > 0 && f.marks[0].at < offset {
		faults |= f.marks[0].fault
		f.marks = f.marks[1:]
	}
	return faults
}

// zeroBytes has the high bit of each byte of w that is zero, exactly.
func zeroBytes(w uint64) uint64 {
	const low = 0x7f7f7f7f7f7f7f7f
	return ^((w&low + low) | w | low)
}

func eight(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }
