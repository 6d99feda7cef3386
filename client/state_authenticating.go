package client

import (
	"context"
	"maps"
	"time"

	"hushwing/config"
	"hushwing/tls"
	"hushwing/xmpp"
)

// authenticating: the server is the one that we know, or one that we may come
// to know; it now has to prove that it knows the password, as we do.
type authenticating struct {
	ways
	conn   *tls.Conn
	cancel context.CancelFunc
}

func (*authenticating) public(i *Account) { i.State = Authenticating }
func (s *authenticating) leave(*account)  { s.cancel() }

func (s *authenticating) enter(a *account) {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	login := xmpp.Login{
		Address: a.address, Password: a.cfg.Password,
		Known: maps.Clone(a.cfg.Mechanisms), Gate: a.gate,
	}
	conn := s.conn
	a.job(ctx, s, func(ctx context.Context) (any, error) {
		return xmpp.Open(ctx, conn, login)
	})
}

func (s *authenticating) handle(a *account, m any) {
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
		a.found = s.lasting(time.Now(), a.cfg.Epoch)
		stream := m.val.(*xmpp.Stream)
		a.remember(s.conn.Certificate(), stream)
		a.become(&online{stream: stream})
	}
}

// remember keeps what a successful sign-in has taught: the server's key, if it
// is the first, and the strongest mechanism.
func (a *account) remember(cert tls.Certificate, s *xmpp.Stream) {
	where, how := s.Mechanism()
	known := a.cfg.Mechanisms[where] == how
	for _, p := range a.cfg.Pins {
		if p.Key == cert.Pin && known {
			return
		}
	}
	a.saveProfile(func(p *config.Account) error {
		learn(p, cert, where, how)
		return nil
	}, nil)
}

// learn writes a server's key and mechanism into an account.
func learn(p *config.Account, cert tls.Certificate, where, how string) {
	if p.Mechanisms == nil {
		p.Mechanisms = map[string]string{}
	}
	p.Mechanisms[where] = how
	for _, pin := range p.Pins {
		if pin.Key == cert.Pin {
			return
		}
	}
	p.Pins = append(p.Pins, config.PinRecord{Key: cert.Pin, First: time.Now().UTC(), Issuer: cert.Issuer})
}
