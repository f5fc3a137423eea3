package source

import (
	"fmt"
	"strings"
)

// repairs counts what reading a part had to repair, with the first lines of each kind.
type repairs struct {
	count [8]int64
	lines [8][]int32
}

func (r *repairs) note(faults Fault, line int32) {
	for bit := range 8 {
		if faults&(1<<bit) == 0 {
			continue
		}
		r.count[bit]++
		if len(r.lines[bit]) < listedLines {
			r.lines[bit] = append(r.lines[bit], line)
		}
	}
}

// faultWords say in words what a mark means, in the order of the bits.
var faultWords = [8]string{
	"a stray quote: read line by line, so that it swallows no rows",
	"a quote inside a quoted field that is not doubled",
	"more or longer cells than the limits: the last cell holds the rest",
	"bytes in another encoding than the rest, decoded by themselves",
	"bytes without a meaning in the encoding, shown as U+FFFD",
	"NUL bytes",
	"a formula without a stored value",
}

func (r *repairs) warnings() []string {
	var out []string
	for bit, n := range r.count {
		if n > 0 {
			out = append(out, fmt.Sprintf("%s: %s", listLines(r.lines[bit], n), faultWords[bit]))
		}
	}
	return out
}

// listLines gives "line 4", "lines 4, 9" or "lines 4, 9, … (12 in all)".
func listLines[T int32 | int64](lines []T, n int64) string {
	var b strings.Builder
	b.WriteString("line")
	if n != 1 {
		b.WriteByte('s')
	}
	for i, l := range lines {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %d", l)
	}
	if n > int64(len(lines)) {
		fmt.Fprintf(&b, ", … (%d in all)", n)
	}
	return b.String()
}
