package xmpp

import (
	"bytes"
	"context"
	"encoding/xml"
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

// The library's own STARTTLS would build the TLS client itself, and its session
// would read ahead: so these two questions are asked without it.
const startTLSRequest = `<starttls xmlns="` + nsTLS + `"/>`

func startTLSHeader(domain string) []byte {
	b := bytes.NewBufferString(`<?xml version="1.0"?><stream:stream to="`)
	_ = xml.EscapeText(b, []byte(domain)) // a Buffer does not fail
	b.WriteString(`" version="1.0" xmlns="` + nsClient + `" xmlns:stream="` + nsStream + `">`)
	return b.Bytes()
}

func askTLS(c io.ReadWriter, domain string, step func()) error {
	f := &framer{scan: newScanner(io.LimitReader(c, 64<<10)), step: step} // far more than any greeting
	if _, err := c.Write(startTLSHeader(domain)); err != nil {
		return err
	}
	features, err := f.next()
	if err != nil {
		return startTLSError(err)
	}
	if !features.is(nsStream, "features") || f.scan.ahead() {
		return &StartTLSError{Reason: StartTLSOther}
	}
	if _, err := io.WriteString(c, startTLSRequest); err != nil {
		return err
	}
	answer, err := f.next()
	switch {
	case err != nil:
		return startTLSError(err)
	case answer.is(nsTLS, "failure"):
		return &StartTLSError{Reason: StartTLSRefused}
	case !answer.is(nsTLS, "proceed"):
		return &StartTLSError{Reason: StartTLSOther}
	case f.scan.ahead():
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
