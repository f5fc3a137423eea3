// Package download keeps copies of published files that are named by URL: asked for
// conditionally, retried, and replaced whole or not at all. It looks at no content.
package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Cache keeps the last good copy of every URL below Dir.
type Cache struct {
	Dir string
	// Client does the requests; nil: a client with a time limit of 5 minutes.
	Client *http.Client
	// Tries is the number of attempts; 0: 4.
	Tries int
	// Wait is the pause before the second attempt, doubled each time; 0: 1 s.
	Wait time.Duration
	// MaxBytes bounds a file; 0: 4 GiB.
	MaxBytes int64
}

// File is a kept copy.
type File struct {
	URL     string `json:"url"`
	Name    string `json:"name"`
	ETag    string `json:"etag,omitempty"`
	LastMod string `json:"last_modified,omitempty"`
	SHA256  string `json:"sha256"`
	// Path is where the bytes are; Changed whether this call brought new ones.
	Path    string `json:"-"`
	Changed bool   `json:"-"`
}

// StatusError is an answer that isn't the file.
type StatusError struct {
	URL    string
	Status int
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s: the server answered %d %s", e.URL, e.Status, http.StatusText(e.Status))
}

// temporary reports whether asking again may help.
func (e *StatusError) temporary() bool {
	return e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout || e.Status >= 500
}

// Get gives the file at a URL: the kept copy where the server says that nothing
// changed. On an error the kept copy is untouched.
func (c Cache) Get(ctx context.Context, address string) (File, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return File{}, fmt.Errorf("%s: not a web address", address)
	}
	dir := filepath.Join(c.Dir, keyOf(address))
	kept := readMeta(dir)
	tries, wait := c.Tries, c.Wait
	if tries == 0 {
		tries = 4
	}
	if wait == 0 {
		wait = time.Second
	}
	for try := 1; ; try++ {
		f, err := c.once(ctx, u, dir, kept)
		if err == nil || ctx.Err() != nil || !worthTrying(err) || try >= tries {
			return f, err
		}
		select {
		case <-ctx.Done():
			return File{}, ctx.Err()
		case <-time.After(wait):
			wait *= 2
		}
	}
}

func worthTrying(err error) bool {
	var s *StatusError
	if errors.As(err, &s) {
		return s.temporary()
	}
	var tooLarge *sizeError
	return !errors.As(err, &tooLarge)
}

func keyOf(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:12])
}

// readMeta gives what is kept, or a zero File where nothing whole is.
func readMeta(dir string) File {
	var f File
	text, err := os.ReadFile(filepath.Join(dir, "meta.json"))
	if err != nil || json.Unmarshal(text, &f) != nil {
		return File{}
	}
	f.Path = filepath.Join(dir, f.SHA256[:min(12, len(f.SHA256))], f.Name)
	if _, err := os.Stat(f.Path); err != nil {
		return File{}
	}
	return f
}

func (c Cache) once(ctx context.Context, u *url.URL, dir string, kept File) (File, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return File{}, err
	}
	req.Header.Set("User-Agent", "hardyards (reads published spend files)")
	if kept.SHA256 != "" {
		setIf(req.Header, "If-None-Match", kept.ETag)
		setIf(req.Header, "If-Modified-Since", kept.LastMod)
	}
	client := c.Client
	if client == nil {
		client = &http.Client{Timeout: 5 * time.Minute}
	}
	resp, err := client.Do(req)
	if err != nil {
		return File{}, err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotModified && kept.SHA256 != "":
		return kept, nil
	case resp.StatusCode != http.StatusOK:
		return File{}, &StatusError{u.String(), resp.StatusCode}
	}
	return c.keep(u, dir, kept, resp)
}

func setIf(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

type sizeError struct {
	url string
	max int64
}

func (e *sizeError) Error() string {
	return fmt.Sprintf("%s: larger than %d bytes; nothing was kept", e.url, e.max)
}

// keep stores an answer: the bytes under their own hash, then the meta file by
// rename, so that a crash leaves the former copy.
func (c Cache) keep(u *url.URL, dir string, kept File, resp *http.Response) (File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return File{}, err
	}
	tmp, err := os.CreateTemp(dir, "incoming-*")
	if err != nil {
		return File{}, err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	limit := c.MaxBytes
	if limit == 0 {
		limit = 4 << 30
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(tmp, hash), io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return File{}, fmt.Errorf("%s: broke off after %d bytes: %w", u, n, err)
	case n > limit:
		return File{}, &sizeError{u.String(), limit}
	case resp.ContentLength >= 0 && n != resp.ContentLength:
		return File{}, fmt.Errorf("%s: %d of %d bytes arrived", u, n, resp.ContentLength)
	}
	if err := tmp.Sync(); err != nil {
		return File{}, err
	}
	f := File{URL: u.String(), Name: nameOf(u), ETag: resp.Header.Get("ETag"), LastMod: resp.Header.Get("Last-Modified"),
		SHA256: hex.EncodeToString(hash.Sum(nil))}
	f.Path = filepath.Join(dir, f.SHA256[:12], f.Name)
	f.Changed = f.SHA256 != kept.SHA256
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
		return File{}, err
	}
	if err := os.Rename(tmp.Name(), f.Path); err != nil {
		return File{}, err
	}
	return f, writeMeta(dir, f)
}

// Remove removes every kept copy of the bytes with one of the hashes, by whatever
// address they came: the next Get asks for all of it again.
func (c Cache) Remove(hashes []string) error {
	for _, sha := range hashes {
		copies, err := filepath.Glob(filepath.Join(c.Dir, "*", sha[:min(12, len(sha))]))
		if err != nil {
			return err
		}
		for _, kept := range copies {
			if err := os.RemoveAll(kept); err != nil {
				return err
			}
			if err := os.Remove(filepath.Join(filepath.Dir(kept), "meta.json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

func writeMeta(dir string, f File) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	tmp := filepath.Join(dir, "meta.tmp")
	if err := os.WriteFile(tmp, text, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, "meta.json"))
}

// nameOf is the last element of the path, fit for a file name.
func nameOf(u *url.URL) string {
	name := path.Base(u.Path)
	if name == "." || name == "/" || name == ".." {
		name = "index"
	}
	return strings.Map(func(r rune) rune {
		if r < 32 || strings.ContainsRune(`<>:"/\|?*`, r) {
			return '_'
		}
		return r
	}, name)
}
