package model

import (
	"strings"
	"unicode"
)

// The fields of all screens.
const (
	FieldIDUnlock FieldID = "unlock"
	FieldIDSpoken FieldID = "spoken" // LanguageView

	FieldIDPassword FieldID = "password"
	FieldIDRepeat   FieldID = "repeat"

	FieldIDDomain  FieldID = "domain"   // another server
	FieldIDHost    FieldID = "host"     // its onion address, or host
	FieldIDName    FieldID = "username" // of a new address
	fieldIDForm            = "form:"    // and the name of the server's field
	FieldIDAddress FieldID = "address"  // an address that one has
	FieldIDSecret  FieldID = "secret"   // its password
	FieldIDOwnHost FieldID = "ownhost"
	FieldIDFriend  FieldID = "friend"

	FieldIDBridges FieldID = "bridges"
	FieldIDTorHand FieldID = "torhand"

	FieldIDSearch FieldID = "search"
	FieldIDShow   FieldID = "show" // what contacts see

	FieldIDContactAddress FieldID = "contact-address"
	FieldIDContactName    FieldID = "contact-name"
	FieldIDContactAccount FieldID = "contact-account"
	FieldIDServerName     FieldID = "server-name"

	FieldIDQuestion FieldID = "question"
	FieldIDAnswer   FieldID = "answer"
	FieldIDReply    FieldID = "reply" // our answer to their question
	FieldIDCode     FieldID = "code"  // that was read to us
)

// button makes an enabled button whose label says all.
func button(label string, a Action) Button {
	return Button{Label: label, Name: label, Action: a, Enabled: true}
}

// suggested makes the button that is the way on.
func suggested(label string, a Action, enabled bool) Button {
	return Button{Label: label, Name: label, Action: a, Enabled: enabled, Suggested: true}
}

// named gives a button another name for screen readers, where its label alone
// would not say what it is about.
func named(b Button, name string) Button {
	b.Name = name
	return b
}

// clean takes from a text of outside, which goes into a line of ours, what
// could change that line, and what cannot be seen in it: control characters,
// marks of direction, joiners that join nothing, marks piled up on a letter. It
// is cut to limit runes.
func clean(s string, limit int) string {
	var b strings.Builder
	var f filter
	n := 0
	for _, r := range s {
		if r == '\n' || r == '\t' || r == '\r' {
			r = ' '
		}
		if (r == zwj || r == zwnj || isSelector(r)) && !joins(f.last) && !unicode.Is(unicode.Han, f.last) || blank(r) {
			continue
		}
		if r = f.next(r); r < 0 {
			continue
		}
		if n++; n > limit {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(strings.TrimRight(b.String(), string([]rune{zwj, zwnj})))
}

// invisible reports control characters and the marks that change the direction
// of what stands around them. Joiners stay: Persian and emoji need them.
func invisible(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	case r == 0x2028, r == 0x2029, r == 0xfeff:
		return true
	}
	return false
}
