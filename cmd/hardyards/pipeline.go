package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"hardyards/analyze"
	"hardyards/data"
	"hardyards/ingest"
	"hardyards/internal/download"
	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform"
	"hardyards/transform/collaboration"
)

// pipeline joins the rooms for one run: files → fragments → snapshot → findings.
type pipeline struct {
	*app
	config *config
	lake   *lake.Lake
	rehash bool

	layouts   []ingest.Layout
	reference transform.Reference
	forces    []police.Force
	read      []readFile
	arrivals  []lake.Arrival
	forgotten []string // SHA-256 of forgotten files
	// listed are the files that the sources list, where not all of them are in read.
	listed map[string]bool
}

// readFile is what became of one file of the sources.
type readFile struct {
	sourceFile
	result ingest.Result
	sha256 string
}

// newPipeline loads the reference tables: embedded, or the user's own directories.
func (a *app) newPipeline(c *config, l *lake.Lake) (*pipeline, error) {
	p := &pipeline{app: a, config: c, lake: l}
	var err error
	if p.forces, err = data.Forces(); err != nil {
		return nil, err
	}
	if l != nil { // without a lake nothing was forgotten
		if p.forgotten, err = transform.Tombstones(l); err != nil {
			return nil, err
		}
	}
	p.layouts, err = c.layouts()
	return p, err
}

// layouts gives the embedded layouts with the user's own over them, and a hash of
// their texts.
func (c *config) layouts() ([]ingest.Layout, error) {
	texts, err := data.Layouts()
	if err != nil {
		return nil, err
	}
	base, err := ingest.ParseLayouts(texts)
	if err != nil || c.Files.Layouts == "" {
		return base, err
	}
	dir, err := c.userDir(c.Files.Layouts)
	if err != nil {
		return nil, err
	}
	if texts, err = data.ReadLayouts(dir); err != nil {
		return nil, err
	}
	own, err := ingest.ParseLayouts(texts)
	if err != nil {
		return nil, police.Exitf(police.ExitUsage, "try it: hardyards layout test LAYOUT FILE", "%s: %w", c.Files.Layouts, err)
	}
	return ingest.OverrideLayouts(base, own), nil
}

// userDir opens a directory that the configuration names.
func (c *config) userDir(name string) (fs.FS, error) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.dir, name)
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return nil, police.Exitf(police.ExitUsage, "mend [files] of "+c.path, "%s: no such directory", path)
	}
	return os.DirFS(path), nil
}

// loadReference reads what transform and analysis join with.
func (p *pipeline) loadReference() error {
	agreements, err := p.agreements()
	if err != nil {
		return err
	}
	r := transform.Reference{Forces: p.forces, Collaborations: agreements.Collaborations, Members: agreements.Members,
		Events: agreements.Events, Claims: agreements.Claims}
	if r.Bodies, err = data.Bodies(); err != nil {
		return err
	}
	if r.Aliases, err = data.Aliases(); err != nil {
		return err
	}
	if r.Catalogue, err = data.Catalogue(); err != nil {
		return err
	}
	if r.Catalogue, err = ingest.Catalogue(r.Catalogue, p.layouts); err != nil {
		return err
	}
	if r.Overrides, err = p.config.overrides(); err != nil {
		return err
	}
	if r.Measures, err = p.measures(); err != nil {
		return err
	}
	p.reference = r
	return nil
}

func (p *pipeline) agreements() (data.Agreements, error) {
	if p.config.Files.Register == "" {
		return data.Register()
	}
	dir, err := p.config.userDir(p.config.Files.Register)
	if err != nil {
		return data.Agreements{}, err
	}
	r, err := data.ReadRegister(dir)
	if err != nil {
		err = police.Exitf(police.ExitUsage, "check it: hardyards register lint", "register %s: %w", p.config.Files.Register, err)
	}
	return r, err
}

// measures are the embedded ones and the user's, which win where both have a value.
func (p *pipeline) measures() ([]police.MeasureValue, error) {
	embedded := p.measured
	if embedded == nil {
		embedded = data.Measures
	}
	all, err := embedded()
	if err != nil || p.config.Files.Measures == "" {
		return all, err
	}
	dir, err := p.config.userDir(p.config.Files.Measures)
	if err != nil {
		return nil, err
	}
	own, err := data.ReadMeasures(dir)
	if err != nil {
		return nil, police.Exitf(police.ExitUsage, "columns: hardyards schema measures", "measures %s: %w", p.config.Files.Measures, err)
	}
	type key struct {
		force             police.ForceCode
		measure, function string
		year              int32
		period            string
	}
	keyOf := func(v police.MeasureValue) key { return key{v.Force, v.Measure, v.Function, v.Year, v.Period} }
	mine := map[key]bool{}
	for _, v := range own {
		mine[keyOf(v)] = true
	}
	all = slices.DeleteFunc(all, func(v police.MeasureValue) bool { return mine[keyOf(v)] })
	return append(all, own...), nil
}

// gather lists the files of the sources: the embedded sample copied beside the lake,
// or what the configuration names, addresses downloaded.
func (p *pipeline) gather(ctx context.Context) ([]sourceFile, error) {
	if p.config.sample {
		return p.sampleFiles()
	}
	files, urls, err := p.config.files()
	if err != nil {
		return nil, err
	}
	cache := p.downloads()
	for _, s := range p.config.Sources {
		for _, u := range s.Paths {
			if !slices.Contains(urls, u) || !isURL(u) {
				continue
			}
			f, err := cache.Get(ctx, u)
			if err != nil {
				return nil, fetchError(u, err)
			}
			files = append(files, sourceFile{Name: u, Path: f.Path, Source: s})
		}
	}
	slices.SortFunc(files, func(a, b sourceFile) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// downloads are the copies that the lake keeps of files named by address.
func (p *pipeline) downloads() download.Cache {
	return download.Cache{Dir: filepath.Join(p.lakeDir, "downloads")}
}

// fetchError is exit 75 where trying again may help, else a matter of configuration.
func fetchError(u string, err error) error {
	var status *download.StatusError
	if errors.As(err, &status) && status.Status < 500 && status.Status != 429 && status.Status != 408 {
		return police.Exitf(police.ExitUsage, "check the address in the configuration", "%w", err)
	}
	return police.Exitf(police.ExitTryAgain, "try again later; what was published stays", "%s: %w", u, err)
}

// sampleFiles copies the embedded sample beside the lake, once.
func (p *pipeline) sampleFiles() ([]sourceFile, error) {
	dir := filepath.Join(p.lakeDir, "sample")
	sample := data.Sample()
	names, err := fs.Glob(sample, "*.csv")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, police.Exitf(police.ExitUsage, "choose a place that can be written: --lake DIR", "%w", err)
	}
	var out []sourceFile
	for _, n := range names {
		text, err := fs.ReadFile(sample, n)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(dir, n)
		if have, err := os.Stat(path); err != nil || have.Size() != int64(len(text)) {
			if err := os.WriteFile(path+".tmp", text, 0o644); err != nil {
				return nil, err
			}
			if err := os.Rename(path+".tmp", path); err != nil {
				return nil, err
			}
		}
		out = append(out, sourceFile{Name: "sample/" + n, Path: path, Source: sourceConfig{Publisher: strings.TrimSuffix(n, ".csv")}})
	}
	return out, nil
}

// readAll makes or finds the fragment of every file, several at once; the results
// are in the order of the files. A file whose size, times and inode are those of the
// last run isn't opened, unless --rehash.
func (p *pipeline) readAll(ctx context.Context, files []sourceFile) error {
	p.read = make([]readFile, len(files))
	memory := new(ingest.Memory)
	cache := p.lake.StatCache()
	land := p.lake.StageFragments()
	bar := p.progress("reading", len(files))
	defer bar.done()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(p.workers)
	for i, f := range files {
		group.Go(func() (err error) {
			p.read[i], err = p.readOne(ctx, f, cache, memory)
			bar.step()
			return err
		})
	}
	// What was read before an error or a signal is kept for the next run.
	if err := cmp.Or(group.Wait(), land()); err != nil {
		return err
	}
	return cache.Save()
}

// memo is what the stat cache keeps of a reading.
type memo struct {
	Key, Refused, Advice, Publisher string
}

// forgottenFile is the reason of a file that a tombstone keeps out; it is no fault.
const forgottenFile = "forgotten: its hash stands in tombstones.csv"

// isForgotten reports whether a file's bytes were forgotten, before they are read in.
func (p *pipeline) isForgotten(path string) (bool, string, error) {
	if len(p.forgotten) == 0 {
		return false, "", nil
	}
	sha, _, err := lake.HashFile(path)
	return slices.Contains(p.forgotten, sha), sha, err
}

// memoSep stands between the fields of a memo: no text of ours holds it.
const memoSep = "\x1f"

func (m memo) String() string {
	return strings.Join([]string{m.Key, m.Refused, m.Advice, m.Publisher}, memoSep)
}

func readMemo(text string) memo {
	f := strings.Split(text, memoSep)
	if len(f) != 4 {
		return memo{}
	}
	return memo{f[0], f[1], f[2], f[3]}
}

// readTries is how often a file is read that changes meanwhile: one that is replaced
// is whole the second time, one that is still being written is left to the next run.
const readTries = 3

func (p *pipeline) readOne(ctx context.Context, f sourceFile, cache *lake.StatCache, memory *ingest.Memory) (readFile, error) {
	key := p.readContext(f)
	if known, ok := cache.Lookup(f.Name, f.Path, key); ok && !p.rehash {
		m := readMemo(known.Memo)
		if m.Key == "" && m.Refused != "" || m.Key != "" && p.lake.HasFragment(m.Key) {
			return readFile{f, ingest.Result{Key: m.Key, Existing: true, Refused: m.Refused, Advice: m.Advice, Publisher: m.Publisher}, known.SHA256}, nil
		}
	}
	for try := 1; ; try++ {
		r, err := p.readBytes(ctx, f, cache, memory)
		if !errors.Is(err, ingest.ErrChanged) || try == readTries || ctx.Err() != nil {
			return r, err
		}
	}
}

// readBytes reads a file that the stat cache doesn't know.
func (p *pipeline) readBytes(ctx context.Context, f sourceFile, cache *lake.StatCache, memory *ingest.Memory) (readFile, error) {
	before, err := lake.FileState(f.Path)
	if err != nil {
		return readFile{}, police.Exitf(police.ExitTryAgain, "the file went away while it was to be read; run again", "%s: %w", f.Name, err)
	}
	if gone, sha, err := p.isForgotten(f.Path); err != nil || gone {
		if err == nil && isURL(f.Name) {
			err = p.downloads().Remove([]string{sha}) // it was asked for again just now
		}
		return readFile{f, ingest.Result{Refused: forgottenFile}, sha}, err
	}
	in := ingest.Input{Path: f.Path, Name: f.Name, Publisher: f.Source.Publisher, Basis: f.Source.Basis, Yields: f.Source.Yields}
	res, err := ingest.Read(ctx, p.lake, in, ingest.Options{Layouts: p.layouts, Forces: p.forces, Memory: memory})
	if errors.Is(err, ingest.ErrChanged) {
		return readFile{}, err // it names the file
	}
	if err != nil {
		return readFile{}, fmt.Errorf("%s: %w", f.Name, err)
	}
	cache.Remember(f.Name, f.Path, before, p.readContext(f), res.Explanation.SHA256, memo{res.Key, res.Refused, res.Advice, res.Publisher}.String())
	return readFile{f, withoutExplanation(res), res.Explanation.SHA256}, nil
}

// withoutExplanation gives what a run needs of a result; an explanation holds on to
// the reading's buffers.
func withoutExplanation(r ingest.Result) ingest.Result {
	return ingest.Result{Key: r.Key, Existing: r.Existing, Refused: strings.Clone(r.Refused), Advice: strings.Clone(r.Advice),
		Publisher: strings.Clone(r.Publisher), Payer: police.PayerKey(strings.Clone(string(r.Payer)))}
}

// versions name what made the snapshot, besides its inputs.
func versions() map[string]string {
	return map[string]string{"reader": ingest.ReaderVersion, "rules": transform.Version, "analysis": analyze.Version}
}

// analyzeInto computes the findings on what transform wrote and adds them as marts.
func (p *pipeline) analyzeInto(ctx context.Context, b *lake.Building) error {
	flows, err := lake.ReadAll[police.Flow](b, "fact_flow")
	if err != nil {
		return err
	}
	cover, err := lake.ReadAll[police.CoverageRow](b, "coverage")
	if err != nil {
		return err
	}
	measures, err := lake.ReadAll[police.MeasureValue](b, "measures")
	if err != nil {
		return err
	}
	r := p.reference
	peers, err := p.peers()
	if err != nil {
		return err
	}
	f, err := analyze.Run(ctx, analyze.Input{
		Peers: peers, Forces: r.Forces, Catalogue: r.Catalogue, Measures: measures, Flows: flows, Coverage: cover,
		Register: analyze.Register{Collaborations: r.Collaborations, Members: r.Members, Events: r.Events, Claims: r.Claims},
	})
	if err != nil {
		return err
	}
	card := collaboration.Scorecard(collaboration.Register{Collaborations: r.Collaborations, Members: r.Members, Claims: r.Claims})
	return errors.Join(writeFindings(b, f), lake.WriteMart(b, "scorecard", card))
}

// peers are the user's peer groups, from peers.csv beside the user's measures; none
// without one.
func (p *pipeline) peers() (analyze.PeerGroups, error) {
	if p.config.Files.Measures == "" {
		return analyze.PeerGroups{}, nil
	}
	dir, err := p.config.userDir(p.config.Files.Measures)
	if err != nil {
		return analyze.PeerGroups{}, err
	}
	file, err := dir.Open(data.PeersFile)
	if errors.Is(err, fs.ErrNotExist) {
		return analyze.PeerGroups{}, nil
	}
	if err != nil {
		return analyze.PeerGroups{}, err
	}
	defer file.Close()
	groups, err := analyze.ReadPeers(file, data.PeersFile, p.forces)
	if err != nil {
		err = police.Exitf(police.ExitUsage, "columns force and peer, one row a pair; forces by code, slug or name", "measures %s: %w", p.config.Files.Measures, err)
	}
	return groups, err
}

func writeFindings(b *lake.Building, f analyze.Findings) error {
	return errors.Join(
		lake.WriteMart(b, "cost_per_head", f.CostPerHead),
		lake.WriteMart(b, "peer_comparison", f.Peers),
		lake.WriteMart(b, "peer_comparison_all", f.PeersAll),
		lake.WriteMart(b, "function_comparison", f.Functions),
		lake.WriteMart(b, "association", f.Association),
		lake.WriteMart(b, "effect", f.Effects.Effects),
		lake.WriteMart(b, "effect_path", f.Effects.Paths),
		lake.WriteMart(b, "effect_sensitivity", f.Effects.Sensitivity),
		lake.WriteMart(b, "efficiency", f.Efficiency),
		lake.WriteMart(b, "claim_check", f.Claims),
		lake.WriteMart(b, "funnel", f.Funnels),
		lake.WriteMart(b, "missing_bound", f.Bounds),
		lake.WriteMart(b, "headline", f.Headlines),
	)
}

// platform is what run records say of the machine.
func platform() string { return runtime.GOOS + "/" + runtime.GOARCH + " " + runtime.Version() }
