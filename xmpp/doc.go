// Package xmpp is one account's stream: it reaches the server, signs in, keeps
// the roster and the presences, and carries sealed bodies. It also makes a new
// account (XEP-0077).
//
// # The way in
//
//	answer, err := xmpp.Resolve(ctx, another, policy, resolver, domain) // SRV, over TLS; only hints
//	conn, err := xmpp.Secure(ctx, dialer, policy, route, server) // Tor, STARTTLS, TLS
//	stream, err := xmpp.Open(ctx, conn, login)                   // SASL, bind, roster
//	stream.Available(ctx)                                        // now others may see us
//
// Every step of the way has a deadline of its own (StepTimeout), whatever the
// context says: a server that hangs is ErrHung, never a wait for ever.
//
// # What the library does, and what is closed around it
//
// The session is mellium.im/xmpp's: it writes the stream's header, reads the
// features and goes through them (ours: SASL on mellium.im/sasl, bind,
// registration), encodes what we send, tells requests' answers apart and hands
// the rest to our handler (Serve). Its addresses are ours.
//
// Below it is a wire, which lets in one whole element at a time after it
// has been looked at, so that the library never sees what it could mishandle:
//
//   - It has no limits: the scanner has them (depth, a stanza, a tag, elements).
//   - It answers anybody's request with an error by itself: what comes from
//     someone who is not heard is dropped below it, and so is every request
//     but our account's roster pushes and our server's pings.
//   - It takes an answer by its id alone, with any prefix: only an answer that
//     we wait for, from our own server, gets in.
//   - It reaches for the connection's deadlines: the wire has none. Its
//     context never ends while the stream is opened; time is bounded by closing
//     the connection. Requests have contexts of their own, which only stop the
//     waiting.
//   - It holds its lock while it writes: what it writes goes to a bounded queue
//     in memory, which never waits.
//   - It takes an empty list of features for the end of the negotiation:
//     that we are signed in and bound is checked afterwards.
//   - Its errors say what the server wrote, or nothing: what ends a stream is
//     told by the wire, as a type of this package.
//
// Not used: its dialers and its STARTTLS (they go round Tor and our policy),
// its SASL feature (it tells no wrong password from a passing fault), its bind
// (it sends an empty resource and believes any address), UnmarshalIQ (a space
// before the payload makes it panic), its ready-made handlers (they answer
// anyone). Its package imports the dialers; they are not in the program (a test
// looks).
//
// # When the link breaks
//
// Stanzas are counted (XEP-0198) in two places: those that we write in batch,
// those that came in queue.deal, with the event that they make, or queue.pass.
// Stream.Left is what a stream that ended without a good-bye left at the server,
// and Login.Resume goes on with it:
//
//	for e := range stream.Events() { … }      // to the last one
//	left := stream.Left()                     // nil: begin anew
//	next, err := xmpp.Open(ctx, conn, login)  // with login.Resume = left
//	next.Resumed()                            // same address, ids, roster, presence
//
// A dead link is found by questions after random times of silence (see pulse.go),
// ErrHung, or at once by Probe.
//
// # Silence
//
// A stanza from an address that Login.Gate does not admit makes no event and
// no byte go out, save a presence of type "subscribe", which makes one
// SubscriptionRequested. Nobody's requests are answered but the pings and the
// roster pushes of the account's own server. Errors, service discovery,
// versions, receipts, carbons, group chat: dropped without a word.
//
// # Concurrency
//
// A Stream has three goroutines of its own: one reads (the library's Serve), one
// writes, one hands out events. All methods of Stream are safe for concurrent use. None blocks
// longer than its context allows or StepTimeout, whichever ends first, and
// Close never waits for the peer. Events come in the order in which the
// server sent their causes, on one channel, which is closed after the last
// one; then Err says why. The queue before that channel is bounded: while
// nobody takes events the stream stops reading (the server is slowed down, no
// memory is eaten), and acknowledgements are merged. Sending goes on meanwhile.
// Registration is not safe for concurrent use.
package xmpp
