package tor

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/net/proxy"
)

// How long a dial may take, from the first byte to Tor to its answer. Only
// tests change them.
var (
	dialTime  = 60 * time.Second
	onionTime = 120 * time.Second
	tellTime  = 10 * time.Second // for the proof before each
)

// Dialer dials through one Tor under one isolation. The zero value refuses. It
// is safe for concurrent use.
type Dialer struct {
	network   *Network
	isolation Isolation
}

// Dial connects to host and port. The name is resolved by Tor, at the far end.
// An onion address with a wrong checksum is refused (ReplyError.BadOnion)
// before anything is sent. It waits at most 60 s, for an onion service 120 s,
// and returns at once when ctx ends, with its error.
//
// Each dial has what listens prove anew that it is a Tor (see Find), within
// 10 s, before the isolation's name and the host go out: Tor's port may have
// been taken over since. That costs less than a millisecond.
//
// Every other error is an *Error.
func (d *Dialer) Dial(ctx context.Context, host string, port uint16) (*Conn, error) {
	if d == nil || d.network == nil || d.network.opener == nil || d.network.done == nil || d.isolation.IsZero() {
		return nil, &Error{Reason: Unusable}
	}
	host, err := HostName(host)
	if err != nil {
		return nil, err
	}
	if port == 0 {
		return nil, &Error{Reason: BadHost, Err: errors.New("port 0")}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e := d.network.endpoint
	select {
	case <-d.network.done:
		return nil, &Error{Reason: Gone, Endpoint: e, Err: errors.New("tor has ended")}
	default:
	}
	onion, bound := isOnion(host), dialTime
	if onion {
		bound = onionTime
	}
	c, err := d.connect(ctx, bound, net.JoinHostPort(host, strconv.Itoa(int(port))))
	if err != nil {
		return nil, err
	}
	return &Conn{c: c, host: host, port: port, onion: onion}, nil
}

// connect does the SOCKS handshake.
func (d *Dialer) connect(parent context.Context, bound time.Duration, target string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(parent, bound)
	defer cancel()
	e := d.network.endpoint
	raw, err := d.network.opener.Open(ctx, e)
	if err != nil {
		return nil, d.explain(parent, ctx, Gone, err)
	}
	// This connection first, then the proof on another: should the Tor behind
	// this one end in between, this one ends with it, and is not its
	// successor's.
	if err := d.prove(parent, ctx); err != nil {
		_ = raw.Close()
		return nil, err
	}
	seen := &observed{Conn: raw}
	// The forward dialler hands over the connection that we have: the
	// library's own dialler is never reached.
	s, err := proxy.SOCKS5(e.Network, e.Address,
		&proxy.Auth{User: d.isolation.user, Password: d.isolation.password}, given{seen})
	if err == nil {
		_, err = s.(proxy.ContextDialer).DialContext(ctx, "tcp", target)
	}
	if err == nil {
		err = over(parent)
	}
	if err != nil {
		_ = raw.Close()
		reason, err := seen.verdict(err)
		return nil, d.explain(parent, ctx, reason, err)
	}
	return raw, nil
}

// Prove sees whether the Tor is still there, by a question on a connection of
// its own: after a connection has broken without a word, say. It takes
// milliseconds, or 3 s when nothing is said. Errors are those of Dial: Gone,
// NotTor, NoIsolation, Silent.
func (n *Network) Prove(ctx context.Context) error {
	if n == nil || n.opener == nil || n.done == nil {
		return &Error{Reason: Unusable}
	}
	return (&Dialer{network: n}).prove(ctx, ctx)
}

// prove has what listens show that it is a Tor.
func (d *Dialer) prove(parent, ctx context.Context) error {
	err := probe(ctx, d.network.opener, d.network.endpoint, tellTime)
	if err == nil {
		return nil
	}
	reason := Gone
	var e *Error
	if errors.As(err, &e) {
		reason, err = e.Reason, e.Err
	}
	switch {
	case errors.Is(err, errNoAnswer):
		reason = Silent
	case reason == NotTor && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)):
		reason = Gone // it ended just now
	}
	return d.explain(parent, ctx, reason, err)
}

// explain makes the error of a failed dial. That the caller gave up counts
// before all, then what Tor said, then that time was up.
func (d *Dialer) explain(parent, ctx context.Context, reason Reason, err error) error {
	if err := over(parent); err != nil {
		return err
	}
	if reason == Gone && over(ctx) != nil {
		reason = TimedOut
	}
	switch reason {
	case Gone, Silent, NotTor, NoIsolation:
		d.network.nudge()
	}
	return failure(reason, d.network.endpoint, err)
}

// over is the error of a context that has ended. The deadline of a connection
// that was taken from a context can fire a moment before the context's own.
func over(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d, ok := ctx.Deadline(); ok && !time.Now().Before(d) {
		return context.DeadlineExceeded
	}
	return nil
}

// given is a dialler that has dialled already.
type given struct{ c net.Conn }

func (g given) Dial(string, string) (net.Conn, error) { return g.c, nil }

func (g given) DialContext(context.Context, string, string) (net.Conn, error) { return g.c, nil }
