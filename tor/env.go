package tor

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// The names under which an environment says where its Tor is.
const (
	envSocket = "TOR_SOCKS_IPC_PATH"
	envHost   = "TOR_SOCKS_HOST"
	envPort   = "TOR_SOCKS_PORT"
)

// named reports whether somebody has decided which Tor to use: the user by
// hand, or the environment.
func named(o Options) bool {
	return o.Only != nil || o.getenv(envSocket) != "" || o.getenv(envHost) != "" || o.getenv(envPort) != ""
}

// chosen gives the endpoint that was set by hand, or else that the environment
// names.
func chosen(o Options) (Endpoint, error) {
	if o.Only != nil {
		e := *o.Only
		e.From = FromHand
		return e, e.check()
	}
	e := Endpoint{From: FromEnvironment}
	if path := o.getenv(envSocket); path != "" {
		e.Network, e.Address = "unix", strings.TrimPrefix(path, "unix:")
		return e, e.check()
	}
	host, port := numeric(o.getenv(envHost)), o.getenv(envPort)
	if port == "" {
		port = "9050"
	}
	e.Network, e.Address = "tcp", net.JoinHostPort(host, port)
	return e, e.check()
}

// check refuses an endpoint that is not on this computer. The environment may
// name one at a private address, which is how Whonix reaches its gateway: what
// goes there is not encrypted, and the user names and passwords of isolation
// show, so nobody else may choose it.
func (e Endpoint) check() error {
	bad := func(why string) error {
		return &Error{Reason: BadSetting, Endpoint: e, Err: errors.New(why)}
	}
	switch e.Network {
	case "unix":
		if strings.ContainsRune(e.Address, 0) {
			return bad("path with a zero byte")
		}
		if !filepath.IsAbs(e.Address) {
			return bad("path is not absolute")
		}
		return nil
	case "tcp":
	default:
		return bad(fmt.Sprintf("network %q", e.Network))
	}
	host, port, err := net.SplitHostPort(e.Address)
	if err != nil {
		return bad(err.Error())
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return bad("port is no number from 1 to 65535")
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return bad("host is no numeric address")
	}
	ip = ip.Unmap()
	if ip.IsLoopback() {
		return nil
	}
	if e.From != FromEnvironment {
		return bad("not on this computer")
	}
	if !ip.IsPrivate() && !ip.IsLinkLocalUnicast() {
		return bad("neither on this computer nor at a private address")
	}
	return nil
}

// usual are the places to look where the environment is silent.
func usual() []Endpoint {
	list := []Endpoint{
		{Network: "tcp", Address: "127.0.0.1:9050", From: FromSystem},
		{Network: "tcp", Address: "127.0.0.1:9150", From: FromTorBrowser},
	}
	if runtime.GOOS != "windows" {
		for _, path := range []string{"/run/tor/socks", "/var/run/tor/socks", "/var/lib/tor/socks"} {
			list = append(list, Endpoint{Network: "unix", Address: path, From: FromSocket})
		}
	}
	return list
}
