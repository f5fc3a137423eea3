package ingest

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"hardyards/ingest/source"
	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// row is a payment while its file is being read: strings are numbers into tables
// that hold each distinct text once. 48 bytes; a Payment is some 300.
type row struct {
	amount      police.Pence
	refAt       uint32
	payee       int32
	category    int32
	description int32
	date        police.Date
	first, last int32
	part        int32
	refLen      uint16
	payer, year uint16
	basis       uint8
}

// interner gives each distinct text a number. A repetition of the text before is
// known without a look-up.
type interner struct {
	ids   map[string]int32
	texts []string
	last  int32
	bytes int
	order []int32 // of texts, sorted: of the first so many of them
}

func (n *interner) clear() {
	if n.ids == nil {
		n.ids = map[string]int32{}
	}
	clear(n.ids)
	clear(n.texts)
	n.texts, n.last, n.bytes, n.order = n.texts[:0], -1, 0, n.order[:0]
}

// textsKept bounds the texts of each kind that are remembered for the next file:
// files of one publisher name the same payees.
const textsKept = 256 << 10

func (n *interner) clearIfLarge() bool {
	if n.bytes <= textsKept {
		return false
	}
	n.clear()
	return true
}

// ranks gives the place of each text in sorted order. Texts that were ranked before
// aren't sorted again.
func (n *interner) ranks(out []uint32) []uint32 {
	fresh := make([]int32, len(n.texts)-len(n.order))
	for i := range fresh {
		fresh[i] = int32(len(n.order) + i)
	}
	slices.SortFunc(fresh, func(a, b int32) int { return cmp.Compare(n.texts[a], n.texts[b]) })
	if len(fresh) > 0 {
		n.order = n.merge(fresh)
	}
	out = slices.Grow(out[:0], len(n.order))[:len(n.order)]
	for place, i := range n.order {
		out[i] = uint32(place)
	}
	return out
}

// merge puts texts, sorted among themselves, into the order from its end. They are few
// beside what is there already, so that each looks for its place.
func (n *interner) merge(fresh []int32) []int32 {
	old := len(n.order)
	order := append(n.order, fresh...)
	for j := len(fresh) - 1; j >= 0; j-- {
		text := n.texts[fresh[j]]
		at, _ := slices.BinarySearchFunc(order[:old], text, func(id int32, text string) int { return cmp.Compare(n.texts[id], text) })
		copy(order[at+j+1:], order[at:old])
		order[at+j], old = fresh[j], at
	}
	return order
}

func (n *interner) id(b []byte) int32 {
	if n.last >= 0 && string(b) == n.texts[n.last] {
		return n.last
	}
	id, ok := n.ids[string(b)]
	if !ok {
		s := string(b)
		id = int32(len(n.texts))
		n.ids[s] = id
		n.texts = append(n.texts, s)
		n.bytes += len(s) + 64 // text, header and map entry
	}
	n.last = id
	return id
}

// basisNames are the date bases by number.
var basisNames = [...]police.DateBasis{police.DatedByRow, police.DatedBySheet, police.DatedByFile, police.Undated}

const (
	byRow = iota
	bySheet
	byFile
	byNone
)

// Memory is the memory that readings share: what rows are gathered in, and what a pass
// over a file needs. The zero value is ready; it may be used by many readings at once.
type Memory struct {
	stores  source.Free[*store]
	buffers source.Buffers
}

// store holds the payments of one file until they can be written in order. Where
// they outgrow its limits they are sorted and spilled, so that a file of any size is
// read in bounded memory: rowLimit rows are 17 MB, textLimit bytes of texts, and as
// much again while a run is written.
type store struct {
	chunks      [][]row // of chunkRows each
	count       int     // rows in them
	payees      interner
	facts       []payeeFacts // by payee number
	categories  interner
	texts       interner // descriptions
	refs        []byte
	payers      []police.PayerKey
	payerID     map[police.PayerKey]uint16
	years       []police.FinancialYear
	yearID      map[police.FinancialYear]uint16
	memory      *Memory
	parts       []int64 // part ids by part number
	spills      *spills
	rowLimit    int
	textLimit   int
	keys, spare []uint64 // of order
	places      []uint32
	ready       []police.Payment  // of deliverRows
	block       lake.PaymentBlock // of deliverBlocks
}

// chunkRows is how many rows are made room for at a time: a slice that grows by
// doubling copies every row, and touches twice the memory.
const chunkRows = 1 << 12

// chunksKept is how many of a file's stay for the next: 131,072 rows, 6 MB.
const chunksKept = 32

// at gives the i-th row.
func (s *store) at(i int) *row { return &s.chunks[i/chunkRows][i%chunkRows] }

const (
	defaultRowLimit  = 360_000
	defaultTextLimit = 24 << 20
)

func newStore(memory *Memory, rowLimit int) *store {
	if memory == nil {
		memory = &Memory{}
	}
	if rowLimit <= 0 {
		rowLimit = defaultRowLimit
	}
	if s, ok := memory.stores.Take(); ok {
		s.rowLimit = rowLimit
		return s
	}
	s := &store{memory: memory, rowLimit: rowLimit, textLimit: defaultTextLimit,
		payerID: map[police.PayerKey]uint16{}, yearID: map[police.FinancialYear]uint16{}}
	s.clear()
	return s
}

// clear forgets rows and texts; payers, years and parts keep their numbers.
func (s *store) clear() {
	s.count = 0
	s.refs = s.refs[:0]
	s.payees.clear()
	s.categories.clear()
	s.texts.clear()
	s.facts = s.facts[:0]
}

// give returns the store's memory for another file, with the texts it knows. Their
// numbers depend on the files before, but nothing that is written does.
func (s *store) give() error {
	err := s.close()
	s.spills = nil
	s.count, s.refs = 0, s.refs[:0]
	if len(s.chunks) > chunksKept {
		clear(s.chunks[chunksKept:])
		s.chunks = s.chunks[:chunksKept]
		s.keys, s.spare = nil, nil
	}
	if s.payees.clearIfLarge() {
		s.facts = s.facts[:0]
	}
	s.categories.clearIfLarge()
	s.texts.clearIfLarge()
	clear(s.payerID)
	clear(s.yearID)
	s.payers, s.years, s.parts = s.payers[:0], s.years[:0], s.parts[:0]
	clear(s.ready[:cap(s.ready)])
	s.ready = s.ready[:0]
	s.memory.stores.Give(s)
	return err
}

// payee gives the number of a payee and what its name tells.
func (s *store) payee(name []byte) int32 {
	id := s.payees.id(name)
	if int(id) == len(s.facts) {
		s.facts = append(s.facts, factsOf(s.payees.texts[id]))
	}
	return id
}

// reference keeps a reference; over-long ones are cut, as no reference is.
func (s *store) reference(b []byte) (at uint32, n uint16) {
	if len(b) == 0 {
		return 0, 0
	}
	b = b[:min(len(b), math.MaxUint16)]
	at = uint32(len(s.refs))
	s.refs = append(s.refs, b...)
	return at, uint16(len(b))
}

func (s *store) payer(k police.PayerKey) uint16 {
	id, ok := s.payerID[k]
	if !ok {
		id = uint16(len(s.payers))
		s.payerID[k], s.payers = id, append(s.payers, k)
	}
	return id
}

func (s *store) year(y police.FinancialYear) uint16 {
	id, ok := s.yearID[y]
	if !ok {
		id = uint16(len(s.years))
		s.yearID[y], s.years = id, append(s.years, y)
	}
	return id
}

func (s *store) full() bool {
	return s.count >= s.rowLimit || len(s.refs)+s.payees.bytes+s.categories.bytes+s.texts.bytes > s.textLimit
}

// add keeps a row, and spills when it must.
func (s *store) add(r row) error {
	if s.count == len(s.chunks)*chunkRows {
		s.chunks = append(s.chunks, make([]row, chunkRows))
	}
	*s.at(s.count) = r
	s.count++
	if s.full() {
		return s.spill()
	}
	return nil
}

func (s *store) spill() error {
	if s.spills == nil {
		var err error
		if s.spills, err = newSpills(); err != nil {
			return err
		}
	}
	if err := s.spills.write(s.sorted()); err != nil {
		return err
	}
	s.clear()
	return nil
}

// sorted gives the rows as payments in the order of the lake: payer, year, paid on,
// payee, line. Each Payment is valid until the next.
func (s *store) sorted() func(yield func(*police.Payment) bool) {
	order := s.order()
	refs := string(s.refs)
	return func(yield func(*police.Payment) bool) {
		var p police.Payment
		for _, k := range order.keys {
			s.payment(&p, s.at(order.row(k)), refs)
			if !yield(&p) {
				return
			}
		}
	}
}

func (s *store) payment(p *police.Payment, r *row, refs string) {
	facts := &s.facts[r.payee]
	payer := s.payers[r.payer]
	*p = police.Payment{
		PaymentID: police.PaymentKey(s.parts[r.part], r.first), PartID: s.parts[r.part],
		LineFirst: r.first, LineLast: r.last,
		Payer: payer, ForceCode: payer.Force(), FinYear: s.years[r.year],
		PaidOn: r.date, DateBasis: basisNames[r.basis],
		Payee: s.payees.texts[r.payee], PayeeID: facts.id,
		Category: textOf(&s.categories, r.category), Description: textOf(&s.texts, r.description),
		Reference: refs[r.refAt : r.refAt+uint32(r.refLen)],
		Amount:    r.amount,
	}
	if facts.redaction >= 0 {
		p.Redaction = redactionTexts[facts.redaction]
	}
}

func textOf(n *interner, id int32) string {
	if id < 0 {
		return ""
	}
	return n.texts[id]
}

// ranks gives the place of each text in sorted order.
func ranks[T ~string](texts []T) []uint32 {
	order := make([]int32, len(texts))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(texts[a], texts[b]) })
	out := make([]uint32, len(texts))
	for place, i := range order {
		out[i] = uint32(place)
	}
	return out
}

// payments gives all rows of a store that has spilled, in order.
func (s *store) payments() (seq func(yield func(*police.Payment) bool), failed func() error) {
	if s.count > 0 {
		if err := s.spill(); err != nil {
			return func(func(*police.Payment) bool) {}, func() error { return err }
		}
	}
	return s.spills.merged()
}

// close removes what was spilled.
func (s *store) close() error {
	if s.spills == nil {
		return nil
	}
	return s.spills.close()
}

// comparePayments is the order of the lake.
func comparePayments(a, b *police.Payment) int {
	return cmp.Or(
		cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.FinYear, b.FinYear),
		cmp.Compare(a.PaidOn, b.PaidOn), cmp.Compare(a.Payee, b.Payee),
		cmp.Compare(a.LineFirst, b.LineFirst), cmp.Compare(a.PartID, b.PartID),
	)
}

// trimText trims what surrounds a text; an unchanged cell costs nothing.
func trimText(b []byte) []byte {
	if len(b) == 0 || (b[0] > ' ' && b[len(b)-1] > ' ' && b[0] < 0x80 && b[len(b)-1] < 0x80) {
		return b
	}
	return bytes.TrimSpace(bytes.Trim(b, " \t\r\n\u00a0"))
}
