// Package scratch makes private temporary folders that do not pile up: each is
// removed by its owner, or, when that was killed, by the next owner of one.
package scratch

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// prefix begins the name of every such folder.
const prefix = "hushwing-lab-"

// Folder is a private temporary folder (mode 0700). Its path is short, since
// sockets live in it (their paths end at 107 bytes). A lock on a file in it says
// that its owner lives: the kernel drops the lock with the process, so it holds
// even where process ids are used anew.
type Folder struct {
	Dir  string
	lock *os.File
}

// New makes a folder, and removes those of owners that are gone.
func New() (*Folder, error) {
	base := os.TempDir()
	removeStale(base)
	dir, err := os.MkdirTemp(base, prefix) // mode 0700
	if err != nil {
		return nil, fmt.Errorf("scratch: %w", err)
	}
	lock, err := TryLock(filepath.Join(dir, "lock"))
	if err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("scratch: lock %s: %w", dir, err)
	}
	return &Folder{Dir: dir, lock: lock}, nil
}

// Path is the path of something in the folder.
func (f *Folder) Path(elem ...string) string {
	return filepath.Join(append([]string{f.Dir}, elem...)...)
}

// Remove removes the folder with all that is in it.
func (f *Folder) Remove() error {
	err := os.RemoveAll(f.Dir)
	f.lock.Close()
	return err
}

// removeStale removes folders that nobody holds. Those of other users
// cannot be locked and stay.
func removeStale(base string) {
	dirs, _ := filepath.Glob(filepath.Join(base, prefix+"*"))
	for _, dir := range dirs {
		name := filepath.Join(dir, "lock")
		if _, err := os.Stat(name); err != nil {
			// Between MkdirTemp and the lock: give its owner a minute.
			if i, err := os.Lstat(dir); err != nil || !i.IsDir() || time.Since(i.ModTime()) < time.Minute {
				continue
			}
		}
		lock, err := TryLock(name)
		if err != nil {
			continue
		}
		os.RemoveAll(dir)
		lock.Close()
	}
}
