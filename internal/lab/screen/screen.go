// Package screen runs a screen that nobody sees, for tests of windows: Xvfb, a
// session bus and an accessibility bus, all private. Nothing of the user's own
// session is touched, and nothing is left behind (see package child).
//
// It needs Linux and the Debian packages xvfb, dbus-daemon and at-spi2-core.
package screen

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hushwing/internal/lab/child"
	"hushwing/internal/lab/scratch"
)

// Options says what a screen is like. The zero value is a desktop's.
type Options struct {
	Width, Height int // pixels; 0: 1280 by 800
}

// Screen is a running screen. Its methods are safe for concurrent use.
type Screen struct {
	run      *scratch.Folder
	display  string
	children []*child.Process // in the order of their start
	a11y     *a11yName
}

// startTimeout bounds Start when its context does not.
const startTimeout = 30 * time.Second

// Start starts a screen; see StartWith.
func Start(ctx context.Context) (*Screen, error) { return StartWith(ctx, Options{}) }

// StartWith starts a screen and waits until programs can be started on it. ctx
// bounds the start alone.
func StartWith(ctx context.Context, o Options) (_ *Screen, err error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if o.Width == 0 || o.Height == 0 {
		o.Width, o.Height = 1280, 800
	}
	p, err := look()
	if err != nil {
		return nil, err
	}
	s := &Screen{}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.run, err = scratch.New(); err != nil {
		return nil, err
	}
	for _, dir := range []string{"run", "config", "data", "fb"} {
		if err := os.Mkdir(s.run.Path(dir), 0o700); err != nil {
			return nil, fmt.Errorf("screen: %w", err)
		}
	}
	if err := s.startX(ctx, p, o); err != nil {
		return nil, err
	}
	if err := s.startBus(ctx, p, "session", s.bus()); err != nil {
		return nil, err
	}
	if err := s.startBus(ctx, p, "accessibility", s.a11yBus()); err != nil {
		return nil, err
	}
	if err := s.startRegistry(ctx, p); err != nil {
		return nil, err
	}
	return s, nil
}

// New starts a screen for one test and closes it with the test.
func New(t testing.TB) *Screen {
	t.Helper()
	s, err := Start(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("screen: close: %v", err)
		}
	})
	return s
}

// Close ends the screen. Programs on it lose their display.
func (s *Screen) Close() error {
	if s.a11y != nil {
		s.a11y.close()
		s.a11y = nil
	}
	for len(s.children) > 0 {
		last := len(s.children) - 1
		s.children[last].Stop(3 * time.Second)
		s.children = s.children[:last]
	}
	if s.run == nil {
		return nil
	}
	run := s.run
	s.run = nil
	return run.Remove()
}

// Display is the X display, ":N".
func (s *Screen) Display() string { return s.display }

// A11yAddress is the D-Bus address of the accessibility bus, for package atspi.
func (s *Screen) A11yAddress() string { return "unix:path=" + s.a11yBus() }

// RuntimeDir is XDG_RUNTIME_DIR on this screen.
func (s *Screen) RuntimeDir() string { return s.run.Path("run") }

func (s *Screen) bus() string        { return s.run.Path("bus") }
func (s *Screen) a11yBus() string    { return s.run.Path("a11y") }
func (s *Screen) xauthority() string { return s.run.Path("xauthority") }

// unwanted would lead a program to the user's own session.
var unwanted = []string{"WAYLAND_DISPLAY", "NO_AT_BRIDGE", "GTK_MODULES", "SESSION_MANAGER", "DESKTOP_STARTUP_ID", "GTK_THEME", "DBUS_STARTER_ADDRESS"}

// Env is what a program's environment needs besides the usual, for a program
// that is to be on this screen and nowhere else. See also Command.
func (s *Screen) Env() []string {
	return []string{
		"DISPLAY=" + s.display,
		"XAUTHORITY=" + s.xauthority(),
		"DBUS_SESSION_BUS_ADDRESS=unix:path=" + s.bus(),
		"AT_SPI_BUS_ADDRESS=" + s.A11yAddress(),
		"DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + s.bus(), // the same: nothing of a test is to reach the computer's own
		"XDG_RUNTIME_DIR=" + s.RuntimeDir(),
		"XDG_CONFIG_HOME=" + s.run.Path("config"),
		"XDG_DATA_HOME=" + s.run.Path("data"),
		"XDG_SESSION_TYPE=x11",
		"GDK_BACKEND=x11",
		"GSETTINGS_BACKEND=memory",
		"GIO_USE_VFS=local",
		"GTK_USE_PORTAL=0",
		"LIBGL_ALWAYS_SOFTWARE=1",
	}
}

// Environ is this process's environment, without what leads elsewhere, and
// with Env.
func (s *Screen) Environ() []string {
	var env []string
next:
	for _, v := range os.Environ() {
		for _, name := range unwanted {
			if strings.HasPrefix(v, name+"=") {
				continue next
			}
		}
		env = append(env, v)
	}
	return append(env, s.Env()...)
}

// Command prepares a program for this screen. Start it with child.Start, so that
// it ends with this process.
func (s *Screen) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = s.Environ()
	return cmd
}

// programs are the paths of what a screen runs.
type programs struct{ xvfb, dbus, registry string }

func look() (p programs, err error) {
	var errs []error
	find := func(pkg string, names ...string) string {
		for _, n := range names {
			if path, err := exec.LookPath(n); err == nil {
				return path
			}
		}
		errs = append(errs, fmt.Errorf("screen: %s is missing: install %s", filepath.Base(names[0]), pkg))
		return ""
	}
	p.xvfb = find("xvfb", "Xvfb")
	p.dbus = find("dbus-daemon", "dbus-daemon")
	p.registry = find("at-spi2-core", "/usr/libexec/at-spi2-registryd", "/usr/lib/at-spi2-core/at-spi2-registryd")
	return p, errors.Join(errs...)
}

// startX starts Xvfb. It chooses the display's number itself (-displayfd), so
// that no two can take the same; without -noreset it would reset itself when
// the first of its clients leaves, and turn the next one away.
func (s *Screen) startX(ctx context.Context, p programs, o Options) error {
	cookie := make([]byte, 16)
	if _, err := rand.Read(cookie); err != nil {
		return fmt.Errorf("screen: %w", err)
	}
	if err := os.WriteFile(s.xauthority(), xauthority(cookie), 0o600); err != nil {
		return fmt.Errorf("screen: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("screen: %w", err)
	}
	defer r.Close()
	cmd := exec.Command(p.xvfb, "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", o.Width, o.Height),
		"-noreset", "-nocursor", "-nolisten", "tcp", "-auth", s.xauthority(), "-fbdir", s.run.Path("fb"))
	cmd.ExtraFiles = []*os.File{w}
	err = s.start(cmd, "Xvfb")
	w.Close()
	if err != nil {
		return err
	}
	line, err := firstLine(ctx, r)
	if err != nil {
		return fmt.Errorf("screen: Xvfb does not start: %w%s", err, s.words("Xvfb"))
	}
	s.display = ":" + line
	return nil
}

// xauthority is a file with one MIT-MAGIC-COOKIE-1 for every display (family
// "wild"): no other user of the machine can look at this screen.
func xauthority(cookie []byte) []byte {
	const name = "MIT-MAGIC-COOKIE-1"
	b := []byte{0xff, 0xff, 0, 0, 0, 0} // family, no address, no number
	b = append(b, 0, byte(len(name)))
	b = append(b, name...)
	b = append(b, 0, byte(len(cookie)))
	return append(b, cookie...)
}

// startBus starts a D-Bus daemon that starts no services: whatever ran then would
// be nobody's child.
func (s *Screen) startBus(ctx context.Context, p programs, kind, socket string) error {
	config := s.run.Path(kind + ".conf")
	err := os.WriteFile(config, []byte(fmt.Sprintf(`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>%s</type>
  <listen>unix:path=%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_message_size">1000000000</limit>
  <limit name="max_connections_per_user">1000</limit>
  <limit name="max_match_rules_per_connection">50000</limit>
</busconfig>
`, kind, socket)), 0o600)
	if err != nil {
		return fmt.Errorf("screen: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("screen: %w", err)
	}
	defer r.Close()
	cmd := exec.Command(p.dbus, "--nofork", "--nopidfile", "--config-file="+config, "--print-address=3")
	cmd.ExtraFiles = []*os.File{w}
	err = s.start(cmd, kind)
	w.Close()
	if err != nil {
		return err
	}
	if _, err := firstLine(ctx, r); err != nil {
		return fmt.Errorf("screen: no %s bus: %w%s", kind, err, s.words(kind))
	}
	return nil
}

// start starts a program and keeps what it says in a file of this name.
func (s *Screen) start(cmd *exec.Cmd, name string) error {
	out, err := os.Create(s.run.Path(name + ".out"))
	if err != nil {
		return fmt.Errorf("screen: %w", err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	proc, err := child.Start(cmd)
	if err != nil {
		return fmt.Errorf("screen: %w", err)
	}
	s.children = append(s.children, proc)
	return nil
}

// words is what a program said, for an error.
func (s *Screen) words(name string) string {
	b, _ := os.ReadFile(s.run.Path(name + ".out"))
	return "\n" + strings.TrimSpace(string(b))
}

// firstLine reads a line from a pipe.
func firstLine(ctx context.Context, r *os.File) (string, error) {
	stop := context.AfterFunc(ctx, func() { r.SetReadDeadline(time.Now()) })
	defer stop()
	line, err := bufio.NewReader(r).ReadString('\n')
	return strings.TrimSpace(line), errors.Join(err, ctx.Err())
}
