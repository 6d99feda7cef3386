package chaos

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/lab"
)

// patience is how long anything may take without any progress: longer than a
// dead link takes to be found and Tor to come back, on a busy machine.
const patience = 150 * time.Second

// Options say how much of it there is to be.
type Options struct {
	Texts int // both ways, between Ana and Ben; with Carl a fifth of it besides
	Blows int
	Seed  uint64
	Long  bool // some links are dead for good
	Core  string
	Dir   string // for the profiles and Tor's data
	Socks [2]string
	Roads [2]string // addresses, "host:port"
	// Progress is told now and then how far the run has come. May be nil.
	Progress func(string)
}

// Campaign is one run.
type Campaign struct {
	t      testing.TB
	o      Options
	lab    *lab.Lab
	server *lab.Prosody
	began  time.Time

	roads    [2]*Road
	tors     [2]*lab.Client
	programs [2]*Program
	talks    []*Talk // Ana to Ben, Ben to Ana, Ana to Carl
	carl     *Carl
	fromCarl *Ledger

	mu       sync.Mutex
	history  []string
	faults   []string
	numbers  map[string]int // of texts of ours, by message
	notices  []notice       // in Ana's chat with Carl
	told     map[int]bool   // texts to Carl that Ana was told did not go
	byHand   int            // texts between Ana and Ben that had to be sent again by hand
	last     time.Time      // of a text shown between Ana and Ben
	silence  time.Duration  // the longest between two of them, while one was due
	progress time.Time      // of anything

	spoke   time.Time // of how far it has come
	counts  [Kinds]int
	missed  int // blows that found nothing to hit
	backs   []time.Duration
	backOf  map[Kind][]time.Duration
	bytes   int
	stanzas int
}

// notice is a line that the program put into a conversation.
type notice struct {
	at   time.Time
	note client.Note
}

// People are Ana and Ben.
var people = [2]string{"Ana", "Ben"}

// Begin makes two people with addresses, a private chat between them, and Carl.
func Begin(t testing.TB, l *lab.Lab, o Options) *Campaign {
	t.Helper()
	c := &Campaign{
		t: t, o: o, lab: l, server: l.Prosody(), began: time.Now(),
		numbers: map[string]int{}, told: map[int]bool{}, backOf: map[Kind][]time.Duration{},
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%v\n%s", err, c.Story())
		}
	}
	for i, name := range people {
		road, err := NewRoad(name+"'s road", o.Roads[i], c.server.Addr()+":"+[2]string{"5222", "5223"}[i], c.say)
		must(err)
		t.Cleanup(road.Close)
		c.roads[i] = road
	}
	var onion string
	errs := make([]error, 3)
	var all sync.WaitGroup
	all.Go(func() {
		onion, errs[2] = l.Publish(t.Context(), map[uint16]string{5222: o.Roads[0], 5223: o.Roads[1]})
	})
	for i := range people {
		all.Go(func() { errs[i] = c.startTor(i) })
	}
	all.Wait()
	for _, err := range errs {
		must(err)
	}
	c.say("the onion service leads to the roads")
	toCarl := "carl@" + c.server.Domain()
	for i, name := range people {
		host, port, _ := strings.Cut(o.Socks[i], ":")
		env := []string{"TOR_SOCKS_HOST=" + host, "TOR_SOCKS_PORT=" + port}
		p := NewProgram(name, o.Core, filepath.Join(o.Dir, strings.ToLower(name)), env, c.heard)
		p.Address = fmt.Sprintf("%s%d@%s", strings.ToLower(name), o.Seed, c.server.Domain())
		c.programs[i] = p
	}
	ana, ben := c.programs[0], c.programs[1]
	c.talks = []*Talk{
		NewTalk("Ana to Ben", ana, ben.Address), NewTalk("Ben to Ana", ben, ana.Address), NewTalk("Ana to Carl", ana, toCarl),
	}
	c.fromCarl = NewLedger("Carl to Ana")
	for _, p := range c.programs {
		must(p.Start())
		t.Cleanup(p.Kill)
	}
	t.Cleanup(func() {
		for _, tor := range c.tors {
			tor.Kill()
		}
	})
	for i, p := range c.programs {
		all.Go(func() {
			errs[i] = p.Begin(c.server.Domain(), onion, [2]uint16{5222, 5223}[i])
		})
	}
	all.Wait()
	must(errs[0])
	must(errs[1])
	c.carl = NewCarl(t, c.server, "carl", ana.Address, c.fromCarl, c.talks[2].Ledger, c.say)
	t.Cleanup(c.carl.Close)
	_, err := ana.Ask(Order{Do: "add", Peer: ben.Address})
	must(err)
	_, err = ana.Ask(Order{Do: "add", Peer: toCarl})
	must(err)
	must(ben.Until("a request", func() bool { _, ok := ben.states["request "+ana.Address]; return ok }))
	_, err = ben.Ask(Order{Do: "accept", Peer: ana.Address})
	must(err)
	_, err = ana.Tell(Order{Do: "open", Peer: ben.Address})
	must(err)
	_, err = ana.Tell(Order{Do: "open", Peer: toCarl})
	must(err)
	must(ana.In("protection "+ben.Address, int(client.PrivateUnknown)))
	must(ben.In("protection "+ana.Address, int(client.PrivateUnknown)))
	must(ana.In("protection "+toCarl, int(client.PrivateUnknown)))
	c.say("all are private")
	return c
}

// startTor starts one's Tor, at its place and with what it knew.
func (c *Campaign) startTor(i int) error {
	t, err := c.lab.StartClient(c.t.Context(), filepath.Join(c.o.Dir, "tor-"+people[i]), "SocksPort "+c.o.Socks[i])
	if err != nil {
		return err
	}
	c.tors[i] = t
	return nil
}

// say adds a line to the history.
func (c *Campaign) say(format string, args ...any) {
	line := clock(time.Now()) + " " + fmt.Sprintf(format, args...)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.history = append(c.history, line)
}

func (c *Campaign) fault(format string, args ...any) {
	c.say("FAULT: "+format, args...)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// talk finds the talk from one address to another, or nil.
func (c *Campaign) talk(from *Program, to string) *Talk {
	for _, t := range c.talks {
		if t.from == from && t.to == to {
			return t
		}
	}
	return nil
}

// heard takes a report of a program.
func (c *Campaign) heard(p *Program, r Report) {
	switch r.What {
	case "text":
		if r.Mine {
			c.wrote(p, r)
		} else {
			c.shown(p, r)
		}
	case "mark":
		c.marked(p, r)
	case "note":
		c.say("%s sees note %d from %s", p.Name, r.State, r.Peer)
		c.mu.Lock()
		if r.Peer == c.talks[2].to {
			c.notices = append(c.notices, notice{r.At, client.Note(r.State)})
		}
		c.mu.Unlock()
	case "account":
		c.say("%s's account: state %d, cause %d", p.Name, r.State, r.Cause)
	case "tor":
		if s := client.TorState(r.State); s == client.TorReady || s == client.TorFailed {
			c.say("%s's Tor: state %d, cause %d", p.Name, r.State, r.Cause)
		}
	case "protection":
		c.say("%s's strip for %s: %d", p.Name, r.Peer, r.State)
	}
}

func (c *Campaign) wrote(p *Program, r Report) {
	t := c.talk(p, r.Peer)
	if t == nil {
		return
	}
	n, ok := number(t.Name, r.Text)
	if !ok {
		c.fault("%s has a text of its own that nobody wrote: %q", p.Name, r.Text)
		return
	}
	t.Accepted(n, r.At)
	c.mu.Lock()
	c.numbers[r.ID] = n
	c.progress = r.At
	c.mu.Unlock()
	if r.State == int(client.NotSent) || r.State == int(client.OtherKey) || r.doubt() {
		c.marked(p, r)
	}
}

// shown takes a text that a program shows to its reader.
func (c *Campaign) shown(p *Program, r Report) {
	var l *Ledger
	if r.Peer == c.talks[2].to {
		l = c.fromCarl
	}
	for _, t := range c.talks {
		if t.to == p.Address && t.from.Address == r.Peer {
			l = t.Ledger
		}
	}
	if l == nil {
		c.fault("%s shows a text of %s: %q", p.Name, r.Peer, r.Text)
		return
	}
	if r.Clear {
		c.fault("%s shows a text of %s that came unprotected: %q", p.Name, r.Peer, r.Text)
		return
	}
	n, ok := number(l.Name, r.Text)
	if !ok {
		c.fault("%s shows a text of %s that nobody wrote: %q", p.Name, r.Peer, r.Text)
		return
	}
	l.Shown(n, r.ID, r.At)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress = r.At
	if l == c.talks[0].Ledger || l == c.talks[1].Ledger {
		c.silence = max(c.silence, r.At.Sub(c.last))
		c.last = r.At
	}
}

// doubt reports whether a text of ours is said to be of unknown fate.
func (r Report) doubt() bool {
	return r.State == int(client.ServerHas) && r.Cause == int(client.FateUnknown)
}

// marked takes how far a text of ours has come: whether its writer is told that
// it did not go.
func (c *Campaign) marked(p *Program, r Report) {
	m := client.Mark(r.State)
	t := c.talk(p, r.Peer)
	if t == nil || m != client.NotSent && m != client.OtherKey && !r.doubt() {
		return
	}
	c.mu.Lock()
	n := c.numbers[r.ID]
	c.mu.Unlock()
	c.say("%s is told that %d to %s did not go: mark %d, cause %d %s", p.Name, n, r.Peer, m, r.Cause, r.Detail)
	if t == c.talks[2] {
		c.mu.Lock()
		c.told[n] = true
		c.mu.Unlock()
		return
	}
	if r.doubt() {
		return // until the other program has said that it confirms
	}
	// Nothing that happens here is a reason to give a text up.
	c.fault("%s: %d is given up: mark %d, cause %d %s", t.Name, n, m, r.Cause, r.Detail)
	c.mu.Lock()
	c.byHand++
	c.mu.Unlock()
	t.Retried(n)
	_, _ = p.Tell(Order{Do: "release", Peer: r.Peer, Name: r.ID})
}

// Story is everything that one needs to understand a run: the blows and what came
// of them, with times, and the last that both programs said.
func (c *Campaign) Story() string {
	var b strings.Builder
	c.mu.Lock()
	for _, line := range c.history {
		fmt.Fprintln(&b, line)
	}
	c.mu.Unlock()
	for _, p := range c.programs {
		if p == nil {
			continue
		}
		fmt.Fprintf(&b, "-- the last of %s:\n", p.Name)
		for _, r := range p.Last(60) {
			fmt.Fprintln(&b, r)
		}
	}
	for _, t := range c.talks {
		accepted, shown, again := t.Count()
		fmt.Fprintf(&b, "-- %s: written %d, safe %d, shown %d, shown again %d, missing %v\n", t.Name, t.Written(), accepted, shown, again, cut(t.Missing()))
	}
	accepted, shown, again := c.fromCarl.Count()
	fmt.Fprintf(&b, "-- Carl to Ana: written %d, shown %d, shown again %d, missing %v\n", accepted, shown, again, cut(c.fromCarl.Missing()))
	return b.String()
}

func cut(all []int) []int { return all[:min(len(all), 30)] }

// Began is how long ago it did.
func (c *Campaign) Began() time.Duration { return time.Since(c.began) }
