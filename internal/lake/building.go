package lake

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"hardyards/internal/police"
)

// Building is a snapshot being made, beside the lake's published ones. Its methods
// may be called from several goroutines; what is written can be read at once.
type Building struct {
	lake *Lake
	disk disk // lazy: Publish makes all of it durable at once
	base *Snapshot
	dir  string

	mu       sync.Mutex
	files    map[string]FileEntry // by path
	docs     map[string]Document  // by path
	tables   map[string]Table     // by table, of those whose schema is known
	made     map[string]bool      // directories
	verified bool
}

// Begin begins a snapshot. base, which may be nil, is the one that unchanged files
// come from: Verify passes them over unless full.
func (l *Lake) Begin(base *Snapshot) (*Building, error) {
	dir, err := l.scratch("snapshot")
	if err != nil {
		return nil, err
	}
	return &Building{lake: l, disk: l.disk.lazily(), base: base, dir: dir,
		files: make(map[string]FileEntry), docs: make(map[string]Document), tables: bulkTables(), made: make(map[string]bool)}, nil
}

// bulkTables are the tables that lie in folders of their own, which any number of
// files may make up.
func bulkTables() map[string]Table {
	return map[string]Table{
		"payments":   Schema[police.Payment](),
		"superseded": Schema[police.Superseded](),
		"rejections": Schema[police.Reject](),
		"measures":   Schema[police.MeasureValue](),
		"parts":      Schema[police.Part](),
		"ledger":     Schema[police.Ledger](),
	}
}

// Base gives the snapshot the building started from, or nil.
func (b *Building) Base() *Snapshot { return b.base }

// PartitionPath gives the path, in a snapshot, of a file of payments or superseded.
func PartitionPath(table string, payer police.PayerKey, fy police.FinancialYear, name string) string {
	return path.Join(table, "p_payer="+string(payer), "p_fy="+string(fy), name+".parquet")
}

// Files implements Reader.
func (b *Building) Files(table string) []FileEntry { return filesOf(b.entries(), table) }

// FilePath implements Reader.
func (b *Building) FilePath(rel string) string {
	return filepath.Join(b.dir, filepath.FromSlash(rel))
}

// ScanPayments implements Reader.
func (b *Building) ScanPayments(ctx context.Context, filter Filter, fn func([]police.Payment) error) error {
	return scanPayments(ctx, b, filter, fn)
}

func (b *Building) entries() []FileEntry {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]FileEntry, 0, len(b.files))
	for _, e := range b.files {
		all = append(all, e)
	}
	slices.SortFunc(all, func(x, y FileEntry) int { return strings.Compare(x.Path, y.Path) })
	return all
}

// place makes the directory of rel, which no other file may have, and gives its
// place on disk.
func (b *Building) place(rel string) (string, error) {
	if path.Clean(rel) != rel || path.IsAbs(rel) || strings.HasPrefix(rel, "../") {
		return "", fmt.Errorf("%q is no path in a snapshot", rel)
	}
	b.mu.Lock()
	_, taken := b.files[rel]
	b.mu.Unlock()
	if taken {
		return "", fmt.Errorf("%s: written twice", rel)
	}
	at := b.FilePath(rel)
	return at, b.makeDir(filepath.Dir(at))
}

// makeDir makes a directory once: ten thousand links ask for nine hundred.
func (b *Building) makeDir(dir string) error {
	b.mu.Lock()
	made := b.made[dir]
	b.mu.Unlock()
	if made {
		return nil
	}
	if err := b.disk.mkdirAll(dir); err != nil {
		return err
	}
	b.mu.Lock()
	b.made[dir] = true
	b.mu.Unlock()
	return nil
}

func (b *Building) note(e FileEntry, t Table) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.files[e.Path] = e
	b.verified = false
	if t.Columns != nil {
		b.tables[e.Table] = t
	}
}

// LinkFile puts a file that exists (of a fragment, or of the base) into the
// snapshot at rel: a hard link, or a copy where none can be made. facts are those
// recorded when it was written.
func (b *Building) LinkFile(table, rel, src string, facts FileFacts) error {
	at, err := b.place(rel)
	if err != nil {
		return err
	}
	if err := b.disk.link(src, at); err != nil {
		return err
	}
	b.note(FileEntry{Path: rel, Table: table, FileFacts: facts}, Table{})
	return nil
}

// LinkPart links a fragment's payments of one payer and year.
func (b *Building) LinkPart(p PartFile) error {
	return b.LinkFile("payments", PartitionPath("payments", p.Payer, p.FinYear, p.Fragment), p.Path, p.Facts)
}

// LinkTable links every file that a table has in the base, CSV twins too.
func (b *Building) LinkTable(table string) error {
	if b.base == nil {
		return fmt.Errorf("table %s: no snapshot to take it from", table)
	}
	for _, e := range b.base.Files(table) {
		if err := b.LinkFile(table, e.Path, b.base.FilePath(e.Path), e.FileFacts); err != nil {
			return err
		}
	}
	for _, d := range b.base.manifest.Documents {
		if d.Path == "marts/"+table+".csv" {
			if err := b.disk.link(b.base.FilePath(d.Path), b.FilePath(d.Path)); err != nil {
				return err
			}
			b.addDocument(d)
		}
	}
	return nil
}

func (b *Building) addDocument(d Document) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.docs[d.Path] = d
}

// WritePayments writes payments of one payer and year, sorted by the caller, as
// payments/p_payer=…/p_fy=…/<name>.parquet.
func (b *Building) WritePayments(payer police.PayerKey, fy police.FinancialYear, name string, rows []police.Payment) (FileFacts, error) {
	return b.writePayments(payer, fy, name, one(rows))
}

func (b *Building) writePayments(payer police.PayerKey, fy police.FinancialYear, name string, batches iter.Seq[[]police.Payment]) (FileFacts, error) {
	if err := pathSafe(string(payer), string(fy), name); err != nil {
		return FileFacts{}, err
	}
	w, err := b.lake.paymentWriter()
	if err != nil {
		return FileFacts{}, err
	}
	defer b.lake.giveBack(w)
	return writePart(b, w, "payments", PartitionPath("payments", payer, fy, name), batches)
}

// WriteSuperseded writes rows that don't count as
// superseded/p_payer=…/p_fy=…/<name>.parquet.
func (b *Building) WriteSuperseded(payer police.PayerKey, fy police.FinancialYear, name string, rows []police.Superseded) (FileFacts, error) {
	if err := pathSafe(string(payer), string(fy), name); err != nil {
		return FileFacts{}, err
	}
	return writeNew(b, "superseded", PartitionPath("superseded", payer, fy, name), rows, Zstd)
}

// AddTable writes rows as <table>/<name>.parquet: rejections, measures, parts,
// ledger, and any further table in bulk.
func AddTable[T any](b *Building, table, name string, rows []T) (FileFacts, error) {
	if err := pathSafe(table, name); err != nil {
		return FileFacts{}, err
	}
	return writeNew(b, table, table+"/"+name+".parquet", rows, Zstd)
}

// WriteMart writes a mart: marts/<name>.parquet and, for spreadsheets, its twin
// marts/<name>.csv.
func WriteMart[T any](b *Building, name string, rows []T) error {
	if err := pathSafe(name); err != nil {
		return err
	}
	if _, err := writeNew(b, name, "marts/"+name+".parquet", rows, Snappy); err != nil {
		return err
	}
	doc, err := writeCSV(b.disk, b.FilePath("marts/"+name+".csv"), rows)
	if err != nil {
		return err
	}
	doc.Path = "marts/" + name + ".csv"
	b.addDocument(doc)
	return nil
}

func one[T any](rows []T) iter.Seq[[]T] { return func(yield func([]T) bool) { yield(rows) } }

func writeNew[T any](b *Building, table, rel string, rows []T, codec Codec) (FileFacts, error) {
	w, err := newTableWriter(Schema[T](), codec)
	if err != nil {
		return FileFacts{}, err
	}
	return writePart(b, w, table, rel, one(rows))
}

func writePart[T any](b *Building, w *tableWriter, table, rel string, batches iter.Seq[[]T]) (FileFacts, error) {
	at, err := b.place(rel)
	if err != nil {
		return FileFacts{}, err
	}
	facts, err := writeWith(b.disk, w, at, batches)
	if err != nil {
		return FileFacts{}, fmt.Errorf("%s: %w", rel, err)
	}
	b.note(FileEntry{Path: rel, Table: table, FileFacts: facts}, w.table)
	return facts, nil
}

// Abort throws the building away. It may follow Publish.
func (b *Building) Abort() {
	if _, err := os.Stat(b.dir); err == nil {
		b.disk.removeAll(b.dir)
	}
}
