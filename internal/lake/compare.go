package lake

import (
	"fmt"
	"hash/maphash"
	"os"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
)

// compareReaders reads every column of a file with Arrow and with the second
// reader and compares all values, in order.
func compareReaders(path string, f *os.File, s *secondFile) error {
	seed := maphash.MakeSeed()
	first, err := arrowDigests(f, seed)
	if err != nil {
		return fmt.Errorf("%s: arrow: %w", path, err)
	}
	if len(first) != len(s.columns) {
		return disagreeAt(path, "arrow finds %d columns, the second reader %d", len(first), len(s.columns))
	}
	for name, want := range first {
		got := newDigest(seed)
		if err := s.each(name, got.add); err != nil {
			return fmt.Errorf("%s: second reader: column %s: %w", path, name, err)
		}
		if got.values != want.values || got.null != want.null || got.h.Sum64() != want.h.Sum64() {
			return disagreeAt(path, "column %s: the two readers find different values (%d and %d, %d and %d null)",
				name, want.values, got.values, want.null, got.null)
		}
	}
	return nil
}

func arrowDigests(f *os.File, seed maphash.Seed) (all map[string]*digest, err error) {
	defer recovered(&err, "read")
	pr, err := file.NewParquetReader(f)
	if err != nil {
		return nil, err
	}
	all = make(map[string]*digest)
	for i := range pr.MetaData().Schema.NumColumns() {
		d := newDigest(seed)
		for g := range pr.NumRowGroups() {
			cr, err := pr.RowGroup(g).Column(i)
			if err == nil {
				err = d.chunk(cr)
			}
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", pr.MetaData().Schema.Column(i).Name(), err)
			}
		}
		all[pr.MetaData().Schema.Column(i).Name()] = d
	}
	return all, nil
}

func (d *digest) chunk(cr file.ColumnChunkReader) error {
	def := make([]int16, readBatch)
	for cr.HasNext() {
		var (
			levels int64
			err    error
		)
		switch cr := cr.(type) {
		case *file.Int64ColumnChunkReader:
			levels, err = digestBatch(d, def, cr.ReadBatch, anyOf[int64])
		case *file.Int32ColumnChunkReader:
			levels, err = digestBatch(d, def, cr.ReadBatch, anyOf[int32])
		case *file.Float64ColumnChunkReader:
			levels, err = digestBatch(d, def, cr.ReadBatch, anyOf[float64])
		case *file.BooleanColumnChunkReader:
			levels, err = digestBatch(d, def, cr.ReadBatch, anyOf[bool])
		case *file.ByteArrayColumnChunkReader:
			levels, err = digestBatch(d, def, cr.ReadBatch, func(b parquet.ByteArray) any { return string(b) })
		default:
			err = fmt.Errorf("no way to read a %T", cr)
		}
		if err != nil {
			return err
		}
		if levels == 0 {
			break
		}
	}
	return cr.Err()
}

func anyOf[V any](v V) any { return v }

func digestBatch[V any](d *digest, def []int16, read func(int64, []V, []int16, []int16) (int64, int, error), conv func(V) any) (int64, error) {
	values := make([]V, readBatch)
	levels, n, err := read(readBatch, values, def, nil)
	if err != nil {
		return levels, err
	}
	nullable := int64(n) < levels
	j := 0
	for i := range levels {
		if nullable && def[i] == 0 {
			d.add(nil)
			continue
		}
		if err := d.add(conv(values[j])); err != nil {
			return levels, err
		}
		j++
	}
	return levels, nil
}
