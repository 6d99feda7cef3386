package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// destroyed is what a key file is overwritten with, again and again: who finds it
// there knows that a destruction has begun, and finishes it.
const destroyed = "destroyed\n"

// isDestroyed reports whether the content of key.age is gone for good.
func isDestroyed(raw []byte) bool { return bytes.HasPrefix(raw, []byte(destroyed)) }

// DestroyKey overwrites key.age, and so makes everything in the folder
// undecipherable, which takes one write. From then on the Store writes nothing
// more; Close it, and let Destroy remove the rest. An error means that the key
// may still be there. It does not wait for what is being written.
//
// What the disk itself, a snapshot or a backup has kept of the file is out of
// reach of any program.
func (s *Store) DestroyKey() error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	s.disk.closed = true
	s.disk.id = nil
	return destroyKeys(s.disk.fs)
}

// Destroy destroys the profile in a folder that no Store has open, whatever state
// it is in, without its password: the key first, then all other files of it, and
// what is in those of its folders that are named. The folders themselves stay,
// because a process that is locked in has them and not their names, and so does
// an empty file. Nothing in the folder has to be whole for that: neither what a file
// says nor who may read it is looked at.
// Errors: ErrInUse, ErrReadOnly, ErrDisk; what could be removed has been, then.
func Destroy(dir string, folders ...string) error {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, lockErr := takeLock(filepath.Join(dir, lockFile))
	if errors.Is(lockErr, ErrInUse) {
		return ErrInUse
	}
	// Whatever else keeps the lock from being taken keeps everybody from it, and
	// is no reason to leave a key.
	err := destroyKeys(folder(dir))
	for _, name := range folders {
		err = errors.Join(err, clearFolder(filepath.Join(dir, name)))
	}
	err = errors.Join(err, removeAll(folder(dir)))
	if lockErr == nil {
		_ = lock.Close()
	} else {
		_ = os.Remove(filepath.Join(dir, lockFile)) // it would be in the way of a new profile
	}
	return err
}

func clearFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	if err != nil {
		return diskError("remove", "a folder", err)
	}
	return nil
}

// FinishDestroy goes on with a Destroy that was cut short, if there was one.
func FinishDestroy(dir string, folders ...string) error {
	if key, err := readOrNil(folder(dir), keyFile); err != nil || !isDestroyed(key) {
		return nil
	}
	return Destroy(dir, folders...)
}

// destroyKeys overwrites what holds a key. One that cannot be overwritten is
// removed, which is less, but more than nothing.
func destroyKeys(d fsys) error {
	var errs []error
	for _, name := range []string{keyFile, keyFile + next} {
		if err := overwrite(d, name); err != nil {
			gone := d.remove(name)
			if gone == nil {
				gone = d.syncDir()
			}
			if gone != nil {
				errs = append(errs, diskError("destroy", name, err))
			}
		}
	}
	return errors.Join(errs...)
}

// overwrite replaces the content of a file where it lies.
func overwrite(d fsys, name string) error {
	f, size, err := d.reopen(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.Write(bytes.Repeat([]byte(destroyed), size/len(destroyed)+1))
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// removeAll removes the files of a profile whose key is gone. key.age goes last,
// so that a crash on the way is seen as what it is.
func removeAll(d fsys) error {
	var errs []error
	remove := func(names ...string) {
		for _, name := range names {
			if err := d.remove(name); err != nil {
				errs = append(errs, diskError("remove", name, err))
			}
		}
		if err := d.syncDir(); err != nil {
			errs = append(errs, diskError("remove", "files", err))
		}
	}
	remove(append([]string{profileFile, queueFile}, leftovers...)...)
	if len(errs) == 0 {
		remove(keyFile)
	}
	return errors.Join(errs...)
}

// removeDestroyed finishes a destruction that was cut short.
func removeDestroyed(d fsys) error {
	key, err := readOrNil(d, keyFile)
	if err != nil || !isDestroyed(key) {
		return err
	}
	if err := destroyKeys(d); err != nil {
		return err
	}
	return removeAll(d)
}
