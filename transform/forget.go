package transform

import (
	"bytes"
	"encoding/csv"
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

// FindForgotten finds what forget FILE|SHA means: every version that came to a path
// of that name, or the bytes of that hash (8 digits at least). Nothing found is
// police.ExitUsage.
//
// The steps of forgetting are FindForgotten, LeaveTombstone, Build and publish with
// Inputs.Forgotten set (a tombstone keeps the file out for good), Erase. A kept
// snapshot can't lose rows and still be what its manifest and id say, nor can its
// findings: those that hold the file are removed as a whole, the current one is
// built anew.
func FindForgotten(lk *lake.Lake, target string) (Forgotten, error) {
	var f Forgotten
	snapshots, err := keptSnapshots(lk)
	if err != nil {
		return f, err
	}
	for _, s := range snapshots {
		for _, i := range s.Manifest().Inputs {
			if i.Kind == "file" && isTarget(target, i.Name, i.SHA256) {
				f.SHA256, f.Names = append(f.SHA256, i.SHA256), append(f.Names, i.Name)
			}
		}
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
		if isTarget(target, frag.Record.Name, frag.Record.SHA256) {
			f.SHA256, f.Names = append(f.SHA256, frag.Record.SHA256), append(f.Names, frag.Record.Name)
		}
	}
	f.SHA256, f.Names = unique(f.SHA256), unique(f.Names)
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
	if len(f.SHA256) == 0 {
		return f, police.Exitf(police.ExitUsage, "list the lake's files with: hardyards coverage", "forget %s: no file of that name or hash in this lake", target)
	}
	return f, nil
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

func isTarget(target, name, sha string) bool {
	if len(target) >= 8 && strings.HasPrefix(sha, strings.ToLower(target)) {
		return true
	}
	return target != "" && (name == target || path.Base(filepath.ToSlash(name)) == target)
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
