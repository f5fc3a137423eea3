package lake

import (
	"fmt"
	"io"
	"reflect"
	"unsafe"
)

// tableWriter writes rows of one table to one Parquet file after another. Memory:
// one row group of columns, 122,880 × about 110 bytes for payments, and their text.
type tableWriter struct {
	table   Table
	columns []*columnBuffer
	file    *fileWriter
	rows    int64 // of the file
	pending int   // rows in the buffers
	blocks  bool  // whether the file's rows come as blocks
}

func newTableWriter(t Table, codec Codec) (*tableWriter, error) {
	if err := useFastZstd(); err != nil {
		return nil, err
	}
	w := &tableWriter{table: t, file: newFileWriter(t, t.writerProperties(codec))}
	for _, c := range t.Columns {
		w.columns = append(w.columns, newColumnBuffer(c))
	}
	return w, nil
}

// start begins a file. out must take every write without an error (newFile does):
// Arrow v17 drops the errors of its sink.
func (w *tableWriter) start(out io.Writer) {
	w.file.start(out)
	w.rows, w.pending, w.blocks = 0, 0, false
	for _, b := range w.columns {
		b.restart()
	}
}

// appendRows takes rows into the file begun by start. Strings must not change
// until the file is closed.
func appendRows[T any](w *tableWriter, rows []T) error {
	if w.blocks {
		return fmt.Errorf("rows of %v after blocks", w.table.row)
	}
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
		if err := b.append(unsafe.Add(rows, b.offset), n, w.table.size); err != nil {
			return err
		}
	}
	return w.took(n)
}

// took counts rows that every column has taken, and writes full row groups.
func (w *tableWriter) took(n int) error {
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
	if err := w.file.close(); err != nil {
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
	if err := w.file.group(w.columns, w.pending); err != nil {
		return err
	}
	for _, b := range w.columns {
		b.facts.Nulls += b.nulls
		b.clear()
	}
	w.pending = 0
	return nil
}

// recovered turns a panic of a Parquet library into an error.
func recovered(err *error, doing string) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("parquet library failed to %s: %v", doing, r)
	}
}
