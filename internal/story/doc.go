// Package story plays two people, Ana and Ben, through the windows of the built
// program: from the first run to the next day. It finds and presses what a
// person who cannot see finds and presses, over the accessibility bus.
//
// Each of the two has a computer of their own: a screen, a home folder, a
// process. What they share is the lab: a private Tor network, and a server on
// an onion address.
//
// The tests of this package prove what must hold while the story is played; the
// demo shows it.
package story
