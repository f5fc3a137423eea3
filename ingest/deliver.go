package ingest

import (
	"unsafe"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// deliver writes the payments in the order of the lake, numbers repeats, and checks
// that what is written is what the accounts say. out may be nil.
func (r *fileReader) deliver(out sink) error {
	d := delivery{store: r.store, out: out, parts: make(map[int64]*partState, len(r.parts))}
	for _, st := range r.parts {
		st.once = 0
		d.parts[st.id] = st
	}
	write := d.blocks
	if r.store.spills != nil {
		write = d.rows
	}
	if err := write(); err != nil {
		return err
	}
	return r.deliveredAll(d.count, d.sum)
}

// deliveryRows is how many rows are gathered before they are written, but for a run
// of one payer, year, day and payee, which is never cut: its repeats are numbered as
// a whole.
const deliveryRows = 1024

// delivery is the writing of one file's payments, with the sums of what was written.
type delivery struct {
	store *store
	out   sink
	parts map[int64]*partState
	part  *partState // the last, of partID
	id    int64
	count int64
	sum   police.Pence
}

// written counts a row that is about to be written.
func (d *delivery) written(partID int64, amount, once police.Pence) {
	if d.part == nil || d.id != partID {
		d.part, d.id = d.parts[partID], partID
	}
	d.part.once += once
	d.sum += amount
	d.count++
}

// basisTexts are basisNames as the texts of a column.
var basisTexts = func() (texts []string) {
	for _, b := range basisNames {
		texts = append(texts, string(b))
	}
	return texts
}()

// redactionTexts are the states of a redacted name that ingest knows.
var redactionTexts = []string{police.Redacted, police.PartlyRedacted, police.Individual, police.Pseudonym}

// blocks writes rows that are all in memory, column by column.
func (d *delivery) blocks() error {
	s := d.store
	b := &s.block
	clearBlock(b)
	b.DateBasis.Texts, b.Redaction.Texts = basisTexts, redactionTexts
	b.Payee.Texts, b.Category.Texts, b.Description.Texts = s.payees.texts, s.categories.texts, s.texts.texts
	order := s.order()
	refs := unsafe.String(unsafe.SliceData(s.refs), len(s.refs)) // holds until the next file's rows, when these are written
	var last *row                                                // before this row
	from := 0                                                    // where its run begins in the block
	for _, k := range order.keys {
		r := s.at(order.row(k))
		if last != nil && (r.payee != last.payee || r.date != last.date || r.year != last.year || r.payer != last.payer) {
			d.endRun(b, from)
			from = b.Len()
			if from >= deliveryRows || r.year != last.year || r.payer != last.payer {
				if err := d.writeBlock(b, last); err != nil {
					return err
				}
				from = 0
			}
		}
		s.appendRow(b, r, refs)
		last = r
	}
	if last == nil {
		return nil
	}
	d.endRun(b, from)
	return d.writeBlock(b, last)
}

func (d *delivery) writeBlock(b *lake.PaymentBlock, of *row) error {
	defer clearBlock(b)
	if d.out == nil {
		return nil
	}
	return d.out.Block(d.store.payers[of.payer], d.store.years[of.year], b)
}

func clearBlock(b *lake.PaymentBlock) {
	b.PaymentID, b.PartID, b.PayeeID, b.RepeatGroup = b.PaymentID[:0], b.PartID[:0], b.PayeeID[:0], b.RepeatGroup[:0]
	b.LineFirst, b.LineLast, b.RepeatNo = b.LineFirst[:0], b.LineLast[:0], b.RepeatNo[:0]
	b.PaidOn, b.Amount, b.AmountOnce = b.PaidOn[:0], b.Amount[:0], b.AmountOnce[:0]
	clear(b.Reference)
	b.Reference = b.Reference[:0]
	for _, w := range []*lake.Words{&b.DateBasis, &b.Payee, &b.Redaction, &b.Category, &b.Description} {
		w.Numbers = w.Numbers[:0]
	}
}

// appendRow appends a row as it is until its run ends: no repeat.
func (s *store) appendRow(b *lake.PaymentBlock, r *row, refs string) {
	part, facts := s.parts[r.part], &s.facts[r.payee]
	b.PaymentID = append(b.PaymentID, police.PaymentKey(part, r.first))
	b.PartID = append(b.PartID, part)
	b.LineFirst = append(b.LineFirst, r.first)
	b.LineLast = append(b.LineLast, r.last)
	b.PaidOn = append(b.PaidOn, r.date)
	b.DateBasis.Numbers = append(b.DateBasis.Numbers, int32(r.basis))
	b.Payee.Numbers = append(b.Payee.Numbers, r.payee)
	b.PayeeID = append(b.PayeeID, facts.id)
	b.Redaction.Numbers = append(b.Redaction.Numbers, int32(facts.redaction))
	b.Category.Numbers = append(b.Category.Numbers, r.category)
	b.Description.Numbers = append(b.Description.Numbers, r.description)
	b.Reference = append(b.Reference, refs[r.refAt:r.refAt+uint32(r.refLen)])
	b.Amount = append(b.Amount, r.amount)
	b.AmountOnce = append(b.AmountOnce, r.amount)
	b.RepeatGroup = append(b.RepeatGroup, 0)
	b.RepeatNo = append(b.RepeatNo, 1)
}

// endRun numbers the repeats of the run that begins at from, and counts its rows.
func (d *delivery) endRun(b *lake.PaymentBlock, from int) {
	repeats(b.Len()-from,
		func(i int) repeatKey {
			return repeatKey{b.PartID[from+i], b.Amount[from+i], b.Reference[from+i]}
		},
		func(i, first int, n int32) {
			group := b.PaymentID[from+first]
			b.RepeatGroup[from+i], b.RepeatGroup[from+first] = group, group
			b.RepeatNo[from+i], b.AmountOnce[from+i] = n, 0
		})
	for i := from; i < b.Len(); i++ {
		d.written(b.PartID[i], b.Amount[i], b.AmountOnce[i])
	}
}

// rows writes rows that were spilled, as they are merged.
func (d *delivery) rows() error {
	rows, failed := d.store.payments()
	ready := d.store.ready
	defer func() { d.store.ready = ready[:0] }()
	from := 0 // where the run of one payer, year, day and payee begins in ready
	var err error
	flush := func() {
		if from > 0 && err == nil && d.out != nil {
			err = d.out.Payments(ready[0].Payer, ready[0].FinYear, ready[:from])
		}
		ready = ready[:copy(ready, ready[from:])]
		from = 0
	}
	rows(func(p *police.Payment) bool {
		if n := len(ready); n > from {
			if last := &ready[n-1]; last.PaidOn != p.PaidOn || last.Payee != p.Payee || last.Payer != p.Payer || last.FinYear != p.FinYear {
				d.endRows(ready[from:])
				if from = n; n >= deliveryRows || last.Payer != p.Payer || last.FinYear != p.FinYear {
					flush()
				}
			}
		}
		ready = append(ready, *p)
		return err == nil
	})
	d.endRows(ready[from:])
	from = len(ready)
	flush()
	if err != nil {
		return err
	}
	return failed()
}

// endRows numbers the repeats of a run of rows, and counts them.
func (d *delivery) endRows(run []police.Payment) {
	for i := range run {
		run[i].RepeatNo, run[i].AmountOnce = 1, run[i].Amount
	}
	repeats(len(run),
		func(i int) repeatKey { return repeatKey{run[i].PartID, run[i].Amount, run[i].Reference} },
		func(i, first int, n int32) {
			run[i].RepeatGroup, run[first].RepeatGroup = run[first].PaymentID, run[first].PaymentID
			run[i].RepeatNo, run[i].AmountOnce = n, 0
		})
	for i := range run {
		d.written(run[i].PartID, run[i].Amount, run[i].AmountOnce)
	}
}

// repeatKey is what repeats of one payer, day and payee have in common.
type repeatKey struct {
	part      int64
	amount    police.Pence
	reference string
}

// repeats finds in a run of n rows of the same payer, day and payee, which stand in
// the order of their lines, those with the same part, amount and reference, and calls
// found for each but the first of a group: row i is the no-th of the group whose first
// row is first. It decides from this file alone; whether repeats are one invoice's
// total or genuine is transform's question.
func repeats(n int, key func(i int) repeatKey, found func(i, first int, no int32)) {
	switch {
	case n < 2:
	case n <= 12:
		repeatsFew(n, key, found)
	default:
		firsts := make(map[repeatKey]int, n)
		count := make([]int32, n)
		for i := range n {
			k := key(i)
			first, seen := firsts[k]
			if !seen {
				first, firsts[k] = i, i
			}
			if count[first]++; seen {
				found(i, first, count[first])
			}
		}
	}
}

func repeatsFew(n int, key func(i int) repeatKey, found func(i, first int, no int32)) {
	for i := 1; i < n; i++ {
		k, first, no := key(i), i, int32(1)
		for j := range i {
			if key(j) == k {
				first = min(first, j)
				no++
			}
		}
		if no > 1 {
			found(i, first, no)
		}
	}
}

func (r *fileReader) deliveredAll(count int64, sum police.Pence) error {
	var want int64
	var pence police.Pence
	for _, st := range r.parts {
		want += st.lines.Payments
		pence += st.lines.PencePayments
	}
	if count != want || sum != pence {
		return police.Exitf(police.ExitMoney, "this is a defect of hardyards: report it with the file; nothing was published",
			"%s: %d payments of £%s were written, the accounts say %d of £%s", r.in.Name, count, sum, want, pence)
	}
	return nil
}
