package xmpp

import (
	"context"
	"errors"
	"io"

	"hushwing/tor"
)

// startTLS asks for TLS on c (RFC 6120, 5.4) and returns c when the server has
// agreed and the next byte is TLS's. It writes the stream header and <starttls/>
// and nothing else; it asks even where STARTTLS is not advertised, because the
// advertisement could have been taken out on the way (RFC 7590, 3.1). On an
// error, a *StartTLSError but for the end of ctx, c is closed.
func startTLS(ctx context.Context, c *tor.Conn, domain string) (*tor.Conn, error) {
	st := newSteps(ctx, c)
	if err := st.end(askTLS(c, domain, st.next)); err != nil {
		var typed *StartTLSError
		if errors.As(err, &typed) || errors.Is(err, context.Canceled) {
			return nil, err
		}
		return nil, &StartTLSError{Reason: StartTLSClosed, Err: err}
	}
	return c, nil
}

func askTLS(c io.ReadWriter, domain string, step func()) error {
	p := newParser(io.LimitReader(c, 64<<10)) // far more than any greeting
	if _, err := c.Write(streamHeader(domain)); err != nil {
		return err
	}
	if _, err := p.header(); err != nil {
		return startTLSError(err)
	}
	step()
	features, err := p.next()
	if err != nil {
		return startTLSError(err)
	}
	if !features.is(nsStream, "features") || p.scan.ahead() {
		return &StartTLSError{Reason: StartTLSOther}
	}
	step()
	if _, err := c.Write(el("starttls", "xmlns", nsTLS).bytes()); err != nil {
		return err
	}
	answer, err := p.next()
	switch {
	case err != nil:
		return startTLSError(err)
	case answer.is(nsTLS, "failure"):
		return &StartTLSError{Reason: StartTLSRefused}
	case !answer.is(nsTLS, "proceed"):
		return &StartTLSError{Reason: StartTLSOther}
	case p.scan.ahead():
		return &StartTLSError{Reason: StartTLSInjected}
	}
	return nil
}

// startTLSError says what an error before TLS means. Where the connection
// broke it stays what it is.
func startTLSError(err error) error {
	var stream *StreamError
	switch {
	case errors.As(err, &stream):
		return &StartTLSError{Reason: StartTLSRefused, Err: err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &StartTLSError{Reason: StartTLSClosed, Err: err}
	case errors.Is(err, ErrProtocol), errors.Is(err, ErrLimit):
		return &StartTLSError{Reason: StartTLSOther, Err: err}
	}
	return err
}
