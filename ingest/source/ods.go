package source

import "context"

func (f *File) openDocument(ctx context.Context, a *archive) ([]Part, error) {
	return nil, &Refusal{Reason: "ods not yet"}
}
