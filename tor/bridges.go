package tor

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Bounds of what is taken for bridges.
const (
	maxBridges    = 50
	maxBridgeLine = 2048 // bytes
)

// BridgeReason is why a line is not taken for a bridge.
type BridgeReason int

// Reasons of a *BridgeError.
const (
	// BridgeBadLine: not the form of a bridge.
	BridgeBadLine BridgeReason = iota + 1
	// BridgeUnknownTransport: a kind of bridge that we do not know.
	BridgeUnknownTransport
	// BridgeMissingProgram: its program is not installed (BridgeError.Program).
	BridgeMissingProgram
	// BridgeTooMany: more than 50 lines.
	BridgeTooMany
)

var bridgeReasons = map[BridgeReason]string{
	BridgeBadLine: "not the form of a bridge", BridgeUnknownTransport: "a kind that is not known",
	BridgeMissingProgram: "its program is missing", BridgeTooMany: "too many bridges",
}

// String names the reason, in English, for technical details.
func (r BridgeReason) String() string {
	if s, ok := bridgeReasons[r]; ok {
		return s
	}
	return fmt.Sprintf("reason %d", int(r))
}

// BridgeError is the first line that is no bridge; use errors.As with a
// **BridgeError. A bridge's address is a secret of its users: the error's text
// does not have it.
type BridgeError struct {
	Line    int          // from 1
	Text    string       // of the line, one line of printable characters, cut short
	Reason  BridgeReason // why not
	Program string       // to install, for BridgeMissingProgram
}

func (e *BridgeError) Error() string {
	s := fmt.Sprintf("tor: bridges: line %d: %v", e.Line, e.Reason)
	if e.Program != "" {
		s += " (" + e.Program + ")"
	}
	return s
}

// transports are the kinds of bridges, besides those that speak Tor's own
// protocol, with the programs that speak them. The first that is installed is
// taken; where none is, the first is the one to install.
var transports = map[string][]string{
	"obfs4":     {"obfs4proxy", "lyrebird"},
	"meek_lite": {"obfs4proxy", "lyrebird"},
	"snowflake": {"snowflake-client"},
	"webtunnel": {"webtunnel-client", "lyrebird"},
}

// bridge is one line.
type bridge struct {
	transport string // "" for Tor's own protocol
	address   string // with the port
	line      string // in one form, without the word "Bridge"
}

// ParseBridges reads bridges as people get them and paste them, one a line:
//
//	[Bridge] [obfs4|snowflake|webtunnel|meek_lite] ADDRESS:PORT [FINGERPRINT] [KEY=VALUE]...
//
// which is the Bridge option of tor(1). Empty lines and comments (#) are passed
// over, doubles are taken once. The result has one form, for Options.Bridges;
// nothing else that Tor's configuration knows can be in it. The error is a
// *BridgeError for the first line that cannot be used.
func ParseBridges(text string) ([]string, error) {
	list, err := parseBridges(text)
	if err != nil {
		return nil, err
	}
	lines := make([]string, len(list))
	for i, b := range list {
		lines[i] = b.line
	}
	return lines, nil
}

func parseBridges(text string) ([]bridge, error) {
	var list []bridge
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		line = strings.TrimSpace(line) // of "\r", too
		if line == "" || line[0] == '#' {
			continue
		}
		bad := func(r BridgeReason, program string) error {
			return &BridgeError{Line: number, Text: clip(line), Reason: r, Program: program}
		}
		b, reason := parseBridge(line)
		if reason != 0 {
			return nil, bad(reason, "")
		}
		if slices.Contains(list, b) {
			continue
		}
		if len(list) == maxBridges {
			return nil, bad(BridgeTooMany, "")
		}
		if b.transport != "" {
			if _, err := transportProgram(b.transport); err != nil {
				return nil, bad(BridgeMissingProgram, transports[b.transport][0])
			}
		}
		list = append(list, b)
	}
	return list, nil
}

// transportProgram finds the program for a transport. Only PATH counts.
func transportProgram(transport string) (path string, err error) {
	for _, name := range transports[transport] {
		if path, err = exec.LookPath(name); err == nil {
			path, err = filepath.Abs(path)
		}
		// Tor's configuration knows no quotes there.
		if err == nil && strings.Trim(path, pathLetters) == "" {
			return path, nil
		}
	}
	return "", &Error{Reason: NoTransport, Program: transports[transport][0], Err: err}
}

const (
	letters     = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	keyLetters  = letters + "-_"
	pathLetters = letters + "-_./+"
	// What addresses in the sense of RFC 3986 and base64 consist of, but for
	// "#", with which Tor's configuration begins a comment.
	valueLetters = letters + "-._~:/?[]@!$&'()*+,;=%"
)

// parseBridge takes one line apart. Whatever is not known to be harmless is
// refused: the line becomes part of Tor's configuration.
func parseBridge(line string) (bridge, BridgeReason) {
	if len(line) > maxBridgeLine {
		return bridge{}, BridgeBadLine
	}
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(words) > 0 && strings.EqualFold(words[0], "bridge") {
		words = words[1:]
	}
	if len(words) == 0 {
		return bridge{}, BridgeBadLine
	}
	var b bridge
	var out []string
	if first := words[0]; strings.Trim(first, keyLetters) == "" {
		b.transport = strings.ToLower(first)
		if _, ok := transports[b.transport]; !ok {
			if len(words) == 1 { // any word
				return bridge{}, BridgeBadLine
			}
			return bridge{}, BridgeUnknownTransport
		}
		out, words = append(out, b.transport), words[1:]
	}
	if len(words) == 0 {
		return bridge{}, BridgeBadLine
	}
	at, err := netip.ParseAddrPort(words[0])
	if err != nil || at.Port() == 0 || at.Addr().Zone() != "" || at.Addr().IsUnspecified() || at.Addr().IsMulticast() {
		return bridge{}, BridgeBadLine
	}
	b.address = netip.AddrPortFrom(at.Addr().Unmap(), at.Port()).String()
	out, words = append(out, b.address), words[1:]
	if len(words) > 0 && !strings.Contains(words[0], "=") {
		fingerprint := strings.ToUpper(strings.TrimPrefix(words[0], "$"))
		if b, err := hex.DecodeString(fingerprint); err != nil || len(b) != 20 {
			return bridge{}, BridgeBadLine
		}
		out, words = append(out, fingerprint), words[1:]
	}
	values := map[string]string{}
	for _, w := range words {
		k, v, ok := strings.Cut(w, "=")
		if _, double := values[k]; !ok || double || k == "" || v == "" || strings.Trim(k, keyLetters) != "" || strings.Trim(v, valueLetters) != "" {
			return bridge{}, BridgeBadLine
		}
		values[k] = v
		out = append(out, w)
	}
	if !b.complete(values) {
		return bridge{}, BridgeBadLine
	}
	b.line = strings.Join(out, " ")
	return b, 0
}

// complete reports whether a line has what its transport cannot do without: a
// line that was cut short is told at once, and not by silence later.
func (b bridge) complete(values map[string]string) bool {
	switch b.transport {
	case "":
		return len(values) == 0
	case "obfs4":
		cert, err := base64.RawStdEncoding.DecodeString(values["cert"])
		iat, given := values["iat-mode"]
		return err == nil && len(cert) == 52 && (!given || iat == "0" || iat == "1" || iat == "2")
	case "meek_lite", "webtunnel":
		u, err := url.Parse(values["url"])
		return err == nil && u.Scheme == "https" && u.Host != ""
	}
	return true
}

// bridgeSetting is what our own Tor is told of bridges.
type bridgeSetting struct {
	addresses     int               // how many different ones; 0 without bridges
	configuration string            // for its standard input
	hide          *strings.Replacer // takes the addresses out of its words; may be nil
}

// configure makes the part of the child's configuration that it reads from its
// standard input. The lines are parsed
// again: they may have come from another process.
//
// Standard input, because a command line can be read by every user of this
// computer, and a file would stay on the disk. The other way, to start with
// DisableNetwork and to send the bridges over the control port, has a moment
// when Tor does not know them and one command too many at the wrong time would
// let it out without; this way a Tor that does not get its bridges does not
// start at all.
func configure(lines []string) (bridgeSetting, error) {
	if len(lines) == 0 {
		return bridgeSetting{}, nil
	}
	list, err := parseBridges(strings.Join(lines, "\n"))
	var e *BridgeError
	switch {
	case errors.As(err, &e) && e.Reason == BridgeMissingProgram:
		return bridgeSetting{}, &Error{Reason: NoTransport, Program: e.Program}
	case err == nil && len(list) == 0:
		err = errors.New("no bridge among the lines")
		fallthrough
	case err != nil:
		return bridgeSetting{}, &Error{Reason: BadSetting, Err: err}
	}
	var b strings.Builder
	b.WriteString("UseBridges 1\n")
	at, known := map[string]bool{}, map[string]bool{}
	var hidden []string
	for _, one := range list {
		at[one.address] = true
		host, _, _ := net.SplitHostPort(one.address)
		hidden = append(hidden, one.address, "(a bridge)", host, "(a bridge)")
		if one.transport != "" && !known[one.transport] {
			known[one.transport] = true
			program, err := transportProgram(one.transport)
			if err != nil {
				return bridgeSetting{}, err
			}
			fmt.Fprintf(&b, "ClientTransportPlugin %s exec %s\n", one.transport, program)
		}
		fmt.Fprintf(&b, "Bridge %s\n", one.line)
	}
	return bridgeSetting{len(at), b.String(), strings.NewReplacer(hidden...)}, nil
}
