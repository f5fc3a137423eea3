package lake

import (
	"fmt"
	"math"
	"os"
	"slices"
	"unsafe"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"hardyards/internal/police"
)

// tableReader reads Parquet files of one table into row structs, readBatch rows at a
// time: memory is those rows (2.5 MB of payments), the compressed row group and a
// page of each column.
type tableReader struct {
	table Table
	want  []string // columns; nil: all
	def   []int16
	i64   []int64
	i32   []int32
	f64   []float64
	bools []bool
	texts []parquet.ByteArray
	words map[string]string // one copy of each repeated string
}

// readBatch is how many values are decoded at once.
const readBatch = 8192

// maxWords bounds the interned strings: beyond it they are forgotten, not the rows.
const maxWords = 1 << 16

func newTableReader(t Table, columns []string) (*tableReader, error) {
	for _, name := range columns {
		if _, i := t.Column(name); i < 0 {
			return nil, fmt.Errorf("no column %q in %v", name, t.row)
		}
	}
	return &tableReader{table: t, want: columns, words: make(map[string]string)}, nil
}

// reserve makes the buffers hold n values: a small file needs no large ones.
func (r *tableReader) reserve(n int) {
	if n <= len(r.def) {
		return
	}
	r.def, r.i64, r.i32 = make([]int16, n), make([]int64, n), make([]int32, n)
	r.f64, r.bools, r.texts = make([]float64, n), make([]bool, n), make([]parquet.ByteArray, n)
}

// readFile calls fn with the rows of a file, batch by batch. The slice is used
// again; strings stay valid. A damaged file is an error that names it.
func readFile[T any](r *tableReader, path string, rows []T, fn func([]T) error) (buf []T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return rows, err
	}
	defer f.Close()
	var fromCaller error
	err = func() (err error) {
		defer recovered(&err, "read")
		pr, err := file.NewParquetReader(f)
		if err != nil {
			return err
		}
		for g := range pr.NumRowGroups() {
			chunks, err := r.open(pr, g)
			if err != nil {
				return err
			}
			for left := int(pr.MetaData().RowGroup(g).NumRows()); left > 0; left -= len(rows) {
				n := min(left, readBatch)
				rows = slices.Grow(rows[:0], n)[:n]
				clear(rows)
				if err := r.rows(chunks, unsafe.Pointer(unsafe.SliceData(rows)), n); err != nil {
					return err
				}
				if fromCaller = fn(rows); fromCaller != nil {
					return nil
				}
			}
		}
		return nil
	}()
	if fromCaller != nil {
		return rows, fromCaller
	}
	if err != nil {
		return rows, fmt.Errorf("%s: %w", path, err)
	}
	return rows, nil
}

// open opens the wanted columns of a row group, in the table's order; nil stands for
// one that isn't wanted or that was added after the file was written.
func (r *tableReader) open(pr *file.Reader, g int) ([]file.ColumnChunkReader, error) {
	rg := pr.RowGroup(g)
	chunks := make([]file.ColumnChunkReader, len(r.table.Columns))
	for k, c := range r.table.Columns {
		i := pr.MetaData().Schema.ColumnIndexByName(c.Name)
		if !r.wants(c) || i < 0 {
			continue
		}
		if err := c.fits(pr.MetaData().Schema.Column(i)); err != nil {
			return nil, err
		}
		var err error
		if chunks[k], err = rg.Column(i); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return chunks, nil
}

func (r *tableReader) wants(c Column) bool { return r.want == nil || slices.Contains(r.want, c.Name) }

// rows decodes the next n rows of a row group.
func (r *tableReader) rows(chunks []file.ColumnChunkReader, rows unsafe.Pointer, n int) error {
	r.reserve(n)
	for k, c := range r.table.Columns {
		p := unsafe.Add(rows, c.offset)
		if chunks[k] == nil {
			if r.wants(c) {
				c.fillNull(p, n, r.table.size)
			}
			continue
		}
		got, err := r.column(c, chunks[k], p, n)
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
		if got != n {
			return fmt.Errorf("column %s: %d of %d values could be read", c.Name, got, n)
		}
	}
	return nil
}

// fits reports whether a column of a file is what this table holds.
func (c Column) fits(found *schema.Column) error {
	want := c.node().(*schema.PrimitiveNode)
	if found.PhysicalType() != want.PhysicalType() || (c.Kind == Decimal && !found.LogicalType().Equals(want.LogicalType())) {
		return fmt.Errorf("column %s is %v %v in the file, not %s", c.Name, found.PhysicalType(), found.LogicalType(), c.Kind)
	}
	return nil
}

// fillNull puts into n rows what stands for null where the zero value does not.
func (c Column) fillNull(p unsafe.Pointer, n int, size uintptr) {
	for i := range n {
		switch at := unsafe.Add(p, uintptr(i)*size); c.Kind {
		case DateDay:
			*(*police.Date)(at) = police.NoDate
		case Double:
			*(*float64)(at) = math.NaN()
		default:
			return
		}
	}
}

// column decodes one chunk into the rows and gives the number of values found.
func (r *tableReader) column(c Column, cr file.ColumnChunkReader, p unsafe.Pointer, n int) (int, error) {
	done := 0
	for done < n && cr.HasNext() {
		batch := int64(n - done)
		at := unsafe.Add(p, uintptr(done)*r.table.size)
		levels, err := r.batch(c, cr, at, batch)
		done += levels
		if err != nil {
			return done, err
		}
		if levels == 0 {
			break
		}
	}
	if err := cr.Err(); err != nil {
		return done, err
	}
	return done, nil
}

func (r *tableReader) batch(c Column, cr file.ColumnChunkReader, p unsafe.Pointer, batch int64) (int, error) {
	var (
		levels int64
		got    int
		err    error
	)
	switch cr := cr.(type) {
	case *file.Int64ColumnChunkReader:
		levels, got, err = cr.ReadBatch(batch, r.i64, r.def, nil)
		scatter(c, p, r.table.size, r.i64[:got], r.levels(cr.Descriptor(), levels))
	case *file.Int32ColumnChunkReader:
		levels, got, err = cr.ReadBatch(batch, r.i32, r.def, nil)
		scatter(c, p, r.table.size, r.i32[:got], r.levels(cr.Descriptor(), levels))
	case *file.Float64ColumnChunkReader:
		levels, got, err = cr.ReadBatch(batch, r.f64, r.def, nil)
		scatter(c, p, r.table.size, r.f64[:got], r.levels(cr.Descriptor(), levels))
	case *file.BooleanColumnChunkReader:
		levels, got, err = cr.ReadBatch(batch, r.bools, r.def, nil)
		scatter(c, p, r.table.size, r.bools[:got], r.levels(cr.Descriptor(), levels))
	case *file.ByteArrayColumnChunkReader:
		levels, got, err = cr.ReadBatch(batch, r.texts, r.def, nil)
		r.scatterText(c, p, r.texts[:got], r.levels(cr.Descriptor(), levels))
	default:
		err = fmt.Errorf("no way to read a %T", cr)
	}
	return int(levels), err
}

// levels gives the definition levels of a nullable column, nil for any other.
func (r *tableReader) levels(d *schema.Column, n int64) []int16 {
	if d.MaxDefinitionLevel() == 0 {
		return nil
	}
	return r.def[:n]
}

// scatter stores values into the rows, and null's stand-in where the level is 0.
func scatter[V any](c Column, p unsafe.Pointer, size uintptr, values []V, def []int16) {
	if def == nil {
		for i, v := range values {
			*(*V)(unsafe.Add(p, uintptr(i)*size)) = v
		}
		return
	}
	j := 0
	for i, d := range def {
		at := unsafe.Add(p, uintptr(i)*size)
		if d == 0 {
			c.fillNull(at, 1, size)
			continue
		}
		*(*V)(at) = values[j]
		j++
	}
}

func (r *tableReader) scatterText(c Column, p unsafe.Pointer, values []parquet.ByteArray, def []int16) {
	j := 0
	for i := range max(len(values), len(def)) {
		if def != nil && def[i] == 0 {
			continue
		}
		*(*string)(unsafe.Add(p, uintptr(i)*r.table.size)) = r.word(c, values[j])
		j++
	}
}

// word copies a value out of the page: once for each distinct value of the columns
// that repeat.
func (r *tableReader) word(c Column, v parquet.ByteArray) string {
	if len(v) == 0 {
		return ""
	}
	if plainText(c.Name) {
		return string(v)
	}
	if s, ok := r.words[string(v)]; ok {
		return s
	}
	if len(r.words) >= maxWords {
		clear(r.words)
	}
	s := string(v)
	r.words[s] = s
	return s
}
