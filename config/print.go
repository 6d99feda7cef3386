package config

import (
	"fmt"
	"io"
	"log/slog"

	"hushwing/secret"
)

// Bytes is key material. It is a []byte that does not print or marshal; it is
// assignable to and from []byte.
type Bytes []byte

const placeholder = "(secret)"

// String returns a placeholder.
func (Bytes) String() string { return placeholder }

// GoString returns a placeholder.
func (Bytes) GoString() string { return placeholder }

// Format writes a placeholder for every verb.
func (Bytes) Format(f fmt.State, _ rune) { hide(f) }

// LogValue gives log/slog a placeholder.
func (Bytes) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON fails: only this package writes keys out, and not this way.
func (Bytes) MarshalJSON() ([]byte, error) { return nil, secret.ErrMarshal }

// MarshalText fails.
func (Bytes) MarshalText() ([]byte, error) { return nil, secret.ErrMarshal }

// MarshalBinary fails.
func (Bytes) MarshalBinary() ([]byte, error) { return nil, secret.ErrMarshal }

func hide(f fmt.State) { _, _ = io.WriteString(f, placeholder) }

// What a profile and a queue hold says whom the user talks to, and what: none
// of it ends up in a log or an error by a careless %v.

// Format writes a placeholder for every verb.
func (Profile) Format(f fmt.State, _ rune) { hide(f) }

// LogValue gives log/slog a placeholder.
func (Profile) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON fails.
func (Profile) MarshalJSON() ([]byte, error) { return nil, secret.ErrMarshal }

// Format writes a placeholder for every verb.
func (Account) Format(f fmt.State, _ rune) { hide(f) }

// LogValue gives log/slog a placeholder.
func (Account) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON fails.
func (Account) MarshalJSON() ([]byte, error) { return nil, secret.ErrMarshal }

// Format writes a placeholder for every verb.
func (Contact) Format(f fmt.State, _ rune) { hide(f) }

// LogValue gives log/slog a placeholder.
func (Contact) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON fails.
func (Contact) MarshalJSON() ([]byte, error) { return nil, secret.ErrMarshal }

// Format writes a placeholder for every verb.
func (Queue) Format(f fmt.State, _ rune) { hide(f) }

// LogValue gives log/slog a placeholder.
func (Queue) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON fails.
func (Queue) MarshalJSON() ([]byte, error) { return nil, secret.ErrMarshal }

// Format writes a placeholder for every verb.
func (Outgoing) Format(f fmt.State, _ rune) { hide(f) }

// LogValue gives log/slog a placeholder.
func (Outgoing) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON fails.
func (Outgoing) MarshalJSON() ([]byte, error) { return nil, secret.ErrMarshal }

// Format writes a placeholder for every verb.
func (Incoming) Format(f fmt.State, _ rune) { hide(f) }

// LogValue gives log/slog a placeholder.
func (Incoming) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON fails.
func (Incoming) MarshalJSON() ([]byte, error) { return nil, secret.ErrMarshal }

// Format writes a placeholder for every verb.
func (Draft) Format(f fmt.State, _ rune) { hide(f) }

// LogValue gives log/slog a placeholder.
func (Draft) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalJSON fails.
func (Draft) MarshalJSON() ([]byte, error) { return nil, secret.ErrMarshal }
