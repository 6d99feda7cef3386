//go:build race

package otr_test

// slow: the race detector makes the engine's arithmetic several times slower.
const slow = true
