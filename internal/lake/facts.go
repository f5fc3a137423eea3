package lake

import "hardyards/internal/police"

// ColumnFacts are what a money or date column of a file holds. Sum, Min and Max
// are pence for money and days since 1970 for dates (whose Sum is 0); with no
// value, Min and Max are 0.
type ColumnFacts struct {
	Name  string `json:"name"`
	Kind  Kind   `json:"type"`
	Nulls int64  `json:"nulls"`
	Sum   int64  `json:"sum"`
	Min   int64  `json:"min"`
	Max   int64  `json:"max"`
}

// FileFacts are what a written Parquet file holds: taken from the values on their
// way in, and compared by Verify with what a second reader finds in the file.
type FileFacts struct {
	Rows    int64         `json:"rows"`
	Bytes   int64         `json:"bytes"`
	SHA256  string        `json:"sha256"`
	Columns []ColumnFacts `json:"columns,omitempty"` // every DECIMAL and DATE column
}

// Pence gives the sum of a money column; 0 where the file has no such column.
func (f FileFacts) Pence(column string) police.Pence {
	for _, c := range f.Columns {
		if c.Name == column {
			return police.Pence(c.Sum)
		}
	}
	return 0
}
