package tor

import (
	"net"
	"strconv"
	"strings"
)

// ByHand reads where a user says that their Tor is, for Options.Only: a port
// ("9050"), a loopback address with a port ("127.0.0.1:9050", "[::1]:9050",
// "localhost:9050"), or the path of a Unix socket ("/run/tor/socks", with or
// without "unix:" before it). Endpoint.String gives it back.
//
// The error is BadSetting, with what was typed as its Endpoint's Address.
func ByHand(typed string) (Endpoint, error) {
	typed = strings.TrimSpace(typed)
	e := Endpoint{Network: "tcp", Address: typed, From: FromHand}
	path, named := strings.CutPrefix(typed, "unix:")
	switch {
	case named || strings.HasPrefix(typed, "/"):
		e.Network, e.Address = "unix", path
	case strings.Trim(typed, "0123456789") == "":
		e.Address = net.JoinHostPort("127.0.0.1", typed)
	default:
		host, port, err := net.SplitHostPort(typed)
		if err == nil && strings.EqualFold(host, "localhost") {
			// The name is not looked up: a resolver is another way to the network.
			e.Address = net.JoinHostPort("127.0.0.1", port)
		}
	}
	if err := e.check(); err != nil {
		return Endpoint{}, err
	}
	if e.Network == "tcp" { // one form for one place: "09050" is 9050
		host, port, _ := net.SplitHostPort(e.Address)
		n, _ := strconv.ParseUint(port, 10, 16)
		e.Address = net.JoinHostPort(host, strconv.FormatUint(n, 10))
	}
	return e, nil
}
