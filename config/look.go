package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// State is what Look finds.
type State int

const (
	// NoProfile: Create can make one here.
	NoProfile State = iota
	// Locked: Open can open it, with the password.
	Locked
)

// Look tells what is in the folder, without a password and without changing
// anything. It returns NoProfile for a folder that does not exist, holds
// nothing of a profile, what a crash left of a Create, or a profile whose
// destruction has begun, which Create finishes. Everything else that
// is not a whole profile is an error: ErrDamaged, ErrForeign, ErrExposed.
// It reads the three files: off the window's goroutine.
func Look(dir string) (State, error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return NoProfile, nil
	}
	if err != nil {
		return NoProfile, diskError("look at", "the folder", err)
	}
	if !info.IsDir() {
		return NoProfile, &ForeignError{filepath.Base(dir), errors.New("not a folder")}
	}
	if err := checkFolder(dir, info); err != nil {
		return NoProfile, err
	}
	_, err = look(folder(dir))
	if errors.Is(err, ErrNoProfile) {
		return NoProfile, nil
	}
	if err != nil {
		return NoProfile, err
	}
	return Locked, nil
}

// InUse reports whether another Hushwing has the profile in the folder open.
// It needs no password, changes nothing, and answers for the moment only: Open
// is what makes sure.
func InUse(dir string) bool {
	path := filepath.Join(dir, lockFile)
	if _, err := os.Lstat(path); err != nil {
		return false // taking the lock would make it
	}
	lock, err := takeLock(path)
	if err != nil {
		return errors.Is(err, ErrInUse)
	}
	_ = lock.Close()
	return false
}

// sealed is what a folder holds, still sealed. A nil is a missing file.
type sealed struct {
	key   []byte
	files map[string]pair
}

// pair is a file and the one that was sealed anew to take its place.
type pair struct{ now, next []byte }

// look reads a folder. It returns ErrNoProfile when there is none.
func look(d fsys) (*sealed, error) {
	s := &sealed{files: map[string]pair{}}
	var err error
	if s.key, err = readOrNil(d, keyFile); err != nil {
		return nil, err
	}
	if isDestroyed(s.key) {
		return nil, ErrNoProfile // whatever the rest is: nothing opens it
	}
	for _, name := range []string{profileFile, queueFile} {
		var p pair
		if p.now, err = readOrNil(d, name); err != nil {
			return nil, err
		}
		if p.next, err = readOrNil(d, name+next); err != nil {
			return nil, err
		}
		s.files[name] = p
	}
	if s.key == nil {
		if s.files[profileFile].now == nil && s.files[queueFile].now == nil {
			return nil, ErrNoProfile
		}
		return nil, &DamagedError{keyFile, fs.ErrNotExist}
	}
	if _, err := inspectKey(s.key); err != nil {
		return nil, err
	}
	for _, name := range []string{profileFile, queueFile} {
		if err := s.files[name].inspect(name); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// inspect tells whether one of the two can be what name should be.
func (p pair) inspect(name string) error {
	err := error(&DamagedError{name, fs.ErrNotExist})
	for i, raw := range [][]byte{p.now, p.next} {
		if raw == nil {
			continue
		}
		_, _, rawErr := inspect(name, raw, "X25519")
		if rawErr == nil {
			return nil
		}
		if i == 0 {
			err = rawErr
		}
	}
	return err
}

// readOrNil returns nil for a missing file and never for another.
func readOrNil(d fsys, name string) ([]byte, error) {
	raw, err := d.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &DamagedError{name, cause(err)}
	}
	if raw == nil {
		raw = []byte{}
	}
	return raw, nil
}

// unseal opens the file that belongs to id: name itself or, when a change of
// the password was cut short after its switch, the one beside it.
func (p pair) unseal(name string, id *age.X25519Identity) (plain []byte, isNext bool, err error) {
	err = &DamagedError{name, fs.ErrNotExist}
	if p.now != nil {
		if plain, err = unseal(name, p.now, id); err == nil {
			return plain, false, nil
		}
	}
	if p.next != nil {
		if plain, nextErr := unseal(name, p.next, id); nextErr == nil {
			return plain, true, nil
		}
	}
	return nil, false, err
}
