package tor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Start starts the tor program as a child with a folder of its own, and waits
// until it has connected to the Tor network, through bridges if Options.Bridges
// has some. The child ends with this process, however that ends. Unless it
// makes progress at least every Options.Stuck, Start ends it and gives up; with
// bridges also 20 s after each of them has failed.
//
// Reasons: NoTor (no such program), BadSetting (no usable DataDir, or a line
// that is no bridge: a *BridgeError), NoTransport, NotStarted (it ended by
// itself; Err has its last words), NotFinished (Last.Trouble says why, if Tor
// does), NoBridge. The error of ctx is returned as it is.
func Start(ctx context.Context, o Options) (*Network, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	program, err := lookUp(o.Program)
	if err != nil {
		return nil, &Error{Reason: NoTor, Err: err}
	}
	bridges, err := configure(o.Bridges)
	if err != nil {
		return nil, err
	}
	dir, err := dataDir(o.DataDir)
	if err != nil {
		return nil, &Error{Reason: BadSetting, Err: err}
	}
	l, err := sockets(dir)
	if err != nil {
		return nil, &Error{Reason: NotStarted, Err: err}
	}
	c, err := spawn(program, arguments(dir, l), bridges, l.temporary)
	if err != nil {
		removeAll(l.temporary)
		return nil, &Error{Reason: NotStarted, Err: err}
	}
	s := starting{child: c, o: o, listeners: l, dir: dir, bridges: bridges.addresses}
	n, err := s.ready(ctx)
	if err != nil {
		_ = c.stop()
		return nil, err
	}
	return n, nil
}

// lookUp finds the program. Only PATH counts: no other place is guessed.
func lookUp(program string) (string, error) {
	switch program {
	case "-":
		return "", errors.New("starting one is switched off")
	case "":
		program = "tor"
	}
	return exec.LookPath(program)
}

// dataDir makes the child's folder, for this user alone, and puts an empty
// configuration into it.
func dataDir(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no folder for tor")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if strings.IndexFunc(dir, func(r rune) bool { return r < ' ' }) >= 0 {
		return "", errors.New("control character in the path of tor's folder")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return "", err
	}
	return dir, os.WriteFile(torrc(dir), nil, 0o600)
}

func torrc(dir string) string { return filepath.Join(dir, "torrc") }

// maxSocket is the longest path that every system takes for a Unix socket
// (macOS: 104 bytes with the final zero; Linux: 108).
const maxSocket = 103

// listeners are where the child listens.
type listeners struct {
	socks, control Endpoint
	temporary      string // folder to remove at the end; may be empty
}

// sockets decides where the child listens: on Unix sockets in its folder, or in
// a short temporary one if the paths are too long. No other user can reach
// either. Where there are no such sockets they are TCP ports of Tor's choice,
// told by an Address "".
func sockets(dir string) (listeners, error) {
	if runtime.GOOS == "windows" {
		tcp := Endpoint{Network: "tcp", From: FromOwn}
		return listeners{socks: tcp, control: tcp}, nil
	}
	at := func(dir, name string) Endpoint {
		return Endpoint{Network: "unix", Address: filepath.Join(dir, name), From: FromOwn}
	}
	in := func(dir string) (listeners, bool) {
		l := listeners{socks: at(dir, "socks"), control: at(dir, "control")}
		return l, len(l.control.Address) <= maxSocket
	}
	if l, ok := in(dir); ok {
		return l, nil
	}
	for _, parent := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir(), "/tmp"} {
		if !filepath.IsAbs(parent) {
			continue
		}
		short, err := os.MkdirTemp(parent, "hushwing-") // made with mode 0700
		if err != nil {
			continue
		}
		if l, ok := in(short); ok {
			l.temporary = short
			return l, nil
		}
		removeAll(short)
	}
	return listeners{}, errors.New("no folder with a path short enough for a socket")
}

func removeAll(dir string) {
	if dir != "" {
		_ = os.RemoveAll(dir)
	}
}

// arguments configures the child by its command line and, for what nobody else
// may see, by its standard input ("-f -"): the system's files (whose defaults
// may name a user, a daemon, open ports) are replaced by an empty one. What is
// not named here has Tor's own default.
func arguments(dir string, l listeners) []string {
	listen := func(e Endpoint) string {
		if e.Network != "unix" {
			return "127.0.0.1:auto"
		}
		// Tor undoes C escapes within the quotes.
		r := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
		return `unix:"` + r.Replace(e.Address) + `"`
	}
	return []string{
		"-f", "-", "--defaults-torrc", torrc(dir),
		"--DataDirectory", dir,
		"--SocksPort", listen(l.socks) + " ExtendedErrors IsolateSOCKSAuth",
		"--ControlPort", listen(l.control), "--CookieAuthentication", "1",
		"--Log", "notice stdout", "--SafeLogging", "1",
		"--AvoidDiskWrites", "1",
		"--ClientOnly", "1",
		"--DormantCanceledByStartup", "1", // a profile that slept for a day wakes at once
		"--__OwningControllerProcess", fmt.Sprint(os.Getpid()),
	}
}
