// Package pack is the form of the files under lake/cache: varints, and strings that
// are written once and then by number, sealed by a hash. A file that is damaged or
// of another form is found to be so; it is then made again, never trusted. It knows
// nothing of what the numbers mean.
package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
)

// ErrBad is what a damaged or foreign text decodes to.
var ErrBad = errors.New("cache entry is damaged")

// sealSize is the part of the SHA-256 that seals: 128 bits against accidents.
const sealSize = 16

// Encoder writes. The zero value is not usable: NewEncoder.
type Encoder struct {
	buf  []byte
	seen map[string]uint64
}

// NewEncoder begins an empty text.
func NewEncoder() *Encoder {
	return &Encoder{buf: make([]byte, sealSize, 512), seen: map[string]uint64{}}
}

// Int writes a number that may be negative.
func (e *Encoder) Int(v int64) { e.buf = binary.AppendVarint(e.buf, v) }

// Uint writes a number.
func (e *Encoder) Uint(v uint64) { e.buf = binary.AppendUvarint(e.buf, v) }

// Bool writes a truth value.
func (e *Encoder) Bool(v bool) {
	if v {
		e.Uint(1)
		return
	}
	e.Uint(0)
}

// Grow makes room for n bytes more.
func (e *Encoder) Grow(n int) { e.buf = slices.Grow(e.buf, n) }

// Marks before a string; any greater number is that of an earlier string, from 0.
const (
	newString   = iota // the first of its kind
	plainString        // one that is not numbered
	firstNumber
)

// longString is the length from which strings (hashes, evidence) are not numbered:
// they seldom come again, and a table of them costs more than it saves.
const longString = 40

// String writes a text that is likely to come again.
func (e *Encoder) String(s string) {
	if len(s) >= longString {
		e.Uint(plainString)
		e.Text(s)
		return
	}
	if n, ok := e.seen[s]; ok {
		e.Uint(n + firstNumber)
		return
	}
	e.seen[s] = uint64(len(e.seen))
	e.Uint(newString)
	e.Text(s)
}

// Text writes a text that is not likely to come again.
func (e *Encoder) Text(s string) {
	e.Uint(uint64(len(s)))
	e.buf = append(e.buf, s...)
}

// Bytes writes bytes with their number.
func (e *Encoder) Bytes(b []byte) {
	e.Uint(uint64(len(b)))
	e.buf = append(e.buf, b...)
}

// Sealed gives the text with its hash in front. The encoder is spent.
func (e *Encoder) Sealed() []byte {
	h := sha256.Sum256(e.buf[sealSize:])
	copy(e.buf, h[:sealSize])
	return e.buf
}

// Decoder reads what Encoder wrote; after the first fault it yields zeros and keeps
// the error.
type Decoder struct {
	buf     []byte
	strings []string
	err     error
}

// NewDecoder checks the seal.
func NewDecoder(sealed []byte) *Decoder {
	if len(sealed) < sealSize {
		return &Decoder{err: ErrBad}
	}
	h := sha256.Sum256(sealed[sealSize:])
	if !bytes.Equal(h[:sealSize], sealed[:sealSize]) {
		return &Decoder{err: ErrBad}
	}
	return Unsealed(sealed[sealSize:])
}

// Unsealed reads a text whose seal was checked elsewhere.
func Unsealed(text []byte) *Decoder { return &Decoder{buf: text} }

// Err is ErrBad after a fault.
func (d *Decoder) Err() error { return d.err }

func (d *Decoder) fail() { d.err, d.buf = ErrBad, nil }

// Int reads a number that may be negative.
func (d *Decoder) Int() int64 {
	v, n := binary.Varint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

// Uint reads a number.
func (d *Decoder) Uint() uint64 {
	v, n := binary.Uvarint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

// Bool reads a truth value.
func (d *Decoder) Bool() bool { return d.Uint() != 0 }

// Count reads a number of things of at least one byte each, so that a forged number
// asks for no more memory than the text is long.
func (d *Decoder) Count() int {
	n := d.Uint()
	if n > uint64(len(d.buf)) {
		d.fail()
		return 0
	}
	return int(n)
}

// String reads what Encoder.String wrote.
func (d *Decoder) String() string {
	n := d.Uint()
	switch {
	case n == newString:
		s := d.Text()
		d.strings = append(d.strings, s)
		return s
	case n == plainString:
		return d.Text()
	case n-firstNumber >= uint64(len(d.strings)):
		d.fail()
		return ""
	}
	return d.strings[n-firstNumber]
}

// Text reads what Encoder.Text wrote.
func (d *Decoder) Text() string { return string(d.Bytes()) }

// Bytes reads bytes; they alias the text.
func (d *Decoder) Bytes() []byte {
	n := d.Count()
	b := d.buf[:n]
	d.buf = d.buf[n:]
	return b
}
