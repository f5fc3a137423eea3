package lake

import (
	"os"
	"path/filepath"
	"sync"
	"time"

	"hardyards/internal/police"
)

// Options of a lake.
type Options struct {
	// Keep is the number of snapshots kept besides those younger than 48 hours;
	// 0 is 7.
	Keep int
	// Now gives the time, for retention, the lock and the stat cache; nil is
	// time.Now.
	Now func() time.Time
	// Step, where set, is told of every change of the disk just before it is made
	// (op: mkdir, create, write, sync, link, rename, remove). Tests stop the
	// process there. It may be called from several goroutines.
	Step func(op, path string)
	// Link makes a hard link; nil is os.Link. Where it fails, as between two file
	// systems or on one without links, files are copied.
	Link func(from, to string) error
}

// Lake is a directory of fragments and snapshots. Its methods may be called from
// several goroutines; everything that writes wants the lock held.
type Lake struct {
	dir  string
	keep int
	now  func() time.Time
	disk disk

	mu      sync.Mutex
	writers []*tableWriter // of payments, free to be used again

	staged staging
}

// Open opens the lake at dir and makes what is missing of it. A place that can't
// be written is police.ExitUsage.
func Open(dir string, opt Options) (*Lake, error) {
	l := &Lake{dir: dir, keep: opt.Keep, now: opt.Now, disk: disk{step: opt.Step, hardLink: opt.Link}}
	if l.keep <= 0 {
		l.keep = 7
	}
	if l.now == nil {
		l.now = time.Now
	}
	for _, sub := range []string{"", "fragments", "snapshots", "runs", "tmp"} {
		if err := l.disk.mkdirAll(l.path(sub)); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// OpenExisting opens a lake to read it: where dir holds none it is
// police.ExitUsage, and nothing is made.
func OpenExisting(dir string, opt Options) (*Lake, error) {
	if info, err := os.Stat(filepath.Join(dir, "snapshots")); err != nil || !info.IsDir() {
		return nil, police.Exitf(police.ExitUsage, "name the lake with --lake DIR, or make one: hardyards run", "%s: no lake here", dir)
	}
	return Open(dir, opt)
}

// Dir is the lake's directory.
func (l *Lake) Dir() string { return l.dir }

func (l *Lake) path(elem ...string) string {
	return filepath.Join(append([]string{l.dir}, elem...)...)
}

// scratch makes a directory of its own under tmp, on the lake's file system.
func (l *Lake) scratch(pattern string) (string, error) {
	l.disk.at("mkdir", l.path("tmp", pattern))
	dir, err := os.MkdirTemp(l.path("tmp"), pattern+".*")
	if err != nil {
		return "", diskError("make directory", l.path("tmp"), err)
	}
	return dir, os.Chmod(dir, 0o755)
}

// Clean removes what runs that died have left in tmp. Only the holder of the lock
// may call it: whatever is there then belongs to nobody.
func (l *Lake) Clean() error {
	left, err := os.ReadDir(l.path("tmp"))
	if err != nil {
		return diskError("read", l.path("tmp"), err)
	}
	for _, e := range left {
		if err := l.disk.removeAll(l.path("tmp", e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// paymentWriter lends a writer of payments, whose buffers (some 15 MB once used)
// are kept from file to file.
func (l *Lake) paymentWriter() (*tableWriter, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.writers); n > 0 {
		w := l.writers[n-1]
		l.writers = l.writers[:n-1]
		return w, nil
	}
	return newTableWriter(Schema[police.Payment](), Zstd)
}

func (l *Lake) giveBack(w *tableWriter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writers = append(l.writers, w)
}
