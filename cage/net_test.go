//go:build linux && (amd64 || arm64)

package cage

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// through checks that every attempt gets out.
func (i *inside) through(t *testing.T, attempts ...string) {
	t.Helper()
	for _, a := range attempts {
		if e := i.try(a); e != 0 {
			t.Errorf("%s: %v", a, e)
		}
	}
}

// netWorld is a world with a port and files for the processes of the network.
func netWorld(t *testing.T) (w *world, other int, cookie, data string) {
	w = newWorld(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	cookie, data = filepath.Join(w.other, "cookie"), w.profile
	if err := os.WriteFile(cookie, make([]byte, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	return w, l.Addr().(*net.TCPAddr).Port, cookie, data
}

// ownFiles are attempts on files, without those that the window's folders play a part in.
func ownFiles(w *world) (all []attempt) {
	for _, f := range []string{w.home + "/id_ed25519", w.other + "/key.age"} {
		all = append(all, attempt{what: "read " + f}, attempt{what: "write " + f})
	}
	return append(
		all,
		attempt{what: "read /etc/shadow", rare: true},
		attempt{what: "list " + w.home},
		attempt{what: "list /"},
		attempt{what: "create " + w.home + "/new", undo: func() { os.Remove(w.home + "/new") }},
		attempt{what: "create /tmp/hushwing-cage-test", undo: func() { os.Remove("/tmp/hushwing-cage-test") }},
	)
}

// TestOpenerFromInside tries every way out of the process that opens
// connections, alone and as the keeper's child.
func TestOpenerFromInside(t *testing.T) {
	w, other, cookie, data := netWorld(t)
	p := part{
		Role: "opener", Opener: OpenerRules{Ports: []uint16{uint16(w.port)}, Sockets: []string{w.socket, cookie, w.home + "/missing"}},
		Keeper: KeeperRules{DataDir: data, Programs: []string{"/bin/true"}, Read: []string{cookie, w.socket}},
	}
	free, in := w.enter(part{Role: "free"}), w.enter(p)
	t.Logf("%+v", in.Report)
	attack := func(t *testing.T, in *inside) {
		in.through(t, fmt.Sprintf("tcp %d 0", w.port), fmt.Sprintf("tcp6 %d", w.port), fmt.Sprintf("tcp %d 6", w.port), "unix "+w.socket, "read "+cookie,
			fmt.Sprintf("socket 2 %d 0", unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK))
		ways := []attempt{{what: fmt.Sprintf("tcp %d 0", other)}}
		for _, a := range w.network() {
			switch a.what {
			case fmt.Sprintf("tcp %d 0", w.port), fmt.Sprintf("tcp6 %d", w.port), "socket 2 1 0", "socket 2 1 6", "socket 10 1 0", "socket 1 2 0", "socket 1 3 0",
				fmt.Sprintf("socket 1 %d 0", wide|2), fmt.Sprintf("socket 2 %d 0", wide|1):
				continue // what it may
			}
			ways = append(ways, a)
		}
		t.Run("network", func(t *testing.T) { refuses(t, free, in, ways) })
		t.Run("processes", func(t *testing.T) { refuses(t, free, in, w.processes()) })
		t.Run("files", func(t *testing.T) { refuses(t, free, in, ownFiles(w)) })
	}
	t.Run("alone", func(t *testing.T) { attack(t, in) })
	p.Role = "keeper"
	child := w.enter(p)
	child.step("opener")
	t.Run("under the keeper", func(t *testing.T) { attack(t, child) })
}

// TestKeeperFromInside tries every way out of the process that starts Tor.
func TestKeeperFromInside(t *testing.T) {
	w, other, cookie, data := netWorld(t)
	ls, err := exec.LookPath("ls")
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(data, "ls")
	b, err := os.ReadFile(ls)
	if err == nil {
		err = os.WriteFile(copied, b, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	p := part{Role: "keeper", Keeper: KeeperRules{DataDir: data, Programs: []string{"/bin/true", "/usr/bin/nobody"}, Read: []string{cookie}}}
	free, in := w.enter(part{Role: "free"}), w.enter(p)
	t.Logf("%+v", in.Report)
	in.through(t, "exec /bin/true", "vfork /bin/true", fmt.Sprintf("tcp %d 0", w.port), fmt.Sprintf("tcp %d 0", other), "listen 0", "read "+cookie,
		"create "+data+"/new", "write "+data+"/new", "unlink "+data+"/new", "unixlisten "+data+"/socks", "chmod "+data+"/own")
	var ways []attempt
	for _, a := range w.network() {
		switch a.what {
		case fmt.Sprintf("tcp %d 0", w.port), fmt.Sprintf("tcp6 %d", w.port), "listen 0", "socket 2 1 0", "socket 2 1 6", "socket 10 1 0",
			"socket 1 2 0", "socket 1 3 0", "socketpair 1 2 0", fmt.Sprintf("socket 1 %d 0", wide|2), fmt.Sprintf("socket 2 %d 0", wide|1):
			continue
		}
		if a.what == "socketpair 16 3 0" {
			continue // there is no such pair
		}
		ways = append(ways, a)
	}
	free2 := other + 1
	t.Run("network", func(t *testing.T) {
		refuses(t, free, in, append(ways, attempt{what: fmt.Sprintf("listen %d", free2), rare: true}))
	})
	t.Run("programs", func(t *testing.T) {
		refuses(t, free, in, []attempt{
			{what: "exec " + ls},
			{what: "exec " + copied},
			{what: "vfork " + ls},
			{what: "execveat " + ls},
			{what: "memfd " + "/bin/true"},
			{what: "exec /bin/sh -c true"},
		})
		// Through the loader of libraries, which has to be executable.
		if loader := loaderOf(ls); loader == "" {
			t.Error("no loader")
		} else if e := free.try("exec " + loader + " " + ls + " /dev/null"); e != 0 {
			t.Errorf("the control with %s: %v", loader, e)
		} else if e := in.try("exec " + loader + " " + ls + " /dev/null"); e == 0 {
			t.Errorf("%s started %s", loader, ls)
		}
	})
	t.Run("processes", func(t *testing.T) {
		pid := w.victim.proc.Pid()
		scoped := []unix.Errno{unix.EPERM} // by Landlock: the keeper ends its own children
		refuses(t, free, in, []attempt{
			{what: fmt.Sprintf("ptrace %d", pid)},
			{what: fmt.Sprintf("vmwrite %d %s", pid, w.victim.address)},
			{what: fmt.Sprintf("pidfdgetfd %d", pid)},
			{what: fmt.Sprintf("kill %d %d", pid, unix.SIGUSR1), want: scoped},
			{what: fmt.Sprintf("sigqueue %d %d", pid, unix.SIGUSR1), want: scoped},
			{what: fmt.Sprintf("pidfdsignal %d %d", pid, unix.SIGUSR1), want: scoped},
			{what: fmt.Sprintf("unshare %d", unix.CLONE_NEWUSER)},
			{what: fmt.Sprintf("clone %d", unix.CLONE_NEWUSER)},
			{what: "mount " + w.home, rare: true},
			{what: fmt.Sprintf("tiocsti %d 0", fdTTY), rare: true},
			{what: fmt.Sprintf("tiocsti %d %d", fdTTY, wide), rare: true},
		})
		if !w.victim.signalled(time.Second) {
			t.Error("no signal of the control has arrived")
		}
	})
	t.Run("files", func(t *testing.T) { refuses(t, free, in, ownFiles(w)) })
}

// TestKeeperAllowsDatagramsForSnowflake: and for nothing else.
func TestKeeperAllowsDatagramsForSnowflake(t *testing.T) {
	w, _, _, data := netWorld(t)
	p := part{Role: "keeper", Keeper: KeeperRules{DataDir: data, Programs: []string{"/usr/bin/snowflake-client"}}}
	in := w.enter(p)
	in.through(t, fmt.Sprintf("udp %d", w.udp), fmt.Sprintf("tcp %d 0", w.port), "socket 2 2 17", fmt.Sprintf("socket 10 %d 0", unix.SOCK_DGRAM|unix.SOCK_CLOEXEC))
	in.step("interfaces") // as ICE does, to have addresses to offer
	refuses(t, nil, in, []attempt{
		{what: "socket 2 3 1"},
		{what: "socket 2 3 255"},
		{what: "socket 2 2 1"},
		{what: "socket 2 5 0"},
		{what: "socket 2 1 262"},
		{what: "socket 2 6 33"},
		{what: "socket 16 3 6"},
		{what: "socket 16 3 16"},
		{what: "socket 16 3 17"},
		{what: "socket 17 3 768"},
	})
}

// TestTorInTheKeepersCage: Tor starts with the files that it finds there.
func TestTorInTheKeepersCage(t *testing.T) {
	tor, err := exec.LookPath("tor")
	if err != nil {
		t.Fatal("no tor: install tor")
	}
	data := t.TempDir()
	torrc := filepath.Join(data, "torrc")
	// Its network is off: it opens its socket, and that is all.
	if err := os.WriteFile(torrc, []byte("DataDirectory "+data+"\nDisableNetwork 1\nSocksPort unix:"+data+"/socks\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	in := w.enter(part{Role: "keeper", Keeper: KeeperRules{DataDir: data, Programs: []string{tor}}})
	in.through(t, "exec "+tor+" -f "+torrc+" --verify-config --quiet")
}
