package client

import (
	"errors"
	"time"

	"hushwing/config"
	"hushwing/tls"
	"hushwing/xmpp"
)

// failed: stopped with a reason; tries again at next, if that is set.
type failed struct {
	problem Problem
	next    time.Time
}

func (s *failed) public(i *Account) {
	i.State, i.Problem, i.NextTry = Failed, &s.problem, s.next
}
func (*failed) enter(*account) {}
func (*failed) leave(*account) {}

func (s *failed) handle(a *account, m any) {
	switch m := m.(type) {
	case GoOnline:
		a.start()
	case GoOffline:
		a.become(&offline{})
	case torReady:
		// Tor has come back: at once, whatever the pause was
		if s.problem.Retry == RetryLater {
			a.start()
		}
	case tick:
		if !s.next.IsZero() && m.now.After(s.next) {
			a.start()
		}
	}
}

// acceptWeaker lowers what is remembered of the server's way of signing in to
// what it offers now. Only what was shown is accepted: with anything else the
// account stays where it is.
func (a *account) acceptWeaker(m AcceptWeaker) {
	s, _ := a.state.(*failed)
	if s == nil || s.problem.SignIn == nil || *s.problem.SignIn != m.Now {
		a.refuse(m.ID, Problem{Cause: SignInDowngrade, Retry: RetryNow})
		return
	}
	a.saveProfile(func(p *config.Account) error {
		p.Mechanisms = xmpp.Accept(p.Mechanisms, m.Now.Now, m.Now.Context)
		return nil
	}, func(err error) {
		if err != nil {
			a.refuse(m.ID, problemOf(err))
			return
		}
		a.done(m.ID)
		if a.state == state(s) {
			a.start()
		}
	})
}

// certificateChanged: the server showed another key than before. Nothing
// secret was sent. It waits for the user, and the default is to wait.
type certificateChanged struct{ question tls.Question }

func (s *certificateChanged) public(i *Account) {
	p := certificateProblem(s.question)
	i.State, i.Problem = CertificateChanged, &p
}
func (*certificateChanged) enter(*account) {}
func (*certificateChanged) leave(*account) {}

func (*certificateChanged) handle(a *account, m any) {
	switch m.(type) {
	case GoOnline: // the server may have its old key back
		a.start()
	case GoOffline:
		a.become(&offline{})
	}
}

// asCertificateChanged returns the state for a changed key, or nil.
func asCertificateChanged(err error) *certificateChanged {
	var c *tls.ChangedError
	if errors.As(err, &c) {
		return &certificateChanged{question: c.Question}
	}
	return nil
}
