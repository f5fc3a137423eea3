package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// Verify reads what was made or changed since the base again with the second
// reader and compares with the facts noted when it was written: rows, and of every
// money column sum, nulls, least and greatest, of every date column nulls and
// extremes. full also hashes every file, linked ones too, and compares every column
// with what Arrow reads.
//
// What differs is a *Disagreement (exit 4), a reader that fails is exit 1.
func (b *Building) Verify(ctx context.Context, full bool) error {
	entries := b.entries()
	if !full {
		entries = changedSince(entries, b.base)
	}
	if err := verifyFiles(ctx, b, entries, full); err != nil {
		return err
	}
	if full {
		if err := verifyDocuments(b, b.documents()); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.verified = true
	return nil
}

// changedSince leaves out the files that stand in the base with the same hash.
func changedSince(entries []FileEntry, base *Snapshot) []FileEntry {
	if base == nil {
		return entries
	}
	held := make(map[string]string)
	for _, e := range base.manifest.Files {
		held[e.Path] = e.SHA256
	}
	var changed []FileEntry
	for _, e := range entries {
		if held[e.Path] != e.SHA256 {
			changed = append(changed, e)
		}
	}
	return changed
}

// Verify is Building.Verify for a published snapshot: every file, its ledger, its
// id, and that no file lies in it that the manifest doesn't know.
func (s *Snapshot) Verify(ctx context.Context, full bool) error {
	if err := s.manifest.checkMoney(); err != nil {
		return err
	}
	if err := s.strays(); err != nil {
		return err
	}
	if err := verifyFiles(ctx, s, s.manifest.Files, full); err != nil || !full {
		return err
	}
	if err := verifyDocuments(s, s.manifest.Documents); err != nil {
		return err
	}
	if id := s.manifest.contentID(); id != s.manifest.ID || filepath.Base(s.dir) != id {
		return disagreeAt(s.dir, "the manifest's content has id %s", id)
	}
	return nil
}

// strays finds files that a query over the directory would count and the manifest
// doesn't.
func (s *Snapshot) strays() error {
	known := map[string]bool{"manifest.json": true}
	for _, e := range s.manifest.Files {
		known[e.Path] = true
	}
	for _, d := range s.manifest.Documents {
		known[d.Path] = true
	}
	return filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(s.dir, path)
		if err == nil && !known[filepath.ToSlash(rel)] {
			err = disagreeAt(path, "no file of this snapshot")
		}
		return err
	})
}

func verifyFiles(ctx context.Context, r Reader, entries []FileEntry, full bool) error {
	g, until := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	errs := make([]error, len(entries))
	for i, e := range entries {
		g.Go(func() error {
			if until.Err() != nil {
				return nil
			}
			errs[i] = verifyFile(r.FilePath(e.Path), e, full)
			return errs[i]
		})
	}
	if err := g.Wait(); err == nil {
		return ctx.Err()
	}
	for _, err := range errs { // the first by path, whichever came first by time
		if err != nil {
			return err
		}
	}
	return nil
}

func verifyFile(path string, e FileEntry, full bool) error {
	if full {
		if err := verifyHash(path, e.SHA256, e.Bytes); err != nil {
			return err
		}
	}
	return secondReading(path, e, full)
}

func verifyHash(path, want string, size int64) error {
	sum, n, err := HashFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return disagreeAt(path, "the file is gone")
	case err != nil:
		return err
	case sum != want || n != size:
		return disagreeAt(path, "the file is not as it was written: %d bytes, SHA-256 %s; recorded %d, %s", n, sum, size, want)
	}
	return nil
}

func verifyDocuments(r Reader, docs []Document) error {
	for _, d := range docs {
		if err := verifyHash(r.FilePath(d.Path), d.SHA256, d.Bytes); err != nil {
			return err
		}
	}
	return nil
}

// secondReading reads a file with the second reader and compares.
func secondReading(path string, e FileEntry, full bool) (err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return disagreeAt(path, "the file is gone")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := openSecond(f)
	if err != nil {
		return fmt.Errorf("%s: second reader: %w", path, err)
	}
	if s.rows != e.Rows {
		return disagreeAt(path, "the second reader finds %d rows, %d were written", s.rows, e.Rows)
	}
	for _, want := range e.Columns {
		got, err := s.facts(want.Name, want.Kind)
		if err != nil {
			return fmt.Errorf("%s: second reader: column %s: %w", path, want.Name, err)
		}
		if got != want {
			return disagreeAt(path, "column %s: the second reader finds %+v, written were %+v", want.Name, got, want)
		}
	}
	if !full {
		return nil
	}
	return compareReaders(path, f, s)
}
