//go:build race

package client

// modelFew is how many runs the model test has unless told: the race detector
// makes the arithmetic several times slower.
const modelFew = 3
