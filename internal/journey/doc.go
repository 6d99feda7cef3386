// Package journey plays people who use Hushwing, without its window: it gives
// a client commands as a person would and waits for what they would see.
//
// A Person runs in this process; a Remote is a Person in a process of its own,
// which is the test binary started anew (Serve). Tests of the client and of
// the way from first run to the next day are written with both.
package journey
