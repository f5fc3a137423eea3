package lake

import (
	"iter"
	"path/filepath"
)

// WriteOptions say how a table is written.
type WriteOptions struct {
	Codec Codec // "": Zstd
}

// WriteTable writes rows to a new Parquet file at path, complete or not at all,
// and gives the facts of what it wrote. Same rows, same bytes. A file that is
// there is replaced.
func WriteTable[T any](path string, rows []T, opt WriteOptions) (FileFacts, error) {
	one := func(yield func([]T) bool) { yield(rows) }
	return WriteBatches(path, one, opt)
}

// WriteBatches is WriteTable for rows that come in batches. Strings of a batch must
// not change before the end.
func WriteBatches[T any](path string, batches iter.Seq[[]T], opt WriteOptions) (FileFacts, error) {
	d := disk{}
	tmp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := d.remove(tmp); err != nil {
		return FileFacts{}, err
	}
	facts, err := writeTable(d, tmp, batches, opt.Codec)
	if err != nil {
		return FileFacts{}, err
	}
	return facts, d.rename(tmp, path)
}

// writeTable writes a file that must not exist, durable and read-only.
func writeTable[T any](d disk, path string, batches iter.Seq[[]T], codec Codec) (FileFacts, error) {
	w, err := newTableWriter(Schema[T](), codec)
	if err != nil {
		return FileFacts{}, err
	}
	return writeWith(d, w, path, batches)
}

// writeWith is writeTable with a writer whose buffers are used again.
func writeWith[T any](d disk, w *tableWriter, path string, batches iter.Seq[[]T]) (FileFacts, error) {
	out, err := d.create(path)
	if err != nil {
		return FileFacts{}, err
	}
	w.start(out)
	for rows := range batches {
		if err := appendRows(w, rows); err != nil {
			out.abandon()
			return FileFacts{}, err
		}
	}
	return finishTable(w, out)
}

func finishTable(w *tableWriter, out *newFile) (FileFacts, error) {
	facts, err := w.close()
	if err != nil {
		out.abandon()
		return FileFacts{}, err
	}
	if err := out.finish(); err != nil {
		return FileFacts{}, err
	}
	facts.Bytes, facts.SHA256 = out.n, out.sum()
	return facts, nil
}

// ReadTable reads a whole Parquet file of rows of T. Columns that the file lacks
// are null; columns that T lacks are passed over.
func ReadTable[T any](path string) ([]T, error) {
	r, err := newTableReader(Schema[T](), nil)
	if err != nil {
		return nil, err
	}
	var all []T
	_, err = readFile(r, path, nil, func(rows []T) error {
		all = append(all, rows...)
		return nil
	})
	return all, err
}
