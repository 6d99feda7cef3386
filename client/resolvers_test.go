package client

import (
	"context"
	"io"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"hushwing/otr"
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

// TestTorLostWhileResolving: the asking ends, and the account waits for Tor; as
// in every other step on the way to the server.
func TestTorLostWhileResolving(t *testing.T) {
	to := waysTo(wayTo("example.test", "", 0), threeResolvers, nil)
	for name, step := range map[string]func(context.CancelFunc) (state, AccountState){
		"resolving":  func(c context.CancelFunc) (state, AccountState) { return &resolving{ways: to, cancel: c}, Connecting },
		"connecting": func(c context.CancelFunc) (state, AccountState) { return &connecting{ways: to, cancel: c}, Connecting },
		"securing":   func(c context.CancelFunc) (state, AccountState) { return &securing{ways: to, cancel: c}, Securing },
		"authenticating": func(c context.CancelFunc) (state, AccountState) {
			return &authenticating{ways: to, cancel: c}, Authenticating
		},
	} {
		for message, want := range map[any]AccountState{torLost{}: WaitingForTor, GoOffline{}: Offline, awoken{}: WaitingForTor} {
			ctx, cancel := context.WithCancel(t.Context())
			s, called := step(cancel)
			a := &account{world: &world{emit: func(Event) {}}, identity: anyIdentity(), state: s}
			if got := a.info().State; got != called {
				t.Errorf("%s is called %d", name, got)
			}
			s.handle(a, message)
			if got := a.info().State; got != want {
				t.Errorf("%s, %T: it is %T", name, message, a.state)
			}
			if ctx.Err() == nil {
				t.Errorf("%s, %T: it goes on", name, message)
			}
		}
	}
}

// anyIdentity is a key for an account that needs one to be shown.
var anyIdentity = sync.OnceValue(func() *otr.Identity {
	id, err := newIdentity()
	if err != nil {
		panic(err)
	}
	return id
})
