package client

import (
	"context"
	"errors"
	"maps"
	"time"

	"hushwing/config"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/xmpp"
)

// authenticating: the server is the one that we know, or one that we may come
// to know; it now has to prove that it knows the password, as we do.
type authenticating struct {
	ways
	conn   *tls.Conn
	cancel context.CancelFunc
	used   secret.Text // the password
}

func (*authenticating) public(i *Account) { i.State = Authenticating }
func (s *authenticating) leave(*account)  { s.cancel() }

func (s *authenticating) enter(a *account) {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.used = a.credential()
	login := xmpp.Login{
		Address: a.address, Password: s.used,
		Known: maps.Clone(a.cfg.Mechanisms), Gate: a.gate, Resume: a.leftover(),
	}
	conn := s.conn
	a.job(ctx, s, func(ctx context.Context) (any, error) {
		return xmpp.Open(ctx, conn, login)
	})
}

func (s *authenticating) handle(a *account, m any) {
	switch m := m.(type) {
	case jobResult:
		if m.err != nil {
			if a.otherPassword(s.used, m.err) {
				a.start()
				return
			}
			a.distrust(s.conn.Pin(), m.err, func() {
				if a.state == s {
					s.failed(a, m.err)
				}
			})
			return
		}
		a.found = s.lasting(time.Now(), a.cfg.Epoch)
		stream := m.val.(*xmpp.Stream)
		a.remember(s.conn.Certificate(), stream)
		a.settlePassword(s.used)
		a.become(&online{stream: stream})
	default:
		a.interrupted(m)
	}
}

// remember keeps what a successful sign-in has taught: the server's key, what
// its certificate says, and the strongest mechanism.
func (a *account) remember(cert tls.Certificate, s *xmpp.Stream) {
	where, how := s.Mechanism()
	if a.cfg.Mechanisms[where] == how && pinKept(a.cfg, cert) {
		return
	}
	a.saveProfile(func(p *config.Account) error {
		learn(p, cert, where, how)
		return nil
	}, func(err error) {
		if err == nil {
			a.emit(AccountChanged{Account: a.info()})
		}
	})
}

// learn writes a server's key and mechanism into an account.
func learn(p *config.Account, cert tls.Certificate, where, how string) {
	if p.Mechanisms == nil {
		p.Mechanisms = map[string]string{}
	}
	p.Mechanisms[where] = how
	keepPin(p, cert, time.Now())
}

// distrust takes back the user's trust in a key that has not been signed in
// with, if whoever holds it could not prove that it knows the password. then
// runs on this goroutine when that is settled, or needs no settling.
func (a *account) distrust(key tls.Pin, err error, then func()) {
	var auth *xmpp.AuthError
	if !errors.As(err, &auth) || auth.Reason != xmpp.ServerNotProven || !provisional(a.cfg.Pins, key) {
		then()
		return
	}
	a.saveProfile(func(p *config.Account) error { distrustPin(p, key); return nil }, func(error) { then() })
}
