package source

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
)

// archive is a zip file whose members are read within a budget.
type archive struct {
	*zip.Reader
	bound *budget
}

func openArchive(b blob, lim Limits) (*archive, error) {
	z, err := zip.NewReader(b.r, b.size)
	if err != nil {
		return nil, &Refusal{Reason: "a corrupt or incomplete zip file", Advice: "download it again", Err: err}
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	if len(z.File) > 1<<16 {
		return nil, &Refusal{Reason: fmt.Sprintf("a zip file of %d members", len(z.File)), Advice: "unpack it and give the files inside"}
	}
	a := &archive{Reader: z, bound: &budget{lim: lim, packed: b.size}}
	var declared uint64
	for _, m := range z.File {
		declared += min(m.UncompressedSize64, 1<<60)
		if declared > 1<<60 {
			break
		}
	}
	return a, a.bound.refuse(int64(min(declared, 1<<60)))
}

// open gives a member's content; each pass is bounded.
func (a *archive) open(m *zip.File) (io.ReadCloser, error) {
	if m.Flags&1 != 0 {
		return nil, &Refusal{Reason: fmt.Sprintf("%s is encrypted", m.Name), Advice: "unpack it with the password and give the files inside"}
	}
	r, err := m.Open()
	if err != nil {
		return nil, corrupt(noEOF(err))
	}
	return a.bound.reader(r), nil
}

// named finds a member by name, whatever the case and a leading slash.
func (a *archive) named(name string) *zip.File {
	name = strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
	for _, m := range a.File {
		if strings.EqualFold(strings.TrimPrefix(strings.ReplaceAll(m.Name, `\`, "/"), "/"), name) {
			return m
		}
	}
	return nil
}

// findZip tells workbooks from archives by their members.
func (f *File) findZip(ctx context.Context, b blob, depth int) (finding, error) {
	a, err := openArchive(b, f.lim)
	if err != nil {
		return finding{container: "zip"}, err
	}
	switch {
	case a.named("[Content_Types].xml") != nil:
		parts, err := f.workbook(ctx, a, b.name)
		return finding{container: "xlsx", parts: parts}, err
	case a.named("content.xml") != nil && a.named("mimetype") != nil:
		parts, err := f.openDocument(ctx, a)
		return finding{container: "ods", parts: parts}, err
	case a.named("Index/Document.iwa") != nil || a.named("Index.zip") != nil:
		return finding{container: "zip"}, &Refusal{Reason: "an Apple Numbers file", Advice: "open it in Numbers and export it as XLSX or CSV"}
	}
	parts, err := f.members(ctx, a, depth)
	return finding{container: "zip", parts: parts}, err
}

// members makes parts of every member that is a table. Others are named in a warning;
// if none is a table, the archive is refused for the first one's reason.
func (f *File) members(ctx context.Context, a *archive, depth int) ([]Part, error) {
	var parts []Part
	var first error
	for _, m := range a.File {
		if m.FileInfo().IsDir() || strings.HasPrefix(m.Name, "__MACOSX/") || strings.HasPrefix(path.Base(m.Name), ".") {
			continue
		}
		open := func() (io.ReadCloser, error) { return a.open(m) }
		found, err := f.findStream(ctx, m.Name, open, depth)
		if isRefusal(err) {
			f.Warnings = append(f.Warnings, fmt.Sprintf("member %s is passed over: %v", m.Name, err))
			first = errors.Join(first, fmt.Errorf("%s: %w", m.Name, err))
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, p := range found.parts {
			if found.container != "csv" && found.container != "gzip" {
				p = renamed{p, m.Name + "/" + p.Name()}
			}
			parts = append(parts, p)
		}
		if len(parts) > f.lim.Parts {
			return nil, tooManyParts(f.lim)
		}
	}
	if len(parts) == 0 {
		return nil, noTable(first)
	}
	return parts, nil
}

func noTable(first error) error {
	var r *Refusal
	if !errors.As(first, &r) {
		return &Refusal{Reason: "the zip file holds no file", Advice: askForTable}
	}
	return &Refusal{Reason: "no member of the zip file is a table: " + r.Reason, Advice: r.Advice, Err: first}
}

func tooManyParts(lim Limits) error {
	return &Refusal{Reason: fmt.Sprintf("more than %d parts", lim.Parts), Advice: "give the files one by one, or raise the limit"}
}

// renamed is a part under a longer name.
type renamed struct {
	Part
	name string
}

func (r renamed) Name() string { return r.name }
