package transform

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"hardyards/internal/police"
)

// errBadCache is what a damaged or foreign cache file decodes to; it is then made
// again, never trusted.
var errBadCache = errors.New("cache entry is damaged")

// encoder writes varints and strings; strings are written once and then by number.
type encoder struct {
	buf  []byte
	seen map[string]uint64
}

func newEncoder() *encoder { return &encoder{seen: map[string]uint64{}} }

func (e *encoder) int(v int64)   { e.buf = binary.AppendVarint(e.buf, v) }
func (e *encoder) uint(v uint64) { e.buf = binary.AppendUvarint(e.buf, v) }

func (e *encoder) string(s string) {
	if n, ok := e.seen[s]; ok {
		e.uint(n)
		return
	}
	e.seen[s] = uint64(len(e.seen)) + 1
	e.uint(0)
	e.bytes([]byte(s))
}

func (e *encoder) bytes(b []byte) {
	e.uint(uint64(len(b)))
	e.buf = append(e.buf, b...)
}

// sealed gives the content with its hash in front.
func (e *encoder) sealed() []byte {
	h := sha256.Sum256(e.buf)
	return append(h[:16:16], e.buf...)
}

// decoder reads what encoder wrote; after the first fault it yields zeros and
// keeps the error.
type decoder struct {
	buf     []byte
	strings []string
	err     error
}

func newDecoder(sealed []byte) *decoder {
	if len(sealed) < 16 {
		return &decoder{err: errBadCache}
	}
	h := sha256.Sum256(sealed[16:])
	if !bytes.Equal(h[:16], sealed[:16]) {
		return &decoder{err: errBadCache}
	}
	return &decoder{buf: sealed[16:]}
}

func (d *decoder) fail() { d.err, d.buf = errBadCache, nil }

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

// count reads a number of things of at least one byte each.
func (d *decoder) count() int {
	n := d.uint()
	if n > uint64(len(d.buf)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) string() string {
	n := d.uint()
	switch {
	case n == 0:
		s := string(d.bytes())
		d.strings = append(d.strings, s)
		return s
	case n > uint64(len(d.strings)):
		d.fail()
		return ""
	}
	return d.strings[n-1]
}

func (d *decoder) bytes() []byte {
	n := d.count()
	b := d.buf[:n]
	d.buf = d.buf[n:]
	return b
}

// encode gives the summary in its cached form.
func (s *Summary) encode() []byte {
	e := newEncoder()
	e.string(summaryVersion)
	e.uint(uint64(len(s.Cells)))
	for i := range s.Cells {
		e.cell(&s.Cells[i])
	}
	e.uint(uint64(len(s.Payees)))
	for _, u := range s.Payees {
		e.string(string(u.Payer))
		e.string(u.Payee)
		e.int(u.PayeeID)
		e.string(u.Redaction)
		e.int(u.Rows)
		e.int(int64(u.Pence))
	}
	e.uint(uint64(len(s.Rollups)))
	for _, r := range s.Rollups {
		e.rollup(r)
	}
	return e.sealed()
}

func (e *encoder) cell(c *Cell) {
	e.int(c.PartID)
	e.string(string(c.Payer))
	e.string(string(c.FinYear))
	e.int(int64(c.Month))
	e.int(c.Rows)
	e.int(c.Repeats)
	e.int(int64(c.Pence))
	e.int(int64(c.Once))
	e.int(int64(c.Redacted))
	e.uint(uint64(len(c.Sample)))
	last := uint32(0)
	for _, k := range c.Sample {
		e.uint(uint64(k - last))
		last = k
	}
	e.bytes(c.Filter)
}

func (e *encoder) rollup(r Rollup) {
	e.string(string(r.Payer))
	e.int(r.PayeeID)
	e.string(r.Category)
	e.string(string(r.FinYear))
	e.int(int64(r.Month))
	e.int(r.Rows)
	e.int(int64(r.Pence))
	e.int(int64(r.Once))
}

// decodeSummary reads the cached form; errBadCache where it is anything else.
func decodeSummary(b []byte) (*Summary, error) {
	d := newDecoder(b)
	if d.string() != summaryVersion {
		return nil, errBadCache
	}
	s := &Summary{Cells: make([]Cell, d.count())}
	for i := range s.Cells {
		s.Cells[i] = d.cell()
	}
	s.Payees = make([]PayeeUse, d.count())
	for i := range s.Payees {
		s.Payees[i] = PayeeUse{Payer: police.PayerKey(d.string()), Payee: d.string(), PayeeID: d.int(),
			Redaction: d.string(), Rows: d.int(), Pence: police.Pence(d.int())}
	}
	s.Rollups = make([]Rollup, d.count())
	for i := range s.Rollups {
		s.Rollups[i] = d.rollup()
	}
	return s, d.err
}

func (d *decoder) cell() Cell {
	c := Cell{PartID: d.int(), Payer: police.PayerKey(d.string()), FinYear: police.FinancialYear(d.string()),
		Month: int32(d.int()), Rows: d.int(), Repeats: d.int(), Pence: police.Pence(d.int()),
		Once: police.Pence(d.int()), Redacted: police.Pence(d.int())}
	c.Sample = make([]uint32, d.count())
	last := uint32(0)
	for i := range c.Sample {
		last += uint32(d.uint())
		c.Sample[i] = last
	}
	if f := d.bytes(); len(f) > 0 {
		c.Filter = bytes.Clone(f)
	}
	c.Whole = c.Filter == nil
	return c
}

func (d *decoder) rollup() Rollup {
	return Rollup{Payer: police.PayerKey(d.string()), PayeeID: d.int(), Category: d.string(),
		FinYear: police.FinancialYear(d.string()), Month: int32(d.int()), Rows: d.int(),
		Pence: police.Pence(d.int()), Once: police.Pence(d.int())}
}
