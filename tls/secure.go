package tls

import (
	"context"
	stdtls "crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"hushwing/tor"
)

// handshakeTime bounds a handshake. Only tests change it.
var handshakeTime = 30 * time.Second

// suites are those of TLS 1.2 with a fresh key for each connection and an
// AEAD. Those of TLS 1.3 all are, and cannot be chosen.
var suites = []uint16{
	stdtls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	stdtls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	stdtls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	stdtls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	stdtls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	stdtls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// Secure speaks TLS over c and judges the server's certificate (see Judge). It
// takes c over: on any failure c is closed, and no byte of the application has
// gone out. It takes 30 s at most, and returns at once when ctx ends. When it
// has returned, ctx no longer matters.
//
// It returns a *ChangedError when the server's key is none of the pinned, an
// *InvalidError when its certificate is refused, a *HandshakeError when there
// is no acceptable TLS, ErrUnusable for zero values, the error of ctx.
func (p *Policy) Secure(ctx context.Context, c *tor.Conn, s Server) (*Conn, error) {
	if c.IsZero() {
		return nil, ErrUnusable
	}
	alpn := ""
	if s.DirectALPN {
		alpn = "xmpp-client"
	}
	h, err := p.shake(ctx, c, s, alpn)
	if err != nil {
		return nil, err
	}
	return &Conn{c: h.conn, guard: h.guard, domain: h.domain, certificate: h.shown, first: h.verdict == AcceptFirst}, nil
}

// shake makes the handshake and judges what came of it. On any failure c is
// closed.
func (p *Policy) shake(ctx context.Context, c *tor.Conn, s Server, alpn string) (*handshake, error) {
	h, err := p.handshake(c, s, alpn)
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	timed, cancel := context.WithTimeout(ctx, handshakeTime)
	defer cancel()
	// HandshakeContext closes the connection when its context ends: that alone
	// stops a read that waits.
	if err := h.conn.HandshakeContext(timed); err != nil {
		_ = c.Close()
		return nil, h.failure(ctx, timed, err)
	}
	if err := h.verdictError(); err != nil {
		h.guard.hurry()
		_ = h.conn.Close()
		return nil, err
	}
	return h, nil
}

// handshake is one attempt, and what it has found out.
type handshake struct {
	policy *Policy
	server Server
	domain string
	guard  *guard
	conn   *stdtls.Conn

	judged  bool
	verdict Verdict
	problem Reason
	shown   Certificate
}

// handshake checks that the values agree with each other, and prepares.
func (p *Policy) handshake(c *tor.Conn, s Server, alpn string) (*handshake, error) {
	if p == nil || p.now == nil || p.roots.IsZero() {
		return nil, ErrUnusable
	}
	domain, err := tor.HostName(s.Domain)
	if err != nil {
		return nil, fmt.Errorf("%w: domain: %w", ErrUnusable, err)
	}
	if s.Onion && !c.IsOnion() {
		return nil, fmt.Errorf("%w: an onion is the identity, and none was dialled", ErrUnusable)
	}
	if s.Onion && strings.HasSuffix(domain, ".onion") && domain != c.Host() {
		return nil, fmt.Errorf("%w: another onion was dialled", ErrUnusable)
	}
	h := &handshake{policy: p, server: s, domain: domain, guard: &guard{Conn: c}}
	config := &stdtls.Config{
		ServerName:   domain,
		MinVersion:   stdtls.VersionTLS12,
		CipherSuites: suites,
		Time:         p.now,
		// The library's own check is switched off, because it knows neither
		// pins nor onions, and would not let a certificate that has changed be
		// told apart from one that is broken. VerifyConnection is in its
		// place: it is called in every handshake, and Secure gives no
		// connection away that it has not judged.
		InsecureSkipVerify: true,
		VerifyConnection:   h.verify,
		// No resumption: a ticket would tie connections, and those of
		// different accounts, to each other.
		SessionTicketsDisabled: true,
		// A message in one record, not in pieces of 1.2 kB that make a packet
		// each: through Tor every packet costs.
		DynamicRecordSizingDisabled: true,
		ClientSessionCache:          nil,
	}
	if alpn != "" {
		config.NextProtos = []string{alpn}
	}
	h.conn = stdtls.Client(h.guard, config)
	return h, nil
}

// verify judges what the server shows. At this point it has not yet proven
// that it holds the key: so a refusal ends the handshake here, but a question
// waits for its end, because what a person is told of the offered key must not
// be somebody else's certificate.
func (h *handshake) verify(state stdtls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 || state.DidResume {
		return ErrUnusable
	}
	leaf := state.PeerCertificates[0]
	h.shown = describe(leaf)
	h.problem = h.policy.problem(state.PeerCertificates, h.domain)
	h.verdict = Judge(Evidence{
		Onion: h.server.Onion, Pins: h.server.Pins, Excused: h.server.Excused, Offered: h.shown.Pin, Problem: h.problem,
	})
	h.judged = true
	if h.verdict == Refuse {
		return h.verdictError()
	}
	return nil
}

// verdictError is what the verdict means for the caller; nil accepts.
func (h *handshake) verdictError() error {
	switch {
	case !h.judged:
		return ErrUnusable
	case h.verdict.Accepts():
		return nil
	case h.verdict == ChangedSound, h.verdict == ChangedFaulty:
		q := Question{
			Domain: h.domain, Pinned: append([]Pin(nil), h.server.Pins...), Offered: h.shown,
			Valid: h.verdict == ChangedSound, Reason: h.problem,
		}
		if !q.Valid {
			q.Problem = h.problem.String()
		}
		return &ChangedError{q}
	}
	return &InvalidError{Domain: h.domain, Reason: h.problem, Certificate: h.shown}
}

// failure makes the error of a handshake that failed with err. That the caller
// gave up counts before all.
func (h *handshake) failure(ctx, timed context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var invalid *InvalidError
	if errors.As(err, &invalid) {
		return invalid
	}
	if timed.Err() != nil {
		return &HandshakeError{Domain: h.domain, Trouble: Hung, Err: timed.Err()}
	}
	return &HandshakeError{Domain: h.domain, Trouble: trouble(err), Err: err}
}

// problem says what is wrong with a chain: its dates, its name, its issuer.
func (p *Policy) problem(chain []*x509.Certificate, domain string) Reason {
	intermediates := x509.NewCertPool()
	for _, c := range chain[1:] {
		intermediates.AddCert(c)
	}
	now := p.now()
	_, err := chain[0].Verify(x509.VerifyOptions{
		DNSName: domain, Roots: p.roots.pool(), Intermediates: intermediates, CurrentTime: now,
	})
	return classify(err, now)
}
