package client

import (
	"context"
	"errors"
	"time"

	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// walker goes to a server without being an account: to make an address, or to
// try one. It takes the same ways as a sign-in does.
type walker struct {
	asker
	dialer    *tor.Dialer
	resolvers []xmpp.Resolver
}

// walk tries one way after the other until use has succeeded on one. use closes
// the connection when it fails. What led there may be remembered.
func walk[T any](ctx context.Context, k walker, s ServerChoice, use func(*tls.Conn) (T, error)) (T, lookup, error) {
	w := waysTo(wayTo(s.Domain, s.Host, s.Port), k.resolvers, nil)
	var zero T
	for w.more() {
		if whom := w.whom(); len(whom) > 0 {
			all, err := k.ask(ctx, whom, w.domain)
			if err != nil {
				return zero, lookup{}, late(err)
			}
			w.answers(all)
			continue
		}
		v, err := try(ctx, k, s.Domain, &w, use)
		if err == nil {
			return v, w.lasting(time.Now(), 0), nil
		}
		if errors.Is(ctx.Err(), context.Canceled) {
			return zero, lookup{}, ctx.Err()
		}
		if !w.miss(late(err)) || ctx.Err() != nil {
			break
		}
	}
	return zero, lookup{}, w.failure()
}

func try[T any](ctx context.Context, k walker, domain string, w *ways, use func(*tls.Conn) (T, error)) (T, error) {
	var zero T
	r, timed, cancel := w.routes[0], ctx, context.CancelFunc(func() {})
	if w.search {
		timed, cancel = context.WithTimeout(ctx, tryTime)
	}
	defer cancel()
	conn, err := xmpp.Secure(timed, k.dialer, k.policy, r, tls.Server{Domain: domain, Onion: w.identity})
	if err != nil {
		return zero, err
	}
	return use(conn)
}
