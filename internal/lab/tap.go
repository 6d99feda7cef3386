package lab

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Stanza is one stanza as the server saw it.
type Stanza struct {
	Dir  string // "in" from a client, "out" to a client, "offline" into the store
	Kind string // "message", "presence", "iq"; "torn": a kill came while it was written down, and XML is what there is
	From string // for "in" the full address of the session; empty before sign-in
	To   string
	Type string
	Body string // the text of <body/>; empty when there is none
	XML  string // the whole stanza
}

// EachTapped hands over every stanza that the server has seen since it was first
// started, in order: what whoever runs the server could read. Left out are lists of
// contacts by the thousand and what names that begin with "crowd" and a digit send
// (CrowdSends): whoever reads this would read little else. It stops at f's first error.
func (p *Prosody) EachTapped(f func(Stanza) error) error {
	file, err := os.Open(p.tapFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	defer file.Close()
	for r := bufio.NewReader(file); ; {
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			return nil // what there is of a line is being written
		}
		if err != nil {
			return fmt.Errorf("lab: tap: %w", err)
		}
		var s Stanza
		if err := json.Unmarshal(line, &s); err != nil {
			s = Stanza{Kind: "torn", XML: string(line)}
		}
		if err := f(s); err != nil {
			return err
		}
	}
}

// Tap is EachTapped in one piece.
func (p *Prosody) Tap() (all []Stanza, err error) {
	err = p.EachTapped(func(s Stanza) error {
		all = append(all, s)
		return nil
	})
	return all, err
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
