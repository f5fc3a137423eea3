package lake

import (
	"context"
	"fmt"
	"os"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// ReadText reads a Parquet file of flat columns, not necessarily one of ours, as
// text by column: decimals with their digits, floats so that they read back
// exactly, nulls empty. It serves `fit`, which reads numbers from their digits.
func ReadText(path string) (names []string, columns [][]string, err error) {
	defer recovered(&err, "read")
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	pr, err := file.NewParquetReader(f)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	reader, err := pqarrow.NewFileReader(pr, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	table, err := reader.ReadTable(context.Background())
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	defer table.Release()
	for k := range int(table.NumCols()) {
		column := table.Column(k)
		text := make([]string, 0, column.Len())
		for _, chunk := range column.Data().Chunks() {
			for i := range chunk.Len() {
				if chunk.IsNull(i) {
					text = append(text, "")
					continue
				}
				text = append(text, chunk.ValueStr(i))
			}
		}
		names, columns = append(names, column.Name()), append(columns, text)
	}
	return names, columns, nil
}
