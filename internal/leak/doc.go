// Package leak runs programs on a computer of which every packet is known: a
// Box. It is the evidence for the one promise that all others rest on, that
// nothing of Hushwing's leaves but through Tor.
//
// A Box is a network namespace with two interfaces. lo is the computer itself;
// out0 is the way to everything else, with a default route for IPv4 and IPv6,
// so that what a program sends somewhere is really sent, and does not fail for
// want of a route. Nobody answers there. The system's resolver is told to ask a
// server behind out0.
//
// Two recorders on packet sockets read every packet: one at the far end of out0,
// in a namespace of its own, where whatever has left arrives, also what a raw or
// packet socket sent past the queues and what an XDP socket sent; and one on all
// interfaces of the box, which takes what lo delivers. A packet is innocent if
// it is TCP on lo between a program and a port of Tor's, or between Tor and a
// relay of the lab's network; every other one is guilty, whatever it is. What the
// recorders read is compared with the kernel's own count of what the interfaces
// carried, so that a recorder that misses something is found out.
//
// Tor runs in the box too, as a system's Tor on port 9050 or as Hushwing's own
// child, so that it can be killed, stopped, started again and replaced by
// something else as on any computer. The relays' addresses are doors in the box's
// lo, behind which this process, outside, connects to the relay. A door lets a
// connection through only if it finds that the process at its other end is tor
// itself: a program that would go to a relay by itself is guilty.
//
// Why not count by user or by control group: Hushwing starts its Tor itself, as
// the same user, and a container may have no control groups; and such counters
// sit in the firewall, past which packet sockets go. Why not by system calls (as
// internal/story does in addition): a way that one forgot to watch would not be
// seen. A packet is a packet, whoever made it.
//
// What never becomes a packet is not seen here: sockets to the hypervisor
// (AF_VSOCK), and other programs of this computer that are asked over a socket in
// the file system to do something. The sockets of name services (nscd,
// systemd-resolved, the system bus) are closed in the box, so that a look-up has
// to go over the network, where it shows.
//
// Boxes need Linux and namespaces: root, or an ordinary user where the system
// lets those make user namespaces. Main moves the tests into one.
package leak
