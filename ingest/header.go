package ingest

import (
	"slices"
	"strings"

	"hardyards/ingest/source"
)

// sampleRow is a record kept beyond its batch.
type sampleRow struct {
	Cells       []string
	Kinds       []source.Kind
	First, Last int32
}

func keepRow(r *source.Record) sampleRow {
	s := sampleRow{Cells: make([]string, len(r.Cells)), First: r.First, Last: r.Last}
	var all []byte // one copy for all cells
	for _, c := range r.Cells {
		all = append(all, c...)
	}
	text := string(all)
	for i, c := range r.Cells {
		s.Cells[i], text = text[:len(c)], text[len(c):]
	}
	if r.Kinds != nil {
		s.Kinds = append([]source.Kind(nil), r.Kinds...)
	}
	return s
}

func (s *sampleRow) kind(i int) source.Kind {
	if i < len(s.Kinds) {
		return s.Kinds[i]
	}
	return source.Text
}

// blank reports whether every cell is empty or spaces.
func (s *sampleRow) blank() bool {
	for _, c := range s.Cells {
		if len(trimCell([]byte(c))) > 0 {
			return false
		}
	}
	return true
}

// headerFound is a header: one record, or two of which each holds half of the
// headings.
type headerFound struct {
	cells []string
	rows  []int // indices into the sample
	first int32
	last  int32
	worth float64
}

// headerDepth is how many records from the top may hold the header. The longest
// real preamble is 21 lines.
const headerDepth = 60

// headerWorth sums how surely the cells of a record head different roles; payee,
// amount and date count in full, others half. A record that holds an amount or a
// date in numbers is data, and worth nothing.
func (h *headingReader) headerWorth(cells []string) (worth float64, roles map[Role]float64) {
	for _, c := range cells {
		if looksLikeData(c) {
			return 0, nil
		}
	}
	roles = map[Role]float64{}
	all := make([][]string, len(cells))
	for i, c := range cells {
		if len(c) > 120 {
			continue
		}
		words := headingWords(c)
		all[i] = words
		best, at := 0.0, NoRole
		for r := RolePayee; r <= RolePayerName; r++ {
			if s := h.score(r, words); s > best {
				best, at = s, r
			}
		}
		if best > roles[at] {
			roles[at] = best
		}
	}
	delete(roles, NoRole)
	if headsApart(cells, all) {
		roles[RoleAmount] = max(roles[RoleAmount], 0.95)
	}
	for r, s := range roles {
		if r == RolePayee || r == RoleAmount || r == RoleDate {
			worth += s
		} else {
			worth += s / 2
		}
	}
	return worth, roles
}

func looksLikeData(cell string) bool {
	b := trimCell([]byte(cell))
	if len(b) == 0 || len(b) > 40 || !strings.ContainsAny(cell, "0123456789") {
		return false
	}
	if a := parseAmount(b, false); a.state.readable() && len(b) > 3 {
		return true
	}
	d := parseDate(b, false)
	return d.kind == dateNumeric || (d.kind == dateFixed && d.style != "serial")
}

// enough reports whether roles make a header of a list of payments: an amount, and
// a payee or a date.
func enough(roles map[Role]float64) bool {
	const sure = 0.45
	if roles[RoleAmount] < sure {
		return false
	}
	return roles[RolePayee] >= sure || roles[RoleDate] >= sure
}

// findHeader looks for the header among the first records of the sample: the best
// single record, or two neighbours that together head more than either.
func (h *headingReader) findHeader(rows []sampleRow) (headerFound, bool) {
	var best headerFound
	for i := 0; i < min(len(rows), headerDepth); i++ {
		worth, roles := h.headerWorth(rows[i].Cells)
		if enough(roles) && worth > best.worth+0.3 {
			best = headerFound{rows[i].Cells, []int{i}, rows[i].First, rows[i].Last, worth}
		}
		if i == 0 || rows[i-1].blank() || rows[i].blank() {
			continue
		}
		above, _ := h.headerWorth(rows[i-1].Cells)
		if above == 0 || titleAbove(rows[i-1].Cells, rows[i].Cells) || slices.ContainsFunc(rows[i].Cells, looksLikeData) {
			continue // a title, or data
		}
		both := joinHeadings(rows[i-1].Cells, rows[i].Cells)
		if w, roles := h.headerWorth(both); enough(roles) && w > best.worth+0.2 && w > worth+0.2 {
			best = headerFound{both, []int{i - 1, i}, rows[i-1].First, rows[i].Last, w}
		}
	}
	return best, best.worth > 0
}

// titleAbove reports whether the upper row is one sentence, above a column that the
// lower row doesn't name: "Published under the transparency code".
func titleAbove(upper, lower []string) bool {
	at := -1
	for i, c := range upper {
		if strings.TrimSpace(c) == "" {
			continue
		}
		if at >= 0 {
			return false
		}
		at = i
	}
	return at >= 0 && len(strings.Fields(upper[at])) > 3 && (at >= len(lower) || strings.TrimSpace(lower[at]) == "")
}

func joinHeadings(upper, lower []string) []string {
	out := make([]string, max(len(upper), len(lower)))
	for i := range out {
		var parts []string
		for _, half := range [][]string{upper, lower} {
			if i < len(half) && strings.TrimSpace(half[i]) != "" {
				parts = append(parts, strings.TrimSpace(half[i]))
			}
		}
		out[i] = strings.Join(parts, " ")
	}
	return out
}
