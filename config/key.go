package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"

	"hushwing/config/internal/work"
	"hushwing/secret"
)

// keyTitle begins the content of key.age; the format number follows. For age
// it is a comment of an identity file.
const keyTitle = "# hushwing key "

// keySize is what the content of key.age is padded to, in this format and all
// later ones: so a cut file is told from a wrong password before any key is.
const keySize = 256

// maxPassword bounds a password, in bytes.
const maxPassword = 4096

// derivation lets one derivation run at a time: each takes 256 MB.
var derivation sync.Mutex

// normalize returns a password as it is used: in Unicode's NFC, so that it
// does not matter how a keyboard composes its letters.
func normalize(password secret.Text) (string, error) {
	p := norm.NFC.String(password.Export())
	switch {
	case p == "":
		return "", ErrEmptyPassword
	case len(p) > maxPassword:
		return "", invalid("a password of more than %d bytes", maxPassword)
	}
	return p, nil
}

// derive runs f, a derivation of the given scrypt work factor, and gives its
// memory (1 kB times 2^factor) back to the system at once, not when the
// collector finds time.
func derive(factor int, f func()) {
	derivation.Lock()
	defer derivation.Unlock()
	f()
	if factor > 12 { // less is not worth a collection
		debug.FreeOSMemory()
	}
}

// sealKey returns the content of key.age for an identity. It takes about a
// second and 256 MB, which it gives back.
func sealKey(id *age.X25519Identity, password secret.Text) ([]byte, error) {
	p, err := normalize(password)
	if err != nil {
		return nil, err
	}
	to, err := age.NewScryptRecipient(p)
	if err != nil {
		return nil, err
	}
	factor := work.Factor()
	to.SetWorkFactor(factor)
	plain := fmt.Sprintf("%s%d\n%s\n", keyTitle, formatVersion, id)
	var sealed []byte
	derive(factor, func() { sealed, err = seal([]byte(plain), '\n', keySize, to) })
	return sealed, err
}

// inspectKey tells, without the password, whether raw can be a whole key.age.
// It returns the scrypt work factor.
func inspectKey(raw []byte) (factor int, err error) {
	stanza, payload, err := inspect(keyFile, raw, "scrypt")
	if err != nil {
		return 0, err
	}
	if plain := payload - nonceSize - tagSize; plain < keySize || plain%keySize != 0 {
		return 0, &DamagedError{keyFile, errors.New("it has a length that it cannot have")}
	}
	if len(stanza.Args) != 2 {
		return 0, &DamagedError{keyFile, errors.New("its header is not scrypt's")}
	}
	factor, err = strconv.Atoi(stanza.Args[1])
	if err != nil || factor < 1 || factor > work.Max {
		return 0, &DamagedError{keyFile, errors.New("it asks for more work than any password of ours")}
	}
	return factor, nil
}

// openKey returns the identity in key.age. A wrong password is told from a
// damaged file except where the damage is in the 48 bytes (salt, wrapped key)
// that only the password can check.
func openKey(raw []byte, password secret.Text) (*age.X25519Identity, error) {
	p, err := normalize(password)
	if err != nil {
		return nil, err
	}
	factor, err := inspectKey(raw)
	if err != nil {
		return nil, err
	}
	with, err := age.NewScryptIdentity(p)
	if err != nil {
		return nil, err
	}
	with.SetMaxWorkFactor(work.Max)
	var r io.Reader
	derive(factor, func() { r, err = age.Decrypt(bytes.NewReader(raw), with) })
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, ErrWrongPassword
	}
	if err != nil {
		return nil, &DamagedError{keyFile, err}
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, &DamagedError{keyFile, err}
	}
	return parseKey(string(plain))
}

func parseKey(plain string) (*age.X25519Identity, error) {
	title, rest, _ := strings.Cut(plain, "\n")
	number, ok := strings.CutPrefix(title, keyTitle)
	if !ok {
		return nil, &ForeignError{keyFile, errors.New("it holds no key of this program")}
	}
	version, err := strconv.Atoi(number)
	switch {
	case err != nil || version < 1:
		return nil, &DamagedError{keyFile, errors.New("it has no format number")}
	case version > formatVersion:
		return nil, &NewerError{keyFile, version}
	}
	id, err := age.ParseX25519Identity(strings.TrimSpace(rest))
	if err != nil {
		return nil, &DamagedError{keyFile, errors.New("it holds no key")}
	}
	return id, nil
}
