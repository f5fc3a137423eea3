package ingest

import (
	"fmt"
	"slices"
	"strings"

	"hardyards/ingest/source"
	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// segment is the columns in force from a header on; a header that repeats in
// another order begins a new one.
type segment struct {
	from                                       int32
	width                                      int
	amount, date, payee                        int
	reference, category, description           int
	payerCode, payerName                       int
	srcFile, srcSHA, srcSheet, srcHead, srcRow int
	amountHead                                 int
	second                                     int // the other column of amounts in two, or -1
}

func newSegment(p *plan) segment {
	return segment{
		from: 0, width: p.width,
		amount: p.col(RoleAmount), date: p.col(RoleDate), payee: p.col(RolePayee),
		reference: p.col(RoleReference), category: p.col(RoleCategory), description: p.col(RoleDescription),
		payerCode: p.col(RolePayerCode), payerName: p.col(RolePayerName),
		srcFile: p.col(RoleSourceFile), srcSHA: p.col(RoleSourceSHA), srcSheet: p.col(RoleSheet),
		srcHead: p.col(RoleHeaderLine), srcRow: p.col(RoleLine), amountHead: p.col(RoleAmountHeading), second: p.col(p.apart.kind.second()),
	}
}

// partState is a part while it is read: what decides its rows, and its accounts.
type partState struct {
	plan      *plan
	number    int32 // in the store
	id        int64
	file      string // published file
	sha       string
	sheet     string
	container string
	period    Period
	basis     uint8 // of rows without a date of their own
	fallback  uint16
	years     map[police.Date]uint16
	yearsSeen [yearSlots]dayYear
	order     dayOrder
	dates     *dateBook
	amountHd  string
	headLine  int32

	lines      police.Ledger
	rejections map[string]int
	exclusions map[string]int
	sumAll     police.Pence // of all rows with an amount since the beginning
	sumPaid    police.Pence // of payments alone
	sumBlock   police.Pence // since the last total
	once       police.Pence
	payer      uint16
	payers     int // distinct payers seen, up to 2
	first      police.Date
	last       police.Date
	wordless   int   // payments to a payee without a letter
	wordlessAt int32 // line of the first
	outside    int   // dates more than a year from the name's period
	noise      int
	points     [3]int // amounts by pointStyle, where it isn't plain
	oddTotals  int    // totals that equal no sum above
	blank      police.Reject
	segments   []source.ColumnFrom
	seconds    []source.ColumnFrom
	lostHeader bool // a later header has amounts in other columns than can be joined
	headerRows []int32
	warnings   []string
}

func (st *partState) reject(reason string) { st.lines.Rejections++; st.rejections[reason]++ }

// fileReader reads the parts of one file into a store and accounts for every
// record. One goroutine uses it.
type fileReader struct {
	in      Input
	opt     *Options
	pl      *planner
	store   *store
	sink    sink
	payers  *payerBook
	version string

	parts   []*partState
	rejects []police.Reject

	// of the part being read
	part      *partState
	seg       segment
	plan      *plan
	retab     bool
	retabID   map[string]*partState
	lastFile  []byte
	lastSheet []byte
	forced    map[string]dayOrder // orders found by an earlier reading
}

// sink takes what a reading makes. A lake's fragment is one; explain has none.
type sink interface {
	Payments(payer police.PayerKey, fy police.FinancialYear, rows []police.Payment) error
	Block(payer police.PayerKey, fy police.FinancialYear, block *lake.PaymentBlock) error
	Rejects(rows []police.Reject) error
}

// noPayments is the half of a sink that passes payments over.
type noPayments struct{}

func (noPayments) Payments(police.PayerKey, police.FinancialYear, []police.Payment) error { return nil }

func (noPayments) Block(police.PayerKey, police.FinancialYear, *lake.PaymentBlock) error { return nil }

// Reasons of rejections and exclusions: stable words, counted by explain.
const (
	reasonWide      = "more cells than headings"
	reasonNoAmount  = "no amount"
	reasonAmount    = "amount is no number"
	reasonError     = "amount is an error value"
	reasonSubPenny  = "amount finer than a penny"
	reasonCurrency  = "amount in another currency"
	reasonDate      = "date the calendar has not"
	reasonOversize  = "record over the size limits"
	reasonBlank     = "blank"
	reasonPhantom   = "phantom"
	reasonTotal     = "total"
	reasonHeader    = "repeated header"
	reasonControl   = "report control"
	reasonFootnote  = "footnote"
	reasonNil       = "nil return"
	reasonUnlabeled = "amount alone"
	reasonBoth      = "both a debit and a credit"
	reasonUnmarked  = "no known mark of debit or credit"
	reasonSigned    = "a sign beside a mark of sign"
	reasonPence     = "pence outside 0 to 99"
)

// begin sets the reader to a part of the file.
func (r *fileReader) begin(p *plan) {
	r.plan, r.seg = p, newSegment(p)
	r.retab = p.layout != nil && p.layout.Retabulated != nil
	r.retabID = map[string]*partState{}
	r.lastFile, r.lastSheet = nil, nil
}

// newPart opens the accounts of a part and gives it a number.
func (r *fileReader) newPart(p *plan, file, sha, sheet string) *partState {
	st := &partState{
		plan: p, file: file, sha: sha, sheet: sheet, number: int32(len(r.store.parts)),
		id:    police.Key("part", sha, sheet, p.reading(), r.version),
		dates: newDateBook(p.date1904), rejections: map[string]int{}, exclusions: map[string]int{},
		years: map[police.Date]uint16{}, order: p.order, period: p.period,
		first: police.NoDate, last: police.NoDate, amountHd: p.heading(p.col(RoleAmount)), headLine: p.header.first,
		headerRows: slices.Clone(p.headerRows),
	}
	if slices.Contains(r.store.parts, st.id) { // retabulated: the same bytes were published under two names
		st.id = police.Key("part", sha, sheet, file, p.reading(), r.version)
	}
	if o, ok := r.forced[st.key()]; ok {
		st.order = o
	}
	st.datedBy()
	st.fallback = r.store.year(fallbackYear(st.period))
	if st.basis == byNone {
		st.fallback = r.store.year(police.UnknownYear)
	}
	st.segments = []source.ColumnFrom{{Line: 0, Column: r.seg.amount}}
	if r.seg.second >= 0 {
		st.seconds = []source.ColumnFrom{{Line: 0, Column: r.seg.second}}
	}
	r.store.parts = append(r.store.parts, st.id)
	r.parts = append(r.parts, st)
	return st
}

func (st *partState) key() string { return st.file + "\x00" + st.sheet }

// reading names how a part is read, for its id: the layout, or inference.
func (p *plan) reading() string {
	if p.layout == nil {
		return "inferred"
	}
	return p.layout.FullID()
}

func fallbackYear(p Period) police.FinancialYear { return p.FinancialYear() }

// datedBy says what dates a row that has no date: the sheet's name, the file's, or
// nothing.
func (st *partState) datedBy() {
	switch {
	case st.period.FinancialYear() == police.UnknownYear:
		st.basis = byNone
	case st.plan.titled:
		st.basis = bySheet
	case st.sheet != "" && PeriodOfName(st.sheet, periodOfFile(st.file)).Known():
		st.basis = bySheet
	default:
		st.basis = byFile
	}
}

func cellAt(cells [][]byte, i int) []byte {
	if i < 0 || i >= len(cells) {
		return nil
	}
	return cells[i]
}

// record takes one record of the part. The common case, a payment in order, is
// decided here; everything else by evidence in odd.
func (r *fileReader) record(rec *source.Record) error {
	if r.opt.drop != nil && r.opt.drop(rec.First) {
		return nil
	}
	cells := rec.Cells
	if r.retab {
		r.retabPart(cells)
	}
	seg := &r.seg
	if len(cells) > seg.width || rec.Faults&source.Oversize != 0 {
		return r.odd(rec)
	}
	amount := r.amountOf(cells)
	if r.opt.turn != nil && r.opt.turn(rec.First) {
		amount.pence = -amount.pence
	}
	if amount.state != amountRead || amount.dollar && !r.plan.dollars {
		return r.odd(rec)
	}
	name := trimText(cellAt(cells, seg.payee))
	if len(name) == 0 {
		return r.odd(rec)
	}
	payee := r.store.payee(name)
	if r.store.facts[payee].total {
		return r.odd(rec)
	}
	date, state := r.date(cells)
	if state == dateBad {
		return r.odd(rec)
	}
	return r.payment(rec, amount, payee, date, state)
}

// date resolves the row's date cell and counts it as evidence.
func (r *fileReader) date(cells [][]byte) (police.Date, dateState) {
	st := r.part
	if r.seg.date < 0 || r.seg.date >= len(cells) {
		return police.NoDate, dateAbsent
	}
	e, fresh := st.dates.entry(cells[r.seg.date])
	if fresh {
		e.date, e.state = e.resolve(st.order, st.period)
	}
	return e.date, e.state
}

// payment keeps a row as a payment.
func (r *fileReader) payment(rec *source.Record, amount amountCell, payee int32, date police.Date, state dateState) error {
	st, seg, s := r.part, &r.seg, r.store
	cells := rec.Cells
	w := row{amount: amount.pence, payee: payee, category: -1, description: -1, first: rec.First, last: rec.Last, part: st.number}
	if c := trimText(cellAt(cells, seg.category)); len(c) > 0 {
		w.category = s.categories.id(c)
	}
	if c := trimText(cellAt(cells, seg.description)); len(c) > 0 {
		w.description = s.texts.id(c)
	}
	w.refAt, w.refLen = s.reference(trimText(cellAt(cells, seg.reference)))
	w.payer = r.payerOf(cells)
	switch state {
	case dateKnown:
		w.date, w.basis = date, byRow
		w.year = r.yearOf(date)
		st.span(date)
	case dateMonthly:
		w.date, w.basis, w.year = police.NoDate, byRow, r.yearOf(date)
		st.span(date)
	default:
		w.date, w.basis, w.year = police.NoDate, st.basis, st.fallback
	}
	if r.retab && seg.srcRow >= 0 {
		line := lineNumber(cellAt(cells, seg.srcRow), rec.First)
		w.first, w.last = line, line
	}
	st.lines.Payments++
	st.lines.PencePayments += amount.pence
	st.sumAll += amount.pence
	st.sumPaid += amount.pence
	st.sumBlock += amount.pence
	if amount.noise {
		st.noise++
	}
	if s.facts[payee].wordless {
		if st.wordless++; st.wordless == 1 {
			st.wordlessAt = rec.First
		}
	}
	if amount.point != plainPoint {
		st.points[amount.point]++
	}
	switch {
	case st.payers == 0:
		st.payer, st.payers = w.payer, 1
	case st.payer != w.payer:
		st.payers = 2
	}
	return s.add(w)
}

// wildDays is how far beyond the name's period a date is reported.
const wildDays = 365

func (st *partState) span(d police.Date) {
	if st.first == police.NoDate || d < st.first {
		st.first = d
	}
	if st.last == police.NoDate || d > st.last {
		st.last = d
	}
	if st.period.Known() && !st.period.Holds(d, wildDays) {
		st.outside++
	}
}

// dayYear is a day with its financial year, for the days seen last: a look-up in a map
// for every row costs more than reading its date.
type dayYear struct {
	day  police.Date
	year uint16
	some bool
}

// yearSlots is a power of two above the days of a year.
const yearSlots = 512

func (r *fileReader) yearOf(d police.Date) uint16 {
	seen := &r.part.yearsSeen[uint32(d)%yearSlots]
	if !seen.some || seen.day != d {
		*seen = dayYear{d, r.yearOfDay(d), true}
	}
	return seen.year
}

func (r *fileReader) yearOfDay(d police.Date) uint16 {
	st := r.part
	y, ok := st.years[d]
	if !ok {
		y = r.store.year(police.FinancialYearOf(d))
		if len(st.years) < 1<<16 {
			st.years[d] = y
		}
	}
	return y
}

func (r *fileReader) payerOf(cells [][]byte) uint16 {
	if r.payers.fixed >= 0 {
		return uint16(r.payers.fixed)
	}
	return r.payers.of(r.store, cellAt(cells, r.seg.payerCode), cellAt(cells, r.seg.payerName))
}

func lineNumber(b []byte, otherwise int32) int32 {
	n := int32(0)
	for _, c := range b {
		if c-'0' > 9 || n > 1<<27 {
			return otherwise
		}
		n = n*10 + int32(c-'0')
	}
	if n == 0 {
		return otherwise
	}
	return n
}

// retabPart turns to the part that a row of a retabulated table says it is of.
func (r *fileReader) retabPart(cells [][]byte) {
	file, sheet := cellAt(cells, r.seg.srcFile), cellAt(cells, r.seg.srcSheet)
	if r.part != nil && string(file) == string(r.lastFile) && string(sheet) == string(r.lastSheet) {
		return
	}
	r.lastFile, r.lastSheet = append(r.lastFile[:0], file...), append(r.lastSheet[:0], sheet...)
	r.flushBlank()
	k := string(file) + "\x00" + string(sheet)
	st, ok := r.retabID[k]
	if !ok {
		p := *r.plan
		p.filePeriod = periodOfFile(string(file))
		p.period = p.filePeriod
		if s := PeriodOfName(string(sheet), p.filePeriod); len(sheet) > 0 && s.Known() {
			p.period = s
		}
		p.order, p.header.first = dayOrder{}, 0
		st = r.newPart(&p, string(file), string(cellAt(cells, r.seg.srcSHA)), string(sheet))
		if r.seg.srcHead >= 0 {
			st.headLine = lineNumber(cellAt(cells, r.seg.srcHead), 0)
		}
		if r.seg.amountHead >= 0 {
			st.amountHd = strings.TrimSpace(string(cellAt(cells, r.seg.amountHead)))
		}
		st.headerRows = nil
		r.retabID[k] = st
	}
	r.part = st
}

// finishPart closes the accounts of the part being read.
func (r *fileReader) flushBlank() {
	if st := r.part; st != nil && st.blank.Rows > 0 {
		r.rejects = append(r.rejects, st.blank)
		st.blank = police.Reject{}
	}
}

// flushRejects hands over what has gathered.
func (r *fileReader) flushRejects(atLeast int) error {
	if len(r.rejects) == 0 || len(r.rejects) < atLeast {
		return nil
	}
	if r.sink != nil {
		if err := r.sink.Rejects(r.rejects); err != nil {
			return err
		}
	}
	clear(r.rejects)
	r.rejects = r.rejects[:0]
	return nil
}

func (st *partState) String() string { return fmt.Sprintf("%s %s", st.file, st.sheet) }
