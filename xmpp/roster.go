package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"mellium.im/xmpp/stanza"
)

// MaxRoster is how many contacts a server's list may have. Beyond it the sign-in
// fails with ErrLimit: contacts that are not known to be on the list would be
// put there anew.
const MaxRoster = 20_000

// rosterPatience is how long the list may take: megabytes through Tor. That it
// comes at all is bounded by StepTimeout (progressEvery).
const rosterPatience = 4 * StepTimeout

// fetchRoster asks for the contacts (RFC 6121, 2.1.3).
func (s *Stream) fetchRoster(ctx context.Context) error {
	id := randomID()
	s.wire.rosterID.Store(&id)
	defer s.wire.rosterID.Store(nil)
	var r rosterReader
	err := s.query(ctx, id, rosterPatience, stanza.IQ{Type: stanza.GetIQ}, el(nsRoster, "query", nil), r.read)
	var refused *StanzaError
	switch {
	case err != nil:
		return err
	case errors.As(r.refused, &refused) && refused.Condition == "item-not-found":
		return nil // some servers say so instead of sending an empty one
	case r.refused != nil:
		return r.refused
	case r.cut:
		return fmt.Errorf("%w: a roster over %d bytes or %d elements", ErrLimit, maxRoster, maxRosterNodes)
	case !r.there:
		return fmt.Errorf("%w: no roster", ErrProtocol)
	}
	s.roster = r.items
	return nil
}

// rosterReader reads the answer item by item: as a whole, in elements, it would
// take ten times the memory of what is kept of it.
type rosterReader struct {
	items   []RosterItem
	there   bool // there was a list
	cut     bool // something was left out
	refused error
}

func (r *rosterReader) read(t xml.TokenReader) error {
	d := xml.NewTokenDecoder(t)
	var iq *xml.StartElement
	for {
		tok, err := d.Token()
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if iq == nil {
				c := tok.Copy()
				if iq = &c; c.Name.Local == "iq" {
					if typ, _ := lookup(c.Attr, "type"); typ == "error" {
						r.refused = stanzaError(&node{})
					}
				}
				continue
			}
			if err := r.child(d, iq, tok); err != nil {
				return err
			}
		}
	}
}

// child reads what is directly in the answer.
func (r *rosterReader) child(d *xml.Decoder, iq *xml.StartElement, start xml.StartElement) error {
	typ, _ := lookup(iq.Attr, "type")
	switch {
	case start.Name == xml.Name{Space: nsElided, Local: "elided"}:
		r.cut = true
	case typ == "error" && start.Name.Local == "error":
		n := &node{}
		if err := d.DecodeElement(n, &start); err != nil {
			return err
		}
		r.refused = stanzaError(&node{Kids: []*node{n}})
		return nil
	case typ == "result" && start.Name == xml.Name{Space: nsRoster, Local: "query"}:
		r.there = true
		return r.query(d)
	}
	return d.Skip()
}

func (r *rosterReader) query(d *xml.Decoder) error {
	for {
		tok, err := d.Token()
		if err != nil {
			return err
		}
		start, ok := tok.(xml.StartElement)
		if _, end := tok.(xml.EndElement); end {
			return nil
		}
		if !ok {
			continue
		}
		n := &node{}
		if err := d.DecodeElement(n, &start); err != nil {
			return err
		}
		item, _, ok := rosterItem(n)
		if !ok {
			continue
		}
		if len(r.items) == MaxRoster {
			return fmt.Errorf("%w: a roster of more than %d contacts", ErrLimit, MaxRoster)
		}
		r.items = append(r.items, item)
	}
}
