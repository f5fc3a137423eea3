package ingest

import (
	"fmt"
	"regexp"
	"strings"
)

// titleText bounds a cell above a header that is read as a title, in bytes: longer ones
// are notes.
const titleText = 120

// otherDay are words beside which a month is that of something else than the payments:
// of publication, of a query.
var otherDay = regexp.MustCompile(`(?i)publish|updated|printed|produced|created|generated|extract|run (?:on|date)|report date|as at|date of|next|previous|since|from 20|where|select`)

// readTitle takes the months that the lines above the header name for the part's period,
// where neither file nor sheet is named after one; else it warns of a title that names
// others.
func (p *plan) readTitle() {
	title, said := p.titlePeriod()
	switch {
	case !title.Known():
	case !p.period.Known():
		p.period, p.titled = title, true
		p.notes = append(p.notes, fmt.Sprintf("period %s from the title %q", title.Text, said))
	case title.First > p.period.Last || title.Last < p.period.First:
		p.warnings = append(p.warnings, fmt.Sprintf("the title %q is of %s, the name of %s, which is used", said, title.Text, p.period.Text))
	}
}

// titlePeriod is the one period that lines above the header name, with the text; none
// where they name several.
func (p *plan) titlePeriod() (found Period, said string) {
	if !p.headed {
		return Period{}, ""
	}
	for i := range p.sample {
		r := &p.sample[i]
		if r.First >= p.header.first || r.First >= p.dataFrom {
			break
		}
		for _, c := range r.Cells {
			text := strings.TrimSpace(c)
			if len(text) > titleText || otherDay.MatchString(text) {
				continue
			}
			period := monthsNamed(nameWords(text))
			if !period.Known() || period == found {
				continue
			}
			if found.Known() {
				return Period{}, ""
			}
			found, said = period, text
		}
	}
	return found, said
}
