package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// blob is some bytes that may be a table or hold tables: the file, or a member of it.
type blob struct {
	name string
	r    io.ReaderAt
	size int64

	whole []byte // all of it, if it is in memory
}

func (b blob) section() io.ReadCloser {
	if b.whole != nil {
		m := &inMemory{all: b.whole}
		m.Reset(b.whole)
		return m
	}
	return io.NopCloser(io.NewSectionReader(b.r, 0, b.size))
}

// finding is what a blob turned out to be.
type finding struct {
	container string
	parts     []Part
	hashed    bool // every byte of the blob was given to the hash
}

// find tells what a blob is by its content and gives its parts.
func (f *File) find(ctx context.Context, b blob, depth int, hash func([]byte)) (finding, error) {
	if depth > f.lim.Nested {
		return finding{container: "zip"}, &Refusal{Reason: fmt.Sprintf("more than %d containers within one another", f.lim.Nested), Advice: "unpack it and give the files inside"}
	}
	head := make([]byte, min(sniffed, b.size))
	if _, err := b.r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return finding{}, err
	}
	if bytes.HasPrefix(head, oleMagic) {
		return finding{container: "csv"}, f.ole(b)
	}
	what, err := sniff(head, int64(len(head)) == b.size)
	if err != nil {
		return finding{container: "csv"}, err
	}
	switch what {
	case zipped:
		return f.findZip(ctx, b, depth)
	case gzipped:
		return f.findGzip(ctx, b, depth)
	}
	open := func() (io.ReadCloser, error) { return b.section(), nil }
	t, err := surveyText(ctx, b.name, open, f.lim, hash)
	if err != nil {
		return finding{container: "csv"}, err
	}
	return finding{container: "csv", parts: []Part{t}, hashed: true}, nil
}

const oleLooked = 64 << 20 // bytes searched for the names of streams

func (f *File) ole(b blob) error {
	body := make([]byte, min(b.size, oleLooked))
	if _, err := b.r.ReadAt(body, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return refuseOLE(body)
}
