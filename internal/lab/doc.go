// Package lab runs real parts for tests, the demo and the benches: a private
// Tor network, a Prosody behind an onion address of that network, and a
// libotr peer.
//
// Everything is on loopback. Each lab has a loopback prefix of its own,
// 127.N, so that labs run side by side and their servers use the standard
// ports. Nothing can leave the machine: every Tor of the network, and every
// client Tor that is started with the lab's defaults, binds its outgoing
// connections to a loopback address.
//
// Nothing is left behind either. Every child gets SIGKILL from the kernel when
// the process that started it ends, however it ends (see package child), and
// the folder of a process that was killed is removed by the next lab.
//
// The lab needs Linux and these Debian packages: tor prosody lua-unbound; for
// Lab.Ejabberd ejabberd; for the libotr peer gcc pkg-config libotr5-dev libgcrypt20-dev. It works for root
// and for an ordinary user.
package lab
