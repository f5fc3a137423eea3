package ingest

import (
	"context"
	"fmt"
	"slices"

	"hardyards/ingest/source"
	"hardyards/internal/police"
)

// readAll reads every part that has a plan, proves its ledger, and gathers its
// payments. Where the whole part decides day and month otherwise than its sample
// did, the file is read once more by what is known then.
func (r *reading) readAll(ctx context.Context, out sink) error {
	forced := map[string]dayOrder{}
	for try := 0; ; try++ {
		again, err := r.readOnce(ctx, forced, try > 0, out)
		if err != nil || !again {
			return err
		}
		if try == 1 { // the evidence doesn't depend on the order: this can't be
			return fmt.Errorf("%s: the order of day and month doesn't settle", r.in.Name)
		}
	}
}

// readOnce reads the file under the orders given. Rejects are handed over only when
// it is sure that nothing is read again.
func (r *reading) readOnce(ctx context.Context, forced map[string]dayOrder, last bool, out sink) (again bool, err error) {
	if r.fr != nil {
		if err := r.fr.store.give(); err != nil {
			return false, err
		}
		r.fr = nil
	}
	s := newStore(r.opt.Memory, r.opt.RowLimit)
	fr := &fileReader{in: r.in, opt: r.opt, pl: r.pl, store: s, version: ReaderVersion, forced: forced}
	fr.payers = payersFor(r.in, r.readable(), r.forces, s)
	held := &heldRejects{}
	if fr.sink = out; !last && !r.sampled() {
		fr.sink = held
	}
	r.fr = fr
	for i, part := range r.file.Parts {
		p := r.plans[i]
		if p.refused != "" {
			continue
		}
		if err := fr.readPart(ctx, part, p, r.file); err != nil {
			return false, err
		}
	}
	if !last || len(forced) > 0 {
		for _, st := range fr.parts {
			o, _ := st.dates.order(st.period, st.plan.layout)
			again = again || !o.same(st.order)
			forced[st.key()] = o
		}
	}
	if again || held.over {
		return true, nil
	}
	r.emptyFile()
	r.continental()
	r.lostHeader()
	if out == nil {
		return false, nil
	}
	return false, out.Rejects(held.rows)
}

// sampled reports whether every part's sample was the whole part, so that its order
// of day and month is final.
func (r *reading) sampled() bool {
	for _, p := range r.plans {
		if p.layout != nil && p.layout.Retabulated != nil {
			return false
		}
		if p.refused == "" && len(p.sample) >= sampleRows {
			return false
		}
	}
	return true
}

func (r *reading) readable() []*plan {
	var out []*plan
	for _, p := range r.plans {
		if p.refused == "" {
			out = append(out, p)
		}
	}
	return out
}

// emptyFile refuses a file of which no row became a payment, unless it says itself
// that there were none.
func (r *reading) emptyFile() {
	var rows, payments, rejected int64
	nilSaid := false
	reasons := map[string]int{}
	for _, st := range r.fr.parts {
		rows += st.lines.RowsRead
		payments += st.lines.Payments
		rejected += st.lines.Rejections
		nilSaid = nilSaid || st.exclusions[reasonNil] > 0
		for k, n := range st.rejections {
			reasons[k] += n
		}
	}
	for _, p := range r.plans {
		nilSaid = nilSaid || p.nil_
	}
	if payments > 0 || (nilSaid && rejected == 0) {
		return
	}
	switch {
	case rejected > 0:
		r.refused = fmt.Sprintf("not one of its %d rows could be read: %s", rejected, countsText(reasons))
		r.advice = "see hardyards rejects, or write a layout: hardyards layout suggest FILE"
	case rows == 0:
		r.refused, r.advice = "a header without any row, and nothing that says there were no payments", "ask the publisher whether it is a nil return"
	default:
		r.refused, r.advice = "no row of it is a payment, and nothing says there were none", "open it and see what it is"
	}
}

// continental refuses a file of which a part writes both 12,34 and 1.500: what the
// point means there is anyone's guess, and a wrong one is wrong a thousandfold.
func (r *reading) continental() {
	for _, st := range r.fr.parts {
		if comma, three := st.points[decimalComma], st.points[pointedThree]; comma > 0 && three > 0 {
			r.refused = fmt.Sprintf("%d amounts are written with a decimal comma, and %d with a point that may part thousands", comma, three)
			r.advice = "ask the publisher for amounts written as 1234.56"
			return
		}
	}
}

// lostHeader refuses a file whose amounts stand in one column at first and in two
// from a later header on, or the other way round.
func (r *reading) lostHeader() {
	for _, st := range r.fr.parts {
		if st.lostHeader {
			r.refused = "the header repeats with amounts in two columns where they stood in one, or in other ones"
			r.advice = "split the file before that header"
			return
		}
	}
}

// heldRejects keeps rejects until it is sure that the file isn't read again. A file
// of more than heldMost of them is read again for their sake: that costs time in a
// rare file, where keeping them all would cost memory without bound.
type heldRejects struct {
	noPayments
	rows []police.Reject
	over bool
}

const heldMost = 20_000

func (h *heldRejects) Rejects(rows []police.Reject) error {
	if h.over = h.over || len(h.rows)+len(rows) > heldMost; h.over {
		h.rows = nil
		return nil
	}
	h.rows = append(h.rows, rows...)
	return nil
}

// readPart reads one part and proves its ledger.
func (r *fileReader) readPart(ctx context.Context, part source.Part, p *plan, file *source.File) error {
	r.begin(p)
	r.part = nil
	from := len(r.parts)
	if !r.retab {
		sheet := ""
		if file.Container != "csv" {
			sheet = part.Name()
		}
		r.part = r.newPart(p, r.in.Name, file.SHA256, sheet)
		r.part.container = part.Evidence().Encoding
	}
	err := part.Read(ctx, func(b *source.Batch) error {
		for i := range b.Records {
			rec := &b.Records[i]
			if rec.First < p.dataFrom || (len(p.headerRows) > 0 && slices.Contains(p.headerRows, rec.First)) {
				continue
			}
			if err := r.record(rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.flushBlank()
	if err := r.flushRejects(1); err != nil {
		return err
	}
	return r.prove(ctx, part, p, r.parts[from:])
}

// prove counts records and sums the amounts a second way, and holds the accounts of
// the parts against it. A violation ends the run: no figure of this file may be
// published.
func (r *fileReader) prove(ctx context.Context, part source.Part, p *plan, parts []*partState) error {
	spec := source.ProofSpec{Columns: []source.ColumnFrom{{Column: p.col(RoleAmount)}}, From: p.dataFrom, Parse: proofAmount{p.workbook}.pence}
	if !r.retab {
		spec.Columns = parts[0].segments
	}
	if p.apart.kind != together {
		spec.Second = parts[0].seconds
		spec.Join = proofApart{proofAmount{p.workbook}, p.apart.kind}.pence
	}
	for _, h := range p.headerRows {
		if h >= p.dataFrom {
			spec.Skip = append(spec.Skip, h)
		}
	}
	slices.Sort(spec.Skip)
	proof, err := part.Proof(ctx, spec)
	if err != nil {
		return err
	}
	var sum police.Ledger
	for _, st := range parts {
		l := &st.lines
		l.PartID = st.id
		l.RowsRead = l.Payments + l.Rejections + l.Exclusions
		l.PenceRead = l.PencePayments + l.PenceRejections + l.PenceExclusions
		sum.RowsRead += l.RowsRead
		sum.PenceRead += l.PenceRead
	}
	if len(parts) == 1 {
		parts[0].lines.RowsRead, parts[0].lines.PenceRead = proof.Records, police.Pence(proof.Pence)
	}
	if proof.Records != sum.RowsRead || police.Pence(proof.Pence) != sum.PenceRead {
		return police.Exitf(police.ExitMoney, "this is a defect of hardyards: report it with the file; nothing was published",
			"%s, %s: the ledger doesn't balance: a second count finds %d records and £%s, the rows sorted are %d and £%s",
			r.in.Name, part.Name(), proof.Records, police.Pence(proof.Pence), sum.RowsRead, sum.PenceRead)
	}
	return nil
}
