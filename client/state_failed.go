package client

import (
	"time"

	"hushwing/config"
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
	case awoken:
		if s.problem.Retry == RetryLater {
			a.startApart()
		}
	case torReady:
		// Tor has come back: at once, whatever the pause was
		if s.problem.Retry == RetryLater {
			a.startApart()
		}
	case torLost:
		if s.problem.Retry == RetryLater { // it is Tor that has to come first
			a.become(&waitingForTor{})
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
