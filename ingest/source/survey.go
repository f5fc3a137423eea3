package source

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// survey gathers in one pass, in bounded memory, what decides encoding, line ends and
// delimiter. Text that came as UTF-16 is surveyed after it was turned into UTF-8.
type survey struct {
	bytes    int64
	utf8Seqs int64 // valid sequences of two bytes or more
	replaced int64 // literal U+FFFD
	nbsp     int64 // U+00A0 as UTF-8
	highs    int64 // bytes ≥ 0x80 outside valid sequences
	nuls     int64
	unpaired int64 // surrogates of UTF-16 without a partner, odd bytes
	lf       int64 // lone LF
	crlf     int64
	cr       int64 // lone CR
	endLine  bool  // the last byte seen was a CR

	context   [256][16]int32 // of highs: what stood before and after
	seqLines  []int64        // first lines with valid sequences
	highLines []int64        // first lines with highs
	lostLines []int64        // first lines with U+FFFD

	samples  samples
	prev     byte   // last byte of the block before
	pending  []byte // an unfinished tail: a sequence, or a high byte whose successor is unknown
	longest  int64  // longest run of bytes without a line end so far
	sinceEnd int64
}

const listedLines = 10 // lines named in a warning

// add surveys the next block.
func (s *survey) add(block []byte) {
	s.samples.add(block)
	s.lineEnds(block)
	if n := bytes.IndexByte(block, 0); n >= 0 {
		s.nuls += int64(bytes.Count(block, []byte{0}))
	}
	if len(s.pending) > 0 {
		block = append(s.pending, block...)
		s.pending = nil
	}
	s.highBytes(block, false)
}

// finish surveys what was held back at the end.
func (s *survey) finish() {
	if s.endLine {
		s.cr++
	}
	s.highBytes(s.pending, true)
	s.pending = nil
	s.longest = max(s.longest, s.sinceEnd)
}

// highBytes walks over bytes ≥ 0x80; everything else is skipped eight at a time.
func (s *survey) highBytes(b []byte, last bool) {
	for i := nextHigh(b, 0); i < len(b); i = nextHigh(b, i) {
		if !last && len(b)-i < utf8.UTFMax {
			s.pending = append([]byte(nil), b[i:]...)
			b = b[:i]
			break
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			s.high(b, i)
			i++
			continue
		}
		s.sequence(b, i, r)
		i += n
	}
	if len(b) > 0 {
		s.prev = b[len(b)-1]
	}
	s.bytes += int64(len(b))
}

func (s *survey) high(b []byte, i int) {
	before, after := s.prev, byte('\n')
	if i > 0 {
		before = b[i-1]
	}
	if i+1 < len(b) {
		after = b[i+1]
	}
	s.highs++
	if c := &s.context[b[i]][neighbour(before)<<2|neighbour(after)]; *c < 1<<30 {
		*c++
	}
	if len(s.highLines) < listedLines {
		s.highLines = append(s.highLines, s.lineOf(b[i:]))
	}
}

func (s *survey) sequence(b []byte, i int, r rune) {
	if r == '\ufeff' && s.bytes == 0 && i == 0 {
		return // the byte order mark
	}
	s.utf8Seqs++
	switch r {
	case utf8.RuneError:
		s.replaced++
		if len(s.lostLines) < listedLines {
			s.lostLines = append(s.lostLines, s.lineOf(b[i:]))
		}
	case '\u00a0':
		s.nbsp++
	}
	if len(s.seqLines) < listedLines {
		s.seqLines = append(s.seqLines, s.lineOf(b[i:]))
	}
}

// lineOf is the line of the first byte of rest, which is the end of the block whose
// line ends are counted already.
func (s *survey) lineOf(rest []byte) int64 {
	ends := int64(bytes.Count(rest, []byte{'\n'}))
	for j := 0; s.cr > 0; j++ { // without lone CRs there is no need to look for them
		next := bytes.IndexByte(rest[j:], '\r')
		if next < 0 || j+next+1 >= len(rest) {
			break
		}
		if j += next; rest[j+1] != '\n' {
			ends++
		}
	}
	return s.lf + s.crlf + s.cr - ends + 1
}

// lineEnds counts the ends of lines; a CR at a block's end waits for its LF.
func (s *survey) lineEnds(block []byte) {
	if len(block) == 0 {
		return
	}
	s.longestRun(block)
	lfs := int64(bytes.Count(block, []byte{'\n'}))
	if s.endLine { // the block before ended in CR
		if block[0] == '\n' {
			s.crlf++
			lfs--
		} else {
			s.cr++
		}
	}
	s.endLine = block[len(block)-1] == '\r'
	var crlf int64
	for rest := block; ; {
		i := bytes.IndexByte(rest, '\r')
		if i < 0 || i+1 == len(rest) {
			break
		}
		if rest[i+1] == '\n' {
			crlf++
		} else {
			s.cr++
		}
		rest = rest[i+1:]
	}
	s.crlf += crlf
	s.lf += lfs - crlf
}

func (s *survey) longestRun(block []byte) {
	first := bytes.IndexAny(block, "\r\n")
	if first < 0 {
		s.sinceEnd += int64(len(block))
		return
	}
	s.longest = max(s.longest, s.sinceEnd+int64(first))
	last := bytes.LastIndexByte(block, '\n')
	last += 1 + bytes.LastIndexByte(block[last+1:], '\r')
	s.sinceEnd = int64(len(block) - last - 1)
}

// nextHigh is the index of the first byte ≥ 0x80 at or after i, or len(b).
func nextHigh(b []byte, i int) int {
	const high = 0x8080808080808080
	for ; i+32 <= len(b); i += 32 {
		w := binary.LittleEndian.Uint64(b[i:]) | binary.LittleEndian.Uint64(b[i+8:]) |
			binary.LittleEndian.Uint64(b[i+16:]) | binary.LittleEndian.Uint64(b[i+24:])
		if w&high != 0 {
			break
		}
	}
	for ; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			return i
		}
	}
	return i
}

// Neighbours of a high byte, as far as encodings differ by them.
const (
	besideLetter = iota
	besideDigit  // also < > ( + - . that stand beside amounts
	besideBlank
	besideOther // delimiters, quotes, line ends, other high bytes
)

func neighbour(c byte) int {
	switch {
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return besideLetter
	case c >= '0' && c <= '9':
		return besideDigit
	case c == ' ' || c == '\t':
		return besideBlank
	default:
		return besideOther
	}
}

// lines counts physical lines; a last line without an end counts.
func (s *survey) lines() int64 {
	n := s.lf + s.crlf + s.cr
	if s.sinceEnd > 0 {
		n++
	}
	return n
}

// countOf counts the bytes outside UTF-8 sequences that mean r.
func (s *survey) countOf(c *charset, r rune) int64 {
	var n int64
	for b := 0x80; b < 256; b++ {
		if c.runes[b] == r {
			for _, k := range s.context[b] {
				n += int64(k)
			}
		}
	}
	return n
}
