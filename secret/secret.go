// Package secret holds the type for what must not be seen: passwords and the
// answers of a check.
//
// A Text does not print, log or marshal. Whoever needs the value itself says
// so by calling Export, which makes every such place easy to find.
package secret

import (
	"errors"
	"fmt"
	"log/slog"
)

// placeholder is what every way of printing a Text shows.
const placeholder = "(secret)"

// ErrMarshal says that something tried to write a secret out by reflection.
var ErrMarshal = errors.New("secret: a secret is written out by Export alone")

// Text is a secret string. The zero value is empty. It is safe to copy and
// for concurrent use.
type Text struct{ s string }

// New wraps s.
func New(s string) Text { return Text{s} }

// Export returns the secret itself.
func (t Text) Export() string { return t.s }

// IsZero reports whether there is nothing in t.
func (t Text) IsZero() bool { return t.s == "" }

// String returns a placeholder.
func (Text) String() string { return placeholder }

// GoString returns a placeholder.
func (Text) GoString() string { return placeholder }

// Format writes a placeholder for every verb: without it, %x or %d would walk
// into the unexported field.
func (Text) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(placeholder)) }

// LogValue gives log/slog a placeholder.
func (Text) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON fails.
func (Text) MarshalJSON() ([]byte, error) { return nil, ErrMarshal }

// MarshalText fails.
func (Text) MarshalText() ([]byte, error) { return nil, ErrMarshal }

// MarshalBinary fails, which covers encoding/gob.
func (Text) MarshalBinary() ([]byte, error) { return nil, ErrMarshal }
