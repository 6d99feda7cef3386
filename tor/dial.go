package tor

import "context"

// Dialer dials through one Tor under one isolation. The zero value refuses. It
// is safe for concurrent use.
type Dialer struct {
	network   *Network
	isolation Isolation
}

// Dial connects to host and port. The name is resolved by Tor, at the far end.
// An onion address with a wrong checksum is refused (ReplyError.BadOnion)
// before anything is sent. It waits at most 60 s, for an onion service 120 s,
// and returns at once when ctx ends, with its error.
//
// Every other error is an *Error.
func (d *Dialer) Dial(ctx context.Context, host string, port uint16) (*Conn, error) {
	return nil, &Error{Reason: Unusable}
}
