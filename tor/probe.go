package tor

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Bytes of SOCKS 5 (RFC 1928, RFC 1929) and of Tor's extension to it
// (socks-extensions.txt).
const (
	socks5       = 5
	methodUser   = 2 // user name and password
	authVersion  = 1
	cmdResolve   = 0xF0 // only Tor knows it
	typeIPv4     = 1
	typeName     = 3
	authAccepted = 0
)

var errAnswer = errors.New("no answer that tor would give")

// probe asks e to resolve a numeric address, with a user name and password.
// Tor answers that by itself, even before it has reached its network, with the
// same address; a common SOCKS proxy does not know the command, and anything
// else does not know the language. The address is random, so that no fixed
// answer passes.
//
// Reasons: Gone when nothing listens, NotTor (errNoAnswer within it if nothing
// was said for so long), NoIsolation; BadSetting from the opener. It returns the error of ctx when that ended.
func probe(parent context.Context, o Opener, e Endpoint, bound time.Duration) error {
	if err := e.check(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(parent, bound)
	defer cancel()
	c, err := o.Open(ctx, e)
	if err != nil {
		if err := over(parent); err != nil {
			return err
		}
		reason := Gone
		if over(ctx) != nil {
			reason, err = NotTor, errNoAnswer // it is there, and takes nobody in
		}
		return failure(reason, e, err)
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	reason, err := resolve(c)
	if parent.Err() != nil {
		return parent.Err()
	}
	if err != nil {
		if ctx.Err() != nil {
			reason, err = NotTor, errNoAnswer
		}
		return failure(reason, e, err)
	}
	return nil
}

// failure keeps an *Error as it is, and wraps others.
func failure(reason Reason, e Endpoint, err error) error {
	var ours *Error
	if errors.As(err, &ours) {
		return ours
	}
	return &Error{Reason: reason, Endpoint: e, Err: err}
}

// resolve speaks the probe's part over c.
func resolve(c net.Conn) (Reason, error) {
	var random [13]byte
	if _, err := rand.Read(random[:]); err != nil {
		return NotTor, err
	}
	user := hex.EncodeToString(random[:8])
	// 198.18.0.0/15 is for tests between networks (RFC 2544): nobody's.
	ip := net.IPv4(198, 18+random[8]&1, random[9], random[10]).To4()

	if _, err := c.Write([]byte{socks5, 1, methodUser}); err != nil {
		return NotTor, err
	}
	var b [10]byte
	if _, err := io.ReadFull(c, b[:2]); err != nil {
		return NotTor, err
	}
	if b[0] != socks5 {
		return NotTor, errAnswer
	}
	if b[1] != methodUser {
		return NoIsolation, fmt.Errorf("method %d", b[1])
	}
	if _, err := c.Write(append(field(authVersion, user), field(0, "probe")[1:]...)); err != nil {
		return NotTor, err
	}
	if _, err := io.ReadFull(c, b[:2]); err != nil {
		return NotTor, err
	}
	if b[0] != authVersion {
		return NotTor, errAnswer
	}
	if b[1] != authAccepted {
		return NoIsolation, fmt.Errorf("authentication status %d", b[1])
	}
	ask := append([]byte{socks5, cmdResolve, 0, typeName}, field(0, ip.String())[1:]...)
	if _, err := c.Write(append(ask, 0, 0)); err != nil {
		return NotTor, err
	}
	if _, err := io.ReadFull(c, b[:4]); err != nil {
		return NotTor, err
	}
	if b[0] != socks5 {
		return NotTor, errAnswer
	}
	if b[1] != 0 {
		return NotTor, &ReplyError{Code: b[1]}
	}
	if b[3] != typeIPv4 {
		return NotTor, errAnswer
	}
	if _, err := io.ReadFull(c, b[4:10]); err != nil {
		return NotTor, err
	}
	if !bytes.Equal(b[4:8], ip) {
		return NotTor, errAnswer
	}
	return 0, nil
}

// field is first, then s with its length before it. s is at most 255 bytes.
func field(first byte, s string) []byte {
	return append([]byte{first, byte(len(s))}, s...)
}
