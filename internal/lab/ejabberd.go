package lab

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"hushwing/internal/lab/child"
	"hushwing/internal/lab/scratch"
)

// Ejabberd is the other kind of server: for ejab.test and for its own onion
// address, each with a certificate of the lab's CA. It offers in-band
// registration without throttle, SCRAM-SHA-256 with -PLUS under either version
// of TLS (under 1.3 in vain: see Debian 12's 23.01 in package xmpp), stream
// management and offline messages; no federation. Its methods are safe for
// concurrent use.
//
// It runs without Erlang's distribution, so no epmd is started, and asks no
// name server. Its helpers (of its memory watch and its picture library) end
// when their pipe does, so when it ends, however.
type Ejabberd struct {
	erl, libs string
	run       *scratch.Folder
	addr      string
	spool     string
	papers    papers
	onion     onionKey

	mu      sync.Mutex
	process *child.Process
	options EjabberdOptions
	doors   [2]*door // its ports 5222 and 5223
	puzzler *puzzler // nil until there are puzzles
}

// EjabberdOptions are what the server may be configured to.
type EjabberdOptions struct {
	TLS12, TLS13   bool     // this version alone
	NoRegistration bool     // in-band registration is not offered
	Puzzle         bool     // a picture has to be read first: ReadPuzzle
	NoMechanisms   []string // of SASL, not offered
	Closed         []string // names whose sign-in is refused though the password is right

	Resume time.Duration // how long it keeps a session that broke off, in whole seconds; 0: a minute
}

// Ejabberd starts the server at the first call and waits until its onion
// address is published, some 3 s. It ends with the lab. Errors: *MissingError.
func (l *Lab) Ejabberd(ctx context.Context) (*Ejabberd, error) {
	l.ejabberdMu.Lock()
	defer l.ejabberdMu.Unlock()
	if l.ejabberd != nil {
		return l.ejabberd, nil
	}
	e, err := newEjabberd(l.run, l.state, l.slot)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	err = e.start(ctx)
	e.mu.Unlock()
	if err == nil {
		err = l.publishServer(ctx, e.onion, e.addr)
	}
	if err != nil {
		e.close()
		return nil, err
	}
	l.ejabberd = e
	return e, nil
}

// SharedEjabberd returns the ejabberd of the Shared lab.
func SharedEjabberd(t testing.TB) *Ejabberd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	e, err := Shared(t).Ejabberd(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func newEjabberd(run *scratch.Folder, state string, s *slot) (*Ejabberd, error) {
	e := &Ejabberd{run: run, addr: s.net + ".1.3", spool: filepath.Join(state, "ejabberd", "spool")}
	var err error
	if e.erl, e.libs, err = lookEjabberd(); err != nil {
		return nil, err
	}
	e.papers.dir = filepath.Join(state, "ejabberd", "certs")
	for _, dir := range []string{e.spool, e.papers.dir, run.Path("ejabberd"), filepath.Join(state, "prosody")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("lab: %w", err)
		}
	}
	if e.onion, err = keptOnionKey(filepath.Join(state, "ejabberd", "onion.seed")); err != nil {
		return nil, err
	}
	if e.papers.ca, err = keptAuthority(filepath.Join(state, "prosody"), "ca"); err != nil {
		return nil, err
	}
	if err := e.papers.first(e.domains()); err != nil {
		return nil, err
	}
	d := e.Domain()
	s.dns.setSRV("_xmpps-client._tcp."+d, []SRV{{Target: d, Port: 5223, Priority: 5}})
	s.dns.setSRV("_xmpp-client._tcp."+d, []SRV{{Target: d, Port: 5222, Priority: 10}})
	return e, s.dns.setHost(d, e.addr)
}

func (e *Ejabberd) domains() []string { return []string{e.Domain(), e.Onion()} }

// Domain is "ejab.test".
func (e *Ejabberd) Domain() string { return "ejab.test" }

// Onion is the server's onion address, which is a domain of its own as well.
func (e *Ejabberd) Onion() string { return e.onion.address() }

// Addr is the loopback address, "127.N.1.3", with the ports 5222 (STARTTLS) and
// 5223 (direct TLS), which the onion address has, too.
func (e *Ejabberd) Addr() string { return e.addr }

// CA is the root that the server's certificates come from: Prosody's.
func (e *Ejabberd) CA() *x509.Certificate { return e.papers.ca.cert }

// AddUser makes an account at each of the two domains.
func (e *Ejabberd) AddUser(name, password string) error {
	for _, d := range e.domains() {
		if err := e.admin("register", map[string]string{"user": name, "host": d, "password": password}); err != nil {
			return err
		}
	}
	return nil
}

// admin gives the running server an order. Its port for that is on the lab's
// address and open to everybody on this machine.
func (e *Ejabberd) admin(order string, args any) error {
	body, err := json.Marshal(args)
	if err != nil {
		return err
	}
	c := http.Client{Timeout: answerTimeout, Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := c.Post("http://"+net.JoinHostPort(e.addr, "5280")+"/api/"+order, "application/json", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("lab: ejabberd: %s: %w", order, err)
	}
	defer r.Body.Close()
	if said, _ := io.ReadAll(io.LimitReader(r.Body, 4<<10)); r.StatusCode != http.StatusOK {
		return fmt.Errorf("lab: ejabberd: %s: %s: %s", order, r.Status, said)
	}
	return nil
}

// start starts the server and waits until it answers. The caller holds e.mu.
func (e *Ejabberd) start(ctx context.Context) error {
	if err := e.writeConfig(); err != nil {
		return err
	}
	home := e.run.Path("ejabberd")
	// Neither -name nor -sname: no distribution. Idle threads sleep at once.
	cmd := exec.Command(e.erl, "-noinput", "+K", "true", "+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none",
		"-start_epmd", "false", "-mnesia", "dir", fmt.Sprintf("%q", e.spool), "-s", "ejabberd")
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "HOME="+home, "ERL_LIBS="+e.libs, "ERL_INETRC="+filepath.Join(home, "inetrc"),
		"EJABBERD_CONFIG_PATH="+filepath.Join(home, "ejabberd.yml"), "EJABBERD_LOG_PATH="+filepath.Join(home, "log", "ejabberd.log"),
		"ERL_CRASH_DUMP_SECONDS=0", "ERL_FLAGS=", "ERL_AFLAGS=", "ERL_ZFLAGS=")
	var words lastWords
	cmd.Stdout, cmd.Stderr = &words, &words
	proc, err := child.Start(cmd)
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	e.process = proc
	if err := e.openDoors(); err != nil {
		proc.Stop(0)
		return err
	}
	if err := e.answers(ctx); err != nil {
		proc.Stop(0)
		return fmt.Errorf("%w\n%s", err, words.String())
	}
	return nil
}

// openDoors leads ports 5222 and 5223 to those of the versions of TLS that are
// wanted. Changing the server's own ports while it runs fails now and then: it
// opens the new one before the old one is closed.
func (e *Ejabberd) openDoors() error {
	inner := 5300
	switch {
	case e.options.TLS12:
		inner = 5400
	case e.options.TLS13:
		inner = 5500
	}
	for i, port := range []int{22, 23} {
		to := net.JoinHostPort(e.addr, strconv.Itoa(inner+port))
		if e.doors[i] != nil {
			e.doors[i].lead(to)
			continue
		}
		d, err := openDoor(net.JoinHostPort(e.addr, strconv.Itoa(5200+port)), to)
		if err != nil {
			return err
		}
		e.doors[i] = d
	}
	return nil
}

// shut ends the process after grace, and closes the doors: a server that is
// down refuses connections.
func (e *Ejabberd) shut(grace time.Duration) {
	for i, d := range e.doors {
		d.close()
		e.doors[i] = nil
	}
	e.process.Stop(grace)
}

// answers waits until the server serves the certificates on disk.
func (e *Ejabberd) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	for {
		var err error
		for _, d := range e.domains() {
			err = errors.Join(err, e.papers.shown(ctx, net.JoinHostPort(e.addr, "5223"), d))
		}
		if err == nil {
			return nil
		}
		select {
		case <-e.process.Done():
			return fmt.Errorf("lab: ejabberd has ended: %w", e.process.Err())
		case <-ctx.Done():
			return fmt.Errorf("lab: ejabberd does not answer: %w", err)
		case <-time.After(25 * time.Millisecond):
		}
	}
}

// Stop ends the server as a crash would.
func (e *Ejabberd) Stop() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.shut(0)
	return nil
}

// Restart ends the server in order if it is running, starts it again and waits
// until it answers.
func (e *Ejabberd) Restart() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.shut(10 * time.Second)
	return e.start(context.Background())
}

// Configure changes the configuration of the running server, without a
// restart. Open connections stay.
func (e *Ejabberd) Configure(o EjabberdOptions) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.options = o
	if o.Puzzle && e.puzzler == nil {
		var err error
		if e.puzzler, err = newPuzzler(e.run.Path("ejabberd", "puzzles")); err != nil {
			return err
		}
	}
	if err := e.writeConfig(); err != nil {
		return err
	}
	if err := e.admin("reload_config", struct{}{}); err != nil {
		return err
	}
	if err := e.openDoors(); err != nil {
		return err
	}
	return e.answers(context.Background())
}

// SetCert changes the certificates of both domains, by a restart: reloading
// keeps the old key.
func (e *Ejabberd) SetCert(how How) error {
	for _, d := range e.domains() {
		if err := e.papers.issue(d, how); err != nil {
			return err
		}
	}
	return e.Restart()
}

func (e *Ejabberd) close() {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.puzzler.close()
	e.shut(0) // nothing of it is kept that a crash would lose, and an end in order takes a second
}
