// Package otr holds private conversations: plain text in, sealed text out.
//
// It is an airlock around an OTR version 3 engine. The engine has faults that
// a stranger, the server or a contact can use; everything that comes from
// outside is parsed, bounded and routed here before the engine sees any of it,
// and what the engine says is checked before anyone else sees it.
//
// A [Chat] is everything OTR with one contact of one account. It holds one
// [Conversation] for each (full address, instance tag) of that contact. A live
// conversation never sees a message of a key exchange: those go to a fresh
// candidate, which takes the live one's place only when it has turned private
// and the caller has accepted its key ([Chat.Promote]).
//
// The package does no I/O and keeps no clock: the time is a value that the
// caller passes in. What was said in a conversation leaves it only as a [Text]
// event, and goes into it only as a [Plain].
//
// What the engine does wrong that others can use, and what closes it here:
//
//	fragments in fragments, cut messages, bad tags, other versions: message.go, fragment.go
//	keys taken over before they are checked: candidates (exchange.go), usable (conversation.go)
//	texts sent again by itself, to whoever is there: receive.go, the engine never sees why
//	texts that wait inside it: Seal fails until the conversation is private
//	both sides start at once; queries ignored for a minute: start.go, exchange.go
//	checks answered when nothing was asked or the other side has left: check.go
//	numbers without end in a check: tlv.go
//	forged messages make it deaf to true ones: mirror.go
//	old MAC keys pile up: heartbeat.go
//	text that holds commands: values.go
//
// Nothing here is safe for concurrent use, but for [Identity] and the values
// without pointers: the goroutine that owns the account owns its chats.
//
// Source: Off-the-Record Messaging Protocol version 3,
// https://otr.cypherpunks.ca/Protocol-v3-4.1.1.html.
package otr
