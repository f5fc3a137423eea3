package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"hardyards/internal/police"
)

// disk is the one way by which this package changes the disk. step, where set, is
// told of every change just before it is made: a test stops the process there.
type disk struct {
	step func(op, path string)
	// hardLink makes a hard link; nil is os.Link.
	hardLink func(from, to string) error
	// lazy leaves files unsynced when they are finished: the caller makes them
	// durable together, by syncAll, before anything names them. Ten thousand small
	// fragments made durable one by one took 50,000 syncs.
	lazy bool
}

func (d disk) lazily() disk {
	d.lazy = true
	return d
}

func (d disk) at(op, path string) {
	if d.step != nil {
		d.step(op, path)
	}
}

// diskError gives a failed change its exit code: a full disk is to be tried again
// (75), a place that can't be written is the user's to change (2).
func diskError(op, path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return police.Exitf(police.ExitTryAgain, "free some space and run again: what is finished is kept", "%s: %s: %w", path, op, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		return police.Exitf(police.ExitUsage, "give a lake directory that can be written: --lake DIR", "%s: %s: %w", path, op, err)
	}
	return fmt.Errorf("%s: %s: %w", path, op, err)
}

func (d disk) mkdirAll(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	d.at("mkdir", path)
	return diskError("make directory", path, os.MkdirAll(path, 0o777))
}

func (d disk) rename(from, to string) error {
	d.at("rename", to)
	return diskError("rename", to, os.Rename(from, to))
}

func (d disk) remove(path string) error {
	d.at("remove", path)
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return diskError("remove", path, err)
}

// removeAll removes a tree whose files may be read-only.
func (d disk) removeAll(path string) error {
	d.at("remove", path)
	return diskError("remove", path, os.RemoveAll(path))
}

// syncDir makes the names in a directory durable.
func (d disk) syncDir(path string) error {
	d.at("sync", path)
	f, err := os.Open(path)
	if err != nil {
		return diskError("sync", path, err)
	}
	err = f.Sync()
	f.Close()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil // some file systems know no sync of a directory
	}
	return diskError("sync", path, err)
}

// syncAll makes all that was written below root durable, names and contents: by one
// call where the system has it, else file by file, from below.
func (d disk) syncAll(root string) error {
	d.at("sync", root)
	if done, err := syncFileSystem(root); done {
		return diskError("sync", root, err)
	}
	var dirs []string
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			dirs = append(dirs, path)
			return nil
		}
		return d.syncDir(path) // a file is synced as a directory is
	})
	if err != nil {
		return err
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		if err := d.syncDir(dirs[i]); err != nil {
			return err
		}
	}
	return nil
}

// link puts the file at from also at to: a hard link, or where the file system
// makes none, a copy.
func (d disk) link(from, to string) error {
	d.at("link", to)
	hardLink := d.hardLink
	if hardLink == nil {
		hardLink = os.Link
	}
	if err := hardLink(from, to); err == nil {
		return nil
	} else if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return diskError("link", to, err)
	}
	return d.copy(from, to)
}

func (d disk) copy(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return diskError("copy", from, err)
	}
	defer in.Close()
	out, err := d.create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.abandon()
		return diskError("copy", to, err)
	}
	return out.finish()
}

// newFile is a file being written. Its bytes are counted and hashed on their way.
// Its first failure is kept and given by finish: Arrow's writer drops errors.
type newFile struct {
	d    disk
	f    *os.File
	hash hash.Hash
	n    int64
	buf  []byte
	err  error
}

// create makes a file that must not exist.
func (d disk) create(path string) (*newFile, error) {
	d.at("create", path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, diskError("create", path, err)
	}
	return &newFile{d: d, f: f, hash: sha256.New()}, nil
}

// writeBlock is how much is gathered before a write: Arrow writes page headers of
// some dozen bytes.
const writeBlock = 256 << 10

// Write never fails: the error is kept for finish.
func (w *newFile) Write(p []byte) (int, error) {
	if len(w.buf)+len(p) > writeBlock {
		w.flush()
	}
	if len(p) >= writeBlock {
		w.write(p)
	} else {
		w.buf = append(w.buf, p...)
	}
	w.n += int64(len(p))
	return len(p), nil
}

func (w *newFile) flush() {
	w.write(w.buf)
	w.buf = w.buf[:0]
}

func (w *newFile) write(p []byte) {
	if w.err != nil || len(p) == 0 {
		return
	}
	w.d.at("write", w.f.Name())
	w.hash.Write(p)
	_, w.err = w.f.Write(p)
}

// finish makes the file durable and read-only.
func (w *newFile) finish() error {
	w.flush()
	if w.err == nil && !w.d.lazy {
		w.d.at("sync", w.f.Name())
		w.err = w.f.Sync()
	}
	if w.err == nil {
		w.err = w.f.Chmod(0o444)
	}
	if err := w.f.Close(); w.err == nil {
		w.err = err
	}
	return diskError("write", w.f.Name(), w.err)
}

// sum gives the hash of what was written, after finish.
func (w *newFile) sum() string { return hex.EncodeToString(w.hash.Sum(nil)) }

// abandon closes and removes the file.
func (w *newFile) abandon() {
	w.f.Close()
	os.Remove(w.f.Name())
}

// writeWhole writes a small file at once, durable and read-only.
func (d disk) writeWhole(path string, data []byte) (sum string, err error) {
	f, err := d.create(path)
	if err != nil {
		return "", err
	}
	f.Write(data)
	if err := f.finish(); err != nil {
		return "", err
	}
	return f.sum(), nil
}

// replaceWhole puts a small file in the place of another, atomically.
func (d disk) replaceWhole(path string, data []byte) error {
	tmp := path + ".new"
	os.Remove(tmp) // left by a process that died here
	if _, err := d.writeWhole(tmp, data); err != nil {
		return err
	}
	if err := d.rename(tmp, path); err != nil {
		return err
	}
	return d.syncDir(filepath.Dir(path))
}

// ReplaceFile puts a small file at a path relative to the lake (tombstones, a
// cache), in the place of what is there: durable, whole or not at all.
func (l *Lake) ReplaceFile(rel string, data []byte) error {
	at := l.path(filepath.FromSlash(rel))
	if err := l.disk.mkdirAll(filepath.Dir(at)); err != nil {
		return err
	}
	return l.disk.replaceWhole(at, data)
}

// RemoveFile removes a small file at a path relative to the lake, durably; one that
// isn't there is no error.
func (l *Lake) RemoveFile(rel string) error {
	at := l.path(filepath.FromSlash(rel))
	if err := l.disk.remove(at); err != nil {
		return err
	}
	return l.disk.syncDir(filepath.Dir(at))
}

// HashFile gives the SHA-256 of a file in hex, and its size.
func HashFile(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.CopyBuffer(h, f, make([]byte, 1<<20))
	if err != nil {
		return "", 0, fmt.Errorf("%s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}
