package main

import (
	"hardyards/analyze"
	"hardyards/data"
	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform/collaboration"
)

// flowPayments says which payments make up a flow, by attributing each of them anew
// with the register in force. Where the register has changed since the snapshot the
// sums differ, and trace says so.
func (a *app) flowPayments(s *lake.Snapshot) (analyze.FlowPayments, error) {
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	p := &pipeline{app: a, config: c}
	agreements, err := p.agreements()
	if err != nil {
		return nil, err
	}
	forces, err := data.Forces()
	if err != nil {
		return nil, err
	}
	at, err := collaboration.New(collaboration.Register{Collaborations: agreements.Collaborations, Members: agreements.Members, Claims: agreements.Claims}, forces)
	if err != nil {
		return nil, err
	}
	links, err := lake.ReadAll[police.PayeeLink](s, "dim_payee")
	if err != nil {
		return nil, err
	}
	of := map[int64][]police.PayeeLink{}
	for _, l := range links {
		of[l.PayeeID] = []police.PayeeLink{l}
	}
	return func(f police.Flow, p *police.Payment) bool {
		row := collaboration.Row{Payer: p.Payer, PayeeID: p.PayeeID, Category: p.Category, Description: p.Description,
			Month: monthOf(p.PaidOn), FinYear: p.FinYear, Payments: 1, Pence: p.Amount, Once: p.AmountOnce}
		flows, err := at.Flows([]collaboration.Row{row}, of[p.PayeeID], nil)
		return err == nil && len(flows) == 1 && flows[0].FlowID == f.FlowID
	}, nil
}

func monthOf(d police.Date) string {
	if d == police.NoDate {
		return "unknown"
	}
	return d.String()[:7]
}
