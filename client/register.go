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

// puzzle reports whether a picture has to be read. The job that uses the form
// may change it: ask only while the form is not busy.
func (f *form) puzzle() bool {
	for _, x := range f.reg.Form().Fields {
		if x.Picture != nil {
			return true
		}
	}
	return false
}

type (
	formOpened struct {
		id    CommandID
		reg   *xmpp.Registration
		shown shownForm
		err   error
	}
	registered struct {
		cmd      Register
		reg      *xmpp.Registration
		server   ServerChoice
		address  string
		password secret.Text
		identity *otr.Identity
		renewed  *formRenewed // of a form with a picture that was refused
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
	ctx, cancel := context.WithTimeout(k.sitting.ctx, registerPatience)
	k.forms[m.ID] = &form{server: m.Server, cancel: cancel}
	way := k.walker("registration "+config.NewID(), 0)
	k.job(func() any {
		out := formOpened{id: m.ID}
		if out.reg, out.err = openForm(ctx, way, m.Server); out.err == nil {
			out.shown = showForm(out.reg.Form())
		}
		return out
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
	if m.shown.problem != nil {
		_ = m.reg.Close()
		k.dropForm(m.id)
		k.refuse(m.id, *m.shown.problem)
		return
	}
	f.reg = m.reg
	k.emit(m.shown.event(m.id, f.server))
}

// dropForm closes a form that is not wanted any more. One that is in use is
// closed by what that brings: see left.
func (k *core) dropForm(id CommandID) {
	f := k.forms[id]
	if f == nil {
		return
	}
	delete(k.forms, id)
	f.cancel()
	if f.reg != nil && !f.busy {
		_ = f.reg.Close()
	}
}

// left takes a form back from a job that used it: nil if it was dropped meanwhile,
// and then it is closed now.
func (k *core) left(id CommandID, reg *xmpp.Registration) *form {
	f := k.forms[id]
	if f == nil {
		_ = reg.Close()
		return nil
	}
	f.busy = false
	return f
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
	reg, store, server, puzzle, open := f.reg, k.store, f.server, f.puzzle(), k.sitting.ctx
	k.job(func() any {
		ctx, cancel := context.WithTimeout(open, registerPatience)
		defer cancel()
		out := registered{cmd: m, reg: reg, server: server, address: address.String(), password: password}
		// the key first: an address without one is of no use; and the disk, because
		// one whose password cannot be written down is lost
		if out.identity, out.err = newIdentity(); out.err == nil {
			if _, out.err = store.Modify(func(*config.Profile) error { return nil }); out.err == nil {
				out.err = reg.Submit(ctx, values)
			}
		}
		if puzzle && out.err != nil {
			// The picture has served. On a connection that has ended this fails, too.
			again := renew(ctx, reg, 0, m.Form)
			out.renewed = &again
		}
		return out
	})
}

// registered: the address exists now. It is written down before anything else
// is tried, so that a crash cannot lose it.
func (k *core) registered(m registered) {
	if m.err == nil {
		// what led to the form is not the account's to know: it was another identity
		k.keepAccount(m.cmd.ID, m.account(), lookup{})
		k.left(m.cmd.Form, m.reg)
		k.dropForm(m.cmd.Form)
		return
	}
	p := problemOf(m.err)
	if f := k.left(m.cmd.Form, m.reg); f != nil {
		switch {
		case m.renewed != nil && m.renewed.err == nil && m.renewed.shown.problem == nil:
			k.emit(m.renewed.shown.event(m.cmd.Form, f.server))
		case m.renewed != nil, p.Cause != NameTaken && p.Cause != NameNotAllowed && p.Cause != RegistrationLater:
			k.dropForm(m.cmd.Form)
		}
	}
	k.refuse(m.cmd.ID, p)
}

// account is what is written down of a new address. The form may be gone by
// then: the user went back while it was on its way.
func (m registered) account() config.Account {
	return config.Account{
		ID: config.NewID(), Address: m.address, Password: m.password, Identity: m.identity.Export(),
		Route: routeFor(m.server), Created: time.Now().UTC(),
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
		Created: time.Now().UTC(),
	}
	way, open := k.walker("account "+cfg.ID, 0), k.sitting.ctx
	k.job(func() any {
		ctx, cancel := context.WithTimeout(open, registerPatience)
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
