package lake

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math"
	"os"

	second "github.com/xitongsys/parquet-go/reader"
	"github.com/xitongsys/parquet-go/source"
)

// secondFile is the independent reader of one file: xitongsys/parquet-go, which
// shares no decoding code with Arrow. On damaged pages it answers with no value and
// no error, or with nulls, so every column's values are counted against the footer.
type secondFile struct {
	pr      *second.ParquetReader
	rows    int64
	columns map[string]int64
}

// secondBatch is how many values it reads at once; a whole column doubles memory.
const secondBatch = 16_384

// section is the second reader's view of an open file.
type section struct{ *io.SectionReader }

var errReadOnly = errors.New("read only")

func (s section) Write([]byte) (int, error)                 { return 0, errReadOnly }
func (s section) Close() error                              { return nil }
func (s section) Create(string) (source.ParquetFile, error) { return nil, errReadOnly }
func (s section) Open(string) (source.ParquetFile, error) {
	return section{io.NewSectionReader(s.SectionReader, 0, s.Size())}, nil
}

func openSecond(f *os.File) (s *secondFile, err error) {
	defer recovered(&err, "open")
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	pr, err := second.NewParquetColumnReader(section{io.NewSectionReader(f, 0, info.Size())}, 1)
	if err != nil {
		return nil, err
	}
	s = &secondFile{pr: pr, rows: pr.GetNumRows(), columns: make(map[string]int64)}
	for i, el := range pr.Footer.Schema[1:] {
		s.columns[pr.SchemaHandler.GetExName(i+1)] = int64(i)
		if el.GetNumChildren() > 0 {
			return nil, fmt.Errorf("column %d is nested", i)
		}
	}
	return s, nil
}

// each calls fn with every value of a column, nil for null, and forgets the column.
func (s *secondFile) each(name string, fn func(any) error) (err error) {
	defer recovered(&err, "read")
	i, ok := s.columns[name]
	if !ok {
		return errors.New("not in the file")
	}
	var n int64
	for n < s.rows {
		values, _, _, err := s.pr.ReadColumnByIndex(i, min(secondBatch, s.rows-n))
		if err != nil {
			return err
		}
		if len(values) == 0 {
			break
		}
		for _, v := range values {
			if err := fn(v); err != nil {
				return err
			}
		}
		n += int64(len(values))
	}
	clear(s.pr.ColumnBuffers)
	if n != s.rows {
		return fmt.Errorf("%d of %d values could be read", n, s.rows)
	}
	return nil
}

// facts sums a money or date column up.
func (s *secondFile) facts(name string, kind Kind) (ColumnFacts, error) {
	f := ColumnFacts{Name: name, Kind: kind, Min: math.MaxInt64, Max: math.MinInt64}
	some := false
	err := s.each(name, func(v any) error {
		var n int64
		switch v := v.(type) {
		case nil:
			f.Nulls++
			return nil
		case int64:
			n = v
		case int32:
			n = int64(v)
		default:
			return fmt.Errorf("a %T where %s was written", v, kind)
		}
		some = true
		if kind == Decimal {
			f.Sum += n
		}
		f.Min, f.Max = min(f.Min, n), max(f.Max, n)
		return nil
	})
	if !some {
		f.Min, f.Max = 0, 0
	}
	return f, err
}

// digest is a hash over all values of a column in order, and their number.
type digest struct {
	h            maphash.Hash
	values, null int64
}

func newDigest(seed maphash.Seed) *digest {
	d := &digest{}
	d.h.SetSeed(seed)
	return d
}

func (d *digest) add(v any) error {
	d.values++
	switch v := v.(type) {
	case nil:
		d.null++
		d.h.WriteByte(0)
	case string:
		d.number(1, uint64(len(v)))
		d.h.WriteString(v)
	case int64:
		d.number(2, uint64(v))
	case int32:
		d.number(2, uint64(int64(v)))
	case float64:
		d.number(3, math.Float64bits(v))
	case bool:
		d.number(4, map[bool]uint64{true: 1}[v])
	default:
		return fmt.Errorf("a value of type %T", v)
	}
	return nil
}

func (d *digest) number(kind byte, n uint64) {
	var b [9]byte
	b[0] = kind
	for i := range 8 {
		b[i+1] = byte(n >> (8 * i))
	}
	d.h.Write(b[:])
}
