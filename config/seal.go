package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"filippo.io/age"
)

// intro is how every age file of version 1 begins.
const intro = "age-encryption.org/v1\n"

// Sizes of the age format: a payload is a nonce and chunks with a tag each.
const (
	nonceSize = 16
	tagSize   = 16
)

// padTo hides small changes of size: sealed JSON is filled with spaces to a
// multiple of it.
const padTo = 4 << 10

// seal returns plain, padded with pad to a multiple of size, as an age file.
func seal(plain []byte, pad byte, size int, to age.Recipient) ([]byte, error) {
	if extra := len(plain) % size; extra != 0 {
		plain = append(slices.Clip(plain), bytes.Repeat([]byte{pad}, size-extra)...)
	}
	var out bytes.Buffer
	out.Grow(len(plain) + 1024)
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if out.Len() > maxFile {
		return nil, invalid("too much to keep")
	}
	return out.Bytes(), nil
}

// peek is an age identity that opens nothing and notes what a file is sealed
// for.
type peek struct{ stanzas []*age.Stanza }

func (p *peek) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	p.stanzas = stanzas
	return nil, age.ErrIncorrectIdentity
}

// inspect tells, without any key, whether raw can be what name should be: an
// age file sealed for one recipient of the given kind. It returns that
// recipient's part of the header, and the length of the payload.
func inspect(name string, raw []byte, kind string) (stanza *age.Stanza, payload int, err error) {
	if !bytes.HasPrefix(raw, []byte(intro)) {
		switch {
		case bytes.HasPrefix([]byte(intro), raw):
			return nil, 0, &DamagedError{name, errors.New("it ends too early")}
		case len(bytes.Trim(raw, "\x00")) == 0:
			return nil, 0, &DamagedError{name, errors.New("it holds zeros alone")} // what some file systems leave after a power cut
		}
		return nil, 0, &ForeignError{name, errors.New("not in the age format")}
	}
	var p peek
	var noMatch *age.NoIdentityMatchError
	if _, err := age.Decrypt(bytes.NewReader(raw), &p); !errors.As(err, &noMatch) {
		return nil, 0, &DamagedError{name, err}
	}
	if len(p.stanzas) != 1 || p.stanzas[0].Type != kind {
		return nil, 0, &ForeignError{name, fmt.Errorf("sealed for %q, not %q", noMatch.StanzaTypes, kind)}
	}
	header, err := age.ExtractHeader(bytes.NewReader(raw))
	if err != nil {
		return nil, 0, &DamagedError{name, err}
	}
	payload = len(raw) - len(header)
	if payload < nonceSize+tagSize {
		return nil, 0, &DamagedError{name, io.ErrUnexpectedEOF}
	}
	return p.stanzas[0], payload, nil
}

// unseal opens a profile or queue file.
func unseal(name string, raw []byte, id *age.X25519Identity) ([]byte, error) {
	if _, _, err := inspect(name, raw, "X25519"); err != nil {
		return nil, err
	}
	r, err := age.Decrypt(bytes.NewReader(raw), id)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, &ForeignError{name, errors.New("sealed for another key")}
	}
	if err != nil {
		return nil, &DamagedError{name, err}
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, &DamagedError{name, err}
	}
	return plain, nil
}
