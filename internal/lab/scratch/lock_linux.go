package scratch

import (
	"errors"
	"os"
	"syscall"
)

// ErrLocked says that somebody else holds a lock.
var ErrLocked = errors.New("scratch: locked by somebody else")

// TryLock opens name, making it if need be, and locks it without waiting. The
// lock lasts until the file is closed or the process ends; children do not
// inherit it.
func TryLock(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = ErrLocked
		}
		return nil, err
	}
	return f, nil
}
