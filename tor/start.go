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
	"time"
)

// Start starts the tor program as a child with a folder of its own, and waits
// until it has connected to the Tor network. The child ends with this process,
// however that ends. Unless it makes progress at least every Options.Stuck,
// Start ends it and gives up.
//
// Reasons: NoTor (no such program), BadSetting (no usable DataDir), NotStarted
// (it ended by itself; Err has its last words), NotFinished. The error of ctx
// is returned as it is.
func Start(ctx context.Context, o Options) (*Network, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	program, err := lookUp(o.Program)
	if err != nil {
		return nil, &Error{Reason: NoTor, Err: err}
	}
	dir, err := dataDir(o.DataDir)
	if err != nil {
		return nil, &Error{Reason: BadSetting, Err: err}
	}
	e, temporary, err := socket(dir)
	if err != nil {
		return nil, &Error{Reason: NotStarted, Err: err}
	}
	c, err := spawn(program, arguments(dir, e), temporary)
	if err != nil {
		removeAll(temporary)
		return nil, &Error{Reason: NotStarted, Err: err}
	}
	n, err := c.ready(ctx, o, e)
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

// socket decides where the child listens: a Unix socket in its folder, or in
// a short temporary one (returned, to be removed) if the path is too long. No
// other user can reach either. Where there are no such sockets it is a TCP
// port of Tor's choice, told by its Address "".
func socket(dir string) (e Endpoint, temporary string, err error) {
	if runtime.GOOS == "windows" {
		return Endpoint{Network: "tcp", From: FromOwn}, "", nil
	}
	at := func(dir string) Endpoint {
		return Endpoint{Network: "unix", Address: filepath.Join(dir, "socks"), From: FromOwn}
	}
	if e = at(dir); len(e.Address) <= maxSocket {
		return e, "", nil
	}
	for _, parent := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir(), "/tmp"} {
		if !filepath.IsAbs(parent) {
			continue
		}
		short, err := os.MkdirTemp(parent, "hushwing-") // made with mode 0700
		if err != nil {
			continue
		}
		if e = at(short); len(e.Address) <= maxSocket {
			return e, short, nil
		}
		removeAll(short)
	}
	return Endpoint{}, "", errors.New("no folder with a path short enough for a socket")
}

func removeAll(dir string) {
	if dir != "" {
		_ = os.RemoveAll(dir)
	}
}

// arguments configures the child by its command line alone: the system's files
// (whose defaults may name a user, a daemon, open ports) are replaced by an
// empty one. What is not named here has Tor's own default, no control port
// among it.
func arguments(dir string, e Endpoint) []string {
	listen := "127.0.0.1:auto"
	if e.Network == "unix" {
		// Tor undoes C escapes within the quotes.
		r := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
		listen = `unix:"` + r.Replace(e.Address) + `"`
	}
	return []string{
		"-f", torrc(dir), "--defaults-torrc", torrc(dir),
		"--DataDirectory", dir,
		"--SocksPort", listen + " ExtendedErrors IsolateSOCKSAuth",
		"--Log", "notice stdout", "--SafeLogging", "1",
		"--AvoidDiskWrites", "1",
		"--ClientOnly", "1",
		"--DormantCanceledByStartup", "1", // a profile that slept for a day wakes at once
		"--__OwningControllerProcess", fmt.Sprint(os.Getpid()),
	}
}

// ready waits until the child is connected, and proves that it answers.
func (c *child) ready(ctx context.Context, o Options, e Endpoint) (*Network, error) {
	stuck := time.NewTimer(o.stuck())
	defer stuck.Stop()
	told := Progress{Percent: -1}
	for {
		w := c.words.read()
		if w.progress.Summary != "" && w.progress.Percent > told.Percent {
			told = w.progress
			o.tell(told)
			stuck.Reset(o.stuck())
		}
		if told.Percent >= 100 && w.listener != "" {
			break
		}
		select {
		case <-w.changed:
		case <-c.done:
			w = c.words.read()
			return nil, &Error{Reason: NotStarted, Last: w.progress, Warning: w.warning, Err: c.end(w)}
		case <-stuck.C:
			return nil, &Error{Reason: NotFinished, Last: w.progress, Warning: w.warning}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if e.Network == "tcp" {
		e.Address = c.words.read().listener
	}
	if err := probe(ctx, o.opener(), e); err != nil {
		return nil, err
	}
	return &Network{endpoint: e, opener: o.opener(), child: c, done: c.done}, nil
}

// end says how a child ended that should not have: with its last word, unless
// its warnings say more.
func (c *child) end(w wordsRead) error {
	err := c.err
	if err == nil {
		err = errors.New("it ended by itself")
	}
	if w.warning == "" && w.last != "" {
		err = fmt.Errorf("%w: %s", err, w.last)
	}
	return err
}
