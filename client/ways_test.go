package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// Failures as the floors below make them.
var (
	errDead     = &tor.Error{Reason: tor.Refused, Err: &tor.ReplyError{Code: 5}}
	errNoTor    = &tor.Error{Reason: tor.Gone}
	errStranger = &tls.InvalidError{Domain: "example.test", Reason: tls.UnknownIssuer}
	errNotTLS   = &tls.HandshakeError{Domain: "example.test", Trouble: tls.NotTLS, Err: errors.New("no")}
	errNewKey   = &tls.ChangedError{Question: tls.Question{Domain: "example.test", Valid: true}}
	errDenied   = &xmpp.AuthError{Reason: xmpp.WrongPassword}
)

func at(host string, port uint16) xmpp.Route { return xmpp.Route{Host: host, Port: port, Direct: true} }

func says(routes ...xmpp.Route) answered {
	return answered{answer: xmpp.Answer{Routes: routes, TTL: time.Minute}}
}

var (
	silent  = answered{err: &xmpp.LookupError{Reason: xmpp.LookupUnreachable}}
	nothing = answered{}
	off     = answered{answer: xmpp.Answer{NotOffered: true}}
)

// search plays a whole search. Resolvers answer in the order in which they are
// asked; a server fails as told, or else proves the domain. It returns what was
// done, "?2" for two resolvers asked at once, and how it ended.
func search(t *testing.T, w ways, answers []answered, fails map[string]error) (done string, err error) {
	t.Helper()
	var steps []string
	for range 100 {
		switch whom := w.whom(); {
		case !w.more():
			return strings.Join(steps, " "), w.failure()
		case len(whom) > 0:
			steps = append(steps, fmt.Sprintf("?%d", len(whom)))
			w.answers(answers[:len(whom)])
			answers = answers[len(whom):]
		default:
			r := w.routes[0]
			name := fmt.Sprintf("%s:%d", r.Host, r.Port)
			steps = append(steps, name)
			e, bad := fails[name]
			if !bad {
				return strings.Join(steps, " "), nil
			}
			if !w.miss(e) {
				return strings.Join(steps, " "), w.failure()
			}
		}
	}
	t.Fatal("the search does not end:", steps)
	return "", nil
}

// threeResolvers are never reached: their answers are played.
var threeResolvers = []xmpp.Resolver{{Host: "a.test"}, {Host: "b.test"}, {Host: "c.test"}}

// TestSearch: whatever resolvers and servers do, the server that proves the
// domain is found if anything honest leads there, and the search ends.
func TestSearch(t *testing.T) {
	const direct, plain = "example.test:5223", "example.test:5222"
	real, real2 := at("chat.example.test", 443), at("chat2.example.test", 443)
	evil, evil2, evil3 := at("evil.test", 1), at("evil.test", 2), at("other.evil.test", 3)
	dead := map[string]error{}
	for _, r := range []xmpp.Route{evil, evil2, evil3} {
		dead[fmt.Sprintf("%s:%d", r.Host, r.Port)] = errStranger
	}
	with := func(more map[string]error) map[string]error {
		out := map[string]error{}
		for k, v := range dead {
			out[k] = v
		}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	itself := with(map[string]error{direct: errDead, plain: errDead})
	for _, c := range []struct {
		name    string
		answers []answered
		fails   map[string]error
		want    string
		err     error
	}{
		{"one honest resolver is enough", []answered{says(real)}, nil, "?1 chat.example.test:443", nil},
		{"a dead target first", []answered{says(real2, real)}, with(map[string]error{"chat2.example.test:443": errDead}), "?1 chat2.example.test:443 chat.example.test:443", nil},
		{"no records: the domain itself", []answered{nothing}, nil, "?1 " + direct, nil},
		{"no records: the domain itself, either way", []answered{nothing}, map[string]error{direct: errDead}, "?1 " + direct + " " + plain, nil},
		{"a denial that is a lie", []answered{nothing, says(real), says(real)}, itself, "?1 " + direct + " " + plain + " ?2 chat.example.test:443", nil},
		{"one that cannot be reached", []answered{silent, says(real), says(real)}, nil, "?1 ?2 chat.example.test:443", nil},
		{"nobody answers", []answered{silent, silent, silent}, nil, "?1 ?2 " + direct, nil},
		{"a liar first", []answered{says(evil, evil2, evil3), says(real), says(real)}, dead, "?1 evil.test:1 evil.test:2 ?2 chat.example.test:443", nil},
		{"two liars, in turns", []answered{says(evil, evil2, evil3), says(evil2, evil3), says(real)}, dead, "?1 evil.test:1 evil.test:2 ?2 chat.example.test:443", nil},
		{"a liar alone: the domain itself", []answered{says(evil), nothing, silent}, dead, "?1 evil.test:1 ?2 " + direct, nil},
		{"a liar who names a port of the domain that hangs", []answered{says(at("example.test", 9)), silent, silent}, map[string]error{"example.test:9": xmpp.ErrHung}, "?1 example.test:9 ?2 " + direct, nil},
		{"a liar who does so beside an honest one", []answered{silent, says(at("example.test", 9)), says(at("example.test", 443))}, map[string]error{"example.test:9": xmpp.ErrHung}, "?1 ?2 example.test:9 example.test:443", nil},
		{"hangs: not at its other port, but at another host", []answered{says(real, at(real.Host, 5223)), says(real2), silent}, map[string]error{"chat.example.test:443": xmpp.ErrHung}, "?1 chat.example.test:443 ?2 chat2.example.test:443", nil},
		{"agreed and down: the domain itself is not meant", []answered{says(real), says(real), says(real)}, map[string]error{"chat.example.test:443": errDead}, "?1 chat.example.test:443 ?2", errDead},
		{"one says off", []answered{off, nothing, silent}, nil, "?1 ?2 " + direct, nil},
		{"one says off, and lies", []answered{off, says(real), says(real)}, nil, "?1 ?2 chat.example.test:443", nil},
		{"two say off", []answered{off, off, silent}, nil, "?1 ?2", errNotOffered},
		{"the failure that came furthest is told", []answered{says(evil), nothing, silent}, itself, "?1 evil.test:1 ?2 " + direct + " " + plain, errStranger},
		{"TLS is further than nothing", []answered{nothing, nothing, silent}, map[string]error{direct: errNotTLS, plain: errDead}, "?1 " + direct + " " + plain + " ?2", errNotTLS},
		{"another key is no reason to stop while somebody may lie", []answered{says(evil), says(real), silent}, map[string]error{"evil.test:1": errNewKey}, "?1 evil.test:1 ?2 chat.example.test:443", nil},
		{"another key everywhere", []answered{says(real), says(real), silent}, map[string]error{"chat.example.test:443": errNewKey}, "?1 chat.example.test:443 ?2", errNewKey},
		{"the server has spoken", []answered{says(real, real2)}, map[string]error{"chat.example.test:443": errDenied}, "?1 chat.example.test:443", errDenied},
		{"Tor has gone", []answered{says(real, real2)}, map[string]error{"chat.example.test:443": errNoTor}, "?1 chat.example.test:443", errNoTor},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := waysTo(wayTo("example.test", "", 0), threeResolvers, nil)
			done, err := search(t, w, c.answers, c.fails)
			if done != c.want || !errors.Is(err, c.err) || (c.err == nil) != (err == nil) {
				t.Errorf("did %q, %v\nwant %q, %v", done, err, c.want, c.err)
			}
		})
	}
}

// TestSearchIsBounded: three resolvers that name as much as they may, all of it
// dead or hanging.
func TestSearchIsBounded(t *testing.T) {
	for _, failure := range []error{errDead, errStranger, xmpp.ErrHung} {
		fails := map[string]error{"example.test:5223": failure, "example.test:5222": failure}
		var answers []answered
		for i := range 3 {
			var routes []xmpp.Route
			for j := range 2 * xmpp.MaxRoutes {
				r := at(fmt.Sprintf("h%d-%d.test", i, j), 5223)
				routes = append(routes, r)
				fails[fmt.Sprintf("%s:5223", r.Host)] = failure
			}
			answers = append(answers, says(routes...))
		}
		done, err := search(t, waysTo(wayTo("example.test", "", 0), threeResolvers, nil), answers, fails)
		if n := len(strings.Fields(done)); err == nil || n > mostRoutes+2 {
			t.Errorf("%d steps, %v: %s", n, err, done)
		}
	}
	late := waysTo(wayTo("example.test", "", 0), threeResolvers, nil)
	late.until = time.Now().Add(-time.Second)
	if late.more() || !errors.Is(late.failure(), xmpp.ErrHung) {
		t.Error("it goes on when the time is up")
	}
}

// TestNobodyIsAsked where the user or our own table says where the server is.
// An onion is never given up for an exit.
func TestNobodyIsAsked(t *testing.T) {
	known := Suggested()[0]
	onion := "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
	for name, w := range map[string]way{
		"a server of the table": wayTo(known.Domain, "", 0), "an onion as the domain": wayTo(onion, "", 0),
		"an onion of the user's": wayTo("example.test", onion, 0), "a host of the user's": wayTo("example.test", "chat.test", 0),
		"a port of the user's": wayTo("example.test", "", 5269),
	} {
		s := waysTo(w, threeResolvers, []xmpp.Route{at("remembered.test", 1)})
		fails := map[string]error{}
		for _, r := range w.tries() {
			fails[fmt.Sprintf("%s:%d", r.Host, r.Port)] = errDead
		}
		done, err := search(t, s, nil, fails)
		if strings.Contains(done, "?") || !errors.Is(err, errDead) || strings.Contains(done, "remembered") {
			t.Errorf("%s: %q, %v", name, done, err)
		}
		if s.identity != w.onion || strings.HasSuffix(w.host, ".onion") && strings.Contains(done, known.Domain+":") {
			t.Errorf("%s: %+v, %q", name, s, done)
		}
	}
	if w := waysTo(wayTo("example.test", "", 0), nil, nil); w.search || w.identity || len(w.routes) != 2 {
		t.Errorf("without resolvers: %+v", w)
	}
}

// TestRemembered: what led to the server is gone to first, for as long as it
// holds, under the same identity on Tor, and only then.
func TestRemembered(t *testing.T) {
	now := time.Now()
	w := waysTo(wayTo("example.test", "", 0), threeResolvers, nil)
	w.answers([]answered{says(at("dead.test", 1), at("good.test", 2), at("spare.test", 3))})
	if !w.miss(errDead) || w.routes[0].Host != "good.test" {
		t.Fatal(w.routes)
	}
	l := w.lasting(now, 7)
	got := l.recall(now.Add(59*time.Second), 7)
	if len(got) != 2 || got[0].Host != "good.test" || got[1].Host != "spare.test" {
		t.Errorf("it remembers %v", got)
	}
	if l.recall(now.Add(61*time.Second), 7) != nil || l.recall(now, 8) != nil || (lookup{}).recall(now, 0) != nil {
		t.Error("it remembers for too long")
	}
	again := waysTo(wayTo("example.test", "", 0), threeResolvers, got)
	done, err := search(t, again, []answered{says(at("good.test", 2)), says(at("new.test", 4)), silent},
		map[string]error{"good.test:2": errDead, "spare.test:3": errDead})
	if done != "good.test:2 spare.test:3 ?1 ?2 new.test:4" || err != nil {
		t.Errorf("%q, %v", done, err)
	}
	fixed := waysTo(wayTo("example.test", "chat.test", 0), threeResolvers, nil)
	if fixed.lasting(now, 0).recall(now, 0) != nil {
		t.Error("a way of the user's is remembered as an answer")
	}
}

func TestKnownResolvers(t *testing.T) {
	all := KnownResolvers()
	if len(all) < 3 {
		t.Fatalf("only %d resolvers", len(all))
	}
	for _, r := range all {
		if host, err := tor.HostName(r.Host); err != nil || host != r.Host || strings.Trim(host, "0123456789.:") == "" {
			t.Errorf("%q is no name", r.Host)
		}
	}
	first := map[string]int{}
	for range 300 {
		s := shuffled(all)
		first[s[0].Host]++
		for _, r := range all {
			if !slices.Contains(s, r) {
				t.Fatalf("%v is lost", r)
			}
		}
	}
	for _, r := range all { // 100 expected
		if n := first[r.Host]; n < 40 || n > 160 {
			t.Errorf("%s is first %d times of 300", r.Host, n)
		}
	}
}

// TestWayProblem: of a host that the user never named nothing is told that only
// makes sense of one that they typed.
func TestWayProblem(t *testing.T) {
	onion := "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
	unknown := &tor.Error{Reason: tor.Refused, Err: &tor.ReplyError{Code: 4}}
	if p := problemOf(&wayError{xmpp.Route{Host: onion}, unknown}); p.Cause != OnionUnknown {
		t.Errorf("an onion of the user's: %d", p.Cause)
	}
	if p := problemOf(&wayError{xmpp.Route{Host: "example.test"}, unknown}); p.Cause != NameUnknown {
		t.Errorf("a name of the user's: %d", p.Cause)
	}
	if p := problemOf(late(context.DeadlineExceeded)); p.Cause != ServerHangs {
		t.Errorf("a step that took too long: %d", p.Cause)
	}
}
