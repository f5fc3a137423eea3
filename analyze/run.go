package analyze

import (
	"context"

	"hardyards/internal/police"
)

// Input is what the analysis reads of a snapshot and of the reference tables.
type Input struct {
	Forces    []police.Force
	Catalogue []police.MeasureDef
	Measures  []police.MeasureValue
	Register  Register
	Flows     []police.Flow
	Coverage  []police.CoverageRow
	Parts     []police.Part
	// Peers are the user's groups (ReadPeers); forces without one have nearest
	// neighbours.
	Peers PeerGroups
}

// Findings are the marts that the analysis gives.
type Findings struct {
	CostPerHead []police.CostPerHead
	Peers       []police.PeerComparison
	PeersAll    []police.PeerComparison // beside all other forces, with and without London
	Functions   []police.FunctionComparison
	Association []police.Association
	Effects     Effects
	Efficiency  []police.EfficiencyScore
	Claims      []police.ClaimCheck
	Funnels     []police.FunnelRow
	Bounds      []police.Bound
	Headlines   []police.Headline
}

// Run computes every finding. The same input gives the same findings: seeds are
// fixed, and nothing depends on the order of rows.
func Run(ctx context.Context, in Input) (Findings, error) {
	p, err := NewPanel(in.Measures, in.Catalogue, in.Forces)
	if err != nil {
		return Findings{}, err
	}
	groups := p.NearestNeighbours()
	if len(in.Peers.Groups) > 0 {
		groups = in.Peers.or(groups)
	}
	var f Findings
	steps := []func(){
		func() { f.CostPerHead = p.CostPerHead() },
		func() { f.Peers = p.Compare(groups) },
		func() { f.PeersAll = p.CompareAll() },
		func() { f.Functions = p.CompareFunctions(in.Register) },
		func() { f.Association = p.Associate() },
		func() { f.Effects = p.Effects(in.Register, "", true) },
		func() { f.Efficiency = p.Efficiency() },
		func() { f.Claims = p.Claims(in.Register, f.Effects.Effects) },
		func() { f.Funnels = p.Funnels() },
		func() { f.Bounds = p.Bounds(in, f) },
		func() { f.Headlines = headlines(p, in, f) },
	}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return Findings{}, err
		}
		step()
	}
	return f, nil
}
