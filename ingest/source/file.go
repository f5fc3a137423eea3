package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"
)

// File is an opened file of one publisher: its parts can be read until it is closed.
type File struct {
	Name      string // base name
	SHA256    string // of the file's bytes, hexadecimal
	Bytes     int64  // its size
	Container string // csv (any delimited text), xlsx, ods, gzip or zip
	Parts     []Part // in the file's order
	Warnings  []string

	closers []io.Closer
}

// Open reads a file once and finds its parts. A file that is no table, corrupt or
// hostile is a *Refusal; other errors are of the disk or the context.
func Open(ctx context.Context, path string, lim Limits) (*File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	f := &File{Name: filepath.Base(path), SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(b)), Container: "csv"}
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		f.Container = "xlsx"
		x, err := excelize.OpenReader(bytes.NewReader(b))
		if err != nil {
			return nil, &Refusal{Reason: "corrupt workbook", Err: err}
		}
		for _, s := range x.GetSheetList() {
			rows, err := x.GetRows(s, excelize.Options{RawCellValue: true})
			if err != nil {
				return nil, err
			}
			f.Parts = append(f.Parts, &slow{name: s, rows: rows, ev: Evidence{Container: "xlsx"}})
		}
		return f, nil
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	rows, _ := r.ReadAll()
	f.Parts = []Part{&slow{name: f.Name, rows: rows, ev: Evidence{Container: "csv", Encoding: "utf-8", Delimiter: ",", Quote: `"`}}}
	return f, nil
}

// Close gives up the file.
func (f *File) Close() error {
	var err error
	for _, c := range f.closers {
		err = errors.Join(err, c.Close())
	}
	return err
}

type slow struct {
	name string
	rows [][]string
	ev   Evidence
}

func (s *slow) Name() string       { return s.name }
func (s *slow) Evidence() Evidence { return s.ev }
func (s *slow) Read(_ context.Context, each func(*Batch) error) error {
	for i, row := range s.rows {
		r := Record{First: int32(i + 1), Last: int32(i + 1)}
		for _, c := range row {
			r.Cells = append(r.Cells, []byte(c))
		}
		if err := each(&Batch{Records: []Record{r}}); err != nil {
			if errors.Is(err, Stop) {
				return nil
			}
			return err
		}
	}
	return nil
}

func (s *slow) Proof(_ context.Context, spec ProofSpec) (Proof, error) {
	var p Proof
	for i, row := range s.rows {
		if int32(i+1) < spec.From {
			continue
		}
		p.Records++
		col := -1
		for _, c := range spec.Columns {
			if c.Line <= int32(i+1) {
				col = c.Column
			}
		}
		if col >= 0 && col < len(row) {
			if v, ok := spec.Parse([]byte(row[col])); ok {
				p.Amounts++
				p.Pence += v
			}
		}
	}
	return p, nil
}
