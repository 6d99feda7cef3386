// Package i18n turns the program's English sentences into the user's
// language, and says how that language is written.
//
// The English sentence is the key (gettext's msgid), so the source reads as
// the screen does and a sentence without a translation is still a sentence.
// Catalogues are gettext .po files, embedded from i18n/po; the tool
// i18n/extract collects the sentences from the source into messages.pot.
//
// A sentence reaches T, N or Mark as a constant: a test over the whole source
// fails otherwise, because what the tool cannot see, nobody translates.
// Placeholders are fmt verbs; a translation may reorder them (%[2]s). Text
// that comes from outside is only ever an argument, never a sentence.
//
// All functions are safe for concurrent use. Before Set the language is
// English.
package i18n

import (
	"sync/atomic"
)

// English is the language of the source.
const English = "en"

// The pseudo-languages are for tests and translators: every sentence that
// went through this package is marked ⟦so⟧, so one that did not stands out.
// PseudoRTL is also written from right to left.
const (
	Pseudo    = "en-x-pseudo"
	PseudoRTL = "ar-x-pseudo"
)

// current is the language in use.
var current atomic.Pointer[language]

func init() { Set(English) }

// T returns the sentence msgid in the language in use, with args put in place
// of its verbs as fmt.Sprintf does. msgid must be a constant.
func T(msgid string, args ...any) string {
	l := current.Load()
	return fill(l.get(msgid), args)
}

// N returns the form of a sentence that fits the number n: one is the English
// singular, many the plural. n chooses the form only; to show it, pass it in
// args too: N("%d message", "%d messages", n, n). A form may use fewer
// arguments than are given ("One message"). Both must be constants.
func N(one, many string, n int, args ...any) string {
	l := current.Load()
	return fill(l.getN(one, many, n), args)
}

// Message is a sentence that is translated when it is shown, not when it is
// written down: for tables of sentences. The zero value is empty.
type Message struct{ id string }

// Mark makes a Message. msgid must be a constant.
func Mark(msgid string) Message { return Message{msgid} }

// Text returns the sentence in the language in use, as T does.
func (m Message) Text(args ...any) string {
	if m.id == "" {
		return ""
	}
	l := current.Load()
	return fill(l.get(m.id), args)
}

// IsZero reports whether there is no sentence.
func (m Message) IsZero() bool { return m.id == "" }

// Set chooses the language: an entry of Languages, a pseudo-language or a name
// as in the environment ("de_AT.UTF-8"). It returns the language taken, which
// is English for one that has no catalogue.
func Set(name string) string {
	l := load(match(name))
	current.Store(l)
	return l.name
}

// Language returns the language in use.
func Language() string { return current.Load().name }
