package ingest

import (
	"bufio"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"hardyards/internal/police"
)

// spills are sorted runs of payments in temporary files of their own directory.
// A run's rows are varints and length-prefixed texts; nothing outlives the reading.
type spills struct {
	dir  string
	runs []string
	made int // runs ever written: no file is written over while it is merged
}

func newSpills() (*spills, error) {
	dir, err := os.MkdirTemp("", "hardyards-ingest")
	if err != nil {
		return nil, police.Exitf(police.ExitTryAgain, "free some space, or set TMPDIR", "temporary directory: %w", err)
	}
	return &spills{dir: dir}, nil
}

func (s *spills) close() error { return os.RemoveAll(s.dir) }

func (s *spills) write(rows func(func(*police.Payment) bool)) (err error) {
	f, err := os.Create(fmt.Sprintf("%s/run%05d", s.dir, s.made))
	if err != nil {
		return spillError(err)
	}
	s.made++
	defer func() { err = spillError(errors.Join(err, f.Close())) }()
	w := bufio.NewWriterSize(f, 256<<10)
	var buf []byte
	rows(func(p *police.Payment) bool {
		buf = appendPayment(buf[:0], p)
		_, err = w.Write(buf)
		return err == nil
	})
	if err == nil {
		err = w.Flush()
	}
	s.runs = append(s.runs, f.Name())
	return err
}

func spillError(err error) error {
	if err == nil {
		return nil
	}
	return police.Exitf(police.ExitTryAgain, "free some space, or set TMPDIR", "temporary file: %w", err)
}

func appendPayment(b []byte, p *police.Payment) []byte {
	for _, v := range [...]int64{p.PartID, int64(p.LineFirst), int64(p.LineLast), int64(p.PaidOn), p.PayeeID, int64(p.Amount)} {
		b = binary.AppendVarint(b, v)
	}
	for _, s := range [...]string{string(p.Payer), string(p.FinYear), string(p.DateBasis), p.Payee, p.Redaction, p.Category, p.Description, p.Reference} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// runReader reads a run back.
type runReader struct {
	r     *bufio.Reader
	f     *os.File
	p     police.Payment
	order int
	buf   []byte
	same  [5]string // the last of the texts that repeat
}

func (r *runReader) next() error {
	first, err := binary.ReadVarint(r.r)
	if err != nil {
		return err // io.EOF between rows is the end
	}
	var v [5]int64
	for i := range v {
		if v[i], err = binary.ReadVarint(r.r); err != nil {
			return errors.Join(io.ErrUnexpectedEOF, err)
		}
	}
	var s [8]string
	for i := range s {
		if s[i], err = r.text(i); err != nil {
			return errors.Join(io.ErrUnexpectedEOF, err)
		}
	}
	payer := police.PayerKey(s[0])
	r.p = police.Payment{
		PaymentID: police.PaymentKey(first, int32(v[0])), PartID: first, LineFirst: int32(v[0]), LineLast: int32(v[1]),
		PaidOn: police.Date(v[2]), PayeeID: v[3], Amount: police.Pence(v[4]),
		Payer: payer, ForceCode: payer.Force(), FinYear: police.FinancialYear(s[1]), DateBasis: police.DateBasis(s[2]),
		Payee: s[3], Redaction: s[4], Category: s[5], Description: s[6], Reference: s[7],
	}
	return nil
}

// text reads a text; the first five kinds repeat from row to row and are then not
// copied again.
func (r *runReader) text(i int) (string, error) {
	n, err := binary.ReadUvarint(r.r)
	if err != nil {
		return "", err
	}
	if uint64(cap(r.buf)) < n {
		r.buf = make([]byte, n)
	}
	r.buf = r.buf[:n]
	if _, err := io.ReadFull(r.r, r.buf); err != nil {
		return "", err
	}
	if i >= len(r.same) {
		return string(r.buf), nil
	}
	if r.same[i] != string(r.buf) {
		r.same[i] = string(r.buf)
	}
	return r.same[i], nil
}

type runHeap []*runReader

func (h runHeap) Len() int { return len(h) }
func (h runHeap) Less(i, j int) bool {
	if c := comparePayments(&h[i].p, &h[j].p); c != 0 {
		return c < 0
	}
	return h[i].order < h[j].order
}
func (h runHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)   { *h = append(*h, x.(*runReader)) }
func (h *runHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// mergeWidth bounds the runs merged at once, and so open files and buffers.
const mergeWidth = 64

// merged gives the rows of all runs in order. failed says afterwards whether a
// temporary file could not be read.
func (s *spills) merged() (seq func(yield func(*police.Payment) bool), failed func() error) {
	var err error
	for len(s.runs) > mergeWidth && err == nil {
		some := s.runs[:mergeWidth]
		s.runs = s.runs[mergeWidth:]
		var broken error
		err = s.write(func(yield func(*police.Payment) bool) { broken = mergeRuns(some, yield) })
		err = errors.Join(broken, err)
		for _, name := range some {
			os.Remove(name)
		}
	}
	return func(yield func(*police.Payment) bool) {
		if err == nil {
			err = mergeRuns(s.runs, yield)
		}
	}, func() error { return spillError(err) }
}

func mergeRuns(names []string, yield func(*police.Payment) bool) (err error) {
	var h runHeap
	defer func() {
		for _, r := range h {
			r.f.Close()
		}
	}()
	for i, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		r := &runReader{r: bufio.NewReaderSize(f, 64<<10), f: f, order: i}
		switch err := r.next(); {
		case err == io.EOF:
			f.Close()
		case err != nil:
			f.Close()
			return err
		default:
			h = append(h, r)
		}
	}
	heap.Init(&h)
	for len(h) > 0 {
		r := h[0]
		if !yield(&r.p) {
			return nil
		}
		switch err := r.next(); {
		case err == io.EOF:
			heap.Pop(&h)
			r.f.Close()
		case err != nil:
			return err
		default:
			heap.Fix(&h, 0)
		}
	}
	return nil
}
