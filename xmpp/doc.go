// Package xmpp is one account's stream: it reaches the server, signs in, keeps
// the roster and the presences, and carries sealed bodies. It also makes a new
// account (XEP-0077).
//
// # The way in
//
//	conn, err := xmpp.Secure(ctx, dialer, policy, route, server) // Tor, STARTTLS, TLS
//	stream, err := xmpp.Open(ctx, conn, login)                   // SASL, bind, roster
//	stream.Available(ctx)                                        // now others may see us
//
// Every step of the way has a deadline of its own (StepTimeout), whatever the
// context says: a server that hangs is ErrHung, never a wait for ever.
//
// # What is built on, and what not
//
// FOUNDERS: see AAA-READ-ME-NOW.txt in this folder, before you go on: the session is
// mellium.im/xmpp's (NewSession, Serve), with its faults closed around it.
//
// # Silence
//
// A stanza from an address that Login.Gate does not admit makes no event and
// no byte go out, save a presence of type "subscribe", which makes one
// SubscriptionRequested. Nobody's requests are answered but the pings
// of the account's own server. Errors, service discovery, versions, receipts,
// carbons, group chat: dropped without a word.
//
// # Concurrency
//
// A Stream has three goroutines of its own: one reads, one writes, one hands
// out events. All methods of Stream are safe for concurrent use. None blocks
// longer than its context allows or StepTimeout, whichever ends first, and
// Close never waits for the peer. Events come in the order in which the
// server sent their causes, on one channel, which is closed after the last
// one; then Err says why. The queue before that channel is bounded: while
// nobody takes events the stream stops reading (the server is slowed down, no
// memory is eaten), and acknowledgements are merged. Sending goes on meanwhile.
// Registration is not safe for concurrent use.
package xmpp
