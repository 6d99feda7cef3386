package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// proceed goes the next step towards the server.
func (a *account) proceed(w ways) {
	switch {
	case !w.more():
		a.fail(w.failure())
	case len(w.whom()) > 0:
		a.become(&resolving{ways: w})
	default:
		a.become(&connecting{ways: w})
	}
}

// failed goes on with the next way, if that may do better, or gives up.
func (w ways) failed(a *account, err error) {
	if !w.miss(err) {
		a.fail(w.failure())
		return
	}
	a.proceed(w)
}

// context bounds a way that somebody else named, until it is secured.
func (w *ways) context() (context.Context, context.CancelFunc) {
	if !w.search {
		return context.WithCancel(context.Background())
	}
	if w.by.IsZero() {
		w.by = time.Now().Add(tryTime)
	}
	return context.WithDeadline(context.Background(), w.by)
}

// late makes the error of a step that took too long.
func late(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", xmpp.ErrHung, err)
	}
	return err
}

// connecting: Tor is on its way to the server. Nothing has been said to it.
type connecting struct {
	ways
	cancel context.CancelFunc
}

func (*connecting) public(i *Account) { i.State = Connecting }
func (s *connecting) leave(*account)  { s.cancel() }

func (s *connecting) enter(a *account) {
	ctx, cancel := s.context()
	s.cancel = cancel
	a.via = s.routes[0].Host
	r, dialer := s.routes[0], a.dialer(a.net)
	a.job(ctx, s, func(ctx context.Context) (any, error) {
		return xmpp.Dial(ctx, dialer, r)
	})
}

func (s *connecting) handle(a *account, m any) {
	switch m := m.(type) {
	case jobResult:
		if m.err != nil {
			s.failed(a, late(m.err))
			return
		}
		a.become(&securing{ways: s.ways, conn: m.val.(*tor.Conn)})
	default:
		a.interrupted(m)
	}
}

// interrupted takes what ends every step on the way to the server: nothing that
// was under way is of use any more.
func (a *account) interrupted(m any) {
	switch m.(type) {
	case GoOffline:
		a.become(&offline{})
	case torLost:
		a.become(&waitingForTor{})
	case awoken: // it went with the sleep
		a.startApart()
	}
}

// route returns the way to the account's server.
func (a *account) route() way {
	return wayTo(a.address.Domainpart(), a.cfg.Route.Host, a.cfg.Route.Port)
}

// host is where the account's connection goes, or will go.
func (a *account) host() string {
	if a.via != "" {
		return a.via
	}
	return a.route().host
}

// server returns what the certificate is held against.
func (a *account) server() tls.Server {
	s := tls.Server{Domain: a.address.Domainpart(), Onion: a.route().onion}
	for _, p := range a.cfg.Pins {
		s.Pins = append(s.Pins, p.Key)
		if p.Excused {
			s.Excused = append(s.Excused, p.Key)
		}
	}
	return s
}

// dialer returns this account's own way through Tor, which it shares with no
// other account and no other purpose.
func (a *account) dialer(n *tor.Network) *tor.Dialer {
	return n.Dialer(tor.NewIsolation(a.store.View().Isolation, "account "+a.id, a.cfg.Epoch))
}
