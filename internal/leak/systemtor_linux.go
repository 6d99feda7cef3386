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

	"hushwing/internal/lab"
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

// Cut has the box's Tor end all connections to host, as when a circuit dies. It
// fails where there is none.
func (b *Box) Cut(ctx context.Context, host string) error {
	lines, err := lab.AskAt(ctx, b.tor.socket, b.tor.cookie, "GETINFO stream-status")
	if err != nil {
		return err
	}
	cut := 0
	for _, line := range strings.Split(strings.Join(lines, "\n"), "\n") {
		f := strings.Fields(strings.TrimPrefix(line, "stream-status="))
		if len(f) >= 4 && f[1] == "SUCCEEDED" && strings.HasPrefix(f[3], host) {
			if _, err := lab.AskAt(ctx, b.tor.socket, b.tor.cookie, "CLOSESTREAM "+f[0]+" 6"); err != nil {
				return err
			}
			cut++
		}
	}
	if cut == 0 {
		return errors.New("leak: no connection to cut")
	}
	return nil
}

// TorRuns reports whether the box's Tor has been started and has not ended.
func (b *Box) TorRuns() bool {
	return b.tor != nil && b.tor.proc != nil && errors.Is(b.tor.proc.Err(), child.ErrRunning)
}

// TorDone waits until the box's Tor is connected to its network ("100%"). It asks
// over a socket in the file system: no packet.
func (b *Box) TorDone(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	err := bootstrapped(ctx, b.tor.socket, b.tor.cookie)
	if err != nil {
		log, _ := os.ReadFile(b.tor.log)
		err = fmt.Errorf("%w\n%s", err, log[max(0, len(log)-2000):])
	}
	return err
}

// connectTime is how long a Tor may take until it is connected. In the lab it is
// a few seconds.
const connectTime = 60 * time.Second

// bootstrapped asks a Tor how far it is until it is there (control-spec, GETINFO
// status/bootstrap-phase).
func bootstrapped(ctx context.Context, socket, cookieFile string) error {
	var last string
	for {
		err := talk(ctx, socket, cookieFile, &last)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("leak: tor is not connected: %w (%s; %w)", ctx.Err(), last, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// talk asks over one connection until Tor is done.
func talk(ctx context.Context, socket, cookieFile string, last *string) error {
	cookie, err := os.ReadFile(cookieFile)
	if err != nil {
		return err
	}
	c, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = fmt.Fprintf(c, "AUTHENTICATE %s\r\n", hex.EncodeToString(cookie))
	for sc := bufio.NewScanner(c); err == nil; {
		_ = c.SetDeadline(time.Now().Add(2 * time.Second))
		if !sc.Scan() {
			return errors.Join(errors.New("the control port says no more"), sc.Err())
		}
		switch line := sc.Text(); {
		case strings.Contains(line, "TAG=done"):
			return nil
		case strings.Contains(line, "bootstrap-phase="):
			*last = line
			continue
		case strings.HasPrefix(line, "5"):
			return errors.New(line)
		}
		if err = ctx.Err(); err == nil {
			time.Sleep(10 * time.Millisecond)
			_, err = fmt.Fprint(c, "GETINFO status/bootstrap-phase\r\n")
		}
	}
	return err
}
