package lake

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// Pages are encoded here and handed to Arrow's page writer, which writes headers,
// offsets and the footer. Arrow's own column writers allocate every page and its
// compressed twin anew, and hash every dictionary index once more: over ten million
// payments half of the time spent on writing.
const (
	// pageRows bounds a data page: a sixth of a full row group.
	pageRows = 20_480
	// pageBytes bounds a page of texts without a dictionary.
	pageBytes = 1 << 20
	// statsBytes bounds a minimum or maximum in the footer; a longer one is left out,
	// since a shortened one would be wrong.
	statsBytes = 4096
)

var magic = []byte("PAR1")

// counted is a sink that knows where it is: Arrow's page writer asks for it.
type counted struct {
	to io.Writer
	n  int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// Tell gives the number of bytes written.
func (c *counted) Tell() int64 { return c.n }

// fileWriter writes one Parquet file of row groups; its buffers are kept from file to
// file.
type fileWriter struct {
	schema *schema.Schema
	props  *parquet.WriterProperties
	sink   counted
	meta   *metadata.FileMetaDataBuilder
	pages  file.PageWriter
	groups int16
	raw    []byte // of a page
	packed []byte // the same, compressed
	twins  []twin // of the column before, page by page
}

// twin is a compressed page that the next column's page of the same rows is equal to:
// line_first and line_last, amount and amount_once differ in few rows, and compressing
// is the dearest part of writing.
type twin struct {
	packed []byte
	holds  bool
}

func newFileWriter(t Table, props *parquet.WriterProperties) *fileWriter {
	return &fileWriter{schema: schema.NewSchema(t.parquetSchema()), props: props}
}

func (w *fileWriter) start(out io.Writer) {
	w.sink = counted{to: out}
	w.sink.Write(magic)
	w.meta = metadata.NewFileMetadataBuilder(w.schema, w.props, nil)
	w.groups = 0
}

// close writes the footer.
func (w *fileWriter) close() error {
	md, err := w.meta.Finish()
	if err != nil {
		return err
	}
	n, err := md.WriteTo(&w.sink, nil)
	if err != nil {
		return err
	}
	w.sink.Write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
	w.sink.Write(magic)
	return nil
}

// group writes the columns' buffers as a row group.
func (w *fileWriter) group(columns []*columnBuffer, rows int) error {
	rg, from := w.meta.AppendRowGroup(), w.sink.n
	for i := range w.twins {
		w.twins[i].holds = false
	}
	for i, b := range columns {
		var next *columnBuffer
		if i+1 < len(columns) {
			next = columns[i+1]
		}
		if err := w.chunk(rg.NextColumnChunk(), b, next, int16(i), rows); err != nil {
			return fmt.Errorf("column %s: %w", b.Name, err)
		}
	}
	rg.SetNumRows(rows)
	if err := rg.Finish(w.sink.n-from, w.groups); err != nil {
		return err
	}
	w.groups++
	return nil
}

// chunk writes a column of a row group; next is the column after it, or nil.
func (w *fileWriter) chunk(meta *metadata.ColumnChunkMetaDataBuilder, b, next *columnBuffer, number int16, rows int) error {
	codec := w.props.CompressionFor(b.Name)
	if err := w.turnTo(codec, meta, number); err != nil {
		return err
	}
	if b.dict != nil {
		if err := w.dictionary(b.dict); err != nil {
			return err
		}
	}
	c, err := compress.GetCodec(codec)
	if err != nil {
		return err
	}
	for at, n := (place{}), 0; at.row < rows; n++ {
		end := b.pageEnd(at, rows)
		w.raw = b.appendPage(w.raw[:0], at, end)
		if n == len(w.twins) {
			w.twins = append(w.twins, twin{})
		}
		if err := w.page(b, c, codec, end.row-at.row, &w.twins[n], b.pageEquals(next, at, end)); err != nil {
			return err
		}
		at = end
	}
	meta.SetStats(b.statistics())
	return w.pages.Close(b.dict != nil, false)
}

// turnTo sets the page writer to a column chunk.
func (w *fileWriter) turnTo(codec compress.Compression, meta *metadata.ColumnChunkMetaDataBuilder, number int16) (err error) {
	level := compress.DefaultCompressionLevel
	if w.pages != nil {
		return w.pages.Reset(&w.sink, codec, level, meta, w.groups, number, nil, nil)
	}
	w.pages, err = file.NewPageWriter(&w.sink, codec, level, meta, w.groups, number, memory.DefaultAllocator, false, nil, nil)
	return err
}

func (w *fileWriter) dictionary(d *dictionary) error {
	w.raw = w.raw[:0]
	for _, s := range d.values {
		w.raw = binary.LittleEndian.AppendUint32(w.raw, uint32(len(s)))
		w.raw = append(w.raw, s...)
	}
	_, err := w.pages.WriteDictionaryPage(file.NewDictionaryPage(memory.NewBufferBytes(w.raw), int32(len(d.values)), parquet.Encodings.Plain))
	return err
}

// page compresses and writes the data page in raw, or what tw holds of it; it is left
// there if the next column's is equal.
func (w *fileWriter) page(b *columnBuffer, c compress.Codec, codec compress.Compression, rows int, tw *twin, again bool) error {
	data := w.raw
	if codec != compress.Codecs.Uncompressed {
		data = w.compressed(c, tw, again)
	}
	encoding := parquet.Encodings.Plain
	if b.dict != nil {
		encoding = parquet.Encodings.RLEDict
	}
	p := file.NewDataPageV1(memory.NewBufferBytes(data), int32(rows), encoding, parquet.Encodings.RLE, parquet.Encodings.RLE, int32(len(w.raw)))
	defer p.Release()
	_, err := w.pages.WriteDataPage(p)
	return err
}

func (w *fileWriter) compressed(c compress.Codec, tw *twin, again bool) []byte {
	data := tw.packed
	if !tw.holds {
		if n := int(c.CompressBound(int64(len(w.raw)))); n > len(w.packed) {
			w.packed = make([]byte, n)
		}
		data = c.Encode(w.packed, w.raw)
		if again {
			tw.packed = append(tw.packed[:0], data...)
		}
	}
	tw.holds = again
	return data
}

// place is where a page begins: a row, and its value (null rows have none); of texts
// without a dictionary the byte.
type place struct{ row, value int }

// pageEnd is where the page ends that begins at a place.
func (b *columnBuffer) pageEnd(at place, rows int) place {
	end := place{row: min(at.row+pageRows, rows)}
	if b.Kind == Varchar && b.dict == nil {
		return b.plainEnd(at, end.row)
	}
	end.value = at.value + end.row - at.row
	if b.Nullable {
		end.value = at.value
		for _, d := range b.def[at.row:end.row] {
			end.value += int(d)
		}
	}
	return end
}

func (b *columnBuffer) plainEnd(at place, rows int) place {
	end := at
	for ; end.row < rows; end.row++ {
		if b.Nullable && b.def[end.row] == 0 {
			continue
		}
		n := 4 + int(binary.LittleEndian.Uint32(b.plain[end.value:]))
		if end.value+n-at.value > pageBytes && end.row > at.row {
			break
		}
		end.value += n
	}
	return end
}

// pageEquals says whether another column's page of the same rows holds the same bytes.
// Only whole numbers without nulls are compared.
func (b *columnBuffer) pageEquals(other *columnBuffer, from, to place) bool {
	if other == nil || other.Kind != b.Kind || b.Nullable || other.Nullable {
		return false
	}
	switch b.Kind {
	case Decimal, Bigint:
		return slices.Equal(b.i64[from.row:to.row], other.i64[from.row:to.row])
	case DateDay, Integer:
		return slices.Equal(b.i32[from.row:to.row], other.i32[from.row:to.row])
	}
	return false
}

// appendPage appends levels and values of a page, as they stand before compression.
func (b *columnBuffer) appendPage(dst []byte, from, to place) []byte {
	if b.Nullable {
		at := len(dst)
		dst = appendHybrid(append(dst, 0, 0, 0, 0), b.def[from.row:to.row], 1)
		binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	}
	i, j := from.value, to.value
	switch b.Kind {
	case Decimal, Bigint:
		return appendInt64s(dst, b.i64[i:j])
	case DateDay, Integer:
		return appendInt32s(dst, b.i32[i:j])
	case Double:
		for _, v := range b.f64[i:j] {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
		return dst
	case Boolean:
		return appendBools(dst, b.bools[i:j])
	}
	if b.dict != nil {
		width := indexWidth(len(b.dict.values))
		return appendHybrid(append(dst, byte(width)), b.i32[i:j], width)
	}
	return append(dst, b.plain[i:j]...)
}

func appendInt64s(dst []byte, values []int64) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
	}
	return dst
}

func appendInt32s(dst []byte, values []int32) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
	}
	return dst
}

func appendBools(dst []byte, values []bool) []byte {
	for i, v := range values {
		if i%8 == 0 {
			dst = append(dst, 0)
		}
		if v {
			dst[len(dst)-1] |= 1 << (i % 8)
		}
	}
	return dst
}

// statistics gives the footer's facts of the row group: null count, minimum and
// maximum, the latter where there is a value.
func (b *columnBuffer) statistics() metadata.EncodedStatistics {
	s := metadata.EncodedStatistics{HasNullCount: true, NullCount: b.nulls, Signed: b.Kind != Varchar}
	s.Min, s.Max = b.extremes()
	s.HasMin = s.Min != nil && len(s.Min) <= statsBytes
	s.HasMax = s.Max != nil && len(s.Max) <= statsBytes
	return s
}

func (b *columnBuffer) extremes() (lo, hi []byte) {
	switch {
	case len(b.i64) > 0:
		lo, hi := least(b.i64)
		return appendInt64s(nil, []int64{lo}), appendInt64s(nil, []int64{hi})
	case b.dict != nil && len(b.dict.values) > 0:
		lo, hi := b.dict.extremes()
		return append([]byte{}, lo...), append([]byte{}, hi...)
	case len(b.i32) > 0:
		lo, hi := least(b.i32)
		return appendInt32s(nil, []int32{lo}), appendInt32s(nil, []int32{hi})
	case len(b.f64) > 0:
		return leastFloats(b.f64)
	case len(b.bools) > 0:
		return leastBools(b.bools)
	case len(b.plain) > 0:
		return leastTexts(b.plain)
	}
	return nil, nil
}

func leastTexts(plain []byte) (lo, hi []byte) {
	for first := true; len(plain) > 0; first = false {
		n := binary.LittleEndian.Uint32(plain)
		text := plain[4:][:n]
		plain = plain[4+n:]
		if first || bytes.Compare(text, lo) < 0 {
			lo = text
		}
		if first || bytes.Compare(text, hi) > 0 {
			hi = text
		}
	}
	return append([]byte{}, lo...), append([]byte{}, hi...)
}

func least[T int32 | int64](values []T) (lo, hi T) {
	lo, hi = values[0], values[0]
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	return lo, hi
}

// leastFloats leaves NaN out, and gives a zero the sign that keeps the other zero
// within, as the format asks.
func leastFloats(values []float64) (lo, hi []byte) {
	l, h, some := math.Inf(1), math.Inf(-1), false
	for _, v := range values {
		if v == v {
			l, h, some = min(l, v), max(h, v), true
		}
	}
	if !some {
		return nil, nil
	}
	if l == 0 {
		l = math.Copysign(0, -1)
	}
	if h == 0 {
		h = 0
	}
	bits := func(v float64) []byte { return binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)) }
	return bits(l), bits(h)
}

func leastBools(values []bool) (lo, hi []byte) {
	every, some := true, false
	for _, v := range values {
		every, some = every && v, some || v
	}
	return appendBools(nil, []bool{every}), appendBools(nil, []bool{some})
}
