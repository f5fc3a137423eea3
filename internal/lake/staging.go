package lake

import (
	"os"
	"path/filepath"
	"sync"
)

// staging holds fragments that are finished but not yet durable, in a run that makes
// many: they are made so together, and only then named. A process that dies loses
// those it had staged, at most stagedFragments of them, and the next run makes them
// again.
type staging struct {
	mu    sync.Mutex
	on    bool
	dirs  map[string]string // by key
	bytes int64
}

// Fragments are made durable together after so many, or so many bytes.
const (
	stagedFragments = 512
	stagedBytes     = 64 << 20
)

// StageFragments has the fragments committed from now on be made durable many at a
// time. The function it gives makes the last ones durable: call it before anything
// that lasts names a fragment.
func (l *Lake) StageFragments() (finish func() error) {
	l.staged.mu.Lock()
	defer l.staged.mu.Unlock()
	l.staged.on = true
	return func() error {
		l.staged.mu.Lock()
		defer l.staged.mu.Unlock()
		l.staged.on = false
		l.dropWriters()
		return l.land()
	}
}

// dropWriters lets go of the writers' buffers, which only a run that writes many
// files wants kept.
func (l *Lake) dropWriters() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writers = nil
}

// staging reports whether fragments are staged now.
func (l *Lake) staging() bool {
	l.staged.mu.Lock()
	defer l.staged.mu.Unlock()
	return l.staged.on
}

// stage takes a finished fragment. Where one of that key is staged, it stays.
func (l *Lake) stage(key, dir string, bytes int64) error {
	s := &l.staged
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, twice := s.dirs[key]; twice {
		return l.disk.removeAll(dir)
	}
	if s.dirs == nil {
		s.dirs = make(map[string]string)
	}
	s.dirs[key] = dir
	s.bytes += bytes
	if !s.on || len(s.dirs) >= stagedFragments || s.bytes >= stagedBytes {
		return l.land()
	}
	return nil
}

// land makes the staged fragments durable and names them. The caller holds mu.
func (l *Lake) land() error {
	s := &l.staged
	if len(s.dirs) == 0 {
		return nil
	}
	if err := l.disk.syncAll(l.path("tmp")); err != nil {
		return err
	}
	for key, dir := range s.dirs {
		if err := l.disk.rename(dir, l.path("fragments", key)); err != nil {
			if _, e := os.Stat(l.path("fragments", key, recordName)); e != nil {
				return err
			}
		}
		delete(s.dirs, key)
	}
	s.bytes = 0
	return l.disk.syncDir(l.path("fragments"))
}

// stagedRecord reads the record of a staged fragment; nil where there is none.
func (l *Lake) stagedRecord(key string) []byte {
	l.staged.mu.Lock()
	defer l.staged.mu.Unlock()
	dir, ok := l.staged.dirs[key]
	if !ok {
		return nil
	}
	data, _ := os.ReadFile(filepath.Join(dir, recordName))
	return data
}

func (l *Lake) isStaged(key string) bool {
	l.staged.mu.Lock()
	defer l.staged.mu.Unlock()
	_, ok := l.staged.dirs[key]
	return ok
}
