package lab

import (
	"bufio"
	_ "embed"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

//go:embed plugins/mod_lab_crowd.lua
var crowdPlugin []byte

// CrowdResource is the resource of whoever CrowdSends has been told of.
const CrowdResource = "crowd"

// crowdPatience bounds how long the server may take for a presence of thousands.
const crowdPatience = 2 * time.Minute

// RosterItem is one contact as it lies on the server's disk.
type RosterItem struct {
	Name         string // the local part at Domain: small letters and digits
	Nick         string
	Subscription string // "both", "to", "from" or "none", as the user's list says it
	Ask          bool   // they were asked and have not answered
	Groups       []string
}

// SetRoster writes somebody's list of contacts at Domain to the server's disk, and
// into each contact's own list what belongs there, so that the server gives and
// takes presences between them. They need no accounts. Nobody of them may have been
// signed in before, or had a list: the server keeps those in memory.
func (p *Prosody) SetRoster(user string, items []RosterItem) error {
	dir := filepath.Join(p.data, escaped(p.Domain()), "roster")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	file := func(name string) string { return filepath.Join(dir, escaped(name)+".dat") }
	write := func(name, items string) error {
		text := "return {\n[false] = { version = 1; pending = {}; };\n" + items + "};\n"
		if err := os.WriteFile(file(name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("lab: %w", err)
		}
		return nil
	}
	mirror := map[string]string{"both": "both", "to": "from", "from": "to", "none": "none"}
	wrote := map[string]string{} // by subscription: equal lists are one file, which Prosody replaces to change it
	var all strings.Builder
	for _, i := range items {
		var more strings.Builder
		if i.Nick != "" {
			more.WriteString("name = " + lua(i.Nick) + "; ")
		}
		if i.Ask {
			more.WriteString(`ask = "subscribe"; `)
		}
		more.WriteString("groups = { ")
		for _, g := range i.Groups {
			more.WriteString("[" + lua(g) + "] = true; ")
		}
		more.WriteString("}; ")
		fmt.Fprintf(&all, "[%s] = { subscription = %s; %s};\n", lua(i.Name+"@"+p.Domain()), lua(i.Subscription), more.String())
		if same := wrote[i.Subscription]; same != "" {
			if err := os.Link(same, file(i.Name)); err != nil {
				return fmt.Errorf("lab: %w", err)
			}
			continue
		}
		wrote[i.Subscription] = file(i.Name)
		theirs := fmt.Sprintf("[%s] = { subscription = %s; groups = {}; };\n", lua(user+"@"+p.Domain()), lua(mirror[i.Subscription]))
		if err := write(i.Name, theirs); err != nil {
			return err
		}
	}
	return write(user, all.String())
}

// CrowdSends has people at Domain send a presence, as XML without an address, and
// returns when the server has dealt with all of them. Who was not there comes with
// it, without a program or a connection; "unavailable" lets them go. What their
// contacts are sent is made by the server, as of anybody's presence.
func (p *Prosody) CrowdSends(presence string, names ...string) error {
	// Not through Tor: the lab speaks with the server that it started, at that one's
	// address on loopback. No package of the program imports the lab (internal/walls).
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(p.addr, crowdPort), answerTimeout)
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(crowdPatience))
	if _, err := fmt.Fprintf(conn, "%s\n%s\n\n", presence, strings.Join(names, "\n")); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return fmt.Errorf("lab: a crowd: %w", err)
	}
	if want := fmt.Sprintf("%d\n", len(names)); answer != want {
		return fmt.Errorf("lab: %s of a crowd of %s", strings.TrimSpace(answer), want)
	}
	return nil
}

const crowdPort = "5280"

// escaped is a name as Prosody writes it for the disk (util/datamanager.lua).
func escaped(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return b.String()
}

// lua is a string in Lua.
func lua(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		if c < 0x20 || c == '"' || c == '\\' || c == 0x7f {
			fmt.Fprintf(&b, `\%03d`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
