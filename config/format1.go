package config

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// What the JSON of format 1 is made of. Its structs (format1_profile.go and
// format1_queue.go) are the one place where secrets are written out, by hand,
// field by field: the types of the program refuse it.

// hexBytes is written as hexadecimal digits.
type hexBytes []byte

func (h hexBytes) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

func (h *hexBytes) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	*h = raw
	return err
}

// into copies h to a fixed array; an absent one leaves it zero.
func (h hexBytes) into(array []byte) error {
	if len(h) != 0 && len(h) != len(array) {
		return errors.New("a key or hash has the wrong length")
	}
	copy(array, h)
	return nil
}

// absentIfZero leaves a key of zeros out.
func absentIfZero(array []byte) hexBytes {
	if len(bytes.Trim(array, "\x00")) == 0 {
		return nil
	}
	return array
}

// wall is a time as it is written: the wall clock in UTC.
func wall(t time.Time) time.Time { return t.Round(0).UTC() }

// each converts a slice.
func each[A, B any](from []A, convert func(A) B) []B {
	to := make([]B, len(from))
	for i, v := range from {
		to[i] = convert(v)
	}
	return to
}

// eachErr converts a slice; an empty one becomes nil.
func eachErr[A, B any](from []A, convert func(A) (B, error)) ([]B, error) {
	if len(from) == 0 {
		return nil, nil
	}
	to := make([]B, len(from))
	for i, v := range from {
		var err error
		if to[i], err = convert(v); err != nil {
			return nil, err
		}
	}
	return to, nil
}

func encode(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, invalid("it cannot be written as JSON") // the cause would quote it
	}
	return plain, nil
}

// decode reads one JSON value and nothing after it. Its errors quote nothing
// of what it read.
func decode(plain []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(plain))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("it does not hold what format %d holds", formatVersion)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows its end")
	}
	return nil
}
