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
	mu    sync.Mutex
	free  []*buffers
	whole [][]byte // of small files: apart, so that there are no more than files read at once
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
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.free)
	if n == 0 {
		return new(buffers)
	}
	out := b.free[n-1]
	b.free = b.free[:n-1]
	return out
}

func (b *Buffers) give(back *buffers) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free = append(b.free, back)
}

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
func (b *Buffers) takeWhole(size int64) (all []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.whole); n > 0 {
		all, b.whole = b.whole[n-1], b.whole[:n-1]
	}
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
	g.to.mu.Lock()
	defer g.to.mu.Unlock()
	g.to.whole = append(g.to.whole, g.all)
	return nil
}
