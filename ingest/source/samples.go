package source

import "bytes"

// samples keeps pieces from the whole length of a text, in bounded memory: a large
// head, and small pieces at a distance that doubles whenever there are too many.
type samples struct {
	head   []byte
	pieces [][]byte
	stride int
	blocks int
}

const (
	headSample  = 256 << 10
	pieceSample = 16 << 10
	pieceCount  = 16
)

func (s *samples) add(block []byte) {
	if room := headSample - len(s.head); room > 0 {
		s.head = append(s.head, block[:min(room, len(block))]...)
		return
	}
	if s.stride == 0 {
		s.stride = 1
	}
	if s.blocks%s.stride == 0 {
		if len(s.pieces) == pieceCount {
			s.thin()
		} else {
			s.keep(block)
		}
	}
	s.blocks++
}

// keep copies whole lines from the block.
func (s *samples) keep(block []byte) {
	p := block[:min(pieceSample, len(block))]
	first := bytes.IndexAny(p, "\r\n")
	last := bytes.LastIndexAny(p, "\r\n")
	if first < 0 || last <= first {
		return
	}
	s.pieces = append(s.pieces, bytes.Clone(p[first+1:last+1]))
}

func (s *samples) thin() {
	s.stride *= 2
	kept := s.pieces[:0]
	for i := 0; i < len(s.pieces); i += 2 {
		kept = append(kept, s.pieces[i])
	}
	s.pieces = kept
}

// texts gives the samples; whole says that the head is all there is.
func (s *samples) texts() [][]byte { return append([][]byte{s.head}, s.pieces...) }
