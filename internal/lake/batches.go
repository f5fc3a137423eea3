package lake

import (
	"iter"

	"hardyards/internal/police"
)

// WritePaymentBatches is WritePayments for rows that come in batches, so that a
// partition of any size is rewritten in bounded memory. A batch may be used again;
// its strings must stay as they are.
func (b *Building) WritePaymentBatches(payer police.PayerKey, fy police.FinancialYear, name string, batches iter.Seq[[]police.Payment]) (FileFacts, error) {
	return b.writePayments(payer, fy, name, batches)
}

// WriteSupersededBatches is WriteSuperseded for rows that come in batches.
func (b *Building) WriteSupersededBatches(payer police.PayerKey, fy police.FinancialYear, name string, batches iter.Seq[[]police.Superseded]) (FileFacts, error) {
	if err := pathSafe(string(payer), string(fy), name); err != nil {
		return FileFacts{}, err
	}
	w, err := newTableWriter(Schema[police.Superseded](), Zstd)
	if err != nil {
		return FileFacts{}, err
	}
	return writePart(b, w, "superseded", PartitionPath("superseded", payer, fy, name), batches)
}

// WriteMartBatches is WriteMart for rows that come in batches: both files are
// written in one pass.
func WriteMartBatches[T any](b *Building, name string, batches iter.Seq[[]T]) error {
	if err := pathSafe(name); err != nil {
		return err
	}
	rel := "marts/" + name + ".csv"
	at, err := b.place(rel)
	if err != nil {
		return err
	}
	twin, err := newCSV(b.disk, at, Schema[T]())
	if err != nil {
		return err
	}
	w, err := newTableWriter(Schema[T](), Snappy)
	if err != nil {
		twin.out.abandon()
		return err
	}
	_, err = writePart(b, w, name, "marts/"+name+".parquet", func(yield func([]T) bool) {
		for rows := range batches {
			appendCSV(twin, rows)
			if !yield(rows) {
				return
			}
		}
	})
	if err != nil {
		twin.out.abandon()
		return err
	}
	doc, err := twin.end()
	if err != nil {
		return err
	}
	doc.Path = rel
	b.addDocument(doc)
	return nil
}
