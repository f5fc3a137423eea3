package lake

import (
	"fmt"
	"io"
	"reflect"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// tableWriter writes rows of one table to one Parquet file after another. Memory:
// one row group of columns, 122,880 × about 110 bytes for payments, and their text.
type tableWriter struct {
	table   Table
	props   *parquet.WriterProperties
	columns []*columnBuffer
	pw      *file.Writer
	rows    int64 // of the file
	pending int   // rows in the buffers
}

func newTableWriter(t Table, codec Codec) (*tableWriter, error) {
	if err := useFastZstd(); err != nil {
		return nil, err
	}
	w := &tableWriter{table: t, props: t.writerProperties(codec)}
	for _, c := range t.Columns {
		w.columns = append(w.columns, newColumnBuffer(c))
	}
	return w, nil
}

// start begins a file. out must take every write without an error (newFile does):
// Arrow v17 drops the errors of its sink.
func (w *tableWriter) start(out io.Writer) {
	w.pw = file.NewParquetWriter(out, w.table.parquetSchema(), file.WithWriterProps(w.props))
	w.rows, w.pending = 0, 0
	for _, b := range w.columns {
		b.restart()
	}
}

// appendRows takes rows into the file begun by start. Strings must not change
// until the file is closed.
func appendRows[T any](w *tableWriter, rows []T) error {
	if reflect.TypeFor[T]() != w.table.row {
		return fmt.Errorf("rows of %v for a table of %v", reflect.TypeFor[T](), w.table.row)
	}
	for len(rows) > 0 {
		n := min(len(rows), rowGroupRows-w.pending)
		if err := w.take(unsafe.Pointer(unsafe.SliceData(rows)), n); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (w *tableWriter) take(rows unsafe.Pointer, n int) error {
	for _, b := range w.columns {
		if err := b.append(rows, n, w.table.size); err != nil {
			return err
		}
	}
	w.pending += n
	w.rows += int64(n)
	if w.pending == rowGroupRows {
		return w.flush()
	}
	return nil
}

// close writes what is pending and the footer, and gives the facts of the file
// except its bytes and hash.
func (w *tableWriter) close() (facts FileFacts, err error) {
	defer recovered(&err, "write")
	if err := w.flush(); err != nil {
		return FileFacts{}, err
	}
	if err := w.pw.Close(); err != nil {
		return FileFacts{}, err
	}
	facts.Rows = w.rows
	for _, b := range w.columns {
		if b.Kind == Decimal || b.Kind == DateDay {
			facts.Columns = append(facts.Columns, b.facts)
		}
	}
	return facts, nil
}

// flush writes the buffers as a row group, column after column. An empty file has
// the schema and no row group.
func (w *tableWriter) flush() (err error) {
	defer recovered(&err, "write")
	if w.pending == 0 {
		return nil
	}
	rg := w.pw.AppendRowGroup()
	for _, b := range w.columns {
		cw, err := rg.NextColumn()
		if err != nil {
			return err
		}
		if err := b.write(cw); err != nil {
			return fmt.Errorf("column %s: %w", b.Name, err)
		}
		b.facts.Nulls += b.nulls
		b.clear()
	}
	w.pending = 0
	return rg.Close()
}

// recovered turns a panic of a Parquet library into an error.
func recovered(err *error, doing string) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("parquet library failed to %s: %v", doing, r)
	}
}

func (b *columnBuffer) write(cw file.ColumnChunkWriter) (err error) {
	def := b.def
	if !b.Nullable {
		def = nil
	}
	switch cw := cw.(type) {
	case *file.Int64ColumnChunkWriter:
		_, err = cw.WriteBatch(b.i64, def, nil)
	case *file.Int32ColumnChunkWriter:
		_, err = cw.WriteBatch(b.i32, def, nil)
	case *file.Float64ColumnChunkWriter:
		_, err = cw.WriteBatch(b.f64, def, nil)
	case *file.BooleanColumnChunkWriter:
		_, err = cw.WriteBatch(b.bools, def, nil)
	case *file.ByteArrayColumnChunkWriter:
		if b.dict != nil {
			return b.writeDict(cw, def)
		}
		_, err = cw.WriteBatch(b.texts, def, nil)
	default:
		err = fmt.Errorf("no way to write a %T", cw)
	}
	return err
}

// dictEncoder is the part of Arrow's dictionary encoder that takes a dictionary
// as a whole; its type is internal there.
type dictEncoder interface {
	PutDictionary(arrow.Array) error
	PutIndices(arrow.Array) error
}

// writeDict writes the chunk by its own dictionary: Arrow's path hashes every
// value of every row, this one every distinct value. Statistics are set here:
// Arrow's own from a dictionary pass over the empty string.
func (b *columnBuffer) writeDict(cw *file.ByteArrayColumnChunkWriter, def []int16) error {
	enc, ok := cw.CurrentEncoder().(dictEncoder)
	if !ok {
		return fmt.Errorf("%T takes no dictionary", cw.CurrentEncoder())
	}
	words := b.dict.array()
	defer words.Release()
	if err := enc.PutDictionary(words); err != nil {
		return err
	}
	if stats, ok := cw.PageStatistics().(*metadata.ByteArrayStatistics); ok {
		stats.IncNulls(b.nulls)
		stats.IncNumValues(int64(len(b.i32)))
		if len(b.i32) > 0 {
			lo, hi := b.dict.extremes()
			stats.SetMinMax(parquet.ByteArray(lo), parquet.ByteArray(hi))
		}
	}
	return cw.WriteDictIndices(b.indices(def), def, nil)
}

// indices gives the numbers as an Arrow array, one a row: null rows hold a 0 that
// the validity bitmap hides.
func (b *columnBuffer) indices(def []int16) arrow.Array {
	values, bitmap := b.i32, []byte(nil)
	if def != nil && b.nulls > 0 {
		values, bitmap = spaced(b.i32, def)
	}
	var valid *memory.Buffer
	if bitmap != nil {
		valid = memory.NewBufferBytes(bitmap)
	}
	data := array.NewData(arrow.PrimitiveTypes.Int32, len(values),
		[]*memory.Buffer{valid, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(values))}, nil, int(b.nulls), 0)
	defer data.Release()
	return array.NewInt32Data(data)
}

func spaced(dense []int32, def []int16) (values []int32, bitmap []byte) {
	values = make([]int32, len(def))
	bitmap = make([]byte, (len(def)+7)/8)
	j := 0
	for i, d := range def {
		if d != 0 {
			values[i] = dense[j]
			bitmap[i/8] |= 1 << (i % 8)
			j++
		}
	}
	return values, bitmap
}

func (d *dictionary) array() arrow.Array {
	text := make([]byte, 0, d.bytes)
	offsets := make([]int32, 1, len(d.values)+1)
	for _, s := range d.values {
		text = append(text, s...)
		offsets = append(offsets, int32(len(text)))
	}
	data := array.NewData(arrow.BinaryTypes.String, len(d.values), []*memory.Buffer{nil,
		memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)), memory.NewBufferBytes(text)}, nil, 0, 0)
	defer data.Release()
	return array.NewStringData(data)
}
