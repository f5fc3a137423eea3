package main

import (
	"hardyards/analyze"
	"hardyards/data"
	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform/collaboration"
)

// flowPayments says which payments make up a flow. Where the register has changed since
// the snapshot the sums differ, and trace says so.
func (a *app) flowPayments(s *lake.Snapshot) (analyze.FlowPayments, error) {
	flowOf, err := a.flowOf(s)
	if err != nil {
		return nil, err
	}
	return func(f police.Flow, p *police.Payment) bool { return flowOf(p) == f.FlowID }, nil
}

// noFlow is the flow of a payment that went to no police body.
const noFlow = 0

// flowOf gives the flow that a payment belongs to, by attributing it anew with the
// register in force.
func (a *app) flowOf(s *lake.Snapshot) (func(*police.Payment) int64, error) {
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
	return func(p *police.Payment) int64 {
		row := collaboration.Row{Payer: p.Payer, PayeeID: p.PayeeID, Category: p.Category, Description: p.Description,
			Month: calendarMonth(p.PaidOn), FinYear: p.FinYear, Payments: 1, Pence: p.Amount, Once: p.AmountOnce}
		flows, err := at.Flows([]collaboration.Row{row}, of[p.PayeeID], nil)
		if err != nil || len(flows) != 1 {
			return noFlow
		}
		return flows[0].FlowID
	}, nil
}

func calendarMonth(d police.Date) string {
	if d == police.NoDate {
		return "unknown"
	}
	return d.String()[:7]
}
