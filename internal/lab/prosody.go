package lab

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"hushwing/internal/lab/child"
	"hushwing/internal/lab/scratch"
)

// Prosody is an XMPP server for example.test and for its own onion address,
// each with a certificate of the lab's CA. It offers in-band registration
// without throttle, SCRAM over hashed passwords, stream management, blocking
// and offline messages; no federation. Its methods are safe for concurrent use.
type Prosody struct {
	programs programs
	run      *scratch.Folder
	addr     string // its loopback address
	dns      string
	data     string // accounts
	papers   papers
	tapFile  string
	onion    onionKey

	mu      sync.Mutex
	process *child.Process
	options ServerOptions
}

// answerTimeout bounds how long the server may take to start or to change.
const answerTimeout = 30 * time.Second

// newProsody lays out a server in the state folder. Its start is start.
func newProsody(programs programs, run *scratch.Folder, state string, s *slot) (*Prosody, error) {
	p := &Prosody{
		programs: programs,
		run:      run,
		addr:     s.net + ".1.1",
		dns:      s.dns.addr,
		data:     filepath.Join(state, "prosody", "data"),
		tapFile:  filepath.Join(state, "prosody", "tap"),
	}
	certs := filepath.Join(state, "prosody", "certs")
	for _, dir := range []string{p.data, certs, run.Path("prosody", "plugins")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("lab: %w", err)
		}
	}
	for name, text := range map[string][]byte{"mod_lab_tap.lua": tapPlugin, "mod_lab_crowd.lua": crowdPlugin} {
		if err := os.WriteFile(run.Path("prosody", "plugins", name), text, 0o600); err != nil {
			return nil, fmt.Errorf("lab: %w", err)
		}
	}
	var err error
	if p.onion, err = keptOnionKey(filepath.Join(state, "prosody", "onion.seed")); err != nil {
		return nil, err
	}
	p.papers.dir = certs
	if p.papers.ca, err = keptAuthority(filepath.Join(state, "prosody"), "ca"); err != nil {
		return nil, err
	}
	if err := p.papers.first(p.domains()); err != nil {
		return nil, err
	}
	return p, p.names(s.dns)
}

// names tells the name server where the domain is.
func (p *Prosody) names(dns *nameServer) error {
	d := p.Domain()
	dns.setSRV("_xmpps-client._tcp."+d, []SRV{{Target: d, Port: 5223, Priority: 5}})
	dns.setSRV("_xmpp-client._tcp."+d, []SRV{{Target: d, Port: 5222, Priority: 10}})
	return dns.setHost(d, p.addr)
}

func (p *Prosody) domains() []string { return []string{p.Domain(), p.Onion()} }

// Domain is "example.test".
func (p *Prosody) Domain() string { return "example.test" }

// Onion is the server's onion address, which is a domain of its own as well:
// ana@example.test and ana@xyz.onion are two accounts.
func (p *Prosody) Onion() string { return p.onion.address() }

// Addr is the loopback address, "127.N.1.1", with the ports 5222 (STARTTLS) and
// 5223 (direct TLS), which the onion address has, too.
func (p *Prosody) Addr() string { return p.addr }

// DataDir is where it keeps accounts, and all else that it stores.
func (p *Prosody) DataDir() string { return p.data }

// CA is the root that the server's certificates come from.
func (p *Prosody) CA() *x509.Certificate { return p.papers.ca.cert }

// AddUser makes an account at each of the two domains.
func (p *Prosody) AddUser(name, password string) error {
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i, d := range p.domains() {
		wg.Go(func() {
			cmd := exec.Command(p.programs.prosodyctl, "--config", p.configFile(), "register", name, d, password)
			if out, err := cmd.CombinedOutput(); err != nil {
				errs[i] = fmt.Errorf("lab: prosodyctl register %s@%s: %w\n%s", name, d, err, out)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// start starts the server and waits until it answers. The caller holds p.mu.
func (p *Prosody) start(ctx context.Context) error {
	if err := p.writeConfig(p.options); err != nil {
		return err
	}
	cmd := exec.Command(p.programs.prosody, "-F", "--config", p.configFile())
	cmd.Dir = p.run.Path("prosody")
	cmd.Env = append(os.Environ(), "HOME="+p.run.Path("prosody"))
	var words lastWords
	cmd.Stdout, cmd.Stderr = &words, &words
	proc, err := child.Start(cmd)
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	p.process = proc
	if err := p.answers(ctx); err != nil {
		log, _ := os.ReadFile(p.run.Path("prosody", "log"))
		_, _ = words.Write(log)
		proc.Stop(0)
		return fmt.Errorf("%w\n%s", err, words.String())
	}
	return nil
}

// answers waits until the server listens and serves the certificates on disk.
func (p *Prosody) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	for {
		err := p.listens(ctx)
		for _, d := range p.domains() {
			if err == nil && !p.options.NoTLS {
				err = p.papers.shown(ctx, net.JoinHostPort(p.addr, "5223"), d)
			}
		}
		if err == nil {
			return nil
		}
		select {
		case <-p.process.Done():
			return fmt.Errorf("lab: Prosody has ended: %w", p.process.Err())
		case <-ctx.Done():
			return fmt.Errorf("lab: Prosody does not answer: %w", err)
		case <-time.After(25 * time.Millisecond):
		}
	}
}

// listens looks at the port without TLS, which is opened first.
func (p *Prosody) listens(ctx context.Context) error {
	c, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "tcp", net.JoinHostPort(p.addr, "5222"))
	if err == nil {
		c.Close()
	}
	return err
}

// Stop ends the server as a crash would. Accounts, address and onion stay.
func (p *Prosody) Stop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.process.Stop(0)
	return nil
}

// Restart ends the server in order if it is running, starts it again and waits
// until it answers.
func (p *Prosody) Restart() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.process.Stop(5 * time.Second)
	return p.start(context.Background())
}

// Configure changes the server's configuration by a restart.
func (p *Prosody) Configure(o ServerOptions) error {
	p.mu.Lock()
	p.options = o
	p.mu.Unlock()
	return p.Restart()
}

// SetRegistration is Configure for in-band registration alone.
func (p *Prosody) SetRegistration(on bool) error {
	p.mu.Lock()
	o := p.options
	p.mu.Unlock()
	o.NoRegistration = !on
	return p.Configure(o)
}

// How says what a new certificate is like.
type How string

// The certificates that SetCert knows.
const (
	Renew      How = "renew"      // the same key, new dates
	Rekey      How = "rekey"      // a new key, otherwise in order
	OtherCA    How = "otherca"    // a new key, from another CA
	SelfSigned How = "selfsigned" // a new key, its own issuer
	Expired    How = "expired"    // the same key, over since yesterday
	WrongName  How = "wrongname"  // the same key, for wrong.test
)

// SetCert changes the certificates of both domains in the running server and
// returns when it serves them. Open connections stay as they are.
func (p *Prosody) SetCert(how How) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range p.domains() {
		if err := p.papers.issue(d, how); err != nil {
			return err
		}
	}
	if err := p.process.Signal(syscall.SIGHUP); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return p.answers(context.Background())
}

func (p *Prosody) close() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.process.Stop(3 * time.Second)
}
