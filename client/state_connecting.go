package client

import (
	"context"

	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// connecting: one way after the other to the server, through Tor and TLS.
// Nothing secret has been sent.
type connecting struct {
	routes []xmpp.Route // still to try; the first is under way
	first  error        // what the first way failed with
	cancel context.CancelFunc
}

func (*connecting) public(i *Account) { i.State = Connecting }

func (s *connecting) enter(a *account) {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.try(ctx, a)
}

func (s *connecting) leave(*account) { s.cancel() }

func (s *connecting) try(ctx context.Context, a *account) {
	r, server := s.routes[0], a.server()
	dialer := a.dialer(a.net)
	server.DirectALPN = r.Direct
	a.job(ctx, s, func(ctx context.Context) (any, error) {
		return xmpp.Secure(ctx, dialer, a.policy, r, server)
	})
}

func (s *connecting) handle(a *account, m any) {
	switch m := m.(type) {
	case GoOffline:
		a.become(&offline{})
	case torLost:
		a.become(&waitingForTor{})
	case jobResult:
		if m.err == nil {
			a.become(&authenticating{conn: m.val.(*tls.Conn)})
			return
		}
		if s.first == nil {
			s.first = m.err
		}
		if !otherWay(m.err) || len(s.routes) == 1 {
			a.fail(worst(s.first, m.err))
			return
		}
		a.become(&connecting{routes: s.routes[1:], first: s.first})
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
