package data

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"path"
	"slices"
)

// Files returns the embedded tables, layouts and sample as files, for copying them
// out and for Digest.
func Files() fs.FS { return embedded }

// Digest is the SHA-256 of the tables and layouts of a directory and below, by
// name and content, without parsing them: whether anything changed since a run
// recorded it. Other files don't count.
func Digest(dir fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(dir, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !slices.Contains([]string{".csv", ".toml"}, path.Ext(name)) {
			return err
		}
		f, err := dir.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		content := sha256.New()
		if _, err := io.Copy(content, f); err != nil {
			return err
		}
		io.WriteString(h, name+"\x00"+hex.EncodeToString(content.Sum(nil))+"\n") // a hash never fails
		return nil
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
