package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// scratchPrefix begins the name of every temporary folder of a lab.
const scratchPrefix = "hushwing-lab-"

// scratch is a private temporary folder that is removed with its lab. Its path
// is short, since sockets live in it (their paths end at 107 bytes). A lock on a
// file in it says that its owner lives: the kernel drops the lock with the
// process, so it holds even where process ids are used anew.
type scratch struct {
	dir  string
	lock *os.File
}

// newScratch makes the folder, and removes those of owners that are gone.
func newScratch() (*scratch, error) {
	base := os.TempDir()
	removeStale(base)
	dir, err := os.MkdirTemp(base, scratchPrefix) // mode 0700
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	lock, err := tryLock(filepath.Join(dir, "lock"))
	if err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("lab: lock %s: %w", dir, err)
	}
	return &scratch{dir: dir, lock: lock}, nil
}

func (s *scratch) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

func (s *scratch) remove() error {
	err := os.RemoveAll(s.dir)
	s.lock.Close()
	return err
}

// removeStale removes scratch folders that nobody holds. Those of other users
// cannot be locked and stay.
func removeStale(base string) {
	dirs, _ := filepath.Glob(filepath.Join(base, scratchPrefix+"*"))
	for _, dir := range dirs {
		name := filepath.Join(dir, "lock")
		if _, err := os.Stat(name); err != nil {
			// Between MkdirTemp and the lock: give its owner a minute.
			if i, err := os.Lstat(dir); err != nil || !i.IsDir() || time.Since(i.ModTime()) < time.Minute {
				continue
			}
		}
		lock, err := tryLock(name)
		if err != nil {
			continue
		}
		os.RemoveAll(dir)
		lock.Close()
	}
}
