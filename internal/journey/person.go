package journey

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"hushwing/client"
	"hushwing/secret"
)

// Patience is how long a Person waits for anything. A first connection to an
// onion service in a young network takes its time.
const Patience = 90 * time.Second

// Person is somebody who uses a client. Methods wait for what they ask for;
// they are safe for concurrent use.
type Person struct {
	Client *client.Client

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each event
	next    client.CommandID
	world   World
	last    string // the last event, for messages of failure
}

// World is what a Person sees.
type World struct {
	Profile  client.ProfileState
	Trouble  *client.Problem // of the profile
	Tor      client.TorChanged
	TorSet   client.TorChosen
	Accounts map[string]client.Account   // by address
	Contacts map[string]client.Contact   // by address
	Passed   map[string][]client.Account // all that was said of an account, in order
	Safety   map[string]client.ProtectionInfo
	Strips   []client.Protection // all that was said of any conversation, in order
	Checks   map[string]client.Check
	Requests map[string]client.Peer
	Messages []client.Message
	Settings client.Settings
	Drafts   map[string]string        // by the contact's address, as the last Snapshot had them
	Since    []client.Event           // all that was said since the profile was locked
	Settled  []client.PasswordSettled // in order
	answers  map[client.CommandID]client.Event
	forms    map[client.CommandID]client.FormArrived
}

// Start makes a Person with a client on a profile folder. Tor comes from the
// environment, as for everybody.
func Start(o client.Options) *Person {
	p := &Person{
		Client: client.New(o), changed: make(chan struct{}),
		world: World{
			Accounts: map[string]client.Account{}, Contacts: map[string]client.Contact{},
			Safety: map[string]client.ProtectionInfo{}, Checks: map[string]client.Check{},
			Requests: map[string]client.Peer{}, Profile: -1, Passed: map[string][]client.Account{},
			answers: map[client.CommandID]client.Event{}, forms: map[client.CommandID]client.FormArrived{},
		},
	}
	go func() {
		for e := range p.Client.Events() {
			p.see(e)
		}
	}()
	return p
}

// see takes an event as the window would.
func (p *Person) see(e client.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := &p.world
	p.last = fmt.Sprintf("%T", e)
	if w.Profile == client.ProfileLocked {
		w.Since = append(w.Since, e)
	}
	switch e := e.(type) {
	case client.ProfileChanged:
		w.Profile, w.Trouble, w.Since = e.State, e.Problem, nil
		if e.State == client.ProfileLocked || e.State == client.ProfileNone { // the Snapshot brings it anew
			w.Messages = nil
			clear(w.Accounts)
			clear(w.Contacts)
			clear(w.Safety)
			clear(w.Checks)
			clear(w.Requests)
		}
	case client.SettingsChanged:
		w.Settings = e.Settings
	case client.Snapshot:
		w.Drafts = map[string]string{}
		for _, d := range e.Drafts {
			w.Drafts[d.Address] = d.Text
		}
		for _, a := range e.Accounts {
			w.Accounts[a.Address] = a
		}
		for _, c := range e.Contacts {
			w.Contacts[c.Address] = c
		}
		for _, r := range e.Requests {
			w.Requests[r.Address] = r
		}
		w.Messages = append(w.Messages, e.Messages...)
	case client.TorChanged:
		w.Tor = e
	case client.TorChosen:
		w.TorSet = e
	case client.AccountChanged:
		w.Accounts[e.Account.Address] = e.Account
		w.Passed[e.Account.Address] = append(w.Passed[e.Account.Address], e.Account)
	case client.AccountRemoved:
		for at, a := range w.Accounts {
			if a.ID == e.Account {
				delete(w.Accounts, at)
			}
		}
	case client.PasswordSettled:
		w.Settled = append(w.Settled, e)
	case client.ServerPassword:
		w.answers[e.ID] = e
	case client.ContactChanged:
		w.Contacts[e.Contact.Address] = e.Contact
	case client.ContactRemoved:
		delete(w.Contacts, e.Peer.Address)
	case client.RequestArrived:
		w.Requests[e.Peer.Address] = e.Peer
	case client.RequestGone:
		delete(w.Requests, e.Peer.Address)
	case client.ProtectionChanged:
		w.Safety[e.Info.Address] = e.Info
		w.Strips = append(w.Strips, e.Info.Protection)
	case client.CheckChanged:
		w.Checks[e.Check.Address] = e.Check
	case client.MessageAdded:
		w.Messages = append(w.Messages, e.Message)
		if e.ID != 0 {
			w.answers[e.ID] = e
		}
	case client.MessageChanged:
		for i := range w.Messages {
			if w.Messages[i].ID == e.Message.ID {
				w.Messages[i] = e.Message
			}
		}
	case client.FormArrived:
		w.forms[e.ID] = e
		w.answers[e.ID] = e
	case client.Done:
		w.answers[e.ID] = e
	case client.Refused:
		w.answers[e.ID] = e
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// Refusal is a command that was refused.
type Refusal struct{ Problem client.Problem }

func (r *Refusal) Error() string {
	return fmt.Sprintf("refused: cause %d %q", r.Problem.Cause, r.Problem.Detail)
}

// Until waits until ok holds for what the Person sees.
func (p *Person) Until(what string, ok func(w *World) bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	for {
		p.mu.Lock()
		good, changed := ok(&p.world), p.changed
		p.mu.Unlock()
		if good {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			p.mu.Lock()
			defer p.mu.Unlock()
			return fmt.Errorf("waited in vain for %s (last event %s; %s)", what, p.last, p.world.summary())
		}
	}
}

// summary says where things stand, without texts.
func (w *World) summary() string {
	s := fmt.Sprintf("profile %d, tor %d", w.Profile, w.Tor.State)
	if w.Tor.Problem != nil {
		s += fmt.Sprintf(" cause %d", w.Tor.Problem.Cause)
	}
	for _, a := range w.Accounts {
		s += fmt.Sprintf(", account state %d", a.State)
		if a.Problem != nil {
			s += fmt.Sprintf(" cause %d", a.Problem.Cause)
		}
	}
	safety := map[client.Protection]int{}
	for _, i := range w.Safety {
		safety[i.Protection]++
	}
	for p, n := range safety {
		s += fmt.Sprintf(", protection %d (%d)", p, n)
	}
	for _, c := range w.Checks {
		s += fmt.Sprintf(", check %d", c.Stage)
	}
	return s
}

// ask gives a command that make builds with an ID, and waits for its answer.
func (p *Person) ask(build func(client.CommandID) client.Command) (client.Event, error) {
	p.mu.Lock()
	p.next++
	id := p.next
	p.mu.Unlock()
	cmd := build(id)
	p.Client.Do(cmd)
	var answer client.Event
	err := p.Until(fmt.Sprintf("the answer to %T", cmd), func(w *World) bool {
		answer = w.answers[id]
		return answer != nil
	})
	if r, ok := answer.(client.Refused); ok {
		return r, &Refusal{r.Problem}
	}
	return answer, err
}

// Do gives a command that build makes with an ID, and waits for its answer.
func (p *Person) Do(build func(client.CommandID) client.Command) error {
	_, err := p.ask(build)
	return err
}

// ServerPassword asks for the password of our only account at its server; other is
// set where it is not known which of two it is.
func (p *Person) ServerPassword() (password, other secret.Text, err error) {
	e, err := p.ask(func(id client.CommandID) client.Command {
		return client.ShowServerPassword{ID: id, Account: p.account()}
	})
	s, _ := e.(client.ServerPassword)
	return s.Password, s.Other, err
}

// Cause returns the cause of a refusal, or CauseUnknown.
func Cause(err error) client.Cause {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Problem.Cause
	}
	return client.CauseUnknown
}

// Create makes the profile.
func (p *Person) Create(password string) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.CreateProfile{ID: id, Password: secret.New(password)}
	})
	return err
}

// Unlock opens the profile.
func (p *Person) Unlock(password string) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.Unlock{ID: id, Password: secret.New(password)}
	})
	return err
}

// TorReady waits for Tor.
func (p *Person) TorReady() error {
	return p.Until("Tor", func(w *World) bool { return w.Tor.State == client.TorReady })
}

// UseTor has Tor reached in another way.
func (p *Person) UseTor(hand, bridges string) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.UseTor{ID: id, Hand: hand, Bridges: bridges}
	})
	return err
}

// NewIdentityOf gives an address of ours ways through Tor that nothing before
// has used.
func (p *Person) NewIdentityOf(address string) error {
	p.mu.Lock()
	account := p.world.Accounts[address].ID
	p.mu.Unlock()
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.NewIdentity{ID: id, Account: account}
	})
	return err
}

// AcceptWeaker lets the account sign in with what the server offers now.
func (p *Person) AcceptWeaker(now client.WeakerSignIn) error {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.AcceptWeaker{ID: id, Account: p.account(), Now: now}
	})
	return err
}

// Register makes an address on a server and waits until it is online.
func (p *Person) Register(domain, host, name string) (address string, err error) {
	var form client.CommandID
	if _, err := p.ask(func(id client.CommandID) client.Command {
		form = id
		return client.AskForm{ID: id, Server: client.ServerChoice{Domain: domain, Host: host}}
	}); err != nil {
		return "", err
	}
	if _, err := p.ask(func(id client.CommandID) client.Command {
		return client.Register{ID: id, Form: form, Name: name}
	}); err != nil {
		return "", err
	}
	address = name + "@" + domain
	return address, p.Online(address)
}

// Online waits until an address of ours is online.
func (p *Person) Online(address string) error {
	return p.Until(address+" online", func(w *World) bool { return w.Accounts[address].State == client.Online })
}

// Offline waits until an address of ours is offline because we want it so.
func (p *Person) Offline(address string) error {
	return p.Until(address+" offline", func(w *World) bool { return w.Accounts[address].State == client.Offline })
}

// account returns the ID of our only account.
func (p *Person) account() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.world.Accounts {
		return a.ID
	}
	return ""
}

// Peer names a conversation of our only account.
func (p *Person) Peer(address string) client.Peer {
	return client.Peer{Account: p.account(), Address: address}
}

// Close ends the program.
func (p *Person) Close() { p.Client.Close() }

// Form asks a server for its registration form.
func (p *Person) Form(domain, host string) (client.FormArrived, error) {
	e, err := p.ask(func(id client.CommandID) client.Command {
		return client.AskForm{ID: id, Server: client.ServerChoice{Domain: domain, Host: host}}
	})
	form, _ := e.(client.FormArrived)
	return form, err
}

// Submit sends a form and waits until the new address is online.
func (p *Person) Submit(f client.FormArrived, name string, values map[string]string) error {
	if _, err := p.ask(func(id client.CommandID) client.Command {
		return client.Register{ID: id, Form: f.ID, Name: name, Values: values}
	}); err != nil {
		return err
	}
	return p.Online(name + "@" + f.Server.Domain)
}

// AnotherPicture asks for the form of f anew.
func (p *Person) AnotherPicture(f client.FormArrived) (client.FormArrived, error) {
	_, err := p.ask(func(id client.CommandID) client.Command {
		return client.RenewForm{ID: id, Form: f.ID}
	})
	return p.FormNow(f), err
}

// FormNow is f as it arrived last.
func (p *Person) FormNow(f client.FormArrived) client.FormArrived {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.world.forms[f.ID]
}
