package source

import "bytes"

// judge decides, at the first line end inside a quoted cell, whether its opening
// quote (at open) is stray. It looks ahead without reading cells.
func (q *quotedScan) judge(open int) error {
	s := q.s
	rest, _ := s.lineWidth(s.buf[open+1 : q.line])
	firstUsual := s.usual(len(s.cells) - q.first + rest)
	wholes := 0
	next := q.next
	for k := 1; k <= longestQuotedLines && next-open <= longestQuotedBytes; k++ {
		if next == len(s.buf) && !s.more {
			break
		}
		end, after, err := s.lookEnd(next)
		if err != nil {
			return err
		}
		line := s.buf[next:end]
		cells, balanced := s.lineWidth(line)
		whole := balanced && s.usual(cells)
		if s.closes(line) {
			q.stray = whole
			return nil
		}
		if whole {
			wholes++
		}
		if wholes == 2 || whole && k == 1 && firstUsual {
			break
		}
		next = after
	}
	q.stray = true
	return nil
}

func (s *splitter) usual(cells int) bool {
	return cells >= narrowest && s.dialect.widths.has(cells)
}

// closes says whether a quoted cell that is open at the line's start ends in it.
func (s *splitter) closes(line []byte) bool {
	at, _ := closingQuote(line, 0, s.dialect.delim)
	return at >= 0
}

// closingQuote is the index of the quote that ends the cell whose content begins at
// from, or -1; loose says that a quote stood in between that was not doubled.
func closingQuote(line []byte, from int, delim byte) (at int, loose bool) {
	for i := from; ; {
		j := bytes.IndexByte(line[i:], '"')
		if j < 0 {
			return -1, loose
		}
		i += j
		switch {
		case i+1 == len(line) || line[i+1] == delim:
			return i, loose
		case line[i+1] == '"':
			i += 2
		default:
			loose = true
			i++
		}
	}
}

// lineWidth counts the cells of a line read by itself. It is balanced if every quoted
// cell is closed and no unquoted one ends in a quote; from the first disorder on,
// quotes mean nothing (which also keeps the count linear).
func (s *splitter) lineWidth(line []byte) (cells int, balanced bool) {
	delim := s.dialect.delim
	balanced = true
	for at := 0; ; {
		cells++
		if at < len(line) && line[at] == '"' && balanced {
			close, loose := closingQuote(line, at+1, delim)
			balanced = close >= 0 && !loose
			if close >= 0 && close+1 == len(line) {
				return cells, balanced
			}
			if close >= 0 {
				at = close + 2
				continue
			}
		}
		i := bytes.IndexByte(line[at:], delim)
		end := at + i
		if i < 0 {
			end = len(line)
		}
		if end > at+1 && line[end-1] == '"' && line[at] != '"' {
			balanced = false
		}
		if i < 0 {
			return cells, balanced
		}
		at = end + 1
	}
}
