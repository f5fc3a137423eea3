package lake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// Reader is what can be read table by table: a published Snapshot, or a Building
// that is not published yet.
type Reader interface {
	// Files lists the files of a table in path order.
	Files(table string) []FileEntry
	// FilePath gives the place of a file on disk.
	FilePath(rel string) string
	// ScanPayments calls fn with batches of payments that pass the filter, file by
	// file in path order. The batch is used again; its strings stay valid.
	ScanPayments(ctx context.Context, filter Filter, fn func([]police.Payment) error) error
}

// Filter says which payments to read. The zero value: all, every column.
type Filter struct {
	Payers []police.PayerKey      // nil: all
	Years  []police.FinancialYear // nil: all
	// Columns are the columns wanted, nil for all. Fields of other columns are
	// zero. Few columns are several times quicker.
	Columns []string
}

func (f Filter) passes(e FileEntry) bool {
	payer, fy := e.PayerYear()
	return (f.Payers == nil || slices.Contains(f.Payers, payer)) && (f.Years == nil || slices.Contains(f.Years, fy))
}

// Snapshot is a published state of the lake. It never changes.
type Snapshot struct {
	dir      string
	manifest Manifest
}

// snapshotID is the form of an id, so that CURRENT can't name a path elsewhere.
var snapshotID = regexp.MustCompile(`^[0-9a-f]{16}$`)

// CurrentID gives the id in CURRENT; "" where nothing is published.
func (l *Lake) CurrentID() (string, error) {
	data, err := os.ReadFile(l.path("CURRENT"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	id := strings.TrimSpace(string(data))
	if !snapshotID.MatchString(id) {
		return "", fmt.Errorf("%s: %q is no snapshot id", l.path("CURRENT"), id)
	}
	return id, nil
}

// Current opens the published snapshot, once: what is published later is not seen
// through it. It is nil where nothing is published.
func (l *Lake) Current() (*Snapshot, error) {
	id, err := l.CurrentID()
	if err != nil || id == "" {
		return nil, err
	}
	return l.Snapshot(id)
}

// Snapshot opens a snapshot by id, or by "current" or "previous".
func (l *Lake) Snapshot(id string) (*Snapshot, error) {
	id, err := l.resolve(id)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{dir: l.path("snapshots", id)}
	data, err := os.ReadFile(filepath.Join(s.dir, "manifest.json"))
	if err != nil {
		return nil, fmt.Errorf("snapshot %s: %w", id, err)
	}
	if err := json.Unmarshal(data, &s.manifest); err != nil {
		return nil, fmt.Errorf("snapshot %s: manifest.json: %w", id, err)
	}
	return s, nil
}

func (l *Lake) resolve(name string) (string, error) {
	known, err := l.Snapshots()
	if err != nil {
		return "", err
	}
	switch name {
	case "current":
		if name, err = l.CurrentID(); err != nil {
			return "", err
		}
	case "previous":
		name = previous(known)
	}
	if !slices.ContainsFunc(known, func(s SnapshotInfo) bool { return s.ID == name }) {
		return "", police.Exitf(police.ExitUsage, "list them with: hardyards snapshots", "no snapshot %q in this lake", name)
	}
	return name, nil
}

// previous gives the snapshot that was published before the current one.
func previous(known []SnapshotInfo) string {
	for i, s := range known {
		if s.Current && i > 0 {
			return known[i-1].ID
		}
	}
	return ""
}

// ID gives the snapshot's id: a hash of what is in it.
func (s *Snapshot) ID() string { return s.manifest.ID }

// Dir gives the snapshot's directory.
func (s *Snapshot) Dir() string { return s.dir }

// Manifest gives what the snapshot says of itself.
func (s *Snapshot) Manifest() Manifest { return s.manifest }

// Files implements Reader.
func (s *Snapshot) Files(table string) []FileEntry { return filesOf(s.manifest.Files, table) }

// FilePath implements Reader.
func (s *Snapshot) FilePath(rel string) string {
	return filepath.Join(s.dir, filepath.FromSlash(rel))
}

// ScanPayments implements Reader.
func (s *Snapshot) ScanPayments(ctx context.Context, filter Filter, fn func([]police.Payment) error) error {
	return scanPayments(ctx, s, filter, fn)
}

func filesOf(files []FileEntry, table string) []FileEntry {
	var of []FileEntry
	for _, e := range files {
		if e.Table == table {
			of = append(of, e)
		}
	}
	return of
}

func scanPayments(ctx context.Context, r Reader, filter Filter, fn func([]police.Payment) error) error {
	tr, err := newTableReader(Schema[police.Payment](), filter.Columns)
	if err != nil {
		return err
	}
	var rows []police.Payment
	for _, e := range r.Files("payments") {
		if !filter.passes(e) || e.Rows == 0 {
			continue
		}
		rows, err = readFile(tr, r.FilePath(e.Path), rows, func(batch []police.Payment) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return fn(batch)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ReadPayments reads a file of payments, as ScanPayments does a snapshot.
func ReadPayments(path string, columns []string, fn func([]police.Payment) error) error {
	tr, err := newTableReader(Schema[police.Payment](), columns)
	if err != nil {
		return err
	}
	_, err = readFile(tr, path, nil, fn)
	return err
}

// ReadAll reads a whole table; an unknown one is an error, so that a misspelt name
// is no empty table.
func ReadAll[T any](r Reader, table string) ([]T, error) {
	n := int64(0)
	for _, e := range r.Files(table) {
		n += e.Rows
	}
	all := make([]T, 0, n)
	err := ScanTable(r, table, func(batch []T) error {
		all = append(all, batch...)
		return nil
	})
	return all, err
}

// ScanTable calls fn with batches of a table's rows, which are valid until it returns:
// for tables that grow with the payments.
func ScanTable[T any](r Reader, table string, fn func([]T) error) error {
	files := r.Files(table)
	if len(files) == 0 {
		return fmt.Errorf("no table %q in this snapshot", table)
	}
	tr, err := newTableReader(Schema[T](), nil)
	if err != nil {
		return err
	}
	var rows []T
	for _, e := range files {
		if rows, err = readFile(tr, r.FilePath(e.Path), rows, fn); err != nil {
			return err
		}
	}
	return nil
}
