package client

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"sync/atomic"
	"time"

	"hushwing/config"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// otherPaths is over how many other ways through Tor a new key is looked at.
const otherPaths = 3

// quietPause is the first pause, in nanoseconds, before it is looked whether the
// key from before is back; it doubles up to quietLong. Only tests change it.
var quietPause atomic.Int64

const quietLong = 2 * time.Hour

func init() { quietPause.Store(int64(10 * time.Minute)) }

// certificateChanged: the server showed another key than before. Nothing
// secret was sent. It waits for the user, and gathers evidence meanwhile; from
// time to time it looks whether the key from before is back, and goes on if so.
type certificateChanged struct {
	question tls.Question
	route    xmpp.Route // where the key was shown
	server   tls.Server // what it was held against
	view     ServerQuestion

	ctx    context.Context
	cancel context.CancelFunc
	around bool      // the other ways are or were looked at
	quiet  bool      // a look at the account's own way is under way
	looks  int       // such looks so far
	next   time.Time // of the next one
}

// What jobs of this state bring.
type (
	// sighting is what one way through Tor shows. question is set where it is a
	// key that was not pinned; with neither, the way led nowhere.
	sighting struct {
		own      bool // over the account's own way
		question *tls.Question
		old      bool       // the key from before
		route    xmpp.Route // where that was
	}
	proven struct {
		id    CommandID
		proof xmpp.Proof
		err   error
	}
)

// questioned returns the state for a server that shows another key, or nil.
func (a *account) questioned(err error) *certificateChanged {
	var changed *tls.ChangedError
	var at *wayError
	if !errors.As(err, &changed) || !errors.As(err, &at) {
		return nil
	}
	return a.newQuestion(changed.Question, at.route)
}

func (a *account) newQuestion(q tls.Question, r xmpp.Route) *certificateChanged {
	s := a.server()
	state := &certificateChanged{question: q, route: r, server: s}
	v := &state.view
	v.Paths.Asked = otherPaths
	v.Onion, v.New, v.Flaw = s.Onion, *identityOf(q.Domain, q.Offered, q.Valid), flaw(q.Reason)
	for _, p := range a.cfg.Pins {
		if !p.First.IsZero() {
			v.Since = p.First
			v.Old = ServerIdentity{
				Domain: q.Domain, Issuer: p.Issuer, NotBefore: p.NotBefore, NotAfter: p.NotAfter,
				Key: p.Key.String(), Valid: !p.Excused,
			}
		}
	}
	for _, p := range a.cfg.Retired {
		if p.Key == q.Offered.Pin {
			v.Until = p.Until
		}
	}
	switch {
	case a.cfg.Imported:
		v.Proof = ProofUnwise
	case !s.Onion && !q.Valid:
		v.Proof = ProofNotSafe
	}
	return state
}

func (s *certificateChanged) public(i *Account) {
	p := certificateProblem(s.question)
	v := s.view
	v.ByName = s.byName()
	i.State, i.Problem, i.Question = CertificateChanged, &p, &v
}

// byName reports whether something speaks against the new key.
func (s *certificateChanged) byName() bool {
	v := s.view
	return v.Flaw != CauseUnknown && !v.Onion || v.Paths.Old+v.Paths.Other > 0 ||
		v.Proof == ProofFailed || v.Proof == ProofRefused
}

func (s *certificateChanged) enter(a *account) {
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.next = time.Now().Add(s.pause())
	s.lookAround(a)
}

func (s *certificateChanged) leave(*account) { s.cancel() }

// lookAround looks at the server over other ways. Who has one exit of Tor, or
// the line behind it, cannot have them all.
func (s *certificateChanged) lookAround(a *account) {
	if a.net == nil || s.around && s.view.Paths.Silent < otherPaths {
		return // they are looked at already, or will be with the next Tor
	}
	s.around, s.view.Paths = true, Paths{Asked: otherPaths}
	secret := a.store.View().Isolation
	for i := range otherPaths {
		routes := []xmpp.Route{s.route}
		if itself := s.itself(a); i == 0 && len(itself) > 0 {
			routes = itself
		}
		// A name of its own each time: never a circuit of the account's.
		s.look(a, a.net.Dialer(tor.NewIsolation(secret, "certificate "+config.NewID(), 0)), routes, false)
	}
}

// itself is where the server is by what nobody else has said, if that is not
// where the key was shown: whoever named that may have lied to all circuits.
func (s *certificateChanged) itself(a *account) []xmpp.Route {
	routes := a.route().tries()
	if holds(routes, s.route) {
		return nil
	}
	return routes
}

// lookQuietly looks over the account's own way.
func (s *certificateChanged) lookQuietly(a *account) {
	s.looks++
	s.next = time.Now().Add(s.pause())
	if a.net == nil || s.quiet {
		return
	}
	s.quiet = true
	s.look(a, a.dialer(a.net), append([]xmpp.Route{s.route}, s.itself(a)...), true)
}

// look sees which key the server shows, by the first of the routes that leads to
// one, or by the first that leads to the key from before if it is the account's
// own way. It says no more to the server than the server's name.
func (s *certificateChanged) look(a *account, d *tor.Dialer, routes []xmpp.Route, own bool) {
	policy, server := a.policy, s.server
	a.job(s.ctx, s, func(ctx context.Context) (any, error) {
		out := sighting{own: own}
		for _, r := range routes {
			conn, err := xmpp.Secure(ctx, d, policy, r, server)
			var changed *tls.ChangedError
			switch {
			case err == nil:
				_ = conn.Close()
				return sighting{own: own, old: true, route: r}, nil
			case errors.As(err, &changed) && out.question == nil:
				out.question = &changed.Question
			}
			// An invalid certificate is none: whoever showed it has not proven
			// that it is theirs.
			if out.question != nil && !own || ctx.Err() != nil {
				break
			}
		}
		return out, nil
	})
}

// pause is how long to wait for the next quiet look, with jitter.
func (s *certificateChanged) pause() time.Duration {
	d := min(time.Duration(quietPause.Load())<<min(s.looks, 8), quietLong)
	jitter, err := rand.Int(rand.Reader, big.NewInt(int64(d)))
	if err != nil {
		return d
	}
	return d/2 + time.Duration(jitter.Int64())
}

func (s *certificateChanged) handle(a *account, m any) {
	switch m := m.(type) {
	case GoOnline: // the server may have its old key back
		a.start()
	case GoOffline:
		a.become(&offline{})
	case torReady:
		s.lookAround(a)
		s.lookQuietly(a)
	case tick:
		if m.now.After(s.next) {
			s.lookQuietly(a)
		}
	case jobResult:
		switch v := m.val.(type) {
		case sighting:
			s.saw(a, v)
		case proven:
			s.proved(a, v)
		}
	}
}

// saw takes what a way has shown.
func (s *certificateChanged) saw(a *account, v sighting) {
	same := v.question != nil && v.question.Offered.Pin == s.question.Offered.Pin
	if v.own {
		s.quiet = false
		switch {
		case v.old && a.net != nil:
			// There and nowhere else: a search might lead to the new key again.
			a.proceed(ways{routes: []xmpp.Route{v.route}, identity: a.route().onion})
		case v.question != nil && !same: // another question
			a.become(a.newQuestion(*v.question, s.route))
		}
		return
	}
	p := &s.view.Paths
	switch {
	case v.old:
		p.Old++
	case same:
		p.Same++
	case v.question != nil:
		p.Other++
	default:
		p.Silent++
	}
	a.emit(AccountChanged{Account: a.info()})
}

// inQuestion returns the state if key is the one in question; else it refuses
// the command. An answer counts for the key that was seen, and for no other.
func (a *account) inQuestion(id CommandID, key string) *certificateChanged {
	s, ok := a.state.(*certificateChanged)
	switch {
	case !ok:
		a.refuse(id, Problem{Cause: CertificateSettled})
		return nil
	case key != s.question.Offered.Pin.String():
		a.refuse(id, Problem{Cause: CertificateAnother})
		return nil
	}
	return s
}

// trustServer takes the key in question for the server's, for good.
func (a *account) trustServer(c TrustServer) {
	s := a.inQuestion(c.ID, c.Key)
	if s == nil {
		return
	}
	if s.byName() && !sameServer(c.Name, a.address.Domainpart()) {
		a.refuse(c.ID, Problem{Cause: CertificateNameTyped, Retry: RetryNow})
		return
	}
	rec := config.PinRecord{
		Key: s.question.Offered.Pin, Trusted: time.Now().UTC(), Issuer: s.question.Offered.Issuer,
		NotBefore: s.question.Offered.NotBefore.UTC(), NotAfter: s.question.Offered.NotAfter.UTC(),
		Excused: !s.question.Valid && !s.server.Onion,
	}
	a.saveProfile(func(p *config.Account) error { trustPin(p, rec); return nil }, func(err error) {
		if err != nil {
			a.refuse(c.ID, problemOf(err))
			return
		}
		a.done(c.ID)
		if a.state == s {
			a.start()
		}
	})
}

// askProof lets the server prove that it knows the password. Why only then and
// only so: docs/security.md.
func (a *account) askProof(c AskProof) {
	s := a.inQuestion(c.ID, c.Key)
	switch {
	case s == nil:
		return
	case a.net == nil:
		a.refuse(c.ID, Problem{Cause: TorStopped, Retry: RetryLater})
		return
	case s.view.Proof != ProofPossible && s.view.Proof != ProofNoAnswer:
		a.refuse(c.ID, Problem{Cause: CertificateNoProof})
		return
	}
	s.view.Proof = ProofAsking
	a.emit(AccountChanged{Account: a.info()})
	server := s.server
	server.Pins = []tls.Pin{s.question.Offered.Pin} // nobody else is asked
	server.Excused = nil
	dialer, policy, route := a.dialer(a.net), a.policy, s.route
	login := xmpp.Login{Address: a.address, Password: a.cfg.Password, Known: a.cfg.Clone().Mechanisms}
	second := a.cfg.Second.Password
	a.job(s.ctx, s, func(ctx context.Context) (any, error) {
		for {
			conn, err := xmpp.Secure(ctx, dialer, policy, route, server)
			if err != nil {
				return proven{id: c.ID, err: err}, nil
			}
			p, err := xmpp.Prove(ctx, conn, login)
			if err != nil || p != xmpp.Unproven || second.IsZero() {
				return proven{id: c.ID, proof: p, err: err}, nil
			}
			login.Password, second = second, secret.Text{} // it may be the one that the server has
		}
	})
}

// proved takes what came of askProof.
func (s *certificateChanged) proved(a *account, v proven) {
	s.view.Proof = ProofNoAnswer
	if v.err == nil {
		s.view.Proof = map[xmpp.Proof]ProofState{
			xmpp.Proven: ProofGiven, xmpp.Unproven: ProofFailed,
			xmpp.ProofNotOffered: ProofAbsent, xmpp.ProofWithheld: ProofRefused,
		}[v.proof]
	}
	a.emit(AccountChanged{Account: a.info()})
	a.done(v.id)
}
