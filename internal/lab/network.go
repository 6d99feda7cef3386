package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"hushwing/internal/lab/child"
	"hushwing/internal/lab/scratch"
)

// How many of each a network has. Three authorities are the least whose
// consensus outlives one of them; with three relays more a circuit of an onion
// service has a choice.
const (
	authorityCount = 3
	relayCount     = 3
)

// network is a private Tor network: authorities, relays, a client and a Tor that
// hosts onion services.
type network struct {
	slot     *slot
	run      *scratch.Folder
	progress func(string)
	publish  func(context.Context) error // adds what the network is for; may be nil

	authorities string   // DirAuthority lines
	guards      []string // their fingerprints

	mu   sync.Mutex
	tors map[string]*child.Process

	client, host *control
	socks        string
	controlTCP   string
	onions       *onions
}

func (n *network) relays() (names []string) {
	for i := range authorityCount {
		names = append(names, fmt.Sprintf("auth%d", i+1))
	}
	for i := range relayCount {
		names = append(names, fmt.Sprintf("relay%d", i+1))
	}
	return names
}

// warmTimeout is how long a kept network may take before it is given up.
const warmTimeout = 30 * time.Second

// start brings the network up. A kept one that does not come up is started from
// scratch, and a new one in which a relay shuns another once more.
func (n *network) start(ctx context.Context, p programs) error {
	if n.slot.warm() {
		warm, cancel := context.WithTimeout(ctx, warmTimeout)
		err := n.bringUp(warm, p, true)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		n.say(fmt.Sprintf("the kept network did not come up, starting anew: %v", err))
		n.stop()
	}
	err := n.bringUpCold(ctx, p)
	var way *wayError
	if errors.As(err, &way) {
		n.say(fmt.Sprintf("starting anew: %v", err))
		n.stop()
		err = n.bringUpCold(ctx, p)
	}
	return err
}

// bringUpCold starts the network with nothing but the authorities' keys.
func (n *network) bringUpCold(ctx context.Context, p programs) error {
	if err := os.Remove(n.slot.path(warmMark)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("lab: %w", err)
	}
	if err := n.slot.cool(); err != nil {
		return err
	}
	return n.bringUp(ctx, p, false)
}

func (n *network) say(s string) {
	if n.progress != nil {
		n.progress(s)
	}
}

func (n *network) bringUp(ctx context.Context, p programs, warm bool) error {
	if err := n.makeKeys(ctx, p); err != nil {
		return err
	}
	n.say("keys")
	if err := n.startRelays(ctx, p, warm); err != nil {
		return err
	}
	n.say("relays started")
	if !warm {
		if err := n.callVote(ctx); err != nil {
			return err
		}
		n.say("relays known")
	}
	if err := n.awaitConsensus(ctx); err != nil {
		return err
	}
	n.say("consensus")
	if err := n.startClients(ctx, p); err != nil {
		return err
	}
	n.say("client bootstrapped")
	if err := n.checkWays(ctx); err != nil {
		return err
	}
	n.say("every relay reaches every other")
	if n.publish != nil {
		if err := n.publish(ctx); err != nil {
			return err
		}
		n.say("onion service published")
	}
	if err := os.WriteFile(n.slot.path(warmMark), nil, 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return nil
}

func (n *network) makeKeys(ctx context.Context, p programs) error {
	if err := os.WriteFile(n.run.Path("empty"), nil, 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	if err := os.WriteFile(n.run.Path("resolv.conf"), []byte("nameserver "+n.slot.dns.addr+"\n"), 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	var wg sync.WaitGroup
	lines, guards, errs := make([]string, authorityCount), make([]string, authorityCount), make([]error, authorityCount)
	for i, name := range n.relays()[:authorityCount] {
		wg.Go(func() {
			lines[i], guards[i], errs[i] = authorityKeys(ctx, p.gencert, n.slot.path(name), name, n.addr(i))
		})
	}
	wg.Wait()
	n.authorities, n.guards = strings.Join(lines, "\n")+"\n", guards
	return errors.Join(errs...)
}

// addr is the address of the i-th relay.
func (n *network) addr(i int) string { return fmt.Sprintf("%s.0.%d", n.slot.net, i+1) }

// headStart is how much longer the authorities are up than the other relays: more
// than two roundings to seconds.
const headStart = 2500 * time.Millisecond

// startRelays starts the authorities, and the relays when the authorities listen:
// a descriptor that cannot be delivered is not sent again for a long time. A warm
// network keeps its rhythm of votes; a new one waits for callVote.
//
// All authorities have to be stable, or else clients have too few guards: with
// one alone, no way leads to an onion service that has it for an introduction
// point. Relays are stable that have been up for at least as long as half of
// them, in whole seconds, or, where an authority has watched for some hours, for
// as long at a time: so the authorities are well ahead, and forget what was.
func (n *network) startRelays(ctx context.Context, p programs, warm bool) error {
	interval, offset := noVoting, 0
	if warm {
		b, err := os.ReadFile(n.slot.path("offset"))
		if err != nil {
			return fmt.Errorf("lab: %w", err)
		}
		if offset, err = strconv.Atoi(string(b)); err != nil {
			return fmt.Errorf("lab: %w", err)
		}
		interval = firstVoting
	}
	var began time.Time
	for i, name := range n.relays() {
		torrc := n.processTorrc(name) + n.relayTorrc(name, n.addr(i))
		if i < authorityCount {
			torrc += n.controlTorrc(name) + n.authorityTorrc(n.addr(i), interval, offset)
			if err := os.Remove(n.slot.path(name, "router-stability")); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("lab: %w", err)
			}
			began = time.Now()
		}
		if i == authorityCount {
			// they listen for descriptors
			if err := n.awaitPort(ctx, 0, authorityCount, "9030"); err != nil {
				return err
			}
			select {
			case <-time.After(time.Until(began.Add(headStart))):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err := n.startTor(p, name, torrc); err != nil {
			return err
		}
	}
	return n.awaitPort(ctx, 0, len(n.relays()), "9001")
}

func (n *network) startTor(p programs, name, torrc string) error {
	if err := os.MkdirAll(n.slot.path(name), 0o700); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	file := n.run.Path(name + ".torrc")
	if err := os.WriteFile(file, []byte(torrc), 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	cmd := exec.Command(p.tor, "--hush", "-f", file, "--defaults-torrc", n.run.Path("empty"))
	cmd.Dir = n.run.Dir
	out, err := os.Create(n.run.Path(name + ".out"))
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	proc, err := child.Start(cmd)
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	n.mu.Lock()
	n.tors[name] = proc
	n.mu.Unlock()
	return nil
}

// alive is an error when one of the Tors has ended.
func (n *network) alive() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, p := range n.tors {
		select {
		case <-p.Done():
			return fmt.Errorf("lab: tor %s has ended: %w%s", name, p.Err(), n.lastWords(name))
		default:
		}
	}
	return nil
}

// lastWords is the end of what a Tor wrote, for an error.
func (n *network) lastWords(name string) string {
	var w lastWords
	for _, ext := range []string{".log", ".out"} {
		b, _ := os.ReadFile(n.run.Path(name + ext))
		_, _ = w.Write(b)
	}
	return "\n" + w.String()
}

func (n *network) startClients(ctx context.Context, p programs) error {
	if err := n.startTor(p, "client", n.processTorrc("client")+n.clientTorrc()+n.controlTorrc("client")+n.openControlTorrc()+n.socksTorrc()); err != nil {
		return err
	}
	if err := n.startTor(p, "host", n.processTorrc("host")+n.clientTorrc()+n.controlTorrc("host")+"SocksPort 0\n"); err != nil {
		return err
	}
	connect := func(name string) (*control, error) {
		c, err := dialControl(ctx, n.run.Path(name+".control"), n.run.Path(name+".cookie"))
		if err != nil {
			return nil, errors.Join(err, n.alive())
		}
		if err := c.bootstrapped(ctx, nil); err != nil {
			c.close()
			return nil, fmt.Errorf("%w%s", err, n.lastWords(name))
		}
		return c, nil
	}
	var err error
	if n.client, err = connect("client"); err != nil {
		return err
	}
	if n.host, err = connect("host"); err != nil {
		return err
	}
	n.onions = &onions{host: n.host}
	if n.socks, err = n.client.listener(ctx, "socks"); err != nil {
		return err
	}
	n.controlTCP, err = n.client.listener(ctx, "control")
	return err
}

// stop ends all Tors.
func (n *network) stop() {
	n.client.close()
	n.host.close()
	n.client, n.host = nil, nil
	n.mu.Lock()
	defer n.mu.Unlock()
	var wg sync.WaitGroup
	for _, p := range n.tors {
		wg.Go(func() { p.Stop(3 * time.Second) })
	}
	wg.Wait()
	clear(n.tors)
}
