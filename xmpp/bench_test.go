package xmpp_test

import (
	stdtls "crypto/tls"
	"fmt"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"hushwing/tls/tlstest"
	"hushwing/xmpp/xmpptest"
)

// traffic is what went over a line.
type traffic struct{ packetsOut, bytesOut, packetsIn, bytesIn int }

func (t traffic) String() string {
	return fmt.Sprintf("%d packets of %d bytes out, %d of %d in", t.packetsOut, t.bytesOut, t.packetsIn, t.bytesIn)
}

// secureLine is a line with TLS 1.3 on it, so that what is counted is what a
// network would carry.
func secureLine(t *testing.T, serve func(*xmpptest.Conn)) (*xmpptest.Line, *stdtls.Conn) {
	line, ours, theirs := xmpptest.NewLine()
	certificate := tlstest.NewCA(t).Issue(t, tlstest.Spec{Names: []string{xmpptest.Domain}})
	xmpptest.Run(t, stdtls.Server(theirs, &stdtls.Config{Certificates: []stdtls.Certificate{certificate}}), serve)
	// A line in memory with nobody else on it, for its bytes to be counted: whose
	// certificate it is plays no part (package tls holds that by tests).
	conn := stdtls.Client(ours, &stdtls.Config{InsecureSkipVerify: true})
	if err := conn.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return line, conn
}

// idleDay counts a day on which nobody says anything.
func idleDay(t *testing.T) (day traffic) {
	synctest.Test(t, func(t *testing.T) {
		a := &xmpptest.Account{SCRAM: plain}
		line, conn := secureLine(t, a.Serve)
		s := signIn(t, conn)
		if err := s.Available(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		line.Count()
		time.Sleep(24 * time.Hour)
		day.packetsOut, day.bytesOut, day.packetsIn, day.bytesIn = line.Count()
		if s.Err() != nil {
			t.Error(s.Err())
		}
		_ = s.Close()
	})
	return day
}

// pingDay counts the same day of a client that does as CoyIM does: a ping
// (XEP-0199) and a white space every ten seconds. The server is the same.
func pingDay(t *testing.T) (day traffic) {
	synctest.Test(t, func(t *testing.T) {
		a := &xmpptest.Account{SCRAM: plain}
		line, conn := secureLine(t, func(c *xmpptest.Conn) {
			for {
				a.Answer(c, c.Next())
			}
		})
		go func() { _, _ = io.Copy(io.Discard, conn) }()
		line.Count()
		for i := range 24 * 60 * 6 {
			_, err := fmt.Fprintf(conn, `<iq xmlns='jabber:client' from='ana@example.test/r' to='%s' type='get' id='%d'><ping xmlns='urn:xmpp:ping'/></iq>`, xmpptest.Domain, uint32(i)*2654435761)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Second)
			if _, err := io.WriteString(conn, " "); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Second)
		}
		day.packetsOut, day.bytesOut, day.packetsIn, day.bytesIn = line.Count()
		_ = conn.Close()
	})
	return day
}

// TestIdleDay: a day of silence costs a packet each way every three minutes.
func TestIdleDay(t *testing.T) {
	day := idleDay(t)
	t.Log(day)
	if day.packetsOut > 600 || day.packetsIn > 600 || day.packetsOut < 360 || day.bytesOut+day.bytesIn > 80_000 {
		t.Error(day)
	}
}

// BenchmarkIdleDay prints both. The day is simulated, so its length is not a
// figure.
func BenchmarkIdleDay(b *testing.B) {
	var ours, theirs traffic
	for b.Loop() {
		// Simulated time wants a test, which a benchmark is not.
		if !testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{
			Name: "IdleDay", F: func(t *testing.T) { ours, theirs = idleDay(t), pingDay(t) },
		}}) {
			b.Fatal("the day failed")
		}
	}
	b.ReportMetric(float64(ours.packetsOut+ours.packetsIn), "packets/day")
	b.ReportMetric(float64(ours.bytesOut+ours.bytesIn), "bytes/day")
	b.ReportMetric(float64(theirs.packetsOut+theirs.packetsIn), "coyim-packets/day")
	b.ReportMetric(float64(theirs.bytesOut+theirs.bytesIn), "coyim-bytes/day")
	fmt.Fprintf(os.Stderr, "figure: 24 hours idle: %v; with pings every 10 s as CoyIM's: %v\n", ours, theirs)
}
