package lake

import (
	"io"
	"sync"

	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/klauspost/compress/zstd"
)

// pooledZstd is Zstandard at its fastest level with encoders that are kept. Arrow
// v17 makes a new encoder, about a megabyte of tables, for every page it writes.
type pooledZstd struct {
	compress.Codec // decoding stays Arrow's own
	encoders       sync.Pool
}

// useFastZstd puts pooledZstd in the place of Arrow's own codec: RegisterCodec is
// Arrow's door for that and is process-wide, hence once.
var useFastZstd = sync.OnceValue(func() error {
	old, err := compress.GetCodec(compress.Codecs.Zstd)
	if err != nil {
		return err
	}
	compress.RegisterCodec(compress.Codecs.Zstd, &pooledZstd{Codec: old})
	return nil
})

func (z *pooledZstd) encoder() *zstd.Encoder {
	if e, ok := z.encoders.Get().(*zstd.Encoder); ok {
		return e
	}
	// One block at a time, and no farther back than most pages are long: an encoder
	// holds two windows. The checksum has every reader notice damage to a page, even
	// to bytes that no codec makes smaller.
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(true), zstd.WithWindowSize(256<<10), zstd.WithZeroFrames(true))
	if err != nil {
		panic("lake: zstd options: " + err.Error())
	}
	return e
}

// Encode implements compress.Codec.
func (z *pooledZstd) Encode(dst, src []byte) []byte { return z.EncodeLevel(dst, src, 0) }

// EncodeLevel implements compress.Codec; the level is always the fastest.
func (z *pooledZstd) EncodeLevel(dst, src []byte, _ int) []byte {
	e := z.encoder()
	defer z.encoders.Put(e)
	return e.EncodeAll(src, dst[:0])
}

// NewWriterLevel implements compress.Codec.
func (z *pooledZstd) NewWriterLevel(w io.Writer, _ int) (io.WriteCloser, error) {
	return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest))
}
