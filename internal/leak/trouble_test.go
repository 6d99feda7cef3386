//go:build linux

package leak_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/journey"
	"hushwing/internal/lab"
	"hushwing/internal/leak"
)

var (
	long  = flag.Bool("long", false, "play the story through the windows, too")
	blows = flag.Int("blows", 10, "how often Tor is hit")
	seed  = flag.Uint64("seed", 1, "of the order, the blows and their lengths; a seed repeats a run")
)

// moment is when Tor is hit: a state of the account, and how it gets there.
type moment struct {
	name  string
	state client.AccountState
}

// moments are all that can be reached again and again.
var moments = []moment{
	{"offline", client.Offline},
	{"waiting for Tor", client.WaitingForTor},
	{"connecting", client.Connecting},
	{"securing", client.Securing},
	{"authenticating", client.Authenticating},
	{"online", client.Online},
	{"failed", client.Failed},
	{"form open", client.Online},
	{"looking up", client.Online}, // where a server is, for a new address
	{"certificate changed", client.CertificateChanged},
}

// row is what came of the blows at one moment.
type row struct {
	hits  int
	asked int             // connections to impostors
	back  []time.Duration // from Tor's 100% to online
}

// campaign is a run of blows on one box with two people.
type campaign struct {
	t        *testing.T
	b        *leak.Box
	l        *lab.Lab
	ana, ben *journey.Remote
	anaAt    string
	benAt    string
	rows     map[string]*row

	turn    atomic.Int32 // which of the misdeeds is next
	secured atomic.Int32 // connections to the rogue that came as far as TLS
}

// TestTorTrouble: whatever becomes of Tor, in whatever state an account is,
// nothing leaves but through Tor, and the account comes back by itself.
func TestTorTrouble(t *testing.T) {
	c := begin(t)
	b := c.b
	c.meet()
	r := rand.New(rand.NewPCG(*seed, 0))
	most := 1200 * time.Millisecond
	if *long {
		most = 5 * time.Second
	}
	for i, m := range plan(r, *blows) {
		blow := leak.RandomBlow(r, leak.How(i%int(leak.Hows)), most)
		if i < len(moments) && m.name == "online" {
			// In every run: the likeliest to be taken for Tor, for long enough.
			blow = leak.Blow{How: leak.Replaced, Sort: leak.NamedSOCKS, Hold: 2500 * time.Millisecond}
		}
		c.hit(m, blow)
	}
	if *long {
		c.windows()
	}
	b.Mark("at the end")
	c.ana.Quit()
	c.ben.Quit()
	v := verdict(t, b)
	c.table()
	c.soon()
	fmt.Fprintf(os.Stderr, "leak: %d blows at Tor, %d guilty packets, seed %d; innocent: %d to and from Tor's port, %d of Tor's own\n",
		*blows, v.Guilty, *seed, v.ToTor, v.Network)
	if v.Guilty > 0 {
		t.Error(v)
	}
	if v.ToTor < 100 || v.Network < 100 {
		t.Errorf("the recorder saw too little: %v", v)
	}
}

// plan spreads n blows over the moments, in an order of its own.
func plan(r *rand.Rand, n int) (all []moment) {
	for i := range n {
		all = append(all, moments[i%len(moments)])
	}
	r.Shuffle(n, func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// begin opens a box with a Tor and two people, each in a process of their own.
func begin(t *testing.T) *campaign {
	t.Helper()
	c := &campaign{t: t, b: open(t), l: lab.Shared(t), rows: map[string]*row{}}
	must(t, c.b.StartTor(t.Context()))
	must(t, c.b.TorDone(t.Context()))
	c.spawn()
	return c
}

// spawn starts the two programs.
func (c *campaign) spawn() {
	dir := c.t.TempDir()
	world, err := journey.WorldOf(c.l)
	must(c.t, err)
	spawn := func(name string, env ...string) *journey.Remote {
		return journey.SpawnBy(c.t, c.b.Start, name, filepath.Join(dir, name), append(c.b.Environ(env...), world)...)
	}
	// Ana's network is in a process of its own, as that of the built program is;
	// Ben's is in his, as on systems that have no such thing.
	c.ana = spawn("Ana", journey.NetEnv+"="+built(c.t, "hushwing/cmd/hushwing-net"))
	c.ben = spawn("Ben")
}

// meet has the two make addresses and a private chat.
func (c *campaign) meet() {
	server := c.l.Prosody()
	for _, who := range []*journey.Remote{c.ana, c.ben} {
		who.Do("create", "correct horse battery staple")
		who.Do("tor")
	}
	tag := strconv.FormatInt(time.Now().UnixNano()%1e9, 36)
	c.anaAt = c.ana.Do("register", server.Domain(), server.Onion(), "ana"+tag)
	c.benAt = c.ben.Do("register", server.Domain(), server.Onion(), "ben"+tag)
	c.ana.Do("add", c.benAt)
	c.ben.Do("accept", c.anaAt)
	c.ana.Do("look", c.benAt)
	c.ana.Do("private", c.benAt)
	c.ben.Do("private", c.anaAt)
	c.talk("hello")
}

// talk: a text goes to Ben, who has it.
func (c *campaign) talk(text string) {
	id := c.ana.Do("say", c.benAt, text)
	c.ben.Do("reads", c.anaAt, text)
	c.ana.Do("marked", id, strconv.Itoa(int(client.TheyHave)))
}

func (c *campaign) state(s client.AccountState) { c.ana.Do("state", strconv.Itoa(int(s))) }

// hit brings Ana's account to a moment, hits Tor there, mends it, and waits until
// she is back.
func (c *campaign) hit(m moment, blow leak.Blow) {
	c.t.Helper()
	began := time.Now()
	c.b.Mark(fmt.Sprintf("%s, %v", m.name, blow))
	form := c.reach(m)
	at, standing := c.ana.Standing()
	if at != m.state {
		// it went on in the meantime: that is counted for what it is
		m.name = c.name(at)
	}
	got, err := c.b.Strike(c.t.Context(), blow)
	must(c.t, err)
	r := c.rows[m.name]
	if r == nil {
		r = &row{}
		c.rows[m.name] = r
	}
	r.hits++
	r.asked += got.Asked
	back := c.mend(m, form, got.Done)
	if back >= 0 {
		r.back = append(r.back, back)
	}
	c.t.Logf("%-20s %-50s back %v after its 100%%; %v in all; was: %s",
		m.name, blow, back.Round(time.Millisecond), time.Since(began).Round(time.Millisecond), standing)
}

func (c *campaign) name(s client.AccountState) string {
	for _, m := range moments {
		if m.state == s {
			return m.name
		}
	}
	return fmt.Sprintf("state %d", s)
}

// slow is how much longer Tor's first step takes each way while a passing state
// is to be hit: it has to last.
const slow = 40 * time.Millisecond

// reach brings the account to a moment. It returns the form, if one is open.
func (c *campaign) reach(m moment) (form string) {
	switch m.state {
	case client.Offline:
		c.ana.Do("gooffline")
	case client.WaitingForTor:
		c.ana.Do("gooffline")
		c.b.KillTor()
		c.ana.Do("goonline")
		c.state(m.state)
		must(c.t, c.b.StartTor(c.t.Context())) // which has not connected yet
		return ""
	case client.Connecting, client.Securing, client.Authenticating:
		c.b.Delay(slow)
		c.ana.Do("gooffline")
		c.state(client.Offline)
		c.ana.Do("goonline")
	case client.Failed:
		must(c.t, c.l.Prosody().Stop())
	case client.CertificateChanged:
		must(c.t, c.l.Prosody().SetCert(lab.Rekey))
		c.ana.Do("gooffline")
		c.state(client.Offline)
		c.ana.Do("goonline")
	}
	switch m.name {
	case "form open":
		return c.ana.Do("form", c.l.Prosody().Domain(), c.l.Prosody().Onion())
	case "looking up":
		c.b.Delay(slow)
		form = c.ana.Do("askform", c.l.Prosody().Domain())
		time.Sleep(2 * slow) // it is on its way now
		return form
	}
	c.state(m.state)
	return ""
}

// mend undoes what reach did, and waits for Ana to be back. It returns how long
// that took after Tor was connected, or -1 where she is not to come back by
// herself.
func (c *campaign) mend(m moment, form string, done time.Time) time.Duration {
	c.b.Delay(0)
	switch {
	case m.name == "looking up":
		// it came to its form, or it says why not
		_, _ = c.ana.Try("answered", form)
		c.ana.Do("drop", form)
	case form != "":
		c.ana.Do("drop", form)
	case m.state == client.CertificateChanged:
		c.state(m.state)
		c.ana.Do("trustnew", c.anaAt)
		c.ana.Do("online", c.anaAt)
		// Ben's connection stood, or broke with Tor; he meets the new key now. A
		// question from before has gone when he is offline.
		c.ben.Do("gooffline")
		c.ben.Do("state", strconv.Itoa(int(client.Offline)))
		c.ben.Do("goonline")
		c.ben.Do("trustnew", c.benAt)
		c.ben.Do("online", c.benAt)
		return -1
	case m.state == client.Failed:
		must(c.t, c.l.Prosody().Restart())
		done = time.Now()
	case m.state == client.Offline:
		c.state(m.state)
		c.ana.Do("goonline")
		done = time.Now()
	}
	c.ana.Do("online", c.anaAt)
	took := max(0, time.Since(done))
	_, how := c.ben.Standing()
	c.ben.Do("online", c.benAt)
	if later := time.Since(done) - took; later > 3*time.Second {
		c.t.Logf("Ben came %v later; he was: %s", later.Round(time.Millisecond), how)
	}
	if m.state == client.Failed || m.state == client.Offline {
		return -1
	}
	return took
}

// longest is how long an account may take, after Tor has connected, to be online
// again.
const longest = 20 * time.Second

// soon holds the figures of how soon the account was back.
func (c *campaign) soon() {
	var all []time.Duration
	for _, r := range c.rows {
		all = append(all, r.back...)
	}
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	median, last := all[len(all)/2], all[len(all)-1]
	verb := "kept"
	if median > 5*time.Second || last > longest {
		verb = "MISSED"
	}
	fmt.Fprintf(os.Stderr, "figure: %s: Tor back: online after %v in the median of %d (at most 5s), %v at the longest (at most %v)\n",
		verb, median.Round(10*time.Millisecond), len(all), last.Round(10*time.Millisecond), longest)
	if last > longest {
		c.t.Errorf("once it took %v after Tor had connected until the account was online", last)
	}
}

// table prints what came of the blows, a line for each moment.
func (c *campaign) table() {
	fmt.Fprintf(os.Stderr, "leak: %-20s %6s %10s %14s %10s\n", "account", "blows", "impostors", "back: median", "longest")
	fmt.Fprintf(os.Stderr, "leak: %-20s %6s %10s\n", "", "", "asked")
	for _, m := range moments {
		r := c.rows[m.name]
		if r == nil {
			continue
		}
		median, longest := "-", "-"
		if n := len(r.back); n > 0 {
			slices.Sort(r.back)
			median, longest = r.back[n/2].Round(10*time.Millisecond).String(), r.back[n-1].Round(10*time.Millisecond).String()
		}
		fmt.Fprintf(os.Stderr, "leak: %-20s %6d %10d %14s %10s\n", m.name, r.hits, r.asked, median, longest)
	}
}
