package xmpp

import (
	"strings"
	"unicode"
	"unicode/utf8"

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
	// AddressResource: there is a "/" in it.
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

// ParseAddress reads the address of an account or contact as a person types or
// pastes it: name@server, with or without "xmpp:" before it and spaces around
// it. The result is bare and canonical (RFC 7622). It is stricter than the RFC
// about what could be taken for another address. Errors: *AddressError.
func ParseAddress(s string) (Address, error) {
	fail := func(r AddressReason, err error) (Address, error) {
		return Address{}, &AddressError{Reason: r, Err: err}
	}
	s = strings.TrimFunc(s, unicode.IsSpace)
	if len(s) >= 5 && strings.EqualFold(s[:5], "xmpp:") {
		s = s[5:]
	}
	if s == "" {
		return fail(AddressEmpty, nil)
	}
	if len(s) > 3071 {
		return fail(AddressTooLong, nil)
	}
	for _, r := range s {
		// Before anything is mapped: the profiles drop some of these in silence.
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || unicode.Is(unicode.Variation_Selector, r) ||
			unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.IsSpace(r) && r != ' ' {
			return fail(AddressHidden, nil)
		}
	}
	if strings.Contains(s, "/") {
		return fail(AddressResource, nil)
	}
	local, domain, found := strings.Cut(s, "@")
	switch {
	case !found:
		return fail(AddressNoAt, nil)
	case local == "":
		return fail(AddressBadName, nil)
	case domain == "" || strings.ContainsAny(domain, "@ "):
		return fail(AddressBadServer, nil)
	case len(local) > 1023 || len(domain) > 1023:
		return fail(AddressTooLong, nil)
	}
	if _, err := jid.New("", domain, ""); err != nil {
		return fail(AddressBadServer, err)
	}
	a, err := jid.New(local, domain, "")
	if err != nil {
		return fail(AddressBadName, err)
	}
	if !serverName(a.Domainpart()) {
		return fail(AddressBadServer, nil)
	}
	if mixed(a.Localpart()) {
		return fail(AddressMixed, nil)
	}
	for label := range strings.SplitSeq(a.Domainpart(), ".") {
		if mixed(label) {
			return fail(AddressMixed, nil)
		}
	}
	return a, nil
}

// serverName reports whether a canonical domainpart can be a server on the
// network: labels of letters, digits and hyphens, and not a number as an
// address of the network layer is.
func serverName(domain string) bool {
	if len(domain) > 253 {
		return false
	}
	labels := strings.Split(domain, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, r := range l {
			if r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
				return false
			}
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

// lookalikes are alphabets that share the shapes of many letters.
var lookalikes = []*unicode.RangeTable{
	unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Coptic,
}

// mixed reports whether letters of more than one of those alphabets are in s
// (UTS 39, 5.2, in small).
func mixed(s string) bool {
	seen := 0
	for _, table := range lookalikes {
		if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(table, r) }) {
			seen++
		}
	}
	return seen > 1
}
