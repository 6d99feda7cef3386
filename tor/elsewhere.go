package tor

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// This file is for a process that finds Tor for another one and is confined
// before it begins: what it has to know of Options without opening anything.

// ByHand is e as one that a person has set: on this computer, or BadSetting.
func (e Endpoint) ByHand() (Endpoint, error) {
	e.From = FromHand
	return e, e.check()
}

// Places are all that Find reaches for: the ports, on whatever address, and
// the files, which are sockets and the cookies of control ports. What only the
// Tor that is found tells of (a cookie elsewhere) is not among them.
func Places(o Options) (ports []uint16, files []string) {
	port := func(s string) {
		if n, err := strconv.ParseUint(s, 10, 16); err == nil && n > 0 {
			ports = append(ports, uint16(n))
		}
	}
	for _, n := range []string{"9050", "9051", "9150", "9151", o.getenv("TOR_CONTROL_PORT")} {
		port(n)
	}
	files = append(files, "/run/tor/control", "/run/tor/control.authcookie", "/var/run/tor/control", "/var/run/tor/control.authcookie",
		"/var/lib/tor/control_auth_cookie")
	for _, name := range []string{"TOR_CONTROL_IPC_PATH", "TOR_CONTROL_COOKIE_AUTH_FILE"} {
		if path := o.getenv(name); path != "" {
			files = append(files, strings.TrimPrefix(path, "unix:"))
		}
	}
	all := usual()
	if e, err := chosen(o); named(o) && err == nil {
		all = append(all, e)
	}
	for _, e := range all {
		if e.Network == "unix" {
			files = append(files, e.Address)
		} else if _, p, err := net.SplitHostPort(e.Address); err == nil {
			port(p)
		}
	}
	return ports, files
}

// own starts our own Tor, here or where it was asked for.
func own(ctx context.Context, o Options) (*Network, error) {
	if h := o.Starter; h != nil {
		o.Starter = nil
		return h.Hold(ctx, o)
	}
	return Start(ctx, o)
}

// Programs are the files that starting our own Tor may execute: in each folder
// of PATH, tor and the programs of bridges. Where one is a script, the program
// that reads it is one more, and what it reads lies beside it.
func Programs(o Options) (programs, beside []string) {
	names := []string{"tor"}
	for _, all := range transports {
		names = append(names, all...)
	}
	for _, dir := range filepath.SplitList(o.getenv("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		for _, name := range names {
			path, err := exec.LookPath(filepath.Join(dir, name))
			if err != nil || slices.Contains(programs, path) {
				continue
			}
			programs = append(programs, path)
			if by := interpreter(path); by != "" {
				programs, beside = append(programs, by), append(beside, dir)
			}
		}
	}
	return programs, beside
}

// interpreter returns the program that the first line of a script names, or "".
func interpreter(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	head := make([]byte, 256)
	n, _ := io.ReadFull(f, head)
	line, _, _ := strings.Cut(string(head[:n]), "\n")
	rest, ok := strings.CutPrefix(line, "#!")
	fields := strings.Fields(rest)
	if !ok || len(fields) == 0 || !filepath.IsAbs(fields[0]) {
		return ""
	}
	return fields[0]
}
