//go:build linux && (amd64 || arm64)

package cage

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// attempt is one way out.
type attempt struct {
	what string // the attack and its arguments
	// want is what the caged process must get; nil: EACCES.
	want []unix.Errno
	// rare: this machine may lack the thing, or the right to it, without a cage
	// either; then the control says nothing, and the refusal still counts.
	rare bool
	undo func() // what makes the next attempt possible again
}

var (
	refused  = []unix.Errno{unix.EACCES}
	notHere  = []unix.Errno{unix.ENOSYS}
	foreign  = []unix.Errno{unix.EPERM}
	crossing = []unix.Errno{unix.EACCES, unix.EXDEV} // a link or a new name across folders
)

// world is what there is outside of the cage.
type world struct {
	t                               *testing.T
	profile, downloads, home, other string // folders; home and other are forbidden
	port, udp, resolver             int
	socket, dgram, abstract         string
	victim                          *anyone
	handed, tty                     *os.File
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, victim: newVictim(t)}
	dir := t.TempDir()
	for name, p := range map[string]*string{"profile": &w.profile, "downloads": &w.downloads, "home": &w.home, "other": &w.other} {
		*p = filepath.Join(dir, name)
		if err := os.Mkdir(*p, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{w.profile + "/own", w.downloads + "/own", w.home + "/id_ed25519", w.other + "/key.age"} {
		if err := os.WriteFile(f, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must := func(c interface{ Close() error }, err error) {
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
	}
	listen := func(network, address string) net.Listener {
		l, err := net.Listen(network, address)
		must(l, err)
		return l
	}
	w.port = listen("tcp", ":0").Addr().(*net.TCPAddr).Port // MPTCP and TCP, both families
	w.socket, w.dgram, w.abstract = dir+"/agent", dir+"/log", "@hushwing-cage-"+filepath.Base(filepath.Dir(dir))+fmt.Sprint(os.Getpid())
	listen("unix", w.socket)
	listen("unix", w.abstract)
	d, err := net.ListenPacket("unixgram", w.dgram)
	must(d, err)
	u, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(u, err)
	w.udp = u.LocalAddr().(*net.UDPAddr).Port
	r, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(r, err)
	w.resolver = r.LocalAddr().(*net.UDPAddr).Port
	go resolver(r)

	// Made before the cage, as the network's process makes them: a socket that is
	// handed over has to go on working inside.
	c, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", w.port))
	must(c, err)
	w.handed, err = c.(*net.TCPConn).File()
	must(w.handed, err)
	w.tty, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	must(w.tty, err)
	return w
}

// resolver answers every question with 192.0.2.1 (RFC 5737).
func resolver(c net.PacketConn) {
	b := make([]byte, 512)
	for {
		n, from, err := c.ReadFrom(b)
		if err != nil {
			return
		}
		if n < 12 {
			continue
		}
		end := 12
		for end < n && b[end] != 0 {
			end += int(b[end]) + 1
		}
		a := append([]byte{b[0], b[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0}, b[12:end+5]...)
		a = append(a, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1)
		_, _ = c.WriteTo(a, from)
	}
}

// enter starts a process for an attack on this world.
func (w *world) enter(p part) *inside {
	w.t.Helper()
	p.Window = WindowRules{Profile: w.profile, Downloads: w.downloads}
	return enter(w.t, p, w.handed, w.tty)
}

// The numbers of families that unix does not name, and other constants.
const (
	wide      = 1 << 32 // a bit that the kernel does not look at
	fdHanded  = 4
	fdTTY     = 5
	x32       = 0x40000000
	int80Sock = 359 // socket, for int 0x80
	int80Call = 102 // socketcall, for int 0x80
)

// network are the ways to the network.
func (w *world) network() []attempt {
	all := []attempt{
		{what: fmt.Sprintf("tcp %d 0", w.port)},
		{what: fmt.Sprintf("tcp %d 262", w.port), rare: true}, // MPTCP
		{what: fmt.Sprintf("tcp6 %d", w.port), rare: true},
		{what: fmt.Sprintf("fastopen %d 0", w.port), rare: true},
		{what: fmt.Sprintf("fastopen %d 1", w.port), rare: true},
		{what: fmt.Sprintf("fastopen %d 2", w.port), rare: true},
		{what: fmt.Sprintf("udp %d", w.udp)},
		{what: "listen 0"},
		{what: fmt.Sprintf("resolve %d", w.resolver)},
		{what: "call 425 1 0"}, // io_uring_setup; EFAULT without a cage
	}
	for family := range 50 {
		if family == unix.AF_UNIX {
			continue
		}
		for _, kind := range []int{unix.SOCK_STREAM, unix.SOCK_DGRAM, unix.SOCK_RAW, unix.SOCK_SEQPACKET} {
			all = append(all, attempt{what: fmt.Sprintf("socket %d %d 0", family, kind), rare: true})
		}
	}
	for _, s := range []string{
		"socket 2 1 0", "socket 2 1 6", "socket 2 2 17", "socket 10 1 0", "socket 10 2 0", "socket 16 3 0", // netlink
		"socket 1 2 0", "socket 1 3 0", // datagrams of the family UNIX
		"socketpair 1 2 0",
	} {
		all = append(all, attempt{what: s})
	}
	for _, s := range []string{
		"socket 2 5 132", "socket 2 1 132", "socket 2 3 1", "socket 2 2 1", "socket 17 3 768", "socket 40 1 0", "socket 2 1 256", "socketpair 16 3 0",
		fmt.Sprintf("socket %d 1 0", wide|2), fmt.Sprintf("socket %d 2 0", wide|1), fmt.Sprintf("socket 2 %d 0", wide|1), fmt.Sprintf("socket %d 3 0", wide|16),
		fmt.Sprintf("socket 1 %d 0", wide|2),
	} {
		all = append(all, attempt{what: s, rare: true})
	}
	if runtime.GOARCH == "amd64" {
		all = append(
			all,
			attempt{what: fmt.Sprintf("int80 %d 2 1 0", int80Sock), want: foreign, rare: true},
			attempt{what: fmt.Sprintf("int80 %d 2 2 0", int80Sock), want: foreign, rare: true},
			attempt{what: fmt.Sprintf("int80 %d 2 1 0", int80Call), want: foreign, rare: true},
			attempt{what: fmt.Sprintf("int80 %d 2 2 0", int80Call), want: foreign, rare: true},
			attempt{what: fmt.Sprintf("call %d 2 1 0", x32|unix.SYS_SOCKET), want: notHere, rare: true},
			attempt{what: fmt.Sprintf("call %d 2 2 0", x32|unix.SYS_SOCKET), want: notHere, rare: true},
		)
	}
	return all
}

// sockets are the ways to other programs of this computer.
func (w *world) sockets() []attempt {
	return []attempt{
		{what: "unix " + w.socket},
		{what: "unix " + w.abstract, want: []unix.Errno{unix.EACCES, unix.EPERM}},
		{what: "socket 1 1 0"},
		{what: "socket 1 5 0"},
		{what: "unixlisten " + w.profile + "/listen", undo: func() { os.Remove(w.profile + "/listen") }},
		{what: fmt.Sprintf("handed %d %d", fdHanded, w.port)},
	}
}

// processes are the ways to other programs, running or not.
func (w *world) processes() []attempt {
	pid := w.victim.proc.Pid()
	all := []attempt{
		{what: "exec /bin/true"},
		{what: "vfork /bin/true"},
		{what: "execveat /bin/true"},
		{what: "memfd /bin/true"},
		{what: fmt.Sprintf("ptrace %d", pid)},
		{what: fmt.Sprintf("vmwrite %d %s", pid, w.victim.address)},
		{what: fmt.Sprintf("vmread %d %s", pid, w.victim.address)},
		{what: fmt.Sprintf("pidfdgetfd %d", pid)},
		{what: fmt.Sprintf("prlimit %d", pid)},
		{what: fmt.Sprintf("prlimit %d", wide|pid), rare: true},
		{what: fmt.Sprintf("clone %d", unix.CLONE_NEWUSER)},
		{what: fmt.Sprintf("clone %d", unix.CLONE_NEWNET), rare: true},
		{what: "clone 0"},
		{what: fmt.Sprintf("call %d 0 0", unix.SYS_CLONE3), want: notHere, rare: true},
		{what: fmt.Sprintf("unshare %d", unix.CLONE_NEWUSER)},
		{what: "mount " + w.home, rare: true},
		{what: fmt.Sprintf("tiocsti %d 0", fdTTY), rare: true},
		{what: fmt.Sprintf("tiocsti %d %d", fdTTY, wide), rare: true},
	}
	for _, sig := range []string{"kill", "tgkill", "tkill", "sigqueue", "pidfdsignal"} {
		all = append(all, attempt{what: fmt.Sprintf("%s %d %d", sig, pid, unix.SIGUSR1)})
	}
	all = append(all, attempt{what: fmt.Sprintf("kill %d 0", wide|pid), rare: true}, attempt{what: "kill -1 0"})
	for _, nr := range []int{
		unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_SETNS, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_FSOPEN, unix.SYS_OPEN_TREE,
		unix.SYS_ADD_KEY, unix.SYS_KEYCTL, unix.SYS_REQUEST_KEY, unix.SYS_KEXEC_LOAD, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
		unix.SYS_PERSONALITY, unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER, unix.SYS_PROCESS_MADVISE, unix.SYS_KCMP,
		unix.SYS_FANOTIFY_INIT, unix.SYS_SYSLOG, unix.SYS_MSGGET, unix.SYS_SEMGET, unix.SYS_MQ_OPEN,
	} {
		all = append(all, attempt{what: fmt.Sprintf("call %d -1 -1 -1 -1 -1 -1", nr), rare: true})
	}
	return all
}

// files are the ways to files that are not ours.
func (w *world) files() []attempt {
	secret, foreign := w.home+"/id_ed25519", w.other+"/key.age"
	back := func() {
		_ = os.WriteFile(secret, []byte("secret"), 0o600)
		for _, f := range []string{w.home + "/new", w.profile + "/taken", w.home + "/link"} {
			os.Remove(f)
		}
	}
	all := []attempt{
		{what: "read " + secret},
		{what: "read " + foreign},
		{what: "read /etc/shadow", rare: true},
		{what: "read /etc/hostname", rare: true},
		{what: "read /proc/1/environ", rare: true},
		{what: fmt.Sprintf("read /proc/%d/mem", w.victim.proc.Pid()), rare: true},
		{what: fmt.Sprintf("read /proc/%d/environ", w.victim.proc.Pid())},
		{what: fmt.Sprintf("list /proc/%d/fd", w.victim.proc.Pid())},
		{what: "list " + w.home},
		{what: "list " + filepath.Dir(w.home)},
		{what: "list /"},
		{what: "list /tmp"},
		{what: "write " + secret, undo: back},
		{what: "create " + w.home + "/new", undo: back},
		{what: "truncate " + secret, undo: back},
		{what: "unlink " + secret, undo: back},
		{what: "rename " + secret + " " + w.profile + "/taken", want: crossing, undo: back},
		{what: "link " + secret + " " + w.profile + "/taken", want: crossing, undo: back},
		{what: "rename " + w.profile + "/own " + w.home + "/new", want: crossing, undo: func() { _ = os.Rename(w.home+"/new", w.profile+"/own") }},
		{what: "symlink " + secret + " " + w.home + "/link", undo: back},
		{what: "mkdir " + w.home + "/new", undo: back},
		{what: "chmod " + secret},
		{what: "chown " + secret},
		{what: "setxattr " + secret, rare: true},
		{what: "create /usr/share/hushwing-test", rare: true, undo: func() { os.Remove("/usr/share/hushwing-test") }},
	}
	return all
}

// refuses checks that every attempt gets out of free and not out of in.
func refuses(t *testing.T, free, in *inside, attempts []attempt) {
	t.Helper()
	shut, shown := 0, 0
	for _, a := range attempts {
		want := a.want
		if want == nil {
			want = refused
		}
		if got := in.try(a.what); !slices.Contains(want, got) {
			t.Errorf("%s: %v (%d), want one of %v", a.what, got, got, want)
			if got == 0 && a.undo != nil {
				a.undo()
			}
		} else {
			shut++
		}
		if free == nil {
			continue
		}
		switch got := free.try(a.what); {
		case got == 0:
			shown++
			if a.undo != nil {
				a.undo()
			}
		case !a.rare && got != unix.EFAULT:
			t.Errorf("%s: the control, without a cage, gets %v", a.what, got)
		}
	}
	t.Logf("%d of %d ways shut; %d of them were open without the cage", shut, len(attempts), shown)
}

// TestWindowFromInside tries every way out of the window's process.
func TestWindowFromInside(t *testing.T) {
	w := newWorld(t)
	free, in := w.enter(part{Role: "free"}), w.enter(part{Role: "window"})
	t.Logf("%+v", in.Report)
	t.Run("network", func(t *testing.T) { refuses(t, free, in, w.network()) })
	t.Run("processes", func(t *testing.T) {
		refuses(t, free, in, w.processes())
		if !w.victim.signalled(time.Second) {
			t.Error("no signal of the control has arrived")
		}
	})
	t.Run("files", func(t *testing.T) { refuses(t, free, in, w.files()) })
	t.Run("signals of the kernel", func(t *testing.T) {
		sigio := fmt.Sprintf("sigio %d %d", w.victim.proc.Pid(), unix.SIGUSR1)
		in.try(sigio)
		if w.victim.signalled(300 * time.Millisecond) {
			t.Error("a signal came through a pipe's owner")
		}
		free.try(sigio)
		if !w.victim.signalled(3 * time.Second) {
			t.Error("the control's signal has not arrived")
		}
	})
	t.Run("what it may", func(t *testing.T) {
		for _, ok := range []string{
			"unix " + w.socket, "read " + w.profile + "/own", "write " + w.profile + "/own", "create " + w.profile + "/made", "rename " + w.profile + "/made " + w.profile + "/moved",
			"unlink " + w.profile + "/moved", "create " + w.downloads + "/made", "list " + w.downloads, "read /etc/passwd", "list /usr/share",
			fmt.Sprintf("kill %d 0", in.proc.Pid()), "socketpair 1 1 0",
		} {
			if e := in.try(ok); e != 0 {
				t.Errorf("%s: %v", ok, e)
			}
		}
	})
	in.step("seal")
	t.Run("sealed", func(t *testing.T) { refuses(t, free, in, append(w.network(), w.sockets()...)) })
	t.Run("a socket that was handed over", func(t *testing.T) {
		if e := in.try(fmt.Sprintf("handedfastopen %d %d", fdHanded, w.port)); e != unix.EACCES {
			t.Errorf("fast open: %v", e)
		}
	})
	if !strings.Contains(in.what(), "no_new_privs 1") {
		t.Error(in.what())
	}
}

// what is what the kernel says of the threads of the process.
func (i *inside) what() string {
	var b strings.Builder
	tasks := i.tasks()
	bare := 0
	for _, f := range tasks {
		s, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		if !strings.Contains(string(s), "NoNewPrivs:\t1") || !strings.Contains(string(s), "Seccomp:\t2") {
			bare++
		}
	}
	if bare == 0 {
		b.WriteString("no_new_privs 1")
	}
	fmt.Fprintf(&b, ", %d of %d threads are not bound", bare, len(tasks))
	return b.String()
}

// tasks are the kernel's files about each thread.
func (i *inside) tasks() []string {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", i.proc.Pid()))
	if err != nil || len(tasks) == 0 {
		i.t.Fatalf("no threads: %v", err)
	}
	return tasks
}
