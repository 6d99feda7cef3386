package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"

	"hushwing/otr"

	"mellium.im/xmlstream"
	"mellium.im/xmpp/stanza"
)

// Send queues one sealed body for to (full or bare) as a chat message with the
// hints that keep servers from storing and copying it (XEP-0334, XEP-0280) and
// the mark of OTR (XEP-0380). Not even for somebody who is away is it to be
// stored: whoever comes back has other keys. A server that heeds this sends it
// back, and the text goes again when they are there; one that does not (Prosody)
// delivers it with its time. It returns at once: ErrSlow when too much waits
// to be written or acknowledged, ErrClosed, ErrNotSealed for a zero Wire. What
// becomes of it comes as Acknowledged or MessageBounced. Whatever has no
// Acknowledged when the stream ends may or may not have arrived.
func (s *Stream) Send(ctx context.Context, to Address, w otr.Wire) (StanzaID, error) {
	switch {
	case !s.usable():
		return "", ErrZeroValue
	case w.IsZero():
		return "", ErrNotSealed
	case to.Domainpart() == "":
		return "", fmt.Errorf("%w: no address", ErrZeroValue)
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	id := StanzaID(randomID())
	const hints = "urn:xmpp:hints"
	message := stanza.Message{ID: string(id), To: to, Type: stanza.ChatMessage}.Wrap(xmlstream.MultiReader(
		el("", "body", nil, text(w.Body())),
		el("urn:xmpp:eme:0", "encryption", at("namespace", "urn:xmpp:otr:0")),
		el(hints, "no-store", nil),
		el(hints, "no-permanent-store", nil), // for servers that know this one alone
		el(hints, "no-copy", nil),
		el("urn:xmpp:carbons:2", "private", nil),
	))
	if err := s.send(message, len(w.Body()), id, to); err != nil {
		return "", err
	}
	return id, nil
}

// Available is Show with "": we are there.
func (s *Stream) Available(ctx context.Context) error { return s.Show(ctx, "") }

// Show sends our presence: from the first one on contacts see us, and what the
// server kept comes in. show is "" (there), "away", "chat", "dnd" or "xa" (RFC
// 6121, 4.7.2.1); anything else is sent as "". No words, priority or capabilities
// are told.
func (s *Stream) Show(ctx context.Context, show string) error {
	if !s.usable() {
		return ErrZeroValue
	}
	return s.show(ctx, Address{}, show)
}

// ShowTo sends our presence to one address alone (RFC 6121, 4.6), as Show sends it
// to all.
func (s *Stream) ShowTo(ctx context.Context, bare Address, show string) error {
	if !s.usable() || bare.Domainpart() == "" {
		return ErrZeroValue
	}
	return s.show(ctx, bare.Bare(), show)
}

// HideFrom tells one address that we are gone (RFC 6121, 4.6.3).
func (s *Stream) HideFrom(ctx context.Context, bare Address) error {
	return s.directed(ctx, stanza.UnavailablePresence, bare)
}

// LookAt has the server say anew whether a contact is there (a probe: RFC 6121,
// 4.3). It is for where a server forgets to, as after an Unblock.
func (s *Stream) LookAt(ctx context.Context, bare Address) error {
	return s.directed(ctx, stanza.ProbePresence, bare)
}

func (s *Stream) show(ctx context.Context, to Address, show string) error {
	var inner xml.TokenReader
	switch show {
	case "away", "chat", "dnd", "xa":
		inner = el("", "show", nil, text(show))
	}
	return s.present(ctx, stanza.AvailablePresence, to, inner)
}

// Subscribe asks to see a contact's presence (RFC 6121, 3.1).
func (s *Stream) Subscribe(ctx context.Context, bare Address) error {
	return s.directed(ctx, stanza.SubscribePresence, bare)
}

// Approve lets a contact see our presence.
func (s *Stream) Approve(ctx context.Context, bare Address) error {
	return s.directed(ctx, stanza.SubscribedPresence, bare)
}

// Refuse does not let somebody see our presence, or not any longer.
func (s *Stream) Refuse(ctx context.Context, bare Address) error {
	return s.directed(ctx, stanza.UnsubscribedPresence, bare)
}

func (s *Stream) directed(ctx context.Context, typ stanza.PresenceType, to Address) error {
	if to.Domainpart() == "" {
		return fmt.Errorf("%w: no address", ErrZeroValue)
	}
	return s.presence(ctx, typ, to.Bare())
}

func (s *Stream) presence(ctx context.Context, typ stanza.PresenceType, to Address) error {
	if !s.usable() {
		return ErrZeroValue
	}
	return s.present(ctx, typ, to, nil)
}

func (s *Stream) present(ctx context.Context, typ stanza.PresenceType, to Address, inner xml.TokenReader) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.send(stanza.Presence{ID: randomID(), Type: typ, To: to}.Wrap(inner), 0, "", Address{})
}

// SetRosterItem puts a contact into the server's roster or renames it, and
// waits for the server's answer: *StanzaError, ErrHung, ErrClosed, ErrSlow, or
// the context's error.
func (s *Stream) SetRosterItem(ctx context.Context, bare Address, name string) error {
	return s.setRoster(ctx, bare, at("jid", bare.Bare().String(), "name", name))
}

// RemoveRosterItem takes a contact out of the server's roster, which ends both
// subscriptions (RFC 6121, 2.5), and waits for the server's answer, as
// SetRosterItem does.
func (s *Stream) RemoveRosterItem(ctx context.Context, bare Address) error {
	return s.setRoster(ctx, bare, at("jid", bare.Bare().String(), "subscription", "remove"))
}

func (s *Stream) setRoster(ctx context.Context, bare Address, item []xml.Attr) error {
	if !s.usable() || bare.Domainpart() == "" {
		return ErrZeroValue
	}
	_, err := s.request(ctx, stanza.SetIQ, el(nsRoster, "query", nil, el("", "item", item)))
	return err
}

// request asks our own server on behalf of our own account (see link.request).
func (s *Stream) request(ctx context.Context, typ stanza.IQType, payload xml.TokenReader) (*node, error) {
	return s.requestTo(ctx, typ, Address{}, payload)
}

// requestTo asks our own account or its server.
func (s *Stream) requestTo(ctx context.Context, typ stanza.IQType, to Address, payload xml.TokenReader) (*node, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.reserve(0, "", Address{}); err != nil {
		return nil, err
	}
	s.q.expect(1)
	defer s.q.expect(-1)
	return s.link.request(ctx, typ, to, payload)
}
