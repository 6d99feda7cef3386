package lab

import (
	"context"
	"errors"
)

// Options says what a lab holds. The zero value is a Tor network alone, in a
// private folder that is removed on Close.
type Options struct {
	// Dir is where the lab keeps its state: keys, directory documents,
	// Prosody's accounts. A lab that is started again with the same Dir goes
	// on where it stopped. Empty: a private temporary folder (mode 0700),
	// removed on Close.
	Dir string
	// Keys is a folder of Tor networks that are kept between labs, for a warm
	// start. It may be shared by labs that run at the same time: each takes
	// a network of its own and adds one when all are taken. Empty: under Dir.
	Keys string
	// Prosody adds an XMPP server for example.test, see Lab.Prosody.
	Prosody bool
	// Progress is told in a few words what has just been reached. It is
	// called from one goroutine at a time. May be nil.
	Progress func(string)
}

// Lab is a running lab. Its methods are safe for concurrent use.
type Lab struct{}

// Start builds a lab and waits until it can be used: the client has
// bootstrapped and, with Prosody, its onion address is published. ctx bounds
// the start alone; afterwards only Close ends the lab.
func Start(ctx context.Context, o Options) (*Lab, error) {
	return nil, errors.New("lab: not here yet")
}

// Close stops everything and removes the temporary folder. It may be called
// more than once.
func (l *Lab) Close() error { return nil }

// Socks is the address of the client's SOCKS port, "127.0.0.1:port".
func (l *Lab) Socks() string { return "" }

// SocksUnix is the path of the client's SOCKS socket in the file system.
func (l *Lab) SocksUnix() string { return "" }

// Env names the lab's Tor in the way of Tails and Whonix
// (TOR_SOCKS_HOST=..., TOR_SOCKS_PORT=...), for the environment of a program.
func (l *Lab) Env() []string { return nil }

// ControlSocket is the path of the client's control socket.
func (l *Lab) ControlSocket() string { return "" }

// Cookie is the path of the cookie file that opens the control socket.
func (l *Lab) Cookie() string { return "" }

// Torrc is the path of a torrc (for tor's --defaults-torrc) that makes a
// client Tor part of the lab's network and ties it to loopback.
func (l *Lab) Torrc() string { return "" }

// TorProgram is the path of a script named "tor", alone in its folder, that
// runs the real tor with Torrc. With that folder first in PATH, a program that
// starts a Tor of its own joins the lab's network.
func (l *Lab) TorProgram() string { return "" }

// Net is the lab's loopback prefix, "127.N".
func (l *Lab) Net() string { return "" }

// Prosody is the lab's XMPP server, or nil when Options did not ask for it.
func (l *Lab) Prosody() *Prosody { return nil }

// Publish makes an onion service whose virtual ports lead to the given TCP
// addresses, waits until its descriptor is uploaded, and returns its address
// ("….onion"). It lasts until Close.
func (l *Lab) Publish(ctx context.Context, ports map[uint16]string) (string, error) {
	return "", errors.New("lab: not here yet")
}

// SetHost makes the network's exits resolve name to addr, a loopback IPv4
// address. An empty addr removes the name.
func (l *Lab) SetHost(name, addr string) {}

// SetSRV sets the answer for an SRV question such as
// "_xmpps-client._tcp.example.test". Exits of Tor resolve hosts only: SRV is
// for those who ask the lab's name server at DNS.
func (l *Lab) SetSRV(name string, records ...SRV) {}

// SRV is one record of SetSRV.
type SRV struct {
	Target                 string
	Port, Priority, Weight uint16
}

// DNS is the address of the lab's name server, UDP and TCP, "127.N.0.53:5353".
func (l *Lab) DNS() string { return "" }
