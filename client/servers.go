package client

import (
	"bufio"
	_ "embed"
	"strings"
)

// serversTSV lists public servers: domain, v3 onion address, open registration.
//
//go:embed servers.tsv
var serversTSV string

// KnownServers returns the table of servers that the program ships with.
func KnownServers() []KnownServer {
	var out []KnownServer
	for sc := bufio.NewScanner(strings.NewReader(serversTSV)); sc.Scan(); {
		line := sc.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			continue
		}
		s := KnownServer{Domain: f[0], Registration: f[2] == "yes"}
		if f[1] != "-" {
			s.Onion = f[1]
		}
		out = append(out, s)
	}
	return out
}

// Suggested returns the servers offered at the first run: those with both an
// onion service and open registration.
func Suggested() []KnownServer {
	var out []KnownServer
	for _, s := range KnownServers() {
		if s.Onion != "" && s.Registration {
			out = append(out, s)
		}
	}
	return out
}

// onionOf returns the table's onion address of a domain, or "".
func onionOf(domain string) string {
	for _, s := range KnownServers() {
		if s.Domain == domain {
			return s.Onion
		}
	}
	return ""
}
