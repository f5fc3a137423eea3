package lake

import (
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// Facts of every file written here. They are part of the bytes, so of every hash:
// changing one makes every fragment anew only when the reading version changes.
const (
	createdBy = "hardyards lake 2"
	// rowGroupRows is DuckDB's own row group size: one thread's unit of work there.
	rowGroupRows = 122_880
)

// Codec names a compression of a Parquet file.
type Codec string

// The codecs in use: Zstandard for what is kept in bulk, Snappy for marts, which
// every BI tool reads.
const (
	Zstd   Codec = "zstd"
	Snappy Codec = "snappy"
)

func (c Codec) arrow() compress.Compression {
	if c == Snappy {
		return compress.Codecs.Snappy
	}
	return compress.Codecs.Zstd
}

// plainText holds the text columns that are near-unique and gain nothing from a
// dictionary.
func plainText(name string) bool {
	switch name {
	case "reference", "raw", "detail", "finding_id", "sha256":
		return true
	}
	return false
}

// dictionary reports whether a column's values are written through a dictionary.
// Only text is: numbers are ids, lines and amounts, near-unique all of them, or
// runs that the codec shrinks to nothing.
func (c Column) dictionary() bool { return c.Kind == Varchar && !plainText(c.Name) }

// parquetSchema is the schema of the file: the same for every file of a table.
func (t Table) parquetSchema() *schema.GroupNode {
	fields := make(schema.FieldList, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = c.node()
	}
	return schema.MustGroup(schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1))
}

func (c Column) node() schema.Node {
	rep := parquet.Repetitions.Required
	if c.Nullable {
		rep = parquet.Repetitions.Optional
	}
	logical := func(l schema.LogicalType, physical parquet.Type) schema.Node {
		return schema.MustPrimitive(schema.NewPrimitiveNodeLogical(c.Name, rep, l, physical, -1, -1))
	}
	switch c.Kind {
	case Decimal:
		return logical(schema.NewDecimalLogicalType(18, 2), parquet.Types.Int64)
	case DateDay:
		return logical(schema.DateLogicalType{}, parquet.Types.Int32)
	case Varchar:
		return logical(schema.StringLogicalType{}, parquet.Types.ByteArray)
	case Integer:
		return schema.NewInt32Node(c.Name, rep, -1)
	case Bigint:
		return schema.NewInt64Node(c.Name, rep, -1)
	case Boolean:
		return schema.NewBooleanNode(c.Name, rep, -1)
	}
	return schema.NewFloat64Node(c.Name, rep, -1)
}

func (t Table) writerProperties(codec Codec) *parquet.WriterProperties {
	return parquet.NewWriterProperties(
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithDataPageVersion(parquet.DataPageV1),
		parquet.WithCreatedBy(createdBy),
		parquet.WithCompression(codec.arrow()),
		parquet.WithStoreDecimalAsInteger(true), // we state INT64 in the schema; this keeps Arrow's own opinion the same
	)
}
