//go:build !linux

package lake

import "os"

// statOf takes size and time of a file: what every system has.
func statOf(path string) (StatEntry, error) {
	info, err := os.Stat(path)
	if err != nil {
		return StatEntry{}, err
	}
	return StatEntry{Size: info.Size(), MTime: info.ModTime().UnixNano()}, nil
}
