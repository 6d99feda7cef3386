package xmpp

import (
	"mellium.im/xmpp/jid"
)

// Address is an XMPP address: name@server, with or without a /resource. Its
// parts are in canonical form, so Equal compares as servers do. The zero value
// is no address.
type Address = jid.JID

// AddressReason says what is wrong with something that should be an address.
type AddressReason int

// The reasons of an AddressError.
const (
	// AddressEmpty: nothing but spaces.
	AddressEmpty AddressReason = iota + 1
	// AddressNoAt: there is no "@".
	AddressNoAt
	// AddressBadName: what stands before the "@" is missing or cannot be a name.
	AddressBadName
	// AddressBadServer: what stands after the "@" is missing or cannot be a
	// server's name.
	AddressBadServer
	// AddressTooLong: longer than any server accepts.
	AddressTooLong
	// AddressResource: there is a "/" and something after it.
	AddressResource
	// AddressHidden: it holds characters that are not seen or that change the
	// direction of the text: it may not be what it looks like.
	AddressHidden
	// AddressMixed: a name or server mixes alphabets in which letters look
	// alike (as Latin and Cyrillic): it may not be what it looks like.
	AddressMixed
)

// AddressError says why a text is not the address of a contact or account.
type AddressError struct {
	Reason AddressReason
	Err    error // may be nil
}

func (e *AddressError) Error() string {
	return "xmpp: not an address: " + map[AddressReason]string{
		AddressEmpty:     "empty",
		AddressNoAt:      "no @",
		AddressBadName:   "bad name before the @",
		AddressBadServer: "bad server after the @",
		AddressTooLong:   "too long",
		AddressResource:  "it has a resource",
		AddressHidden:    "hidden characters",
		AddressMixed:     "mixed alphabets",
	}[e.Reason]
}

func (e *AddressError) Unwrap() error { return e.Err }

// ParseAddress reads the address of an account or contact as a person types
// it: name@server, with or without "xmpp:" before it and spaces around it. It
// is bare and canonical. Errors: *AddressError.
func ParseAddress(s string) (Address, error) {
	j, err := jid.Parse(s)
	if err != nil {
		return Address{}, &AddressError{Reason: AddressBadName, Err: err}
	}
	return j.Bare(), nil
}
