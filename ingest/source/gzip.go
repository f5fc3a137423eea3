package source

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// findGzip reads text inside gzip as a stream; a workbook or archive inside needs
// random access and is unpacked to a temporary file.
func (f *File) findGzip(ctx context.Context, b blob, depth int) (finding, error) {
	name := strings.TrimSuffix(strings.TrimSuffix(b.name, ".gz"), ".GZ")
	bound := &budget{lim: f.lim, packed: b.size}
	open := func() (io.ReadCloser, error) { return openGzip(b, bound) }
	found, err := f.findStream(ctx, name, open, depth)
	found.container = "gzip"
	return found, err
}

func openGzip(b blob, bound *budget) (io.ReadCloser, error) {
	z, err := gzip.NewReader(bufio.NewReaderSize(b.section(), surveyBlock))
	if err != nil {
		return nil, corrupt(noEOF(err))
	}
	return bound.reader(z), nil
}

// noEOF makes a file that ends too early an error like any other.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// findStream finds the parts of content that can only be read from its start.
func (f *File) findStream(ctx context.Context, name string, open opener, depth int) (finding, error) {
	head, err := headOf(open)
	if err != nil {
		return finding{}, err
	}
	what, err := sniff(head, len(head) < sniffed)
	if err != nil {
		return finding{}, err
	}
	if what == plainText && string(head[:min(8, len(head))]) != string(oleMagic) {
		t, err := surveyText(ctx, name, f.counted(open), f.lim, nil)
		if err != nil {
			return finding{}, err
		}
		t.open = open
		return finding{container: "csv", parts: []Part{t}}, nil
	}
	spilled, err := f.spill(name, open)
	if err != nil {
		return finding{}, err
	}
	return f.find(ctx, spilled, depth+1, nil)
}

// counted bounds what the containers within a file give together, so that many small
// ones, or one within another, cost no more than one large.
func (f *File) counted(open opener) opener {
	bound := &budget{lim: f.lim, packed: f.Bytes}
	return func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		return &budgeted{ReadCloser: r, budget: bound, used: &f.nested}, nil
	}
}

func headOf(open opener) ([]byte, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return head[:n], err
}

func isRefusal(err error) bool {
	var r *Refusal
	return errors.As(err, &r)
}

// spill unpacks content to a temporary file that goes when the File is closed.
func (f *File) spill(name string, open opener) (blob, error) {
	r, err := f.counted(open)()
	if err != nil {
		return blob{}, err
	}
	defer r.Close()
	tmp, err := os.CreateTemp("", "hardyards-*")
	if err != nil {
		return blob{}, err
	}
	f.closers = append(f.closers, removal{tmp})
	n, err := io.Copy(tmp, r)
	return blob{name: name, r: tmp, size: n}, err
}

// removal closes and removes a temporary file.
type removal struct{ *os.File }

func (r removal) Close() error { return errors.Join(r.File.Close(), os.Remove(r.Name())) }
