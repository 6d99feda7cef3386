package tor

import (
	"bytes"
	"errors"
	"net"
	"sync"
)

// errMethod ends a handshake in which the proxy did not choose user name and
// password.
var errMethod = errors.New("proxy does not take user name and password")

// observed is a connection to Tor during the SOCKS handshake. x/net/proxy
// offers "no authentication" too, and a proxy that chose it would drop the
// isolation of connections without a word; and it makes text of the reply.
// So observed takes that offer out, ends the handshake at any choice but user
// name and password, and keeps what the proxy answered.
//
// Offsets of the answers: 0 version, 1 method, 2 version of the
// authentication, 3 its status, 4 version, 5 reply.
type observed struct {
	net.Conn
	mu      sync.Mutex
	offered bool
	said    [6]byte
	n       int
}

func (o *observed) Write(p []byte) (int, error) {
	o.mu.Lock()
	first := !o.offered
	o.offered = true
	o.mu.Unlock()
	if !first {
		return o.Conn.Write(p)
	}
	if len(p) < 3 || p[0] != socks5 || bytes.IndexByte(p[2:], methodUser) < 0 {
		return 0, errMethod
	}
	if _, err := o.Conn.Write([]byte{socks5, 1, methodUser}); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (o *observed) Read(p []byte) (int, error) {
	n, err := o.Conn.Read(p)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.n < len(o.said) {
		o.n += copy(o.said[o.n:], p[:n])
	}
	if o.n >= 2 && o.said[0] == socks5 && o.said[1] != methodUser {
		return 0, errMethod
	}
	return n, err
}

// verdict says what a handshake that failed with err has failed at.
func (o *observed) verdict(err error) (Reason, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, n := o.said, o.n
	switch {
	case n >= 1 && s[0] != socks5:
		return NotTor, err
	case n >= 2 && s[1] != methodUser:
		return NoIsolation, errMethod
	case n >= 3 && s[2] != authVersion:
		return NotTor, err
	case n >= 4 && s[3] != authAccepted:
		return NoIsolation, err
	case n >= 5 && s[4] != socks5:
		return NotTor, err
	case n >= 6 && s[5] != 0:
		return Refused, &ReplyError{Code: s[5]}
	}
	return Gone, err
}
