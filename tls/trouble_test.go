package tls_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"hushwing/tls"
	"hushwing/tls/tlstest"
)

func TestHandshakeTrouble(t *testing.T) {
	defer tls.SetTimes(300*time.Millisecond, time.Second)()
	w := newWorld(t)
	for name, of := range map[string]struct {
		server string
		want   tls.Trouble
	}{
		"says nothing":      {tlstest.Mute(t), tls.Hung},
		"closes":            {tlstest.Closes(t), tls.Lost},
		"speaks XMPP":       {tlstest.Says(t, []byte("<?xml version='1.0'?><stream:stream>")), tls.NotTLS},
		"half a record":     {tlstest.Says(t, []byte{22, 3, 3}), tls.Hung},
		"handshake failure": {tlstest.Says(t, []byte{21, 3, 3, 0, 2, 2, 40}), tls.TooWeak},
		"protocol version":  {tlstest.Says(t, []byte{21, 3, 3, 0, 2, 2, 70}), tls.TooWeak},
		"unrecognized name": {tlstest.Says(t, []byte{21, 3, 3, 0, 2, 2, 112}), tls.Rejected},
	} {
		w.lead(of.server)
		begun := time.Now()
		_, err := secure(t, w.policy(), w.conn(t, false), tls.Server{Domain: domain})
		var h *tls.HandshakeError
		if !errors.As(err, &h) || h.Trouble != of.want || h.Domain != domain {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

// TestDeadlinesOfOthers: a library that sets deadlines from contexts, and lets
// them expire, does not end the stream.
func TestDeadlinesOfOthers(t *testing.T) {
	w := newWorld(t)
	w.serve(t, with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}})))
	c, err := secure(t, w.policy(), w.conn(t, false), tls.Server{Domain: domain})
	if err != nil {
		t.Fatal(err)
	}
	long := time.Unix(1, 0)
	for _, set := range []func(time.Time) error{c.SetDeadline, c.SetReadDeadline, c.SetWriteDeadline} {
		if err := set(long); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write(secret); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 100)
		if n, err := c.Read(b); err != nil || !bytes.Equal(b[:n], secret) {
			t.Fatalf("%q %v", b[:n], err)
		}
	}
}

// TestContextAfterSecure: the usual "defer cancel" does not end the stream.
func TestContextAfterSecure(t *testing.T) {
	w := newWorld(t)
	w.serve(t, with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}})))
	ctx, cancel := context.WithCancel(t.Context())
	c, err := w.policy().Secure(ctx, w.conn(t, false), tls.Server{Domain: domain})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cancel()
	time.Sleep(50 * time.Millisecond)
	if _, err := c.Write(secret); err != nil {
		t.Error(err)
	}
}

// TestPeerThatStopsReading: a write fails by itself, and Close does not wait
// for it.
func TestPeerThatStopsReading(t *testing.T) {
	defer tls.SetTimes(10*time.Second, 300*time.Millisecond)()
	w := newWorld(t)
	w.lead(tlstest.Deaf(t, with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}}))))
	c, err := w.policy().Secure(t.Context(), w.conn(t, false), tls.Server{Domain: domain})
	if err != nil {
		t.Fatal(err)
	}
	big := make([]byte, 1<<20)
	begun, last := time.Now(), time.Now()
	for err == nil && time.Since(begun) < 20*time.Second {
		last = time.Now()
		_, err = c.Write(big)
	}
	var n net.Error
	if !errors.As(err, &n) || !n.Timeout() {
		t.Fatalf("the write ended with %v", err)
	}
	if took := time.Since(last); took > 3*time.Second {
		t.Errorf("after %v", took)
	}
	begun = time.Now()
	_ = c.Close()
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("Close took %v", took)
	}
}

// TestCloseEndsRead: a read that waits ends with Close.
func TestCloseEndsRead(t *testing.T) {
	w := newWorld(t)
	w.serve(t, with(w.ca.Issue(t, tlstest.Spec{Names: []string{domain}})))
	c, err := secure(t, w.policy(), w.conn(t, false), tls.Server{Domain: domain})
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = c.Close() })
	begun := time.Now()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("read something")
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("took %v", took)
	}
}
