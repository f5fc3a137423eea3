package main

import (
	"context"

	"hardyards/internal/lake"
)

func (a *app) writeReport(ctx context.Context, s *lake.Snapshot, out, force string) (string, error) {
	return "", nil
}
