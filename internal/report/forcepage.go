package report

import (
	"context"

	"hardyards/internal/police"
)

// RenderForce writes force-<slug>.html.
func RenderForce(ctx context.Context, p Page, f police.Force, out string) (string, error) {
	return "", nil
}
