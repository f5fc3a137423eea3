package source

import "bytes"

// repairLine cuts a line whose quotes are not in order. Four readings are tried, and
// the first with a usual number of cells is taken, else the second:
//
//	lazy     a quoted cell ends at the first quote before a delimiter
//	strict   a quoted cell ends at the first quote that isn't doubled; what follows up
//	         to the delimiter belongs to it, and an unclosed one ends at the delimiter;
//	         the cell's text is then as published, quotes and all
//	tolerant a quoted cell in order is read as such; the quote of another is text
//	literal  quotes mean nothing
func (s *splitter) repairLine(line []byte) Fault {
	first := len(s.cells)
	readings := [4]func([]byte) bool{s.lazy, s.strict, s.tolerant, s.literal}
	for _, read := range readings {
		s.cells = s.cells[:first]
		if read(line) && s.dialect.widths.has(len(s.cells)-first) {
			return LooseQuote
		}
	}
	s.cells = s.cells[:first]
	s.strict(line)
	if len(s.cells)-first > s.lim.Cells {
		s.cells = s.cells[:first]
		return LooseQuote | s.splitLong(line)
	}
	return LooseQuote
}

func (s *splitter) lazy(line []byte) bool {
	for at := 0; ; {
		if at < len(line) && line[at] == '"' {
			close, _ := closingQuote(line, at+1, s.dialect.delim)
			if close < 0 {
				return false
			}
			s.cells = append(s.cells, s.undouble(line[at+1:close]))
			if close+1 == len(line) {
				return true
			}
			at = close + 2
			continue
		}
		i := s.cellEnd(line, at)
		s.cells = append(s.cells, line[at:i:i])
		if i == len(line) {
			return true
		}
		at = i + 1
	}
}

func (s *splitter) strict(line []byte) bool {
	quotes := true // until one isn't closed
	for at := 0; ; {
		from := at
		if quotes && at < len(line) && line[at] == '"' {
			close := firstSingleQuote(line, at+1)
			quotes = close >= 0
			if quotes {
				from = close + 1
			}
		}
		i := s.cellEnd(line, from)
		cell := line[at:i:i]
		if from == i && from > at { // closed properly
			cell = s.undouble(line[at+1 : i-1])
		}
		s.cells = append(s.cells, cell)
		if i == len(line) {
			return true
		}
		at = i + 1
	}
}

func (s *splitter) tolerant(line []byte) bool {
	quotes := true // until the line's end is reached in search of a quote
	for at := 0; ; {
		if quotes && at < len(line) && line[at] == '"' {
			close, searched := orderlyQuote(line, at+1, s.dialect.delim)
			quotes = !searched
			if close >= 0 {
				s.cells = append(s.cells, s.undouble(line[at+1:close]))
				if close+1 == len(line) {
					return true
				}
				at = close + 2
				continue
			}
		}
		i := s.cellEnd(line, at)
		s.cells = append(s.cells, line[at:i:i])
		if i == len(line) {
			return true
		}
		at = i + 1
	}
}

// orderlyQuote is the index of the quote that ends the cell whose content begins at
// from, if no loose quote stands before it, or -1; searched says that there was none
// of either up to the line's end.
func orderlyQuote(line []byte, from int, delim byte) (at int, searched bool) {
	for i := from; ; {
		j := bytes.IndexByte(line[i:], '"')
		if j < 0 {
			return -1, true
		}
		i += j
		switch {
		case i+1 == len(line) || line[i+1] == delim:
			return i, false
		case line[i+1] == '"':
			i += 2
		default:
			return -1, false
		}
	}
}

func (s *splitter) literal(line []byte) bool {
	s.splitLong(line)
	return true
}

func (s *splitter) cellEnd(line []byte, from int) int {
	if i := bytes.IndexByte(line[from:], s.dialect.delim); i >= 0 {
		return from + i
	}
	return len(line)
}

// firstSingleQuote is the index of the first quote from from that isn't doubled, or -1.
func firstSingleQuote(line []byte, from int) int {
	for i := from; i < len(line); i++ {
		if line[i] != '"' {
			continue
		}
		if i+1 < len(line) && line[i+1] == '"' {
			i++
			continue
		}
		return i
	}
	return -1
}

// undouble makes one quote of two, in the side buffer if there are any.
func (s *splitter) undouble(cell []byte) []byte {
	if bytes.IndexByte(cell, '"') < 0 {
		return cell[:len(cell):len(cell)]
	}
	begin := len(s.side)
	for i := 0; i < len(cell); i++ {
		s.side = append(s.side, cell[i])
		if cell[i] == '"' && i+1 < len(cell) && cell[i+1] == '"' {
			i++
		}
	}
	return s.side[begin:len(s.side):len(s.side)]
}
