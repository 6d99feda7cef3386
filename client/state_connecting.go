package client

import (
	"context"

	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// ways are the ways to the server that are still to be tried, the one under
// way first.
type ways struct {
	routes []xmpp.Route
	first  error // what the first way failed with
}

// failed goes on with the next way, if that may do better, or gives up.
func (w ways) failed(a *account, err error) {
	if w.first == nil {
		w.first = err
	}
	if !otherWay(err) || len(w.routes) == 1 {
		a.fail(worst(w.first, err))
		return
	}
	a.become(&connecting{ways: ways{routes: w.routes[1:], first: w.first}})
}

// connecting: Tor is on its way to the server. Nothing has been said to it.
type connecting struct {
	ways
	cancel context.CancelFunc
}

func (*connecting) public(i *Account) { i.State = Connecting }
func (s *connecting) leave(*account)  { s.cancel() }

func (s *connecting) enter(a *account) {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	r, dialer := s.routes[0], a.dialer(a.net)
	a.job(ctx, s, func(ctx context.Context) (any, error) {
		return xmpp.Dial(ctx, dialer, r)
	})
}

func (s *connecting) handle(a *account, m any) {
	switch m := m.(type) {
	case GoOffline:
		a.become(&offline{})
	case torLost:
		a.become(&waitingForTor{})
	case jobResult:
		if m.err != nil {
			s.failed(a, m.err)
			return
		}
		a.become(&securing{ways: s.ways, conn: m.val.(*tor.Conn)})
	}
}

// way is how an account's server is reached.
type way struct {
	host  string
	onion bool // the onion address is the server's identity
	port  uint16
}

// route returns the way to the account's server.
func (a *account) route() way {
	return wayTo(a.address.Domainpart(), a.cfg.Route.Host, a.cfg.Route.Port)
}

// wayTo finds the way to a server: what the user named, else the onion address
// of our own table, else the domain itself.
func wayTo(domain, host string, port uint16) way {
	if host == "" {
		host = onionOf(domain)
	}
	if host == "" {
		host = domain
	}
	return way{host: host, onion: tor.ValidOnion(host), port: port}
}

// tries returns the ports and kinds of TLS to try, likeliest first.
func (w way) tries() []xmpp.Route {
	switch {
	case w.port == 5223 || w.port == 443:
		return []xmpp.Route{{Host: w.host, Port: w.port, Direct: true}}
	case w.port != 0:
		return []xmpp.Route{{Host: w.host, Port: w.port}}
	case w.onion:
		return []xmpp.Route{{Host: w.host, Port: 5222}, {Host: w.host, Port: 5223, Direct: true}}
	}
	return []xmpp.Route{{Host: w.host, Port: 5223, Direct: true}, {Host: w.host, Port: 5222}}
}

// server returns what the certificate is held against.
func (a *account) server() tls.Server {
	s := tls.Server{Domain: a.address.Domainpart(), Onion: a.route().onion}
	for _, p := range a.cfg.Pins {
		s.Pins = append(s.Pins, p.Key)
	}
	return s
}

// dialer returns this account's own way through Tor, which it shares with no
// other account and no other purpose.
func (a *account) dialer(n *tor.Network) *tor.Dialer {
	return n.Dialer(tor.NewIsolation(a.store.View().Isolation, "account "+a.id, a.cfg.Epoch))
}
