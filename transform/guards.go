package transform

import (
	"fmt"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// guard runs the checks that stop or colour a publication. Those that follow from
// the inputs stand in the manifest too; shrink and freshness depend on the snapshot
// before and on the day, and belong to the run.
func (r *Report) guard(b *lake.Building, in Inputs, f *findings, cover []police.CoverageRow, opt Options) {
	for _, g := range r.Manifest.Guards {
		r.worsen(g.Code, false)
	}
	if b.Base() != nil {
		r.guardShrink(b.Base().Manifest(), b, in.Limits.withDefaults().Shrink, opt.AllowShrink)
	}
	r.guardFreshness(f, opt)
}

// worsen keeps the worst code: 4 and 5 above 3 above 0, as DESIGN.md orders them by
// what isn't published.
func (r *Report) worsen(code int, blocks bool) {
	r.Code = max(r.Code, code)
	r.Blocked = r.Blocked || blocks
}

// guardShrink compares tables and payers' years with the snapshot before.
func (r *Report) guardShrink(base lake.Manifest, b *lake.Building, limit float64, allow bool) {
	for _, table := range []string{"payments", "dim_payee", "fact_measure", "payment_month", "fact_flow"} {
		was := base.Tables[table]
		var rows int64
		var pence police.Pence
		for _, e := range b.Files(table) {
			rows, pence = rows+e.Rows, pence+e.Pence("amount")
		}
		r.shrunk("table "+table, was.Rows, rows, was.Pence, pence, limit, allow)
	}
	now := map[partition]lake.Total{}
	for _, t := range r.Manifest.Totals {
		now[partition{t.Payer, t.FinYear}] = t
	}
	for _, t := range base.Totals {
		n := now[partition{t.Payer, t.FinYear}]
		r.shrunk(fmt.Sprintf("%s in %s", t.Payer, t.FinYear), t.Payments, n.Payments, t.Pence, n.Pence, limit, allow)
	}
}

func (r *Report) shrunk(what string, rowsWas, rows int64, was, is police.Pence, limit float64, allow bool) {
	lostRows := float64(rowsWas-rows) > limit*float64(rowsWas)
	lostPounds := was > 0 && float64(was-is) > limit*float64(was)
	if !lostRows && !lostPounds {
		return
	}
	g := lake.Guard{Name: "shrink", OK: allow, Text: fmt.Sprintf("%s falls from %d rows of %s to %d rows of %s, by more than %.3g %%",
		what, rowsWas, was.Pounds(), rows, is.Pounds(), 100*limit)}
	if !allow {
		g.Code = police.ExitGuard
		r.worsen(g.Code, true)
	}
	r.Guards = append(r.Guards, g)
}

// Thresholds of volume: the last month against the median of up to trailing months
// before it. A force's April is often twice a usual month (annual contracts), so
// only a factor beyond these is worth a word.
const (
	trailing   = 12
	volumeLow  = 0.33
	volumeHigh = 3.0
)

// guardFreshness looks, for each publisher with a cadence, at how old its last
// month is and at how many rows it has. Both are published with exit 5.
func (r *Report) guardFreshness(f *findings, opt Options) {
	rows := map[string]map[int32]int64{}
	for _, c := range f.cells {
		m := rows[c.part.Publisher]
		if m == nil {
			m = map[int32]int64{}
			rows[c.part.Publisher] = m
		}
		if at := c.knownMonth(); at != 0 {
			m[at] += c.Rows
		}
	}
	for _, publisher := range sortedKeys(opt.Cadence) {
		months := rows[publisher]
		last, usual := lastMonth(months)
		if last == 0 {
			continue
		}
		if n := opt.Cadence[publisher]; opt.Today > 0 && n > 0 {
			if late := monthOf(opt.Today) - graceMonths - last; late >= int32(n) {
				r.late("freshness", "%s: nothing after %s, and a file is expected every %d months", publisher, monthName(last), n)
			}
		}
		if usual > 0 && (float64(months[last]) < volumeLow*usual || float64(months[last]) > volumeHigh*usual) {
			r.late("volume", "%s: %d rows in %s, the median of the months before is %.0f", publisher, months[last], monthName(last), usual)
		}
	}
}

func (r *Report) late(name, format string, args ...any) {
	r.Guards = append(r.Guards, lake.Guard{Name: name, Code: police.ExitGuard, Text: fmt.Sprintf(format, args...)})
	r.worsen(police.ExitGuard, false)
}

// lastMonth gives the last month and the median of the trailing ones before it; 0
// where fewer than coverageMonths are held.
func lastMonth(months map[int32]int64) (last int32, usual float64) {
	for m := range months {
		last = max(last, m)
	}
	var before []float64
	for m := last - trailing; m < last; m++ {
		if n, ok := months[m]; ok {
			before = append(before, float64(n))
		}
	}
	if len(before) < coverageMonths {
		return last, 0
	}
	return last, median(before)
}
