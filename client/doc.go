// Package client is the program without a screen: the profile, accounts,
// contacts, conversations, the outbox, trust and checking.
//
// It takes commands (Do) and emits events (Events). A command is a value with
// an ID; what came of it is a later event with that ID: Done or Refused. The
// first event is ProfileChanged; once the profile is open a Snapshot follows,
// then one event for each fact that changes.
//
// One goroutine owns each account: its stream, its conversations, its part of
// the outbox. Others send it values. Slow work (disk, key generation, the
// network) is done elsewhere and comes back as a value.
//
// The package never prints and never logs. Texts and addresses leave it only
// inside events.
package client
