package leak

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"hushwing/internal/lab"
	"hushwing/internal/lab/child"
)

// The Tor that belongs to a box, as on Debian: its ports for SOCKS and control.
const (
	SocksPort   = 9050
	ControlPort = 9051
)

// torPorts are where a Tor may listen on anybody's computer. Hushwing looks
// there, so that asking there is no leak.
var torPorts = []uint16{SocksPort, 9150, ControlPort, 9151}

// Box is a computer on which every packet is known. Its methods are safe for
// concurrent use.
type Box struct {
	Dir string // for what its programs keep; removed by Close

	lab      *lab.Lab
	net, mnt *os.File // the namespaces
	work     chan func()
	threads  sync.WaitGroup
	record   *recorder
	doors    []*door
	tor      *systemTor

	delay atomic.Int64 // of what relays say and hear, nanoseconds each way

	mu      sync.Mutex
	handed  []Packet // what a door or an impostor was given that it must not get
	strange int      // connections to relays from a process that had gone

	close sync.Once
}

// Open makes a box whose Tor can reach the relays of l's network, and starts to
// record. There is no Tor yet (StartTor). Close ends what runs in it.
func Open(l *lab.Lab) (_ *Box, err error) {
	b := &Box{lab: l, work: make(chan func())}
	if b.Dir, err = os.MkdirTemp("", "hushwing-box-"); err != nil {
		return nil, fmt.Errorf("leak: %w", err)
	}
	defer func() {
		if err != nil {
			b.Close()
		}
	}()
	ready := make(chan error, 1)
	b.threads.Go(func() { b.live(ready) })
	if err := <-ready; err != nil {
		return nil, err
	}
	rules := rules{ports: torPorts, relays: l.Relays()}
	if b.record, err = b.startRecorder(rules); err != nil {
		return nil, err
	}
	for _, at := range l.Relays() {
		d, err := b.openDoor(at)
		if err != nil {
			return nil, err
		}
		b.doors = append(b.doors, d)
	}
	return b, nil
}

// live is the box's own thread: it makes the namespaces and then does in them
// what it is asked to.
func (b *Box) live(ready chan<- error) {
	runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
	if err := b.enterNew(); err != nil {
		ready <- err
		return
	}
	ready <- nil
	for f := range b.work {
		f()
	}
}

// in runs f on the box's thread.
func (b *Box) in(f func() error) error {
	done := make(chan error, 1)
	b.work <- func() { done <- f() }
	return <-done
}

// enterNew takes this thread to new namespaces and furnishes them.
func (b *Box) enterNew() error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_FS); err != nil {
		return fmt.Errorf("leak: this system lets %s make no namespaces, so that nothing can be proven here: %w", whoami(), err)
	}
	thread := fmt.Sprintf("/proc/self/task/%d/ns/", unix.Gettid())
	var err error
	if b.net, err = os.Open(thread + "net"); err != nil {
		return fmt.Errorf("leak: %w", err)
	}
	if b.mnt, err = os.Open(thread + "mnt"); err != nil {
		return fmt.Errorf("leak: %w", err)
	}
	return b.names()
}

func whoami() string {
	if os.Geteuid() == 0 {
		return "root"
	}
	return "an ordinary user"
}

// nameserver is where the system's resolver asks: behind out0.
const nameserver = "198.18.0.53"

// sockets of name services that would look something up outside of the box.
var nameSockets = []string{
	"/run/nscd/socket", "/run/systemd/resolve/io.systemd.Resolve", "/run/systemd/resolve/io.systemd.Resolve.Monitor",
	"/run/dbus/system_bus_socket", "/run/avahi-daemon/socket",
}

// names leads every look-up of a name to the nameserver.
func (b *Box) names() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("leak: mount: %w", err)
	}
	over := func(path, text string) error {
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			return nil // not there: nobody asks it
		}
		file := filepath.Join(b.Dir, "etc", filepath.Base(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
		return unix.Mount(file, real, "", unix.MS_BIND, "")
	}
	err := errors.Join(
		over("/etc/resolv.conf", "nameserver "+nameserver+"\noptions timeout:1 attempts:1\n"),
		over("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"))
	for _, s := range nameSockets {
		err = errors.Join(err, over(s, ""))
	}
	if err != nil {
		return fmt.Errorf("leak: names: %w", err)
	}
	return nil
}

// Start starts a program in the box. Like every child it does not outlive this
// process.
func (b *Box) Start(cmd *exec.Cmd) (*child.Process, error) {
	if cmd.Dir == "" {
		var err error
		if cmd.Dir, err = os.Getwd(); err != nil {
			return nil, fmt.Errorf("leak: %w", err)
		}
	}
	if cmd.Env == nil {
		cmd.Env = b.Environ()
	}
	return child.StartIn(cmd, func() error { return b.enter() })
}

// enter takes the calling thread into the box.
func (b *Box) enter() error {
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return err
	}
	if err := unix.Setns(int(b.net.Fd()), unix.CLONE_NEWNET); err != nil {
		return err
	}
	return unix.Setns(int(b.mnt.Fd()), unix.CLONE_NEWNS)
}

// listen opens a TCP port in the box for this process.
func (b *Box) listen(at string) (l net.Listener, err error) {
	err = b.in(func() error {
		var lc net.ListenConfig
		lc.SetMultipathTCP(false)
		l, err = lc.Listen(context.Background(), "tcp4", at)
		return err
	})
	return l, err
}

// Dial connects this process to a port in the box. The recorders see it as any
// other.
func (b *Box) Dial(at string) (c net.Conn, err error) {
	err = b.in(func() error {
		var d net.Dialer
		d.SetMultipathTCP(false)
		c, err = d.Dial("tcp4", at)
		return err
	})
	return c, err
}

// WaitPort waits until somebody in the box listens on a port of 127.0.0.1. It
// looks at the kernel's table: no packet is sent.
func (b *Box) WaitPort(ctx context.Context, port uint16) error {
	for {
		sockets, err := b.sockets()
		if err != nil {
			return err
		}
		for _, s := range sockets {
			if s.state == listening && s.local.Port() == port {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("leak: nobody listens on port %s: %w", strconv.Itoa(int(port)), ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Environ is the environment for a program in the box: no Tor is named there,
// and the tor program that it would start is the lab's.
func (b *Box) Environ(more ...string) []string {
	var env []string
	for _, v := range os.Environ() {
		switch name, _, _ := strings.Cut(v, "="); {
		case strings.HasPrefix(name, "TOR_"), name == "PATH":
		default:
			env = append(env, v)
		}
	}
	env = append(env, "PATH="+filepath.Dir(b.lab.TorProgram())+string(os.PathListSeparator)+os.Getenv("PATH"))
	return append(env, more...)
}

// Delay makes the way between Tor and the relays longer, each way, from now on.
func (b *Box) Delay(d time.Duration) { b.delay.Store(int64(d)) }

// Close ends what runs in the box and removes it.
func (b *Box) Close() {
	b.close.Do(func() {
		if b.tor != nil {
			b.tor.kill()
		}
		for _, d := range b.doors {
			d.close()
		}
		if b.record != nil {
			b.record.close()
		}
		close(b.work)
		b.threads.Wait()
		for _, f := range []*os.File{b.net, b.mnt} {
			if f != nil {
				_ = f.Close()
			}
		}
		_ = os.RemoveAll(b.Dir)
	})
}
