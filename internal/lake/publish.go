package lake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hardyards/internal/police"
)

// Publish verifies what Verify has not, writes manifest, catalogue, data package
// and README, makes all of it durable, and swaps the lake over to it. At any
// instant the lake shows the former snapshot whole, or this one whole. Old ones are
// pruned afterwards: an error beside a snapshot is one of pruning, the snapshot is
// published.
func (b *Building) Publish(ctx context.Context, m Manifest) (*Snapshot, error) {
	defer b.Abort()
	if err := b.fillEmpty(); err != nil {
		return nil, err
	}
	if !b.isVerified() {
		if err := b.Verify(ctx, false); err != nil {
			return nil, err
		}
	}
	if err := m.complete(b.entries(), b.documents()); err != nil {
		return nil, err
	}
	if err := b.writeDocuments(&m); err != nil {
		return nil, err
	}
	if err := b.disk.syncAll(b.dir); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err // the last moment at which a signal leaves all as it was
	}
	if err := b.moveIn(m.ID); err != nil {
		return nil, err
	}
	if err := b.lake.makeCurrent(m.ID); err != nil {
		return nil, err
	}
	return &Snapshot{dir: b.lake.path("snapshots", m.ID), manifest: m}, b.lake.prune()
}

func (b *Building) isVerified() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.verified
}

func (b *Building) documents() []Document {
	b.mu.Lock()
	defer b.mu.Unlock()
	docs := []Document{}
	for _, d := range b.docs {
		docs = append(docs, d)
	}
	slices.SortFunc(docs, func(x, y Document) int { return strings.Compare(x.Path, y.Path) })
	return docs
}

// fillEmpty gives each table in bulk that has no file an empty one with the full
// schema: a query over a table that holds nothing yet answers 0, not an error.
func (b *Building) fillEmpty() error {
	none := police.PayerKey("x-none")
	for _, fill := range []struct {
		table string
		write func() (FileFacts, error)
	}{
		{"payments", func() (FileFacts, error) { return b.WritePayments(none, police.UnknownYear, "empty", nil) }},
		{"superseded", func() (FileFacts, error) { return b.WriteSuperseded(none, police.UnknownYear, "empty", nil) }},
		{"rejections", func() (FileFacts, error) { return AddTable[police.Reject](b, "rejections", "empty", nil) }},
		{"measures", func() (FileFacts, error) { return AddTable[police.MeasureValue](b, "measures", "empty", nil) }},
		{"parts", func() (FileFacts, error) { return AddTable[police.Part](b, "parts", "empty", nil) }},
		{"ledger", func() (FileFacts, error) { return AddTable[police.Ledger](b, "ledger", "empty", nil) }},
	} {
		if len(b.Files(fill.table)) > 0 {
			continue
		}
		if _, err := fill.write(); err != nil {
			return err
		}
	}
	return nil
}

// moveIn puts the finished directory among the snapshots. One of the same id has
// the same content: it stays.
func (b *Building) moveIn(id string) error {
	to := b.lake.path("snapshots", id)
	if _, err := os.Stat(filepath.Join(to, "manifest.json")); err == nil {
		return nil
	}
	if err := b.lake.disk.rename(b.dir, to); err != nil {
		return err
	}
	return b.lake.disk.syncDir(b.lake.path("snapshots"))
}

// makeCurrent swaps CURRENT, the truth, then the link, a convenience.
func (l *Lake) makeCurrent(id string) error {
	if was, err := l.CurrentID(); err == nil && was == id {
		return nil
	}
	if err := l.disk.replaceWhole(l.path("CURRENT"), []byte(id+"\n")); err != nil {
		return err
	}
	if err := l.appendHistory(id); err != nil {
		return err
	}
	l.swapLink(id)
	return nil
}

// swapLink is best effort: some file systems make no links.
func (l *Lake) swapLink(id string) {
	tmp := l.path("current.new")
	os.Remove(tmp)
	l.disk.at("link", l.path("current"))
	if os.Symlink(filepath.Join("snapshots", id), tmp) == nil {
		if err := l.disk.rename(tmp, l.path("current")); err != nil {
			os.Remove(tmp)
		}
	}
}

// HISTORY holds a line for each publication, oldest first: time and id. Where it
// lacks a snapshot, its directory's time counts.
func (l *Lake) appendHistory(id string) error {
	old, err := os.ReadFile(l.path("HISTORY"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	line := l.now().UTC().Format(time.RFC3339) + " " + id + "\n"
	return l.disk.replaceWhole(l.path("HISTORY"), append(old, line...))
}

// SnapshotInfo is a kept snapshot in a listing.
type SnapshotInfo struct {
	ID        string
	Published time.Time // last time it became current; where unknown, its directory's time
	Current   bool
}

// Snapshots lists the kept snapshots, last published last.
func (l *Lake) Snapshots() ([]SnapshotInfo, error) {
	dirs, err := os.ReadDir(l.path("snapshots"))
	if err != nil {
		return nil, err
	}
	current, err := l.CurrentID()
	if err != nil {
		return nil, err
	}
	published := l.history()
	var all []SnapshotInfo
	for _, e := range dirs {
		if !snapshotID.MatchString(e.Name()) {
			continue
		}
		when, ok := published[e.Name()]
		if info, err := e.Info(); !ok && err == nil {
			when = info.ModTime()
		}
		all = append(all, SnapshotInfo{ID: e.Name(), Published: when, Current: e.Name() == current})
	}
	slices.SortFunc(all, func(a, b SnapshotInfo) int {
		if a.Current != b.Current { // whatever the clock says
			if b.Current {
				return -1
			}
			return 1
		}
		if c := a.Published.Compare(b.Published); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all, nil
}

func (l *Lake) history() map[string]time.Time {
	data, _ := os.ReadFile(l.path("HISTORY"))
	at := make(map[string]time.Time)
	for line := range strings.Lines(string(data)) {
		when, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		if t, err := time.Parse(time.RFC3339, when); err == nil {
			at[id] = t
		}
	}
	return at
}

// youngest is the age below which a snapshot is never pruned: a query that began
// through the link may still read it.
const youngest = 48 * time.Hour

// prune removes the snapshots that are neither among the last kept nor young.
func (l *Lake) prune() error {
	all, err := l.Snapshots()
	if err != nil {
		return err
	}
	for _, s := range all[:max(0, len(all)-l.keep)] {
		if s.Current || l.now().Sub(s.Published) < youngest {
			continue
		}
		if err := l.RemoveSnapshot(s.ID); err != nil {
			return err
		}
	}
	return nil
}

// RemoveSnapshot removes a snapshot that is not current.
func (l *Lake) RemoveSnapshot(id string) error {
	if current, err := l.CurrentID(); err != nil || current == id || !snapshotID.MatchString(id) {
		return errors.Join(err, fmt.Errorf("snapshot %s is current: it can't be removed", id))
	}
	gone, err := l.scratch("gone")
	if err != nil {
		return err
	}
	if err := l.disk.rename(l.path("snapshots", id), filepath.Join(gone, id)); err != nil {
		return err
	}
	return l.disk.removeAll(gone)
}

// writeDocuments writes what is no table, manifest last. The id is made from the
// tables and what the caller says, so the documents that name it come after it.
func (b *Building) writeDocuments(m *Manifest) error {
	tables := b.schemas()
	pkg, err := dataPackage(m, tables)
	if err != nil {
		return err
	}
	for _, doc := range []struct {
		path string
		data []byte
	}{
		{"README.md", readme(m, tables)},
		{"catalog.sql", catalog(m)},
		{"datapackage.json", pkg},
	} {
		sum, err := b.disk.writeWhole(b.FilePath(doc.path), doc.data)
		if err != nil {
			return err
		}
		m.Documents = append(m.Documents, Document{doc.path, int64(len(doc.data)), sum})
	}
	data, err := indented(m)
	if err != nil {
		return err
	}
	_, err = b.disk.writeWhole(b.FilePath("manifest.json"), data)
	return err
}

// indented is JSON with a line for each entry of the lists and objects in it: those of
// a snapshot of 10,000 files are as many as the files, and each is read as a whole.
func indented(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return broken(out.Bytes(), 2), nil
}

// broken is compact JSON with its lines broken down to a depth. encoding/json's own
// indentation breaks at every depth and takes longer than all the rest.
func broken(compact []byte, depth int) []byte {
	out := make([]byte, 0, len(compact)+len(compact)/16)
	line := func(n int) { out = append(append(out, '\n'), "        "[:n]...) }
	at, quoted := 0, false
	for i := 0; i < len(compact); i++ {
		c := compact[i]
		switch {
		case quoted:
			if c == '\\' {
				out = append(out, c)
				i++
				c = compact[i]
			} else if c == '"' {
				quoted = false
			}
			out = append(out, c)
			continue
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			at++
			out = append(out, c)
			if at <= depth && compact[i+1] != '}' && compact[i+1] != ']' {
				line(at)
			}
			continue
		case c == '}' || c == ']':
			if at <= depth && compact[i-1] != '{' && compact[i-1] != '[' {
				line(at - 1)
			}
			at--
		case c == ',' && at <= depth:
			out = append(out, c)
			line(at)
			continue
		case c == ':' && at <= depth:
			out = append(out, c, ' ')
			continue
		}
		out = append(out, c)
	}
	return out
}

// schemas gives the schema of each table: of those written here, and of those
// linked as a whole, from the base's data package.
func (b *Building) schemas() map[string]Table {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make(map[string]Table)
	for _, e := range b.files {
		if t, ok := b.tables[e.Table]; ok {
			all[e.Table] = t
		}
	}
	if b.base == nil {
		return all
	}
	from := baseSchemas(b.base)
	for _, e := range b.files {
		if _, ok := all[e.Table]; !ok {
			all[e.Table] = from[e.Table]
		}
	}
	return all
}
