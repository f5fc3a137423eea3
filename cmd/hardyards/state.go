package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"hardyards/data"
	"hardyards/ingest"
	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform"
)

// arrive brings arrivals.csv up to date with what was read now.
func (p *pipeline) arrive() error {
	all, err := p.lake.Arrivals()
	if err != nil {
		return err
	}
	book := lake.NewArrivals(all)
	for _, r := range p.read {
		book.Arrive(lake.Arrival{Path: r.Name, Publisher: r.result.Publisher, SHA256: r.sha256, Fragment: r.result.Key, Refused: r.result.Refused})
	}
	p.arrivals = book.All()
	if !book.Changed() {
		return nil
	}
	return p.lake.WriteArrivals(p.arrivals)
}

// atHand takes what arrived so far, without reading a source: what the sources no
// longer list is gone, as a run would find.
func (p *pipeline) atHand() (err error) {
	if p.arrivals, err = p.lake.Arrivals(); err != nil {
		return err
	}
	p.listed = map[string]bool{}
	files, urls, err := p.config.files()
	if p.config.sample || err != nil { // sources that can't be listed say nothing of what is gone
		for _, a := range p.arrivals {
			p.listed[a.Path] = true
		}
		return nil
	}
	p.listed = namesOf(files)
	for _, u := range urls {
		p.listed[u] = true
	}
	return nil
}

func namesOf(files []sourceFile) map[string]bool {
	names := map[string]bool{}
	for _, f := range files {
		names[f.Name] = true
	}
	return names
}

// inputs are all that the snapshot depends on.
func (p *pipeline) inputs() transform.Inputs {
	in := transform.Inputs{Reference: p.reference, Forgotten: p.forgotten, Versions: versions(), Prefer: p.config.preferences(),
		Limits: transform.Limits{Rejected: p.config.Limits.Rejected, Shrink: p.config.Limits.Shrink}}
	here := p.listed
	if here == nil {
		here = map[string]bool{}
		for _, r := range p.read {
			here[r.Name] = true
		}
	}
	for _, a := range p.arrivals {
		gone := !here[a.Path]
		if gone && a.Refused != "" {
			continue // it was never taken, and nobody can mend it now
		}
		in.Arrivals = append(in.Arrivals, transform.Arrival{Path: a.Path, Publisher: a.Publisher, SHA256: a.SHA256, Key: a.Fragment,
			Order: a.Order, Gone: gone, Refused: a.Refused})
	}
	return in
}

func (c *config) preferences() []transform.Preference {
	var out []transform.Preference
	for _, s := range c.Sources {
		for _, p := range s.Prefer {
			out = append(out, transform.Preference{Winner: p, Loser: "*"})
		}
	}
	return out
}

// cadences give months between files by publisher, for the freshness guard.
func (c *config) cadences() map[string]int {
	months := map[string]int{"weekly": 1, "monthly": 1, "quarterly": 3, "yearly": 12}
	out := map[string]int{}
	for _, s := range c.Sources {
		if m := months[s.Cadence]; m > 0 {
			out[s.Publisher] = m
		}
	}
	return out
}

// state is a hash of everything a snapshot depends on, without parsing any of it:
// files by fragment, reference tables, limits, versions.
func (p *pipeline) state(findings bool) string {
	h := sha256.New()
	field := func(v any) {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // plain values only
		}
		fmt.Fprintf(h, "%d:%s\n", len(text), text)
	}
	in := p.inputs()
	for _, a := range in.Arrivals {
		fmt.Fprintf(h, "%d:%s%d:%s%s %s %d %t %s\n", len(a.Path), a.Path, len(a.Publisher), a.Publisher, a.SHA256, a.Key, a.Order, a.Gone, a.Refused)
	}
	field(in.Forgotten)
	field(in.Prefer)
	field(in.Limits)
	field(versions())
	field(findings)
	field(p.config.Sources)
	for _, dir := range []string{p.config.Files.Register, p.config.Files.Overrides, p.config.Files.Measures} {
		field(p.digest(dir))
	}
	field(embeddedDigest())
	return hex.EncodeToString(h.Sum(nil))
}

func (p *pipeline) digest(name string) string {
	if name == "" {
		return ""
	}
	dir, err := p.config.userDir(name)
	if err != nil {
		return err.Error()
	}
	sum, err := data.Digest(dir)
	if err != nil {
		return err.Error()
	}
	return sum
}

// embeddedDigest names the embedded tables that transform and analysis join with;
// the sample and the layouts count through the fragments made of them.
func embeddedDigest() string {
	sum, err := data.Digest(withoutFolders{data.Files(), []string{"sample", "layouts"}})
	if err != nil {
		return err.Error()
	}
	return sum
}

// withoutFolders is a file system whose root lacks some folders.
type withoutFolders struct {
	fs.FS
	names []string
}

// ReadDir implements fs.ReadDirFS.
func (w withoutFolders) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	if name == "." {
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return slices.Contains(w.names, e.Name()) })
	}
	return entries, err
}

// stateFile holds the hash of what the current snapshot was made from, and what a
// run with nothing new says of it.
type stateFile struct {
	State      string       `json:"state"`
	Snapshot   string       `json:"snapshot"`
	Payments   int64        `json:"payments"`
	Pence      police.Pence `json:"pence"`
	Rejections int64        `json:"rejections"`
}

// unchanged gives what is known of the current snapshot where it was made from the
// same. Its manifest, ten megabytes of it in a lake of ten thousand files, isn't read.
func (p *pipeline) unchanged(state string) (stateFile, bool) {
	text, err := os.ReadFile(filepath.Join(p.lakeDir, "cache", "state.json"))
	var have stateFile
	if err != nil || json.Unmarshal(text, &have) != nil || have.State != state {
		return have, false
	}
	id, err := p.lake.CurrentID()
	if err != nil || id == "" || id != have.Snapshot {
		return have, false
	}
	_, err = os.Stat(filepath.Join(p.lakeDir, "snapshots", id, "manifest.json"))
	return have, err == nil
}

func stateOf(state string, s *lake.Snapshot) stateFile {
	m := s.Manifest()
	return stateFile{state, s.ID(), m.Tables["payments"].Rows, m.Tables["payments"].Pence, m.Ledger.Rejections}
}

func (p *pipeline) saveState(f stateFile) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return p.lake.ReplaceFile("cache/state.json", text)
}

// readContext is everything but the bytes that a reading depends on.
func (p *pipeline) readContext(f sourceFile) string {
	all := fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n", f.Name, f.Source.Publisher, f.Source.Basis, f.Source.Yields, ingest.ReaderVersion)
	sum := sha256.Sum256(ingest.AppendLayouts(all, p.layouts, f.Name, f.Source.Publisher))
	return hex.EncodeToString(sum[:])
}
