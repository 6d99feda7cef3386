package xmpp_test

import (
	"context"
	stdtls "crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"hushwing/tls"
	"hushwing/tls/tlstest"
	"hushwing/tor"
	"hushwing/tor/tortest"
	"hushwing/xmpp"
	"hushwing/xmpp/xmpptest"
)

// said is a DNS message in the making: an honest answer with these records,
// which a test then spoils.
type said = dnsmessage.Message

func name(s string) dnsmessage.Name { return dnsmessage.MustNewName(s) }

func srv(owner, target string, port, priority, weight uint16) dnsmessage.Resource {
	return dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: name(owner), Type: dnsmessage.TypeSRV, Class: dnsmessage.ClassINET, TTL: 300},
		Body:   &dnsmessage.SRVResource{Priority: priority, Weight: weight, Port: port, Target: name(target)},
	}
}

func cname(owner, to string) dnsmessage.Resource {
	return dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: name(owner), Type: dnsmessage.TypeCNAME, Class: dnsmessage.ClassINET, TTL: 300},
		Body:   &dnsmessage.CNAMEResource{CNAME: name(to)},
	}
}

// says answers every question; alter gets the honest message and may spoil it.
func says(alter func(m *said, direct bool)) xmpptest.Reply {
	return func(w io.Writer, packet []byte, q dnsmessage.Question) bool {
		m := &said{
			Header:    dnsmessage.Header{ID: binary.BigEndian.Uint16(packet), Response: true, RecursionDesired: true, RecursionAvailable: true},
			Questions: []dnsmessage.Question{q},
		}
		alter(m, strings.HasPrefix(q.Name.String(), "_xmpps"))
		b, err := m.Pack()
		if err != nil {
			panic(err)
		}
		_, err = w.Write(xmpptest.Frame(b))
		return err == nil
	}
}

const (
	directName = "_xmpps-client._tcp.example.test."
	plainName  = "_xmpp-client._tcp.example.test."
)

// honest has two servers with direct TLS and one without.
func honest(m *said, direct bool) {
	if direct {
		m.Answers = []dnsmessage.Resource{srv(directName, "b.example.test.", 443, 20, 0), srv(directName, "A.Example.test.", 5223, 10, 0)}
		return
	}
	m.Answers = []dnsmessage.Resource{srv(plainName, "a.example.test.", 5222, 1, 0)}
}

func resolve(t *testing.T, r *xmpptest.Resolver) (xmpp.Answer, error) {
	t.Helper()
	return xmpp.Resolve(within(t, 20*time.Second), r.Dialer, r.Policy, r.Address(), "example.test")
}

func wantRoutes(t *testing.T, a xmpp.Answer, want ...string) {
	t.Helper()
	var got []string
	for _, r := range a.Routes {
		got = append(got, fmt.Sprintf("%s:%d %v", r.Host, r.Port, r.Direct))
		if !r.IsHint() {
			t.Errorf("%s is no hint", r.Host)
		}
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("routes are %q, want %q", got, want)
	}
}

func TestResolve(t *testing.T) {
	r := xmpptest.NewResolver(t, nil, says(honest))
	a, err := resolve(t, r)
	if err != nil {
		t.Fatal(err)
	}
	wantRoutes(t, a, "a.example.test:5223 true", "b.example.test:443 true", "a.example.test:5222 false")
	if a.TTL != 300*time.Second || a.NotOffered {
		t.Errorf("%+v", a)
	}
	questions, sizes := r.Questions()
	if len(questions) != 2 || questions[0].Name.String() != directName || questions[1].Name.String() != plainName ||
		questions[0].Type != dnsmessage.TypeSRV {
		t.Errorf("it was asked %v", questions)
	}
	for _, n := range sizes {
		if n != 128 {
			t.Errorf("a question has %d bytes: its length says something of the name", n)
		}
	}
	for _, q := range r.Socks.Requests() {
		if q.Command == 1 && (q.Host != xmpptest.ResolverName || q.Port != 853) {
			t.Errorf("Tor was asked for %s:%d", q.Host, q.Port)
		}
	}
}

// TestResolverMayAnswerInAnyOrder: pipelined answers come as they are ready.
func TestResolverMayAnswerInAnyOrder(t *testing.T) {
	var held [][]byte
	r := xmpptest.NewResolver(t, nil, func(w io.Writer, packet []byte, q dnsmessage.Question) bool {
		if held = append(held, append([]byte(nil), packet...)); len(held) < 2 {
			return true
		}
		for i := 1; i >= 0; i-- {
			var p dnsmessage.Parser
			_, _ = p.Start(held[i])
			q, _ := p.Question()
			says(honest)(w, held[i], q)
		}
		return true
	})
	a, err := resolve(t, r)
	if err != nil {
		t.Fatal(err)
	}
	wantRoutes(t, a, "a.example.test:5223 true", "b.example.test:443 true", "a.example.test:5222 false")
}

// TestAnswersThatAreNone: whatever is not an answer to exactly what was asked
// is refused as a whole.
func TestAnswersThatAreNone(t *testing.T) {
	each := func(alter func(*said)) xmpptest.Reply {
		return says(func(m *said, direct bool) { honest(m, direct); alter(m) })
	}
	raw := func(b ...byte) xmpptest.Reply {
		return func(w io.Writer, _ []byte, _ dnsmessage.Question) bool { _, _ = w.Write(b); return true }
	}
	once := func(b []byte) xmpptest.Reply {
		return func(w io.Writer, _ []byte, _ dnsmessage.Question) bool { _, _ = w.Write(b); return false }
	}
	for what, c := range map[string]struct {
		reply xmpptest.Reply
		want  xmpp.LookupReason
	}{
		"another id":                 {each(func(m *said) { m.ID++ }), xmpp.LookupBroken},
		"a question, no answer":      {each(func(m *said) { m.Response = false }), xmpp.LookupBroken},
		"another kind of query":      {each(func(m *said) { m.OpCode = 4 }), xmpp.LookupBroken},
		"truncated":                  {each(func(m *said) { m.Truncated = true }), xmpp.LookupBroken},
		"no question":                {each(func(m *said) { m.Questions = nil }), xmpp.LookupBroken},
		"two questions":              {each(func(m *said) { m.Questions = append(m.Questions, m.Questions[0]) }), xmpp.LookupBroken},
		"another name":               {each(func(m *said) { m.Questions[0].Name = name("evil.test.") }), xmpp.LookupBroken},
		"another type":               {each(func(m *said) { m.Questions[0].Type = dnsmessage.TypeA }), xmpp.LookupBroken},
		"another class":              {each(func(m *said) { m.Questions[0].Class = dnsmessage.ClassCHAOS }), xmpp.LookupBroken},
		"refused":                    {each(func(m *said) { m.RCode = dnsmessage.RCodeRefused; m.Answers = nil }), xmpp.LookupFailed},
		"server failure":             {each(func(m *said) { m.RCode = dnsmessage.RCodeServerFailure }), xmpp.LookupFailed},
		"too many records":           {each(func(m *said) { flood(m, 17) }), xmpp.LookupBroken},
		"a flood of records":         {each(func(m *said) { flood(m, 200) }), xmpp.LookupBroken},
		"a flood of others' records": {each(func(m *said) { flood(m, 65); elsewhere(m) }), xmpp.LookupBroken},
		"aliases in a circle":        {each(func(m *said) { circle(m) }), xmpp.LookupBroken},
		"an endless message":         {raw(0xFF, 0xFF, 1, 2, 3), xmpp.LookupBroken},
		"an empty message":           {raw(0, 0), xmpp.LookupBroken},
		"cut off":                    {once([]byte{0, 60, 1, 2, 3}), xmpp.LookupBroken},
		"nothing":                    {once(nil), xmpp.LookupBroken},
		"both answers to one":        {twice(), xmpp.LookupBroken},
		"a record with no end":       {each(func(m *said) {}), 0}, // the control: honest
		"compression in a loop":      {looped(), xmpp.LookupBroken},
		"more records announced":     {announced(), xmpp.LookupBroken},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			a, err := resolve(t, xmpptest.NewResolver(t, nil, c.reply))
			var lookup *xmpp.LookupError
			if c.want == 0 && err == nil {
				return
			}
			if !errors.As(err, &lookup) || lookup.Reason != c.want || len(a.Routes) > 0 {
				t.Errorf("got %v and %d routes, want reason %d", err, len(a.Routes), c.want)
			}
		})
	}
}

func flood(m *said, n int) {
	owner := m.Questions[0].Name.String()
	m.Answers = nil
	for i := range n {
		m.Answers = append(m.Answers, srv(owner, fmt.Sprintf("h%d.test.", i), 5222, 1, 1))
	}
}

func elsewhere(m *said) {
	for i := range m.Answers {
		m.Answers[i].Header.Name = name("elsewhere.test.")
	}
}

func circle(m *said) {
	owner := m.Questions[0].Name.String()
	m.Answers = []dnsmessage.Resource{cname(owner, "x.test."), cname("x.test.", owner)}
}

// twice answers the first question with the answer to it, twice.
func twice() xmpptest.Reply {
	n := 0
	return func(w io.Writer, packet []byte, q dnsmessage.Question) bool {
		if n++; n > 1 {
			return true
		}
		says(honest)(w, packet, q)
		return says(honest)(w, packet, q)
	}
}

// looped has a name that points at itself.
func looped() xmpptest.Reply {
	return func(w io.Writer, packet []byte, _ dnsmessage.Question) bool {
		b := append([]byte(nil), packet[:2]...)
		b = append(b, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 33, 0, 1)
		_, err := w.Write(xmpptest.Frame(b))
		return err == nil
	}
}

// announced says in its header that 65,535 records follow.
func announced() xmpptest.Reply {
	return func(w io.Writer, packet []byte, q dnsmessage.Question) bool {
		m := said{Header: dnsmessage.Header{ID: binary.BigEndian.Uint16(packet), Response: true}, Questions: []dnsmessage.Question{q}}
		b, err := m.Pack()
		if err != nil {
			panic(err)
		}
		b[6], b[7] = 0xFF, 0xFF
		_, err = w.Write(xmpptest.Frame(b))
		return err == nil
	}
}

// TestRoutesOfAnAnswer: what a well-formed answer may make us do.
func TestRoutesOfAnAnswer(t *testing.T) {
	onion := tortest.OnionAddress("somewhere")
	plain := func(records ...dnsmessage.Resource) func(*said, bool) {
		return func(m *said, direct bool) {
			if m.RCode = dnsmessage.RCodeNameError; !direct {
				m.RCode, m.Answers = dnsmessage.RCodeSuccess, records
			}
		}
	}
	for what, c := range map[string]struct {
		alter func(*said, bool)
		want  []string
		off   bool
	}{
		"no such name":         {func(m *said, _ bool) { m.RCode = dnsmessage.RCodeNameError }, nil, false},
		"no such records":      {func(*said, bool) {}, nil, false},
		"an onion is a route":  {plain(srv(plainName, onion+".", 5222, 1, 1)), []string{onion + ":5222 false"}, false},
		"not offered":          {plain(srv(plainName, ".", 0, 0, 0)), nil, true},
		"a dot beside others":  {plain(srv(plainName, ".", 0, 0, 0), srv(plainName, "a.test.", 5222, 1, 1)), []string{"a.test:5222 false"}, false},
		"of another name":      {plain(srv("_xmpp-client._tcp.evil.test.", "evil.test.", 5222, 1, 1)), nil, false},
		"one alias":            {plain(cname(plainName, "x.test."), srv("x.test.", "a.test.", 5222, 1, 1)), []string{"a.test:5222 false"}, false},
		"an alias to nowhere":  {plain(cname(plainName, "x.test.")), nil, false},
		"in other letters":     {plain(srv("_XMPP-client._TCP.Example.TEST.", "a.test.", 5222, 1, 1)), []string{"a.test:5222 false"}, false},
		"twice the same":       {plain(srv(plainName, "a.test.", 5222, 1, 1), srv(plainName, "A.test.", 5222, 2, 1)), []string{"a.test:5222 false"}, false},
		"one question refused": {refusedDirect, []string{"a.test:5222 false"}, false},
		"by priority, four at most": {plain(
			srv(plainName, "f.test.", 5222, 60, 1), srv(plainName, "e.test.", 5222, 50, 1), srv(plainName, "d.test.", 5222, 40, 1),
			srv(plainName, "c.test.", 5222, 30, 1), srv(plainName, "b.test.", 5222, 20, 1), srv(plainName, "a.test.", 5222, 10, 1),
		), []string{"a.test:5222 false", "b.test:5222 false", "c.test:5222 false", "d.test:5222 false"}, false},
		"nowhere that we go": {plain(
			srv(plainName, "127.0.0.1.", 5222, 1, 1), srv(plainName, "localhost.", 5222, 1, 1), srv(plainName, "router.local.", 5222, 1, 1),
			srv(plainName, "box.internal.", 5222, 1, 1), srv(plainName, "nas.home.arpa.", 5222, 1, 1), srv(plainName, "relay.exit.", 5222, 1, 1),
			srv(plainName, "single.", 5222, 1, 1), srv(plainName, "under_score.test.", 5222, 1, 1), srv(plainName, "a b.test.", 5222, 1, 1),
			srv(plainName, strings.Replace(onion, onion[:1], "b", 1)+".", 5222, 1, 1), srv(plainName, "short.onion.", 5222, 1, 1),
			srv(plainName, "x."+onion+".", 5222, 1, 1), srv(plainName, "ｅxample.test.", 5222, 1, 1),
		), nil, false},
		"no port where nobody chats": {plain(
			srv(plainName, "a.test.", 0, 1, 1), srv(plainName, "a.test.", 25, 1, 1), srv(plainName, "a.test.", 53, 1, 1),
			srv(plainName, "a.test.", 445, 1, 1), srv(plainName, "a.test.", 587, 1, 1), srv(plainName, "a.test.", 853, 1, 1),
			srv(plainName, "a.test.", 443, 9, 1),
		), []string{"a.test:443 false"}, false},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			a, err := resolve(t, xmpptest.NewResolver(t, nil, says(c.alter)))
			if err != nil {
				t.Fatal(err)
			}
			wantRoutes(t, a, c.want...)
			if a.NotOffered != c.off {
				t.Errorf("not offered: %v", a.NotOffered)
			}
			if len(a.Routes) == 0 && a.TTL != 0 {
				t.Error("a denial is remembered")
			}
		})
	}
}

func refusedDirect(m *said, direct bool) {
	if m.RCode = dnsmessage.RCodeServerFailure; !direct {
		m.RCode, m.Answers = dnsmessage.RCodeSuccess, []dnsmessage.Resource{srv(plainName, "a.test.", 5222, 1, 1)}
	}
}

// TestResolverThatCannotProveItsName gets no question.
func TestResolverThatCannotProveItsName(t *testing.T) {
	r := xmpptest.NewResolver(t, &tlstest.Spec{Names: []string{"other.test"}}, says(honest))
	_, err := resolve(t, r)
	var lookup *xmpp.LookupError
	var invalid *tls.InvalidError
	if !errors.As(err, &lookup) || lookup.Reason != xmpp.LookupNotProven || !errors.As(err, &invalid) {
		t.Errorf("got %v", err)
	}
	if asked, _ := r.Questions(); len(asked) > 0 {
		t.Errorf("it was asked %v", asked)
	}
}

func TestResolverThatIsNotThere(t *testing.T) {
	r := xmpptest.NewResolver(t, nil, says(honest))
	r.Socks.Connect(4)
	_, err := resolve(t, r)
	var lookup *xmpp.LookupError
	var gone *tor.Error
	if !errors.As(err, &lookup) || lookup.Reason != xmpp.LookupUnreachable || !errors.As(err, &gone) || gone.Reason != tor.Refused {
		t.Errorf("got %v", err)
	}
}

// TestResolverThatHangs: the caller's patience ends it, at once.
func TestResolverThatHangs(t *testing.T) {
	r := xmpptest.NewResolver(t, nil, func(io.Writer, []byte, dnsmessage.Question) bool { return true })
	ctx, cancel := context.WithCancel(t.Context())
	began := time.Now()
	time.AfterFunc(300*time.Millisecond, cancel)
	_, err := xmpp.Resolve(ctx, r.Dialer, r.Policy, r.Address(), "example.test")
	if took := time.Since(began); !errors.Is(err, context.Canceled) || took > 3*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

// TestNeverLookedUp: what must not reach a resolver does not.
func TestNeverLookedUp(t *testing.T) {
	r := xmpptest.NewResolver(t, nil, says(honest))
	before := len(r.Socks.Requests())
	for _, domain := range []string{
		tortest.OnionAddress("server"), "short.onion", "192.0.2.1", "[2001:db8::1]", "2001:db8::1", "", "a b", "localhost", "x.local",
		strings.Repeat("a.", 120) + "example",
	} {
		_, err := xmpp.Resolve(t.Context(), r.Dialer, r.Policy, r.Address(), domain)
		var lookup *xmpp.LookupError
		if !errors.As(err, &lookup) || lookup.Reason != xmpp.LookupBadName {
			t.Errorf("%q: %v", domain, err)
		}
	}
	if got := len(r.Socks.Requests()); got != before {
		t.Errorf("Tor was asked %d times", got-before)
	}
	if _, err := xmpp.Resolve(t.Context(), nil, r.Policy, r.Address(), "example.test"); !errors.Is(err, xmpp.ErrZeroValue) {
		t.Error(err)
	}
	if _, err := xmpp.Resolve(t.Context(), r.Dialer, nil, r.Address(), "example.test"); !errors.Is(err, xmpp.ErrZeroValue) {
		t.Error(err)
	}
}

// TestOnionFromResolver: an onion address that a resolver named is a route. Who
// is there has to prove the domain, whatever the caller says of onions.
func TestOnionFromResolver(t *testing.T) {
	onion := tortest.OnionAddress("named by a resolver")
	r := xmpptest.NewResolver(t, nil, says(func(m *said, direct bool) {
		if direct {
			m.Answers = []dnsmessage.Resource{srv(directName, onion+".", 5223, 1, 1)}
		}
	}))
	a, err := resolve(t, r)
	if err != nil || len(a.Routes) != 1 {
		t.Fatal(a, err)
	}
	for what, c := range map[string]struct {
		cert stdtls.Certificate
		ok   bool
	}{
		"of the onion alone":   {tlstest.SelfSigned(t, tlstest.Spec{Names: []string{onion}}), false},
		"of somebody's own":    {tlstest.SelfSigned(t, tlstest.Spec{Names: []string{"example.test"}}), false},
		"for another domain":   {r.CA.Issue(t, tlstest.Spec{Names: []string{"evil.test", onion}}), false},
		"valid for the domain": {r.CA.Issue(t, tlstest.Spec{Names: []string{"example.test"}}), true},
	} {
		s := tlstest.NewServer(t, &stdtls.Config{Certificates: []stdtls.Certificate{c.cert}})
		r.Socks.Serve(onion, s.Address())
		for _, identity := range []bool{true, false} {
			conn, err := xmpp.Secure(within(t, 20*time.Second), r.Dialer, r.Policy, a.Routes[0], tls.Server{Domain: "example.test", Onion: identity})
			if c.ok != (err == nil) {
				t.Errorf("%s, identity %v: %v", what, identity, err)
			}
			if err == nil {
				_ = conn.Close()
			}
			if e := <-s.Ended(); len(e.Received) > 0 {
				t.Errorf("%s: it was told %q", what, e.Received)
			}
		}
	}
}
