package lake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// FileEntry is a Parquet file of a fragment or snapshot.
type FileEntry struct {
	Path  string `json:"path"` // relative to the fragment or snapshot, with slashes
	Table string `json:"table"`
	FileFacts
}

// PayerYear gives payer and financial year of a partitioned file, from its path.
func (e FileEntry) PayerYear() (police.PayerKey, police.FinancialYear) {
	dir := path.Dir(e.Path)
	if y, ok := strings.CutPrefix(path.Base(dir), "p_fy="); ok {
		p, _ := strings.CutPrefix(path.Base(path.Dir(dir)), "p_payer=")
		return police.PayerKey(p), police.FinancialYear(y)
	}
	return police.PayerKey(dir), police.FinancialYear(strings.TrimSuffix(path.Base(e.Path), ".parquet"))
}

// FragmentRecord is what a fragment says of the file it was made from: its
// ledger.json.
type FragmentRecord struct {
	Key           string          `json:"key"`
	SHA256        string          `json:"sha256"` // of the published file
	Name          string          `json:"name"`
	Publisher     string          `json:"publisher"`
	Layout        string          `json:"layout"`
	ReaderVersion string          `json:"reader_version"`
	Parts         []police.Part   `json:"-"` // written with column names, null for unknown
	Ledgers       []police.Ledger `json:"-"`
	Explanation   json.RawMessage `json:"explanation,omitempty"`
	Files         []FileEntry     `json:"files"` // set by Commit
}

type fragmentJSON struct {
	FragmentRecord
	Parts   jsonRows[police.Part]   `json:"parts"`
	Ledgers jsonRows[police.Ledger] `json:"ledgers"`
}

// recordName is the file whose presence makes a directory a fragment.
const recordName = "ledger.json"

// Fragment is what one published file became. It never changes.
type Fragment struct {
	Record FragmentRecord
	dir    string
}

// PartFile is one payer and year of a fragment: a Parquet file of payments, sorted.
type PartFile struct {
	Fragment string // key
	Payer    police.PayerKey
	FinYear  police.FinancialYear
	Path     string // of the file
	Facts    FileFacts
}

// HasFragment reports whether a fragment exists. One that does is never made again.
func (l *Lake) HasFragment(key string) bool {
	_, err := os.Stat(l.path("fragments", key, recordName))
	return err == nil || l.isStaged(key)
}

// Fragment opens a fragment; fs.ErrNotExist where there is none.
func (l *Lake) Fragment(key string) (*Fragment, error) {
	dir := l.path("fragments", key)
	data := l.stagedRecord(key)
	if data == nil {
		var err error
		if data, err = os.ReadFile(filepath.Join(dir, recordName)); err != nil {
			return nil, fmt.Errorf("fragment %s: %w", key, err)
		}
	}
	var rec fragmentJSON
	if err := json.Unmarshal(data, &rec); err != nil {
		return nil, fmt.Errorf("fragment %s: %s: %w", key, recordName, err)
	}
	rec.FragmentRecord.Parts, rec.FragmentRecord.Ledgers = rec.Parts, rec.Ledgers
	return &Fragment{Record: rec.FragmentRecord, dir: dir}, nil
}

// KnownFragment gives a fragment whose record was read before, without reading it.
func (l *Lake) KnownFragment(rec FragmentRecord) *Fragment {
	return &Fragment{Record: rec, dir: l.path("fragments", rec.Key)}
}

// FragmentKeys lists all fragments, sorted.
func (l *Lake) FragmentKeys() ([]string, error) {
	dirs, err := os.ReadDir(l.path("fragments"))
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, e := range dirs {
		if e.IsDir() {
			keys = append(keys, e.Name())
		}
	}
	return keys, nil
}

// RemoveFragment removes a fragment for good: for forget, and for nothing else.
func (l *Lake) RemoveFragment(key string) error {
	// Out of sight first, so that a half-removed fragment never counts as one.
	gone, err := l.scratch("gone")
	if err != nil {
		return err
	}
	err = l.disk.rename(l.path("fragments", key), filepath.Join(gone, key))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		err = l.disk.syncDir(l.path("fragments"))
	}
	return errors.Join(err, l.disk.removeAll(gone))
}

// Parts gives the payments of the fragment by payer and year, in path order.
func (f *Fragment) Parts() []PartFile {
	var parts []PartFile
	for _, e := range f.Record.Files {
		if e.Table == "payments" {
			payer, fy := e.PayerYear()
			parts = append(parts, PartFile{f.Record.Key, payer, fy, f.file(e.Path), e.FileFacts})
		}
	}
	return parts
}

// Side gives the path and facts of the fragment's rejections or measures; ok is
// false where it has none.
func (f *Fragment) Side(table string) (file string, facts FileFacts, ok bool) {
	for _, e := range f.Record.Files {
		if e.Table == table {
			return f.file(e.Path), e.FileFacts, true
		}
	}
	return "", FileFacts{}, false
}

func (f *Fragment) file(rel string) string { return filepath.Join(f.dir, filepath.FromSlash(rel)) }

// Rejects reads the rejections and exclusions.
func (f *Fragment) Rejects() ([]police.Reject, error) {
	return readSide[police.Reject](f, "rejections")
}

// Measures reads the measures.
func (f *Fragment) Measures() ([]police.MeasureValue, error) {
	return readSide[police.MeasureValue](f, "measures")
}

func readSide[T any](f *Fragment, table string) ([]T, error) {
	file, _, ok := f.Side(table)
	if !ok {
		return nil, nil
	}
	return ReadTable[T](file)
}

// FragmentWriter makes a fragment beside; it exists when Commit returns. One
// goroutine uses it.
type FragmentWriter struct {
	lake     *Lake
	disk     disk
	key, dir string
	files    []FileEntry

	payments *tableWriter // of the partition being written
	out      *newFile
	rel      string
	rejects  sideWriter[police.Reject]
	measures sideWriter[police.MeasureValue]
}

// NewFragment begins a fragment.
func (l *Lake) NewFragment(key string) (*FragmentWriter, error) {
	dir, err := l.scratch("fragment")
	if err != nil {
		return nil, err
	}
	w := &FragmentWriter{lake: l, disk: l.disk.lazily(), key: key, dir: dir}
	w.rejects.table, w.measures.table = "rejections", "measures"
	return w, nil
}

// Payments appends payments of one payer and year. The rows of a partition come
// one after the other, in any number of calls, sorted by paid_on, payee and
// line_first; a partition can't be taken up again. A row group is kept in memory
// until it is full: the rows' strings must not change before Commit.
func (w *FragmentWriter) Payments(payer police.PayerKey, fy police.FinancialYear, rows []police.Payment) error {
	if err := w.turnTo(payer, fy); err != nil {
		return err
	}
	return appendRows(w.payments, rows)
}

// turnTo begins a partition's file, unless it is begun.
func (w *FragmentWriter) turnTo(payer police.PayerKey, fy police.FinancialYear) error {
	rel := string(payer) + "/" + string(fy) + ".parquet"
	if rel == w.rel {
		return nil
	}
	return w.begin(payer, fy, rel)
}

func (w *FragmentWriter) begin(payer police.PayerKey, fy police.FinancialYear, rel string) error {
	if err := w.endPartition(); err != nil {
		return err
	}
	if err := pathSafe(string(payer), string(fy)); err != nil {
		return err
	}
	if slices.ContainsFunc(w.files, func(e FileEntry) bool { return e.Path == rel }) {
		return fmt.Errorf("fragment %s: payer %s and year %s come twice", w.key, payer, fy)
	}
	if err := w.disk.mkdirAll(filepath.Join(w.dir, string(payer))); err != nil {
		return err
	}
	out, err := w.disk.create(filepath.Join(w.dir, filepath.FromSlash(rel)))
	if err != nil {
		return err
	}
	if w.payments == nil {
		if w.payments, err = w.lake.paymentWriter(); err != nil {
			return err
		}
	}
	w.out, w.rel = out, rel
	w.payments.start(out)
	return nil
}

// pathSafe refuses what can't stand as a directory's name in a partition.
func pathSafe(names ...string) error {
	for _, s := range names {
		if s == "" || s == "." || s == ".." || strings.ContainsAny(s, `/\:*?"<>|=%`) || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return fmt.Errorf("%q can't name a partition", s)
		}
	}
	return nil
}

func (w *FragmentWriter) endPartition() error {
	if w.out == nil {
		return nil
	}
	facts, err := finishTable(w.payments, w.out)
	w.files = append(w.files, FileEntry{Path: w.rel, Table: "payments", FileFacts: facts})
	w.out, w.rel = nil, ""
	return err
}

// Rejects appends rejections and exclusions.
func (w *FragmentWriter) Rejects(rows []police.Reject) error { return w.rejects.append(w, rows) }

// Measures appends measures.
func (w *FragmentWriter) Measures(rows []police.MeasureValue) error {
	return w.measures.append(w, rows)
}

// Commit makes the fragment durable, read-only and visible, at once (durable later
// where StageFragments says so). Where another process has made the same fragment
// meanwhile, that one stays.
func (w *FragmentWriter) Commit(rec FragmentRecord) (err error) {
	defer w.Abort()
	if err := errors.Join(w.endPartition(), w.rejects.end(w), w.measures.end(w)); err != nil {
		return err
	}
	slices.SortFunc(w.files, func(a, b FileEntry) int { return strings.Compare(a.Path, b.Path) })
	rec.Key, rec.Files = w.key, w.files
	data, err := json.MarshalIndent(fragmentJSON{rec, rec.Parts, rec.Ledgers}, "", " ")
	if err != nil {
		return fmt.Errorf("fragment %s: %w", w.key, err)
	}
	d := w.disk
	if _, err := d.writeWhole(filepath.Join(w.dir, recordName), append(data, '\n')); err != nil {
		return err
	}
	if w.lake.staging() {
		dir := w.dir
		w.dir = ""
		return w.lake.stage(w.key, dir, w.bytes())
	}
	if err := d.syncAll(w.dir); err != nil {
		return err
	}
	to := w.lake.path("fragments", w.key)
	if err := d.rename(w.dir, to); err != nil {
		if w.lake.HasFragment(w.key) {
			return nil
		}
		return err
	}
	return d.syncDir(w.lake.path("fragments"))
}

func (w *FragmentWriter) bytes() (n int64) {
	for _, e := range w.files {
		n += e.Bytes
	}
	return n
}

// Abort throws away what Commit has not made visible. It may follow Commit.
func (w *FragmentWriter) Abort() {
	if w.payments != nil {
		w.lake.giveBack(w.payments)
		w.payments = nil
	}
	for _, out := range []*newFile{w.out, w.rejects.out, w.measures.out} {
		if out != nil {
			out.abandon()
		}
	}
	w.out, w.rejects.out, w.measures.out = nil, nil, nil
	if w.dir == "" {
		return // staged
	}
	if _, err := os.Stat(w.dir); err == nil {
		w.disk.removeAll(w.dir)
	}
}

// sideWriter writes a fragment's one file of rejections or measures.
type sideWriter[T any] struct {
	table string
	w     *tableWriter
	out   *newFile
}

func (s *sideWriter[T]) append(f *FragmentWriter, rows []T) (err error) {
	if len(rows) == 0 {
		return nil
	}
	if s.out == nil {
		if s.w, err = newTableWriter(Schema[T](), Zstd); err != nil {
			return err
		}
		if s.out, err = f.disk.create(filepath.Join(f.dir, s.table+".parquet")); err != nil {
			return err
		}
		s.w.start(s.out)
	}
	return appendRows(s.w, rows)
}

func (s *sideWriter[T]) end(f *FragmentWriter) error {
	if s.out == nil {
		return nil
	}
	facts, err := finishTable(s.w, s.out)
	s.out, s.w = nil, nil
	f.files = append(f.files, FileEntry{Path: s.table + ".parquet", Table: s.table, FileFacts: facts})
	return err
}
