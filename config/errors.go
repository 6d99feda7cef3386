package config

import (
	"errors"
	"fmt"
	"io/fs"
)

// What can be wrong, for errors.Is. Those with more to say come as a struct
// below, for errors.As, and answer to errors.Is too.
var (
	ErrNoProfile     = errors.New("config: there is no profile in this folder")
	ErrExists        = errors.New("config: there is a profile in this folder already")
	ErrEmptyPassword = errors.New("config: the password is empty")
	ErrWrongPassword = errors.New("config: wrong password")
	ErrInUse         = errors.New("config: another Hushwing has this profile open")
	ErrNewer         = errors.New("config: the profile was written by a newer Hushwing")
	ErrDamaged       = errors.New("config: the profile is damaged")
	ErrForeign       = errors.New("config: a file of another program is in the profile's place")
	ErrExposed       = errors.New("config: other people of this computer can write to the profile's folder")
	ErrFull          = errors.New("config: no space left on the disk")
	ErrReadOnly      = errors.New("config: the profile's folder cannot be written to")
	ErrQueueFull     = errors.New("config: too many texts wait already")
	ErrInvalid       = errors.New("config: not a value that can be kept")
	ErrClosed        = errors.New("config: the profile is closed")
	// ErrUnsure says that the disk failed at the one step of ChangePassword
	// after which it cannot be told which password holds. Nothing more is
	// written; closing and opening tells.
	ErrUnsure = errors.New("config: the disk failed while the password was changed; close and open again")
)

// NewerError names a file of a newer format.
type NewerError struct {
	File    string
	Version int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("config: %s has format %d, this program knows formats up to %d", e.File, e.Version, formatVersion)
}

// Is makes a NewerError an ErrNewer.
func (*NewerError) Is(target error) bool { return target == ErrNewer }

// DamagedError names a file that is missing (Err is then fs.ErrNotExist), cut,
// changed or unreadable.
type DamagedError struct {
	File string
	Err  error
}

func (e *DamagedError) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return "config: " + e.File + " is missing"
	}
	return fmt.Sprintf("config: %s is damaged: %v", e.File, e.Err)
}

// Unwrap returns the cause.
func (e *DamagedError) Unwrap() error { return e.Err }

// Is makes a DamagedError an ErrDamaged.
func (*DamagedError) Is(target error) bool { return target == ErrDamaged }

// ForeignError names a file that was not written for this profile: it is not
// in the age format, or is sealed for another key.
type ForeignError struct {
	File string
	Err  error
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("config: %s does not belong to this profile: %v", e.File, e.Err)
}

// Unwrap returns the cause.
func (e *ForeignError) Unwrap() error { return e.Err }

// Is makes a ForeignError an ErrForeign.
func (*ForeignError) Is(target error) bool { return target == ErrForeign }

// ExposedError names a folder that other people can write to.
type ExposedError struct {
	Dir  string
	Mode fs.FileMode
}

func (e *ExposedError) Error() string {
	return fmt.Sprintf("config: other people of this computer can write to the folder %s (%v)", e.Dir, e.Mode)
}

// Is makes an ExposedError an ErrExposed.
func (*ExposedError) Is(target error) bool { return target == ErrExposed }

// invalid makes an ErrInvalid with a reason that holds no private value.
func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// unsureError is an ErrUnsure with its cause.
func unsureError(err error) error { return fmt.Errorf("%w: %w", ErrUnsure, err) }
