package xmpp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hushwing/tls"
	"hushwing/tor"
)

// Resolver is a name server that speaks DNS over TLS (RFC 7858). It is known
// by its name alone: Tor resolves the name, and the certificate has to prove it.
type Resolver struct {
	Host string
	Port uint16 // 0: 853
}

// Answer is what one resolver says of a domain. Nobody vouches for it: routes
// are only where to look for a server that then has to prove the domain.
type Answer struct {
	// Routes in the order in which to try them: those with TLS from the first
	// byte before those with STARTTLS, each kind by priority, and by a draw
	// among those of one priority (RFC 2782). At most MaxRoutes of a kind. Empty:
	// the domain has no such records.
	Routes []Route
	// NotOffered: the domain says that it has no service for clients.
	NotOffered bool
	// TTL is how long the answer holds, at most MaxTTL; 0: only now.
	TTL time.Duration
}

// Bounds of an Answer.
const (
	MaxRoutes = 4
	MaxTTL    = time.Hour
)

// ResolveTimeout is how long a resolver may take for all of it, from dialling
// to the last answer.
const ResolveTimeout = 25 * time.Second

// LookupReason says why a resolver gave no answer.
type LookupReason int

// The reasons of a LookupError.
const (
	// LookupUnreachable: it was not reached through Tor, in time.
	LookupUnreachable LookupReason = iota + 1
	// LookupNotProven: it did not prove its name, or has no acceptable TLS.
	LookupNotProven
	// LookupFailed: it says that it cannot answer (RFC 1035, 4.1.1: RCODE).
	LookupFailed
	// LookupBroken: what it says is no answer to what was asked.
	LookupBroken
	// LookupHung: it did not answer in time.
	LookupHung
	// LookupBadName: the domain cannot be asked for: an onion or numeric
	// address, or no host name. Nothing was sent.
	LookupBadName
)

// LookupError says why a resolver gave no answer; use errors.As with a
// **LookupError.
type LookupError struct {
	Resolver string
	Reason   LookupReason
	Err      error // may be nil; those of tor and tls come through it
}

func (e *LookupError) Error() string {
	s := "xmpp: look-up with " + e.Resolver + ": " + map[LookupReason]string{
		LookupUnreachable: "not reached",
		LookupNotProven:   "the resolver did not prove its name",
		LookupFailed:      "the resolver cannot answer",
		LookupBroken:      "the answer is broken",
		LookupHung:        "no answer in time",
		LookupBadName:     "no name to look up",
	}[e.Reason]
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", s, e.Err)
	}
	return s
}

func (e *LookupError) Unwrap() error { return e.Err }

// Resolve asks a resolver where the clients of a domain connect:
// "_xmpps-client._tcp" and "_xmpp-client._tcp" (RFC 6120, 3.2.1; XEP-0368). Both
// questions go over one TLS connection through d, which should be isolated from
// everything else. It takes ResolveTimeout at most and returns at once when ctx
// ends, with its error. Every other error is a *LookupError, but ErrZeroValue.
func Resolve(ctx context.Context, d *tor.Dialer, p *tls.Policy, r Resolver, domain string) (Answer, error) {
	if d == nil || p == nil {
		return Answer{}, ErrZeroValue
	}
	fail := func(reason LookupReason, err error) (Answer, error) {
		return Answer{}, &LookupError{Resolver: r.Host, Reason: reason, Err: err}
	}
	questions, err := questionsFor(domain)
	if err != nil {
		return fail(LookupBadName, err)
	}
	timed, cancel := context.WithTimeout(ctx, ResolveTimeout)
	defer cancel()
	port := r.Port
	if port == 0 {
		port = 853
	}
	raw, err := d.Dial(timed, r.Host, port)
	if err == nil {
		var c *tls.ResolverConn
		if c, err = p.SecureResolver(timed, raw, r.Host); err == nil {
			return ask(ctx, timed, c, r, questions)
		}
	}
	switch {
	case ctx.Err() != nil:
		return Answer{}, ctx.Err()
	case timed.Err() != nil:
		return fail(LookupHung, err)
	case raw == nil:
		return fail(LookupUnreachable, err)
	}
	return fail(LookupNotProven, err)
}

// ask puts the questions and reads the answers. It closes c.
func ask(ctx, timed context.Context, c *tls.ResolverConn, r Resolver, questions []question) (Answer, error) {
	// A blocked read ends with its connection alone.
	stop := context.AfterFunc(timed, func() { _ = c.Close() })
	records, err := putQuestions(c, questions)
	intime := stop()
	_ = c.Close()
	switch {
	case ctx.Err() != nil:
		return Answer{}, ctx.Err()
	case err != nil && !intime:
		return Answer{}, &LookupError{Resolver: r.Host, Reason: LookupHung, Err: err}
	case errors.Is(err, errRefused):
		return Answer{}, &LookupError{Resolver: r.Host, Reason: LookupFailed, Err: err}
	case err != nil:
		return Answer{}, &LookupError{Resolver: r.Host, Reason: LookupBroken, Err: err}
	}
	return answerFrom(records)
}

// answerFrom makes routes of the records: one set for each question.
func answerFrom(sets []recordSet) (Answer, error) {
	out := Answer{TTL: MaxTTL}
	off := false
	for i, set := range sets {
		direct := i == 0
		ordered, err := byWeight(set.records)
		if err != nil {
			return Answer{}, err
		}
		for _, x := range ordered {
			if x.target == "" {
				off = off || !direct && len(set.records) == 1
				continue
			}
			route := Route{Host: x.target, Port: x.port, Direct: direct, hint: true}
			if !routable(x) || slices.Contains(out.Routes, route) {
				continue
			}
			out.Routes = append(out.Routes, route)
		}
		if len(set.records) > 0 {
			out.TTL = min(out.TTL, set.ttl)
		}
	}
	if len(out.Routes) == 0 {
		out.NotOffered = off
		out.TTL = 0 // a denial is not remembered
	}
	out.Routes = slices.Clip(out.Routes)
	return out, nil
}
