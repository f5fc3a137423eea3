package transform

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// Compaction: a partition with more than compactParts files of fewer than
// compactRows rows gets them as few larger ones. Which ones depends on the set of
// parts alone. compactTo rows, of some 300 bytes in memory, close a file.
const (
	compactParts = 16
	compactRows  = 8192
	compactTo    = 65_536
)

// piece is a fragment's file of one partition, with what it loses.
type piece struct {
	lake.PartFile
	drops []drop
}

func (p piece) name() string {
	if len(p.drops) == 0 {
		return p.Fragment
	}
	return p.Fragment + "-" + dropName(p.drops)
}

// rows that count.
func (p piece) rows() int64 { return p.Facts.Rows - int64(len(p.drops)) }

// partition is a payer's year.
type partition struct {
	payer police.PayerKey
	year  police.FinancialYear
}

func comparePartitions(a, b partition) int {
	return cmp.Or(cmp.Compare(a.payer, b.payer), cmp.Compare(a.year, b.year))
}

// builder writes the bulk tables of a snapshot; base is the one that unchanged
// files are linked from.
type builder struct {
	b      *lake.Building
	inBase map[string]lake.FileEntry
	base   *lake.Snapshot
}

func newBuilder(b *lake.Building) *builder {
	w := &builder{b: b, base: b.Base(), inBase: map[string]lake.FileEntry{}}
	if w.base != nil {
		for _, table := range []string{"payments", "superseded", "rejections"} {
			for _, e := range w.base.Files(table) {
				w.inBase[e.Path] = e
			}
		}
	}
	return w
}

// fromBase links a file that the base has under the same name. Names of files that
// are made here hash all they are made from, so the same name is the same content.
func (w *builder) fromBase(table, rel string) (bool, error) {
	e, ok := w.inBase[rel]
	if !ok {
		return false, nil
	}
	return true, w.b.LinkFile(table, rel, w.base.FilePath(rel), e.FileFacts)
}

// writePartitions makes payments and superseded.
func (w *builder) writePartitions(ctx context.Context, sources []*source, d *decision, workers int) error {
	parts := partitionsOf(sources, d)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, workers))
	for at, pieces := range parts {
		group.Go(func() error { return w.writePartition(ctx, at, pieces) })
	}
	return group.Wait()
}

func partitionsOf(sources []*source, d *decision) map[partition][]piece {
	parts := map[partition][]piece{}
	for _, s := range sources {
		for _, f := range s.frag.Parts() {
			at := partition{f.Payer, f.FinYear}
			parts[at] = append(parts[at], piece{f, d.drops[fileRef{s.key, f.Payer, f.FinYear}]})
		}
	}
	return parts
}

func (w *builder) writePartition(ctx context.Context, at partition, pieces []piece) error {
	for _, p := range pieces {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(p.drops) > 0 {
			if err := w.writeSuperseded(p); err != nil {
				return err
			}
		}
	}
	whole, packs := packPieces(pieces)
	for _, p := range whole {
		if err := w.writeWhole(p); err != nil {
			return err
		}
	}
	for _, p := range packs {
		if err := w.writePack(at, p); err != nil {
			return err
		}
	}
	return nil
}

// packPieces says which pieces stay files of their own and which are put together. Packs
// are closed after compactTo rows, or earlier at a piece whose key says so, so that
// a new piece changes the pack it falls into and seldom the next.
func packPieces(pieces []piece) (whole []piece, packs [][]piece) {
	var small []piece
	for _, p := range pieces {
		switch {
		case p.rows() == 0:
		case p.rows() < compactRows:
			small = append(small, p)
		default:
			whole = append(whole, p)
		}
	}
	if len(small) <= compactParts {
		return append(whole, small...), nil
	}
	slices.SortFunc(small, func(a, b piece) int { return compareStrings(a.Fragment, b.Fragment) })
	var rows int64
	start := 0
	for i, p := range small {
		rows += p.rows()
		if rows >= compactTo || rows >= compactTo/4 && closesPack(p) || i == len(small)-1 {
			packs, start, rows = append(packs, small[start:i+1]), i+1, 0
		}
	}
	return whole, packs
}

// closesPack is true of one piece in eight, by its key.
func closesPack(p piece) bool {
	h := sha256.Sum256([]byte(p.Fragment))
	return h[0]%8 == 0
}

func (w *builder) writeWhole(p piece) error {
	if len(p.drops) == 0 {
		return w.b.LinkPart(p.PartFile)
	}
	rel := lake.PartitionPath("payments", p.Payer, p.FinYear, p.name())
	if linked, err := w.fromBase("payments", rel); linked || err != nil {
		return err
	}
	var failed error
	_, err := w.b.WritePaymentBatches(p.Payer, p.FinYear, p.name(), func(yield func([]police.Payment) bool) {
		failed = p.scanKept(yield)
	})
	return cmp.Or(failed, err)
}

// errStopped ends a scan whose reader wants no more: the writer has its own error.
var errStopped = errors.New("stopped")

// scanKept gives the rows of a piece that count, batch by batch.
func (p piece) scanKept(yield func([]police.Payment) bool) error {
	gone := droppedIDs(p.drops)
	var kept []police.Payment
	err := lake.ReadPayments(p.Path, nil, func(batch []police.Payment) error {
		kept = kept[:0]
		for i := range batch {
			if !gone[batch[i].PaymentID] {
				kept = append(kept, batch[i])
			}
		}
		if len(kept) > 0 && !yield(kept) {
			return errStopped
		}
		return nil
	})
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}

// packName names a pack by all it is made from.
func packName(pieces []piece) string {
	h := sha256.New()
	for _, p := range pieces {
		fmt.Fprintln(h, p.name())
	}
	return "pack-" + hex.EncodeToString(h.Sum(nil)[:12])
}

func (w *builder) writePack(at partition, pieces []piece) error {
	name := packName(pieces)
	if linked, err := w.fromBase("payments", lake.PartitionPath("payments", at.payer, at.year, name)); linked || err != nil {
		return err
	}
	var total int64
	for _, p := range pieces {
		total += p.rows()
	}
	rows := make([]police.Payment, 0, total)
	for _, p := range pieces {
		err := p.scanKept(func(batch []police.Payment) bool {
			rows = append(rows, batch...)
			return true
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(rows, comparePayments)
	_, err := w.b.WritePayments(at.payer, at.year, name, rows)
	return err
}

// comparePayments is the order of every file of payments, made total by part.
func comparePayments(a, b police.Payment) int {
	return cmp.Or(cmp.Compare(a.PaidOn, b.PaidOn), cmp.Compare(a.Payee, b.Payee), cmp.Compare(a.LineFirst, b.LineFirst), cmp.Compare(a.PartID, b.PartID))
}

func (w *builder) writeSuperseded(p piece) error {
	rel := lake.PartitionPath("superseded", p.Payer, p.FinYear, p.name())
	if linked, err := w.fromBase("superseded", rel); linked || err != nil {
		return err
	}
	byID := make(map[int64]drop, len(p.drops))
	for _, d := range p.drops {
		byID[d.id] = d
	}
	var failed error
	_, err := w.b.WriteSupersededBatches(p.Payer, p.FinYear, p.name(), func(yield func([]police.Superseded) bool) {
		failed = p.scanDropped(byID, yield)
	})
	return cmp.Or(failed, err)
}

// scanDropped gives the rows of a piece that don't count, batch by batch.
func (p piece) scanDropped(byID map[int64]drop, yield func([]police.Superseded) bool) error {
	var rows []police.Superseded
	err := lake.ReadPayments(p.Path, nil, func(batch []police.Payment) error {
		rows = rows[:0]
		for i := range batch {
			if d, ok := byID[batch[i].PaymentID]; ok {
				rows = append(rows, police.Superseded{Payment: batch[i], SupersededBy: d.by, Rule: d.rule})
			}
		}
		if len(rows) > 0 && !yield(rows) {
			return errStopped
		}
		return nil
	})
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}

// writeRejections links the fragments' rejections and exclusions; many small ones
// are put together.
func (w *builder) writeRejections(sources []*source) error {
	var small []*source
	for _, s := range sources {
		path, facts, ok := s.frag.Side("rejections")
		switch {
		case !ok || facts.Rows == 0:
		case facts.Rows < compactRows:
			small = append(small, s)
		default:
			if err := w.b.LinkFile("rejections", "rejections/"+s.key+".parquet", path, facts); err != nil {
				return err
			}
		}
	}
	if len(small) <= compactParts {
		for _, s := range small {
			path, facts, _ := s.frag.Side("rejections")
			if err := w.b.LinkFile("rejections", "rejections/"+s.key+".parquet", path, facts); err != nil {
				return err
			}
		}
		return nil
	}
	return w.packRejections(small)
}

func (w *builder) packRejections(small []*source) error {
	for len(small) > 0 {
		h := sha256.New()
		var rows int64
		n := 0
		for n < len(small) && rows < compactTo {
			_, facts, _ := small[n].frag.Side("rejections")
			rows += facts.Rows
			fmt.Fprintln(h, small[n].key)
			n++
		}
		if err := w.packRejectionsOf(small[:n], "pack-"+hex.EncodeToString(h.Sum(nil)[:12])); err != nil {
			return err
		}
		small = small[n:]
	}
	return nil
}

func (w *builder) packRejectionsOf(sources []*source, name string) error {
	if linked, err := w.fromBase("rejections", "rejections/"+name+".parquet"); linked || err != nil {
		return err
	}
	var all []police.Reject
	for _, s := range sources {
		rows, err := s.frag.Rejects()
		if err != nil {
			return err
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, func(a, b police.Reject) int {
		return cmp.Or(cmp.Compare(a.PartID, b.PartID), cmp.Compare(a.LineFirst, b.LineFirst), cmp.Compare(a.Kind, b.Kind))
	})
	_, err := lake.AddTable(w.b, "rejections", name, all)
	return err
}
