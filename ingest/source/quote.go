package source

import (
	"bytes"
	"math/bits"
)

// How quotes are read. A cell that begins with a quote ends at a quote that a
// delimiter, a line end or the end of the text follows; a doubled quote within is one
// quote; any other quote within is text (LooseQuote). Where that leads to a record of
// an unusual number of cells, other readings of the same line are tried (repairLine).
//
// A quoted cell may run over lines, but a stray quote must not swallow records. It is
// held to be stray when
//   - it isn't closed within 128 lines and 128 KiB, or
//   - lines inside it are whole records by themselves: balanced quotes and a usual
//     number (three or more) of cells; the next line, if the line of the quote has a
//     usual number of cells too; else two of them, or the one that closes it.
//
// Then the line is a record by itself, in which the stray quote is text (StrayQuote).

const (
	longestQuotedLines = 128
	longestQuotedBytes = 128 << 10
	narrowest          = 3 // cells that make a line recognisable as a record
)

// quotedRecord cuts the record at start, whose first line [start,end) has a quote.
func (s *splitter) quotedRecord(start, end, next int) error {
	first, side := len(s.cells), len(s.side)
	q := quotedScan{s: s, first: first, at: start, line: end, next: next, lines: 1}
	err := q.record()
	if err == errMore {
		s.cells, s.side = s.cells[:first], s.side[:side]
		return err
	}
	if q.stray {
		s.cells, s.side = s.cells[:first], s.side[:side]
		fault := s.repairLine(s.buf[start:end]) | StrayQuote
		s.emit(first, start, end, next, 1, fault)
		return nil
	}
	if q.faults&LooseQuote != 0 && !s.dialect.widths.has(len(s.cells)-first) {
		s.cells, s.side = s.cells[:first], s.side[:side]
		fault := s.repairLine(s.buf[start:end])
		if q.lines > 1 {
			fault |= StrayQuote
		}
		s.emit(first, start, end, next, 1, fault)
		return nil
	}
	s.emit(first, start, q.line, q.next, q.lines, q.faults)
	return nil
}

// quotedScan reads one record with quotes in it.
type quotedScan struct {
	s          *splitter
	first      int // index of the record's first cell
	at         int // of the cell being read
	line, next int // end of the line being read, and start of the next
	lines      int32
	faults     Fault
	stray      bool
}

func (q *quotedScan) record() error {
	s := q.s
	for {
		if len(s.cells)-q.first == s.lim.Cells-1 {
			q.rest()
			return nil
		}
		if q.at < q.line && s.buf[q.at] == '"' {
			done, err := q.quotedCell()
			if done || err != nil || q.stray {
				return err
			}
			continue
		}
		i := bytes.IndexByte(s.buf[q.at:q.line], s.dialect.delim)
		if i < 0 {
			s.cells = append(s.cells, s.buf[q.at:q.line:q.line])
			return nil
		}
		s.cells = append(s.cells, s.buf[q.at:q.at+i:q.at+i])
		q.at += i + 1
	}
}

// rest makes what is left of the line the last cell that the limit allows.
func (q *quotedScan) rest() {
	line := q.s.buf[q.at:q.line:q.line]
	q.s.cells = append(q.s.cells, line)
	if bytes.IndexByte(line, q.s.dialect.delim) >= 0 {
		q.faults |= Oversize
	}
}

// quotedCell reads the cell that begins with the quote at q.at, and says whether it
// was the record's last.
func (q *quotedScan) quotedCell() (done bool, err error) {
	s, open := q.s, q.at
	from, doubled, crossed := q.at+1, false, false
	for i := from; ; {
		j := bytes.IndexByte(s.buf[i:q.line], '"')
		if j < 0 {
			i = q.line
			if !crossed {
				crossed = true
				if err := q.judge(open); err != nil || q.stray {
					return false, err
				}
			}
			if err := q.nextLine(); err != nil {
				return false, err
			}
			continue
		}
		i += j
		switch {
		case i+1 == q.line:
			s.cells = append(s.cells, q.text(from, i, doubled))
			return true, nil
		case s.buf[i+1] == s.dialect.delim:
			s.cells = append(s.cells, q.text(from, i, doubled))
			q.at = i + 2
			return false, nil
		case s.buf[i+1] == '"':
			doubled = true
			i += 2
		default:
			q.faults |= LooseQuote
			i++
		}
	}
}

// nextLine extends the record by a line; judge has seen that the cell is closed.
func (q *quotedScan) nextLine() error {
	end, next, err := q.s.lookEnd(q.next)
	if err != nil {
		return err
	}
	q.line, q.next = end, next
	q.lines++
	return nil
}

// text is the cell's content.
func (q *quotedScan) text(from, to int, doubled bool) []byte {
	if doubled {
		return q.s.undouble(q.s.buf[from:to])
	}
	return q.s.buf[from:to:to]
}

func trailingBytes(hits uint64) int { return bits.TrailingZeros64(hits) >> 3 }
