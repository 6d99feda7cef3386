package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"hushwing/internal/lab/child"
	"hushwing/internal/lab/scratch"
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

// startTimeout bounds Start when its context does not.
const startTimeout = 2 * time.Minute

// Lab is a running lab. Its methods are safe for concurrent use.
type Lab struct {
	run     *scratch.Folder
	slot    *slot
	network *network
	prosody *Prosody
	state   string // where what outlives a lab is kept

	ejabberdMu sync.Mutex
	ejabberd   *Ejabberd

	mu        sync.Mutex
	resolvers []*Resolver
	resolver  sync.Once // makes own
	own       *Resolver
	ownErr    error
	tor       string // the real program

	close    sync.Once
	closeErr error
}

// Start builds a lab and waits until it can be used: the client has
// bootstrapped and, with Prosody, its onion address is published. ctx bounds
// the start alone; afterwards only Close ends the lab. Errors: *MissingError
// for a program that is not installed.
func Start(ctx context.Context, o Options) (_ *Lab, err error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	p, err := lookPrograms(o.Prosody)
	if err != nil {
		return nil, err
	}
	l := &Lab{tor: p.tor}
	defer func() {
		if err != nil {
			l.Close()
		}
	}()
	if l.run, err = scratch.New(); err != nil {
		return nil, err
	}
	state := o.Dir
	if state == "" {
		state = l.run.Path("state")
	}
	if state, err = filepath.Abs(state); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	if err := os.MkdirAll(state, 0o700); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	l.state = state
	keys := o.Keys
	if keys == "" {
		keys = filepath.Join(state, "net")
	}
	if keys, err = filepath.Abs(keys); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	if l.slot, err = takeSlot(keys); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	say := func(s string) {
		mu.Lock()
		defer mu.Unlock()
		if o.Progress != nil {
			o.Progress(s)
		}
	}
	l.network = &network{slot: l.slot, run: l.run, progress: say, tors: map[string]*child.Process{}}
	if o.Prosody {
		if l.prosody, err = newProsody(p, l.run, state, l.slot); err != nil {
			return nil, err
		}
		l.network.publish = l.publishProsody
	}
	// Prosody starts beside Tor, which mostly waits for the clock.
	var wg sync.WaitGroup
	var serverErr error
	if o.Prosody {
		wg.Go(func() {
			l.prosody.mu.Lock()
			defer l.prosody.mu.Unlock()
			if serverErr = l.prosody.start(ctx); serverErr == nil {
				say("Prosody answers")
			}
		})
	}
	err = l.network.start(ctx, p)
	wg.Wait()
	if err = errors.Join(err, serverErr); err != nil {
		return nil, err
	}
	if err := l.writeWrapper(p); err != nil {
		return nil, err
	}
	return l, nil
}

// publishProsody gives the server its onion address.
func (l *Lab) publishProsody(ctx context.Context) error {
	return l.publishServer(ctx, l.prosody.onion, l.prosody.Addr())
}

func (l *Lab) publishServer(ctx context.Context, key onionKey, addr string) error {
	to := func(port string) string { return net.JoinHostPort(addr, port) }
	address, err := l.network.onions.publish(ctx, key.control(), map[uint16]string{5222: to("5222"), 5223: to("5223")})
	if err == nil && address != key.address() {
		err = fmt.Errorf("lab: tor calls the onion service %s, not %s", address, key.address())
	}
	return err
}

// Close stops everything and removes the temporary folder. It may be called
// more than once.
func (l *Lab) Close() error {
	l.close.Do(func() {
		var errs []error
		l.mu.Lock()
		for _, r := range l.resolvers {
			r.Close()
		}
		l.mu.Unlock()
		l.prosody.close()
		l.ejabberdMu.Lock()
		l.ejabberd.close()
		l.ejabberdMu.Unlock()
		if l.network != nil {
			l.network.stop()
		}
		if l.slot != nil {
			l.slot.close()
		}
		if l.run != nil {
			errs = append(errs, l.run.Remove())
		}
		l.closeErr = errors.Join(errs...)
	})
	return l.closeErr
}

// Socks is the address of the client's SOCKS port, "127.0.0.1:port". It answers
// as the Tor of a system does.
func (l *Lab) Socks() string { return l.network.socks }

// SocksUnix is the path of the client's SOCKS socket in the file system. It
// gives Tor's extended error codes for onion services.
func (l *Lab) SocksUnix() string { return l.run.Path("socks") }

// Env names the lab's Tor in the way of Tails and Whonix
// (TOR_SOCKS_HOST=..., TOR_SOCKS_PORT=...), for the environment of a program.
func (l *Lab) Env() []string {
	host, port, _ := net.SplitHostPort(l.Socks())
	return []string{"TOR_SOCKS_HOST=" + host, "TOR_SOCKS_PORT=" + port}
}

// ControlSocket is the path of the client's control socket.
func (l *Lab) ControlSocket() string { return l.run.Path("client.control") }

// Cookie is the path of the cookie file that opens the control socket.
func (l *Lab) Cookie() string { return l.run.Path("client.cookie") }

// Control is the address of the client's control port, "127.0.0.1:port". It
// opens with Cookie or ControlPassword.
func (l *Lab) Control() string { return l.network.controlTCP }

// ControlPassword opens the client's control port.
const ControlPassword = `an owl's "password"`

// ControlEnv names the lab's control port in the way of Tails and Whonix.
func (l *Lab) ControlEnv() []string {
	host, port, _ := net.SplitHostPort(l.Control())
	return []string{"TOR_CONTROL_HOST=" + host, "TOR_CONTROL_PORT=" + port, "TOR_CONTROL_COOKIE_AUTH_FILE=" + l.Cookie()}
}

// Ask says one command on the client's control port and returns the reply's
// lines without their codes, those of data among them.
func (l *Lab) Ask(ctx context.Context, command string) ([]string, error) {
	return l.network.client.do(ctx, command)
}

// Torrc is the path of a torrc (for tor's --defaults-torrc) that makes a
// client Tor part of the lab's network and ties it to loopback.
func (l *Lab) Torrc() string { return l.run.Path("bin", "defaults.torrc") }

// TorProgram is the path of a script named "tor", the only program in its folder,
// that runs the real tor with Torrc, which lies beside it. With that folder first in PATH, a program that
// starts a Tor of its own joins the lab's network.
func (l *Lab) TorProgram() string { return l.run.Path("bin", "tor") }

// Tor is the path of the real program, which TorProgram runs.
func (l *Lab) Tor() string { return l.tor }

// Relays are where the network's relays take connections of other Tors, and the
// authorities requests for the directory besides.
func (l *Lab) Relays() (all []netip.AddrPort) {
	for i := range l.network.relays() {
		addr := netip.MustParseAddr(l.network.addr(i))
		all = append(all, netip.AddrPortFrom(addr, 9001))
		if i < authorityCount {
			all = append(all, netip.AddrPortFrom(addr, 9030))
		}
	}
	return all
}

// writeWrapper writes Torrc and TorProgram. The script replaces what the caller
// says about defaults, so that no argument gets a Tor out of the lab; without -f
// it keeps the system's torrc out.
func (l *Lab) writeWrapper(p programs) error {
	if err := os.Mkdir(l.run.Path("bin"), 0o700); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	if err := os.WriteFile(l.Torrc(), []byte(l.network.clientTorrc()), 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	script := fmt.Sprintf(`#!/bin/sh
# tor, as a client of a private network on loopback.
file='-f %[3]s'
skip=
for a; do
	shift
	if [ -n "$skip" ]; then skip=; continue; fi
	case $a in
		--defaults-torrc) skip=1; continue ;;
		-f | --torrc-file) file= ;;
	esac
	set -- "$@" "$a"
done
exec '%[1]s' --defaults-torrc '%[2]s' $file "$@"
`, p.tor, l.Torrc(), l.run.Path("empty"))
	if err := os.WriteFile(l.TorProgram(), []byte(script), 0o700); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return nil
}

// Net is the lab's loopback prefix, "127.N".
func (l *Lab) Net() string { return l.slot.net }

// Prosody is the lab's XMPP server, or nil when Options did not ask for it.
func (l *Lab) Prosody() *Prosody { return l.prosody }

// Publish makes an onion service whose virtual ports lead to the given TCP
// addresses, waits until its descriptor is uploaded, and returns its address
// ("….onion"). It lasts until Close.
func (l *Lab) Publish(ctx context.Context, ports map[uint16]string) (string, error) {
	return l.network.onions.publish(ctx, "", ports)
}

// SetHost makes the network's exits resolve name to addr, a loopback IPv4
// address. An empty addr removes the name.
func (l *Lab) SetHost(name, addr string) error { return l.slot.dns.setHost(name, addr) }

// SetSRV sets the answer for an SRV question such as
// "_xmpps-client._tcp.example.test"; with no records the name is removed. Exits
// of Tor resolve hosts only: SRV is for those who ask the lab's name server, at
// DNS, or a resolver (StartResolver).
func (l *Lab) SetSRV(name string, records ...SRV) { l.slot.dns.setSRV(name, records) }

// DNS is the address of the lab's name server, UDP and TCP, "127.N.0.53:5353".
func (l *Lab) DNS() string { return l.slot.dns.addr }
