package source

import (
	"bytes"
	"errors"
	"fmt"
)

// splitter cuts decoded text into records. Cells alias its buffer, except those in
// which doubled quotes had to be undone.
//
// The common record, a line without a quote, costs one search for its end and one
// pass for its delimiters, eight bytes at a time. Anything with a quote takes the way
// of quote.go.
type splitter struct {
	feed    *feed
	dialect dialect
	lim     Limits
	loneCR  bool // a CR without LF ends a line
	nuls    bool // NUL bytes occur

	buf    []byte
	pos    int
	more   bool  // the feed has more than buf
	base   int64 // offset in the text of buf[0]
	line   int32 // of buf[pos]
	quote  int   // first quote at or after pos, or len(buf); -1 unknown
	nextCR int   // likewise for CR and LF, where lone CRs occur
	nextLF int

	batch    Batch
	cells    [][]byte
	side     []byte
	warnings *repairs
	own      bool // buf is the splitter's, not the text itself
}

// borrow takes a pass's memory.
func (s *splitter) borrow(lent *buffers) {
	s.buf, s.own, s.more, s.quote = lent.text[:0], true, true, -1
	s.batch.Records, s.cells, s.side = lent.records[:0], lent.cells[:0], lent.side[:0]
	s.nextCR, s.nextLF = -1, -1
}

// lentCells is the most cells whose memory is kept for later passes: rows of usual
// width need a tenth of it.
const lentCells = 1 << 16

// giveTo gives it back, as it has grown.
func (s *splitter) giveTo(lent *buffers) {
	if s.own && cap(s.buf) <= blockSize {
		lent.text = s.buf
	}
	lent.records = s.batch.Records
	if cap(s.cells) <= lentCells && cap(s.side) <= blockSize {
		lent.cells, lent.side = s.cells, s.side
	}
}

const (
	blockSize = 1 << 20
	firstSize = 64 << 10 // of the buffer, so that small files stay cheap
	batchSize = 512      // records: keeps the batch's cells within a core's cache
)

var errMore = errors.New("the record's end is not in the buffer yet")

// run gives every record to each, in batches.
func (s *splitter) run(each func(*Batch) error) error {
	s.line = 1
	if s.more && cap(s.buf) == 0 {
		s.buf = make([]byte, 0, firstSize)
	}
	for {
		if s.more {
			if err := s.refill(); err != nil {
				return err
			}
		}
		for s.pos < len(s.buf) {
			err := s.record()
			if err == errMore {
				break
			}
			if err != nil {
				return err
			}
			if len(s.batch.Records) == batchSize {
				if err := s.flush(each); err != nil {
					return err
				}
			}
		}
		if err := s.flush(each); err != nil {
			return err
		}
		if !s.more {
			return nil
		}
	}
}

func (s *splitter) flush(each func(*Batch) error) error {
	if len(s.batch.Records) == 0 {
		return nil
	}
	err := each(&s.batch)
	s.batch.Records, s.cells, s.side = s.batch.Records[:0], s.cells[:0], s.side[:0]
	return err
}

// refill moves the unfinished record to the front and reads on. A record as large as
// the buffer makes it grow, up to the limit.
func (s *splitter) refill() error {
	rest := s.buf[s.pos:]
	if len(rest) > s.lim.Record+longestQuotedBytes {
		return s.tooLong()
	}
	if len(rest) > cap(s.buf)/2 || s.base+int64(s.pos) > 0 && cap(s.buf) < blockSize {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), rest...)
	} else {
		s.buf = s.buf[:copy(s.buf, rest)]
	}
	s.base += int64(s.pos)
	s.pos, s.quote, s.nextCR, s.nextLF = 0, -1, -1, -1
	var err error
	s.buf, s.more, err = s.feed.fill(s.buf)
	return err
}

func (s *splitter) tooLong() error {
	return &Refusal{
		Reason: fmt.Sprintf("line %d: no end of line within %d bytes", s.line, s.lim.Record),
		Advice: "this is not delimited text as bodies publish it; ask the publisher for a CSV or XLSX file",
	}
}

// record cuts the record at pos.
func (s *splitter) record() error {
	start := s.pos
	end, next, err := s.lineEnd(start)
	if err != nil {
		return err
	}
	if s.quote < start {
		s.quote = indexFrom(s.buf, start, '"')
	}
	if s.quote < end {
		return s.quotedRecord(start, end, next)
	}
	first := len(s.cells)
	over := s.splitPlain(s.buf[start:end])
	s.emit(first, start, end, next, 1, over)
	return nil
}

// lineEnd finds the end of the line that starts at from, and the start of the next.
func (s *splitter) lineEnd(from int) (end, next int, err error) {
	if s.loneCR {
		return s.lineEndCR(from)
	}
	i := bytes.IndexByte(s.buf[from:], '\n')
	if i < 0 {
		if s.more {
			return 0, 0, errMore
		}
		return len(s.buf), len(s.buf), nil
	}
	end = from + i
	next = end + 1
	if end > from && s.buf[end-1] == '\r' {
		end--
	}
	return end, next, nil
}

func (s *splitter) lineEndCR(from int) (end, next int, err error) {
	if s.nextCR < from {
		s.nextCR = indexFrom(s.buf, from, '\r')
	}
	if s.nextLF < from {
		s.nextLF = indexFrom(s.buf, from, '\n')
	}
	end = min(s.nextCR, s.nextLF)
	switch {
	case end == len(s.buf) && s.more:
		return 0, 0, errMore
	case end == len(s.buf):
		return end, end, nil
	case s.buf[end] == '\n':
		return end, end + 1, nil
	case end+1 == len(s.buf) && s.more:
		return 0, 0, errMore
	case s.nextLF == end+1 && s.nextLF < len(s.buf):
		return end, end + 2, nil
	}
	return end, end + 1, nil
}

// lookEnd is lineEnd for lines ahead of the record's first.
func (s *splitter) lookEnd(from int) (end, next int, err error) {
	rest := s.buf[from:]
	i := bytes.IndexByte(rest, '\n')
	if s.loneCR {
		i = bytes.IndexAny(rest, "\r\n")
	}
	switch {
	case i < 0 && s.more:
		return 0, 0, errMore
	case i < 0:
		return len(s.buf), len(s.buf), nil
	case rest[i] == '\r' && i+1 == len(rest) && s.more:
		return 0, 0, errMore
	case rest[i] == '\r' && i+1 < len(rest) && rest[i+1] == '\n':
		return from + i, from + i + 2, nil
	case rest[i] == '\n' && i > 0 && rest[i-1] == '\r':
		return from + i - 1, from + i + 1, nil
	}
	return from + i, from + i + 1, nil
}

func indexFrom(b []byte, from int, c byte) int {
	if i := bytes.IndexByte(b[from:], c); i >= 0 {
		return from + i
	}
	return len(b)
}

// splitPlain cuts a line at every delimiter, and says whether there were more cells
// than the limit, in which case the last holds the rest.
func (s *splitter) splitPlain(line []byte) Fault {
	delim := s.dialect.delim
	pattern := uint64(delim) * 0x0101010101010101
	cells := s.cells
	limit := len(cells) + s.lim.Cells - 1
	start, i := 0, 0
	for ; i+8 <= len(line); i += 8 {
		for hits := zeroBytes(eight(line[i:]) ^ pattern); hits != 0; hits &= hits - 1 {
			at := i + trailingBytes(hits)
			cells = append(cells, line[start:at:at])
			start = at + 1
		}
		if len(cells) >= limit {
			return s.splitLong(line)
		}
	}
	for ; i < len(line); i++ {
		if line[i] == delim {
			cells = append(cells, line[start:i:i])
			start = i + 1
		}
	}
	if len(cells) > limit {
		return s.splitLong(line)
	}
	s.cells = append(cells, line[start:])
	return 0
}

// splitLong is splitPlain for lines near the limit of cells.
func (s *splitter) splitLong(line []byte) Fault {
	for n := 1; n < s.lim.Cells; n++ {
		i := bytes.IndexByte(line, s.dialect.delim)
		if i < 0 {
			s.cells = append(s.cells, line)
			return 0
		}
		s.cells = append(s.cells, line[:i:i])
		line = line[i+1:]
	}
	s.cells = append(s.cells, line)
	if bytes.IndexByte(line, s.dialect.delim) >= 0 {
		return Oversize
	}
	return 0
}

// emit adds the record whose cells were appended since first.
func (s *splitter) emit(first, start, end, next int, lines int32, faults Fault) {
	if len(s.feed.marks) > 0 {
		faults |= s.feed.faultsUpTo(s.base + int64(next))
	}
	raw := s.buf[start:end:end]
	if s.nuls && bytes.IndexByte(raw, 0) >= 0 {
		faults |= NULBytes
	}
	cells := s.cells[first:len(s.cells):len(s.cells)]
	if len(raw) > s.lim.Cell {
		faults |= longCell(cells, s.lim.Cell)
	}
	last := s.line + max(0, lines-1)
	s.batch.Records = append(s.batch.Records, Record{Cells: cells, First: s.line, Last: last, Faults: faults, Raw: raw})
	if faults != 0 {
		s.warnings.note(faults, s.line)
	}
	s.line = last + 1
	s.pos = next
}

func longCell(cells [][]byte, limit int) Fault {
	for _, c := range cells {
		if len(c) > limit {
			return Oversize
		}
	}
	return 0
}
