package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// File is an opened file of one publisher: its parts can be read until it is closed.
type File struct {
	Name      string // base name
	SHA256    string // of the file's bytes, hexadecimal
	Bytes     int64  // its size
	Container string // csv (any delimited text), xlsx, ods, gzip or zip
	Parts     []Part // in the file's order
	Warnings  []string

	lim     Limits
	nested  int64 // bytes that containers within gave so far
	closers []io.Closer
}

// Open reads a file once and finds its parts. A file that is no table, corrupt or
// hostile is a *Refusal, beside which the File holds what is known of it (name, hash,
// size, container) and needs no Close; other errors are of the disk or the context.
func Open(ctx context.Context, path string, lim Limits) (*File, error) {
	disk, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := disk.Stat()
	if err != nil {
		return nil, errors.Join(err, disk.Close())
	}
	f := &File{Name: filepath.Base(path), Bytes: info.Size(), lim: lim.withDefaults(), closers: []io.Closer{disk}}
	err = f.open(ctx, disk)
	if err != nil {
		err = errors.Join(err, f.Close())
		f.Parts, f.closers = nil, nil
		var refused *Refusal
		if errors.As(err, &refused) {
			return f, refused
		}
		return nil, err
	}
	return f, nil
}

// Close gives up the file.
func (f *File) Close() error {
	var err error
	for _, c := range f.closers {
		err = errors.Join(err, c.Close())
	}
	f.closers = nil
	return err
}

// open hashes the file, along with the survey where that reads all of it anyway.
func (f *File) open(ctx context.Context, disk io.ReaderAt) error {
	sum := sha256.New()
	body, err := f.inMemory(blob{name: f.Name, r: disk, size: f.Bytes})
	if err != nil {
		return err
	}
	found, err := f.find(ctx, body, 0, func(b []byte) { sum.Write(b) })
	if !found.hashed {
		sum.Reset()
		if herr := hashAll(sum, body.r, body.size); herr != nil {
			return herr
		}
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	f.Container = found.container
	f.Parts = found.parts
	return err
}

func hashAll(sum hash.Hash, disk io.ReaderAt, size int64) error {
	_, err := io.CopyBuffer(struct{ io.Writer }{sum}, io.NewSectionReader(disk, 0, size), make([]byte, surveyBlock))
	return err
}
