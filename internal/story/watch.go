package story

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Trace is what a program asked of the network, written down by strace from
// outside, from its first instruction to its last.
type Trace struct {
	Allowed []string // where it may connect to: "127.0.0.1:9050", or a socket's path
	Own     string   // folder of the sockets that its own processes listen on: the filtered buses
	file    string
	pid     int
	filter  string // the process that listens there
}

// For says which process it was, once it has started.
func (t *Trace) For(pid int) *Trace {
	t.pid = pid
	return t
}

// watchedCalls are all ways to a connection or to a packet.
const watchedCalls = "socket,connect,bind,listen,sendto,sendmsg,sendmmsg,io_uring_setup"

// Watch changes cmd, before its start, so that its connections are recorded in
// file. strace becomes its grandchild and leaves with it (-D), so that cmd's
// process is the program.
func Watch(cmd *exec.Cmd, file string) (*Trace, error) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return nil, errors.New("story: strace is missing: install strace")
	}
	args := []string{
		strace, "-D", "-f", "--seccomp-bpf", "-q", "-e", "trace=" + watchedCalls, "-e", "signal=none", "-s", "0",
		"-o", file, "--", cmd.Path,
	}
	cmd.Args = append(args, cmd.Args[1:]...)
	cmd.Path = strace
	mayTrace(cmd)
	return &Trace{file: file}, nil
}

// Breach is a connection that must not be.
type Breach struct{ Line, Why string }

func (b Breach) String() string { return b.Why + ": " + b.Line }

// Account is what a trace holds.
type Account struct {
	Breaches []Breach
	ToTor    int // connections to where Tor is
	Calls    int
}

// Read judges what was recorded. The program must have ended.
func (t *Trace) Read() (Account, error) {
	var a Account
	ended := fmt.Sprintf("%d +++ ", t.pid)
	var data []byte
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var err error
		if data, err = os.ReadFile(t.file); err != nil {
			return a, fmt.Errorf("story: %w", err)
		}
		if slices.ContainsFunc(strings.Split(string(data), "\n"), func(l string) bool { return strings.HasPrefix(squeeze(l), ended) }) {
			break
		}
		if time.Now().After(end) {
			return a, fmt.Errorf("story: the record of process %d has no end", t.pid)
		}
	}
	for sc := bufio.NewScanner(strings.NewReader(string(data))); sc.Scan(); {
		t.judge(&a, squeeze(sc.Text()))
	}
	if a.Calls == 0 {
		return a, errors.New("story: the record is empty: strace saw nothing")
	}
	return a, nil
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

var (
	callLine = regexp.MustCompile(`^(\d+) (\w+)\((.*)`)
	inetAddr = regexp.MustCompile(`sa_family=AF_INET, sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]*)"\)`)
	unixAddr = regexp.MustCompile(`sa_family=AF_UNIX, sun_path=(@?)"([^"]*)"`)
)

// judge takes one line of the record.
func (t *Trace) judge(a *Account, line string) {
	m := callLine.FindStringSubmatch(line)
	if m == nil {
		return // an end, or the rest of a call that was judged at its beginning
	}
	a.Calls++
	breach := func(why string) { a.Breaches = append(a.Breaches, Breach{line, why}) }
	pid, call, args := m[1], m[2], m[3]
	own := func() bool {
		at, ok := address(args)
		return ok && t.Own != "" && strings.HasPrefix(at, t.Own+"/")
	}
	switch call {
	case "socket":
		switch {
		case strings.HasPrefix(args, "AF_UNIX, "), strings.HasPrefix(args, "AF_INET, SOCK_STREAM"):
		default:
			breach("a socket of another kind")
		}
	case "connect":
		to, ok := address(args)
		switch {
		case !ok:
			breach("a connection that cannot be read")
		case own():
		case !slices.Contains(t.Allowed, to):
			breach("a connection elsewhere")
		case t.isTor(to):
			a.ToTor++
		}
	case "sendto", "sendmsg", "sendmmsg":
		if strings.Contains(args, "sa_family=") {
			breach("a packet with an address of its own")
		}
	case "bind":
		if !own() {
			breach("a bind")
		}
		t.filter = pid
	case "listen":
		if pid != t.filter {
			breach("a listen")
		}
	default: // io_uring_setup
		breach("a " + call)
	}
}

// isTor: Tor comes last in Allowed.
func (t *Trace) isTor(to string) bool { return to == t.Allowed[len(t.Allowed)-1] }

// address reads where a connect goes.
func address(args string) (string, bool) {
	if m := inetAddr.FindStringSubmatch(args); m != nil {
		return m[2] + ":" + m[1], true
	}
	if m := unixAddr.FindStringSubmatch(args); m != nil {
		return m[1] + m[2], true
	}
	return "", false
}
