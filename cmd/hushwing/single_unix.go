//go:build unix

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"hushwing/gui"
)

// door is where a second start on the same profile tells the first one that the
// user wants to see it: a pipe with a name, which leads inwards only, in the user's
// own folder for what runs. It is opened before the cage closes: in there nothing
// could be listened at.
type door struct {
	pipe *os.File
	lock *os.File
	path string
}

// errNoDoor: there is no place of which nobody else has the key.
var errNoDoor = errors.New("no folder of one's own for what runs")

// openDoor makes the door for a profile. If another Hushwing has it open, it is
// told of the call instead, and told is true: this one can end. Where no door can
// be made the profile's own lock still keeps two apart.
func openDoor(dir string, getenv func(string) string, c gui.Call) (d *door, told bool, err error) {
	above, err := runtimeFolder(getenv)
	if err != nil {
		return nil, false, err
	}
	name := sha256.Sum256([]byte(dir))
	path := filepath.Join(above, "one-"+hex.EncodeToString(name[:12]))
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, false, err
	}
	switch err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
	case errors.Is(err, unix.EWOULDBLOCK):
		lock.Close()
		return nil, knock(path, c), nil
	case err != nil:
		lock.Close()
		return nil, false, err
	}
	_ = os.Remove(path) // of one that was killed
	if err := unix.Mkfifo(path, 0o600); err != nil {
		lock.Close()
		return nil, false, err
	}
	// Read and write: without a writer it would be at its end for ever.
	pipe, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	if err != nil {
		lock.Close()
		return nil, false, err
	}
	return &door{pipe: pipe, lock: lock, path: path}, false, nil
}

// runtimeFolder is the folder of what runs, which has to be this user's alone.
func runtimeFolder(getenv func(string) string) (string, error) {
	dir := getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(dir) {
		dir = os.TempDir()
	}
	dir = filepath.Join(dir, "hushwing")
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	var st unix.Stat_t
	if err := unix.Lstat(dir, &st); err != nil {
		return "", err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR || int(st.Uid) != os.Geteuid() || st.Mode&0o077 != 0 {
		return "", errNoDoor
	}
	return dir, nil
}

// knock tells the first one. It may just be about to open its door.
func knock(path string, c gui.Call) bool {
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		pipe, err := os.OpenFile(path, os.O_WRONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
		if err != nil {
			continue
		}
		info, err := pipe.Stat()
		if err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
			_, err = pipe.Write(callLine(c)) // shorter than what a pipe takes at once
		}
		pipe.Close()
		return err == nil
	}
	return false
}

// calls hands on what is said at the door. Whoever is there may be anybody of this
// user's programs: it is read as one of the few things that can be asked for, and
// not more often than a person asks.
func (d *door) calls() <-chan gui.Call {
	if d == nil {
		return nil
	}
	out := make(chan gui.Call)
	go readCalls(d.pipe, out, callPause)
	return out
}

// close takes the door away.
func (d *door) close() {
	if d == nil {
		return
	}
	_ = os.Remove(d.path)
	_ = d.pipe.Close()
	_ = d.lock.Close()
}
