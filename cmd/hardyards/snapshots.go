package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"hardyards/internal/lake"
)

func newSnapshots(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "snapshots",
		Short:   "List the kept snapshots, last published last",
		Example: "  hardyards snapshots\n  hardyards diff previous current",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			l, err := lake.OpenExisting(a.lakeDir, lake.Options{})
			if err != nil {
				return err
			}
			all, err := l.Snapshots()
			if err != nil {
				return err
			}
			return a.printSnapshots(l, all)
		},
	}
}

func (a *app) printSnapshots(l *lake.Lake, all []lake.SnapshotInfo) error {
	type row struct {
		ID        string `json:"id"`
		Published string `json:"published"`
		Current   bool   `json:"current"`
		Payments  int64  `json:"payments"`
		Amount    string `json:"amount"`
		Findings  bool   `json:"findings"`
	}
	var rows []row
	var text [][]string
	for _, info := range all {
		s, err := l.Snapshot(info.ID)
		if err != nil {
			return err
		}
		m := s.Manifest()
		r := row{info.ID, info.Published.UTC().Format("2006-01-02 15:04:05Z"), info.Current,
			m.Tables["payments"].Rows, m.Tables["payments"].Pence.Pounds(), m.Findings}
		rows = append(rows, r)
		mark := ""
		if r.Current {
			mark = "current"
		}
		text = append(text, []string{r.ID, r.Published, strconv.FormatInt(r.Payments, 10), r.Amount, mark})
	}
	if a.json {
		return a.printJSON(rows)
	}
	return a.printTable([]string{"snapshot", "published", "payments", "amount", ""}, map[string]bool{"payments": true, "amount": true}, text)
}
