package journey

import (
	"fmt"
	"time"

	"hushwing/client"
)

// GoOnline connects our only account, or has it try again at once.
func (p *Person) GoOnline() { p.Client.Do(client.GoOnline{Account: p.account()}) }

// GoOffline disconnects it.
func (p *Person) GoOffline() { p.Client.Do(client.GoOffline{Account: p.account()}) }

// InState waits until our only account is in a state.
func (p *Person) InState(s client.AccountState) error {
	return p.Until(fmt.Sprintf("state %d", s), func(w *World) bool {
		for _, a := range w.Accounts {
			return a.State == s
		}
		return false
	})
}

// Standing says in one line where things stand, without texts.
func (p *Person) Standing() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.world.summary()
}

// State is where our only account stands.
func (p *Person) State() client.AccountState {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.world.Accounts {
		return a.State
	}
	return client.Offline
}

// Cycle goes offline and online again, and tells how long the latter took.
func (p *Person) Cycle() (time.Duration, error) {
	p.GoOffline()
	if err := p.InState(client.Offline); err != nil {
		return 0, err
	}
	time.Sleep(200 * time.Millisecond) // so that what was closed is
	began := time.Now()
	p.GoOnline()
	err := p.InState(client.Online)
	return time.Since(began), err
}

// AskForm asks a server for its form and does not wait.
func (p *Person) AskForm(domain, host string) client.CommandID {
	p.mu.Lock()
	p.next++
	id := p.next
	p.mu.Unlock()
	p.Client.Do(client.AskForm{ID: id, Server: client.ServerChoice{Domain: domain, Host: host}})
	return id
}

// Answered waits for the answer to a command.
func (p *Person) Answered(id client.CommandID) (answer client.Event, err error) {
	err = p.Until("an answer", func(w *World) bool {
		answer = w.answers[id]
		return answer != nil
	})
	if r, ok := answer.(client.Refused); ok {
		return r, &Refusal{r.Problem}
	}
	return answer, err
}

// DropForm closes a form that Form brought.
func (p *Person) DropForm(id client.CommandID) { p.Client.Do(client.DropForm{Form: id}) }
