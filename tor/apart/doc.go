// Package apart keeps the network in processes of their own, so that the
// window's process can do without. It has all sides of it:
//
//	window ─── opener          the opener finds Tor and hands connected sockets over
//	   │          │
//	   └─────── keeper         the keeper starts the opener, again if it must, and our own Tor
//
// Start begins it and gives the window a tor.Holder. Keep and Serve are what
// the keeper and the opener do; cmd/hushwing-net is the program.
//
// The two do not trust the window, which shows what strangers send: it names no
// host, no port but one that a person may set by hand (a loopback address or a
// Unix socket), no file and no program. It gets sockets to the SOCKS port of a
// Tor that has just proven to be one, and nothing else: never a control port.
// Whatever is not exactly a message of the protocol ends the line. The opener
// talks to strangers no more than the window does, but to local programs that
// may not be Tor; so the keeper, which may start programs, does not read what
// those say, and takes from the opener two requests alone.
//
// All ends with the window's process, however that ends.
//
// It is for Linux. On other systems the opener is in the window's process
// (tor.Direct), and this package has its encoding only.
package apart
