package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"hardyards/internal/police"
)

// config is hardyards.toml as understood. Paths are relative to the file's folder.
type config struct {
	Publishers []publisherConfig `toml:"publisher" json:"publisher,omitempty"`
	Sources    []sourceConfig    `toml:"source" json:"source"`
	Limits     limitsConfig      `toml:"limits" json:"limits"`
	Files      filesConfig       `toml:"files" json:"files"`
	Keep       keepConfig        `toml:"keep" json:"keep"`
	Report     reportConfig      `toml:"report" json:"report"`

	// dir is the folder paths are relative to; sample says that the embedded
	// sample is the only source.
	dir    string
	path   string
	sample bool
}

// publisherConfig is a publisher that data/forces.csv doesn't list.
type publisherConfig struct {
	ID   string `toml:"id" json:"id"`
	Name string `toml:"name" json:"name"`
	Kind string `toml:"kind" json:"kind"`
}

// sourceConfig is where one publisher's files are.
type sourceConfig struct {
	Publisher string             `toml:"publisher" json:"publisher"`
	Paths     []string           `toml:"paths" json:"paths"`
	Cadence   string             `toml:"cadence" json:"cadence,omitempty"`
	Basis     police.AmountBasis `toml:"basis" json:"basis,omitempty"`
	// Prefer lists files that win over others where two versions overlap.
	Prefer []string `toml:"prefer" json:"prefer,omitempty"`
	Yields string   `toml:"yields" json:"yields,omitempty"`
}

// limitsConfig are shares of rows or pounds above which a guard speaks.
type limitsConfig struct {
	Rejected float64 `toml:"rejected" json:"rejected"`
	Shrink   float64 `toml:"shrink" json:"shrink"`
}

// filesConfig are folders of the user's own layouts, overrides, register, measures.
type filesConfig struct {
	Layouts   string `toml:"layouts" json:"layouts,omitempty"`
	Overrides string `toml:"overrides" json:"overrides,omitempty"`
	Register  string `toml:"register" json:"register,omitempty"`
	Measures  string `toml:"measures" json:"measures,omitempty"`
}

type keepConfig struct {
	Snapshots int `toml:"snapshots" json:"snapshots"`
}

// reportConfig are lines that only whoever publishes the report can say: it is made by
// a program, which has asked nobody. Empty: the page says so.
type reportConfig struct {
	// Corrections says what was corrected since an earlier edition, and where to
	// write to.
	Corrections string `toml:"corrections" json:"corrections,omitempty"`
	// Asked says whether the forces named were asked for comment, when, and what
	// they answered.
	Asked string `toml:"asked" json:"asked,omitempty"`
}

const defaultConfigName = "hardyards.toml"

// loadConfig reads --config, else hardyards.toml, else gives the embedded default:
// the sample alone.
func (a *app) loadConfig() (*config, error) {
	path := a.configPath
	if path == "" {
		if _, err := os.Stat(defaultConfigName); errors.Is(err, fs.ErrNotExist) {
			return sampleConfig(), nil
		}
		path = defaultConfigName
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, police.Exitf(police.ExitUsage, "give an existing file with --config, or none for the embedded sample", "%w", err)
	}
	return parseConfig(path, string(text))
}

func defaultConfig() *config {
	return &config{Limits: limitsConfig{Rejected: 0.01, Shrink: 0.05}, Keep: keepConfig{Snapshots: 7}}
}

func sampleConfig() *config {
	c := defaultConfig()
	c.sample = true
	return c
}

// parseConfig reads a configuration strictly: an unknown key is an error, since a
// misspelt limit that is ignored would be a limit not kept.
func parseConfig(path, text string) (*config, error) {
	c := defaultConfig()
	c.path, c.dir = path, filepath.Dir(path)
	meta, err := toml.Decode(text, c)
	if err != nil {
		return nil, configError(path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, police.Exitf(police.ExitUsage, "known keys are in the README; `hardyards doctor` prints the configuration as understood",
			"%s: unknown key %s", path, unknown[0])
	}
	return c, c.check()
}

func configError(path string, err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return police.Exitf(police.ExitUsage, "mend the line", "%s:%d: %s", path, parse.Position.Line, parse.Message)
	}
	return police.Exitf(police.ExitUsage, "mend the file", "%s: %w", path, err)
}

func (c *config) check() error {
	bad := func(format string, args ...any) error {
		return police.Exitf(police.ExitUsage, "mend "+c.path, c.path+": "+format, args...)
	}
	if len(c.Sources) == 0 {
		return bad("there is no [[source]]")
	}
	for i, s := range c.Sources {
		switch {
		case len(s.Paths) == 0:
			return bad("source %d (%s) has no paths", i+1, s.Publisher)
		case !slices.Contains([]string{"", "weekly", "monthly", "quarterly", "yearly"}, s.Cadence):
			return bad("source %d: cadence %q is none of weekly, monthly, quarterly, yearly", i+1, s.Cadence)
		case !slices.Contains([]police.AmountBasis{"", police.Net, police.Gross, police.UnknownBasis}, s.Basis):
			return bad("source %d: basis %q is none of net, gross, unknown", i+1, s.Basis)
		case !slices.Contains([]string{"", "payments", "measures"}, s.Yields):
			return bad("source %d: yields %q is neither payments nor measures", i+1, s.Yields)
		}
	}
	for i, p := range c.Publishers {
		if p.ID == "" || p.ID != strings.ToLower(p.ID) || strings.ContainsAny(p.ID, " /\\") {
			return bad("publisher %d: id %q must be a lower-case slug", i+1, p.ID)
		}
	}
	if c.Limits.Rejected < 0 || c.Limits.Rejected > 1 || c.Limits.Shrink < 0 || c.Limits.Shrink > 1 {
		return bad("limits are shares between 0 and 1")
	}
	if c.Keep.Snapshots < 1 {
		return bad("keep.snapshots must be 1 or more")
	}
	return nil
}

// sourceFile is one file that a source names.
type sourceFile struct {
	// Name is the path as configured, relative to the configuration: the identity
	// of the file in arrivals, messages and dim_part.
	Name string
	// Path is where its bytes are.
	Path   string
	Source sourceConfig
}

// files lists the files that the sources name, sorted by name; a directory stands
// for the files below it. URLs are left to download.
func (c *config) files() ([]sourceFile, []string, error) {
	var out []sourceFile
	var urls []string
	for _, s := range c.Sources {
		before := len(out) + len(urls)
		for _, p := range s.Paths {
			if isURL(p) {
				urls = append(urls, p)
				continue
			}
			found, err := c.expand(p)
			if err != nil {
				return nil, nil, err
			}
			for _, f := range found {
				out = append(out, sourceFile{Name: c.nameOf(f), Path: f, Source: s})
			}
		}
		if len(out)+len(urls) == before {
			return nil, nil, police.Exitf(police.ExitUsage, "give a path that holds files, or remove the source",
				"source %s: no file at %s", s.Publisher, strings.Join(s.Paths, ", "))
		}
	}
	slices.SortFunc(out, func(x, y sourceFile) int { return strings.Compare(x.Name, y.Name) })
	out = slices.CompactFunc(out, func(x, y sourceFile) bool { return x.Name == y.Name })
	return out, urls, nil
}

func isURL(p string) bool {
	return strings.HasPrefix(p, "https://") || strings.HasPrefix(p, "http://")
}

func (c *config) nameOf(path string) string {
	if rel, err := filepath.Rel(c.dir, path); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}

// expand gives the files that a path, directory or glob stands for.
func (c *config) expand(pattern string) ([]string, error) {
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(c.dir, pattern)
	}
	return expandPath(pattern)
}

// expandPath gives the regular files of a path: itself, those below a directory,
// or those a glob matches. Hidden files are passed over. A path that isn't there is
// a usage error; a directory without files too.
func expandPath(pattern string) ([]string, error) {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil, police.Exitf(police.ExitUsage, "mend the pattern", "%s: %w", pattern, err)
	}
	if _, err := os.Stat(pattern); err == nil {
		matches = []string{pattern} // a name with [ ] in it that is there
	}
	if len(matches) == 0 {
		return nil, police.Exitf(police.ExitUsage, "check the spelling, and from where you run", "%s: no such file or directory", pattern)
	}
	var out []string
	for _, m := range matches {
		files, err := filesBelow(m)
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	if len(out) == 0 {
		return nil, police.Exitf(police.ExitUsage, "put files there, or name another directory", "%s: a directory without files", pattern)
	}
	return out, nil
}

func filesBelow(root string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && p != root
		switch {
		case hidden && d.IsDir():
			return filepath.SkipDir
		case hidden:
			return nil
		case d.Type().IsRegular() || d.Type()&fs.ModeSymlink != 0 && isFile(p):
			out = append(out, p)
		}
		return nil
	})
	if err != nil {
		return nil, police.Exitf(police.ExitUsage, "make it readable", "%s: %w", root, err)
	}
	return out, nil
}

func isFile(p string) bool {
	i, err := os.Stat(p)
	return err == nil && i.Mode().IsRegular()
}

// String prints the configuration as understood.
func (c *config) String() string {
	if c.sample {
		return "the embedded sample (no hardyards.toml here)"
	}
	return fmt.Sprintf("%s: %d sources", c.path, len(c.Sources))
}
