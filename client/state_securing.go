package client

import (
	"context"

	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// securing: the server is there; now it has to show who it is. Nothing but a
// stream header and the wish for TLS has been said to it.
type securing struct {
	ways
	conn   *tor.Conn
	cancel context.CancelFunc
}

func (*securing) public(i *Account) { i.State = Securing }
func (s *securing) leave(*account)  { s.cancel() }

func (s *securing) enter(a *account) {
	ctx, cancel := s.context()
	s.cancel = cancel
	conn, policy, r, server := s.conn, a.policy, s.routes[0], a.server()
	a.job(ctx, s, func(ctx context.Context) (any, error) {
		return xmpp.Wrap(ctx, conn, policy, r, server)
	})
}

func (s *securing) handle(a *account, m any) {
	switch m := m.(type) {
	case jobResult:
		if m.err != nil {
			s.failed(a, late(m.err))
			return
		}
		a.become(&authenticating{ways: s.ways, conn: m.val.(*tls.Conn)})
	default:
		a.interrupted(m)
	}
}
