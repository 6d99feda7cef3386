//go:build linux

package leak_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/internal/leak"
)

// broken are the questions that a program whose connection has broken off cannot
// ask before it has the answer to the last, until all that it had to say is with
// the server: those of a sign-in (questions), with one in the place of the bind,
// the enable and the roster, and one for the texts.
var broken = append(append([]string(nil), questions[:7]...),
	"resume, for what the server has (XEP-0198, 5)",
	"the texts, for the server's word that it has them (XEP-0198, 4)",
)

// two are Ana, in a box with a delayed network, and Ben, outside of it, in a
// private chat.
type two struct {
	box          *leak.Box
	ana, ben     *journey.Remote
	anaAt, benAt string
	start        func() *journey.Remote // Ana's program
}

const benchPassword = "correct horse battery staple"

func newTwo(b *testing.B, name string) *two {
	b.Helper()
	l := lab.Shared(b)
	p := &two{box: open(b)}
	must(b, p.box.StartTor(b.Context()))
	must(b, p.box.TorDone(b.Context()))
	world, err := journey.WorldOf(l)
	must(b, err)
	dir := filepath.Join(b.TempDir(), "ana")
	p.start = func() *journey.Remote {
		return journey.SpawnBy(b, p.box.Start, "Ana", dir, p.box.Environ(world, journey.NetEnv+"="+built(b, "hushwing/cmd/hushwing-net"))...)
	}
	p.ana = p.start()
	p.ben = journey.Spawn(b, "Ben", filepath.Join(b.TempDir(), "ben"), append(l.Env(), world)...)
	unique := fmt.Sprintf("%s%d", name, time.Now().UnixNano())
	for who, at := range map[*journey.Remote]*string{p.ana: &p.anaAt, p.ben: &p.benAt} {
		who.Do("create", benchPassword)
		who.Do("tor")
		*at = who.Do("register", l.Prosody().Domain(), l.Prosody().Onion(), map[*journey.Remote]string{p.ana: "a", p.ben: "b"}[who]+unique)
	}
	p.ana.Do("add", p.benAt)
	p.ben.Do("accept", p.anaAt)
	p.ana.Do("look", p.benAt)
	p.ana.Do("private", p.benAt)
	p.ben.Do("private", p.anaAt)
	p.ana.Do("marked", p.ana.Do("say", p.benAt, "hello"), fmt.Sprint(int(client.TheyHave)))
	p.box.Delay(slow)
	return p
}

// BenchmarkResume: from the moment in which a connection breaks off until the
// account is online again and the server has all that was written meanwhile,
// against what the network itself takes for it (see BenchmarkSignIn).
func BenchmarkResume(b *testing.B) {
	p := newTwo(b, "resume")
	host := lab.Shared(b).Prosody().Onion()
	const texts = 5
	for b.Loop() {
		var connect, trip, back []time.Duration
		for round := range rounds + 1 {
			c, t := bare(b, p.box, host)
			p.ana.Do("begin")
			p.ana.Do("goonline") // no pause for what broke off just now: that is another rule
			began := time.Now()
			must(b, p.box.Cut(b.Context(), host))
			p.ana.Do("writes", p.benAt, fmt.Sprint(texts))
			p.ana.Do("through")
			took := time.Since(began)
			if round > 0 {
				connect, trip, back = append(connect, c), append(trip, t), append(back, took)
			}
		}
		n := len(broken)
		least := median(connect) + time.Duration(n)*median(trip)
		ours := median(back)
		ratio := float64(ours) / float64(least)
		b.ReportMetric(float64(ours.Milliseconds()), "back-ms")
		b.ReportMetric(float64(least.Milliseconds()), "least-ms")
		b.ReportMetric(ratio, "ratio")
		figure(ratio < 1.5, "dropped link to online and %d texts sent, resumed: %d ms; a bare connection %d ms and %d round trips of %d ms: %.2f times (under 1.5); %.2f times the connection alone",
			texts, ours.Milliseconds(), median(connect).Milliseconds(), n, median(trip).Milliseconds(), ratio, float64(ours)/float64(median(connect)))
		for i, q := range broken {
			b.Logf("round trip %d: %s", i+1, q)
		}
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkRestart: a program that is started again with a hundred texts that
// wait, from private until the other program has them all.
func BenchmarkRestart(b *testing.B) {
	p := newTwo(b, "restart")
	const texts, times = 100, 5
	for b.Loop() {
		var all []time.Duration
		for range times {
			p.ben.Do("gooffline")
			p.ben.Do("state", fmt.Sprint(int(client.Offline)))
			p.ana.Do("protected", p.benAt, fmt.Sprint(int(client.Away)))
			p.ana.Do("writes", p.benAt, fmt.Sprint(texts))
			p.ana.Quit()
			p.ben.Do("begin")
			p.ben.Do("goonline")
			p.ben.Do("online", p.benAt)
			p.ana = p.start()
			p.ana.Do("unlock", benchPassword)
			p.ana.Do("private", p.benAt)
			began := time.Now()
			p.ben.Do("arrived", p.anaAt, fmt.Sprint(texts))
			all = append(all, time.Since(began))
			b.Logf("delivered after %d ms", all[len(all)-1].Milliseconds())
		}
		m := median(all)
		b.ReportMetric(float64(m.Milliseconds()), "delivered-ms")
		figure(all[len(all)-1] <= 3*time.Second, "restarted with %d waiting texts: all delivered %d ms after private in the median of %d, %d ms at the longest (at most 3000)",
			texts, m.Milliseconds(), times, all[len(all)-1].Milliseconds())
	}
	b.ReportMetric(0, "ns/op")
}
