//go:build linux

package lake

import (
	"os"
	"syscall"
)

// statOf takes size, times and inode of a file.
func statOf(path string) (StatEntry, error) {
	info, err := os.Stat(path)
	if err != nil {
		return StatEntry{}, err
	}
	e := StatEntry{Size: info.Size(), MTime: info.ModTime().UnixNano()}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		e.CTime, e.Inode = s.Ctim.Nano(), s.Ino
	}
	return e, nil
}
