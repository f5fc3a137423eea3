package transform

import "hardyards/internal/police"

// flowsOf makes fact_flow.
func flowsOf(in Inputs, rollups []Rollup, payees []police.PayeeLink, categories []police.Category, cover []police.CoverageRow) ([]police.Flow, error) {
	return nil, nil
}
