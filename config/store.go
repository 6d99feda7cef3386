package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"filippo.io/age"

	"hushwing/secret"
)

// Store is an open profile. All methods are safe for concurrent use; those
// that write block until the disk has it, so call them off the goroutines
// that must not wait. The functions that are handed to Modify and ModifyQueue
// must not call the Store.
type Store struct {
	disk disk
	lock *os.File // nil in tests of the disk alone
	now  func() time.Time

	profileMu  sync.Mutex // held by a whole Modify
	viewMu     sync.Mutex // guards the two below
	profile    Profile
	generation uint64

	queue queueKeeper
}

// disk is the sealed folder: one write at a time.
type disk struct {
	mu     sync.Mutex
	fs     fsys
	id     *age.X25519Identity
	closed bool
	unsure bool // see ErrUnsure
}

// usable says why nothing may be written. Call it with mu held.
func (d *disk) usable() error {
	switch {
	case d.closed:
		return ErrClosed
	case d.unsure:
		return ErrUnsure
	}
	return nil
}

// write seals plain and puts it in place of name. When that is done it calls
// written before anything else can be written: so what is in memory is never
// behind the disk when sealAnew takes a copy of it.
func (d *disk) write(name string, plain []byte, written func()) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.usable(); err != nil {
		return err
	}
	data, err := seal(plain, ' ', padTo, d.id.Recipient())
	if err != nil {
		return err
	}
	if err := replace(d.fs, name, data); err != nil {
		return err
	}
	written()
	return nil
}

// Create makes a profile in dir, which it makes too if need be, and opens it.
// It takes about a second and, for that time, 256 MB. Errors: ErrExists,
// ErrEmptyPassword, ErrInUse, ErrExposed, ErrFull, ErrReadOnly, ErrDisk, and
// those of Look.
func Create(dir string, password secret.Text) (*Store, error) {
	if _, err := normalize(password); err != nil {
		return nil, err
	}
	if err := makeFolder(dir); err != nil {
		return nil, err
	}
	state, err := Look(dir)
	if err != nil {
		return nil, err
	}
	if state != NoProfile {
		return nil, ErrExists
	}
	lock, err := takeLock(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, lockError(err)
	}
	s, err := create(folder(dir), password)
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	s.lock = lock
	return s, nil
}

// makeFolder makes dir, for its owner alone. One that is there already and
// empty is made so too: a shell's mkdir may have left it open to a group.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return diskError("make", "the folder", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return diskError("read", "the folder", err)
	}
	if len(entries) == 0 {
		_ = os.Chmod(dir, 0o700) // not ours to change: Look says what is wrong
	}
	return nil
}

// create is Create with the lock held.
func create(d fsys, password secret.Text) (*Store, error) {
	switch _, err := look(d); {
	case err == nil:
		return nil, ErrExists
	case !errors.Is(err, ErrNoProfile):
		return nil, err
	}
	if err := removeDestroyed(d); err != nil {
		return nil, err
	}
	s := newStore(d)
	s.profile.Isolation = make(Bytes, isolationSize)
	if _, err := io.ReadFull(rand.Reader, s.profile.Isolation); err != nil {
		return nil, err
	}
	s.generation = 1
	if err := s.sealAnew(password); err != nil {
		return nil, err
	}
	sweep(d)
	return s, nil
}

// Open opens the profile in dir. It takes about a second and, for that time,
// 256 MB. Errors: ErrNoProfile, ErrEmptyPassword, ErrWrongPassword, ErrInUse,
// ErrNewer, ErrReadOnly, ErrFull, ErrDisk, and those of Look. After an error
// the files are as they were.
func Open(dir string, password secret.Text) (*Store, error) {
	if _, err := normalize(password); err != nil {
		return nil, err
	}
	state, err := Look(dir)
	if err != nil {
		return nil, err
	}
	if state == NoProfile {
		return nil, ErrNoProfile
	}
	lock, err := takeLock(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, lockError(err)
	}
	s, err := open(folder(dir), password)
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	s.lock = lock
	return s, nil
}

func lockError(err error) error {
	if errors.Is(err, ErrInUse) {
		return ErrInUse
	}
	return diskError("lock", "the folder", err)
}

// open is Open with the lock held.
func open(d fsys, password secret.Text) (*Store, error) {
	found, err := look(d)
	if err != nil {
		return nil, err
	}
	s := newStore(d)
	if s.disk.id, err = openKey(found.key, password); err != nil {
		return nil, err
	}
	plain := map[string][]byte{}
	var unfinished []string
	for name, p := range found.files {
		var isNext bool
		if plain[name], isNext, err = p.unseal(name, s.disk.id); err != nil {
			return nil, err
		}
		if isNext {
			unfinished = append(unfinished, name)
		}
	}
	if s.profile, s.generation, err = decodeProfile(plain[profileFile]); err != nil {
		return nil, err
	}
	queue, err := decodeQueue(plain[queueFile])
	if err != nil {
		return nil, err
	}
	s.queue.start(queue)

	// All is well: only now is anything changed.
	if err := finish(d, unfinished); err != nil {
		return nil, err
	}
	sweep(d)
	if err := probe(d); err != nil {
		return nil, err
	}
	return s, nil
}

// sweep removes what a crash may have left. What cannot be removed is rubbish
// that the next save overwrites.
func sweep(d fsys) {
	for _, name := range leftovers {
		_ = d.remove(name)
	}
}

// probe refuses a folder that cannot be written to before anybody relies on
// it. A full disk is no reason: what is there can still be read.
func probe(d fsys) error {
	f, err := d.create(profileFile + tmp)
	if err != nil {
		if err = diskError("try to write", profileFile, err); errors.Is(err, ErrReadOnly) {
			return err
		}
		return nil
	}
	_ = f.Close()
	_ = d.remove(profileFile + tmp)
	return nil
}

func newStore(d fsys) *Store {
	s := &Store{now: time.Now}
	s.disk.fs = d
	s.queue.start(Queue{})
	return s
}

// View returns a deep copy of the profile.
func (s *Store) View() Profile {
	s.viewMu.Lock()
	defer s.viewMu.Unlock()
	return s.profile.Clone()
}

// Generation returns the number of the profile's last change.
func (s *Store) Generation() uint64 {
	s.viewMu.Lock()
	defer s.viewMu.Unlock()
	return s.generation
}

// Modify changes the profile: change gets a deep copy, which is checked and,
// when Modify returns without an error, on the disk. It returns the new
// generation, which is larger with every change. An error from change, or of
// ErrInvalid, ErrFull, ErrReadOnly, ErrDisk, ErrClosed and ErrUnsure, changes
// nothing, except that after ErrDisk a crash may still bring the change about.
func (s *Store) Modify(change func(*Profile) error) (uint64, error) {
	s.profileMu.Lock()
	defer s.profileMu.Unlock()
	draft := s.View()
	if err := change(&draft); err != nil {
		return 0, err
	}
	p := draft.Clone() // change may have kept the draft, or parts of it
	if err := p.check(); err != nil {
		return 0, err
	}
	generation := s.Generation() + 1
	plain, err := encodeProfile(p, generation)
	if err != nil {
		return 0, err
	}
	err = s.disk.write(profileFile, plain, func() {
		s.viewMu.Lock()
		defer s.viewMu.Unlock()
		s.profile, s.generation = p, generation
	})
	if err != nil {
		return 0, err
	}
	return generation, nil
}

// Close waits for what is being written and gives the profile free. Whatever
// is called after it returns ErrClosed; View and ViewQueue go on. It is safe
// to call twice.
func (s *Store) Close() error {
	s.profileMu.Lock()
	defer s.profileMu.Unlock()
	s.queue.close()
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	s.disk.closed = true
	s.disk.id = nil
	lock := s.lock
	s.lock = nil
	if lock == nil {
		return nil
	}
	return lock.Close()
}

// Format writes a placeholder for every verb.
func (*Store) Format(f fmt.State, _ rune) { hide(f) }

// LogValue gives log/slog a placeholder.
func (*Store) LogValue() slog.Value { return slog.StringValue(placeholder) }

// NewID returns a random name for an account or a text: 32 hex digits.
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: the program ends instead
	return hex.EncodeToString(b[:])
}
