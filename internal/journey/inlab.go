package journey

import (
	"strings"
	"testing"

	"hushwing/client"
	"hushwing/internal/lab"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// InLab starts a Person in this process whose Tor is the lab's, who trusts the
// lab's certificates, and who asks these resolvers; without any, the lab's own. It
// ends with the test.
func InLab(t testing.TB, l *lab.Lab, dir string, resolvers ...*lab.Resolver) *Person {
	t.Helper()
	if len(resolvers) == 0 {
		r, err := l.Resolver()
		if err != nil {
			t.Fatal(err)
		}
		resolvers = append(resolvers, r)
	}
	p := Start(client.Options{
		Dir: dir, Tor: tor.Options{Getenv: Getenv(l.Env())}, Roots: tls.RootsFrom(l.Prosody().CA()),
		Resolvers: Resolvers(resolvers...),
	})
	t.Cleanup(p.Close)
	return p
}

// Resolvers names the lab's resolvers as a client knows them.
func Resolvers(resolvers ...*lab.Resolver) []xmpp.Resolver {
	var out []xmpp.Resolver
	for _, r := range resolvers {
		out = append(out, xmpp.Resolver{Host: r.Name(), Port: r.Port()})
	}
	return out
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
