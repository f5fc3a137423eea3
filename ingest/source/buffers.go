package source

import (
	"bytes"
	"io"
	"sync"
)

// Buffers is memory that readings lend one another, as fresh memory costs more than
// the work done in it. The zero value is ready; it may be used by many readings at
// once, and grows to what the most of them needed at the same time.
type Buffers struct {
	passes Free[*buffers]
	whole  Free[[]byte] // of small files: apart, so that there are no more than files read at once
}

// Free holds what readings lend one another and none uses now: at most as many as were
// used at a time. The zero value is ready; it may be used by many readings at once.
type Free[T any] struct {
	mu   sync.Mutex
	free []T
}

// Take gives one of them, the last given back; ok is false where there is none.
func (f *Free[T]) Take() (v T, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.free)
	if n == 0 {
		return v, false
	}
	v, f.free = f.free[n-1], f.free[:n-1]
	return v, true
}

// Give takes one back.
func (f *Free[T]) Give(v T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.free = append(f.free, v)
}

// buffers serve one pass over a text.
type buffers struct {
	block   []byte // of the survey
	head    []byte // its sample
	text    []byte // of the splitter
	records []Record
	cells   [][]byte
	side    []byte
}

func (b *Buffers) take() *buffers {
	if out, ok := b.passes.Take(); ok {
		return out
	}
	return new(buffers)
}

func (b *Buffers) give(back *buffers) { b.passes.Give(back) }

// wholeSize is the size of a file up to which it is read into memory once; a larger
// one is streamed anew by every pass.
const wholeSize = 8 << 20

// inMemory is a text that is in memory already, so that no pass need copy it.
type inMemory struct {
	bytes.Reader
	all []byte
}

func (m *inMemory) Close() error { return nil }

// contents gives the whole of a text that is in memory.
func contents(r io.Reader) (all []byte, ok bool) {
	if m, ok := r.(*inMemory); ok {
		return m.all, true
	}
	return nil, false
}

// inMemory makes a blob of a small file one that is in memory; it is given back when
// the file is closed.
func (f *File) inMemory(b blob) (blob, error) {
	if b.size == 0 || b.size > wholeSize {
		return b, nil
	}
	all := f.lim.Buffers.takeWhole(b.size)
	f.closers = append(f.closers, giveBack{f.lim.Buffers, all})
	n, err := b.r.ReadAt(all, 0)
	if err != nil && err != io.EOF {
		return b, err
	}
	b.whole = all[:n:n]
	b.r, b.size = bytes.NewReader(b.whole), int64(n)
	return b, nil
}

// takeWhole lends memory for a file of a size.
func (b *Buffers) takeWhole(size int64) []byte {
	all, _ := b.whole.Take()
	if int64(cap(all)) < size {
		all = make([]byte, size, min(wholeSize, size+size/4))
	}
	return all[:size]
}

type giveBack struct {
	to  *Buffers
	all []byte
}

func (g giveBack) Close() error {
	g.to.whole.Give(g.all)
	return nil
}
