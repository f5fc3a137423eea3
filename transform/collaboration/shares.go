package collaboration

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hardyards/internal/police"
)

// ShareRow sets what a partner paid beside what the agreed key would have asked of
// it.
type ShareRow struct {
	Force   police.ForceCode
	Key     float64      // share agreed, per cent
	Rebased float64      // the same among the payers compared, per cent
	Paid    police.Pence // attributed to the agreement, invoice totals once
	ByKey   police.Pence // the payers' sum by the rebased key
	Gap     police.Pence // paid less by key
}

// ParseShareKey reads E23000016:69|E23000017:31 in the order given.
func ParseShareKey(key string) ([]ShareRow, error) {
	var out []ShareRow
	for s := range strings.SplitSeq(key, "|") {
		if s == "" {
			continue
		}
		code, share, ok := strings.Cut(s, ":")
		v, err := strconv.ParseFloat(share, 64)
		if !ok || err != nil || !(v > 0) {
			return nil, fmt.Errorf("share %q is not of the form E23000003:27.6", s)
		}
		out = append(out, ShareRow{Force: police.ForceCode(code), Key: v})
	}
	return out, nil
}

// Shares compares what partners paid under an agreement in a year with its share
// key. A host doesn't pay itself, so that its own share is in no file: the key is
// rebased to the partners whose files are held and who paid. With fewer than two
// of them there is nothing to compare, and why says so.
func Shares(c police.Collaboration, flows []police.Flow, fy police.FinancialYear) (rows []ShareRow, why string, err error) {
	rows, err = ParseShareKey(c.ShareKey)
	if err != nil {
		return nil, "", fmt.Errorf("collaboration %s: %w", c.ID, err)
	}
	if len(rows) == 0 {
		return nil, "no share key in the register", nil
	}
	all := len(rows)
	var total police.Pence
	for i := range rows {
		for _, f := range flows {
			if f.Collaboration == c.ID && f.FinYear == fy && f.Payer.Force() == rows[i].Force && (f.Certainty == Certain || f.Certainty == Likely) {
				rows[i].Paid += f.PenceOnce
			}
		}
		total += rows[i].Paid
	}
	rows = slices.DeleteFunc(rows, func(r ShareRow) bool { return r.Paid == 0 })
	if len(rows) < 2 {
		return nil, fmt.Sprintf("payments certainly or likely under it are held of %d of the %d partners in the key: there is nothing to compare", len(rows), all), nil
	}
	rebase(rows, total)
	return rows, "", nil
}

// rebase spreads the total by the key; the last row takes the odd penny.
func rebase(rows []ShareRow, total police.Pence) {
	keys := 0.0
	for _, r := range rows {
		keys += r.Key
	}
	left := total
	for i := range rows {
		r := &rows[i]
		r.Rebased = 100 * r.Key / keys
		r.ByKey = police.Pence(float64(total) * r.Key / keys)
		if i == len(rows)-1 {
			r.ByKey = left
		}
		left -= r.ByKey
		r.Gap = r.Paid - r.ByKey
	}
}
