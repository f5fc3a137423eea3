package transform

import (
	"cmp"
	"fmt"
	"slices"

	"hardyards/internal/police"
)

// States of coverage.
const (
	Published = "published"
	Late      = "late"
	Missing   = "missing"
	Revised   = "revised"
	PartMonth = "part"
)

// Thresholds of coverage.
const (
	// partShare of the payer's median month below which a month is only partly held:
	// strays of neighbouring months' files, or a month that broke off.
	partShare = 0.25
	// strayShare of the median below which rows don't begin or end the span that a
	// payer is held for: typing errors in dates.
	strayShare = 0.05
	// coverageMonths is the least number of months for a median to mean anything.
	coverageMonths = 6
	// graceMonths after a month's end before it is late (the guidance asks for
	// publication monthly; nobody publishes sooner than a month on).
	graceMonths = 2
)

// monthHeld is what is held of a payer's month.
type monthHeld struct {
	police.CoverageRow
	files map[string]bool
}

// coverage says of every payer and month what is held, from the first to the last
// month with more than strays.
func coverage(cells []cellRef, ledgers map[partRef]police.Ledger, d *decision, asOf police.Date) []police.CoverageRow {
	byPayer := map[police.PayerKey]map[int32]*monthHeld{}
	seen := map[*partInfo]bool{}
	for _, c := range cells {
		months := byPayer[c.Payer]
		if months == nil {
			months = map[int32]*monthHeld{}
			byPayer[c.Payer] = months
		}
		h := heldIn(months, c.Payer, c.knownMonth())
		h.Payments += c.Rows
		h.Pence += c.Pence
		h.PenceOnce += c.Once
		h.Redacted += c.Redacted
		h.files[partName(c.part)] = true
		if !seen[c.part] {
			seen[c.part] = true
			at := cmp.Or(c.part.mainMonth, c.part.claimed, c.knownMonth())
			heldIn(months, c.Payer, at).Rejected += ledgers[partRef{c.part.FragmentKey, c.part.PartID}].Rejections
		}
	}
	var out []police.CoverageRow
	for _, payer := range sortedOf(byPayer) {
		out = append(out, coverageOf(payer, byPayer[payer], d, asOf)...)
	}
	return out
}

func heldIn(months map[int32]*monthHeld, payer police.PayerKey, m int32) *monthHeld {
	h := months[m]
	if h == nil {
		h = &monthHeld{CoverageRow: police.CoverageRow{Payer: payer, Month: monthName(m)}, files: map[string]bool{}}
		months[m] = h
	}
	return h
}

func coverageOf(payer police.PayerKey, months map[int32]*monthHeld, d *decision, asOf police.Date) []police.CoverageRow {
	usual, first, last := spanOf(months)
	for m := first; m <= last && first > 0; m++ {
		heldIn(months, payer, m)
	}
	if due := monthOf(cmp.Or(asOf, police.NoDate)) - graceMonths; last > 0 && due > last {
		for m := last + 1; m <= due; m++ {
			heldIn(months, payer, m)
		}
	}
	var out []police.CoverageRow
	for _, m := range sortedOf(months) {
		h := months[m]
		h.State, h.Why = stateOf(h, m, last, usual, d.revised[payerMonth{payer, m}])
		out = append(out, h.CoverageRow)
	}
	return out
}

// spanOf gives the usual number of rows of a month (0 where too few are known) and
// the first and last month with more than strays.
func spanOf(months map[int32]*monthHeld) (usual float64, first, last int32) {
	var rows []float64
	for m, h := range months {
		if m != 0 {
			rows = append(rows, float64(h.Payments))
		}
	}
	// Strays drag the median down: that of the months above it is steadier.
	slices.Sort(rows)
	usual = median(rows[len(rows)/2:])
	for m, h := range months {
		if m == 0 || float64(h.Payments) < strayShare*usual || float64(h.Payments) == 0 {
			continue
		}
		if first == 0 || m < first {
			first = m
		}
		last = max(last, m)
	}
	if len(rows) < coverageMonths {
		usual = 0
	}
	return usual, first, last
}

func stateOf(h *monthHeld, m, last int32, usual float64, revised bool) (state, why string) {
	files := fmt.Sprintf("%d rows in %d files or sheets", h.Payments, len(h.files))
	switch {
	case m == 0:
		return Published, files + " without any date"
	case h.Payments == 0 && m > last:
		return Late, "nothing held after " + monthName(last)
	case h.Payments == 0:
		return Missing, "months before and after are held, this one is not"
	case float64(h.Payments) < partShare*usual:
		return PartMonth, fmt.Sprintf("%s; a usual month has %.0f", files, usual)
	case revised:
		return Revised, files + "; an earlier version of it gave way"
	}
	return Published, files
}
