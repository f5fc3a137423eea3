//go:build unix

package lake

import (
	"errors"
	"os"
	"syscall"
)

// lockFile asks the system for the lock of an open file, which ends with it.
func lockFile(f *os.File) (free bool, err error) {
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		return false, nil
	case errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENOTSUP):
		return true, nil // no locks on this file system: the record alone decides
	}
	return false, err
}
