package leak

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"hushwing/internal/lab/child"
)

// systemTor is the Tor of a box, as Debian runs one: SOCKS on port 9050, control
// on 9051, with a cookie that its users may read.
type systemTor struct {
	b      *Box
	proc   *child.Process
	socket string // a control socket for this process, outside of the box's packets
	cookie string
	log    string
}

// StartTor starts the box's Tor, and waits until it listens. It is connected to
// its network some time later (TorDone).
func (b *Box) StartTor(ctx context.Context) error {
	if b.tor == nil {
		dir := filepath.Join(b.Dir, "tor")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("leak: %w", err)
		}
		b.tor = &systemTor{
			b: b, socket: filepath.Join(dir, "control"), cookie: filepath.Join(dir, "cookie"), log: filepath.Join(dir, "log"),
		}
		torrc := fmt.Sprintf(`DataDirectory %s
SocksPort 127.0.0.1:%d
ControlPort 127.0.0.1:%d
ControlPort unix:%s
CookieAuthentication 1
CookieAuthFile %s
Log notice file %s
RunAsDaemon 0
ShutdownWaitLength 0
AvoidDiskWrites 1
__OwningControllerProcess %d
`, filepath.Join(dir, "data"), SocksPort, ControlPort, b.tor.socket, b.tor.cookie, b.tor.log, os.Getpid())
		if err := os.WriteFile(filepath.Join(dir, "torrc"), []byte(torrc), 0o600); err != nil {
			return fmt.Errorf("leak: %w", err)
		}
	}
	return b.tor.start(ctx)
}

func (s *systemTor) start(ctx context.Context) error {
	_ = os.Remove(s.cookie)
	cmd := exec.Command(s.b.lab.TorProgram(), "--hush", "-f", filepath.Join(s.b.Dir, "tor", "torrc"))
	var err error
	if s.proc, err = s.b.Start(cmd); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := s.b.WaitPort(ctx, SocksPort); err != nil {
		log, _ := os.ReadFile(s.log)
		return fmt.Errorf("%w\n%s", err, log)
	}
	return nil
}

func (s *systemTor) kill() { s.proc.Stop(0) }

// KillTor ends the box's Tor at once. Its port refuses then.
func (b *Box) KillTor() { b.tor.kill() }

// StopTor makes the box's Tor stand still: its port takes connections, and
// nobody answers.
func (b *Box) StopTor() error { return b.tor.proc.Signal(syscall.SIGSTOP) }

// ContinueTor ends that.
func (b *Box) ContinueTor() error { return b.tor.proc.Signal(syscall.SIGCONT) }

// TorRuns reports whether the box's Tor has been started and has not ended.
func (b *Box) TorRuns() bool {
	return b.tor != nil && b.tor.proc != nil && errors.Is(b.tor.proc.Err(), child.ErrRunning)
}

// TorDone waits until the box's Tor is connected to its network ("100%"). It asks
// over a socket in the file system: no packet.
func (b *Box) TorDone(ctx context.Context) error {
	return bootstrapped(ctx, b.tor.socket, b.tor.cookie)
}

func bootstrapped(ctx context.Context, socket, cookieFile string) error {
	var last string
	for {
		phase, err := ask(ctx, socket, cookieFile)
		if strings.Contains(phase, "TAG=done") {
			return nil
		}
		if last = phase; err != nil {
			last = err.Error()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("leak: tor is not connected: %w (%s)", ctx.Err(), last)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ask asks a Tor how far it is (control-spec, GETINFO status/bootstrap-phase).
func ask(ctx context.Context, socket, cookieFile string) (string, error) {
	cookie, err := os.ReadFile(cookieFile)
	if err != nil {
		return "", err
	}
	c, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", socket)
	if err != nil {
		return "", err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	if _, err := fmt.Fprintf(c, "AUTHENTICATE %s\r\nGETINFO status/bootstrap-phase\r\nQUIT\r\n", hex.EncodeToString(cookie)); err != nil {
		return "", err
	}
	var phase string
	for sc := bufio.NewScanner(c); sc.Scan(); {
		if strings.Contains(sc.Text(), "bootstrap-phase=") {
			phase = sc.Text()
		}
	}
	return phase, nil
}
