package transform

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// Forgotten is a file that must go, and where it is held.
type Forgotten struct {
	SHA256    []string `json:"sha256"`    // of the file's versions
	Names     []string `json:"names"`     // paths it came to
	Fragments []string `json:"fragments"` // keys
	Snapshots []string `json:"snapshots"` // kept snapshots that hold its rows
}

// FindForgotten finds what forget FILE|SHA means: every version that came to a path,
// given whole or by its last element, or the bytes of a hash (8 digits at least).
// Nothing found, or several files, is police.ExitUsage: what is forgotten is gone.
//
// The steps of forgetting are FindForgotten, BeginForgetting, LeaveTombstone, Build
// and publish with Inputs.Forgotten set (a tombstone keeps the file out for good),
// Erase, EndForgetting. A kept snapshot can't lose rows and still be what its
// manifest and id say, nor can its findings: those that hold the file are removed as
// a whole, the current one is built anew.
func FindForgotten(lk *lake.Lake, target string) (Forgotten, error) {
	var f Forgotten
	snapshots, err := keptSnapshots(lk)
	if err != nil {
		return f, err
	}
	var found versionsFound
	for _, s := range snapshots {
		for _, i := range s.Manifest().Inputs {
			if i.Kind == "file" {
				found.look(target, i.Name, i.SHA256)
			}
		}
	}
	arrivals, err := lk.Arrivals()
	if err != nil {
		return f, err
	}
	for _, a := range arrivals {
		found.look(target, a.Path, a.SHA256)
	}
	keys, err := lk.FragmentKeys()
	if err != nil {
		return f, err
	}
	var records []lake.FragmentRecord
	for _, key := range keys {
		frag, err := lk.Fragment(key)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return f, err
		}
		records = append(records, frag.Record)
		found.look(target, frag.Record.Name, frag.Record.SHA256)
	}
	if f.SHA256, f.Names, err = found.one(target); err != nil {
		return f, err
	}
	for _, r := range records {
		if slices.Contains(f.SHA256, r.SHA256) {
			f.Fragments = append(f.Fragments, r.Key)
		}
	}
	for _, s := range snapshots {
		if holds(s.Manifest(), f.SHA256) {
			f.Snapshots = append(f.Snapshots, s.ID())
		}
	}
	return f, nil
}

// versionsFound are the versions of files that a target may mean.
type versionsFound struct {
	byHash, byPath, byBase [][2]string // name and SHA-256
}

func (v *versionsFound) look(target, name, sha string) {
	at := [2]string{name, sha}
	switch {
	case sha == "" || target == "":
	case name == target:
		v.byPath = append(v.byPath, at)
	case path.Base(filepath.ToSlash(name)) == target:
		v.byBase = append(v.byBase, at)
	case len(target) >= 8 && strings.HasPrefix(sha, strings.ToLower(target)):
		v.byHash = append(v.byHash, at)
	}
}

// one gives the hashes of one file's versions, or of one set of bytes, and their
// names: what is meant exactly before what is meant by a part of its name.
func (v *versionsFound) one(target string) (shas, names []string, err error) {
	for _, found := range [][][2]string{v.byPath, v.byBase, v.byHash} {
		if len(found) == 0 {
			continue
		}
		for _, f := range found {
			names, shas = append(names, f[0]), append(shas, f[1])
		}
		names, shas = unique(names), unique(shas)
		if len(names) > 1 && len(shas) > 1 {
			return nil, nil, police.Exitf(police.ExitUsage, "name one by its path or its whole hash", "forget %s: it may mean %s", target, strings.Join(names, ", "))
		}
		return shas, names, nil
	}
	return nil, nil, police.Exitf(police.ExitUsage, "list the lake's files with: hardyards coverage", "forget %s: no file of that name or hash in this lake", target)
}

func keptSnapshots(lk *lake.Lake) ([]*lake.Snapshot, error) {
	infos, err := lk.Snapshots()
	if err != nil {
		return nil, err
	}
	var out []*lake.Snapshot
	for _, i := range infos {
		s, err := lk.Snapshot(i.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func holds(m lake.Manifest, shas []string) bool {
	return slices.ContainsFunc(m.Inputs, func(i lake.Input) bool { return i.Kind == "file" && slices.Contains(shas, i.SHA256) })
}

func unique(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

// tombstonesName is the file, in the lake, that keeps forgotten files out.
const tombstonesName = "tombstones.csv"

func tombstones(lk *lake.Lake) string { return filepath.Join(lk.Dir(), tombstonesName) }

// Tombstones gives the SHA-256 of all forgotten files, for Inputs.Forgotten.
func Tombstones(lk *lake.Lake) ([]string, error) {
	rows, err := readTombstones(lk)
	var out []string
	for _, r := range rows {
		out = append(out, r[0])
	}
	return unique(out), err
}

func readTombstones(lk *lake.Lake) ([][]string, error) {
	data, err := os.ReadFile(tombstones(lk))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = 2
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", tombstones(lk), err)
	}
	return rows[min(1, len(rows)):], nil
}

// LeaveTombstone records that the file was forgotten on a day: its hash and nothing
// that was in it.
func LeaveTombstone(lk *lake.Lake, f Forgotten, on police.Date) error {
	rows, err := readTombstones(lk)
	if err != nil {
		return err
	}
	for _, sha := range f.SHA256 {
		if !slices.ContainsFunc(rows, func(r []string) bool { return r[0] == sha }) {
			rows = append(rows, []string{sha, on.String()})
		}
	}
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	if err := errors.Join(w.Write([]string{"sha256", "forgotten_on"}), w.WriteAll(rows)); err != nil {
		return err
	}
	return lk.ReplaceFile(tombstonesName, buf.Bytes())
}

// forgettingName is the file, in the lake, that says what is being forgotten: a run
// that finds it finishes what a killed one began.
const forgettingName = "forgetting.json"

// BeginForgetting records what is to be forgotten.
func BeginForgetting(lk *lake.Lake, f Forgotten) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return lk.ReplaceFile(forgettingName, text)
}

// Forgetting gives what was begun to be forgotten and not ended; pending is false
// where nothing was.
func Forgetting(lk *lake.Lake) (f Forgotten, pending bool, err error) {
	at := filepath.Join(lk.Dir(), forgettingName)
	text, err := os.ReadFile(at)
	if errors.Is(err, fs.ErrNotExist) {
		return f, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", at, err)
	}
	return f, err == nil, err
}

// EndForgetting records that all of it is gone.
func EndForgetting(lk *lake.Lake) error { return lk.RemoveFile(forgettingName) }

// Erase removes the fragments of a forgotten file, what is cached of them, and the
// kept snapshots that hold its rows. The current snapshot must not: build and
// publish one without the file first.
func Erase(lk *lake.Lake, f Forgotten) error {
	current, err := lk.Current()
	if err != nil {
		return err
	}
	if current != nil && holds(current.Manifest(), f.SHA256) {
		return fmt.Errorf("snapshot %s, the current one, still holds the file", current.ID())
	}
	infos, err := lk.Snapshots()
	if err != nil {
		return err
	}
	for _, i := range infos {
		if slices.Contains(f.Snapshots, i.ID) {
			if err := lk.RemoveSnapshot(i.ID); err != nil {
				return err
			}
		}
	}
	c := openCache(lk)
	for _, key := range f.Fragments {
		if err := errors.Join(c.forget(key), lk.RemoveFragment(key)); err != nil {
			return err
		}
	}
	return nil
}
