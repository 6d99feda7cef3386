package client

import (
	"errors"
	"time"

	"hushwing/tor"
	"hushwing/xmpp"
)

// ways are the ways to a server that are still to be tried, the one under way
// first, and who is still to be asked for more. The rule, and why it is safe to
// follow what nobody vouches for, is in docs/security.md, "Where a server is":
//
//  1. One resolver is asked, or what it said lately is remembered. Its first
//     routes are tried; if it knows of none, the domain itself.
//  2. If none of them leads to a server that proves the domain, all the other
//     resolvers are asked at once, and what they add is tried, in turns, before
//     what is left of the first one's.
//  3. At last the domain itself, unless two resolvers agree on a route.
//
// It is a plain value without locks: whoever holds it hands it on.
type ways struct {
	routes   []xmpp.Route // the one under way first
	identity bool         // the host is an onion that is the server's identity
	first    error        // the failure that came furthest, as a *wayError

	search bool            // there is more to find than routes
	domain string          // what is looked up
	ask    []xmpp.Resolver // not asked yet
	asked  int             // rounds of asking so far
	said   []xmpp.Answer   // by those who answered
	rest   []xmpp.Route    // routes of the first answer, for later
	tried  []xmpp.Route
	onward []xmpp.Route  // the domain itself; nil once it was added
	ttl    time.Duration // how long what was said holds
	until  time.Time     // when no new way is begun any more
	by     time.Time     // when the way under way has to be secured; zero: not begun
}

const (
	// firstRoutes is how many routes of the first answer are tried before
	// anybody else is asked: a liar can cost that much time.
	firstRoutes = 2
	// mostRoutes bounds the ways that are tried in one search.
	mostRoutes = 12
	// tryTime is how long a way that somebody else named may take to be reached
	// or to be secured. An honest one through Tor takes seconds.
	tryTime = 40 * time.Second
	// searchTime is how long new ways are begun: longer than two attempts of a
	// liar's take, whatever they do.
	searchTime = 4 * time.Minute
)

// way is how a server is reached, as far as we know without asking anybody.
type way struct {
	host  string
	onion bool // the onion address is the server's identity
	port  uint16
	fixed bool // nobody is asked: the user or our own table says where
}

// wayTo finds the way to a server: what the user named, else the onion address
// of our own table, else the domain itself.
func wayTo(domain, host string, port uint16) way {
	fixed := host != "" || port != 0
	if host == "" {
		host = onionOf(domain)
	}
	if host == "" {
		host = domain
	}
	onion := tor.ValidOnion(host)
	return way{host: host, onion: onion, port: port, fixed: fixed || onion}
}

// tries returns the ports and kinds of TLS to try, likeliest first.
func (w way) tries() []xmpp.Route {
	switch {
	case w.port == 5223 || w.port == 443:
		return []xmpp.Route{{Host: w.host, Port: w.port, Direct: true}}
	case w.port != 0:
		return []xmpp.Route{{Host: w.host, Port: w.port}}
	case w.onion:
		return []xmpp.Route{{Host: w.host, Port: 5222}, {Host: w.host, Port: 5223, Direct: true}}
	}
	return []xmpp.Route{{Host: w.host, Port: 5223, Direct: true}, {Host: w.host, Port: 5222}}
}

// waysTo begins to look for the server of a domain. Routes that are remembered
// stand for the first answer.
func waysTo(w way, resolvers []xmpp.Resolver, remembered []xmpp.Route) ways {
	if w.fixed || len(resolvers) == 0 {
		return ways{routes: w.tries(), identity: w.onion}
	}
	out := ways{
		search: true, domain: w.host, ask: shuffled(resolvers), onward: w.tries(),
		until: time.Now().Add(searchTime), ttl: xmpp.MaxTTL,
	}
	out.routes, out.rest = cut(remembered, firstRoutes)
	return out
}

// whom returns the resolvers to ask next; none: there is a route to try, or
// nothing more to do.
func (w *ways) whom() []xmpp.Resolver {
	switch {
	case len(w.routes) > 0 || len(w.ask) == 0:
		return nil
	case w.asked == 0:
		return w.ask[:1]
	}
	return w.ask
}

// answers takes what those said whom whom returned.
func (w *ways) answers(all []answered) {
	w.asked++
	w.ask = w.ask[len(all):]
	var routes [][]xmpp.Route
	for _, x := range all {
		if x.err != nil {
			continue
		}
		w.said = append(w.said, x.answer)
		routes = append(routes, x.answer.Routes)
		if len(x.answer.Routes) > 0 {
			w.ttl = min(w.ttl, x.answer.TTL)
		}
	}
	fresh := w.untried(inTurns(routes))
	if w.asked == 1 {
		w.routes, w.rest = cut(fresh, firstRoutes)
		if len(w.said) == 1 && len(fresh) == 0 && !w.said[0].NotOffered && len(w.tried) == 0 {
			w.itself() // it knows of nothing: likely there is no more than the domain
		}
		return
	}
	w.routes = w.untried(append(fresh, w.rest...))
	w.rest = nil
}

// itself adds the domain itself.
func (w *ways) itself() {
	w.routes = append(w.routes, w.untried(w.onward)...)
	w.onward = nil
}

// more looks for something to do when no route is left. It reports whether there
// is: a route to try, or somebody to ask.
func (w *ways) more() bool {
	if len(w.routes) > 0 {
		return true
	}
	if !w.search || time.Now().After(w.until) {
		return false
	}
	if len(w.ask) > 0 {
		return true
	}
	if len(w.rest) > 0 {
		w.routes, w.rest = w.untried(w.rest), nil
	}
	if len(w.routes) == 0 && w.onward != nil && !w.agreed() {
		w.itself()
	}
	return len(w.routes) > 0
}

// agreed reports whether two resolvers say the same: that the server is
// somewhere else than at the domain itself, or that there is none.
func (w *ways) agreed() bool {
	off := 0
	for i, a := range w.said {
		if a.NotOffered {
			off++
		}
		for _, b := range w.said[:i] {
			for _, r := range b.Routes {
				if holds(a.Routes, r) {
					return true
				}
			}
		}
	}
	return off >= 2
}

// miss takes the failure of the way under way. It reports whether another one
// may do better.
func (w *ways) miss(err error) bool {
	r := w.routes[0]
	w.tried, w.routes, w.by = append(w.tried, r), w.routes[1:], time.Time{}
	told := &wayError{route: r, err: err}
	if w.first == nil || distance(err) > distance(w.first) {
		w.first = told
	}
	if torGone(err) || final(err) {
		w.first = told
		return false
	}
	if !w.search {
		return otherWay(err) && len(w.routes) > 0
	}
	if w.asked <= 1 && errors.Is(err, xmpp.ErrHung) {
		// It would hang at another port as well, and a person waits. This is not
		// for what others say of the same host: a liar may have named the port.
		w.routes, w.rest = elsewhere(w.routes, r.Host), elsewhere(w.rest, r.Host)
	}
	return w.more()
}

// failure is what to tell when nothing is left to do.
func (w *ways) failure() error {
	switch {
	case w.first != nil:
		return w.first
	case w.agreed():
		return errNotOffered
	}
	return xmpp.ErrHung // the time was up before anything could be tried
}

// lasting is what to remember when the way under way has led to the server: that
// way first, and what else was said.
func (w *ways) lasting(now time.Time, epoch uint32) lookup {
	if !w.search {
		return lookup{}
	}
	out := lookup{until: now.Add(w.ttl), epoch: epoch}
	for _, r := range append(append([]xmpp.Route(nil), w.routes...), w.rest...) {
		if !holds(out.routes, r) && len(out.routes) < xmpp.MaxRoutes {
			out.routes = append(out.routes, r)
		}
	}
	return out
}

func (w *ways) untried(in []xmpp.Route) []xmpp.Route {
	var out []xmpp.Route
	for _, r := range in {
		if !holds(w.tried, r) && !holds(w.routes, r) && !holds(out, r) && len(w.tried)+len(out) < mostRoutes {
			out = append(out, r)
		}
	}
	return out
}

func holds(in []xmpp.Route, r xmpp.Route) bool {
	for _, x := range in {
		if x.Same(r) {
			return true
		}
	}
	return false
}

func elsewhere(in []xmpp.Route, host string) []xmpp.Route {
	var out []xmpp.Route
	for _, r := range in {
		if r.Host != host {
			out = append(out, r)
		}
	}
	return out
}

func cut(in []xmpp.Route, n int) (head, tail []xmpp.Route) {
	n = min(n, len(in))
	return append([]xmpp.Route(nil), in[:n]...), append([]xmpp.Route(nil), in[n:]...)
}

// inTurns merges lists, the first of each before the second of any.
func inTurns(lists [][]xmpp.Route) []xmpp.Route {
	var out []xmpp.Route
	for i := 0; ; i++ {
		more := false
		for _, l := range lists {
			if i < len(l) {
				out, more = append(out, l[i]), true
			}
		}
		if !more {
			return out
		}
	}
}

// wayError is a failure on one way.
type wayError struct {
	route xmpp.Route
	err   error
}

func (e *wayError) Error() string { return "client: " + e.route.Host + ": " + e.err.Error() }
func (e *wayError) Unwrap() error { return e.err }
