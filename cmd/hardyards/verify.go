package main

import (
	"github.com/spf13/cobra"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

func newVerify(a *app) *cobra.Command {
	var full bool
	c := &cobra.Command{
		Use:   "verify [SNAPSHOT]",
		Short: "Check a snapshot with the second reader, its hashes and its ledger",
		Long: `Re-reads a snapshot with a second, independent Parquet reader and compares rows, sums, nulls and ends of
money and dates with what was recorded when it was written. --full compares every file's hash and every
column too: for a weekly job.`,
		Example: "  hardyards verify\n  hardyards verify --full previous",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			id := "current"
			if len(args) == 1 {
				id = args[0]
			}
			s, err := a.openSnapshot(id)
			if err != nil {
				return err
			}
			if err := s.Verify(c.Context(), full); err != nil {
				return err
			}
			return a.verified(s)
		},
	}
	c.Flags().BoolVar(&full, "full", false, "every file's hash and every column")
	return c
}

// verified checks the ledger and prints what agrees.
func (a *app) verified(s *lake.Snapshot) error {
	m := s.Manifest()
	if !m.Ledger.Balances {
		return police.Exitf(police.ExitMoney, "don't use its totals; see hardyards rejects", "snapshot %s: the ledger doesn't balance", s.ID())
	}
	t := m.Tables["payments"]
	if a.json {
		return a.printJSON(map[string]any{"id": s.ID(), "agrees": true, "payments": t.Rows, "pence": t.Pence, "ledger": m.Ledger})
	}
	l := m.Ledger
	a.say("snapshot %s: both readers agree on %d files", s.ID(), len(m.Files))
	return a.printTable([]string{"", "rows", "amount"}, map[string]bool{"rows": true, "amount": true}, [][]string{
		{"read", count(l.RowsRead), l.Pence.Read.Pounds()},
		{"payments", count(l.Payments), l.Pence.Payments.Pounds()},
		{"duplicates", count(l.Duplicates), l.Pence.Duplicates.Pounds()},
		{"superseded", count(l.Superseded), l.Pence.Superseded.Pounds()},
		{"rejections", count(l.Rejections), l.Pence.Rejections.Pounds()},
		{"exclusions", count(l.Exclusions), l.Pence.Exclusions.Pounds()},
	})
}
