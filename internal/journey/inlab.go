package journey

import (
	"strings"
	"testing"

	"hushwing/client"
	"hushwing/internal/lab"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
)

// InLab starts a Person in this process whose Tor is the lab's, and who trusts
// the lab's certificates. It ends with the test.
func InLab(t testing.TB, l *lab.Lab, dir string) *Person {
	t.Helper()
	p := Start(client.Options{
		Dir: dir, Tor: tor.Options{Getenv: Getenv(l.Env())}, Roots: tls.RootsFrom(l.Prosody().CA()),
	})
	t.Cleanup(p.Close)
	return p
}

// Getenv looks names up in env ("NAME=value") alone.
func Getenv(env []string) func(string) string {
	return func(name string) string {
		for _, e := range env {
			if k, v, _ := strings.Cut(e, "="); k == name {
				return v
			}
		}
		return ""
	}
}

// SignIn adds an address that exists and waits until it is online.
func (p *Person) SignIn(address, password, host string) error {
	if _, err := p.ask(func(id client.CommandID) client.Command {
		return client.AddAccount{ID: id, Address: address, Password: secret.New(password), Host: host}
	}); err != nil {
		return err
	}
	return p.Online(address)
}
