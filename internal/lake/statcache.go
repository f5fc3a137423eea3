package lake

import (
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"hardyards/internal/pack"
)

// StatCache remembers, by a file's size, times and inode, what was made of its
// bytes, so that an unchanged file isn't even opened. Git's rule for racy entries
// holds: a file modified in the moment the cache was written, or later, isn't
// trusted, since it may have changed again within the clock's grain.
type StatCache struct {
	mu      sync.Mutex
	lake    *Lake
	entries map[string]StatEntry
	written time.Time // of the cache that was read
	fresh   map[string]StatEntry
	stale   bool // an entry was too young to trust: save again, for the cache's own time
}

// StatEntry is what is remembered of one file.
type StatEntry struct {
	Size    int64
	MTime   int64 // ns
	CTime   int64 // ns
	Inode   uint64
	Context string // all else that the memo depends on
	SHA256  string
	Memo    string
}

const statGrain = 2 * time.Second // the coarsest clock of a usual file system

// StatCache reads the lake's cache. An unreadable one is empty: it is only ever a
// saving.
func (l *Lake) StatCache() *StatCache {
	c := &StatCache{lake: l, entries: map[string]StatEntry{}, fresh: map[string]StatEntry{}}
	at := l.path("cache", "stat")
	info, err := os.Stat(at)
	if err != nil {
		return c
	}
	if text, err := os.ReadFile(at); err == nil {
		if entries := decodeStats(text); entries != nil {
			c.entries, c.written = entries, info.ModTime()
		}
	}
	return c
}

// namedStat is an entry as it is written; its field order is the file's form.
type namedStat struct {
	Name  string
	Entry StatEntry
}

func decodeStats(text []byte) map[string]StatEntry {
	d := pack.NewDecoder(text)
	if d.String() != pack.Form[namedStat]() {
		return nil
	}
	n := d.Count()
	entries := make(map[string]StatEntry, n)
	for range n {
		var e namedStat
		e.Name = d.Text()
		e.Entry = StatEntry{Size: d.Int(), MTime: d.Int(), CTime: d.Int(), Inode: d.Uint(), Context: d.Text(), SHA256: d.Text(), Memo: d.Text()}
		entries[e.Name] = e.Entry
	}
	if d.Err() != nil {
		return nil
	}
	return entries
}

func encodeStats(entries map[string]StatEntry) []byte {
	e := pack.NewEncoder()
	e.String(pack.Form[namedStat]())
	e.Uint(uint64(len(entries)))
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		s := entries[name]
		e.Text(name)
		e.Int(s.Size)
		e.Int(s.MTime)
		e.Int(s.CTime)
		e.Uint(s.Inode)
		e.Text(s.Context)
		e.Text(s.SHA256)
		e.Text(s.Memo)
	}
	return e.Sealed()
}

// Lookup gives what is remembered of the file at path under a name and context.
func (c *StatCache) Lookup(name, path, context string) (StatEntry, bool) {
	now, err := statOf(path)
	if err != nil {
		return StatEntry{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[name]
	same := ok && e.Size == now.Size && e.MTime == now.MTime && e.CTime == now.CTime && e.Inode == now.Inode && e.Context == context
	racy := time.Unix(0, max(e.MTime, e.CTime)).Add(statGrain).After(c.written)
	c.stale = c.stale || same && racy
	if !same || racy {
		return StatEntry{}, false
	}
	c.fresh[name] = e
	return e, true
}

// FileState takes a file's size, times and inode: before it is read, for Remember
// or to see whether it changed meanwhile.
func FileState(path string) (StatEntry, error) { return statOf(path) }

// Remember keeps what was made of a file, unless it changed while it was read.
func (c *StatCache) Remember(name, path string, before StatEntry, context, sha, memo string) {
	after, err := statOf(path)
	if err != nil || after != before {
		return
	}
	after.Context, after.SHA256, after.Memo = context, sha, memo
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fresh[name] = after
}

// Save replaces the cache by the files looked up or remembered since it was read.
func (c *StatCache) Save() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stale && len(c.fresh) == len(c.entries) {
		same := true
		for k, e := range c.fresh {
			same = same && c.entries[k] == e
		}
		if same {
			return nil
		}
	}
	if err := c.lake.disk.mkdirAll(c.lake.path("cache")); err != nil {
		return err
	}
	return c.lake.disk.replaceWhole(c.lake.path("cache", "stat"), encodeStats(c.fresh))
}
