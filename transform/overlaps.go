package transform

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// overlapColumns are the columns that rows are compared by.
var overlapColumns = []string{"payment_id", "part_id", "line_first", "paid_on", "payee_id", "amount", "amount_once", "repeat_no"}

// findOverlaps decides everything that was published more than once: which rows
// don't count, which months are undecided, and why.
func findOverlaps(ctx context.Context, sources []*source, prefer []Preference, workers int) (*decision, error) {
	all := newDecision()
	twice, err := findTwice(ctx, sources, workers)
	if err != nil {
		return nil, err
	}
	all.merge(twice)
	cells := cellsOf(sources)
	pairs := candidates(cells, prefer)
	groups := components(cells, pairs)
	found := make([]*decision, len(groups))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, workers))
	for g, of := range groups {
		group.Go(func() (err error) {
			found[g], err = judgeGroup(ctx, sources, cells, pairs, of, all.drops, prefer)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, d := range found {
		all.merge(d)
	}
	all.follow()
	all.sort()
	return all, nil
}

// follow lets a row whose successor gave way itself name the row that counts in the
// end: the second copy of an export that a corrected file replaced as a whole.
func (d *decision) follow() {
	next := map[int64]int64{}
	for _, drops := range d.drops {
		for _, x := range drops {
			next[x.id] = x.by
		}
	}
	for _, drops := range d.drops {
		for i := range drops {
			for range maxFollowed {
				by, gone := next[drops[i].by]
				if !gone {
					break
				}
				drops[i].by = by
			}
		}
	}
}

// maxFollowed bounds a chain of successors; a longer one could only be a circle.
const maxFollowed = 64

// cellsOf lists the cells of all sources that hold rows of their own, by part.
func cellsOf(sources []*source) []cellRef {
	var parts []*partInfo
	n := 0
	for _, s := range sources {
		parts, n = append(parts, s.parts...), n+len(s.sum.Cells)
	}
	slices.SortFunc(parts, compareParts)
	cells := make([]cellRef, 0, n)
	for _, p := range parts {
		from := len(cells)
		for i := range sources[p.source].sum.Cells {
			if c := &sources[p.source].sum.Cells[i]; c.PartID == p.PartID {
				cells = append(cells, cellRef{c, p})
			}
		}
		slices.SortStableFunc(cells[from:], func(a, b cellRef) int {
			return cmp.Or(compareBuckets(a.bucket(), b.bucket()), cmp.Compare(a.FinYear, b.FinYear))
		})
	}
	return cells
}

// findTwice finds the parts that hold a whole export more than once.
func findTwice(ctx context.Context, sources []*source, workers int) (*decision, error) {
	var suspects [][]cellRef
	for _, in := range byPart(cellsOf(sources)) {
		var rows, repeats int64
		for _, c := range in {
			rows, repeats = rows+c.Rows, repeats+c.Repeats
		}
		if mayBeTwice(rows, repeats) {
			suspects = append(suspects, in)
		}
	}
	found := make([]*decision, len(suspects))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, workers))
	for i, in := range suspects {
		group.Go(func() (err error) {
			found[i], err = twiceIn(ctx, sources, in)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	all := newDecision()
	for _, d := range found {
		all.merge(d)
	}
	return all, nil
}

func byPart(cells []cellRef) [][]cellRef {
	var out [][]cellRef
	for i, c := range cells {
		if i == 0 || cells[i-1].part != c.part {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], c)
	}
	return out
}

func twiceIn(ctx context.Context, sources []*source, in []cellRef) (*decision, error) {
	rows, err := loadRows(ctx, sources, in, nil)
	if err != nil {
		return nil, err
	}
	var all []keyedRow
	file := map[int64]fileRef{}
	for i, c := range in {
		all = append(all, rows[i]...)
		for _, r := range rows[i] {
			file[r.id] = fileRef{c.part.FragmentKey, c.Payer, c.FinYear}
		}
	}
	d := newDecision()
	k := copiesOf(all)
	if k < 2 {
		return d, nil
	}
	for _, x := range laterCopies(all, k) {
		d.drops[file[x.id]] = append(d.drops[file[x.id]], x)
	}
	part := in[0].part
	part.rows /= int64(k)
	d.note(part, "the whole export stands in it %d times: %d equal runs of %d rows; the first counts", k, k, len(all)/k)
	return d, nil
}

// judgeGroup decides one group of parts, reading the rows of all their cells.
func judgeGroup(ctx context.Context, sources []*source, cells []cellRef, pairs []pair, of []int, dropped map[fileRef][]drop, prefer []Preference) (*decision, error) {
	parts := map[*partInfo]bool{}
	for _, i := range of {
		parts[cells[pairs[i].a].part], parts[cells[pairs[i].b].part] = true, true
	}
	at := map[int]int{}
	var mine []cellRef
	for i, c := range cells {
		if parts[c.part] {
			at[i] = len(mine)
			mine = append(mine, c)
		}
	}
	var own []pair
	for _, i := range of {
		own = append(own, pair{at[pairs[i].a], at[pairs[i].b]})
	}
	rows, err := loadRows(ctx, sources, mine, dropped)
	if err != nil {
		return nil, err
	}
	return judge(mine, own, func(i int) []keyedRow { return rows[i] }, prefer), nil
}

// loadRows reads the rows of the cells, each sorted by sortKeyed, without those
// dropped. Each partition file is read once.
func loadRows(ctx context.Context, sources []*source, cells []cellRef, dropped map[fileRef][]drop) ([][]keyedRow, error) {
	rows := make([][]keyedRow, len(cells))
	type place struct {
		part  int64
		month int32
	}
	files := map[fileRef]map[place]int{}
	for i, c := range cells {
		f := fileRef{c.part.FragmentKey, c.Payer, c.FinYear}
		if files[f] == nil {
			files[f] = map[place]int{}
		}
		files[f][place{c.PartID, c.Month}] = i
	}
	for _, s := range sources {
		for _, pf := range s.frag.Parts() {
			f := fileRef{s.key, pf.Payer, pf.FinYear}
			want := files[f]
			if want == nil {
				continue
			}
			gone := droppedIDs(dropped[f])
			err := lake.ReadPayments(pf.Path, overlapColumns, func(batch []police.Payment) error {
				for i := range batch {
					p := &batch[i]
					if at, ok := want[place{p.PartID, monthOf(p.PaidOn)}]; ok && !gone[p.PaymentID] {
						rows[at] = append(rows[at], keyed(p))
					}
				}
				return ctx.Err()
			})
			if err != nil {
				return nil, err
			}
		}
	}
	for i := range rows {
		sortKeyed(rows[i])
	}
	return rows, nil
}

func (d *decision) merge(o *decision) {
	for f, drops := range o.drops {
		d.drops[f] = append(d.drops[f], drops...)
	}
	d.bounds = append(d.bounds, o.bounds...)
	maps.Copy(d.revised, o.revised)
	for p, notes := range o.notes {
		d.notes[p] = append(d.notes[p], notes...)
	}
}

// sort puts everything in canonical order.
func (d *decision) sort() {
	for f := range d.drops {
		slices.SortFunc(d.drops[f], func(a, b drop) int { return cmp.Compare(a.id, b.id) })
	}
	slices.SortFunc(d.bounds, func(a, b Bound) int {
		return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.FinYear, b.FinYear), cmp.Compare(a.Month, b.Month),
			slices.Compare(a.Parts, b.Parts), cmp.Compare(a.Low, b.Low), cmp.Compare(a.High, b.High))
	})
	for p := range d.notes {
		slices.Sort(d.notes[p])
	}
}

func sortedFiles(drops map[fileRef][]drop) []fileRef {
	files := make([]fileRef, 0, len(drops))
	for f := range drops {
		files = append(files, f)
	}
	slices.SortFunc(files, compareFiles)
	return files
}

// dropName names a set of dropped rows, sorted by id.
func dropName(drops []drop) string {
	h := sha256.New()
	var b []byte
	for _, d := range drops {
		b = binary.LittleEndian.AppendUint64(b[:0], uint64(d.id))
		b = binary.LittleEndian.AppendUint64(b, uint64(d.by))
		h.Write(append(b, d.rule...))
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
