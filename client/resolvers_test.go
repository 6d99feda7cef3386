package client

import (
	"context"
	"io"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

// TestLookUpsShareNoCircuit: each question goes under an isolation of its own,
// which is neither an account's nor one that was used before.
func TestLookUpsShareNoCircuit(t *testing.T) {
	r := xmpptest.NewResolver(t, nil, func(io.Writer, []byte, dnsmessage.Question) bool { return false })
	k := asker{net: r.Socks.Network(t), secret: make([]byte, 32), policy: r.Policy}
	for range 3 {
		if _, err := k.ask(t.Context(), []xmpp.Resolver{r.Address(), r.Address()}, "example.test"); err != nil {
			t.Fatal(err)
		}
	}
	users, n := map[string]bool{}, 0
	for _, q := range r.Socks.Requests() {
		if q.Command == 1 {
			n++
			users[q.User+":"+q.Password] = true
		}
	}
	if n != 6 || len(users) != n {
		t.Errorf("%d connections under %d identities", n, len(users))
	}
	r.Socks.Stop()
	if _, err := k.ask(t.Context(), []xmpp.Resolver{r.Address()}, "example.test"); !torGone(err) {
		t.Errorf("without Tor: %v", err)
	}
}

// TestTorLostWhileResolving: the asking ends, and the account waits for Tor.
func TestTorLostWhileResolving(t *testing.T) {
	for name, message := range map[string]any{"lost": torLost{}, "offline": GoOffline{}} {
		ctx, cancel := context.WithCancel(t.Context())
		s := &resolving{ways: waysTo(wayTo("example.test", "", 0), threeResolvers, nil), cancel: cancel}
		a := &account{world: &world{emit: func(Event) {}}, state: s}
		if a.info().State != Connecting {
			t.Errorf("it is called %d", a.info().State)
		}
		s.handle(a, message)
		switch a.state.(type) {
		case *waitingForTor, *offline:
		default:
			t.Errorf("%s: it is %T", name, a.state)
		}
		if ctx.Err() == nil {
			t.Errorf("%s: the asking goes on", name)
		}
	}
}
