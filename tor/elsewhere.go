package tor

import (
	"context"
	"net"
	"strconv"
	"strings"
)

// This file is for a process that finds Tor for another one and is confined
// before it begins: what it has to know of Options without opening anything.

// ByHand is e as one that a person has set: on this computer, or BadSetting.
func (e Endpoint) ByHand() (Endpoint, error) {
	e.From = FromHand
	return e, e.check()
}

// Places are all that Find reaches for: the ports, on whatever address, and
// the files, which are sockets and the cookies of control ports. What only the
// Tor that is found tells of (a cookie elsewhere) is not among them.
func Places(o Options) (ports []uint16, files []string) {
	port := func(s string) {
		if n, err := strconv.ParseUint(s, 10, 16); err == nil && n > 0 {
			ports = append(ports, uint16(n))
		}
	}
	for _, n := range []string{"9050", "9051", "9150", "9151", o.getenv("TOR_CONTROL_PORT")} {
		port(n)
	}
	files = append(files, "/run/tor/control", "/run/tor/control.authcookie", "/var/run/tor/control", "/var/run/tor/control.authcookie",
		"/var/lib/tor/control_auth_cookie")
	for _, name := range []string{"TOR_CONTROL_IPC_PATH", "TOR_CONTROL_COOKIE_AUTH_FILE"} {
		if path := o.getenv(name); path != "" {
			files = append(files, strings.TrimPrefix(path, "unix:"))
		}
	}
	all := usual()
	if e, err := chosen(o); named(o) && err == nil {
		all = append(all, e)
	}
	for _, e := range all {
		if e.Network == "unix" {
			files = append(files, e.Address)
		} else if _, p, err := net.SplitHostPort(e.Address); err == nil {
			port(p)
		}
	}
	return ports, files
}

// own starts our own Tor, here or where it was asked for.
func own(ctx context.Context, o Options) (*Network, error) {
	if h := o.Starter; h != nil {
		o.Starter = nil
		return h.Hold(ctx, o)
	}
	return Start(ctx, o)
}
