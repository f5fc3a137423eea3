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
