package source

import (
	"bytes"
	"fmt"
	"math"
	"strings"
)

// dialect is how a text is cut into records and cells.
type dialect struct {
	delim  byte
	quoted bool   // fields in quotes occur
	widths widths // the usual numbers of cells of a record
	width  int    // the commonest of them
	ends   string // of records: lf, crlf, cr, mixed or none
	why    string
	doubt  string // another delimiter that fits as well
}

// widths is a set of numbers of cells, for those below 512.
type widths [8]uint64

func (w *widths) add(n int) {
	if n < 512 {
		w[n>>6] |= 1 << (n & 63)
	}
}

// upTo keeps the numbers up to n.
func (w *widths) upTo(n int) {
	for i := n + 1; i < 512; i++ {
		w[i>>6] &^= 1 << (i & 63)
	}
}

func (w *widths) has(n int) bool { return n < 512 && w[n>>6]&(1<<(n&63)) != 0 }

// layout is how the samples fall apart under one delimiter.
type layout struct {
	delim   byte
	records int         // records that aren't blank
	counts  map[int]int // number of cells → records
	mode    int
	share   float64 // of records with the commonest number of cells, runners-up at half
	prose   float64 // share of delimiters that stand as they do in prose or numbers
	broken  int     // records with a quoted field that no delimiter ends
	quotes  int     // quoted fields
	ends    map[string]int
	score   float64
}

// delimiters in the order that settles ties.
const delimiters = ",;\t|^~"

// findDialect tries every delimiter on the samples and takes the one under which
// records have the same number of cells, rewarding more cells, and holding against a
// delimiter that it stands as in prose, or cuts quoted fields apart.
func findDialect(texts [][]byte) dialect {
	var tried []layout
	for i := range len(delimiters) {
		if i == 0 || frequent(texts, delimiters[i]) {
			tried = append(tried, layOut(texts, delimiters[i]))
		}
	}
	best := tried[0]
	for _, l := range tried {
		if l.score > best.score {
			best = l
		}
	}
	return best.dialect(tried)
}

// frequent says whether there is a delimiter for every other line, without which it
// can't be the one.
func frequent(texts [][]byte, delim byte) bool {
	var delims, lines int
	for _, t := range texts {
		delims += bytes.Count(t, []byte{delim})
		lines += max(bytes.Count(t, []byte{'\n'}), bytes.Count(t, []byte{'\r'}))
	}
	return delims > 0 && delims >= lines/2
}

func (l *layout) dialect(tried []layout) dialect {
	d := dialect{delim: l.delim, quoted: l.quotes > 0, width: l.mode, ends: endsOf(l.ends)}
	for n, k := range l.counts {
		if n > 1 && k*20 >= l.records && k > 1 || n == l.mode {
			d.widths.add(n)
		}
	}
	var why []string
	for _, t := range tried {
		if t.mode > 1 {
			why = append(why, fmt.Sprintf("%q: %d cells in %.0f %% of records", t.delim, t.mode, 100*float64(t.counts[t.mode])/float64(t.records)))
		}
		if t.delim != l.delim && l.mode > 1 && t.score > 0.9*l.score {
			d.doubt = string(t.delim)
		}
	}
	d.why = strings.Join(why, "; ")
	if l.mode <= 1 {
		d.why = "one column: no delimiter occurs in a regular way"
	}
	return d
}

func endsOf(ends map[string]int) string {
	switch len(ends) {
	case 0:
		return "none"
	case 1:
		for e := range ends {
			return e
		}
	}
	return "mixed"
}

func layOut(texts [][]byte, delim byte) layout {
	l := layout{delim: delim, counts: map[int]int{}, ends: map[string]int{}}
	var delims, prose int
	for _, t := range texts {
		for len(t) > 0 {
			var rec sampleRecord
			rec, t = cutSample(t, delim)
			if rec.end != "" {
				l.ends[rec.end]++
			}
			delims += rec.cells - 1
			prose += rec.prose
			l.quotes += rec.quotes
			if !rec.blank {
				if rec.broken {
					l.broken++
				}
				l.records++
				l.counts[rec.cells]++
			}
		}
	}
	l.judge(delims, prose)
	return l
}

func (l *layout) judge(delims, prose int) {
	for n, k := range l.counts {
		if k > l.counts[l.mode] || k == l.counts[l.mode] && n > l.mode {
			l.mode = n
		}
	}
	if l.records == 0 || l.mode <= 1 {
		return
	}
	second := 0
	for n, k := range l.counts {
		if n > 1 && n != l.mode {
			second = max(second, k)
		}
	}
	l.share = (float64(l.counts[l.mode]) + 0.5*float64(second)) / float64(l.records)
	l.prose = float64(prose) / float64(max(1, delims))
	l.score = l.share * math.Log2(1+float64(min(l.mode, 32))) * (1 - 0.7*l.prose) * (1 - 0.9*float64(l.broken)/float64(l.records))
}

// sampleRecord is what counts for the choice of a delimiter.
type sampleRecord struct {
	cells, prose, quotes int
	blank, broken        bool
	end                  string
}

// asInProse says that a possible delimiter stands as in text ("Smith, Jones",
// "A | B") or as between thousands (12,000).
func asInProse(t []byte, i int) bool {
	if i == 0 || i+1 >= len(t) {
		return false
	}
	if t[i+1] == ' ' {
		return true
	}
	return t[i] == ',' && i+4 < len(t) && isDigit(t[i-1]) && isDigit(t[i+1]) && isDigit(t[i+2]) && isDigit(t[i+3]) && t[i+4] == '.'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

const longestSampleField = 4096 // a quoted field longer than this is a stray quote's

// cutSample takes one record off the front of t, counting cells.
func cutSample(t []byte, delim byte) (sampleRecord, []byte) {
	rec := sampleRecord{cells: 1, blank: true}
	atStart := true
	for i := 0; i < len(t); i++ {
		switch c := t[i]; {
		case c == '"' && atStart:
			if n := quotedSample(t[i:], delim); n > 0 {
				i += n - 1
				rec.quotes++
			} else {
				rec.broken = true
			}
			atStart, rec.blank = false, false
		case c == delim:
			rec.cells++
			if asInProse(t, i) {
				rec.prose++
			}
			atStart = true
		case c == '\n':
			rec.end = "lf"
			return rec, t[i+1:]
		case c == '\r':
			if i+1 < len(t) && t[i+1] == '\n' {
				rec.end = "crlf"
				return rec, t[i+2:]
			}
			rec.end = "cr"
			return rec, t[i+1:]
		default:
			atStart = false
			if c != ' ' {
				rec.blank = false
				for i+1 < len(t) && t[i+1] > '"' && t[i+1] != delim { // the rest of a word
					i++
				}
			}
		}
	}
	return rec, nil
}

// quotedSample is the length of the quoted field at the front of t, or 0 if the
// quote isn't closed before a delimiter or line end within reason.
func quotedSample(t []byte, delim byte) int {
	limit := min(len(t), longestSampleField)
	for i := 1; i < limit; i++ {
		j := bytes.IndexByte(t[i:limit], '"')
		if j < 0 {
			return 0
		}
		i += j
		if i+1 < len(t) && t[i+1] == '"' {
			i++
			continue
		}
		if i+1 == len(t) || t[i+1] == delim || t[i+1] == '\n' || t[i+1] == '\r' {
			return i + 1
		}
	}
	return 0
}
