package transform

import (
	"bytes"

	"hardyards/internal/pack"
	"hardyards/internal/police"
)

// encode gives the summary in its cached form.
func (s *Summary) encode() []byte {
	e := pack.NewEncoder()
	e.String(summaryVersion)
	s.encodeTo(e)
	return e.Sealed()
}

func (s *Summary) encodeTo(e *pack.Encoder) {
	e.Uint(uint64(len(s.Cells)))
	for i := range s.Cells {
		encodeCell(e, &s.Cells[i])
	}
	e.Uint(uint64(len(s.Payees)))
	for _, u := range s.Payees {
		e.String(string(u.Payer))
		e.String(u.Payee)
		e.Int(u.PayeeID)
		e.String(u.Redaction)
		e.Int(u.Rows)
		e.Int(int64(u.Pence))
	}
	e.Uint(uint64(len(s.Rollups)))
	for _, r := range s.Rollups {
		encodeRollup(e, r)
	}
}

func encodeCell(e *pack.Encoder, c *Cell) {
	e.Int(c.PartID)
	e.String(string(c.Payer))
	e.String(string(c.FinYear))
	e.Int(int64(c.Month))
	e.Int(c.Rows)
	e.Int(c.Repeats)
	e.Int(int64(c.Pence))
	e.Int(int64(c.Once))
	e.Int(int64(c.Redacted))
	e.Uint(uint64(len(c.Sample)))
	last := uint32(0)
	for _, k := range c.Sample {
		e.Uint(uint64(k - last))
		last = k
	}
	e.Bytes(c.Filter)
}

func encodeRollup(e *pack.Encoder, r Rollup) {
	e.String(string(r.Payer))
	e.Int(r.PayeeID)
	e.String(r.Category)
	e.String(string(r.FinYear))
	e.Int(int64(r.Month))
	e.Int(r.Rows)
	e.Int(int64(r.Pence))
	e.Int(int64(r.Once))
}

// decodeSummary reads the cached form; pack.ErrBad where it is anything else.
func decodeSummary(b []byte) (*Summary, error) {
	d := pack.NewDecoder(b)
	if d.String() != summaryVersion {
		return nil, pack.ErrBad
	}
	return decodeSummaryFrom(d)
}

func decodeSummaryFrom(d *pack.Decoder) (*Summary, error) {
	s := &Summary{Cells: make([]Cell, d.Count())}
	for i := range s.Cells {
		s.Cells[i] = decodeCell(d)
	}
	s.Payees = make([]PayeeUse, d.Count())
	for i := range s.Payees {
		s.Payees[i] = decodePayee(d)
	}
	s.Rollups = make([]Rollup, d.Count())
	for i := range s.Rollups {
		s.Rollups[i] = decodeRollup(d)
	}
	return s, d.Err()
}

// skipToRollups passes over what a summary holds before its rollups.
func skipToRollups(d *pack.Decoder) {
	for range d.Count() {
		decodeCell(d)
	}
	for range d.Count() {
		decodePayee(d)
	}
}

func decodePayee(d *pack.Decoder) PayeeUse {
	return PayeeUse{Payer: police.PayerKey(d.String()), Payee: d.String(), PayeeID: d.Int(),
		Redaction: d.String(), Rows: d.Int(), Pence: police.Pence(d.Int())}
}

func decodeCell(d *pack.Decoder) Cell {
	c := Cell{PartID: d.Int(), Payer: police.PayerKey(d.String()), FinYear: police.FinancialYear(d.String()),
		Month: int32(d.Int()), Rows: d.Int(), Repeats: d.Int(), Pence: police.Pence(d.Int()),
		Once: police.Pence(d.Int()), Redacted: police.Pence(d.Int())}
	c.Sample = make([]uint32, d.Count())
	last := uint32(0)
	for i := range c.Sample {
		last += uint32(d.Uint())
		c.Sample[i] = last
	}
	if f := d.Bytes(); len(f) > 0 {
		c.Filter = bytes.Clone(f)
	}
	c.Whole = c.Filter == nil
	return c
}

func decodeRollup(d *pack.Decoder) Rollup {
	return Rollup{Payer: police.PayerKey(d.String()), PayeeID: d.Int(), Category: d.String(),
		FinYear: police.FinancialYear(d.String()), Month: int32(d.Int()), Rows: d.Int(),
		Pence: police.Pence(d.Int()), Once: police.Pence(d.Int())}
}
