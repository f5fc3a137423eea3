package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// ErrChanged says that a file was written to, replaced or removed while it was read:
// what was made of it is neither its former state nor its present one.
var ErrChanged = errors.New("changed while it was read")

// clockGrain is the coarsest time stamp of a usual file system: a file written to
// within it may be written to again and look the same.
const clockGrain = 2 * time.Second

// watch is the state of a file before its first byte was read. A reading makes
// several passes over a file, so that one which changes between them would be
// believed to hold what no version of it ever held.
type watch struct {
	in     Input
	before lake.StatEntry
	young  bool
}

func watchFile(in Input) (*watch, error) {
	before, err := lake.FileState(in.Path)
	written := time.Unix(0, max(before.MTime, before.CTime))
	return &watch{in, before, time.Since(written) < clockGrain}, err
}

// check gives police.ExitTryAgain where the file is no longer what it was. sha is
// the hash of what was read, "" where it isn't known: the bytes of a file too young
// for its time stamps to tell are hashed once more.
func (w *watch) check(sha string) error {
	if w == nil {
		return nil
	}
	after, err := lake.FileState(w.in.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return w.changed("it is gone")
	case err != nil:
		return fmt.Errorf("%s: %w", w.in.name(), err)
	case after.Size != w.before.Size:
		return w.changed(fmt.Sprintf("it had %d bytes and has %d", w.before.Size, after.Size))
	case after != w.before:
		return w.changed("another version stands in its place")
	case !w.young || sha == "":
		return nil
	}
	if now, _, err := lake.HashFile(w.in.Path); err != nil || now != sha {
		return w.changed("its bytes are others now")
	}
	return nil
}

func (w *watch) changed(how string) error {
	return police.Exitf(police.ExitTryAgain, "run again when it is complete; what was published stays", "%s: %w: %s", w.in.name(), ErrChanged, how)
}

// settle gives the outcome of a reading, unless the file changed meanwhile: a
// refusal or a broken ledger is then the change's doing.
func settle[T any](w *watch, out T, err error) (T, error) {
	if changed := w.check(""); changed != nil {
		var none T
		return none, changed
	}
	return out, err
}
