// Package chaos proves that a private chat survives anything: two Hushwings, and
// one of them with a program on libotr besides, exchange numbered texts while
// everything that they need is broken again and again.
//
// Real are: both programs (package client in processes of their own, each on a
// profile on disk), Tor, Prosody and its onion service. On each account's way,
// between the onion service and Prosody, there is a Road, which cuts, halves,
// delays and freezes connections: after each TLS record in turn, which is what
// somebody on the way sees of stanzas, and at random bytes. Besides, Tor, Prosody
// and the programs are killed (SIGKILL) and started again, programs are stopped
// as by a computer that sleeps, and certificates are renewed.
//
// What happens when is the Plan, a pure function of a seed and two numbers. What
// it meets depends on the clock, of course: a seed repeats the blows, not the
// moment.
//
// It is counted at "shown". A program reports each text that it would show, with
// its ID, before it takes it as shown (client.Shown); a text that was reported
// when its program was killed may come again with the same ID, which a screen
// that was gone has not kept. The same number with another ID is a double.
// Programs only report; the Ledger, in the parent, judges.
package chaos
