package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The names in a profile's folder.
const (
	keyFile     = "key.age"
	profileFile = "profile.age"
	queueFile   = "queue.age"
	lockFile    = "lock"

	tmp  = ".tmp"  // a save under way
	next = ".next" // sealed anew, see the package's text
)

// maxFile bounds what is read into memory, and so what may be written.
const maxFile = 64 << 20

// leftovers are the names that only a crash leaves behind.
var leftovers = []string{
	profileFile + tmp, queueFile + tmp,
	keyFile + next, profileFile + next, queueFile + next,
}

// ErrDisk is any other failure of the disk.
var ErrDisk = errors.New("config: the disk failed")

// fsys is what a Store asks of a folder. Every method is one step at which a
// disk can fail or a process can die; a test does both at each.
type fsys interface {
	// create opens name for writing, empty, 0600.
	create(name string) (file, error)
	// reopen opens a file that is there, to write over it from its beginning, and
	// says how long it is. It follows no links.
	reopen(name string) (f file, size int, err error)
	// read returns the whole file, or an error that is fs.ErrNotExist.
	read(name string) ([]byte, error)
	// rename puts from in place of to, in one step.
	rename(from, to string) error
	// remove removes name; it is no error when there is none.
	remove(name string) error
	// syncDir makes earlier creates, renames and removes last.
	syncDir() error
}

// file is a file that is being written.
type file interface {
	io.WriteCloser
	Sync() error
}

// folder is the fsys of a real folder.
type folder string

func (d folder) path(name string) string { return filepath.Join(string(d), name) }

func (d folder) create(name string) (file, error) {
	return os.OpenFile(d.path(name), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
}

func (d folder) reopen(name string) (file, int, error) {
	info, err := os.Lstat(d.path(name))
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, 0, errors.New("not a file of a profile")
	}
	f, err := os.OpenFile(d.path(name), os.O_WRONLY, 0)
	if err != nil {
		return nil, 0, err
	}
	return f, int(info.Size()), nil
}

func (d folder) read(name string) ([]byte, error) {
	f, err := os.Open(d.path(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxFile {
		return nil, errors.New("the file is too large")
	}
	return raw, nil
}

func (d folder) rename(from, to string) error { return renameFile(d.path(from), d.path(to)) }

func (d folder) remove(name string) error {
	if err := os.Remove(d.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (d folder) syncDir() error { return syncFolder(string(d)) }

// put writes a file and syncs it. The name lasts only after syncDir.
func put(d fsys, name string, data []byte) error {
	f, err := d.create(name)
	if err != nil {
		return err
	}
	n, err := f.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// replace puts data in place of the file name: afterwards name is the old one
// or the new one, whole, whatever happens on the way.
func replace(d fsys, name string, data []byte) error {
	err := put(d, name+tmp, data)
	if err == nil {
		err = d.rename(name+tmp, name)
	}
	if err != nil {
		_ = d.remove(name + tmp) // gives a full disk its space back; else Open does it
		return diskError("save", name, err)
	}
	if err := d.syncDir(); err != nil {
		return diskError("save", name, err)
	}
	return nil
}

// diskError gives an error of the disk its type.
func diskError(what, name string, err error) error {
	kind := ErrDisk
	switch {
	case isFull(err):
		kind = ErrFull
	case isReadOnly(err):
		kind = ErrReadOnly
	}
	return fmt.Errorf("%w: %s %s: %w", kind, what, name, cause(err))
}

// cause strips the path, which names the user, from an error of the os.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
