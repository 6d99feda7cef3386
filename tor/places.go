package tor

import (
	"net"
	"path/filepath"
	"runtime"
	"strings"
)

// The names under which an environment says where its Tor's control port is.
const (
	envControlSocket   = "TOR_CONTROL_IPC_PATH"
	envControlHost     = "TOR_CONTROL_HOST"
	envControlPort     = "TOR_CONTROL_PORT"
	envControlCookie   = "TOR_CONTROL_COOKIE_AUTH_FILE"
	envControlPassword = "TOR_CONTROL_PASSWD"
)

// systemControl is Debian's place for the control socket.
const systemControl = "/run/tor/control"

// controls are where the control port of a Tor that is not ours may be, in the
// order in which they are tried: the one that the environment names, and only
// that, or else the usual ones beside the SOCKS port. For a SOCKS port that is
// none of the usual ones nothing is guessed.
func controls(o Options, e Endpoint) []controlPlace {
	cookie, password := o.getenv(envControlCookie), o.getenv(envControlPassword)
	if e.From != FromHand {
		if path := o.getenv(envControlSocket); path != "" {
			at := Endpoint{Network: "unix", Address: strings.TrimPrefix(path, "unix:"), From: FromEnvironment}
			return []controlPlace{{at, cookie, password}}
		}
		if port := o.getenv(envControlPort); port != "" {
			at := Endpoint{Network: "tcp", Address: net.JoinHostPort(numeric(o.getenv(envControlHost)), port), From: FromEnvironment}
			return []controlPlace{{at, cookie, password}}
		}
	}
	if e.Network == "unix" {
		if runtime.GOOS == "windows" || !systemSocket(e.Address) {
			return nil
		}
		return []controlPlace{{at: Endpoint{Network: "unix", Address: systemControl, From: FromSocket}}}
	}
	host, port, err := net.SplitHostPort(e.Address)
	if err != nil {
		return nil
	}
	at := func(port string) Endpoint {
		return Endpoint{Network: "tcp", Address: net.JoinHostPort(host, port), From: e.From}
	}
	switch port {
	case "9050":
		list := []controlPlace{{at: at("9051")}}
		if runtime.GOOS != "windows" && e.check() == nil && net.ParseIP(host).IsLoopback() {
			list = append([]controlPlace{{at: Endpoint{Network: "unix", Address: systemControl, From: FromSocket}}}, list...)
		}
		return list
	case "9150":
		return []controlPlace{{at: at("9151")}}
	}
	return nil
}

// systemSocket reports whether a path is one of the usual ones.
func systemSocket(path string) bool {
	for _, u := range usual() {
		if u.Network == "unix" && u.Address == filepath.Clean(path) {
			return true
		}
	}
	return false
}

// numeric gives a host's name from the environment as an address. A name is
// not looked up: a resolver is another way to the network.
func numeric(host string) string {
	if host == "" || strings.EqualFold(host, "localhost") {
		return "127.0.0.1"
	}
	return host
}
