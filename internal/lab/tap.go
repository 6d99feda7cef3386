package lab

import "strings"

// Stanza is one stanza as the server saw it.
type Stanza struct {
	Dir  string // "in" from a client, "out" to a client, "offline" into the store
	Kind string // "message", "presence", "iq"
	From string // as stamped by the server; before sign-in empty
	To   string
	Type string
	Body string // the text of <body/>; empty when there is none
	XML  string // the whole stanza
}

// Tap returns every stanza that the server has seen since it was first
// started, in order. This is what whoever runs the server could read.
func (p *Prosody) Tap() ([]Stanza, error) { return nil, nil }

// ClearBodies is Tap reduced to bodies that are not OTR: they do not begin with
// "?OTR".
func (p *Prosody) ClearBodies() ([]Stanza, error) {
	all, err := p.Tap()
	var clear []Stanza
	for _, s := range all {
		if s.Body != "" && !strings.HasPrefix(s.Body, "?OTR") {
			clear = append(clear, s)
		}
	}
	return clear, err
}

// Saw is Tap reduced to stanzas that hold text anywhere, in their XML.
func (p *Prosody) Saw(text string) ([]Stanza, error) {
	all, err := p.Tap()
	var seen []Stanza
	for _, s := range all {
		if strings.Contains(s.XML, text) || strings.Contains(s.Body, text) {
			seen = append(seen, s)
		}
	}
	return seen, err
}
