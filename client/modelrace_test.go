//go:build race

package client

// The race detector makes the arithmetic of OTR ten times slower, and what runs
// with it looks for races, not for rare cases: those are for an ordinary run.

// slow tells whether the race detector is built in.
const slow = true

// modelFew is how many runs the model test has unless told.
const modelFew = 3
