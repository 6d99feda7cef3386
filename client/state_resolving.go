package client

import "context"

// resolving: resolvers are asked, over TLS and through Tor, where the server is.
// Outside it is a part of connecting: to a person it makes no difference.
type resolving struct {
	ways
	cancel context.CancelFunc
}

func (*resolving) public(i *Account) { i.State = Connecting }
func (s *resolving) leave(*account)  { s.cancel() }

func (s *resolving) enter(a *account) {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	k := asker{net: a.net, secret: a.store.View().Isolation, policy: a.policy}
	whom, domain := s.whom(), s.domain
	a.job(ctx, s, func(ctx context.Context) (any, error) {
		return k.ask(ctx, whom, domain)
	})
}

func (s *resolving) handle(a *account, m any) {
	switch m := m.(type) {
	case jobResult:
		if m.err != nil { // of Tor; that a resolver failed is in its answer
			a.fail(m.err)
			return
		}
		w := s.ways
		w.answers(m.val.([]answered))
		a.proceed(w)
	default:
		a.interrupted(m)
	}
}
