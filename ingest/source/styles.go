package source

import (
	"fmt"
	"strconv"
	"strings"
)

// styles reads which cell formats show a number as a date.
func (w *workbook) styles(rels map[string]relation) error {
	member := "xl/styles.xml"
	for _, r := range rels {
		if strings.HasSuffix(r.kind, "/styles") {
			member = r.target
		}
	}
	custom := map[int]bool{}
	inCells := false
	return w.each(member, func(x *xmlScanner) error {
		switch {
		case x.is("cellXfs"):
			inCells = x.kind == xmlStart && !x.empty
		case x.kind != xmlStart:
		case x.is("numFmt"):
			id, _ := strconv.Atoi(x.attrString("numFmtId"))
			custom[id] = isDateFormat(x.attrString("formatCode"))
		case x.is("xf") && inCells:
			id, _ := strconv.Atoi(x.attrString("numFmtId"))
			own, known := custom[id]
			w.dates = append(w.dates, known && own || !known && isDateFormatID(id))
		}
		if len(w.dates) > cellFormats || len(custom) > cellFormats {
			return badXML(fmt.Sprintf("more than %d formats of cells", cellFormats))
		}
		return nil
	})
}

// cellFormats is how many formats of cells Excel allows: 65,490, rounded up.
const cellFormats = 1 << 16

// isDateFormatID knows the built-in formats: 14–22 and 45–47 of ECMA-376 18.8.30, and
// 27–36, 50–58, which East Asian versions of Excel use for dates.
func isDateFormatID(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// isDateFormat says whether a format code has a letter of dates or times outside
// quotes, brackets and escapes: dd/mm/yyyy has, "£"#,##0.00 and [Red]0.00 haven't.
func isDateFormat(code string) bool {
	code, _, _ = strings.Cut(code, ";")
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"', '[':
			stop := byte('"')
			if c == '[' {
				stop = ']'
			}
			j := strings.IndexByte(code[i+1:], stop)
			if j < 0 {
				return false
			}
			if c == '[' && isElapsed(code[i+1:i+1+j]) {
				return true
			}
			i += j + 1
		case '\\', '_', '*':
			i++
		case 'd', 'm', 'y', 'h', 's', 'D', 'M', 'Y', 'H', 'S':
			return true
		case 'G', 'g': // General
			if len(code)-i >= 7 && strings.EqualFold(code[i:i+7], "general") {
				i += 6
			}
		}
	}
	return false
}

// isElapsed knows [h], [mm] and the like, which count time.
func isElapsed(s string) bool {
	return s != "" && strings.Trim(strings.ToLower(s), "hms") == ""
}
