package transform

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// States of dim_part.repeats.
const (
	Repeated  = "repeated"
	Genuine   = "genuine"
	Undecided = "undecided"
)

// Thresholds of the decision about repeated rows. Nothing in a file proves that a
// repeated row is one invoice's total, so one state is only ever chosen where
// several independent signs agree; everything else keeps both bounds.
const (
	// outlierZ is the robust z beyond which a month stands out among the
	// publisher's others (Iglewicz & Hoaglin 1993: 3.5).
	outlierZ = 3.5
	// repeatedRatio of all to counted once below which repeats are never called a
	// repeated total: sheets of one real publisher lie up to 1.22 without a sign
	// of it, and at 2.2 and 2.7 in two that stand out.
	repeatedRatio = 1.5
	// peersNeeded months of the same payer are the least to call one unusual.
	peersNeeded = 12
	// spreadFloor is the least spread of log ratios and log totals: among months
	// that are all alike, a few per cent is no outlier.
	spreadFloor = 0.05
)

// repeatCase is what the decision about one part rests on.
type repeatCase struct {
	group       string // compared with each other: parts of one payer, months apart from longer ones
	heading     string
	rows        int64
	repeats     int64 // rows with repeat_no above 1
	pence, once police.Pence
}

// decideRepeats decides, for each part, whether its repeated rows are one invoice's
// total, and says why. A part is compared with the other parts of its payer: by
// the log of its total, as published and counted once, and the log of their ratio.
func decideRepeats(cases []repeatCase) (state, why []string) {
	state, why = make([]string, len(cases)), make([]string, len(cases))
	groups := map[string][]int{}
	for i, c := range cases {
		groups[c.group] = append(groups[c.group], i)
	}
	for _, in := range groups {
		published := spreadOf(cases, in, func(c repeatCase) float64 { return logPounds(c.pence) })
		once := spreadOf(cases, in, func(c repeatCase) float64 { return logPounds(c.once) })
		ratio := spreadOf(cases, in, func(c repeatCase) float64 { return logPounds(c.pence) - logPounds(c.once) })
		for k, i := range in {
			state[i], why[i] = decideRepeat(cases[i], len(in), published[k], once[k], ratio[k])
		}
	}
	return state, why
}

func decideRepeat(c repeatCase, peers int, published, once, ratio float64) (state, why string) {
	if c.repeats == 0 {
		return Genuine, "no row is repeated"
	}
	r := c.pence.Float() / c.once.Float()
	why = fmt.Sprintf("%d of %d rows repeat another; all rows sum to %s, once each to %s (%.2f times)", c.repeats, c.rows, c.pence.Pounds(), c.once.Pounds(), r)
	head := headingSays(c.heading)
	if c.heading != "" {
		why += fmt.Sprintf("; heading %q", c.heading)
	}
	if peers <= peersNeeded {
		return lonelyRepeat(head, why)
	}
	why += fmt.Sprintf("; among %d parts of the payer robust z of the total %.1f, counted once %.1f, of their ratio %.1f", peers, published, once, ratio)
	switch {
	case head != lineHeading && r >= repeatedRatio && published >= outlierZ && ratio >= outlierZ && math.Abs(once) < published:
		return Repeated, why + ": the total as published stands out, counted once it does less"
	case head == lineHeading && ratio < outlierZ:
		return Genuine, why + ": the heading names single lines, and the ratio is usual"
	}
	return Undecided, why + ": nothing decides"
}

func lonelyRepeat(head headingKind, why string) (string, string) {
	why += fmt.Sprintf("; fewer than %d other parts to compare with", peersNeeded)
	if head == lineHeading {
		return Genuine, why + "; the heading names single lines"
	}
	return Undecided, why
}

// headingKind is what the amount's heading says about lines and invoices.
type headingKind int

const (
	silentHeading headingKind = iota
	lineHeading
	totalHeading
)

func headingSays(heading string) headingKind {
	h := strings.ToUpper(heading)
	switch {
	case strings.Contains(h, "LINE") || strings.Contains(h, "DISTRIBUTION") || strings.Contains(h, "ITEM"):
		return lineHeading
	case strings.Contains(h, "TOTAL") || strings.Contains(h, "INVOICE AMOUNT") || strings.Contains(h, "INVOICE VALUE"):
		return totalHeading
	}
	return silentHeading
}

// logPounds is the log of a sum's size; a sum below a pound counts as one.
func logPounds(p police.Pence) float64 { return math.Log(math.Max(1, math.Abs(p.Float()))) }

// spreadOf gives the robust z of each case among the cases in: distance from the
// median over 1.4826 times the median absolute deviation (Rousseeuw & Croux 1993).
func spreadOf(cases []repeatCase, in []int, of func(repeatCase) float64) []float64 {
	values := make([]float64, len(in))
	for k, i := range in {
		values[k] = of(cases[i])
	}
	centre := median(values)
	away := make([]float64, len(values))
	for k, v := range values {
		away[k] = math.Abs(v - centre)
	}
	scale := max(1.4826*median(away), spreadFloor)
	for k := range values {
		values[k] = (values[k] - centre) / scale
	}
	return values
}

// median of the values; 0 of none. The mean of the middle two where even.
func median(values []float64) float64 {
	v := slices.Clone(values)
	slices.Sort(v)
	n := len(v)
	switch {
	case n == 0:
		return 0
	case n%2 == 1:
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}
