package client

import (
	"slices"

	"hushwing/config"
	"hushwing/otr"
)

// A text that comes with a key that the trust rules do not accept is marked, as one
// that came unprotected is: it may be read later, under a strip that speaks of the
// checked key, and nothing of the one may look as if it belonged to the other. The
// mark goes when that very key is checked, and by nothing else.

// The bounds of the marked texts of a chat that are remembered for that. Beyond them
// the mark stays.
const (
	mostDoubted      = 200
	mostDoubtedBytes = 1 << 20
)

// doubtful reports whether what comes in a conversation is to be marked.
func (a *account) doubtful(c *chat, v *otr.Conversation) bool {
	k := a.contact(c.peer.Address)
	return k == nil || !judge(k.Keys, v.Fingerprint()).open()
}

// cleared reports whether the key that a text came with is checked by now.
func (a *account) cleared(c *chat, in config.Incoming) bool {
	k := a.contact(c.peer.Address)
	return k != nil && !in.Key.IsZero() && !checkedAt(k.Keys, in.Key).IsZero()
}

// doubted remembers a marked text, while its key can still be checked.
func (a *account) doubted(c *chat, in config.Incoming) {
	if !in.Clear || in.Key.IsZero() || a.cleared(c, in) {
		return
	}
	bytes := len(in.Text)
	for _, d := range c.doubted {
		bytes += len(d.Text)
	}
	if len(c.doubted) < mostDoubted && bytes <= mostDoubtedBytes {
		c.doubted = append(c.doubted, in)
	}
}

// clearDoubts takes the marks off the texts whose key is checked by now.
func (a *account) clearDoubts(c *chat) {
	c.doubted = slices.DeleteFunc(c.doubted, func(in config.Incoming) bool {
		if !a.cleared(c, in) {
			return false
		}
		a.emit(MessageChanged{Message: a.incoming(c, in)})
		return true
	})
}
