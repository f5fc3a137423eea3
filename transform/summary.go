package transform

import (
	"cmp"
	"slices"

	"hardyards/internal/police"
)

// summaryVersion names the form and the meaning of cached summaries; raise it with
// any change to either.
const summaryVersion = "3"

// sampleSize is the number of distinct row hashes kept per cell. 64 tell a share
// of 0.8 from 0.35 with certainty for practical purposes (standard error 0.06),
// and hold small cells whole.
const sampleSize = 64

// Summary is all that transform needs to know of a fragment's payments without
// reading its rows again. Months are year*12 + month − 1; 0 is no date.
type Summary struct {
	Cells   []Cell
	Payees  []PayeeUse
	Rollups []Rollup
}

// Cell is what one part holds of one payer and month.
type Cell struct {
	PartID   int64
	Payer    police.PayerKey
	FinYear  police.FinancialYear
	Month    int32
	Rows     int64
	Repeats  int64        // rows with repeat_no above 1
	Pence    police.Pence // Σ amount
	Once     police.Pence // Σ amount_once
	Redacted police.Pence // Σ amount to names the publisher withheld, pseudonyms among them
	Sample   []uint32     // sampleSize smallest distinct sample keys, sorted
	Whole    bool         // whether Sample holds every key
	Filter   []byte       // Bloom filter of all keys, where Sample isn't whole
}

// PayeeUse is how often a payer paid a name as published.
type PayeeUse struct {
	Payer     police.PayerKey
	Payee     string
	PayeeID   int64
	Redaction string
	Rows      int64
	Pence     police.Pence
}

// Rollup is the sum of payments of a payer to a payee under a category in a month.
type Rollup struct {
	Payer    police.PayerKey
	PayeeID  int64
	Category string
	FinYear  police.FinancialYear
	Month    int32
	Rows     int64
	Pence    police.Pence
	Once     police.Pence
}

// monthOf gives the month of a date, 0 for none.
func monthOf(d police.Date) int32 {
	if d == police.NoDate {
		return 0
	}
	y, m, _ := d.Civil()
	return int32(y*12 + m - 1)
}

// monthName gives 2018-04, or unknown.
func monthName(m int32) string {
	if m <= 0 {
		return "unknown"
	}
	b := []byte{'0' + byte(m/12/1000), '0' + byte(m/12/100%10), '0' + byte(m/12/10%10), '0' + byte(m/12%10), '-', '0' + byte((m%12+1)/10), '0' + byte((m%12+1)%10)}
	return string(b)
}

// parseMonth reads 2018-04; 0 where s is no month.
func parseMonth(s string) int32 {
	if len(s) != 7 || s[4] != '-' {
		return 0
	}
	d, err := police.ParseDate(s + "-01")
	if err != nil {
		return 0
	}
	return monthOf(d)
}

// finYearOfMonth gives the financial year of a month.
func finYearOfMonth(m int32) police.FinancialYear {
	if m <= 0 {
		return police.UnknownYear
	}
	y := int(m / 12)
	if m%12 < 3 {
		y--
	}
	return police.FinancialYearStarting(y)
}

// summarizer makes a Summary from payments that arrive partition by partition, each
// sorted by date: sums of a month are complete when the next month begins.
type summarizer struct {
	sum    Summary
	cells  map[cellID]*openCell
	roll   map[rollID]*Rollup
	payees map[payeeID]*PayeeUse
	month  int32
	fy     police.FinancialYear
	payer  police.PayerKey
}

type cellID struct {
	part  int64
	payer police.PayerKey
	fy    police.FinancialYear
	month int32
}

type rollID struct {
	payee    int64
	category string
}

type payeeID struct {
	payer police.PayerKey
	payee string
	id    int64
}

type openCell struct {
	Cell
	keys []uint32
}

func newSummarizer() *summarizer {
	return &summarizer{
		cells:  map[cellID]*openCell{},
		roll:   map[rollID]*Rollup{},
		payees: map[payeeID]*PayeeUse{},
	}
}

// add takes the next payments of the partition.
func (s *summarizer) add(rows []police.Payment) {
	for i := range rows {
		p := &rows[i]
		month := monthOf(p.PaidOn)
		if month != s.month || p.FinYear != s.fy || p.Payer != s.payer {
			s.flushRollups()
			s.month, s.fy, s.payer = month, p.FinYear, p.Payer
		}
		s.addCell(p, month)
		s.addRollup(p)
		s.addPayee(p)
	}
}

func (s *summarizer) addCell(p *police.Payment, month int32) {
	id := cellID{p.PartID, p.Payer, p.FinYear, month}
	c := s.cells[id]
	if c == nil {
		c = &openCell{Cell: Cell{PartID: p.PartID, Payer: p.Payer, FinYear: p.FinYear, Month: month}}
		s.cells[id] = c
	}
	c.Rows++
	c.Pence += p.Amount
	c.Once += p.AmountOnce
	if p.RepeatNo > 1 {
		c.Repeats++
	}
	if withheldByPublisher(p.Redaction) {
		c.Redacted += p.Amount
	}
	c.keys = append(c.keys, sampleKey(p))
}

// withheldByPublisher says that a name may stand for anybody, a police body among
// them. A natural person's name that the project itself keeps back was published and
// is known to be nobody of the kind.
func withheldByPublisher(redaction string) bool {
	return redaction != "" && redaction != police.Individual
}

func (s *summarizer) addRollup(p *police.Payment) {
	id := rollID{p.PayeeID, p.Category}
	r := s.roll[id]
	if r == nil {
		r = &Rollup{Payer: p.Payer, PayeeID: p.PayeeID, Category: p.Category, FinYear: p.FinYear, Month: s.month}
		s.roll[id] = r
	}
	r.Rows++
	r.Pence += p.Amount
	r.Once += p.AmountOnce
}

func (s *summarizer) addPayee(p *police.Payment) {
	id := payeeID{p.Payer, p.Payee, p.PayeeID}
	u := s.payees[id]
	if u == nil {
		u = &PayeeUse{Payer: p.Payer, Payee: p.Payee, PayeeID: p.PayeeID, Redaction: p.Redaction}
		s.payees[id] = u
	}
	u.Rows++
	u.Pence += p.Amount
}

func (s *summarizer) flushRollups() {
	for _, r := range s.roll {
		s.sum.Rollups = append(s.sum.Rollups, *r)
	}
	clear(s.roll)
}

// endPartition closes the cells of a partition file, so that only one partition's
// keys are held at a time.
func (s *summarizer) endPartition() {
	s.flushRollups()
	for _, c := range s.cells {
		s.sum.Cells = append(s.sum.Cells, c.close())
	}
	clear(s.cells)
	s.month, s.fy, s.payer = 0, "", ""
}

// finish gives the summary in canonical order.
func (s *summarizer) finish() *Summary {
	s.endPartition()
	for _, u := range s.payees {
		s.sum.Payees = append(s.sum.Payees, *u)
	}
	slices.SortFunc(s.sum.Cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.PartID, b.PartID),
			cmp.Compare(a.FinYear, b.FinYear), cmp.Compare(a.Month, b.Month))
	})
	slices.SortFunc(s.sum.Payees, func(a, b PayeeUse) int {
		return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Payee, b.Payee), cmp.Compare(a.PayeeID, b.PayeeID))
	})
	slices.SortFunc(s.sum.Rollups, compareRollups)
	sum := s.sum // a copy: a pointer into the summarizer would keep all its maps
	return &sum
}

// compareRollups orders by payer, payee, category, month and year: the order of
// table payment_month.
func compareRollups(a, b Rollup) int {
	return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.PayeeID, b.PayeeID), cmp.Compare(a.Category, b.Category),
		cmp.Compare(a.Month, b.Month), cmp.Compare(a.FinYear, b.FinYear))
}

// close turns the keys of a cell into sample and filter.
func (c *openCell) close() Cell {
	slices.Sort(c.keys)
	all := len(c.keys)
	keys := slices.Compact(c.keys)
	c.Whole = len(keys) <= sampleSize
	if !c.Whole {
		c.Filter = newFilter(all, keys)
		keys = keys[:sampleSize]
	}
	c.Sample = slices.Clone(keys)
	return c.Cell
}

// newFilter is a Bloom filter of 8 bits a row and 4 probes: one false hit in 42
// (Mitzenmacher & Upfal, Probability and Computing, 5.5.3).
func newFilter(rows int, keys []uint32) []byte {
	f := make([]byte, max(rows, 8))
	for _, k := range keys {
		h := mix(uint64(k))
		for range 4 {
			bit := uint32(h) % uint32(len(f)*8)
			f[bit/8] |= 1 << (bit % 8)
			h = mix(h)
		}
	}
	return f
}

// mayHold reports whether the cell may hold a sample key; false is certain.
func (c *Cell) mayHold(k uint32) bool {
	if c.Whole {
		_, ok := slices.BinarySearch(c.Sample, k)
		return ok
	}
	h := mix(uint64(k))
	for range 4 {
		bit := uint32(h) % uint32(len(c.Filter)*8)
		if c.Filter[bit/8]&(1<<(bit%8)) == 0 {
			return false
		}
		h = mix(h)
	}
	return true
}
