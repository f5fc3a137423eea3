package transform

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"slices"

	"golang.org/x/sync/errgroup"

	"hardyards/internal/lake"
	"hardyards/internal/pack"
	"hardyards/internal/police"
	"hardyards/transform/collaboration"
	"hardyards/transform/payee"
)

// flowColumns are the columns that attribution looks at.
var flowColumns = []string{"payment_id", "payer", "payee_id", "category", "description", "paid_on", "financial_year", "amount", "amount_once"}

// flowsOf makes fact_flow. Descriptions, which attribution needs, are read only for
// payees that are police bodies, only from fragments that pay one, and kept under
// the set of those payees: an edit of the register reads nothing again.
func flowsOf(ctx context.Context, c cache, in Inputs, f *findings, payees []police.PayeeLink, cover []police.CoverageRow, workers int) ([]police.Flow, error) {
	ref := in.Reference
	attributor, err := collaboration.New(collaboration.Register{Collaborations: ref.Collaborations, Members: ref.Members, Claims: ref.Claims}, ref.Forces)
	if err != nil {
		return nil, err
	}
	bodies := map[int64]bool{}
	for _, l := range payees {
		if payee.IsPolice(l.Kind) {
			bodies[l.PayeeID] = true
		}
	}
	found := make([][]collaboration.Row, len(f.sources))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i, s := range f.sources {
		group.Go(func() (err error) {
			found[i], err = c.flowRows(ctx, s, f.found.drops, bodies)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	rows := slices.Concat(found...)
	slices.SortFunc(rows, compareFlowRows)
	return attributor.Flows(rows, payees, collaboration.MonthsCovered(cover))
}

func compareFlowRows(a, b collaboration.Row) int {
	return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.PayeeID, b.PayeeID), cmp.Compare(a.Category, b.Category),
		cmp.Compare(a.Description, b.Description), cmp.Compare(a.Month, b.Month), cmp.Compare(a.FinYear, b.FinYear),
		cmp.Compare(a.Payments, b.Payments), cmp.Compare(a.Pence, b.Pence), cmp.Compare(a.Once, b.Once))
}

// flowRows sums what a fragment pays to police bodies.
func (c cache) flowRows(ctx context.Context, s *source, drops map[fileRef][]drop, bodies map[int64]bool) ([]collaboration.Row, error) {
	sum, err := s.whole()
	if err != nil {
		return nil, err
	}
	payers, set := policePayees(sum, bodies)
	if len(set) == 0 {
		return nil, nil
	}
	name := "flow-" + dropsName(s.key, drops) + "-" + setName(set)
	if data, err := os.ReadFile(c.path(s.key, name)); err == nil {
		if rows, err := decodeFlowRows(data); err == nil {
			return rows, nil
		}
	}
	sums := map[collaboration.Row]*collaboration.Row{}
	for _, p := range s.frag.Parts() {
		if !payers[p.Payer] {
			continue
		}
		gone := droppedIDs(drops[fileRef{s.key, p.Payer, p.FinYear}])
		err := lake.ReadPayments(p.Path, flowColumns, func(batch []police.Payment) error {
			for i := range batch {
				if x := &batch[i]; bodies[x.PayeeID] && !gone[x.PaymentID] {
					addFlowRow(sums, x)
				}
			}
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	rows := make([]collaboration.Row, 0, len(sums))
	for _, r := range sums {
		rows = append(rows, *r)
	}
	slices.SortFunc(rows, compareFlowRows)
	c.keep(c.path(s.key, name), encodeFlowRows(rows))
	return rows, nil
}

func addFlowRow(sums map[collaboration.Row]*collaboration.Row, x *police.Payment) {
	k := collaboration.Row{Payer: x.Payer, PayeeID: x.PayeeID, Category: x.Category, Description: x.Description,
		Month: monthName(monthOf(x.PaidOn)), FinYear: x.FinYear}
	r := sums[k]
	if r == nil {
		copied := k
		r = &copied
		sums[k] = r
	}
	r.Payments++
	r.Pence += x.Amount
	r.Once += x.AmountOnce
}

// policePayees gives the police bodies that a fragment pays, sorted, and who pays.
func policePayees(s *Summary, bodies map[int64]bool) (payers map[police.PayerKey]bool, set []int64) {
	payers = map[police.PayerKey]bool{}
	for _, u := range s.Payees {
		if bodies[u.PayeeID] {
			payers[u.Payer] = true
			set = append(set, u.PayeeID)
		}
	}
	slices.Sort(set)
	return payers, slices.Compact(set)
}

func setName(set []int64) string {
	h := sha256.New()
	for _, id := range set {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(id)))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func encodeFlowRows(rows []collaboration.Row) []byte {
	e := pack.NewEncoder()
	e.String(summaryVersion)
	e.Uint(uint64(len(rows)))
	for _, r := range rows {
		for _, s := range []string{string(r.Payer), r.Category, r.Description, r.Month, string(r.FinYear)} {
			e.String(s)
		}
		for _, n := range []int64{r.PayeeID, r.Payments, int64(r.Pence), int64(r.Once)} {
			e.Int(n)
		}
	}
	return e.Sealed()
}

func decodeFlowRows(data []byte) ([]collaboration.Row, error) {
	d := pack.NewDecoder(data)
	if d.String() != summaryVersion {
		return nil, pack.ErrBad
	}
	rows := make([]collaboration.Row, d.Count())
	for i := range rows {
		rows[i] = collaboration.Row{Payer: police.PayerKey(d.String()), Category: d.String(), Description: d.String(), Month: d.String(),
			FinYear: police.FinancialYear(d.String()), PayeeID: d.Int(), Payments: d.Int(), Pence: police.Pence(d.Int()), Once: police.Pence(d.Int())}
	}
	return rows, d.Err()
}
