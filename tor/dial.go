package tor

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/proxy"
)

// How long a dial may take, from the first byte to Tor to its answer. Only
// tests change them.
var (
	dialTime  = 60 * time.Second
	onionTime = 120 * time.Second
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
// Every other error is an *Error.
func (d *Dialer) Dial(ctx context.Context, host string, port uint16) (*Conn, error) {
	if d == nil || d.network == nil || d.network.opener == nil || d.network.done == nil || d.isolation.IsZero() {
		return nil, &Error{Reason: Unusable}
	}
	host, err := clean(host, port)
	if err != nil {
		return nil, err
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

// explain makes the error of a failed dial. That the caller gave up counts
// before all, then what Tor said, then that time was up.
func (d *Dialer) explain(parent, ctx context.Context, reason Reason, err error) error {
	if err := over(parent); err != nil {
		return err
	}
	if reason == Gone && over(ctx) != nil {
		reason = TimedOut
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

// clean checks host and port, and gives the host as Tor is asked for it: in
// ASCII and lower case, without a final dot.
func clean(host string, port uint16) (string, error) {
	bad := func(why string) error { return &Error{Reason: BadHost, Err: errors.New(why)} }
	if port == 0 {
		return "", bad("port 0")
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" || ip.IsUnspecified() {
			return "", bad("no address of a host")
		}
		return ip.Unmap().String(), nil
	}
	host = strings.TrimSuffix(host, ".")
	if isOnion(host) {
		// Before any conversion: a mistyped address gets the error that says
		// so, and is never taken for another name.
		if !ValidOnion(host) {
			return "", &Error{Reason: Refused, Err: &ReplyError{Code: 0xF6}}
		}
		return strings.ToLower(host), nil
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil || ascii == "" || len(ascii) > 253 {
		return "", bad("no host name")
	}
	ascii = strings.ToLower(ascii)
	switch {
	case isOnion(ascii): // full-width letters and the like
		return "", &Error{Reason: Refused, Err: &ReplyError{Code: 0xF6}}
	case strings.HasSuffix(ascii, ".exit"):
		return "", bad("names an exit") // chooses the exit relay in some configurations
	case ascii == "localhost" || strings.HasSuffix(ascii, ".localhost"), strings.HasSuffix(ascii, ".local"):
		return "", bad("names this network")
	case !isName(ascii):
		return "", bad("no host name")
	}
	return ascii, nil
}

// isName reports whether s consists of labels of letters, digits and hyphens
// (RFC 1123), and is not all numbers.
func isName(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, r := range l {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
				return false
			}
		}
	}
	// A last label of digits is a mistyped numeric address.
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}
