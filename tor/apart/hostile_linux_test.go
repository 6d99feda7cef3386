package apart

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hushwing/tor"
	"hushwing/tor/tortest"
)

// hostile is a window that somebody else has taken over: it says what it likes
// on its lines.
type hostile struct {
	t      *testing.T
	dir    string
	keeper *link
	pid    int
	opener *link
}

func takeOver(t *testing.T, env []string) *hostile {
	t.Helper()
	ours, theirs, err := pair()
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLink(ours, true)
	if err != nil {
		t.Fatal(err)
	}
	a := &hostile{t: t, dir: filepath.Join(t.TempDir(), "tor"), keeper: l}
	p, err := begin(os.Args[0], []string{"keeper", a.dir}, clean(env), theirs)
	_ = theirs.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.close()
		<-p.done
		if a.opener != nil {
			a.opener.close()
		}
	})
	a.pid = p.cmd.Process.Pid
	a.next()
	return a
}

// next takes the line to the next opener.
func (a *hostile) next() {
	a.t.Helper()
	_ = a.keeper.c.SetReadDeadline(time.Now().Add(8 * time.Second))
	m, f, err := a.keeper.receive()
	if err != nil || m.kind != kindOpener {
		a.t.Fatal("no opener comes: ", m, err)
	}
	if a.opener != nil {
		a.opener.close()
	}
	if a.opener, err = newLink(f, true); err != nil {
		a.t.Fatal(err)
	}
}

func (a *hostile) send(m *message, fds ...int) {
	a.t.Helper()
	if err := a.opener.send(m, fds...); err != nil {
		a.t.Fatal(err)
	}
}

// hear waits for the answer to a question, and closes what comes with it.
func (a *hostile) hear(id uint32) *message {
	a.t.Helper()
	_ = a.opener.c.SetReadDeadline(time.Now().Add(8 * time.Second))
	for {
		m, f, err := a.opener.receive()
		if err != nil {
			a.t.Fatal(err)
		}
		if f != nil {
			_ = f.Close()
		}
		if m.id == id && m.kind != kindProgress && m.kind != kindStatus {
			return m
		}
	}
}

// cutOff fails unless the opener hangs up, and another one comes.
func (a *hostile) cutOff(what string) {
	a.t.Helper()
	_ = a.opener.c.SetReadDeadline(time.Now().Add(8 * time.Second))
	for {
		m, f, err := a.opener.receive()
		if err == nil {
			if f != nil || m.kind == kindOpened || m.kind == kindSocket {
				a.t.Errorf("%s: got %+v", what, m)
			}
			continue
		}
		if !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
			a.t.Errorf("%s: %v", what, err)
		}
		break
	}
	a.next()
	a.send(&message{kind: kindPing, id: 9})
	if m := a.hear(9); m.kind != kindPong {
		a.t.Errorf("%s: the next one says %+v", what, m)
	}
}

// TestHostileWindowGetsNoOtherSocket: a socket is for the Tor that the opener
// has found, and for nothing else that one could name or guess.
func TestHostileWindowGetsNoOtherSocket(t *testing.T) {
	s := tortest.New(t)
	a := takeOver(t, environ(s))
	a.send(&message{kind: kindDial, id: 1, session: 1})
	if m := a.hear(1); m.kind != kindFailed {
		t.Errorf("before there is a Tor: %+v", m)
	}
	a.send(&message{kind: kindOpen, id: 2})
	if m := a.hear(2); m.kind != kindOpened || m.endpoint.Address != s.Endpoint().Address {
		t.Fatalf("%+v %v", m, m.fault)
	}
	id := uint32(30)
	for _, session := range []uint32{0, 1, 3, 1<<32 - 1} {
		id++
		a.send(&message{kind: kindDial, id: id, session: session})
		if m := a.hear(id); m.kind != kindFailed {
			t.Errorf("session %d: %+v", session, m)
		}
	}
	id++
	a.send(&message{kind: kindDial, id: id, session: 2})
	if m := a.hear(id); m.kind != kindSocket {
		t.Fatalf("the Tor itself: %+v", m)
	}
	a.send(&message{kind: kindClose, id: 2})
	if m := a.hear(2); m.kind != kindDone {
		t.Errorf("%+v", m)
	}
	id++
	a.send(&message{kind: kindDial, id: id, session: 2})
	if m := a.hear(id); m.kind != kindFailed {
		t.Errorf("after its end: %+v", m)
	}
}

// TestHostileWindowNamesPlaces: of what it names by hand, nothing is reached
// that is not on this computer, and what is no Tor gets a greeting (RFC 1928)
// and is handed to nobody.
func TestHostileWindowNamesPlaces(t *testing.T) {
	a := takeOver(t, environ(tortest.New(t)))
	id := uint32(0)
	ask := func(e tor.Endpoint) *message {
		id++
		a.send(&message{kind: kindOpen, id: id, only: &e})
		return a.hear(id)
	}
	for _, e := range []tor.Endpoint{
		{Network: "tcp", Address: "192.0.2.1:443"},
		{Network: "tcp", Address: "10.0.0.1:9050", From: tor.FromEnvironment},
		{Network: "tcp", Address: "example.test:9050"},
		{Network: "tcp", Address: "0.0.0.0:9050"},
		{Network: "udp", Address: "127.0.0.1:53"},
		{Network: "unix", Address: "relative"},
		{Network: "unix", Address: "/x\x00y"},
		{Network: "unix", Address: "@abstract"},
		{},
	} {
		if m := ask(e); m.kind != kindFailed || m.fault.Reason != tor.BadSetting {
			t.Errorf("%q: %+v", e, m)
		}
	}

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	heard := make(chan []byte, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		b := make([]byte, 1000)
		n, _ := c.Read(b)
		heard <- b[:n]
		_, _ = c.Write([]byte("220 mail.example.test ESMTP\r\n"))
		_, _ = io.Copy(io.Discard, c)
	}()
	e := tor.Endpoint{Network: "tcp", Address: l.Addr().String()}
	a.send(&message{kind: kindOpen, id: id + 1, only: &e})
	a.cutOff("a place that this one may not reach") // in favour of one that may
	id = 0
	if m := ask(e); m.kind != kindFailed || m.fault.Reason != tor.NotTor {
		t.Errorf("no Tor: %+v", m)
	}
	if b := <-heard; !slices.Equal(b, []byte{5, 1, 2}) {
		t.Errorf("what is no Tor heard %q", b)
	}
	id++
	a.send(&message{kind: kindDial, id: id, session: id - 1})
	if m := a.hear(id); m.kind != kindFailed {
		t.Errorf("%+v", m)
	}
}

// TestHostileWindowTalksNonsense: whatever is not exactly a question ends the
// line and the opener.
func TestHostileWindowTalksNonsense(t *testing.T) {
	env := environ(tortest.New(t))
	open, err := (&message{kind: kindOpen, id: 1}).encode()
	if err != nil {
		t.Fatal(err)
	}
	type packet = []byte
	for what, packets := range map[string][]packet{
		"nothing":              {{}},
		"no kind":              {{0, 0, 0, 0, 1}},
		"an unknown kind":      {{200, 0, 0, 0, 1}},
		"garbage":              {[]byte("GET / HTTP/1.1\r\n\r\n")},
		"a question cut short": {open[:len(open)-1]},
		"more than a question": {append(slices.Clone(open), "/etc/passwd"...)},
		"a huge question":      {append(slices.Clone(open), make([]byte, maxMessage)...)},
		"an answer":            {encoded(t, &message{kind: kindDone, id: 1})},
		"a socket":             {encoded(t, &message{kind: kindSocket, id: 1})},
		"the opener's words":   {encoded(t, &message{kind: kindSuccessor, endpoint: tor.Endpoint{Network: "tcp", Address: "127.0.0.1:22"}})},
		"the keeper's words":   {encoded(t, &message{kind: kindFarewell})},
		"the same number":      {encoded(t, &message{kind: kindDial, id: 1}), encoded(t, &message{kind: kindDial, id: 1})},
		"a number of before":   {encoded(t, &message{kind: kindDial, id: 5}), encoded(t, &message{kind: kindDial, id: 4})},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			a := takeOver(t, env)
			for _, p := range packets {
				if _, _, err := a.opener.c.WriteMsgUnix(p, nil, nil); err != nil {
					t.Fatal(err)
				}
			}
			a.cutOff(what)
		})
	}
}

func encoded(t *testing.T, m *message) []byte {
	t.Helper()
	b, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestHostileWindowSendsDescriptors: those are not even received.
func TestHostileWindowSendsDescriptors(t *testing.T) {
	a := takeOver(t, environ(tortest.New(t)))
	for _, l := range []struct {
		name string
		line *link
		m    *message
	}{{"opener", a.opener, &message{kind: kindPing, id: 1}}, {"keeper", a.keeper, &message{kind: kindReplace}}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := l.line.send(l.m, int(w.Fd()), int(w.Fd())); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
		_ = r.SetReadDeadline(time.Now().Add(8 * time.Second))
		if _, err := r.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the %s holds what it was sent: %v", l.name, err)
		}
		_ = r.Close()
		if l.line == a.opener {
			a.cutOff("a descriptor")
		}
	}
	eventually(t, "the keeper goes on", func() bool { return !alive(a.pid) })
}

// TestHostileWindowFloods: the opener does a bounded amount of work, however
// much is asked and however little of the answers is read.
func TestHostileWindowFloods(t *testing.T) {
	s := tortest.New(t)
	s.At(tortest.Reply, tortest.Hang)
	a := takeOver(t, environ(s))
	opener := openerOf(t, a.pid, 0)
	const many = 5000
	done := make(chan error, 1)
	go func() {
		for id := range uint32(many) {
			if err := a.opener.send(&message{kind: kindOpen, id: id + 1}); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	time.Sleep(300 * time.Millisecond) // nothing is read meanwhile
	if n := s.Conns(); n > maxOpening {
		t.Errorf("%d connections at once", n)
	}
	fds, err := os.ReadDir("/proc/" + strconv.Itoa(opener) + "/fd")
	if err != nil || len(fds) > 40 {
		t.Errorf("%d descriptors, %v", len(fds), err)
	}
	if threads := status(t, opener, "Threads"); threads > 40 {
		t.Errorf("%d threads", threads)
	}
	refused := 0
	for id := uint32(maxOpening + 1); id <= many; id++ {
		switch m := a.hear(id); {
		case m.kind != kindFailed:
			t.Fatalf("%+v", m)
		case m.fault.Reason == tor.Unusable:
			refused++
		}
	}
	if refused < many*9/10 {
		t.Errorf("only %d were refused", refused)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	// And it works on.
	s.At(tortest.Reply, 0)
	for id := range uint32(maxOpening) {
		a.send(&message{kind: kindCancel, id: id + 1})
	}
	eventually(t, "what was cancelled goes on", func() bool { return s.Conns() == 0 })
	a.send(&message{kind: kindOpen, id: 2 * many})
	if m := a.hear(2 * many); m.kind != kindOpened {
		t.Errorf("%+v", m)
	}
	if now := openerOf(t, a.pid, 0); now != opener {
		t.Error("it is another one")
	}
}

// TestHostileWindowReplaces: nor does the keeper start more than a few.
func TestHostileWindowReplaces(t *testing.T) {
	a := takeOver(t, environ(tortest.New(t)))
	stop := time.Now().Add(time.Second)
	go func() {
		for time.Now().Before(stop) && a.keeper.send(&message{kind: kindReplace}) == nil {
			time.Sleep(time.Millisecond)
		}
	}()
	came := 0
	for time.Now().Before(stop) {
		_ = a.keeper.c.SetReadDeadline(stop)
		m, f, err := a.keeper.receive()
		if err != nil {
			break
		}
		if m.kind == kindOpener {
			came++
		}
		if f != nil {
			_ = f.Close()
		}
	}
	if came > maxQuick+1 {
		t.Errorf("%d openers in a second", came)
	}
}

// TestHostileWindowToTheKeeper: it may say one thing.
func TestHostileWindowToTheKeeper(t *testing.T) {
	env := environ(tortest.New(t))
	for what, b := range map[string][]byte{
		"a question": encoded(t, &message{kind: kindOpen, id: 1}),
		"a place":    encoded(t, &message{kind: kindSuccessor, endpoint: tor.Endpoint{Network: "tcp", Address: "127.0.0.1:22"}}),
		"garbage":    []byte("garbage"),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			a := takeOver(t, env)
			opener := openerOf(t, a.pid, 0)
			if _, _, err := a.keeper.c.WriteMsgUnix(b, nil, nil); err != nil {
				t.Fatal(err)
			}
			eventually(t, "it goes on", func() bool { return !alive(a.pid) && !alive(opener) })
		})
	}
}

// status reads a number of /proc/PID/status.
func status(t *testing.T, pid int, name string) int {
	t.Helper()
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("no ", name)
	return 0
}
