package transform

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"

	"hardyards/internal/lake"
	"hardyards/internal/pack"
	"hardyards/internal/police"
)

// index is what is known of all fragments in use, in one file of the cache: ten
// thousand small files of JSON and of summaries take longer to open than all else
// that a nightly run does. Fragments never change, so an entry is as good as the
// fragment; what the index lacks is read from the fragment.
type index struct {
	at      string
	size    int // of the file
	entries map[string]*indexed
}

// indexed is a fragment's record, and its summary where that is small.
type indexed struct {
	rec lake.FragmentRecord
	sum *Summary
}

// indexRow is the plain part of a record; explanation and sample serve reading only.
type indexRow struct {
	Key, SHA256, Name, Publisher, Layout, ReaderVersion string
	Parts                                               []police.Part
	Ledgers                                             []police.Ledger
	Files                                               []indexFile
}

// indexFile is a lake.FileEntry without its embedding, which pack would write too.
type indexFile struct {
	Path, Table string
	Facts       lake.FileFacts
}

// indexVersion names the index's form beside that of summaries.
const indexVersion = "2"

func indexPath(lk *lake.Lake) string {
	return filepath.Join(lk.Dir(), "cache", "fragments-"+summaryVersion+"-"+indexVersion)
}

// readIndex gives the lake's index; an unreadable one is empty.
func readIndex(lk *lake.Lake) *index {
	x := &index{at: indexPath(lk), entries: map[string]*indexed{}}
	data, err := os.ReadFile(x.at)
	if err != nil {
		return x
	}
	x.size = len(data)
	d := pack.NewDecoder(data)
	if d.String() != pack.Form[indexRow]() {
		return x
	}
	n := d.Count()
	entries := make(map[string]*indexed, n)
	for range n {
		e, err := decodeIndexed(d)
		if err != nil {
			return x
		}
		entries[e.rec.Key] = e
	}
	x.entries = entries
	return x
}

// Ahead is a lake's index of fragments that is being read.
type Ahead struct{ index chan *index }

// ReadAhead begins to read what Build begins with, while its inputs are still being
// read: a tenth of a run that finds one new file among ten thousand. The lake must be
// locked from here to the end of Build.
func ReadAhead(lk *lake.Lake) *Ahead {
	a := &Ahead{make(chan *index, 1)}
	go func() { a.index <- readIndex(lk) }()
	return a
}

func (o Options) openCache(lk *lake.Lake) cache {
	if o.Ahead == nil {
		return openCache(lk)
	}
	return cacheWith(lk, <-o.Ahead.index)
}

func decodeIndexed(d *pack.Decoder) (*indexed, error) {
	var r indexRow
	pack.ReadValue(d, &r)
	e := &indexed{rec: lake.FragmentRecord{Key: r.Key, SHA256: r.SHA256, Name: r.Name, Publisher: r.Publisher, Layout: r.Layout,
		ReaderVersion: r.ReaderVersion, Parts: r.Parts, Ledgers: r.Ledgers}}
	for _, f := range r.Files {
		e.rec.Files = append(e.rec.Files, lake.FileEntry{Path: f.Path, Table: f.Table, FileFacts: f.Facts})
	}
	var err error
	if d.Bool() {
		e.sum, err = decodeSummaryFrom(d)
	}
	return e, cmp.Or(err, d.Err())
}

func (e *indexed) encode(to *pack.Encoder) {
	r := indexRow{e.rec.Key, e.rec.SHA256, e.rec.Name, e.rec.Publisher, e.rec.Layout, e.rec.ReaderVersion, e.rec.Parts, e.rec.Ledgers, nil}
	for _, f := range e.rec.Files {
		r.Files = append(r.Files, indexFile{f.Path, f.Table, f.FileFacts})
	}
	pack.Value(to, &r)
	to.Bool(e.sum != nil)
	if e.sum != nil {
		e.sum.encodeTo(to)
	}
}

// fragment opens a fragment by the index, or by its own record.
func (x *index) fragment(lk *lake.Lake, key string) (*lake.Fragment, error) {
	if e := x.entries[key]; e != nil {
		return lk.KnownFragment(e.rec), nil
	}
	return lk.Fragment(key)
}

// summary gives a small fragment's summary; nil where the index has none.
func (x *index) summary(key string) *Summary {
	if e := x.entries[key]; e != nil {
		return e.sum
	}
	return nil
}

// isSmall reports whether a summary is kept in the index and in memory.
func (s *Summary) isSmall() bool { return len(s.Rollups) < heavyRollups }

// keepIndex writes the index of these sources where the one that is there lacks one
// of them, or holds another half of them too many.
func (c cache) keepIndex(sources []*source) {
	next := make([]*indexed, 0, len(sources))
	fresh := false
	for _, s := range sources {
		e := c.index.entries[s.key]
		small := s.heavy == "" && s.sum.isSmall()
		if e == nil || e.sum == nil && small {
			fresh = true
			e = &indexed{rec: s.frag.Record}
			if small {
				e.sum = s.sum
			}
		}
		next = append(next, e)
	}
	if !fresh && 2*len(c.index.entries) <= 3*len(next) {
		return
	}
	slices.SortFunc(next, func(a, b *indexed) int { return compareStrings(a.rec.Key, b.rec.Key) })
	e := pack.NewEncoder()
	e.Grow(c.index.size + c.index.size/8)
	e.String(pack.Form[indexRow]())
	e.Uint(uint64(len(next)))
	for _, x := range next {
		x.encode(e)
	}
	c.keep(c.index.at, e.Sealed())
}
