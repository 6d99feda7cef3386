package tlstest

import (
	stdtls "crypto/tls"
	"io"
	"net"
	"testing"
)

// Mute listens on loopback, hears everything, and never says a word.
func Mute(t testing.TB) string {
	return raw(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
}

// Closes listens on loopback, and closes after the client's first words.
func Closes(t testing.TB) string {
	return raw(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 4096)) })
}

// Says listens on loopback, says b after the client's first words, and waits.
func Says(t testing.TB, b []byte) string {
	return raw(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = c.Write(b)
		_, _ = io.Copy(io.Discard, c)
	})
}

// Deaf makes a handshake with config, and reads nothing after it.
func Deaf(t testing.TB, config *stdtls.Config) string {
	done := make(chan struct{})
	address := raw(t, func(c net.Conn) {
		if stdtls.Server(c, config).Handshake() == nil {
			<-done
		}
	})
	t.Cleanup(func() { close(done) }) // before the server waits for us
	return address
}

// raw is a server without TLS that ends with the test.
func raw(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	s := newServer(t, serve)
	return s.Address()
}
