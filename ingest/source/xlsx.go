package source

import "context"

func (f *File) workbook(ctx context.Context, a *archive, name string) ([]Part, error) {
	return nil, &Refusal{Reason: "xlsx not yet"}
}
func (f *File) openDocument(ctx context.Context, a *archive) ([]Part, error) {
	return nil, &Refusal{Reason: "ods not yet"}
}
