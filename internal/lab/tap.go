package lab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Stanza is one stanza as the server saw it.
type Stanza struct {
	Dir  string // "in" from a client, "out" to a client, "offline" into the store
	Kind string // "message", "presence", "iq"
	From string // for "in" the full address of the session; empty before sign-in
	To   string
	Type string
	Body string // the text of <body/>; empty when there is none
	XML  string // the whole stanza
}

// Tap returns every stanza that the server has seen since it was first
// started, in order: what whoever runs the server could read.
func (p *Prosody) Tap() ([]Stanza, error) {
	data, err := os.ReadFile(p.tapFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	var all []Stanza
	for line := range bytes.Lines(data) {
		if line[len(line)-1] != '\n' {
			break // is being written
		}
		var s Stanza
		if err := json.Unmarshal(line, &s); err != nil {
			return nil, fmt.Errorf("lab: tap: %w", err)
		}
		all = append(all, s)
	}
	return all, nil
}

// ClearBodies is Tap reduced to bodies that are not OTR: they do not begin with
// "?OTR".
func (p *Prosody) ClearBodies() ([]Stanza, error) {
	return p.tapped(func(s Stanza) bool { return s.Body != "" && !strings.HasPrefix(s.Body, "?OTR") })
}

// Saw is Tap reduced to stanzas that hold text anywhere. Characters that XML
// escapes are looked for both ways.
func (p *Prosody) Saw(text string) ([]Stanza, error) {
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&apos;", `"`, "&quot;").Replace(text)
	return p.tapped(func(s Stanza) bool {
		return strings.Contains(s.Body, text) || strings.Contains(s.XML, text) || strings.Contains(s.XML, escaped)
	})
}

func (p *Prosody) tapped(keep func(Stanza) bool) ([]Stanza, error) {
	all, err := p.Tap()
	var kept []Stanza
	for _, s := range all {
		if keep(s) {
			kept = append(kept, s)
		}
	}
	return kept, err
}
