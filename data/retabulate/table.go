package main

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A table is a CSV file of the project: UTF-8, line feeds, a header of snake_case
// names.
type table struct {
	path string // below data/, with slashes
	head []string
	rows [][]string
}

// write puts the table in place by rename, so that it is complete or absent.
func (t table) write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".retabulate-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // no effect once renamed
	w := csv.NewWriter(f)
	if err := w.WriteAll(append([][]string{t.head}, t.rows...)); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", t.path, err)
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// readRows reads a clean CSV of the shared folder, plain or gzip, as one map a
// row, keyed by its header.
func readRows(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = bufio.NewReader(f)
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	rows := make([]map[string]string, 0, len(records))
	for _, rec := range records[1:] {
		m := make(map[string]string, len(rec))
		for i, cell := range rec {
			m[strings.TrimPrefix(records[0][i], "\ufeff")] = cell
		}
		rows = append(rows, m)
	}
	return rows, nil
}

// sha256Hex is the SHA-256 of a file's bytes.
func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
