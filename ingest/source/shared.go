package source

import "fmt"

// sharedStrings is a workbook's table of texts, in pages that never move: memory is
// the texts' length, four bytes each, and what is left of the pages.
type sharedStrings struct {
	pages  [][]byte
	starts []uint32 // of each text: number of its page, and offset in it
	bytes  int64    // of all pages
	text   []byte   // the text under way
}

const (
	offsetBits = 20
	pageSize   = 1 << offsetBits // of a page, unless a text is longer; the first are smaller
	firstPage  = 4 << 10
)

func (s *sharedStrings) at(i int) ([]byte, bool) {
	if s == nil || i < 0 || i >= len(s.starts) {
		return nil, false
	}
	start := s.starts[i]
	page := s.pages[start>>offsetBits]
	from, to := start&(pageSize-1), uint32(len(page))
	if i+1 < len(s.starts) && s.starts[i+1]>>offsetBits == start>>offsetBits {
		to = s.starts[i+1] & (pageSize - 1)
	}
	return page[from:to:to], true
}

// loadShared reads the table once for all sheets.
func (w *workbook) loadShared() error {
	if w.shared != nil || w.strings == "" {
		return nil
	}
	s := &sharedStrings{}
	in, phonetic := false, false
	err := w.each(w.strings, func(x *xmlScanner) error {
		switch {
		case x.kind == xmlText:
			if in && !phonetic {
				s.text = x.appendContent(s.text)
			}
		case x.is("t"):
			in = x.kind == xmlStart && !x.empty
		case x.is("rPh"):
			phonetic = x.kind == xmlStart && !x.empty
		case x.is("si") && (x.kind == xmlEnd || x.empty):
			s.end()
		}
		if size := s.bytes + int64(len(s.text)+4*len(s.starts)); size > w.lim.Memory || len(s.pages) > 1<<(32-offsetBits)-2 {
			return &Refusal{Reason: fmt.Sprintf("its texts take more than %d bytes", w.lim.Memory), Advice: "save the sheets as CSV, or raise the limit of memory"}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.text = nil
	w.shared = s
	return nil
}

// end closes the text under way, resolving its _xHHHH_ escapes (ECMA-376 22.9.2.19).
func (s *sharedStrings) end() {
	text := unescapeX(s.text, 0)
	n := len(s.pages)
	if n == 0 || cap(s.pages[n-1])-len(s.pages[n-1]) < len(text) || len(s.pages[n-1]) >= pageSize {
		size := max(len(text), min(pageSize, firstPage<<min(n, offsetBits)))
		s.pages = append(s.pages, make([]byte, 0, size))
		s.bytes += int64(size)
		n++
	}
	last := &s.pages[n-1]
	s.starts = append(s.starts, uint32(n-1)<<offsetBits|uint32(len(*last)))
	*last = append(*last, text...)
	s.text = text[:0]
}
