package story_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"

	"hushwing/i18n"
	"hushwing/internal/lab/child"
	"hushwing/internal/story"
)

// hostile is a program with the library of cage's attack test in it.
type hostile struct {
	proc *child.Process
	line *os.File
}

// infect starts a program on somebody's screen with the attack in it.
func infect(t *testing.T, p *story.Person, program string, args ...string) *hostile {
	t.Helper()
	lib := filepath.Join(builtIn, "attack.so")
	if out, err := exec.Command("gcc", "-shared", "-fPIC", "-o", lib, "../../cage/testdata/attack.c", "-lresolv", "-lpthread", "-ldl").CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v: install gcc and libc6-dev\n%s", err, out)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	theirs := os.NewFile(uintptr(pair[1]), "attack")
	defer theirs.Close()
	h := &hostile{line: os.NewFile(uintptr(pair[0]), "attack")}
	t.Cleanup(func() { h.line.Close() })
	cmd := exec.Command(program, args...)
	cmd.Env = append(p.Environ(), "LD_PRELOAD="+lib, "HW_ATTACK_FD=3")
	cmd.ExtraFiles = []*os.File{theirs}
	if h.proc, err = child.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.proc.Stop(0) })
	return h
}

// try attacks; 0: it got out.
func (h *hostile) try(t *testing.T, what string) unix.Errno {
	t.Helper()
	b := make([]byte, 64)
	_, err := h.line.WriteString(what)
	n := 0
	if err == nil {
		n, err = h.line.Read(b)
	}
	e, err2 := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	if err := errors.Join(err, err2); err != nil || e < 0 {
		t.Fatalf("%s: %d, %v", what, e, err)
	}
	return unix.Errno(e)
}

// onBus puts a program with these names on a bus; it answers all calls, and
// heard tells of them.
func onBus(t *testing.T, address string, names ...string) (unique string, heard func(string) bool) {
	t.Helper()
	c, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	for _, n := range names {
		if _, err := c.RequestName(n, dbus.NameFlagDoNotQueue); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	var got []string
	calls := make(chan *dbus.Message, 100)
	c.Eavesdrop(calls)
	go func() {
		for m := range calls {
			if m.Type == dbus.TypeMethodCall {
				mu.Lock()
				got = append(got, m.Headers[dbus.FieldMember].Value().(string))
				mu.Unlock()
				c.Send(&dbus.Message{Type: dbus.TypeMethodReply, Headers: map[dbus.HeaderField]dbus.Variant{
					dbus.FieldDestination: m.Headers[dbus.FieldSender], dbus.FieldReplySerial: dbus.MakeVariant(m.Serial()),
				}}, nil)
			}
		}
	}()
	return c.Names()[0], func(call string) bool {
		mu.Lock()
		defer mu.Unlock()
		was := slices.Contains(got, call)
		got = nil
		return was
	}
}

// value is a variable of somebody's environment.
func value(p *story.Person, name string) (v string) {
	for _, e := range p.Environ() {
		if s, ok := strings.CutPrefix(e, name+"="); ok {
			v = s
		}
	}
	return v
}

// TestLockedIn attacks from inside of the real program, once its profile is
// open, and then goes on using it.
func TestLockedIn(t *testing.T) {
	p := somebody(t, "Ida", nil)
	locked(t, p)
	session, a11y := value(p, "DBUS_SESSION_BUS_ADDRESS"), value(p, "AT_SPI_BUS_ADDRESS")
	_, desktop := onBus(t, session, "org.freedesktop.systemd1", "org.freedesktop.portal.Desktop", "org.freedesktop.Notifications")
	terminal, typed := onBus(t, a11y, "org.example.Terminal")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	agent, err := net.Listen("unix", filepath.Join(t.TempDir(), "agent"))
	if err != nil {
		t.Fatal(err)
	}
	defer agent.Close()
	secret := filepath.Join(p.Home, "id_ed25519")
	write(t, secret, []byte("secret"))

	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	free, in := infect(t, p, sleep, "600"), infect(t, p, built(t, "hushwing/cmd/hushwing"), "--profile", p.Profile)
	if err := p.Attach(t.Context(), in.proc); err != nil {
		t.Fatal(err)
	}
	for _, h := range []*hostile{free, in} {
		for _, bus := range []string{"session", "a11y"} {
			if e := h.try(t, "open "+bus); e != 0 {
				t.Fatalf("open the %s bus: %v", bus, e)
			}
		}
	}
	steps(t, func() error { return p.Unlock(p.Password) }, func() error { return p.Misses(i18n.T("Welcome back")) })

	port := l.Addr().(*net.TCPAddr).Port
	for _, way := range []string{
		fmt.Sprintf("tcp %d 0", port), fmt.Sprintf("fastopen %d 0", port), fmt.Sprintf("udp %d", port), "socket 16 3 0", "socket 1 1 0", "unix " + agent.Addr().String(),
		"unix /tmp/.X11-unix/X" + strings.TrimPrefix(value(p, "DISPLAY"), ":"),
		"exec /bin/true", "vfork /bin/true", "memfd /bin/true", "read " + secret, "list " + p.Home, "list /", "create " + p.Home + "/new",
		fmt.Sprintf("ptrace %d", free.proc.Pid()), fmt.Sprintf("kill %d 0", free.proc.Pid()), fmt.Sprintf("kill %d 0", os.Getpid()),
	} {
		if e := in.try(t, way); e != unix.EACCES {
			t.Errorf("%s: %v", way, e)
		}
		if strings.HasPrefix(way, "ptrace") || strings.HasPrefix(way, "unix /tmp/.X11") {
			continue // nobody traces itself; and X has its own list of who may
		}
		if e := free.try(t, way); e != 0 {
			t.Errorf("%s: the control gets %v", way, e)
		}
	}
	for _, call := range [][2]string{
		{"session org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StartTransientUnit", "StartTransientUnit"},
		{"session org.freedesktop.portal.Desktop /org/freedesktop/portal/desktop org.freedesktop.portal.OpenURI OpenURI", "OpenURI"},
		{"session org.freedesktop.portal.Desktop /org/freedesktop/portal/desktop org.freedesktop.portal.Background RequestBackground", "RequestBackground"},
		{"a11y " + terminal + " /org/a11y/atspi/accessible/1 org.a11y.atspi.EditableText SetTextContents", "SetTextContents"},
		{"a11y " + terminal + " /org/a11y/atspi/accessible/1 org.a11y.atspi.Action DoAction", "DoAction"},
	} {
		heard := desktop
		if strings.HasPrefix(call[0], "a11y") {
			heard = typed
		}
		heard("")
		if e := in.try(t, "dbus "+call[0]); e == 0 || heard(call[1]) {
			t.Errorf("%s came through: %v", call[1], e)
		}
		if e := free.try(t, "dbus "+call[0]); e != 0 || !heard(call[1]) {
			t.Errorf("%s: the control does not come through: %v", call[1], e)
		}
	}
	// What the window needs: a notification, and to be read and used.
	desktop("")
	if e := in.try(t, "dbus session org.freedesktop.Notifications /org/freedesktop/Notifications org.freedesktop.Notifications Notify"); e != 0 || !desktop("Notify") {
		t.Errorf("a notification: %v", e)
	}
	steps(t,
		func() error { return p.Press(i18n.T("Create a new address")) },
		sees(p, i18n.T("Nothing answers where this computer says that Tor is.")),
	)
	if left, err := filepath.Glob(filepath.Join(value(p, "XDG_RUNTIME_DIR"), "hushwing", "bus-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	// The filter ends with the program.
	p.Kill()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		out, _ := exec.Command("pgrep", "-f", "xdg-dbus-proxy.*"+value(p, "XDG_RUNTIME_DIR")).Output()
		if len(out) == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the filter outlives the program: %s", out)
		}
	}
}

// TestWindowWorksInTheCage: letters, pictures of the theme, a chooser of files,
// the clipboard.
func TestWindowWorksInTheCage(t *testing.T) {
	p := somebody(t, "Joan", nil)
	downloads := filepath.Join(p.Home, "Downloads")
	for _, d := range []string{downloads, p.Profile} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(downloads, "letter.txt"), []byte("hello"))
	program := built(t, "hushwing/internal/story/testdata/caged")
	cmd := exec.Command(program, p.Profile, downloads)
	cmd.Env = p.Environ()
	cmd.Stderr = os.Stderr
	proc, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proc.Stop(0) })
	steps(t,
		func() error { return p.Attach(t.Context(), proc) },
		sees(p, "Grüße 🦉 سلام"),
		sees(p, "A picture of the theme"),
		sees(p, "Sealed"),
		sees(p, "letter.txt"),
		func() error { return p.Press("Take it") },
		sees(p, "It says hello"),
	)
	if p.Has("There is no cage.") {
		t.Error("there is no cage")
	}
	paste := exec.Command(program, "paste")
	paste.Env = p.Environ()
	if out, err := paste.Output(); err != nil || string(out) != "copied in the cage" {
		t.Errorf("the clipboard holds %q, %v", out, err)
	}
}
