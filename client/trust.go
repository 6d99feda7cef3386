package client

import (
	"time"

	"hushwing/config"
	"hushwing/otr"
)

// verdict is what the trust rules say about the key of a private chat.
type verdict int

const (
	locked       verdict = iota // nothing is sent: the zero value fails closed
	openUnknown                 // private, never checked, the only key there was
	openNew                     // private, never checked, and not the first key
	openInsisted                // private, not checked although another was; the user insisted
	openChecked                 // private and checked
)

// open reports whether texts may be sent.
func (v verdict) open() bool { return v != locked }

// judge is the whole of the trust rules (docs/security.md, "Keys"): keys is
// what we know of this contact's keys, at the one at hand.
//
// OTR cannot tell an added device from a replaced key. So for a contact who
// was checked, any key that was not checked is locked, until the user checks
// it or insists; for one who never was, a new key is said, not locked. A key that
// the user found different, side by side with the other person, is locked too.
func judge(keys []config.Key, at otr.Fingerprint) verdict {
	if at.IsZero() {
		return locked
	}
	var this *config.Key
	anyChecked, another := false, false
	for i := range keys {
		k := &keys[i]
		if !k.Checked.IsZero() {
			anyChecked = true
		}
		if k.Fingerprint == at {
			this = k
		}
	}
	for i := range keys {
		if k := &keys[i]; k.Fingerprint != at && (this == nil || !k.First.After(this.First)) {
			another = true
		}
	}
	switch {
	case this != nil && !this.Checked.IsZero():
		return openChecked
	case anyChecked && this != nil && !this.Overridden.IsZero():
		return openInsisted
	case this != nil && !this.Differs.IsZero() && !this.Overridden.IsZero():
		return openInsisted
	case anyChecked, this != nil && !this.Differs.IsZero():
		return locked
	case another:
		return openNew
	}
	return openUnknown
}

// mayGo reports whether a text that was written for one key may go to the key
// at hand by itself. A zero written says that no key was known at the time.
//
// A text written before there was any key goes to the first one; a text
// written for one key goes to no other unless the user releases it.
func mayGo(keys []config.Key, written, at otr.Fingerprint) bool {
	if !judge(keys, at).open() {
		return false
	}
	if written.IsZero() {
		return isFirst(keys, at)
	}
	return written == at
}

// isFirst reports whether at is the earliest key of keys, or keys is empty.
func isFirst(keys []config.Key, at otr.Fingerprint) bool {
	var first *config.Key
	for i := range keys {
		if first == nil || keys[i].First.Before(first.First) {
			first = &keys[i]
		}
	}
	return first == nil || first.Fingerprint == at
}

// writtenFor says for which key a text is that the user writes now: that of the
// private chat that stands, else the one that was checked last, else the newest.
// Zero: none is known.
func writtenFor(keys []config.Key, live otr.Fingerprint) otr.Fingerprint {
	if !live.IsZero() {
		return live
	}
	var best config.Key
	for _, k := range keys {
		switch {
		case best.Fingerprint.IsZero(),
			k.Checked.After(best.Checked),
			k.Checked.Equal(best.Checked) && k.First.After(best.First):
			best = k
		}
	}
	return best.Fingerprint
}

// checkedAt returns when a key was checked, or the zero time.
func checkedAt(keys []config.Key, at otr.Fingerprint) time.Time {
	for _, k := range keys {
		if k.Fingerprint == at {
			return k.Checked
		}
	}
	return time.Time{}
}
