package source

import (
	"fmt"
	"math"
)

// sharedStrings is a workbook's table of texts, in one block: memory is the texts'
// length and four bytes each.
type sharedStrings struct {
	text []byte
	ends []uint32
}

func (s *sharedStrings) at(i int) ([]byte, bool) {
	if s == nil || i < 0 || i >= len(s.ends) {
		return nil, false
	}
	start := uint32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.text[start:s.ends[i]:s.ends[i]], true
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
		if size := int64(len(s.text) + 4*len(s.ends)); size > w.lim.Memory || size > math.MaxUint32 {
			return &Refusal{Reason: fmt.Sprintf("its texts take more than %d bytes", w.lim.Memory), Advice: "save the sheets as CSV, or raise the limit of memory"}
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.shared = s
	return nil
}

// end closes the text under way, resolving its _xHHHH_ escapes (ECMA-376 22.9.2.19).
func (s *sharedStrings) end() {
	start := uint32(0)
	if n := len(s.ends); n > 0 {
		start = s.ends[n-1]
	}
	s.text = unescapeX(s.text, int(start))
	s.ends = append(s.ends, uint32(len(s.text)))
}
