package transform

import (
	"fmt"
	"slices"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// account adds up the snapshot's ledger and proves it: Σ fragments = Σ current +
// duplicates + superseded, in rows and pence. The left side are the fragments' own
// ledgers, the right side the files of the snapshot as they were written.
func account(b lake.Reader, sources []*source, d *decision) (lake.LedgerTotals, error) {
	var l lake.LedgerTotals
	var claimed int64
	var claimedPence police.Pence
	for _, s := range sources {
		for _, p := range s.frag.Record.Ledgers {
			if !p.Balances() {
				return l, broken("%s, part %d: rows or pence of the file's ledger do not balance: %+v", s.arrivals[0].Path, p.PartID, p)
			}
			if p.Used > 0 {
				continue // measures are no money: their rows stand in fact_ledger
			}
			l.RowsRead += p.RowsRead
			l.Rejections += p.Rejections
			l.Exclusions += p.Exclusions
			l.Pence.Read += p.PenceRead
			l.Pence.Rejections += p.PenceRejections
			l.Pence.Exclusions += p.PenceExclusions
			claimed += p.Payments
			claimedPence += p.PencePayments
		}
	}
	dropped, droppedPence := int64(0), police.Pence(0)
	for _, drops := range d.drops {
		for _, x := range drops {
			dropped++
			droppedPence += x.amount
			if isDuplicateRule(x.rule) {
				l.Duplicates++
				l.Pence.Duplicates += x.amount
			} else {
				l.Superseded++
				l.Pence.Superseded += x.amount
			}
		}
	}
	var aside int64
	var asidePence police.Pence
	l.Payments, l.Pence.Payments = sumFiles(b, "payments")
	aside, asidePence = sumFiles(b, "superseded")
	if aside != dropped || asidePence != droppedPence {
		return l, broken("%d rows of %s were to be set aside, table superseded holds %d of %s", dropped, droppedPence.Pounds(), aside, asidePence.Pounds())
	}
	if claimed != l.Payments+aside || claimedPence != l.Pence.Payments+asidePence {
		return l, broken("the files' ledgers hold %d payments of %s, the snapshot %d of %s and %d set aside of %s",
			claimed, claimedPence.Pounds(), l.Payments, l.Pence.Payments.Pounds(), aside, asidePence.Pounds())
	}
	l.Balances = true
	return l, nil
}

func broken(format string, args ...any) error {
	return police.Exitf(police.ExitMoney, "nothing was published; look at the ledger with: hardyards explain FILE", "ledger: "+format, args...)
}

func sumFiles(b lake.Reader, table string) (rows int64, pence police.Pence) {
	for _, f := range b.Files(table) {
		rows += f.Rows
		pence += f.Pence("amount")
	}
	return rows, pence
}

// totalsOf gives the totals by payer and year with their bounds: parts whose
// repeats are undecided count between once and as published, months of which two
// versions stand between one and both.
func totalsOf(cells []cellRef, repeats map[*partInfo]string, bounds []Bound) []lake.Total {
	at := map[partition]*lake.Total{}
	for _, sum := range sumByPart(cells) {
		t := totalAt(at, sum.at)
		t.Payments += sum.rows
		t.Pence += sum.pence
		t.PenceOnce += sum.once
		lo, hi := min(sum.pence, sum.once), max(sum.pence, sum.once)
		switch repeats[sum.part] {
		case Repeated:
			lo, hi = sum.once, sum.once
		case Genuine:
			lo, hi = sum.pence, sum.pence
		}
		t.Lower += lo
		t.Upper += hi
	}
	for _, b := range bounds {
		t := totalAt(at, partition{b.Payer, b.FinYear})
		t.Lower += min(b.Low, b.LowOnce)
		t.Upper += max(b.High, b.HighOnce)
	}
	out := make([]lake.Total, 0, len(at))
	for _, t := range at {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b lake.Total) int {
		return comparePartitions(partition{a.Payer, a.FinYear}, partition{b.Payer, b.FinYear})
	})
	return out
}

func totalAt(at map[partition]*lake.Total, p partition) *lake.Total {
	if at[p] == nil {
		at[p] = &lake.Total{Payer: p.payer, FinYear: p.year}
	}
	return at[p]
}

type partSum struct {
	part        *partInfo
	at          partition
	rows        int64
	pence, once police.Pence
}

// sumByPart sums cells by part, payer and year.
func sumByPart(cells []cellRef) []partSum {
	type key struct {
		part *partInfo
		at   partition
	}
	index := map[key]int{}
	var out []partSum
	for _, c := range cells {
		k := key{c.part, partition{c.Payer, c.FinYear}}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, partSum{part: c.part, at: k.at})
		}
		out[i].rows += c.Rows
		out[i].pence += c.Pence
		out[i].once += c.Once
	}
	return out
}

// repeatsOf decides the repeats of every part that holds payments.
func repeatsOf(cells []cellRef) (state, why map[*partInfo]string) {
	var parts []*partInfo
	var cases []repeatCase
	for _, in := range byPart(cells) {
		c := repeatCase{group: string(in[0].Payer), heading: in[0].part.AmountHead}
		if in[0].part.mainMonth == 0 {
			c.group += " over several months"
		}
		for _, x := range in {
			c.rows += x.Rows
			c.repeats += x.Repeats
			c.pence += x.Pence
			c.once += x.Once
		}
		parts, cases = append(parts, in[0].part), append(cases, c)
	}
	states, whys := decideRepeats(cases)
	state, why = map[*partInfo]string{}, map[*partInfo]string{}
	for i, p := range parts {
		state[p], why[p] = states[i], whys[i]
	}
	return state, why
}

// describe says for people what a bound is.
func (b Bound) String() string {
	return fmt.Sprintf("%s %s: %d rows, %s to %s on the sum of %v: %s", b.Payer, b.Month, b.Rows, b.Low.Pounds(), b.High.Pounds(), b.Parts, b.Why)
}
