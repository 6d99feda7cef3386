package client

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"math/big"
	"strings"
	"sync"
	"time"

	"hushwing/config"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// resolversTSV lists name servers: name, who runs it, where.
//
//go:embed resolvers.tsv
var resolversTSV string

// KnownResolvers returns the name servers that the program ships with.
func KnownResolvers() []xmpp.Resolver {
	var out []xmpp.Resolver
	for line := range strings.Lines(resolversTSV) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 3 && !strings.HasPrefix(line, "#") {
			out = append(out, xmpp.Resolver{Host: f[0]})
		}
	}
	return out
}

// shuffled returns a copy in a random order, so that no resolver is always the
// one that is asked.
func shuffled(in []xmpp.Resolver) []xmpp.Resolver {
	out := append([]xmpp.Resolver(nil), in...)
	for i := len(out) - 1; i > 0; i-- {
		if j, err := rand.Int(rand.Reader, big.NewInt(int64(i+1))); err == nil {
			out[i], out[j.Int64()] = out[j.Int64()], out[i]
		}
	}
	return out
}

// asker asks resolvers. It is safe for concurrent use.
type asker struct {
	net    *tor.Network
	secret []byte // of the profile, for isolation
	policy *tls.Policy
}

// answered is what one resolver said.
type answered struct {
	answer xmpp.Answer
	err    error
}

// ask asks all of the resolvers at once about a domain, each over a circuit that
// nothing else has used or will use: no resolver can tell that two questions,
// of one account or of two, come from the same program. The results are in the
// order of the resolvers. The error is that of ctx or of a Tor that has gone.
func (k asker) ask(ctx context.Context, resolvers []xmpp.Resolver, domain string) ([]answered, error) {
	out := make([]answered, len(resolvers))
	var wg sync.WaitGroup
	for i, r := range resolvers {
		d := k.net.Dialer(tor.NewIsolation(k.secret, "look-up "+config.NewID(), 0))
		wg.Go(func() {
			out[i].answer, out[i].err = xmpp.Resolve(ctx, d, k.policy, r, domain)
		})
	}
	wg.Wait()
	for _, x := range out {
		if torGone(x.err) {
			return nil, x.err
		}
	}
	return out, ctx.Err()
}

// torGone reports whether an error is about Tor itself, so that no other
// resolver and no other way can do better.
func torGone(err error) bool {
	var e *tor.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Reason {
	case tor.Refused, tor.TimedOut, tor.BadHost:
		return false
	}
	return true
}

// lookup is what an account remembers of the last answer, in memory alone. Each
// account has its own: were it shared, a resolver that gives a target of its own
// to everyone who asks could see there which accounts are of one program.
type lookup struct {
	routes []xmpp.Route
	until  time.Time
	epoch  uint32 // the identity on Tor that it belongs to
}

// recall returns the routes that are still good, or nil.
func (l lookup) recall(now time.Time, epoch uint32) []xmpp.Route {
	if l.epoch != epoch || !now.Before(l.until) {
		return nil
	}
	return l.routes
}
