//go:build linux

package leak_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/internal/leak"
)

// rounds is how often each is measured; the median counts.
const rounds = 10

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// figure says what came out, in a line that is found in the output.
func figure(kept bool, format string, args ...any) {
	word := "kept"
	if !kept {
		word = "MISSED"
	}
	fmt.Fprintf(os.Stderr, "figure: %s: %s\n", word, fmt.Sprintf(format, args...))
}

// questions are what a sign-in cannot ask before it has the answer to the last:
// its round trips after the connection.
var questions = []string{
	"the stream's header, for the server's features",
	"starttls, for leave to begin (RFC 6120, 5)",
	"TLS 1.3's hello (RFC 8446, 2)",
	"the header within TLS",
	"SCRAM's first message, for salt and nonce (RFC 5802, 3)",
	"SCRAM's proof, for the server's",
	"the header after it (RFC 6120, 6.4.6)",
	"bind, for the address (RFC 6120, 7)",
	"enable, for acknowledgements (XEP-0198, 3)",
	"the roster, before anybody is heard (RFC 6121, 2.1.3)",
}

// BenchmarkSignIn: from the click to online, against what the network itself
// takes for it: a bare SOCKS connection to the same server, and a round trip for
// each of the questions. Tor's first step takes 40 ms each way, as in a world with
// distances; the account's circuit stands, as after a server has let go.
func BenchmarkSignIn(b *testing.B) {
	l := lab.Shared(b)
	box := open(b)
	must(b, box.StartTor(b.Context()))
	must(b, box.TorDone(b.Context()))
	world, err := journey.WorldOf(l)
	must(b, err)
	ana := journey.SpawnBy(b, box.Start, "Ana", filepath.Join(b.TempDir(), "ana"), box.Environ(world, journey.NetEnv+"="+built(b, "hushwing/cmd/hushwing-net"))...)
	ana.Do("create", "correct horse battery staple")
	ana.Do("tor")
	ana.Do("register", l.Prosody().Domain(), l.Prosody().Onion(), fmt.Sprintf("bench%d", time.Now().UnixNano()))
	box.Delay(slow)
	for b.Loop() {
		var connect, trip, signIn []time.Duration
		for round := range rounds + 1 {
			c, t := bare(b, box, l.Prosody().Onion())
			took, err := time.ParseDuration(ana.Do("cycle"))
			must(b, err)
			if round > 0 { // the first one makes the circuits
				connect, trip, signIn = append(connect, c), append(trip, t), append(signIn, took)
			}
		}
		n := len(questions)
		least := median(connect) + time.Duration(n)*median(trip)
		ours := median(signIn)
		ratio := float64(ours) / float64(least)
		b.ReportMetric(float64(ours.Milliseconds()), "sign-in-ms")
		b.ReportMetric(float64(least.Milliseconds()), "least-ms")
		b.ReportMetric(ratio, "ratio")
		figure(ratio <= 1.3, "sign-in: %d ms; a bare connection %d ms and %d round trips of %d ms: %.2f times (at most 1.3)",
			ours.Milliseconds(), median(connect).Milliseconds(), n, median(trip).Milliseconds(), ratio)
		for i, q := range questions {
			b.Logf("round trip %d: %s", i+1, q)
		}
	}
	b.ReportMetric(0, "ns/op")
}

// bare connects through SOCKS as shortly as can be, and asks one question.
func bare(b *testing.B, box *leak.Box, host string) (connect, trip time.Duration) {
	b.Helper()
	c, err := box.Dial(fmt.Sprintf("127.0.0.1:%d", leak.SocksPort))
	must(b, err)
	defer c.Close()
	must(b, c.SetDeadline(time.Now().Add(60*time.Second)))
	say := func(data string, answer int) {
		_, err := io.WriteString(c, data)
		must(b, err)
		_, err = io.ReadFull(c, make([]byte, answer))
		must(b, err)
	}
	began := time.Now()
	say("\x05\x01\x02", 2)
	say("\x01\x04bare\x04bare", 2)
	say("\x05\x01\x00\x03"+string(rune(len(host)))+host+"\x14\x66", 10) // port 5222
	connect = time.Since(began)
	until := func(data, end string) {
		_, err := io.WriteString(c, data)
		must(b, err)
		for got, buf := "", make([]byte, 4096); !strings.Contains(got, end); {
			n, err := c.Read(buf)
			must(b, err)
			got += string(buf[:n])
		}
	}
	until(`<?xml version="1.0"?><stream:stream to="example.test" version="1.0" xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams">`, "</stream:features>")
	began = time.Now()
	until(`<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>`, "proceed")
	return connect, time.Since(began)
}

// BenchmarkOwnTor: from the click that opens the profile to online, with a Tor of
// our own whose folder is warm.
func BenchmarkOwnTor(b *testing.B) {
	l := lab.Shared(b)
	box := open(b)
	world, err := journey.WorldOf(l)
	must(b, err)
	dir := filepath.Join(b.TempDir(), "ana")
	start := func() *journey.Remote {
		return journey.SpawnBy(b, box.Start, "Ana", dir, box.Environ(world, journey.NetEnv+"="+built(b, "hushwing/cmd/hushwing-net"))...)
	}
	const password = "correct horse battery staple"
	ana := start()
	ana.Do("create", password)
	ana.Do("tor")
	at := ana.Do("register", l.Prosody().Domain(), l.Prosody().Onion(), fmt.Sprintf("own%d", time.Now().UnixNano()))
	ana.Quit()
	for b.Loop() {
		var all []time.Duration
		for range rounds {
			ana := start()
			ana.Do("standing") // it runs
			began := time.Now()
			ana.Do("unlock", password)
			ana.Do("online", at)
			all = append(all, time.Since(began))
			ana.Quit()
		}
		m := median(all)
		b.ReportMetric(float64(m.Milliseconds()), "online-ms")
		figure(m < 8*time.Second, "own Tor, warm: online after %.1f s in the median of %d, %.1f s at the longest (under 8)",
			m.Seconds(), rounds, all[len(all)-1].Seconds())
	}
	b.ReportMetric(0, "ns/op")
}
