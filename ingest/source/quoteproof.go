package source

import "bytes"

// The rules for quotes a second time, for the proof. Here a line is taken as pieces
// between delimiters. Within a quoted cell only the runs of quotes matter: a piece
// whose last run, at its end, is of odd length closes the cell; any other run of odd
// length is loose.

// reading is how far a record has been read, and the one cell that is wanted.
type reading struct {
	want   int // column, or -1
	cells  int // complete ones
	open   bool
	opened int // where in its line the open cell began; -1 on an earlier line
	loose  bool
	full   bool // the limit of cells was reached: the rest of the line is the last cell
	amount []byte
	quoted bool // the amount's cell is in quotes that don't belong to it
	found  bool
}

// quoted reads a record that begins on the next line, which has a quote. It gives the
// number of lines it takes.
func (p *prover) quoted(want int) (r reading, lines int, err error) {
	r = reading{want: want, opened: -1}
	for k := 0; ; k++ {
		line, _, err := p.lines.peek(k)
		if err != nil {
			return r, 0, err
		}
		p.lazily(line, &r)
		switch {
		case !r.open && r.loose && !p.text.dialect.widths.has(r.cells):
			return p.first(want)
		case !r.open: // also when full
			return r, k + 1, nil
		}
		p.carry(&r) // before looking ahead moves the buffer
		if r.opened >= 0 {
			stray, err := p.stray(k, &r)
			if err != nil {
				return r, 0, err
			}
			if stray {
				return p.first(want)
			}
		}
		r.opened = -1
	}
}

// first gives the record's first line by itself.
func (p *prover) first(want int) (reading, int, error) {
	line, _, err := p.lines.peek(0)
	return p.reread(line, want), 1, err
}

// lazily reads one line more of a record.
func (p *prover) lazily(line []byte, r *reading) {
	start := 0 // of the cell
	for at := 0; ; {
		if !r.open && r.cells == p.text.lim.Cells-1 {
			r.full = true
			r.take(line[at:], false)
			return
		}
		end, last := p.piece(line, at)
		body, quoted := line[at:end], r.open
		if !r.open {
			start = at
			if len(body) > 0 && body[0] == '"' {
				r.open, r.opened, quoted = true, at, true
				body = body[1:]
			}
		}
		if r.open {
			odd, loose := runs(body)
			r.loose = r.loose || loose
			r.open = !odd
		}
		if !r.open {
			r.take(line[start:end], quoted)
		}
		if last {
			if r.open && r.cells == r.want {
				p.spanned = append(p.spanned, line[start:]...)
			}
			return
		}
		at = end + 1
	}
}

// carry keeps what the next line would overwrite: the wanted cell, or the line end
// within it.
func (p *prover) carry(r *reading) {
	if r.cells == r.want {
		p.spanned = append(p.spanned, '\n')
	}
	if r.found {
		r.amount = bytes.Clone(r.amount)
	}
}

// take ends a cell.
func (r *reading) take(cell []byte, quoted bool) {
	if r.cells == r.want {
		r.amount, r.quoted, r.found = cell, quoted, true
	}
	r.cells++
}

// piece is the end of the piece at at, and whether it is the line's last.
func (p *prover) piece(line []byte, at int) (end int, last bool) {
	for i := at; i < len(line); i++ {
		if line[i] == p.delim {
			return i, false
		}
	}
	return len(line), true
}

// runs says whether a piece ends in an odd run of quotes, and whether another run is odd.
func runs(piece []byte) (odd, loose bool) {
	n := 0
	for _, c := range piece {
		if c == '"' {
			n++
			continue
		}
		loose = loose || n&1 == 1
		n = 0
	}
	return n&1 == 1, loose
}

// stray judges the quote of the cell that is open at the end of line k.
func (p *prover) stray(k int, r *reading) (bool, error) {
	line, _, err := p.lines.peek(k)
	if err != nil {
		return false, err
	}
	rest, _ := p.solo(line[r.opened+1:])
	usual := p.usualWidth(r.cells + rest)
	wholes := 0
	for j := 1; j <= 128; j++ {
		next, ok, err := p.lines.peek(k + j)
		if err != nil {
			return false, err
		}
		if !ok {
			return true, nil
		}
		if p.lines.start(k+j)-p.lines.start(k)-r.opened > 128<<10 {
			return true, nil
		}
		width, balanced := p.solo(next)
		whole := balanced && p.usualWidth(width)
		if p.ends(next) {
			return whole, nil
		}
		if whole {
			wholes++
		}
		if wholes == 2 || whole && j == 1 && usual {
			return true, nil
		}
	}
	return true, nil
}

func (p *prover) usualWidth(n int) bool { return n > 2 && p.text.dialect.widths.has(n) }

// ends says whether a cell that is open at the line's start is closed in it.
func (p *prover) ends(line []byte) bool {
	for at := 0; ; {
		end, last := p.piece(line, at)
		if odd, _ := runs(line[at:end]); odd {
			return true
		}
		if last {
			return false
		}
		at = end + 1
	}
}

// solo counts the cells of a line by itself, and whether its quotes are in order.
func (p *prover) solo(line []byte) (cells int, balanced bool) {
	balanced = true
	for at := 0; ; {
		end, last := p.piece(line, at)
		switch {
		case end > at && line[at] == '"' && balanced:
			stop, loose, closed := p.closing(line, at)
			if closed {
				end, last = stop, stop == len(line)
			}
			balanced = closed && !loose
		case end > at && line[at] == '"':
		case end > at && line[end-1] == '"':
			balanced = false
		}
		cells++
		if last {
			return cells, balanced
		}
		at = end + 1
	}
}

// closing is the end of the quoted cell at at.
func (p *prover) closing(line []byte, at int) (end int, loose, closed bool) {
	for from := at + 1; ; {
		end, last := p.piece(line, from)
		odd, l := runs(line[from:end])
		loose = loose || l
		if odd || last {
			return end, loose, odd
		}
		from = end + 1
	}
}

// reread reads a line whose quotes are not in order, in the four ways of repair.go.
func (p *prover) reread(line []byte, want int) reading {
	p.spanned = p.spanned[:0]
	lazy := reading{want: want, opened: -1}
	p.lazily(line, &lazy)
	p.spanned = p.spanned[:0]
	strict := p.strictly(line, want)
	tolerant := p.tolerantly(line, want)
	literal := p.literally(line, want)
	switch has := p.text.dialect.widths.has; {
	case !lazy.open && has(lazy.cells):
		return lazy
	case has(strict.cells):
		return strict
	case has(tolerant.cells):
		return tolerant
	case has(literal.cells) || strict.cells > p.text.lim.Cells:
		return literal
	}
	return strict
}

func (p *prover) strictly(line []byte, want int) reading {
	r := reading{want: want}
	quotes := true
	for at := 0; ; {
		end, last := p.piece(line, at)
		closed := false
		if quotes && end > at && line[at] == '"' {
			stop, proper, found := p.firstOdd(line, at)
			quotes = found
			if found {
				end, last, closed = stop, stop == len(line), proper
			}
		}
		r.take(line[at:end], closed)
		if last {
			return r
		}
		at = end + 1
	}
}

// firstOdd is the end of the piece with the first odd run after the quote at at;
// proper says that the run stands at its end.
func (p *prover) firstOdd(line []byte, at int) (end int, proper, found bool) {
	for from := at + 1; ; {
		end, last := p.piece(line, from)
		if odd, loose := runs(line[from:end]); odd || loose {
			return end, !loose, true
		}
		if last {
			return end, false, false
		}
		from = end + 1
	}
}

func (p *prover) tolerantly(line []byte, want int) reading {
	r := reading{want: want}
	quotes := true
	for at := 0; ; {
		end, last := p.piece(line, at)
		closed := false
		if quotes && end > at && line[at] == '"' {
			var stop int
			stop, closed, quotes = p.orderly(line, at)
			if closed {
				end, last = stop, stop == len(line)
			}
		}
		r.take(line[at:end], closed)
		if last {
			return r
		}
		at = end + 1
	}
}

// orderly is the end of the quoted cell at at, if its quotes are in order; more is
// false if nothing was found to the line's end.
func (p *prover) orderly(line []byte, at int) (end int, closed, more bool) {
	for from := at + 1; ; {
		end, last := p.piece(line, from)
		odd, loose := runs(line[from:end])
		switch {
		case loose:
			return end, false, true
		case odd:
			return end, true, true
		case last:
			return end, false, false
		}
		from = end + 1
	}
}

func (p *prover) literally(line []byte, want int) reading {
	r := reading{want: want}
	for at := 0; ; {
		end, last := p.piece(line, at)
		if r.cells == p.text.lim.Cells-1 {
			end, last = len(line), true
		}
		r.take(line[at:end], false)
		if last {
			return r
		}
		at = end + 1
	}
}

// unquoted is the content of a cell in quotes.
func unquoted(cell []byte) []byte {
	cell = cell[1 : len(cell)-1]
	if bytes.Contains(cell, []byte(`""`)) {
		cell = bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))
	}
	return cell
}
