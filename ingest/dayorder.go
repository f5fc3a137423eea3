package ingest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// dayOrder is the decision which of day and month comes first, for the two families
// of numeric dates of a part: those with slashes, dots and the like, and ISO ones
// (a spreadsheet may have swapped those when it read the text).
type dayOrder struct {
	slash, iso familyOrder
}

// familyOrder is the decision for one family.
type familyOrder struct {
	// swap: a date with two readings is read month first (ISO: day before month).
	swap bool
	// mixed: dates with the other reading only are frequent enough to be taken as
	// they are; otherwise such a date must lie in the period of the name.
	mixed bool
	why   string
}

// same reports whether two decisions read every date alike.
func (a dayOrder) same(b dayOrder) bool {
	return a.slash.swap == b.slash.swap && a.slash.mixed == b.slash.mixed && a.iso.swap == b.iso.swap && a.iso.mixed == b.iso.mixed
}

// dateBook remembers every distinct date cell of a part with its number of rows:
// the evidence for dayOrder, and the reason that a date is parsed once.
type dateBook struct {
	ids      map[string]int32
	entries  []dateEntry
	lastCell []byte
	last     int32
	date1904 bool
	spare    dateEntry // for cells beyond bookCap
}

type dateEntry struct {
	cell  dateCell
	rows  int32
	iso   bool
	date  police.Date // as resolved under the order in force
	state dateState
}

// dateState says what a date means to its row.
type dateState uint8

const (
	dateKnown   dateState = iota
	dateMonthly           // month known, day not
	dateAbsent
	dateBad
)

// bookCap bounds the distinct cells remembered: a century of days, ten ways of
// writing. Times of day could make every cell different.
const bookCap = 1 << 18

func newDateBook(date1904 bool) *dateBook {
	return &dateBook{ids: map[string]int32{}, date1904: date1904, last: -1}
}

// entry finds or makes the entry of a cell and counts the row.
func (b *dateBook) entry(cell []byte) (e *dateEntry, fresh bool) {
	if b.last >= 0 && bytes.Equal(cell, b.lastCell) {
		e = &b.entries[b.last]
		e.rows++
		return e, false
	}
	if id, ok := b.ids[string(cell)]; ok {
		b.last, b.lastCell = id, append(b.lastCell[:0], cell...)
		e = &b.entries[id]
		e.rows++
		return e, false
	}
	c := parseDate(cell, b.date1904)
	fresh1 := dateEntry{cell: c, rows: 1, iso: strings.HasPrefix(c.style, "yyyy")}
	if len(b.entries) >= bookCap {
		b.spare = fresh1
		return &b.spare, true
	}
	b.last, b.lastCell = int32(len(b.entries)), append(b.lastCell[:0], cell...)
	b.ids[string(cell)] = b.last
	b.entries = append(b.entries, fresh1)
	return &b.entries[b.last], true
}

// dateEvidence counts rows of one family of numeric dates.
type dateEvidence struct {
	native, swapped int // only one reading exists
	both            int // two different readings exist
	inNative        int // of both: the usual reading lies in the name's period
	inSwapped       int // of both: the other one does
	nativeMonths    map[police.Date]bool
	swappedMonths   map[police.Date]bool
}

func (b *dateBook) evidence(iso bool, period Period) dateEvidence {
	ev := dateEvidence{nativeMonths: map[police.Date]bool{}, swappedMonths: map[police.Date]bool{}}
	for i := range b.entries {
		e := &b.entries[i]
		if e.cell.kind != dateNumeric || e.iso != iso {
			continue
		}
		n := int(e.rows)
		switch c := e.cell; {
		case c.native == c.swapped:
		case c.swapped == police.NoDate:
			ev.native += n
		case c.native == police.NoDate:
			ev.swapped += n
		default:
			ev.both += n
			if period.Holds(c.native, 0) {
				ev.inNative += n
			}
			if period.Holds(c.swapped, 0) {
				ev.inSwapped += n
			}
			ev.nativeMonths[monthStart(c.native)] = true
			ev.swappedMonths[monthStart(c.swapped)] = true
		}
	}
	return ev
}

func monthStart(d police.Date) police.Date {
	_, _, day := d.Civil()
	return d - police.Date(day-1)
}

// mixedShare is the share of dates with only the unexpected reading above which a
// part is taken to hold both orders, and below which such a date is an error.
const mixedShare = 0.05

// decide weighs, in this order: what the name's period says of dates with two
// readings; which dates have only one reading; whether one reading puts all dates
// into few months. Without evidence dates are read as British ones.
func (ev dateEvidence) decide(iso bool) familyOrder {
	var o familyOrder
	lone := ev.native == 0 && ev.swapped == 0
	switch {
	case ev.both > 0 && ev.inSwapped*5 >= ev.both*4 && ev.inNative*5 <= ev.both && (ev.inSwapped >= 3 || ev.native == 0):
		o.swap, o.why = true, fmt.Sprintf("%d of %d dates with two readings lie in the name's period only when read month first", ev.inSwapped, ev.both)
	case ev.both > 0 && ev.inNative > 4*ev.inSwapped:
		o.why = fmt.Sprintf("%d of %d dates with two readings lie in the name's period when read day first", ev.inNative, ev.both)
	case ev.swapped > ev.native:
		o.swap, o.why = true, fmt.Sprintf("%d dates can only be read month first, %d only day first", ev.swapped, ev.native)
	case ev.native > 0:
		o.why = fmt.Sprintf("%d dates can only be read day first, %d only month first", ev.native, ev.swapped)
	case lone && ev.both >= 10 && 3*len(ev.swappedMonths) <= len(ev.nativeMonths):
		o.swap, o.why = true, fmt.Sprintf("read month first all dates lie in %d months, day first in %d", len(ev.swappedMonths), len(ev.nativeMonths))
	case lone && ev.both > 0:
		o.why = "every date has two readings, and nothing decides: read day first, as British bodies write"
	}
	if iso {
		o.why = strings.NewReplacer("month first", "with day and month swapped", "day first", "as written").Replace(o.why)
	}
	unexpected := ev.swapped
	if o.swap {
		unexpected = ev.native
	}
	o.mixed = float64(unexpected) > mixedShare*float64(ev.native+ev.swapped+ev.both)
	return o
}

// ambiguous reports dates with two readings between which nothing decides.
func (ev dateEvidence) ambiguous() bool {
	return ev.both > 0 && ev.native+ev.swapped == 0 && ev.inNative+ev.inSwapped == 0
}

// order decides for the whole book. A layout's date_order settles slashes.
func (b *dateBook) order(period Period, l *Layout) (dayOrder, []string) {
	slash, iso := b.evidence(false, period), b.evidence(true, period)
	o := dayOrder{slash.decide(false), iso.decide(true)}
	var warnings []string
	switch {
	case l != nil && l.DateOrder != "":
		if want := l.DateOrder == "mdy"; want != o.slash.swap && slash.both > 0 {
			if o.slash.why != "" && !slash.ambiguous() {
				warnings = append(warnings, fmt.Sprintf("layout %s says %s, but %s", l.FullID(), l.DateOrder, o.slash.why))
			} else {
				o.slash.swap = want
			}
		}
	case slash.ambiguous():
		warnings = append(warnings, fmt.Sprintf("day and month can't be told apart in %d rows: read day first", slash.both))
	}
	if o.slash.swap && slash.both > 0 {
		warnings = append(warnings, "dates are written month first: "+o.slash.why)
	}
	if o.iso.swap && iso.both > 0 {
		warnings = append(warnings, "day and month of ISO dates are swapped: "+o.iso.why)
	}
	if o.slash.mixed || o.iso.mixed {
		warnings = append(warnings, fmt.Sprintf("both day-first and month-first dates: %d and %d that have one reading only", slash.native+iso.native, slash.swapped+iso.swapped))
	}
	return o, warnings
}

// resolve gives the date of an entry under an order. Typos and dates of the
// unexpected order count only where the name's period agrees.
func (e *dateEntry) resolve(o dayOrder, period Period) (police.Date, dateState) {
	c := e.cell
	switch c.kind {
	case dateMissing:
		return police.NoDate, dateAbsent
	case dateFixed:
		return c.native, dateKnown
	case dateMonth:
		return c.native, dateMonthly
	case dateTypo:
		if period.Holds(c.native, 31) {
			return c.native, dateKnown
		}
		return police.NoDate, dateBad
	case dateImpossible:
		return police.NoDate, dateBad
	}
	f := o.slash
	if e.iso {
		f = o.iso
	}
	want, other := c.native, c.swapped
	if f.swap {
		want, other = other, want
	}
	if want != police.NoDate {
		return want, dateKnown
	}
	if f.mixed || period.Holds(other, 0) {
		return other, dateKnown
	}
	return police.NoDate, dateBad
}

// style gives the commonest way dates are written, as explain prints it, and all
// others that occur.
func (b *dateBook) style(o dayOrder) (main string, others []string) {
	rows := map[string]int{}
	for i := range b.entries {
		e := &b.entries[i]
		if e.cell.style == "" || e.state == dateBad || e.state == dateAbsent {
			continue
		}
		s := e.cell.style
		if e.cell.kind == dateNumeric && !e.iso && o.slash.swap {
			s = strings.NewReplacer("dd", "mm", "mm", "dd").Replace(s)
		}
		if e.cell.kind == dateNumeric && e.iso && o.iso.swap {
			s = strings.Replace(s, "mm"+s[4:5]+"dd", "dd"+s[4:5]+"mm", 1)
		}
		rows[s] += int(e.rows)
	}
	all := slices.SortedFunc(maps.Keys(rows), func(x, y string) int {
		if rows[x] != rows[y] {
			return rows[y] - rows[x]
		}
		return strings.Compare(x, y)
	})
	if len(all) == 0 {
		return "", nil
	}
	return all[0], all[1:]
}
