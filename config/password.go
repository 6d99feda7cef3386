package config

import (
	"bytes"

	"filippo.io/age"

	"hushwing/secret"
)

// ChangePassword makes fresh a new identity and seals everything anew for it,
// as the package's text describes: after an error or a crash at any step
// either the old or the new password opens everything. It takes about two
// seconds, during which nothing else is written. Errors: ErrWrongPassword when
// old is not the password, ErrEmptyPassword, ErrFull, ErrReadOnly, ErrDisk,
// ErrClosed, and ErrUnsure.
func (s *Store) ChangePassword(old, fresh secret.Text) error {
	if _, err := normalize(fresh); err != nil {
		return err
	}
	s.profileMu.Lock()
	defer s.profileMu.Unlock()
	if err := s.checkPassword(old); err != nil {
		return err
	}
	return s.sealAnew(fresh)
}

// checkPassword tells whether password opens this profile.
func (s *Store) checkPassword(password secret.Text) error {
	s.disk.mu.Lock()
	err := s.disk.usable()
	s.disk.mu.Unlock()
	if err != nil {
		return err
	}
	raw, err := s.disk.fs.read(keyFile)
	if err != nil {
		return &DamagedError{keyFile, cause(err)}
	}
	_, err = openKey(raw, password)
	return err
}

// sealAnew takes the profile to a new identity and password. Call it with
// profileMu held.
func (s *Store) sealAnew(password secret.Text) error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	key, err := sealKey(id, password)
	if err != nil {
		return err
	}
	profile, err := encodeProfile(s.profile, s.generation)
	if err != nil {
		return err
	}
	if profile, err = seal(profile, ' ', padTo, id.Recipient()); err != nil {
		return err
	}

	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	if err := s.disk.usable(); err != nil {
		return err
	}
	queue, err := encodeQueue(s.ViewQueue()) // what waits is written after this, with the new identity
	if err != nil {
		return err
	}
	if queue, err = seal(queue, ' ', padTo, id.Recipient()); err != nil {
		return err
	}
	if err := s.disk.prepare(key, profile, queue); err != nil {
		return err
	}
	if err := s.disk.turn(key); err != nil {
		return err
	}
	s.disk.id = id
	if err := finish(s.disk.fs, []string{profileFile, queueFile}); err != nil {
		s.disk.unsure = true
		return unsureError(err)
	}
	return nil
}

// prepare is step 1: all that is new stands beside what is old, and lasts.
func (d *disk) prepare(key, profile, queue []byte) error {
	err := put(d.fs, profileFile+next, profile)
	if err == nil {
		err = put(d.fs, queueFile+next, queue)
	}
	if err == nil {
		err = put(d.fs, keyFile+next, key)
	}
	if err == nil {
		err = d.fs.syncDir()
	}
	if err != nil {
		sweep(d.fs)
		return diskError("prepare", "a new "+keyFile, err)
	}
	return nil
}

// turn is step 2, the switch. When the disk fails it looks which key is in
// place: if that cannot be told, or is the new one, only a new Open may go on.
func (d *disk) turn(key []byte) error {
	err := d.fs.rename(keyFile+next, keyFile)
	if err == nil {
		return nil
	}
	err = diskError("replace", keyFile, err)
	if there, readErr := readOrNil(d.fs, keyFile); readErr == nil && !bytes.Equal(there, key) {
		sweep(d.fs)
		return err
	}
	d.unsure = true
	return unsureError(err)
}

// finish is the end of step 2, which makes the switch last, and step 3. Open
// does both too: a process may have died before the sync of a machine that
// went on.
func finish(d fsys, names []string) error {
	if len(names) == 0 {
		return nil
	}
	if err := d.syncDir(); err != nil {
		return diskError("finish", keyFile, err)
	}
	for _, name := range names {
		if err := d.rename(name+next, name); err != nil {
			return diskError("finish", name, err)
		}
	}
	if err := d.syncDir(); err != nil {
		return diskError("finish", profileFile, err)
	}
	return nil
}
