package client

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"hushwing/config"
	"hushwing/otr"
	"hushwing/secret"
	"hushwing/tls"
	"hushwing/tor"
	"hushwing/xmpp"
)

// form is a registration form that a server has shown and that may be sent.
type form struct {
	server ServerChoice
	reg    *xmpp.Registration // nil while it is on its way
	cancel context.CancelFunc
	busy   bool
}

type (
	formOpened struct {
		id  CommandID
		reg *xmpp.Registration
		err error
	}
	registered struct {
		cmd      Register
		server   ServerChoice
		address  string
		password secret.Text
		identity *otr.Identity
		err      error
	}
	accountTried struct {
		id     CommandID
		cfg    config.Account
		stream *xmpp.Stream
		found  lookup
		err    error
	}
)

// registerPatience bounds how long fetching or sending a form may take.
const registerPatience = 3 * time.Minute

// askForm fetches a server's form, on a connection and a Tor circuit of its own.
func (k *core) askForm(m AskForm) {
	switch {
	case k.store == nil || k.tor == nil:
		k.refuse(m.ID, Problem{Cause: TorStopped, Retry: RetryNow})
		return
	case len(k.forms) > 8, k.forms[m.ID] != nil:
		k.refuse(m.ID, Problem{Cause: RegistrationLater, Retry: RetryNow})
		return
	}
	m.Server = cleanChoice(m.Server)
	if _, err := xmpp.ParseAddress("somebody@" + m.Server.Domain); err != nil {
		k.refuse(m.ID, Problem{Cause: AddressBadServer, Retry: RetryNow})
		return
	}
	ctx, cancel := context.WithTimeout(k.ctx, registerPatience)
	k.forms[m.ID] = &form{server: m.Server, cancel: cancel}
	way := k.walker("registration "+config.NewID(), 0)
	k.job(func() any {
		reg, err := openForm(ctx, way, m.Server)
		return formOpened{m.ID, reg, err}
	})
}

// walker makes a way through Tor of its own for a purpose.
func (k *core) walker(purpose string, epoch uint32) walker {
	secret := k.store.View().Isolation
	return walker{
		asker: asker{net: k.tor, secret: secret, policy: k.policy}, resolvers: k.opts.Resolvers,
		dialer: k.tor.Dialer(tor.NewIsolation(secret, purpose, epoch)),
	}
}

// openForm goes the same way as a sign-in does.
func openForm(ctx context.Context, k walker, s ServerChoice) (*xmpp.Registration, error) {
	reg, _, err := walk(ctx, k, s, func(conn *tls.Conn) (*xmpp.Registration, error) {
		return xmpp.OpenRegistration(ctx, conn, s.Domain)
	})
	return reg, err
}

func (k *core) formOpened(m formOpened) {
	f := k.forms[m.id]
	if f == nil { // the user went back
		if m.err == nil {
			_ = m.reg.Close()
		}
		return
	}
	if m.err != nil {
		k.lostTor(m.err)
		k.dropForm(m.id)
		k.refuse(m.id, problemOf(m.err))
		return
	}
	got := m.reg.Form()
	if got.NeedsMore {
		_ = m.reg.Close()
		k.dropForm(m.id)
		k.refuse(m.id, Problem{Cause: FormCannotShow, Detail: got.Website, Retry: RetryNow})
		return
	}
	f.reg = m.reg
	out := FormArrived{ID: m.id, Server: f.server, Instructions: got.Instructions}
	for _, x := range got.Fields {
		if x.Name == "username" || x.Name == "password" || x.Kind == xmpp.Hidden {
			continue
		}
		out.Fields = append(out.Fields, shownField(x))
	}
	k.emit(out)
}

func shownField(x xmpp.Field) Field {
	f := Field{
		Name: x.Name, Label: x.Label, Value: x.Value, Required: x.Required,
		Kind: map[xmpp.FieldKind]FieldKind{
			xmpp.Text: FieldText, xmpp.Secret: FieldSecret, xmpp.Choice: FieldChoice, xmpp.Fixed: FieldFixed,
		}[x.Kind],
	}
	if f.Label == "" {
		f.Label = f.Name
	}
	for _, o := range x.Options {
		f.Options = append(f.Options, Option{Value: o.Value, Label: o.Label})
	}
	return f
}

// dropForm closes a form that is not wanted any more.
func (k *core) dropForm(id CommandID) {
	f := k.forms[id]
	if f == nil {
		return
	}
	delete(k.forms, id)
	f.cancel()
	if f.reg != nil {
		_ = f.reg.Close()
	}
}

// register sends the form with a name and a password that is made here.
func (k *core) register(m Register) {
	f := k.forms[m.Form]
	if f == nil || f.reg == nil || f.busy {
		k.refuse(m.ID, Problem{Cause: RegistrationLater, Retry: RetryNow})
		return
	}
	address, err := xmpp.ParseAddress(m.Name + "@" + f.server.Domain)
	if err != nil {
		k.refuse(m.ID, problemOf(err))
		return
	}
	f.busy = true
	values := map[string]string{}
	maps.Copy(values, m.Values)
	password := serverPassword()
	values["username"], values["password"] = address.Localpart(), password.Export()
	reg, store := f.reg, k.store
	k.job(func() any {
		ctx, cancel := context.WithTimeout(k.ctx, registerPatience)
		defer cancel()
		out := registered{cmd: m, server: f.server, address: address.String(), password: password}
		// the key first: an address without one is of no use; and the disk, because
		// one whose password cannot be written down is lost
		if out.identity, out.err = newIdentity(); out.err == nil {
			if _, out.err = store.Modify(func(*config.Profile) error { return nil }); out.err == nil {
				out.err = reg.Submit(ctx, values)
			}
		}
		return out
	})
}

// registered: the address exists now. It is written down before anything else
// is tried, so that a crash cannot lose it.
func (k *core) registered(m registered) {
	f := k.forms[m.cmd.Form]
	if m.err != nil {
		p := problemOf(m.err)
		if f != nil {
			f.busy = false
			if p.Cause != NameTaken && p.Cause != NameNotAllowed && p.Cause != RegistrationLater {
				k.dropForm(m.cmd.Form)
			}
		}
		k.refuse(m.cmd.ID, p)
		return
	}
	k.dropForm(m.cmd.Form)
	// what led to the form is not the account's to know: it was another identity
	k.keepAccount(m.cmd.ID, m.account(), lookup{})
}

// account is what is written down of a new address. The form may be gone by
// then: the user went back while it was on its way.
func (m registered) account() config.Account {
	return config.Account{
		ID: config.NewID(), Address: m.address, Password: m.password, Identity: m.identity.Export(),
		Route: routeFor(m.server),
	}
}

func (k *core) writeAccount(cfg config.Account) error {
	_, err := k.store.Modify(func(p *config.Profile) error {
		p.Accounts = append(p.Accounts, cfg)
		return nil
	})
	return err
}

// knows reports whether there is an account with this address.
func (k *core) knows(address string) bool {
	for _, r := range k.accounts {
		if r.address.String() == address {
			return true
		}
	}
	return false
}

// keepAccount writes a new account down and starts it, with what it has found out
// about where its server is.
func (k *core) keepAccount(id CommandID, cfg config.Account, found lookup) {
	if k.knows(cfg.Address) {
		k.refuse(id, Problem{Cause: AddressKnown})
		return
	}
	if err := k.writeAccount(cfg); err != nil {
		k.refuse(id, problemOf(err))
		return
	}
	a, err := newAccount(k.world(), cfg, config.Queue{})
	if err != nil {
		k.refuse(id, problemOf(err))
		return
	}
	a.found = found
	k.emit(AccountChanged{Account: a.info()})
	k.startAccount(a)
	k.done(id)
}

// addAccount signs in with an address that the user has. Only if that works is
// anything kept.
func (k *core) addAccount(m AddAccount) {
	if k.store == nil || k.tor == nil {
		k.refuse(m.ID, Problem{Cause: TorStopped, Retry: RetryNow})
		return
	}
	address, err := xmpp.ParseAddress(m.Address)
	if err != nil {
		k.refuse(m.ID, problemOf(err))
		return
	}
	if k.knows(address.String()) {
		k.refuse(m.ID, Problem{Cause: AddressKnown})
		return
	}
	if m.Password.IsZero() {
		k.refuse(m.ID, Problem{Cause: PasswordEmpty, Retry: RetryNow})
		return
	}
	choice := cleanChoice(ServerChoice{Domain: address.Domainpart(), Host: m.Host, Port: m.Port})
	cfg := config.Account{
		ID: config.NewID(), Address: address.String(), Password: m.Password, Route: routeFor(choice), Imported: true,
	}
	way := k.walker("account "+cfg.ID, 0)
	k.job(func() any {
		ctx, cancel := context.WithTimeout(k.ctx, registerPatience)
		defer cancel()
		out := accountTried{id: m.ID, cfg: cfg}
		out.stream, out.found, out.err = signIn(ctx, way, address, choice, &out.cfg)
		return out
	})
}

// signIn makes the first connection of an account and fills in what it teaches:
// the server's key, the mechanism, who is on the list there, a key of our own.
func signIn(ctx context.Context, k walker, address xmpp.Address, s ServerChoice, cfg *config.Account) (*xmpp.Stream, lookup, error) {
	identity, err := newIdentity()
	if err != nil {
		return nil, lookup{}, fmt.Errorf("client: making a key: %w", err)
	}
	cfg.Identity = identity.Export()
	var cert tls.Certificate
	stream, found, err := walk(ctx, k, s, func(conn *tls.Conn) (*xmpp.Stream, error) {
		cert = conn.Certificate()
		return xmpp.Open(ctx, conn, xmpp.Login{Address: address, Password: cfg.Password})
	})
	if err != nil {
		return nil, lookup{}, err
	}
	where, how := stream.Mechanism()
	learn(cfg, cert, where, how)
	for _, i := range stream.Roster() {
		if i.Subscription == "to" || i.Subscription == "both" {
			cfg.Contacts = append(cfg.Contacts, config.Contact{Address: i.Address.Bare().String(), Name: i.Name})
		}
	}
	return stream, found, nil
}

func (k *core) accountTried(m accountTried) {
	if m.err != nil {
		k.lostTor(m.err)
		k.refuse(m.id, problemOf(m.err))
		return
	}
	// This stream was opened before the gate knew the contacts: it has served.
	_ = m.stream.Close()
	k.keepAccount(m.id, m.cfg, m.found)
}

// cleanChoice takes a server as people type it.
func cleanChoice(s ServerChoice) ServerChoice {
	s.Domain = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s.Domain), "."))
	s.Host = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s.Host), "."))
	if s.Host == s.Domain {
		s.Host = ""
	}
	return s
}

func routeFor(s ServerChoice) config.Route {
	return config.Route{Host: s.Host, Port: s.Port, Onion: tor.ValidOnion(s.Host)}
}
