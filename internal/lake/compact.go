package lake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// A partition that gathers more than smallParts parts under smallRows rows has them
// merged: each file costs a query an open, a footer and a row group.
const (
	smallParts = 16
	smallRows  = 8192
	// mergeRows bounds the memory of a merge (about 300 bytes a row): the small
	// parts, in order of their keys, are merged in runs of at most this many rows.
	mergeRows = 2 * rowGroupRows
)

// LinkPartition links the parts of one payer and year, given in any order, and
// merges the small ones where there are many. What is merged depends on the set of
// parts alone, and a merged part is named by the hash of what went into it, so that
// it is taken from the base where it is there already. The parts themselves stay as
// they are.
func (b *Building) LinkPartition(payer police.PayerKey, fy police.FinancialYear, parts []PartFile) error {
	parts = slices.Clone(parts)
	slices.SortFunc(parts, func(x, y PartFile) int { return strings.Compare(x.Fragment, y.Fragment) })
	small := countSmall(parts) > smallParts
	var run []PartFile
	var rows int64
	for _, p := range parts {
		if !small || p.Facts.Rows >= smallRows {
			if err := b.LinkPart(p); err != nil {
				return err
			}
			continue
		}
		if rows+p.Facts.Rows > mergeRows {
			if err := b.merge(payer, fy, run); err != nil {
				return err
			}
			run, rows = nil, 0
		}
		run, rows = append(run, p), rows+p.Facts.Rows
	}
	return b.merge(payer, fy, run)
}

func countSmall(parts []PartFile) (n int) {
	for _, p := range parts {
		if p.Facts.Rows < smallRows {
			n++
		}
	}
	return n
}

// merge writes the payments of small parts as one file.
func (b *Building) merge(payer police.PayerKey, fy police.FinancialYear, parts []PartFile) error {
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return b.LinkPart(parts[0])
	}
	name := mergedName(parts)
	rel := PartitionPath("payments", payer, fy, name)
	if e, ok := b.inBase(rel); ok {
		return b.LinkFile("payments", rel, b.base.FilePath(rel), e.FileFacts)
	}
	rows, err := readParts(parts)
	if err != nil {
		return err
	}
	_, err = b.writePayments(payer, fy, name, one(rows))
	return err
}

func (b *Building) inBase(rel string) (FileEntry, bool) {
	if b.base == nil {
		return FileEntry{}, false
	}
	i, ok := slices.BinarySearchFunc(b.base.manifest.Files, rel, func(e FileEntry, rel string) int { return strings.Compare(e.Path, rel) })
	if !ok {
		return FileEntry{}, false
	}
	return b.base.manifest.Files[i], true
}

// mergedName is made from the parts' names and content.
func mergedName(parts []PartFile) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%s %s\n", p.Fragment, p.Facts.SHA256)
	}
	return "merged-" + hex.EncodeToString(h.Sum(nil))[:16]
}

func readParts(parts []PartFile) ([]police.Payment, error) {
	r, err := newTableReader(Schema[police.Payment](), nil)
	if err != nil {
		return nil, err
	}
	var all, buf []police.Payment
	for _, p := range parts {
		buf, err = readFile(r, p.Path, buf, func(rows []police.Payment) error {
			all = append(all, rows...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	SortPayments(all)
	return all, nil
}

// SortPayments puts payments in the order of every file of payments: day (unknown
// first), payee, part, line.
func SortPayments(rows []police.Payment) {
	slices.SortStableFunc(rows, func(a, b police.Payment) int {
		return cmp.Or(cmp.Compare(a.PaidOn, b.PaidOn), strings.Compare(a.Payee, b.Payee),
			cmp.Compare(a.PartID, b.PartID), cmp.Compare(a.LineFirst, b.LineFirst))
	})
}
